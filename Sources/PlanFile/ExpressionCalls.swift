import DistributionModel
import EthereumPrimitives

/// What a function takes at one of its places.
private enum Parameter {
  case number
  case condition
  /// Numbers or conditions, all of a kind.
  case either
  /// Decimal places, 0 … 36.
  case places
  case rounding
  /// 0 … 100.
  case percent
  /// 1 … 8.
  case power
}

/// How a function is called.
private struct Signature {
  let usage: String
  let parameters: [Parameter]
  /// How many of the parameters may be left out at the end.
  var optional = 0
  /// True where the last parameter may stand any number of times.
  var repeatsLast = false

  func parameter(_ index: Int) -> Parameter? {
    if index < parameters.count { return parameters[index] }
    return repeatsLast ? parameters.last : nil
  }

  func takes(_ count: Int) -> Bool {
    count >= parameters.count - optional && (count <= parameters.count || repeatsLast)
  }
}

/// The arguments of one call, by what they are.
private struct Arguments {
  var expressions: [Expression] = []
  var places: Int?
  var rounding = Expression.Rounding.down
  var percent = DecimalNumber.zero
  var power = 1
}

extension ExpressionParser {
  private static let signatures: [String: Signature] = [
    "min": Signature(usage: "min(a, b, …)", parameters: [.number, .number], repeatsLast: true),
    "max": Signature(usage: "max(a, b, …)", parameters: [.number, .number], repeatsLast: true),
    "clamp": Signature(usage: "clamp(x, low, high)", parameters: [.number, .number, .number]),
    "abs": Signature(usage: "abs(x)", parameters: [.number]),
    "round": Signature(
      usage: "round(x, places, rounding)", parameters: [.number, .places, .rounding]),
    "floor": Signature(usage: "floor(x)", parameters: [.number]),
    "ceiling": Signature(usage: "ceiling(x)", parameters: [.number]),
    "div": Signature(
      usage: "div(a, b, places, rounding)", parameters: [.number, .number, .places, .rounding]),
    "sqrt": Signature(
      usage: "sqrt(x) or sqrt(x, places)", parameters: [.number, .places], optional: 1),
    "log2": Signature(usage: "log2(x)", parameters: [.number]),
    "power_mean": Signature(
      usage: "power_mean(power, a, b, …)", parameters: [.power, .number], repeatsLast: true),
    "if": Signature(
      usage: "if(condition, then, else)", parameters: [.condition, .either, .either]),
    "number": Signature(usage: "number(x)", parameters: [.number]),
    "sum": Signature(usage: "sum(x)", parameters: [.number]),
    "average": Signature(usage: "average(x)", parameters: [.number]),
    "smallest": Signature(usage: "smallest(x)", parameters: [.number]),
    "largest": Signature(usage: "largest(x)", parameters: [.number]),
    "median": Signature(usage: "median(x)", parameters: [.number]),
    "count": Signature(
      usage: "count() or count(condition)", parameters: [.condition], optional: 1),
    "percentile": Signature(usage: "percentile(x, percent)", parameters: [.number, .percent]),
    "quantile": Signature(usage: "quantile(x, percent)", parameters: [.number, .percent]),
    "rank_ascending": Signature(usage: "rank_ascending(x)", parameters: [.number]),
    "rank_descending": Signature(usage: "rank_descending(x)", parameters: [.number]),
    "normalise": Signature(usage: "normalise(x, total)", parameters: [.number, .number]),
  ]

  static let functionNames: [String] =
    Array(signatures.keys).sorted() + [
      "tiers", "brackets", "listed", "allocated", "price", "row_count",
    ]
    + Expression.RowAggregate.allCases.map { "row_\($0.rawValue)" }
    + Expression.PeriodAggregate.allCases.map { "row_\($0.rawValue)" }

  /// Functions that no value may be called like; `price` came when values were called so.
  static let reservedNames = Set(functionNames).subtracting(["price"])

  /// Functions of what other accounts, sources and programs have.
  private static let functionsOfOthers: Set<String> = [
    "sum", "average", "smallest", "largest", "median", "count", "percentile", "quantile",
    "rank_ascending", "rank_descending", "normalise", "listed", "allocated", "price",
  ]

