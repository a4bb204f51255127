import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

@testable import Devnet
@testable import EVM

@Suite("A local chain: snapshots, states of the past, dumps")
struct SnapshotTests {
  @Test("INV-092: going back restores blocks, state, time, what waits and what was said of blocks")
  func revert() throws {
    let test = TestChain()
    let chain = test.chain
    try chain.add(test.signed(0, to: somebody(1), value: 5, nonce: 0))
    try test.call("evm_increaseTime", .integer(500))
    try test.call("evm_setBlockGasLimit", .quantity(2_000_000))
    try test.call("anvil_setNextBlockBaseFeePerGas", .quantity(77))
    try test.call("evm_setNextBlockTimestamp", .integer(Int(TestChain.time + 900)))
    chain.isAutomining = false
    let waiting = try test.signed(0, to: somebody(1), value: 6, nonce: 1)
    try chain.add(waiting)
    let (latest, root) = (chain.latest.hash, chain.world.root())
    let id = try test.call("evm_snapshot")

    try test.call("evm_setBlockGasLimit", .quantity(3_000_000))
    try test.call("hardhat_setCoinbase", .address(somebody(4)))
    try test.call("anvil_setBlockTimestampInterval", .integer(3))
    let later = chain.mine()
    try test.call("anvil_setBalance", .address(somebody(2)), .quantity(1))
    try test.call("evm_increaseTime", .integer(5000))
    test.clock.time += 40
    #expect(later.transactions.count == 1)

    #expect(try test.call("evm_revert", id) == .bool(true))
    #expect(chain.latest.hash == latest && chain.world.root() == root)
    #expect(chain.block(later.hash) == nil && chain.mined(waiting.hash) == nil)
    #expect(chain.pending.map(\.hash) == [waiting.hash])
    #expect(test.balance(somebody(2)) == .zero)
    let block = chain.mine()
    #expect(block.header.timestamp == TestChain.time + 900)
    #expect(block.header.baseFee == 77 && block.header.gasLimit == 2_000_000)
    #expect(block.header.coinbase == .zero && block.transactions.count == 1)
    // The clock of the snapshot went on from there: nothing of the 40 seconds is left.
    #expect(chain.mine().header.timestamp == TestChain.time + 901)
    #expect(try test.call("evm_revert", id) == .bool(false))
  }

  @Test("Of blocks that a revert took away nobody is told, and of those in their place everybody")
  func newBlocks() throws {
    let test = TestChain()
    test.chain.mine()
    #expect(test.rpc.takeNewBlocks().map(\.hash) == test.chain.blocks[1...].map(\.hash))
    let id = try test.call("evm_snapshot")
    test.chain.mine()
    _ = test.rpc.takeNewBlocks()
    // As in one batch: as many blocks as before, and others.
    test.chain.mine()
    try test.call("evm_revert", id)
    test.clock.time += 9
    test.chain.mine()
    test.chain.mine()
    #expect(test.rpc.takeNewBlocks().map(\.hash) == test.chain.blocks[2...].map(\.hash))
    #expect(test.rpc.takeNewBlocks().isEmpty)
  }

  @Test("Snapshots lie one inside the other: going back to one takes all later ones with it")
  func nested() throws {
    let test = TestChain()
    let ids = try (0..<4).map { _ in
      let id = try test.call("evm_snapshot")
      test.chain.mine()
      return id
    }
    #expect(ids.map(\.text) == ["0x1", "0x2", "0x3", "0x4"])
    #expect(try test.call("evm_revert", ids[2]) == .bool(true))
    #expect(test.chain.latest.header.number == 2)
    #expect(try test.call("evm_revert", ids[3]) == .bool(false))
    #expect(try test.call("evm_snapshot").text == "0x5")
    #expect(try test.call("evm_revert", .integer(2)) == .bool(true))
    #expect(test.chain.latest.header.number == 1)
    #expect(try test.call("evm_revert", .string("0x99")) == .bool(false))
  }

