import EthereumPrimitives
import Testing

@testable import EVM

/// A call of this code, with this gas.
private func outcome(_ code: [UInt8], gas: UInt64) -> EVM.Outcome {
  let world = World()
  world.set(Address(0, 1, 5), .init(code: code))
  return EVM(world: world, fork: .prague).call(
    EVM.Message(from: Address(0, 1, 1), to: Address(0, 1, 5), input: [], gas: gas),
    in: BlockContext())
}

@Suite("Limits")
struct LimitTests {
  @Test("Gas of 2⁶³ and more counts as 2⁶³ − 1, and none as none")
  func gas() {
    // GAS, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
    let code: [UInt8] = [0x5A, 0x5F, 0x52, 0x60, 32, 0x5F, 0xF3]
    let highest = UInt256((1 << 63) - 1 - 2)
    #expect(outcome(code, gas: .max).output == Bytes32(highest).bytes)
    #expect(outcome(code, gas: .max).gasUsed == 2 + 2 + 3 + 3 + 3 + 2)
    #expect(outcome(code, gas: 0).status == .halted(.outOfGas))
    #expect(outcome(code, gas: 0).gasUsed == 0)
  }

  @Test(
    "Memory from 2³⁰ bytes on is out of gas, however much gas there is",
    arguments: [
      (0x3FFF_FFE1, 32), (0x4000_0000, 32), (0xFFFF_FFFF, 32), (0, 0x4000_0001),
      (0x3FFF_FFFF, 0x3FFF_FFFF),
    ] as [(UInt32, UInt32)])
  func memory(offset: UInt32, count: UInt32) {
    func push(_ number: UInt32) -> [UInt8] {
      [0x63] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
    #expect(
      outcome(push(count) + push(offset) + [0x20], gas: .max).status == .halted(.outOfGas))
    if count == 32 {
      #expect(outcome([0x5F] + push(offset) + [0x52], gas: .max).status == .halted(.outOfGas))
    }
  }

  @Test("Calls lie 1,024 deep inside of each other at most, however much gas there is")
  func depth() {
    // Calls itself, and returns one more than what that returned; where it may not, 0:
    // PUSH1 32, PUSH0, PUSH0, PUSH0, PUSH0, ADDRESS, GAS, CALL, PUSH0, MLOAD, ADD,
    // PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
    let code: [UInt8] = [
      0x60, 32, 0x5F, 0x5F, 0x5F, 0x5F, 0x30, 0x5A, 0xF1, 0x5F, 0x51, 0x01, 0x5F, 0x52, 0x60, 32,
      0x5F, 0xF3,
    ]
    #expect(outcome(code, gas: .max).output == Bytes32(UInt256(1024)).bytes)
  }
}
