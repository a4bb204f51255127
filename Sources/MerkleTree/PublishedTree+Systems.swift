import CanonicalJSON
import EthereumPrimitives

/// The files of single systems. Their sources are linked in docs/reference/encodings.md.
extension PublishedTreeReader {
  // MARK: Rocket Pool

  func readRocketPool(_ json: JSON, _ nodes: JSON) throws(Failure) -> PublishedTree {
    let version = try scalars.number(json["rewardsFileVersion"], "rewardsFileVersion")
    let encoding: LeafEncoding = version < 4 ? .rocketPoolV1 : .rocketPoolV4
    var rows: [Row] = []
    var sums: [String: UInt256?] = [:]
    for member in try scalars.members(nodes, "nodeRewards", "{account: {…}}") {
      let place = "nodeRewards.\(member.key)"
      rows.append(
        try typedRow(
          .flat(encoding), place, proof: try proof(member.value, place, name: "merkleProof"),
          statedLeaf: try leaf(of: member.value, "merkleData", place)
        ) { $0 == "account" ? .string(member.key) : member.value[$0] })
      let network = try scalars.number(member.value["rewardNetwork"], place + ".rewardNetwork")
      for name in Self.networkSums {
        let key = "networkRewards.\(network).\(name)"
        let amount = try scalars.number(member.value[name], "\(place).\(name)")
        sums[key] = (sums[key] ?? UInt256.zero)?.adding(amount)
      }
    }
    try refuseTwoSpellings(rows)
    var tree = PublishedTree(format: .rocketPool, rows: rows, encoding)
    tree.statedRoot = try json["merkleRoot"].map { value throws(Failure) in
      try scalars.hash(value, "merkleRoot")
    }
    if let networks = json["networkRewards"] {
      tree.statedSums = try networkSums(networks, computed: sums)
    }
    return tree
  }

  private static let networkSums = ["collateralRpl", "oracleDaoRpl", "smoothingPoolEth"]

  /// What the header says of each network, and nothing for networks that only rows name.
  private func networkSums(
    _ networks: JSON, computed sums: [String: UInt256?]
  ) throws(Failure) -> [PublishedTree.StatedSum] {
    var stated: [PublishedTree.StatedSum] = []
    for network in try scalars.members(networks, "networkRewards", "{network: {…}}") {
      for name in Self.networkSums where network.value[name] != nil {
        let place = "networkRewards.\(network.key).\(name)"
        stated.append(
          PublishedTree.StatedSum(
            place: place, stated: try scalars.number(network.value[name], place),
            computed: sums[place] ?? UInt256.zero))
      }
    }
    let places = Set(stated.map(\.place))
    for (place, sum) in sums.sorted(by: { $0.key < $1.key })
    where sum != UInt256.zero && !places.contains(place) {
      stated.append(PublishedTree.StatedSum(place: place, stated: .zero, computed: sum))
    }
    return stated
  }

  /// The leaf of which a member states the packed fields; nil where it states none.
  private func leaf(
    of json: JSON, _ name: String, _ place: String
  ) throws(Failure) -> Bytes32? {
    guard let value = json[name] else { return nil }
    guard let text = value.text, let bytes = try? Hex.decode(text) else {
      throw Failure(
        .malformedHash, "\(place).\(name)", found: value.kindName, expected: "0x and bytes")
    }
    return Keccak256.hash(bytes)
  }

  // MARK: Threshold

