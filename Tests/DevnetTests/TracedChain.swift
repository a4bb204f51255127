import CanonicalJSON
import Devnet
import EVM
import EthereumPrimitives
import Signing
import TestKit

/// A chain that is asked by JSON, as tests of traces write it.
struct TracedChain {
  static let time: UInt64 = 1_700_000_000
  /// Accounts with money, whose keys the chain has.
  let accounts: [Address]
  let chain: Chain
  let rpc: RPC

  init(_ change: (inout Chain.Settings) -> Void = { _ in }) {
    let keys = DevelopmentKeys.keys(4)
    accounts = keys.map(\.account)
    var settings = Chain.Settings(clock: { Self.time })
    settings.funded = accounts.map { ($0, 9_000_000_000_000_000_000) }
    change(&settings)
    chain = Chain(settings)
    rpc = RPC(chain: chain, keys: keys)
  }

  /// Calls a method; the parameters are JSON.
  @discardableResult
  func call(_ method: String, _ parameters: String) throws -> JSON {
    try rpc.call(method, JSON.parse(Array("[\(parameters)]".utf8)))
  }

  /// The text of an answer, its keys in order.
  func text(_ method: String, _ parameters: String) throws -> String {
    String(decoding: try call(method, parameters).canonicalBytes(), as: UTF8.self)
  }

  func place(_ code: [UInt8], at address: Address, balance: UInt256 = .zero) {
    chain.change(address) {
      $0.code = code
      $0.balance = balance
    }
  }

  /// Sends a transaction that may fail, and gives its hash.
  func send(
    _ input: [UInt8], to: Address?, from: Int = 0, gas: UInt64 = 5_000_000, value: UInt64 = 0
  ) throws -> Bytes32 {
    let receiver = to.map { #""to":"\#($0.hex)","# } ?? ""
    let answer = try call(
      "eth_sendTransaction",
      #"{"from":"\#(accounts[from].hex)",\#(receiver)"data":"\#(Hex.encode(input))","#
        + #""gas":"\#(String(gas, radix: 16).hexadecimal)","#
        + #""value":"\#(String(value, radix: 16).hexadecimal)"}"#)
    return try Bytes32(hex: answer.text ?? "")
  }

  /// Why the transaction failed.
  func reason(_ hash: Bytes32) -> String? { chain.failure(of: hash)?.description }

  /// Deploys a contract of ours with these arguments of its constructor.
  func deploy(
    _ name: String, _ arguments: [ABIValue] = [], _ types: [ABIType] = []
  ) throws -> Address {
    let hash = try send(try Self.creation(name, arguments, types), to: nil)
    let receipt = try call("eth_getTransactionReceipt", #""\#(hash.hex)""#)
    return try Address(receipt["contractAddress"]?.text ?? "")
  }

  static func creation(
    _ name: String, _ arguments: [ABIValue], _ types: [ABIType]
  ) throws -> [UInt8] {
    let artifact = try JSON.parse(Project.data("contracts/artifacts/\(name).json"))
    return try Hex.decode(artifact["creation_bytecode"]?.text ?? "")
      + ABI.encode(arguments, as: types)
  }
}

extension String {
  fileprivate var hexadecimal: String { "0x" + self }
}

/// The canonical form of a JSON text.
func canonical(_ text: String) throws -> String {
  String(decoding: try JSON.parse(Array(text.utf8)).canonicalBytes(), as: UTF8.self)
}

/// Call data of a function.
func input(
  _ signature: String, _ values: [ABIValue] = [], _ types: [ABIType] = []
) throws -> [UInt8] {
  try ABI.selector(signature) + ABI.encode(values, as: types)
}
