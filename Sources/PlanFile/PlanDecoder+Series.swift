import DistributionModel
import EthereumPrimitives

/// Sources of balances over time.
extension PlanDecoder {
  /// Keys of a file, which balances that are computed do not have.
  private static let fileKeys = [
    "file", "format", "within", "account", "where", "no_rows", "bad_rows", "time",
  ]

  /// A source of balances: from changes in a file, from those of earlier sources, or of a vault.
  mutating func decodeSeries(
    _ fields: Fields, name: String?, file: String?, tokens: Listed<Token>, _ sources: SourceNames
  ) -> Named<SourceDeclaration>? {
    refuse(
      ["duplicates", "duplicates_by", "key", "unknown_keys", "signers"], in: fields,
      "Balances over time have one row per account, which is computed.")
    let origin = decodeOrigin(fields, tokens: tokens, sources)
    let minimumHolding = value(fields, "minimum_holding", ScalarParsing.duration)
    let window = decodeWindow(fields)
    let measures = decodeMeasures(fields)
    let time = decodeTime(fields)
    let received = fields.has("positions") ? decodeReceived(fields) : nil
    let exclude = decodeExclusions(fields)
    let rows = fields.has("positions") ? decodeEventFile(fields, file: file) : nil
    guard let name, let (origin, value) = origin, let window, let measures,
      (minimumHolding == nil) != fields.has("minimum_holding")
    else { return nil }
    let series = Series(
      origin: origin, value: value, minimumHolding: minimumHolding ?? 0, measures: measures,
      exclude: exclude)
    guard case .events(let events) = origin else {
      return Named(
        name: name, path: fields.path,
        value: SourceDeclaration(
          name: name, file: "", format: .csv, columns: series.columns, window: window,
          series: series))
    }
    guard let file, let time, let rows, (received == nil) != fields.has("received") else {
      return nil
    }
    refuseRepeatedColumns(
      [
        ("account", rows.account), ("time", time.column), ("received", received?.column),
        ("positions.amount", events.amount?.name),
      ] + events.effect.columns, of: fields)
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: rows.format, within: rows.within,
        accountColumn: rows.account, conditions: rows.conditions, columns: series.columns,
        noRows: rows.noRows, time: time, window: window, series: series, badRows: rows.badRows,
        received: received))
  }

  /// Where the balances come from, and what they are counted in.
  private mutating func decodeOrigin(
    _ fields: Fields, tokens: Listed<Token>, _ sources: SourceNames
  ) -> (Series.Origin, ColumnDeclaration.Kind)? {
    if let node = fields["positions"] {
      refuse(["token", "places"], in: fields, "It belongs under `positions`, to the amounts.")
      require(["time"], in: fields, "The column that says when each row happened.")
      let path = fields.path(of: "positions")
      guard let events = decodePositions(node, path: path, tokens: tokens) else { return nil }
      return (.events(events), events.amount?.kind.kept ?? .integer)
    }
    refuse(Self.fileKeys, in: fields, "These balances are computed from those of other sources.")
    if fields.has("balance") {
      return decodeBalance(fields, tokens: tokens, sources)
    }
    refuse(
      ["token", "places"], in: fields, "What a vault holds is counted as its deposits are.")
    refuse(
      ["minimum_holding"], in: fields, "It belongs to the sources that a vault is seen through to.")
    guard let node = fields["look_through"] else { return nil }
    return decodeLookThrough(node, path: fields.path(of: "look_through"), sources)
  }

  // MARK: Computed balances

  private mutating func decodeBalance(
    _ fields: Fields, tokens: Listed<Token>, _ sources: SourceNames
  ) -> (Series.Origin, ColumnDeclaration.Kind)? {
    var scope = ExpressionScope(names: ExpressionNames(balances: sources))
    let value = decodeValue(fields, in: PlanSchema.source, tokens: tokens)
    let expression = number(fields, "balance", &scope)
    guard let value, let expression else { return nil }
    guard !expression.columns.isEmpty else {
      report(
        .sourceWithoutBalances, at: fields.place(of: "balance"), path: fields.path(of: "balance"),
        found: "an expression without a source", expected: "the balances of earlier sources in it",
        advice: "Who has none of them has no balance.")
      return nil
    }
    let token: String? = if case .amount(let token, _, _) = value { token } else { nil }
    if case .amount(let other) = expression.unit, other != token {
      report(
        .mixedUnits, at: fields.place(of: "balance"), path: fields.path(of: "balance"),
        found: "an amount of \(other)",
        expected: token.map { "an amount of \($0)" } ?? "`token: \(other)` beside it",
        advice: "Write number(x) to count as many whole tokens as an amount has.")
      return nil
    }
    return (.balances(expression), value.kept)
  }

  // MARK: Vaults

  private mutating func decodeLookThrough(
    _ node: PlanNode, path: String, _ sources: SourceNames
  ) -> (Series.Origin, ColumnDeclaration.Kind)? {
    guard let fields = fields(node, PlanSchema.lookThrough, path: path) else { return nil }
    let deposits = series(fields, "deposits", sources)
    let vault = address(fields, "vault")
    let shares = series(fields, "shares", sources)
    guard let deposits, let vault, let shares, let value = deposits.series?.value else {
      return nil
    }
    guard deposits.name != shares.name else {
      report(
        .vaultOfItself, at: fields.place(of: "shares"), path: fields.path(of: "shares"),
        found: "'\(shares.name)' as deposits and as shares", expected: "two sources",
        advice: "`deposits` has a balance of the vault, `shares` those of its depositors.")
      return nil
    }
    return (
      .lookThrough(LookThrough(deposits: deposits.name, vault: vault, shares: shares.name)), value
    )
  }

  /// An earlier source of balances, by its name at a key.
  private mutating func series(
    _ fields: Fields, _ key: String, _ sources: SourceNames
  ) -> SourceDeclaration? {
    guard let name = text(fields, key) else { return nil }
    if let source = sources.balances.first(where: { $0.name == name }) { return source }
    let mistake = sources.mistake(name, at: 0)
    if !mistake.isTold {
      report(
        mistake.kind, at: fields.place(of: key), path: fields.path(of: key), found: mistake.found,
        expected: mistake.expected, advice: mistake.advice)
    }
    return nil
  }

  // MARK: What is said of balances

  /// The names of measures, in their order; `running` stands beside `share` in any case.
  private mutating func decodeMeasures(_ fields: Fields) -> [Series.Measure]? {
    let known: [Series.Measure] =
      fields.has("look_through") ? [.held, .share, .running] : Series.Measure.allCases
    guard var measures = decodeMeasures(fields, among: known, default: .held) else { return nil }
    if let share = measures.firstIndex(of: .share), !measures.contains(.running) {
      measures.insert(.running, at: share + 1)
    }
    return measures
  }

  /// The names of measures that a source of one kind has, in their order.
  mutating func decodeMeasures<Measure: RawRepresentable<String> & Equatable>(
    _ fields: Fields, among known: [Measure], default standard: Measure
  ) -> [Measure]? {
    guard fields.has("columns") else { return [standard] }
    guard let entries = list(fields, "columns") else { return nil }
    let words = known.map(\.rawValue)
    var measures: [Measure] = []
    for entry in entries {
      let text = value(entry.node, path: entry.path) { text throws(ScalarFault) in text }
      guard let text else { return nil }
      guard let measure = known.first(where: { $0.rawValue == text }) else {
        report(
          PlanSchema.measures.contains(text) ? .wrongMeasure : .unknownChoice,
          at: entry.node.place, path: entry.path, found: "'\(text)'",
          expected: "one of \(words.joined(separator: ", "))",
          advice: Suggestion.sentence(for: text, among: words))
        return nil
      }
      guard !measures.contains(measure) else {
        report(
          .duplicateName, at: entry.node.place, path: entry.path, found: "'\(text)' again",
          expected: "each measure once")
        return nil
      }
      measures.append(measure)
    }
    return measures
  }

  /// Whole numbers, amounts of a token or decimals, as the keys beside a number say.
  mutating func decodeValue(
    _ fields: Fields, in type: ObjectType, tokens: Listed<Token>
  ) -> ColumnDeclaration.Kind? {
    let unit = choice(fields, "unit", ColumnDeclaration.Unit.self)
    if fields.has("token"), fields.has("places") {
      report(
        .conflictingKeys, at: fields.place(of: "places"), path: fields.path(of: "places"),
        found: "both `token` and `places`", expected: "one of them",
        advice: "An amount has the decimals of its token.")
      return nil
    }
    if fields.has("token") {
      let name = reference(fields, "token", to: tokens.names, .unknownToken, "token")
      return tokens.values.first { $0.name == name }.map {
        .amount(token: $0.name, decimals: $0.decimals, unit: unit)
      }
    }
    refuse(["unit"], in: fields, "Only amounts of a token have a unit.")
    guard fields.has("places") else { return .integer }
    return integer(fields, "places", in: type).map { .decimal(DecimalFormat(places: Int($0))) }
  }
}