  /// A call, from the opening parenthesis on.
  mutating func call(_ name: String, at offset: Int) throws(ExpressionMistake) -> Expression {
    if Self.functionsOfOthers.contains(name) || name.hasPrefix("row_") {
      try refuseOthers("\(name)()", at: offset)
    }
    if name == "tiers" || name == "brackets" { return try table(name, at: offset) }
    if name == "listed" || name == "allocated" { return try join(name, at: offset) }
    if name == "price" { return try price(at: offset) }
    if name == "row_count" { return try rowCount(at: offset) }
    if let aggregate = Expression.RowAggregate(function: name) {
      return try ofRows(aggregate, at: offset)
    }
    if let aggregate = Expression.PeriodAggregate(function: name) {
      return try ofPeriods(aggregate, at: offset)
    }
    guard let signature = Self.signatures[name] else {
      throw ExpressionMistake(
        kind: .unknownFunction, offset: offset, found: "'\(name.prefix(40))('",
        expected: "one of \(Self.functionNames.joined(separator: ", "))",
        advice: Suggestion.sentence(for: name, among: Self.functionNames))
    }
    advance()
    var arguments = Arguments()
    var count = 0
    if !isSign(")") {
      repeat {
        try argument(signature.parameter(count), of: signature, &arguments)
        count += 1
      } while accept(",")
    }
    try expect(")", "a comma or a closing parenthesis")
    guard signature.takes(count) else {
      throw ExpressionMistake(
        kind: .wrongArgumentCount, offset: offset,
        found: count.counted("argument"), expected: signature.usage)
    }
    return try operation(name, arguments, at: offset)
  }

  private mutating func argument(
    _ parameter: Parameter?, of signature: Signature, _ arguments: inout Arguments
  ) throws(ExpressionMistake) {
    switch parameter {
    case .places:
      let places = try written(0...36, "decimal places", signature)
      arguments.places = places.magnitude.asInt
    case .power:
      arguments.power = try written(1...8, "a power", signature).magnitude.asInt ?? 1
    case .percent:
      arguments.percent = try percent(signature)
    case .rounding:
      guard case .word(let word) = current.kind, let rounding = Expression.Rounding(rawValue: word)
      else {
        let words = Expression.Rounding.allCases.map(\.rawValue).joined(separator: ", ")
        throw wrongArgument("a rounding: \(words)", usage: signature.usage)
      }
      advance()
      arguments.rounding = rounding
    case .number, .condition, .either, nil:
      let start = current
      let part = try expression()
      if parameter == .number { try requireNumber(part, at: start.offset) }
      if parameter == .condition { try requireTruth(part, at: start.offset) }
      arguments.expressions.append(part)
    }
  }

  /// A whole number that is written out.
  private mutating func written(
    _ range: ClosedRange<UInt64>, _ what: String, _ signature: Signature
  ) throws(ExpressionMistake) -> DecimalNumber {
    guard case .number(let text) = current.kind, let value = UInt64(text), range.contains(value)
    else {
      throw wrongArgument(
        "\(what), \(range.lowerBound) … \(range.upperBound), written out",
        usage: signature.usage)
    }
    advance()
    return DecimalNumber(UInt256(value))
  }

  private mutating func percent(_ signature: Signature) throws(ExpressionMistake) -> DecimalNumber {
    let fault = wrongArgument(
      "a percentage without its sign, 0 … 100, written out", usage: signature.usage)
    guard case .number = current.kind else { throw fault }
    let number = try literal()
    let limit = UInt256.powerOfTen(number.scale + 2) ?? .max
    guard number.magnitude <= limit else { throw fault }
    return number
  }

  func wrongArgument(_ expected: String, usage: String) -> ExpressionMistake {
    ExpressionMistake(
      kind: current.kind == .end ? .unfinishedExpression : .wrongArgument, offset: current.offset,
      found: current.description, expected: expected, advice: "Write \(usage).")
  }

  // MARK: What a call means

  private mutating func operation(
    _ name: String, _ arguments: Arguments, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    let parts = arguments.expressions
    switch name {
    case "div":
      return try quotient(
        parts[0], parts[1], places: arguments.places ?? 18, arguments.rounding, at: offset)
    case "if": return try choice(parts, at: offset)
    case "count":
      var condition = parts.first
      if condition == nil { condition = try make(.truth(true), .truth, at: offset) }
      guard let condition else { break }
      return try make(.count(condition), .number(scale: 0, unit: .plain), at: offset)
    case "normalise":
      return try make(
        .normalised(parts[0], total: parts[1]), .number(scale: 18, unit: parts[1].unit),
        at: offset)
    case "min": return try make(.minimum(parts), combined(parts, at: offset), at: offset)
    case "max": return try make(.maximum(parts), combined(parts, at: offset), at: offset)
    case "clamp":
      return try make(
        .clamp(parts[0], low: parts[1], high: parts[2]), combined(parts, at: offset), at: offset)
    case "power_mean":
      guard case .number(_, let unit) = try combined(parts, at: offset) else { break }
      return try make(
        .powerMean(arguments.power, parts), .number(scale: 18, unit: unit), at: offset)
    default: break
    }
    return try operation(name, of: parts[0], arguments, at: offset)
  }

  private mutating func choice(
    _ parts: [Expression], at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    let (condition, first, second) = (parts[0], parts[1], parts[2])
    if first.kind == .truth {
      try requireTruth(second, at: offset)
      return try make(.conditional(condition, first, second), .truth, at: offset)
    }
    return try make(
      .conditional(condition, first, second), combined([first, second], at: offset), at: offset)
  }

