import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

private let vault: UInt64 = 7
private typealias Rows = [(UInt64, UInt64, BigInt)]

/// Windows go from 10 to 30.
private func intervals(
  of number: UInt64, _ deposits: Rows, _ shares: Rows, _ rule: AccrualRule, amount: UInt64
) throws(LawError) -> [HeldInterval] {
  try SeriesLaw.intervals(
    of: account(number), through: account(vault), deposits: changes(deposits),
    shares: changes(shares), named: "through", window: 10..<30, rule: rule,
    amount: UInt256(amount))
}

private func interval(
  _ start: UInt64, _ end: UInt64, _ balance: UInt64, inVault: UInt64, _ total: UInt64,
  earned: UInt256, part: UInt64, _ amount: UInt64
) -> HeldInterval {
  HeldInterval(
    start: Timestamp(start), end: Timestamp(end), balance: UInt256(balance),
    inVault: UInt256(inVault), total: UInt256(total), earned: earned, part: part,
    amount: UInt256(amount))
}

private let second = UInt256(1) << 192

@Suite("What an account held of a vault, interval by interval")
struct VaultIntervalTests {
  // Account 1 holds 5, the vault 10. 2 has the only share from 14 on, 1 three more from 20 on.
  private let deposits: Rows = [(0, 1, 5), (0, vault, 10)]
  private let shares: Rows = [(14, 2, 1), (20, 1, 3)]

  @Test("average: an own balance beside a part of the vault's")
  func average() throws {
    // 5 · 10, and 5 · 10 + 10 · 3/4 · 10, which is 7.5 on average: 8.
    #expect(
      try intervals(of: 1, deposits, shares, .average, amount: 700) == [
        interval(10, 20, 5, inVault: 0, 15, earned: 50, part: 333_333_333, 200),
        interval(20, 30, 5, inVault: 8, 15, earned: 125, part: 833_333_333, 500),
      ])
    // All of the vault's for 6 seconds and a quarter of it for 10: 85 in 16 seconds.
    #expect(
      try intervals(of: 2, deposits, shares, .average, amount: 9) == [
        interval(10, 14, 0, inVault: 0, 15, earned: 0, part: 0, 0),
        interval(14, 30, 0, inVault: 5, 15, earned: 85, part: 354_166_667, 9),
      ])
  }

  @Test("The vault itself has its balance until somebody has shares")
  func unclaimed() throws {
    #expect(
      try intervals(of: vault, deposits, shares + [(28, 1, -3), (28, 2, -1)], .average, amount: 12)
        == [
          interval(10, 14, 10, inVault: 0, 15, earned: 40, part: 666_666_667, 8),
          interval(14, 28, 0, inVault: 0, 15, earned: 0, part: 0, 0),
          interval(28, 30, 10, inVault: 0, 15, earned: 20, part: 666_666_667, 4),
        ])
  }

  @Test("share: seconds of the vault's part, split at the account's own changes")
  func share() throws {
    // The vault has half of all until 14, and all of it from there until 20.
    let deposits: Rows = [(0, 1, 1), (0, vault, 1), (14, 1, -1), (20, vault, -1)]
    let shares: Rows = [(0, 1, 1), (0, 2, 3)]
    // 4/2 + (4/2) / 4 = 2.5 seconds, then 6/4 = 1.5.
    let half = UInt256(1) << 191
    #expect(
      try intervals(of: 1, deposits, shares, .share, amount: 8) == [
        interval(10, 14, 1, inVault: 0, 2, earned: second &* 2 &+ half, part: 625_000_000, 5),
        // The vault's 1 for 6 of 16 seconds: a quarter of it is nearest to 0.
        interval(14, 30, 0, inVault: 0, 0, earned: second &+ half, part: 93_750_000, 3),
      ])
  }

  @Test("A third of a vault is told as a third, however the law rounds")
  func nearest() throws {
    let shares: Rows = [(0, 1, 3), (0, 2, 6)]
    let found = try intervals(of: 1, [(0, vault, 3)], shares, .average, amount: 7)
    // The law's weight is less than 3 · 20 / 3, since a share earns less than 60 / 9.
    #expect(found == [interval(10, 30, 0, inVault: 1, 3, earned: 19, part: 316_666_667, 7)])
  }

  @Test("Who stands in neither source has none")
  func nobody() throws {
    #expect(try intervals(of: 9, deposits, shares, .average, amount: 9) == [])
  }

  @Test("INV-072: Intervals have no gaps; what they add comes to the measure, and to the amount")
  func sums() throws {
    check("intervals of random vaults", runs: 100) { generator in
      [randomRows(&generator), randomRows(&generator)]
    } property: { rows in
      try AccrualRule.allCases.allSatisfy { try isWhole(rows[0], rows[1], $0) }
    }
  }

  /// Of accounts 1, 2 and the vault.
  private func randomRows(_ generator: inout Generator) -> Rows {
    var balances: [UInt64: BigInt] = [:]
    var time: UInt64 = 0
    return (0..<Int.random(in: 0...10, using: &generator)).map { _ in
      time = time == 0 ? 3 : time + UInt64.random(in: 1...5, using: &generator)
      let number = [1, 2, vault][Int.random(in: 0...2, using: &generator)]
      let next = BigInt(Int.random(in: 0...30, using: &generator))
      defer { balances[number] = next }
      return (time, number, next - (balances[number] ?? 0))
    }
  }

  private func isWhole(_ deposits: Rows, _ shares: Rows, _ rule: AccrualRule) throws -> Bool {
    let measure: Series.Measure = rule == .share ? .share : .held
    let through = LookThrough(deposits: "staked", vault: account(vault), shares: "parts")
    let sources = [
      series("staked", .opening), series("parts", .opening),
      series("through", measure, from: .lookThrough(through)),
    ]
    let rows = try SeriesLaw.rows(
      of: sources, in: plan(sources), epoch: EpochIndex(0),
      histories: ["staked": changes(deposits), "parts": changes(shares)])["through"]
    guard let rows else { return false }
    return try [1, 2, vault].allSatisfy { number in
      let row = rows.accounts.firstIndex(of: account(number)).map { rows.values[0][$0] }
      let found = try intervals(of: number, deposits, shares, rule, amount: 1_000_003)
      guard let first = found.first, let last = found.last else { return row == nil }
      let paid = found.reduce(UInt256.zero) { $0 &+ ($1.amount ?? .zero) }
      return first.start.seconds == 10 && last.end.seconds == 30
        && zip(found, found.dropFirst()).allSatisfy { $0.end == $1.start }
        && found.reduce(UInt256.zero) { $0 &+ $1.earned } == row ?? .zero
        && paid == (row == nil ? .zero : 1_000_003)
    }
  }
}
