import BigInt
import DistributionModel
import EthereumPrimitives

/// The weight language as its page reads: one row at a time, with big integers.
///
/// `docs/reference/expressions.md` is the text. A number is its digits at the scale of its part.
final class ReferenceExpressions {
  /// A part that has no value for a row.
  struct Fault: Error {
    let refusal: ReferenceLaw.Refusal
    let place: Expression.Place
  }

  enum Value {
    case truth(Bool)
    case number(BigInt)
  }

  /// An account that takes part, its columns, and the named values that were computed for it.
  final class Row {
    let account: Address
    /// In the order of the names.
    let columns: [BigInt]
    var named: [Int: Result<Value, Fault>] = [:]

    init(account: Address, columns: [BigInt]) {
      self.account = account
      self.columns = columns
    }
  }

  let values: [NamedExpression]
  /// Where each column stands in a row.
  private let columns: [String: Int]
  /// Ascending by account.
  let rows: [Row]
  private let joins: ReferenceJoins
  private var totals: [Int: Result<[BigInt], Fault>] = [:]

  init(
    values: [NamedExpression], columns: [String], rows: [(account: Address, columns: [BigInt])],
    joins: ReferenceJoins = ReferenceJoins()
  ) {
    self.values = values
    self.joins = joins
    self.columns = Dictionary(
      uniqueKeysWithValues: columns.enumerated().map { ($0.element, $0.offset) })
    self.rows = rows.map { Row(account: $0.account, columns: $0.columns) }
  }

  // MARK: Whole expressions

  func number(_ expression: Expression, of row: Row) throws(Fault) -> BigInt {
    prepare(expression, row)
    return try number(expression, row)
  }

  func truth(_ expression: Expression, of row: Row) throws(Fault) -> Bool {
    prepare(expression, row)
    return try truth(expression, row)
  }

  /// Computes the named values that an expression may need; what fails counts where it is used.
  private func prepare(_ expression: Expression, _ row: Row) {
    var needed = expression.namedValues
    for number in values.indices.reversed() where needed.contains(number) {
      needed.formUnion(values[number].expression.namedValues)
    }
    for number in needed.sorted() where row.named[number] == nil {
      row.named[number] = Result { () throws(Fault) in
        try value(values[number].expression, row)
      }
    }
  }

  private func value(_ part: Expression, _ row: Row) throws(Fault) -> Value {
    part.kind == .truth ? .truth(try truth(part, row)) : .number(try number(part, row))
  }

  private func named(_ number: Int, _ row: Row) throws(Fault) -> Value {
    guard let result = row.named[number] else { preconditionFailure("it was prepared") }
    return try result.get()
  }

  // MARK: Conditions

  private func truth(_ part: Expression, _ row: Row) throws(Fault) -> Bool {
    switch part.operation {
    case .truth(let isTrue): return isTrue
    case .joined(let join): return joins[join, row.account] == 1
    case .named(let number, _):
      if case .truth(let isTrue) = try named(number, row) { return isTrue }
    case .not(let inner): return try !truth(inner, row)
    case .both(let left, let right): return try truth(left, row) ? truth(right, row) : false
    case .either(let left, let right): return try truth(left, row) ? true : truth(right, row)
    case .conditional(let test, let first, let second):
      return try truth(test, row) ? truth(first, row) : truth(second, row)
    case .comparison(let sign, let left, let right):
      let sides = try aligned([left, right], max(left.scale, right.scale), part, row)
      switch sign {
      case .equal: return sides[0] == sides[1]
      case .notEqual: return sides[0] != sides[1]
      case .less: return sides[0] < sides[1]
      case .atMost: return sides[0] <= sides[1]
      case .greater: return sides[0] > sides[1]
      case .atLeast: return sides[0] >= sides[1]
      }
    case .membership(let inner, let numbers):
      let scale = (numbers.map(\.scale) + [inner.scale]).max() ?? 0
      let digits = try aligned([inner], scale, part, row)[0]
      return numbers.contains { Self.digits($0, scale) == digits }
    default: break
    }
    preconditionFailure("a checked plan has conditions where they belong")
  }

  // MARK: Numbers

