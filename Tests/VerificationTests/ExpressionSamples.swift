import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit

@testable import PlanFile
@testable import Verification

/// A program of expressions and the rows of its source, with the texts that it was read from.
struct ExpressionSample: CustomStringConvertible {
  static let columns = [
    ColumnDeclaration(name: "points", kind: .integer),
    ColumnDeclaration(name: "balance", kind: .amount(token: "ACME", decimals: 18, unit: nil)),
    ColumnDeclaration(name: "paid in", kind: .amount(token: "USD", decimals: 2, unit: nil)),
    ColumnDeclaration(name: "score", kind: .decimal(DecimalFormat(places: 3))),
  ]
  static let declaration = SourceDeclaration(
    name: "list", file: "list.csv", format: .csv, columns: columns, duplicates: .sum)

  static let votes = SourceDeclaration(
    name: "votes", file: "votes.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "cast", kind: .integer),
      ColumnDeclaration(name: "paid in", kind: .amount(token: "ACME", decimals: 18, unit: nil)),
    ], duplicates: .sum)

  var program: Program
  var rows: [(account: Address, values: [UInt256])]
  /// Rows of the source `votes`.
  var votes: [(account: Address, values: [UInt256])] = []
  /// What the program `launch` gave, in base units of ACME, by account.
  var launch: [Address: UInt256] = [:]

  var description: String {
    let values = program.values.map { "\($0.name) = \($0.expression.text)" }
    return """
      values: \(values)
      filter: \(program.filter?.text ?? "none")
      result: \(program.basis.expression?.text ?? program.basis.column ?? "none")
      shaping: \(program.shaping.capExpression?.text ?? "\(program.shaping)")
      rows: \(rows.map { "\($0.account.hex.suffix(20)): \($0.values)" }.joined(separator: "\n"))
      votes: \(votes.map { "\($0.account.hex.suffix(20)): \($0.values)" }.joined(separator: "\n"))
      launch: \(launch)
      """
  }

  private static func source(
    _ declaration: SourceDeclaration, _ rows: [(account: Address, values: [UInt256])]
  ) -> ProgramInputs.Source {
    var list = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
    for (index, row) in rows.enumerated() {
      list.append(account: row.account, row: row.values, line: UInt32(index + 2))
    }
    return ProgramInputs.Source(declaration: declaration, rows: list)
  }

  var inputs: ProgramInputs {
    let given = launch.sorted { $0.key < $1.key }
    let outcome = ProgramOutcome(
      program: "launch", epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
      accounts: given.map(\.key), amounts: given.map(\.value), exclusions: [], allocated: .zero,
      carry: .zero, totalWeight: nil)
    return ProgramInputs(
      sources: [
        "list": Self.source(Self.declaration, rows), "votes": Self.source(Self.votes, votes),
      ], outcomes: ["launch": outcome])
  }

  func engine() -> Result<ProgramOutcome, LawError> {
    Result { () throws(LawError) in
      try ProgramLaw.outcome(
        of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
        inputs: inputs)
    }
  }

  var referenceInputs: ReferenceLaw.Inputs {
    func source(
      _ declaration: SourceDeclaration, _ rows: [(account: Address, values: [UInt256])]
    ) -> ReferenceLaw.Inputs.Source {
      .init(
        declaration: declaration,
        rows: rows.map { ($0.account, $0.values.map { ReferenceLaw.big($0) }) })
    }
    let outcome = ReferenceLaw.Outcome(
      budget: 0, amounts: launch.map { ($0.key, ReferenceLaw.big($0.value)) }, refused: [],
      allocated: 0, carry: 0)
    return ReferenceLaw.Inputs(
      sources: ["list": source(Self.declaration, rows), "votes": source(Self.votes, votes)],
      outcomes: ["launch": outcome])
  }

  func reference() -> Result<ReferenceLaw.Outcome, ReferenceLaw.Refusal> {
    Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.outcome(
        of: program, epoch: 0, epochs: nil, carriedIn: 0, inputs: referenceInputs)
    }
  }

  /// Where the reference finds a part that has no value; nil where it finds none.
  func referencePlace() -> Expression.Place? {
    guard let table = try? ReferenceLaw.table(of: program, referenceInputs) else { return nil }
    do throws(ReferenceExpressions.Fault) {
      _ = try ReferenceLaw.computedValues(of: program, table)
      return nil
    } catch {
      return error.place
    }
  }
}

/// The account whose last byte is `number`.
func account(_ number: UInt8) -> Address {
  Address(bytes: ([UInt8](repeating: 0, count: 19) + [number])[...]) ?? .zero
}

