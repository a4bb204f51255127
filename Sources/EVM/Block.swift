import EthereumPrimitives

/// What code can see of the block that it runs in.
public struct BlockContext: Sendable {
  public var chainID: UInt64 = 1
  public var number: UInt64 = 0
  /// Seconds since 1970.
  public var timestamp: UInt64 = 0
  public var gasLimit: UInt64 = 30_000_000
  /// Wei per gas that is burnt (EIP-1559).
  public var baseFee = UInt256.zero
  /// Receives the rest of what gas is paid with.
  public var coinbase = Address.zero
  /// EIP-4399.
  public var prevRandao = Bytes32.zero
  /// EIP-4844.
  public var excessBlobGas: UInt64 = 0
  /// Hashes of the blocks before, by number; code sees the last 256 of them.
  public var hashes: [UInt64: Bytes32] = [:]

  public init() {}

  /// Wei per unit of blob gas: e to the power of excess / fraction, by the series of EIP-4844.
  func blobBaseFee(_ fork: Fork) -> UInt256 {
    let fraction = UInt256(fork.blobBaseFeeFraction)
    var sum = UInt256.zero
    var term = fraction
    var step: UInt64 = 1
    while !term.isZero {
      guard let next = sum.adding(term),
        let grown = term.multiplied(by: UInt256(excessBlobGas)),
        let divided = grown.quotientAndRemainder(dividingBy: fraction &* UInt256(step))
      else { return .max }
      sum = next
      term = divided.quotient
      step += 1
    }
    return sum.quotientAndRemainder(dividingBy: fraction)?.quotient ?? .max
  }
}
