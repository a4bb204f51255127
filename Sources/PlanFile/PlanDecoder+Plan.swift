import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  mutating func decodePlan(_ root: PlanNode) -> Plan? {
    guard let fields = fields(root, PlanSchema.plan, path: "") else { return nil }
    checkNumber(fields, "version", is: Plan.version, .unknownVersion)
    checkNumber(fields, "law", is: 1, .unknownLaw)
    let name = text(fields, "name")
    let launch = value(fields, "launch", ScalarParsing.time)
    let tokens = objects(fields, "tokens") { decoder, node, path in
      decoder.decodeToken(node, path: path)
    }
    let campaigns = objects(fields, "campaigns") { decoder, node, path in
      decoder.decodeCampaign(node, path: path, tokens: tokens)
    }
    epochs = fields["epochs"].flatMap { decodeEpochs($0) }
    declaresEpochs = fields.has("epochs")
    let sources = decodeSources(fields, tokens: tokens)
    let prices = objects(fields, "prices") { decoder, node, path in
      decoder.decodePrice(node, path: path, sources: sources)
    }
    var context = PlanContext(
      tokens: tokens, campaigns: campaigns, sources: sources, epochs: epochs,
      declaresEpochs: declaresEpochs, declaresClusters: fields.has("clusters"),
      programs: fields["programs"]?.names ?? [], prices: prices)
    let programs = objects(fields, "programs") { decoder, node, path in
      let program = decoder.decodeProgram(node, path: path, context)
      if let program { context.paid[program.name] = context.token(of: program.value) }
      return program
    }
    let clusters = fields["clusters"].flatMap { decodeClusters($0, sources: sources) }
    let redirects = decodeRedirects(fields, sources: sources)
    let guards = decodeGuards(fields, tokens: tokens)
    let plan = Plan(
      name: name ?? "", launch: launch, tokens: tokens.values, campaigns: campaigns.values,
      sources: sources.values, prices: prices.values, epochs: epochs, programs: programs.values,
      clusters: clusters, redirects: redirects, guards: guards)
    guard problems.isEmpty else { return nil }
    checkWhole(plan)
    return plan
  }

  private mutating func checkNumber(
    _ fields: Fields, _ key: String, is expected: Int, _ kind: PlanProblem
  ) {
    _ = value(fields, key) { text throws(ScalarFault) in
      guard text == String(expected) else {
        throw ScalarFault(
          kind: kind, expected: "\(expected)",
          advice: "This program knows \(key) \(expected) only; a newer one may know more.")
      }
    }
  }

  /// Decodes every entry of a list and refuses names that stand twice.
  private mutating func objects<Value>(
    _ fields: Fields, _ key: String,
    _ decode: (inout PlanDecoder, PlanNode, String) -> Named<Value>?
  ) -> Listed<Value> {
    var values: [Named<Value>] = []
    let entries = list(fields, key) ?? []
    for entry in short(entries, fields, key) {
      if let value = decode(&self, entry.node, entry.path) { values.append(value) }
    }
    refuseDuplicateNames(values.map { ($0.name, $0.path) })
    return Listed(values: values.map(\.value), names: entries.compactMap(\.node.name))
  }

  typealias Entries = [(node: PlanNode, path: String)]

  /// Entries that other parts refer to; none where there are too many to look through.
  mutating func short(_ entries: Entries, _ fields: Fields, _ key: String) -> Entries {
    guard entries.count <= limits.entries else {
      report(
        .tooManyValues, at: fields.place(of: key), path: fields.path(of: key),
        found: "\(entries.count) entries", expected: "at most \(limits.entries)")
      return []
    }
    return entries
  }

  // MARK: Tokens and epochs

  private mutating func decodeToken(_ node: PlanNode, path: String) -> Named<Token>? {
    guard let fields = fields(node, PlanSchema.token, path: path) else { return nil }
    let name = name(fields, "name")
    let symbol = text(fields, "symbol")
    guard let decimals = integer(fields, "decimals", in: PlanSchema.token) else { return nil }
    let supply = amount(fields, "supply", decimals: Int(decimals))
    guard let name, fields.isComplete, supply != nil || !fields.has("supply") else { return nil }
    return Named(
      name: name, path: path,
      value: Token(
        name: name, symbol: symbol ?? name, decimals: Int(decimals), supply: supply))
  }

  mutating func amount(_ fields: Fields, _ key: String, decimals: Int) -> Amount? {
    guard let node = fields[key] else { return nil }
    return amount(node, path: fields.path(of: key), decimals: decimals)
  }

  mutating func amount(_ node: PlanNode, path: String, decimals: Int) -> Amount? {
    value(node, path: path) { text throws(ScalarFault) in
      Amount(try ScalarParsing.amount(text, decimals: decimals))
    }
  }

  private mutating func decodeEpochs(_ node: PlanNode) -> EpochSchedule? {
    guard let fields = fields(node, PlanSchema.epochs, path: "epochs") else { return nil }
    let start = value(fields, "start", ScalarParsing.time)
    let length = value(fields, "length", ScalarParsing.duration)
    let count = integer(fields, "count", in: PlanSchema.epochs)
    guard let start, let length, let count else { return nil }
    let (total, overflow) = length.multipliedReportingOverflow(by: count)
    guard length > 0, !overflow, total <= Timestamp.last.seconds - start.seconds else {
      report(
        length == 0 ? .malformedDuration : .scheduleTooLong, at: fields.place(of: "length"),
        path: "epochs.length", found: count.counted("epoch") + " of \(length) seconds",
        expected: "epochs above zero that end before the year 10000")
      return nil
    }
    return EpochSchedule(start: start, length: length, count: UInt32(count))
  }

  // MARK: Sources

  /// What makes a source another one than rows of accounts; one of them at the most.
  private static let sourceKinds = [
    "statements", "times", "observations", "positions", "balance", "look_through", "price",
    "ranges",
  ]

  /// Those that may have `exclude`.
  private static let excludingKinds: [String?] = ["positions", "balance", "ranges"]

  private mutating func decodeSources(
    _ fields: Fields, tokens: Listed<Token>
  ) -> Listed<SourceDeclaration> {
    let all = fields["sources"]?.names ?? []
    var earlier: [SourceDeclaration] = []
    return objects(fields, "sources") { decoder, node, path in
      let names = SourceNames(all: all, own: node.name ?? "", earlier: earlier)
      let source = decoder.decodeSource(node, path: path, tokens: tokens, names)
      if let source { earlier.append(source.value) }
      return source
    }
  }

  private mutating func decodeSource(
    _ node: PlanNode, path: String, tokens: Listed<Token>, _ names: SourceNames
  ) -> Named<SourceDeclaration>? {
    guard let fields = fields(node, PlanSchema.source, path: path) else { return nil }
    let kinds = Self.sourceKinds.filter { fields.has($0) }
    guard kinds.count < 2 else {
      report(
        .conflictingKeys, at: fields.place(of: kinds[1]), path: fields.path(of: kinds[1]),
        found: "both `\(kinds[0])` and `\(kinds[1])`", expected: "one of them",
        advice: "Each of them makes another kind of source.")
      return nil
    }
    let kind = kinds.first
    let name = name(fields, "name")
    let file = value(fields, "file", ScalarParsing.path)
    if kind != "balance", kind != "look_through" {
      require(["file"], in: fields, "The file, relative to the folder of inputs.")
    }
    if kind != nil, kind != "statements" {
      refuse(["limits", "wash"], in: fields, "Only rows of actions have it.")
    }
    if kind != nil, kind != "positions" {
      refuse(
        ["received"], in: fields,
        "Only rows of actions and changes of balances count in a later epoch where they come late.")
    }
    if !Self.excludingKinds.contains(kind) {
      refuse(
        ["exclude"], in: fields,
        kind == "look_through"
          ? "Write it in the source of the deposits, or of the shares."
          : "Only balances over time have it; programs have an `exclude` of their own.")
    }
    switch kind {
    case nil: return decodeRows(fields, name: name, file: file, tokens: tokens)
    case "statements": return decodeStatements(fields, name: name, file: file, tokens: tokens)
    case "times": return decodeTimeTable(fields, name: name, file: file)
    case "observations": return decodeObservations(fields, name: name, file: file)
    case "price": return decodePool(fields, name: name, file: file)
    case "ranges": return decodeRanges(fields, name: name, file: file, names)
    default: return decodeSeries(fields, name: name, file: file, tokens: tokens, names)
    }
  }

  /// A file whose rows are about one account each.
  private mutating func decodeRows(
    _ fields: Fields, name: String?, file: String?, tokens: Listed<Token>
  ) -> Named<SourceDeclaration>? {
    refuse(["token", "signers"], in: fields, "Only a source of `statements` has signers.")
    refuse(
      ["places", "minimum_holding"], in: fields, "Only a source of balances over time has it.")
    let (account, lookup) = decodeAccount(fields)
    let key = columnName(fields, "key")
    let conditions = decodeConditions(fields)
    let duplicates = choice(fields, "duplicates", SourceDeclaration.Duplicates.self)
    let noRows = choice(fields, "no_rows", SourceDeclaration.NoRows.self)
    let badRows = choice(fields, "bad_rows", SourceDeclaration.BadRows.self)
    let time = decodeTime(fields)
    let window = decodeWindow(fields)
    let received = decodeReceived(fields)
    if !fields.has("time") {
      refuse(["window"], in: fields, "It says which rows with a `time` count.")
      refuse(["received"], in: fields, "It says when rows with a `time` were received.")
    }
    let isOwn = lookup == nil && time?.table == nil
    refuseRepeatedColumns(
      (isOwn ? [("account", account)] : []) + [
        ("time", time?.column), ("received", received?.column),
      ], of: fields)
    let columns = decodeColumns(fields, account: account ?? "account", tokens: tokens)
    let ranking = decodeRanking(fields, duplicates, columns ?? [])
    let (limits, wash) = decodeActionRules(fields, columns: columns ?? [], time: time)
    let format = decodeFormat(fields, file: file)
    let within = decodeWithin(fields, format: format)
    guard let name, let file, let format, let window, let columns,
      (time == nil) != fields.has("time"), (received == nil) != fields.has("received")
    else { return nil }
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: format, within: within,
        accountColumn: account ?? "account", lookup: lookup, key: key, conditions: conditions,
        columns: columns, duplicates: duplicates ?? .refuse, duplicatesBy: ranking,
        noRows: noRows ?? .refuse, time: time, window: window, limits: limits, wash: wash,
        badRows: badRows ?? .refuse, received: received))
  }

  /// The columns that are read; nil where one is wrong.
  private mutating func decodeColumns(
    _ fields: Fields, account: String, tokens: Listed<Token>
  ) -> [ColumnDeclaration]? {
    var columns: [ColumnDeclaration] = []
    // In a bundle the account's column is `account`, whatever the file calls it.
    var names: Set<String> = ["account", account]
    let entries = short(list(fields, "columns") ?? [], fields, "columns")
    for entry in entries {
      guard let column = decodeColumn(entry.node, path: entry.path, tokens: tokens) else {
        continue
      }
      if !names.insert(column.name).inserted {
        report(
          .duplicateName, at: positions["\(entry.path).name"] ?? fields.place,
          path: "\(entry.path).name", found: "the column '\(column.name)' again",
          expected: "each column once, and not the account's")
      }
      if column.isPrivate, fields.has("time") {
        report(
          .wrongPrivateColumn, at: positions["\(entry.path).private"] ?? fields.place,
          path: "\(entry.path).private",
          found: "the private column '\(column.name)' of rows with a time",
          expected: "a column that the bundle shows",
          advice: "Which rows count is another set in every epoch: declare it without `private`.")
      }
      columns.append(column)
    }
    guard columns.count == entries.count, fields.has("columns") != entries.isEmpty else {
      return nil
    }
    return columns
  }

  private mutating func decodeColumn(
    _ node: PlanNode, path: String, tokens: Listed<Token>
  ) -> ColumnDeclaration? {
    guard let fields = fields(node, PlanSchema.column, path: path) else { return nil }
    let name = columnName(fields, "name")
    let type = word(fields, "type", among: PlanSchema.columnTypes)
    let unit = choice(fields, "unit", ColumnDeclaration.Unit.self)
    let isPrivate = flag(fields, "private")
    let empty = choice(fields, "empty", ColumnDeclaration.Empty.self)
    let format = decodeFormat(fields, isDecimal: type == "decimal")
    if let type, type != "amount" {
      refuse(["token", "unit"], in: fields, "Only amounts have a unit: `type: amount`.")
    }
    let kind: ColumnDeclaration.Kind?
    switch type {
    case "integer": kind = .integer
    case "address": kind = .address
    case "time": kind = .time
    case "word": kind = .word
    case "decimal": kind = format.map { .decimal($0) }
    default:
      let token = reference(fields, "token", to: tokens.names, .unknownToken, "token")
      if type == "amount" { require(["token"], in: fields, "An amount is of a token.") }
      kind = tokens.values.first { $0.name == token }.map {
        .amount(token: $0.name, decimals: $0.decimals, unit: unit)
      }
    }
    if type == "word" {
      refuse(["private", "empty"], in: fields, "Words are shown, and have a sign at least.")
    }
    if type == "address" {
      refuse(["private"], in: fields, "Whom money goes to is shown; only numbers can be private.")
      refuse(["empty"], in: fields, "Nothing is no address; only numbers can be empty.")
    }
    guard let name, let kind else { return nil }
    return ColumnDeclaration(
      name: name, kind: kind, isPrivate: isPrivate ?? false, empty: empty ?? .refuse)
  }

  /// How a decimal column is written; nil for another one, which has no such keys.
  mutating func decodeFormat(_ fields: Fields, isDecimal: Bool) -> DecimalFormat? {
    let notation = choice(fields, "notation", DecimalFormat.Notation.self)
    let excess = choice(fields, "excess", DecimalFormat.Excess.self)
    let places = integer(fields, "places", in: PlanSchema.column)
    guard isDecimal else {
      refuse(["places", "notation", "excess"], in: fields, "It belongs to `type: decimal`.")
      return nil
    }
    require(["places"], in: fields, "How many decimal places its values have.")
    return places.map {
      DecimalFormat(places: Int($0), notation: notation ?? .plain, excess: excess ?? .refuse)
    }
  }

  /// A column's name may be anything but what would be misread in a bundle's CSV.
  mutating func columnName(_ fields: Fields, _ key: String) -> String? {
    value(fields, key, Self.columnText)
  }

  static func columnText(_ text: String) throws(ScalarFault) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && !",\"':;".unicodeScalars.contains($0)
    }
    guard isPlain, text.utf8.count <= 200, text.first != " ", text.last != " " else {
      throw ScalarFault(
        kind: .malformedName, expected: "a column name without commas, quotes, : and ;",
        advice: "Rename the column in the file.")
    }
    return text
  }
}

