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
    /// Rows of account, amount and perhaps index, from a CSV file.
    case rows = "rows"
  }

  /// A row, and where it stands in the file.
  public struct Row: Sendable, Hashable {
    /// Path in the file, such as `claims.0xabc…`.
    public let place: String
    /// Rows of account and amount; nil in dumps of other values.
    public let account: Address?
    public let amount: UInt256?
    public let index: UInt256?
    /// Values of a dump, by its leaf encoding.
    public let values: [ABIValue]
    public let proof: [Bytes32]?
  }

  public let format: Format
  public let rows: [Row]
  public let statedRoot: Bytes32?
  public let statedTotal: UInt256?
  /// The node array of a dump.
  public let statedNodes: [Bytes32]?
  /// The place in `statedNodes` that a dump states for each row.
  public let statedNodeIndices: [Int]?
  /// The rows' values of a dump as the file has them.
  public let statedValues: [JSON]?
  /// The encoding that the format implies; nil where the file does not say.
  public let encoding: LeafEncoding?

  /// A list without statements, read from rows.
  public init(
    accounts: [Address], amounts: [UInt256], indices: [UInt256]?, lines: [UInt32]
  ) {
    precondition(accounts.count == amounts.count && accounts.count == lines.count)
    format = .rows
    rows = accounts.indices.map { row in
      Row(
        place: "line \(lines[row])", account: accounts[row], amount: amounts[row],
        index: indices?[row], values: [], proof: nil)
    }
    (statedRoot, statedTotal, statedNodes) = (nil, nil, nil)
    (statedNodeIndices, statedValues) = (nil, nil)
    encoding = nil
  }

  /// Σ amounts; nil for dumps of other values and where it reaches 2²⁵⁶.
  public var total: UInt256? {
    var total = UInt256.zero
    for row in rows {
      guard let amount = row.amount, let next = total.adding(amount) else { return nil }
      total = next
    }
    return total
  }

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

  init(
    format: Format, rows: [Row], statedRoot: Bytes32?, statedTotal: UInt256?,
    statedNodes: [Bytes32]?, statedNodeIndices: [Int]?, statedValues: [JSON]?,
    encoding: LeafEncoding?
  ) {
    self.format = format
    self.rows = rows
    self.statedRoot = statedRoot
    self.statedTotal = statedTotal
    self.statedNodes = statedNodes
    self.statedNodeIndices = statedNodeIndices
    self.statedValues = statedValues
    self.encoding = encoding
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

  /// Builds the tree of the rows, as the format or `encoding` says.
  public func build(
    _ encoding: LeafEncoding, campaign: Bytes32? = nil, threads: Int = 1
  ) throws(MerkleTreeError) -> EncodedTree {
    // A dump's own values are taken as they are: it may pay an account in several rows.
    let isOwn =
      statedNodes != nil && self.encoding?.fields.map(\.type) == encoding.fields.map(\.type)
    if !isOwn, !encoding.has(.value), let rows = accountRows(campaign: campaign) {
      return try EncodedTree.build(rows, encoding: encoding, threads: threads)
    }
    return try EncodedTree.build(values: rows.map(\.values), encoding: encoding)
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
    /// A dump's leaf encoding that names no ABI types, or values that do not fit them.
    case malformedValues
    /// The same account in two spellings.
    case duplicateAccount
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
