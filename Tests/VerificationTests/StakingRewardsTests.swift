import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

/// Synthetix' `StakingRewards`, by its documented formula, in whole numbers:
///
///     rewardPerToken() = rewardPerTokenStored
///       + (now − lastUpdateTime) · rewardRate · 1e18 / totalSupply
///     earned(account) = balance · (rewardPerToken() − userRewardPerTokenPaid) / 1e18 + rewards
///
/// with `/` rounded down, and nothing added while the supply is 0. Both are brought up to date
/// before every change of an account.
private struct StakingRewards {
  private static let scale = BigUInt(10).power(18)

  let rewardRate: BigUInt
  private var lastUpdateTime: UInt64
  private var rewardPerTokenStored: BigUInt = 0
  private var totalSupply: BigUInt = 0
  private var balances: [UInt32: BigUInt] = [:]
  private var userRewardPerTokenPaid: [UInt32: BigUInt] = [:]
  private var rewards: [UInt32: BigUInt] = [:]
  /// How often what an account earned was rounded.
  private(set) var roundings: [UInt32: Int] = [:]
  private(set) var updates = 0

  init(rewardRate: BigUInt, start: UInt64) {
    self.rewardRate = rewardRate
    lastUpdateTime = start
  }

  /// The modifier `updateReward`.
  private mutating func updateReward(_ account: UInt32, at time: UInt64) {
    if totalSupply > 0, time > lastUpdateTime {
      rewardPerTokenStored +=
        BigUInt(time - lastUpdateTime) * rewardRate * Self.scale / totalSupply
      updates += 1
    }
    lastUpdateTime = max(time, lastUpdateTime)
    let grown = rewardPerTokenStored - userRewardPerTokenPaid[account, default: 0]
    rewards[account, default: 0] += balances[account, default: 0] * grown / Self.scale
    userRewardPerTokenPaid[account] = rewardPerTokenStored
    roundings[account, default: 0] += 1
  }

  mutating func stake(_ account: UInt32, _ amount: BigUInt, at time: UInt64) {
    updateReward(account, at: time)
    balances[account, default: 0] += amount
    totalSupply += amount
  }

  mutating func withdraw(_ account: UInt32, _ amount: BigUInt, at time: UInt64) {
    updateReward(account, at: time)
    balances[account, default: 0] -= amount
    totalSupply -= amount
  }

  mutating func earned(_ account: UInt32, at time: UInt64) -> BigUInt {
    updateReward(account, at: time)
    return rewards[account, default: 0]
  }
}

@Suite("Accrual over time beside an accumulator on chain")
struct StakingRewardsTests {
  /// A history without transfers, since stakes cannot be sent, all inside of one epoch.
  private struct Stakes {
    var rows: [(time: UInt64, account: UInt32, amount: UInt64, isTaken: Bool)] = []
    var rate: UInt64
    var start: UInt64 = 1000
    var end: UInt64
  }

  private func stakes(_ generator: inout Generator) -> Stakes {
    var stakes = Stakes(rate: 1 + generator.next() >> generator.below(60), end: 0)
    var held: [UInt32: UInt64] = [:]
    var time = stakes.start
    for _ in 0..<generator.below(40) {
      time += generator.once(in: 3) ? 0 : generator.below(100_000)
      let account = UInt32(generator.below(5))
      let owned = held[account, default: 0]
      let isTaken = generator.once(in: 3)
      let amount =
        isTaken
        ? (generator.once(in: 2) ? owned : owned / 3)
        : generator.next() >> (8 + generator.below(56))
      held[account] = isTaken ? owned - amount : owned + amount
      stakes.rows.append((time, account, amount, isTaken))
    }
    stakes.end = time + 1 + generator.below(100_000)
    return stakes
  }

  @Test("INV-044: StakingRewards gives what share gives, within its own rounding")
  func agree() {
    check("StakingRewards", runs: 500, generate: stakes) { sample in
      var pool = StakingRewards(rewardRate: BigUInt(sample.rate), start: sample.start)
      var changes = PositionChanges()
      var largest: [UInt32: BigUInt] = [:]
      var held: [UInt32: BigUInt] = [:]
      for row in sample.rows {
        let amount = BigUInt(row.amount)
        if row.isTaken {
          pool.withdraw(row.account, amount, at: row.time)
          held[row.account, default: 0] -= amount
        } else {
          pool.stake(row.account, amount, at: row.time)
          held[row.account, default: 0] += amount
        }
        largest[row.account] = max(largest[row.account, default: 0], held[row.account, default: 0])
        changes.append(
          time: Timestamp(row.time), account: row.account, amount: UInt256(row.amount),
          isTaken: row.isTaken, line: 1)
      }
      var accrual = Accrual(rule: .share)
      accrual.open(Timestamp(sample.start)..<Timestamp(sample.end))
      guard try accrual.take(changes) == changes.count else { return false }
      let epoch = try accrual.close()
      // All that the pool would pay in this time: its rate, every second.
      let budget = UInt256(sample.rate) &* UInt256(sample.end - sample.start)
      let parts = try Apportionment.apportionNumbered(
        epoch.due(of: budget), accounts: (0..<5).map { Address(1, 2, $0) },
        weights: epoch.weights, rule: .floor)
      for (account, amount) in parts.amounts.enumerated() {
        let account = UInt32(account)
        let ours = ReferenceLaw.big(amount)
        let theirs = pool.earned(account, at: sample.end)
        // The pool loses less than a unit per account and rounding, and less than 1e-18 of a unit
        // per token at each update; ours loses less than two units in all.
        let lost =
          BigUInt(pool.roundings[account, default: 0] + 1)
          + BigUInt(pool.updates) * largest[account, default: 0] / BigUInt(10).power(18) + 1
        guard ours <= theirs + lost, theirs <= ours + 2 else {
          throw Mismatch("account \(account)", ours, theirs)
        }
      }
      return true
    }
  }

