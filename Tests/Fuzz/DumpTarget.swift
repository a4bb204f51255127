import CanonicalJSON
import EthereumPrimitives
import MerkleTree

/// A published file of any format: every encoding builds or says why not, proofs lead to the root,
/// and what is written again is read as the same tree.
@Sendable func publishedTree(_ bytes: [UInt8]) throws {
  let read = outcome { () throws(PublishedTreeError) in try PublishedTree.readAll(bytes) }
  guard case .success(let trees) = read else {
    if case .failure(let error) = read { try requireReadable(error) }
    return
  }
  if case .failure(let error) = outcome({ () throws(PublishedTreeError) in
    try PublishedTree.read(bytes)
  }) {
    try require(trees.count != 1, "one tree that is not read: \(error)")
    try requireReadable(error)
  }
  for tree in trees.prefix(4) { try requireTree(tree, of: bytes) }
}

private func requireTree(_ tree: PublishedTree, of bytes: [UInt8]) throws {
  try require(tree.rows.count <= bytes.count, "more rows than bytes")
  try requireMigration(tree)
  if case .nested? = tree.treeEncoding { return try requireNested(tree) }
  guard tree.rows.count <= 64 else { return }
  let others = LeafEncoding.presets.filter { $0 != tree.encoding }
  for encoding in [tree.encoding].compactMap(\.self) + others {
    try requireChecks(tree, encoding)
  }
}

/// What is owed is what the rows give, less what the zero address had.
private func requireMigration(_ tree: PublishedTree) throws {
  switch outcome({ () throws(TreeMigrationError) in try TreeMigration([tree]) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let migration):
    for debt in migration.debts {
      try require(!debt.payments.contains { $0.account.isZero }, "the zero address is paid")
      let sum = debt.payments.map(\.amount).reduce(UInt256.zero, &+)
      try require(sum == debt.total, "payments that are not their total")
      let stated = tree.totals.first { $0.token == debt.token }?.total
      try require(stated.map { $0 >= sum } ?? true, "more is owed than the rows give")
    }
  }
}

/// A tree of two levels, or one earner's claim: what holds leads to the root.
private func requireNested(_ tree: PublishedTree) throws {
  guard let encoding = tree.treeEncoding, tree.rows.count <= 64 else { return }
  switch outcome({ () throws(MerkleTreeError) in try tree.check(encoding) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let check): try check.findings.forEach { try requireReadable($0) }
  }
}

private func requireChecks(_ tree: PublishedTree, _ encoding: LeafEncoding) throws {
  let campaign = encoding.has(.campaign) ? Keccak256.hash(utf8: "campaign") : nil
  let built: EncodedTree
  switch outcome({ () throws(MerkleTreeError) in
    try tree.build(encoding, campaign: campaign)
  }) {
  case .failure(let error): return try requireReadable(error)
  case .success(let value): built = value
  }
  for row in tree.rows.indices {
    let root = MerkleProof.root(leaf: built.leaf(ofRow: row), proof: built.proof(ofRow: row))
    try require(root == built.root, "row \(row) of \(encoding.name) is not under its root")
  }
  let check = try tree.check(encoding, campaign: campaign)
  try require(check.rows == tree.rows.count, "other rows are checked than are read")
  try check.findings.forEach { try requireReadable($0) }
  try check.warnings.forEach { try requireReadable($0) }
  if check.holds, let stated = tree.statedRoot {
    try require(stated == built.root, "a stated root holds that is not the tree's")
  }
  try requireWrittenReads(tree, built, campaign)
}

/// What is written in the encoding's own format reads back, and holds.
private func requireWrittenReads(
  _ tree: PublishedTree, _ built: EncodedTree, _ campaign: Bytes32?
) throws {
  let bytes: [UInt8]
  if built.encoding.shape == .openZeppelin {
    bytes = PublishedTree.openZeppelinDump(built, values: tree.jsonValues(campaign))
  } else if built.encoding.takesAccountRows, built.encoding.has(.index),
    let rows = tree.accountRows()
  {
    bytes = Array(PublishedTree.uniswapClaims(built, rows: rows).prettyText().utf8)
  } else {
    return
  }
  let again = try PublishedTree.read(bytes)
  try require(again.statedRoot == built.root, "another root is written")
  try require(again.rows.count == tree.rows.count, "other rows are written")
  // Sums beyond 2^256 have no place in a claims file.
  guard let encoding = again.encoding, tree.total != nil || built.encoding.has(.value) else {
    return
  }
  let check = try again.check(encoding)
  try require(check.holds, "what is written does not hold: \(check.findings.first as Any)")
}
