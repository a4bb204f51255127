import EthereumPrimitives
import TestKit
import Testing

@Suite("Addresses")
struct AddressTests {
  /// The examples of EIP-55: all capitals, all small letters, and four usual ones.
  private static let examples = [
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ]

  @Test("EIP-55's own examples are read and written", arguments: examples)
  func checksums(text: String) throws {
    let address = try Address(text)
    #expect(address.checksummed == text && address.description == text)
    #expect(address.hex == text.lowercased())
    let digits = text.dropFirst(2)
    #expect(try Address("0x" + digits.lowercased()) == address)
    #expect(try Address("0x" + digits.uppercased()) == address)
  }

  @Test("An address is the number that its digits are, and numbers of 160 bits are addresses")
  func numbers() throws {
    for text in Self.examples {
      let address = try Address(text)
      #expect(try address.number == UInt256(hex: text))
      #expect(Address(number: address.number) == address)
    }
    let largest = try Address("0x" + String(repeating: "f", count: 40))
    #expect(Address(number: largest.number) == largest)
    #expect(Address(number: largest.number &+ .one) == nil && Address(number: .max) == nil)
    #expect(Address(number: UInt256(1) << 192) == nil && Address(number: .zero) == .zero)
  }

  @Test("A letter of the other case is found, and the right text is named")
  func wrongCase() throws {
    for text in Self.examples[4...] {
      let characters = Array(text)
      for place in characters.indices.dropFirst(2) where characters[place].isLetter {
        var changed = characters
        let letter = characters[place]
        changed[place] = Character(letter.isUppercase ? letter.lowercased() : letter.uppercased())
        #expect(throws: Address.ParseError.wrongChecksum(expected: text)) {
          try Address(String(changed))
        }
      }
    }
  }

  @Test("One small letter beside one capital is a checksum already, whichever they are")
  func twoLetters() throws {
    for small in "abcdef" {
      for capital in "ABCDEF" {
        let text = "0x\(small)\(capital)" + String(repeating: "0", count: 38)
        let right = try Address(text.lowercased()).checksummed
        #expect((try? Address(text))?.checksummed == (text == right ? text : nil), "\(text)")
      }
    }
  }

  private static let digits39 = "5aaeb6053f3e94c9b9a09f33669435e7ef1beae"

  @Test(
    "INV-012: what is no address is refused with what is wrong",
    arguments: [
      ("", .missingPrefix), ("0", .missingPrefix), ("0X" + digits39 + "d", .missingPrefix),
      (digits39 + "d", .missingPrefix), (" 0x" + digits39 + "d", .missingPrefix),
      ("0x", .wrongLength(found: 0)), ("0x" + digits39, .wrongLength(found: 39)),
      ("0x" + digits39 + "d0", .wrongLength(found: 41)),
      ("0x" + digits39 + "g", .notHexadecimal(character: "g", at: 42)),
      ("0x" + digits39 + "d ", .notHexadecimal(character: " ", at: 43)),
      ("0x" + digits39 + "O", .notHexadecimal(character: "O", at: 42)),
      ("0xé" + digits39, .notHexadecimal(character: "é", at: 3)),
      ("0xvitalik.eth", .notHexadecimal(character: "v", at: 3)),
      ("0x" + digits39 + "\u{0}", .notHexadecimal(character: "\\x00", at: 42)),
    ] as [(String, Address.ParseError)])
  func errors(text: String, expected: Address.ParseError) {
    #expect(throws: expected) { try Address(text) }
  }

  @Test("An address is read from a part of a line, and places count within it")
  func slices() throws {
    let line = Array("7,0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed,9".utf8)
    #expect(try Address(ascii: line[2..<44]).checksummed == Self.examples[4])
    #expect(throws: Address.ParseError.notHexadecimal(character: ",", at: 43)) {
      try Address(ascii: line[2...])
    }
  }

  @Test("Bytes, text and word of an address stand for the same number")
  func forms() throws {
    let address = try Address(Self.examples[0])
    let bytes = try hex("52908400098527886E0F7030069857D2E4169EE7")
    #expect(address.bytes == bytes)
    #expect(Address(bytes: bytes[...]) == address)
    #expect(Address(bytes: ([7] + bytes)[1...]) == address)
    #expect(address.bytes32.bytes == [UInt8](repeating: 0, count: 12) + bytes)
    for count in [0, 19, 21, 32] {
      #expect(Address(bytes: [UInt8](repeating: 1, count: count)[...]) == nil)
    }
    #expect(Address.zero.hex == "0x" + String(repeating: "0", count: 40))
    #expect(Address.zero.isZero && !address.isZero)
    for place in [0, 7, 8, 15, 16, 19] {
      var one = [UInt8](repeating: 0, count: 20)
      one[place] = 1
      #expect(Address(bytes: one[...])?.isZero == false)
    }
  }

  @Test("INV-013: any twenty bytes are written and read back, by number and by checksum")
  func roundTrip() {
    check("addresses", runs: 500) { generator -> [UInt8] in
      (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    } property: { bytes -> Bool in
      let address = try #require(Address(bytes: bytes[...]))
      var text = Array("a".utf8)
      address.appendHex(to: &text)
      address.appendChecksummed(to: &text)
      return try Address(address.checksummed) == address && Address(address.hex) == address
        && address.bytes == bytes && address.checksummed.lowercased() == address.hex
        && String(decoding: text, as: UTF8.self) == "a" + address.hex + address.checksummed
    }
  }

  @Test("Addresses are in the order of their bytes")
  func order() {
    check("order of addresses", runs: 500) { generator -> ([UInt8], [UInt8]) in
      var left = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var right = left
      let place = Int.random(in: 0..<20, using: &generator)
      right[place] = UInt8.random(in: 0...255, using: &generator)
      if Bool.random(using: &generator) { swap(&left, &right) }
      return (left, right)
    } property: { left, right -> Bool in
      let (one, other) = try (
        #require(Address(bytes: left[...])), #require(Address(bytes: right[...]))
      )
      return (one < other) == left.lexicographicallyPrecedes(right)
        && (one == other) == (left == right)
    }
  }

  @Test("Messages say what was found and what an address looks like")
  func messages() {
    #expect(Address.ParseError.missingPrefix.description == "an address starts with 0x")
    #expect(
      Address.ParseError.wrongLength(found: 39).description
        == "an address has 40 digits after 0x, this one has 39")
    #expect(
      Address.ParseError.notHexadecimal(character: "g", at: 42).description
        == "'g' at place 42 is no hexadecimal digit")
    #expect(
      Address.ParseError.wrongChecksum(expected: "0xAb").description
        == "the capital letters do not match the EIP-55 checksum; expected 0xAb")
  }
}
