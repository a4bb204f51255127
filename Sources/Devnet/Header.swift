import EVM
import EthereumPrimitives

/// What a block is known by.
///
/// Source: Ethereum Yellow Paper, section 4.4; EIP-1559, 4895, 4844, 4788, 7685.
public struct Header: Sendable, Hashable {
  public var parentHash = Bytes32.zero
  public var coinbase = Address.zero
  public var stateRoot = Bytes32.zero
  public var transactionsRoot = Trie.emptyRoot
  public var receiptsRoot = Trie.emptyRoot
  public var bloom = Bloom()
  public var number: UInt64 = 0
  public var gasLimit: UInt64 = 0
  public var gasUsed: UInt64 = 0
  /// Seconds since 1970.
  public var timestamp: UInt64 = 0
  public var extraData: [UInt8] = []
  public var prevRandao = Bytes32.zero
  public var baseFee = UInt256.zero
  /// The hash of the requests of the block, from Prague on: there are none here.
  public var requestsHash: Bytes32?

  /// Keccak-256 of an empty list: no uncles.
  public static let noUncles = Keccak256.hash(RLP.encode(.list([])))
  /// SHA-256 of nothing: no requests (EIP-7685).
  public static let noRequests = Bytes32(
    0xe3b0_c442_98fc_1c14, 0x9afb_f4c8_996f_b924, 0x27ae_41e4_649b_934c, 0xa495_991b_7852_b855)

  public init() {}

  public var hash: Bytes32 { Keccak256.hash(encoded) }

  /// As it goes over the wire.
  public var encoded: [UInt8] {
    var items: [RLPItem] = [
      .bytes(parentHash.bytes), .bytes(Self.noUncles.bytes), .bytes(coinbase.bytes),
      .bytes(stateRoot.bytes), .bytes(transactionsRoot.bytes), .bytes(receiptsRoot.bytes),
      .bytes(bloom.bytes), .number(.zero), .number(UInt256(number)), .number(UInt256(gasLimit)),
      .number(UInt256(gasUsed)), .number(UInt256(timestamp)), .bytes(extraData),
      .bytes(prevRandao.bytes), .bytes([UInt8](repeating: 0, count: 8)), .number(baseFee),
      // No withdrawals, no blobs, no beacon chain.
      .bytes(Trie.emptyRoot.bytes), .number(.zero), .number(.zero), .bytes(Bytes32.zero.bytes),
    ]
    if let requestsHash { items.append(.bytes(requestsHash.bytes)) }
    return RLP.encode(.list(items))
  }

  /// Wei per gas in the block after this one (EIP-1559): up by at most an eighth after a block that
  /// is more than half full, down by at most an eighth after one that is less.
  public var nextBaseFee: UInt256 {
    let target = gasLimit / 2
    guard target > 0, gasUsed != target else { return baseFee }
    let distance = gasUsed > target ? gasUsed - target : target - gasUsed
    let change =
      baseFee.multipliedFullWidth(by: UInt256(distance))
      .quotientAndRemainder(dividingBy: UInt256(target))?.quotient
      .quotientAndRemainder(dividingBy: 8)?.quotient.asUInt256 ?? .zero
    guard gasUsed > target else { return baseFee.subtracting(change) ?? .zero }
    return baseFee.adding(max(change, .one)) ?? .max
  }
}

/// Which addresses and topics the logs of a block may have: a filter of 2048 bits that never misses
/// one.
///
/// Source: Ethereum Yellow Paper, section 4.4.1.
public struct Bloom: Sendable, Hashable {
  public private(set) var bytes = [UInt8](repeating: 0, count: 256)

  public init() {}

  public init(_ logs: [World.Log]) {
    for log in logs {
      add(log.address.bytes)
      for topic in log.topics { add(topic.bytes) }
    }
  }

  private mutating func add(_ value: [UInt8]) {
    let hash = Keccak256.hash(value).bytes
    for index in stride(from: 0, to: 6, by: 2) {
      let bit = Int(hash[index] & 0x07) << 8 | Int(hash[index + 1])
      bytes[255 - bit / 8] |= 1 << UInt8(bit % 8)
    }
  }

  public mutating func formUnion(_ other: Bloom) {
    for index in bytes.indices { bytes[index] |= other.bytes[index] }
  }
}
