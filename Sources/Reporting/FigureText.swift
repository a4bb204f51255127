import DistributionModel
import EthereumPrimitives

/// Writes numbers of a page for people, in groups of three digits.
enum FigureText {
  /// Keeps a number in one piece and is no sign of any country.
  private static let blank = "\u{202F}"

  static func count(_ number: Int) -> String { grouped(String(number)) }

  /// `1 account`, `3 accounts`.
  static func accounts(_ number: Int) -> String {
    "\(count(number)) account\(number == 1 ? "" : "s")"
  }

  /// An amount to the unit: `1 234.5 ACME`.
  static func exact(_ units: UInt256, of token: Token) -> String {
    let parts = TokenAmountText.whole(units, decimals: token.decimals).split(separator: ".")
    let fraction = parts.count > 1 ? "." + parts[1] : ""
    return grouped(String(parts[0])) + fraction + " " + token.symbol
  }

  /// An amount to read: two decimals, or three digits of a small one, rounded down.
  static func short(_ units: UInt256, of token: Token) -> String {
    shortNumber(units, of: token) + " " + token.symbol
  }

  /// The same without the token's symbol.
  static func shortNumber(_ units: UInt256, of token: Token) -> String {
    let parts = TokenAmountText.whole(units, decimals: token.decimals).split(separator: ".")
    guard parts.count > 1 else { return grouped(String(parts[0])) }
    guard parts[0] != "0" else {
      let zeros = parts[1].prefix { $0 == "0" }.count
      return "0." + parts[1].prefix(zeros + 3)
    }
    let fraction = (parts[1] + "0").prefix(2)
    return grouped(String(parts[0])) + (fraction == "00" ? "" : "." + fraction)
  }

  /// A part in billionths as a percentage with two decimals, rounded down: `12.34 %`.
  static func percent(_ billionths: UInt64) -> String {
    let hundredths = String(billionths / 100_000 % 100)
    let fraction = hundredths.count == 1 ? "0" + hundredths : hundredths
    return "\(billionths / 10_000_000).\(fraction)\(blank)%"
  }

  /// A part of a whole as a percentage with two decimals, rounded down.
  static func percent(_ part: UInt256, of whole: UInt256) -> String {
    TokenAmountText.percentage(part, of: whole).replacing(" ", with: blank)
  }

  /// A part in billionths with so many decimals, rounded down: `0.6123`.
  static func part(_ billionths: UInt64, decimals: Int) -> String {
    let digits = String(billionths % 1_000_000_000)
    let padded = String(repeating: "0", count: 9 - digits.count) + digits
    return "\(billionths / 1_000_000_000).\(padded.prefix(decimals))"
  }

  private static func grouped(_ digits: String) -> String {
    guard digits.count > 4 else { return digits }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += blank }
      result.append(digit)
    }
    return result
  }
}
