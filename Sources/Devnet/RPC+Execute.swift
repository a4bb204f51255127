import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing

// Calls, and transactions that are sent.
extension RPC {
  /// nil where the method is none of these.
  func execute(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_call":
      let request = try CallObject(parameters.required("a call"))
      let (world, block) = try state(at: parameters.next())
      let outcome = EVM(world: world, fork: chain.settings.fork).call(
        try message(request, block), in: block)
      guard outcome.status == .success else { throw .failed(outcome) }
      return .data(outcome.output)
    case "eth_estimateGas": return .quantity(try estimate(unpaidRun(&parameters)))
    case "eth_sendRawTransaction":
      let raw = try parameters.bytes()
      let pending: PendingTransaction
      do { pending = try PendingTransaction(SignedTransaction(raw: raw)) } catch {
        throw .rejected("\(error)")
      }
      return .word(try send(pending))
    case "eth_sendTransaction":
      return .word(try sendUnsigned(CallObject(parameters.required("a transaction"))))
    case "eth_sign", "personal_sign": return try sign(method, &parameters)
    case "eth_signTypedData_v4":
      let key = try key(of: parameters.address())
      return .data(key.sign(try TypedDataJSON.digest(parameters.required("typed data"))).bytes)
    default: return nil
    }
  }

  func key(of account: Address) throws(RPCError) -> PrivateKey {
    guard let key = keys[account] else {
      throw .rejected(
        "\(account) is none of this chain's accounts: their keys sign, others' do not")
    }
    return key
  }

  /// EIP-191, version 0x45: a message that no transaction can be.
  private func sign(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON {
    let first = try parameters.required("an account, or bytes")
    let second = try parameters.required("an account, or bytes")
    let (account, message) = method == "eth_sign" ? (first, second) : (second, first)
    let bytes = try message.bytes()
    let prefix = "\u{19}Ethereum Signed Message:\n\(bytes.count)"
    let key = try key(of: account.address())
    return .data(key.sign(Keccak256.hash(Array(prefix.utf8) + bytes)).bytes)
  }

  // MARK: Calls

  func message(_ request: CallObject, _ block: BlockContext) throws(RPCError) -> EVM.Message {
    var message = EVM.Message(
      from: request.from ?? .zero, to: request.to, input: request.input,
      gas: request.gas ?? block.gasLimit)
    message.value = request.value
    message.gasPrice = request.maximumFee ?? .zero
    return message
  }

  /// A call and a block that parameters name, to be run as a transaction.
  func unpaidRun(_ parameters: inout Parameters) throws(RPCError) -> UnpaidRun {
    let request = try CallObject(parameters.required("a call"))
    return try unpaidRun(request, at: parameters.next())
  }

  private func unpaidRun(_ request: CallObject, at tag: JSON?) throws(RPCError) -> UnpaidRun {
    let (world, block) = try state(at: tag)
    return UnpaidRun(
      request, on: World(copying: world), in: tag == nil ? chain.nextContext() : block,
      settings: chain.settings)
  }

  /// The least gas limit with which it succeeds, found by halving; as it is charged, with what
  /// comes back at the end and what calls have to leave behind.
  private func estimate(_ run: UnpaidRun) throws(RPCError) -> UInt64 {
    var highest = run.transaction.gasLimit
    let first = try run.execute()
    guard first.status == .success else { throw .failed(first) }
    func succeeds(_ limit: UInt64) -> Bool {
      (try? run.execute(gasLimit: limit))?.status == .success
    }
    var lowest = first.gasUsed - 1
    // Most calls need what they used; then two attempts are enough.
    if succeeds(first.gasUsed) { return first.gasUsed }
    while highest - lowest > 1 {
      let middle = lowest + (highest - lowest) / 2
      if succeeds(middle) { highest = middle } else { lowest = middle }
    }
    return highest
  }

  // MARK: Transactions

  private func send(_ pending: PendingTransaction) throws(RPCError) -> Bytes32 {
    do { try chain.add(pending) } catch { throw .rejected("\(error)") }
    return pending.hash
  }

  /// Signs it, where the chain has the key, or sends it in the account's name, where somebody may.
  private func sendUnsigned(_ request: CallObject) throws(RPCError) -> Bytes32 {
    guard let sender = request.from ?? accounts.first else {
      throw .invalidParameters("`from` is missing")
    }
    var transaction = request.transaction(chainID: chain.settings.chainID)
    transaction.nonce =
      request.nonce
      ?? chain.world.record(of: sender).nonce
      + UInt64(chain.pending.count { $0.sender == sender })
    if request.maximumFee == nil {
      transaction.maximumPriorityFee = Self.suggestedTip
      transaction.maximumFee = chain.nextContext().baseFee &* 2 &+ Self.suggestedTip
    }
    if let gas = request.gas {
      transaction.gasLimit = gas
    } else {
      transaction.gasLimit = try estimate(unpaidRun(request, at: nil))
    }
    if keys[sender] == nil, chain.canSend(as: sender) {
      return try send(PendingTransaction(transaction, from: sender))
    }
    return try send(signed(transaction, by: sender))
  }

  private func signed(
    _ transaction: Transaction, by sender: Address
  ) throws(RPCError) -> PendingTransaction {
    let signature = try key(of: sender).sign(transaction.signingHash)
    do { return try PendingTransaction(SignedTransaction(transaction, signature)) } catch {
      throw .rejected("\(error)")
    }
  }
}

