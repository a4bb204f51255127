import EthereumPrimitives

/// What a check of a published tree came to.
public struct TreeCheck: Sendable {
  /// A statement of the file that does not hold.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public let place: String
    public let found: String
    public let expected: String

    init(place: String, found: String, expected: String) {
      self.place = place.shortened
      self.found = found.shortened
      self.expected = expected
    }

    public var description: String { "\(place): found \(found), expected \(expected)" }
  }

  public let encoding: TreeEncoding
  public let root: Bytes32
  public let rows: Int
  /// Σ amounts per token; nil where it reaches 2²⁵⁶.
  public let totals: [(token: TreeToken, total: UInt256?)]
  /// nil for dumps of other values than amounts, for several tokens, and for a sum of 2²⁵⁶.
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
    hashing: TreeHashing = TreeHashing()
  ) throws(MerkleTreeError) -> TreeCheck {
    try check(.flat(encoding), against: root, campaign: campaign, hashing: hashing)
  }

  /// The same for trees of one level or of two, with proofs of another file.
  public func check(
    _ encoding: TreeEncoding, against root: Bytes32? = nil, campaign: Bytes32? = nil,
    hashing: TreeHashing = TreeHashing(), proofs: PublishedProofs? = nil
  ) throws(MerkleTreeError) -> TreeCheck {
    if let claim, case .nested(let nested) = encoding {
      return try check(claim, nested, against: root)
    }
    let built = try rebuild(encoding, campaign: campaign, hashing: hashing)
    let expected = root ?? statedRoot ?? built.root
    var checker = TreeChecker(
      tree: self, encoding: encoding, built: built, root: expected, isFromOutside: root != nil,
      isSample: root != nil && built.root != expected && mayBeSample(encoding))
    checker.checkStatements()
    checker.checkRows()
    if let proofs { try checker.check(proofs) }
    return TreeCheck(
      encoding: encoding, root: checker.isSample ? expected : built.root, rows: rows.count,
      totals: totals, total: total, proofsRight: checker.proofsRight, findings: checker.findings,
      warnings: checker.isSample ? [] : warnings(built))
  }

  /// True where the file can hold some of a tree's rows: each with a proof that needs no position,
  /// and nothing said of the whole.
  private func mayBeSample(_ encoding: TreeEncoding) -> Bool {
    guard case .flat(let flat) = encoding, flat.shape.pairOrder == .sorted else { return false }
    return statedRoot == nil && statedSums.isEmpty && rows.allSatisfy { $0.proof != nil }
  }

  private func check(
    _ claim: EarnerClaim, _ encoding: NestedEncoding, against root: Bytes32?
  ) throws(MerkleTreeError) -> TreeCheck {
    let expected = root ?? claim.root
    var findings: [TreeCheck.Finding] = []
    if claim.root != expected {
      findings.append(
        .init(place: "stated root", found: claim.root.hex, expected: expected.hex))
    }
    do {
      findings += try claim.findings(encoding, root: expected)
    } catch {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "\(error)",
        expected: "tokens and amounts")
    }
    let wrong = findings.count { $0.place.hasPrefix("Token") || $0.place.hasPrefix("LeafIndices") }
    return TreeCheck(
      encoding: .nested(encoding), root: expected, rows: rows.count, totals: totals, total: total,
      proofsRight: findings.contains { $0.place.hasPrefix("Earner") } ? 0 : rows.count - wrong,
      findings: findings, warnings: [])
  }

  /// True where there is anything that a check could find wrong without a root from outside.
  public var statesAnything: Bool {
    statedRoot != nil || !statedSums.isEmpty || claim != nil || dump != nil || !shardProofs.isEmpty
      || rows.contains { $0.proof != nil || $0.statedLeaf != nil }
  }

  private func warnings(_ built: RebuiltTree) -> [String] {
    guard case .flat(let built) = built else { return [] }
    var warnings: [String] = []
    if built.encoding.repetition != .perToken {
      let accounts = rows.compactMap(\.account).sorted()
      if let twice = zip(accounts, accounts.dropFirst()).first(where: { $0 == $1 })?.0 {
        warnings.append(
          "several rows pay \(twice): a contract that marks accounts pays one of them")
      }
    }
    if built.encoding.confusesLeavesWithNodes {
      warnings.append(
        "a leaf of encoding \(built.encoding.name) is the hash of 64 bytes, like an inner node: a "
          + "contract must never take the leaf's bytes from the claimant")
    }
    if built.encoding.indexOrder == .byChecksummedAccount, let rows = accountRows(),
      let indices = rows.indices, indices != EncodedTree.checksummedOrder(of: rows.accounts)
    {
      warnings.append("indices do not follow the accounts' checksummed order")
    }
    return warnings
  }
}
