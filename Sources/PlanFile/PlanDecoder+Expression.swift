import DistributionModel
import EthereumPrimitives

/// Who may receive, what their part follows from and what bounds it, the named values and the
/// filter.
typealias ProgramRule = (
  Program.Recipients, Program.Basis, Shaping, [NamedExpression], Expression?
)

/// What the expressions of one program share.
struct ExpressionScope {
  var names: ExpressionNames
  var nextID = 0
}

extension PlanDecoder {
  /// True where the text is one name, and none of a named value: it then means a column as it is.
  func isColumn(_ fields: Fields, _ key: String, _ scope: ExpressionScope) -> Bool {
    guard case .scalar(let text, _)? = fields[key] else { return true }
    if scope.names.columns.contains(where: { $0.name == text }) { return true }
    guard let tokens = try? ExpressionLexer.tokens(of: text), tokens.count == 2,
      case .word(let word) = tokens[0].kind
    else { return text.contains("${") }
    return !scope.names.values.contains { $0.name == word } && word != "true" && word != "false"
  }

  mutating func number(
    _ fields: Fields, _ key: String, _ scope: inout ExpressionScope
  ) -> Expression? {
    guard let expression = expression(fields, key, &scope) else { return nil }
    guard expression.kind != .truth else {
      report(
        .numberExpected, at: fields.place(of: key), path: fields.path(of: key),
        found: "a condition", expected: "a number",
        advice: "A condition belongs into `filter`; if(condition, 1, 0) is a number.")
      return nil
    }
    return expression
  }

  mutating func condition(
    _ fields: Fields, _ key: String, _ scope: inout ExpressionScope
  ) -> Expression? {
    guard let expression = expression(fields, key, &scope) else { return nil }
    guard expression.kind == .truth else {
      report(
        .conditionExpected, at: fields.place(of: key), path: fields.path(of: key),
        found: "a number", expected: "a condition", advice: "Compare it, as in `points > 0`.")
      return nil
    }
    return expression
  }

  /// A number of whole tokens with at most the token's decimals.
  mutating func amountExpression(
    _ fields: Fields, _ key: String, token: Token, _ scope: inout ExpressionScope
  ) -> Expression? {
    number(fields, key, &scope).flatMap {
      amount(of: $0, fields, key, token: token, &scope)
    }
  }

  /// What a key stands for, written as an expression that is an amount.
  mutating func amountExpression(
    _ fields: Fields, _ key: String, meaning text: String, token: Token,
    _ scope: inout ExpressionScope
  ) -> Expression? {
    let place = fields.place(of: key)
    let start = Expression.Place(line: place.line, column: place.column)
    return parse(text, fields, key, &scope) { _ in start }.flatMap {
      amount(of: $0, fields, key, token: token, &scope)
    }
  }

  /// An expression brought to base units of a token.
  private mutating func amount(
    of expression: Expression, _ fields: Fields, _ key: String, token: Token,
    _ scope: inout ExpressionScope
  ) -> Expression? {
    if case .amount(let other) = expression.unit, other != token.name {
      report(
        .mixedUnits, at: fields.place(of: key), path: fields.path(of: key),
        found: "an amount of \(other)", expected: "an amount of \(token.name)",
        advice: "Write number(x) to pay as many whole tokens as another amount has.")
      return nil
    }
    guard expression.scale <= token.decimals else {
      report(
        .tooManyPlaces, at: fields.place(of: key), path: fields.path(of: key),
        found: "\(expression.scale) decimal places",
        expected: "at most the \(token.decimals.counted("decimal")) of \(token.name)",
        advice: "Round it: round(x, \(token.decimals), down).")
      return nil
    }
    // Base units are whole tokens with all of their decimals.
    defer { scope.nextID += 1 }
    return Expression(
      .rounded(expression, .down),
      kind: .number(scale: token.decimals, unit: .amount(token: token.name)), id: scope.nextID,
      place: expression.place)
  }

  /// Reads `values`, each of which may use the ones before it; false where one is wrong.
  mutating func decodeValues(_ fields: Fields, _ scope: inout ExpressionScope) -> Bool {
    guard fields.has("values") else { return true }
    let entries = list(fields, "values") ?? []
    guard entries.count <= limits.namedValues else {
      report(
        .expressionTooLarge, at: fields.place(of: "values"), path: fields.path(of: "values"),
        found: "\(entries.count) values", expected: "at most \(limits.namedValues)")
      return false
    }
    for entry in entries {
      guard let part = self.fields(entry.node, PlanSchema.namedValue, path: entry.path) else {
        continue
      }
      let name = valueName(part, scope.names)
      guard let expression = expression(part, "value", &scope), let name else { continue }
      scope.names.values.append(NamedExpression(name: name, expression: expression))
    }
    return !entries.isEmpty && scope.names.values.count == entries.count
  }

  /// A value that nothing uses is allowed, and may be a slip.
  mutating func noteUnused(
    _ values: [NamedExpression], _ fields: Fields, _ expressions: [Expression]
  ) {
    let used = (values.map(\.expression) + expressions).reduce(into: Set<Int>()) {
      $0.formUnion($1.namedValues)
    }
    for (index, value) in values.enumerated() where !used.contains(index) {
      note(
        at: positions["\(fields.path).values[\(index)].name"] ?? fields.place,
        "value \(value.name) is not used")
    }
  }

  private mutating func valueName(_ fields: Fields, _ names: ExpressionNames) -> String? {
    let name = value(fields, "name") { text throws(ScalarFault) in
      guard text.utf8.count <= 64, Expression.quoted(text) == text,
        !ExpressionParser.reservedNames.contains(text)
      else {
        throw ScalarFault(
          kind: .malformedName,
          expected: "a letter, then letters, digits and _, at most 64 characters",
          advice: "Words and functions of the weight language are no names.")
      }
      return text
    }
    guard let name, names.all.contains(name) else { return name }
    report(
      .duplicateName, at: fields.place(of: "name"), path: fields.path(of: "name"),
      found: "'\(name)' again", expected: "a name that no column and no other value has")
    return nil
  }

  /// An expression at a key; nil where it is wrong, which is reported at its place in the file.
  private mutating func expression(
    _ fields: Fields, _ key: String, _ scope: inout ExpressionScope
  ) -> Expression? {
    guard let node = fields[key],
      let text = value(fields, key, { text throws(ScalarFault) in text })
    else { return nil }
    let places = ExpressionPlaces(text, at: node.place, in: self.text)
    return parse(text, fields, key, &scope) { places.place(of: $0) }
  }

  /// Reads an expression; `place` is where the character at an offset stands in the file.
  private mutating func parse(
    _ text: String, _ fields: Fields, _ key: String, _ scope: inout ExpressionScope,
    place: @escaping (Int) -> Expression.Place
  ) -> Expression? {
    do {
      return try ExpressionParser.parse(
        text, names: scope.names, limits: limits, nextID: &scope.nextID, place: place)
    } catch {
      guard !error.isTold else { return nil }
      let place = place(error.offset)
      report(
        error.kind, at: Place(line: place.line, column: place.column), path: fields.path(of: key),
        found: error.found, expected: error.expected, advice: error.advice)
      return nil
    }
  }
}