  func readThreshold(_ members: [JSON.Member], _ prefix: String) throws(Failure) -> PublishedTree {
    let rows = try members.map { member throws(Failure) in
      let place = prefix + member.key
      return try typedRow(.flat(.threshold), place, proof: try proof(member.value, place)) {
        $0 == "stakingProvider" ? .string(member.key) : member.value[$0]
      }
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(format: .threshold, rows: rows, .threshold)
  }

  // MARK: Stake DAO

  func readUniversal(_ members: [JSON.Member], _ prefix: String) throws(Failure) -> PublishedTree {
    var rows: [Row] = []
    for member in members {
      let path = prefix + member.key + ".tokens"
      for token in try scalars.members(member.value["tokens"], path, "{token: {amount, proof}}") {
        let place = "\(path).\(token.key)"
        rows.append(
          try typedRow(.flat(.stakeDAOUniversal), place, proof: try proof(token.value, place)) {
            switch $0 {
            case "account": .string(member.key)
            case "token": .string(token.key)
            default: token.value[$0]
            }
          })
      }
    }
    try refuseTwoSpellings(rows, perToken: true)
    return PublishedTree(format: .stakeDAOUniversal, rows: rows, .stakeDAOUniversal)
  }

  func readLegacy(_ elements: [JSON]) throws(Failure) -> [PublishedTree] {
    try elements.enumerated().map { entry throws(Failure) in
      let (json, path) = (entry.element, "[\(entry.offset)]")
      let token = TreeToken.contract(try scalars.account(json["address"], path + ".address"))
      let claims = try scalars.members(
        json["merkle"], path + ".merkle", "{account: {index, amount, proof}}")
      let rows = try claims.map { member throws(Failure) in
        try claimRow(member, "\(path).merkle.\(member.key)", needsProof: true, token: token)
      }
      try refuseTwoSpellings(rows)
      var tree = PublishedTree(format: .stakeDAOLegacy, rows: rows, .stakeDAOLegacy)
      tree.token = token
      tree.tokenNames[token] = json["symbol"]?.text
      tree.statedRoot = try json["root"].map { value throws(Failure) in
        try scalars.hash(value, path + ".root")
      }
      if let total = json["total"] {
        let place = path + ".total"
        tree.statedSums = [
          PublishedTree.StatedSum(
            place: place, stated: try scalars.number(total, place),
            computed: rows.isEmpty ? UInt256.zero : tree.total)
        ]
      }
      return tree
    }
  }

  // MARK: Badger

  func readBadger(_ json: JSON, _ members: [JSON.Member]) throws(Failure) -> PublishedTree {
    let rows = try members.map { member throws(Failure) in
      let place = "claims.\(member.key)"
      let key = try scalars.account(.string(member.key), place)
      let row = try typedRow(
        .flat(.badger), place, proof: try proof(member.value, place),
        statedLeaf: try leaf(of: member.value, "node", place)
      ) { $0 == "user" ? member.value[$0] ?? .string(member.key) : member.value[$0] }
      guard row.account == key else {
        throw Failure(
          .malformedMember, place + ".user", found: row.account?.checksummed ?? "nothing",
          expected: "\(key), as the claim's key says")
      }
      return row
    }
    try refuseTwoSpellings(rows)
    var tree = PublishedTree(format: .badger, rows: rows, .badger)
    let totals = tree.totals
    for member in json["tokenTotals"]?.members ?? [] {
      let place = "tokenTotals.\(member.key)"
      let token = TreeToken.contract(try scalars.account(.string(member.key), place))
      let total = totals.first { $0.token == token }
      tree.statedSums.append(
        PublishedTree.StatedSum(
          place: place, stated: try scalars.number(member.value, place),
          computed: total == nil ? UInt256.zero : total?.total))
    }
    return tree
  }

  // MARK: EigenLayer

  func readEarners(_ members: [JSON.Member]) throws(Failure) -> PublishedTree {
    var rows: [Row] = []
    for member in members {
      for token in try scalars.members(member.value, member.key, "{token: amount}") {
        rows.append(
          try typedRow(.nested(.eigenLayer), "\(member.key).\(token.key)") {
            switch $0 {
            case "earner": .string(member.key)
            case "token": .string(token.key)
            case "amount": token.value
            default: nil
            }
          })
      }
    }
    try refuseTwoSpellings(rows, perToken: true)
    return PublishedTree(format: .eigenLayer, rows: rows, encoding: .nested(.eigenLayer))
  }

  func readEarnerClaim(_ json: JSON) throws(Failure) -> PublishedTree {
    let earner = try scalars.account(json["EarnerLeaf"]?["Earner"], "EarnerLeaf.Earner")
    let leaves = try scalars.elements(json["TokenLeaves"], "TokenLeaves")
    let positions = try scalars.elements(json["LeafIndices"], "LeafIndices")
    let proofs = try scalars.elements(json["TokenTreeProofs"], "TokenTreeProofs")
    for (name, list) in [("LeafIndices", positions), ("TokenTreeProofs", proofs)]
    where list.count != leaves.count {
      throw Failure(
        .malformedMember, name, found: list.count.counted("entry", "entries"),
        expected: "\(leaves.count), one per token leaf")
    }
    var rows: [Row] = []
    var tokens: [EarnerClaim.Leaf] = []
    for (number, leaf) in leaves.enumerated() {
      let place = "TokenLeaves[\(number)]"
      let token = try scalars.account(leaf["Token"], place + ".Token")
      let amount = try scalars.number(leaf["CumulativeEarnings"], place + ".CumulativeEarnings")
      let way = MerkleWay(
        hashes: try scalars.joinedHashes(proofs[number], "TokenTreeProofs[\(number)]"),
        position: try scalars.number(positions[number], "LeafIndices[\(number)]"))
      tokens.append(EarnerClaim.Leaf(place: place, token: token, amount: amount, way: way))
      rows.append(
        Row(
          place: place, account: earner, amount: amount, index: nil,
          values: [.address(earner), .address(token), .uint(amount)], proof: nil,
          token: .contract(token)))
    }
    try refuseTwoSpellings(rows, perToken: true)
    var tree = PublishedTree(
      format: .eigenLayerClaim, rows: rows, encoding: .nested(.eigenLayer))
    tree.statedRoot = try scalars.hash(json["Root"], "Root")
    tree.claim = EarnerClaim(
      root: try scalars.hash(json["Root"], "Root"), earner: earner,
      earnerRoot: try scalars.hash(
        json["EarnerLeaf"]?["EarnerTokenRoot"], "EarnerLeaf.EarnerTokenRoot"),
      earnerWay: MerkleWay(
        hashes: try scalars.joinedHashes(json["EarnerTreeProof"], "EarnerTreeProof"),
        position: try scalars.number(json["EarnerIndex"], "EarnerIndex")), leaves: tokens)
    return tree
  }
}

// MARK: ENS

extension PublishedTree {
  /// Digits of a shard's name at the most.
  public static let maximumShardDigits = 40
  /// Files of a sharded tree at the most.
  public static let maximumShards = 1 << 16

