import EthereumPrimitives

/// An exact quotient, never negative.
public struct Ratio: Sendable, Hashable {
  public let numerator: UInt512
  /// Above 0 and below 2⁵⁰⁸, so that ten times a remainder fits.
  public let denominator: UInt512

  public static let zero = Ratio(UInt512.zero, UInt512(.one))

  public init(_ numerator: UInt512, _ denominator: UInt512) {
    precondition(!denominator.isZero && denominator.bitWidthUsed <= 508, "a narrow denominator")
    self.numerator = numerator
    self.denominator = denominator
  }

  public init(_ numerator: UInt256, _ denominator: UInt256) {
    self.init(UInt512(numerator), UInt512(denominator))
  }

  /// ⌊ratio · 10⁹⌋, or the next one up where something is left over; nil from 2⁶⁴ on.
  ///
  /// Digit by digit in base 10, so that no product is wider than 512 bits.
  public func billionths(roundedUp: Bool = false) -> UInt64? {
    var (whole, rest) = Self.divided(numerator, by: denominator)
    for _ in 0..<9 {
      guard let shifted = rest.multiplied(by: UInt256(10)), whole < UInt64.max / 10 - 1 else {
        return nil
      }
      let step = Self.divided(shifted, by: denominator)
      whole = whole * 10 + step.quotient
      rest = step.remainder
    }
    return roundedUp && !rest.isZero ? whole + 1 : whole
  }

  /// Quotient and remainder; the quotient saturates at 2⁶⁴ − 1.
  private static func divided(
    _ value: UInt512, by divisor: UInt512
  ) -> (quotient: UInt64, remainder: UInt512) {
    var rest = value
    var quotient: UInt64 = 0
    let shift = value.bitWidthUsed - divisor.bitWidthUsed
    guard shift >= 0 else { return (0, value) }
    guard shift < 64 else { return (.max, .zero) }
    for place in (0...shift).reversed() {
      guard let less = rest.subtracting(divisor << place) else { continue }
      rest = less
      quotient |= 1 << UInt64(place)
    }
    return (quotient, rest)
  }
}

/// How unevenly amounts are spread over those who hold them: section 8 of `docs/reference/law.md`.
///
/// A holder is an account, or a cluster of accounts that the plan declares as one. Whoever holds
/// nothing is no holder.
public struct Concentration: Sendable, Hashable {
  /// What stops a measurement.
  public enum Failure: Error, Equatable {
    /// The amounts add up to 2²⁵⁴ or more.
    case totalOverflow
  }

  /// How many hold something.
  public let holders: Int
  /// Σ amounts.
  public let total: UInt256
  /// Σ over all pairs |aᵢ − aⱼ| / (2 n Σ a): 0 where all hold the same, near 1 where one holds all.
  public let gini: Ratio
  /// Σ (aᵢ / Σ a)²: 1/n where all hold the same, 1 where one holds all (Herfindahl, Hirschman).
  public let herfindahl: Ratio
  /// The amounts, the largest first.
  private let descending: [UInt256]
  /// `sums[k]` is the sum of the k + 1 largest amounts.
  private let sums: [UInt256]

  /// Measures amounts in any order; zeros count for nobody.
  ///
  /// - Throws: `totalOverflow`, so that no square of a sum is wider than 508 bits.
  public init(_ amounts: [UInt256]) throws(Failure) {
    let descending = amounts.filter { !$0.isZero }.sorted(by: >)
    var sums: [UInt256] = []
    sums.reserveCapacity(descending.count)
    var total = UInt256.zero
    for amount in descending {
      guard let sum = total.adding(amount), sum.bitWidthUsed <= 254 else { throw .totalOverflow }
      total = sum
      sums.append(sum)
    }
    holders = descending.count
    self.total = total
    self.descending = descending
    self.sums = sums
    gini = Self.gini(descending, total)
    herfindahl = Self.herfindahl(descending, total)
  }

  /// With the amounts ascending a₁ … aₙ: (2 Σ i·aᵢ − (n + 1) Σ a) / (n Σ a).
  private static func gini(_ descending: [UInt256], _ total: UInt256) -> Ratio {
    guard let last = UInt64(exactly: descending.count), last > 0 else { return .zero }
    // Σ over the ranks from the top: an amount at place k (from 0) has rank n − k from below.
    var weighted = UInt512.zero
    for (place, amount) in descending.enumerated() {
      let product = amount.multipliedFullWidth(by: UInt256(last - UInt64(place)))
      weighted = exact(weighted.adding(product))
    }
    let count = UInt256(last)
    let level = total.multipliedFullWidth(by: count &+ .one)
    return Ratio(
      exact(exact(weighted.adding(weighted)).subtracting(level)),
      total.multipliedFullWidth(by: count))
  }

  private static func herfindahl(_ descending: [UInt256], _ total: UInt256) -> Ratio {
    guard !total.isZero else { return .zero }
    var squares = UInt512.zero
    for amount in descending {
      squares = exact(squares.adding(amount.multipliedFullWidth(by: amount)))
    }
    return Ratio(squares, total.multipliedFullWidth(by: total))
  }

  /// Sums of at most 2³² terms below 2⁵⁰⁸ / 2³² fit, and no difference here is below zero.
  private static func exact(_ value: UInt512?) -> UInt512 {
    guard let value else { preconditionFailure("totals below 2²⁵⁴ leave room") }
    return value
  }

  /// How many of the largest holders have more than a part of all together.
  ///
  /// - Parameter share: in billionths, below 10⁹; 500 000 000 is a majority (Nakamoto coefficient,
  ///   Srinivasan 2017).
  /// - Returns: 0 where nobody holds anything.
  public func nakamoto(above share: UInt64) -> Int {
    precondition(share < 1_000_000_000, "a part of all")
    let bound = total.multipliedFullWidth(by: UInt256(share))
    var (low, high) = (0, sums.count)
    while low < high {
      let middle = (low + high) / 2
      let held = sums[middle].multipliedFullWidth(by: UInt256(1_000_000_000))
      if held > bound { high = middle } else { low = middle + 1 }
    }
    return sums.isEmpty ? 0 : low + 1
  }

  /// The part that the `count` largest holders have.
  public func share(ofLargest count: Int) -> Ratio {
    precondition(count >= 0, "a number of holders")
    guard let all = sums.last, count > 0 else { return .zero }
    return Ratio(sums[min(count, sums.count) - 1], all)
  }
}
