import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Trees: every shape beside its definition and beside a peer")
struct MerkleTreeTests {
  @Test("Roots and proofs of every shape and size equal the recursive definition", arguments: sizes)
  func definition(count: Int) throws {
    for shape in allShapes {
      let tree = try MerkleTree(leaves: leaves(count), shape: shape)
      let reference = ReferenceTree.tree(of: leaves(count), shape)
      #expect(tree.leafCount == count)
      #expect(tree.root == reference.hash(shape.pairOrder), "\(shape)")
      for place in 0..<count {
        #expect(tree.leaf(at: place) == leaf(place))
        #expect(tree.proof(forLeafAt: place) == reference.way(to: place, shape.pairOrder))
      }
    }
  }

  @Test("Roots, proofs and their lengths equal the ones of plain Python")
  func peer() throws {
    let cases = try vectors("shapes.json").member("cases").elements ?? []
    #expect(cases.count == 112)
    for entry in cases {
      let count = try entry.numberMember("leaves")
      let shape = TreeShape(
        oddNode: try #require(.init(rawValue: try entry.textMember("oddNode"))),
        pairOrder: try #require(.init(rawValue: try entry.textMember("pairOrder"))))
      let tree = try MerkleTree(leaves: leaves(count), shape: shape)
      #expect(tree.root == (try entry.hashMember("root")))
      #expect(tree.proof(forLeafAt: count - 1) == (try entry.hashes("last")))
      let lengths = try #require(try entry.member("lengths").elements).compactMap(\.wholeNumber)
      #expect((0..<count).map { tree.proof(forLeafAt: $0).count } == lengths)
      let range = MerkleProof.lengths(of: count, shape: shape)
      #expect(range.lowerBound == lengths.min() && range.upperBound == lengths.max())
    }
  }

  @Test("A complete tree is OpenZeppelin's array: leaf i is node 2n - 2 - i, the root is node 0")
  func layout() throws {
    let tree = try MerkleTree(leaves: leaves(6), shape: .openZeppelin)
    #expect(tree.nodes.count == 11)
    #expect(tree.nodes[0] == tree.root)
    #expect((0..<6).map { tree.nodes[10 - $0] } == leaves(6))
    for node in 0..<5 {
      let children = [tree.nodes[2 * node + 1], tree.nodes[2 * node + 2]].sorted()
      #expect(tree.nodes[node] == Keccak256.hash(children[0], children[1]))
    }
  }

  @Test("One leaf is its own root, with an empty proof")
  func oneLeaf() throws {
    for shape in allShapes {
      let tree = try MerkleTree(leaves: [leaf(1)], shape: shape)
      #expect(tree.root == leaf(1))
      #expect(tree.proof(forLeafAt: 0).isEmpty)
      #expect(MerkleProof.lengths(of: 1, shape: shape) == 0...0)
    }
  }

  @Test("No leaves have no root", arguments: allShapes)
  func noLeaves(shape: TreeShape) throws {
    let error = #expect(throws: MerkleTreeError.self) {
      try MerkleTree(leaves: [], shape: shape)
    }
    #expect(error?.kind == .noLeaves)
    #expect(error?.description.isEmpty == false)
  }
}

@Suite("Proofs")
struct MerkleProofTests {
  /// A leaf of a tree, and a bit of something to turn over.
  struct Sample {
    var count: Int
    var place: Int
    var shape: TreeShape
    var bit: Int
    /// Leaf, root, or the hash of the proof from 2 on.
    var target: Int
  }

  private func sample(_ generator: inout Generator) -> Sample {
    let count = Int.random(in: 1...130, using: &generator)
    return Sample(
      count: count, place: Int.random(in: 0..<count, using: &generator),
      shape: allShapes.randomElement(using: &generator) ?? .openZeppelin,
      bit: Int.random(in: 0..<256, using: &generator),
      target: Int.random(in: 0..<10, using: &generator))
  }

  private func smaller(_ sample: Sample) -> [Sample] {
    [sample.count / 2, sample.count - 1].filter { $0 > 0 && $0 < sample.count }.map { count in
      var next = sample
      next.count = count
      next.place = min(sample.place, count - 1)
      return next
    }
  }

