import DistributionModel
import EthereumPrimitives

extension SignedNumber {
  /// left · 10^exponent / right, rounded; nil from 2²⁵⁶ on. The divisor is not zero.
  ///
  /// - Parameter exponent: −72 ... 72, so that every product is below 2⁵¹².
  static func quotient(
    _ left: SignedNumber, _ right: SignedNumber, exponent: Int, _ rounding: Expression.Rounding
  ) -> SignedNumber? {
    let up = UInt256.powerOfTen(max(0, exponent)) ?? .one
    let down = UInt256.powerOfTen(max(0, -exponent)) ?? .one
    return quotient(
      left.magnitude.multipliedFullWidth(by: up), right.magnitude.multipliedFullWidth(by: down),
      isNegative: left.isNegative != right.isNegative, rounding)
  }
}

extension ExpressionEvaluator {
  // MARK: Faults

  func overflow(_ part: Expression, _ row: Int?) -> ExpressionFault {
    ExpressionFault(
      kind: .expressionOverflow, place: part.place, row: row, found: "2^256 or more",
      advice: "Round its parts to fewer decimal places, or keep their size down with min(x, limit)."
    )
  }

  func outOfDomain(
    _ part: Expression, _ row: Int, _ number: SignedNumber, scale: Int, _ advice: String
  ) -> ExpressionFault {
    ExpressionFault(
      kind: .outOfDomain, place: part.place, row: row, found: number.number(scale: scale).shortest,
      advice: advice)
  }

  // MARK: Loops

  /// Brings numbers to a larger scale.
  func shifted(
    _ block: ExpressionBlock, from: Int, to: Int, _ part: Expression, _ frame: Frame
  ) -> ExpressionBlock {
    guard to > from, let power = UInt256.powerOfTen(to - from) else { return block }
    let factor = SignedNumber(power)
    if let narrow = factor.narrow, case .narrow(let numbers) = block.values {
      var isTooWide = false
      let products = numbers.map { number in
        let (product, overflow) = number.multipliedReportingOverflow(by: narrow)
        isTooWide = isTooWide || overflow
        return product
      }
      if !isTooWide { return ExpressionBlock(.narrow(products), faults: block.faults) }
    }
    return map(block, part, frame) { $0.multiplied(by: factor) }
  }

  /// A function of one number that may be too large.
  func map(
    _ block: ExpressionBlock, _ part: Expression, _ frame: Frame,
    _ body: (SignedNumber) -> SignedNumber?
  ) -> ExpressionBlock {
    var result = ExpressionBlock(.narrow([]), faults: block.faults)
    let numbers = block.wide.enumerated().map { index, number in
      if let value = body(number) { return value }
      result.fail(index, overflow(part, row(index, frame)))
      return SignedNumber.zero
    }
    return ExpressionBlock(wide: numbers, faults: result.faults)
  }

  /// A function of two numbers that may be too large.
  func numbers(
    _ left: ExpressionBlock, _ right: ExpressionBlock, _ part: Expression, _ frame: Frame,
    _ body: (SignedNumber, SignedNumber) -> SignedNumber?
  ) -> ExpressionBlock {
    var result = ExpressionBlock(.narrow([]), faults: ExpressionBlock.faults(left, right))
    let others = right.wide
    let numbers = left.wide.enumerated().map { index, number in
      if let value = body(number, others[index]) { return value }
      result.fail(index, overflow(part, row(index, frame)))
      return SignedNumber.zero
    }
    return ExpressionBlock(wide: numbers, faults: result.faults)
  }

  func row(_ index: Int, _ frame: Frame) -> Int { frame.rows[frame.rows.startIndex + index] }

  /// Parts at one scale, with the faults of all parts before those of bringing them there.
  func aligned(
    _ parts: [Expression], scale: Int, _ part: Expression, _ frame: Frame
  ) -> [ExpressionBlock] {
    var blocks = parts.map { block($0, frame) }
    var faults = blocks[0].faults
    for block in blocks.dropFirst() where !block.faults.isEmpty {
      faults.merge(block.faults) { first, _ in first }
    }
    for index in blocks.indices {
      blocks[index].faults = faults
      blocks[index] = shifted(blocks[index], from: parts[index].scale, to: scale, part, frame)
      faults = blocks[index].faults
    }
    blocks[0].faults = faults
    return blocks
  }

  // MARK: Arithmetic