  @Test("Who is impersonated, and how blocks are made, is no part of a snapshot")
  func outside() throws {
    let test = TestChain()
    let id = try test.call("evm_snapshot")
    try test.call("anvil_impersonateAccount", .address(somebody(1)))
    try test.call("evm_setAutomine", .bool(false))
    try test.call("evm_revert", id)
    #expect(test.chain.canSend(as: somebody(1)) && !test.chain.isAutomining)
  }

  @Test("As many snapshots as the limit are kept, and one more is refused")
  func limit() throws {
    let test = TestChain()
    for _ in 0..<Chain.maximumSnapshots { try test.call("evm_snapshot") }
    #expect(test.error("evm_snapshot")?.code == -32_005)
    #expect(try test.call("evm_revert", .integer(Chain.maximumSnapshots)) == .bool(true))
    #expect(test.error("evm_snapshot") == nil)
    #expect(Chain.maximumSnapshots == 10_000)
  }

  @Test("anvil_reset starts again from the first block")
  func reset() throws {
    let test = TestChain()
    let genesis = test.chain.latest.hash
    try test.chain.add(test.signed(0, to: somebody(1), value: 5, nonce: 0))
    try test.call("evm_increaseTime", .integer(500))
    try test.call("evm_snapshot")
    #expect(try test.call("anvil_reset") == .bool(true))
    #expect(test.chain.latest.hash == genesis)
    #expect(test.balance(somebody(1)) == .zero)
    #expect(try test.call("evm_revert", .integer(1)) == .bool(false))
    #expect(test.chain.mine().header.timestamp == TestChain.time + 1)
    let forking = JSON.members(["forking": .members(["jsonRpcUrl": .string("http://x")])])
    #expect(test.error("hardhat_reset", forking)?.message.contains("forking") == true)
  }

  // MARK: States of the past

  @Test(
    "States of the last blocks are looked at and called; older ones are refused, with the reason")
  func history() throws {
    let test = TestChain { $0.history = 3 }
    let (counter, reader) = (somebody(1), somebody(2))
    try test.place(Code.counter, at: counter)
    for nonce: UInt64 in 0..<5 {
      try test.chain.add(test.signed(0, to: counter, nonce: nonce, gas: 60_000))
    }
    func count(_ block: Int) throws -> UInt256 {
      try test.number("eth_getStorageAt", .address(counter), .string("0x0"), .quantity(block))
    }
    #expect(try [2, 3, 4, 5].map(count) == [2, 3, 4, 5])
    let error = test.error(
      "eth_getStorageAt", .address(counter), .string("0x0"), .string("0x1"))
    #expect(error?.message.contains("state of block 1 is no longer kept") == true)
    #expect(error?.code == -32_001)
    // The block itself is there.
    #expect(try test.call("eth_getBlockByNumber", .string("0x1"), .bool(false)) != .null)
    // A call on an old state: the reader's code is put in the counter's place.
    let call = JSON.members(["to": .address(counter)])
    let overrides = JSON.members([counter.hex: .members(["code": .string(Code.reader)])])
    for block in 2...5 {
      let result = try test.call("eth_call", call, .quantity(block), overrides)
      #expect(try result.word() == UInt256(UInt64(block)).bytes32)
    }
    #expect(try test.call("eth_getCode", .address(counter), .string("latest")).text == Code.counter)
    #expect(test.balance(reader) == .zero)
  }

