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

  /// Σ amounts; nil where it reaches 2²⁵⁶.
  public var total: UInt256? {
    var total = UInt256.zero
    for amount in amounts {
      guard let next = total.adding(amount) else { return nil }
      total = next
    }
    return total
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
  /// - Parameters:
  ///   - threads: how many threads hash and sort; the result is the same for any number.
  ///   - backend: how they hash; the result is the same for every one.
  /// - Throws: `noLeaves`, `duplicateAccount` (where the encoding pays an account once),
  ///   `duplicateIndex`, and `rowDoesNotFit` where the encoding needs something that the rows lack.
  public static func build(
    _ rows: AccountRows, encoding: LeafEncoding, threads: Int = 1, backend: KeccakBackend = .best
  ) throws(MerkleTreeError) -> EncodedTree {
    guard encoding.takesAccountRows else {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "rows of account and amount",
        expected: "rows of \(encoding.fieldTypes)")
    }
    guard !encoding.has(.campaign) || rows.campaign != nil else {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "no campaign",
        expected: "the campaign's identifier, 32 bytes")
    }
    if let twice = Address.firstRepetition(in: rows.accounts, threads: threads) {
      throw MerkleTreeError(
        .duplicateAccount, place: "account \(rows.accounts[twice.again])",
        found: "several rows", expected: "one row per account")
    }
    let indices = encoding.has(.index) ? numbered(rows, encoding) : nil
    if let indices { try refuseDuplicates(indices) }
    if let misfit = LeafLayout(encoding).firstMisfit(rows, indices) {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "account \(rows.accounts[misfit.row])", found: "a larger number",
        expected: misfit.field)
    }
    let hashing = TreeHashing(threads: threads, backend: backend)
    let leaves = encoding.leaves(of: rows, indices: indices, hashing: hashing)
    return try arranged(leaves, encoding, indices, hashing)
  }

  /// Builds the tree of rows of any values, one per field of the encoding.
  ///
  /// - Throws: `noLeaves`, and `rowDoesNotFit` for the first row whose values are of other types.
  public static func build(
    values: [[ABIValue]], encoding: LeafEncoding, hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> EncodedTree {
    var leaves = [Bytes32](repeating: .zero, count: values.count)
    try leaves.withUnsafeMutableBufferPointer { buffer throws(MerkleTreeError) in
      // Each row's leaf has its own place.
      let leaves = SharedBuffer(buffer)
      try Parallel.forEach(of: values.count, threads: hashing.threads, smallest: 512) {
        row throws(MerkleTreeError) in
        do {
          leaves.elements[row] = try encoding.leaf(values[row])
        } catch {
          throw MerkleTreeError(
            .rowDoesNotFit, place: "row \(row)", found: "\(error)",
            expected: encoding.fieldTypes)
        }
      }
    }
    return try arranged(leaves, encoding, nil, hashing)
  }

  private static func arranged(
    _ leaves: [Bytes32], _ encoding: LeafEncoding, _ indices: [UInt256]?, _ hashing: TreeHashing
  ) throws(MerkleTreeError) -> EncodedTree {
    guard encoding.leafOrder != .asGiven else {
      let tree = try MerkleTree(
        leaves: leaves, shape: encoding.shape, threads: hashing.threads, backend: hashing.backend)
      return EncodedTree(
        encoding: encoding, tree: tree, places: Array(leaves.indices), indices: indices)
    }
    let order = LeafSorting.ascending(leaves, threads: hashing.threads)
    if encoding.leafOrder == .byHashDeduplicated,
      zip(order, order.dropFirst()).contains(where: { leaves[Int($0)] == leaves[Int($1)] })
    {
      return try deduplicated(leaves, order, encoding, indices, hashing)
    }
    let places = [Int](unsafeUninitializedCapacity: leaves.count) { buffer, count in
      // The order names each row once, so that every row's place is written once.
      let places = SharedBuffer(buffer)
      Parallel.forEachRange(of: order.count, threads: hashing.threads) { range in
        for rank in range { places.elements.initializeElement(at: Int(order[rank]), to: rank) }
      }
      count = leaves.count
    }
    let tree = try MerkleTree(leafCount: leaves.count, shape: encoding.shape, hashing: hashing) {
      place in
      Parallel.forEachRange(of: order.count, threads: hashing.threads) { range in
        for rank in range { place(rank, leaves[Int(order[rank])]) }
      }
    }
    return EncodedTree(encoding: encoding, tree: tree, places: places, indices: indices)
  }

  /// Equal leaves stand once in the tree, and their rows share its place.
  private static func deduplicated(
    _ leaves: [Bytes32], _ order: [UInt32], _ encoding: LeafEncoding, _ indices: [UInt256]?,
    _ hashing: TreeHashing
  ) throws(MerkleTreeError) -> EncodedTree {
    var places = [Int](repeating: 0, count: leaves.count)
    var ordered: [Bytes32] = []
    for row in order.map(Int.init) {
      if ordered.last != leaves[row] { ordered.append(leaves[row]) }
      places[row] = ordered.count - 1
    }
    let tree = try MerkleTree(
      leaves: ordered, shape: encoding.shape, threads: hashing.threads, backend: hashing.backend)
    return EncodedTree(encoding: encoding, tree: tree, places: places, indices: indices)
  }

  private static func numbered(_ rows: AccountRows, _ encoding: LeafEncoding) -> [UInt256] {
    if let indices = rows.indices { return indices }
    guard encoding.indexOrder == .byChecksummedAccount else {
      return rows.accounts.indices.map { UInt256(UInt64($0)) }
    }
    return checksummedOrder(of: rows.accounts)
  }

  /// The number of each account in the ASCII order of their EIP-55 texts.
  static func checksummedOrder(of accounts: [Address]) -> [UInt256] {
    let texts = accounts.map { account in
      var text: [UInt8] = []
      account.appendChecksummed(to: &text)
      return text
    }
    var indices = [UInt256](repeating: .zero, count: accounts.count)
    let order = texts.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    for (number, row) in order.enumerated() { indices[row] = UInt256(UInt64(number)) }
    return indices
  }

  private static func refuseDuplicates(_ indices: [UInt256]) throws(MerkleTreeError) {
    // Rows mostly come in the order of their indices.
    if zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) { return }
    let sorted = indices.sorted()
    for (index, next) in zip(sorted, sorted.dropFirst()) where index == next {
      throw MerkleTreeError(
        .duplicateIndex, place: "index \(index)", found: "several rows",
        expected: "one row per index")
    }
  }
}

extension LeafEncoding {
  /// The types of a row's values, for messages.
  fileprivate var fieldTypes: String { fields.map(\.type.canonicalName).joined(separator: ", ") }

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
