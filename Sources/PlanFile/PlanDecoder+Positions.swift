import DistributionModel

/// What the rows of a file do with balances.
extension PlanDecoder {
  static let effects = ["change", "balance", "transfer", "kinds"]

  mutating func decodePositions(
    _ node: PlanNode, path: String, tokens: Listed<Token>
  ) -> PositionEvents? {
    guard let fields = fields(node, PlanSchema.positions, path: path) else { return nil }
    let effect = decodeEffect(fields)
    let amount = decodeAmount(fields, tokens: tokens)
    if let effect, effect != .balance {
      refuse(["order"], in: fields, "Only of several balances of one second the last one counts.")
    }
    let order = decodeOrder(fields)
    let period = value(fields, "every", ScalarParsing.interval)
    guard let effect, let order, fields.isComplete,
      (amount == nil) != fields.has("amount"), (period == nil) != fields.has("every")
    else { return nil }
    return PositionEvents(effect: effect, amount: amount, order: order, period: period)
  }

  private mutating func decodeEffect(_ fields: Fields) -> PositionEvents.Effect? {
    let implied = fields.has("kind") ? "kinds" : fields.has("to") ? "transfer" : "change"
    let stated = word(fields, "effect", among: Self.effects)
    guard (stated == nil) != fields.has("effect") else { return nil }
    let effect = stated ?? implied
    let target = columnName(fields, "to")
    if effect != "kinds" {
      refuse(
        ["kind", "adds", "takes", "moves", "ignores"], in: fields,
        "It belongs to `kind`, the column of words that say what a row does.")
    }
    if effect == "change" || effect == "balance" {
      refuse(["to"], in: fields, "Only amounts that move have a target.")
    }
    switch effect {
    case "change": return .change
    case "balance":
      require(["amount"], in: fields, "The column of balances.")
      return .balance
    case "transfer": return .transfer(target: target ?? "to")
    default: return decodeKinds(fields, target: target)
    }
  }

  /// The words of a column, and what each of them does.
  private mutating func decodeKinds(
    _ fields: Fields, target: String?
  ) -> PositionEvents.Effect? {
    require(["kind"], in: fields, "The column of words that say what a row does.")
    let column = columnName(fields, "kind")
    let keys: [(key: String, effect: EventDeclaration.Effect)] = [
      ("adds", .add), ("takes", .take), ("moves", .move), ("ignores", .none),
    ]
    var kinds: [EventDeclaration.Kind] = []
    var first: [String: String] = [:]
    for (key, effect) in keys {
      guard let node = fields[key] else { continue }
      for word in textList(node, path: fields.path(of: key)) ?? [] {
        if let other = first.updateValue(key, forKey: word) {
          report(
            .ambiguousWord, at: node.place, path: fields.path(of: key),
            found: "'\(word.prefix(60))' again, after `\(other)`", expected: "each word once")
        }
        kinds.append(EventDeclaration.Kind(name: word, effect: effect))
      }
    }
    if !keys.dropLast().contains(where: { fields.has($0.key) }) {
      report(
        .missingAlternative, at: fields.place, path: fields.path,
        found: "neither `adds`, `takes` nor `moves`", expected: "at least one of them",
        advice: "They list the words of the column `kind`.")
    }
    if !fields.has("moves") {
      refuse(["to"], in: fields, "Only words under `moves` have a target.")
    }
    return column.map { .kinds(column: $0, kinds: kinds, target: target ?? "to") }
  }

  /// The column of amounts; nil where there is none.
  private mutating func decodeAmount(
    _ fields: Fields, tokens: Listed<Token>
  ) -> ColumnDeclaration? {
    guard fields.has("amount") else {
      refuse(["token", "unit", "places"], in: fields, "It belongs to `amount`, a column of them.")
      return nil
    }
    let name = columnName(fields, "amount")
    let kind = decodeValue(fields, in: PlanSchema.positions, tokens: tokens)
    guard let name, let kind else { return nil }
    return ColumnDeclaration(name: name, kind: kind)
  }

  /// The columns that order rows of one second; nil where they are wrong.
  mutating func decodeOrder(_ fields: Fields) -> [String]? {
    guard let node = fields["order"] else { return [] }
    let path = fields.path(of: "order")
    guard let texts = textList(node, path: path) else { return nil }
    var columns: [String] = []
    for text in texts {
      guard let column = value(.scalar(text, node.place), path: path, Self.columnText) else {
        return nil
      }
      if columns.contains(column) {
        report(
          .duplicateName, at: node.place, path: path, found: "'\(column)' again",
          expected: "each column once")
      }
      columns.append(column)
    }
    return columns
  }

  /// What a file of changes of balances has beside them.
  mutating func decodeEventFile(
    _ fields: Fields, file: String?
  ) -> EventFile? {
    let account = value(fields, "account", Self.columnText)
    let conditions = decodeConditions(fields)
    let noRows = choice(fields, "no_rows", SourceDeclaration.NoRows.self)
    let badRows = choice(fields, "bad_rows", SourceDeclaration.BadRows.self)
    let format = decodeFormat(fields, file: file)
    let within = decodeWithin(fields, format: format)
    guard let format, (account == nil) != fields.has("account") else { return nil }
    return EventFile(
      account: account ?? "account", format: format, within: within, conditions: conditions,
      noRows: noRows ?? .refuse, badRows: badRows ?? .refuse)
  }

  /// A column has one meaning: whose, when, how much, to whom, or what.
  mutating func refuseRepeatedColumns(_ columns: [(key: String, name: String?)], of fields: Fields)
  {
    var seen: [String: String] = [:]
    for (key, name) in columns {
      guard let name, let first = seen.updateValue(key, forKey: name) else { continue }
      let path = fields.path(of: key)
      report(
        .duplicateName, at: positions[path] ?? fields.place, path: path,
        found: "the column '\(name)' again, after `\(first)`",
        expected: "a column of its own")
    }
  }
}

extension PositionEvents.Effect {
  /// The columns that it reads beside the amount, and the keys that name them.
  var columns: [(key: String, name: String?)] {
    switch self {
    case .change, .balance: []
    case .transfer(let target): [("positions.to", target)]
    case .kinds(let column, let kinds, let target):
      [
        ("positions.kind", column),
        ("positions.to", kinds.contains { $0.effect == .move } ? target : nil),
      ]
    }
  }
}

/// A file of changes, beside the changes.
struct EventFile {
  let account: String
  let format: SourceDeclaration.Format
  let within: [String]
  let conditions: [SourceDeclaration.Condition]
  let noRows: SourceDeclaration.NoRows
  let badRows: SourceDeclaration.BadRows
}
