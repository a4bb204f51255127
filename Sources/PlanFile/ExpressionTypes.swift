import DistributionModel

extension Expression {
  /// The unit of a number; a condition has none.
  var unit: Unit {
    if case .number(_, let unit) = kind { unit } else { .plain }
  }
}

extension ColumnDeclaration.Kind {
  /// What its values are, for a message.
  var title: String {
    switch self {
    case .integer: "integers"
    case .amount(let token, _, _): "amounts of \(token)"
    case .decimal: "decimal numbers"
    case .address: "addresses"
    case .time: "times"
    case .word: "words"
    case .share: "shares of time"
    }
  }
}

extension Expression.Unit {
  /// What it is, for a message.
  var title: String {
    switch self {
    case .any, .plain: "a number without a unit"
    case .amount(let token): "an amount of \(token)"
    }
  }
}

/// What may be put together, and what comes out.
extension ExpressionParser {
  func requireTruth(_ part: Expression, at offset: Int) throws(ExpressionMistake) {
    guard part.kind != .truth else { return }
    throw ExpressionMistake(
      kind: .conditionExpected, offset: offset, found: "the number \(part.text.prefix(40))",
      expected: "a condition", advice: "Compare it: \(part.text.prefix(40)) > 0.")
  }

  func requireNumber(_ part: Expression, at offset: Int) throws(ExpressionMistake) {
    guard part.kind == .truth else { return }
    throw ExpressionMistake(
      kind: .numberExpected, offset: offset,
      found: "the condition \(part.text.prefix(40))", expected: "a number",
      advice: "Write if(condition, 1, 0) to count with a condition.")
  }

  /// The kind of a sum or a choice: the larger scale, and the one unit that all parts have.
  func combined(_ parts: [Expression], at offset: Int) throws(ExpressionMistake) -> Expression.Kind
  {
    var unit = Expression.Unit.any
    for part in parts {
      try requireNumber(part, at: offset)
      guard part.unit != .any, part.unit != unit else { continue }
      guard unit == .any else {
        throw ExpressionMistake(
          kind: .mixedUnits, offset: offset, found: "\(unit.title) and \(part.unit.title)",
          expected: "the same unit on both sides",
          advice: "Write number(x) to take an amount as a number of whole tokens.")
      }
      unit = part.unit
    }
    return .number(scale: parts.map(\.scale).max() ?? 0, unit: unit)
  }

  static func product(_ left: Expression.Unit, _ right: Expression.Unit) -> Expression.Unit {
    switch (left, right) {
    case (.any, .any): .any
    case (.amount, .amount): .plain
    case (.amount, _): left
    case (_, .amount): right
    default: .plain
    }
  }

  static func quotient(_ left: Expression.Unit, _ right: Expression.Unit) -> Expression.Unit {
    switch (left, right) {
    case (.any, .any): .any
    case (.amount, .any), (.amount, .plain): left
    default: .plain
    }
  }
}
