import BigInt
import CanonicalJSON
import EVM
import EthereumPrimitives
import TestKit
import Testing

@testable import Devnet

@Suite("A local chain: time, fees and heads")
struct TimeTests {
  @Test("Blocks have the clock's time, and each a later one than the block before it")
  func clock() {
    let test = TestChain()
    let time = TestChain.time
    #expect(test.chain.mine().header.timestamp == time + 1)
    test.clock.time += 100
    #expect(test.chain.mine().header.timestamp == time + 101)
    test.clock.time -= 50
    #expect(test.chain.mine().header.timestamp == time + 102)
  }

  @Test("Time travel: the clock goes on from where it was moved to")
  func travel() throws {
    let test = TestChain()
    let time = TestChain.time
    #expect(try test.call("evm_increaseTime", .integer(1000)) == .integer(1000))
    #expect(try test.call("evm_increaseTime", .string("0xa")) == .integer(1010))
    #expect(test.chain.mine().header.timestamp == time + 1010)
    try test.call("evm_setNextBlockTimestamp", .integer(Int(time + 5000)))
    #expect(test.chain.mine().header.timestamp == time + 5000)
    test.clock.time += 7
    #expect(test.chain.mine().header.timestamp == time + 5007)
    #expect(test.error("evm_setNextBlockTimestamp", .integer(Int(time + 5007)))?.code == -32_602)
    #expect(try test.call("anvil_setTime", .integer(Int(time))) == .integer(-5007))
    #expect(test.chain.mine().header.timestamp == time + 5008)
  }

  @Test("Seconds between blocks hold until they are taken back, whatever the clock shows")
  func interval() throws {
    let test = TestChain()
    let time = TestChain.time
    try test.call("anvil_setBlockTimestampInterval", .integer(12))
    #expect((1...3).allSatisfy { test.chain.mine().header.timestamp == time + UInt64($0) * 12 })
    #expect(try test.call("anvil_removeBlockTimestampInterval") == .bool(true))
    #expect(try test.call("anvil_removeBlockTimestampInterval") == .bool(false))
    #expect(test.chain.mine().header.timestamp == time + 37)
  }

