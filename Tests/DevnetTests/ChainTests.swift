import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing
import Testing

@testable import Devnet

@Suite("A local chain: transactions and blocks")
struct ChainTests {
  @Test("Moves value in a block that is made at once")
  func transfer() throws {
    let test = TestChain()
    try test.chain.add(
      test.signed(0, to: test.accounts[1], value: ether, nonce: 0, fee: 2 &* gwei))
    #expect(test.chain.latest.header.number == 1)
    #expect(test.chain.latest.header.gasUsed == 21_000)
    #expect(test.balance(test.accounts[1]) == UInt256(11) &* ether)
    // The base fee after a first block that nobody used: 1 gwei less an eighth.
    let paid = UInt256(21_000) &* (875_000_000 &+ 1_000_000_000)
    #expect(test.balance(test.accounts[0]) == UInt256(9) &* ether &- paid)
    #expect(test.balance(.zero) == UInt256(21_000) &* gwei)
  }

  @Test("A nonce that is ahead waits for those before it, and comes into a block with them")
  func ahead() throws {
    let test = TestChain()
    for nonce: UInt64 in [2, 1] {
      try test.chain.add(test.signed(0, to: somebody(1), value: 1, nonce: nonce))
    }
    #expect(test.chain.latest.header.number == 0)
    #expect(test.chain.pool.count == 2)
    try test.chain.add(test.signed(0, to: somebody(1), value: 1, nonce: 0))
    #expect(test.chain.latest.header.number == 1)
    #expect(test.chain.latest.transactions.map(\.transaction.nonce) == [0, 1, 2])
    #expect(test.chain.pool.isEmpty)
  }

  @Test(
    "Of several senders, whatever the order of nonces, all stand in one block, each in its order")
  func senders() throws {
    let test = TestChain()
    test.chain.isAutomining = false
    let order: [(sender: Int, nonce: UInt64)] = [
      (0, 1), (1, 0), (2, 2), (0, 0), (2, 0), (2, 1), (1, 1), (0, 3),
    ]
    for (sender, nonce) in order {
      try test.chain.add(test.signed(sender, to: somebody(1), value: 1, nonce: nonce))
    }
    let block = test.chain.mine()
    let accounts = test.accounts
    // By arrival; (0, 1) comes right after (0, 0), (2, 2) after (2, 1), and (0, 3) waits.
    let expected = [(1, 0), (0, 0), (0, 1), (2, 0), (2, 1), (2, 2), (1, 1)].map {
      "\(accounts[$0.0]) \($0.1)"
    }
    #expect(block.transactions.map { "\($0.sender) \($0.transaction.nonce)" } == expected)
    #expect(test.chain.pending.map(\.transaction.nonce) == [3])
  }

  @Test("A transaction takes the place of one with its nonce where both fees are a tenth higher")
  func replacement() throws {
    let test = TestChain()
    test.chain.isAutomining = false
    let first = try test.signed(0, to: somebody(1), nonce: 0, fee: 1000 &* gwei, tip: 10 &* gwei)
    try test.chain.add(first)
    for (fee, tip) in [(1100, 10), (1099, 11)] as [(UInt64, UInt64)] {
      let other = try test.signed(
        0, to: somebody(2), nonce: 0, fee: UInt256(fee) &* gwei, tip: UInt256(tip) &* gwei)
      #expect(throws: PoolError.self) { try test.chain.add(other) }
      #expect(test.chain.pending.map(\.hash) == [first.hash])
    }
    let other = try test.signed(
      0, to: somebody(2), nonce: 0, fee: 1100 &* gwei, tip: 11 &* gwei)
    try test.chain.add(other)
    #expect(test.chain.pending.map(\.hash) == [other.hash])
    #expect(throws: PoolError.alreadyKnown(other.hash, block: nil)) { try test.chain.add(other) }
    #expect(test.chain.mine().transactions.map(\.hash) == [other.hash])
    #expect(throws: PoolError.self) { try test.chain.add(first) }
  }

