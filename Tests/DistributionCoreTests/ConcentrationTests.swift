import BigInt
import DistributionCore
import EthereumPrimitives
import TestKit
import Testing

@Suite("Concentration: exact measures of how amounts are spread")
struct ConcentrationTests {
  private func measured(_ amounts: [UInt64]) throws -> Concentration {
    try Concentration(amounts.map { UInt256($0) })
  }

  @Test("Measures of small lists, worked out by hand")
  func byHand() throws {
    let equal = try measured([5, 5, 5, 5])
    #expect(equal.gini.billionths() == 0)
    #expect(equal.herfindahl.billionths() == 250_000_000)
    #expect(equal.nakamoto(above: 500_000_000) == 3)
    #expect(equal.nakamoto(above: 330_000_000) == 2)
    #expect(equal.nakamoto(above: 250_000_000) == 2)
    #expect(equal.nakamoto(above: 249_999_999) == 1)
    #expect(equal.share(ofLargest: 1).billionths() == 250_000_000)

    // Gini of 1, 2, 3: (2 · (1 + 4 + 9) − 4 · 6) / (3 · 6) = 4 / 18.
    let steps = try measured([2, 3, 1])
    #expect(steps.gini.billionths() == 222_222_222)
    #expect(steps.gini.billionths(roundedUp: true) == 222_222_223)
    // (1 + 4 + 9) / 36.
    #expect(steps.herfindahl.billionths() == 388_888_888)
    #expect(steps.nakamoto(above: 500_000_000) == 2)
    #expect(steps.share(ofLargest: 2).billionths() == 833_333_333)
    #expect(steps.share(ofLargest: 9).billionths() == 1_000_000_000)
  }

  @Test("Who holds nothing is no holder, and nobody at all has no concentration")
  func nobody() throws {
    let one = try measured([0, 7, 0])
    #expect(one.holders == 1)
    #expect(one.gini.billionths() == 0)
    #expect(one.herfindahl.billionths() == 1_000_000_000)
    #expect(one.nakamoto(above: 670_000_000) == 1)
    let none = try measured([0, 0])
    #expect(none.holders == 0 && none.total.isZero)
    #expect(none.gini.billionths() == 0 && none.herfindahl.billionths() == 0)
    #expect(none.nakamoto(above: 500_000_000) == 0)
    #expect(none.share(ofLargest: 3).billionths() == 0)
  }

  @Test("Totals up to 2^254 − 1 are measured exactly, larger ones refused")
  func largest() throws {
    let bound = UInt256.one << 254
    let largest = try Concentration([bound &- UInt256(3), .one, .one])
    #expect(largest.herfindahl.billionths() == 999_999_999)
    #expect(largest.herfindahl.billionths(roundedUp: true) == 1_000_000_000)
    #expect(throws: Concentration.Failure.totalOverflow) {
      try Concentration([bound &- .one, .one])
    }
    #expect(throws: Concentration.Failure.totalOverflow) { try Concentration([.max, .max]) }
  }

  /// The definitions, pair by pair, in big integers.
  private func reference(_ amounts: [BigUInt]) -> (gini: BigUInt, herfindahl: BigUInt) {
    let held = amounts.filter { $0 > 0 }
    let total = held.reduce(0, +)
    guard total > 0 else { return (0, 0) }
    var differences = BigUInt(0)
    for one in held {
      for other in held { differences += one > other ? one - other : other - one }
    }
    let scale = BigUInt(1_000_000_000)
    return (
      differences * scale / (2 * BigUInt(held.count) * total),
      held.reduce(0) { $0 + $1 * $1 } * scale / (total * total)
    )
  }

  @Test("Gini and Herfindahl are those of the definitions, over pairs and squares")
  func definitions() {
    check("measures of random amounts", runs: 300) { generator in
      let width = generator.next() % 240
      return (0..<(generator.next() % 12)).map { _ in
        (0..<4).reduce(UInt256.zero) { value, _ in value << 64 | UInt256(generator.next()) }
          >> Int(16 + width % (1 + generator.next() % 240))
      }
    } property: { (amounts: [UInt256]) in
      guard let measured = try? Concentration(amounts) else {
        return amounts.reduce(BigUInt(0)) { $0 + BigUInt($1.decimal)! } >= BigUInt(1) << 254
      }
      let expected = reference(amounts.map { BigUInt($0.decimal)! })
      return measured.gini.billionths().map { BigUInt($0) } == expected.gini
        && measured.herfindahl.billionths().map { BigUInt($0) } == expected.herfindahl
    }
  }

  @Test("Splitting a holding lowers every measure, and the order of holders changes none")
  func splitting() {
    check("splits", runs: 200) { generator in
      (0..<(2 + generator.next() % 10)).map { _ in 2 + generator.next() % 1000 }
    } property: { amounts in
      let whole = try measured(amounts)
      let halves = amounts.flatMap { [$0 / 2, $0 - $0 / 2] }
      let split = try measured(halves.reversed())
      guard let before = whole.herfindahl.billionths(), let after = split.herfindahl.billionths()
      else { return false }
      return try after < before
        && split.nakamoto(above: 500_000_000) >= whole.nakamoto(above: 500_000_000)
        && measured(amounts.reversed()) == whole
    }
  }
}
