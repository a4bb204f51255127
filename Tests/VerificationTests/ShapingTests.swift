import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

extension Generator {
  /// Bounds that often hold somebody: of the size of an even part of the budget.
  mutating func shaping(of budget: UInt256, isGiven: Bool, _ width: Magnitude) -> Shaping {
    guard once(in: 2) else { return .none }
    if !isGiven, once(in: 4) {
      return Shaping(
        cap: .bound(.amount(Amount(max(budget >> 2, 1)))),
        holder: once(in: 2) ? .cluster : .account,
        floor: .amount(Amount(max(budget >> 4, 1))), belowFloor: .raise)
    }
    let even = max(budget >> Int(below(5)), 1)
    let hasCap = !isGiven && !once(in: 3)
    let hasFloor = isGiven || !once(in: 3)
    let units: [UInt256] = [1, 1, 1, 2, 3, 10, even]
    return Shaping(
      cap: hasCap ? .bound(bound(even, width)) : nil,
      holder: hasCap && once(in: 2) ? .cluster : .account,
      floor: hasFloor ? bound(max(even >> 2, 1), width) : nil,
      belowFloor: hasFloor && !isGiven && once(in: 2) ? .raise : .leave,
      unit: Amount(isGiven ? 1 : pick(units)))
  }

  private mutating func bound(_ even: UInt256, _ width: Magnitude) -> Shaping.Bound {
    let shares: [UInt64] = [
      1, 10_000_000, 250_000_000, 333_333_333, 1_000_000_000, 1 + below(1_000_000_000),
    ]
    if once(in: 3) { return .share(Share(billionths: pick(shares))) }
    return .amount(Amount(max(pick([even, even &+ 1, even &- 1, even >> 1, value(width)]), 1)))
  }

  /// A program of weights, most often with bounds.
  mutating func shapedSample(_ rules: [RoundingRule]) -> ProgramSample {
    var sample = programSample(pick([.small, .small, .mixed]))
    let budget = pick([UInt256(below(10_000)), value(.small), value(.mixed)])
    sample.program = Program(
      name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
      recipients: .source("list"), basis: .weights(column: "value"), rounding: pick(rules),
      shaping: shaping(of: budget, isGiven: false, .small), exclude: sample.program.exclude)
    (sample.epoch, sample.epochs) = (0, nil)
    guard sample.program.rounding.mayExceed, once(in: 3) else { return sample }
    let least = budget &- min(budget, UInt256(below(4)))
    sample.program = sample.program.splitting(
      Amount(pick([budget, least, budget &+ 1, budget >> 1])))
    return sample
  }
}

extension Program {
  /// The same program, which splits another amount than its budget.
  fileprivate func splitting(_ amount: Amount) -> Program {
    Program(
      name: name, kind: kind, campaign: campaign, budget: budget, recipients: recipients,
      basis: basis, rounding: rounding, shareOf: amount, shaping: shaping, exclude: exclude)
  }
}

extension ProgramSample {
  /// A bound in base units, by its own words.
  func units(_ bound: Shaping.Bound, up: Bool) -> BigUInt {
    let unit = ReferenceLaw.big(program.shaping.unit.baseUnits)
    var numerator: BigUInt
    var denominator = unit
    switch bound {
    case .amount(let amount): numerator = ReferenceLaw.big(amount.baseUnits)
    case .share(let share):
      let whole = program.shareOf?.baseUnits ?? program.budget.baseUnits &+ carriedIn
      numerator = ReferenceLaw.big(whole) * BigUInt(share.billionths)
      denominator *= 1_000_000_000
    }
    if up { numerator += denominator - 1 }
    return numerator / denominator * unit
  }

  /// Weights of the accounts that may take part.
  var weights: [Address: BigUInt] {
    var weights: [Address: BigUInt] = [:]
    for pair in pairs { weights[pair.account, default: 0] += ReferenceLaw.big(pair.value) }
    for entry in program.exclude { weights[entry.account] = nil }
    return weights.filter { $0.value > 0 }
  }

  /// Sums by whoever has a cap and a floor.
  func byHolder(_ amounts: [Address: BigUInt]) -> [UInt256: BigUInt] {
    var sums: [UInt256: BigUInt] = [:]
    for (account, amount) in amounts {
      let cluster = program.shaping.holder == .cluster ? people[account] ?? 0 : 0
      // No account's number is as small as a cluster's.
      sums[cluster.isZero ? account.number &+ (UInt256(1) << 200) : cluster, default: 0] += amount
    }
    return sums
  }
}

@Suite("Caps and floors: what holds for every program")
struct ShapingTests {
  private static let fair: [RoundingRule] = [.largestRemainder, .floor, .halfUp]

  @Test("INV-026: nobody receives more than the cap, and nobody who receives, less than the floor")
  func bounds() {
    check("bounds", runs: 2000, generate: { $0.shapedSample(RoundingRule.allCases) }) { sample in
      guard let outcome = try? sample.engine().get() else { return true }
      let shaping = sample.program.shaping
      let unit = ReferenceLaw.big(shaping.unit.baseUnits)
      let floor = shaping.floor.map { sample.units($0, up: true) } ?? 0
      var cap: BigUInt?
      if case .bound(let bound)? = shaping.cap { cap = sample.units(bound, up: false) }
      let least = shaping.belowFloor == .raise ? min(floor, cap ?? floor) : floor
      let amounts = Dictionary(
        uniqueKeysWithValues: zip(outcome.accounts, outcome.amounts.map { ReferenceLaw.big($0) }))
      let sums = sample.byHolder(amounts)
      let isComplete =
        shaping.belowFloor == .leave || least.isZero
        || sums.count == sample.byHolder(sample.weights).count
      let areWithin =
        sums.values.allSatisfy { $0 >= least && $0 <= cap ?? $0 }
        && amounts.values.allSatisfy { $0 % unit == 0 }
      return isComplete && areWithin
    }
  }

