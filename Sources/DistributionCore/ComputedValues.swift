import DistributionModel
import EthereumPrimitives

/// One value per account of a program with expressions: steps 2 to 4 of section 1 of the law.
struct ComputedValues {
  private(set) var taking = AccountValues(accounts: [], values: [])
  private(set) var excluded: [Exclusion] = []
  /// Of those that take part, in base units; nil where the plan computes none.
  private(set) var caps: [UInt256]?
  /// Over the accounts that the plan does not name under `exclude`.
  let before: ExpressionEvaluator
  /// Over the accounts that pass the filter as well.
  let after: ExpressionEvaluator

  init(program: Program, columns: AccountColumns) throws(LawError) {
    let narrow = columns.columns.mapValues { NumberColumn($0) }
    let joins = columns.joins.mapValues { NumberColumn($0) }
    let given = program.basis.column.map { columns[$0] }
    let shutOut = Set(program.exclude.map(\.account))
    var rows: [Int] = []
    for (row, account) in columns.accounts.enumerated() {
      if shutOut.contains(account) {
        excluded.append(
          Exclusion(account: account, reason: .excludedByPlan, value: given?[row] ?? .zero))
      } else {
        rows.append(row)
      }
    }
    before = ExpressionEvaluator(
      columns: narrow, joins: joins, values: program.values, rows: rows)
    var values = given?.numbers ?? []
    do throws(ExpressionFault) {
      if let filter = program.filter {
        rows = try Self.passing(filter, before, columns.accounts, excluded: &excluded)
      }
      after = ExpressionEvaluator(
        columns: narrow, joins: joins, values: program.values, rows: rows)
      if let expression = program.basis.expression {
        values = try Self.values(
          of: expression, after, over: rows, rowCount: columns.accounts.count)
      }
    } catch {
      throw LawError(error, program: program, accounts: columns.accounts)
    }
    if let contributions = columns.contributions {
      values = try contributions.matches(of: rows)
    }
    rows = take(rows, values, columns.accounts, reasonForZero: program.basis.reasonForZero)
    guard let cap = program.shaping.capExpression else { return }
    do throws(ExpressionFault) {
      let values = try Self.values(of: cap, after, over: rows, rowCount: columns.accounts.count)
      caps = rows.map { values[$0] }
    } catch {
      throw LawError(error, program: program, accounts: columns.accounts)
    }
  }

  /// What the parts that look at all accounts came to, each once.
  func totals(of program: Program) -> [ExpressionTotal] {
    func totals(
      _ accounts: ExpressionTotal.Accounts, _ evaluator: ExpressionEvaluator,
      _ expressions: [Expression?]
    ) -> [ExpressionTotal] {
      var parts: [Expression] = []
      for expression in program.values.map(\.expression) + expressions.compactMap({ $0 }) {
        expression.visit { if $0.isTotal { parts.append($0) } }
      }
      var seen: Set<String> = []
      return evaluator.numbers(of: parts).filter { seen.insert($0.text).inserted }.map {
        ExpressionTotal(accounts: accounts, text: $0.text, value: $0.value)
      }
    }
    return totals(.candidates, before, [program.filter])
      + totals(.participants, after, [program.basis.expression, program.shaping.capExpression])
  }

  /// The ranks that were asked for, and the matches that take more than an account's own rows.
  func standings(
    of program: Program, _ columns: AccountColumns
  ) throws(LawError) -> [Standings] {
    func ranks(
      _ among: ExpressionTotal.Accounts, _ evaluator: ExpressionEvaluator,
      _ expressions: [Expression?]
    ) -> [Standings] {
      let members = evaluator.rows.map { columns.accounts[$0] }
      return evaluator.ranks(
        of: program.values.map(\.expression) + expressions.compactMap { $0 }
      ).map { Standings(among: among, text: $0.text, accounts: members, numbers: $0.numbers) }
    }
    return ranks(.candidates, before, [program.filter])
      + ranks(.participants, after, [program.basis.expression, program.shaping.capExpression])
      + (try matches(of: program, columns))
  }

  private func matches(
    of program: Program, _ columns: AccountColumns
  ) throws(LawError) -> [Standings] {
    guard let matching = program.basis.matching, matching.isOfAll else { return [] }
    let match = Standings(
      among: .participants, text: Standings.match, accounts: taking.accounts,
      numbers: taking.values)
    guard matching.filter != nil, let contributions = columns.contributions else { return [match] }
    let accounts = after.rows.map { columns.accounts[$0] }
    var donors: [UInt256] = []
    var contributed: [UInt256] = []
    for row in after.rows {
      let given = try contributions.given(to: row)
      donors.append(UInt256(UInt64(given.count)))
      contributed.append(given.reduce(.zero) { $0 &+ $1.amount })
    }
    return [
      match,
      Standings(
        among: .participants, text: Standings.donors, accounts: accounts, numbers: donors),
      Standings(
        among: .participants, text: Standings.contributed, accounts: accounts,
        numbers: contributed),
    ]
  }