  private func number(_ part: Expression, _ row: Row) throws(Fault) -> BigInt {
    switch part.operation {
    case .number(let number): return Self.digits(number, number.scale)
    case .joined(let join): return joins[join, row.account]
    case .column(let name): return columns[name].map { row.columns[$0] } ?? 0
    case .named(let number, _):
      if case .number(let digits) = try named(number, row) { return digits }
    case .plain(let inner): return try number(inner, row)
    case .negation(let inner): return try -number(inner, row)
    case .absolute(let inner): return try number(inner, row).magnitude.signed
    case .arithmetic(.add, let left, let right):
      let sides = try aligned([left, right], part.scale, part, row)
      return try fit(sides[0] + sides[1], part)
    case .arithmetic(.subtract, let left, let right):
      let sides = try aligned([left, right], part.scale, part, row)
      return try fit(sides[0] - sides[1], part)
    case .arithmetic(.multiply, let left, let right):
      return try fit(number(left, row) * number(right, row), part)
    case .quotient(let left, let right, let rounding):
      let (dividend, divisor) = try (number(left, row), number(right, row))
      return try quotient(
        dividend, left.scale, divisor, right.scale, places: part.scale, rounding, part)
    case .rounded(let inner, let rounding):
      return try quotient(
        number(inner, row), inner.scale, 1, 0, places: part.scale, rounding, part)
    case .conditional(let test, let first, let second):
      let chosen = try truth(test, row) ? first : second
      return try aligned([chosen], part.scale, part, row)[0]
    case .minimum(let parts): return try aligned(parts, part.scale, part, row).min() ?? 0
    case .maximum(let parts): return try aligned(parts, part.scale, part, row).max() ?? 0
    case .clamp(let inner, let low, let high):
      let three = try aligned([inner, low, high], part.scale, part, row)
      return min(max(three[0], three[1]), three[2])
    case .aggregate, .count, .percentile, .quantile, .rank, .normalised:
      return try overRows(part, row)
    default: return try function(part, row)
    }
    preconditionFailure("a checked plan has numbers where they belong")
  }

  private func function(_ part: Expression, _ row: Row) throws(Fault) -> BigInt {
    switch part.operation {
    case .squareRoot(let inner):
      let digits = try number(inner, row)
      guard digits >= 0 else { throw Fault(refusal: .outOfDomain, place: part.place) }
      return ReferenceMath.squareRoot(digits, inner.scale, places: part.scale)
    case .logarithm(let inner):
      let digits = try number(inner, row)
      guard digits > 0 else { throw Fault(refusal: .outOfDomain, place: part.place) }
      return ReferenceMath.logarithm(digits, inner.scale)
    case .powerMean(let power, let parts):
      let numbers = try aligned(parts, parts.map(\.scale).max() ?? 0, part, row)
      guard numbers.allSatisfy({ $0 >= 0 }) else {
        throw Fault(refusal: .outOfDomain, place: part.place)
      }
      let scale = parts.map(\.scale).max() ?? 0
      let digits = numbers.map { $0 * BigInt(10).power(max(18 - scale, 0)) }
      let sum = digits.map { $0.power(power) }.reduce(0, +)
      guard sum < BigInt(1) << 512 else {
        throw Fault(refusal: .expressionOverflow, place: part.place)
      }
      return try fit(
        ReferenceMath.powerMean(sum, digits.count, power: power, scale: max(scale, 18)), part)
    case .tiers(let inner, let tiers, let otherwise):
      let scale = (tiers.map(\.bound.scale) + [inner.scale]).max() ?? 0
      let digits = try aligned([inner], scale, part, row)[0]
      let reached = tiers.last {
        let bound = Self.digits($0.bound, scale)
        return $0.includesBound ? bound <= digits : bound < digits
      }
      return Self.digits(reached?.value ?? otherwise, part.scale)
    case .brackets(let inner, let tiers):
      return try brackets(part, inner, tiers, row)
    default: preconditionFailure("every operation is on the page")
    }
  }

