import DistributionModel

/// The programs of a plan, as an expression of one of them sees them.
struct ProgramNames {
  /// All of them, in the order of the plan.
  var all: [String] = []
  /// The program that the expression belongs to.
  var own = ""
  /// What earlier ones pay, by name; one that is wrong is not among them.
  var tokens: [String: Token] = [:]

  /// Those that stand before the own one.
  var earlier: ArraySlice<String> { all[..<(all.firstIndex(of: own) ?? all.endIndex)] }
}

/// What is read beside the columns of the program's own source.
extension ExpressionParser {
  /// The column of another source, from the point on.
  mutating func joinedColumn(
    of name: String, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    try refuseOthers("a column of '\(name.prefix(60))'", at: offset)
    let source = try source(named: name, at: offset)
    advance()
    let start = current.offset
    guard let name = acceptName() else { throw unexpected("a column of \(source.name)") }
    let columns = source.columns.map(\.name)
    guard let column = source.columns.first(where: { $0.name == name }) else {
      throw ExpressionMistake(
        kind: .unknownColumn, offset: start, found: "'\(name.prefix(60))'",
        expected: "a column of \(source.name): \(columns.joined(separator: ", "))",
        advice: Suggestion.sentence(for: name, among: columns))
    }
    return try make(
      .joined(.column(name, source: source.name)), kind(of: column, at: start), at: offset)
  }

  /// `listed(source)` or `allocated(program)`, from the opening parenthesis on.
  mutating func join(
    _ function: String, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    advance()
    let start = current.offset
    let (noun, usage) =
      function == "listed"
      ? ("a source's name", "listed(source)") : ("a program's name", "allocated(program)")
    guard let name = acceptName() else { throw wrongArgument(noun, usage: usage) }
    guard !isSign(",") else {
      throw ExpressionMistake(
        kind: .wrongArgumentCount, offset: offset, found: "more than one argument", expected: usage)
    }
    if function == "listed" {
      let source = try source(named: name, at: start)
      try expect(")", "a closing parenthesis")
      return try make(.joined(.listed(source: source.name)), .truth, at: offset)
    }
    let token = try token(ofProgram: name, at: start)
    try expect(")", "a closing parenthesis")
    return try make(
      .joined(.allocated(program: name)),
      .number(scale: token.decimals, unit: .amount(token: token.name)), at: offset)
  }

  /// `price(name)`, from the opening parenthesis on.
  mutating func price(at offset: Int) throws(ExpressionMistake) -> Expression {
    advance()
    let start = current.offset
    guard let name = acceptName() else {
      throw wrongArgument("a price's name", usage: "price(name)")
    }
    guard let price = names.prices.values.first(where: { $0.name == name }) else {
      let known = names.prices.names
      throw ExpressionMistake(
        kind: .unknownPrice, offset: start, found: "'\(name.prefix(60))'",
        expected: known.isEmpty
          ? "a price of the plan; it lists none"
          : "a price of the plan: "
            + known.joined(separator: ", "),
        advice: Suggestion.sentence(for: name, among: known), isTold: known.contains(name))
    }
    try expect(")", "a closing parenthesis")
    return try make(
      .joined(.price(name)), .number(scale: price.places, unit: .plain), at: offset)
  }

  // MARK: The rows of an account

  /// `row_count()` or `row_count(source)`, from the opening parenthesis on.
  mutating func rowCount(at offset: Int) throws(ExpressionMistake) -> Expression {
    advance()
    var other: String?
    let start = current.offset
    if let name = acceptName() {
      other = try source(named: name, at: start).name
    } else if !isSign(")") {
      throw wrongArgument("a source's name, or nothing", usage: "row_count() or row_count(source)")
    } else if names.isAboutDonors {
      throw ownRowsOfDonors("row_count()", at: offset)
    }
    try expect(")", "a closing parenthesis")
    return try make(
      .joined(.rowCount(source: other)), .number(scale: 0, unit: .plain), at: offset)
  }

  /// `row_median(column)` or `row_median(source.column)`, from the opening parenthesis on.
  mutating func ofRows(
    _ aggregate: Expression.RowAggregate, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    advance()
    let usage = "row_\(aggregate.rawValue)(column) or row_\(aggregate.rawValue)(source.column)"
    let (part, column, source) = try columnOfRows(usage: usage)
    try expect(")", "a closing parenthesis after the column")
    let scale = aggregate == .median ? part.scale + 1 : part.scale
    return try make(
      .joined(.ofRows(aggregate, column: column, source: source)),
      .number(scale: scale, unit: part.unit), at: offset)
  }

