import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("Trees of other systems beside plain Python")
struct SystemVectorTests {
  @Test("Roots and every proof of every system equal the peer's")
  func peer() throws {
    let vectors = try SystemVector.all()
    #expect(vectors.count == 83)
    for vector in vectors {
      let tree = try vector.read()
      let built = try tree.rebuild(vector.encoding)
      #expect(built.root == vector.root, "\(vector.name), \(vector.rows.count) rows")
      for row in vector.proofs.indices {
        #expect(built.proof(ofRow: row) == vector.proofs[row])
      }
      #expect(try tree.check(vector.encoding, against: vector.root).holds)
    }
  }

  @Test("Positions of a tree of trees equal the peer's")
  func positions() throws {
    for vector in try SystemVector.all() where !vector.ways.isEmpty {
      let tree = try NestedTree.build(
        accounts: try vector.rows.map { try Address($0[0]) },
        values: try vector.rows.map {
          [.address(try Address($0[1])), .uint(try UInt256(decimal: $0[2]))]
        }, encoding: .eigenLayer)
      #expect(tree.root == vector.root && tree.rowCount == vector.rows.count)
      for row in vector.rows.indices {
        #expect(tree.innerWay(ofRow: row) == vector.ways[row].inner)
        #expect(tree.outerWay(ofGroup: tree.group(ofRow: row)) == vector.ways[row].outer)
      }
    }
  }

