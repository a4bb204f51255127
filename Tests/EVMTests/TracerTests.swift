import EthereumPrimitives
import StateTests
import TestKit
import Testing

@testable import EVM

private let sender = Address(0, 1, 1)
private let contract = Address(0, 1, 5)

extension Generator {
  /// What the fork has, but for jumps and what ends a program.
  private static let operations = (0...UInt8.max).filter {
    InstructionTable.cancun.has($0) && ![0x00, 0x56, 0x57, 0xF3, 0xFD, 0xFE, 0xFF].contains($0)
  }

  /// A program whose operations mostly find what they take on the stack.
  fileprivate mutating func program() -> [UInt8] {
    var code: [UInt8] = []
    for _ in 0..<next() % 60 {
      let number = next()
      let opcode =
        number % 64 == 0
        ? UInt8(truncatingIfNeeded: number >> 8)
        : Self.operations[Int((number >> 8) % UInt64(Self.operations.count))]
      let instruction = InstructionTable.cancun.entries[Int(opcode)]
      if next() % 16 > 0, instruction.taken < 8 {
        for _ in 0..<instruction.taken { code += word() }
      }
      code.append(opcode)
    }
    return code
  }

  /// A small number, an account of the world, or now and then a large number.
  private mutating func word() -> [UInt8] {
    switch next() % 12 {
    case 0: [0x62, 0x01, 0x00, 0x00]
    case 1...3: [0x64, 1, 0, 0, 0, UInt8(next() % 10)]
    case 4: [0x60, UInt8(next() % 20)]
    case 5: [0x68] + (0..<9).map { _ in UInt8(truncatingIfNeeded: next()) }
    case 6: [0x5A]
    case 7: [0x61, UInt8(next() % 8), UInt8(truncatingIfNeeded: next())]
    default: [0x60, UInt8(next() % 100)]
    }
  }
}

/// The code in an account, beside ones that give call data back, fail with it, and hand their code
/// over to others.
private func evm(_ code: [UInt8], _ fork: Fork) -> EVM {
  let world = World()
  world.set(sender, .init(balance: 1_000_000))
  world.set(contract, .init(nonce: 1, balance: 1000, code: code))
  let echo: [UInt8] = [0x36, 0x5F, 0x5F, 0x37, 0x36, 0x5F]
  world.set(Address(0, 1, 6), .init(nonce: 1, code: echo + [0xF3]))
  world.set(Address(0, 1, 7), .init(nonce: 1, code: echo + [0xFD]))
  world.set(Address(0, 1, 8), .init(nonce: 1, code: [0xEF, 0x01, 0x00] + contract.bytes))
  world.set(
    Address(0, 1, 9), .init(nonce: 1, code: [0xEF, 0x01, 0x00] + Address(0, 1, 9).bytes))
  world.setStorage(of: contract, at: 0, to: 1)
  return EVM(world: world, fork: fork)
}

private func message(_ input: [UInt8] = [], gas: Int64 = 100_000, isCreation: Bool = false)
  -> EVM.Message
{
  var message = EVM.Message(
    from: sender, to: isCreation ? nil : contract, input: input, gas: .init(gas))
  message.value = 5
  return message
}

private struct Broken: Error {
  let sentence: String
}

/// Keeps what it is told.
private final class Recorder: Tracer {
  var steps: [TraceStep] = []
  var calls: [TraceCall] = []
  var results: [CallResult] = []
  var logs: [Int] = []

  let wantsSteps = true

  func step(_ step: TraceStep) { steps.append(step) }
  func entered(_ call: TraceCall) { calls.append(call) }
  func logged(_ log: World.Log, index: Int) { logs.append(index) }
  func exited(_ result: CallResult, depth: Int) { results.append(result) }
}

private func record(
  _ code: [UInt8], gas: Int64 = 100_000, fork: Fork = .prague
) -> Recorder {
  let recorder = Recorder()
  _ = evm(code, fork).call(message(gas: gas), in: BlockContext(), tracer: recorder)
  return recorder
}

@Suite("What a tracer is told")
struct TracerTests {
  @Test("Each step is charged what it was said to cost, and stopped by what was said to stop it")
  func audit() {
    var steps = 0
    check("audited programs", runs: 3000) { generator in
      (generator.program(), Int64(generator.next() % 150_000), generator.next() % 4)
    } property: { (code: [UInt8], gas: Int64, kind: UInt64) in
      let audit = StepAudit()
      _ = evm(code, kind & 1 == 0 ? .prague : .cancun).call(
        message(code, gas: gas, isCreation: kind & 2 != 0), in: BlockContext(), tracer: audit)
      steps += audit.steps
      if let broken = audit.broken { throw Broken(sentence: broken) }
      return true
    }
    #expect(steps > 15_000)
  }

