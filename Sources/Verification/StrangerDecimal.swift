import BigInt
import DistributionModel

/// Decimal numbers of raw files, as fractions: m · 10^e, in units of the last place.
enum StrangerDecimal {
  /// nil for what is no number, or has digits that the column has no place for.
  static func value(_ text: String, _ format: DecimalFormat) -> BigUInt? {
    guard text.utf8.count <= 1000 else { return nil }
    var mantissa = text
    var exponent = 0
    if format.notation == .scientific, let sign = text.firstIndex(where: { "eE".contains($0) }) {
      var digits = text[text.index(after: sign)...]
      if let first = digits.first, "+-".contains(first) { digits = digits.dropFirst() }
      guard isDigits(digits), digits.count <= 4, let power = Int(digits) else { return nil }
      exponent = text[sign...].contains("-") ? -power : power
      mantissa = String(text[..<sign])
    }
    if format.notation == .scientific, mantissa.first == "-",
      mantissa.dropFirst().utf8.allSatisfy({ $0 == 0x30 || $0 == 0x2E })
    {
      mantissa.removeFirst()
    }
    let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy(isDigits), parts[0].first != "0" || parts[0] == "0",
      let number = BigUInt(parts.joined())
    else { return nil }
    let fraction = parts.count == 2 ? parts[1].count : 0
    return value(number, tens: exponent + format.places - fraction, format.excess)
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// number · 10^tens, rounded.
  private static func value(
    _ number: BigUInt, tens: Int, _ excess: DecimalFormat.Excess
  ) -> BigUInt? {
    guard tens < 0 else { return number * BigUInt(10).power(tens) }
    let divisor = BigUInt(10).power(-tens)
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    switch excess {
    case .refuse: return remainder.isZero ? quotient : nil
    case .down: return quotient
    case .halfEven:
      let twice = 2 * remainder
      let isUp = twice > divisor || twice == divisor && quotient % 2 == 1
      return isUp ? quotient + 1 : quotient
    }
  }
}
