import DistributionModel
import EthereumPrimitives

extension Apportionment {
  /// Apportions to accounts in any order, such as that of their numbers, of which some may have no
  /// weight; see `apportion`.
  ///
  /// The result is the same as in ascending order. Rules that look at one account at a time, and
  /// at the order of equal ones at most, need no sorting.
  ///
  /// - Parameters:
  ///   - accounts: each once.
  ///   - weights: of as many of them, from the first one on; 0 takes no part and receives 0.
  public static func apportionNumbered(
    _ budget: UInt256, accounts: [Address], weights: [UInt256], rule: RoundingRule
  ) throws(Failure) -> Result {
    precondition(accounts.count >= weights.count, "an account per weight")
    let total = try total(of: weights)
    guard !total.isZero else {
      return Result(
        amounts: [UInt256](repeating: .zero, count: weights.count), carry: budget,
        totalWeight: .zero)
    }
    guard rule == .floor || rule == .largestRemainder else {
      return try sorted(budget, accounts: accounts, weights: weights, rule: rule)
    }
    // A weight of 0 has the remainder 0, and fewer units are left than remainders are above 0.
    var (amounts, remainders) = Quotas.divide(
      budget, weights: weights, total: total, needsRemainders: rule == .largestRemainder)
    guard rule == .largestRemainder else {
      let carry = try carry(of: budget, after: amounts)
      return Result(amounts: amounts, carry: carry, totalWeight: total)
    }
    let left = try carry(of: budget, after: amounts)
    let largest = LargestRemainders(
      remainders, count: unitCount(left, below: weights.count))
    for place in largest.chosen { amounts[place] = amounts[place] &+ .one }
    // Ties go to the lower address.
    let equal =
      largest.missing == 0 ? [] : largest.equal.sorted { accounts[$0] < accounts[$1] }
    for place in equal.prefix(largest.missing) { amounts[place] = amounts[place] &+ .one }
    return Result(amounts: amounts, carry: .zero, totalWeight: total)
  }

  /// Goes through ascending order and back.
  private static func sorted(
    _ budget: UInt256, accounts: [Address], weights: [UInt256], rule: RoundingRule
  ) throws(Failure) -> Result {
    let order = weights.indices.filter { !weights[$0].isZero }
      .sorted { accounts[$0] < accounts[$1] }
    let result = try apportion(
      budget, accounts: order.map { accounts[$0] }, weights: order.map { weights[$0] }, rule: rule)
    var amounts = [UInt256](repeating: .zero, count: weights.count)
    for (place, amount) in zip(order, result.amounts) { amounts[place] = amount }
    return Result(amounts: amounts, carry: result.carry, totalWeight: result.totalWeight)
  }
}
