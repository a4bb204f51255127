import DistributionModel
import EthereumPrimitives

/// Computes expressions of a program, block by block, for some of its accounts.
///
/// What is not needed cannot fail: a fault belongs to a row and a part, and counts where the part
/// is asked for. So all parts of a block are computed at once, and `if` picks values and faults.
final class ExpressionEvaluator {
  /// Rows of one block: small enough to stay in the cache, large enough to be worth a loop.
  static let blockSize = 1024

  /// What all rows that take part come to, once it was asked for.
  enum Total {
    case number(SignedNumber)
    /// All values, ascending.
    case ascending(NumberColumn)
    case failed(ExpressionFault)
  }

  /// The rows of a block and the named values that were computed for them.
  struct Frame {
    let rows: ArraySlice<Int>
    var named: [Int: ExpressionBlock] = [:]
  }

  private let columns: [String: NumberColumn]
  /// Of `listed`, 1 or 0.
  private let joins: [Expression.Join: NumberColumn]
  private let values: [NamedExpression]
  /// Numbers of the accounts that take part, ascending.
  let rows: [Int]
  private var totals: [Int: Total] = [:]
  /// Totals and ranks by their parts' texts, where other accounts than those at hand count in them.
  private let known: [String: DecimalNumber]?

  init(
    columns: [String: NumberColumn], joins: [Expression.Join: NumberColumn] = [:],
    values: [NamedExpression], rows: [Int], known: [String: DecimalNumber]? = nil
  ) {
    self.columns = columns
    self.joins = joins
    self.values = values
    self.rows = rows
    self.known = known
  }

  func expression(ofValue number: Int) -> Expression { values[number].expression }

  /// Calls `body` with the values of an expression for each block of rows, in order.
  func forEachBlock(
    of expression: Expression, over rows: ArraySlice<Int>,
    _ body: (ExpressionBlock, ArraySlice<Int>) throws(ExpressionFault) -> Void
  ) throws(ExpressionFault) {
    let named = namedValues(of: expression)
    var start = rows.startIndex
    while start < rows.endIndex {
      let block = rows[start..<min(start + Self.blockSize, rows.endIndex)]
      try body(evaluate(expression, over: block, named: named), block)
      start = block.endIndex
    }
  }

  /// The values of an expression for a few rows.
  func evaluate(_ expression: Expression, over rows: ArraySlice<Int>) -> ExpressionBlock {
    evaluate(expression, over: rows, named: namedValues(of: expression))
  }

  private func evaluate(
    _ expression: Expression, over rows: ArraySlice<Int>, named: [Int]
  ) -> ExpressionBlock {
    var frame = Frame(rows: rows)
    for number in named { frame.named[number] = block(values[number].expression, frame) }
    return block(expression, frame)
  }

  /// The named values that an expression needs, itself or through others, in their order.
  func namedValues(of expression: Expression) -> [Int] {
    var needed = expression.namedValues
    for number in values.indices.reversed() where needed.contains(number) {
      needed.formUnion(values[number].expression.namedValues)
    }
    return needed.sorted()
  }

  // MARK: One block

  func block(_ part: Expression, _ frame: Frame) -> ExpressionBlock {
    let count = frame.rows.count
    switch part.operation {
    case .number(let number):
      return .constant(SignedNumber(number.magnitude, isNegative: number.isNegative), count: count)
    case .truth(let isTrue):
      return ExpressionBlock(.truths([Bool](repeating: isTrue, count: count)))
    case .column(let name):
      guard let column = columns[name] else {
        preconditionFailure("the columns of a program's expressions were read")
      }
      return column.block(of: frame.rows)
    case .joined(let join): return joined(join, frame)
    case .named(let number, _):
      guard let block = frame.named[number] else {
        preconditionFailure("named values are computed before what uses them")
      }
      return block
    case .plain(let inner): return block(inner, frame)
    case .comparison, .membership, .both, .either, .not:
      return condition(part, frame)
    case .conditional(let condition, let first, let second):
      return choice(part, block(condition, frame), block(first, frame), block(second, frame), frame)
    case .aggregate, .count, .percentile, .quantile, .rank, .normalised:
      return total(part, frame)
    default: return number(part, frame)
    }
  }

