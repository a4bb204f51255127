import DistributionModel
import EthereumPrimitives

/// What the names in an expression mean.
struct ExpressionNames {
  var columns: [ColumnDeclaration] = []
  /// Earlier values of the program.
  var values: [NamedExpression] = []
  /// The name of the program's source.
  var source = ""
  /// The sources of the plan.
  var sources = Listed<SourceDeclaration>(values: [], names: [])
  var programs = ProgramNames()
  /// The prices of the plan.
  var prices = Listed<PriceDeclaration>(values: [], names: [])
  /// True where accounts are donors: the program's own source has no rows of theirs.
  var isAboutDonors = false
  /// Present where names are sources, whose balances a balance is computed from.
  var balances: SourceNames?

  /// Everything that may be written.
  var all: [String] { columns.map(\.name) + values.map(\.name) }
}

/// Reads an expression by its grammar and checks it on the way up; `docs/reference/expressions.md`.
///
/// One mistake ends it. The depth of the recursion is bounded, whatever the text.
struct ExpressionParser {
  let names: ExpressionNames
  private let limits: PlanLimits
  private let place: (Int) -> Expression.Place
  private let tokens: [ExpressionToken]
  private var index = 0
  private var depth = 0
  private var parts = 0
  private(set) var nextID: Int

  private init(
    tokens: [ExpressionToken], names: ExpressionNames, limits: PlanLimits, firstID: Int,
    place: @escaping (Int) -> Expression.Place
  ) {
    self.tokens = tokens
    self.names = names
    self.limits = limits
    self.place = place
    nextID = firstID
  }

  /// Reads a whole text.
  ///
  /// - Parameters:
  ///   - nextID: the number of the first part, and then the one after the last.
  ///   - place: where the character at an offset stands in the file.
  static func parse(
    _ text: String, names: ExpressionNames, limits: PlanLimits, nextID: inout Int,
    place: @escaping (Int) -> Expression.Place
  ) throws(ExpressionMistake) -> Expression {
    guard text.utf8.count <= limits.expressionBytes else {
      throw ExpressionMistake(
        kind: .expressionTooLong, offset: 0, found: "\(text.utf8.count) bytes",
        expected: "at most \(limits.expressionBytes)",
        advice: "Give parts of it names, under `values`.")
    }
    var parser = ExpressionParser(
      tokens: try ExpressionLexer.tokens(of: text), names: names, limits: limits, firstID: nextID,
      place: place)
    let expression = try parser.expression()
    guard parser.current.kind == .end else { throw parser.unexpected("the end, or an operation") }
    nextID = parser.nextID
    return expression
  }

  // MARK: Words

  var current: ExpressionToken { tokens[index] }

  mutating func advance() {
    if index + 1 < tokens.count { index += 1 }
  }

  func isSign(_ sign: String) -> Bool { current.kind == .sign(sign) }

  func isWord(_ word: String) -> Bool { current.kind == .word(word) }

  mutating func accept(_ sign: String) -> Bool {
    guard isSign(sign) else { return false }
    advance()
    return true
  }

  mutating func expect(_ sign: String, _ expected: String) throws(ExpressionMistake) {
    guard accept(sign) else { throw unexpected(expected) }
  }

  func unexpected(_ expected: String, advice: String = "") -> ExpressionMistake {
    ExpressionMistake(
      kind: current.kind == .end ? .unfinishedExpression : .unexpectedPart,
      offset: current.offset, found: current.description, expected: expected, advice: advice)
  }

