import BigInt
import EthereumPrimitives
import TestKit
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
  private let maximum =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935"

  @Test("INV-013: decimal and hexadecimal text equal BigInt's, and are read back")
  func roundTrips() {
    check("text", runs: 1000, generate: word) { number -> Bool in
      let decimal = String(big(number))
      let digits = String(big(number), radix: 16)
      return try number.decimal == decimal && number.description == decimal
        && number.hex == "0x" + digits
        && UInt256(decimal: decimal) == number && UInt256(hex: "0x" + digits) == number
        && UInt256(hex: "0x" + digits.uppercased()) == number
        && UInt256(hex: number.bytes32.hex) == number
    }
  }

  @Test("512-bit numbers are written as BigInt writes them")
  func doubleWords() {
    check("512-bit text", runs: 300, generate: doubleWord) { number -> Bool in
      number.description == String(big(number))
    }
    // 2⁵¹² − 1, whose decimal digits need three parts of 77.
    #expect(
      UInt512(high: .max, low: .max).description
        == """
        13407807929942597099574024998205846127479365820592393377723561443721764030073\
        546976801874298166903427690031858186486050853753882811946569946433649006084095
        """)
  }

  @Test("Zeros inside and at the end of a number are kept")
  func innerZeros() throws {
    for text in [
      "0", "10000000000000000000", "100000000000000000000000000000000000000",
      "9999999999999999999", "10000000000000000001", "50000000000000000000000000000000000000007",
    ] {
      #expect(try UInt256(decimal: text).decimal == text)
    }
    #expect(try UInt512(high: .zero, low: UInt256(decimal: maximum)).description == maximum)
    var bytes: [UInt8] = Array("a".utf8)
    UInt256(42).appendDecimal(to: &bytes)
    #expect(bytes == Array("a42".utf8))
  }

  @Test("2²⁵⁶ − 1 is the last number, in both notations")
  func limits() throws {
    #expect(try UInt256(decimal: maximum) == .max)
    #expect(try UInt256(hex: "0x" + String(repeating: "f", count: 64)) == .max)
    let beyond = [
      "115792089237316195423570985008687907853269984665640564039457584007913129639936",
      "115792089237316195423570985008687907853269984665640564039457584007913129639999",
      "200000000000000000000000000000000000000000000000000000000000000000000000000000",
      "1000000000000000000000000000000000000000000000000000000000000000000000000000000",
      String(repeating: "9", count: 10_000),
    ]
    for text in beyond {
      #expect(throws: UInt256.ParseError.overflow) { try UInt256(decimal: text) }
    }
    for digits in ["1" + String(repeating: "0", count: 64), String(repeating: "f", count: 65)] {
      #expect(throws: UInt256.ParseError.overflow) { try UInt256(hex: "0x" + digits) }
    }
    #expect(try UInt256(hex: "0x" + String(repeating: "0", count: 80) + "7") == 7)
  }

  @Test(
    "INV-012: what is no decimal number is refused with the character and its place",
    arguments: [
      ("", .empty), ("00", .leadingZero), ("007", .leadingZero), ("-1", .notADigit("-", 1)),
      ("+1", .notADigit("+", 1)), (" 1", .notADigit(" ", 1)), ("1 ", .notADigit(" ", 2)),
      ("1,000", .notADigit(",", 2)), ("1_000", .notADigit("_", 2)), ("1.0", .notADigit(".", 2)),
      ("1e21", .notADigit("e", 2)), ("0x10", .notADigit("x", 2)), ("12é", .notADigit("é", 3)),
      ("1٣", .notADigit("٣", 2)), ("1🦊", .notADigit("🦊", 2)), ("1\u{0}", .notADigit("\\x00", 2)),
      ("12345678901234567890x", .notADigit("x", 21)), ("1\n", .notADigit("\\x0a", 2)),
    ] as [(String, UInt256.ParseError)])
  func decimalErrors(text: String, expected: UInt256.ParseError) {
    #expect(throws: expected) { try UInt256(decimal: text) }
  }

  @Test(
    "INV-012: what is no hexadecimal number is refused with the character and its place",
    arguments: [
      ("", .missingPrefix), ("10", .missingPrefix), ("0X10", .missingPrefix),
      (" 0x10", .missingPrefix), ("x10", .missingPrefix), ("0x", .empty),
      ("0xg", .notADigit("g", 3)), ("0x1 ", .notADigit(" ", 4)), ("0x-1", .notADigit("-", 3)),
      ("0x1é", .notADigit("é", 4)), ("0xG", .notADigit("G", 3)), ("0x/:", .notADigit("/", 3)),
      ("0x@", .notADigit("@", 3)), ("0x`", .notADigit("`", 3)),
    ] as [(String, UInt256.ParseError)])
  func hexadecimalErrors(text: String, expected: UInt256.ParseError) {
    #expect(throws: expected) { try UInt256(hex: text) }
  }

  @Test("Bytes that are no text are shown in hex, and places count within a slice")
  func slices() throws {
    let ascii = Array("ab12\u{7F}".utf8)
    #expect(try UInt256(decimal: ascii[2..<4]) == 12)
    #expect(throws: UInt256.ParseError.notADigit("\\x7f", 3)) { try UInt256(decimal: ascii[2...]) }
    #expect(throws: UInt256.ParseError.notADigit("\\xff", 2)) {
      try UInt256(decimal: [0x31, 0xFF][...])
    }
    // The first byte of a character that is cut off, and one that continues none.
    #expect(throws: UInt256.ParseError.notADigit("\\xc3", 1)) { try UInt256(decimal: [0xC3][...]) }
    #expect(throws: UInt256.ParseError.notADigit("\\xa9", 1)) {
      try UInt256(decimal: [0xA9, 0x31][...])
    }
  }

  @Test("INV-012: any text is either the decimal form of a number in range or refused")
  func anyText() {
    check("any text", runs: 2000) { generator -> String in
      let digits = Array("0123456789")
      let count = Int.random(in: 0...90, using: &generator)
      var text = (0..<count).map { _ in digits.randomElement(using: &generator) ?? "0" }
      if Int.random(in: 0..<4, using: &generator) == 0, count > 0 {
        let scalar = Unicode.Scalar(UInt8.random(in: 0...255, using: &generator))
        text[Int.random(in: 0..<count, using: &generator)] = Character(scalar)
      }
      return String(text)
    } property: { text -> Bool in
      let isDecimal = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      let isCanonical = isDecimal && (text == "0" || text.first != "0")
      let expected = isCanonical ? BigUInt(text).flatMap { $0 < two256 ? $0 : nil } : nil
      return (try? UInt256(decimal: text)).map(big) == expected
    }
  }

  @Test("Messages say what was found")
  func messages() {
    #expect(UInt256.ParseError.empty.description == "a number without digits")
    #expect(UInt256.ParseError.missingPrefix.description == "a hexadecimal number without 0x")
    #expect(UInt256.ParseError.notADigit("x", 3).description == "the character 'x' at place 3")
    #expect(UInt256.ParseError.leadingZero.description == "a leading zero")
    #expect(UInt256.ParseError.overflow.description == "2^256 or more")
  }
}

extension UInt256.ParseError {
  fileprivate static func notADigit(_ character: String, _ place: Int) -> Self {
    .notADigit(character: character, at: place)
  }
}
