import EthereumPrimitives

/// Executes transactions against a world, under the rules of a fork.
///
/// One thread uses it at a time.
public final class EVM {
  public let world: World
  public let fork: Fork
  private let machine: Machine

  public init(world: World, fork: Fork) {
    self.world = world
    self.fork = fork
    machine = Machine(world: world, fork: fork)
  }

  /// What a transaction did.
  public struct Outcome: Sendable {
    public var status: CallStatus
    /// What it pays for, after refunds.
    public var gasUsed: UInt64
    /// Wei per gas.
    public var gasPrice: UInt256
    public var output: [UInt8]
    public var logs: [World.Log]
    /// The contract that it created.
    public var created: Address?
  }

  /// A call without a transaction: nothing is paid for, no nonce changes.
  public struct Message: Sendable {
    public var from: Address
    /// nil to create a contract.
    public var to: Address?
    public var value = UInt256.zero
    public var input: [UInt8]
    /// What is above 2⁶³ − 1 is not given.
    public var gas: UInt64
    public var gasPrice = UInt256.zero

    public init(from: Address, to: Address?, input: [UInt8], gas: UInt64) {
      self.from = from
      self.to = to
      self.input = input
      self.gas = gas
    }

    var gasGiven: Int64 { Int64(clamping: gas) }
  }

  /// Executes a transaction that an account signed, or that somebody sends in its name.
  ///
  /// - Parameters:
  ///   - gasLeft: what is left of the block's gas.
  ///   - isSigned: false where somebody sends it in an account's name, which may be a contract.
  ///   - isKept: false to undo what it did.
  /// - Throws: where the transaction cannot stand in the block; the world is as it was then.
  public func execute(
    _ transaction: Transaction, from sender: Address, in block: BlockContext, gasLeft: UInt64,
    isSigned: Bool = true, isKept: Bool = true, tracer: (any Tracer)? = nil
  ) throws(TransactionError) -> Outcome {
    let price = try price(
      of: transaction, from: sender, in: block, gasLeft: gasLeft, isSigned: isSigned)
    let index = world.account(sender)
    let checkpoint = world.checkpoint()
    machine.block = block
    machine.transaction = TransactionContext(
      origin: sender, gasPrice: price, blobHashes: transaction.blobHashes)
    machine.tracer = tracer

    buyGas(transaction, index, price, block)
    world.setNonce(index, world.accounts[index].nonce + 1)
    warmUp(transaction, sender: index, block)
    authorize(transaction, block)
    let limit = Int64(transaction.gasLimit)
    var message = Message(
      from: sender, to: transaction.to, input: transaction.input,
      gas: UInt64(limit - transaction.intrinsicGas))
    message.value = transaction.value
    let result = run(message, nonce: transaction.nonce)
    let used = gasUsed(transaction, left: result.gasLeft)
    sellGas(limit - used, used: used, index, price, block)
    let logs = world.logs
    if !isKept { world.revert(to: checkpoint) }
    world.endTransaction()
    return Outcome(
      status: result.status, gasUsed: UInt64(used), gasPrice: price, output: result.output,
      logs: logs, created: result.created)
  }

  /// Calls a contract, or creates one, without a transaction: no nonce, fee or intrinsic gas.
  ///
  /// - Parameter isKept: false to undo what it did.
  public func call(
    _ message: Message, in block: BlockContext, isKept: Bool = false, tracer: (any Tracer)? = nil
  ) -> Outcome {
    machine.block = block
    machine.transaction = TransactionContext(origin: message.from, gasPrice: message.gasPrice)
    machine.tracer = tracer
    let checkpoint = world.checkpoint()
    let index = world.account(message.from)
    _ = world.warm(index)
    let result = run(message, nonce: world.accounts[index].nonce)
    let used = message.gasGiven - result.gasLeft
    let refund = min(world.refund, used / 5)
    let logs = world.logs
    if !isKept { world.revert(to: checkpoint) }
    world.endTransaction()
    return Outcome(
      status: result.status, gasUsed: UInt64(used - refund), gasPrice: message.gasPrice,
      output: result.output, logs: logs, created: result.created)
  }
}