  private func joined(_ join: Expression.Join, _ frame: Frame) -> ExpressionBlock {
    guard let block = joins[join]?.block(of: frame.rows) else {
      preconditionFailure("what a program's expressions read elsewhere was read")
    }
    guard case .listed = join else { return block }
    return ExpressionBlock(.truths(block.wide.map { $0 != .zero }))
  }

  private func condition(_ part: Expression, _ frame: Frame) -> ExpressionBlock {
    switch part.operation {
    case .comparison(let sign, let left, let right):
      return comparison(sign, part, left, right, frame)
    case .membership(let inner, let numbers):
      let scale = numbers.reduce(inner.scale) { max($0, $1.scale) }
      let wanted = Set(numbers.compactMap { SignedNumber($0, scale: scale) })
      let value = shifted(block(inner, frame), from: inner.scale, to: scale, part, frame)
      let truths = value.wide.map { wanted.contains($0) }
      return ExpressionBlock(.truths(truths), faults: value.faults)
    case .not(let inner):
      let value = block(inner, frame)
      return ExpressionBlock(.truths(value.truths.map { !$0 }), faults: value.faults)
    case .both(let left, let right):
      return both(block(left, frame), block(right, frame), decidesOn: false)
    case .either(let left, let right):
      return both(block(left, frame), block(right, frame), decidesOn: true)
    default: preconditionFailure("not a condition")
    }
  }

  /// `and` is decided by a false left side, `or` by a true one; the right side is then not needed.
  private func both(
    _ left: ExpressionBlock, _ right: ExpressionBlock, decidesOn decision: Bool
  ) -> ExpressionBlock {
    let (first, second) = (left.truths, right.truths)
    var result = ExpressionBlock(
      .truths(zip(first, second).map { $0 == decision ? decision : $1 }), faults: left.faults)
    for (index, fault) in right.faults where first[index] != decision { result.fail(index, fault) }
    return result
  }

  private func choice(
    _ part: Expression, _ condition: ExpressionBlock, _ first: ExpressionBlock,
    _ second: ExpressionBlock, _ frame: Frame
  ) -> ExpressionBlock {
    guard case .conditional(_, let firstPart, let secondPart) = part.operation else {
      preconditionFailure("not a choice")
    }
    let truths = condition.truths
    var faults = condition.faults
    func take(_ block: ExpressionBlock, where isTrue: Bool) {
      for (index, fault) in block.faults where truths[index] == isTrue && faults[index] == nil {
        faults[index] = fault
      }
    }
    guard part.kind != .truth else {
      take(first, where: true)
      take(second, where: false)
      let picked = zip(truths, zip(first.truths, second.truths)).map { $0 ? $1.0 : $1.1 }
      return ExpressionBlock(.truths(picked), faults: faults)
    }
    let left = shifted(first, from: firstPart.scale, to: part.scale, part, frame)
    let right = shifted(second, from: secondPart.scale, to: part.scale, part, frame)
    take(left, where: true)
    take(right, where: false)
    if case .narrow(let left) = left.values, case .narrow(let right) = right.values {
      let picked = truths.indices.map { truths[$0] ? left[$0] : right[$0] }
      return ExpressionBlock(.narrow(picked), faults: faults)
    }
    let (wideLeft, wideRight) = (left.wide, right.wide)
    return ExpressionBlock(
      wide: truths.indices.map { truths[$0] ? wideLeft[$0] : wideRight[$0] }, faults: faults)
  }

  // MARK: All rows

  private func total(_ part: Expression, _ frame: Frame) -> ExpressionBlock {
    switch part.operation {
    case .rank(let inner, let isDescending):
      return rank(part, block(inner, frame), isDescending: isDescending)
    case .normalised(let inner, let total):
      return normalised(part, block(inner, frame), block(total, frame), inner, total, frame)
    default: break
    }
    let count = frame.rows.count
    switch self.total(of: part) {
    case .number(let number): return .constant(number, count: count)
    case .failed(let fault): return failed(fault, count: count)
    case .ascending: preconditionFailure("only ranks ask for all values")
    }
  }

