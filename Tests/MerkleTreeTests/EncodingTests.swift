import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Leaf encodings: presets beside plain Python")
struct EncodingTests {
  private struct Peer {
    let campaign: Bytes32
    let accounts: [Address]
    let amounts: [UInt256]
    let trees: [JSON]

    init() throws {
      let file = try vectors("trees.json")
      campaign = try file.hashMember("campaign")
      let rows = try file.member("rows").elements ?? []
      accounts = try rows.map { try Address(try $0.textMember("account")) }
      amounts = try rows.map { try UInt256(decimal: try $0.textMember("amount")) }
      trees = try file.member("trees").elements ?? []
    }

    func rows(_ count: Int) -> AccountRows {
      AccountRows(
        accounts: Array(accounts.prefix(count)), amounts: Array(amounts.prefix(count)),
        campaign: campaign)
    }
  }

  @Test("Roots and proofs of every account preset equal the peer's")
  func peer() throws {
    let peer = try Peer()
    #expect(peer.trees.count == 84)
    for entry in peer.trees {
      let encoding = try #require(LeafEncoding.named(try entry.textMember("encoding")))
      let rows = peer.rows(try entry.numberMember("rows"))
      let built = try EncodedTree.build(rows, encoding: encoding)
      #expect(built.root == (try entry.hashMember("root")), "\(encoding.name)")
      for proof in try entry.member("proofs").members ?? [] {
        let row = try #require(Int(proof.key))
        let hashes = try (proof.value.elements ?? []).map { try Bytes32(hex: $0.text ?? "") }
        #expect(built.proof(ofRow: row) == hashes)
      }
    }
  }

  @Test("Rows of values give the same tree as columns of account and amount")
  func values() throws {
    for encoding in [LeafEncoding.openZeppelinStandard, .accountAmountSorted] {
      let rows = rows(19)
      let values = zip(rows.accounts, rows.amounts).map { [ABIValue.address($0), .uint($1)] }
      #expect(
        try EncodedTree.build(values: values, encoding: encoding).tree.nodes
          == EncodedTree.build(rows, encoding: encoding).tree.nodes)
    }
  }

  @Test("Simple leaves are the values themselves")
  func simple() throws {
    let values = leaves(7).map { [ABIValue.bytes32($0)] }
    let sorted = try EncodedTree.build(values: values, encoding: .openZeppelinSimple)
    #expect((0..<7).map { sorted.leaf(ofRow: $0) } == leaves(7))
    #expect((0..<7).map { sorted.tree.leaf(at: $0) } == leaves(7).sorted())
    let unsorted = try EncodedTree.build(values: values, encoding: .openZeppelinSimpleUnsorted)
    #expect((0..<7).map { unsorted.tree.leaf(at: $0) } == leaves(7))
  }

  @Test("INV-003: the order of rows does not change a sorted tree")
  func permutation() {
    let encodings = [
      LeafEncoding.sluice, .openZeppelinStandard, .uniswap, .accountAmountSorted,
    ]
    check("permutation", runs: 60) { generator -> ([Int], Int) in
      let count = Int.random(in: 1...70, using: &generator)
      return (
        (0..<count).shuffled(using: &generator), Int.random(in: 0..<4, using: &generator)
      )
    } property: { order, number -> Bool in
      let plain = rows(order.count, campaign: leaf(1))
      let shuffled = AccountRows(
        accounts: order.map { plain.accounts[$0] }, amounts: order.map { plain.amounts[$0] },
        campaign: leaf(1))
      let one = try EncodedTree.build(plain, encoding: encodings[number])
      let other = try EncodedTree.build(shuffled, encoding: encodings[number])
      return one.tree.nodes == other.tree.nodes
        && order.indices.allSatisfy { other.proof(ofRow: $0) == one.proof(ofRow: order[$0]) }
    }
  }

  @Test("INV-004: any number of threads gives the same tree")
  func threads() throws {
    let rows = rows(5000, campaign: leaf(3))
    for encoding in [LeafEncoding.sluice, .uniswap] {
      let one = try EncodedTree.build(rows, encoding: encoding)
      for threads in [0, 2, 3, 4, 7, 64, 5001] {
        let other = try EncodedTree.build(rows, encoding: encoding, threads: threads)
        #expect(other.tree.nodes == one.tree.nodes)
        #expect(other.places == one.places)
      }
    }
  }

  @Test("INV-011: a leaf changes with its account, its amount and its campaign")
  func oneBit() throws {
    func root(_ account: Address, _ amount: UInt256, _ campaign: Bytes32) throws -> Bytes32 {
      try EncodedTree.build(
        AccountRows(accounts: [account], amounts: [amount], campaign: campaign), encoding: .sluice
      ).root
    }
    let plain = try root(account(1), 5, leaf(1))
    // Written out: keccak256(keccak256(campaign, account in 32 bytes, amount)).
    let preimage = leaf(1).bytes + account(1).bytes32.bytes + UInt256(5).bytes32.bytes
    #expect(plain == Keccak256.hash(Keccak256.hash(preimage)))
    #expect(try root(account(2), 5, leaf(1)) != plain)
    #expect(try root(account(1), 6, leaf(1)) != plain)
    #expect(try root(account(1), 5, leaf(2)) != plain)
  }

  @Test("Uniswap numbers rows by checksummed text, which is not the order of the numbers")
  func checksummedOrder() throws {
    let texts = [
      "0xdAC17F958D2ee523a2206206994597C13D831ec7", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
      "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
    ]
    let accounts = try texts.map { try Address($0.lowercased()) }
    let built = try EncodedTree.build(
      AccountRows(accounts: accounts, amounts: [1, 1, 1, 1]), encoding: .uniswap)
    // In ASCII digits come first, then capital letters, then small ones: A0…, Ee…, d8…, dA….
    // As numbers their order is A0…, d8…, dA…, Ee….
    #expect(accounts.map(\.checksummed) == texts)
    #expect(built.indices == [3, 2, 0, 1])
  }

  @Test("Rows that bring their own numbers keep them")
  func ownIndices() throws {
    let plain = rows(3)
    let own: [UInt256] = [40, 7, 12]
    let built = try EncodedTree.build(
      AccountRows(accounts: plain.accounts, amounts: plain.amounts, indices: own),
      encoding: .uniswap)
    #expect(built.indices == own)
    let preimage = own[1].bytes32.bytes + account(1).bytes + plain.amounts[1].bytes32.bytes
    #expect(built.leaf(ofRow: 1) == Keccak256.hash(preimage))
  }

  @Test("Every preset is found by its name and by no other")
  func names() {
    #expect(LeafEncoding.presets.count == 14)
    #expect(Set(LeafEncoding.presets.map(\.name)).count == LeafEncoding.presets.count)
    for preset in LeafEncoding.presets {
      #expect(LeafEncoding.named(preset.name) == preset)
      #expect(!preset.summary.isEmpty)
    }
    #expect(LeafEncoding.named("Sluice") == nil)
  }
}

