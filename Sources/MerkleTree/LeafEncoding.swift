import EthereumPrimitives

/// How a distributor turns recipients into leaves, and leaves into a tree: data, not code.
public struct LeafEncoding: Sendable, Hashable {
  /// What a field of a leaf holds.
  public enum Role: String, Sendable, Hashable {
    /// The campaign's identifier.
    case campaign
    /// The row's number, from 0.
    case index
    /// Whom the leaf is about, and whose claims the contract counts.
    case account
    /// Who is paid, where that is not the account.
    case recipient
    /// The contract of the token that the row's amount is of; a list of them beside a list of
    /// amounts.
    case token
    case amount
    /// A value that the file brings, of any type.
    case value
  }

  public struct Field: Sendable, Hashable {
    public let role: Role
    public let type: ABIType
    /// The columns that may hold it, the usual name first; empty where the role tells enough.
    public let columns: [String]
    /// Columns whose sum it is, where a file has them instead.
    public let sumOf: [String]
    /// What an amount is of, where a leaf has amounts of several tokens.
    public let token: String?

    public init(
      _ role: Role, _ type: ABIType, columns: [String] = [], sumOf: [String] = [],
      token: String? = nil
    ) {
      self.role = role
      self.type = type
      self.columns = columns
      self.sumOf = sumOf
      self.token = token
    }

    /// What messages call it.
    public var name: String { columns.first ?? role.rawValue }
  }

  /// How many rows an account may have.
  public enum Repetition: String, Sendable, Hashable {
    case never
    /// One row per account and token.
    case perToken
    /// As many as there are; equal leaves are told.
    case always
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
  /// Bytes before the packed fields, which set kinds of leaves apart.
  public let prefix: [UInt8]
  /// How often a leaf is hashed: 0, 1 or 2 times.
  public let hashRounds: Int
  public let leafOrder: LeafOrder
  public let indexOrder: IndexOrder
  public let shape: TreeShape
  public let repetition: Repetition
  /// True where amounts are all that an account ever earned, and the contract pays the difference.
  public let isCumulative: Bool

  public init(
    name: String, summary: String, fields: [Field], packing: Packing, prefix: [UInt8] = [],
    hashRounds: Int, leafOrder: LeafOrder, indexOrder: IndexOrder = .asGiven, shape: TreeShape,
    repetition: Repetition = .never, isCumulative: Bool = false
  ) {
    precondition((0...2).contains(hashRounds), "a leaf is hashed at most twice")
    self.prefix = prefix
    self.repetition = repetition
    self.isCumulative = isCumulative
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
      name: name, summary: summary, fields: fields, packing: packing, prefix: prefix,
      hashRounds: hashRounds, leafOrder: leafOrder, indexOrder: indexOrder, shape: shape,
      repetition: repetition, isCumulative: isCumulative)
  }

  public func has(_ role: Role) -> Bool { fields.contains { $0.role == role } }

  /// True where columns of account and amount, and at most an index and a campaign, make a leaf.
  public var takesAccountRows: Bool {
    prefix.isEmpty && packing != .raw && has(.account)
      && Set(fields.map(\.role)).count == fields.count
      && fields.allSatisfy { field in
        switch (field.role, field.type) {
        case (.campaign, .bytes32), (.account, .address), (.index, .uint), (.amount, .uint): true
        default: false
        }
      }
  }

  /// True where a leaf's preimage is as long as an inner node's and both are hashed alike, so that
  /// an inner node can pass for a leaf (a second preimage).
  public var confusesLeavesWithNodes: Bool {
    guard hashRounds < 2 else { return false }
    guard packing != .raw else { return true }
    return !fields.contains { $0.type.isDynamic } && preimageLength == 64
  }

  private var preimageLength: Int {
    fields.reduce(prefix.count) { total, field in
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
    /// Level by level; zero hashes follow the leaves up to a power of two.
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
