import EthereumPrimitives
import TestKit
import Testing

@Suite("Recursive Length Prefix")
struct RLPTests {
  /// Lists up to a depth, byte strings on both sides of the length of 55.
  private static func item(_ generator: inout Generator, depth: Int = 4) -> RLPItem {
    guard depth > 0, Bool.random(using: &generator) else {
      return .bytes(bytes(&generator, upTo: Bool.random(using: &generator) ? 4 : 70))
    }
    return .list(
      (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        item(&generator, depth: depth - 1)
      })
  }

  @Test("INV-013: decoding what was encoded gives the item back")
  func roundTrip() {
    check("RLP", runs: 500) {
      Self.item(&$0)
    } property: { item -> Bool in
      try RLP.decode(RLP.encode(item)) == item
    }
  }

  @Test("INV-012: changed bytes are refused or are the one encoding of another item")
  func changedBytes() {
    check("RLP, changed", runs: 3000) { generator -> [UInt8] in
      var bytes = RLP.encode(Self.item(&generator))
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0x7F...0xFF, using: &generator), at: place)
        }
      }
      return bytes
    } property: { bytes -> Bool in
      guard let item = try? RLP.decode(bytes) else { return true }
      return RLP.encode(item) == bytes
    }
  }

  @Test("The length is in the first byte up to 55 bytes, and beyond it in bytes of its own")
  func lengths() throws {
    for (count, prefix) in [
      (2, "82"), (55, "b7"), (56, "b838"), (255, "b8ff"), (256, "b90100"), (65536, "ba010000"),
    ] {
      let content = [UInt8](repeating: 0xAA, count: count)
      let encoded = RLP.encode(.bytes(content))
      #expect(try encoded == hex(prefix) + content)
      #expect(try RLP.decode(encoded) == .bytes(content))
    }
    for (count, prefix) in [(0, "c0"), (55, "f7"), (56, "f838"), (256, "f90100")] {
      let items = [RLPItem](repeating: .bytes([7]), count: count)
      let encoded = RLP.encode(.list(items))
      #expect(try encoded == hex(prefix) + [UInt8](repeating: 7, count: count))
      #expect(try RLP.decode(encoded) == .list(items))
    }
  }

  @Test("Numbers have no leading zeros, and zero has no byte")
  func numbers() {
    #expect(RLPItem.number(0) == .bytes([]))
    #expect(RLPItem.number(0x7F) == .bytes([0x7F]))
    #expect(RLPItem.number(0x0100) == .bytes([0x01, 0x00]))
    #expect(RLPItem.number(.max) == .bytes([UInt8](repeating: 0xFF, count: 32)))
  }

  @Test(
    "INV-012: what is no canonical encoding is refused with the place of the item",
    arguments: [
      ("", .truncated(at: 0)), ("81", .truncated(at: 0)), ("b7", .truncated(at: 0)),
      ("b8", .truncated(at: 0)), ("b838", .truncated(at: 0)), ("b9ff", .truncated(at: 0)),
      ("c1", .truncated(at: 0)), ("c28201", .truncated(at: 1)), ("c38201", .truncated(at: 0)),
      ("c2820102", .truncated(at: 1)),
      ("bfffffffffffffffff", .truncated(at: 0)), ("bf7fffffffffffffff", .truncated(at: 0)),
      ("8100", .notCanonical(at: 0)), ("817f", .notCanonical(at: 0)),
      ("c3018105", .notCanonical(at: 2)), ("b80102", .notCanonical(at: 0)),
      ("b837" + String(repeating: "ff", count: 55), .notCanonical(at: 0)),
      ("b90038" + String(repeating: "ff", count: 56), .notCanonical(at: 0)),
      ("f800", .notCanonical(at: 0)), ("0000", .trailingBytes(at: 1)),
      ("8080", .trailingBytes(at: 1)), ("c0c0", .trailingBytes(at: 1)),
    ] as [(String, RLPError)])
  func errors(digits: String, expected: RLPError) {
    #expect(throws: expected) { try RLP.decode(try hex(digits)) }
  }

  @Test("INV-012: 256 lists one inside the other are read, 257 and many more are refused")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      var bytes: [UInt8] = [0xC0]
      for _ in 1..<depth {
        let length = [UInt8](UInt256(UInt64(bytes.count)).bytes32.bytes.drop { $0 == 0 })
        bytes =
          (bytes.count <= 55 ? [0xC0 + UInt8(bytes.count)] : [0xF7 + UInt8(length.count)] + length)
          + bytes
      }
      return bytes
    }
    let deepest = try RLP.decode(nested(RLP.maximumDepth))
    #expect(RLP.encode(deepest) == nested(256))
    #expect(throws: RLPError.tooDeep) { try RLP.decode(nested(257)) }
    #expect(throws: RLPError.tooDeep) { try RLP.decode(nested(5000)) }
  }

  @Test("Messages say where and what")
  func messages() {
    #expect(RLPError.truncated(at: 3).description == "the bytes end inside the item at byte 3")
    #expect(
      RLPError.notCanonical(at: 3).description == "the item at byte 3 could be written shorter")
    #expect(
      RLPError.trailingBytes(at: 3).description == "bytes follow the item, from byte 3 on")
    #expect(RLPError.tooDeep.description == "lists nested deeper than 256 levels")
  }
}

@Suite("Addresses of contracts")
struct ContractAddressTests {
  @Test("The first contracts of a known account")
  func create() throws {
    let sender = try Address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    let contracts = [
      "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d", "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
      "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91",
    ]
    for (nonce, contract) in contracts.enumerated() {
      #expect(Address.create(sender: sender, nonce: UInt64(nonce)).hex == contract)
    }
  }

  @Test("A nonce is hashed in as few bytes as it has")
  func nonces() throws {
    let sender = try Address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    // The list, the sender and the nonce, written out.
    for (nonce, list, digits) in [
      (127, "d6", "7f"), (128, "d7", "8180"), (256, "d8", "820100"),
      (UInt64.max, "de", "88ffffffffffffffff"),
    ] as [(UInt64, String, String)] {
      let preimage = try hex(list + "94" + sender.hex.dropFirst(2) + digits)
      let expected = Address(bytes: Keccak256.hash(preimage).bytes[12...])
      #expect(Address.create(sender: sender, nonce: nonce) == expected)
    }
  }

  @Test(
    "EIP-1014's own examples",
    arguments: [
      ("", "", "00", "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
      (
        "deadbeef00000000000000000000000000000000", "", "00",
        "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"
      ),
      (
        "deadbeef00000000000000000000000000000000", "feed000000000000000000000000000000000000",
        "00", "0xD04116cDd17beBE565EB2422F2497E06cC1C9833"
      ),
      ("", "", "deadbeef", "0x70f2b2914A2a4b783FaEFb75f459A580616Fcb5e"),
      ("deadbeef", "cafebabe", "deadbeef", "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7"),
      (
        "deadbeef", "cafebabe", String(repeating: "deadbeef", count: 11),
        "0x1d8bfDC5D46DC4f61D6b6115972536eBE6A8854C"
      ),
      ("", "", "", "0xE33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0"),
    ])
  func create2(sender: String, salt: String, code: String, contract: String) throws {
    func padded(_ digits: String, _ count: Int) -> String {
      "0x" + String(repeating: "0", count: count - digits.count) + digits
    }
    let address = Address.create2(
      sender: try Address(padded(sender, 40)), salt: try Bytes32(hex: padded(salt, 64)),
      initCodeHash: Keccak256.hash(try hex(code)))
    #expect(address.checksummed == contract)
  }
}
