import BigInt
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

/// Held against big integers and remainders.
@Suite("Numbers modulo p")
struct ReferenceFieldTests {
  private static let p = (BigUInt(1) << 256) - (BigUInt(1) << 32) - 977

  private static func number(_ field: ReferenceField) -> BigUInt {
    field.bytes.reduce(0) { $0 << 8 + BigUInt($1) }
  }

  /// Often next to 0, to p or to 2²⁵⁶.
  private static func number(_ generator: inout Generator) -> BigUInt {
    let near = BigUInt(generator.next() % 3)
    switch generator.next() % 5 {
    case 0: return near
    case 1: return p - 1 + near
    case 2: return (BigUInt(1) << 256) - 1 - near
    default:
      return (0..<4).reduce(BigUInt(0)) { number, _ in number << 64 + BigUInt(generator.next()) }
    }
  }

  @Test("Sums, differences, products and parity are those of big integers")
  func arithmetic() {
    check("numbers modulo p") { generator in
      (Self.number(&generator), Self.number(&generator))
    } property: { left, right in
      let (a, b) = (ReferenceField(left), ReferenceField(right))
      return Self.number(a) == left % Self.p
        && Self.number(a + b) == (left + right) % Self.p
        && Self.number(a - b) == (left + 2 * Self.p - right) % Self.p
        && Self.number(a * b) == left * right % Self.p
        && a.isOdd == ((left % Self.p) & 1 == 1)
        && (a == b) == (left % Self.p == right % Self.p)
    }
  }

  @Test("A number times its inverse is 1, and a square's root squared is the square")
  func powers() {
    check("inverses and roots", runs: 20) { generator in
      Self.number(&generator)
    } property: { number in
      let field = ReferenceField(number)
      let square = field * field
      return Self.number(field.inverse) == (number.inverse(Self.p) ?? 0)
        && square.root * square.root == square
    }
  }

  @Test("What is no square has no root: 5 and −1")
  func noRoot() {
    for number in [5, 0 - 1] as [ReferenceField] { #expect(number.root * number.root != number) }
  }
}
