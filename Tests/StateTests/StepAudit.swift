import EVM
import EthereumPrimitives

/// Watches a run and holds every step to what a tracer promises: what a step is said to cost is
/// what is charged for it, and what is said to stop it does.
///
/// Steps cost what is said before they run; the machine charges as it goes. The two are written
/// apart, and are held equal here, over every step of the state tests (`StateTests --audited`) and
/// of random programs.
public final class StepAudit: Tracer {
  private struct Open {
    let call: TraceCall
    var last: TraceStep?
    /// Gas that calls gave back since the last step, less what creations took.
    var moved: Int64 = 0
  }

  private var open: [Open] = []
  /// The first thing that does not hold.
  public private(set) var broken: String?
  public private(set) var steps = 0

  public init() {}

  public var wantsSteps: Bool { true }
  public var wantsMemory: Bool { false }

  public func step(_ step: TraceStep) {
    steps += 1
    expect(step.depth == open.count - 1, step, "it is in call \(open.count - 1)")
    guard !open.isEmpty else { return }
    if let last = open[open.count - 1].last {
      expectGas(step.gas, after: last, open[open.count - 1].moved)
    } else {
      expect(step.gas == open[open.count - 1].call.gas, step, "the call has another gas")
      expect(step.stack.isEmpty && step.returned.isEmpty, step, "the call begins with something")
    }
    open[open.count - 1].last = step
    open[open.count - 1].moved = 0
  }

  public func entered(_ call: TraceCall) {
    expect(call.depth == open.count, open.last?.last, "a call of depth \(call.depth) begins")
    let isCreation = call.kind == .create || call.kind == .create2
    // A creation's gas is no part of its operation's cost, that of other calls is.
    if isCreation, !open.isEmpty { open[open.count - 1].moved -= call.gas }
    open.append(Open(call: call))
  }

  public func exited(_ result: CallResult, depth: Int) {
    guard let ended = open.popLast() else {
      broken = broken ?? "a call ends that did not begin"
      return
    }
    expect(depth == open.count, ended.last, "a call of depth \(depth) ends")
    if !open.isEmpty { open[open.count - 1].moved += result.gasLeft }
    guard let last = ended.last else { return }
    switch result.status {
    case .success, .reverted:
      let isCreation = ended.call.kind == .create || ended.call.kind == .create2
      let placed = isCreation && result.status == .success ? 200 * result.output.count : 0
      expectGas(result.gasLeft + Int64(placed), after: last, ended.moved)
      expect(last.halt == nil, last, "it was to be stopped")
    case .halted(.outOfGas):
      // The code of a creation is paid for after its last step.
      let isPlacing = last.opcode == 0xF3 && last.halt == nil
      expect(last.halt == .outOfGas || isPlacing, last, "it ran out of gas without a word")
    case .halted(let halt):
      // These are looked at before the gas.
      let isFirst = [.staticViolation, .returnDataOutOfBounds, .initCodeTooLarge].contains(halt)
      expect(last.halt == nil || last.halt == halt || isFirst, last, "\(halt)")
    }
  }

  private func expectGas(_ gas: Int64, after last: TraceStep, _ moved: Int64) {
    let expected = last.gas - last.cost + moved
    expect(gas == expected, last, "\(gas) gas follows, expected \(expected)")
  }

  private func expect(
    _ holds: Bool, _ step: TraceStep?, _ sentence: @autoclosure () -> String
  ) {
    guard !holds, broken == nil else { return }
    let place = step.map {
      "\($0.name) at \($0.counter), \($0.gas) gas, cost \($0.cost), depth \($0.depth)"
    }
    broken = "\(place ?? "before the first step"): \(sentence())"
  }
}