@Suite("Rows that are refused")
struct RefusedRowsTests {
  private func kind(
    _ rows: AccountRows, _ encoding: LeafEncoding
  ) -> MerkleTreeError.Kind? {
    do {
      _ = try EncodedTree.build(rows, encoding: encoding)
      return nil
    } catch { return error.kind }
  }

  @Test("No rows")
  func noRows() {
    for encoding in LeafEncoding.presets where encoding.takesAccountRows {
      let none = AccountRows(accounts: [], amounts: [], campaign: leaf(1))
      #expect(kind(none, encoding) == .noLeaves)
    }
  }

  @Test("An account that stands twice, named in the message")
  func duplicateAccount() throws {
    let twice = AccountRows(
      accounts: [account(1), account(2), account(1)], amounts: [1, 2, 3], campaign: leaf(1))
    for encoding in LeafEncoding.presets where encoding.takesAccountRows {
      #expect(kind(twice, encoding) == .duplicateAccount)
    }
    let error = #expect(throws: MerkleTreeError.self) {
      try EncodedTree.build(twice, encoding: .sluice)
    }
    #expect(error?.description.contains(account(1).checksummed) == true)
  }

  @Test("An index that stands twice")
  func duplicateIndex() {
    let plain = rows(3)
    let twice = AccountRows(accounts: plain.accounts, amounts: plain.amounts, indices: [4, 9, 4])
    #expect(kind(twice, .uniswap) == .duplicateIndex)
    #expect(kind(twice, .openZeppelinStandard) == nil)
  }

  @Test("Rows without a campaign where the leaf names one, and accounts where it has none")
  func misfit() {
    #expect(kind(rows(2), .sluice) == .rowDoesNotFit)
    #expect(kind(rows(2), .openZeppelinSimple) == .rowDoesNotFit)
  }

  @Test("Values of another number or kind than the fields, with the row's number")
  func values() {
    let good: [ABIValue] = [.address(account(1)), .uint(1)]
    for bad in [[.address(account(1))], [.uint(1), .address(account(1))], good + good] {
      let error = #expect(throws: MerkleTreeError.self) {
        try EncodedTree.build(values: [good, bad], encoding: .openZeppelinStandard)
      }
      #expect(error?.kind == .rowDoesNotFit)
      #expect(error?.place == "row 1")
    }
  }
}

@Suite("Second preimages: leaves that an inner node can pass for")
struct SecondPreimageTests {
  private func encoding(
    _ types: [ABIType], _ packing: LeafEncoding.Packing, rounds: Int
  ) -> LeafEncoding {
    LeafEncoding(
      name: "test", summary: "", fields: types.map { LeafEncoding.Field(.value, $0) },
      packing: packing, hashRounds: rounds, leafOrder: .byHash, shape: .sortedPairs)
  }

  @Test("One hash of 64 bytes is confusable, two hashes or another length are not")
  func lengths() {
    #expect(encoding([.address, .uint256], .abi, rounds: 1).confusesLeavesWithNodes)
    #expect(encoding([.bytes32, .uint256], .packed, rounds: 1).confusesLeavesWithNodes)
    #expect(
      encoding([.fixedBytes(4), .address, .uint256, .uint(bits: 64)], .packed, rounds: 1)
        .confusesLeavesWithNodes)
    #expect(!encoding([.address, .uint256], .abi, rounds: 2).confusesLeavesWithNodes)
    #expect(!encoding([.address, .uint256], .packed, rounds: 1).confusesLeavesWithNodes)
    #expect(!encoding([.uint256, .address, .uint256], .packed, rounds: 1).confusesLeavesWithNodes)
  }

  @Test("Of the presets only values that are leaves themselves are confusable")
  func presets() {
    let confusable = LeafEncoding.presets.filter(\.confusesLeavesWithNodes).map(\.name)
    #expect(confusable == ["oz-simple", "oz-simple-unsorted"])
  }

  @Test("The order, hashing and shape of a preset over other fields")
  func otherFields() {
    let fields = [LeafEncoding.Field(.value, .bytes32), LeafEncoding.Field(.value, .uint256)]
    let encoding = LeafEncoding.openZeppelinStandardUnsorted.over(fields)
    #expect(encoding.fields == fields && encoding.name == "oz-standard-unsorted")
    #expect(encoding.leafOrder == .asGiven && encoding.hashRounds == 2 && encoding.packing == .abi)
    #expect(encoding.shape == .openZeppelin && encoding.indexOrder == .asGiven)
  }
}
