import CSecp256k1
import EthereumPrimitives

/// The curve of Ethereum's keys, by the library of the system: who signed, and whether a key did.
///
/// No key that signs is ever here: this module only looks at what others signed.
///
/// Source: SEC 2, version 2.0, section 2.4.1; https://github.com/bitcoin-core/secp256k1
public enum Secp256k1 {
  /// The key that signed a hash.
  ///
  /// - Throws: `noKey` where no key makes this signature of this hash.
  public static func recover(
    _ hash: Bytes32, _ signature: Signature
  ) throws(SignatureError) -> PublicKey {
    let context = sluice_secp256k1_context()
    var parsed = secp256k1_ecdsa_recoverable_signature()
    var key = secp256k1_pubkey()
    let compact = signature.r.bytes + signature.s.bytes
    guard
      secp256k1_ecdsa_recoverable_signature_parse_compact(
        context, &parsed, compact, signature.isOdd ? 1 : 0) == 1,
      secp256k1_ecdsa_recover(context, &key, &parsed, hash.bytes) == 1
    else { throw .noKey }
    return PublicKey(key)
  }

  /// The account that signed a hash.
  public static func signer(
    of hash: Bytes32, _ signature: Signature
  ) throws(SignatureError) -> Address {
    try recover(hash, signature).account
  }

  /// True where the key signed the hash; of `signature` r and s count.
  public static func verify(_ hash: Bytes32, _ signature: Signature, by key: PublicKey) -> Bool {
    let context = sluice_secp256k1_context()
    var parsed = secp256k1_ecdsa_signature()
    guard var opaque = key.parsed,
      secp256k1_ecdsa_signature_parse_compact(
        context, &parsed, signature.r.bytes + signature.s.bytes) == 1
    else { return false }
    return secp256k1_ecdsa_verify(context, &parsed, hash.bytes, &opaque) == 1
  }
}

/// A point of the curve other than zero: what its owner signs can be checked with it.
public struct PublicKey: Sendable, Hashable {
  public let x: Bytes32
  public let y: Bytes32

  /// nil where the two are no point of the curve.
  public init?(x: Bytes32, y: Bytes32) {
    self.x = x
    self.y = y
    guard parsed != nil else { return nil }
  }

  init(_ key: secp256k1_pubkey) {
    var key = key
    var bytes = [UInt8](repeating: 0, count: 65)
    var count = bytes.count
    let status = secp256k1_ec_pubkey_serialize(
      sluice_secp256k1_context(), &bytes, &count, &key, UInt32(SECP256K1_EC_UNCOMPRESSED))
    guard status == 1, count == 65, let x = Bytes32(bytes: bytes[1..<33]),
      let y = Bytes32(bytes: bytes[33..<65])
    else { preconditionFailure("a key that was parsed or recovered can be written") }
    self.x = x
    self.y = y
  }

  /// The last 20 bytes of keccak256(x ‖ y). Source: Ethereum Yellow Paper, appendix F.
  public var account: Address {
    guard let account = Address(bytes: Keccak256.hash(x, y).bytes[12...]) else {
      preconditionFailure("20 bytes are an address")
    }
    return account
  }

  var parsed: secp256k1_pubkey? {
    var key = secp256k1_pubkey()
    let bytes = [0x04] + x.bytes + y.bytes
    return secp256k1_ec_pubkey_parse(sluice_secp256k1_context(), &key, bytes, bytes.count) == 1
      ? key : nil
  }
}
