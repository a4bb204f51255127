import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Leaves described in one text")
struct LeafTextTests {
  @Test("Packing, fields, roles and types")
  func fields() throws {
    let encoding = try LeafEncoding(
      describing: "packed( 0x00ff ,address account,uint256  index, (uint8,bool)[] list, int8 x_1 )")
    #expect(encoding.packing == .packed && encoding.prefix == [0, 255])
    #expect(encoding.fields.map(\.role) == [.account, .index, .value, .value])
    #expect(
      encoding.fields.map(\.type.canonicalName) == ["address", "uint256", "(uint8,bool)[]", "int8"])
    #expect(encoding.fields.map(\.name) == ["account", "index", "list", "x_1"])
    #expect(encoding.hashRounds == 1 && encoding.leafOrder == .byHash)
    #expect(encoding.shape == .sortedPairs && encoding.name == "custom")
  }

  @Test("A text that says what a preset is gives the preset's trees")
  func presets() throws {
    let texts: [(String, Int, LeafEncoding)] = [
      ("abi(address account, uint256 amount)", 2, .openZeppelinStandard),
      ("packed(uint256 index, address account, uint256 amount)", 1, .uniswap),
      ("packed(address account, uint256 amount)", 1, .accountAmountSorted),
      ("abi(bytes32 campaign, address account, uint256 amount)", 2, .sluice),
    ]
    for (text, rounds, preset) in texts {
      let described = try LeafEncoding(
        describing: text, hashRounds: rounds, leafOrder: preset.leafOrder, shape: preset.shape)
      #expect(described.takesAccountRows)
      let plain = rows(9, campaign: leaf(3))
      let indexed = AccountRows(
        accounts: plain.accounts, amounts: plain.amounts,
        indices: plain.accounts.indices.map { UInt256(UInt64($0)) }, campaign: plain.campaign)
      #expect(
        try EncodedTree.build(indexed, encoding: described).root
          == EncodedTree.build(indexed, encoding: preset).root, "\(text)")
    }
    let raw = try LeafEncoding(describing: "raw(bytes32 leaf)", shape: .openZeppelin)
    let values = leaves(5).map { [ABIValue.bytes32($0)] }
    #expect(
      try EncodedTree.build(values: values, encoding: raw).root
        == EncodedTree.build(values: values, encoding: .openZeppelinSimple).root)
  }

  @Test("How often an account may stand follows from the fields")
  func repetition() throws {
    func repetition(_ text: String) throws -> LeafEncoding.Repetition {
      try LeafEncoding(describing: text).repetition
    }
    #expect(try repetition("packed(address account, uint256 amount)") == .never)
    #expect(try repetition("packed(address account, address token, uint256 amount)") == .perToken)
    #expect(try repetition("packed(address account, uint8 round, uint256 amount)") == .always)
  }

  @Test("Narrow numbers are packed as narrow as they are")
  func narrow() throws {
    let encoding = try LeafEncoding(describing: "packed(address account, uint96 amount)")
    #expect(encoding.takesAccountRows)
    let tree = try read("{\"\(account(1).hex)\": \"258\"}")
    let built = try tree.build(encoding)
    // 258 = 0x0102 in twelve bytes.
    let packed = account(1).bytes + [UInt8](repeating: 0, count: 10) + [1, 2]
    #expect(built.root == Keccak256.hash(packed))
  }

  @Test("A prefix stands before the fields, and 64 bytes with it are told as confusable")
  func prefix() throws {
    let encoding = try LeafEncoding(describing: "packed(0x01, address account, uint256 amount)")
    let built = try read("{\"\(account(1).hex)\": \"5\"}").build(encoding)
    let packed = [1] + account(1).bytes + UInt256(5).bytes32.bytes
    #expect(built.root == Keccak256.hash(packed))
    let confusable = try LeafEncoding(
      describing: "packed(0x000000000000000000000001, address account, uint256 amount)")
    #expect(confusable.confusesLeavesWithNodes && !encoding.confusesLeavesWithNodes)
  }

  @Test("A text as long as the limit, and one more")
  func longest() throws {
    func text(_ bytes: Int) -> String {
      let frame = "packed(address account, bool )"
      return "packed(address account, bool "
        + String(repeating: "a", count: bytes - frame.utf8.count) + ")"
    }
    #expect(LeafEncoding.maximumTextLength == 1000 && text(1000).utf8.count == 1000)
    #expect(try LeafEncoding(describing: text(1000)).fields.count == 2)
    let error = #expect(throws: LeafTextError.self) { try LeafEncoding(describing: text(1001)) }
    #expect(error?.found == "1001 bytes")
  }

  @Test("A prefix as long as the limit, and one more")
  func longestPrefix() throws {
    func text(_ bytes: Int) -> String {
      "packed(0x\(String(repeating: "ab", count: bytes)), address account)"
    }
    #expect(try LeafEncoding(describing: text(32)).prefix.count == 32)
    let error = #expect(throws: LeafTextError.self) { try LeafEncoding(describing: text(33)) }
    #expect(error?.expected == "0x and 1 to 32 bytes before the fields")
  }

  @Test("INV-012: any text is an encoding or an error with a sentence")
  func anyText() {
    let pieces = [
      "packed", "abi", "raw", "(", ")", ",", " ", "address", "uint256", "uint8[", "]", "account",
      "amount", "0x", "01", "é", "-", "bytes32", "(uint8,bool)", "x", "[3]",
    ]
    check("leaf text", runs: 2000) { generator -> String in
      let count = Int.random(in: 0...14, using: &generator)
      return "packed("
        + (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }
        .joined() + ")"
    } property: { text -> Bool in
      do {
        let encoding = try LeafEncoding(describing: text)
        return !encoding.fields.isEmpty
      } catch { return error is LeafTextError && !"\(error)".isEmpty }
    }
  }
}