  /// The rows that meet the filter; the others are excluded with the value that refused them.
  private static func passing(
    _ filter: Expression, _ evaluator: ExpressionEvaluator, _ accounts: [Address],
    excluded: inout [Exclusion]
  ) throws(ExpressionFault) -> [Int] {
    var passing: [Int] = []
    var refused: [Int] = []
    try evaluator.forEachBlock(of: filter, over: evaluator.rows[...]) {
      block, rows throws(ExpressionFault) in
      if let first = block.faults.min(by: { $0.key < $1.key }) { throw first.value }
      for (row, isIn) in zip(rows, block.truths) {
        if isIn { passing.append(row) } else { refused.append(row) }
      }
    }
    excluded.reserveCapacity(excluded.count + refused.count)
    for start in stride(from: 0, to: refused.count, by: ExpressionEvaluator.blockSize) {
      let rows = Array(refused[start..<min(start + ExpressionEvaluator.blockSize, refused.count)])
      for (row, refusal) in zip(rows, evaluator.refusals(filter, rows)) {
        excluded.append(
          Exclusion(account: accounts[row], reason: .filteredOut, number: refusal.left))
      }
    }
    return passing
  }

  /// The digits of an expression by row; 0 for rows that it is not computed for.
  private static func values(
    of expression: Expression, _ evaluator: ExpressionEvaluator, over rows: [Int], rowCount: Int
  ) throws(ExpressionFault) -> [UInt256] {
    var values = [UInt256](repeating: .zero, count: rowCount)
    try evaluator.forEachBlock(of: expression, over: rows[...]) {
      block, rows throws(ExpressionFault) in
      var block = block
      for (index, row) in rows.enumerated() {
        let number = block.number(at: index)
        values[row] = number.magnitude
        guard number.isNegative else { continue }
        block.fail(
          index,
          ExpressionFault(
            kind: .negativeResult, place: expression.place, row: row,
            found: number.number(scale: expression.scale).shortest,
            advice: "Write max(…, 0), or let a filter shut such accounts out."))
      }
      if let first = block.faults.min(by: { $0.key < $1.key }) { throw first.value }
    }
    return values
  }

  /// Returns the rows with a value above 0.
  private mutating func take(
    _ rows: [Int], _ values: [UInt256], _ accounts: [Address], reasonForZero: ExclusionReason
  ) -> [Int] {
    var left: [Int] = []
    left.reserveCapacity(rows.count)
    var (taking, amounts): ([Address], [UInt256]) = ([], [])
    taking.reserveCapacity(rows.count)
    amounts.reserveCapacity(rows.count)
    for row in rows {
      if values[row].isZero {
        excluded.append(
          Exclusion(account: accounts[row], reason: reasonForZero, value: .zero))
      } else {
        left.append(row)
        taking.append(accounts[row])
        amounts.append(values[row])
      }
    }
    self.taking = AccountValues(accounts: taking, values: amounts)
    return left
  }
}

/// What shut an account out: the comparison that did not hold, and both of its sides.
struct FilterRefusal {
  let condition: Expression
  let left: DecimalNumber
  /// nil beside a list, or where there is no comparison.
  let right: DecimalNumber?
}

extension ExpressionEvaluator {
  /// For each of some rows the comparison that refused it: of `and` the first side that does not
  /// hold, or else the left one; of `or` the left side.
  func refusals(_ condition: Expression, _ rows: [Int]) -> [FilterRefusal] {
    guard !rows.isEmpty else { return [] }
    switch condition.operation {
    case .both(let left, let right):
      let first = evaluate(left, over: rows[...]).truths
      let second = evaluate(right, over: rows[...]).truths
      let isRight = zip(first, second).map { $0 && !$1 }
      return split(rows, by: isRight, right, left)
    case .either(let left, _): return refusals(left, rows)
    case .not(let inner): return refusals(inner, rows)
    case .named(let number, _): return refusals(expression(ofValue: number), rows)
    case .conditional(let test, let first, let second):
      return split(rows, by: evaluate(test, over: rows[...]).truths, first, second)
    case .comparison(_, let left, let right):
      let (lefts, rights) = (evaluate(left, over: rows[...]), evaluate(right, over: rows[...]))
      return refusals(condition, rows) { index in
        (
          lefts.number(at: index).number(scale: left.scale),
          rights.number(at: index).number(scale: right.scale)
        )
      }
    case .membership(let inner, _):
      let values = evaluate(inner, over: rows[...])
      return refusals(condition, rows) { (values.number(at: $0).number(scale: inner.scale), nil) }
    default: return refusals(condition, rows) { _ in (.zero, nil) }
    }
  }

  private func split(
    _ rows: [Int], by truths: [Bool], _ first: Expression, _ second: Expression
  ) -> [FilterRefusal] {
    let left = zip(rows, truths).filter(\.1).map(\.0)
    let right = zip(rows, truths).filter { !$0.1 }.map(\.0)
    var (lefts, rights) = (refusals(first, left)[...], refusals(second, right)[...])
    return truths.map { $0 ? lefts.removeFirst() : rights.removeFirst() }
  }

  private func refusals(
    _ condition: Expression, _ rows: [Int],
    sides: (Int) -> (left: DecimalNumber, right: DecimalNumber?)
  ) -> [FilterRefusal] {
    rows.indices.map { index in
      let sides = sides(index)
      return FilterRefusal(condition: condition, left: sides.left, right: sides.right)
    }
  }
}

extension LawError {
  init(_ fault: ExpressionFault, program: Program, accounts: [Address]) {
    var rows: [Rows] = []
    if let row = fault.row, case .source(let source) = program.recipients {
      rows = [Rows(source: source, account: accounts[row])]
    }
    let whose = fault.row.map { "account \(accounts[$0])" } ?? "all accounts together"
    self.init(
      fault.kind, subject: program.name, place: "expression at \(fault.place), \(whose)",
      found: fault.found, expected: fault.expected, advice: fault.advice, rows: rows)
  }
}
