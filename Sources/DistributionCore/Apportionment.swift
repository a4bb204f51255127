import DistributionModel
import EthereumPrimitives

/// Splits a budget into whole units in proportion to weights: point 1 of the law.
///
/// `docs/reference/law.md`, section 2, states every rule in formulas.
public enum Apportionment {
  /// The parts of one budget.
  public struct Result: Sendable, Equatable {
    /// One amount per weight, in the same order.
    public let amounts: [UInt256]
    /// What no account received: budget − Σ amounts.
    public let carry: UInt256
    /// W, the sum of all weights.
    public let totalWeight: UInt256
  }

  /// What can stop an apportionment.
  public enum Failure: Error, Equatable {
    /// The weights add up to 2²⁵⁶ or more.
    case weightsOverflow
    /// The least that everybody receives is more than there is; `sum` is nil from 2²⁵⁶ on.
    case floorsExceedBudget(sum: UInt256?)
    /// A rule that rounds up gave more than there is; `sum` is nil from 2²⁵⁶ on.
    case roundingExceedsBudget(sum: UInt256?)
  }

  /// Apportions `budget` to the accounts by `rule`.
  ///
  /// - Parameters:
  ///   - budget: E, in base units.
  ///   - accounts: strictly ascending.
  ///   - weights: one per account, all above 0.
  ///   - places: how many of a weight's digits are decimal places; shares are read by them.
  /// - Throws: `Failure` when the weights overflow, or when a named rule exceeds the budget.
  public static func apportion(
    _ budget: UInt256, accounts: [Address], weights: [UInt256], places: Int = 0,
    rule: RoundingRule
  ) throws(Failure) -> Result {
    precondition(accounts.count == weights.count, "one weight per account")
    let total = try total(of: weights)
    let amounts = try parts(
      of: budget, weights: weights, total: total, places: places, rule: rule)
    let carry = try carry(of: budget, after: amounts)
    return Result(amounts: amounts, carry: carry, totalWeight: total)
  }

  static func total(of weights: [UInt256]) throws(Failure) -> UInt256 {
    var total = UInt256.zero
    for weight in weights {
      guard let sum = total.adding(weight) else { throw .weightsOverflow }
      total = sum
    }
    return total
  }

  /// What a rule gives, which may be more than there is.
  static func parts(
    of budget: UInt256, weights: [UInt256], total: UInt256, places: Int, rule: RoundingRule
  ) throws(Failure) -> [UInt256] {
    guard !weights.isEmpty else { return [] }
    precondition(!total.isZero, "weights are above 0")
    switch rule {
    case .largestRemainder, .floor, .remainderToLargest, .unitEachByAddress:
      return floored(budget, weights: weights, total: total, rule: rule)
    case .halfUp:
      return weights.map { halfUp(budget, weight: $0, total: total) }
    case .python:
      return try floors(of: weights) {
        Binary64(dividing: budget.multipliedFullWidth(by: $0), by: total)
      }
    case .javascript:
      let (budget, total) = (Binary64(rounding: budget), Binary64(rounding: total))
      return try floors(of: weights) { budget * Binary64(rounding: $0) / total }
    case .javascriptShare:
      guard let whole = UInt256.powerOfTen(places) else {
        preconditionFailure("numbers have at most 36 decimal places")
      }
      let budget = Binary64(rounding: budget)
      return try floors(of: weights) {
        Binary64(dividing: UInt512($0), by: whole) * budget
      }
    }
  }

  /// The least and the most that a rule can give for one weight, whatever the others are: left-over
  /// units take all of them to decide. nil for weights that do not belong together.
  static func range(
    of budget: UInt256, weight: UInt256, total: UInt256, places: Int, rule: RoundingRule
  ) -> ClosedRange<UInt256>? {
    guard weight <= total, !total.isZero else { return nil }
    let (quotient, remainder) = quota(budget, weight: weight, total: total)
    switch rule {
    case .floor: return quotient...quotient
    case .largestRemainder: return quotient...(remainder.isZero ? quotient : quotient &+ .one)
    case .unitEachByAddress: return quotient...(quotient == budget ? quotient : quotient &+ .one)
    case .remainderToLargest: return quotient...budget
    case .halfUp, .python, .javascript, .javascriptShare:
      let part = try? parts(
        of: budget, weights: [weight], total: total, places: places, rule: rule
      ).first
      return part.map { $0...$0 }
    }
  }

  static func carry(of budget: UInt256, after amounts: [UInt256]) throws(Failure) -> UInt256 {
    var sum = UInt256.zero
    for amount in amounts {
      guard let next = sum.adding(amount) else { throw .roundingExceedsBudget(sum: nil) }
      sum = next
    }
    guard let carry = budget.subtracting(sum) else { throw .roundingExceedsBudget(sum: sum) }
    return carry
  }

  /// The floors of binary64 quotas, the largest of which can round up to 2²⁵⁶.
  private static func floors(
    of weights: [UInt256], quota: (UInt256) -> Binary64
  ) throws(Failure) -> [UInt256] {
    var amounts: [UInt256] = []
    amounts.reserveCapacity(weights.count)
    for weight in weights {
      guard let amount = quota(weight).floor else { throw .roundingExceedsBudget(sum: nil) }
      amounts.append(amount)
    }
    return amounts
  }

  /// ⌊(2·E·w + W) / 2W⌋, computed as ⌊E·w / W⌋ and one more where the remainder is at least half.
  private static func halfUp(_ budget: UInt256, weight: UInt256, total: UInt256) -> UInt256 {
    let (quotient, remainder) = quota(budget, weight: weight, total: total)
    // 2r ≥ W without doubling r, which could overflow: r ≥ W − r, and r < W.
    return remainder >= total &- remainder ? quotient &+ UInt256(1) : quotient
  }

  /// Quotient and remainder of E·w / W. The quotient is at most E since w ≤ W.
  static func quota(
    _ budget: UInt256, weight: UInt256, total: UInt256
  ) -> (quotient: UInt256, remainder: UInt256) {
    let product = budget.multipliedFullWidth(by: weight)
    guard let division = product.quotientAndRemainder(dividingBy: total) else {
      preconditionFailure("the total of positive weights is positive")
    }
    return (division.quotient.low, division.remainder)
  }

  private static func floored(
    _ budget: UInt256, weights: [UInt256], total: UInt256, rule: RoundingRule
  ) -> [UInt256] {
    var (amounts, remainders) = Quotas.divide(budget, weights: weights, total: total)
    var left = budget
    for amount in amounts { left = left &- amount }
    switch rule {
    case .remainderToLargest:
      var largest = 0
      for index in weights.indices where weights[index] > weights[largest] { largest = index }
      amounts[largest] = amounts[largest] &+ left
    case .unitEachByAddress:
      for index in 0..<unitCount(left, below: weights.count) {
        amounts[index] = amounts[index] &+ UInt256(1)
      }
    case .largestRemainder:
      let units = unitCount(left, below: weights.count)
      for index in LargestRemainders(remainders, count: units).places {
        amounts[index] = amounts[index] &+ UInt256(1)
      }
    default:
      break  // `floor` keeps what is left as carry.
    }
    return amounts
  }

  /// The left-over units, which are fewer than the accounts: each floor loses less than one.
  static func unitCount(_ left: UInt256, below count: Int) -> Int {
    guard let units = left.asInt, units < count else {
      preconditionFailure("floors lose less than one unit each")
    }
    return units
  }
}
