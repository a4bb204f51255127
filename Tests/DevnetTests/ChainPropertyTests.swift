import CanonicalJSON
import EVM
import EthereumPrimitives
import TestKit
import Testing

@testable import Devnet

@Suite("A local chain beside a slow model of it")
struct ChainPropertyTests {
  /// What is asked of a chain.
  private enum Step: CustomStringConvertible {
    case transfer(sender: Int, receiver: Int, value: UInt64)
    case count(sender: Int)
    case mine, snapshot
    case revert(Int)
    case time(UInt64)
    case setBalance(Int, UInt64)

    var description: String {
      switch self {
      case .transfer(let sender, let receiver, let value): "\(sender) → \(receiver): \(value)"
      case .count(let sender): "\(sender) counts"
      case .mine: "mine"
      case .snapshot: "snapshot"
      case .revert(let index): "revert \(index)"
      case .time(let seconds): "+\(seconds) s"
      case .setBalance(let account, let balance): "\(account) = \(balance)"
      }
    }

    init(_ generator: inout Generator) {
      let (first, second) = (Int(generator.next() % 3), Int(generator.next() % 3))
      switch generator.next() % 9 {
      case 0: self = .mine
      case 1: self = .snapshot
      case 2: self = .revert(first)
      case 3: self = .time(generator.next() % 1000)
      case 4: self = .setBalance(3 + first, generator.next())
      case 5, 6: self = .count(sender: first)
      default:
        self = .transfer(sender: first, receiver: second + 3 * (first % 2), value: generator.next())
      }
    }
  }

  /// What a chain should be: copied as a whole for a snapshot. Gas and fees by hand.
  private struct Model: Equatable {
    var balances: [UInt256]
    var nonces: [UInt64] = [0, 0, 0]
    var counter: UInt64 = 0
    var block: UInt64 = 0
    var time = TestChain.time
    var offset: UInt64 = 0
    var baseFee: UInt256 = 1_000_000_000
    var gasUsed: UInt64 = 0
    var tips = UInt256.zero
    /// All wei but what was burnt.
    var total: UInt256

    /// A block with one transaction of so much gas, or with none.
    mutating func mine(gas: UInt64 = 0) {
      // EIP-1559 of a limit of 30,000,000, where less than half is used.
      let missing = UInt256(15_000_000 - gasUsed)
      let down =
        (baseFee &* missing).quotientAndRemainder(dividingBy: 15_000_000)?.quotient ?? .zero
      baseFee = baseFee &- (down >> 3)
      gasUsed = gas
      block += 1
      time = max(TestChain.time + offset, time + 1)
      // The clock goes with the blocks.
      offset = max(offset, time - TestChain.time)
    }

    mutating func pay(_ sender: Int, gas: UInt64) {
      let gas = UInt256(gas)
      let tip: UInt256 = 1_000_000_000
      balances[sender] = balances[sender] &- gas &* (baseFee &+ tip)
      tips = tips &+ gas &* tip
      total = total &- gas &* baseFee
      nonces[sender] += 1
    }
  }

  private static let counter = somebody(9)

  private static func apply(
    _ step: Step, _ test: TestChain, _ model: inout Model, _ kept: inout [(id: JSON, model: Model)]
  ) throws {
    let accounts = test.accounts + (0..<3).map { somebody($0) }
    switch step {
    case .mine:
      try test.call("evm_mine")
      model.mine()
    case .snapshot: kept.append((try test.call("evm_snapshot"), model))
    case .revert(let index) where index < kept.count:
      let place = kept.count - 1 - index
      guard try test.call("evm_revert", kept[place].id) == .bool(true) else { throw Differs() }
      model = kept[place].model
      kept.removeSubrange(place...)
    case .revert:
      guard try test.call("evm_revert", .integer(9999)) == .bool(false) else { throw Differs() }
    case .time(let seconds):
      try test.call("evm_increaseTime", .quantity(seconds))
      model.offset += seconds
    case .setBalance(let account, let balance):
      try test.call("anvil_setBalance", .address(accounts[account]), .quantity(balance))
      model.total = model.total &- model.balances[account] &+ UInt256(balance)
      model.balances[account] = UInt256(balance)
    case .count(let sender):
      try test.call(
        "eth_sendTransaction",
        .members(["from": .address(accounts[sender]), "to": .address(Self.counter)]))
      // PUSH1, PUSH1, SLOAD of a cold slot, ADD, PUSH1, SSTORE of the slot, now warm.
      let gas: UInt64 = 21_000 + 3 + 3 + 2100 + 3 + 3 + (model.counter == 0 ? 20_000 : 2900)
      model.mine(gas: gas)
      model.pay(sender, gas: gas)
      model.counter += 1
    case .transfer(let sender, let receiver, let value):
      try test.call(
        "eth_sendTransaction",
        .members([
          "from": .address(accounts[sender]), "to": .address(accounts[receiver]),
          "value": .quantity(value % 1_000_000_000_000),
        ]))
      model.mine(gas: 21_000)
      model.pay(sender, gas: 21_000)
      let value = UInt256(value % 1_000_000_000_000)
      model.balances[sender] = model.balances[sender] &- value
      model.balances[receiver] = model.balances[receiver] &+ value
    }
  }

