import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

/// The definition of both trees of trees, from the recursive tree of one level.
private struct ReferenceNested {
  let root: Bytes32
  /// Per row, from the leaf up.
  let inner: [[Bytes32]]
  let outer: [[Bytes32]]

  /// EigenLayer: earners and tokens ascend, nothing is sorted by hash.
  init(earners rows: [NestedRow]) {
    let shape = TreeShape(oddNode: .padded, pairOrder: .positional)
    let earners = Set(rows.map(\.account)).sorted()
    func own(_ earner: Address) -> [NestedRow] {
      rows.filter { $0.account == earner }.sorted { $0.token < $1.token }
    }
    func tree(_ earner: Address) -> ReferenceTree {
      ReferenceTree.tree(
        of: own(earner).map {
          Keccak256.hash([1] + $0.token.bytes + $0.amount.bytes32.bytes)
        }, shape)
    }
    let top = ReferenceTree.tree(
      of: earners.map {
        Keccak256.hash([0] + $0.bytes + tree($0).hash(.positional).bytes)
      }, shape)
    root = top.hash(.positional)
    inner = rows.map { row in
      let place = own(row.account).firstIndex { $0.token == row.token } ?? -1
      return tree(row.account).way(to: place, .positional) ?? []
    }
    outer = rows.map { row in
      top.way(to: earners.firstIndex(of: row.account) ?? -1, .positional) ?? []
    }
  }

  /// ENS: leaves and roots ascend by hash.
  init(shards rows: [NestedRow], digits: Int) {
    func key(_ account: Address) -> Substring { account.hex.dropFirst(2).prefix(digits) }
    func leaf(_ row: NestedRow) -> Bytes32 {
      Keccak256.hash(row.account.bytes + row.amount.bytes32.bytes)
    }
    func leaves(_ shard: Substring) -> [Bytes32] {
      rows.filter { key($0.account) == shard }.map(leaf).sorted()
    }
    func tree(_ shard: Substring) -> ReferenceTree {
      ReferenceTree.tree(of: leaves(shard), .sortedPairs)
    }
    let roots = Set(rows.map { key($0.account) }).map { tree($0).hash(.sorted) }.sorted()
    let top = ReferenceTree.tree(of: roots, .sortedPairs)
    root = top.hash(.sorted)
    inner = rows.map { row in
      let shard = key(row.account)
      let place = leaves(shard).firstIndex(of: leaf(row)) ?? -1
      return tree(shard).way(to: place, .sorted) ?? []
    }
    outer = rows.map { row in
      let place = roots.firstIndex(of: tree(key(row.account)).hash(.sorted)) ?? -1
      return top.way(to: place, .sorted) ?? []
    }
  }
}

private struct NestedRow {
  let account: Address
  let token: Address
  let amount: UInt256
}

@Suite("Trees of trees beside their definition")
struct NestedTreeTests {
  private struct Sample {
    let rows: [NestedRow]
    let row: Int
    let target: Int
    let bit: Int
  }

  /// Few earners with several tokens each, in no order.
  private func sample(_ generator: inout Generator) -> Sample {
    var rows: [NestedRow] = []
    for earner in 0..<Int.random(in: 1...7, using: &generator) {
      for token in 0..<Int.random(in: 1...6, using: &generator) {
        rows.append(
          NestedRow(
            account: account(earner), token: account(1000 + token),
            amount: UInt256(generator.next())))
      }
    }
    rows.shuffle(using: &generator)
    return Sample(
      rows: rows, row: Int.random(in: 0..<rows.count, using: &generator),
      target: Int.random(in: 0...8, using: &generator),
      bit: Int.random(in: 0..<160, using: &generator))
  }

  private func eigenLayer(_ rows: [NestedRow]) throws -> NestedTree {
    try NestedTree.build(
      accounts: rows.map(\.account), values: rows.map { [.address($0.token), .uint($0.amount)] },
      encoding: .eigenLayer)
  }

  @Test("EigenLayer's tree equals the definition, in any order of rows")
  func earners() {
    check("earners", runs: 60) {
      sample(&$0)
    } property: { sample -> Bool in
      let tree = try eigenLayer(sample.rows)
      let reference = ReferenceNested(earners: sample.rows)
      return tree.root == reference.root
        && sample.rows.indices.allSatisfy { row in
          tree.innerWay(ofRow: row).hashes == reference.inner[row]
            && tree.outerWay(ofGroup: tree.group(ofRow: row)).hashes == reference.outer[row]
            && tree.proof(ofRow: row) == reference.inner[row] + reference.outer[row]
        }
    }
  }

