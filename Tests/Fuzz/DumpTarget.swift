import CanonicalJSON
import EthereumPrimitives
import MerkleTree

/// A published file of any format: every encoding builds or says why not, proofs lead to the root,
/// and what is written again is read as the same tree.
@Sendable func publishedTree(_ bytes: [UInt8]) throws {
  let read = outcome { () throws(PublishedTreeError) in try PublishedTree.read(bytes) }
  guard case .success(let tree) = read else {
    if case .failure(let error) = read { try requireReadable(error) }
    return
  }
  try require(tree.rows.count <= bytes.count, "more rows than bytes")
  guard tree.rows.count <= 64 else { return }
  let others = LeafEncoding.presets.filter { $0 != tree.encoding }
  for encoding in [tree.encoding].compactMap(\.self) + others {
    try requireChecks(tree, encoding)
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
  } else if built.encoding.has(.index), let rows = tree.accountRows() {
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