  /// Runs `body` one level deeper.
  private mutating func nested(
    _ body: (inout ExpressionParser) throws(ExpressionMistake) -> Expression
  ) throws(ExpressionMistake) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.expressionDepth else {
      throw ExpressionMistake(
        kind: .expressionTooDeep, offset: current.offset,
        found: "more than \(limits.expressionDepth) levels", expected: "at most that many",
        advice: "Give parts of it names, under `values`.")
    }
    return try body(&self)
  }

  /// Counts a part and gives it its number.
  mutating func make(
    _ operation: Expression.Operation, _ kind: Expression.Kind, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    try count(at: offset)
    if case .number(let scale, _) = kind, scale > DecimalNumber.maximumScale {
      throw ExpressionMistake(
        kind: .tooManyPlaces, offset: offset, found: "\(scale) decimal places",
        expected: "at most \(DecimalNumber.maximumScale)",
        advice: "Round a part of it first: round(x, 18, down).")
    }
    nextID += 1
    return Expression(operation, kind: kind, id: nextID - 1, place: place(offset))
  }

  mutating func count(at offset: Int) throws(ExpressionMistake) {
    parts += 1
    guard parts <= limits.expressionParts else {
      throw ExpressionMistake(
        kind: .expressionTooLarge, offset: offset,
        found: "more than \(limits.expressionParts) parts",
        expected: "at most that many", advice: "Give parts of it names, under `values`.")
    }
  }

  func checkLength(_ count: Int, of what: String, at offset: Int) throws(ExpressionMistake) {
    guard count <= limits.tiers else {
      throw ExpressionMistake(
        kind: .expressionTooLarge, offset: offset, found: "more than \(limits.tiers) \(what)",
        expected: "at most that many")
    }
  }

  // MARK: Conditions

  mutating func expression() throws(ExpressionMistake) -> Expression {
    try nested { parser throws(ExpressionMistake) in try parser.disjunction() }
  }

  private mutating func disjunction() throws(ExpressionMistake) -> Expression {
    var left = try conjunction()
    while isWord("or") {
      let offset = current.offset
      try requireTruth(left, at: offset)
      advance()
      let right = try conjunction()
      try requireTruth(right, at: offset)
      left = try make(.either(left, right), .truth, at: offset)
    }
    return left
  }

  private mutating func conjunction() throws(ExpressionMistake) -> Expression {
    var left = try negatedCondition()
    while isWord("and") {
      let offset = current.offset
      try requireTruth(left, at: offset)
      advance()
      let right = try negatedCondition()
      try requireTruth(right, at: offset)
      left = try make(.both(left, right), .truth, at: offset)
    }
    return left
  }

  private mutating func negatedCondition() throws(ExpressionMistake) -> Expression {
    guard isWord("not") else { return try comparison() }
    let offset = current.offset
    advance()
    let part = try nested { parser throws(ExpressionMistake) in try parser.negatedCondition() }
    try requireTruth(part, at: offset)
    return try make(.not(part), .truth, at: offset)
  }

  private mutating func comparison() throws(ExpressionMistake) -> Expression {
    let left = try sum()
    let offset = current.offset
    let result: Expression
    if isWord("in") {
      advance()
      result = try membership(left, at: offset)
    } else if case .sign(let text) = current.kind,
      let sign = Expression.Comparison(rawValue: text)
    {
      try requireNumber(left, at: offset)
      advance()
      let right = try sum()
      _ = try combined([left, right], at: offset)
      result = try make(.comparison(sign, left, right), .truth, at: offset)
    } else {
      return left
    }
    if case .sign(let text) = current.kind, Expression.Comparison(rawValue: text) != nil {
      throw ExpressionMistake(
        kind: .chainedComparison, offset: current.offset, found: "a second comparison",
        expected: "one at a time", advice: "Write a < b and b < c.")
    }
    return result
  }

  private mutating func membership(
    _ part: Expression, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    try requireNumber(part, at: offset)
    try expect("(", "a list of numbers in parentheses")
    var numbers: [DecimalNumber] = []
    repeat {
      numbers.append(try literal())
      try count(at: offset)
    } while accept(",")
    try checkLength(numbers.count, of: "numbers", at: offset)
    try expect(")", "a comma or a closing parenthesis")
    let scale = numbers.reduce(part.scale) { max($0, $1.scale) }
    try checkSize(numbers, at: scale, offset)
    return try make(.membership(part, numbers), .truth, at: offset)
  }

  // MARK: Numbers

  private mutating func sum() throws(ExpressionMistake) -> Expression {
    var left = try product()
    while isSign("+") || isSign("-") {
      let (offset, isAddition) = (current.offset, isSign("+"))
      try requireNumber(left, at: offset)
      advance()
      let right = try product()
      let kind = try combined([left, right], at: offset)
      left = try make(
        .arithmetic(isAddition ? .add : .subtract, left, right), kind, at: offset)
    }
    return left
  }

  private mutating func product() throws(ExpressionMistake) -> Expression {
    var left = try signed()
    while isSign("*") || isSign("/") {
      let (offset, isProduct) = (current.offset, isSign("*"))
      try requireNumber(left, at: offset)
      advance()
      let right = try signed()
      try requireNumber(right, at: offset)
      if isProduct {
        let kind = Expression.Kind.number(
          scale: left.scale + right.scale, unit: Self.product(left.unit, right.unit))
        left = try make(.arithmetic(.multiply, left, right), kind, at: offset)
      } else {
        left = try quotient(left, right, places: 18, .down, at: offset)
      }
    }
    return left
  }

  mutating func quotient(
    _ left: Expression, _ right: Expression, places: Int, _ rounding: Expression.Rounding,
    at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    let unit = Self.quotient(left.unit, right.unit)
    return try make(
      .quotient(left, right, rounding), .number(scale: places, unit: unit), at: offset)
  }

  private mutating func signed() throws(ExpressionMistake) -> Expression {
    guard isSign("-") else { return try primary() }
    let offset = current.offset
    advance()
    let part = try nested { parser throws(ExpressionMistake) in try parser.signed() }
    try requireNumber(part, at: offset)
    return try make(.negation(part), part.kind, at: offset)
  }

  private mutating func primary() throws(ExpressionMistake) -> Expression {
    let token = current
    switch token.kind {
    case .number(let text):
      let number = try Self.number(text, isNegative: false, at: token.offset)
      advance()
      return try make(.number(number), .number(scale: number.scale, unit: .any), at: token.offset)
    case .quotedName(let name):
      advance()
      guard !isSign(".") else { return try joinedColumn(of: name, at: token.offset) }
      return try value(named: name, at: token.offset)
    case .sign("("):
      advance()
      let inner = try expression()
      try expect(")", "an operation or a closing parenthesis")
      return inner
    case .word("true"), .word("false"):
      advance()
      return try make(.truth(token.kind == .word("true")), .truth, at: token.offset)
    case .word(let word):
      let isCall = tokens[index + 1].kind == .sign("(")
      guard isCall || !Expression.keywords.contains(word) else { break }
      advance()
      guard !isCall else { return try call(word, at: token.offset) }
      guard !isSign(".") else { return try joinedColumn(of: word, at: token.offset) }
      return try value(named: word, at: token.offset)
    default: break
    }
    throw unexpected("a number, a name, a function or an opening parenthesis")
  }

  /// A number as it is written, with its sign.
  mutating func literal() throws(ExpressionMistake) -> DecimalNumber {
    let isNegative = accept("-")
    guard case .number(let text) = current.kind else {
      throw unexpected("a number", advice: "Tables and lists hold written numbers only.")
    }
    let number = try Self.number(text, isNegative: isNegative, at: current.offset)
    advance()
    return number
  }

  private static func number(
    _ text: String, isNegative: Bool, at offset: Int
  ) throws(ExpressionMistake) -> DecimalNumber {
    let parts = text.split(separator: ".")
    let scale = parts.count == 2 ? parts[1].utf8.count : 0
    let digits = parts.joined().drop { $0 == "0" }
    guard scale <= DecimalNumber.maximumScale,
      let magnitude = try? UInt256(decimal: digits.isEmpty ? "0" : String(digits))
    else {
      throw ExpressionMistake(
        kind: .malformedNumber, offset: offset, found: "'\(text.prefix(80))'",
        expected: "at most \(DecimalNumber.maximumScale) decimal places, and digits below 2^256")
    }
    return DecimalNumber(magnitude, scale: scale, isNegative: isNegative)
  }

  /// Refuses written numbers that are too large beside numbers with more decimal places.
  func checkSize(
    _ numbers: [DecimalNumber], at scale: Int, _ offset: Int
  ) throws(ExpressionMistake) {
    for number in numbers {
      let power = UInt256.powerOfTen(scale - number.scale)
      guard power.flatMap({ number.magnitude.multiplied(by: $0) }) == nil else { continue }
      throw ExpressionMistake(
        kind: .malformedNumber, offset: offset, found: "\(number)",
        expected: "digits below 2^256 with \(scale) decimal places")
    }
  }

  mutating func value(
    named name: String, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    if let number = names.values.firstIndex(where: { $0.name == name }) {
      let kind = names.values[number].expression.kind
      return try make(.named(number, name: name), kind, at: offset)
    }
    if names.isAboutDonors { throw ownRowsOfDonors("'\(name.prefix(60))'", at: offset) }
    if let sources = names.balances {
      guard let series = sources.balances.first(where: { $0.name == name })?.series else {
        throw sources.mistake(name, at: offset)
      }
      let balance = ColumnDeclaration(name: name, kind: series.value)
      return try make(.column(name), kind(of: balance, at: offset), at: offset)
    }
    guard let column = names.columns.first(where: { $0.name == name }) else {
      throw ExpressionMistake(
        kind: .unknownValue, offset: offset, found: "'\(name.prefix(60))'",
        expected: "a column or an earlier value: \(names.all.joined(separator: ", "))",
        advice: Suggestion.sentence(for: name, among: names.all))
    }
    return try make(.column(name), kind(of: column, at: offset), at: offset)
  }

  /// An amount column reads as whole tokens.
  func kind(
    of column: ColumnDeclaration, at offset: Int
  ) throws(ExpressionMistake) -> Expression.Kind {
    guard let scale = column.places else {
      throw ExpressionMistake(
        kind: .wrongColumnType, offset: offset,
        found: "the column '\(column.name.prefix(60))' of \(column.kind.title)",
        expected: "a column of numbers",
        advice: column.kind == .share ? "It is a weight as it is: `weight: \(column.name)`." : "")
    }
    var unit = Expression.Unit.plain
    if case .amount(let token, _, _) = column.kind { unit = .amount(token: token) }
    return .number(scale: scale, unit: unit)
  }
}