  private func failed(_ fault: ExpressionFault, count: Int) -> ExpressionBlock {
    var block = ExpressionBlock.constant(.zero, count: count)
    for index in 0..<count { block.fail(index, fault) }
    return block
  }

  /// What a part that looks at all rows comes to; computed when it is first asked for.
  func total(of part: Expression) -> Total {
    if let total = totals[part.id] { return total }
    if let known { return knownTotal(of: part, known[part.text]) }
    let total: Total
    do throws(ExpressionFault) {
      total = try computedTotal(of: part)
    } catch {
      total = .failed(error)
    }
    totals[part.id] = total
    return total
  }

  private func knownTotal(of part: Expression, _ number: DecimalNumber?) -> Total {
    guard let value = number.flatMap({ SignedNumber($0, scale: part.totalScale) }) else {
      return .failed(overflow(part, nil))
    }
    return .number(value)
  }

  /// What the parts that look at all rows came to, as far as they were asked for and are numbers.
  func numbers(of parts: [Expression]) -> [(text: String, value: DecimalNumber)] {
    parts.compactMap { part in
      guard case .number(let number)? = totals[part.id] else { return nil }
      return (part.text, number.number(scale: part.totalScale))
    }
  }

  /// The rank of each row that takes part, for every rank that was asked for and that a row's own
  /// value takes: those inside of totals it does not.
  func ranks(of expressions: [Expression]) -> [(text: String, numbers: [UInt256])] {
    var found: [(text: String, numbers: [UInt256])] = []
    var open = Array(expressions.reversed())
    while let part = open.popLast() {
      switch part.operation {
      case .rank:
        guard case .ascending? = totals[part.id], !found.contains(where: { $0.text == part.text }),
          let column = try? column(of: part)
        else { continue }
        found.append((part.text, (0..<column.count).map { column[$0].magnitude }))
      case .aggregate, .count, .percentile, .quantile: continue
      default: open += part.parts.reversed()
      }
    }
    return found
  }

  private func computedTotal(of part: Expression) throws(ExpressionFault) -> Total {
    if case .count(let condition) = part.operation {
      var count = 0
      try forEachBlock(of: condition, over: rows[...]) { block, rows throws(ExpressionFault) in
        if let first = block.faults.min(by: { $0.key < $1.key }) { throw first.value }
        count += block.truths.count { $0 }
      }
      return .number(SignedNumber(UInt256(UInt64(count))))
    }
    let column = try column(of: part.parts[0])
    if case .rank = part.operation { return .ascending(column.sorted()) }
    guard let number = Totals.number(part, column) else { throw overflow(part, nil) }
    return .number(number)
  }

  /// The numbers of an expression for all rows that take part.
  func column(of expression: Expression) throws(ExpressionFault) -> NumberColumn {
    var column = NumberColumn.narrow([])
    try forEachBlock(of: expression, over: rows[...]) { block, _ throws(ExpressionFault) in
      if let first = block.faults.min(by: { $0.key < $1.key }) { throw first.value }
      column.append(block)
    }
    return column
  }

  private func rank(
    _ part: Expression, _ value: ExpressionBlock, isDescending: Bool
  ) -> ExpressionBlock {
    switch total(of: part) {
    case .failed(let fault):
      var block = value
      for index in 0..<value.count { block.fail(index, fault) }
      return block
    case .number(let number): return .constant(number, count: value.count)
    case .ascending(let all):
      let ranks = (0..<value.count).map { index in
        let number = value.number(at: index)
        let before =
          isDescending ? all.count - all.countUpTo(number) : all.countBelow(number)
        return Int128(1 + before)
      }
      return ExpressionBlock(.narrow(ranks), faults: value.faults)
    }
  }

