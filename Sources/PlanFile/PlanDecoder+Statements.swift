import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  /// A source whose lines are signed statements: its columns are those that they have.
  mutating func decodeStatements(
    _ fields: Fields, name: String?, file: String?, tokens: Listed<Token>
  ) -> Named<SourceDeclaration>? {
    let kind = word(fields, "statements", among: ["corrections", "redirects", "tasks"])
    refuse(
      [
        "account", "columns", "duplicates", "duplicates_by", "key", "minimum_holding", "no_rows",
        "places", "time", "unknown_keys", "wash", "where", "within",
      ], in: fields,
      "Statements have their own members; docs/reference/statements.md lists them.")
    if let kind, kind != "tasks" {
      refuse(["limits", "window"], in: fields, "Only tasks are done at a time.")
    }
    let stated = choice(fields, "format", SourceDeclaration.Format.self)
    let window = decodeWindow(fields)
    let token = reference(fields, "token", to: tokens.names, .unknownToken, "token")
    let signers = decodeSigners(fields)
    let rules: StatementRules
    var columns: [ColumnDeclaration] = []
    switch kind {
    case "corrections":
      require(["token", "signers"], in: fields, "Corrections grant amounts of one token, signed.")
      guard let signers, let token = tokens.values.first(where: { $0.name == token }) else {
        return nil
      }
      rules = .corrections(signers: signers)
      columns = [
        ColumnDeclaration(
          name: StatementRules.amount,
          kind: .amount(token: token.name, decimals: token.decimals, unit: .base))
      ]
    case "redirects":
      refuse(["token", "signers"], in: fields, "A redirect is signed by its own account.")
      rules = .redirects
      columns = [
        ColumnDeclaration(name: StatementRules.to, kind: .address),
        ColumnDeclaration(name: StatementRules.time, kind: .integer),
      ]
    case "tasks":
      require(["signers"], in: fields, "Tasks are attested by those whom the plan names.")
      refuse(["token"], in: fields, "Tasks have points, and amounts of no token.")
      guard let signers else { return nil }
      rules = .tasks(signers: signers)
      columns = [
        ColumnDeclaration(name: StatementRules.points, kind: .integer),
        ColumnDeclaration(name: StatementRules.time, kind: .time),
        ColumnDeclaration(name: StatementRules.task, kind: .word),
      ]
    default: return nil
    }
    let time = kind == "tasks" ? TimeColumn(column: StatementRules.time) : nil
    let (limits, _) = decodeActionRules(fields, columns: columns, time: time)
    guard let name, let file, let window else { return nil }
    guard stated ?? ScalarParsing.format(ofPath: file) == .jsonl else {
      let key = stated == nil ? "file" : "format"
      report(
        .statementsNotJSONLines, at: fields.place(of: key), path: fields.path(of: key),
        found: stated.map { "`\($0.rawValue)`" } ?? "'\(file)'",
        expected: "JSON Lines: a file that ends in .jsonl or .jsonl.gz",
        advice: "For another ending, write `format: jsonl`.")
      return nil
    }
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: .jsonl, columns: columns, duplicates: .sum,
        statements: rules, time: time, window: window, limits: limits))
  }

  private mutating func decodeSigners(_ fields: Fields) -> [Address]? {
    guard let entries = list(fields, "signers") else { return nil }
    var signers: [Address] = []
    for entry in entries {
      guard let signer = value(entry.node, path: entry.path, ScalarParsing.address) else {
        continue
      }
      if let first = signers.firstIndex(of: signer) {
        report(
          .duplicateAccount, at: entry.node.place, path: entry.path,
          found: "\(signer) again, after \(fields.path(of: "signers"))[\(first)]",
          expected: "each account once")
      }
      signers.append(signer)
    }
    return signers.count == entries.count ? signers : nil
  }

  /// What expressions read of another source are rows; statements are about one program each.
  private mutating func refuseJoinedStatements(_ program: Program, _ plan: Plan, at path: String) {
    let joins = Set(program.joins.keys).union(program.contributorJoins.keys)
    for name in Set(joins.compactMap(\.source)).sorted()
    where plan.source(named: name)?.statements.map({ $0.name != "tasks" }) ?? false {
      report(
        .wrongStatements, at: positions["\(path).name"] ?? .start, path: path,
        found: "an expression that reads the statements of \(name)",
        expected: "a source of rows", advice: "Take \(name) out of its expressions.")
    }
  }

  /// Statements are used for what they say: corrections are paid as they are signed.
  mutating func checkStatements(_ plan: Plan) {
    for (index, program) in plan.programs.enumerated() {
      refuseJoinedStatements(program, plan, at: "programs[\(index)]")
      guard case .source(let name) = program.recipients,
        let rules = plan.source(named: name)?.statements
      else { continue }
      let path = "programs[\(index)].from"
      switch rules {
      case .redirects:
        report(
          .wrongStatements, at: positions[path] ?? .start, path: path,
          found: "the redirects of \(name)", expected: "a source of rows or of corrections",
          advice: "Redirects belong under `redirects`: {source: \(name)}.")
      case .tasks: break
      case .corrections:
        let isPaidAsSigned =
          program.basis == .givenAmounts(column: StatementRules.amount) && program.filter == nil
        guard !isPaidAsSigned else { continue }
        report(
          .wrongStatements, at: positions[path] ?? .start, path: path,
          found: "the corrections of \(name) beside a filter, or another amount than theirs",
          expected: "amounts that are paid as they are signed",
          advice: "Write `amount: amount` and `unallocated: carry`, and no filter.")
      }
    }
  }
}
