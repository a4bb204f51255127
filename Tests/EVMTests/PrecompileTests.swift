import EVM
import EthereumPrimitives
import TestKit
import Testing

@Suite("Precompiled contracts")
struct PrecompileTests {
  @Test(
    "Independent programs' inputs: price and output to the byte",
    arguments: Precompile.allCases.filter { $0.rawValue <= 9 })
  func vectors(_ contract: Precompile) throws {
    let vectors = try PrecompileVector.all().filter { $0.contract == contract }
    #expect(vectors.count >= 14)
    for vector in vectors {
      let expected = vector.output.map {
        PrecompileOutcome.success(gasUsed: vector.gas, output: $0)
      }
      #expect(
        contract.run(vector.input, gas: vector.gas) == expected ?? .failure, "\(vector.name)")
    }
  }

  @Test("A unit of gas too little is a failure, more than enough changes nothing")
  func gas() throws {
    for vector in try PrecompileVector.all() {
      guard let output = vector.output else { continue }
      if vector.gas > 0 {
        #expect(vector.contract.run(vector.input, gas: vector.gas - 1) == .failure)
      }
      // Pairings take time: what they cost is checked above.
      guard vector.contract != .pairing else { continue }
      let outcome = vector.contract.run(vector.input, gas: .max)
      #expect(outcome == .success(gasUsed: vector.gas, output: output), "\(vector.name)")
    }
  }

  @Test("Vector 8 of EIP-152: as many rounds as there can be are not done for a unit less")
  func rounds() {
    let input = [UInt8](repeating: 0xFF, count: 4) + [UInt8](repeating: 0, count: 209)
    #expect(Precompile.blake2Compression.run(input, gas: 4_294_967_294) == .failure)
  }

  @Test("Contracts have the addresses from 1 to the fork's last, and no others")
  func addresses() throws {
    for last: UInt8 in [0x0A, 0x11] {
      #expect(Precompile.at(.zero, upTo: last) == nil)
      for number in 1...UInt32(last) {
        let contract = try #require(Precompile.at(Address(0, 0, number), upTo: last))
        #expect(contract.address == Address(0, 0, number))
        #expect(Precompile.at(Address(1, 0, number), upTo: last) == nil)
        #expect(Precompile.at(Address(0, 1 << 63, number), upTo: last) == nil)
        #expect(Precompile.at(Address(0, 0, number + 256), upTo: last) == nil)
      }
      #expect(Precompile.at(Address(0, 0, UInt32(last) + 1), upTo: last) == nil)
    }
  }

  @Test("Point evaluation and BLS are known, and answer that they are unsupported")
  func unsupported() {
    let contracts = Precompile.allCases.filter { $0.rawValue > 9 }
    #expect(contracts.count == 8)
    for contract in contracts { #expect(contract.run([], gas: .max) == .unsupported) }
  }

  @Test("Lengths of a modular power: as many bytes as the limit, and one more")
  func longestOperand() {
    // The modulus lies behind the end of the input, and is zero.
    func lengths(_ exponent: Int) -> [UInt8] { word(1) + word(exponent) + word(1) }
    let power = Precompile.modularPower
    // ⌊8 · (2²⁶ − 32) / 3⌋.
    #expect(power.run(lengths(1 << 26)) == .failure)
    #expect(
      power.run(lengths(1 << 26), gas: 178_956_885)
        == .success(gasUsed: 178_956_885, output: [0]))
    #expect(power.run(lengths((1 << 26) + 1), gas: .max) == .failure)
    let base = word((1 << 26) + 1) + word(0) + word(1)
    #expect(power.run(base, gas: .max) == .failure)
    let modulus = word(1) + word(0) + word((1 << 26) + 1)
    #expect(power.run(modulus, gas: .max) == .failure)
  }
}
