import CanonicalJSON
import EVM
import EthereumPrimitives

// Calls: what a transaction would do. Nothing of it is kept.
extension RPC {
  /// nil where the method is none of these.
  func execute(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_call":
      let request = try callObject(&parameters)
      let name = parameters.next()
      let (world, block) = try state(at: name)
      let outcome = try run(request, world, block, &parameters).execute()
      guard outcome.status == .success else { throw .failed(outcome) }
      return .data(outcome.output)
    case "eth_estimateGas":
      let request = try callObject(&parameters)
      let name = parameters.next()
      let (world, block) = try state(at: name)
      let context = name == nil ? chain.nextContext() : block
      return .quantity(try estimate(run(request, world, context, &parameters)))
    case "eth_createAccessList": return try accessList(&parameters)
    default: return nil
    }
  }

  func callObject(_ parameters: inout Parameters) throws(RPCError) -> CallObject {
    try CallObject(parameters.required("a call"), chainID: chain.settings.chainID)
  }

  /// A call and a block that parameters name, to be run as a transaction.
  func unpaidRun(_ parameters: inout Parameters) throws(RPCError) -> UnpaidRun {
    let request = try callObject(&parameters)
    let (world, block) = try state(at: parameters.next())
    return UnpaidRun(request, on: world, in: block, settings: chain.settings)
  }

  /// With what further parameters say of the state and the block in which it runs.
  private func run(
    _ request: CallObject, _ world: World, _ block: BlockContext, _ parameters: inout Parameters
  ) throws(RPCError) -> UnpaidRun {
    var block = block
    if let overrides = parameters.next() { try Overrides.apply(overrides, to: world) }
    if let overrides = parameters.next() { try Overrides.apply(overrides, to: &block) }
    return UnpaidRun(request, on: world, in: block, settings: chain.settings)
  }

  /// The least gas limit with which it succeeds, found by halving; as it is charged, with what
  /// comes back at the end and what calls have to leave behind.
  ///
  /// One less fails: where success does not follow the limit up and down, it is one of several
  /// limits of which this is true.
  func estimate(_ run: UnpaidRun) throws(RPCError) -> UInt64 {
    var highest = run.transaction.gasLimit
    let first = try run.execute()
    if case .halted(.outOfGas) = first.status {
      throw .rejected("gas required exceeds allowance (\(highest))")
    }
    guard first.status == .success else { throw .failed(first) }
    func succeeds(_ limit: UInt64) -> Bool {
      (try? run.execute(gasLimit: limit))?.status == .success
    }
    // No transaction is cheaper than a transfer.
    var lowest: UInt64 = 20_999
    // Most calls need what they used.
    for guess in [first.gasUsed, first.gasUsed - 1] where guess > lowest && guess < highest {
      if succeeds(guess) { highest = guess } else { lowest = guess }
    }
    while highest - lowest > 1 {
      let middle = lowest + (highest - lowest) / 2
      if succeeds(middle) { highest = middle } else { lowest = middle }
    }
    return highest
  }

  /// Runs that look for an access list at most: each may look at what the last one did not.
  private static let accessListRuns = 10

  private func accessList(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    var request = try callObject(&parameters)
    let (world, block) = try state(at: parameters.next())
    var list = request.accessList ?? []
    for _ in 0..<Self.accessListRuns {
      request.accessList = list
      // Its type is that of a transaction that has such a list.
      if request.kind == 0 { request.kind = 1 }
      let run = UnpaidRun(request, on: world, in: block, settings: chain.settings)
      let tracer = AccessTracer(request, created: run.created)
      let outcome = try run.execute(tracer)
      let isSame = tracer.list == list
      list = tracer.list
      guard isSame || outcome.status != .success else { continue }
      var members: [JSON.Member] = [
        .init(key: "accessList", value: .array(list.map(json))),
        .init(key: "gasUsed", value: .quantity(outcome.gasUsed)),
      ]
      if outcome.status != .success {
        members.append(.init(key: "error", value: .string(RPCError.failed(outcome).message)))
      }
      return .object(members)
    }
    throw .rejected("what the call looks at is another thing each time; no access list fits it")
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

  /// The contract that it creates.
  var created: Address? {
    transaction.to == nil ? Address.create(sender: sender, nonce: transaction.nonce) : nil
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
