extension Expression {
  /// The words of the language that are no names.
  public static let keywords: Set<String> = [
    "and", "or", "not", "in", "true", "false", "if", "from", "above", "else",
  ]

  /// The one form of an expression: parentheses where the grammar needs them, one blank around
  /// signs and words. It reads back as the same expression.
  public var text: String {
    switch operation {
    case .number(let number): return "\(number)"
    case .truth(let isTrue): return isTrue ? "true" : "false"
    case .column(let name), .named(_, let name): return Self.quoted(name)
    case .joined(let join): return join.text
    case .negation(let part): return "-\(part.text(from: binding))"
    case .not(let part): return "not \(part.text(from: binding))"
    case .arithmetic(let sign, let left, let right): return infix(left, sign.rawValue, right)
    case .both(let left, let right): return infix(left, "and", right)
    case .either(let left, let right): return infix(left, "or", right)
    case .comparison(let sign, let left, let right):
      return "\(left.text(from: .sum)) \(sign.rawValue) \(right.text(from: .sum))"
    case .membership(let part, let numbers):
      let list = numbers.map(\.description).joined(separator: ", ")
      return "\(part.text(from: .sum)) in (\(list))"
    case .quotient(let left, let right, let rounding):
      return isPlainQuotient
        ? infix(left, "/", right)
        : "div(\(left.text), \(right.text), \(scale), \(rounding.rawValue))"
    default: return callText
    }
  }

  /// How closely an operation holds its parts together, the loosest first.
  private enum Binding: Int, Comparable {
    case either
    case both
    case not
    case comparison
    case sum
    case product
    case sign
    case primary

    static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }

    var next: Binding { Binding(rawValue: rawValue + 1) ?? .primary }
  }

  private var isPlainQuotient: Bool {
    if case .quotient(_, _, .down) = operation { scale == 18 } else { false }
  }

  private var binding: Binding {
    switch operation {
    case .either: .either
    case .both: .both
    case .not: .not
    case .comparison, .membership: .comparison
    case .arithmetic(.multiply, _, _): .product
    case .arithmetic: .sum
    case .quotient: isPlainQuotient ? .product : .primary
    case .negation: .sign
    default: .primary
    }
  }

  /// In parentheses where it holds together less closely than its place asks for.
  private func text(from binding: Binding) -> String {
    self.binding < binding ? "(\(text))" : text
  }

  /// Operations of one kind go from left to right, so that only the right part needs more.
  private func infix(_ left: Expression, _ sign: String, _ right: Expression) -> String {
    "\(left.text(from: binding)) \(sign) \(right.text(from: binding.next))"
  }

  private var callText: String {
    let arguments = parts.map(\.text).joined(separator: ", ")
    switch operation {
    case .rounded(_, let rounding): return "round(\(arguments), \(scale), \(rounding.rawValue))"
    case .squareRoot: return scale == 18 ? "sqrt(\(arguments))" : "sqrt(\(arguments), \(scale))"
    case .powerMean(let power, _): return "power_mean(\(power), \(arguments))"
    case .tiers(_, let tiers, let otherwise):
      return "tiers(\(arguments), \(Self.text(tiers)), else \(otherwise))"
    case .brackets(_, let tiers): return "brackets(\(arguments), \(Self.text(tiers)))"
    case .percentile(_, let percent): return "percentile(\(arguments), \(percent))"
    case .quantile(_, let percent): return "quantile(\(arguments), \(percent))"
    default: return "\(functionName)(\(arguments))"
    }
  }

  private static func text(_ tiers: [Tier]) -> String {
    tiers.map { "\($0.includesBound ? "from" : "above") \($0.bound) -> \($0.value)" }
      .joined(separator: ", ")
  }

  /// The name by which an operation is written as a call.
  private var functionName: String {
    switch operation {
    case .conditional: "if"
    case .minimum: "min"
    case .maximum: "max"
    case .clamp: "clamp"
    case .absolute: "abs"
    case .logarithm: "log2"
    case .plain: "number"
    case .aggregate(let aggregate, _): aggregate.rawValue
    case .count: "count"
    case .rank(_, let isDescending): isDescending ? "rank_descending" : "rank_ascending"
    case .normalised: "normalise"
    default: ""
    }
  }

  /// A name as it is written: in backticks where it is no plain word.
  public static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.enumerated().allSatisfy { index, byte in
      let isLetter = (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41 || byte == 0x5F
      return isLetter || (index > 0 && (0x30...0x39).contains(byte))
    }
    return isPlain && !name.isEmpty && !keywords.contains(name) ? name : "`\(name)`"
  }
}

extension Expression.Join {
  /// How it is written.
  public var text: String {
    switch self {
    case .column(let column, let source):
      "\(Expression.quoted(source)).\(Expression.quoted(column))"
    case .listed(let source): "listed(\(Expression.quoted(source)))"
    case .allocated(let program): "allocated(\(Expression.quoted(program)))"
    case .price(let name): "price(\(Expression.quoted(name)))"
    case .rowCount(let source): "row_count(\(source.map { Expression.quoted($0) } ?? ""))"
    case .ofRows(let aggregate, let column, let source):
      "row_\(aggregate.rawValue)(\(Self.text(column, of: source)))"
    case .ofPeriods(let aggregate, let column, let source, let seconds):
      "row_\(aggregate.rawValue)(\(Self.text(column, of: source)), \(seconds)s)"
    }
  }

  private static func text(_ column: String, of source: String?) -> String {
    (source.map { Expression.quoted($0) + "." } ?? "") + Expression.quoted(column)
  }

  /// True where it is one number from the account's rows, and not their sum.
  public var isOfRows: Bool {
    switch self {
    case .rowCount, .ofRows, .ofPeriods: true
    case .column, .listed, .allocated, .price: false
    }
  }

  /// The other source that is read.
  public var source: String? {
    switch self {
    case .column(_, let source), .listed(let source): source
    case .rowCount(let source), .ofRows(_, _, let source), .ofPeriods(_, _, let source, _): source
    case .allocated, .price: nil
    }
  }

  /// The price that is read.
  public var price: String? {
    if case .price(let name) = self { name } else { nil }
  }

  /// The column that is read of another source.
  public func column(of source: String) -> String? {
    switch self {
    case .column(let column, source), .ofRows(_, let column, source),
      .ofPeriods(_, let column, source, _):
      column
    default: nil
    }
  }
}
