import BigInt
import DistributionModel
import EthereumPrimitives

/// The law as its page reads: slow, with big integers, and sharing nothing with the engine.
///
/// `docs/reference/law.md` is the text; each function names its section.
public enum ReferenceLaw {
  /// Why the law gives no result.
  public enum Refusal: Error, Equatable, Sendable {
    case epochOutOfRange
    case priceRefused
    case budgetOverflow
    case notDrawn
    case valuesOverflow
    case expressionOverflow
    case divisionByZero
    case outOfDomain
    case negativeResult
    case tooManyPairs
    case amountsExceedBudget
    case amountsBelowBudget
    case floorsExceedBudget
    case roundingExceedsBudget
    case wrongRedirect
    case redirectCycle
    case entitlementOverflow
  }

  /// What a program gives in an epoch.
  public struct Outcome: Equatable, Sendable {
    public struct Refused: Equatable, Sendable {
      public let account: Address
      public let reason: ExclusionReason
      public let value: BigUInt
      /// How it is written; of a filter, with sign and decimal places.
      public let text: String

      init(account: Address, reason: ExclusionReason, value: BigUInt, text: String? = nil) {
        self.account = account
        self.reason = reason
        self.value = value
        self.text = text ?? "\(value)"
      }
    }

    public let budget: BigUInt
    /// Ascending by account; every amount is above 0.
    public let amounts: [(account: Address, amount: BigUInt)]
    /// Ascending by account.
    public let refused: [Refused]
    public let allocated: BigUInt
    public let carry: BigUInt

    public static func == (left: Outcome, right: Outcome) -> Bool {
      left.budget == right.budget && left.carry == right.carry && left.refused == right.refused
        && left.amounts.elementsEqual(right.amounts, by: ==)
    }
  }

  static let bound = BigUInt(1) << 256

  // MARK: Section 1, a program in one epoch

  public static func outcome(
    of program: Program, epoch: UInt32, epochs: EpochSchedule?, carriedIn: BigUInt,
    inputs: Inputs
  ) throws(Refusal) -> Outcome {
    let budget = try budget(
      of: program, epoch: epoch, epochs: epochs, carriedIn: carriedIn, inputs)
    let (inputs, denied) = corrected(inputs, for: program, epoch)
    guard !program.awaitsDraw else { throw .notDrawn }
    var claims = try values(of: program, inputs)
    claims.refused += denied
    claims.places = places(of: program, inputs)
    if program.shaping.holder == .cluster { claims.clusters = inputs.clusterNumbers }
    claims.due = due(of: budget, by: program, inputs, epoch: epoch, epochs)
    claims.split = program.shareOf.flatMap {
      due(of: big($0.baseUnits), by: program, inputs, epoch: epoch, epochs)
    }
    return try divide(budget, claims, by: program)
  }

  /// Weights or amounts of who is left after `exclude` and the filter, zeros among them, and who
  /// is refused.
  struct ProgramValues {
    /// How many of a weight's digits are decimal places.
    var places = 0
    /// What is due of the budget, and what is split of `share_of`; nil where time plays no part.
    var due: BigUInt?
    var split: BigUInt?
    var values: [(account: Address, value: BigUInt)]
    /// In base units, where the plan computes them.
    var caps: [Address: BigUInt] = [:]
    /// The number of its cluster, by account; 0 and nil are none.
    var clusters: [Address: BigUInt] = [:]
    var refused: [Outcome.Refused]
  }

  /// Steps 2 and 3.
  private static func values(
    of program: Program, _ inputs: Inputs
  ) throws(Refusal) -> ProgramValues {
    let shutOut = Set(program.exclude.map(\.account))
    let dropped = inputs.dropped(by: program).map { account, reason in
      Outcome.Refused(
        account: account, reason: shutOut.contains(account) ? .excludedByPlan : reason, value: 0)
    }
    guard !program.isComputed else {
      let table = try table(of: program, inputs)
      let donors = try countingDonors(of: program, inputs)
      var computed: ProgramValues
      do throws(ReferenceExpressions.Fault) {
        computed = try computedValues(of: program, table)
        computed.refused = dropped + computed.refused
      } catch {
        throw error.refusal
      }
      if let matching = program.basis.matching {
        computed.values = try matches(
          matching, of: computed.values.map(\.account), inputs.source(of: program), donors)
      }
      return computed
    }
    let values = try added(inputs.values(of: program))
    let refused = values.filter { shutOut.contains($0.account) }
      .map { Outcome.Refused(account: $0.account, reason: .excludedByPlan, value: $0.value) }
    return ProgramValues(
      values: values.filter { !shutOut.contains($0.account) }, refused: dropped + refused)
  }

  /// How many digits of a program's weights are decimal places.
  private static func places(of program: Program, _ inputs: Inputs) -> Int {
    switch program.basis {
    case .weights(let name):
      inputs.source(of: program).declaration.columns.first { $0.name == name }?.places ?? 0
    case .computedWeights(let expression): expression.scale
    case .givenAmounts, .computedAmounts, .matched: 0
    }
  }

