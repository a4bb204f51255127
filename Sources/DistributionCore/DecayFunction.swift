import EthereumPrimitives

/// 2¹²⁸ · 2^(−t/h) in whole numbers: point 4 of `docs/reference/law.md`, which exponential
/// emission and vesting rest on.
///
/// Defined by its steps, none of which needs a number above 2²⁵⁶, so that a contract can follow
/// them. It never rises with `t`.
public enum DecayFunction {
  /// 2¹²⁸, the value at t = 0.
  public static let one = UInt256(1) << 128

  /// Kᵢ = ⌊2¹²⁸ · 2^(−2^(−i))⌋ for i = 1 … 64, at index i − 1.
  ///
  /// Each is the square root of the one before, taken at scale 2²⁵⁶: the error stays below two
  /// units there, 126 bits below the last one that is kept.
  public static let factors: [UInt256] = {
    var wide = UInt512(high: UInt256(1) << 255, low: .zero).squareRoot()
    var factors = [wide >> 128]
    for _ in 1..<64 {
      wide = UInt512(high: wide, low: .zero).squareRoot()
      factors.append(wide >> 128)
    }
    return factors
  }()

  /// D(t, h): what is left of 2¹²⁸ after `time` with half-life `halfLife`, in one unit of time.
  ///
  /// Range 0 … 2¹²⁸, every step rounded down. `halfLife` is at least 1.
  public static func value(_ time: UInt64, halfLife: UInt64) -> UInt256 {
    precondition(halfLife > 0, "a half-life is at least 1")
    let (halvings, rest) = time.quotientAndRemainder(dividingBy: halfLife)
    guard halvings <= 128 else { return .zero }
    // The fraction of a halving in units of 2⁻⁶⁴; rest < halfLife, so it is below 2⁶⁴.
    let (fraction, _) = halfLife.dividingFullWidth((high: rest, low: 0))
    var value = one
    for index in 0..<64 where fraction >> UInt64(63 - index) & 1 == 1 {
      value = multipliedByFactor(value, factors[index])
    }
    return value >> Int(halvings)
  }

  /// ⌊value · factor / 2¹²⁸⌋; the value is at most 2¹²⁸ and the factor below it.
  private static func multipliedByFactor(_ value: UInt256, _ factor: UInt256) -> UInt256 {
    (value &* factor) >> 128
  }

  /// ⌊amount · (2¹²⁸ − D(t, h)) / (2¹²⁸ − D(end, h))⌋: the part that has decayed by `time`, where
  /// all of it has at `end`. Both times are counted from the start; `end` is at least 1.
  static func decayed(
    _ amount: UInt256, at time: UInt64, of end: UInt64, halfLife: UInt64
  ) -> UInt256 {
    guard time < end else { return amount }
    let gone = one &- value(time, halfLife: halfLife)
    let all = one &- value(end, halfLife: halfLife)
    return amount.scaled(by: gone, over: all)
  }
}

extension UInt256 {
  /// ⌊self · numerator / denominator⌋ where numerator ≤ denominator and denominator > 0.
  func scaled(by numerator: UInt256, over denominator: UInt256) -> UInt256 {
    precondition(numerator <= denominator, "a part is at most the whole")
    guard
      let division = multipliedFullWidth(by: numerator)
        .quotientAndRemainder(dividingBy: denominator)
    else { preconditionFailure("the whole is above zero") }
    return division.quotient.low
  }
}