  /// Reads a sharded tree: `root.json` and the files of the shards by their names.
  public static func readShards(
    root: [UInt8], shards: [(name: String, bytes: [UInt8])]
  ) throws(PublishedTreeError) -> PublishedTree {
    guard shards.count <= maximumShards else {
      throw PublishedTreeError(
        .malformedMember, "the whole folder", found: "\(shards.count) shards",
        expected: "at most \(maximumShards)")
    }
    let json: JSON
    do {
      json = try parse(root)
    } catch {
      throw error.below("root.json")
    }
    let scalars = PublishedScalars()
    guard let digits = json["shardNybbles"]?.wholeNumber,
      let encoding = NestedEncoding.ens(digits: digits)
    else {
      throw PublishedTreeError(
        .malformedMember, "root.json: shardNybbles",
        found: json["shardNybbles"]?.kindName ?? "nothing",
        expected: "a whole number from 1 to \(maximumShardDigits)")
    }
    var rows: [Row] = []
    var proofs: [ShardProof] = []
    for shard in shards {
      do {
        let read = try readShard(shard.name, try parse(shard.bytes), digits: digits, encoding)
        rows += read.rows
        proofs.append(read.proof)
      } catch {
        throw error.below(shard.name + ".json")
      }
    }
    let reader = PublishedTreeReader(scalars: scalars, wanted: nil)
    try reader.refuseTwoSpellings(rows)
    var tree = PublishedTree(format: .ensShards, rows: rows, encoding: .nested(encoding))
    tree.statedRoot = try json["root"].map { value throws(PublishedTreeError) in
      try scalars.hash(value, "root.json: root")
    }
    tree.shardProofs = proofs
    if let total = json["total"] {
      tree.statedSums = [
        StatedSum(
          place: "root.json: total", stated: try scalars.number(total, "root.json: total"),
          computed: tree.total)
      ]
    }
    return tree
  }

  private static func readShard(
    _ name: String, _ json: JSON, digits: Int, _ encoding: NestedEncoding
  ) throws(PublishedTreeError) -> (rows: [Row], proof: ShardProof) {
    let isPrefix = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
    }
    guard name.utf8.count == digits, isPrefix else {
      throw PublishedTreeError(
        .malformedMember, "the whole file", found: "the name '\(name.prefix(60))'",
        expected: "\(digits.counted("digit")) 0-9 and a-f, which its accounts start with")
    }
    let scalars = PublishedScalars()
    let entries = try scalars.members(json["entries"], "entries", "{account: {balance}}")
    let rows = try entries.map { member throws(PublishedTreeError) in
      let place = "entries.\(member.key)"
      let account = try scalars.account(.string(member.key), place)
      let amount = try scalars.number(member.value["balance"], place + ".balance")
      return Row(
        place: "\(name).json: \(place)", account: account,
        amounts: [TokenAmount(token: .own, amount: amount)],
        values: [.address(account), .uint(amount)], shard: name)
    }
    return (
      rows,
      ShardProof(
        place: "\(name).json: proof", shard: name, proof: try scalars.hashes(json["proof"], "proof")
      )
    )
  }
}

extension PublishedTreeError {
  /// The same, in one file of several.
  fileprivate func below(_ file: String) -> PublishedTreeError {
    PublishedTreeError(kind, "\(file): \(place)", found: found, expected: expected)
  }
}

// MARK: CSV

extension PublishedTree {
  /// Rows of any columns, read by the encoding's fields; amounts perhaps in whole tokens.
  ///
  /// - Parameter lines: the line of the file on which each row starts.
  public static func read(
    columns: [String], rows: [[String]], lines: [Int], as encoding: TreeEncoding,
    decimals: Int? = nil, campaign: Bytes32? = nil
  ) throws(PublishedTreeError) -> PublishedTree {
    precondition(rows.count == lines.count, "one line per row")
    var places: [String: Int] = [:]
    for (number, name) in columns.enumerated() { places[name] = number }
    let reader = PublishedTreeReader(
      scalars: PublishedScalars(decimals: decimals), wanted: encoding)
    let read = try zip(rows, lines).map { row, line throws(PublishedTreeError) in
      try reader.typedRow(encoding, "line \(line)", campaign: campaign) { name in
        guard let place = places[name], row.indices.contains(place) else { return nil }
        return .string(row[place])
      }
    }
    return PublishedTree(format: .rows, rows: read, encoding: encoding)
  }
}