/// Reads an expression as a plan's reader does, its places counted in the text itself.
func expression(
  _ text: String, values: [NamedExpression] = [], nextID: inout Int
) throws -> Expression {
  let sources = [ExpressionSample.declaration, ExpressionSample.votes]
  let programs = ProgramNames(
    all: ["launch", "rewards"], own: "rewards",
    tokens: ["launch": Token(name: "ACME", symbol: "ACME", decimals: 18)])
  let names = ExpressionNames(
    columns: ExpressionSample.columns, values: values, source: "list",
    sources: Listed(values: sources, names: sources.map(\.name)), programs: programs)
  return try ExpressionParser.parse(
    text, names: names, limits: .standard, nextID: &nextID,
    place: { Expression.Place(line: 1, column: $0 + 1) })
}

/// A program that splits `budget` by an expression.
func computed(
  _ text: String, filter: String? = nil, values: [(String, String)] = [], cap: String? = nil,
  isAmount: Bool = false, budget: UInt256 = 1_000_000
) throws -> Program {
  var nextID = 0
  var named: [NamedExpression] = []
  for (name, text) in values {
    named.append(
      NamedExpression(
        name: name, expression: try expression(text, values: named, nextID: &nextID)))
  }
  let filter = try filter.map { try expression($0, values: named, nextID: &nextID) }
  let result = try expression(text, values: named, nextID: &nextID)
  let cap = try cap.map { text in
    // The token has no decimals.
    let inner = try expression(text, values: named, nextID: &nextID)
    return Expression(
      .rounded(inner, .down), kind: .number(scale: 0, unit: .plain), id: nextID, place: inner.place)
  }
  return Program(
    name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
    recipients: .source("list"),
    basis: isAmount ? .computedAmounts(result) : .computedWeights(result),
    values: named, filter: filter, shaping: Shaping(cap: cap.map { .computed($0) }),
    unallocated: .carry)
}

// MARK: Random texts

extension Generator {
  /// A number of the weight language; `depth` bounds what stands inside of it.
  mutating func numberText(_ depth: Int) -> String {
    guard depth > 0 else { return leafText() }
    let inner = { (generator: inout Generator) in generator.numberText(depth - 1) }
    switch below(26) {
    case 0, 1: return leafText()
    case 2, 3: return "(\(inner(&self)) + \(inner(&self)))"
    case 4, 5: return "(\(inner(&self)) - \(inner(&self)))"
    case 6, 7: return "(\(inner(&self)) * \(inner(&self)))"
    case 8: return "(\(inner(&self)) / \(inner(&self)))"
    case 9:
      let rounding = pick(Expression.Rounding.allCases).rawValue
      return "div(\(inner(&self)), \(inner(&self)), \(below(37)), \(rounding))"
    case 10:
      let rounding = pick(Expression.Rounding.allCases).rawValue
      return "round(\(inner(&self)), \(pick([0, 2, 6, below(37)])), \(rounding))"
    case 11: return "\(pick(["floor", "ceiling", "abs"]))(\(inner(&self)))"
    case 12: return "\(pick(["min", "max"]))(\(inner(&self)), \(inner(&self)), \(leafText()))"
    case 13: return "clamp(\(inner(&self)), \(leafText()), \(inner(&self)))"
    case 14: return "sqrt(\(nonNegative(depth)), \(pick([18, 0, 4, below(37)])))"
    case 15: return once(in: 4) ? "log2(\(inner(&self)))" : "log2(max(\(inner(&self)), 1))"
    case 16: return "power_mean(\(1 + below(8)), \(nonNegative(depth)), \(nonNegative(depth)))"
    case 17: return "if(\(conditionText(depth - 1)), \(inner(&self)), \(inner(&self)))"
    case 18: return "tiers(\(inner(&self)), \(tiersText(isSteps: true)), else \(literalText()))"
    case 19: return "brackets(\(inner(&self)), \(tiersText(isSteps: false)))"
    case 20:
      return "\(pick(["sum", "average", "smallest", "largest", "median"]))(\(inner(&self)))"
    case 21: return once(in: 3) ? "count()" : "count(\(conditionText(depth - 1)))"
    case 22:
      let function = pick(["percentile", "quantile"])
      return "\(function)(\(inner(&self)), \(pick(["0", "50", "99.9", "100", "\(below(101))"])))"
    case 23: return "\(pick(["rank_ascending", "rank_descending"]))(\(inner(&self)))"
    case 24: return "normalise(\(inner(&self)), \(inner(&self)))"
    default: return "-\(inner(&self))"
    }
  }

