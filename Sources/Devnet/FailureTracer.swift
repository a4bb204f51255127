import EVM
import EthereumPrimitives

/// Finds the innermost call whose failure went up to the top.
///
/// A call passes the failure of another one on where it reverts with the very bytes that the last
/// call it made failed with, copied from that call's return data (RETURNDATACOPY), as compilers
/// have it done. Any other failure is the call's own: that of a call whose failure was caught and
/// looked at is none of the reasons.
public final class FailureTracer: Tracer {
  /// A call that failed.
  struct Found {
    let call: TraceCall
    let result: CallResult
    let last: LastStep?
    /// The calls around it, the transaction's first.
    var callers: [TraceCall] = []
  }

  /// Where a call stood when it failed.
  struct LastStep {
    let counter: Int
    let opcode: UInt8
    let gas: Int64
    let cost: Int64
  }

  private struct Open {
    let call: TraceCall
    var last: LastStep?
    /// The last call that it made, if that failed, and what it returned.
    var failed: (found: Found, output: [UInt8])?
    /// Return data was copied since then.
    var hasCopied = false
  }

  private var open: [Open] = []
  /// The reason, once the transaction's call has ended; nil where it succeeded.
  private(set) var found: Found?

  public init() {}

  public var wantsSteps: Bool { true }
  public var wantsMemory: Bool { false }

  public func step(_ step: TraceStep) {
    guard !open.isEmpty else { return }
    open[open.count - 1].last = LastStep(
      counter: step.counter, opcode: step.opcode, gas: step.gas, cost: step.cost)
    if step.opcode == 0x3E { open[open.count - 1].hasCopied = true }
  }

  public func entered(_ call: TraceCall) { open.append(Open(call: call)) }

  public func exited(_ result: CallResult, depth: Int) {
    guard let ended = open.popLast() else { return }
    let found = found(ended, result)
    guard !open.isEmpty else {
      self.found = found
      return
    }
    open[open.count - 1].failed = found.map { ($0, result.output) }
    open[open.count - 1].hasCopied = false
  }

  private func found(_ ended: Open, _ result: CallResult) -> Found? {
    guard result.status != .success else { return nil }
    if result.status == .reverted, ended.hasCopied, let failed = ended.failed,
      failed.output == result.output
    {
      return failed.found
    }
    return Found(call: ended.call, result: result, last: ended.last, callers: open.map(\.call))
  }

  /// Why the transaction failed; nil where it did not, or has not ended.
  ///
  /// - Parameters:
  ///   - world: where the code of contracts is looked up, to name ours.
  ///   - names: what the caller calls contracts, by address.
  public func failure(codes world: World, names: [Address: String] = [:]) -> Failure? {
    found.map { Failure($0, world, names) }
  }
}
