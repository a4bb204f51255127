import CSecp256k1
import EthereumPrimitives
import Secp256k1

/// A key that signs. Whoever has it owns what its account owns: it is never printed, logged or
/// written by this module.
public struct PrivateKey: Sendable {
  /// Big-endian, 1 ... the curve's order − 1.
  private let secret: [UInt8]

  /// nil where 32 bytes are 0, or not below the curve's order.
  public init?(_ bytes: Bytes32) {
    secret = bytes.bytes
    guard secp256k1_ec_seckey_verify(sluice_secp256k1_context(), secret) == 1 else { return nil }
  }

  /// The account of the key.
  public var account: Address { publicKey.account }

  public var publicKey: PublicKey {
    let context = Self.signingContext()
    defer { secp256k1_context_destroy(context) }
    var key = secp256k1_pubkey()
    guard secp256k1_ec_pubkey_create(context, &key, secret) == 1 else {
      preconditionFailure("a key that was verified has a public one")
    }
    var bytes = [UInt8](repeating: 0, count: 65)
    var count = bytes.count
    secp256k1_ec_pubkey_serialize(
      context, &bytes, &count, &key, UInt32(SECP256K1_EC_UNCOMPRESSED))
    guard let x = Bytes32(bytes: bytes[1..<33]), let y = Bytes32(bytes: bytes[33..<65]),
      let known = PublicKey(x: x, y: y)
    else { preconditionFailure("a point that was just written can be read") }
    return known
  }

  /// Signs a hash: deterministic (RFC 6979), with the lower s (EIP-2).
  public func sign(_ hash: Bytes32) -> Signature {
    let context = Self.signingContext()
    defer { secp256k1_context_destroy(context) }
    var parsed = secp256k1_ecdsa_recoverable_signature()
    var bytes = [UInt8](repeating: 0, count: 64)
    var recovery: Int32 = 0
    guard
      secp256k1_ecdsa_sign_recoverable(context, &parsed, hash.bytes, secret, nil, nil) == 1
    else { preconditionFailure("a key that was verified signs every hash") }
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context, &bytes, &recovery, &parsed)
    guard let r = Bytes32(bytes: bytes[..<32]), let s = Bytes32(bytes: bytes[32...]),
      let signature = try? Signature(r: r, s: s, isOdd: recovery & 1 == 1)
    else { preconditionFailure("the library signs with the lower s") }
    return signature
  }

  /// The key plus another one, modulo the curve's order (BIP-32); nil where there is no such key.
  func adding(_ tweak: Bytes32) -> PrivateKey? {
    var sum = secret
    guard secp256k1_ec_seckey_tweak_add(sluice_secp256k1_context(), &sum, tweak.bytes) == 1 else {
      return nil
    }
    return Bytes32(bytes: sum[...]).flatMap { PrivateKey($0) }
  }

  var bytes: [UInt8] { secret }

  /// The secret itself, for the keys that everybody knows. It is never called with others.
  public var revealed: Bytes32 { Bytes32(bytes: secret[...]) ?? .zero }

  /// The library's constant context does not sign.
  private static func signingContext() -> OpaquePointer {
    guard let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
      preconditionFailure("the library ends the program where memory is out")
    }
    return context
  }
}
