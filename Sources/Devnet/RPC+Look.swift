import CanonicalJSON
import EVM
import EthereumPrimitives

// What is asked of the chain as a whole.
extension RPC {
  /// nil where the method is none of these.
  func look(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_chainId": .quantity(chain.settings.chainID)
    case "net_version": .string(String(chain.settings.chainID))
    case "net_listening": .bool(true)
    case "net_peerCount": .quantity(0)
    case "eth_syncing": .bool(false)
    case "eth_mining": .bool(chain.isAutomining || interval > 0)
    case "eth_hashrate": .quantity(0)
    case "eth_protocolVersion": .string("0x44")
    case "web3_clientVersion": .string(Self.clientVersion)
    case "web3_sha3": .word(Keccak256.hash(try parameters.bytes()))
    case "eth_coinbase": .address(chain.next.coinbase)
    case "eth_accounts": .array(accounts.map(JSON.address))
    case "eth_blockNumber": .quantity(chain.latest.header.number)
    case "eth_gasPrice": .quantity(Self.sum(chain.nextContext().baseFee, Self.suggestedTip))
    case "eth_maxPriorityFeePerGas": .quantity(Self.suggestedTip)
    case "eth_blobBaseFee": .quantity(1)
    case "eth_feeHistory": try feeHistory(&parameters)
    default: nil
    }
  }

  static let clientVersion = "sluice-devnet/1"

  /// 1 gwei.
  static let suggestedTip: UInt256 = 1_000_000_000
  /// Blocks that one fee history tells of at most.
  static let longestFeeHistory: UInt64 = 1024
  /// Percentiles that are asked for at most.
  static let maximumPercentiles = 100

  /// Of fees: the largest one where there is no larger.
  static func sum(_ left: UInt256, _ right: UInt256) -> UInt256 { left.adding(right) ?? .max }

  /// Source: EIP-1559, and the execution APIs: gas used and base fees of blocks, and of the one
  /// after them.
  private func feeHistory(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let count = min(try parameters.small(), Self.longestFeeHistory)
    let newest = try block(at: parameters.next())
    let shares = try shares(parameters.next())
    guard count > 0 else {
      return .members(["oldestBlock": .quantity(0), "gasUsedRatio": .array([])])
    }
    let last = min(newest.header.number, chain.latest.header.number)
    let first = last - min(last, count - 1)
    let blocks = (first...last).compactMap { chain.block(number: $0) }
    var fees = blocks.map { JSON.quantity($0.header.baseFee) }
    fees.append(
      .quantity(chain.block(number: last + 1)?.header.baseFee ?? chain.nextContext().baseFee))
    var members: [JSON.Member] = [
      .init(key: "oldestBlock", value: .quantity(first)),
      .init(key: "baseFeePerGas", value: .array(fees)),
      .init(key: "gasUsedRatio", value: .array(blocks.map { .number($0.header.fullness) })),
      .init(key: "baseFeePerBlobGas", value: .array(fees.map { _ in .quantity(1) })),
      .init(key: "blobGasUsedRatio", value: .array(blocks.map { _ in .integer(0) })),
    ]
    if !shares.isEmpty {
      let rewards = blocks.map { block in JSON.array(shares.map { .quantity(block.tip(at: $0)) }) }
      members.append(.init(key: "reward", value: .array(rewards)))
    }
    return .object(members)
  }

  private func shares(_ json: JSON?) throws(RPCError) -> [UInt64] {
    let percentiles = json?.elements ?? []
    guard json == nil || json?.elements != nil, percentiles.count <= Self.maximumPercentiles else {
      throw .invalidParameters(
        "percentiles are a list of at most \(Self.maximumPercentiles) numbers")
    }
    let shares = try percentiles.map { json throws(RPCError) in try json.share() }
    guard zip(shares, shares.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw .invalidParameters("percentiles are in ascending order")
    }
    return shares
  }
}

extension Block {
  /// The tip, in wei per gas, of the transaction with which this share of the block's gas is used,
  /// in hundredths of a percent, where those that pay least come first.
  fileprivate func tip(at share: UInt64) -> UInt256 {
    let wanted = header.gasUsed.multipliedFullWidth(by: share)
    let gasWanted = UInt64(10_000).dividingFullWidth(wanted).quotient
    var gas: UInt64 = 0
    let tips = transactions.map { (tip: $0.outcome.gasPrice &- header.baseFee, $0.outcome.gasUsed) }
    for (tip, used) in tips.sorted(by: { $0.tip < $1.tip }) {
      gas += used
      if gas >= gasWanted { return tip }
    }
    return .zero
  }
}

extension Header {
  /// The share of the gas limit that was used, to six decimals, rounded down.
  fileprivate var fullness: String {
    guard gasLimit > 0, gasUsed < gasLimit else { return gasUsed == 0 ? "0" : "1" }
    let millionths = gasLimit.dividingFullWidth(gasUsed.multipliedFullWidth(by: 1_000_000)).quotient
    return "0." + String(1_000_000 + millionths).dropFirst()
  }
}