  private struct Differs: Error {}

  private static func look(_ test: TestChain, _ model: Model) throws -> Model {
    let accounts = test.accounts + (0..<3).map { somebody($0) }
    var seen = model
    seen.balances = try accounts.map { try test.number("eth_getBalance", .address($0)) }
    seen.nonces = try test.accounts.map {
      try test.call("eth_getTransactionCount", .address($0)).small()
    }
    seen.counter =
      try test.call("eth_getStorageAt", .address(Self.counter), .string("0x0")).quantity().asUInt64
      ?? 0
    let block = try test.call("eth_getBlockByNumber", .string("latest"), .bool(false))
    seen.block = try block.member("number").small()
    seen.time = try block.member("timestamp").small()
    seen.baseFee = try block.member("baseFeePerGas").quantity()
    seen.gasUsed = try block.member("gasUsed").small()
    seen.tips = try test.number("eth_getBalance", .address(.zero))
    var total = UInt256.zero
    test.chain.world.forEachAccount { _, record, _ in total = total &+ record.balance }
    seen.total = total
    return seen
  }

  @Test(
    "INV-088: balances, nonces, blocks, times, fees and all wei are the model's after each step"
  )
  func model() {
    check("chain and model", runs: 60) { generator in
      (0..<Int.random(in: 1...14, using: &generator)).map { _ in Step(&generator) }
    } property: { (steps: [Step]) in
      let test = TestChain()
      try test.place(Code.counter, at: Self.counter)
      let start = UInt256(10) &* ether
      var model = Model(
        balances: [start, start, start, .zero, .zero, .zero], total: start &* 3)
      var kept: [(id: JSON, model: Model)] = []
      for step in steps {
        try Self.apply(step, test, &model, &kept)
        guard try Self.look(test, model) == model else { return false }
      }
      return true
    }
  }

  // MARK: Estimates

  @Test("INV-091: with the gas that is estimated a call succeeds, and with one less it fails")
  func estimates() {
    check("estimates", runs: 60) { generator in
      Self.randomCode(&generator)
    } property: { (code: String) in
      let test = TestChain()
      // A contract that keeps its word, and one that calls it with 63/64 of its gas.
      try test.place(Code.keeper, at: somebody(1))
      try test.place(code, at: somebody(2))
      for slot: UInt64 in 0..<3 { test.chain.setStorage(somebody(2), UInt256(slot), UInt256(slot)) }
      let call = JSON.members([
        "from": .address(test.accounts[0]), "to": .address(somebody(2)), "data": .string("0x00ff"),
      ])
      let estimate: UInt64
      do throws(RPCError) { estimate = try test.call("eth_estimateGas", call).small() } catch {
        return error.code == 3
      }
      func succeeds(_ gas: UInt64) throws -> Bool {
        let copy = TestChain()
        try ChainState.load(ChainState.dump(test.chain), into: copy.chain)
        let sent = try copy.signed(0, to: somebody(2), input: [0, 0xFF], nonce: 0, gas: gas)
        do throws(PoolError) { try copy.chain.add(sent) } catch { return false }
        return copy.chain.latest.transactions.first?.outcome.status == .success
      }
      return try succeeds(estimate) && !succeeds(estimate - 1)
    }
  }

  /// Stores, clears, calls whose failure matters and such whose failure does not, in any order.
  private static func randomCode(_ generator: inout Generator) -> String {
    var code = "0x"
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      let slot = "60" + "0\(generator.next() % 3)"
      switch generator.next() % 5 {
      // SSTORE(slot, 1), SSTORE(slot, 0)
      case 0: code += "6001" + slot + "55"
      case 1: code += "6000" + slot + "55"
      // CALL(gas, keeper, 0, 0, 32, 0, 0), and POP what it said
      case 2: code += "6000600060206000600073" + somebody(1).hex.dropFirst(2) + "5af150"
      // the same, and INVALID where it failed
      case 3:
        let place = (code.utf8.count - 2) / 2 + 38
        code += "6000600060206000600073" + somebody(1).hex.dropFirst(2) + "5af1"
        code += "61" + hex(place) + "57fe5b"
      // MSTORE(1000, 1)
      default: code += "60016103e852"
      }
    }
    return code + "00"
  }

  private static func hex(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