  /// What a program by `share` pays of a source that excludes account 4.
  private func paid(
    _ sample: Stakes, _ changes: PositionChanges, budget: UInt256
  ) throws -> [Address: UInt256] {
    let accounts = (0..<5).map { Address(1, 2, $0) }
    let series = Series(
      origin: .events(PositionEvents(effect: .change, amount: nil)), value: .integer,
      measures: [.share, .running],
      exclude: [PlannedExclusion(account: accounts[4], reason: "The treasury.")])
    let source = SourceDeclaration(
      name: "staked", file: "staked.csv", format: .csv, columns: series.columns, series: series)
    let plan = Plan(
      name: "Pool", tokens: [], campaigns: [], sources: [source],
      epochs: EpochSchedule(
        start: Timestamp(sample.start), length: sample.end - sample.start, count: 1),
      programs: [])
    let span = sample.start..<sample.end
    let rows = try SeriesLaw.rows(
      of: [source], in: plan, epoch: EpochIndex(0),
      histories: ["staked": PositionHistory(span: span, numbered: accounts, changes: changes)])
    let program = Program(
      name: "p", kind: .staking, campaign: "main", budget: Amount(budget),
      recipients: .source("staked"), basis: .weights(column: "share"), rounding: .floor,
      emission: .constant)
    let outcome = try ProgramLaw.outcome(
      of: program, epoch: EpochIndex(0), epochs: plan.epochs, carriedIn: .zero,
      inputs: ProgramInputs(
        sources: [
          "staked": .init(
            declaration: source, rows: try #require(rows["staked"]), window: span)
        ]))
    return Dictionary(uniqueKeysWithValues: zip(outcome.accounts, outcome.amounts))
  }

  @Test("INV-080: an account that the source excludes is to the others as if it had never staked")
  func excluded() {
    check("StakingRewards without the treasury", runs: 300, generate: stakes) { sample in
      var pool = StakingRewards(rewardRate: BigUInt(sample.rate), start: sample.start)
      // Sums of each account and second, as a reader hands them on.
      var sums: [UInt64: [UInt32: BigInt]] = [:]
      for row in sample.rows {
        let amount = BigInt(row.amount)
        sums[row.time, default: [:]][row.account, default: 0] += row.isTaken ? -amount : amount
        guard row.account != 4 else { continue }
        if row.isTaken {
          pool.withdraw(row.account, amount.magnitude, at: row.time)
        } else {
          pool.stake(row.account, amount.magnitude, at: row.time)
        }
      }
      var changes = PositionChanges()
      for (time, second) in sums.sorted(by: { $0.key < $1.key }) {
        for (account, sum) in second.sorted(by: { $0.key < $1.key }) where sum != 0 {
          changes.append(
            time: Timestamp(time), account: account, amount: ReferenceLaw.word(sum.magnitude),
            isTaken: sum < 0, line: 1)
        }
      }
      changes.accountCount = 5
      let budget = UInt256(sample.rate) &* UInt256(sample.end - sample.start)
      let paid = try paid(sample, changes, budget: budget)
      let staked = sample.rows.reduce(BigUInt(1)) { $0 + BigUInt($1.amount) }
      for account in 0..<UInt32(5) {
        let ours = ReferenceLaw.big(paid[Address(1, 2, account)] ?? 0)
        let theirs = pool.earned(account, at: sample.end)
        // As above, with all that was ever staked in the place of the largest balance.
        let lost =
          BigUInt(pool.roundings[account, default: 0] + 1)
          + BigUInt(pool.updates) * staked / BigUInt(10).power(18) + 1
        guard ours <= theirs + lost, theirs <= ours + 2 else {
          throw Mismatch("account \(account)", ours, theirs)
        }
      }
      return true
    }
  }
}
