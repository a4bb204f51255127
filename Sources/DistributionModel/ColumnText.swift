import EthereumPrimitives

extension ColumnDeclaration.Kind {
  /// A value as people write it: a number with its decimal places, a time, a word, an address with
  /// its checksum, a share of time in seconds.
  public func text(_ value: UInt256) -> String {
    switch self {
    case .integer, .amount, .decimal: DecimalNumber(value, scale: places ?? 0).shortest
    case .time: value.asUInt64.map { Timestamp($0).iso8601 } ?? value.decimal
    case .word: Word(number: value)?.text ?? value.hex
    case .address: Address(number: value)?.checksummed ?? value.hex
    case .share: Self.seconds(ofShare: value)
    }
  }

  /// Seconds in units of 2⁻¹⁹², to the nearest of six places: what the law rounds off is not seen.
  private static func seconds(ofShare value: UInt256) -> String {
    let scaled = value.multipliedFullWidth(by: UInt256(1_000_000))
    let millionths = (scaled.adding(UInt256.one << 191) ?? scaled) >> 192
    return DecimalNumber(millionths.low, scale: 6).shortest + " seconds of the whole"
  }
}
