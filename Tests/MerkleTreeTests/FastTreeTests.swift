import EthereumPrimitives
import TestKit
import Testing

@testable import MerkleTree

@Suite("Fast trees: batches, buckets and threads beside the definition")
struct FastTreeTests {
  /// Leaves in the order of the definition: by hash, then by row.
  private func ascending(_ leaves: [Bytes32]) -> [UInt32] {
    leaves.indices.sorted { leaves[$0] == leaves[$1] ? $0 < $1 : leaves[$0] < leaves[$1] }
      .map { UInt32($0) }
  }

  @Test("The order of leaves is the one of a plain sort, however the leaves are spread")
  func order() {
    check("order of leaves", runs: 120) { generator in
      let count = Int(generator.next() % 400)
      let masks: [UInt64] = [.max, 0xF, 0xFF << 56, 0, 1 << 63]
      let mask = (0..<4).map { _ in masks[Int(generator.next() % 5)] }
      return (0..<count).map { _ in
        Bytes32(
          generator.next() & mask[0], generator.next() & mask[1], generator.next() & mask[2],
          generator.next() & mask[3])
      }
    } property: { leaves in
      LeafSorting.ascending(leaves, threads: 1) == ascending(leaves)
    }
  }

  @Test("INV-004: many leaves are in the same order on any number of threads")
  func orderOnThreads() {
    let many = (0..<40_000).map { leaf($0 % 39_000) }
    let expected = ascending(many)
    for threads in [1, 2, 3, 8] {
      #expect(LeafSorting.ascending(many, threads: threads) == expected)
    }
  }

  @Test("Every backend gives the same tree", arguments: KeccakBackend.allCases)
  func backends(backend: KeccakBackend) throws {
    guard backend.isSupported else { return }
    for encoding in [LeafEncoding.sluice, .uniswap, .accountAmountFileOrder] {
      let list = rows(1100, campaign: leaf(3))
      let built = try EncodedTree.build(list, encoding: encoding, threads: 2, backend: backend)
      // Leaf by leaf, from the fields' own ABI values.
      let one = built.places.indices.map { row -> Bytes32 in
        let amount = list.amounts[row].bytes32.bytes
        let account = list.accounts[row]
        switch encoding.name {
        case "sluice":
          return Keccak256.hash(
            Keccak256.hash(leaf(3).bytes + account.bytes32.bytes + amount))
        case "uniswap":
          let index = built.indices?[row].bytes32.bytes ?? []
          return Keccak256.hash(index + account.bytes + amount)
        default: return Keccak256.hash(account.bytes + amount)
        }
      }
      #expect(one.indices.allSatisfy { built.leaf(ofRow: $0) == one[$0] })
      let ordered = encoding.leafOrder == .asGiven ? one : one.sorted()
      let reference = ReferenceTree.tree(of: ordered, encoding.shape)
      #expect(built.root == reference.hash(encoding.shape.pairOrder))
    }
  }

  @Test("INV-004: every shape of many leaves is the same tree on any number of threads")
  func shapesOnThreads() throws {
    let many = leaves(20_001)
    for shape in allShapes {
      let one = try MerkleTree(leaves: many, shape: shape, threads: 1, backend: .swift)
      #expect(one.root == ReferenceTree.tree(of: many, shape).hash(shape.pairOrder))
      for threads in [2, 3] {
        let other = try MerkleTree(leaves: many, shape: shape, threads: threads)
        #expect(other.nodes == one.nodes)
      }
    }
  }

  @Test("Padding is zeros up to a power of two, and none where there is one already")
  func padding() throws {
    let shape = TreeShape(oddNode: .padded, pairOrder: .sorted)
    #expect(
      try MerkleTree(leaves: leaves(5), shape: shape).root
        == MerkleTree(
          leaves: leaves(5) + [.zero, .zero, .zero],
          shape: TreeShape(oddNode: .promoted, pairOrder: .sorted)
        ).root)
    #expect(try MerkleTree(leaves: leaves(4), shape: shape).nodes.count == 7)
    #expect(try MerkleTree(leaves: leaves(5), shape: shape).leafCount == 5)
  }

  @Test("A number that is too large for its field is refused with its account")
  func narrowField() throws {
    let encoding = LeafEncoding(
      name: "narrow", summary: "",
      fields: [.init(.account, .address), .init(.amount, .uint(bits: 96))],
      packing: .packed, hashRounds: 1, leafOrder: .byHash, shape: .sortedPairs)
    let largest = (UInt256.one << 96) &- .one
    let list = AccountRows(accounts: [account(1), account(2)], amounts: [largest, largest])
    let built = try EncodedTree.build(list, encoding: encoding)
    let preimage = account(1).bytes + [UInt8](repeating: 0xFF, count: 12)
    #expect(built.leaf(ofRow: 0) == Keccak256.hash(preimage))
    let error = #expect(throws: MerkleTreeError.self) {
      try EncodedTree.build(
        AccountRows(accounts: list.accounts, amounts: [largest, largest &+ .one]),
        encoding: encoding)
    }
    #expect(error?.kind == .rowDoesNotFit)
    #expect(error?.place == "account \(account(2))")
    #expect(error?.expected == "amount of 12 bytes")
  }
}
