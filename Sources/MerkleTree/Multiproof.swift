import EthereumPrimitives

/// One proof for several leaves of a complete tree with sorted pairs.
///
/// Source: OpenZeppelin `MerkleProof.processMultiProof` and merkle-tree `getMultiProof`.
public struct Multiproof: Sendable, Hashable {
  /// In the order in which the check takes them.
  public let leaves: [Bytes32]
  public let proof: [Bytes32]
  /// Per step: true takes the next known hash as the partner, false the next of `proof`.
  public let flags: [Bool]

  public init(leaves: [Bytes32], proof: [Bytes32], flags: [Bool]) {
    self.leaves = leaves
    self.proof = proof
    self.flags = flags
  }

  /// The root that it leads to.
  ///
  /// - Throws: `malformedMultiproof` unless every hash is used and the numbers fit: `leaves + proof
  ///   = flags + 1`.
  public func root() throws(MerkleTreeError) -> Bytes32 {
    try run { _, _ in }
  }

  /// The siblings of each leaf, in the order of `leaves`: ordinary proofs out of this one.
  public func proofs() throws(MerkleTreeError) -> [[Bytes32]] {
    // Known hashes are numbered: the leaves first, then each step's result.
    var parents: [(parent: Int, sibling: Bytes32)?] = Array(
      repeating: nil, count: leaves.count + flags.count)
    var results = leaves.count
    _ = try run { left, right in
      if let left = left.number { parents[left] = (results, right.hash) }
      if let right = right.number { parents[right] = (results, left.hash) }
      results += 1
    }
    return leaves.indices.map { leaf in
      var proof: [Bytes32] = []
      var node = leaf
      while let step = parents[node] {
        proof.append(step.sibling)
        node = step.parent
      }
      return proof
    }
  }

  private struct Known {
    let hash: Bytes32
    /// nil for a hash of `proof`.
    let number: Int?
  }

  private func run(_ step: (Known, Known) -> Void) throws(MerkleTreeError) -> Bytes32 {
    guard leaves.count + proof.count == flags.count + 1 else {
      throw malformed(
        "\(leaves.count) leaves, \(proof.count) hashes, \(flags.count) flags",
        "one flag less than leaves and hashes together")
    }
    guard !flags.isEmpty else {
      guard let only = leaves.first ?? proof.first else { throw malformed("nothing", "a leaf") }
      return only
    }
    var hashes = leaves
    hashes.reserveCapacity(leaves.count + flags.count)
    var (nextHash, nextProof) = (0, 0)
    for flag in flags {
      guard nextHash < hashes.count else { throw malformed("too few known hashes", "one more") }
      let left = Known(hash: hashes[nextHash], number: nextHash)
      nextHash += 1
      let right: Known
      if flag {
        guard nextHash < hashes.count else { throw malformed("too few known hashes", "one more") }
        right = Known(hash: hashes[nextHash], number: nextHash)
        nextHash += 1
      } else {
        guard nextProof < proof.count else { throw malformed("too few hashes", "one per 0 flag") }
        right = Known(hash: proof[nextProof], number: nil)
        nextProof += 1
      }
      step(left, right)
      hashes.append(TreeShape.sortedPairs.parent(left.hash, right.hash))
    }
    guard nextProof == proof.count, let root = hashes.last else {
      throw malformed("\(proof.count - nextProof) hashes left over", "none")
    }
    return root
  }

  private func malformed(_ found: String, _ expected: String) -> MerkleTreeError {
    MerkleTreeError(
      .malformedMultiproof, place: "multiproof", found: found, expected: expected)
  }
}

extension MerkleTree {
  /// One proof for several leaves, given by their places in leaf order; no place stands twice.
  ///
  /// - Throws: `multiproofUnsupported` for shapes other than OpenZeppelin's.
  public func multiproof(forLeavesAt places: [Int]) throws(MerkleTreeError) -> Multiproof {
    guard shape == .openZeppelin else {
      throw MerkleTreeError(
        .multiproofUnsupported, place: "tree", found: "another shape",
        expected: "a complete tree with sorted pairs")
    }
    precondition(places.allSatisfy { (0..<leafCount).contains($0) }, "leaves of this tree")
    // Nodes in descending order of their place in the array: parents are made in that order too.
    let indices = places.map { 2 * leafCount - 2 - $0 }.sorted(by: >)
    precondition(
      zip(indices, indices.dropFirst()).allSatisfy { $0 != $1 }, "each leaf once")
    var queue = indices
    queue.reserveCapacity(2 * indices.count + 64)
    var (next, proof, flags): (Int, [Bytes32], [Bool]) = (0, [], [])
    while next < queue.count, queue[next] > 0 {
      let node = queue[next]
      next += 1
      let sibling = node % 2 == 1 ? node + 1 : node - 1
      if next < queue.count, queue[next] == sibling {
        flags.append(true)
        next += 1
      } else {
        flags.append(false)
        proof.append(nodes[sibling])
      }
      queue.append((node - 1) / 2)
    }
    if places.isEmpty { proof = [root] }
    return Multiproof(leaves: indices.map { nodes[$0] }, proof: proof, flags: flags)
  }
}
