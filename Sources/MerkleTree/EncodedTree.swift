import EthereumPrimitives

/// Recipients in columns: the rows that a tree is made of.
public struct AccountRows: Sendable, Hashable {
  public let accounts: [Address]
  /// Base units; one per account.
  public let amounts: [UInt256]
  /// The rows' own numbers where the file brings them; nil lets the encoding number them.
  public let indices: [UInt256]?
  /// The campaign that every leaf names, for encodings that have one.
  public let campaign: Bytes32?

  public init(
    accounts: [Address], amounts: [UInt256], indices: [UInt256]? = nil, campaign: Bytes32? = nil
  ) {
    precondition(accounts.count == amounts.count, "one amount per account")
    precondition(indices.map { $0.count == accounts.count } ?? true, "one index per account")
    self.accounts = accounts
    self.amounts = amounts
    self.indices = indices
    self.campaign = campaign
  }
}

/// A tree together with where each row's leaf stands in it.
public struct EncodedTree: Sendable {
  public let encoding: LeafEncoding
  public let tree: MerkleTree
  /// `places[row]`: the place of the row's leaf in leaf order.
  public let places: [Int]
  /// `indices[row]`: the number that the encoding gave the row; nil where it has none.
  public let indices: [UInt256]?

  public var root: Bytes32 { tree.root }

  public func leaf(ofRow row: Int) -> Bytes32 { tree.leaf(at: places[row]) }

  public func proof(ofRow row: Int) -> [Bytes32] { tree.proof(forLeafAt: places[row]) }

  /// Builds the tree of rows of account and amount.
  ///
  /// - Parameter threads: how many threads hash leaves; the result is the same for any number.
  /// - Throws: `noLeaves`, `duplicateAccount` (where the encoding pays an account once),
  ///   `duplicateIndex`, and `rowDoesNotFit` where the encoding needs something that the rows lack.
  public static func build(
    _ rows: AccountRows, encoding: LeafEncoding, threads: Int = 1
  ) throws(MerkleTreeError) -> EncodedTree {
    guard encoding.takesAccountRows else {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "rows of account and amount",
        expected: "rows of \(encoding.fields.map(\.type.canonicalName).joined(separator: ", "))")
    }
    guard !encoding.has(.campaign) || rows.campaign != nil else {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "no campaign",
        expected: "the campaign's identifier, 32 bytes")
    }
    try refuseDuplicates(rows.accounts.lazy.map { $0 }, .duplicateAccount, "account")
    let indices = encoding.has(.index) ? numbered(rows, encoding) : nil
    if let indices { try refuseDuplicates(indices, .duplicateIndex, "index") }
    let leaves = hashed(count: rows.accounts.count, threads: threads) { row in
      encoding.leaf(
        account: rows.accounts[row], amount: rows.amounts[row], index: indices?[row] ?? .zero,
        campaign: rows.campaign ?? .zero)
    }
    return try arranged(leaves, encoding, indices)
  }

  /// Builds the tree of rows of any values, one per field of the encoding.
  public static func build(
    values: [[ABIValue]], encoding: LeafEncoding
  ) throws(MerkleTreeError) -> EncodedTree {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(values.count)
    for (row, fields) in values.enumerated() {
      do {
        leaves.append(try encoding.leaf(fields))
      } catch {
        throw MerkleTreeError(
          .rowDoesNotFit, place: "row \(row)", found: "\(error)",
          expected: encoding.fields.map(\.type.canonicalName).joined(separator: ", "))
      }
    }
    return try arranged(leaves, encoding, nil)
  }

  private static func arranged(
    _ leaves: [Bytes32], _ encoding: LeafEncoding, _ indices: [UInt256]?
  ) throws(MerkleTreeError) -> EncodedTree {
    var places = Array(leaves.indices)
    var ordered = leaves
    if encoding.leafOrder != .asGiven {
      var order = Array(leaves.indices)
      // Equal leaves keep the order of their rows, so that the result is one.
      order.sort { leaves[$0] == leaves[$1] ? $0 < $1 : leaves[$0] < leaves[$1] }
      ordered = []
      ordered.reserveCapacity(leaves.count)
      for row in order {
        if encoding.leafOrder == .byHash || ordered.last != leaves[row] {
          ordered.append(leaves[row])
        }
        places[row] = ordered.count - 1
      }
    }
    let tree = try MerkleTree(leaves: ordered, shape: encoding.shape)
    return EncodedTree(encoding: encoding, tree: tree, places: places, indices: indices)
  }

  private static func numbered(_ rows: AccountRows, _ encoding: LeafEncoding) -> [UInt256] {
    if let indices = rows.indices { return indices }
    guard encoding.indexOrder == .byChecksummedAccount else {
      return rows.accounts.indices.map { UInt256(UInt64($0)) }
    }
    let texts = rows.accounts.map { account in
      var text: [UInt8] = []
      account.appendChecksummed(to: &text)
      return text
    }
    var indices = [UInt256](repeating: .zero, count: rows.accounts.count)
    let order = texts.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    for (number, row) in order.enumerated() { indices[row] = UInt256(UInt64(number)) }
    return indices
  }

  private static func refuseDuplicates<Value: Hashable & Comparable & CustomStringConvertible>(
    _ values: some Collection<Value>, _ kind: MerkleTreeError.Kind, _ name: String
  ) throws(MerkleTreeError) {
    let sorted = values.sorted()
    for (value, next) in zip(sorted, sorted.dropFirst()) where value == next {
      throw MerkleTreeError(
        kind, place: "\(name) \(value)", found: "several rows", expected: "one row per \(name)")
    }
  }

  /// Hashes rows on several threads, each one writing its own part.
  private static func hashed(
    count: Int, threads: Int, leaf: @Sendable (Int) -> Bytes32
  ) -> [Bytes32] {
    parallelMap(count: count, threads: threads, transform: leaf)
  }
}

extension LeafEncoding {
  /// The leaf of a row of account and amount, without intermediate arrays.
  func leaf(account: Address, amount: UInt256, index: UInt256, campaign: Bytes32) -> Bytes32 {
    var sponge = Keccak256()
    for field in fields {
      switch field.role {
      case .campaign: sponge.update(campaign)
      case .index: sponge.update(index.bytes32)
      case .amount, .value, .token, .recipient: sponge.update(amount.bytes32)
      case .account:
        if packing == .packed { sponge.update(account) } else { sponge.update(account.bytes32) }
      }
    }
    let once = sponge.finalize()
    return hashRounds == 2 ? Keccak256.hash(once) : once
  }

  /// The leaf of a row of any values.
  func leaf(_ values: [ABIValue]) throws(ABIError) -> Bytes32 {
    let types = fields.map(\.type)
    let bytes: [UInt8]
    switch packing {
    case .abi, .raw: bytes = try ABI.encode(values, as: types)
    case .packed: bytes = try ABI.encodePacked(values, as: types)
    }
    if hashRounds == 0, let leaf = Bytes32(bytes: bytes[...]) { return leaf }
    let once = Keccak256.hash(prefix + bytes)
    return hashRounds == 2 ? Keccak256.hash(once) : once
  }
}