  func number(_ part: Expression, _ frame: Frame) -> ExpressionBlock {
    switch part.operation {
    case .negation(let inner): return negated(block(inner, frame), part, frame)
    case .absolute(let inner): return absolute(block(inner, frame))
    case .arithmetic(.multiply, let left, let right):
      return product(block(left, frame), block(right, frame), part, frame)
    case .arithmetic(let sign, let left, let right):
      let blocks = aligned([left, right], scale: part.scale, part, frame)
      return sum(blocks[0], blocks[1], isAddition: sign == .add, part, frame)
    case .quotient(let left, let right, let rounding):
      return quotient(
        part, block(left, frame), block(right, frame),
        exponent: part.scale + right.scale - left.scale, rounding: rounding, frame)
    case .rounded(let inner, let rounding):
      return rounded(part, block(inner, frame), inner.scale, rounding, frame)
    case .minimum(let parts): return extreme(part, parts, frame) { $1 < $0 }
    case .maximum(let parts): return extreme(part, parts, frame) { $0 < $1 }
    case .clamp(let inner, let low, let high):
      let blocks = aligned([inner, low, high], scale: part.scale, part, frame)
      return picked(picked(blocks[0], blocks[1]) { $0 < $1 }, blocks[2]) { $1 < $0 }
    default: return function(part, frame)
    }
  }

  private func negated(
    _ block: ExpressionBlock, _ part: Expression, _ frame: Frame
  ) -> ExpressionBlock {
    map(block, part, frame) { $0.negated }
  }

  private func absolute(_ block: ExpressionBlock) -> ExpressionBlock {
    ExpressionBlock(wide: block.wide.map { SignedNumber($0.magnitude) }, faults: block.faults)
  }

  private func product(
    _ left: ExpressionBlock, _ right: ExpressionBlock, _ part: Expression, _ frame: Frame
  ) -> ExpressionBlock {
    if case .narrow(let first) = left.values, case .narrow(let second) = right.values {
      var isTooWide = false
      let products = first.indices.map { index in
        let (product, overflow) = first[index].multipliedReportingOverflow(by: second[index])
        isTooWide = isTooWide || overflow
        return product
      }
      if !isTooWide {
        return ExpressionBlock(.narrow(products), faults: ExpressionBlock.faults(left, right))
      }
    }
    return numbers(left, right, part, frame) { $0.multiplied(by: $1) }
  }

  private func sum(
    _ left: ExpressionBlock, _ right: ExpressionBlock, isAddition: Bool, _ part: Expression,
    _ frame: Frame
  ) -> ExpressionBlock {
    if case .narrow(let first) = left.values, case .narrow(let second) = right.values {
      var isTooWide = false
      let sums = first.indices.map { index in
        let (sum, overflow) =
          isAddition
          ? first[index].addingReportingOverflow(second[index])
          : first[index].subtractingReportingOverflow(second[index])
        isTooWide = isTooWide || overflow
        return sum
      }
      if !isTooWide {
        return ExpressionBlock(.narrow(sums), faults: ExpressionBlock.faults(left, right))
      }
    }
    return numbers(left, right, part, frame) { $0.adding(isAddition ? $1 : $1.negated) }
  }

  private func extreme(
    _ part: Expression, _ parts: [Expression], _ frame: Frame,
    replaces: (SignedNumber, SignedNumber) -> Bool
  ) -> ExpressionBlock {
    let blocks = aligned(parts, scale: part.scale, part, frame)
    return blocks.dropFirst().reduce(blocks[0]) { picked($0, $1, replaces: replaces) }
  }

  /// The right number where it replaces the left one; faults are those of the left side.
  private func picked(
    _ left: ExpressionBlock, _ right: ExpressionBlock,
    replaces: (SignedNumber, SignedNumber) -> Bool
  ) -> ExpressionBlock {
    if case .narrow(let first) = left.values, case .narrow(let second) = right.values {
      // One probe tells which way the order goes; narrow numbers compare as they are.
      let takesLarger = replaces(.zero, SignedNumber(Int128(1)))
      let picked = first.indices.map {
        takesLarger ? max(first[$0], second[$0]) : min(first[$0], second[$0])
      }
      return ExpressionBlock(.narrow(picked), faults: left.faults)
    }
    let (first, second) = (left.wide, right.wide)
    return ExpressionBlock(
      wide: first.indices.map { replaces(first[$0], second[$0]) ? second[$0] : first[$0] },
      faults: left.faults)
  }

