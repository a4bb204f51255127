import DistributionModel
import EthereumPrimitives

/// A cell of a decimal column: digits, maybe a point and more digits, maybe a power of ten.
struct DecimalCell {
  /// Longer texts are no numbers: the whole expansion of a binary64 value has 767 digits.
  static let longest = 1000

  private let bytes: ArraySlice<UInt8>
  private let format: DecimalFormat

  init(_ bytes: ArraySlice<UInt8>, _ format: DecimalFormat) {
    self.bytes = bytes
    self.format = format
  }

  private var cell: CellKind { .decimal(format) }

  /// The number in units of the last place.
  func value() throws(Fault) -> UInt256 {
    guard bytes.count <= Self.longest else {
      throw Fault(
        kind: .notANumber, found: "a text of \(bytes.count.counted("byte"))",
        expected: "a number of at most \(Self.longest)")
    }
    let (mantissa, exponent) = Self.withoutSignOfZero(try parts(), format)
    if var fault = Cells.numberFault(mantissa, cell) {
      fault.found = Fault.shown(bytes)
      if fault.kind == .exponentNotation {
        fault.advice = "Write every digit, or `notation: scientific` for the column in the plan."
      }
      throw fault
    }
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    let (whole, fraction) = (mantissa[..<point], mantissa[point...].dropFirst())
    guard !whole.isEmpty, point == mantissa.endIndex || !fraction.isEmpty else {
      throw Fault(
        kind: .notANumber, found: Fault.shown(bytes), expected: cell.expectation,
        advice: "Write a digit before and after the point.")
    }
    guard whole.first != 0x30 || whole.count == 1 else {
      throw Cells.fault(.leadingZero, bytes, cell)
    }
    return try rounded(Array(whole + fraction), kept: whole.count + exponent + format.places)
  }

  /// Programs write a floating-point zero with a sign that it has from a calculation.
  private static func withoutSignOfZero(
    _ parts: (mantissa: ArraySlice<UInt8>, exponent: Int), _ format: DecimalFormat
  ) -> (mantissa: ArraySlice<UInt8>, exponent: Int) {
    let digits = parts.mantissa.dropFirst()
    let isZero = digits.allSatisfy { $0 == 0x30 || $0 == UInt8(ascii: ".") }
    guard format.notation == .scientific, parts.mantissa.first == UInt8(ascii: "-"), isZero else {
      return parts
    }
    return (digits, parts.exponent)
  }

  /// What stands before the power of ten, and the power.
  private func parts() throws(Fault) -> (mantissa: ArraySlice<UInt8>, exponent: Int) {
    guard format.notation == .scientific,
      let sign = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") })
    else { return (bytes, 0) }
    var digits = bytes[(sign + 1)...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard (1...4).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw Fault(
        kind: .notANumber, found: Fault.shown(bytes), expected: cell.expectation,
        advice: "A power of ten has one to four digits, as in 1.5e-7.")
    }
    let power = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return (bytes[..<sign], isNegative ? -power : power)
  }

  /// The first `kept` digits as a number, the rest rounded away as the plan says.
  private func rounded(_ digits: [UInt8], kept: Int) throws(Fault) -> UInt256 {
    let significant = digits.drop { $0 == 0x30 }
    guard !significant.isEmpty else { return .zero }
    let zeros = digits.count - significant.count
    let count = kept - zeros
    // 2^256 has 78 digits.
    guard count <= 78 else { throw Cells.fault(.overflow, bytes, cell) }
    let head = significant.prefix(max(0, count))
    let tail = significant.dropFirst(max(0, count))
    let missing = [UInt8](repeating: 0x30, count: max(0, count - significant.count))
    let text = Array(head) + missing
    var value = UInt256.zero
    do throws(UInt256.ParseError) {
      if !text.isEmpty { value = try UInt256(decimal: text[...]) }
    } catch {
      throw Cells.fault(error, bytes, cell)
    }
    guard tail.contains(where: { $0 != 0x30 }) else { return value }
    switch format.excess {
    case .refuse:
      throw Fault(
        kind: .tooManyDecimals, found: "\(Fault.shown(bytes)) with more decimals",
        expected: "at most \(format.places), the column's places",
        advice: "Raise `places` in the plan, or write `excess: half_even` there to round.")
    case .down: return value
    case .halfEven:
      guard isUp(tail, below: count < 0, isOdd: value.isOdd) else { return value }
      guard let next = value.adding(.one) else { throw Cells.fault(.overflow, bytes, cell) }
      return next
    }
  }

  /// Whether the digits after the last place are more than a half of it, or a half of an odd one.
  private func isUp(_ tail: ArraySlice<UInt8>, below: Bool, isOdd: Bool) -> Bool {
    guard !below, let first = tail.first, first >= 0x35 else { return false }
    return first > 0x35 || isOdd || tail.dropFirst().contains { $0 != 0x30 }
  }
}
