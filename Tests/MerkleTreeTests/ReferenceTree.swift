import EthereumPrimitives
import MerkleTree

/// The definition of a tree, as one would write it on paper: slow, recursive, without arrays.
indirect enum ReferenceTree {
  case leaf(Int, Bytes32)
  case pair(ReferenceTree, ReferenceTree)

  static func tree(of leaves: [Bytes32], _ shape: TreeShape) -> ReferenceTree {
    var nodes = leaves.enumerated().map { ReferenceTree.leaf($0.offset, $0.element) }
    // Padding has no place among the leaves.
    while shape.oddNode == .padded, nodes.count & (nodes.count - 1) != 0 {
      nodes.append(.leaf(-1, .zero))
    }
    return shape.oddNode == .completeTree
      ? completeTree(nodes, node: 0) : level(nodes, shape.oddNode == .duplicated)
  }

  /// Node i has the children 2i + 1 and 2i + 2; the first leaf is the last node.
  private static func completeTree(_ leaves: [ReferenceTree], node: Int) -> ReferenceTree {
    let last = 2 * leaves.count - 2
    return 2 * node + 1 > last
      ? leaves[last - node]
      : .pair(completeTree(leaves, node: 2 * node + 1), completeTree(leaves, node: 2 * node + 2))
  }

  private static func level(_ nodes: [ReferenceTree], _ isDuplicated: Bool) -> ReferenceTree {
    guard nodes.count > 1 else { return nodes[0] }
    var above: [ReferenceTree] = []
    for left in stride(from: 0, to: nodes.count, by: 2) {
      if left + 1 < nodes.count {
        above.append(.pair(nodes[left], nodes[left + 1]))
      } else {
        above.append(isDuplicated ? .pair(nodes[left], nodes[left]) : nodes[left])
      }
    }
    return level(above, isDuplicated)
  }

  func hash(_ order: TreeShape.PairOrder) -> Bytes32 {
    switch self {
    case .leaf(_, let hash): return hash
    case .pair(let left, let right):
      let hashes = [left.hash(order), right.hash(order)]
      let ordered = order == .sorted ? hashes.sorted() : hashes
      return Keccak256.hash(ordered[0].bytes + ordered[1].bytes)
    }
  }

  /// The siblings on the way up from a leaf; nil where the leaf is not below this node.
  func way(to leaf: Int, _ order: TreeShape.PairOrder) -> [Bytes32]? {
    switch self {
    case .leaf(let number, _): return number == leaf ? [] : nil
    case .pair(let left, let right):
      if let way = left.way(to: leaf, order) { return way + [right.hash(order)] }
      if let way = right.way(to: leaf, order) { return way + [left.hash(order)] }
      return nil
    }
  }
}
