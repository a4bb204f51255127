import EthereumPrimitives
import Secp256k1

/// A transaction as it is executed: without its signature.
public struct Transaction: Sendable, Hashable {
  /// Source: EIP-2718, 2930, 1559, 4844, 7702.
  public enum Kind: UInt8, Sendable {
    case legacy = 0
    case accessList = 1
    case dynamicFee = 2
    case blob = 3
    case setCode = 4
  }

  /// An account that the transaction announces, with slots of it (EIP-2930).
  public struct Access: Sendable, Hashable {
    public var address: Address
    public var keys: [Bytes32]

    public init(address: Address, keys: [Bytes32]) {
      self.address = address
      self.keys = keys
    }
  }

  /// An account's word that its code is another account's (EIP-7702).
  public struct Authorization: Sendable, Hashable {
    /// 0 for any chain.
    public var chainID: UInt256
    /// The zero address to take the account's code back.
    public var address: Address
    public var nonce: UInt64
    public var yParity: UInt256
    public var r: Bytes32
    public var s: Bytes32

    public init(
      chainID: UInt256, address: Address, nonce: UInt64, yParity: UInt256, r: Bytes32, s: Bytes32
    ) {
      self.chainID = chainID
      self.address = address
      self.nonce = nonce
      self.yParity = yParity
      self.r = r
      self.s = s
    }

    /// Who signed it; nil where nobody did.
    public var authority: Address? {
      let hash = Self.signingHash(chainID: chainID, address: address, nonce: nonce)
      guard yParity <= .one, let signature = try? Signature(r: r, s: s, isOdd: yParity == .one)
      else { return nil }
      return try? Secp256k1.signer(of: hash, signature)
    }
  }

  public var kind = Kind.legacy
  /// nil for a legacy transaction of any chain (before EIP-155).
  public var chainID: UInt64?
  public var nonce: UInt64 = 0
  public var gasLimit: UInt64 = 0
  /// nil where it creates a contract.
  public var to: Address?
  /// Wei.
  public var value = UInt256.zero
  public var input: [UInt8] = []
  /// Wei per gas that is paid at most; of types before EIP-1559, the gas price.
  public var maximumFee = UInt256.zero
  /// Wei per gas for the block's coinbase at most; of types before EIP-1559, the gas price too.
  public var maximumPriorityFee = UInt256.zero
  public var accessList: [Access] = []
  /// Wei per unit of blob gas that is paid at most.
  public var maximumBlobFee = UInt256.zero
  public var blobHashes: [Bytes32] = []
  public var authorizations: [Authorization] = []

  public init() {}

  /// Zero bytes count one, others four (EIP-7623).
  var tokens: Int64 {
    input.reduce(0) { $0 + ($1 == 0 ? 1 : 4) }
  }

  /// Gas that is used before the first step. Source: Ethereum Yellow Paper, section 6.2; EIP-2028,
  /// 2930, 3860, 7702.
  public var intrinsicGas: Int64 {
    var gas = Gas.transaction + Gas.zeroByte * tokens
    if to == nil { gas += Gas.create + Gas.initCodeWord * Gas.words(input.count) }
    for access in accessList {
      gas += Gas.accessListAddress + Gas.accessListKey * Int64(access.keys.count)
    }
    return gas + Gas.authorization * Int64(authorizations.count)
  }

  /// Gas that it uses at least (EIP-7623).
  func floor(_ fork: Fork) -> Int64 { Gas.transaction + fork.floorPerToken * tokens }

  /// Wei per gas that is paid in a block of this base fee; nil where the fee does not cover it.
  func price(baseFee: UInt256) -> UInt256? {
    guard let rest = maximumFee.subtracting(baseFee) else { return nil }
    return baseFee &+ min(rest, maximumPriorityFee)
  }
}

/// Why a transaction cannot stand in a block. Nothing changes then.
public enum TransactionError: Error, Sendable, Hashable, CustomStringConvertible {
  case kindNotSupported(UInt8)
  case wrongChain(found: UInt64, expected: UInt64)
  case nonceTooLow(found: UInt64, expected: UInt64)
  case nonceTooHigh(found: UInt64, expected: UInt64)
  /// The nonce is 2⁶⁴ − 1 (EIP-2681).
  case nonceAtLimit
  /// The sender is a contract (EIP-3607).
  case senderHasCode(Address)
  case intrinsicGasTooLow(found: UInt64, needed: Int64)
  /// Source: EIP-7825.
  case gasLimitTooHigh(found: UInt64, limit: UInt64)
  case gasLimitAboveBlock(found: UInt64, limit: UInt64)
  case feeBelowBaseFee(found: UInt256, baseFee: UInt256)
  case priorityFeeAboveFee(priority: UInt256, fee: UInt256)
  case insufficientFunds(balance: UInt256, needed: UInt256)
  /// Gas limit times fee, and value, come to 2²⁵⁶ or more.
  case costOverflow
  case initCodeTooLarge(count: Int)
  case blobsRefused(String)
  case noAuthorizations
  /// Blobs and authorizations need a receiver.
  case createsContract

  public var description: String {
    switch self {
    case .kindNotSupported(let kind):
      "the transaction has type \(kind), which this fork does not know"
    case .wrongChain(let found, let expected):
      "the transaction is for chain \(found), this one is \(expected)"
    case .nonceTooLow(let found, let expected):
      "nonce too low: the transaction has \(found), the account's next one is \(expected)"
    case .nonceTooHigh(let found, let expected):
      "nonce too high: the transaction has \(found), the account's next one is \(expected)"
    case .nonceAtLimit: "the account's nonce is at its limit, it can send no more"
    case .senderHasCode(let account):
      "\(account) is a contract, which sends no transactions (EIP-3607)"
    case .intrinsicGasTooLow(let found, let needed):
      "intrinsic gas too low: the gas limit is \(found), the transaction needs at least \(needed)"
    case .gasLimitTooHigh(let found, let limit):
      "the gas limit of \(found) is above \(limit), the highest that a transaction may have"
    case .gasLimitAboveBlock(let found, let limit):
      "the gas limit of \(found) is above what is left in the block, \(limit)"
    case .feeBelowBaseFee(let found, let baseFee):
      "max fee per gas less than block base fee: \(found) is below \(baseFee)"
    case .priorityFeeAboveFee(let priority, let fee):
      "the priority fee of \(priority) is above the fee of \(fee)"
    case .insufficientFunds(let balance, let needed):
      "insufficient funds for gas * price + value: the sender has \(balance) wei, "
        + "needed are \(needed)"
    case .costOverflow: "gas limit times fee plus value is 2²⁵⁶ or more"
    case .initCodeTooLarge(let count):
      "the code that creates a contract has \(count) bytes, at most \(Limit.initCode) are allowed"
    case .blobsRefused(let reason): reason
    case .noAuthorizations: "a transaction of type 4 needs an authorization"
    case .createsContract: "a transaction of this type needs a receiver"
    }
  }
}