  /// Steps 3 to 6 for the accounts that are not shut out and pass the filter.
  private static func divide(
    _ budget: BigUInt, _ claims: ProgramValues, by program: Program
  ) throws(Refusal) -> Outcome {
    var taking: [(account: Address, value: BigUInt)] = []
    var refused = claims.refused
    for (account, value) in claims.values {
      if value.isZero {
        refused.append(
          .init(account: account, reason: program.basis.reasonForZero, value: value))
      } else {
        taking.append((account, value))
      }
    }
    if let raffle = program.raffle {
      let won = try draw(raffle, taking, budget: budget, program: program.name)
      let winners = Set(won.map(\.account))
      refused += taking.filter { !winners.contains($0.account) }
        .map { .init(account: $0.account, reason: .notDrawn, value: $0.value) }
      return outcome(budget, won, refused)
    }
    let parts: [BigUInt?]
    if program.basis.isGiven {
      let floor = least(program.shaping, of: budget)
      parts = taking.map { $0.value < floor ? nil : $0.value }
      try checkGiven(parts.compactMap { $0 }, budget: budget, program.unallocated)
    } else {
      let due = claims.due ?? due(of: budget, taking, program.basis.matching)
      parts = try shaped(due, whole: budget, taking, claims, by: program)
    }
    var amounts: [(account: Address, value: BigUInt)] = []
    for (entry, part) in zip(taking, parts) {
      guard let part, !part.isZero else {
        let reason: ExclusionReason = part == nil ? .belowFloor : .belowOneUnit
        refused.append(.init(account: entry.account, reason: reason, value: entry.value))
        continue
      }
      amounts.append((entry.account, part))
    }
    return outcome(budget, amounts, refused)
  }

  private static func outcome(
    _ budget: BigUInt, _ amounts: [(account: Address, value: BigUInt)],
    _ refused: [Outcome.Refused]
  ) -> Outcome {
    let allocated = amounts.reduce(BigUInt(0)) { $0 + $1.value }
    return Outcome(
      budget: budget, amounts: amounts.map { ($0.account, $0.value) },
      refused: refused.sorted { $0.account < $1.account }, allocated: allocated,
      carry: budget - allocated)
  }

  static func budget(
    of program: Program, epoch: UInt32, epochs: EpochSchedule?, carriedIn: BigUInt,
    _ inputs: Inputs
  ) throws(Refusal) -> BigUInt {
    var added = big(program.budget.baseUnits)
    if let revenue = program.revenue {
      guard let epochs, epoch < epochs.count else { throw .epochOutOfRange }
      added = try part(of: revenue, inputs.source(named: revenue.source))
    } else if let emission = program.emission {
      guard let epochs, epoch < epochs.count else { throw .epochOutOfRange }
      let after = cumulative(emission, epoch + 1, of: added, over: epochs.count)
      added = after - cumulative(emission, epoch, of: added, over: epochs.count)
    } else if epoch > 0 {
      throw .epochOutOfRange
    }
    guard added + carriedIn < bound else { throw .budgetOverflow }
    return added + carriedIn
  }

  /// ⌊p · R⌋ of what came in.
  private static func part(
    of revenue: Revenue, _ source: Inputs.Source
  ) throws(Refusal) -> BigUInt {
    let column = source.declaration.columns.firstIndex { $0.name == revenue.column } ?? 0
    let sum = source.published.reduce(BigUInt(0)) { $0 + $1.values[column] }
    guard sum < bound else { throw .budgetOverflow }
    return sum * BigUInt(revenue.part.billionths) / 1_000_000_000
  }

