import EthereumPrimitives
import TestKit
import Testing

@Suite("Bytes as hexadecimal text")
struct HexTests {
  @Test("INV-013: bytes are written in lower case and read back in either")
  func roundTrip() {
    check("hex", runs: 300) { generator -> [UInt8] in
      bytes(&generator, upTo: 50)
    } property: { bytes -> Bool in
      let text = Hex.encode(bytes)
      return try Hex.decode(text) == bytes
        && Hex.decode("0x" + text.dropFirst(2).uppercased()) == bytes
    }
    #expect(Hex.encode([]) == "0x")
    #expect(Hex.encode([0x00, 0x0F, 0xA0, 0xFF, 0x9A]) == "0x000fa0ff9a")
  }

  @Test(
    "INV-012: what is no byte string is refused with the character and its place",
    arguments: [
      ("", .missingPrefix), ("00", .missingPrefix), ("0X00", .missingPrefix),
      ("0x0", .oddLength(1)), ("0x123", .oddLength(3)),
      ("0xzz", .notHexadecimal(character: "z", at: 3)),
      ("0x00 ", .notHexadecimal(character: " ", at: 5)),
      ("0x0é", .notHexadecimal(character: "é", at: 4)),
    ] as [(String, HexError)])
  func errors(text: String, expected: HexError) {
    #expect(throws: expected) { try Hex.decode(text) }
  }

  @Test("Only the sixteen digits are digits")
  func digits() throws {
    for byte in UInt8(0x20)..<0x7F {
      let character = Character(Unicode.Scalar(byte))
      let value = UInt8(String(character), radix: 16)
      #expect((try? Hex.decode("0x0\(character)")) == value.map { [$0] }, "\(character)")
    }
  }

  @Test("Messages say what was found")
  func messages() {
    #expect(HexError.missingPrefix.description == "hexadecimal bytes start with 0x")
    #expect(HexError.oddLength(3).description == "3 hexadecimal digits; two make a byte")
    #expect(
      HexError.notHexadecimal(character: "z", at: 3).description
        == "'z' at place 3 is no hexadecimal digit")
    #expect(HexError.wrongLength(found: 2, expected: 32).description == "2 bytes, expected 32")
  }
}

@Suite("32-byte words")
struct Bytes32Tests {
  private let counting = (0..<32).map { UInt8($0 * 7) }

  @Test("Bytes and text of a word, in their order")
  func forms() throws {
    let word = try #require(Bytes32(bytes: counting[...]))
    #expect(word.bytes == counting)
    #expect(Bytes32(bytes: ([9, 9] + counting)[2...]) == word)
    let text = Hex.encode(counting)
    #expect(word.hex == text && word.description == text)
    #expect(try Bytes32(hex: text) == word)
    #expect(Bytes32.zero.bytes == [UInt8](repeating: 0, count: 32))
    #expect(
      Bytes32(0x0001_0203_0405_0607, 0, 0, 1).hex
        == "0x0001020304050607" + String(repeating: "0", count: 47) + "1")
    var appended: [UInt8] = [1]
    word.append(to: &appended)
    #expect(appended == [1] + counting)
  }

  @Test("INV-012: 32 bytes are a word, any other number is refused")
  func lengths() {
    for count in [0, 31, 33, 64] {
      let bytes = [UInt8](repeating: 0, count: count)
      #expect(Bytes32(bytes: bytes[...]) == nil)
      #expect(throws: HexError.wrongLength(found: count, expected: 32)) {
        try Bytes32(hex: Hex.encode(bytes))
      }
    }
    #expect(throws: HexError.oddLength(63)) {
      try Bytes32(hex: "0x" + String(repeating: "0", count: 63))
    }
  }

  @Test("Words are in the order of their bytes")
  func order() {
    check("order of words", runs: 500) { generator -> (UInt256, UInt256) in
      (word(&generator), word(&generator))
    } property: { left, right -> Bool in
      let (one, other) = (left.bytes32, right.bytes32)
      return (one < other) == one.bytes.lexicographicallyPrecedes(other.bytes)
    }
  }
}