  /// `row_streak(time, 1d)` or `row_streak(source.time, 1d)`, from the opening parenthesis on.
  mutating func ofPeriods(
    _ aggregate: Expression.PeriodAggregate, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    advance()
    let start = current.offset
    let name = "row_\(aggregate.rawValue)"
    let usage = "\(name)(column, 1d) or \(name)(source.column, 1d)"
    let (_, column, source) = try columnOfRows(usage: usage)
    let columns = source.flatMap { name in
      names.sources.values.first { $0.name == name }?.columns
    }
    guard (columns ?? names.columns).contains(where: { $0.name == column && $0.kind == .time })
    else {
      throw ExpressionMistake(
        kind: .wrongArgument, offset: start, found: "the column '\(column.prefix(60))'",
        expected: "a column of times", advice: "Declare it with `type: time`.")
    }
    try expect(",", "a comma and a period")
    guard case .duration(let text) = current.kind, let seconds = ScalarParsing.seconds(text),
      seconds > 0
    else { throw wrongArgument("a period such as 1d, above zero", usage: usage) }
    advance()
    try expect(")", "a closing parenthesis after the period")
    return try make(
      .joined(.ofPeriods(aggregate, column: column, source: source, seconds: seconds)),
      .number(scale: 0, unit: .plain), at: offset)
  }

  /// A column of the program's own source, or of another one.
  private mutating func columnOfRows(
    usage: String
  ) throws(ExpressionMistake) -> (part: Expression, column: String, source: String?) {
    let start = current.offset
    guard let first = acceptName() else {
      throw wrongArgument("a column, or a source and its column", usage: usage)
    }
    let part =
      isSign(".") ? try joinedColumn(of: first, at: start) : try value(named: first, at: start)
    switch part.operation {
    case .joined(.column(let column, let source)): return (part, column, source)
    case .column(let column): return (part, column, nil)
    default:
      throw ExpressionMistake(
        kind: .wrongArgument, offset: start, found: "the value '\(first.prefix(60))'",
        expected: "a column, or a source and its column", advice: "Write \(usage).")
    }
  }

  /// Donors are asked about elsewhere: rows of the own source are about who receives.
  func ownRowsOfDonors(_ found: String, at offset: Int) -> ExpressionMistake {
    ExpressionMistake(
      kind: .unknownValue, offset: offset, found: found,
      expected: "what another source says of the donor: source.column, listed(source)",
      advice: "Rows of the program's own source are about who receives.")
  }

  /// A balance is the account's own: it changes when one of its own balances does.
  func refuseOthers(_ found: String, at offset: Int) throws(ExpressionMistake) {
    guard names.balances != nil else { return }
    throw ExpressionMistake(
      kind: .balanceOfOthers, offset: offset, found: found,
      expected: "the account's own balances in earlier sources",
      advice: "What all accounts have, and what other sources say, belongs into a program.")
  }

  private mutating func acceptName() -> String? {
    switch current.kind {
    case .word(let word) where !Expression.keywords.contains(word):
      advance()
      return word
    case .quotedName(let name):
      advance()
      return name
    default: return nil
    }
  }

  private func source(
    named name: String, at offset: Int
  ) throws(ExpressionMistake) -> SourceDeclaration {
    guard name != names.source else {
      throw ExpressionMistake(
        kind: .ownSource, offset: offset, found: "the program's own source",
        expected: "another one",
        advice: "Its columns stand without its name, and every account stands in it.")
    }
    if let source = names.sources.values.first(where: { $0.name == name }) {
      guard source.isAboutAccounts else {
        throw ExpressionMistake(
          kind: .sourceWithoutAccounts, offset: offset,
          found: "the \(source.titleWithoutAccounts) '\(name.prefix(60))'",
          expected: "a source with a row per account")
      }
      return source
    }
    let others = names.sources.names.filter { $0 != names.source }
    throw ExpressionMistake(
      kind: .unknownSource, offset: offset, found: "'\(name.prefix(60))'",
      expected: others.isEmpty
        ? "another source of the plan; it lists none"
        : "another source of the plan: \(others.joined(separator: ", "))",
      advice: Suggestion.sentence(for: name, among: others), isTold: others.contains(name))
  }

  private func token(
    ofProgram name: String, at offset: Int
  ) throws(ExpressionMistake) -> Token {
    let earlier = names.programs.earlier
    let isEarlier = earlier.contains(name)
    if isEarlier, let token = names.programs.tokens[name] { return token }
    let isThere = names.programs.all.contains(name)
    throw ExpressionMistake(
      kind: isThere ? .laterProgram : .unknownProgram, offset: offset,
      found: isThere
        ? "\(name == names.programs.own ? "the program itself" : "the later program \(name)")"
        : "'\(name.prefix(60))'",
      expected: earlier.isEmpty
        ? "a program that stands before this one; none does"
        : "a program that stands before this one: \(earlier.joined(separator: ", "))",
      advice: isThere
        ? "Programs are computed in the order of the plan: move it up, before this one."
        : Suggestion.sentence(for: name, among: Array(earlier)),
      isTold: isEarlier)
  }
}

extension Expression.RowAggregate {
  /// By the function's name.
  init?(function name: String) {
    guard name.hasPrefix("row_") else { return nil }
    self.init(rawValue: String(name.dropFirst(4)))
  }
}

extension Expression.PeriodAggregate {
  /// By the function's name.
  init?(function name: String) {
    guard name.hasPrefix("row_") else { return nil }
    self.init(rawValue: String(name.dropFirst(4)))
  }
}