/// The sources of a plan, as one of them that is computed from others sees them.
struct SourceNames {
  /// All of them, in the order of the plan.
  let all: [String]
  /// The source that asks.
  let own: String
  /// Those that stand before it; one that is wrong is not among them.
  let earlier: [SourceDeclaration]

  /// Those whose balances can be counted with.
  var balances: [SourceDeclaration] { earlier.filter { $0.series?.hasBalances ?? false } }

  /// Why a name is none of `balances`.
  func mistake(_ name: String, at offset: Int) -> ExpressionMistake {
    let names = balances.map(\.name)
    let isEarlier = all[..<(all.firstIndex(of: own) ?? all.endIndex)].contains(name)
    let kind: PlanProblem
    var (found, advice) = ("'\(name.prefix(60))'", Suggestion.sentence(for: name, among: names))
    if let source = earlier.first(where: { $0.name == name }) {
      kind = .sourceWithoutBalances
      found = "the source '\(name.prefix(60))' \(source.kindWithoutBalances)"
      advice =
        source.series == nil || source.series?.ranges != nil
        ? "A source has balances by `positions` or `balance`."
        : "What a vault has for those who hold its shares is no whole number at any one time."
    } else if all.contains(name) {
      kind = .laterSource
      found = name == own ? "the source itself" : "the later source \(name.prefix(60))"
      advice = "Balances are computed in the order of the plan: move it up, before this one."
    } else {
      kind = .unknownSource
    }
    return ExpressionMistake(
      kind: kind, offset: offset, found: found,
      expected: names.isEmpty
        ? "a source of balances that stands before this one; none does"
        : "a source of balances that stands before this one: \(names.joined(separator: ", "))",
      advice: advice, isTold: isEarlier && !earlier.contains { $0.name == name })
  }
}

extension Series {
  /// False for a vault's: it has time, and no whole number at an instant; and for positions in
  /// ranges, which have several.
  var hasBalances: Bool {
    switch origin {
    case .events, .balances: true
    case .lookThrough, .ranges: false
    }
  }
}

extension SourceDeclaration {
  /// What it is of, where that is no balances.
  fileprivate var kindWithoutBalances: String {
    if series?.ranges != nil { return "of ranges" }
    if price != nil { return "of prices" }
    return series == nil ? "of rows" : "of a vault"
  }
}

extension ColumnDeclaration.Kind {
  /// As values are kept, whatever unit a file writes them in.
  var kept: Self {
    if case .amount(let token, let decimals, _) = self {
      return .amount(token: token, decimals: decimals, unit: .base)
    }
    return self
  }
}