  private func brackets(
    _ part: Expression, _ inner: Expression, _ tiers: [Expression.Tier], _ row: Row
  ) throws(Fault) -> BigInt {
    let scale = (tiers.map(\.bound.scale) + [inner.scale]).max() ?? 0
    let digits = try aligned([inner], scale, part, row)[0]
    var sum: BigInt = 0
    for (index, tier) in tiers.enumerated() where Self.digits(tier.bound, scale) < digits {
      var end = digits
      if index + 1 < tiers.count { end = min(end, Self.digits(tiers[index + 1].bound, scale)) }
      let width = try fit(end - Self.digits(tier.bound, scale), part)
      let product = try fit(width * Self.digits(tier.value, part.scale - scale), part)
      sum = try fit(sum + product, part)
    }
    return sum
  }

  // MARK: All rows

  private func overRows(_ part: Expression, _ row: Row) throws(Fault) -> BigInt {
    switch part.operation {
    case .rank(let inner, let isDescending):
      let own = try number(inner, row)
      let all = try total(part)
      return BigInt(1 + (isDescending ? Self.count(all, above: own) : Self.count(all, below: own)))
    case .normalised(let inner, let whole):
      let (own, target) = try (number(inner, row), number(whole, row))
      let product = try fit(own * target, part)
      return try quotient(
        product, inner.scale + whole.scale, total(part)[0], inner.scale, places: 18, .down, part)
    default: return try total(part)[0]
    }
  }

  /// What all rows come to: one number, or all of them in ascending order for a rank.
  private func total(_ part: Expression) throws(Fault) -> [BigInt] {
    if let known = totals[part.id] { return try known.get() }
    let result = Result { () throws(Fault) in try computeTotal(part) }
    totals[part.id] = result
    return try result.get()
  }

  private func computeTotal(_ part: Expression) throws(Fault) -> [BigInt] {
    if case .count(let condition) = part.operation {
      var count = 0
      for row in rows where try truth(condition, of: row) { count += 1 }
      return [BigInt(count)]
    }
    let inner = part.parts[0]
    var numbers: [BigInt] = []
    for row in rows { numbers.append(try number(inner, of: row)) }
    let sum = numbers.reduce(0, +)
    numbers.sort()
    let count = numbers.count
    switch part.operation {
    case .rank: return numbers
    case .aggregate(.smallest, _): return [numbers[0]]
    case .aggregate(.largest, _): return [numbers[count - 1]]
    case .aggregate(.median, _):
      // The mean of both middle numbers, with one decimal place more.
      let middle = try fit(numbers[(count - 1) / 2] + numbers[count / 2], part)
      return [try fit(middle * 10 / 2, part)]
    case .aggregate(.average, _):
      return [
        try quotient(
          fit(sum, part), inner.scale, BigInt(count), 0, places: 18, .down, part)
      ]
    case .percentile(_, let percent):
      let whole = BigInt(10).power(percent.scale) * 100
      let place = (Self.digits(percent, percent.scale) * BigInt(count) + whole - 1) / whole
      return [numbers[max(Int(place), 1) - 1]]
    case .quantile(_, let percent):
      // The place in units of 1 / whole; a number and the next one share what lies between.
      let whole = BigInt(10).power(percent.scale) * 100
      let place = Self.digits(percent, percent.scale) * BigInt(count - 1)
      let (index, rest) = (Int(place / whole), place % whole)
      let next = numbers[min(index + 1, count - 1)]
      return [try fit(numbers[index] * whole + (next - numbers[index]) * rest, part)]
    default: return [try fit(sum, part)]
    }
  }

  private static func count(_ ascending: [BigInt], above number: BigInt) -> Int {
    ascending.count - partition(ascending) { $0 > number }
  }

  private static func count(_ ascending: [BigInt], below number: BigInt) -> Int {
    partition(ascending) { $0 >= number }
  }