  @Test("ENS's tree equals the definition, for every number of digits that matters")
  func shards() throws {
    check("shards", runs: 60) { generator -> ([NestedRow], Int) in
      let count = Int.random(in: 1...40, using: &generator)
      let first = Int.random(in: 0...1000, using: &generator)
      let rows = (first..<(first + count)).map {
        NestedRow(account: account($0), token: .zero, amount: UInt256(UInt64($0)))
      }
      return (rows, [1, 2, 3, 40][Int.random(in: 0...3, using: &generator)])
    } property: { rows, digits -> Bool in
      let tree = try NestedTree.build(
        accounts: rows.map(\.account),
        values: rows.map { [.address($0.account), .uint($0.amount)] },
        encoding: try #require(NestedEncoding.ens(digits: digits)))
      let reference = ReferenceNested(shards: rows, digits: digits)
      return tree.root == reference.root
        && rows.indices.allSatisfy {
          tree.proof(ofRow: $0) == reference.inner[$0] + reference.outer[$0]
            && MerkleProof.verify(
              leaf: tree.leaf(ofRow: $0), proof: tree.proof(ofRow: $0), root: tree.root)
        }
    }
  }

  @Test("INV-010: both ways lead to the root; with a turned bit anywhere they do not")
  func forged() {
    check("forged nested proof", runs: 300) {
      sample(&$0)
    } property: { sample -> Bool in
      let tree = try eigenLayer(sample.rows)
      let row = sample.rows[sample.row]
      let inner = tree.innerWay(ofRow: sample.row)
      let outer = tree.outerWay(ofGroup: tree.group(ofRow: sample.row))
      func leads(
        _ leaf: Bytes32, _ account: Address, _ inner: MerkleWay, _ outer: MerkleWay
      ) throws -> Bool {
        try NestedEncoding.eigenLayer.root(
          leaf: leaf, account: account, inner: inner, outer: outer) == tree.root
      }
      let leaf = tree.leaf(ofRow: sample.row)
      guard try leads(leaf, row.account, inner, outer) else { return false }
      func turned(_ way: MerkleWay) -> MerkleWay {
        var hashes = way.hashes
        guard !hashes.isEmpty else { return MerkleWay(hashes: [leaf], position: way.position) }
        hashes[sample.bit % hashes.count] = hashes[sample.bit % hashes.count]
          .flippingBit(sample.bit)
        return MerkleWay(hashes: hashes, position: way.position)
      }
      func moved(_ way: MerkleWay) -> MerkleWay {
        MerkleWay(
          hashes: way.hashes,
          position: way.position ^ (UInt256.one << (sample.bit % (way.hashes.count + 3))))
      }
      func cut(_ way: MerkleWay) -> MerkleWay {
        MerkleWay(hashes: way.hashes + [leaf], position: way.position)
      }
      let wrong =
        switch sample.target {
        case 0: try leads(leaf.flippingBit(sample.bit), row.account, inner, outer)
        case 1: try leads(leaf, account(99), inner, outer)
        case 2: try leads(leaf, row.account, turned(inner), outer)
        case 3: try leads(leaf, row.account, inner, turned(outer))
        case 4: try leads(leaf, row.account, moved(inner), outer)
        case 5: try leads(leaf, row.account, inner, moved(outer))
        case 6: try leads(leaf, row.account, cut(inner), outer)
        case 7: try leads(leaf, row.account, inner, cut(outer))
        // The leaf of the outer tree is no row's.
        default: try leads(tree.outer.leaf(ofRow: 0), row.account, inner, outer)
        }
      return !wrong
    }
  }

  @Test("A position beyond the tree is no position, however large")
  func positions() throws {
    let tree = try eigenLayer(
      (0..<5).map {
        NestedRow(account: account($0), token: account(9), amount: 1)
      })
    let way = tree.outerWay(ofGroup: 2)
    let leaf = tree.outer.leaf(ofRow: 2)
    #expect(way.root(from: leaf, pairOrder: .positional) == tree.root)
    for shift in [3, 4, 63, 64, 65, 128, 255] {
      let beyond = MerkleWay(
        hashes: way.hashes, position: way.position | (UInt256.one << shift))
      #expect(beyond.root(from: leaf, pairOrder: .positional) == nil, "2^\(shift)")
    }
    #expect(MerkleWay(hashes: [], position: 0).root(from: leaf, pairOrder: .positional) == leaf)
    #expect(MerkleWay(hashes: [], position: 1).root(from: leaf, pairOrder: .positional) == nil)
    let long = MerkleWay(hashes: Array(repeating: leaf, count: 300), position: .max)
    #expect(long.root(from: leaf, pairOrder: .positional) != nil)
  }

  @Test("No rows, and an account or a token twice")
  func refused() throws {
    let none = #expect(throws: MerkleTreeError.self) { try eigenLayer([]) }
    #expect(none?.kind == .noLeaves)
    let row = NestedRow(account: account(1), token: account(2), amount: 1)
    let twice = #expect(throws: MerkleTreeError.self) {
      try eigenLayer([row, NestedRow(account: account(1), token: account(3), amount: 1), row])
    }
    #expect(twice?.kind == .duplicateAccount)
    #expect(twice?.place.contains(account(2).checksummed) == true)
    let ens = try #require(NestedEncoding.ens(digits: 1))
    let values: [ABIValue] = [.address(account(1)), .uint(1)]
    let again = #expect(throws: MerkleTreeError.self) {
      try NestedTree.build(
        accounts: [account(1), account(1)], values: [values, values], encoding: ens)
    }
    #expect(again?.kind == .duplicateAccount)
    let misfit = #expect(throws: MerkleTreeError.self) {
      try NestedTree.build(accounts: [account(1)], values: [[.uint(1)]], encoding: ens)
    }
    #expect(misfit?.kind == .rowDoesNotFit)
  }
}
