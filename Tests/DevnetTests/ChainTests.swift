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
}