  @Test("INV-089: looking and calling change no state, the latest or an old one, nor make it grow")
  func looking() throws {
    let test = TestChain()
    let counter = somebody(1)
    try test.place(Code.counter, at: counter)
    try test.chain.add(test.signed(0, to: counter, nonce: 0, gas: 60_000))
    test.chain.mine()
    let roots = [UInt64(1), 2].map { test.chain.stateTrie(after: $0)?.root }
    let known = Self.known(test)
    for number: UInt32 in 100..<200 {
      for block in ["latest", "0x1", "pending"] {
        let block = JSON.string(block)
        try test.call("eth_getBalance", .address(somebody(number)), block)
        try test.call("eth_getStorageAt", .address(counter), .quantity(UInt64(number)), block)
        let call = JSON.members([
          "from": .address(test.accounts[1]), "to": .address(counter), "value": .quantity(1),
        ])
        try test.call("eth_call", call, block)
        try test.call("eth_estimateGas", call, block)
      }
      let stranger = JSON.members(["from": .address(somebody(number)), "value": .quantity(1)])
      #expect(test.error("eth_call", stranger)?.message.contains("insufficient funds") == true)
    }
    #expect([UInt64(1), 2].map { test.chain.stateTrie(after: $0)?.root } == roots)
    #expect(Self.known(test) == known)
    #expect(roots[1] == test.chain.latest.header.stateRoot)
  }

  /// How many accounts and slots the latest state has met.
  private static func known(_ test: TestChain) -> [Int] {
    [test.chain.world.accounts.count, test.chain.world.slots.count]
  }

  // MARK: Dumps

  @Test("INV-087: a state that was dumped and loaded into another chain has the same root")
  func dumps() {
    check("dumps", runs: 40) { generator in
      try Self.randomChain(&generator)
    } property: { (test: TestChain) in
      let dump = ChainState.dump(test.chain)
      let other = TestChain { $0.chainID = 5 }
      other.chain.mine()
      try ChainState.load(dump, into: other.chain)
      return other.chain.world.root() == test.chain.world.root()
        && other.chain.mine().header.stateRoot == test.chain.world.root()
        && ChainState.dump(test.chain) == dump
    }
  }

  /// A chain after random changes: contracts, slots that are filled and cleared, accounts that are
  /// destroyed in the transaction that made them, or later.
  private static func randomChain(_ generator: inout Generator) throws -> TestChain {
    let test = TestChain()
    var nonce: UInt64 = 0
    // Creates a contract of two bytes that is gone when it is called.
    let destroyer = try Hex.decode("0x61" + "33ff" + "6000526002601ef3")
    for _ in 0..<Int.random(in: 0...8, using: &generator) {
      let account = somebody(UInt32(generator.next() % 6))
      switch generator.next() % 6 {
      case 0: test.chain.change(account) { $0.balance = UInt256(generator.next()) }
      case 1:
        test.chain.setStorage(account, UInt256(generator.next() % 4), UInt256(generator.next() % 3))
      case 2:
        test.chain.change(account) {
          $0.code = [UInt8](repeating: 0x60, count: Int(generator.next() % 40))
        }
      case 3: test.chain.change(account) { $0.nonce = generator.next() >> 1 }
      default:
        let created = Address.create(sender: test.accounts[0], nonce: nonce)
        try test.chain.add(
          test.signed(0, to: nil, value: 3, input: destroyer, nonce: nonce, gas: 200_000))
        try test.chain.add(test.signed(0, to: created, nonce: nonce + 1, gas: 100_000))
        nonce += 2
      }
    }
    return test
  }

  @Test(
    "A loaded state is all there is: other accounts are gone, and the clock is not before its time")
  func load() throws {
    let test = TestChain()
    // The time is 1,700,001,000.
    let dump = """
      {"version": 1, "block": "0x7", "timestamp": "0x6553f4e8",
       "accounts": {"\(somebody(1).hex)": {"balance": "0x5", "nonce": "0x1",
        "code": "\(Code.reader)", "storage": {"0x0": "0x2a"}}}}
      """
    let id = try test.call("evm_snapshot")
    try test.call("anvil_loadState", .data(Array(dump.utf8)))
    #expect(test.balance(test.accounts[0]) == .zero && test.balance(somebody(1)) == 5)
    let result = try test.call("eth_call", .members(["to": .address(somebody(1))]))
    #expect(try result.word() == UInt256(42).bytes32)
    #expect(test.chain.mine().header.timestamp == TestChain.time + 1000)
    #expect(try test.call("evm_revert", id) == .bool(true))
    #expect(test.balance(test.accounts[0]) == UInt256(10) &* ether)
  }

