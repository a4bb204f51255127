import DistributionModel
import EthereumPrimitives

/// What a program's expressions came to for one account.
public struct ProgramTrace: Sendable, Equatable {
  /// What was read elsewhere, in the order of the texts.
  public let joins: [Calculation.Term]
  /// Where the account takes part.
  public let calculation: Calculation?
  /// Where the filter shuts the account out.
  public let refusal: FilterExplanation?
  /// The digits of its weight or amount, where it takes part.
  public let value: UInt256?
  /// Σ weights of all accounts that take part; nil from 2²⁵⁶ on.
  public let totalWeight: UInt256?
}

extension ProgramLaw {
  /// Follows one account through a program with expressions.
  ///
  /// - Returns: nil where the account is in no row, or the plan names it under `exclude`.
  /// - Throws: what stops the program for anybody.
  public static func trace(
    of program: Program, account: Address, inputs: ProgramInputs
  ) throws(LawError) -> ProgramTrace? {
    let columns = try AccountColumns(program: program, inputs: inputs)
    let index = Entitlements(
      accounts: columns.accounts, amounts: columns.accounts.map { _ in .zero }
    ).index(of: account)
    guard let row = index, !program.exclude.contains(where: { $0.account == account }) else {
      return nil
    }
    let computed = try ComputedValues(program: program, columns: columns)
    let joins = joins(of: program, row, computed.before)
    if let filter = program.filter, !computed.after.takesPart(row) {
      let refusal = computed.before.refusals(filter, [row])[row].map {
        FilterExplanation(
          filter: filter.text, condition: $0.condition.text, left: $0.left.shortest,
          right: $0.right?.shortest)
      }
      return ProgramTrace(
        joins: joins, calculation: nil, refusal: refusal, value: nil, totalWeight: nil)
    }
    let taking = Entitlements(accounts: computed.taking.accounts, amounts: computed.taking.values)
    var total: UInt256? = .zero
    for value in computed.taking.values { total = total?.adding(value) }
    return ProgramTrace(
      joins: joins, calculation: calculation(of: program, row, computed.after), refusal: nil,
      value: taking.index(of: account).map { taking.amounts[$0] } ?? .zero, totalWeight: total)
  }

  private static func joins(
    of program: Program, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> [Calculation.Term] {
    program.joins.values.map { Calculation.Term(text: $0.text, value: evaluator.text(of: $0, row)) }
      .sorted { $0.text < $1.text }
  }

  private static func calculation(
    of program: Program, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> Calculation {
    let values = program.values.map { named in
      Calculation.Term(
        text: "\(named.name) = \(named.expression.text)",
        value: evaluator.text(of: named.expression, row))
    }
    guard let expression = program.basis.expression else {
      return Calculation(values: values, terms: [], result: nil)
    }
    // A computed amount is rounded to its token's decimals around what the plan says.
    var written = expression
    if case .computedAmounts = program.basis, case .rounded(let inner, _) = expression.operation {
      written = inner
    }
    let terms = terms(of: written).map { term in
      let value = evaluator.text(of: term.part, row)
      return Calculation.Term(
        text: (term.isSubtracted ? "- " : "") + term.part.text, value: value)
    }
    return Calculation(
      values: values, terms: terms,
      result: Calculation.Term(
        text: written.text, value: evaluator.text(of: expression, row)))
  }

  /// The parts of the sum, or else the factors of the product, that an expression is.
  private static func terms(of expression: Expression) -> [(part: Expression, isSubtracted: Bool)] {
    func summands(_ part: Expression, _ isSubtracted: Bool) -> [(Expression, Bool)] {
      switch part.operation {
      case .arithmetic(.add, let left, let right):
        summands(left, isSubtracted) + summands(right, isSubtracted)
      case .arithmetic(.subtract, let left, let right):
        summands(left, isSubtracted) + summands(right, !isSubtracted)
      default: [(part, isSubtracted)]
      }
    }
    func factors(_ part: Expression) -> [Expression] {
      if case .arithmetic(.multiply, let left, let right) = part.operation {
        return factors(left) + factors(right)
      }
      return [part]
    }
    let summands = summands(expression, false)
    if summands.count > 1 { return summands }
    let factors = factors(expression)
    return factors.count > 1 ? factors.map { ($0, false) } : []
  }
}

extension ExpressionEvaluator {
  /// True for a row of those that take part, which ascend.
  func takesPart(_ row: Int) -> Bool {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row
  }

  /// What an expression comes to for a row, as text; nil where it has no value.
  func text(of expression: Expression, _ row: Int) -> String? {
    let block = evaluate(expression, over: [row][...])
    guard block.faults.isEmpty else { return nil }
    guard expression.kind != .truth else { return "\(block.truths[0])" }
    return block.number(at: 0).number(scale: expression.scale).shortest
  }
}
