import DistributionModel
import EthereumPrimitives

/// How to write what people write in other ways: a sentence, or nothing where it is not known.
enum Spelling {
  private static let separators = ",._'’ \u{A0}\u{202F}"
  private static let blanks = " \u{A0}\u{202F}"

  // MARK: Numbers

  /// True for a number with separators, a percentage or a negative number: nothing that
  /// is computed.
  static func isNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    return digits.first.map(isDigit) == true && consists(digits, of: separators + "%")
  }

  /// For a text that is no amount.
  static func amount(_ text: String) -> String {
    let (number, unit) = split(text)
    switch text.first {
    case "-": return "Amounts are not negative."
    case "+": return "Write it without the sign."
    case ".": return "Write a digit before the point: 0\(text.prefix(40))."
    default: break
    }
    guard unit.isEmpty else { return amount(number, with: unit) }
    if text.hasSuffix(".") { return "Write a digit after the point, or no point." }
    return separated(text)
  }

  private static func amount(_ number: String, with unit: String) -> String {
    let zeros = ["k": 3, "m": 6, "mio": 6, "b": 9, "bn": 9][unit.lowercased()]
    if let zeros, !number.isEmpty, number.count < 40, number.allSatisfy(isDigit) {
      return "Write every digit: \(number)\(String(repeating: "0", count: zeros))."
    }
    guard number.isEmpty else {
      return
        "Write the number alone: \(number.prefix(40)). What it counts follows from the campaign."
    }
    let digits = text(after: unit)
    return digits.isEmpty ? "" : "Write the number alone: \(digits.prefix(40))."
  }

  /// `$100` without what stands before its digits.
  private static func text(after unit: String) -> String {
    let digits = unit.drop { !isDigit($0) }
    return digits.allSatisfy({ isDigit($0) || $0 == "." }) ? String(digits) : ""
  }

  /// A number and what is written behind it.
  private static func split(_ text: String) -> (number: String, unit: String) {
    let number = text.prefix { isDigit($0) || separators.contains($0) }
    let unit = text[number.endIndex...].drop { blanks.contains($0) }
    return (trimmed(number), String(unit))
  }

  /// For a text that is no whole number.
  static func integer(_ text: String) -> String {
    if DecimalNumber(text)?.isNegative == false { return "Write it without a fraction." }
    guard isNumber(text), text.last.map(isDigit) == true else { return "" }
    return text.first.map(isDigit) == true
      ? "Write the digits without separators." : "It is not negative, and has no sign."
  }

  /// Digits with separators: what they may mean.
  static func separated(_ text: String) -> String {
    let advice = "Write the digits without separators, with a point for the fraction"
    let signs = text.filter { !isDigit($0) }
    let groups = text.split(whereSeparator: { !isDigit($0) })
    guard let sign = signs.first, signs.allSatisfy({ $0 == sign }), text.count <= 60 else {
      return advice + "."
    }
    let whole = groups.joined()
    let areThousands = groups.dropFirst().allSatisfy { $0.count == 3 } && groups[0].count <= 3
    switch (areThousands, groups.count, sign) {
    case (true, 2, ","):
      return "\(advice): \(whole), or \(groups[0]).\(groups[1]) if the comma is a decimal one."
    case (true, _, _): return "\(advice): \(whole)."
    case (false, 2, ","): return "\(advice): \(groups[0]).\(groups[1])."
    default: return advice + "."
    }
  }

  /// For a text that is no percentage.
  static func percentage(_ text: String) -> String {
    guard text.hasSuffix("%") else {
      guard let number = DecimalNumber(text), !number.isNegative else { return "" }
      guard text.hasPrefix("0.") else { return "Write the % sign: \(text.prefix(40))%." }
      // A fraction of one is meant as often as a percentage.
      let hundredfold = DecimalNumber(number.magnitude, scale: max(0, number.scale - 2))
      let factor = number.scale == 1 ? "0" : ""
      return
        "Write the % sign: \(hundredfold.shortest)\(factor)% for the part \(text.prefix(40)) of "
        + "all, or \(text.prefix(40))%."
    }
    let number = trimmed(text.dropLast())
    if number.hasPrefix("-") { return "Percentages are not negative." }
    let written = number.replacing(",", with: ".")
    guard DecimalNumber(written) != nil, written + "%" != text else { return "" }
    return "Write it as \(written.prefix(40))%."
  }

  // MARK: Time

  /// For a text that is no time.
  static func time(_ text: String) -> String {
    if let seconds = UInt64(text), (100_000_000...99_999_999_999).contains(seconds) {
      return "Seconds since 1970 are written as a date: \(Timestamp(seconds).iso8601)."
    }
    guard text.first.map(isDigit) == true else {
      return "Write year, month and day as digits, as in 2027-01-31."
    }
    let year = text.prefix { isDigit($0) }
    guard year.count == 4, text.dropFirst(4).first == "-" else {
      return "Write the year first, then month and day, with - between them, as in 2027-01-31."
    }
    guard text.count > 10 else { return "Write month and day with two digits, as in 2027-01-31." }
    if text.contains(".") { return "Leave the fraction of the second out." }
    return "Write T between date and time, hours, minutes and seconds with two digits, and Z."
  }

  /// For a text that is no duration.
  ///
  /// - Parameter isPeriod: whether months can be written.
  static func duration(_ text: String, isPeriod: Bool) -> String {
    let lower = text.lowercased()
    if lower.contains("mo") || lower.contains("quarter") || lower.contains("year")
      || lower.hasSuffix("y") || text.hasSuffix("M") || lower.hasPrefix("p")
    {
      return isPeriod
        ? "Calendar months are written as `1 month`, `3 months`, `12 months`."
        : "Months and years are not equally long; write days: a year is 365d."
    }
    let short = shortened(lower)
    if let seconds = ScalarParsing.seconds(short), seconds > 0 {
      return "Write it as \(short)."
    }
    if text.allSatisfy(isDigit), text.count < 12 {
      return "Write the unit: \(text)d for days, \(text)s for seconds."
    }
    return text.contains(".") ? "Write a fraction in the smaller unit, as in 1d12h." : ""
  }

  /// `365 days` as `365d`.
  private static func shortened(_ text: String) -> String {
    let words = [
      "weeks", "week", "days", "day", "hours", "hour", "minutes", "minute", "mins", "min",
    ]
    var short = words.reduce(text) { $0.replacing($1, with: String($1.prefix(1))) }
    for word in ["seconds", "second", "secs", "sec"] { short = short.replacing(word, with: "s") }
    return short.filter { !blanks.contains($0) }
  }

  // MARK: Accounts

  /// For a text that is no address.
  static func address(_ text: String, _ error: Address.ParseError) -> String {
    if text.contains("."), !text.hasPrefix("0x") {
      return "Names such as ENS's are not looked up, since they may change hands: write the "
        + "address that it leads to."
    }
    let words = "\(error)."
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func consists(_ text: Substring, of others: String) -> Bool {
    text.allSatisfy { isDigit($0) || others.contains($0) }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, blanks.contains(last) { text = text.dropLast() }
    return String(text)
  }
}
