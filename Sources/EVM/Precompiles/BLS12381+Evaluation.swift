import EthereumPrimitives

extension BLS12381 {
  /// Numbers of a blob, and n: what the contract returns where the proof holds.
  private static let blobElements = UInt256(4096)

  /// Whether a blob's polynomial has the value y at z, by a KZG proof; nil where it has not, where
  /// a point or number is none, or where the hash is not the commitment's.
  ///
  /// The input is the versioned hash, z, y, commitment and proof.
  ///
  /// Source: EIP-4844, https://eips.ethereum.org/EIPS/eip-4844, "Point evaluation precompile".
  static func evaluation(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count == 192 else { return nil }
    let (z, y) = (input.word(at: 32), input.word(at: 64))
    let encoded = input.bytes(at: 96, count: 48)
    guard z < order, y < order, let hash = Precompile.sha256(encoded),
      input.bytes(at: 0, count: 32) == [0x01] + hash[1...],
      let commitment = G1(compressed: encoded),
      let proof = G1(compressed: input.bytes(at: 144, count: 48))
    else { return nil }
    // e(commitment − yG, −H) · e(proof, τH − zH) = 1.
    let left = (Jacobian(commitment) + -(y * generatorG1).affine).affine
    let right = (Jacobian(ceremonyPoint) + -(z * generatorG2).affine).affine
    guard isProductOne(of: [(left, -generatorG2), (proof, right)]) else { return nil }
    return blobElements.bytes32.bytes + order.bytes32.bytes
  }
}

extension Affine<BLS12381.Fp> {
  /// From x in 48 bytes, whose highest bits say: compressed, infinity, the higher one of both y.
  /// nil where it is no point of the subgroup, or not in this one form.
  ///
  /// Source: EIP-4844's consensus specification, `validate_kzg_g1`; the form is ZCash's.
  init?(compressed bytes: [UInt8]) {
    let flags = bytes[0] >> 5
    let rest = [bytes[0] & 0x1F] + bytes[1...]
    guard flags & 0b100 != 0 else { return nil }
    if flags & 0b010 != 0 {
      guard flags == 0b110, rest.allSatisfy({ $0 == 0 }) else { return nil }
      self.init(trusted: .zero, .zero)
      return
    }
    guard let x = BLS12381.Fp(bigEndian: rest),
      let root = (x.squared * x + .coefficient).squareRoot
    else { return nil }
    self.init(trusted: x, root.isHigh == (flags & 0b001 != 0) ? root : -root)
    guard isInSubgroup else { return nil }
  }
}
