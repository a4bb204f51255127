import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  /// Steps 2 and 3 for a program with a filter, or with a computed weight, amount or cap.
  static func computedValues(
    of program: Program, _ table: ComputedTable
  ) throws(ReferenceExpressions.Fault) -> ProgramValues {
    let shutOut = Set(program.exclude.map(\.account))
    let given = { (row: ComputedTable.Row) in
      program.basis.column.flatMap { table.columns.firstIndex(of: $0) }
        .map { row.columns[$0].magnitude } ?? 0
    }
    var refused = table.rows.filter { shutOut.contains($0.account) }.map {
      Outcome.Refused(account: $0.account, reason: .excludedByPlan, value: given($0))
    }
    var taking = table.rows.filter { !shutOut.contains($0.account) }
    if let filter = program.filter {
      let before = ReferenceExpressions(
        values: program.values, columns: table.columns, rows: taking, joins: table.joins)
      var passing: [ComputedTable.Row] = []
      for (row, columns) in zip(before.rows, taking) {
        if try before.truth(filter, of: row) {
          passing.append(columns)
        } else {
          refused.append(try before.refusal(filter, row))
        }
      }
      taking = passing
    }
    let after = ReferenceExpressions(
      values: program.values, columns: table.columns, rows: taking, joins: table.joins)
    var values: [(account: Address, value: BigUInt)] = []
    for (row, columns) in zip(after.rows, taking) {
      guard let expression = program.basis.expression else {
        values.append((row.account, given(columns)))
        continue
      }
      values.append((row.account, try after.magnitude(expression, of: row)))
    }
    var caps: [Address: BigUInt] = [:]
    if let cap = program.shaping.capExpression {
      for (row, entry) in zip(after.rows, values) where !entry.value.isZero {
        caps[row.account] = try after.magnitude(cap, of: row)
      }
    }
    return ProgramValues(values: values, caps: caps, refused: refused)
  }

  /// The columns that a program reads, one row per account, ascending, and what it reads elsewhere.
  struct ComputedTable {
    typealias Row = (account: Address, columns: [BigInt])

    let columns: [String]
    let rows: [Row]
    let joins: ReferenceJoins
  }

  /// Adds up the rows of each account, column by column.
  static func table(of program: Program, _ inputs: Inputs) throws(Refusal) -> ComputedTable {
    let source = inputs.source(of: program)
    let columns = source.declaration.columns.map(\.name)
    // A share is no part of an expression, but may be the weight beside one.
    let used = columns.indices.filter {
      program.columns.contains(columns[$0])
        && (source.declaration.columns[$0].places != nil || columns[$0] == program.basis.column)
    }
    var sums: [Address: [BigInt]] = [:]
    for row in source.rows {
      let values = used.map { BigInt(row.values[$0]) }
      guard let sum = sums[row.account] else {
        sums[row.account] = values
        continue
      }
      sums[row.account] = zip(sum, values).map { $0 + $1 }
    }
    guard sums.values.allSatisfy({ $0.allSatisfy { $0 < bound } }) else { throw .valuesOverflow }
    return ComputedTable(
      columns: used.map { columns[$0] },
      rows: sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      joins: try ReferenceJoins(Array(program.joins.keys), of: program, inputs))
  }
}

extension ReferenceExpressions {
  /// The digits of a weight, an amount or a cap.
  func magnitude(_ expression: Expression, of row: Row) throws(Fault) -> BigUInt {
    let digits = try number(expression, of: row)
    guard digits >= 0 else { throw Fault(refusal: .negativeResult, place: expression.place) }
    return digits.magnitude
  }

  /// The value that refused a row: the left side of the comparison that did not hold.
  func refusal(_ condition: Expression, _ row: Row) throws(Fault) -> ReferenceLaw.Outcome.Refused {
    let (digits, scale) = try refusing(condition, row)
    let text = Self.text(digits, scale: scale)
    return ReferenceLaw.Outcome.Refused(
      account: row.account, reason: .filteredOut, value: digits.magnitude, text: text)
  }

  private func refusing(
    _ condition: Expression, _ row: Row
  ) throws(Fault) -> (digits: BigInt, scale: Int) {
    switch condition.operation {
    case .both(let left, let right):
      var isRight = try truth(left, of: row)
      if isRight { isRight = try !truth(right, of: row) }
      return try refusing(isRight ? right : left, row)
    case .either(let left, _): return try refusing(left, row)
    case .not(let inner): return try refusing(inner, row)
    case .named(let number, _): return try refusing(values[number].expression, row)
    case .conditional(let test, let first, let second):
      return try refusing(truth(test, of: row) ? first : second, row)
    case .comparison(_, let left, _): return (try number(left, of: row), left.scale)
    case .membership(let inner, _): return (try number(inner, of: row), inner.scale)
    default: return (0, 0)
    }
  }

  /// A number with the fewest digits: no zeros at the end of the fraction.
  static func text(_ digits: BigInt, scale: Int) -> String {
    var (digits, scale) = (digits, scale)
    while scale > 0, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    let (whole, fraction) = digits.magnitude.quotientAndRemainder(
      dividingBy: BigUInt(10).power(scale))
    let sign = digits < 0 ? "-" : ""
    guard scale > 0 else { return sign + "\(whole)" }
    let tail = "\(fraction)"
    return sign + "\(whole)." + String(repeating: "0", count: scale - tail.count) + tail
  }
}
