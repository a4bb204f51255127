import EthereumPrimitives

/// A contract that is part of the protocol and has no code; its number is its address.
///
/// Source: Ethereum Yellow Paper, appendix E; the EIPs named at each one.
public enum Precompile: UInt16, Sendable, Hashable, CaseIterable {
  case ecrecover = 0x01
  case sha256 = 0x02
  case ripemd160 = 0x03
  case identity = 0x04
  /// EIP-198, at the price of EIP-2565 or of EIP-7883.
  case modularPower = 0x05
  /// EIP-196, at the price of EIP-1108; so is the product.
  case curveSum = 0x06
  case curveProduct = 0x07
  /// EIP-197, at the price of EIP-1108.
  case pairing = 0x08
  /// EIP-152.
  case blake2Compression = 0x09
  /// EIP-4844.
  case pointEvaluation = 0x0a
  /// EIP-2537, as the six that follow.
  case blsG1Sum = 0x0b
  case blsG1Products = 0x0c
  case blsG2Sum = 0x0d
  case blsG2Products = 0x0e
  case blsPairing = 0x0f
  case blsMapToG1 = 0x10
  case blsMapToG2 = 0x11
  /// EIP-7951.
  case p256Verify = 0x100

  /// Those that were there when the last of them came.
  static func all(upTo last: Precompile) -> [Precompile] {
    allCases.filter { $0.rawValue <= last.rawValue }
  }

  public var address: Address { Address(0, 0, UInt32(rawValue)) }

  /// Runs the contract on a call's input; no input traps, and no work is done that is not paid.
  ///
  /// The input is read during the call only.
  public func run(
    _ input: UnsafeRawBufferPointer, gas: UInt64, _ fork: Fork
  ) -> PrecompileOutcome {
    let input = PrecompileInput(bytes: input)
    let price = price(of: input, fork)
    // The highest price stands for all that are higher still: no gas pays for it.
    guard price <= gas, price < .max else { return .failure }
    return output(for: input).map { .success(gasUsed: price, output: $0) } ?? .failure
  }

  /// What the contract takes for an input.
  private func price(of input: PrecompileInput, _ fork: Fork) -> UInt64 {
    switch self {
    case .ecrecover: 3000
    case .sha256: 60 + 12 * input.wordCount
    case .ripemd160: 600 + 120 * input.wordCount
    case .identity: 15 + 3 * input.wordCount
    case .modularPower: ModularPower.price(of: input, fork.modularPower)
    case .curveSum: 150
    case .curveProduct: 6000
    case .pairing: 45_000 + 34_000 * UInt64(input.count / BN254.pairByteCount)
    case .blake2Compression: Blake2.price(of: input)
    case .pointEvaluation: 50_000
    case .blsG1Sum: 375
    case .blsG1Products: BLS12381.G1.price(ofProducts: input)
    case .blsG2Sum: 600
    case .blsG2Products: BLS12381.G2.price(ofProducts: input)
    case .blsPairing: 37_700 + 32_600 * UInt64(input.count / BLS12381.pairByteCount)
    case .blsMapToG1: 5500
    case .blsMapToG2: 23_800
    case .p256Verify: 6900
    }
  }

  /// What the contract returns; nil where it fails.
  private func output(for input: PrecompileInput) -> [UInt8]? {
    switch self {
    case .ecrecover: Self.recoverSigner(input)
    case .sha256: Self.sha256(input.bytes(at: 0, count: input.count))
    case .ripemd160: Self.ripemd160(input)
    case .identity: input.bytes(at: 0, count: input.count)
    case .modularPower: ModularPower.output(for: input)
    case .curveSum: BN254.sum(input)
    case .curveProduct: BN254.product(input)
    case .pairing: BN254.pairingCheck(input)
    case .blake2Compression: Blake2.output(for: input)
    case .pointEvaluation: BLS12381.evaluation(input)
    case .blsG1Sum: BLS12381.G1.sum(input)
    case .blsG1Products: BLS12381.G1.sumOfProducts(input)
    case .blsG2Sum: BLS12381.G2.sum(input)
    case .blsG2Products: BLS12381.G2.sumOfProducts(input)
    case .blsPairing: BLS12381.pairingCheck(input)
    case .blsMapToG1: BLS12381.mapToG1(input)
    case .blsMapToG2: BLS12381.mapToG2(input)
    case .p256Verify: P256.verify(input)
    }
  }
}

/// How the call of a precompiled contract ended.
public enum PrecompileOutcome: Sendable, Hashable {
  case success(gasUsed: UInt64, output: [UInt8])
  /// The input is not what the contract takes, or the gas is too little: all gas is used.
  case failure
}

extension Fork {
  /// The precompiled contract at an address.
  public func precompile(at address: Address) -> Precompile? {
    guard address.word0 | address.word1 == 0, address.word2 <= UInt32(UInt16.max),
      let precompile = Precompile(rawValue: UInt16(address.word2)),
      precompiles.contains(precompile)
    else { return nil }
    return precompile
  }
}
