import EthereumPrimitives

/// A Merkle tree over leaves that are already hashed and in their order.
public struct MerkleTree: Sendable {
  public let shape: TreeShape
  public let leafCount: Int
  /// Complete trees: the array of 2n − 1 nodes, the root first. Others: level after level, the
  /// leaves first, and after them the zeros that pad them.
  public let nodes: [Bytes32]
  /// Where each level starts in `nodes`; empty for complete trees.
  private let levels: [Range<Int>]

  /// Builds the tree.
  ///
  /// - Parameters:
  ///   - threads: how many threads hash; the result is the same for any number.
  ///   - backend: how they hash; the result is the same for every one.
  /// - Throws: `noLeaves`, since no leaves have no root.
  public init(
    leaves: [Bytes32], shape: TreeShape, threads: Int = 1, backend: KeccakBackend = .best
  ) throws(MerkleTreeError) {
    try self.init(
      leafCount: leaves.count, shape: shape,
      hashing: TreeHashing(threads: threads, backend: backend)
    ) { target in
      for (place, leaf) in leaves.enumerated() { target(place, leaf) }
    }
  }

  /// Builds the tree of leaves that `placeLeaves` hands over, each place once, in any order.
  init(
    leafCount: Int, shape: TreeShape, hashing: TreeHashing,
    placeLeaves: (_ place: @Sendable (Int, Bytes32) -> Void) -> Void
  ) throws(MerkleTreeError) {
    guard leafCount > 0 else { throw MerkleTreeError(.noLeaves) }
    self.shape = shape
    self.leafCount = leafCount
    let levels = Self.levels(leafCount, shape)
    self.levels = levels
    let count = levels.last?.upperBound ?? 2 * leafCount - 1
    nodes = [Bytes32](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Every node is written once: leaves by their places, padding here, others level by level.
      let shared = SharedBuffer(buffer)
      let isComplete = levels.isEmpty
      placeLeaves { place, leaf in
        precondition((0..<leafCount).contains(place), "a place of this tree")
        shared.elements.initializeElement(
          at: isComplete ? 2 * leafCount - 2 - place : place, to: leaf)
      }
      if isComplete {
        hashing.hashCompleteTree(shared, leafCount: leafCount, shape)
      } else {
        for place in leafCount..<levels[0].upperBound {
          buffer.initializeElement(at: place, to: .zero)
        }
        for (below, above) in zip(levels, levels.dropFirst()) {
          hashing.hashLevel(shared, below, above, shape)
        }
      }
      initialized = count
    }
  }

  /// The ranges of the levels, the leaves first; none for complete trees.
  private static func levels(_ leafCount: Int, _ shape: TreeShape) -> [Range<Int>] {
    guard shape.oddNode != .completeTree else { return [] }
    var levels = [0..<paddedCount(leafCount, shape)]
    while let level = levels.last, level.count > 1 {
      levels.append(level.upperBound..<level.upperBound + (level.count + 1) / 2)
    }
    return levels
  }

  /// The width of the lowest level.
  static func paddedCount(_ leafCount: Int, _ shape: TreeShape) -> Int {
    guard shape.oddNode == .padded else { return leafCount }
    var count = 1
    while count < leafCount { count *= 2 }
    return count
  }

  public var root: Bytes32 {
    shape.oddNode == .completeTree ? nodes[0] : nodes[nodes.count - 1]
  }

  public func leaf(at index: Int) -> Bytes32 {
    precondition((0..<leafCount).contains(index), "a leaf of this tree")
    return nodes[shape.oddNode == .completeTree ? 2 * leafCount - 2 - index : index]
  }

  /// The siblings on the way from a leaf to the root.
  public func proof(forLeafAt index: Int) -> [Bytes32] {
    precondition((0..<leafCount).contains(index), "a leaf of this tree")
    var proof: [Bytes32] = []
    proof.reserveCapacity(leafCount.bitWidth - leafCount.leadingZeroBitCount)
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

/// How a tree is made: on how many threads, and hashed by which of the backends. The tree is the
/// same for every answer.
public struct TreeHashing: Sendable {
  public let threads: Int
  public let backend: KeccakBackend

  public init(threads: Int = 1, backend: KeccakBackend = .best) {
    self.threads = threads
    self.backend = backend
  }

  /// Node i has the children 2i + 1 and 2i + 2, so that the children of a range of nodes are a
  /// range too. The leaves, from n − 1 on, are there; the others come from the last one up.
  func hashCompleteTree(
    _ nodes: SharedBuffer<Bytes32>, leafCount: Int, _ shape: TreeShape
  ) {
    var end = leafCount - 1
    while end > 0 {
      // All of these have their children after `end`: the children of `start` are 2·start + 1.
      let start = end / 2
      hashPairs(nodes, children: 2 * start + 1, parents: start..<end, shape)
      end = start
    }
  }

  func hashLevel(
    _ nodes: SharedBuffer<Bytes32>, _ below: Range<Int>, _ above: Range<Int>, _ shape: TreeShape
  ) {
    let pairs = below.count / 2
    hashPairs(
      nodes, children: below.lowerBound, parents: above.lowerBound..<above.lowerBound + pairs,
      shape)
    guard below.count % 2 == 1 else { return }
    let alone = nodes.elements[below.upperBound - 1]
    nodes.elements.initializeElement(
      at: above.upperBound - 1,
      to: shape.oddNode == .duplicated ? Keccak256.hash(alone, alone) : alone)
  }

  /// Hashes the pairs that stand side by side from `children` on into `parents`.
  private func hashPairs(
    _ nodes: SharedBuffer<Bytes32>, children: Int, parents: Range<Int>, _ shape: TreeShape
  ) {
    let backend = backend
    let sorted = shape.pairOrder == .sorted
    Parallel.forEachRange(of: parents.count, threads: threads) { range in
      let target = parents.lowerBound + range.lowerBound..<parents.lowerBound + range.upperBound
      let source = children + 2 * range.lowerBound..<children + 2 * range.upperBound
      backend.hashPairs(
        UnsafeBufferPointer(nodes[source]), sorted: sorted, into: nodes[target])
    }
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