  /// Functions of one number.
  private mutating func operation(
    _ name: String, of part: Expression, _ arguments: Arguments, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    let unit = part.unit
    func number(_ scale: Int, _ unit: Expression.Unit) -> Expression.Kind {
      .number(scale: scale, unit: unit)
    }
    switch name {
    case "abs": return try make(.absolute(part), part.kind, at: offset)
    case "round":
      return try make(
        .rounded(part, arguments.rounding), number(arguments.places ?? 0, unit), at: offset)
    case "floor": return try make(.rounded(part, .floor), number(0, unit), at: offset)
    case "ceiling": return try make(.rounded(part, .ceiling), number(0, unit), at: offset)
    case "sqrt":
      return try make(.squareRoot(part), number(arguments.places ?? 18, .plain), at: offset)
    case "log2": return try make(.logarithm(part), number(18, .plain), at: offset)
    case "number": return try make(.plain(part), number(part.scale, .plain), at: offset)
    case "percentile":
      return try make(.percentile(part, percent: arguments.percent), part.kind, at: offset)
    case "quantile":
      return try make(
        .quantile(part, percent: arguments.percent),
        number(part.scale + 2 + arguments.percent.scale, unit), at: offset)
    case "rank_ascending", "rank_descending":
      return try make(
        .rank(part, isDescending: name == "rank_descending"), number(0, .plain), at: offset)
    case "average": return try make(.aggregate(.average, part), number(18, unit), at: offset)
    case "median":
      return try make(.aggregate(.median, part), number(part.scale + 1, unit), at: offset)
    case "sum": return try make(.aggregate(.sum, part), part.kind, at: offset)
    case "smallest": return try make(.aggregate(.smallest, part), part.kind, at: offset)
    case "largest": return try make(.aggregate(.largest, part), part.kind, at: offset)
    default: preconditionFailure("every function of the table has its operation: \(name)")
    }
  }

  // MARK: Tables

  /// `tiers(x, from 0 -> 1, above 100 -> 2, else 0)` and `brackets(x, from 0 -> 1, from 100 -> 2)`.
  private mutating func table(
    _ name: String, at offset: Int
  ) throws(ExpressionMistake) -> Expression {
    advance()
    let isSteps = name == "tiers"
    let start = current.offset
    let part = try expression()
    try requireNumber(part, at: start)
    var tiers: [Expression.Tier] = []
    var otherwise: DecimalNumber?
    while otherwise == nil, accept(",") {
      if isSteps, isWord("else"), !tiers.isEmpty {
        advance()
        otherwise = try literal()
      } else {
        tiers.append(try tier(after: tiers.last, isSteps: isSteps))
        try count(at: offset)
      }
    }
    try checkLength(tiers.count, of: "tiers", at: offset)
    let usage =
      isSteps
      ? "tiers(x, from 0 -> 1, above 100 -> 2, else 0)" : "brackets(x, from 0 -> 1, from 100 -> 2)"
    guard !tiers.isEmpty, isSteps == (otherwise != nil) else {
      throw unexpected("a table that ends as it should", advice: "Write \(usage).")
    }
    try expect(")", "a closing parenthesis")
    let places = (tiers.map(\.value.scale) + [otherwise?.scale ?? 0]).max() ?? 0
    let bounds = (tiers.map(\.bound.scale) + [part.scale]).max() ?? 0
    try checkSize(tiers.map(\.bound), at: bounds, offset)
    try checkSize(tiers.map(\.value) + [otherwise ?? .zero], at: places, offset)
    if let otherwise {
      return try make(
        .tiers(part, tiers, otherwise: otherwise), .number(scale: places, unit: .plain), at: offset)
    }
    return try make(
      .brackets(part, tiers), .number(scale: bounds + places, unit: part.unit), at: offset)
  }

  private mutating func tier(
    after last: Expression.Tier?, isSteps: Bool
  ) throws(ExpressionMistake) -> Expression.Tier {
    let offset = current.offset
    let includesBound = isWord("from")
    guard includesBound || (isSteps && isWord("above")) else {
      throw unexpected(
        isSteps ? "`from 100 -> 2`, `above 100 -> 2` or `else 0`" : "`from 100 -> 2`")
    }
    advance()
    let bound = try literal()
    try expect("->", "-> and the tier's value")
    let tier = Expression.Tier(bound: bound, includesBound: includesBound, value: try literal())
    guard let last else { return tier }
    let order = last.bound.compared(with: bound)
    guard order < 0 || (order == 0 && last.includesBound && !includesBound) else {
      throw ExpressionMistake(
        kind: .tiersNotAscending, offset: offset, found: "\(bound) after \(last.bound)",
        expected: "lower ends that ascend")
    }
    return tier
  }
}