  @Test("A run that is watched ends as one that is not: status, gas, output, logs and state")
  func unchanged() {
    check("watched programs", runs: 500) { generator in
      (generator.program(), generator.next() % 2 == 0)
    } property: { (code: [UInt8], isCreation: Bool) in
      let message = message(code, isCreation: isCreation)
      let (plain, watched) = (evm(code, .prague), evm(code, .prague))
      let first = plain.call(message, in: BlockContext(), isKept: true)
      let second = watched.call(message, in: BlockContext(), isKept: true, tracer: Recorder())
      return first.status == second.status && first.gasUsed == second.gasUsed
        && first.output == second.output && first.logs == second.logs
        && first.created == second.created && plain.world.root() == watched.world.root()
    }
  }

  @Test("An operation that gas does not last for tells its whole cost")
  func wholeCost() {
    // KECCAK256 of 64 bytes at 0: 30, two words of 6, and memory of two words for 3 each.
    let keccak = record([0x60, 64, 0x5F, 0x20], gas: 3 + 2 + 40)
    #expect(keccak.steps.last?.cost == 30 + 12 + 6 && keccak.steps.last?.halt == .outOfGas)
    // Below the 30 that it costs always, geth tells only those.
    let short = record([0x60, 64, 0x5F, 0x20], gas: 3 + 2 + 29)
    #expect(short.steps.last?.cost == 30 && short.steps.last?.halt == .outOfGas)
    // LOG1 has no such part, and BALANCE the 100 of an account that is known. LOG1 of 32 bytes: 375
    // and 375, 8 a byte, 3 for a word of memory.
    let log = record([0x5F, 0x60, 32, 0x5F, 0xA1], gas: 7 + 100)
    #expect(log.steps.last?.cost == 1009)
    #expect(record([0x60, 99, 0x31], gas: 3 + 99).steps.last?.cost == 100)
    #expect(record([0x60, 99, 0x31], gas: 3 + 100).steps.last?.cost == 2600)
    // A cold SSTORE from 0 to 7: 2,100 and 20,000.
    let store = record([0x60, 7, 0x60, 9, 0x55], gas: 6 + 10_000)
    #expect(store.steps.last?.cost == 22_100 && store.steps.last?.gas == 10_000)
    // With 2,300 gas or less SSTORE does not begin (EIP-2200).
    let sentry = record([0x60, 7, 0x60, 9, 0x55], gas: 6 + 2300)
    #expect(sentry.steps.last?.cost == 0 && sentry.steps.last?.halt == .outOfGas)
  }

  @Test("A call costs what it hands on too: of 63/64 of the gas, no more than was asked for")
  func callCost() {
    // CALL(gas, 0x…06, 0, 0, 0, 0, 0) with 1000 gas, then with all that there is.
    let target: [UInt8] = [0x64, 1, 0, 0, 0, 6]
    let zeros: [UInt8] = [0x5F, 0x5F, 0x5F, 0x5F, 0x5F]
    let some = record(zeros + target + [0x61, 0x03, 0xE8, 0xF1])
    let call = some.steps.first { $0.opcode == 0xF1 }
    #expect(call?.cost == 2600 + 1000 && some.calls[1].gas == 1000)
    let all = record(zeros + target + [0x68] + [UInt8](repeating: 255, count: 9) + [0xF1])
    let left: Int64 = 100_000 - 5 * 2 - 3 - 3 - 2600
    #expect(all.steps.first { $0.opcode == 0xF1 }?.cost == 2600 + left - left / 64)
    #expect(all.calls[1].gas == left - left / 64)
  }

  @Test("The stack's bounds are told with how many words there were")
  func stack() {
    let empty = record([0x01])
    #expect(empty.steps.last?.halt == .stackUnderflow(height: 0, needed: 2))
    // PUSH0 in a loop: JUMPDEST, PUSH0, PUSH0, JUMP takes one back.
    let full = record([0x5B, 0x5F, 0x5F, 0x56])
    #expect(full.steps.last?.halt == .stackOverflow(height: 1024, highest: 1023))
    #expect(full.results.last?.status == .halted(.stackOverflow(height: 1024, highest: 1023)))
  }

  @Test("Code that has no bytes has no steps; the STOP behind the last byte is one")
  func noCode() {
    #expect(record([]).steps.isEmpty)
    let steps = record([0x5F]).steps
    #expect(steps.map(\.name) == ["PUSH0", "STOP"] && steps.last?.counter == 1)
    // CREATE of no code.
    let creation = record([0x5F, 0x5F, 0x5F, 0xF0])
    #expect(creation.calls.map(\.kind) == [.call, .create])
    #expect(creation.steps.allSatisfy { $0.depth == 0 })
  }

