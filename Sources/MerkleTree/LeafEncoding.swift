import EthereumPrimitives

/// How a distributor turns recipients into leaves, and leaves into a tree: data, not code.
public struct LeafEncoding: Sendable, Hashable {
  /// What a field of a leaf holds.
  public enum Role: String, Sendable, Hashable {
    /// The campaign's identifier.
    case campaign
    /// The row's number, from 0.
    case index
    case account
    case amount
    /// A value that the file brings, of any type.
    case value
  }

  public struct Field: Sendable, Hashable {
    public let role: Role
    public let type: ABIType

    public init(_ role: Role, _ type: ABIType) {
      self.role = role
      self.type = type
    }
  }

  public enum Packing: String, Sendable, Hashable {
    /// `abi.encode`.
    case abi
    /// `abi.encodePacked`.
    case packed
    /// The one `bytes32` value is the leaf itself.
    case raw
  }

  public enum LeafOrder: String, Sendable, Hashable {
    /// Ascending by leaf hash.
    case byHash
    /// Ascending by leaf hash, equal leaves once.
    case byHashDeduplicated
    /// As the rows stand.
    case asGiven
  }

  public enum IndexOrder: String, Sendable, Hashable {
    /// Rows are numbered as they stand.
    case asGiven
    /// Rows are numbered by their account's EIP-55 text, in ASCII order.
    case byChecksummedAccount
  }

  public let name: String
  /// One line for people.
  public let summary: String
  public let fields: [Field]
  public let packing: Packing
  /// How often a leaf is hashed: 0, 1 or 2 times.
  public let hashRounds: Int
  public let leafOrder: LeafOrder
  public let indexOrder: IndexOrder
  public let shape: TreeShape

  public init(
    name: String, summary: String, fields: [Field], packing: Packing, hashRounds: Int,
    leafOrder: LeafOrder, indexOrder: IndexOrder = .asGiven, shape: TreeShape
  ) {
    precondition((0...2).contains(hashRounds), "a leaf is hashed at most twice")
    self.name = name
    self.summary = summary
    self.fields = fields
    self.packing = packing
    self.hashRounds = hashRounds
    self.leafOrder = leafOrder
    self.indexOrder = indexOrder
    self.shape = shape
  }

  /// The same order, hashing and shape over other fields.
  public func over(_ fields: [Field]) -> LeafEncoding {
    LeafEncoding(
      name: name, summary: summary, fields: fields, packing: packing, hashRounds: hashRounds,
      leafOrder: leafOrder, indexOrder: indexOrder, shape: shape)
  }

  public func has(_ role: Role) -> Bool { fields.contains { $0.role == role } }

  /// True where a leaf's preimage is as long as an inner node's and both are hashed alike, so that
  /// an inner node can pass for a leaf (a second preimage).
  public var confusesLeavesWithNodes: Bool {
    guard hashRounds < 2 else { return false }
    guard packing != .raw else { return true }
    return !fields.contains { $0.type.isDynamic } && preimageLength == 64
  }

  private var preimageLength: Int {
    fields.reduce(0) { total, field in
      switch (packing, field.type) {
      case (.packed, .address): total + 20
      case (.packed, .uint(let bits)), (.packed, .int(let bits)): total + bits / 8
      case (.packed, .fixedBytes(let count)): total + count
      case (.packed, .bool): total + 1
      default: total + 32
      }
    }
  }
}

/// How nodes are put together.
public struct TreeShape: Sendable, Hashable {
  public enum OddNode: String, Sendable, Hashable {
    /// Level by level; a node without a partner moves up as it is.
    case promoted
    /// Level by level; a node without a partner is paired with itself.
    case duplicated
    /// The leaves are followed by zeros up to a power of two, so that every node has a partner.
    case padded
    /// One array of 2n − 1 nodes in which node i has the children 2i + 1 and 2i + 2, and the leaves
    /// fill it from its end (OpenZeppelin).
    case completeTree
  }

  public enum PairOrder: String, Sendable, Hashable {
    /// The smaller hash first: a proof needs no positions.
    case sorted
    /// The left one first.
    case positional
  }

