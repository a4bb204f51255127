import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Proofs that lie in a file of their own")
struct PublishedProofsTests {
  private func findings(
    _ vector: SystemVector, _ proofs: Tampering
  ) throws -> [TreeCheck.Finding] {
    let tree = try vector.read()
    return try tree.check(
      vector.encoding, proofs: try PublishedProofs.read(proofs.json.utf8)
    ).findings
  }

  /// A map of accounts, a member per row.
  private func map(_ vector: SystemVector, _ key: String, _ value: (Int) -> JSON) -> Tampering {
    Tampering(
      .object(vector.rows.indices.map { .init(key: vector.cell($0, key), value: value($0)) }))
  }

  @Test("Lists of hashes by account: right, changed, cut, and of an account that is not there")
  func lists() throws {
    let vector = try SystemVector.of("rocketpool-v1", rows: 5)
    let proofs = map(vector, "account") { .hashes(vector.proofs[$0]) }
    let node = vector.cell(1, "account")
    #expect(try findings(vector, proofs) == [])
    let tree = try vector.read()
    let check = try tree.check(
      vector.encoding, proofs: try PublishedProofs.read(proofs.json.utf8))
    #expect(check.proofsRight == 5)

    let hash = JSON.string(leaf(5).hex)
    #expect(
      try findings(vector, proofs.setting([node, "2"], to: hash)).map(\.place)
        == ["proofs: \(node).proof[2]"])
    let long = JSON.hashes(vector.proofs[1] + [leaf(5)])
    let finding = try findings(vector, proofs.setting([node], to: long)).first
    #expect(finding?.expected.contains("too long") == true)