  private func leads(_ proof: [Bytes32], from leaf: Bytes32, to root: Bytes32, _ sample: Sample)
    -> Bool
  {
    let shape = sample.shape
    if shape.pairOrder == .sorted {
      return MerkleProof.verify(leaf: leaf, proof: proof, root: root)
    }
    let reached = try? MerkleProof.root(
      leaf: leaf, proof: proof, at: sample.place, of: sample.count, shape: shape)
    return reached == root
  }

  @Test("INV-010: every proof leads to the root, in every shape")
  func everyProof() {
    check("proof leads to root", generate: sample, shrink: smaller) { sample -> Bool in
      let tree = try MerkleTree(leaves: leaves(sample.count), shape: sample.shape)
      let proof = tree.proof(forLeafAt: sample.place)
      let range = MerkleProof.lengths(of: sample.count, shape: sample.shape)
      return range.contains(proof.count)
        && leads(proof, from: leaf(sample.place), to: tree.root, sample)
    }
  }

  @Test("INV-010: no turned bit of leaf, proof or root leads to the root")
  func turnedBit() {
    check("flipped bit", generate: sample, shrink: smaller) { sample -> Bool in
      let tree = try MerkleTree(leaves: leaves(sample.count), shape: sample.shape)
      var proof = tree.proof(forLeafAt: sample.place)
      var (start, root) = (leaf(sample.place), tree.root)
      switch sample.target {
      case 0: start = start.flippingBit(sample.bit)
      case 1: root = root.flippingBit(sample.bit)
      case let index where index - 2 < proof.count:
        proof[index - 2] = proof[index - 2].flippingBit(sample.bit)
      default: start = start.flippingBit(sample.bit)
      }
      return !leads(proof, from: start, to: root, sample)
    }
  }

  @Test("Proofs one hash too long or too short lead nowhere, and where the place is known say so")
  func lengths() throws {
    for shape in allShapes {
      for count in [2, 3, 5, 8, 9] {
        let tree = try MerkleTree(leaves: leaves(count), shape: shape)
        for place in 0..<count {
          let proof = tree.proof(forLeafAt: place)
          for wrong in [proof + [leaf(99)], Array(proof.dropLast())] {
            #expect(!MerkleProof.verify(leaf: leaf(place), proof: wrong, root: tree.root))
            let error = #expect(throws: MerkleTreeError.self) {
              try MerkleProof.root(
                leaf: leaf(place), proof: wrong, at: place, of: count, shape: shape)
            }
            #expect(error?.kind == .wrongProofLength)
            #expect(error?.found == "\(wrong.count) hashes")
            #expect(error?.expected.hasPrefix("\(proof.count) ") == true)
          }
        }
      }
    }
  }

  @Test("A proof of a positional tree is good at its own place only")
  func place() throws {
    let shape = TreeShape(oddNode: .promoted, pairOrder: .positional)
    let tree = try MerkleTree(leaves: leaves(4), shape: shape)
    for place in 0..<4 {
      let reached = try MerkleProof.root(
        leaf: leaf(2), proof: tree.proof(forLeafAt: 2), at: place, of: 4, shape: shape)
      #expect((reached == tree.root) == (place == 2))
    }
  }

  @Test("INV-011: an inner node has a proof too, but no row has an inner node for its leaf")
  func forgedLeaf() throws {
    let built = try EncodedTree.build(rows(8), encoding: .openZeppelinStandard)
    let (left, right) = (built.tree.leaf(at: 0), built.tree.leaf(at: 1))
    let inner = Keccak256.hash(min(left, right), max(left, right))
    let forged = Array(built.tree.proof(forLeafAt: 0).dropFirst())
    // The bare 64 bytes do lead to the root: this is why a leaf always comes from a row.
    #expect(MerkleProof.verify(leaf: inner, proof: forged, root: built.root))
    // The 64 bytes as a row, address and amount, are hashed twice and lead elsewhere.
    let asRow = Keccak256.hash(inner)
    #expect(!MerkleProof.verify(leaf: asRow, proof: forged, root: built.root))
    #expect(!(0..<8).contains { built.leaf(ofRow: $0) == inner })
  }
}
