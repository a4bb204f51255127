import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Checks of other systems' files: every wrong statement is found where it stands")
struct SystemDamageTests {
  private func findings(_ file: Tampering) throws -> [TreeCheck.Finding] {
    let tree = try file.tree()
    return try tree.check(try #require(tree.treeEncoding)).findings
  }

  private func places(_ file: Tampering) throws -> [String] { try findings(file).map(\.place) }

  private func kind(_ file: Tampering) -> PublishedTreeError.Kind? {
    do {
      _ = try file.tree()
      return nil
    } catch { return (error as? PublishedTreeError)?.kind }
  }

  private func text(_ value: String) -> JSON { .string(value) }

  // MARK: Rocket Pool

  @Test("Rocket Pool: root, totals per network, proofs, amounts and networks")
  func rocketPool() throws {
    let vector = try SystemVector.of("rocketpool-v4", rows: 5)
    let file = Tampering(try vector.rocketPool(version: 4))
    let node = vector.cell(2, "account").lowercased()
    let place = "nodeRewards.\(node)"
    #expect(try places(file) == [])

    let wrong = vector.root.flippingBit(5).hex
    #expect(try places(file.setting(["merkleRoot"], to: text(wrong))).first == "root")

    let network = vector.cell(2, "network")
    let total = ["networkRewards", network, "oracleDaoRpl"]
    let sum = try findings(file.setting(total, to: text("3")))
    #expect(sum.map(\.place) == ["networkRewards.\(network).oracleDaoRpl"])
    #expect(sum.first?.found == "3")

    let hash = vector.proofs[2][1].flippingBit(0).hex
    #expect(
      try places(file.setting(["nodeRewards", node, "merkleProof", "1"], to: text(hash)))
        == ["\(place).proof[1]"])
    let short = JSON.hashes(Array(vector.proofs[2].dropLast()))
    let cut = try findings(file.setting(["nodeRewards", node, "merkleProof"], to: short))
    #expect(cut.map(\.place) == ["\(place).proof"])
    #expect(cut.first?.expected.contains("too short") == true)

    for member in ["collateralRpl", "oracleDaoRpl", "smoothingPoolEth", "voterShareEth"] {
      let found = try places(file.setting(["nodeRewards", node, member], to: text("12345")))
      #expect(found.contains("root"), "\(member)")
      #expect(found.contains { $0.hasPrefix("\(place).proof") }, "\(member)")
      let hasTotal = found.contains("networkRewards.\(network).\(member)")
      #expect(hasTotal == (member != "voterShareEth"))
    }
    let moved = file.setting(["nodeRewards", node, "rewardNetwork"], to: .integer(9))
    #expect(try places(moved).contains("root"))
    // A network that the header does not have has nothing to give.
    #expect(try places(moved).contains { $0.hasPrefix("networkRewards.9.") })
    let without = try findings(file.setting(["networkRewards"], to: .object([])))
    #expect(!without.isEmpty && without.allSatisfy { $0.found == "0" })
    #expect(kind(file.setting(["networkRewards"], to: .array([]))) == .malformedMember)
  }