  @Test("Calls that are refused before they begin are told, and keep their gas")
  func refused() {
    // CALL with a value of 0xFFFF, which the contract does not have.
    let poor = record(
      [0x5F, 0x5F, 0x5F, 0x5F, 0x61, 0xFF, 0xFF, 0x64, 1, 0, 0, 0, 6, 0x61, 0x03, 0xE8, 0xF1])
    #expect(poor.results.first?.status == .halted(.balanceTooLow))
    // The 1,000 that were asked for, and the 2,300 that come with value.
    #expect(poor.calls[1].gas == 3300 && poor.results.first?.gasLeft == 3300)
    // CREATE with it.
    let creation = record([0x5F, 0x5F, 0x61, 0xFF, 0xFF, 0xF0])
    #expect(creation.calls.map(\.kind) == [.call, .create])
    #expect(creation.results.first?.status == .halted(.balanceTooLow))
    #expect(creation.results.first?.gasLeft == creation.calls[1].gas)
    // The whole message.
    var message = message()
    message.value = 1_000_001
    let outcome = evm([], .prague).call(message, in: BlockContext())
    #expect(outcome.status == .halted(.balanceTooLow) && outcome.gasUsed == 0)
  }

  @Test("A call below 1024 others is told, and refused")
  func tooDeep() {
    // Calls itself with all gas: CALL(GAS, ADDRESS, 0, 0, 0, 0, 0).
    let recorder = Recorder()
    let evm = evm([0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x30, 0x5A, 0xF1], .prague)
    _ = evm.call(message(gas: 1 << 50), in: BlockContext(), tracer: recorder)
    #expect(recorder.calls.map(\.depth).max() == 1025)
    #expect(recorder.results.first?.status == .halted(.callTooDeep))
  }

  @Test("Precompiled contracts, delegate calls and the end of an account are told as calls")
  func kinds() {
    // STATICCALL(GAS, 4, 0, 32, 0, 0); DELEGATECALL(GAS, 0x…06, 0, 0, 0, 0); SELFDESTRUCT(6).
    let code: [UInt8] =
      [0x5F, 0x5F, 0x60, 32, 0x5F, 0x60, 4, 0x5A, 0xFA]
      + [0x5F, 0x5F, 0x5F, 0x5F, 0x64, 1, 0, 0, 0, 6, 0x5A, 0xF4]
      + [0x64, 1, 0, 0, 0, 6, 0xFF]
    let recorder = record(code)
    #expect(recorder.calls.map(\.kind) == [.call, .staticCall, .delegateCall, .selfDestruct])
    #expect(recorder.calls[1].to == Address(0, 0, 4) && recorder.results[0].output.count == 32)
    // A delegate call goes on with the value of the call that makes it.
    #expect(recorder.calls[2].value == 5 && recorder.calls[2].from == contract)
    // 1,000 that it had, and 5 that came.
    #expect(recorder.calls[3].value == 1005 && recorder.calls[3].to == Address(0, 1, 6))
  }

  @Test("Slots are told with the value that they have after the step; returned data as it stands")
  func slots() throws {
    // SLOAD(0); SSTORE(0, 9); CALL of what gives 32 zeros back.
    let code: [UInt8] =
      [0x5F, 0x54, 0x60, 9, 0x5F, 0x55]
      + [0x5F, 0x5F, 0x60, 32, 0x5F, 0x5F, 0x64, 1, 0, 0, 0, 6, 0x5A, 0xF1]
    let steps = record(code).steps
    let load = try #require(steps.first { $0.opcode == 0x54 }?.slot)
    let store = try #require(steps.first { $0.opcode == 0x55 }?.slot)
    #expect(load == (0, 1) && store == (0, 9))
    #expect(steps.last?.returned == [UInt8](repeating: 0, count: 32))
    #expect(steps[0].returned == [] && steps.last?.memory.count == 32)
  }

  @Test("Logs are counted as the receipt will: one that was undone gives its number to the next")
  func logs() {
    // Calls itself with a byte; there LOG0 and REVERT. Outside: LOG0, LOG0.
    let inner: [UInt8] = [0x5F, 0x5F, 0xA0, 0x5F, 0x5F, 0xFD]
    let outer: [UInt8] =
      [0x5F, 0x5F, 0x60, 1, 0x5F, 0x5F, 0x30, 0x5A, 0xF1] + [
        0x5F, 0x5F, 0xA0, 0x5F, 0x5F, 0xA0, 0x00,
      ]
    let code = [0x36, 0x60, UInt8(4 + outer.count), 0x57] + outer + [0x5B] + inner
    #expect(record(code).logs == [0, 0, 1])
  }

  @Test("A creation gives the code that it placed; as a call too")
  func creation() {
    // MSTORE8(0, 0x5B), RETURN(0, 1).
    let code: [UInt8] = [0x60, 0x5B, 0x5F, 0x53, 0x60, 1, 0x5F, 0xF3]
    let recorder = Recorder()
    let outcome = evm([], .prague).call(
      message(code, isCreation: true), in: BlockContext(), tracer: recorder)
    #expect(outcome.output == [0x5B] && recorder.results.last?.output == [0x5B])
  }
}