  @Test("A block is filled up to its gas limit, and the rest waits for the next one")
  func fullBlock() throws {
    let test = TestChain { $0.gasLimit = 50_000 }
    test.chain.isAutomining = false
    for nonce: UInt64 in 0..<5 {
      try test.chain.add(test.signed(0, to: somebody(1), value: 1, nonce: nonce))
    }
    #expect([2, 2, 1].allSatisfy { test.chain.mine().transactions.count == $0 })
    // Where blocks are made at once, they are made until nothing can stand in one.
    for nonce: UInt64 in [8, 7, 6] {
      try test.chain.add(test.signed(0, to: somebody(1), value: 1, nonce: nonce))
    }
    test.chain.isAutomining = true
    try test.chain.add(test.signed(0, to: somebody(1), value: 1, nonce: 5))
    #expect(test.chain.latest.header.number == 5)
    #expect(test.chain.pool.isEmpty)
  }

  @Test("What cannot stand in any block is refused, and what no longer can is dropped")
  func refused() throws {
    let test = TestChain()
    let rich = UInt256(11) &* ether
    let cases: [(PendingTransaction, String)] = [
      (try test.signed(0, to: somebody(1), nonce: 0, gas: 20_999), "intrinsic gas too low"),
      (try test.signed(0, to: somebody(1), nonce: 5, gas: 20_999), "intrinsic gas too low"),
      (try test.signed(0, to: somebody(1), nonce: 0, gas: 30_000_001), "above what is left"),
      (try test.signed(0, to: somebody(1), value: rich, nonce: 0), "insufficient funds"),
      (try test.signed(0, to: somebody(1), nonce: 0, fee: gwei, tip: 2 &* gwei), "priority fee"),
      (try test.signed(0, to: somebody(1), nonce: 0, fee: 1, tip: 1), "less than block base fee"),
      (try test.signed(0, to: somebody(1), nonce: .max), "nonce is at its limit"),
      (
        try test.signed(
          0, to: nil, input: [UInt8](repeating: 0, count: 49_153), nonce: 0,
          gas: 2_000_000), "49153 bytes"
      ),
    ]
    for (transaction, words) in cases {
      do throws(PoolError) {
        try test.chain.add(transaction)
        Issue.record("\(words) was taken")
      } catch { #expect(error.description.contains(words)) }
    }
    #expect(test.chain.pool.isEmpty && test.chain.latest.header.number == 0)
    test.chain.isAutomining = false
    try test.chain.add(test.signed(0, to: somebody(1), nonce: 0))
    test.chain.change(test.accounts[0]) { $0.nonce = 1 }
    #expect(test.chain.mine().transactions.isEmpty)
    #expect(test.chain.pool.isEmpty)
  }

  @Test("A fee below the base fee waits for a lower one where blocks are not made at once")
  func lowFee() throws {
    let test = TestChain()
    test.chain.isAutomining = false
    // 1 gwei, then 0.875, then 0.765…
    try test.chain.add(test.signed(0, to: somebody(1), nonce: 0, fee: 800_000_000, tip: 1))
    #expect(test.chain.mine().transactions.isEmpty)
    #expect(test.chain.mine().transactions.count == 1)
  }

  @Test("Transactions with blobs are refused")
  func blobs() throws {
    let test = TestChain()
    var transaction = Transaction()
    transaction.kind = .blob
    transaction.chainID = 31_337
    let signature = test.keys[0].sign(transaction.signingHash)
    let pending = try PendingTransaction(SignedTransaction(transaction, signature))
    #expect(throws: PoolError.blobs) { try test.chain.add(pending) }
  }

  @Test(
    "INV-093: a transaction of one chain is refused by another, and contracts have the same place")
  func twoChains() throws {
    let first = TestChain { $0.chainID = 1 }
    let second = TestChain { $0.chainID = 2 }
    let code: [UInt8] = [0x60, 0x00, 0x60, 0x00, 0xF3]
    let creation = try first.signed(0, to: nil, input: code, nonce: 0, gas: 100_000)
    #expect(throws: PoolError.refused(.wrongChain(found: 1, expected: 2))) {
      try second.chain.add(creation)
    }
    try first.chain.add(creation)
    try second.chain.add(second.signed(0, to: nil, input: code, nonce: 0, gas: 100_000))
    let places = [first, second].map { $0.chain.latest.transactions[0].outcome.created }
    #expect(places[0] != nil && places[0] == places[1])
    #expect(first.chain.latest.transactions[0].hash != second.chain.latest.transactions[0].hash)
  }

