extension UInt256 {
  /// The 64-bit limbs, the least significant first.
  @inlinable
  public var limbs: [4 of UInt64] { [limb0, limb1, limb2, limb3] }

  /// From 64-bit limbs, the least significant first.
  @inlinable
  public init(limbs: [4 of UInt64]) {
    self.init(limbs[0], limbs[1], limbs[2], limbs[3])
  }
}
