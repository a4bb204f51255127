import CanonicalJSON
import EthereumPrimitives

/// A tree as another system published it: its rows, and what it states about them.
public struct PublishedTree: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    /// OpenZeppelin `StandardMerkleTree.dump()`.
    case openZeppelinStandard = "oz-standard-dump"
    /// OpenZeppelin `SimpleMerkleTree.dump()`.
    case openZeppelinSimple = "oz-simple-dump"
    /// `{merkleRoot, tokenTotal, claims: {account: {index, amount, proof}}}`.
    case uniswapClaims = "uniswap-claims"
    /// `{account: amount}`.
    case balanceMap = "balance-map"
    /// `[{address, earnings, …}]`.
    case earningsList = "earnings-list"
    /// `{account: {amount, proof, index?}}`.
    case proofMap = "proof-map"
    /// `{account: [hash, …]}`: proofs without amounts.
    case proofLists = "proof-lists"
    /// Rows of account, amount and perhaps index, from a CSV file; or of any columns.
    case rows = "rows"
    /// `{merkleRoot, networkRewards, nodeRewards: {account: {rewardNetwork, …, merkleProof}}}`.
    case rocketPool = "rocketpool-rewards"
    /// `{merkleRoot, totalAmount, claims: {account: {beneficiary, amount, proof}}}`.
    case threshold = "threshold-claims"
    /// `{merkleRoot, claims: {account: {tokens: {token: {amount, proof}}}}}`.
    case stakeDAOUniversal = "stakedao-universal"
    /// `[{symbol, address, merkle: {account: {index, amount, proof}}, root, total}]`.
    case stakeDAOLegacy = "stakedao-legacy"
    /// `{merkleRoot, tokenTotals, claims: {account: {index, cycle, tokens, …, proof, node}}}`.
    case badger = "badger-tree"
    /// A folder with `root.json` and a file `{proof, entries}` per shard.
    case ensShards = "ens-shards"
    /// `{earner: {token: amount}}`.
    case eigenLayer = "eigenlayer-distribution"
    /// `{Root, EarnerIndex, EarnerTreeProof, EarnerLeaf, LeafIndices, …}`: one earner's claim.
    case eigenLayerClaim = "eigenlayer-claim"
  }

  /// A row, and where it stands in the file.
  public struct Row: Sendable, Hashable {
    /// Path in the file, such as `claims.0xabc…`.
    public let place: String
    /// Whom the row is about; nil in dumps of other values.
    public let account: Address?
    /// The row's amount, where it has one and not several.
    public let amount: UInt256?
    public let index: UInt256?
    /// The values of the encoding's fields, where the file or the encoding says what they are.
    public let values: [ABIValue]
    public let proof: [Bytes32]?
    /// One entry where the row says more than account and amount, else none: most files have
    /// millions of rows that do not.
    private let more: [More]

    private struct More: Sendable, Hashable {
      let recipient: Address?
      let token: TreeToken
      let amounts: [TokenAmount]
      let statedLeaf: Bytes32?
      let shard: String?
    }

    /// Who is paid, where that is not the account.
    public var recipient: Address? { more.first?.recipient }
    /// What `amount` is of.
    public var token: TreeToken { more.first?.token ?? .own }
    /// The leaf that the file states for the row.
    public var statedLeaf: Bytes32? { more.first?.statedLeaf }
    /// The shard in which the file has the row.
    public var shard: String? { more.first?.shard }

    public var amounts: [TokenAmount] {
      amount.map { [TokenAmount(token: token, amount: $0)] } ?? more.first?.amounts ?? []
    }

    init(
      place: String, account: Address?, recipient: Address? = nil, amounts: [TokenAmount],
      index: UInt256? = nil, values: [ABIValue], proof: [Bytes32]? = nil,
      statedLeaf: Bytes32? = nil, shard: String? = nil
    ) {
      self.place = place
      self.account = account
      let single = amounts.count == 1 ? amounts.first : nil
      amount = single?.amount
      self.index = index
      self.values = values
      self.proof = proof
      let isPlain = amounts.isEmpty || single?.token == .own
      let saysMore = recipient != nil || statedLeaf != nil || shard != nil
      more =
        isPlain && !saysMore
        ? []
        : [
          More(
            recipient: recipient, token: single?.token ?? .own,
            amounts: single == nil ? amounts : [], statedLeaf: statedLeaf, shard: shard)
        ]
    }

    /// A row of account and amount.
    init(
      place: String, account: Address?, amount: UInt256?, index: UInt256?, values: [ABIValue],
      proof: [Bytes32]?, token: TreeToken = .own
    ) {
      self.place = place
      self.account = account
      self.amount = amount
      self.index = index
      self.values = values
      self.proof = proof
      more =
        token == .own
        ? [] : [More(recipient: nil, token: token, amounts: [], statedLeaf: nil, shard: nil)]
    }
  }

  /// A sum that the file states, and what its rows give.
  public struct StatedSum: Sendable, Hashable {
    public let place: String
    public let stated: UInt256
    /// nil where the rows' sum reaches 2²⁵⁶.
    public let computed: UInt256?
  }

  /// The way from a shard's root to the root, as a file states it.
  public struct ShardProof: Sendable, Hashable {
    public let place: String
    public let shard: String
    public let proof: [Bytes32]
  }

  /// What a dump of OpenZeppelin states of its tree.
  struct StatedNodes: Sendable {
    let nodes: [Bytes32]
    /// The place in `nodes` that the dump states for each row.
    let indices: [Int]
    /// The rows' values as the file has them.
    let values: [JSON]
  }

  public let format: Format
  public let rows: [Row]
  public var statedRoot: Bytes32?
  public var statedSums: [StatedSum] = []
  public var shardProofs: [ShardProof] = []
  /// One earner's claim, with its positions.
  public var claim: EarnerClaim?
  /// What the file calls its tokens.
  public var tokenNames: [TreeToken: String] = [:]
  /// The token of a tree that stands beside others in one file.
  public var token: TreeToken = .own
  var dump: StatedNodes?
  /// How the format's trees are made; nil where the file does not say.
  public let treeEncoding: TreeEncoding?

  public var encoding: LeafEncoding? {
    if case .flat(let encoding)? = treeEncoding { encoding } else { nil }
  }

  /// The first sum that the file states.
  public var statedTotal: UInt256? { statedSums.first?.stated }
  /// The node array of a dump.
  public var statedNodes: [Bytes32]? { dump?.nodes }
  /// The place in `statedNodes` that a dump states for each row.
  public var statedNodeIndices: [Int]? { dump?.indices }
  /// The rows' values of a dump as the file has them.
  public var statedValues: [JSON]? { dump?.values }

  /// A list without statements, read from rows.
  public init(
    accounts: [Address], amounts: [UInt256], indices: [UInt256]?, lines: [UInt32]
  ) {
    precondition(accounts.count == amounts.count && accounts.count == lines.count)
    self.init(
      format: .rows,
      rows: accounts.indices.map { row in
        Row(
          place: "line \(lines[row])", account: accounts[row], amount: amounts[row],
          index: indices?[row], values: [], proof: nil)
      }, encoding: nil)
  }

  init(format: Format, rows: [Row], encoding: TreeEncoding?) {
    self.format = format
    self.rows = rows
    treeEncoding = encoding
  }

  init(format: Format, rows: [Row], _ encoding: LeafEncoding?) {
    self.init(format: format, rows: rows, encoding: encoding.map(TreeEncoding.flat))
  }

  // MARK: Totals

  /// Σ amounts per token, in the order in which the tokens come; nil where it reaches 2²⁵⁶.
  public var totals: [(token: TreeToken, total: UInt256?)] {
    var places: [TreeToken: Int] = [:]
    var totals: [(token: TreeToken, total: UInt256?)] = []
    for row in rows {
      // Most trees have one token, the first one.
      if let amount = row.amount, totals.first?.token == row.token {
        totals[0].total = totals[0].total?.adding(amount)
        continue
      }
      for entry in row.amounts {
        if let place = places[entry.token] {
          totals[place].total = totals[place].total?.adding(entry.amount)
        } else {
          places[entry.token] = totals.count
          totals.append((entry.token, entry.amount))
        }
      }
    }
    return totals
  }

  /// Σ amounts; nil for dumps of other values, for several tokens, and where it reaches 2²⁵⁶.
  public var total: UInt256? {
    let totals = totals
    guard totals.count <= 1 else { return nil }
    return totals.first?.total ?? (rows.isEmpty ? UInt256.zero : nil)
  }

  // MARK: Rows

  /// The rows' values as a dump of OpenZeppelin's writes them.
  public func jsonValues(_ campaign: Bytes32?) -> [JSON] {
    if let statedValues { return statedValues }
    return rows.map { row in
      let pair = [
        JSON.string(row.account?.checksummed ?? ""), .string(row.amount?.decimal ?? ""),
      ]
      return .array((campaign.map { [.string($0.hex)] } ?? []) + pair)
    }
  }

  /// The rows as columns of account and amount; nil for dumps of other values.
  public func accountRows(campaign: Bytes32? = nil) -> AccountRows? {
    var accounts: [Address] = []
    var amounts: [UInt256] = []
    for row in rows {
      guard let account = row.account, let amount = row.amount else { return nil }
      accounts.append(account)
      amounts.append(amount)
    }
    let indices = rows.compactMap(\.index)
    return AccountRows(
      accounts: accounts, amounts: amounts,
      indices: indices.count == rows.count && !rows.isEmpty ? indices : nil, campaign: campaign)
  }
}

/// Why a published file cannot be read.
public struct PublishedTreeError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// The text is no JSON.
    case notJSON
    /// The JSON is none of the formats that are known.
    case unknownFormat
    /// A member is missing or of another kind than the format says.
    case malformedMember
    /// A text that is no address.
    case malformedAccount
    /// An amount or an index that is no whole number below 2²⁵⁶.
    case malformedAmount
    /// A text that is no 32-byte hash.
    case malformedHash
    /// A leaf encoding that names no ABI types, or values that do not fit the types.
    case malformedValues
    /// The same account, or the same token of it, in two spellings.
    case duplicateAccount
    /// The file has the trees of several tokens, and one is asked for.
    case severalTrees
  }

  public let kind: Kind
  public let place: String
  public let found: String
  public let expected: String

  init(_ kind: Kind, _ place: String, found: String, expected: String) {
    self.kind = kind
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
  }

  public var description: String { "\(place): found \(found), expected \(expected)" }
}
