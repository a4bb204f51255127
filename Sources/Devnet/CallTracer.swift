import CanonicalJSON
import EVM
import EthereumPrimitives

/// Every call, as geth's call tracer tells it.
///
/// Source: https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers, and
/// `CallFrame` of Ethereum's execution APIs.
final class CallTracer: Tracer {
  struct Options {
    var hasTopOnly = false
    var hasLogs = false
  }

  /// A call that runs, or that ended.
  private struct Node {
    let call: TraceCall
    var result: CallResult?
    var logs: [(log: World.Log, index: Int, position: Int)] = []
    /// The calls that it made, by their place in `nodes`.
    var calls: [Int] = []
  }

  private let options: Options
  private let budget: TraceBudget
  /// In the order in which they began.
  private var nodes: [Node] = []
  /// Those that run, by their place in `nodes`.
  private var open: [Int] = []
  private var depth = 0

  init(_ options: Options, _ budget: TraceBudget) {
    self.options = options
    self.budget = budget
  }

  let wantsSteps = false

  /// What the members of a call take that every one has.
  private static let bytesPerCall = 128

  private var isTold: Bool { !budget.isSpent && (depth == 1 || !options.hasTopOnly) }

  func step(_ step: TraceStep) {}

  func entered(_ call: TraceCall) {
    depth += 1
    guard isTold, budget.take(Self.bytesPerCall + call.input.count) else { return }
    if let caller = open.last { nodes[caller].calls.append(nodes.count) }
    open.append(nodes.count)
    nodes.append(Node(call: call))
  }

  func logged(_ log: World.Log, index: Int) {
    guard options.hasLogs, isTold, let place = open.last,
      budget.take(Self.bytesPerCall + log.data.count)
    else { return }
    nodes[place].logs.append((log, index, nodes[place].calls.count))
  }

  func exited(_ result: CallResult, depth: Int) {
    defer { self.depth -= 1 }
    guard isTold, budget.take(result.output.count), let place = open.popLast() else { return }
    nodes[place].result = result
  }

  /// The trace of a transaction with this gas limit that ended so; `firstLog` is the number of its
  /// first log in the block.
  func json(_ outcome: EVM.Outcome, gasLimit: UInt64, firstLog: Int) -> JSON {
    // Calls stand after those that made them: from the last on, all that a call made is told.
    var told = [JSON](repeating: .null, count: nodes.count)
    let failed = failures()
    for place in nodes.indices.reversed() {
      let node = nodes[place]
      guard let result = node.result else { continue }
      var members = members(node.call, result)
      if place == 0 {
        members[2] = .init(key: "gas", value: .quantity(gasLimit))
        members[3] = .init(key: "gasUsed", value: .quantity(outcome.gasUsed))
      }
      if !node.calls.isEmpty {
        members.append(.init(key: "calls", value: .array(node.calls.map { told[$0] })))
      }
      if !node.logs.isEmpty, !failed[place] {
        let logs = node.logs.map { json($0.log, index: firstLog + $0.index, position: $0.position) }
        members.append(.init(key: "logs", value: .array(logs)))
      }
      told[place] = .object(members)
    }
    return told.first ?? .null
  }

  /// Of each call, whether it or one that it is part of failed: its logs are undone then.
  private func failures() -> [Bool] {
    var failed = nodes.map { $0.result?.status != .success }
    for place in nodes.indices where failed[place] {
      for called in nodes[place].calls { failed[called] = true }
    }
    return failed
  }

  private func members(_ call: TraceCall, _ result: CallResult) -> [JSON.Member] {
    var members: [JSON.Member] = [
      .init(key: "type", value: .string(call.kind.rawValue)),
      .init(key: "from", value: .address(call.from)),
      .init(key: "gas", value: .quantity(UInt64(call.gas))),
      .init(key: "gasUsed", value: .quantity(UInt64(call.gas - result.gasLeft))),
      .init(key: "input", value: .data(call.input)),
    ]
    func add(_ key: String, _ value: JSON) { members.append(.init(key: key, value: value)) }
    let isCreation = call.kind == .create || call.kind == .create2
    if !isCreation || result.status == .success { add("to", .address(call.to)) }
    if call.kind != .staticCall { add("value", .quantity(call.value)) }
    if !result.output.isEmpty { add("output", .data(result.output)) }
    switch result.status {
    case .success: break
    case .reverted:
      add("error", .string("execution reverted"))
      if let reason = RevertReason(result.output) {
        add("revertReason", .string(reason.description))
      }
    case .halted(let halt): add("error", .string(halt.words))
    }
    return members
  }

  private func json(_ log: World.Log, index: Int, position: Int) -> JSON {
    .members([
      "address": .address(log.address), "topics": .array(log.topics.map(JSON.word)),
      "data": .data(log.data), "index": .quantity(index), "position": .quantity(position),
    ])
  }
}
