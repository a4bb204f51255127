import EVM
import EthereumPrimitives

/// A block of the chain, with what its transactions did.
public struct Block: Sendable {
  public let header: Header
  public let hash: Bytes32
  public let transactions: [MinedTransaction]
  /// Bytes of the block as it goes over the wire.
  public let size: Int

  init(header: Header, transactions: [MinedTransaction]) {
    self.header = header
    self.transactions = transactions
    hash = header.hash
    size = Self.encode(header, transactions).count
  }

  /// The block as it goes over the wire: header, transactions, no uncles, no withdrawals. Source:
  /// Ethereum Yellow Paper, section 4.4.3; EIP-2718, 4895.
  var encoded: [UInt8] { Self.encode(header, transactions) }

  private static func encode(_ header: Header, _ transactions: [MinedTransaction]) -> [UInt8] {
    let items = transactions.flatMap { mined in
      let isList = mined.signature != nil && mined.transaction.kind == .legacy
      return isList ? mined.encoded : RLP.encode(.bytes(mined.encoded))
    }
    let empty = RLP.encode(.list([]))
    return RLP.list(ofEncoded: header.encoded + RLP.list(ofEncoded: items) + empty + empty)
  }
}

/// The transactions of a block while it is made.
struct BlockBody {
  private(set) var transactions: [MinedTransaction] = []
  private(set) var gasUsed: UInt64 = 0
  private(set) var bloom = Bloom()
  private var logs = 0

  mutating func add(_ transaction: PendingTransaction, _ outcome: EVM.Outcome) {
    gasUsed += outcome.gasUsed
    let own = Bloom(outcome.logs)
    bloom.formUnion(own)
    transactions.append(
      MinedTransaction(
        transaction: transaction.transaction, sender: transaction.sender, hash: transaction.hash,
        signature: transaction.signature, encoded: transaction.encoded, outcome: outcome,
        cumulativeGas: gasUsed, firstLog: logs, bloom: own))
    logs += outcome.logs.count
  }
}

/// A transaction in a block, and its receipt.
public struct MinedTransaction: Sendable {
  public let transaction: Transaction
  public let sender: Address
  public let hash: Bytes32
  /// nil where the sender was impersonated.
  public let signature: Signature?
  let encoded: [UInt8]
  public let outcome: EVM.Outcome
  /// Gas of the block up to this transaction and with it.
  public let cumulativeGas: UInt64
  /// The number of its first log in the block.
  public let firstLog: Int
  public let bloom: Bloom

  /// The receipt as the block's root holds it. Source: Ethereum Yellow Paper, section 4.4.1;
  /// EIP-658, 2718.
  var receipt: [UInt8] {
    let body = RLP.encode(
      .list([
        .number(outcome.status == .success ? 1 : 0), .number(UInt256(cumulativeGas)),
        .bytes(bloom.bytes), .list(outcome.logs.map(\.item)),
      ]))
    return transaction.kind == .legacy ? body : [transaction.kind.rawValue] + body
  }
}

/// A transaction that waits for a block.
public struct PendingTransaction: Sendable {
  public let transaction: Transaction
  public let sender: Address
  public let hash: Bytes32
  public let signature: Signature?
  let encoded: [UInt8]
  /// Bytes that it takes, about.
  let size: Int

  /// One that its sender signed.
  public init(_ signed: SignedTransaction) throws(RawTransactionError) {
    transaction = signed.transaction
    sender = try signed.sender()
    signature = signed.signature
    encoded = signed.encoded
    hash = signed.hash
    size = 2 * encoded.count
  }

  /// One that is sent in the name of an account whose key nobody needs: its hash is made of all
  /// that it says, and its sender.
  public init(_ transaction: Transaction, from sender: Address) {
    self.transaction = transaction
    self.sender = sender
    signature = nil
    encoded = transaction.signingHash.bytes + sender.bytes
    hash = Keccak256.hash(encoded)
    let keys = transaction.accessList.reduce(0) { $0 + 1 + $1.keys.count }
    size = 200 + transaction.input.count + 32 * keys
  }
}