  @Test("Rocket Pool: RPL of 2^256, a missing part, an unknown version")
  func rocketPoolErrors() throws {
    let vector = try SystemVector.of("rocketpool-v1", rows: 2)
    let file = Tampering(try vector.rocketPool(version: 1))
    let node = vector.cell(0, "account").lowercased()
    let half = "0x8" + String(repeating: "0", count: 63)
    let overflow = file.setting(["nodeRewards", node, "collateralRpl"], to: text(half))
      .setting(["nodeRewards", node, "oracleDaoRpl"], to: text(half))
    #expect(kind(overflow) == .malformedAmount)
    #expect(
      kind(file.setting(["nodeRewards", node, "oracleDaoRpl"], to: .null)) == .malformedAmount)
    #expect(kind(file.setting(["rewardsFileVersion"], to: text("one"))) == .malformedAmount)
    #expect(kind(file.setting(["nodeRewards"], to: .array([]))) == .malformedMember)
    // Version 4 has one more member in every leaf.
    #expect(kind(file.setting(["rewardsFileVersion"], to: .integer(4))) == .malformedMember)
  }

  @Test("Rocket Pool: a stated leaf that is not the row's")
  func merkleData() throws {
    let vector = try SystemVector.of("rocketpool-v1", rows: 3)
    let node = vector.cell(1, "account").lowercased()
    let json = try vector.rocketPool(version: 1)
    let text = json.prettyText().replacing(
      "\"\(node)\": {", with: "\"\(node)\": {\"merkleData\": \"0x1234\",")
    let tree = try PublishedTree.read(Array(text.utf8))
    let finding = try #require(try tree.check(.rocketPoolV1).findings.first)
    #expect(finding.place == "nodeRewards.\(node)")
    #expect(finding.found.contains(Keccak256.hash([0x12, 0x34]).hex))
  }

  // MARK: Threshold and Stake DAO

  @Test("Threshold: another beneficiary, another total, a proof of somebody else")
  func threshold() throws {
    let vector = try SystemVector.of("threshold", rows: 5)
    let file = Tampering(vector.threshold())
    let provider = vector.cell(3, "stakingProvider")
    let other = file.setting(["claims", provider, "beneficiary"], to: text(account(7).hex))
    #expect(try places(other).contains("root"))
    #expect(try places(other).contains { $0.hasPrefix("claims.\(provider).proof") })
    let swapped = file.setting(
      ["claims", provider, "proof"], to: .hashes(Array(vector.proofs[0])))
    #expect(try places(swapped).count == 1)
    let total = self.file(vector.threshold(), adding: "totalAmount", .string("1"))
    #expect(try places(total).contains("totalAmount"))
  }

  /// A file with one member more.
  private func file(_ json: JSON, adding key: String, _ value: JSON) -> Tampering {
    Tampering(.object((json.members ?? []) + [JSON.Member(key: key, value: value)]))
  }

  @Test("Stake DAO: amounts and proofs of one token of an account")
  func universal() throws {
    let vector = try SystemVector.of("stakedao-universal", rows: 5)
    let file = Tampering(vector.universal())
    let (account, token) = (vector.cell(4, "account"), vector.cell(4, "token"))
    let path = ["claims", account, "tokens", token]
    let place = path.joined(separator: ".")
    #expect(try places(file.setting(path + ["amount"], to: text("1"))).contains("root"))
    let hash = vector.proofs[4][0].flippingBit(255).hex
    #expect(
      try places(file.setting(path + ["proof", "0"], to: text(hash))) == ["\(place).proof[0]"])
    let error = kind(
      file.setting(["claims", account, "tokens"], to: .object([.init(key: "0x12", value: .null)])))
    #expect(error == .malformedAccount)
  }

  @Test("One token twice for one account is refused, in CSV and in two spellings")
  func repeatedToken() throws {
    let row = [account(1).hex, account(2).hex, "5"]
    let tree = try PublishedTree.read(
      columns: ["account", "token", "amount"], rows: [row, [account(3).hex, row[1], "6"], row],
      lines: [2, 3, 4], as: .flat(.stakeDAOUniversal))
    let error = #expect(throws: MerkleTreeError.self) { try tree.build(.stakeDAOUniversal) }
    #expect(error?.kind == .duplicateAccount)
    #expect(error?.place.contains(account(2).checksummed) == true)
    #expect(error?.found.contains("line 2") == true && error?.found.contains("line 4") == true)
    let claim = #"{"amount":"1"}"#
    let json = """
      {"\(account(1).hex)": {"tokens": {
        "\(account(2).hex)": \(claim), "\(account(2).checksummed)": \(claim)}}}
      """
    let spelling = #expect(throws: PublishedTreeError.self) {
      try PublishedTree.read(Array(json.utf8))
    }
    #expect(spelling?.kind == .duplicateAccount && spelling?.expected.contains("token") == true)
  }

  // MARK: Badger

  @Test("Badger: the bytes of a leaf, totals, proofs, cycles and amounts")
  func badger() throws {
    let vector = try SystemVector.of("badger", rows: 5)
    let file = Tampering(try vector.badger())
    let row = try #require(vector.rows.indices.first { vector.cell($0, "tokens") != "[]" })
    let user = vector.cell(row, "user")
    let path = ["claims", user]
    let node = try findings(file.setting(path + ["node"], to: text("0x00")))
    #expect(node.map(\.place) == ["claims.\(user)"])
    #expect(node.first?.found == "the leaf \(Keccak256.hash([0]).hex)")
    let cycle = try places(file.setting(path + ["cycle"], to: text("0x8")))
    #expect(cycle.contains("root") && cycle.contains("claims.\(user)"))
    let amount = try places(file.setting(path + ["cumulativeAmounts", "0"], to: text("1")))
    #expect(amount.contains { $0.hasPrefix("tokenTotals.") } && amount.contains("root"))
    let short = file.setting(path + ["cumulativeAmounts"], to: .array([]))
    #expect(kind(short) == .malformedValues)
    let other = file.setting(path + ["user"], to: text(account(3).hex))
    #expect(kind(other) == .malformedMember)
  }

  // MARK: ENS

  private func shards() throws -> (root: JSON, shards: [(name: String, json: JSON)]) {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "ens" && $0.rows.count == 60 })
    guard case .nested(let nested) = vector.encoding,
      case .accountPrefix(let digits) = nested.grouping
    else { throw MissingMember(name: "digits") }
    return try vector.shards(digits: digits)
  }

  private func findings(
    _ folder: (root: JSON, shards: [(name: String, json: JSON)])
  ) throws -> [TreeCheck.Finding] {
    let tree = try PublishedTree.readShards(
      root: folder.root.utf8, shards: folder.shards.map { ($0.name, $0.json.utf8) })
    return try tree.check(try #require(tree.treeEncoding)).findings
  }

  @Test("ENS: a shard's proof, the total, the root, and an account in the wrong shard")
  func ens() throws {
    var folder = try shards()
    #expect(try findings(folder) == [])
    let name = folder.shards[3].name

    folder.shards[3].json =
      Tampering(folder.shards[3].json)
      .setting(["proof", "1"], to: text(leaf(1).hex)).json
    #expect(try findings(folder).map(\.place) == ["\(name).json: proof[1]"])

    folder = try shards()
    folder.root = Tampering(folder.root).setting(["total"], to: text("1")).json
    #expect(try findings(folder).map(\.place) == ["root.json: total"])

    folder = try shards()
    folder.root = Tampering(folder.root).setting(["root"], to: text(leaf(1).hex)).json
    #expect(try findings(folder).map(\.place) == ["root"])

    folder = try shards()
    let moved = try #require(folder.shards[0].json["entries"]?.members?.first)
    let entries = folder.shards[3].json["entries"]?.members ?? []
    folder.shards[3].json =
      Tampering(folder.shards[3].json)
      .setting(["entries"], to: .object(entries + [moved])).json
    let first = Tampering(folder.shards[0].json)
    let rest = (folder.shards[0].json["entries"]?.members ?? []).dropFirst()
    folder.shards[0].json = first.setting(["entries"], to: .object(Array(rest))).json
    let finding = try #require(try findings(folder).first { $0.place.contains(moved.key) })
    #expect(finding.found == "shard \(name)")
    #expect(finding.expected == "shard \(folder.shards[0].name)")
  }

  @Test("ENS: an account that is missing, and a shard that nobody is in")
  func ensMissing() throws {
    var folder = try shards()
    let removed = folder.shards.remove(at: 2)
    #expect(Set(try findings(folder).map(\.place)).isSuperset(of: ["root", "root.json: total"]))
    folder = try shards()
    folder.shards[2].json = Tampering(removed.json).setting(["entries"], to: .object([])).json
    #expect(
      try findings(folder).contains {
        $0.place == "\(removed.name).json: proof" && $0.expected.contains("has accounts")
      })
  }

  @Test("ENS: names of files and numbers of digits that cannot be", arguments: [-1, 0, 41, 99])
  func ensDigits(digits: Int) throws {
    var folder = try shards()
    folder.root = Tampering(folder.root).setting(["shardNybbles"], to: .integer(digits)).json
    let error = #expect(throws: PublishedTreeError.self) { try findings(folder) }
    #expect(error?.place == "root.json: shardNybbles" && error?.found.contains("\(digits)") == true)
    #expect(NestedEncoding.ens(digits: digits) == nil && NestedEncoding.ens(digits: 40) != nil)
  }

  @Test("ENS: as many shards as the limit, and one more")
  func ensLimit() throws {
    let root = try shards().root.utf8
    func error(_ count: Int) -> PublishedTreeError? {
      let many = Array(repeating: (name: "00", bytes: [UInt8]()), count: count)
      return #expect(throws: PublishedTreeError.self) {
        try PublishedTree.readShards(root: root, shards: many)
      }
    }
    // So many are read: the first one is told for what it is.
    #expect(error(PublishedTree.maximumShards)?.kind == .notJSON)
    #expect(error(65_537)?.kind == .malformedMember && error(65_537)?.found == "65537 shards")
  }

  @Test("ENS: a file that is no shard")
  func ensName() throws {
    for name in ["0", "000", "0g", "AB", "..", ""] {
      var folder = try shards()
      folder.shards[0].name = name
      let error = #expect(throws: PublishedTreeError.self) { try findings(folder) }
      #expect(error?.kind == .malformedMember && error?.place.hasPrefix("\(name).json") == true)
    }
  }

  // MARK: EigenLayer

  @Test("EigenLayer's claim: amounts, earners, positions, roots and proofs")
  func claim() throws {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "eigenlayer" && $0.ways.count > 9 })
    let row = try #require(
      vector.ways.indices.first { vector.ways[$0].inner.hashes.count > 1 })
    let file = Tampering(try vector.claim(ofRow: row))
    #expect(try places(file) == [])
    let big = JSON.number("1" + String(repeating: "0", count: 30))
    let height = vector.ways[row].outer.hashes.count
    let damages: [([String], JSON, String)] = [
      (["TokenLeaves", "0", "CumulativeEarnings"], .number("7"), "TokenLeaves[0]"),
      (["TokenLeaves", "0", "Token"], text(account(4).hex), "TokenLeaves[0]"),
      (["LeafIndices", "0"], .number("1000"), "LeafIndices[0]"),
      (["LeafIndices", "0"], big, "LeafIndices[0]"),
      (["EarnerIndex"], big, "EarnerIndex"),
      (["EarnerIndex"], .integer(1 << height), "EarnerIndex"),
      (["EarnerLeaf", "Earner"], text(account(4).hex), "EarnerTreeProof"),
      (["Root"], text(leaf(3).hex), "EarnerTreeProof"),
    ]
    for (path, value, place) in damages {
      #expect(try places(file.setting(path, to: value)).contains(place), "\(path)")
    }
    let otherRoot = file.setting(["EarnerLeaf", "EarnerTokenRoot"], to: text(leaf(3).hex))
    #expect(try places(otherRoot) == ["TokenLeaves[0]", "EarnerTreeProof"])
    let neighbour = vector.ways[row].outer.position ^ 1
    #expect(
      try places(file.setting(["EarnerIndex"], to: .number(neighbour.decimal)))
        == ["EarnerTreeProof"])
  }

  @Test("EigenLayer's claim: proofs of half hashes, and lists of different length")
  func claimErrors() throws {
    let file = Tampering(
      try SystemVector.all().first { $0.name == "eigenlayer" }?.claim(ofRow: 0)
        ?? .null)
    #expect(kind(file.setting(["EarnerTreeProof"], to: text("0x1234"))) == .malformedHash)
    #expect(kind(file.setting(["TokenTreeProofs", "0"], to: text("12"))) == .malformedHash)
    #expect(kind(file.setting(["LeafIndices"], to: .array([]))) == .malformedMember)
    #expect(kind(file.setting(["TokenTreeProofs"], to: .array([]))) == .malformedMember)
    #expect(kind(file.setting(["EarnerIndex"], to: .number("-1"))) == .malformedAmount)
    #expect(kind(file.setting(["EarnerLeaf", "Earner"], to: .null)) == .malformedAccount)
  }

  // MARK: Leaves of the user's own

  @Test("Equal leaves of a described encoding are told with both places")
  func repeatedLeaf() throws {
    let encoding = TreeEncoding.flat(
      try LeafEncoding(describing: "packed(address account, uint64 round, uint256 amount)"))
    let row = [account(1).hex, "3", "5"]
    let tree = try PublishedTree.read(
      columns: ["account", "round", "amount"], rows: [row, [account(1).hex, "4", "5"], row],
      lines: [2, 3, 4], as: encoding)
    let check = try tree.check(encoding)
    #expect(check.findings.map(\.place) == ["line 4"])
    #expect(check.findings.first?.found == "the leaf of line 2 again")
    #expect(check.warnings.count == 1, "several rows of one account")
  }

  // MARK: Anything

  @Test("INV-012: changed bytes of any system's file give a file or an error, never a crash")
  func mutations() throws {
    let files = [
      try SystemVector.of("rocketpool-v4", rows: 2).rocketPool(version: 4),
      try SystemVector.of("threshold", rows: 2).threshold(),
      try SystemVector.of("stakedao-universal", rows: 2).universal(),
      try SystemVector.of("badger", rows: 2).badger(),
      try #require(try SystemVector.all().first { $0.name == "eigenlayer" }).claim(ofRow: 0),
      try #require(try shards().shards.first?.json),
    ].map(\.utf8)
    let root = try shards().root.utf8
    check("mutated system's file", runs: 1500) { generator -> (Int, [UInt8]) in
      let number = Int.random(in: 0..<files.count, using: &generator)
      var bytes = files[number]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 32...126, using: &generator)
        case 1: bytes.remove(at: place)
        // A member or a hash less: what lies between two quotes goes.
        case 2: bytes.removeSubrange(place..<min(place + 70, bytes.count))
        default: bytes.insert(UInt8.random(in: 48...57, using: &generator), at: place)
        }
      }
      return (number, bytes)
    } property: { number, bytes -> Bool in
      do {
        let trees =
          number == files.count - 1
          ? [try PublishedTree.readShards(root: root, shards: [("00", bytes)])]
          : try PublishedTree.readAll(bytes)
        for tree in trees {
          let result = try tree.check(tree.treeEncoding ?? .flat(.accountAmountSorted))
          guard result.findings.allSatisfy({ !$0.description.isEmpty }) else { return false }
          _ = try? TreeMigration([tree])
        }
        _ = try? PublishedProofs.read(bytes)
        return true
      } catch {
        return (error is MerkleTreeError || error is PublishedTreeError) && !"\(error)".isEmpty
      }
    }
  }
}