    let stranger = map(vector, "account") { .hashes(vector.proofs[$0]) }
    let members = (stranger.json.members ?? []) + [.init(key: account(50).hex, value: .array([]))]
    let unknown = try findings(vector, Tampering(.object(members)))
    #expect(unknown.map(\.expected) == ["an account of the tree"])
  }

  @Test("Amounts and beneficiaries that the proofs state otherwise")
  func statements() throws {
    let vector = try SystemVector.of("threshold", rows: 5)
    let proofs = Tampering(vector.threshold()["claims"] ?? .null)
    let provider = vector.cell(2, "stakingProvider")
    #expect(try findings(vector, proofs) == [])
    let amount = try findings(vector, proofs.setting([provider, "amount"], to: .string("1")))
    #expect(amount.map(\.place) == ["proofs: \(provider).amount"])
    #expect(amount.first?.found == "1")
    #expect(amount.first?.expected == vector.cell(2, "cumulative_amount"))
    let other = proofs.setting([provider, "beneficiary"], to: .string(account(1).hex))
    #expect(try findings(vector, other).map(\.place) == ["proofs: \(provider).beneficiary"])
  }

  @Test("Tokens that the proofs state otherwise")
  func statedTokens() throws {
    let vector = try SystemVector.of("badger", rows: 5)
    let proofs = Tampering(try vector.badger())
    #expect(try findings(vector, proofs) == [])
    let row = try #require(vector.rows.indices.first { vector.cell($0, "tokens") != "[]" })
    let user = vector.cell(row, "user")
    let other = proofs.setting(["claims", user, "tokens", "0"], to: .string(account(3).hex))
    let found = try findings(vector, other).filter { $0.place.hasSuffix("\(user).token") }
    #expect(found.count == 1 && found.first?.found.hasPrefix(account(3).checksummed) == true)
  }

  @Test("Indices that the proofs state otherwise")
  func index() throws {
    let plain = rows(3)
    let built = try EncodedTree.build(plain, encoding: .uniswap)
    let claims = PublishedTree.uniswapClaims(built, rows: plain)
    let tree = PublishedTree(
      accounts: plain.accounts, amounts: plain.amounts, indices: nil, lines: [2, 3, 4])
    let file = Tampering(claims["claims"] ?? .null)
    let key = plain.accounts[1].checksummed
    for (number, places) in [(built.indices?[1], []), (77, ["proofs: \(key).index"])] {
      let json = file.setting([key, "index"], to: .number(try #require(number).decimal)).json
      let check = try tree.check(.flat(.uniswap), proofs: try PublishedProofs.read(json.utf8))
      #expect(check.findings.map(\.place) == places)
    }
  }

  @Test("A proof of an account with several tokens says of which it is")
  func tokens() throws {
    let vector = try SystemVector.of("stakedao-universal", rows: 4)
    var rows = vector.rows
    rows[1][0] = rows[0][0]
    let tree = try PublishedTree.read(
      columns: vector.columns, rows: rows, lines: [2, 3, 4, 5], as: vector.encoding)
    let built = try tree.rebuild(vector.encoding)
    let entry = object(["amount": .string(rows[1][2]), "proof": .hashes(built.proof(ofRow: 1))])
    let named = JSON.object([
      .init(
        key: rows[1][0],
        value: object(["tokens": .object([.init(key: rows[1][1], value: entry)])]))
    ])
    let right = try tree.check(vector.encoding, proofs: try PublishedProofs.read(named.utf8))
    #expect(right.findings == [] && right.proofsRight == 1)
    let unnamed = JSON.object([.init(key: rows[1][0], value: .hashes(built.proof(ofRow: 1)))])
    let check = try tree.check(vector.encoding, proofs: try PublishedProofs.read(unnamed.utf8))
    #expect(check.findings.map(\.expected) == ["the token of the proof"])
  }

  @Test("Proofs of shards: of a shard that nobody is in, and of a tree without shards")
  func shards() throws {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "ens" && $0.rows.count == 60 })
    let (_, shards) = try vector.shards(digits: 2)
    let proofs = JSON.object(
      shards.map { .init(key: $0.name, value: $0.json["proof"] ?? .null) })
    #expect(try findings(vector, Tampering(proofs)) == [])
    let empty = JSON.object([.init(key: "zz", value: .array([]))])
    #expect(try findings(vector, Tampering(empty)).map(\.place) == ["zz"])
    let flat = try SystemVector.of("threshold", rows: 5)
    let finding = try findings(flat, Tampering(proofs)).first
    #expect(finding?.expected.contains("has no shards") == true)
  }

  @Test("Whole proofs of a sharded tree, by account")
  func sharded() throws {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "ens" && $0.rows.count == 60 })
    let proofs = map(vector, "account") { .hashes(vector.proofs[$0]) }
    #expect(try findings(vector, proofs) == [])
    let account = vector.cell(9, "account")
    let wrong = proofs.setting([account, "0"], to: .string(leaf(1).hex))
    #expect(try findings(vector, wrong).map(\.place) == ["proofs: \(account).proof[0]"])
  }

  @Test("EigenLayer's claims beside the distribution: amounts, tokens, earners and positions")
  func claims() throws {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "eigenlayer" && $0.ways.count > 9 })
    let row = 3
    let file = Tampering(try vector.claim(ofRow: row))
    func places(_ file: Tampering) throws -> [String] {
      try findings(vector, file).map(\.place)
    }
    #expect(try places(file) == [])
    #expect(
      try places(file.setting(["TokenLeaves", "0", "CumulativeEarnings"], to: .number("7")))
        .contains("proofs: TokenLeaves[0].CumulativeEarnings"))
    #expect(
      try places(file.setting(["TokenLeaves", "0", "Token"], to: .string(account(1).hex)))
        .contains("proofs: TokenLeaves[0]"))
    #expect(
      try places(file.setting(["EarnerIndex"], to: .number("0"))).contains("proofs: EarnerIndex")
        || vector.ways[row].outer.position == 0)
    #expect(try places(file.setting(["Root"], to: .string(leaf(1).hex))).contains("proofs: Root"))
    let flat = try SystemVector.of("threshold", rows: 5)
    #expect(try findings(flat, file).first?.expected.contains("has no earners") == true)
  }

  @Test("A file without proofs is empty")
  func empty() throws {
    let json = JSON.object([.init(key: account(1).hex, value: .number("5"))])
    #expect(try PublishedProofs.read(json.utf8).isEmpty)
  }
}