  private func normalised(
    _ part: Expression, _ value: ExpressionBlock, _ whole: ExpressionBlock, _ inner: Expression,
    _ total: Expression, _ frame: Frame
  ) -> ExpressionBlock {
    var product = numbers(value, whole, part, frame) { $0.multiplied(by: $1) }
    let sum: ExpressionBlock
    switch self.total(of: part) {
    case .failed(let fault):
      for index in 0..<product.count { product.fail(index, fault) }
      return product
    case .number(let number): sum = .constant(number, count: product.count)
    case .ascending: preconditionFailure("a sum is a number")
    }
    return quotient(
      part, product, sum, exponent: part.scale - total.scale, rounding: .down, frame)
  }
}

extension Expression {
  /// The scale of what all rows come to together.
  var totalScale: Int {
    if case .normalised(let inner, _) = operation { inner.scale } else { scale }
  }

  /// True for a part that looks at all rows.
  var isTotal: Bool {
    switch operation {
    case .aggregate, .count, .percentile, .quantile, .rank, .normalised: true
    default: false
    }
  }
}

/// What one column comes to.
enum Totals {
  /// nil where it reaches 2²⁵⁶. The column is not empty: who asks stands in it.
  static func number(_ part: Expression, _ column: NumberColumn) -> SignedNumber? {
    switch part.operation {
    case .aggregate(let aggregate, let inner):
      return self.aggregate(aggregate, of: column, scale: inner.scale)
    case .normalised: return column.sum
    case .percentile(_, let percent):
      return column.sorted()[place(of: percent, in: column.count)]
    case .quantile(_, let percent): return quantile(percent, of: column.sorted())
    default: preconditionFailure("not a total")
    }
  }

  private static func aggregate(
    _ aggregate: Expression.Aggregate, of column: NumberColumn, scale: Int
  ) -> SignedNumber? {
    switch aggregate {
    case .sum: return column.sum
    case .smallest: return column.sorted()[0]
    case .largest: return column.sorted()[column.count - 1]
    case .average:
      guard let sum = column.sum else { return nil }
      return SignedNumber.quotient(
        sum, SignedNumber(UInt256(UInt64(column.count))), exponent: 18 - scale, .down)
    case .median:
      // (a + b) / 2 with one decimal place more is (a + b) · 5.
      let sorted = column.sorted()
      let (low, high) = (sorted[(column.count - 1) / 2], sorted[column.count / 2])
      return low.adding(high)?.multiplied(by: SignedNumber(UInt256(5)))
    }
  }

  /// a + (b − a) · f of the two numbers around the place percent / 100 · (count − 1), f being what
  /// the place is past a: (a · (10^k − F) + b · F) / 10^k, with k decimal places more.
  private static func quantile(
    _ percent: DecimalNumber, of ascending: NumberColumn
  ) -> SignedNumber? {
    let whole = UInt256.powerOfTen(percent.scale + 2) ?? .max
    let last = ascending.count - 1
    guard
      let division = percent.magnitude.multipliedFullWidth(by: UInt256(UInt64(last)))
        .quotientAndRemainder(dividingBy: whole),
      let place = division.quotient.low.asInt
    else { return nil }
    let (low, high) = (ascending[place], ascending[min(place + 1, last)])
    let first = low.magnitude.multipliedFullWidth(by: whole &- division.remainder)
    let second = high.magnitude.multipliedFullWidth(by: division.remainder)
    guard low.isNegative != high.isNegative else {
      return first.adding(second)?.asUInt256.map { SignedNumber($0, isNegative: low.isNegative) }
    }
    // The lower one is below zero.
    if let rest = second.subtracting(first) { return rest.asUInt256.map { SignedNumber($0) } }
    return first.subtracting(second)?.asUInt256.map { SignedNumber($0, isNegative: true) }
  }

  /// ⌈percent · count / 100⌉ − 1, the place of the nearest rank; 0 for 0 %.
  private static func place(of percent: DecimalNumber, in count: Int) -> Int {
    let product = percent.magnitude.multipliedFullWidth(by: UInt256(UInt64(count)))
    let whole = UInt256.powerOfTen(percent.scale + 2) ?? .max
    guard let division = product.quotientAndRemainder(dividingBy: whole),
      let quotient = division.quotient.low.asInt
    else { return 0 }
    return max(0, quotient + (division.remainder.isZero ? 0 : 1) - 1)
  }
}
