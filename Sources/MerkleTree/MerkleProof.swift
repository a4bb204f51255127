import EthereumPrimitives

/// Checks that a leaf belongs to a root.
public enum MerkleProof {
  /// The root that a proof leads to where pairs are sorted (OpenZeppelin `processProof`).
  public static func root(leaf: Bytes32, proof: [Bytes32]) -> Bytes32 {
    proof.reduce(leaf) { TreeShape.sortedPairs.parent($0, $1) }
  }

  /// True where the proof leads from the leaf to the root. Pairs are sorted.
  public static func verify(leaf: Bytes32, proof: [Bytes32], root: Bytes32) -> Bool {
    self.root(leaf: leaf, proof: proof) == root
  }

  /// The root that a proof of a leaf at a known place leads to, for every shape.
  ///
  /// - Throws: `wrongProofLength` where the proof is longer or shorter than the way is.
  public static func root(
    leaf: Bytes32, proof: [Bytes32], at index: Int, of count: Int, shape: TreeShape
  ) throws(MerkleTreeError) -> Bytes32 {
    let sides = siblingSides(at: index, of: count, shape: shape)
    guard proof.count == sides.count else {
      throw MerkleTreeError(
        .wrongProofLength, place: "proof", found: "\(proof.count) hashes",
        expected: "\(sides.count) for leaf \(index) of \(count)")
    }
    return zip(proof, sides).reduce(leaf) { node, step in
      step.1 == .left ? shape.parent(step.0, node) : shape.parent(node, step.0)
    }
  }

  /// How many hashes a proof can have in a tree of this size: nearest to furthest leaf.
  public static func lengths(of count: Int, shape: TreeShape) -> ClosedRange<Int> {
    guard count > 1 else { return 0...0 }
    // The leaf at the end of the last level is nearest, the first one is furthest.
    let first = siblingSides(at: 0, of: count, shape: shape).count
    let last = siblingSides(at: count - 1, of: count, shape: shape).count
    return min(first, last)...max(first, last)
  }

  private enum Side {
    case left
    case right
  }

  /// On which side each sibling stands, from the leaf up.
  private static func siblingSides(at index: Int, of count: Int, shape: TreeShape) -> [Side] {
    precondition((0..<count).contains(index), "a leaf of the tree")
    var sides: [Side] = []
    if shape.oddNode == .completeTree {
      var node = 2 * count - 2 - index
      while node > 0 {
        sides.append(node % 2 == 1 ? .right : .left)
        node = (node - 1) / 2
      }
      return sides
    }
    var (place, width) = (index, MerkleTree.paddedCount(count, shape))
    while width > 1 {
      if place % 2 == 1 {
        sides.append(.left)
      } else if place + 1 < width || shape.oddNode == .duplicated {
        sides.append(.right)
      }
      place /= 2
      width = (width + 1) / 2
    }
    return sides
  }
}
