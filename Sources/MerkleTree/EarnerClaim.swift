import EthereumPrimitives

/// One earner's claim of a tree of trees with positions, as EigenLayer's contract takes it.
public struct EarnerClaim: Sendable, Hashable {
  /// A token's leaf, and its way to the earner's own root.
  public struct Leaf: Sendable, Hashable {
    public let place: String
    public let token: Address
    public let amount: UInt256
    public let way: MerkleWay
  }

  public let root: Bytes32
  public let earner: Address
  /// The root of the earner's tokens, as the file states it.
  public let earnerRoot: Bytes32
  /// The way from the earner's leaf to the root.
  public let earnerWay: MerkleWay
  public let leaves: [Leaf]

  /// What of the claim does not hold: each token's way, then the earner's.
  func findings(
    _ encoding: NestedEncoding, root expected: Bytes32, place: String = ""
  ) throws(ABIError) -> [TreeCheck.Finding] {
    var findings: [TreeCheck.Finding] = []
    for (number, leaf) in leaves.enumerated() {
      let hash = try encoding.inner.leaf([.address(leaf.token), .uint(leaf.amount)])
      findings += Self.finding(
        leaf.way.root(from: hash, pairOrder: encoding.inner.shape.pairOrder), earnerRoot, leaf.way,
        place: place + leaf.place, position: place + "LeafIndices[\(number)]")
    }
    let leaf = try encoding.outerLeaf(account: earner, innerRoot: earnerRoot)
    findings += Self.finding(
      earnerWay.root(from: leaf, pairOrder: encoding.outer.shape.pairOrder), expected, earnerWay,
      place: place + "EarnerTreeProof", position: place + "EarnerIndex")
    return findings
  }

  private static func finding(
    _ found: Bytes32?, _ expected: Bytes32, _ way: MerkleWay, place: String, position: String
  ) -> [TreeCheck.Finding] {
    guard let found else {
      return [
        TreeCheck.Finding(
          place: position, found: way.position.decimal,
          expected: "less than 2^\(way.hashes.count), since the proof has \(way.hashes.count) "
            + "hashes")
      ]
    }
    guard found != expected else { return [] }
    return [
      TreeCheck.Finding(
        place: place, found: "a way to \(found.hex)", expected: "a way to \(expected.hex)")
    ]
  }
}
