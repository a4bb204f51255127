import EthereumPrimitives

/// An exact decimal number: ± magnitude / 10^scale.
public struct DecimalNumber: Sendable, Hashable, CustomStringConvertible {
  /// The most decimal places that a number of an expression has.
  public static let maximumScale = 36

  public static let zero = DecimalNumber(.zero)

  /// Never true for zero.
  public let isNegative: Bool
  public let magnitude: UInt256
  /// Decimal places, 0 ... 36.
  public let scale: Int

  public init(_ magnitude: UInt256, scale: Int = 0, isNegative: Bool = false) {
    self.magnitude = magnitude
    self.scale = scale
    self.isNegative = isNegative && !magnitude.isZero
  }

  /// Reads digits with a point for the fraction and `-` before them; nil for anything else.
  public init?(_ text: String) {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let scale = parts.count == 2 ? parts[1].utf8.count : 0
    let significant = parts.joined().drop { $0 == "0" }
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), scale <= Self.maximumScale,
      let magnitude = try? UInt256(decimal: significant.isEmpty ? "0" : String(significant))
    else { return nil }
    self.init(magnitude, scale: scale, isNegative: text.hasPrefix("-"))
  }

  /// Every decimal place, also those that are zero: `-2.50`.
  public var description: String {
    let digits = magnitude.decimal
    let sign = isNegative ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  /// Without zeros at the end of the fraction: `-2.5`.
  public var shortest: String {
    guard scale > 0 else { return description }
    var text = description
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

extension DecimalNumber {
  /// −1, 0 or 1: whether it is less than, equal to or more than another number.
  public func compared(with other: DecimalNumber) -> Int {
    guard isNegative == other.isNegative else { return isNegative ? -1 : 1 }
    let (left, right) = (wide(to: other.scale), other.wide(to: scale))
    guard left != right else { return 0 }
    return (left < right) == isNegative ? 1 : -1
  }

  /// The magnitude at the larger of both scales; 10^36 · 2^256 is below 2^512.
  private func wide(to other: Int) -> UInt512 {
    let factor = UInt256.powerOfTen(max(0, other - scale)) ?? .one
    return magnitude.multipliedFullWidth(by: factor)
  }
}
