import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

/// Changes of accounts 1, 2 and 3: time, account, change.
private func history(_ rows: [(UInt64, UInt64, Int)]) -> PositionHistory {
  var changes = PositionChanges()
  for (time, number, change) in rows {
    changes.append(
      time: Timestamp(time), account: UInt32(number - 1), amount: UInt256(UInt64(change.magnitude)),
      isTaken: change < 0, line: 0)
  }
  return PositionHistory(
    span: 100..<200, accounts: [account(1), account(2), account(3)], changes: changes)
}

@Suite("What an account held, interval by interval")
struct SeriesIntervalTests {
  // 1 has 10 from before, 30 from 120 on, and nothing from 150 on; 2 has 10 all the time but for
  // the first ten seconds.
  private let sample = history([(0, 1, 10), (110, 2, 10), (120, 1, 20), (150, 1, -30)])

  private func intervals(
    of number: UInt64, _ rule: AccrualRule, amount: UInt64?
  ) throws -> [HeldInterval] {
    try SeriesLaw.intervals(
      of: account(number), in: sample, named: "staked", window: 100..<200, rule: rule,
      amount: amount.map { UInt256($0) })
  }

  private func interval(
    _ start: UInt64, _ end: UInt64, _ balance: UInt64, _ total: UInt64, earned: UInt256,
    part: UInt64, _ amount: UInt64?
  ) -> HeldInterval {
    HeldInterval(
      start: Timestamp(start), end: Timestamp(end), balance: UInt256(balance),
      total: UInt256(total), earned: earned, part: part, amount: amount.map { UInt256($0) })
  }

  private let second = UInt256(1) << 192
  private let half = UInt256(1) << 191

  @Test("By balance times seconds: 200, 900 and 0 of 1100 share the amount")
  func average() throws {
    #expect(
      try intervals(of: 1, .average, amount: 11) == [
        // 10 seconds of 10 and 10 of 20 are 15 on average, 300 in all.
        interval(100, 120, 10, 15, earned: 200, part: 666_666_667, 2),
        interval(120, 150, 30, 40, earned: 900, part: 750_000_000, 9),
        interval(150, 200, 0, 10, earned: 0, part: 0, 0),
      ])
  }

  @Test("By shares: 10 + 5 and 22.5 seconds share the amount")
  func share() throws {
    #expect(
      try intervals(of: 1, .share, amount: 75) == [
        interval(100, 120, 10, 15, earned: second &* 15, part: 750_000_000, 30),
        interval(120, 150, 30, 40, earned: second &* 22 &+ half, part: 750_000_000, 45),
        interval(150, 200, 0, 10, earned: 0, part: 0, 0),
      ])
  }

  @Test("300 of 300, then of 400: by shares 87.5 % of the time, by balance 6/7 of all balances")
  func parts() throws {
    let grown = history([(0, 1, 300), (150, 2, 100)])
    func part(_ rule: AccrualRule) throws -> [UInt64] {
      try SeriesLaw.intervals(
        of: account(1), in: grown, named: "staked", window: 100..<200, rule: rule, amount: 7
      ).map(\.part)
    }
    #expect(try part(.share) == [875_000_000])
    #expect(try part(.average) == [857_142_857])
  }

  @Test("A part of all balances is one of balances times seconds, and not of a rounded average")
  func smallParts() throws {
    // 1 of 1, then of 2: two thirds of all, although 1.5 on average rounds down to 1.
    let small = history([(0, 1, 1), (150, 2, 1)])
    let intervals = try SeriesLaw.intervals(
      of: account(1), in: small, named: "staked", window: 100..<200, rule: .average, amount: 7)
    #expect(intervals == [interval(100, 200, 1, 1, earned: 100, part: 666_666_667, 7)])
  }

  @Test("Where the sums of balances and seconds reach 2^256, parts are those of smaller ones")
  func largeParts() throws {
    let most = UInt256.max
    let quarter = most >> 2
    var changes = PositionChanges()
    for (number, amount) in [quarter, most &- quarter].enumerated() {
      changes.append(
        time: Timestamp(0), account: UInt32(number), amount: amount, isTaken: false, line: 0)
    }
    let large = PositionHistory(
      span: 100..<200, accounts: [account(1), account(2)], changes: changes)
    let intervals = try SeriesLaw.intervals(
      of: account(1), in: large, named: "staked", window: 100..<102, rule: .average, amount: 4)
    #expect(intervals.map(\.part) == [250_000_000])
  }

  @Test("Without an amount that follows from intervals they have no parts of it")
  func withoutAmount() throws {
    #expect(
      try intervals(of: 2, .average, amount: nil) == [
        interval(100, 110, 0, 10, earned: 0, part: 0, nil),
        interval(110, 200, 10, 21, earned: 900, part: 473_684_211, nil),
      ])
  }

  @Test("An account that comes later held nothing before, and one that never came has none")
  func latecomer() throws {
    #expect(
      try intervals(of: 2, .average, amount: 9) == [
        interval(100, 110, 0, 10, earned: 0, part: 0, 0),
        // 900 of 10 · 20 + 30 · 40 + 50 · 10.
        interval(110, 200, 10, 21, earned: 900, part: 473_684_211, 9),
      ])
    #expect(try intervals(of: 9, .average, amount: 9) == [])
  }

  @Test("INV-072: Intervals have no gaps, and their amounts come to the account's")
  func sums() throws {
    check("intervals of random histories") { generator in
      randomRows(&generator)
    } property: { rows in
      try AccrualRule.allCases.allSatisfy { try isWhole(rows, $0) }
    }
  }

  private func randomRows(_ generator: inout Generator) -> [(UInt64, UInt64, Int)] {
    var time: UInt64 = 0
    var balances = [Int](repeating: 0, count: 3)
    var rows: [(UInt64, UInt64, Int)] = []
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      time = rows.isEmpty ? 0 : max(time, 90) + UInt64.random(in: 1...15, using: &generator)
      let number = Int.random(in: 0...2, using: &generator)
      let change = Int.random(in: 0...50, using: &generator) - min(balances[number], 20)
      guard change != 0 else { continue }
      balances[number] += change
      rows.append((time, UInt64(number + 1), change))
    }
    return rows
  }

  private func isWhole(_ rows: [(UInt64, UInt64, Int)], _ rule: AccrualRule) throws -> Bool {
    let amount = UInt256(1_000_003)
    let intervals = try SeriesLaw.intervals(
      of: account(1), in: history(rows), named: "s", window: 100..<200, rule: rule, amount: amount)
    let held = intervals.reduce(0) {
      $0 + ($1.balance.asUInt64 ?? 0) * ($1.end.seconds - $1.start.seconds)
    }
    return intervals.first?.start.seconds == 100 && intervals.last?.end.seconds == 200
      && zip(intervals, intervals.dropFirst()).allSatisfy { $0.end == $1.start }
      && (rule == .share
        || intervals.reduce(UInt256.zero) { $0 &+ $1.earned } == UInt256(UInt64(held)))
      && intervals.reduce(UInt256.zero) { $0 &+ ($1.amount ?? .zero) }
        == (held == 0 ? .zero : amount)
  }
}