  public let oddNode: OddNode
  public let pairOrder: PairOrder

  public static let openZeppelin = TreeShape(oddNode: .completeTree, pairOrder: .sorted)
  public static let sortedPairs = TreeShape(oddNode: .promoted, pairOrder: .sorted)

  public init(oddNode: OddNode, pairOrder: PairOrder) {
    self.oddNode = oddNode
    self.pairOrder = pairOrder
  }

  /// The hash of two nodes, left and right.
  @inline(__always)
  func parent(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    pairOrder == .sorted && right < left
      ? Keccak256.hash(right, left) : Keccak256.hash(left, right)
  }
}

// MARK: Presets

extension LeafEncoding {
  /// The leaf of Sluice's own distributor: OpenZeppelin `standard-v1`.
  public static let sluice = LeafEncoding(
    name: "sluice", summary: "campaign, account and cumulative entitlement, hashed twice",
    fields: [
      Field(.campaign, .bytes32), Field(.account, .address), Field(.amount, .uint256),
    ],
    packing: .abi, hashRounds: 2, leafOrder: .byHash, shape: .openZeppelin)

  /// `StandardMerkleTree` of @openzeppelin/merkle-tree over rows of account and amount.
  public static let openZeppelinStandard = openZeppelinStandard(
    [Field(.account, .address), Field(.amount, .uint256)], sorted: true)

  public static let openZeppelinStandardUnsorted = openZeppelinStandard(
    [Field(.account, .address), Field(.amount, .uint256)], sorted: false)

  /// `SimpleMerkleTree` of @openzeppelin/merkle-tree: the values are the leaves.
  public static let openZeppelinSimple = openZeppelinSimple(sorted: true)
  public static let openZeppelinSimpleUnsorted = openZeppelinSimple(sorted: false)

  /// Uniswap's merkle-distributor, as MakerDAO, PoolTogether, Gearbox and many others use it.
  public static let uniswap = LeafEncoding(
    name: "uniswap", summary: "index, account and amount, packed",
    fields: [Field(.index, .uint256), Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .byHashDeduplicated,
    indexOrder: .byChecksummedAccount, shape: .sortedPairs)

  /// Account and amount, packed, leaves sorted (Balancer's liquidity mining).
  public static let accountAmountSorted = LeafEncoding(
    name: "account-amount-sorted", summary: "account and amount, packed; leaves sorted",
    fields: [Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .byHashDeduplicated, shape: .sortedPairs)

  /// Account and amount, packed, leaves in the order of the file (Morpho's early epochs).
  public static let accountAmountFileOrder = LeafEncoding(
    name: "account-amount-file-order", summary: "account and amount, packed; leaves in file order",
    fields: [Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .asGiven, shape: .sortedPairs)

  public static let presets: [LeafEncoding] = [
    sluice, openZeppelinStandard, openZeppelinStandardUnsorted, openZeppelinSimple,
    openZeppelinSimpleUnsorted, uniswap, accountAmountSorted, accountAmountFileOrder,
  ]

  public static func named(_ name: String) -> LeafEncoding? {
    presets.first { $0.name == name }
  }

  static func openZeppelinStandard(_ fields: [Field], sorted: Bool) -> LeafEncoding {
    LeafEncoding(
      name: sorted ? "oz-standard" : "oz-standard-unsorted",
      summary: "OpenZeppelin standard-v1: \(sorted ? "leaves sorted" : "leaves in file order")",
      fields: fields, packing: .abi, hashRounds: 2,
      leafOrder: sorted ? .byHash : .asGiven, shape: .openZeppelin)
  }

  static func openZeppelinSimple(sorted: Bool) -> LeafEncoding {
    LeafEncoding(
      name: sorted ? "oz-simple" : "oz-simple-unsorted",
      summary: "OpenZeppelin simple-v1: bytes32 values, "
        + (sorted ? "sorted" : "in file order"),
      fields: [Field(.value, .bytes32)], packing: .raw, hashRounds: 0,
      leafOrder: sorted ? .byHash : .asGiven, shape: .openZeppelin)
  }
}
