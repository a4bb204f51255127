import DistributionModel
import EthereumPrimitives

/// Writes numbers of a page for people, in groups of three digits.
enum FigureText {
  /// Keeps a number in one piece and is no sign of any country.
  private static let blank = "\u{202F}"

  static func count(_ number: Int) -> String { kept(TokenAmountText.grouped(number)) }

  /// A number without a unit: `1 234`.
  static func number(_ value: UInt256) -> String {
    kept(TokenAmountText.grouped(value, of: Token(name: "", symbol: "", decimals: 0)))
  }

  /// `1 account`, `3 accounts`.
  static func accounts(_ number: Int) -> String {
    "\(count(number)) account\(number == 1 ? "" : "s")"
  }

  /// `1 row`, `3 rows`.
  static func rows(_ number: Int) -> String { "\(count(number)) row\(number == 1 ? "" : "s")" }

  /// A number of a column with so many decimal places: `1 234.5`.
  static func decimal(_ value: UInt256, places: Int) -> String {
    kept(TokenAmountText.grouped(value, of: Token(name: "", symbol: "", decimals: places)))
  }

  /// An amount to the unit: `1 234.5 ACME`.
  static func exact(_ units: UInt256, of token: Token) -> String {
    kept(TokenAmountText.grouped(units, of: token)) + " " + token.symbol
  }

  /// An amount to read, rounded down, with the token's symbol.
  static func short(_ units: UInt256, of token: Token) -> String {
    shortNumber(units, of: token) + " " + token.symbol
  }

  /// The same without the symbol.
  static func shortNumber(_ units: UInt256, of token: Token) -> String {
    kept(TokenAmountText.short(units, of: token))
  }

  /// A part of a whole as a percentage with two decimals, rounded down.
  static func percent(_ part: UInt256, of whole: UInt256) -> String {
    kept(TokenAmountText.percentage(part, of: whole))
  }

  /// A part in billionths as a percentage with two decimals, rounded down: `12.34 %`.
  static func percent(_ billionths: UInt64) -> String {
    percent(UInt256(billionths), of: UInt256(Share.whole.billionths))
  }

  /// A part in billionths with so many decimals, rounded down: `0.6123`.
  static func part(_ billionths: UInt64, decimals: Int) -> String {
    let digits = String(billionths % 1_000_000_000)
    let padded = String(repeating: "0", count: 9 - digits.count) + digits
    return "\(billionths / 1_000_000_000).\(padded.prefix(decimals))"
  }

  /// A number in one piece; one that no line takes is broken between its groups.
  private static func kept(_ text: String) -> String {
    text.replacing(" ", with: text.count > 24 ? "\u{2009}" : blank)
  }
}
