import DistributionModel

/// What is wrong with an expression, before its place in the file is known.
struct ExpressionMistake: Error {
  let kind: PlanProblem
  /// Of the character in the expression, counted from 0.
  let offset: Int
  let found: String
  let expected: String
  var advice = ""
  /// True where what it is about is wrong itself, and was told.
  var isTold = false
}

/// A word of an expression and where it starts.
struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    /// Digits, with a point for the fraction.
    case number(String)
    /// A length of time, such as 1d12h.
    case duration(String)
    case word(String)
    /// A name in backticks, which is never a word of the language.
    case quotedName(String)
    case sign(String)
    case end
  }

  let kind: Kind
  let offset: Int

  /// What it is, for a message.
  var description: String {
    switch kind {
    case .number(let text), .duration(let text), .word(let text), .sign(let text):
      "'\(text.prefix(40))'"
    case .quotedName(let name): "'`\(name.prefix(40))`'"
    case .end: "the end"
    }
  }
}

/// Cuts an expression into words.
struct ExpressionLexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// The words of a text, the end as the last one.
  static func tokens(of text: String) throws(ExpressionMistake) -> [ExpressionToken] {
    var lexer = ExpressionLexer(text)
    var tokens: [ExpressionToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens + [ExpressionToken(kind: .end, offset: lexer.scalars.count)]
  }

  private mutating func next() throws(ExpressionMistake) -> ExpressionToken? {
    while index < scalars.count, Self.isBlank(scalars[index]) { index += 1 }
    guard index < scalars.count else { return nil }
    let start = index
    let kind: ExpressionToken.Kind
    switch scalars[index] {
    case let scalar where Self.isDigit(scalar) || startsFraction: kind = try number()
    case let scalar where Self.isWordStart(scalar): kind = .word(take { Self.isWordPart($0) })
    case "`": kind = try quotedName()
    default: kind = try sign()
    }
    return ExpressionToken(kind: kind, offset: start)
  }

  /// True at a point before a digit, which belongs to a number; else it is a sign of its own.
  private var startsFraction: Bool {
    scalars[index] == "." && index + 1 < scalars.count && Self.isDigit(scalars[index + 1])
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\n" || scalar == "\t"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isWordStart(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    isWordStart(scalar) || isDigit(scalar)
  }

  private mutating func take(_ belongs: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while index < scalars.count, belongs(scalars[index]) {
      text.append(scalars[index])
      index += 1
    }
    return String(text)
  }

  /// Digits, and everything that sticks to them, so that `1e5` is told as one mistake.
  private mutating func number() throws(ExpressionMistake) -> ExpressionToken.Kind {
    let start = index
    let text = take { Self.isWordPart($0) || $0 == "." || $0 == "%" || $0 == "'" }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isDigits = { (part: Substring) in
      !part.isEmpty && part.unicodeScalars.allSatisfy(Self.isDigit)
    }
    if !isDigits(text[...]), ScalarParsing.seconds(text) != nil { return .duration(text) }
    guard parts.count <= 2, parts.allSatisfy(isDigits) else {
      var advice = ""
      if text.hasSuffix("%") { advice = "Write a percentage as a fraction: 12.5% is 0.125." }
      if text.contains("_") || text.contains("'") {
        advice = "Write the digits without separators."
      }
      if text.lowercased().contains("e") { advice = "Write every digit." }
      if text.hasPrefix("0x") {
        advice = "Addresses are no numbers: leave accounts out by `exclude`."
      }
      if text.hasPrefix(".") { advice = "Write 0 before the point." }
      throw ExpressionMistake(
        kind: .malformedNumber, offset: start, found: "'\(text.prefix(40))'",
        expected: "digits, with a point for the fraction", advice: advice)
    }
    guard parts[0] == "0" || !parts[0].hasPrefix("0") else {
      throw ExpressionMistake(
        kind: .malformedNumber, offset: start, found: "'\(text.prefix(40))'",
        expected: "a number without zeros before it")
    }
    return .number(text)
  }

  private mutating func quotedName() throws(ExpressionMistake) -> ExpressionToken.Kind {
    let start = index
    index += 1
    let name = take { $0 != "`" }
    guard index < scalars.count, !name.isEmpty else {
      throw ExpressionMistake(
        kind: .unclosedName, offset: start, found: name.isEmpty ? "an empty name" : "no second `",
        expected: "a column's name between two `")
    }
    index += 1
    return .quotedName(name)
  }

  private static let twoSigns: Set<String> = ["<=", ">=", "!=", "->"]

  private mutating func sign() throws(ExpressionMistake) -> ExpressionToken.Kind {
    let first = scalars[index]
    let two = String(
      String.UnicodeScalarView(scalars[index..<min(index + 2, scalars.count)]))
    if Self.twoSigns.contains(two) {
      index += 2
      return .sign(two)
    }
    let isKnown = "+-*/()<>=,.".unicodeScalars.contains(first)
    if isKnown, two != "==", two != "**" {
      index += 1
      return .sign(String(first))
    }
    throw ExpressionMistake(
      kind: .unknownSign, offset: index, found: "'\(isKnown ? two : Self.shown(first))'",
      expected: "one of + - * / ( ) , = != < <= > >=", advice: Self.advice(two))
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    scalar.value >= 0x20 && scalar.value != 0x7F
      ? String(scalar) : "U+" + String(scalar.value, radix: 16, uppercase: true)
  }

  private static func advice(_ text: String) -> String {
    switch text.unicodeScalars.first {
    case "=": "Write = for equal."
    case "*", "^": "Write a power as a product, and a root as sqrt(x)."
    case "?": "Write if(condition, a, b)."
    case "&": "Write `and`."
    case "|": "Write `or`."
    case "!": "Write `not`, or != for unequal."
    case "×", "·": "Write *."
    case "÷", ":": "Write /."
    case "−", "–": "Write -."
    case "≤": "Write <=."
    case "≥": "Write >=."
    case "≠": "Write !=."
    case "[", "{": "Write parentheses."
    case "\"", "'": "Names stand without quotes, or in backticks."
    default: ""
    }
  }
}