@Suite("Files of systems that have no preset")
struct DescribedFileTests {
  private func encoding() throws -> TreeEncoding {
    .flat(try LeafEncoding(describing: "packed(address account, uint16 round, uint256 amount)"))
  }

  /// keccak(account ‖ round as two bytes ‖ amount as 32 bytes), ascending; both leaves are a pair.
  private func root() -> Bytes32 {
    let leaves = [(1, 7, 5), (2, 8, 6)].map { number, round, amount in
      Keccak256.hash(
        account(number).bytes + [0, UInt8(round)] + UInt256(UInt64(amount)).bytes32.bytes)
    }.sorted()
    return Keccak256.hash(leaves[0], leaves[1])
  }

  @Test("A list of objects, a map of accounts and a claims file with members of any name")
  func shapes() throws {
    let (one, two) = (account(1).hex, account(2).hex)
    let files = [
      """
      [{"account": "\(one)", "round": 7, "amount": "5"},
       {"amount": "0x6", "round": "8", "account": "\(two)"}]
      """,
      """
      {"\(one)": {"round": 7, "amount": "5"}, "\(two)": {"round": 8, "amount": "6"}}
      """,
      """
      {"merkleRoot": "\(root().hex)", "claims": {
        "\(one)": {"round": 7, "amount": "5"}, "\(two)": {"round": 8, "amount": "6"}}}
      """,
    ]
    for file in files {
      let tree = try PublishedTree.readAll(Array(file.utf8), as: try encoding())[0]
      let check = try tree.check(try encoding(), against: root())
      #expect(check.findings == [] && check.total == 11)
    }
  }

  @Test("Proofs in such a map are checked")
  func proofs() throws {
    let (one, two) = (account(1).hex, account(2).hex)
    func file(_ proof: Bytes32) -> String {
      """
      {"\(one)": {"round": 7, "amount": "5", "proof": ["\(proof.hex)"]},
       "\(two)": {"round": 8, "amount": "6"}}
      """
    }
    let other = Keccak256.hash(
      account(2).bytes + [0, 8] + UInt256(6).bytes32.bytes)
    for (proof, places) in [(other, []), (leaf(1), ["\(one).proof[0]"])] {
      let tree = try PublishedTree.readAll(Array(file(proof).utf8), as: try encoding())[0]
      #expect(try tree.check(try encoding()).findings.map(\.place) == places)
    }
  }
}
