import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

@Suite("ABI encoding")
struct ABIEncodingTests {
  private struct Peer {
    let types: [ABIType]
    let values: [ABIValue]
    let bytes: [UInt8]

    init(_ entry: JSON) throws {
      let types = try entry.elementsMember("types").map { try ABIType(parsing: $0.text ?? "") }
      self.types = types
      values = try zip(try entry.elementsMember("values"), types).map { try abiValue($0, as: $1) }
      bytes = try entry.bytesMember("bytes")
    }
  }

  @Test("Values of every type are encoded as eth_abi encodes them, and decoded from its bytes")
  func peer() throws {
    let entries = try vectors("abi.json").elementsMember("encoded")
    #expect(entries.count == 186)
    for entry in entries {
      let peer = try Peer(entry)
      let names = peer.types.map(\.canonicalName).joined(separator: ",")
      #expect(try ABI.encode(peer.values, as: peer.types) == peer.bytes, "\(names)")
      #expect(try ABI.decode(peer.bytes, as: peer.types) == peer.values, "\(names)")
    }
  }

  @Test("Packed values are eth_abi's, elements of arrays padded to words as Solidity does")
  func packedPeer() throws {
    let entries = try vectors("abi.json").elementsMember("packed")
    #expect(entries.count == 122)
    for entry in entries {
      let peer = try Peer(entry)
      let names = peer.types.map(\.canonicalName).joined(separator: ",")
      #expect(try ABI.encodePacked(peer.values, as: peer.types) == peer.bytes, "\(names)")
    }
  }

