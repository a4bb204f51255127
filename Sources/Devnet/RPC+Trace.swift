import CanonicalJSON
import EVM
import EthereumPrimitives

// What a transaction did, step by step or call by call, and why it failed.
extension RPC {
  /// nil where the method is none of these.
  func trace(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "debug_traceTransaction": return try traceTransaction(&parameters)
    case "debug_traceCall": return try traceCall(&parameters)
    case "debug_traceBlockByNumber", "debug_traceBlockByHash":
      guard let block = try known(parameters.required("a block")) else {
        throw .rejected("block not found")
      }
      return .array(try traceBlock(block, TraceOptions(parameters.next())))
    case "sluice_explainTransaction": return try explainTransaction(&parameters)
    case "sluice_explainCall":
      let run = try unpaidRun(&parameters)
      let tracer = FailureTracer()
      _ = try run.execute(tracer)
      return explanation(tracer.failure(codes: run.world))
    default: return nil
    }
  }

  private func traceTransaction(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    // A wrong parameter, and no other error: titanoboa asks for a hash that nothing has, to see
    // whether there are traces.
    guard let (block, index) = chain.mined(try parameters.word()) else {
      throw .invalidParameters("transaction not found: no block has it")
    }
    let options = try TraceOptions(parameters.next())
    let trace = Trace(options, TraceBudget())
    try replay(block, through: index) { $0 == index ? trace.tracer : nil }
    return try trace.json(block.transactions[index])
  }

  private func traceBlock(_ block: Block, _ options: TraceOptions) throws(RPCError) -> [JSON] {
    let budget = TraceBudget()
    let traces = block.transactions.map { _ in Trace(options, budget) }
    try replay(block, through: traces.count - 1) { traces[$0].tracer }
    var answers: [JSON] = []
    for (mined, trace) in zip(block.transactions, traces) {
      answers.append(.members(["txHash": .word(mined.hash), "result": try trace.json(mined)]))
    }
    return answers
  }

  private func replay(
    _ block: Block, through last: Int, tracer: (Int) -> (any Tracer)?
  ) throws(RPCError) {
    do throws(ReplayError) {
      try chain.replay(block, through: last, tracer: tracer)
    } catch { throw .rejected(error.description) }
  }

  private func traceCall(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let run = try unpaidRun(&parameters)
    let config = parameters.next()
    for name in ["stateOverrides", "blockOverrides"] where (config?[name] ?? .null) != .null {
      throw .invalidParameters("`\(name)` is not supported; change the chain, or a snapshot of it")
    }
    let trace = Trace(try TraceOptions(config), TraceBudget())
    let outcome = try run.execute(trace.tracer)
    return try trace.json(outcome, gasLimit: run.transaction.gasLimit, firstLog: 0)
  }

  // MARK: Why it failed

  private func explainTransaction(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let hash = try parameters.word()
    guard let (block, index) = chain.mined(hash) else {
      let isWaiting = chain.pending.contains { $0.hash == hash }
      throw .rejected(isWaiting ? "the transaction waits for a block" : "transaction not found")
    }
    do throws(ReplayError) {
      return explanation(try chain.failure(block, index))
    } catch { throw .rejected(error.description) }
  }

  /// nil for what succeeded.
  private func explanation(_ failure: Failure?) -> JSON {
    guard let failure else {
      return .members(["status": .quantity(1), "text": .string("The transaction succeeded.")])
    }
    return .members([
      "status": .quantity(0), "text": .string(failure.description), "failure": failure.json,
    ])
  }
}

/// What a client wants of a trace.
struct TraceOptions {
  private(set) var steps: StructLogger.Options?
  private(set) var calls = CallTracer.Options()

  init(_ json: JSON?) throws(RPCError) {
    func isTrue(_ json: JSON?, _ key: String) throws(RPCError) -> Bool {
      switch json?[key] ?? .null {
      case .null: return false
      case .bool(let flag): return flag
      case let other:
        throw .invalidParameters("`\(key)`: found \(other.kindName), expected a boolean")
      }
    }
    guard json == nil || json?.members != nil else {
      throw .invalidParameters("the options of a trace are an object")
    }
    for (key, isRight) in [
      ("tracer", { (value: JSON) in value.text != nil }),
      ("tracerConfig", { (value: JSON) in value.members != nil }),
    ] {
      guard let value = json?[key], value != .null, !isRight(value) else { continue }
      throw .invalidParameters("`\(key)`: found \(value.kindName), expected its name or an object")
    }
    switch json?["tracer"]?.text ?? "" {
    case "":
      var options = StructLogger.Options()
      options.hasMemory = try isTrue(json, "enableMemory")
      options.hasStack = try !isTrue(json, "disableStack")
      options.hasStorage = try !isTrue(json, "disableStorage")
      options.hasReturnData = try isTrue(json, "enableReturnData")
      if let limit = json?["limit"], limit != .null { options.limit = try limit.small() }
      steps = options
    case "callTracer":
      calls.hasTopOnly = try isTrue(json?["tracerConfig"], "onlyTopCall")
      calls.hasLogs = try isTrue(json?["tracerConfig"], "withLog")
    case let name:
      throw .invalidParameters(
        "the tracer \(JSON.string(name).kindName) is not known; leave it out for steps, or ask for "
          + "\"callTracer\"")
    }
  }
}

/// The trace of one transaction, while it runs and afterwards.
private struct Trace {
  private let steps: StructLogger?
  private let calls: CallTracer
  private let budget: TraceBudget

  init(_ options: TraceOptions, _ budget: TraceBudget) {
    steps = options.steps.map { StructLogger($0, budget) }
    calls = CallTracer(options.calls, budget)
    self.budget = budget
  }

  var tracer: any Tracer { steps ?? calls }

  func json(_ mined: MinedTransaction) throws(RPCError) -> JSON {
    try json(
      mined.outcome, gasLimit: mined.transaction.gasLimit, firstLog: mined.firstLog)
  }

  func json(
    _ outcome: EVM.Outcome, gasLimit: UInt64, firstLog: Int
  ) throws(RPCError) -> JSON {
    guard !budget.isSpent else {
      let advice =
        steps == nil
        ? "ask with {\"tracerConfig\": {\"onlyTopCall\": true}}"
        : "ask for fewer steps with `limit`, for less of each with `disableStack` and "
          + "`disableStorage` and without `enableMemory`, or for the callTracer"
      throw .rejected(
        "the trace holds more than \(TraceBudget.maximumBytes) bytes; \(advice)")
    }
    return steps?.json(outcome) ?? calls.json(outcome, gasLimit: gasLimit, firstLog: firstLog)
  }
}
