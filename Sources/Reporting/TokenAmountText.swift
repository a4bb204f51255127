import DistributionModel
import EthereumPrimitives

/// Writes amounts for people: exact, with a decimal point, never rounded.
public enum TokenAmountText {
  /// `1500000` base units of a token with 6 decimals are `1.5`; trailing zeros are left out.
  public static func whole(_ baseUnits: UInt256, decimals: Int) -> String {
    let digits = baseUnits.decimal
    guard decimals > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let split = padded.index(padded.endIndex, offsetBy: -decimals)
    var fraction = padded[split...]
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? String(padded[..<split]) : padded[..<split] + "." + fraction
  }

  /// `1.5 ACME`.
  public static func text(_ baseUnits: UInt256, of token: Token) -> String {
    token.text(baseUnits)
  }

  /// To the unit, with blanks between thousands: `1 234 567.5`.
  static func grouped(_ baseUnits: UInt256, of token: Token) -> String {
    let parts = whole(baseUnits, decimals: token.decimals).split(separator: ".")
    return grouped(parts[0]) + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// To read: two decimals, or three digits of a small number, rounded down.
  static func short(_ baseUnits: UInt256, of token: Token) -> String {
    let parts = whole(baseUnits, decimals: token.decimals).split(separator: ".")
    guard parts.count > 1 else { return grouped(parts[0]) }
    guard parts[0] != "0" else {
      let zeros = parts[1].prefix { $0 == "0" }.count
      return "0." + parts[1].prefix(zeros + 3)
    }
    let fraction = (parts[1] + "0").prefix(2)
    return grouped(parts[0]) + (fraction == "00" ? "" : "." + fraction)
  }

  static func grouped(_ number: Int) -> String { grouped(Substring(String(number))) }

  private static func grouped(_ digits: Substring) -> String {
    guard digits.count > 4 else { return String(digits) }
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += " " }
      text.append(digit)
    }
    return text
  }

  /// A part of a whole as a percentage with two decimals, rounded down: `12.34 %`.
  ///
  /// For people only: no decision rests on it. A whole of zero gives a dash.
  public static func percentage(_ part: UInt256, of whole: UInt256) -> String {
    let scaled = part.multipliedFullWidth(by: UInt256(10_000))
    guard let quotient = scaled.quotientAndRemainder(dividingBy: whole)?.quotient.asUInt256,
      let hundredths = quotient.asUInt64
    else { return "–" }
    let fraction = String(hundredths % 100)
    return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction) %"
  }
}
