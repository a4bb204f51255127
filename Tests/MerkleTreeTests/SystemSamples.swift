import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

/// A tree of another system from the vectors of plain Python: rows as text, root and proofs.
struct SystemVector {
  let name: String
  let columns: [String]
  let rows: [[String]]
  let root: Bytes32
  /// Per row: the hashes up to the root; empty for trees with positions.
  let proofs: [[Bytes32]]
  /// Per row of a tree with positions: the inner and the outer way.
  let ways: [(inner: MerkleWay, outer: MerkleWay)]
  let encoding: TreeEncoding

  static func all() throws -> [SystemVector] {
    try (try vectors("systems.json").member("cases").elements ?? []).map { try SystemVector($0) }
  }

  /// The vector of a system with so many rows.
  static func of(_ name: String, rows count: Int) throws -> SystemVector {
    try #require(try all().first { $0.name == name && $0.rows.count == count })
  }

  private init(_ json: JSON) throws {
    name = try json.textMember("encoding")
    columns = (try json.member("columns").elements ?? []).compactMap(\.text)
    rows = (try json.member("rows").elements ?? []).map { ($0.elements ?? []).compactMap(\.text) }
    root = try json.hashMember("root")
    proofs = try (json["proofs"]?.elements ?? []).map { proof in
      try (proof.elements ?? []).map { try Bytes32(hex: $0.text ?? "") }
    }
    ways = try (json["ways"]?.elements ?? []).map { json in
      func way(_ level: String) throws -> MerkleWay {
        let json = try json.member(level)
        let position = UInt256(UInt64(try json.numberMember("position")))
        return MerkleWay(hashes: try json.hashes("proof"), position: position)
      }
      return (try way("inner"), try way("outer"))
    }
    switch name {
    case "ens":
      encoding = .nested(try #require(NestedEncoding.ens(digits: try json.numberMember("digits"))))
    case "custom":
      encoding = .flat(
        try LeafEncoding(
          describing: "packed(0x0102, uint64 round, address account, int128 change, bool flag, "
            + "uint96 amount)", hashRounds: 2, leafOrder: .asGiven,
          shape: TreeShape(oddNode: .padded, pairOrder: .positional)))
    default: encoding = try #require(TreeEncoding.named(name))
    }
  }

  /// The rows as a CSV brings them.
  func read() throws -> PublishedTree {
    try PublishedTree.read(
      columns: columns, rows: rows, lines: rows.indices.map { $0 + 2 }, as: encoding)
  }

  /// A cell by the name of its column.
  func cell(_ row: Int, _ column: String) -> String {
    columns.firstIndex(of: column).map { rows[row][$0] } ?? ""
  }
}

extension JSON {
  static func hashes(_ hashes: [Bytes32]) -> JSON { .array(hashes.map { .string($0.hex) }) }

  var utf8: [UInt8] { Array(prettyText().utf8) }
}

/// An object with its members in this order.
func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
  .object(members.map { JSON.Member(key: $0.key, value: $0.value) })
}

/// The vectors in the files of their systems, as the systems publish them.
extension SystemVector {
  /// An object with a member per row.
  private func perRow(
    _ column: String, lowercased: Bool = false, _ value: (Int) throws -> JSON
  ) rethrows -> JSON {
    .object(
      try rows.indices.map { row in
        let key = lowercased ? cell(row, column).lowercased() : cell(row, column)
        return JSON.Member(key: key, value: try value(row))
      })
  }

  func rocketPool(version: Int) throws -> JSON {
    let names = ["collateralRpl", "oracleDaoRpl", "smoothingPoolEth"]
    var sums: [String: [UInt256]] = [:]
    for row in rows.indices {
      let network = cell(row, "network")
      let parts = try names.map { try UInt256(decimal: cell(row, $0)) }
      sums[network] = zip(sums[network] ?? [0, 0, 0], parts).map { $0 &+ $1 }
    }
    let networks = sums.sorted { $0.key < $1.key }.map { network, sums in
      let members = zip(names, sums).map { JSON.Member(key: $0, value: .string($1.decimal)) }
      return JSON.Member(key: network, value: .object(members))
    }
    let nodes = perRow("account", lowercased: true) { row in
      var members = [JSON.Member(key: "rewardNetwork", value: .number(cell(row, "network")))]
      for name in names + (version < 4 ? [] : ["voterShareEth"]) {
        members.append(JSON.Member(key: name, value: .string(cell(row, name))))
      }
      members.append(JSON.Member(key: "merkleProof", value: .hashes(proofs[row])))
      return .object(members)
    }
    return object([
      "rewardsFileVersion": .integer(version), "merkleRoot": .string(root.hex),
      "networkRewards": .object(networks), "nodeRewards": nodes,
    ])
  }

