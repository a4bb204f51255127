import DistributionModel
import EthereumPrimitives

/// Functions that are computed row by row.
extension ExpressionEvaluator {
  func function(_ part: Expression, _ frame: Frame) -> ExpressionBlock {
    switch part.operation {
    case .squareRoot(let inner):
      return squareRoot(part, block(inner, frame), inner.scale, frame)
    case .logarithm(let inner):
      return logarithm(part, block(inner, frame), inner.scale, frame)
    case .powerMean(let power, let parts): return powerMean(part, power, parts, frame)
    case .tiers(let inner, let tiers, let otherwise):
      return steps(part, block(inner, frame), inner.scale, tiers, otherwise, frame)
    case .brackets(let inner, let tiers):
      return brackets(part, block(inner, frame), inner.scale, tiers, frame)
    default: preconditionFailure("every operation is computed somewhere")
    }
  }

  /// ⌊√x⌋ at the result's scale r: ⌊√(m · 10^(2r − s))⌋.
  private func squareRoot(
    _ part: Expression, _ value: ExpressionBlock, _ scale: Int, _ frame: Frame
  ) -> ExpressionBlock {
    let exponent = 2 * part.scale - scale
    let up = UInt256.powerOfTen(max(0, exponent)) ?? .one
    let down = UInt256.powerOfTen(max(0, -exponent)) ?? .one
    var result = value
    let roots = value.wide.enumerated().map { index, number in
      guard !number.isNegative else {
        result.fail(
          index,
          outOfDomain(
            part, row(index, frame), number, scale: scale, "Take the root of max(x, 0)."))
        return SignedNumber.zero
      }
      let wide = number.magnitude.multipliedFullWidth(by: up)
      let square = exponent < 0 ? wide.quotientAndRemainder(dividingBy: down)?.quotient : wide
      return SignedNumber(ExactMath.squareRoot(square ?? .zero))
    }
    return ExpressionBlock(wide: roots, faults: result.faults)
  }

  private func logarithm(
    _ part: Expression, _ value: ExpressionBlock, _ scale: Int, _ frame: Frame
  ) -> ExpressionBlock {
    var result = value
    let logarithms = value.wide.enumerated().map { index, number in
      guard !number.isNegative, number != .zero else {
        result.fail(
          index,
          outOfDomain(
            part, row(index, frame), number, scale: scale,
            "Take the logarithm of max(x, 1), or of x + 1."))
        return SignedNumber.zero
      }
      return ExactMath.logarithm(number.magnitude, scale: scale)
    }
    return ExpressionBlock(wide: logarithms, faults: result.faults)
  }

  private func powerMean(
    _ part: Expression, _ power: Int, _ parts: [Expression], _ frame: Frame
  ) -> ExpressionBlock {
    let scale = parts.map(\.scale).max() ?? 0
    let blocks = aligned(parts, scale: scale, part, frame)
    let columns = blocks.map(\.wide)
    var result = blocks[0]
    let means = columns[0].indices.map { index in
      let numbers = columns.map { $0[index] }
      if let negative = numbers.first(where: \.isNegative) {
        result.fail(
          index,
          outOfDomain(
            part, row(index, frame), negative, scale: scale, "Take the mean of max(x, 0)."))
        return SignedNumber.zero
      }
      guard
        let mean = Self.powerMean(numbers.map(\.magnitude), power: power, exponent: 18 - scale)
      else {
        result.fail(index, overflow(part, row(index, frame)))
        return SignedNumber.zero
      }
      return SignedNumber(mean)
    }
    return ExpressionBlock(wide: means, faults: result.faults)
  }

  /// ⌊(Σ (x · 10^e)ᵖ / k)^(1/p)⌋, where e < 0 divides at the end; nil where the sum reaches 2⁵¹² or
  /// the result 2²⁵⁶.
  private static func powerMean(
    _ numbers: [UInt256], power: Int, exponent: Int
  ) -> UInt256? {
    guard let up = UInt256.powerOfTen(max(0, exponent)) else { return nil }
    var sum = UInt512.zero
    for number in numbers {
      var product = number.multipliedFullWidth(by: up)
      if power > 1 {
        // The square of 2²⁵⁶ or more reaches 2⁵¹².
        guard let base = product.asUInt256,
          let raised = ExactMath.power(of: base, exponent: power)
        else { return nil }
        product = raised
      }
      guard let next = sum.adding(product) else { return nil }
      sum = next
    }
    // Rounding down several times over is the same as once: the divisor can be wider than a word.
    let down = UInt256.powerOfTen(max(0, -exponent)) ?? .one
    var mean = sum
    for divisor in [UInt256(UInt64(numbers.count))] + Array(repeating: down, count: power) {
      guard let division = mean.quotientAndRemainder(dividingBy: divisor) else { return nil }
      mean = division.quotient
    }
    return ExactMath.root(mean, exponent: power)
  }

  // MARK: Tables

  private func steps(
    _ part: Expression, _ value: ExpressionBlock, _ scale: Int, _ tiers: [Expression.Tier],
    _ otherwise: DecimalNumber, _ frame: Frame
  ) -> ExpressionBlock {
    let common = tiers.reduce(scale) { max($0, $1.bound.scale) }
    let aligned = shifted(value, from: scale, to: common, part, frame)
    let bounds = tiers.map { at(common, $0.bound) }
    let values = tiers.map { at(part.scale, $0.value) }
    let first = at(part.scale, otherwise)
    let results = aligned.wide.map { number in
      let reached = tiers.indices.last {
        tiers[$0].includesBound ? bounds[$0] <= number : bounds[$0] < number
      }
      return reached.map { values[$0] } ?? first
    }
    return ExpressionBlock(wide: results, faults: aligned.faults)
  }

  private func brackets(
    _ part: Expression, _ value: ExpressionBlock, _ scale: Int, _ tiers: [Expression.Tier],
    _ frame: Frame
  ) -> ExpressionBlock {
    let common = tiers.reduce(scale) { max($0, $1.bound.scale) }
    let aligned = shifted(value, from: scale, to: common, part, frame)
    let bounds = tiers.map { at(common, $0.bound) }
    let rates = tiers.map { at(part.scale - common, $0.value) }
    return map(aligned, part, frame) { number in
      var sum = SignedNumber.zero
      for index in bounds.indices where bounds[index] < number {
        let end = index + 1 < bounds.count ? min(number, bounds[index + 1]) : number
        guard let width = end.adding(bounds[index].negated),
          let product = width.multiplied(by: rates[index]), let next = sum.adding(product)
        else { return nil }
        sum = next
      }
      return sum
    }
  }

  /// A number of a table at a scale at which the plan's reader has seen that it fits.
  private func at(_ scale: Int, _ number: DecimalNumber) -> SignedNumber {
    guard let value = SignedNumber(number, scale: scale) else {
      preconditionFailure("the numbers of a checked table fit at its scale")
    }
    return value
  }
}
