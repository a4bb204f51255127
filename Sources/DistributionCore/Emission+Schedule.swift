import DistributionModel
import EthereumPrimitives

extension Emission {
  /// C(n): what is emitted in the first `epochs` of `count` epochs, in base units, rounded down.
  ///
  /// Cumulative by formula, so that the parts add up to the budget exactly: section 3 of
  /// `docs/reference/law.md`.
  ///
  /// - Parameters:
  ///   - epochs: n, at most `count`.
  ///   - count: N, at least 1; for a table, the number of its entries.
  public func cumulative(_ epochs: UInt32, of budget: UInt256, over count: UInt32) -> UInt256 {
    precondition(epochs <= count && count > 0, "epochs are counted within the schedule")
    if epochs == count { return budget }
    let passed = UInt64(epochs)
    let all = UInt64(count)
    switch self {
    case .constant:
      return budget.scaled(by: UInt256(passed), over: UInt256(all))
    case .linearDecay:
      let part = UInt256(passed) &* UInt256(2 * all - passed + 1)
      return budget.scaled(by: part, over: UInt256(all) &* UInt256(all + 1))
    case .exponentialDecay(let halfLife):
      return DecayFunction.decayed(budget, at: passed, of: all, halfLife: UInt64(halfLife))
    case .table(let amounts):
      return amounts.prefix(Int(epochs)).reduce(UInt256.zero) { $0 &+ $1.baseUnits }
    }
  }

  /// What epoch `index` emits: C(index + 1) − C(index); nil outside the schedule.
  public func amount(
    inEpoch index: EpochIndex, of budget: UInt256, over count: UInt32
  ) -> UInt256? {
    guard index.number < count else { return nil }
    // The last entry is what is left of the budget; the others need no sum.
    if case .table(let amounts) = self, index.number + 1 < count {
      return amounts[Int(index.number)].baseUnits
    }
    let before = cumulative(index.number, of: budget, over: count)
    return cumulative(index.number + 1, of: budget, over: count).subtracting(before)
  }
}
