extension Expression {
  /// The words of the language that are no names.
  public static let keywords: Set<String> = [
    "and", "or", "not", "in", "true", "false", "if", "from", "above", "else",
  ]

  /// The one form of an expression: every operation of two parts in parentheses, one blank between
  /// words. It reads back as the same expression.
  public var text: String {
    switch operation {
    case .number(let number): return "\(number)"
    case .truth(let isTrue): return isTrue ? "true" : "false"
    case .column(let name), .named(_, let name): return Self.quoted(name)
    case .negation(let part): return "(-\(part.text))"
    case .not(let part): return "(not \(part.text))"
    case .arithmetic(let sign, let left, let right):
      return "(\(left.text) \(sign.rawValue) \(right.text))"
    case .comparison(let sign, let left, let right):
      return "(\(left.text) \(sign.rawValue) \(right.text))"
    case .both(let left, let right): return "(\(left.text) and \(right.text))"
    case .either(let left, let right): return "(\(left.text) or \(right.text))"
    case .membership(let part, let numbers):
      return "(\(part.text) in (\(numbers.map(\.description).joined(separator: ", "))))"
    case .quotient(let left, let right, let rounding):
      return scale == 18 && rounding == .down
        ? "(\(left.text) / \(right.text))"
        : "div(\(left.text), \(right.text), \(scale), \(rounding.rawValue))"
    default: return callText
    }
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
