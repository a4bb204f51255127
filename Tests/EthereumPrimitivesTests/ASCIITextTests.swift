import BigInt
import EthereumPrimitives
import TestKit
import Testing

@Suite("Text of addresses and numbers")
struct ASCIITextTests {
  private static func text(_ build: (inout ASCIIText) -> Void) -> String {
    var text = ASCIIText()
    build(&text)
    return String(decoding: text.bytes(), as: UTF8.self)
  }

  @Test(
    "Known numbers",
    arguments: [
      ("0", UInt256.zero), ("9", 9), ("10", 10), ("99999999", 99_999_999),
      ("100000000", 100_000_000), ("10000000000000000", 10_000_000_000_000_000),
      ("9999999999999999999", 9_999_999_999_999_999_999),
      ("10000000000000000000", 10_000_000_000_000_000_000),
      (
        "115792089237316195423570985008687907853269984665640564039457584007913129639935",
        UInt256.max
      ),
    ])
  func known(digits: String, number: UInt256) {
    #expect(Self.text { $0.append(decimal: number) } == digits)
  }

  @Test("A known address, and text without any")
  func address() throws {
    let address = try Address("0x00a329c0648769a73afac7f9381e08fb43dbea72")
    #expect(
      Self.text { $0.append(hex: address) } == "0x00a329c0648769a73afac7f9381e08fb43dbea72")
    #expect(Self.text { _ in } == "")
    #expect(Self.text { $0.append(Array("a,b".utf8)) } == "a,b")
  }

  @Test("Numbers of any width equal BigInt's, whatever stands before them")
  func numbers() {
    check("text of numbers", runs: 100) { generator in
      (0..<Int.random(in: 1...40, using: &generator)).map { _ in
        (generator.next(), Int.random(in: 0...255, using: &generator))
      }
    } property: { sample in
      let numbers = sample.map { word, shift in UInt256(word, word, word, word) >> shift }
      let expected = sample.map { word, shift in
        let number = [0, 64, 128, 192].reduce(BigUInt.zero) { $0 | BigUInt(word) << $1 }
        return "\(number >> shift)\n"
      }.joined()
      return Self.text { text in
        for number in numbers {
          text.append(decimal: number)
          text.append(0x0A)
        }
      } == expected
    }
  }

  @Test("A long text is whole, wherever its pieces end", arguments: 0..<9)
  func long(start: Int) {
    let before = String(repeating: "x", count: start)
    let count = 30_000
    let text = Self.text { text in
      text.append(Array(before.utf8))
      for number in 0..<count { text.append(decimal: UInt256(UInt64(number))) }
    }
    #expect(text == before + (0..<count).map { "\($0)" }.joined())
  }
}
