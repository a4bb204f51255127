import CCrypto
import EthereumPrimitives
import Secp256k1

extension Precompile {
  /// The account that signed hash, v, r and s, in a word; nothing where nobody did.
  ///
  /// High values of s are taken here, other than in transactions. `Signature` has none: r with
  /// n − s and the other y is the same key's signature of the same hash.
  static func recoverSigner(_ input: PrecompileInput) -> [UInt8] {
    let (v, s) = (input.word(at: 32), input.word(at: 96))
    guard v == 27 || v == 28 else { return [] }
    let isHigh = s > UInt256(Signature.highestS)
    guard let low = isHigh ? UInt256(Signature.order).subtracting(s) : s,
      let signature = try? Signature(
        r: input.word(at: 64).bytes32, s: low.bytes32, isOdd: (v == 28) != isHigh),
      let signer = try? Secp256k1.signer(of: input.word(at: 0).bytes32, signature)
    else { return [] }
    return signer.bytes32.bytes
  }

  static func sha256(_ message: [UInt8]) -> [UInt8]? {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    var state = SHA256_CTX()
    guard SHA256_Init(&state) == 1, SHA256_Update(&state, message, message.count) == 1,
      SHA256_Final(&digest, &state) == 1
    else { return nil }
    return digest
  }

  /// The 20 bytes of the hash, in a word.
  static func ripemd160(_ input: PrecompileInput) -> [UInt8]? {
    let message = input.bytes(at: 0, count: input.count)
    var digest = [UInt8](repeating: 0, count: Int(RIPEMD160_DIGEST_LENGTH))
    guard RIPEMD160(message, message.count, &digest) != nil else { return nil }
    return [UInt8](repeating: 0, count: 12) + digest
  }
}
