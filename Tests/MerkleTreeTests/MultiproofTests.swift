import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Multiproofs: OpenZeppelin's getMultiProof and processMultiProof")
struct MultiproofTests {
  struct Sample {
    var count: Int
    var places: [Int]
  }

  private func sample(_ generator: inout Generator) -> Sample {
    let count = Int.random(in: 1...100, using: &generator)
    let chosen = Int.random(in: 0...count, using: &generator)
    return Sample(
      count: count, places: Array((0..<count).shuffled(using: &generator).prefix(chosen)))
  }

  private func smaller(_ sample: Sample) -> [Sample] {
    sample.places.indices.map { index in
      var next = sample
      next.places.remove(at: index)
      return next
    }
  }

  @Test("Leaves, hashes and flags equal the ones of plain Python")
  func peer() throws {
    let cases = try vectors("multiproofs.json").member("cases").elements ?? []
    #expect(cases.count > 40)
    for entry in cases {
      let chosen = (try entry.member("chosen").elements ?? []).compactMap(\.wholeNumber)
      let tree = try MerkleTree(
        leaves: leaves(try entry.numberMember("leafCount")), shape: .openZeppelin)
      let multiproof = try tree.multiproof(forLeavesAt: chosen)
      #expect(multiproof.leaves == (try entry.hashes("leaves")))
      #expect(multiproof.proof == (try entry.hashes("proof")))
      #expect(
        multiproof.flags.map { $0 ? "1" : "0" }.joined() == (try entry.textMember("flags")))
      #expect(try multiproof.root() == (try entry.hashMember("root")))
    }
  }

  @Test("A multiproof of any leaves leads to the root and yields each leaf's own proof")
  func anySubset() {
    check("multiproof", generate: sample, shrink: smaller) { sample -> Bool in
      let tree = try MerkleTree(leaves: leaves(sample.count), shape: .openZeppelin)
      let multiproof = try tree.multiproof(forLeavesAt: sample.places)
      // Leaves of a complete tree stand in the array backwards, so ascending places come first.
      let places = sample.places.sorted()
      return try multiproof.root() == tree.root
        && multiproof.leaves == places.map(leaf)
        && multiproof.leaves.count + multiproof.proof.count == multiproof.flags.count + 1
        && multiproof.proofs() == places.map { tree.proof(forLeafAt: $0) }
    }
  }

  @Test("The order in which leaves are asked for does not matter")
  func order() throws {
    let tree = try MerkleTree(leaves: leaves(11), shape: .openZeppelin)
    #expect(
      try tree.multiproof(forLeavesAt: [7, 0, 3]) == tree.multiproof(forLeavesAt: [0, 3, 7]))
  }

  @Test("INV-010: no turned bit of a multiproof leads to the root")
  func turnedBit() {
    check("flipped bit of a multiproof", generate: sample, shrink: smaller) { sample -> Bool in
      let tree = try MerkleTree(leaves: leaves(sample.count), shape: .openZeppelin)
      let right = try tree.multiproof(forLeavesAt: sample.places)
      let wrongLeaves = right.leaves.indices.map { index in
        var leaves = right.leaves
        leaves[index] = leaves[index].flippingBit(index % 256)
        return Multiproof(leaves: leaves, proof: right.proof, flags: right.flags)
      }
      let wrongHashes = right.proof.indices.map { index in
        var proof = right.proof
        proof[index] = proof[index].flippingBit(255 - index % 256)
        return Multiproof(leaves: right.leaves, proof: proof, flags: right.flags)
      }
      let wrongFlags = right.flags.indices.map { index in
        var flags = right.flags
        flags[index].toggle()
        return Multiproof(leaves: right.leaves, proof: right.proof, flags: flags)
      }
      return (wrongLeaves + wrongHashes + wrongFlags).allSatisfy { wrong in
        (try? wrong.root()) != tree.root
      }
    }
  }

  private func refused(
    _ leafCount: Int, _ hashCount: Int, _ flags: [Bool],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let multiproof = Multiproof(
      leaves: leaves(leafCount), proof: (0..<hashCount).map { leaf(100 + $0) }, flags: flags)
    let error = #expect(throws: MerkleTreeError.self, sourceLocation: sourceLocation) {
      try multiproof.root()
    }
    #expect(error?.kind == .malformedMultiproof, sourceLocation: sourceLocation)
    #expect(throws: MerkleTreeError.self, sourceLocation: sourceLocation) {
      try multiproof.proofs()
    }
  }

  @Test("Numbers that do not fit are refused: leaves + hashes must be flags + 1")
  func numbers() {
    refused(2, 1, [true])
    refused(2, 0, [])
    refused(1, 0, [true, true])
    refused(0, 0, [])
    refused(3, 3, [false, false])
  }

  @Test("Flags that ask for more leaves or hashes than there are are refused")
  func flags() {
    refused(1, 1, [true])
    refused(2, 0, [false])
    refused(2, 1, [true, true])
    refused(2, 1, [false, false])
  }

  @Test("Hashes and flags without any leaf are refused, a single hash proves nothing")
  func withoutLeaves() throws {
    refused(0, 2, [false])
    refused(0, 2, [true])
    let nothing = Multiproof(leaves: [], proof: [leaf(1)], flags: [])
    #expect(try nothing.root() == leaf(1))
    #expect(try nothing.proofs().isEmpty)
  }

  @Test("Arbitrary multiproofs are refused or lead somewhere, and never crash")
  func arbitrary() {
    struct Parts {
      var leaves: Int
      var proof: Int
      var flags: [Bool]
    }
    check("arbitrary multiproof", runs: 2000) { generator -> Parts in
      let flags = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
        Bool.random(using: &generator)
      }
      let known = Int.random(in: 0...flags.count + 1, using: &generator)
      let isFitting = Int.random(in: 0..<4, using: &generator) > 0
      let rest = isFitting ? flags.count + 1 - known : Int.random(in: 0...9, using: &generator)
      return Parts(leaves: known, proof: rest, flags: flags)
    } property: { parts -> Bool in
      let multiproof = Multiproof(
        leaves: leaves(parts.leaves), proof: (0..<parts.proof).map { leaf(100 + $0) },
        flags: parts.flags)
      guard let root = try? multiproof.root() else { return (try? multiproof.proofs()) == nil }
      return zip(multiproof.leaves, try multiproof.proofs()).allSatisfy { leaf, proof in
        MerkleProof.verify(leaf: leaf, proof: proof, root: root)
      }
    }
  }

  @Test("Other shapes have no multiproofs")
  func otherShapes() throws {
    for shape in allShapes where shape != .openZeppelin {
      let tree = try MerkleTree(leaves: leaves(5), shape: shape)
      let error = #expect(throws: MerkleTreeError.self) {
        try tree.multiproof(forLeavesAt: [0, 1])
      }
      #expect(error?.kind == .multiproofUnsupported)
    }
  }
}