  func threshold() -> JSON {
    let claims = perRow("stakingProvider") { row in
      object([
        "beneficiary": .string(cell(row, "beneficiary")),
        "amount": .string(cell(row, "cumulative_amount")), "proof": .hashes(proofs[row]),
      ])
    }
    return object(["merkleRoot": .string(root.hex), "claims": claims])
  }

  func universal() -> JSON {
    let claims = perRow("account") { row in
      let entry = object(["amount": .string(cell(row, "amount")), "proof": .hashes(proofs[row])])
      let tokens = JSON.object([JSON.Member(key: cell(row, "token"), value: entry)])
      return object(["tokens": tokens])
    }
    return object(["merkleRoot": .string(root.hex), "claims": claims])
  }

  /// Indices and cycles are hexadecimal there, and each claim has the bytes of its leaf.
  func badger() throws -> JSON {
    let types: [ABIType] = [.uint256, .address, .uint256, .array(.address), .array(.uint256)]
    let tree = try read()
    let totals = tree.totals.map {
      JSON.Member(key: $0.token.description, value: .number($0.total?.decimal ?? "0"))
    }
    let claims = try perRow("user") { row in
      func hex(_ column: String) throws -> JSON {
        .string(try UInt256(decimal: cell(row, column)).hex)
      }
      let node = Hex.encode(try ABI.encode(tree.rows[row].values, as: types))
      return object([
        "index": try hex("index"), "user": .string(cell(row, "user")), "cycle": try hex("cycle"),
        "tokens": try JSON.parse(Array(cell(row, "tokens").utf8)),
        "cumulativeAmounts": try JSON.parse(Array(cell(row, "cumulativeAmounts").utf8)),
        "proof": .hashes(proofs[row]), "node": .string(node),
      ])
    }
    return object([
      "merkleRoot": .string(root.hex), "tokenTotals": .object(totals), "claims": claims,
    ])
  }

  typealias Shards = (root: JSON, shards: [(name: String, json: JSON)])

  /// `root.json`, and the shards by their names, each with the way that ends its accounts' proofs.
  func shards(digits: Int) throws -> Shards {
    let tree = try read()
    guard case .nested(let nested) = try tree.rebuild(encoding) else { return (.null, []) }
    var rowsOf: [String: [Int]] = [:]
    for row in rows.indices {
      let name = String(cell(row, "account").lowercased().dropFirst(2).prefix(digits))
      rowsOf[name, default: []].append(row)
    }
    let shards = rowsOf.sorted { $0.key < $1.key }.map { name, own in
      let entries = own.map { row in
        JSON.Member(
          key: cell(row, "account").lowercased(),
          value: object(["balance": .string(cell(row, "balance"))]))
      }
      // Any account's whole proof ends with its shard's.
      let way = proofs[own[0]].dropFirst(nested.innerWay(ofRow: own[0]).hashes.count)
      return (
        name: name, json: object(["proof": .hashes(Array(way)), "entries": .object(entries)])
      )
    }
    let root = object([
      "root": .string(root.hex), "shardNybbles": .integer(digits),
      "total": .string(tree.total?.decimal ?? "0"),
    ])
    return (root, shards)
  }

  /// The claim of one row's earner for that row's token alone.
  func claim(ofRow row: Int) throws -> JSON {
    let (inner, outer) = ways[row]
    func joined(_ way: MerkleWay) -> JSON {
      .string("0x" + way.hashes.map { $0.hex.dropFirst(2) }.joined())
    }
    let token = try Address(cell(row, "token"))
    let amount = try UInt256(decimal: cell(row, "cumulative_amount"))
    let leaf = Keccak256.hash([1] + token.bytes + amount.bytes32.bytes)
    let earnerRoot = try #require(inner.root(from: leaf, pairOrder: .positional))
    let earnerLeaf = object([
      "Earner": .string(cell(row, "earner")), "EarnerTokenRoot": .string(earnerRoot.hex),
    ])
    let tokenLeaf = object([
      "Token": .string(cell(row, "token")), "CumulativeEarnings": .number(amount.decimal),
    ])
    return object([
      "Root": .string(root.hex), "EarnerIndex": .number(outer.position.decimal),
      "EarnerTreeProof": joined(outer), "EarnerLeaf": earnerLeaf,
      "LeafIndices": .array([.number(inner.position.decimal)]),
      "TokenTreeProofs": .array([joined(inner)]), "TokenLeaves": .array([tokenLeaf]),
    ])
  }
}
