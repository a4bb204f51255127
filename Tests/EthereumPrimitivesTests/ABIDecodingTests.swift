import EthereumPrimitives
import TestKit
import Testing

/// Words of 32 bytes, by their numbers.
private func words(_ numbers: UInt256...) -> [UInt8] { numbers.flatMap { $0.bytes32.bytes } }

/// Bytes at the start of a word.
private func leading(_ bytes: [UInt8]) -> [UInt8] {
  bytes + [UInt8](repeating: 0, count: 32 - bytes.count)
}

@Suite("ABI decoding of bytes that somebody else wrote")
struct ABIDecodingTests {
  private func refuses(
    _ bytes: [UInt8], as names: String..., with expected: ABIError,
    maximumValues: Int = ABI.maximumValues, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let types = try names.map { try ABIType(parsing: $0) }
    #expect(throws: expected, sourceLocation: sourceLocation) {
      try ABI.decode(bytes, as: types, maximumValues: maximumValues)
    }
  }

  @Test("INV-012: bytes that end too early")
  func truncated() throws {
    try refuses([], as: "uint8", with: .truncated(at: 0))
    try refuses([UInt8](repeating: 0, count: 31), as: "uint8", with: .truncated(at: 0))
    try refuses(words(1), as: "uint8", "bool", with: .truncated(at: 32))
    try refuses(words(1, 2), as: "uint8[3]", with: .truncated(at: 64))
    try refuses(words(32), as: "bytes", with: .truncated(at: 32))
  }

  @Test("INV-012: offsets and lengths that point outside the bytes")
  func badOffsets() throws {
    try refuses(words(33), as: "bytes", with: .badOffset(at: 0))
    try refuses(words(.max), as: "bytes", with: .badOffset(at: 0))
    try refuses(words(UInt256(UInt64(Int.max))), as: "bytes", with: .badOffset(at: 0))
    try refuses(words(UInt256(UInt64(Int.max) + 1)), as: "bytes", with: .badOffset(at: 0))
    // An inner offset counts from the inner heads.
    try refuses(words(32, 97, 0, 0), as: "(string,uint8)", with: .badOffset(at: 32))
    try refuses(words(32, .max), as: "bytes", with: .badOffset(at: 32))
    // 33 bytes of content where 32 are left.
    try refuses(words(32, 33, 0), as: "bytes", with: .badOffset(at: 32))
    try refuses(words(32, 33, 0), as: "string", with: .badOffset(at: 32))
    // Two elements are claimed, the second offset is missing.
    try refuses(words(32, 2, 64), as: "string[]", with: .badOffset(at: 32))
    try refuses(words(32, .max), as: "uint8[]", with: .badOffset(at: 32))
  }

  @Test("INV-012: a huge count in a short input is refused before anything is made")
  func hugeCounts() throws {
    try refuses(words(32, 64), as: "uint8[]", with: .badOffset(at: 32))
    try refuses(words(32, 4, 0, 0, 0), as: "uint8[]", with: .badOffset(at: 32))
    try refuses(words(1), as: "uint8[1048576][1048576]", with: .truncated(at: 32))
    // More bytes than an Int can say.
    try refuses(words(1), as: "uint8[1048576][1048576][1048576]", with: .tooManyValues)
    // Elements without a size: as many as the limit.
    let nothings = ABIValue.array([ABIValue](repeating: .tuple([]), count: 1000))
    #expect(try ABI.decode(words(32, 1000), as: [ABIType(parsing: "()[]")]) == [nothings])
    try refuses(words(32, UInt256(UInt64(Int.max))), as: "()[]", with: .tooManyValues)
  }

  @Test("INV-012: more values than the limit, counted before they are made")
  func tooManyValues() throws {
    let (three, array) = (words(1, 1, 1), words(32, 3, 1, 1, 1))
    for (bytes, name) in [(three, "bool[3]"), (array, "bool[]"), (three, "(bool,bool,bool)")] {
      let types = [try ABIType(parsing: name)]
      #expect(throws: Never.self) { try ABI.decode(bytes, as: types, maximumValues: 4) }
      try refuses(bytes, as: name, with: .tooManyValues, maximumValues: 3)
    }
    // 2⁶⁰ elements without a size, and 2²⁰ of them in front of bytes that are too short.
    let nothing = "()[1048576][1048576][1048576]"
    try refuses([], as: nothing, with: .tooManyValues, maximumValues: 1 << 20)
    try refuses([], as: "uint8[1048576]", with: .tooManyValues, maximumValues: 1 << 20)
    try refuses([], as: "uint8[1048576]", with: .truncated(at: 0), maximumValues: 1 << 20 + 1)
  }

  @Test("INV-012: offsets that all point to one content multiply it only up to the limit")
  func sharedContent() throws {
    // 2,200 times the same 64,000 bytes: 140 MB out of 134 kB.
    let count = 2200
    let offset = UInt256(UInt64(32 * count)).bytes32.bytes
    let content = words(64_000) + [UInt8](repeating: 0x61, count: 64_000)
    let offsets = (0..<count).flatMap { _ in offset }
    let input = words(32, UInt256(UInt64(count))) + offsets + content
    try refuses(input, as: "bytes[]", with: .tooManyValues)
    // A few may share: two arrays of two, whose four strings are one.
    let shared = words(32, 2, 64, 64, 2, 64, 64, 1) + leading([0x61])
    let strings = ABIValue.array([.string("a"), .string("a")])
    let type = try ABIType(parsing: "string[][]")
    #expect(try ABI.decode(shared, as: [type]) == [.array([strings, strings])])
    // 16⁵ strings out of five arrays of 16.
    let level = words(16) + (0..<16).flatMap { _ in UInt256(512).bytes32.bytes }
    let fan = words(32) + (0..<5).flatMap { _ in level } + words(1) + leading([0x61])
    try refuses(fan, as: "string[][][][][]", with: .tooManyValues, maximumValues: 5000)
  }

  @Test("INV-012: offsets that lead back to themselves end with the type")
  func selfReference() throws {
    // The inner array starts at its own offset, which says 0: an empty array.
    #expect(
      try ABI.decode(words(32, 1, 0), as: [ABIType(parsing: "bool[][]")])
        == [.array([.array([])])])
    // Tuples that start where their outer tuples do, to the depth of the type and no further.
    let depth = 20
    let name = String(repeating: "(", count: depth) + "bytes" + String(repeating: ")", count: depth)
    let empty = (0..<depth).reduce(ABIValue.bytes([])) { inner, _ in .tuple([inner]) }
    #expect(try ABI.decode(words(0), as: [ABIType(parsing: name)]) == [empty])
  }

  @Test("INV-012: padding that is not zero, bit by bit")
  func dirtyPadding() throws {
    let cases: [(String, UInt256)] = [
      ("uint8", 256), ("uint248", try power(248)), ("int8", 128), ("int8", try power(255)),
      ("int248", try power(254)), ("address", try power(160)), ("address", try power(255)),
      ("bool", 2), ("bool", try power(255)), ("bytes1", 1), ("bytes31", 1),
      ("bytes1", try power(247)), ("function", 1), ("function", try power(63)),
    ]
    for (name, word) in cases {
      try refuses(words(word), as: name, with: .dirtyPadding(at: 0))
      try refuses(words(32, 1, word), as: name + "[]", with: .dirtyPadding(at: 64))
    }
    // The bytes after the content, up to the end of its last word.
    try refuses(words(32, 1) + leading([7, 1]), as: "bytes", with: .dirtyPadding(at: 65))
    try refuses(words(32, 1, 1), as: "string", with: .dirtyPadding(at: 65))
  }

  @Test("Values at the edges of their types are read")
  func edges() throws {
    let cases: [(String, UInt256, ABIValue)] = [
      ("uint8", 255, .uint(255)), ("int8", 127, .int(127)),
      ("int8", try signed("-128"), .int(try signed("-128"))),
      ("int256", try power(255), .int(try power(255))), ("bool", 1, .bool(true)),
      ("bytes1", try power(248), .fixedBytes([1])),
      ("function", try power(64), .fixedBytes([UInt8](repeating: 0, count: 23) + [1])),
    ]
    for (name, word, value) in cases {
      #expect(try ABI.decode(words(word), as: [ABIType(parsing: name)]) == [value], "\(name)")
    }
  }

  @Test("INV-012: strings that are no UTF-8")
  func invalidUTF8() throws {
    for bad in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
      let bytes = bad.map { UInt8($0) }
      let input = words(32, UInt256(UInt64(bytes.count))) + leading(bytes)
      try refuses(input, as: "string", with: .invalidUTF8(at: 32))
      #expect(try ABI.decode(input, as: [.bytes]) == [.bytes(bytes)])
    }
  }

  @Test("Bytes after the last value are left alone, and the last padding may be missing")
  func tolerated() throws {
    #expect(try ABI.decode(words(7, 9), as: [.uint256]) == [.uint(7)])
    #expect(try ABI.decode(words(32, 3) + [1, 2, 3], as: [.bytes]) == [.bytes([1, 2, 3])])
    #expect(try ABI.decode(words(1), as: []) == [])
  }

  @Test("INV-012: any bytes, read as any types, give values or an error")
  func anyBytes() {
    check("ABI, any bytes", runs: 2000) { generator -> ([ABIType], [UInt8]) in
      let types = abiTypes(&generator)
      let count = Int.random(in: 0...20, using: &generator)
      // Small numbers, so that many are offsets and lengths.
      let words = (0..<count).flatMap { _ in
        UInt256(UInt64.random(in: 0...12, using: &generator) * 16).bytes32.bytes
      }
      return (types, words + bytes(&generator, upTo: 40))
    } property: { types, bytes -> Bool in
      guard let values = try? ABI.decode(bytes, as: types) else { return true }
      // What was understood is encoded and understood again.
      return try ABI.decode(ABI.encode(values, as: types), as: types) == values
    }
  }

  @Test("INV-012: an encoding with changed bytes gives values or an error")
  func changedBytes() {
    check("ABI, changed", runs: 1500) { generator -> ([ABIType], [UInt8]) in
      let types = abiTypes(&generator)
      var bytes = try ABI.encode(types.map { abiValue($0, &generator) }, as: types)
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: 0...255, using: &generator)
      }
      return (types, Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
    } property: { types, bytes -> Bool in
      guard let values = try? ABI.decode(bytes, as: types) else { return true }
      return try ABI.decode(ABI.encode(values, as: types), as: types) == values
    }
  }

  @Test("Messages say where and what")
  func messages() {
    let cases: [(ABIError, String)] = [
      (.wrongCount(found: 1, expected: 2), "1 value for 2 types"),
      (.wrongKind(expected: "bool"), "a value of another kind where bool is expected"),
      (.outOfRange(type: "uint8"), "a number that does not fit into uint8"),
      (.wrongLength(found: 3, expected: 4), "3 bytes, expected 4"),
      (.notPackable(type: "(bool)"), "(bool) has no packed encoding"),
      (.truncated(at: 32), "the bytes end inside the value at byte 32"),
      (.badOffset(at: 32), "the offset or length at byte 32 points outside the bytes"),
      (.dirtyPadding(at: 32), "the padding at byte 32 is not zero"),
      (.invalidUTF8(at: 32), "the string at byte 32 is no UTF-8"),
      (.tooDeep, "types nested deeper than 32 levels"),
      (.tooManyValues, "more values than the limit allows"),
    ]
    for (error, message) in cases { #expect(error.description == message) }
  }
}
