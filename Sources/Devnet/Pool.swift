import EVM
import EthereumPrimitives

/// Transactions that wait for a block, in the order in which they came.
public struct Pool: Sendable {
  /// Transactions at most.
  public static let maximumCount = 100_000
  /// Bytes of all of them at most.
  public static let maximumBytes = 256 << 20

  /// By the number under which each came.
  private var waiting: [UInt64: PendingTransaction] = [:]
  private var numbers: [Bytes32: UInt64] = [:]
  /// Numbers by sender and nonce.
  private var nonces: [Address: [UInt64: UInt64]] = [:]
  private var nextNumber: UInt64 = 0
  private(set) var bytes = 0

  public var count: Int { waiting.count }
  public var isEmpty: Bool { waiting.isEmpty }

  public var transactions: [PendingTransaction] {
    waiting.sorted { $0.key < $1.key }.map(\.value)
  }

  public subscript(hash: Bytes32) -> PendingTransaction? { numbers[hash].flatMap { waiting[$0] } }

  subscript(sender: Address, nonce: UInt64) -> PendingTransaction? {
    nonces[sender]?[nonce].flatMap { waiting[$0] }
  }

  /// The nonce after those that wait without a gap.
  public func nextNonce(of sender: Address, after nonce: UInt64) -> UInt64 {
    guard let own = nonces[sender] else { return nonce }
    var nonce = nonce
    while own[nonce] != nil { nonce += 1 }
    return nonce
  }

  /// The number under which one came: a lower one than those that came later.
  func arrival(_ hash: Bytes32) -> UInt64? { numbers[hash] }

  /// Takes one in. Of one that it replaces it gets the place.
  ///
  /// - Throws: where the one to be replaced pays too much, or there is no room.
  mutating func add(
    _ transaction: PendingTransaction, maximumCount: Int = maximumCount,
    maximumBytes: Int = maximumBytes
  ) throws(PoolError) {
    let old = self[transaction.sender, transaction.transaction.nonce]
    if let old { try Self.check(transaction, replaces: old) }
    guard old != nil || count < maximumCount,
      bytes - (old?.size ?? 0) + transaction.size <= maximumBytes
    else { throw .full(count: count, bytes: bytes) }
    let number = old.flatMap { numbers[$0.hash] } ?? nextNumber
    if let old { remove(old.hash) } else { nextNumber += 1 }
    waiting[number] = transaction
    numbers[transaction.hash] = number
    nonces[transaction.sender, default: [:]][transaction.transaction.nonce] = number
    bytes += transaction.size
  }

  /// Both fees have to be a tenth higher, as geth's pool has it.
  private static func check(
    _ transaction: PendingTransaction, replaces old: PendingTransaction
  ) throws(PoolError) {
    for fee in [\Transaction.maximumFee, \Transaction.maximumPriorityFee] {
      let before = old.transaction[keyPath: fee]
      let tenth = before.quotientAndRemainder(dividingBy: 10)?.quotient ?? .zero
      let needed = before.adding(max(tenth, .one)) ?? .max
      let found = transaction.transaction[keyPath: fee]
      guard found >= needed else { throw .underpriced(found: found, needed: needed) }
    }
  }

  @discardableResult
  mutating func remove(_ hash: Bytes32) -> Bool {
    guard let number = numbers.removeValue(forKey: hash),
      let old = waiting.removeValue(forKey: number)
    else { return false }
    nonces[old.sender]?[old.transaction.nonce] = nil
    if nonces[old.sender]?.isEmpty == true { nonces[old.sender] = nil }
    bytes -= old.size
    return true
  }
}

/// Why a transaction does not wait for a block.
public enum PoolError: Error, Sendable, Hashable, CustomStringConvertible {
  case refused(TransactionError)
  /// It waits, or stands in a block.
  case alreadyKnown(Bytes32, block: Int?)
  /// It carries blobs, which this chain has no room for.
  case blobs
  /// Another one of its sender waits with the same nonce, and this one pays too little more.
  case underpriced(found: UInt256, needed: UInt256)
  case full(count: Int, bytes: Int)

  public var description: String {
    switch self {
    case .refused(let error): error.description
    case .alreadyKnown(let hash, nil): "already known: \(hash) waits for a block"
    case .alreadyKnown(let hash, let block?):
      "already known: \(hash) is in block \(block). Change its gas or fee to send it again."
    case .blobs: "transactions of type 3 are not supported: this chain has no blobs"
    case .underpriced(let found, let needed):
      "replacement transaction underpriced: it pays \(found) wei per gas, needed are \(needed)"
    case .full(let count, let bytes):
      "txpool is full: \(count) transactions of \(bytes) bytes wait. Mine a block, or drop some."
    }
  }
}
