import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing
import Testing

@testable import Devnet

let ether: UInt256 = 1_000_000_000_000_000_000
let gwei: UInt256 = 1_000_000_000

/// A chain whose clock stands still unless a test moves it, and what is done to it in a test.
final class TestChain {
  static let time: UInt64 = 1_700_000_000

  /// The computer's clock, as the chain sees it.
  final class Clock: @unchecked Sendable {
    var time = TestChain.time
  }

  let keys = DevelopmentKeys.keys(3)
  let clock = Clock()
  let chain: Chain
  let rpc: RPC

  init(_ change: (inout Chain.Settings) -> Void = { _ in }) {
    var settings = Chain.Settings(clock: { [clock] in clock.time })
    settings.funded = keys.map { ($0.account, UInt256(10) &* ether) }
    change(&settings)
    chain = Chain(settings)
    rpc = RPC(chain: chain, keys: keys)
  }

  var accounts: [Address] { keys.map(\.account) }

  // MARK: JSON-RPC

  @discardableResult
  func call(_ method: String, _ parameters: JSON...) throws(RPCError) -> JSON {
    try rpc.call(method, .array(parameters))
  }

  /// Why a request has no result.
  func error(_ method: String, _ parameters: JSON...) -> RPCError? {
    do throws(RPCError) {
      _ = try rpc.call(method, .array(parameters))
      return nil
    } catch { return error }
  }

  /// The answer to the text of a body.
  func answer(_ body: String) throws -> JSON {
    try JSON.parse(rpc.answer(Array(body.utf8)))
  }

  func number(_ method: String, _ parameters: JSON...) throws -> UInt256 {
    try rpc.call(method, .array(parameters)).quantity()
  }

  // MARK: Transactions

  func signed(
    _ sender: Int, to: Address?, value: UInt256 = .zero, input: [UInt8] = [], nonce: UInt64,
    gas: UInt64 = 21_000, fee: UInt256 = 4 &* gwei, tip: UInt256 = gwei
  ) throws -> PendingTransaction {
    var transaction = Transaction()
    transaction.kind = .dynamicFee
    transaction.chainID = chain.settings.chainID
    transaction.nonce = nonce
    transaction.gasLimit = gas
    transaction.to = to
    transaction.value = value
    transaction.input = input
    transaction.maximumFee = fee
    transaction.maximumPriorityFee = tip
    return try PendingTransaction(
      SignedTransaction(transaction, keys[sender].sign(transaction.signingHash)))
  }

  /// Puts a contract's code at an address.
  func place(_ code: String, at address: Address) throws {
    try call("hardhat_setCode", .address(address), .string(code))
  }

  func balance(_ account: Address) -> UInt256 { chain.world.record(of: account).balance }
}

/// Addresses that nobody has the key of.
func somebody(_ number: UInt32) -> Address { Address(0xABCD, 0, number) }

/// Contracts by their code, each with how it is written.
enum Code {
  /// Logs its argument with topics 0xaa and the caller, and keeps it in slot 0:
  /// MSTORE(0, arg), LOG2(0, 32, 0xaa, caller), SSTORE(0, arg).
  static let keeper = "0x60003580600052" + "3360aa60206000a2" + "60005500"
  /// Returns what slot 0 holds: MSTORE(0, SLOAD(0)), RETURN(0, 32).
  static let reader = "0x60005460005260206000f3"
  /// Reverts with `Error("no")`.
  static let refuser =
    "0x7f08c379a000000000000000000000000000000000000000000000000000000000600052"
    + "6020600452" + "6002602452" + "616e6f60f01b604452" + "60646000fd"
  /// Adds one to slot 0: SSTORE(0, SLOAD(0) + 1).
  static let counter = "0x600160005401600055" + "00"
  /// Goes on without end: JUMPDEST, JUMP(0).
  static let loop = "0x5b600056"
  /// Returns NUMBER, TIMESTAMP, COINBASE and PREVRANDAO.
  static let blockReader = "0x43600052" + "42602052" + "41604052" + "44606052" + "60806000f3"
  /// Gives its balance to the caller and is gone: SELFDESTRUCT(CALLER).
  static let destroyer = "0x33ff"
}