  @Test("A state's text: as deep and with as many bytes as the limits, and one more")
  func loadLimits() throws {
    let chain = TestChain().chain
    let dump = ChainState.dump(chain)
    let limits = JSONLimits(bytes: dump.count, depth: 8, values: ChainState.limits.values)
    try ChainState.load(dump, into: chain, limits: limits)
    #expect(throws: ChainState.Malformed.self) {
      try ChainState.load(dump + [0x20], into: chain, limits: limits)
    }
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    for (depth, words) in [(8, "the file: found an array"), (9, "9 levels")] {
      do throws(ChainState.Malformed) {
        try ChainState.load(nested(depth), into: chain)
        Issue.record("\(depth) levels were taken")
      } catch { #expect(error.description.contains(words)) }
    }
    #expect(ChainState.limits.bytes == 2_147_483_648 && ChainState.limits.values == 20_000_000)
  }

  @Test("A damaged state names its place, and changes nothing")
  func damaged() throws {
    let test = TestChain()
    let root = test.chain.world.root()
    let account = "\"balance\": \"0x0\", \"nonce\": \"0x0\", \"code\": \"0x\""
    let address = somebody(1).hex
    func file(_ accounts: String, version: String = "1", time: String = "0x0", more: String = "")
      -> String
    {
      "{\"version\": \(version), \"block\": \"0x0\", \"timestamp\": \"\(time)\", "
        + "\"accounts\": \(accounts)\(more)}"
    }
    let cases: [(String, String)] = [
      ("", "the text: line 1, column 1"), ("{}", "the file: `accounts` is missing"),
      ("[]", "found an array"),
      (file("{}", version: "2"), "version: found the number 2, expected 1"),
      (file("{}", version: "\"1\""), "version: found the string"),
      (file("{}", time: "soon"), "timestamp"),
      (file("{}", time: "0x20000000000000"), "timestamp: found 9007199254740992"),
      (file("{}", more: ", \"more\": 1"), "the file: the member the string \"more\" is not known"),
      (file("[]"), "accounts: found an array"),
      (file("{\"0x1\": {}}"), "account the string \"0x1\""),
      (file("{\"\(address)\": 1}"), "found the number 1, expected an object"),
      (file("{\"\(address)\": {\(account)}}"), "`storage` is missing"),
      (file("{\"\(address)\": {\(account), \"storage\": []}}"), "`storage` is no object"),
      (file("{\"\(address)\": {\(account), \"storage\": {}, \"x\": 1}}"), "\"x\" is not known"),
      (
        file("{\"\(address)\": {\(account), \"storage\": {\"0x1\": true}}}"),
        "slot the string \"0x1\""
      ),
      (
        file("{\"\(address)\": {\(account), \"storage\": {\"0x1\": \"0x1\", \"0x01\": \"0x1\"}}}"),
        "slot the string \"0x01\": the slot is there twice"
      ),
      (
        file(
          "{\"\(address)\": {\"balance\": \"0x0\", \"nonce\": \"0x10000000000000000\", "
            + "\"code\": \"0x\", \"storage\": {}}}"), "`nonce`: found the string"
      ),
      (
        file(
          "{\"\(address)\": {\(account), \"storage\": {}}, "
            + "\"0x\(address.dropFirst(2).uppercased())\": {\(account), \"storage\": {}}}"
        ),
        "the account is there twice"
      ),
    ]
    for (text, words) in cases {
      let error = test.error("anvil_loadState", .data(Array(text.utf8)))
      #expect(error?.code == -32_602)
      #expect(error?.message.contains(words) == true, "\(words): \(error?.message ?? "loaded")")
      #expect(test.chain.world.root() == root)
    }
  }
}
