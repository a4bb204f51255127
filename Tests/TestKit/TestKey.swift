import CSecp256k1
import EthereumPrimitives

/// A key that signs, for tests; nobody owns anything by it.
public struct TestKey: Sendable {
  private let secret: [UInt8]

  /// The key keccak256("sluice test key " ‖ name).
  public init(_ name: String) {
    secret = Keccak256.hash(utf8: "sluice test key \(name)").bytes
  }

  /// The account of the key.
  public var account: Address {
    var key = secp256k1_pubkey()
    var bytes = [UInt8](repeating: 0, count: 65)
    var count = 65
    let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))!
    defer { secp256k1_context_destroy(context) }
    precondition(secp256k1_ec_pubkey_create(context, &key, secret) == 1)
    secp256k1_ec_pubkey_serialize(
      context, &bytes, &count, &key, UInt32(SECP256K1_EC_UNCOMPRESSED))
    return Address(bytes: Keccak256.hash(bytes[1...]).bytes[12...])!
  }

  /// r ‖ s ‖ v of a hash, by the library: RFC 6979, the lower s, v 27 or 28.
  public func sign(_ hash: Bytes32) -> [UInt8] {
    var signature = secp256k1_ecdsa_recoverable_signature()
    var bytes = [UInt8](repeating: 0, count: 64)
    var recovery: Int32 = 0
    let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))!
    defer { secp256k1_context_destroy(context) }
    precondition(
      secp256k1_ecdsa_sign_recoverable(context, &signature, hash.bytes, secret, nil, nil) == 1)
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
      context, &bytes, &recovery, &signature)
    return bytes + [UInt8(27 + recovery)]
  }
}
