import EthereumPrimitives

/// A tree that was made from published rows: of one level or of two.
public enum RebuiltTree: Sendable {
  case flat(EncodedTree)
  case nested(NestedTree)

  public var root: Bytes32 {
    switch self {
    case .flat(let tree): tree.root
    case .nested(let tree): tree.root
    }
  }

  /// Leaves of rows; inner roots are not counted.
  public var leafCount: Int {
    switch self {
    case .flat(let tree): tree.tree.leafCount
    case .nested(let tree): tree.groups.reduce(0) { $0 + $1.tree.tree.leafCount }
    }
  }

  /// The number that the encoding gave a row; nil where it has none.
  public func index(ofRow row: Int) -> UInt256? {
    if case .flat(let tree) = self { tree.indices?[row] } else { nil }
  }

  public func leaf(ofRow row: Int) -> Bytes32 {
    switch self {
    case .flat(let tree): tree.leaf(ofRow: row)
    case .nested(let tree): tree.leaf(ofRow: row)
    }
  }

  /// The siblings from a row's leaf up to the root; of two levels, the inner ones first.
  public func proof(ofRow row: Int) -> [Bytes32] {
    switch self {
    case .flat(let tree): tree.proof(ofRow: row)
    case .nested(let tree): tree.proof(ofRow: row)
    }
  }
}

extension PublishedTree {
  /// Builds the tree of the rows, of one level or of two.
  public func rebuild(
    _ encoding: TreeEncoding, campaign: Bytes32? = nil, hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> RebuiltTree {
    switch encoding {
    case .flat(let encoding):
      return .flat(try build(encoding, campaign: campaign, hashing: hashing))
    case .nested(let encoding):
      return .nested(try build(encoding, hashing: hashing))
    }
  }

  /// Builds the tree of the rows, as the format or `encoding` says.
  public func build(
    _ encoding: LeafEncoding, campaign: Bytes32? = nil, hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> EncodedTree {
    // A dump's own values are taken as they are: it may pay an account in several rows.
    if dump != nil, hasOwnValues(of: encoding.fields) {
      return try EncodedTree.build(
        values: rows.map(\.values), encoding: encoding, hashing: hashing)
    }
    if encoding.takesAccountRows, let rows = accountRows(campaign: campaign) {
      return try EncodedTree.build(
        rows, encoding: encoding, threads: hashing.threads, backend: hashing.backend)
    }
    let values = try rows.map { row throws(MerkleTreeError) in
      try Self.values(of: row, encoding.fields, campaign, isOwn: hasOwnValues(of: encoding.fields))
    }
    try refuseRepetition(encoding)
    do {
      return try EncodedTree.build(values: values, encoding: encoding, hashing: hashing)
    } catch {
      // Rows have a place in their file, and not only a number.
      guard error.kind == .rowDoesNotFit,
        let row = values.firstIndex(where: { (try? encoding.leaf($0)) == nil })
      else { throw error }
      throw MerkleTreeError(
        .rowDoesNotFit, place: rows[row].place, found: error.found, expected: error.expected)
    }
  }

  /// Builds the tree of trees of the rows.
  public func build(
    _ encoding: NestedEncoding, hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> NestedTree {
    let accounts = rows.compactMap(\.account)
    guard accounts.count == rows.count else {
      throw Self.misfit(encoding.name, encoding.rowFields)
    }
    let values = try rows.map { row throws(MerkleTreeError) in
      try Self.values(of: row, encoding.inner.fields, nil, isOwn: false)
    }
    return try NestedTree.build(
      accounts: accounts, values: values, encoding: encoding, hashing: hashing)
  }

  private func hasOwnValues(of fields: [LeafEncoding.Field]) -> Bool {
    treeEncoding?.rowFields.map(\.type) == fields.map(\.type)
  }

  private static func misfit(
    _ name: String, _ fields: [LeafEncoding.Field], place: String? = nil
  ) -> MerkleTreeError {
    MerkleTreeError(
      .rowDoesNotFit, place: place ?? "encoding \(name)", found: "rows of account and amount",
      expected: "rows of \(fields.map(\.type.canonicalName).joined(separator: ", "))")
  }

  /// A row's values for a leaf of these fields: its own, or what it says in each field's role.
  private static func values(
    of row: Row, _ fields: [LeafEncoding.Field], _ campaign: Bytes32?, isOwn: Bool
  ) throws(MerkleTreeError) -> [ABIValue] {
    if isOwn { return row.values }
    var values: [ABIValue] = []
    for field in fields {
      let value: ABIValue? =
        switch field.role {
        case .account: row.account.map(ABIValue.address)
        case .recipient: row.recipient.map(ABIValue.address)
        case .amount: row.amount.map(ABIValue.uint)
        case .index: row.index.map(ABIValue.uint)
        case .campaign: campaign.map(ABIValue.bytes32)
        case .token: if case .contract(let address) = row.token { .address(address) } else { nil }
        case .value: nil
        }
      guard let value else {
        throw MerkleTreeError(
          .rowDoesNotFit, place: row.place, found: "no \(field.name)",
          expected: "a value of type \(field.type.canonicalName)")
      }
      values.append(value)
    }
    return values
  }

  /// Refuses second rows of what the encoding pays once.
  private func refuseRepetition(_ encoding: LeafEncoding) throws(MerkleTreeError) {
    guard encoding.repetition != .always else { return }
    var seen: [RowKey: Int] = [:]
    seen.reserveCapacity(rows.count)
    for (number, row) in rows.enumerated() {
      guard let account = row.account else { continue }
      let isPerToken = encoding.repetition == .perToken
      let key = RowKey(account: account, token: isPerToken ? row.token : .own)
      guard let first = seen.updateValue(number, forKey: key) else { continue }
      let token = isPerToken ? ", token \(row.token)" : ""
      throw MerkleTreeError(
        .duplicateAccount, place: "account \(account)\(token)",
        found: "several rows (\(rows[first].place), \(row.place))",
        expected: "one row per account\(isPerToken ? " and token" : "")")
    }
  }
}

/// What a row is about.
struct RowKey: Hashable {
  let account: Address
  let token: TreeToken
}