  @Test("evm_mine: a block now, at a time, or several; anvil_mine: several, with seconds between")
  func mine() throws {
    let test = TestChain()
    let time = TestChain.time
    #expect(try test.call("evm_mine") == .string("0x0"))
    try test.call("evm_mine", .integer(Int(time + 60)))
    #expect(test.chain.latest.header.timestamp == time + 60)
    try test.call(
      "evm_mine", .members(["timestamp": .integer(Int(time + 90)), "blocks": .integer(3)]))
    #expect(
      test.chain.blocks.map(\.header.timestamp).suffix(3) == [time + 90, time + 91, time + 92])
    #expect(try test.call("anvil_mine", .string("0x3"), .string("0x3c")) == .null)
    #expect(
      test.chain.blocks.map(\.header.timestamp).suffix(3) == [time + 93, time + 153, time + 213])
    #expect(try test.call("hardhat_mine") == .bool(true))
    #expect(test.chain.latest.header.number == 9)
  }

  @Test("The last time: 2⁵³ − 1 seconds are a block's time, and one more is refused")
  func lastTime() throws {
    let test = TestChain()
    let last = (1 << 53) - 1
    #expect(test.error("evm_setNextBlockTimestamp", .quantity(last + 1))?.code == -32_602)
    #expect(test.error("evm_increaseTime", .quantity(UInt64.max))?.code == -32_602)
    #expect(test.error("evm_setTime", .quantity(last + 1))?.code == -32_602)
    #expect(test.error("anvil_mine", .integer(3), .quantity(last))?.code == -32_602)
    #expect(test.chain.latest.header.number == 0)
    try test.call("evm_setNextBlockTimestamp", .quantity(last))
    #expect(test.chain.mine().header.timestamp == UInt64(last))
    // Blocks after it are each a second later: nothing stops.
    #expect(test.chain.mine().header.timestamp == UInt64(last) + 1)
    #expect(test.error("evm_increaseTime", .integer(1))?.code == -32_602)
    // The state is one that another chain takes.
    let other = TestChain()
    try ChainState.load(ChainState.dump(test.chain), into: other.chain)
    #expect(other.chain.now == UInt64(last))
  }

  @Test("Interval mining is told to whoever serves, and ends making a block for each transaction")
  func intervalMining() throws {
    let test = TestChain()
    try test.call("evm_setIntervalMining", .integer(5))
    #expect(test.rpc.interval == 5 && !test.chain.isAutomining)
    #expect(try test.call("anvil_getIntervalMining") == .integer(5))
    try test.call("evm_setIntervalMining", .integer(0))
    #expect(test.rpc.interval == 0 && !test.chain.isAutomining)
    #expect(try test.call("anvil_getIntervalMining") == .null)
    try test.call("evm_setAutomine", .bool(true))
    #expect(try test.call("hardhat_getAutomine") == .bool(true))
    #expect(test.rpc.interval == 0 && test.chain.isAutomining)
  }

  @Test("Blocks by the clock: the first is due after a whole interval, also after it was changed")
  func timer() {
    var timer = BlockTimer()
    func due(_ interval: UInt64, _ seconds: Int) -> [Int] {
      (1...seconds).filter { _ in timer.tick(interval: interval) }
    }
    #expect(due(3, 7) == [3, 6])
    #expect(due(2, 4) == [2, 4])
    #expect(due(2, 1) == [] && due(5, 6) == [5])
    #expect(due(0, 9) == [] && due(5, 5) == [5])
  }

  @Test("Base fees follow EIP-1559's formula, of any gas used, limit and fee")
  func baseFee() {
    check("base fees") { generator in
      var header = Header()
      header.gasLimit = generator.next() >> UInt64.random(in: 1...50, using: &generator)
      header.gasUsed = header.gasLimit == 0 ? 0 : generator.next() % (header.gasLimit + 1)
      if generator.next() % 8 == 0 { header.gasUsed = header.gasLimit / 2 }
      header.baseFee = UInt256(generator.next()) >> Int.random(in: 0...60, using: &generator)
      return header
    } property: { header in
      // The EIP's own code, with whole numbers of any size.
      let (fee, used) = (BigInt(header.baseFee.decimal) ?? 0, BigInt(header.gasUsed))
      let target = BigInt(header.gasLimit) / 2
      var expected = fee
      if target > 0, used > target {
        expected = fee + max(fee * (used - target) / target / 8, 1)
      } else if target > 0, used < target {
        expected = fee - fee * (target - used) / target / 8
      }
      return header.nextBaseFee.decimal == expected.description
    }
  }

  @Test("The next base fee that is set holds for one block, and the formula goes on from there")
  func nextBaseFee() throws {
    let test = TestChain()
    try test.call("anvil_setNextBlockBaseFeePerGas", .quantity(80))
    #expect(try test.number("eth_gasPrice") == gwei &+ 80)
    #expect(test.chain.mine().header.baseFee == 80)
    #expect(test.chain.mine().header.baseFee == 70)
  }

  @Test("Safe and finalized blocks are one and two epochs of 32 blocks behind the latest one")
  func heads() throws {
    let test = TestChain()
    func number(_ tag: String) throws -> UInt256 {
      try test.call("eth_getBlockByNumber", .string(tag), .bool(false))["number"]?.quantity() ?? 999
    }
    #expect(try ["earliest", "safe", "finalized", "latest"].map(number) == [0, 0, 0, 0])
    try test.call("anvil_mine", .integer(70))
    #expect(
      try ["earliest", "finalized", "safe", "latest", "pending"].map(number) == [0, 6, 38, 70, 71])
  }

  @Test("What is said of the next block: gas limit and coinbase stay, PREVRANDAO is for one block")
  func nextBlock() throws {
    let test = TestChain()
    let word = Keccak256.hash([1])
    try test.call("evm_setBlockGasLimit", .quantity(1_000_000))
    try test.call("hardhat_setCoinbase", .address(somebody(3)))
    try test.call("hardhat_setPrevRandao", .word(word))
    let blocks = [test.chain.mine(), test.chain.mine()]
    #expect(blocks.allSatisfy { $0.header.gasLimit == 1_000_000 })
    #expect(blocks.allSatisfy { $0.header.coinbase == somebody(3) })
    #expect(blocks.map { $0.header.prevRandao == word } == [true, false])
    #expect(try test.call("eth_coinbase") == .address(somebody(3)))
    // The most gas of a block.
    test.chain.setGasLimit(.max)
    #expect(test.chain.mine().header.gasLimit == Chain.highestGasLimit)
    #expect(Chain.highestGasLimit == 9_223_372_036_854_775_807)
  }

  @Test("Gas of a block that a request asks for: 2³⁰, and one more is refused")
  func blockGas() throws {
    let test = TestChain()
    try test.call("evm_setBlockGasLimit", .quantity(UInt64(1) << 30))
    #expect(test.chain.mine().header.gasLimit == 1 << 30)
    #expect(test.error("evm_setBlockGasLimit", .quantity((UInt64(1) << 30) + 1))?.code == -32_005)
    let overrides = JSON.members(["gasLimit": .quantity(UInt64.max)])
    let call = JSON.members(["to": .address(somebody(1))])
    #expect(
      test.error("eth_call", call, .string("latest"), .null, overrides)?.code == -32_005)
  }

  @Test("Numbers above 2⁵³ are answered as they are")
  func longIntervals() throws {
    let test = TestChain()
    try test.call("evm_setIntervalMining", .quantity(UInt64.max))
    #expect(try test.call("evm_getIntervalMining") == .number("18446744073709551615"))
  }
}
