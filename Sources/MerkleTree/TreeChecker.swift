import EthereumPrimitives

/// Holds what a published file states against the tree of its rows.
struct TreeChecker {
  let tree: PublishedTree
  let encoding: TreeEncoding
  let built: RebuiltTree
  let root: Bytes32
  /// The root is not the file's own.
  let isFromOutside: Bool
  /// The rows are some of a larger tree's, and their proofs alone decide.
  let isSample: Bool
  var findings: [TreeCheck.Finding] = []
  var proofsRight = 0

  init(
    tree: PublishedTree, encoding: TreeEncoding, built: RebuiltTree, root: Bytes32,
    isFromOutside: Bool, isSample: Bool
  ) {
    self.tree = tree
    self.encoding = encoding
    self.built = built
    self.root = root
    self.isFromOutside = isFromOutside
    self.isSample = isSample
  }

  mutating func found(_ place: String, _ found: String, expected: String) {
    findings.append(.init(place: place, found: found, expected: expected))
  }

  // MARK: The whole

  mutating func checkStatements() {
    // A root from outside is what the rows must give; the file's own is one more statement.
    if built.root != root, !isSample {
      let computed = "\(built.root.hex) (from the rows)"
      if isFromOutside {
        found("root", computed, expected: root.hex)
      } else {
        found("root", root.hex, expected: computed)
      }
    }
    if let stated = tree.statedRoot, stated != root {
      found("stated root", stated.hex, expected: root.hex)
    }
    if !isSample {
      for sum in tree.statedSums where sum.stated != sum.computed {
        found(
          sum.place, sum.stated.decimal, expected: sum.computed?.decimal ?? "a sum below 2^256")
      }
    }
    if case .flat(let built) = built { checkNodes(built) }
    checkShards(tree.shardProofs)
  }

  /// The nodes and places of a dump, beside those of the rebuilt tree.
  private mutating func checkNodes(_ built: EncodedTree) {
    guard let dump = tree.dump else { return }
    let nodes = built.tree.nodes
    guard dump.nodes.count == nodes.count else {
      return found(
        "tree", "\(dump.nodes.count) nodes",
        expected: "\(nodes.count) for \(tree.rows.count.counted("value"))")
    }
    for (index, node) in dump.nodes.enumerated() where node != nodes[index] {
      found("tree[\(index)]", node.hex, expected: nodes[index].hex)
    }
    for (row, index) in dump.indices.enumerated() {
      let leaf = built.leaf(ofRow: row)
      guard dump.nodes.indices.contains(index), dump.nodes[index] == leaf else {
        found(
          tree.rows[row].place + ".treeIndex", "\(index)",
          expected: "\(2 * built.tree.leafCount - 2 - built.places[row])")
        continue
      }
    }
  }

  /// The proofs of shards' roots.
  private mutating func checkShards(_ proofs: [PublishedTree.ShardProof]) {
    guard !proofs.isEmpty else { return }
    guard case .nested(let nested) = built else {
      return found(
        proofs[0].place, "a proof of a shard",
        expected: "proofs of accounts: encoding \(encoding.name) has no shards")
    }
    var groups: [String: Int] = [:]
    for (number, group) in nested.groups.enumerated() { groups[group.key] = number }
    for proof in proofs {
      guard let group = groups[proof.shard.lowercased()] else {
        found(proof.place, "a proof of shard \(proof.shard)", expected: "a shard that has accounts")
        continue
      }
      let expected = nested.outerWay(ofGroup: group).hashes
      if let wrong = Self.difference(proof.proof, expected, place: proof.place) {
        findings.append(wrong)
      } else {
        proofsRight += 1
      }
    }
  }

  // MARK: Rows

