import EthereumPrimitives

/// How a distributor makes trees whose roots are the leaves of one more tree: data, not code.
public struct NestedEncoding: Sendable, Hashable {
  /// Which rows share an inner tree.
  public enum Grouping: Sendable, Hashable {
    /// Those whose accounts start with the same hexadecimal digits; 1 … 40 of them.
    case accountPrefix(digits: Int)
    /// Those of one account. Accounts ascend, and so do the tokens of each.
    case account
  }

  public let name: String
  /// One line for people.
  public let summary: String
  public let grouping: Grouping
  /// The leaves of inner trees: rows.
  public let inner: LeafEncoding
  /// The leaves of the outer tree: an inner tree's root in the field of role `value`, perhaps with
  /// the account.
  public let outer: LeafEncoding
  /// The fields that a row brings, in the order of columns.
  public let rowFields: [LeafEncoding.Field]
  public let isCumulative: Bool

  /// The key of an account's group: what shard files are named by.
  func key(of account: Address) -> String {
    switch grouping {
    case .account: account.hex
    case .accountPrefix(let digits): String(account.hex.dropFirst(2).prefix(digits))
    }
  }

  private static let rootField = LeafEncoding.Field(.value, .bytes32, columns: ["root"])

  /// ENS's sharded tree over so many hexadecimal digits; nil for less than 1 or more than 40.
  public static func ens(digits: Int) -> NestedEncoding? {
    guard (1...40).contains(digits) else { return nil }
    let fields = [
      LeafEncoding.Field(.account, .address),
      LeafEncoding.Field(.amount, .uint256, columns: ["balance", "amount"]),
    ]
    return NestedEncoding(
      name: "ens", summary: "ENS: trees of account and amount by prefix, and a tree of their roots",
      grouping: .accountPrefix(digits: digits),
      inner: LeafEncoding(
        name: "ens-shard", summary: "account and amount, packed; leaves sorted", fields: fields,
        packing: .packed, hashRounds: 1, leafOrder: .byHash, shape: .sortedPairs),
      outer: LeafEncoding(
        name: "ens-shards", summary: "roots of shards, sorted", fields: [rootField], packing: .raw,
        hashRounds: 0, leafOrder: .byHash, shape: .sortedPairs),
      rowFields: fields, isCumulative: false)
  }

  /// EigenLayer's rewards: a tree of earners over trees of tokens; positions are proved too.
  public static let eigenLayer: NestedEncoding = {
    let positional = TreeShape(oddNode: .padded, pairOrder: .positional)
    let account = LeafEncoding.Field(.account, .address, columns: ["earner", "account"])
    let token = LeafEncoding.Field(.token, .address)
    let amount = LeafEncoding.Field(
      .amount, .uint256, columns: ["cumulative_amount", "cumulativeEarnings", "amount"])
    return NestedEncoding(
      name: "eigenlayer", summary: "EigenLayer: an earner's tree of tokens, and a tree of earners",
      grouping: .account,
      inner: LeafEncoding(
        name: "eigenlayer-tokens", summary: "0x01, token and amount, packed",
        fields: [token, amount], packing: .packed, prefix: [1], hashRounds: 1, leafOrder: .asGiven,
        shape: positional, repetition: .perToken, isCumulative: true),
      outer: LeafEncoding(
        name: "eigenlayer-earners", summary: "0x00, earner and root of its tokens, packed",
        fields: [LeafEncoding.Field(.account, .address), rootField], packing: .packed, prefix: [0],
        hashRounds: 1, leafOrder: .asGiven, shape: positional),
      rowFields: [account, token, amount], isCumulative: true)
  }()
}

/// How a published tree is made: of one level or of two.
public enum TreeEncoding: Sendable, Hashable {
  case flat(LeafEncoding)
  case nested(NestedEncoding)

  public var name: String {
    switch self {
    case .flat(let encoding): encoding.name
    case .nested(let encoding): encoding.name
    }
  }

  public var summary: String {
    switch self {
    case .flat(let encoding): encoding.summary
    case .nested(let encoding): encoding.summary
    }
  }

  /// What a row brings.
  public var rowFields: [LeafEncoding.Field] {
    switch self {
    case .flat(let encoding): encoding.fields
    case .nested(let encoding): encoding.rowFields
    }
  }

  public var isCumulative: Bool {
    switch self {
    case .flat(let encoding): encoding.isCumulative
    case .nested(let encoding): encoding.isCumulative
    }
  }

  /// True where columns of account and amount are all that it needs.
  public var takesAccountRows: Bool {
    switch self {
    case .flat(let encoding): encoding.takesAccountRows
    case .nested(let encoding): encoding.inner.takesAccountRows
    }
  }

  /// Every preset of both kinds; ENS's with the two digits of its first airdrop.
  public static let presets: [TreeEncoding] =
    LeafEncoding.presets.map(TreeEncoding.flat)
    + [NestedEncoding.ens(digits: 2), .eigenLayer].compactMap { $0 }.map(TreeEncoding.nested)

  public static func named(_ name: String) -> TreeEncoding? {
    presets.first { $0.name == name }
  }
}