  @Test("The examples of Solidity's specification")
  func specification() throws {
    #expect(ABI.selector("baz(uint32,bool)") == (try hex("cdcd77c0")))
    #expect(ABI.selector("transfer(address,uint256)") == (try hex("a9059cbb")))
    let encoded = try ABI.encode(
      [
        .uint(0x123), .array([.uint(0x456), .uint(0x789)]),
        .fixedBytes(Array("1234567890".utf8)), .bytes(Array("Hello, world!".utf8)),
      ], as: [.uint256, .array(.uint(bits: 32)), .fixedBytes(10), .bytes])
    #expect(
      encoded
        == (try hex(
          """
          0000000000000000000000000000000000000000000000000000000000000123
          0000000000000000000000000000000000000000000000000000000000000080
          3132333435363738393000000000000000000000000000000000000000000000
          00000000000000000000000000000000000000000000000000000000000000e0
          0000000000000000000000000000000000000000000000000000000000000002
          0000000000000000000000000000000000000000000000000000000000000456
          0000000000000000000000000000000000000000000000000000000000000789
          000000000000000000000000000000000000000000000000000000000000000d
          48656c6c6f2c20776f726c642100000000000000000000000000000000000000
          """)))
    #expect(
      try ABI.encodePacked(
        [.int(.max), .fixedBytes([0x42]), .uint(3), .string("Hello, world!")],
        as: [.int(bits: 16), .fixedBytes(1), .uint(bits: 16), .string])
        == hex("ffff42000348656c6c6f2c20776f726c6421"))
    #expect(
      ABI.eventTopic("Transfer(address,address,uint256)").hex
        == "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
  }

  @Test("string[0] has an offset and no tail; uint8[0] and () have nothing at all")
  func empty() throws {
    let types: [ABIType] = [
      .fixedArray(.string, count: 0), .fixedArray(.uint(bits: 8), count: 0), .tuple([]), .bool,
    ]
    let values: [ABIValue] = [.array([]), .array([]), .tuple([]), .bool(true)]
    let expected = try hex(
      """
      0000000000000000000000000000000000000000000000000000000000000040
      0000000000000000000000000000000000000000000000000000000000000001
      """)
    #expect(try ABI.encode(values, as: types) == expected)
    #expect(try ABI.decode(expected, as: types) == values)
  }

  @Test("INV-013: decoding what was encoded gives the values back")
  func roundTrip() {
    check("ABI", runs: 500) { generator -> ([ABIType], [ABIValue]) in
      let types = abiTypes(&generator)
      return (types, types.map { abiValue($0, &generator) })
    } property: { types, values -> Bool in
      let encoded = try ABI.encode(values, as: types)
      return try encoded.count % 32 == 0 && ABI.decode(encoded, as: types) == values
    }
  }

  @Test("INV-012: values that a type cannot hold are refused, and the type is named")
  func refusals() throws {
    let cases: [(ABIValue, String, ABIError)] = [
      (.uint(256), "uint8", .outOfRange(type: "uint8")),
      (.uint(try power(248)), "uint248", .outOfRange(type: "uint248")),
      (.int(128), "int8", .outOfRange(type: "int8")),
      (.int(try signed("-129")), "int8", .outOfRange(type: "int8")),
      (.int(try power(254)), "int248", .outOfRange(type: "int248")),
      (.fixedBytes([1, 2, 3]), "bytes4", .wrongLength(found: 3, expected: 4)),
      (.fixedBytes([1, 2, 3, 4, 5]), "bytes4", .wrongLength(found: 5, expected: 4)),
      (
        .fixedBytes([UInt8](repeating: 0, count: 23)), "function",
        .wrongLength(found: 23, expected: 24)
      ),
      (.array([.bool(true)]), "bool[2]", .wrongCount(found: 1, expected: 2)),
      (.tuple([.bool(true)]), "(bool,bool)", .wrongCount(found: 1, expected: 2)),
      (.uint(1), "int8", .wrongKind(expected: "int8")),
      (.int(1), "uint8", .wrongKind(expected: "uint8")),
      (.uint(1), "address", .wrongKind(expected: "address")),
      (.uint(1), "bool", .wrongKind(expected: "bool")),
      (.string("a"), "bytes", .wrongKind(expected: "bytes")),
      (.bytes([1]), "string", .wrongKind(expected: "string")),
      (.bytes([1]), "bytes1", .wrongKind(expected: "bytes1")),
      (.tuple([]), "bool[]", .wrongKind(expected: "bool[]")),
      (.array([]), "()", .wrongKind(expected: "()")),
      (.array([.uint(1), .bool(true)]), "uint8[]", .wrongKind(expected: "uint8")),
    ]
    for (value, name, expected) in cases {
      let type = try ABIType(parsing: name)
      #expect(throws: expected, "\(name)") { try ABI.encode([value], as: [type]) }
    }
    #expect(throws: ABIError.wrongCount(found: 1, expected: 2)) {
      try ABI.encode([.bool(true)], as: [.bool, .bool])
    }
  }

  @Test("INV-012: packed encoding refuses what a type cannot hold and what it does not know")
  func packedRefusals() throws {
    let cases: [(ABIValue, String, ABIError)] = [
      (.tuple([.bool(true)]), "(bool)", .notPackable(type: "(bool)")),
      (.array([]), "string[]", .notPackable(type: "string[]")),
      (.array([]), "bytes[]", .notPackable(type: "bytes[]")),
      (.array([]), "bool[2][]", .notPackable(type: "bool[2][]")),
      (.array([]), "bool[][]", .notPackable(type: "bool[][]")),
      (.array([]), "(bool)[0]", .notPackable(type: "(bool)[]")),
      (.array([.bool(true)]), "bool[2]", .wrongCount(found: 1, expected: 2)),
      (.uint(256), "uint8", .outOfRange(type: "uint8")),
      (.array([.uint(256)]), "uint8[]", .outOfRange(type: "uint8")),
      (.uint(1), "string", .wrongKind(expected: "string")),
      (.uint(1), "bytes", .wrongKind(expected: "bytes")),
      (.uint(1), "bool", .wrongKind(expected: "bool")),
      (.uint(1), "bool[]", .wrongKind(expected: "bool[]")),
    ]
    for (value, name, expected) in cases {
      let type = try ABIType(parsing: name)
      #expect(throws: expected, "\(name)") { try ABI.encodePacked([value], as: [type]) }
    }
    #expect(throws: ABIError.wrongCount(found: 1, expected: 0)) {
      try ABI.encodePacked([.bool(true)], as: [])
    }
  }

  @Test("Packed, two values can have the bytes of two others")
  func packedCollision() throws {
    let types: [ABIType] = [.string, .string]
    #expect(
      try ABI.encodePacked([.string("ab"), .string("c")], as: types)
        == ABI.encodePacked([.string("a"), .string("bc")], as: types))
  }

  @Test("INV-012: types and values that are nested too deep are refused, not followed")
  func depth() {
    func nested(_ depth: Int) -> (ABIType, ABIValue) {
      (0..<depth).reduce((.bool, .bool(true))) { inner, _ in
        (.tuple([inner.0]), .tuple([inner.1]))
      }
    }
    let (type, value) = nested(32)
    #expect(throws: Never.self) { try ABI.decode(try ABI.encode([value], as: [type]), as: [type]) }
    let (deepType, deepValue) = nested(33)
    #expect(throws: ABIError.tooDeep) { try ABI.encode([deepValue], as: [deepType]) }
    #expect(throws: ABIError.tooDeep) {
      try ABI.decode([UInt8](repeating: 0, count: 31) + [1], as: [deepType])
    }
  }
}