  mutating func checkRows() {
    var leaves: [Bytes32: Int] = [:]
    let canRepeat = encoding.canRepeatLeaves && tree.dump == nil
    for (number, row) in tree.rows.enumerated() {
      if canRepeat, let first = leaves.updateValue(number, forKey: built.leaf(ofRow: number)) {
        found(
          row.place, "the leaf of \(tree.rows[first].place) again",
          expected: "each leaf once: one proof is good for both")
      }
      if let stated = row.statedLeaf, stated != built.leaf(ofRow: number) {
        found(
          row.place, "the leaf \(stated.hex)", expected: built.leaf(ofRow: number).hex)
      }
      if case .nested(let nested) = encoding, let account = row.account, let shard = row.shard,
        shard != nested.key(of: account)
      {
        found(row.place, "shard \(shard)", expected: "shard \(nested.key(of: account))")
      }
      if let proof = row.proof { check(proof, ofRow: number, place: row.place + ".proof") }
    }
  }

  private mutating func check(_ proof: [Bytes32], ofRow row: Int, place: String) {
    if let finding = proofFinding(proof, ofRow: row, place: place) {
      findings.append(finding)
    } else {
      proofsRight += 1
    }
  }

  private func proofFinding(
    _ proof: [Bytes32], ofRow row: Int, place: String
  ) -> TreeCheck.Finding? {
    let leaf = built.leaf(ofRow: row)
    let isSorted = encoding.sortsPairs
    if isSorted, MerkleProof.root(leaf: leaf, proof: proof) == root { return nil }
    let expected = built.proof(ofRow: row)
    if !isSample, let difference = Self.difference(proof, expected, place: place) {
      return difference
    }
    // The proof is what the rows give, and the rows are not what the root is of.
    guard isSorted else {
      return built.root == root
        ? nil
        : .init(
          place: place, found: "a way to \(built.root.hex)", expected: "a way to \(root.hex)")
    }
    return .init(
      place: place, found: "a way to \(MerkleProof.root(leaf: leaf, proof: proof).hex)",
      expected: "a way to \(root.hex)")
  }

  /// Where a proof is not the expected one.
  private static func difference(
    _ proof: [Bytes32], _ expected: [Bytes32], place: String
  ) -> TreeCheck.Finding? {
    guard proof.count == expected.count else {
      let fault = proof.count > expected.count ? "long" : "short"
      return .init(
        place: place, found: "\(proof.count) hashes",
        expected: "\(expected.count): the proof is too \(fault)")
    }
    guard let wrong = proof.indices.first(where: { proof[$0] != expected[$0] }) else { return nil }
    return .init(
      place: "\(place)[\(wrong)]", found: proof[wrong].hex, expected: expected[wrong].hex)
  }

  // MARK: Proofs of another file

  mutating func check(_ proofs: PublishedProofs) throws(MerkleTreeError) {
    let numbers = RowNumbers(tree.rows)
    checkShards(proofs.shardProofs)
    for row in proofs.rows { check(row, among: numbers) }
    for claim in proofs.claims { try check(claim, among: numbers) }
  }

  private mutating func check(_ stated: PublishedTree.Row, among numbers: RowNumbers) {
    guard let proof = stated.proof, let account = stated.account else { return }
    guard let number = numbers.row(of: account, stated.token) else {
      let several = numbers.counts[account].map { "\($0) rows of \(account)" }
      return found(
        "proofs: \(stated.place)",
        several.map { $0 + ", and a proof without its token" }
          ?? "a proof of \(account)",
        expected: several == nil ? "an account of the tree" : "the token of the proof")
    }
    let row = tree.rows[number]
    let place = "proofs: \(stated.place)"
    if stated.amount != nil || stated.amounts.count > 1,
      stated.amounts.map(\.amount)
        != row.amounts.map(\.amount)
    {
      found(
        place + ".amount", Self.listed(stated.amounts), expected: Self.listed(row.amounts))
    }
    let tokens = (stated.amounts.map(\.token), row.amounts.map(\.token))
    // A file that does not say which token it is about contradicts none.
    if !tokens.0.isEmpty, tokens.0 != tokens.1, !(tokens.0 + tokens.1).contains(.own) {
      found(
        place + ".token", Self.listed(tokens.0), expected: Self.listed(tokens.1))
    }
    if let recipient = stated.recipient, recipient != row.recipient {
      found(
        place + ".beneficiary", recipient.checksummed,
        expected: row.recipient?.checksummed ?? "none")
    }
    let index = built.index(ofRow: number) ?? row.index
    if let stated = stated.index, stated != index {
      found(place + ".index", stated.decimal, expected: index?.decimal ?? "none")
    }
    check(proof, ofRow: number, place: place + ".proof")
  }