  /// One value per account, ascending by account.
  static func added(
    _ rows: [(account: Address, value: BigUInt)]
  ) throws(Refusal) -> [(account: Address, value: BigUInt)] {
    var sums: [Address: BigUInt] = [:]
    for row in rows { sums[row.account, default: 0] += row.value }
    guard sums.values.allSatisfy({ $0 < bound }) else { throw .valuesOverflow }
    return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func checkGiven(
    _ amounts: [BigUInt], budget: BigUInt, _ unallocated: Program.Unallocated
  ) throws(Refusal) {
    let sum = amounts.reduce(0, +)
    guard sum < bound else { throw .valuesOverflow }
    guard sum <= budget else { throw .amountsExceedBudget }
    guard sum == budget || unallocated == .carry else { throw .amountsBelowBudget }
  }

  // MARK: Section 2, apportionment

  /// The parts of a budget for accounts in ascending order, all of whose weights are above 0.
  ///
  /// - Parameter places: how many of a weight's digits are decimal places.
  public static func apportion(
    _ budget: BigUInt, weights: [BigUInt], places: Int = 0, rule: RoundingRule
  ) throws(Refusal) -> [BigUInt] {
    guard weights.reduce(0, +) < bound else { throw .valuesOverflow }
    let parts = parts(of: budget, weights: weights, places: places, rule: rule)
    guard parts.reduce(0, +) <= budget else { throw .roundingExceedsBudget }
    return parts
  }

  /// What a rule gives, which may be more than there is.
  static func parts(
    of budget: BigUInt, weights: [BigUInt], places: Int, rule: RoundingRule
  ) -> [BigUInt] {
    guard !weights.isEmpty else { return [] }
    let total = weights.reduce(0, +)
    var parts: [BigUInt]
    switch rule {
    case .halfUp:
      parts = weights.map { (2 * budget * $0 + total) / (2 * total) }
    case .python:
      parts = weights.map { floor(nearestDouble(budget * $0, total)) }
    case .javascript:
      parts = weights.map { weight in
        let product = nearestDouble(
          floorless(nearestDouble(budget, 1)) * floorless(nearestDouble(weight, 1)), 1)
        return floor(nearestDouble(floorless(product), floorless(nearestDouble(total, 1))))
      }
    case .javascriptShare:
      let (digits, exponent) = nearestDouble(budget, 1)
      parts = weights.map { weight in
        let share = nearestDouble(weight, BigUInt(10).power(places))
        let bits = share.1 + exponent
        return floor(nearestDouble(share.0 * digits, BigUInt(1) << bits))
      }
    default:
      parts = weights.map { budget * $0 / total }
      let left = Int(budget - parts.reduce(0, +))
      switch rule {
      case .remainderToLargest:
        let largest = weights.indices.max {
          weights[$0] == weights[$1] ? $0 > $1 : weights[$0] < weights[$1]
        }
        if let largest { parts[largest] += BigUInt(left) }
      case .unitEachByAddress:
        for index in 0..<left { parts[index] += 1 }
      case .largestRemainder:
        let remainders = weights.map { budget * $0 % total }
        let order = weights.indices.sorted {
          remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
        }
        for index in order.prefix(left) { parts[index] += 1 }
      default:
        break
      }
    }
    return parts
  }

  /// d(x) of the page for x = numerator / denominator, as a rational whose denominator is a power
  /// of two: (n, k) stands for n / 2^k.
  private static func nearestDouble(
    _ numerator: BigUInt, _ denominator: BigUInt
  ) -> (BigUInt, Int) {
    guard !numerator.isZero else { return (0, 0) }
    // numerator / denominator · 2^shift, rounded down, and what is left over.
    func quotient(_ shift: Int) -> (quotient: BigUInt, remainder: BigUInt, divisor: BigUInt) {
      let top = shift >= 0 ? numerator << shift : numerator
      let bottom = shift >= 0 ? denominator : denominator << -shift
      let (quotient, remainder) = top.quotientAndRemainder(dividingBy: bottom)
      return (quotient, remainder, bottom)
    }
    // Scale so that the quotient has exactly 53 bits, then round that integer half to even.
    var shift = 53 - (numerator.bitWidth - denominator.bitWidth)
    while quotient(shift).quotient.bitWidth > 53 { shift -= 1 }
    while quotient(shift).quotient.bitWidth < 53 { shift += 1 }
    var (significand, rest, divisor) = quotient(shift)
    let isOdd = !(significand & 1).isZero
    if 2 * rest > divisor || (2 * rest == divisor && isOdd) { significand += 1 }
    return shift >= 0 ? (significand, shift) : (significand << -shift, 0)
  }

  private static func floor(_ value: (BigUInt, Int)) -> BigUInt { value.0 >> value.1 }

  /// A double that is known to be a whole number: all operands and products here are.
  private static func floorless(_ value: (BigUInt, Int)) -> BigUInt { value.0 >> value.1 }

  // MARK: Section 6, cumulation

  /// Entitlements after an epoch: those of the parent and all allocations, ascending by account.
  ///
  /// - Parameter targets: by account, who receives what it earns.
  public static func entitlements(
    parent: [Address: BigUInt], allocated: [[(account: Address, amount: BigUInt)]],
    targets: [Address: Address] = [:], hasContract: Bool
  ) throws(Refusal) -> [(account: Address, amount: BigUInt)] {
    var sums = parent
    for program in allocated {
      for entry in try received(program, targets) {
        sums[entry.account, default: 0] += entry.amount
      }
    }
    let total = sums.values.reduce(0, +)
    guard total < bound, !hasContract || total < BigUInt(1) << 128 else {
      throw .entitlementOverflow
    }
    return sums.filter { !$0.value.isZero }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A number below 2²⁵⁶ as a word.
  static func word(_ value: BigUInt) -> UInt256 {
    let digits = Array(value.serialize())
    guard let word = UInt256(bigEndian: digits[...]) else {
      preconditionFailure("entitlements are below 2^256")
    }
    return word
  }

  public static func big(_ value: UInt256) -> BigUInt {
    value.bytes32.bytes.reduce(BigUInt(0)) { ($0 << 8) + BigUInt($1) }
  }
}
