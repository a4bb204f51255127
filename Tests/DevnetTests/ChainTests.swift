import CanonicalJSON
import Devnet
import EVM
import EthereumPrimitives
import Signing
import Testing

/// A chain whose clock stands still, and what is done to it in a test.
struct TestChain {
  static let time: UInt64 = 1_700_000_000
  let keys = DevelopmentKeys.keys(3)
  let chain: Chain
  let rpc: RPC

  init(_ change: (inout Chain.Settings) -> Void = { _ in }) {
    var settings = Chain.Settings(clock: { Self.time })
    settings.funded = keys.map { ($0.account, UInt256(10) &* ether) }
    change(&settings)
    chain = Chain(settings)
    rpc = RPC(chain: chain, keys: keys)
  }
}

let ether: UInt256 = 1_000_000_000_000_000_000

@Suite("A local chain")
struct ChainTests {
  @Test("moves value in a block that is made at once")
  func transfer() throws {
    let test = TestChain()
    var transaction = Transaction()
    transaction.kind = .dynamicFee
    transaction.chainID = 31_337
    transaction.gasLimit = 21_000
    transaction.to = test.keys[1].account
    transaction.value = ether
    transaction.maximumFee = 2_000_000_000
    transaction.maximumPriorityFee = 1_000_000_000
    let signature = test.keys[0].sign(transaction.signingHash)
    try test.chain.add(PendingTransaction(SignedTransaction(transaction, signature)))
    #expect(test.chain.latest.header.number == 1)
    #expect(test.chain.latest.header.gasUsed == 21_000)
    #expect(test.chain.world.record(of: test.keys[1].account).balance == UInt256(11) &* ether)
    // The base fee after an empty genesis of half a limit nobody used: 1 gwei less an eighth.
    let paid = UInt256(21_000) &* (875_000_000 &+ 1_000_000_000)
    #expect(
      test.chain.world.record(of: test.keys[0].account).balance
        == UInt256(9) &* ether &- paid)
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
