extension UInt256 {
  @inlinable
  public init(narrow value: UInt128) {
    self.init(
      UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value &>> 64), 0, 0)
  }

  /// The value, where it fits into 128 bits.
  @inlinable
  public var asUInt128: UInt128? {
    limb2 | limb3 == 0 ? UInt128(limb1) &<< 64 | UInt128(limb0) : nil
  }

  @inlinable
  public var isOdd: Bool { limb0 & 1 == 1 }
}
