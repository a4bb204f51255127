import BigInt
import EthereumPrimitives
import TestKit
import Testing

@Suite("Division and square roots beside BigInt")
struct DivisionTests {
  @Test("512 by 256 bits: quotient and remainder equal BigInt's")
  func wideByWord() {
    check("512 ÷ 256", runs: 4000) { generator -> (UInt512, UInt256) in
      (doubleWord(&generator), word(&generator))
    } property: { dividend, divisor -> Bool in
      let division = dividend.quotientAndRemainder(dividingBy: divisor)
      guard !divisor.isZero else { return division == nil }
      let expected = big(dividend).quotientAndRemainder(dividingBy: big(divisor))
      return division.map { big($0.quotient) } == expected.quotient
        && division.map { big($0.remainder) } == expected.remainder
    }
  }

  @Test("512 by 512 bits: quotient and remainder equal BigInt's")
  func wideByWide() {
    check("512 ÷ 512", runs: 500) { generator -> (UInt512, UInt512) in
      (doubleWord(&generator), doubleWord(&generator))
    } property: { dividend, divisor -> Bool in
      let division = dividend.quotientAndRemainder(dividingBy: divisor)
      guard !divisor.isZero else { return division == nil }
      let expected = big(dividend).quotientAndRemainder(dividingBy: big(divisor))
      return division.map { big($0.quotient) } == expected.quotient
        && division.map { big($0.remainder) } == expected.remainder
    }
  }

  @Test("256 by 256 bits: quotient and remainder equal BigInt's")
  func wordByWord() {
    check("256 ÷ 256", runs: 2000) { generator -> (UInt256, UInt256) in
      (word(&generator), word(&generator))
    } property: { dividend, divisor -> Bool in
      let division = dividend.quotientAndRemainder(dividingBy: divisor)
      guard !divisor.isZero else { return division == nil }
      let expected = big(dividend).quotientAndRemainder(dividingBy: big(divisor))
      return division.map { big($0.quotient) } == expected.quotient
        && division.map { big($0.remainder) } == expected.remainder
    }
  }

  @Test("A product and a smaller rest, divided again, give the factor and the rest")
  func backAgain() {
    check("a·b + r", runs: 2000) { generator -> (UInt256, UInt256, UInt256) in
      (word(&generator), word(&generator), word(&generator))
    } property: { factor, divisor, number -> Bool in
      guard !divisor.isZero,
        let rest = number.quotientAndRemainder(dividingBy: divisor)?.remainder,
        let dividend = factor.multipliedFullWidth(by: divisor).adding(rest),
        let division = dividend.quotientAndRemainder(dividingBy: divisor)
      else { return divisor.isZero }
      return division.quotient == UInt512(factor) && division.remainder == rest
    }
  }

  @Test("Division by zero is nil in every width")
  func byZero() {
    #expect(UInt256.one.quotientAndRemainder(dividingBy: .zero) == nil)
    #expect(UInt512(.one).quotientAndRemainder(dividingBy: UInt256.zero) == nil)
    #expect(UInt512(.one).quotientAndRemainder(dividingBy: UInt512.zero) == nil)
    #expect(UInt512.zero.quotientAndRemainder(dividingBy: UInt256.zero) == nil)
  }

  private struct HardCase {
    let why: String
    /// Limbs, the least significant first.
    let dividend: [UInt64]
    let divisor: [UInt64]
    let quotient: [UInt64]
    let remainder: [UInt64]
  }

  /// From Warren, Hacker's Delight (`divmnu`), scaled from 16-bit digits to 64-bit ones; the
  /// results are worked out by hand as q·v + r = u with r < v.
  private let hardCases = [
    HardCase(
      why: "the estimate is one too large: the divisor is added back",
      dividend: [3, 0, 1 << 63], divisor: [1, 0, 1 << 61], quotient: [3],
      remainder: [0, 0, 1 << 61]),
    HardCase(
      why: "added back, with the largest digit but one",
      dividend: [0, 0, 1 << 63, 1 << 63 - 1], divisor: [1, 0, 1 << 63], quotient: [.max - 1, 0],
      remainder: [2, .max, 1 << 63 - 1]),
    HardCase(
      why: "the product that is subtracted takes all bits of a limb",
      dividend: [0, .max - 1, 1 << 63], divisor: [.max, 1 << 63], quotient: [.max],
      remainder: [.max, 1 << 63 - 1]),
    HardCase(
      why: "the first digits are equal: the estimate starts at the largest digit",
      dividend: [0, 0, 1 << 63], divisor: [1, 1 << 63], quotient: [.max],
      remainder: [1, 1 << 63 - 1]),
    HardCase(
      why: "all bits of dividend and divisor are set",
      dividend: [.max, .max, .max, .max, .max, .max, .max, .max],
      divisor: [.max, .max, .max, .max], quotient: [1, 0, 0, 0, 1], remainder: [0]),
    HardCase(
      why: "the divisor has one limb",
      dividend: [0, 0, 0, 0, 0, 0, 0, 1 << 63], divisor: [2],
      quotient: [0, 0, 0, 0, 0, 0, 0, 1 << 62], remainder: [0]),
  ]

  @Test("Knuth's algorithm D in its hard cases")
  func knuth() throws {
    func wide(_ limbs: [UInt64]) -> UInt512 {
      let l = limbs + [UInt64](repeating: 0, count: 8 - limbs.count)
      return UInt512(
        high: UInt256(l[4], l[5], l[6], l[7]), low: UInt256(l[0], l[1], l[2], l[3]))
    }
    for hard in hardCases {
      let (dividend, divisor) = (wide(hard.dividend), wide(hard.divisor))
      let division = try #require(dividend.quotientAndRemainder(dividingBy: divisor.low))
      #expect(division.quotient == wide(hard.quotient), "\(hard.why)")
      #expect(UInt512(division.remainder) == wide(hard.remainder), "\(hard.why)")
      // The table itself: q·v + r = u.
      let product = big(wide(hard.quotient)) * big(divisor) + big(wide(hard.remainder))
      #expect(product == big(dividend), "\(hard.why)")
    }
  }

  // MARK: Square roots

  @Test("Square roots equal BigInt's, rounded down")
  func squareRoots() {
    check("√", runs: 400, generate: doubleWord) { number -> Bool in
      let root = big(number.squareRoot())
      return root * root <= big(number) && (root + 1) * (root + 1) > big(number)
        && big(number.low.squareRoot()) == big(number.low).squareRoot()
    }
  }

  @Test("Around a square the root steps from n − 1 to n")
  func aroundSquares() {
    check("n² ± 1", runs: 300, generate: word) { number -> Bool in
      let square = number.multipliedFullWidth(by: number)
      guard let below = square.subtracting(UInt512(.one)), let above = square.adding(.one)
      else { return number.isZero && square.squareRoot() == .zero }
      return square.squareRoot() == number && below.squareRoot() == number &- .one
        && above.squareRoot() == number
    }
  }

  @Test("Known square roots")
  func knownRoots() throws {
    for (number, root) in [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (8, 2), (9, 3), (99, 9)] {
      #expect(UInt256(UInt64(number)).squareRoot() == UInt256(UInt64(root)))
    }
    #expect(UInt256.max.squareRoot().hex == "0x" + String(repeating: "f", count: 32))
    #expect(UInt512(high: .max, low: .max).squareRoot() == .max)
    #expect(UInt512(high: .one, low: .zero).squareRoot() == (try power(128)))
  }
}
