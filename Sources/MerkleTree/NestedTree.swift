import EthereumPrimitives

/// A tree of trees, and where each row's leaf stands in it.
public struct NestedTree: Sendable {
  /// The rows that share an inner tree.
  public struct Group: Sendable {
    /// The account, or the digits that its accounts start with.
    public let key: String
    public let tree: EncodedTree
  }

  public let encoding: NestedEncoding
  /// In ascending order of their keys.
  public let groups: [Group]
  /// The tree of the groups' roots; its rows are the groups.
  public let outer: EncodedTree
  /// Per row: its group, and its number among the group's rows.
  private let places: [(group: Int, row: Int)]

  public var root: Bytes32 { outer.root }
  public var rowCount: Int { places.count }

  /// Builds the tree of rows.
  ///
  /// - Parameters:
  ///   - accounts: one per row.
  ///   - values: per row, the values of the inner encoding's fields.
  /// - Throws: `noLeaves`, `rowDoesNotFit`, and `duplicateAccount` where rows are about the same
  ///   account and, with tokens, the same token.
  public static func build(
    accounts: [Address], values: [[ABIValue]], encoding: NestedEncoding,
    hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> NestedTree {
    precondition(accounts.count == values.count, "one row of values per account")
    let order = try ordered(accounts, values, encoding)
    var groups: [Group] = []
    var accountsOfGroups: [Address] = []
    var places = [(group: Int, row: Int)](repeating: (0, 0), count: accounts.count)
    var start = 0
    while start < order.count {
      let key = encoding.key(of: accounts[order[start]])
      let end = order[start...].firstIndex { encoding.key(of: accounts[$0]) != key } ?? order.count
      for (row, number) in order[start..<end].enumerated() { places[number] = (groups.count, row) }
      let tree = try EncodedTree.build(
        values: order[start..<end].map { values[$0] }, encoding: encoding.inner, hashing: hashing)
      groups.append(Group(key: key, tree: tree))
      accountsOfGroups.append(accounts[order[start]])
      start = end
    }
    let outer = try EncodedTree.build(
      values: zip(accountsOfGroups, groups).map { account, group in
        encoding.outer.fields.map { field in
          field.role == .account ? .address(account) : .bytes32(group.tree.root)
        }
      }, encoding: encoding.outer, hashing: hashing)
    return NestedTree(encoding: encoding, groups: groups, outer: outer, places: places)
  }

  /// The rows by account, then by token; groups of a prefix stand together in that order too.
  private static func ordered(
    _ accounts: [Address], _ values: [[ABIValue]], _ encoding: NestedEncoding
  ) throws(MerkleTreeError) -> [Int] {
    let tokenField = encoding.inner.fields.firstIndex { $0.role == .token }
    let tokens: [Address]? = tokenField.map { field in
      values.map { row in
        if row.indices.contains(field), case .address(let token) = row[field] {
          token
        } else {
          .zero
        }
      }
    }
    let order = accounts.indices.sorted { left, right in
      if accounts[left] != accounts[right] { return accounts[left] < accounts[right] }
      if let tokens, tokens[left] != tokens[right] { return tokens[left] < tokens[right] }
      return left < right
    }
    for (row, next) in zip(order, order.dropFirst())
    where accounts[row] == accounts[next] && tokens?[row] == tokens?[next] {
      let token = tokens.map { ", token \($0[row])" } ?? ""
      throw MerkleTreeError(
        .duplicateAccount, place: "account \(accounts[row])\(token)", found: "several rows",
        expected: "one row per account\(token.isEmpty ? "" : " and token")")
    }
    return order
  }

  // MARK: Rows

  public func leaf(ofRow row: Int) -> Bytes32 {
    groups[places[row].group].tree.leaf(ofRow: places[row].row)
  }

  /// The group of a row, as an index into `groups`.
  public func group(ofRow row: Int) -> Int { places[row].group }

  /// The way from a row's leaf to the root of its inner tree.
  public func innerWay(ofRow row: Int) -> MerkleWay {
    let tree = groups[places[row].group].tree
    return MerkleWay(
      hashes: tree.proof(ofRow: places[row].row), position: tree.places[places[row].row])
  }

  /// The way from an inner tree's leaf in the outer tree to the root.
  public func outerWay(ofGroup group: Int) -> MerkleWay {
    MerkleWay(hashes: outer.proof(ofRow: group), position: outer.places[group])
  }

  /// Both ways, one after the other: what a contract that sorts pairs takes as one proof.
  public func proof(ofRow row: Int) -> [Bytes32] {
    innerWay(ofRow: row).hashes + outerWay(ofGroup: places[row].group).hashes
  }
}

/// A way through one tree: siblings from the leaf up, and where the leaf stands.
public struct MerkleWay: Sendable, Hashable {
  public let hashes: [Bytes32]
  public let position: UInt256

  public init(hashes: [Bytes32], position: UInt256) {
    self.hashes = hashes
    self.position = position
  }

  init(hashes: [Bytes32], position: Int) {
    self.init(hashes: hashes, position: UInt256(UInt64(position)))
  }

  /// The root that the way leads to.
  ///
  /// - Returns: nil where pairs are positional and the position does not exist in a tree of this
  ///   height, so that another position would have the same proof.
  public func root(from leaf: Bytes32, pairOrder: TreeShape.PairOrder) -> Bytes32? {
    guard pairOrder == .positional else { return MerkleProof.root(leaf: leaf, proof: hashes) }
    var (node, rest) = (leaf, position)
    for hash in hashes {
      let isRight = rest & UInt256.one == UInt256.one
      node = isRight ? Keccak256.hash(hash, node) : Keccak256.hash(node, hash)
      rest = rest >> 1
    }
    return rest == .zero ? node : nil
  }
}

extension NestedEncoding {
  /// The root that a row's two ways lead to; nil where a position does not exist.
  ///
  /// Source: EigenLayer's `RewardsCoordinator`, `_verifyTokenClaimProof` and
  /// `_verifyEarnerClaimProof`; ENS's `MerkleAirdrop`.
  public func root(
    leaf: Bytes32, account: Address, inner: MerkleWay, outer: MerkleWay
  ) throws(ABIError) -> Bytes32? {
    guard let innerRoot = inner.root(from: leaf, pairOrder: self.inner.shape.pairOrder) else {
      return nil
    }
    return outer.root(
      from: try outerLeaf(account: account, innerRoot: innerRoot),
      pairOrder: self.outer.shape.pairOrder)
  }

  /// The leaf of an inner tree in the outer one.
  func outerLeaf(account: Address, innerRoot: Bytes32) throws(ABIError) -> Bytes32 {
    try outer.leaf(
      outer.fields.map { $0.role == .account ? .address(account) : .bytes32(innerRoot) })
  }
}
