import EthereumPrimitives
import Testing

@Suite("Signatures")
struct SignatureTests {
  private static func bytes(_ r: Bytes32, _ s: Bytes32, _ v: UInt8) -> [UInt8] {
    r.bytes + s.bytes + [v]
  }

  private static let one = Bytes32(0, 0, 0, 1)
  private static let belowOrder = Bytes32(
    0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0xBAAE_DCE6_AF48_A03B, 0xBFD2_5E8C_D036_4140)
  private static let aboveHalf = Bytes32(
    0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x5D57_6E73_57A4_501D, 0xDFE9_2F46_681B_20A1)

  @Test("v is 27 or 28, 0 or 1 mean the same, and it is written as 27 or 28")
  func recovery() throws {
    for (v, isOdd) in [(0, false), (1, true), (27, false), (28, true)] as [(UInt8, Bool)] {
      let signature = try Signature(bytes: Self.bytes(Self.one, Self.one, v))
      #expect(signature.isOdd == isOdd)
      #expect(signature.bytes == Self.bytes(Self.one, Self.one, isOdd ? 28 : 27))
    }
    for v: UInt8 in [2, 26, 29, 255] {
      #expect(throws: SignatureError.wrongRecovery(found: v)) {
        try Signature(bytes: Self.bytes(Self.one, Self.one, v))
      }
    }
  }

  @Test("65 bytes, and no other number")
  func length() {
    for count in [0, 64, 66, 130] {
      #expect(throws: SignatureError.wrongLength(found: count)) {
        try Signature(bytes: [UInt8](repeating: 1, count: count))
      }
    }
  }

  @Test("r lies between 0 and the order, s between 0 and its half, both ends told apart")
  func ranges() throws {
    _ = try Signature(r: Self.belowOrder, s: Signature.highestS, isOdd: false)
    for (r, s) in [
      (Bytes32.zero, Self.one), (Self.one, .zero), (Signature.order, Self.one),
      (Self.one, Signature.order),
    ] {
      #expect(throws: SignatureError.outOfRange) { try Signature(r: r, s: s, isOdd: false) }
    }
    for s in [Self.aboveHalf, Self.belowOrder] {
      #expect(throws: SignatureError.highS) { try Signature(r: Self.one, s: s, isOdd: false) }
    }
  }
}
