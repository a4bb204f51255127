import CanonicalJSON
import EVM
import EthereumPrimitives

/// Every step, as geth's struct logger tells it.
///
/// Source: https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers, and
/// `StructLog` of Ethereum's execution APIs.
final class StructLogger: Tracer {
  struct Options {
    var hasMemory = false
    var hasStack = true
    var hasStorage = true
    var hasReturnData = false
    /// Steps that are told at most; the rest is left out. 0 for all.
    var limit: UInt64 = 0
  }

  private let options: Options
  private let budget: TraceBudget
  private var steps: [JSON] = []
  /// Slots that each account's code has read and written so far.
  private var storage: [Address: [UInt256: UInt256]] = [:]

  init(_ options: Options, _ budget: TraceBudget) {
    self.options = options
    self.budget = budget
  }

  var wantsSteps: Bool {
    !budget.isSpent && (options.limit == 0 || steps.count < options.limit)
  }

  var wantsMemory: Bool { options.hasMemory }

  /// What the members of a step take that every one has.
  private static let bytesPerStep = 64

  func step(_ step: TraceStep) {
    if options.hasStorage, let slot = step.slot {
      storage[step.address, default: [:]][slot.key] = slot.value
    }
    var bytes = Self.bytesPerStep
    if options.hasStack { bytes += 32 * step.stack.count }
    if options.hasMemory { bytes += step.memory.count }
    if options.hasReturnData { bytes += step.returned.count }
    if step.slot != nil { bytes += 64 * (storage[step.address]?.count ?? 0) }
    guard budget.take(bytes) else { return }
    steps.append(json(step))
  }

  func entered(_ call: TraceCall) {}
  func exited(_ result: CallResult, depth: Int) {}

  private func json(_ step: TraceStep) -> JSON {
    var members: [JSON.Member] = [
      .init(key: "pc", value: .integer(step.counter)), .init(key: "op", value: .string(step.name)),
      .init(key: "gas", value: .plain(step.gas)), .init(key: "gasCost", value: .plain(step.cost)),
      .init(key: "depth", value: .integer(step.depth + 1)),
    ]
    func add(_ key: String, _ value: JSON) { members.append(.init(key: key, value: value)) }
    if step.refund != 0 { add("refund", .plain(step.refund)) }
    if let halt = step.halt { add("error", .string(halt.words)) }
    if options.hasStack { add("stack", .array(step.stack.map(JSON.quantity))) }
    if !step.memory.isEmpty {
      let words = stride(from: 0, to: step.memory.count, by: 32).map {
        JSON.data(Array(step.memory[$0..<$0 + 32]))
      }
      add("memory", .array(words))
    }
    if options.hasReturnData, !step.returned.isEmpty { add("returnData", .data(step.returned)) }
    if step.slot != nil, let slots = storage[step.address] {
      let words = slots.sorted { $0.key < $1.key }.map {
        JSON.Member(key: $0.key.bytes32.hex, value: .word($0.value.bytes32))
      }
      add("storage", .object(words))
    }
    return .object(members)
  }

  /// The trace of a transaction that ended so.
  func json(_ outcome: EVM.Outcome) -> JSON {
    .members([
      "gas": .plain(Int64(clamping: outcome.gasUsed)),
      "failed": .bool(outcome.status != .success), "returnValue": .data(outcome.output),
      "structLogs": .array(steps),
    ])
  }
}

extension JSON {
  /// A number that need not be below 2⁵³, as geth writes gas.
  fileprivate static func plain(_ value: Int64) -> JSON { .number(String(value)) }
}
