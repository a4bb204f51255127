import EthereumPrimitives

/// What a check of a published tree came to.
public struct TreeCheck: Sendable {
  /// A statement of the file that does not hold.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public let place: String
    public let found: String
    public let expected: String

    public var description: String { "\(place): found \(found), expected \(expected)" }
  }

  public let encoding: LeafEncoding
  public let root: Bytes32
  public let rows: Int
  /// nil for dumps of other values than amounts, and where the sum reaches 2²⁵⁶.
  public let total: UInt256?
  /// How many stated proofs lead to the root.
  public let proofsRight: Int
  /// What is wrong, in the order of the file.
  public let findings: [Finding]
  /// What is not wrong but good to know.
  public let warnings: [String]

  public var holds: Bool { findings.isEmpty }
}

extension PublishedTree {
  /// Recomputes the root and checks everything that the file states.
  ///
  /// A file that holds only some of a tree's rows (a sample of proofs) can be checked against
  /// `against`, the root that is on chain; then the proofs alone decide.
  public func check(
    _ encoding: LeafEncoding, against root: Bytes32? = nil, campaign: Bytes32? = nil,
    threads: Int = 1
  ) throws(MerkleTreeError) -> TreeCheck {
    let built = try build(encoding, campaign: campaign, threads: threads)
    let expectedRoot = root ?? statedRoot ?? built.root
    let isSample = root != nil && built.root != expectedRoot && rows.allSatisfy { $0.proof != nil }
    var findings: [TreeCheck.Finding] = []
    if built.root != expectedRoot, !isSample {
      findings.append(
        .init(
          place: "root", found: expectedRoot.hex, expected: "\(built.root.hex) (from the rows)"))
    }
    if let statedRoot, statedRoot != expectedRoot {
      findings.append(
        .init(place: "stated root", found: statedRoot.hex, expected: expectedRoot.hex))
    }
    if let statedTotal, statedTotal != total, !isSample {
      findings.append(
        .init(
          place: "tokenTotal", found: statedTotal.decimal,
          expected: total?.decimal ?? "a sum below 2^256"))
    }
    findings += nodeFindings(built)
    var right = 0
    for (number, row) in rows.enumerated() {
      guard let proof = row.proof else { continue }
      if let finding = proofFinding(row, proof, built, number, expectedRoot, isSample) {
        findings.append(finding)
      } else {
        right += 1
      }
    }
    return TreeCheck(
      encoding: encoding, root: isSample ? expectedRoot : built.root, rows: rows.count,
      total: total, proofsRight: right, findings: findings,
      warnings: isSample ? [] : warnings(built))
  }

  /// The nodes and places of a dump, beside those of the rebuilt tree.
  private func nodeFindings(_ built: EncodedTree) -> [TreeCheck.Finding] {
    guard let statedNodes, let statedNodeIndices else { return [] }
    let nodes = built.tree.nodes
    guard statedNodes.count == nodes.count else {
      return [
        .init(
          place: "tree", found: "\(statedNodes.count) nodes",
          expected: "\(nodes.count) for \(rows.count) values")
      ]
    }
    var findings: [TreeCheck.Finding] = []
    for (index, node) in statedNodes.enumerated() where node != nodes[index] {
      findings.append(
        .init(place: "tree[\(index)]", found: node.hex, expected: nodes[index].hex))
    }
    for (row, index) in statedNodeIndices.enumerated() {
      let leaf = built.leaf(ofRow: row)
      guard statedNodes.indices.contains(index), statedNodes[index] == leaf else {
        findings.append(
          .init(
            place: rows[row].place + ".treeIndex", found: "\(index)",
            expected: "\(2 * built.tree.leafCount - 2 - built.places[row])"))
        continue
      }
    }
    return findings
  }

  private func proofFinding(
    _ row: Row, _ proof: [Bytes32], _ built: EncodedTree, _ number: Int, _ root: Bytes32,
    _ isSample: Bool
  ) -> TreeCheck.Finding? {
    let place = row.place + ".proof"
    let leaf = built.leaf(ofRow: number)
    guard MerkleProof.root(leaf: leaf, proof: proof) != root else { return nil }
    let expected = built.proof(ofRow: number)
    if !isSample, proof.count != expected.count {
      let fault = proof.count > expected.count ? "long" : "short"
      return .init(
        place: place, found: "\(proof.count) hashes",
        expected: "\(expected.count): the proof is too \(fault)")
    }
    let steps = zip(proof, expected).enumerated()
    if !isSample, let wrong = steps.first(where: { $0.element.0 != $0.element.1 }) {
      return .init(
        place: "\(place)[\(wrong.offset)]", found: wrong.element.0.hex,
        expected: wrong.element.1.hex)
    }
    return .init(
      place: place, found: "a way to \(MerkleProof.root(leaf: leaf, proof: proof).hex)",
      expected: "a way to \(root.hex)")
  }

  /// True where there is anything that a check could find wrong without a root from outside.
  public var statesAnything: Bool {
    statedRoot != nil || statedTotal != nil || rows.contains { $0.proof != nil }
  }

  private func warnings(_ built: EncodedTree) -> [String] {
    var warnings: [String] = []
    let accounts = rows.compactMap(\.account).sorted()
    if let twice = zip(accounts, accounts.dropFirst()).first(where: { $0 == $1 })?.0 {
      warnings.append("several rows pay \(twice): a contract that marks accounts pays one of them")
    }
    if built.encoding.confusesLeavesWithNodes {
      warnings.append(
        "a leaf of encoding \(built.encoding.name) is the hash of 64 bytes, like an inner node: a "
          + "contract must never take the leaf's bytes from the claimant")
    }
    if let indices = accountRows()?.indices, built.encoding.indexOrder == .byChecksummedAccount,
      let rows = accountRows(),
      let canonical = try? EncodedTree.build(
        AccountRows(accounts: rows.accounts, amounts: rows.amounts), encoding: built.encoding),
      canonical.indices != indices
    {
      warnings.append("indices do not follow the accounts' checksummed order")
    }
    return warnings
  }
}
