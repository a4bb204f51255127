import EthereumPrimitives

/// The EVM: runs code against a world, call by call.
///
/// Calls are frames on a list, never the host's recursion; the stacks of all of them lie in one
/// piece of memory, and so do their memories. No bytecode makes it trap: whatever the code does
/// ends in a `CallStatus`.
///
/// Source: Ethereum Yellow Paper, sections 8 and 9, and the EIPs that are named.
// Unsafe so that a step has no bounds checks. The bounds: `loop` looks up before each step that the
// stack holds what is taken and has room for what is given (`Instruction`); each frame has
// `Limit.stack` words of its own, and there are `Limit.callDepth + 1` frames at most. Memory is
// read and written below `memoryCount` of the frame only, which `grow` has made room for.
final class Machine {
  let world: World
  let fork: Fork
  var block = BlockContext()
  var transaction = TransactionContext()
  var tracer: (any Tracer)?

  /// The fork's, by opcode.
  let instructions: UnsafeMutablePointer<Instruction>
  let stacks: UnsafeMutablePointer<UInt256>
  var memory: UnsafeMutablePointer<UInt8>
  var memoryCapacity: Int
  var frames: [Frame] = []

  private static let firstMemory = 1 << 16

  init(world: World, fork: Fork) {
    self.world = world
    self.fork = fork
    instructions = .allocate(capacity: 256)
    for (opcode, instruction) in fork.instructions.entries.enumerated() {
      (instructions + opcode).initialize(to: instruction)
    }
    stacks = .allocate(capacity: (Limit.callDepth + 1) * Limit.stack)
    memoryCapacity = Self.firstMemory
    memory = .allocate(capacity: memoryCapacity)
    memory.initialize(repeating: 0, count: memoryCapacity)
  }

  deinit {
    instructions.deallocate()
    stacks.deallocate()
    memory.deallocate()
  }
}

/// What code can see of the transaction that it runs in.
struct TransactionContext {
  var origin = Address.zero
  var gasPrice = UInt256.zero
  var blobHashes: [Bytes32] = []
}

/// How a run of steps ended: with the call's end, or with another call above it.
enum Exit {
  case finished(CallStatus, output: [UInt8])
  case entered(Frame)
}

extension Machine {
  /// Runs a call to its end, with all that it calls.
  func run(_ first: Frame) -> CallResult {
    frames = [first]
    while true {
      let frame = frames[frames.count - 1]
      switch tracer == nil ? runPlain(frame) : runTraced(frame) {
      case .entered(let called):
        called.memoryStart = frame.memoryStart + frame.memoryCount
        frames.append(called)
      case .finished(let status, let output):
        frames.removeLast()
        let result = settle(frame, status, output)
        tracer?.exited(result, depth: frame.depth)
        guard let caller = frames.last else { return result }
        resume(caller, after: frame, result)
      }
    }
  }

  /// Keeps or undoes what a call did; of a creation, places the code that it returned.
  private func settle(_ frame: Frame, _ status: CallStatus, _ output: [UInt8]) -> CallResult {
    var status = status
    if frame.isCreation, status == .success { status = place(output, frame) }
    var result = CallResult(status: status, gasLeft: frame.gas, output: output)
    switch status {
    case .success:
      if frame.isCreation { result.created = frame.address }
    case .reverted:
      world.revert(to: frame.checkpoint)
    case .halted:
      world.revert(to: frame.checkpoint)
      result.gasLeft = 0
      result.output = []
    }
    return result
  }

  /// Source: EIP-170, EIP-3541, EIP-2 (too little gas for the code is a failure).
  private func place(_ code: [UInt8], _ frame: Frame) -> CallStatus {
    guard code.first != 0xEF else { return .halted(.invalidCode) }
    let cost = Gas.codeByte * Int64(code.count)
    guard frame.gas >= cost else { return .halted(.outOfGas) }
    guard code.count <= Limit.code else { return .halted(.codeTooLarge) }
    frame.gas -= cost
    world.setCode(frame.account, Bytecode(code))
    return .success
  }

  /// Gives the caller back its gas, what was returned, and the word that says how it went.
  private func resume(_ caller: Frame, after frame: Frame, _ result: CallResult) {
    caller.gas += result.gasLeft
    if frame.isCreation {
      caller.returned = result.status == .reverted ? result.output : []
      push(caller, result.created.map(\.number) ?? .zero)
    } else {
      deliver(result, to: caller)
    }
  }

  /// Writes what a call returned where the caller wants it, as much as fits.
  func deliver(_ result: CallResult, to caller: Frame) {
    let fitting = min(caller.outputCount, result.output.count)
    result.output.withUnsafeBufferPointer { output in
      if fitting > 0, let base = output.baseAddress {
        (memory + caller.memoryStart + caller.outputOffset).update(from: base, count: fitting)
      }
    }
    caller.returned = result.output
    push(caller, UInt256(result.status == .success))
  }

  /// Of an opcode that has taken at least one word before.
  func push(_ frame: Frame, _ word: UInt256) {
    stacks[frame.depth * Limit.stack + frame.height] = word
    frame.height += 1
  }
}

// MARK: Memory

extension Machine {
  /// Pays for memory up to `end` and makes room for it; false where the gas or the room does not
  /// last.
  func grow(_ frame: Frame, to end: Int) -> Bool {
    guard end > frame.memoryCount else { return true }
    let count = (end + 31) / 32 * 32
    guard frame.memoryStart + count <= Limit.memory else { return false }
    let cost = Gas.memory(count) - Gas.memory(frame.memoryCount)
    guard cost <= frame.gas else { return false }
    frame.gas -= cost
    reserve(frame.memoryStart + count)
    // Calls that ended may have written here.
    (memory + frame.memoryStart + frame.memoryCount).update(
      repeating: 0, count: count - frame.memoryCount)
    frame.memoryCount = count
    return true
  }

  private func reserve(_ count: Int) {
    guard count > memoryCapacity else { return }
    let capacity = max(count, memoryCapacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: memory, count: memoryCapacity)
    (larger + memoryCapacity).initialize(repeating: 0, count: capacity - memoryCapacity)
    memory.deallocate()
    memory = larger
    memoryCapacity = capacity
  }

  /// A part of memory that an opcode names, paid for; nil where the gas does not last. Of no bytes,
  /// the place does not matter.
  func part(_ frame: Frame, _ offset: UInt256, _ count: UInt256) -> Range<Int>? {
    guard !count.isZero else { return 0..<0 }
    guard let offset = offset.asUInt64, let count = count.asUInt64,
      offset < Limit.memory, count < Limit.memory
    else { return nil }
    let range = Int(offset)..<Int(offset + count)
    return grow(frame, to: range.upperBound) ? range : nil
  }

  func bytes(_ frame: Frame, _ range: Range<Int>) -> [UInt8] {
    Array(
      UnsafeBufferPointer(start: memory + frame.memoryStart + range.lowerBound, count: range.count))
  }

  /// Writes `source` from `offset` on to memory, zeros where there is nothing.
  func copy(
    _ source: UnsafeBufferPointer<UInt8>, from offset: UInt256, to range: Range<Int>, _ frame: Frame
  ) {
    let target = memory + frame.memoryStart + range.lowerBound
    let start = min(offset.asInt ?? source.count, source.count)
    let fitting = min(range.count, source.count - start)
    if fitting > 0, let base = source.baseAddress {
      target.update(from: base + start, count: fitting)
    }
    (target + fitting).update(repeating: 0, count: range.count - fitting)
  }
}