// MARK: Whether it may stand in a block

extension EVM {
  /// The wei per gas that the sender pays, of a transaction that may stand in the block now.
  ///
  /// - Throws: where it may not. Source: Ethereum Yellow Paper, section 6.2, and the EIPs of the
  ///   errors.
  public func price(
    of transaction: Transaction, from sender: Address, in block: BlockContext, gasLeft: UInt64,
    isSigned: Bool = true
  ) throws(TransactionError) -> UInt256 {
    let account = world.known(sender)
    try checkKind(transaction, block)
    if let chain = transaction.chainID, chain != block.chainID {
      throw .wrongChain(found: chain, expected: block.chainID)
    }
    guard account.nonce < .max else { throw .nonceAtLimit }
    guard transaction.nonce >= account.nonce else {
      throw .nonceTooLow(found: transaction.nonce, expected: account.nonce)
    }
    guard transaction.nonce == account.nonce else {
      throw .nonceTooHigh(found: transaction.nonce, expected: account.nonce)
    }
    guard
      !isSigned || account.code.count == 0 || (fork.hasDelegation && account.code.delegate != nil)
    else {
      throw .senderHasCode(account.address)
    }
    if transaction.to == nil, transaction.input.count > Limit.initCode {
      throw .initCodeTooLarge(count: transaction.input.count)
    }
    guard transaction.gasLimit <= fork.highestGasLimit else {
      throw .gasLimitTooHigh(found: transaction.gasLimit, limit: fork.highestGasLimit)
    }
    guard transaction.gasLimit <= gasLeft else {
      throw .gasLimitAboveBlock(found: transaction.gasLimit, limit: gasLeft)
    }
    let needed = max(transaction.intrinsicGas, transaction.floor(fork))
    guard transaction.gasLimit <= UInt64(Int64.max), Int64(transaction.gasLimit) >= needed else {
      throw .intrinsicGasTooLow(found: transaction.gasLimit, needed: needed)
    }
    return try checkFunds(transaction, account.balance, block)
  }

  private func checkKind(
    _ transaction: Transaction, _ block: BlockContext
  ) throws(TransactionError) {
    switch transaction.kind {
    case .legacy, .accessList, .dynamicFee: return
    case .blob: try checkBlobs(transaction, block)
    case .setCode:
      guard fork.hasDelegation else { throw .kindNotSupported(transaction.kind.rawValue) }
      guard !transaction.authorizations.isEmpty else { throw .noAuthorizations }
    }
    guard transaction.to != nil else { throw .createsContract }
  }

  /// Source: EIP-4844.
  private func checkBlobs(
    _ transaction: Transaction, _ block: BlockContext
  ) throws(TransactionError) {
    let hashes = transaction.blobHashes
    guard !hashes.isEmpty else {
      throw .blobsRefused("a transaction of type 3 carries at least one blob")
    }
    guard hashes.count <= fork.maximumBlobs else {
      throw .blobsRefused("\(hashes.count) blobs, at most \(fork.maximumBlobs) are allowed")
    }
    guard hashes.allSatisfy({ $0.word0 >> 56 == 1 }) else {
      throw .blobsRefused("a hash of a blob begins with the byte 0x01")
    }
    guard transaction.maximumBlobFee >= block.blobBaseFee(fork) else {
      throw .blobsRefused("the fee for blob gas is below the block's")
    }
  }

  private func checkFunds(
    _ transaction: Transaction, _ balance: UInt256, _ block: BlockContext
  ) throws(TransactionError) -> UInt256 {
    guard transaction.maximumPriorityFee <= transaction.maximumFee else {
      throw .priorityFeeAboveFee(
        priority: transaction.maximumPriorityFee, fee: transaction.maximumFee)
    }
    guard let price = transaction.price(baseFee: block.baseFee) else {
      throw .feeBelowBaseFee(found: transaction.maximumFee, baseFee: block.baseFee)
    }
    guard let gas = transaction.maximumFee.multiplied(by: UInt256(transaction.gasLimit)),
      let blobs = transaction.maximumBlobFee.multiplied(by: UInt256(blobGas(transaction))),
      let needed = gas.adding(transaction.value)?.adding(blobs)
    else { throw .costOverflow }
    guard needed <= balance else {
      throw .insufficientFunds(balance: balance, needed: needed)
    }
    return price
  }

