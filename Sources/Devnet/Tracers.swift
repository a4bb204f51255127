import CanonicalJSON
import EVM
import EthereumPrimitives

/// Every step, as geth's struct logger tells it.
final class StructLogger: Tracer {
  /// Steps that one trace tells at most: a trace is held as a whole.
  static let maximumSteps = 1_000_000

  let wantsSteps = true
  let hasMemory: Bool
  let hasStack: Bool
  private(set) var isCut = false
  private var steps: [TraceStep] = []

  init(hasMemory: Bool, hasStack: Bool) {
    self.hasMemory = hasMemory
    self.hasStack = hasStack
  }

  func step(_ step: TraceStep) {
    guard steps.count < Self.maximumSteps else {
      isCut = true
      return
    }
    steps.append(step)
  }

  func entered(_ call: TraceCall) {}
  func exited(_ result: CallResult, depth: Int) {}

  func json(_ outcome: EVM.Outcome) -> JSON {
    .members([
      "gas": .quantity(outcome.gasUsed), "failed": .bool(outcome.status != .success),
      "returnValue": .string(String(Hex.encode(outcome.output).dropFirst(2))),
      "structLogs": .array(steps.indices.map(entry)),
    ])
  }

  private func entry(_ index: Int) -> JSON {
    let step = steps[index]
    var members: [JSON.Member] = [
      .init(key: "pc", value: .integer(step.counter)),
      .init(key: "op", value: .string(step.name)),
      .init(key: "gas", value: .integer(Int(clamping: step.gas))),
      .init(key: "gasCost", value: .integer(Int(clamping: cost(index)))),
      .init(key: "depth", value: .integer(step.depth + 1)),
    ]
    if hasStack {
      members.append(.init(key: "stack", value: .array(step.stack.map(JSON.quantity))))
    }
    if hasMemory {
      let words = stride(from: 0, to: step.memory.count, by: 32).map {
        JSON.string(String(Hex.encode(Array(step.memory[$0..<$0 + 32])).dropFirst(2)))
      }
      members.append(.init(key: "memory", value: .array(words)))
    }
    return .object(members)
  }

  /// Gas until the next step of the same call; of a call that begins, what it was given is part of
  /// it.
  private func cost(_ index: Int) -> Int64 {
    let step = steps[index]
    guard index + 1 < steps.count, steps[index + 1].depth <= step.depth else {
      let next = steps[(index + 1)...].first { $0.depth == step.depth }
      return next.map { max(step.gas - $0.gas, 0) } ?? 0
    }
    return steps[index + 1].depth == step.depth ? max(step.gas - steps[index + 1].gas, 0) : 0
  }
}

/// Every call, as geth's call tracer tells it.
final class CallTracer: Tracer {
  private struct Open {
    let call: TraceCall
    var calls: [JSON] = []
  }

  let wantsSteps = false
  private var open: [Open] = []
  private(set) var json = JSON.null

  func step(_ step: TraceStep) {}

  func entered(_ call: TraceCall) { open.append(Open(call: call)) }

  func exited(_ result: CallResult, depth: Int) {
    guard let ended = open.popLast() else { return }
    let call = ended.call
    var members: [JSON.Member] = [
      .init(key: "type", value: .string(call.kind.rawValue)),
      .init(key: "from", value: .address(call.from)), .init(key: "to", value: .address(call.to)),
      .init(key: "gas", value: .quantity(UInt64(max(call.gas, 0)))),
      .init(key: "gasUsed", value: .quantity(UInt64(max(call.gas - result.gasLeft, 0)))),
      .init(key: "input", value: .data(call.input)),
      .init(key: "output", value: .data(result.output)),
    ]
    if call.kind != .delegateCall, call.kind != .staticCall {
      members.append(.init(key: "value", value: .quantity(call.value)))
    }
    switch result.status {
    case .success: break
    case .reverted:
      members.append(.init(key: "error", value: .string("execution reverted")))
      if let reason = RevertReason(result.output) {
        members.append(.init(key: "revertReason", value: .string(reason.description)))
      }
    case .halted(let reason):
      members.append(.init(key: "error", value: .string(reason.words)))
    }
    if !ended.calls.isEmpty { members.append(.init(key: "calls", value: .array(ended.calls))) }
    let told = JSON.object(members)
    if open.isEmpty { json = told } else { open[open.count - 1].calls.append(told) }
  }
}

extension RPC {
  /// Runs a transaction of a block again, after those before it, and watches.
  func trace(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let hash = try parameters.word()
    guard let (block, index) = chain.mined(hash) else {
      throw .missing("no block has a transaction \(hash)")
    }
    guard block.header.number > 0, let before = chain.state(after: block.header.number - 1) else {
      throw .missing("the state before block \(block.header.number) is no longer kept")
    }
    let evm = EVM(world: World(copying: before), fork: chain.settings.fork)
    let context = chain.context(of: block)
    func run(_ mined: MinedTransaction, _ tracer: (any Tracer)?) throws(RPCError) -> EVM.Outcome {
      do {
        return try evm.execute(
          mined.transaction, from: mined.sender, in: context, gasLeft: context.gasLimit,
          isSigned: mined.signature != nil, tracer: tracer)
      } catch { throw .rejected("\(error)") }
    }
    for earlier in block.transactions[..<index] { _ = try run(earlier, nil) }
    return try traced(parameters.next()) { tracer throws(RPCError) in
      try run(block.transactions[index], tracer)
    }
  }

  func traceCall(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let request = try CallObject(parameters.required("a call"))
    let (world, block) = try state(at: parameters.next())
    let message = try message(request, block)
    let evm = EVM(world: world, fork: chain.settings.fork)
    return try traced(parameters.next()) { tracer throws(RPCError) in
      evm.call(message, in: block, tracer: tracer)
    }
  }

  private func traced(
    _ options: JSON?, _ run: (any Tracer) throws(RPCError) -> EVM.Outcome
  ) throws(RPCError) -> JSON {
    switch options?["tracer"]?.text {
    case "callTracer":
      let tracer = CallTracer()
      _ = try run(tracer)
      return tracer.json
    case nil:
      let tracer = StructLogger(
        hasMemory: options?["enableMemory"] == .bool(true),
        hasStack: options?["disableStack"] != .bool(true))
      let outcome = try run(tracer)
      guard !tracer.isCut else {
        throw .rejected(
          "the trace has more than \(StructLogger.maximumSteps) steps; use the callTracer")
      }
      return tracer.json(outcome)
    case let name?: throw .invalidParameters("the tracer \(name) is not known; there is callTracer")
    }
  }
}
