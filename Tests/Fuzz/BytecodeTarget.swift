import EVM
import EthereumPrimitives

/// Any bytes as code, with call data, gas and a fork: a call and a whole transaction end without a
/// trap, use no more than their gas, leave nothing behind where they fail, lose no money, and do
/// the same when they are done again, watched or not.
@Sendable func bytecode(_ bytes: [UInt8]) throws {
  let program = Program(bytes)
  try requireCall(program)
  try requireTransaction(program)
}

/// Code that runs in a small world.
private struct Program {
  static let sender = Address(0, 1, 1)
  static let contract = Address(0, 1, 5)

  let fork: Fork
  /// The code is that of a creation, not of an account.
  let isCreation: Bool
  let gas: Int64
  let data: [UInt8]
  let code: [UInt8]

  init(_ bytes: [UInt8]) {
    var choices = Choices(bytes)
    let kind = choices.byte()
    fork = [.prague, .cancun, .osaka, .osaka][Int(kind & 3)]
    isCreation = kind & 4 != 0
    gas = Int64(choices.number(1 << 16)) * (kind & 8 == 0 ? 1 : 8)
    data = choices.take(2 * Int(choices.byte()))
    code = choices.take(bytes.count)
  }

  var input: [UInt8] { isCreation ? code : data }

  /// Beside the code an account that gives its call data back, one that fails with it, and one
  /// whose code is another's.
  func world() -> World {
    let world = World()
    world.set(Self.sender, .init(balance: 1_000_000_000_000_000))
    world.set(Self.contract, .init(nonce: 1, balance: 1000, code: code))
    // CALLDATACOPY of all to 0, then RETURN or REVERT.
    let echo: [UInt8] = [0x36, 0x5F, 0x5F, 0x37, 0x36, 0x5F]
    world.set(Address(0, 1, 6), .init(nonce: 1, code: echo + [0xF3]))
    world.set(Address(0, 1, 7), .init(nonce: 1, code: echo + [0xFD]))
    let delegation: [UInt8] = [0xEF, 0x01, 0x00]
    world.set(Address(0, 1, 8), .init(nonce: 1, code: delegation + Self.contract.bytes))
    world.setStorage(of: Self.contract, at: .zero, to: .one)
    _ = world.root()
    return world
  }

  var block: BlockContext {
    var block = BlockContext()
    block.number = 300
    block.timestamp = 1_700_000_000
    block.baseFee = 7
    block.coinbase = Address(0, 1, 9)
    block.hashes = [299: Bytes32(1, 2, 3, 4)]
    return block
  }
}

/// Watches a run and keeps what does not hold.
private final class Watcher: Tracer {
  let wantsSteps: Bool
  private let gas: Int64
  private var depth = -1
  /// The last step, where no call has begun or ended since.
  private var last: TraceStep?
  private(set) var broken: String?
  private(set) var hasDestroyed = false

  init(gas: Int64, wantsSteps: Bool) {
    self.gas = gas
    self.wantsSteps = wantsSteps
  }

  func step(_ step: TraceStep) {
    expect((0...gas).contains(step.gas), "\(step.gas) gas left of \(gas)")
    expect(step.depth == depth, "a step of depth \(step.depth) in a call of \(depth)")
    expect(step.stack.count <= 1024, "\(step.stack.count) words on the stack")
    let words = step.memory.count / 32
    expect(step.memory.count % 32 == 0, "\(step.memory.count) bytes of memory")
    // Each word of memory costs 3 gas at least.
    expect(words * 3 <= Int(gas), "\(words) words of memory for \(gas) gas")
    if let last {
      expect(step.gas == last.gas - last.cost, "\(last.name) is to cost \(last.cost)")
      expect(last.halt == nil, "\(last.name) goes on after a halt")
    }
    last = step
  }

  func entered(_ call: TraceCall) {
    last = nil
    if call.kind == .selfDestruct { hasDestroyed = true }
    depth += 1
    expect(call.depth == depth, "a call of depth \(call.depth) in one of \(depth - 1)")
    // 1024 below the first; the last one may be refused, or be the end of an account.
    expect(depth <= 1025, "\(depth) calls inside of each other")
    expect((0...gas + 2300).contains(call.gas), "a call with \(call.gas) gas of \(gas)")
  }

  func exited(_ result: CallResult, depth: Int) {
    expect(depth == self.depth, "a call of depth \(self.depth) ends as one of \(depth)")
    self.depth -= 1
    last = nil
    expect(result.gasLeft >= 0, "\(result.gasLeft) gas left")
  }

