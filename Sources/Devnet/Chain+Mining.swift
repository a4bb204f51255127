import EVM
import EthereumPrimitives

// How transactions come into blocks.
extension Chain {
  /// Takes a transaction in, and makes blocks of what can stand in one where blocks are made at
  /// once. One that waits with the same sender and nonce is replaced, where the new one pays a
  /// tenth more.
  ///
  /// - Throws: where it could not stand in a block. Its nonce may be ahead of its sender's: then it
  ///   waits for those before it. Where blocks are not made at once, it waits for a base fee that
  ///   it can pay too.
  public func add(_ transaction: PendingTransaction) throws(PoolError) {
    let hash = transaction.hash
    guard pool[hash] == nil else { throw .alreadyKnown(hash, block: nil) }
    guard transaction.transaction.kind != .blob else { throw .blobs }
    do throws(TransactionError) { try check(transaction) } catch { throw .refused(error) }
    if let place = places[hash] { throw .alreadyKnown(hash, block: place.block) }
    try pool.add(transaction)
    if isAutomining { mineWaiting() }
  }

  private func check(_ pending: PendingTransaction) throws(TransactionError) {
    guard pending.transaction.nonce < .max else { throw .nonceAtLimit }
    var transaction = pending.transaction
    // Whether the nonce's turn has come is left out.
    transaction.nonce = min(transaction.nonce, world.record(of: pending.sender).nonce)
    if transaction.nonce < pending.transaction.nonce, world.record(of: pending.sender).nonce == .max
    {
      throw .nonceAtLimit
    }
    do throws(TransactionError) {
      _ = try evm.price(
        of: transaction, from: pending.sender, in: nextContext(hasHashes: false),
        gasLeft: next.gasLimit, isSigned: pending.signature != nil)
    } catch .feeBelowBaseFee where !isAutomining {}
  }

  /// Makes blocks until nothing that waits can stand in one.
  private func mineWaiting() {
    while !pool.isEmpty {
      let context = nextContext()
      let body = fill(context, evm, &pool)
      guard !body.transactions.isEmpty else { return }
      append(body, context)
    }
  }

  /// Makes one block of what waits: what cannot stand in it yet, for its nonce, fee or gas, goes on
  /// waiting; what never can is dropped.
  @discardableResult
  public func mine() -> Block {
    let context = nextContext()
    return append(fill(context, evm, &pool), context)
  }

  /// Makes one block of transactions in their order, tells what each of them did, and keeps the
  /// header alone: for more of them than memory holds.
  ///
  /// - Throws: where one cannot stand in the block. Those before it are a block then.
  @discardableResult
  public func mine(
    _ transactions: some Sequence<PendingTransaction>, to receive: (MinedTransaction) -> Void
  ) throws(TransactionError) -> Header {
    if isChanged { remember() }
    let context = nextContext()
    var body = BlockBody()
    var refusal: TransactionError?
    for candidate in transactions {
      do throws(TransactionError) {
        let outcome = try evm.execute(
          candidate.transaction, from: candidate.sender, in: context,
          gasLeft: context.gasLimit - body.gasUsed, isSigned: candidate.signature != nil)
        body.add(candidate, outcome)
      } catch {
        refusal = error
        break
      }
    }
    let header = append(body, context, keepsTransactions: false).header
    body.transactions.forEach(receive)
    if let refusal { throw refusal }
    return header
  }

  /// The block that `mine` would make now, and the state after it. The chain stays as it is.
  public func pendingBlock() -> (block: Block, context: BlockContext, world: World) {
    let world = World(over: world.state())
    let context = nextContext()
    var waiting = pool
    let body = fill(context, EVM(world: world, fork: settings.fork), &waiting)
    return (seal(body, context, world.root()), context, world)
  }

  /// Executes what waits, in the order in which it came; one whose nonce comes before that of an
  /// earlier one takes it along.
  private func fill(_ context: BlockContext, _ evm: EVM, _ pool: inout Pool) -> BlockBody {
    // What runs on the state of a block again, has to find what was changed after it.
    if isChanged { remember() }
    var body = BlockBody()
    for first in pool.transactions {
      guard let turn = pool.arrival(first.hash) else { continue }
      var candidate: PendingTransaction? = first
      while let transaction = candidate {
        candidate = nil
        do throws(TransactionError) {
          let outcome = try evm.execute(
            transaction.transaction, from: transaction.sender, in: context,
            gasLeft: context.gasLimit - body.gasUsed, isSigned: transaction.signature != nil)
          body.add(transaction, outcome)
          let following = pool[transaction.sender, transaction.transaction.nonce + 1]
          pool.remove(transaction.hash)
          candidate = following.flatMap { (pool.arrival($0.hash) ?? turn) < turn ? $0 : nil }
        } catch {
          if !error.mayPass { pool.remove(transaction.hash) }
        }
      }
    }
    return body
  }

  private func seal(_ body: BlockBody, _ context: BlockContext, _ root: Bytes32) -> Block {
    var header = Header()
    header.parentHash = latest.hash
    header.coinbase = context.coinbase
    header.stateRoot = root
    header.transactionsRoot = Trie.root(ofList: body.transactions.map(\.encoded))
    header.receiptsRoot = Trie.root(ofList: body.transactions.map(\.receipt))
    header.bloom = body.bloom
    header.number = context.number
    header.gasLimit = context.gasLimit
    header.gasUsed = body.gasUsed
    header.timestamp = context.timestamp
    header.prevRandao = context.prevRandao
    header.baseFee = context.baseFee
    header.requestsHash = latest.header.requestsHash
    return Block(header: header, transactions: body.transactions)
  }

  @discardableResult
  private func append(
    _ body: BlockBody, _ context: BlockContext, keepsTransactions: Bool = true
  ) -> Block {
    let sealed = seal(body, context, world.root())
    let block = keepsTransactions ? sealed : Block(header: sealed.header, transactions: [])
    numbers[block.hash] = blocks.count
    for (index, transaction) in block.transactions.enumerated() {
      places[transaction.hash] = (blocks.count, index)
    }
    blocks.append(block)
    (next.timestamp, next.baseFee, next.prevRandao) = (nil, nil, nil)
    // Blocks of one second are a second apart: the chain's clock goes with them.
    if block.header.timestamp > now { _ = setTime(min(block.header.timestamp, Self.lastTime)) }
    remember()
    return block
  }

  /// Keeps the state after the latest block.
  func remember() {
    isChanged = false
    guard settings.history > 0 else { return }
    states[blocks.count - 1] = world.state()
    states[blocks.count - 2 - settings.history] = nil
  }
}

extension TransactionError {
  /// True where the transaction may stand in a later block.
  var mayPass: Bool {
    switch self {
    case .nonceTooHigh, .gasLimitAboveBlock, .feeBelowBaseFee, .insufficientFunds: true
    default: false
    }
  }
}