  /// The first place from which on `holds` is true.
  private static func partition(_ numbers: [BigInt], _ holds: (BigInt) -> Bool) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(numbers[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  // MARK: Digits

  static func digits(_ number: DecimalNumber, _ scale: Int) -> BigInt {
    let magnitude =
      BigInt(ReferenceLaw.big(number.magnitude)) * BigInt(10).power(scale - number.scale)
    return number.isNegative ? -magnitude : magnitude
  }

  /// Refuses what reaches 2²⁵⁶.
  private func fit(_ digits: BigInt, _ part: Expression) throws(Fault) -> BigInt {
    guard digits.magnitude < ReferenceLaw.bound else {
      throw Fault(refusal: .expressionOverflow, place: part.place)
    }
    return digits
  }

  /// All parts are computed, then each is brought to the scale.
  private func aligned(
    _ parts: [Expression], _ scale: Int, _ part: Expression, _ row: Row
  ) throws(Fault) -> [BigInt] {
    var numbers: [BigInt] = []
    for inner in parts { numbers.append(try number(inner, row)) }
    for (index, inner) in parts.enumerated() {
      numbers[index] = try fit(numbers[index] * BigInt(10).power(scale - inner.scale), part)
    }
    return numbers
  }

  private func quotient(
    _ dividend: BigInt, _ scale: Int, _ divisor: BigInt, _ divisorScale: Int, places: Int,
    _ rounding: Expression.Rounding, _ part: Expression
  ) throws(Fault) -> BigInt {
    guard divisor != 0 else { throw Fault(refusal: .divisionByZero, place: part.place) }
    let exponent = places + divisorScale - scale
    return try fit(
      ReferenceMath.rounded(
        dividend * BigInt(10).power(max(exponent, 0)),
        divisor * BigInt(10).power(max(-exponent, 0)), rounding), part)
  }
}

/// The functions of the page that need more than the four operations.
enum ReferenceMath {
  /// A quotient in whole numbers, rounded as it is said.
  static func rounded(
    _ dividend: BigInt, _ divisor: BigInt, _ rounding: Expression.Rounding
  ) -> BigInt {
    let floor = floorDivision(dividend, divisor)
    let rest = dividend * divisor.signum() - floor * divisor.magnitude.signed
    guard rest != 0 else { return floor }
    let isNegative = floor < 0
    let half = 2 * rest - divisor.magnitude.signed
    switch rounding {
    case .floor: return floor
    case .ceiling: return floor + 1
    case .down: return isNegative ? floor + 1 : floor
    case .up: return isNegative ? floor : floor + 1
    case .halfUp:
      if half == 0 { return isNegative ? floor : floor + 1 }
      return half > 0 ? floor + 1 : floor
    case .halfEven:
      if half == 0 { return floor % 2 == 0 ? floor : floor + 1 }
      return half > 0 ? floor + 1 : floor
    }
  }

  /// Towards the smaller number.
  static func floorDivision(_ dividend: BigInt, _ divisor: BigInt) -> BigInt {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  static func squareRoot(_ digits: BigInt, _ scale: Int, places: Int) -> BigInt {
    let square =
      digits * BigInt(10).power(max(2 * places - scale, 0))
      / BigInt(10).power(max(scale - 2 * places, 0))
    return root(square, 2)
  }

  /// The largest integer whose power is at most the number.
  static func root(_ number: BigInt, _ power: Int) -> BigInt {
    var (low, high) = (BigInt(0), BigInt(1) << (number.bitWidth / power + 2))
    while high - low > 1 {
      let middle = (low + high) / 2
      if middle.power(power) <= number { low = middle } else { high = middle }
    }
    return low
  }

  /// Of the sum of powers of digits at a scale of 18 or more.
  static func powerMean(_ sum: BigInt, _ count: Int, power: Int, scale: Int) -> BigInt {
    root(sum / (BigInt(count) * BigInt(10).power(power * (scale - 18))), power)
  }

  /// ⌊log₂ x · 10¹⁸⌋ by the steps of the page, x = digits / 10^scale above 0.
  static func logarithm(_ digits: BigInt, _ scale: Int) -> BigInt {
    let power = BigInt(10).power(scale)
    var n = 0
    while digits >= power << (n + 1) { n += 1 }
    while n <= 0, digits << -n < power { n -= 1 }
    var y = n <= 127 ? (digits << (127 - n)) / power : digits / (power << (n - 127))
    var result = BigInt(n)
    for _ in 1...64 {
      y = (y * y) >> 127
      result <<= 1
      if y >= BigInt(1) << 128 {
        result += 1
        y >>= 1
      }
    }
    return floorDivision(result * BigInt(10).power(18), BigInt(1) << 64)
  }
}

extension BigUInt {
  fileprivate var signed: BigInt { BigInt(self) }
}