  func comparison(
    _ sign: Expression.Comparison, _ part: Expression, _ left: Expression, _ right: Expression,
    _ frame: Frame
  ) -> ExpressionBlock {
    let blocks = aligned([left, right], scale: max(left.scale, right.scale), part, frame)
    let truths: [Bool]
    if case .narrow(let first) = blocks[0].values, case .narrow(let second) = blocks[1].values {
      truths = first.indices.map { sign.holds(first[$0], second[$0]) }
    } else {
      let (first, second) = (blocks[0].wide, blocks[1].wide)
      truths = first.indices.map { sign.holds(first[$0], second[$0]) }
    }
    return ExpressionBlock(.truths(truths), faults: blocks[0].faults)
  }

  // MARK: Division and rounding

  func quotient(
    _ part: Expression, _ left: ExpressionBlock, _ right: ExpressionBlock, exponent: Int,
    rounding: Expression.Rounding, _ frame: Frame
  ) -> ExpressionBlock {
    var result = ExpressionBlock(.narrow([]), faults: ExpressionBlock.faults(left, right))
    if let quotients = narrowQuotients(left, right, exponent: exponent, rounding) {
      return ExpressionBlock(.narrow(quotients), faults: result.faults)
    }
    let (dividends, divisors) = (left.wide, right.wide)
    let numbers = dividends.indices.map { index in
      guard divisors[index] != .zero else {
        result.fail(
          index,
          ExpressionFault(
            kind: .divisionByZero, place: part.place, row: row(index, frame), found: "0",
            advice: "Divide by max(x, 1), or let a filter shut such accounts out."))
        return SignedNumber.zero
      }
      let number = SignedNumber.quotient(
        dividends[index], divisors[index], exponent: exponent, rounding)
      if number == nil { result.fail(index, overflow(part, row(index, frame))) }
      return number ?? .zero
    }
    return ExpressionBlock(wide: numbers, faults: result.faults)
  }

  /// Quotients of narrow numbers; nil where one is too wide or a divisor is zero.
  private func narrowQuotients(
    _ left: ExpressionBlock, _ right: ExpressionBlock, exponent: Int,
    _ rounding: Expression.Rounding
  ) -> [Int128]? {
    guard case .narrow(let first) = left.values, case .narrow(let second) = right.values,
      let power = UInt256.powerOfTen(abs(exponent)),
      let factor = SignedNumber(power).narrow
    else { return nil }
    var quotients: [Int128] = []
    quotients.reserveCapacity(first.count)
    for index in first.indices {
      let (top, isTopWide) =
        exponent > 0 ? first[index].multipliedReportingOverflow(by: factor) : (first[index], false)
      let (bottom, isBottomWide) =
        exponent < 0
        ? second[index].multipliedReportingOverflow(by: factor) : (second[index], false)
      guard !isTopWide, !isBottomWide, bottom != 0, top != .min, bottom != .min else { return nil }
      quotients.append(Self.quotient(top, bottom, rounding))
    }
    return quotients
  }

  /// A rounded quotient of numbers above −2¹²⁷, so that no quotient reaches 2¹²⁷.
  @inline(__always)
  private static func quotient(
    _ top: Int128, _ bottom: Int128, _ rounding: Expression.Rounding
  ) -> Int128 {
    let (a, b) = (top.magnitude, bottom.magnitude)
    let (quotient, remainder) =
      a <= UInt64.max && b <= UInt64.max
      ? short(UInt64(truncatingIfNeeded: a), UInt64(truncatingIfNeeded: b))
      : a.quotientAndRemainder(dividingBy: b)
    let isNegative = (top < 0) != (bottom < 0)
    let rest = b - remainder
    let half = remainder == 0 || remainder < rest ? -1 : remainder == rest ? 0 : 1
    let goesAway = rounding.goesAway(
      isNegative: isNegative, isExact: remainder == 0, half: half, isOdd: quotient & 1 == 1)
    let magnitude = Int128(bitPattern: quotient &+ (goesAway ? 1 : 0))
    return isNegative ? 0 - magnitude : magnitude
  }

  @inline(__always)
  private static func short(_ a: UInt64, _ b: UInt64) -> (UInt128, UInt128) {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return (UInt128(quotient), UInt128(remainder))
  }

  private func rounded(
    _ part: Expression, _ value: ExpressionBlock, _ scale: Int, _ rounding: Expression.Rounding,
    _ frame: Frame
  ) -> ExpressionBlock {
    if part.scale >= scale {
      return shifted(value, from: scale, to: part.scale, part, frame)
    }
    let one = ExpressionBlock.constant(SignedNumber(UInt256.one), count: value.count)
    return quotient(
      part, value, one, exponent: part.scale - scale, rounding: rounding, frame)
  }
}

extension Expression.Comparison {
  @inline(__always)
  func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .atMost: left <= right
    case .greater: left > right
    case .atLeast: left >= right
    }
  }
}