/// A call that is run as a transaction, with all that this costs, for which nobody pays: fees are
/// left out, the question is not whether somebody has the money. Nothing of it is kept.
struct UnpaidRun {
  let world: World
  private let evm: EVM
  private let block: BlockContext
  private let sender: Address
  let transaction: Transaction

  init(
    _ request: CallObject, on world: World, in block: BlockContext, settings: Chain.Settings
  ) {
    self.world = world
    evm = EVM(world: world, fork: settings.fork)
    var free = block
    free.baseFee = .zero
    self.block = free
    sender = request.from ?? .zero
    var transaction = request.transaction(chainID: settings.chainID)
    transaction.nonce = world.record(of: sender).nonce
    (transaction.maximumFee, transaction.maximumPriorityFee) = (.zero, .zero)
    let limit = min(block.gasLimit, settings.fork.highestGasLimit)
    transaction.gasLimit = min(request.gas ?? limit, limit)
    self.transaction = transaction
  }

  /// - Parameter gasLimit: another one than the call's.
  func execute(
    gasLimit: UInt64? = nil, _ tracer: (any Tracer)? = nil
  ) throws(RPCError) -> EVM.Outcome {
    var transaction = transaction
    transaction.gasLimit = gasLimit ?? transaction.gasLimit
    do {
      return try evm.execute(
        transaction, from: sender, in: block, gasLeft: transaction.gasLimit, isSigned: false,
        isKept: false, tracer: tracer)
    } catch { throw .rejected("\(error)") }
  }
}

/// A call or a transaction as clients describe it.
struct CallObject {
  var from: Address?
  var to: Address?
  var gas: UInt64?
  var nonce: UInt64?
  var value = UInt256.zero
  var input: [UInt8] = []
  var maximumFee: UInt256?
  var priorityFee: UInt256?
  var isLegacy: Bool
  var accessList: [Transaction.Access] = []

  init(_ json: JSON) throws(RPCError) {
    guard json.members != nil else { throw .invalidParameters("a call is an object") }
    func member(_ key: String) -> JSON? { json[key].flatMap { $0 == .null ? nil : $0 } }
    from = try member("from")?.address()
    to = try member("to").flatMap { json throws(RPCError) in
      json.text?.isEmpty == true ? nil : try json.address()
    }
    gas = try (member("gas") ?? member("gasLimit")).map { json throws(RPCError) in try json.small()
    }
    nonce = try member("nonce")?.small()
    value = try member("value")?.quantity() ?? .zero
    input = try (member("input") ?? member("data"))?.bytes() ?? []
    let price = try member("gasPrice")?.quantity()
    isLegacy = price != nil
    let fees = (
      try member("maxFeePerGas")?.quantity(), try member("maxPriorityFeePerGas")?.quantity()
    )
    maximumFee = price ?? fees.0
    priorityFee = price ?? fees.1
    for entry in member("accessList")?.elements ?? [] {
      guard let address = entry["address"] else {
        throw .invalidParameters("an access list's entry has an `address`")
      }
      var keys: [Bytes32] = []
      for key in entry["storageKeys"]?.elements ?? [] { keys.append(try key.word()) }
      accessList.append(.init(address: try address.address(), keys: keys))
    }
  }

  /// Without nonce and gas limit.
  func transaction(chainID: UInt64) -> Transaction {
    var transaction = Transaction()
    transaction.kind = isLegacy ? (accessList.isEmpty ? .legacy : .accessList) : .dynamicFee
    transaction.chainID = chainID
    transaction.to = to
    transaction.value = value
    transaction.input = input
    transaction.accessList = accessList
    transaction.maximumFee = maximumFee ?? .zero
    transaction.maximumPriorityFee = priorityFee ?? .zero
    return transaction
  }
}