  @Test("INV-002: programs that split another amount than their budget come out the same")
  func splits() {
    check("splits", runs: 2000, generate: { $0.shapedSample([.halfUp, .python, .javascript]) }) {
      try agree($0.engine(), $0.reference())
    }
  }

  @Test(
    "What is split may come to more than it is, and never to more than the budget",
    arguments: [
      // Half of 5 is 2.5, and up 3; a cap of 60 % of 5 is 3, of 40 % it is 2.
      (6, 5, nil, [3, 3], 0), (5, 5, nil, nil, 0), (10, 5, nil, [3, 3], 4),
      (10, 5, 600_000_000, [3, 3], 4), (5, 5, 400_000_000, [2, 2], 1), (10, 0, nil, [0, 0], 10),
    ] as [(UInt64, UInt64, UInt64?, [UInt64]?, UInt64)])
  func splitting(budget: UInt64, split: UInt64, cap: UInt64?, parts: [UInt64]?, carry: UInt64)
    throws
  {
    let sample = ProgramSample(
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(UInt256(budget)),
        recipients: .source("list"), basis: .weights(column: "value"), rounding: .halfUp,
        shareOf: Amount(UInt256(split)),
        shaping: Shaping(cap: cap.map { .bound(.share(Share(billionths: $0))) })),
      epochs: nil, epoch: 0, carriedIn: 0, pairs: [(account(1), 7), (account(2), 7)])
    #expect(try agree(sample.engine(), sample.reference()))
    guard let parts else {
      #expect(throws: LawError.self) { try sample.engine().get() }
      return
    }
    let outcome = try sample.engine().get()
    #expect(outcome.amounts == parts.filter { $0 > 0 }.map { UInt256($0) })
    #expect(outcome.carry == Amount(UInt256(carry)))
  }

  @Test("INV-027: caps of what a program gave give the same again")
  func fixedPoint() throws {
    let cap = try computed("points", cap: "points").shaping
    check("cap fixed point", runs: 600) { generator -> (ProgramSample, RoundingRule) in
      let sample = generator.shapedSample(RoundingRule.allCases)
      return (sample, generator.pick(RoundingRule.allCases))
    } property: { sample, rule in
      guard let first = try? sample.engine().get() else { return true }
      let given = Dictionary(uniqueKeysWithValues: zip(first.accounts, first.amounts))
      let again = ExpressionSample(
        program: Program(
          name: "again", kind: .airdrop, campaign: "main", budget: first.budget,
          recipients: .source("list"), basis: .weights(column: "balance"), rounding: rule,
          shaping: cap),
        rows: sample.weights.map { account, weight in
          (account: account, values: [given[account] ?? 0, word(weight) ?? 0, 0, 0])
        })
      let second = try again.engine().get()
      return second.accounts == first.accounts && second.amounts == first.amounts
    }
  }

  @Test("INV-028: a larger weight never receives less, and equal ones differ by one unit at most")
  func monotone() {
    check("monotone", runs: 2000, generate: { $0.shapedSample(Self.fair) }) { sample in
      // A cluster's accounts are not weighed against others alone.
      guard sample.program.shaping.holder == .account,
        let outcome = try? sample.engine().get()
      else { return true }
      let unit = ReferenceLaw.big(sample.program.shaping.unit.baseUnits)
      let amounts = Dictionary(
        uniqueKeysWithValues: zip(outcome.accounts, outcome.amounts.map { ReferenceLaw.big($0) }))
      let ordered = sample.weights.sorted { $0.value < $1.value }
      return zip(ordered, ordered.dropFirst()).allSatisfy { smaller, larger in
        let (less, more) = (amounts[smaller.key] ?? 0, amounts[larger.key] ?? 0)
        guard smaller.value == larger.value else { return less <= more }
        return max(less, more) - min(less, more) <= unit
      }
    }
  }

  @Test("Samples reach every way to be held, to leave and to be refused")
  func coverage() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 7)
    for _ in 0..<8000 {
      let sample = generator.shapedSample(RoundingRule.allCases)
      let shaping = sample.program.shaping
      switch sample.reference() {
      case .failure(let refusal): seen["\(refusal)", default: 0] += 1
      case .success(let outcome):
        for reason in Set(outcome.refused.map(\.reason)) { seen[reason.rawValue, default: 0] += 1 }
        guard case .bound(let bound)? = shaping.cap else { continue }
        let cap = sample.units(bound, up: false)
        let sums = sample.byHolder(
          Dictionary(uniqueKeysWithValues: outcome.amounts.map { ($0.account, $0.amount) }))
        let capped = sums.values.count { $0 == cap }
        if sums.count < outcome.amounts.count, capped > 0 {
          seen["capped cluster", default: 0] += 1
        }
        if capped > 0, capped < sums.count { seen["some capped", default: 0] += 1 }
        guard shaping.belowFloor == .raise, let floor = shaping.floor else { continue }
        let raised = sample.units(floor, up: true)
        let isBoth =
          sums.values.contains(raised) && sums.values.contains { $0 > raised && $0 < cap }
          && capped > 0
        if isBoth { seen["raised, free and capped", default: 0] += 1 }
      }
    }
    let names = [
      "below-floor", "below-one-unit", "floorsExceedBudget", "roundingExceedsBudget",
      "some capped", "capped cluster", "raised, free and capped",
    ]
    for name in names { #expect(seen[name, default: 0] >= 20, "\(name): \(seen)") }
  }
}