  @Test("A contract sends where it is impersonated, and not otherwise")
  func impersonation() throws {
    let test = TestChain()
    let contract = somebody(7)
    try test.place(Code.counter, at: contract)
    test.chain.change(contract) { $0.balance = ether }
    let call = JSON.members([
      "from": .address(contract), "to": .address(test.accounts[1]), "value": .quantity(5),
    ])
    #expect(
      test.error("eth_sendTransaction", call)?.message.contains("nobody impersonates") == true)
    try test.call("anvil_impersonateAccount", .address(contract))
    let hash = try test.call("eth_sendTransaction", call)
    let receipt = try test.call("eth_getTransactionReceipt", hash)
    #expect(receipt["status"]?.text == "0x1" && receipt["from"]?.text == contract.hex)
    #expect(test.balance(test.accounts[1]) == UInt256(10) &* ether &+ 5)
    try test.call("anvil_stopImpersonatingAccount", .address(contract))
    #expect(test.error("eth_sendTransaction", call) != nil)
    try test.call("anvil_autoImpersonateAccount", .bool(true))
    #expect(test.error("eth_sendTransaction", call) == nil)
  }

  @Test("As many transactions as the pool's limit wait, and one more is refused; their bytes too")
  func poolLimits() throws {
    let test = TestChain()
    var pool = Pool()
    let waiting = try (0..<4).map { try test.signed(0, to: somebody(1), nonce: $0) }
    for transaction in waiting[..<3] { try pool.add(transaction, maximumCount: 3) }
    #expect(throws: PoolError.full(count: 3, bytes: pool.bytes)) {
      try pool.add(waiting[3], maximumCount: 3)
    }
    let bytes = pool.bytes + waiting[3].size
    #expect(throws: PoolError.self) { try pool.add(waiting[3], maximumBytes: bytes - 1) }
    try pool.add(waiting[3], maximumBytes: bytes)
    #expect(pool.bytes == waiting.reduce(0) { $0 + $1.size })
    for transaction in waiting { pool.remove(transaction.hash) }
    #expect(pool.isEmpty && pool.bytes == 0)
    #expect(Pool.maximumCount == 100_000 && Pool.maximumBytes == 268_435_456)
  }

  /// One wei to an account, from the first one.
  private func payment(nonce: UInt64) throws -> PendingTransaction {
    var transaction = Transaction()
    transaction.nonce = nonce
    transaction.gasLimit = 21_000
    transaction.to = Address(0, 1, UInt32(nonce))
    transaction.value = 1
    transaction.maximumFee = 2_000_000_000
    transaction.maximumPriorityFee = 2_000_000_000
    let signature = TestChain().keys[0].sign(transaction.signingHash)
    return try PendingTransaction(SignedTransaction(transaction, signature))
  }

  @Test("A block whose transactions are told and not kept has the header of one that keeps them")
  func streamed() throws {
    let payments = try (0..<3).map(payment)
    let kept = TestChain().chain
    kept.isAutomining = false
    for payment in payments { try kept.add(payment) }
    kept.mine()
    let streamed = TestChain().chain
    var told: [Bytes32: UInt64] = [:]
    let header = try streamed.mine(payments) { told[$0.hash] = $0.outcome.gasUsed }
    #expect(header == kept.latest.header && streamed.latest.hash == kept.latest.hash)
    #expect(header.gasUsed == 63_000 && streamed.latest.transactions.isEmpty)
    #expect(told == Dictionary(uniqueKeysWithValues: payments.map { ($0.hash, 21_000) }))
    #expect(streamed.mined(payments[0].hash) == nil && kept.mined(payments[0].hash) != nil)
  }

  @Test("A transaction that cannot stand ends a told block: what came before it is mined")
  func streamedToTheEnd() throws {
    let chain = TestChain().chain
    let payments = try [0, 1, 5, 2].map(payment)
    var told: [Bytes32] = []
    #expect(throws: TransactionError.nonceTooHigh(found: 5, expected: 2)) {
      try chain.mine(payments) { told.append($0.hash) }
    }
    #expect(told == payments[..<2].map(\.hash))
    #expect(chain.latest.header.number == 1 && chain.latest.header.gasUsed == 42_000)
    #expect(chain.world.record(of: Address(0, 1, 1)).balance == 1)
    #expect(chain.world.record(of: Address(0, 1, 2)).balance == 0)
  }
}
