import EthereumPrimitives

/// A Merkle tree over leaves that are already hashed and in their order.
public struct MerkleTree: Sendable {
  public let shape: TreeShape
  public let leafCount: Int
  /// Complete trees: the array of 2n − 1 nodes, the root first. Others: level after level, the
  /// leaves first.
  public let nodes: [Bytes32]
  /// Where each level starts in `nodes`; empty for complete trees.
  private let levels: [Range<Int>]

  /// Builds the tree.
  ///
  /// - Throws: `noLeaves`, since no leaves have no root.
  public init(leaves: [Bytes32], shape: TreeShape) throws(MerkleTreeError) {
    guard !leaves.isEmpty else { throw MerkleTreeError(.noLeaves) }
    self.shape = shape
    leafCount = leaves.count
    switch shape.oddNode {
    case .completeTree:
      nodes = Self.completeTree(leaves, shape)
      levels = []
    case .promoted, .duplicated:
      (nodes, levels) = Self.levelByLevel(leaves, shape)
    }
  }

  private static func completeTree(_ leaves: [Bytes32], _ shape: TreeShape) -> [Bytes32] {
    let count = leaves.count
    var nodes = [Bytes32](repeating: .zero, count: 2 * count - 1)
    for (index, leaf) in leaves.enumerated() { nodes[2 * count - 2 - index] = leaf }
    for index in stride(from: count - 2, through: 0, by: -1) {
      nodes[index] = shape.parent(nodes[2 * index + 1], nodes[2 * index + 2])
    }
    return nodes
  }

  private static func levelByLevel(
    _ leaves: [Bytes32], _ shape: TreeShape
  ) -> ([Bytes32], [Range<Int>]) {
    var nodes = leaves
    nodes.reserveCapacity(2 * leaves.count + 64)
    var levels = [0..<leaves.count]
    while let level = levels.last, level.count > 1 {
      for left in stride(from: level.lowerBound, to: level.upperBound, by: 2) {
        let right = left + 1
        if right < level.upperBound {
          nodes.append(shape.parent(nodes[left], nodes[right]))
        } else {
          nodes.append(
            shape.oddNode == .promoted ? nodes[left] : shape.parent(nodes[left], nodes[left]))
        }
      }
      levels.append(level.upperBound..<nodes.count)
    }
    return (nodes, levels)
  }

  public var root: Bytes32 {
    shape.oddNode == .completeTree ? nodes[0] : nodes[nodes.count - 1]
  }

  public func leaf(at index: Int) -> Bytes32 {
    nodes[shape.oddNode == .completeTree ? 2 * leafCount - 2 - index : index]
  }

  /// The siblings on the way from a leaf to the root.
  public func proof(forLeafAt index: Int) -> [Bytes32] {
    precondition((0..<leafCount).contains(index), "a leaf of this tree")
    var proof: [Bytes32] = []
    if shape.oddNode == .completeTree {
      var node = 2 * leafCount - 2 - index
      while node > 0 {
        proof.append(nodes[node % 2 == 1 ? node + 1 : node - 1])
        node = (node - 1) / 2
      }
      return proof
    }
    var place = index
    for level in levels.dropLast() {
      let sibling = place ^ 1
      if sibling < level.count {
        proof.append(nodes[level.lowerBound + sibling])
      } else if shape.oddNode == .duplicated {
        proof.append(nodes[level.lowerBound + place])
      }
      place /= 2
    }
    return proof
  }
}

/// Why a tree or a proof cannot be made or taken.
public struct MerkleTreeError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no leaf, and so no root.
    case noLeaves
    /// A proof has more or fewer hashes than the tree's height allows.
    case wrongProofLength
    /// A multiproof's hashes, flags and leaves do not fit together.
    case malformedMultiproof
    /// Multiproofs exist for complete trees with sorted pairs only.
    case multiproofUnsupported
    /// A row lacks a field that the encoding needs, or has it in another type.
    case rowDoesNotFit
    /// Two rows about the same account in an encoding that pays each account once.
    case duplicateAccount
    /// An index stands twice, so that only one of two leaves could be claimed.
    case duplicateIndex
  }

  public let kind: Kind
  public let place: String
  public let found: String
  public let expected: String

  init(_ kind: Kind, place: String = "", found: String = "", expected: String = "") {
    self.kind = kind
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
  }

  public var description: String {
    guard kind != .noLeaves else { return "no rows: a tree needs at least one leaf" }
    return (place.isEmpty ? "" : place + ": ") + "found \(found), expected \(expected)"
  }
}
