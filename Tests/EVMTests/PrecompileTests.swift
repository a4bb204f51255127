import EthereumPrimitives
import TestKit
import Testing

@testable import EVM

@Suite("Precompiled contracts")
struct PrecompileTests {
  @Test(
    "Independent programs' inputs: price and output to the byte",
    arguments: Precompile.allCases)
  func vectors(_ contract: Precompile) throws {
    let vectors = try PrecompileVector.all().filter { $0.contract == contract }
    #expect(vectors.count >= 14)
    for vector in vectors {
      let expected = vector.output.map {
        PrecompileOutcome.success(gasUsed: vector.gas, output: $0)
      }
      #expect(
        contract.run(vector.input, gas: vector.gas, vector.fork) == expected ?? .failure,
        "\(vector.name)")
    }
  }

  @Test("A unit of gas too little is a failure, more than enough changes nothing")
  func gas() throws {
    for vector in try PrecompileVector.all() {
      guard let output = vector.output else { continue }
      if vector.gas > 0 {
        let outcome = vector.contract.run(vector.input, gas: vector.gas - 1, vector.fork)
        #expect(outcome == .failure, "\(vector.name)")
      }
      // Curves take time: what they cost is checked above.
      guard vector.contract.rawValue < Precompile.curveSum.rawValue else { continue }
      let outcome = vector.contract.run(vector.input, gas: .max, vector.fork)
      #expect(outcome == .success(gasUsed: vector.gas, output: output), "\(vector.name)")
    }
  }

  @Test("Vector 8 of EIP-152: as many rounds as there can be are not done for a unit less")
  func rounds() {
    let input = [UInt8](repeating: 0xFF, count: 4) + [UInt8](repeating: 0, count: 209)
    #expect(Precompile.blake2Compression.run(input, gas: 4_294_967_294) == .failure)
  }

  @Test(
    "Contracts have the addresses from 1 to the fork's last, Osaka one more, and no others",
    arguments: [(Fork.cancun, 0x0A), (.prague, 0x11), (.osaka, 0x11)] as [(Fork, UInt32)])
  func addresses(_ fork: Fork, _ last: UInt32) throws {
    #expect(fork.precompile(at: .zero) == nil)
    for number in 1...last {
      let contract = try #require(fork.precompile(at: Address(0, 0, number)))
      #expect(contract.address == Address(0, 0, number))
      #expect(fork.precompile(at: Address(1, 0, number)) == nil)
      #expect(fork.precompile(at: Address(0, 1 << 63, number)) == nil)
      #expect(fork.precompile(at: Address(0, 0, number + 65_536)) == nil)
    }
    #expect(fork.precompile(at: Address(0, 0, last + 1)) == nil)
    let signatures = fork.precompile(at: Address(0, 0, 0x100))
    #expect(signatures == (fork.name == "osaka" ? .p256Verify : nil))
  }

  @Test("Sums of BLS12-381 cost less a piece the more there are, by the EIP's two tables")
  func discounts() {
    func prices(_ byteCount: Int, _ price: (PrecompileInput) -> UInt64) -> [UInt64] {
      (1...130).map { count in
        [UInt8](repeating: 0, count: count * byteCount).withUnsafeBytes {
          price(PrecompileInput(bytes: $0))
        }
      }
    }
    let first = prices(160, BLS12381.G1.price(ofProducts:))
    let second = prices(288, BLS12381.G2.price(ofProducts:))
    // The totals of number times price times discount from 1 to 128, and of these times number.
    func totals(_ prices: [UInt64]) -> [UInt64] {
      let table = prices.prefix(128).enumerated()
      return [
        table.reduce(0) { $0 + $1.element },
        table.reduce(0) { $0 + UInt64($1.offset + 1) * $1.element },
      ]
    }
    #expect(totals(first) == [55_429_812, 4_638_012_540])
    #expect(totals(second) == [105_183_659, 8_772_340_201])
    #expect(first[129] == 130 * 12_000 * 519 / 1000 && second[129] == 130 * 22_500 * 524 / 1000)
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