  private func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds, broken == nil { broken = sentence() }
  }

  func check() throws(BrokenProperty) {
    try require(broken == nil, broken ?? "")
    try require(depth == -1, "\(depth + 1) calls have no end")
  }
}

/// All the money of a world.
private func total(_ world: World) -> UInt256 {
  var sum = UInt256.zero
  world.forEachAccount { _, record, _ in sum = sum &+ record.balance }
  return sum
}

/// Nothing is lost but what was paid, and what accounts had that are gone.
private func requireTotal(
  _ world: World, _ before: UInt256, paid: UInt256 = .zero, hasDestroyed: Bool
) throws {
  let after = total(world) &+ paid
  try require(
    hasDestroyed ? after <= before : after == before, "of \(before) wei there are \(after)")
}

private func requireSame(_ first: EVM.Outcome, _ second: EVM.Outcome) throws {
  let isSame =
    first.status == second.status && first.gasUsed == second.gasUsed
    && first.output == second.output && first.logs == second.logs
    && first.created == second.created
  try require(isSame, "the same run does two things: \(first) and \(second)")
}

private func requireCall(_ program: Program) throws {
  var message = EVM.Message(
    from: Program.sender, to: program.isCreation ? nil : Program.contract, input: program.input,
    gas: UInt64(program.gas))
  message.value = 5
  let world = program.world()
  let evm = EVM(world: world, fork: program.fork)
  let (root, before) = (world.root(), total(world))

  let undone = evm.call(message, in: program.block)
  try require(world.root() == root, "a call that is not kept is kept")
  try require(undone.gasUsed <= UInt64(program.gas), "\(undone.gasUsed) gas of \(program.gas)")

  let watcher = Watcher(gas: program.gas, wantsSteps: program.gas < 1 << 16)
  let watched = evm.call(message, in: program.block, tracer: watcher)
  try watcher.check()
  try requireSame(undone, watched)

  let kept = evm.call(message, in: program.block, isKept: true)
  try requireSame(undone, kept)
  try requireTotal(world, before, hasDestroyed: watcher.hasDestroyed)
  if kept.status != .success {
    try require(world.root() == root, "a failure leaves something behind")
    try require(kept.logs.isEmpty, "a failure leaves logs")
  }
  let other = program.world()
  try requireSame(
    kept, EVM(world: other, fork: program.fork).call(message, in: program.block, isKept: true))
  try require(world.root() == other.root(), "the same call leaves two states")
}

private func requireTransaction(_ program: Program) throws {
  var transaction = Transaction()
  transaction.kind = .dynamicFee
  transaction.chainID = 1
  transaction.to = program.isCreation ? nil : Program.contract
  transaction.input = program.input
  transaction.value = 5
  transaction.maximumFee = 10
  transaction.maximumPriorityFee = 2
  transaction.gasLimit =
    UInt64(program.gas) + UInt64(transaction.intrinsicGas) + 40 * UInt64(program.input.count)
  let world = program.world()
  let evm = EVM(world: world, fork: program.fork)
  let (root, before) = (world.root(), total(world))
  let watcher = Watcher(gas: Int64(transaction.gasLimit), wantsSteps: false)
  let outcome: EVM.Outcome
  do throws(TransactionError) {
    outcome = try evm.execute(
      transaction, from: Program.sender, in: program.block, gasLeft: .max, tracer: watcher)
  } catch {
    try requireReadable(error)
    return try require(world.root() == root, "a refused transaction leaves something behind")
  }
  try watcher.check()
  let used = outcome.gasUsed
  try require(
    (21_000...transaction.gasLimit).contains(used), "\(used) gas of \(transaction.gasLimit)")
  // The base fee is burnt; the rest is the coinbase's.
  try requireTotal(
    world, before, paid: UInt256(used) &* program.block.baseFee,
    hasDestroyed: watcher.hasDestroyed)
  let sender = world.record(of: Program.sender)
  try require(sender.nonce >= 1, "the sender's nonce stays")
  if outcome.status != .success {
    try require(outcome.logs.isEmpty && outcome.created == nil, "a failure leaves something")
    let rest = UInt256(1_000_000_000_000_000) &- UInt256(used) &* 9
    try require(sender.balance == rest, "the sender has \(sender.balance), not \(rest)")
  }
  let other = program.world()
  let again = try EVM(world: other, fork: program.fork).execute(
    transaction, from: Program.sender, in: program.block, gasLeft: .max)
  try requireSame(outcome, again)
  try require(world.root() == other.root(), "the same transaction leaves two states")
}