  @Test("INV-003: the order of rows changes no root, where leaves are not in file order")
  func order() throws {
    for name in ["rocketpool-v1", "threshold", "badger", "ens", "eigenlayer"] {
      let vector = try #require(
        try SystemVector.all().last { $0.name == name && $0.rows.count > 8 })
      let tree = try PublishedTree.read(
        columns: vector.columns, rows: vector.rows.reversed(), lines: Array(vector.rows.indices),
        as: vector.encoding)
      #expect(try tree.rebuild(vector.encoding).root == vector.root, "\(name)")
    }
  }

  @Test("The systems' own files hold, with every proof")
  func files() throws {
    for count in [1, 2, 5, 8, 17] {
      let files: [(String, JSON)] = [
        ("rocketpool-v1", try SystemVector.of("rocketpool-v1", rows: count).rocketPool(version: 1)),
        ("rocketpool-v4", try SystemVector.of("rocketpool-v4", rows: count).rocketPool(version: 4)),
        ("threshold", try SystemVector.of("threshold", rows: count).threshold()),
        ("stakedao-universal", try SystemVector.of("stakedao-universal", rows: count).universal()),
        ("badger", try SystemVector.of("badger", rows: count).badger()),
      ]
      for (name, file) in files {
        let tree = try PublishedTree.read(file.utf8)
        let encoding = try #require(tree.treeEncoding)
        let check = try tree.check(encoding)
        #expect(encoding.name == name)
        #expect(check.findings == [], "\(name)")
        #expect(check.proofsRight == count && tree.statedRoot == check.root)
      }
    }
  }

  @Test("Badger's claims without their user are read by their keys")
  func badgerKeys() throws {
    let json = try SystemVector.of("badger", rows: 3).badger()
    let text = json.prettyText().replacing(#/"user": "0x[0-9a-fA-F]{40}",/#, with: "")
    #expect(text != json.prettyText())
    #expect(try read(text).check(.badger).holds)
  }

  @Test("ENS's folder: root, total, every shard's proof and every account's")
  func folder() throws {
    for vector in try SystemVector.all() where vector.name == "ens" {
      guard case .nested(let nested) = vector.encoding,
        case .accountPrefix(let digits) = nested.grouping
      else { continue }
      let (root, shards) = try vector.shards(digits: digits)
      let tree = try PublishedTree.readShards(
        root: root.utf8, shards: shards.map { ($0.name, $0.json.utf8) })
      #expect(tree.treeEncoding == vector.encoding)
      let check = try tree.check(.nested(nested))
      #expect(check.findings == [])
      #expect(check.root == vector.root && check.proofsRight == shards.count)
      #expect(check.rows == vector.rows.count)
    }
  }

  @Test("EigenLayer's claims lead to the root, alone and beside the whole distribution")
  func claims() throws {
    let vector = try #require(
      try SystemVector.all().last { $0.name == "eigenlayer" && $0.rows.count > 9 })
    for row in vector.rows.indices {
      let claim = try vector.claim(ofRow: row)
      let alone = try PublishedTree.read(claim.utf8)
      let check = try alone.check(.nested(.eigenLayer), against: vector.root)
      #expect(check.holds && check.proofsRight == 1 && check.rows == 1)
      let whole = try vector.read().check(
        .nested(.eigenLayer), proofs: try PublishedProofs.read(claim.utf8))
      #expect(whole.holds && whole.proofsRight == 1)
    }
  }

  @Test("EigenLayer's distribution as a map of earners and tokens")
  func distribution() throws {
    let vector = try SystemVector.of("eigenlayer", rows: try rowsOfLast())
    var earners: [String: [JSON.Member]] = [:]
    for row in vector.rows {
      earners[row[0], default: []].append(JSON.Member(key: row[1], value: .number(row[2])))
    }
    let json = JSON.object(
      earners.sorted { $0.key < $1.key }.map { JSON.Member(key: $0, value: .object($1)) })
    let tree = try PublishedTree.read(json.utf8)
    #expect(tree.format == .eigenLayer)
    #expect(try tree.check(.nested(.eigenLayer), against: vector.root).holds)
  }

  private func rowsOfLast() throws -> Int {
    try #require(try SystemVector.all().last { $0.name == "eigenlayer" }).rows.count
  }

  @Test("Stake DAO's legacy file has a tree per token, found by address and by symbol")
  func legacy() throws {
    let built = try EncodedTree.build(rows(5), encoding: .uniswap)
    let plain = rows(5)
    func tree(_ token: Address, _ symbol: String) -> JSON {
      let claims = (0..<5).map { row in
        JSON.Member(
          key: plain.accounts[row].hex,
          value: object([
            "index": .number((built.indices?[row] ?? .zero).decimal),
            "amount": number(plain.amounts[row].hex), "proof": .hashes(built.proof(ofRow: row)),
          ]))
      }
      // 1 + 8 + 15 + 22 + 29 = 75 = 0x4b, without 0x as the real files have it.
      return object([
        "symbol": .string(symbol), "address": .string(token.hex), "merkle": .object(claims),
        "root": .string(built.root.hex), "total": number("4B"),
      ])
    }
    func number(_ hex: String) -> JSON {
      object(["type": .string("BigNumber"), "hex": .string(hex)])
    }
    let (first, second) = (account(100), account(101))
    let trees = try PublishedTree.readAll(
      JSON.array([tree(first, "sdCRV"), tree(second, "sdBAL")]).utf8)
    #expect(trees.count == 2)
    #expect(try PublishedTree.one(of: trees, token: "sdbal").token == .contract(second))
    #expect(try PublishedTree.one(of: trees, token: first.hex).tokenNames.values.first == "sdCRV")
    for tree in trees {
      let check = try tree.check(.stakeDAOLegacy)
      #expect(check.holds && check.proofsRight == 5 && check.total == 75)
    }
    let error = #expect(throws: PublishedTreeError.self) {
      try PublishedTree.one(of: trees, token: "sdANGLE")
    }
    #expect(error?.kind == .severalTrees && error?.expected.contains("sdCRV") == true)
  }

  @Test("Totals are kept apart by token")
  func totals() throws {
    let tokens = [
      "0x" + String(repeating: "1", count: 40), "0x" + String(repeating: "2", count: 40),
    ]
    let tree = try PublishedTree.read(
      columns: ["account", "token", "amount"],
      rows: [
        [account(1).hex, tokens[0], "5"], [account(2).hex, tokens[1], "7"],
        [account(3).hex, tokens[0], "6"],
      ], lines: [2, 3, 4], as: .flat(.stakeDAOUniversal))
    #expect(tree.total == nil)
    #expect(tree.totals.map(\.total) == [11, 7])
    #expect(tree.totals.map(\.token) == (try tokens.map { .contract(try Address($0)) }))
  }
}