/// A decoded entry with the name it goes by and its path.
struct Named<Value> {
  let name: String
  let path: String
  let value: Value
}

/// The entries of a list.
struct Listed<Value> {
  /// Those that could be decoded.
  let values: [Value]
  /// Of all entries: whoever refers to a wrong one does not make it wrong a second time.
  let names: [String]
}

extension PlanNode {
  /// The text under `name`, if the node is a mapping that has one.
  fileprivate var name: String? {
    guard case .mapping(let entries, _) = self,
      case .scalar(let name, _)? = entries.first(where: { $0.key == "name" })?.value
    else { return nil }
    return name
  }

  /// The names of a list's entries.
  fileprivate var names: [String] {
    guard case .list(let nodes, _) = self else { return [] }
    return nodes.compactMap(\.name)
  }
}

extension Listed: Sendable where Value: Sendable {}

/// What programs refer to.
struct PlanContext {
  let tokens: Listed<Token>
  let campaigns: Listed<Campaign>
  let sources: Listed<SourceDeclaration>
  let epochs: EpochSchedule?
  /// True where the plan has the key, even if its value is wrong.
  let declaresEpochs: Bool
  let declaresClusters: Bool
  /// The names of all programs, in the order of the plan.
  let programs: [String]
  let prices: Listed<PriceDeclaration>
  /// What the programs that were read so far pay, by name.
  var paid: [String: Token] = [:]

  func token(of campaign: Campaign) -> Token? {
    tokens.values.first { $0.name == campaign.token }
  }

  func token(of program: Program) -> Token? {
    campaigns.values.first { $0.name == program.campaign }.flatMap(token)
  }

  /// True where a program splits its budget by shares of time.
  func splitsTime(_ recipients: Program.Recipients, _ basis: Program.Basis) -> Bool {
    guard case .source(let name) = recipients, case .weights(let column) = basis else {
      return false
    }
    let source = sources.values.first { $0.name == name }
    return source?.columns.contains { $0.name == column && $0.kind == .share } ?? false
  }

  /// What names mean in the expressions of a program.
  func names(of source: SourceDeclaration, for program: String) -> ExpressionNames {
    ExpressionNames(
      columns: source.columns, source: source.name, sources: sources,
      programs: ProgramNames(all: programs, own: program, tokens: paid), prices: prices)
  }
}