  private static func listed(_ tokens: [TreeToken]) -> String {
    tokens.map(\.description).joined(separator: ", ")
  }

  private static func listed(_ amounts: [TokenAmount]) -> String {
    amounts.map(\.amount.decimal).joined(separator: ", ")
  }

  /// An earner's claim beside the rebuilt tree of trees.
  private mutating func check(
    _ claim: EarnerClaim, among numbers: RowNumbers
  ) throws(MerkleTreeError) {
    guard case .nested(let nested) = built else {
      return found(
        "proofs: EarnerLeaf", "an earner's claim",
        expected: "proofs of accounts: encoding \(encoding.name) has no earners")
    }
    let place = "proofs: "
    if claim.root != root { found(place + "Root", claim.root.hex, expected: root.hex) }
    do {
      let wrong = try claim.findings(nested.encoding, root: root, place: place)
      findings += wrong
      proofsRight += wrong.isEmpty ? claim.leaves.count : 0
    } catch {
      throw MerkleTreeError(
        .rowDoesNotFit, place: "encoding \(encoding.name)", found: "\(error)",
        expected: "tokens and amounts")
    }
    for (number, leaf) in claim.leaves.enumerated() {
      let key = RowKey(account: claim.earner, token: .contract(leaf.token))
      guard let row = numbers.first[key] else {
        found(
          "\(place)TokenLeaves[\(number)]", "\(leaf.token) of \(claim.earner)",
          expected: "an earner and a token of the tree")
        continue
      }
      if tree.rows[row].amount != leaf.amount {
        found(
          "\(place)TokenLeaves[\(number)].CumulativeEarnings", leaf.amount.decimal,
          expected: tree.rows[row].amount?.decimal ?? "none")
      }
      let (inner, outer) = (
        nested.innerWay(ofRow: row), nested.outerWay(ofGroup: nested.group(ofRow: row))
      )
      if inner.position != leaf.way.position {
        found(
          "\(place)LeafIndices[\(number)]", leaf.way.position.decimal,
          expected: inner.position.decimal)
      }
      if number == 0, outer.position != claim.earnerWay.position {
        found(
          place + "EarnerIndex", claim.earnerWay.position.decimal, expected: outer.position.decimal)
      }
    }
  }
}

/// Rows by what they are about: an account may have one for each of very many tokens.
private struct RowNumbers {
  /// The first row of an account and a token.
  private(set) var first: [RowKey: Int] = [:]
  /// How many rows an account has.
  private(set) var counts: [Address: Int] = [:]
  private var single: [Address: Int] = [:]

  init(_ rows: [PublishedTree.Row]) {
    for (number, row) in rows.enumerated() {
      guard let account = row.account else { continue }
      counts[account, default: 0] += 1
      single[account] = number
      let key = RowKey(account: account, token: row.token)
      if first[key] == nil { first[key] = number }
    }
  }

  /// The only row of an account; of several, the one of the token.
  func row(of account: Address, _ token: TreeToken) -> Int? {
    counts[account] == 1 ? single[account] : first[RowKey(account: account, token: token)]
  }
}

extension TreeEncoding {
  /// True where a proof needs no positions.
  var sortsPairs: Bool {
    switch self {
    case .flat(let encoding): encoding.shape.pairOrder == .sorted
    case .nested(let encoding):
      encoding.inner.shape.pairOrder == .sorted && encoding.outer.shape.pairOrder == .sorted
    }
  }

  /// True where nothing keeps two rows from having the same leaf.
  var canRepeatLeaves: Bool {
    if case .flat(let encoding) = self { encoding.repetition == .always } else { false }
  }
}
