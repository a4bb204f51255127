import CCrypto
import EthereumPrimitives

/// Signatures of the curve secp256r1, which passkeys and phones make.
///
/// Source: EIP-7951, https://eips.ethereum.org/EIPS/eip-7951.
enum P256 {
  /// 1 in a word where the key, x and y, signed the hash with r and s; otherwise nothing, also
  /// where the input has not the 160 bytes of hash, r, s, x and y.
  static func verify(_ input: PrecompileInput) -> [UInt8] {
    guard input.count == 160,
      isSigned(
        input.bytes(at: 0, count: 32), r: input.bytes(at: 32, count: 32),
        s: input.bytes(at: 64, count: 32), x: input.bytes(at: 96, count: 32),
        y: input.bytes(at: 128, count: 32))
    else { return [] }
    return UInt256.one.bytes32.bytes
  }

  /// The library refuses coordinates that are not below p, points that are not on the curve, and r
  /// and s that are 0 or not below n.
  private static func isSigned(
    _ hash: [UInt8], r: [UInt8], s: [UInt8], x: [UInt8], y: [UInt8]
  ) -> Bool {
    let key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)
    let signature = ECDSA_SIG_new()
    let (xNumber, yNumber) = (BN_bin2bn(x, 32, nil), BN_bin2bn(y, 32, nil))
    defer {
      BN_free(xNumber)
      BN_free(yNumber)
      ECDSA_SIG_free(signature)
      EC_KEY_free(key)
    }
    guard key != nil, signature != nil,
      EC_KEY_set_public_key_affine_coordinates(key, xNumber, yNumber) == 1,
      // The signature owns both numbers from then on.
      ECDSA_SIG_set0(signature, BN_bin2bn(r, 32, nil), BN_bin2bn(s, 32, nil)) == 1
    else { return false }
    return ECDSA_do_verify(hash, 32, signature, key) == 1
  }
}
