import EthereumPrimitives

/// ⌊E·w / W⌋ and E·w mod W for many weights w of one budget E and one total W.
enum Quotas {
  /// - Parameter needsRemainders: false leaves them out.
  static func divide(
    _ budget: UInt256, weights: [UInt256], total: UInt256, needsRemainders: Bool = true
  ) -> (amounts: [UInt256], remainders: [UInt256]) {
    var amounts: [UInt256] = []
    var remainders: [UInt256] = []
    amounts.reserveCapacity(weights.count)
    if needsRemainders { remainders.reserveCapacity(weights.count) }
    let isBelow = budget < total
    switch (total.bitWidthUsed, budget.bitWidthUsed) {
    case (..<128, _) where isBelow:
      QuotaRatio<2, 2>(budget, total: total)
        .divide(weights, &amounts, &remainders, needsRemainders)
    case (let width, let small) where isBelow && width < 256 && small + 257 - width <= 128:
      QuotaRatio<4, 2>(budget, total: total)
        .divide(weights, &amounts, &remainders, needsRemainders)
    case (..<256, _) where isBelow:
      QuotaRatio<4, 4>(budget, total: total)
        .divide(weights, &amounts, &remainders, needsRemainders)
    default:
      for weight in weights {
        let quota = Apportionment.quota(budget, weight: weight, total: total)
        amounts.append(quota.quotient)
        if needsRemainders { remainders.append(quota.remainder) }
      }
    }
    return (amounts, remainders)
  }
}

/// The quotient of a budget and a larger total, by which weights are multiplied: dividing once
/// takes the place of dividing for every weight.
///
/// With M = 2^(64·limbs), E < W < M/2 and R = ⌊E·M / W⌋ < M, for a weight w ≤ W: R is less than 1
/// below E·M/W, so w·R/M is less than w/M < ½ below E·w/W, and q = ⌊w·R / M⌋ is the quotient or 1
/// less. Hence 0 ≤ E·w − q·W < 2·W < M: the remainder is exact modulo M, and where it is W or more
/// the quotient was 1 less. E, R and the quotients, which are E at most, fit into `few` limbs.
private struct QuotaRatio<let limbs: Int, let few: Int> {
  private let budget: [few of UInt64]
  private let total: [limbs of UInt64]
  private let ratio: [few of UInt64]

  init(_ budget: UInt256, total: UInt256) {
    precondition(budget < total && total.bitWidthUsed < 64 * limbs, "E < W < M/2")
    let scaled = UInt512(budget) << (64 * limbs)
    guard let ratio = scaled.quotientAndRemainder(dividingBy: total)?.quotient.low else {
      preconditionFailure("a total above a budget is above 0")
    }
    precondition(max(ratio, budget).bitWidthUsed <= 64 * few, "E and R fit")
    self.budget = [few of UInt64](truncatingOrExtending: budget.limbs)
    self.total = [limbs of UInt64](truncatingOrExtending: total.limbs)
    self.ratio = [few of UInt64](truncatingOrExtending: ratio.limbs)
  }

  func divide(
    _ weights: [UInt256], _ amounts: inout [UInt256], _ remainders: inout [UInt256],
    _ needsRemainders: Bool
  ) {
    for weight in weights {
      let weight = [limbs of UInt64](truncatingOrExtending: weight.limbs)
      var quotient = [few of UInt64](highPartOfProduct: weight, ratio)
      var remainder = [limbs of UInt64](product: budget, weight)
      _ = remainder.subtract([limbs of UInt64](product: quotient, total))
      var rest = remainder
      if !rest.subtract(total) {
        remainder = rest
        _ = quotient.add([1])
      }
      amounts.append(UInt256(limbs: [4 of UInt64](truncatingOrExtending: quotient)))
      guard needsRemainders else { continue }
      remainders.append(UInt256(limbs: [4 of UInt64](truncatingOrExtending: remainder)))
    }
  }
}