  /// Mostly within the domain of roots, and sometimes not.
  private mutating func nonNegative(_ depth: Int) -> String {
    let inner = numberText(depth - 1)
    return once(in: 3) ? "(\(inner) - points)" : "abs(\(inner))"
  }

  mutating func conditionText(_ depth: Int) -> String {
    guard depth > 0 else {
      return once(in: 5) ? pick(["true", "false", "listed(votes)"]) : comparisonText(0)
    }
    switch below(9) {
    case 8: return "listed(votes)"
    case 0: return "(\(conditionText(depth - 1)) and \(conditionText(depth - 1)))"
    case 1: return "(\(conditionText(depth - 1)) or \(conditionText(depth - 1)))"
    case 2: return "not \(conditionText(depth - 1))"
    case 3: return "(\(numberText(depth - 1)) in (\(literalText()), \(literalText()), 0))"
    case 4:
      return "if(\(conditionText(depth - 1)), \(conditionText(depth - 1)), "
        + "\(conditionText(depth - 1)))"
    default: return comparisonText(depth)
    }
  }

  private mutating func comparisonText(_ depth: Int) -> String {
    let sign = pick(Expression.Comparison.allCases).rawValue
    return "(\(numberText(max(0, depth - 1))) \(sign) \(numberText(max(0, depth - 1))))"
  }

  private mutating func leafText() -> String {
    pick([
      "points", "number(balance)", "number(`paid in`)", literalText(), "score",
      pick([
        "votes.cast", "number(votes.`paid in`)", "number(allocated(launch))", "points",
        "row_count()", "row_count(votes)", "row_median(points)", "row_smallest(votes.cast)",
        "row_largest(score)", "number(row_median(votes.`paid in`))",
      ]),
    ])
  }

  private mutating func literalText() -> String {
    let digits = pick(["0", "1", "2", "10", "100", "\(below(1000))", "\(next())"])
    return pick([digits, digits, digits + ".5", digits + ".125", "\(digits).000000000000000001"])
  }

  private mutating func tiersText(isSteps: Bool) -> String {
    var bound = 0
    return (0...below(3)).map { _ in
      let word = isSteps ? pick(["from", "above"]) : "from"
      let sign = bound == 0 && once(in: 3) ? "-" : ""
      bound += Int(1 + below(50))
      return "\(word) \(sign)\(bound)\(pick(["", ".5"])) -> \(literalText())"
    }.joined(separator: ", ")
  }

  /// A program whose texts can be read: what cannot (too many places) is drawn again.
  mutating func expressionSample(depth: Int = 3) -> ExpressionSample {
    var program: Program?
    var attempts = 0
    while program == nil, attempts < 8 {
      attempts += 1
      let values = (0..<below(3)).map { index in
        ("v\(index)", once(in: 3) && index > 0 ? "v\(index - 1) + points" : numberText(depth - 1))
      }
      let names = values.map(\.0)
      let filter = once(in: 2) ? conditionText(depth - 1) : nil
      var text = numberText(depth)
      if let name = names.last { text = pick([name, "\(name) + \(text)", "\(text) * \(name)"]) }
      if !once(in: 4) { text = "abs(\(text))" }
      let uses = names.isEmpty || once(in: 2) ? filter : filter.map { "\($0) or \(names[0]) > 2" }
      let cap =
        once(in: 3) ? "abs(\(numberText(depth - 1))) * \(pick(["1", "100", "100000"]))" : nil
      program = try? computed(
        text, filter: uses, values: values, cap: once(in: 9) ? cap.map { "-\($0)" } : cap)
    }
    let fallback = Program(
      name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(100),
      recipients: .source("list"), basis: .weights(column: "points"))
    let width = pick(Magnitude.allCases)
    let rows = (0..<below(pick([14, 4]))).map { _ in
      let narrow: Magnitude = once(in: 3) ? width : .small
      return (account: account(), values: ExpressionSample.columns.map { _ in value(narrow) })
    }
    let votes = (0..<below(pick([14, 4]))).map { _ in
      let narrow: Magnitude = once(in: 3) ? width : .small
      return (account: account(), values: (0..<2).map { _ in value(narrow) })
    }
    let launch = (0..<below(5)).map { _ in (account(), value(.small) &+ 1) }
    return ExpressionSample(
      program: program ?? fallback, rows: rows, votes: votes,
      launch: Dictionary(launch) { first, _ in first })
  }
}
