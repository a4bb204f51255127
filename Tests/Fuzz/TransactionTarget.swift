import EVM
import EthereumPrimitives

/// A raw transaction has one encoding and one hash, and its sender is who signed it or nobody; with
/// a signature out of range, or for another chain, it is refused.
@Sendable func rawTransaction(_ bytes: [UInt8]) throws {
  let read: SignedTransaction
  switch outcome({ () throws(RawTransactionError) in try SignedTransaction(raw: bytes) }) {
  case .failure(let error): return try requireReadable(error)
  case .success(let signed): read = signed
  }
  try require(read.encoded == bytes, "the bytes that were read are not kept")
  let written = SignedTransaction(read.transaction, read.signature)
  try require(written.encoded == bytes, "another encoding of the same transaction was taken")
  try require(read.hash == Keccak256.hash(bytes), "the hash is not that of the bytes")
  for longer in [bytes + [0], [0] + bytes, RLP.encode(.bytes(bytes))] {
    try requireRefused(longer, "bytes around a transaction are taken")
  }
  try requireSignature(bytes, isLegacy: read.transaction.kind == .legacy)
  let sender = outcome { () throws(RawTransactionError) in try read.sender() }
  switch sender {
  case .failure(let error): try requireReadable(error)
  case .success(let account):
    try require(try written.sender() == account, "two senders of one transaction")
    try requireChain(read.transaction, account)
  }
}

private func requireRefused(_ bytes: [UInt8], _ sentence: String) throws {
  guard
    case .failure(let error) = outcome({ () throws(RawTransactionError) in
      try SignedTransaction(raw: bytes)
    })
  else { throw BrokenProperty(description: sentence) }
  try requireReadable(error)
}

/// The last three fields of a transaction are v, r and s; with others in their places it is none.
private func requireSignature(_ bytes: [UInt8], isLegacy: Bool) throws {
  let head = isLegacy ? [] : Array(bytes.prefix(1))
  guard case .list(let items) = try RLP.decode(Array(bytes.dropFirst(head.count))),
    case .bytes(let s)? = items.last, let low = UInt256(bigEndian: s[...])
  else { throw BrokenProperty(description: "a transaction is no list with an s") }
  let order = UInt256(Signature.order)
  func changed(_ place: Int, _ number: UInt256) -> [UInt8] {
    var items = items
    items[items.count - place] = .number(number)
    return head + RLP.encode(.list(items))
  }
  for wrong in [UInt256.zero, order &- low, order, .max] {
    try requireRefused(changed(1, wrong), "\(wrong) is taken for an s")
  }
  for wrong in [UInt256.zero, order, .max] {
    try requireRefused(changed(2, wrong), "\(wrong) is taken for an r")
  }
  let parities: [UInt256] = isLegacy ? [.zero, .one, 26, 29, 34, .max] : [2, 27, 28, .max]
  for wrong in parities { try requireRefused(changed(3, wrong), "\(wrong) is taken for a v") }
}

/// On a chain of another id nothing happens; on its own one, its sender pays or it is refused.
private func requireChain(_ transaction: Transaction, _ sender: Address) throws {
  let world = World()
  world.set(sender, .init(nonce: transaction.nonce, balance: .max))
  let root = world.root()
  var block = BlockContext()
  block.gasLimit = 1_000_000
  let evm = EVM(world: world, fork: .prague)
  block.chainID = transaction.chainID.map { $0 ^ 1 } ?? 1
  func execute() -> Result<EVM.Outcome, TransactionError> {
    outcome { () throws(TransactionError) in
      try evm.execute(transaction, from: sender, in: block, gasLeft: block.gasLimit)
    }
  }
  if let chain = transaction.chainID {
    guard case .failure(let error) = execute() else {
      throw BrokenProperty(description: "a transaction of chain \(chain) stands on another one")
    }
    try requireReadable(error)
    try require(world.root() == root, "a refused transaction leaves something behind")
    block.chainID = chain
  }
  switch execute() {
  case .failure(let error):
    try requireReadable(error)
    try require(world.root() == root, "a refused transaction leaves something behind")
  case .success(let outcome):
    try require(outcome.gasUsed <= transaction.gasLimit, "more gas is used than there is")
    try require(world.root() != root, "a transaction leaves nothing behind")
  }
}
