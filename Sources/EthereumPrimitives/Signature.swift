/// A signature of secp256k1 in Ethereum's form: r ‖ s ‖ v.
///
/// Of two signatures that the curve takes for the same key and hash, only the one with the lower s
/// is a signature here: otherwise anybody could turn one into another text that says the same.
///
/// Source: EIP-2, https://eips.ethereum.org/EIPS/eip-2; SEC 1, version 2.0, section 4.1.
public struct Signature: Sendable, Hashable {
  /// r and s are 32 bytes each, v one.
  public static let byteCount = 65
  /// The curve's order n: r and s lie between 0 and n.
  public static let order = Bytes32(
    0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0xBAAE_DCE6_AF48_A03B, 0xBFD2_5E8C_D036_4141)
  /// ⌊n / 2⌋.
  public static let highestS = Bytes32(
    0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x5D57_6E73_57A4_501D, 0xDFE9_2F46_681B_20A0)

  public let r: Bytes32
  public let s: Bytes32
  /// Whether the y of the point whose x is r is odd.
  public let isOdd: Bool

  public init(r: Bytes32, s: Bytes32, isOdd: Bool) throws(SignatureError) {
    guard r != .zero, r < Self.order, s != .zero, s < Self.order else { throw .outOfRange }
    guard s <= Self.highestS else { throw .highS }
    self.r = r
    self.s = s
    self.isOdd = isOdd
  }

  /// From 65 bytes; v is 27 or 28, and 0 or 1 means the same.
  public init(bytes: [UInt8]) throws(SignatureError) {
    guard bytes.count == Self.byteCount, let r = Bytes32(bytes: bytes[..<32]),
      let s = Bytes32(bytes: bytes[32..<64])
    else { throw .wrongLength(found: bytes.count) }
    let v = bytes[64] >= 27 ? bytes[64] - 27 : bytes[64]
    guard v <= 1 else { throw .wrongRecovery(found: bytes[64]) }
    try self.init(r: r, s: s, isOdd: v == 1)
  }

  /// r ‖ s ‖ v, v being 27 or 28.
  public var bytes: [UInt8] { r.bytes + s.bytes + [isOdd ? 28 : 27] }

  /// The bytes as `0x` and 130 digits in lower case.
  public var hex: String { Hex.encode(bytes) }
}

/// Why bytes are no signature, or one that nobody made.
public enum SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
  /// r, s and v are 65 bytes.
  case wrongLength(found: Int)
  /// v is 27 or 28, or 0 or 1.
  case wrongRecovery(found: UInt8)
  /// r or s is 0, or not below the curve's order.
  case outOfRange
  /// s is above half the curve's order: the other signature of the two is the one that counts.
  case highS
  /// No key makes it.
  case noKey

  public var description: String {
    switch self {
    case .wrongLength(let found): "\(found.counted("byte")); a signature has \(Signature.byteCount)"
    case .wrongRecovery(let found): "\(found) as its last byte; it is 27 or 28, or 0 or 1"
    case .outOfRange: "an r or s that is 0 or not below the curve's order"
    case .highS: "an s above half the curve's order; wallets give the lower one"
    case .noKey: "a signature that no key makes"
    }
  }
}