  private func blobGas(_ transaction: Transaction) -> UInt64 {
    Gas.blob * UInt64(transaction.blobHashes.count)
  }
}

// MARK: Its steps

extension EVM {
  /// Takes the price of all its gas, and of its blobs, which is burnt.
  private func buyGas(
    _ transaction: Transaction, _ index: Int, _ price: UInt256, _ block: BlockContext
  ) {
    var cost = price &* UInt256(transaction.gasLimit)
    if transaction.kind == .blob {
      cost = cost &+ block.blobBaseFee(fork) &* UInt256(blobGas(transaction))
    }
    world.setBalance(index, world.accounts[index].balance &- cost)
  }

  /// Gives back what is left, and the coinbase its part. Source: EIP-1559.
  private func sellGas(
    _ left: Int64, used: Int64, _ index: Int, _ price: UInt256, _ block: BlockContext
  ) {
    let back = price &* UInt256(UInt64(left))
    world.setBalance(index, world.accounts[index].balance &+ back)
    let coinbase = world.account(block.coinbase)
    let tip = (price &- block.baseFee) &* UInt256(UInt64(used))
    world.setBalance(coinbase, world.accounts[coinbase].balance &+ tip)
  }

  /// What is warm from the start. Source: EIP-2929, EIP-2930, EIP-3651.
  private func warmUp(_ transaction: Transaction, sender: Int, _ block: BlockContext) {
    _ = world.warm(sender)
    _ = world.warm(world.account(block.coinbase))
    if let to = transaction.to { _ = world.warm(world.account(to)) }
    for precompile in fork.precompiles { _ = world.warm(world.account(precompile.address)) }
    for access in transaction.accessList {
      let account = world.account(access.address)
      _ = world.warm(account)
      for key in access.keys { _ = world.warmSlot(world.slot(account, UInt256(key))) }
    }
  }

  /// Writes the codes that accounts handed over. One that is not right is passed over. Source:
  /// EIP-7702.
  private func authorize(_ transaction: Transaction, _ block: BlockContext) {
    for authorization in transaction.authorizations {
      guard
        authorization.chainID.isZero || authorization.chainID == UInt256(block.chainID),
        authorization.nonce < .max, let authority = authorization.authority
      else { continue }
      let index = world.account(authority)
      _ = world.warm(index)
      let account = world.accounts[index]
      guard account.code.count == 0 || account.code.delegate != nil,
        account.nonce == authorization.nonce
      else { continue }
      if account.exists { world.refund += Gas.authorizationRefund }
      let code: Bytecode =
        authorization.address.isZero ? world.noCode : .delegation(to: authorization.address)
      world.setCode(index, code)
      world.setNonce(index, account.nonce + 1)
    }
  }

  private func run(_ message: Message, nonce: UInt64) -> CallResult {
    let sender = world.account(message.from)
    guard let to = message.to else { return create(message, sender, nonce) }
    return machine.call(message, sender: sender, to: to)
  }

  private func create(_ message: Message, _ sender: Int, _ nonce: UInt64) -> CallResult {
    let address = Address.create(sender: message.from, nonce: nonce)
    let index = world.account(address)
    _ = world.warm(index)
    return machine.create(message, sender: sender, index: index)
  }

  /// Source: EIP-3529 (a fifth may come back), EIP-7623 (but not below the floor).
  private func gasUsed(_ transaction: Transaction, left: Int64) -> Int64 {
    let used = Int64(transaction.gasLimit) - left
    return max(used - min(world.refund, used / 5), transaction.floor(fork))
  }
}
