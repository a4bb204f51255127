import CanonicalJSON
import EthereumPrimitives

extension PublishedTree {
  /// Reads a published file of any known format that has one tree.
  ///
  /// - Throws: `PublishedTreeError` with the path inside the file; `severalTrees` where it has the
  ///   trees of several tokens.
  public static func read(_ bytes: [UInt8]) throws(PublishedTreeError) -> PublishedTree {
    try one(of: try readAll(bytes))
  }

  /// Reads the trees of a published file: one, or one per token.
  ///
  /// - Parameters:
  ///   - encoding: what a list of objects is read by; other formats say it themselves.
  ///   - decimals: amounts of a list are whole tokens with so many decimals.
  public static func readAll(
    _ bytes: [UInt8], as encoding: TreeEncoding? = nil, decimals: Int? = nil
  ) throws(PublishedTreeError) -> [PublishedTree] {
    try PublishedTreeReader(
      scalars: PublishedScalars(decimals: decimals), wanted: encoding
    ).read(try parse(bytes))
  }

  /// The tree of a token, by its contract or its name; the only one where none is named.
  public static func one(
    of trees: [PublishedTree], token: String? = nil
  ) throws(PublishedTreeError) -> PublishedTree {
    let fitting = token.map { name in
      trees.filter { tree in
        tree.token.description.lowercased() == name.lowercased()
          || tree.tokenNames[tree.token]?.lowercased() == name.lowercased()
      }
    }
    if let fitting, fitting.count == 1 { return fitting[0] }
    if fitting == nil, trees.count == 1 { return trees[0] }
    let names = trees.prefix(20).map { tree in
      tree.token.named(tree.tokenNames[tree.token])
    }
    throw PublishedTreeError(
      .severalTrees, "the whole file",
      found: token.map { "\(fitting?.count ?? 0) trees of '\($0.prefix(80))'" }
        ?? "the trees of \(trees.count) tokens",
      expected: "--token with one of \(names.joined(separator: ", "))")
  }

  static func parse(_ bytes: [UInt8]) throws(PublishedTreeError) -> JSON {
    guard !bytes.starts(with: [0x1F, 0x8B]) else {
      throw PublishedTreeError(
        .notJSON, "the whole file", found: "gzip data", expected: "JSON text: unpack it first")
    }
    do {
      return try JSON.parse(bytes)
    } catch {
      throw PublishedTreeError(
        .notJSON, "line \(error.line), column \(error.column)", found: error.found,
        expected: error.expected)
    }
  }
}

/// Formats are told apart by the members that only they have.
struct PublishedTreeReader {
  typealias Failure = PublishedTreeError
  typealias Row = PublishedTree.Row

  let scalars: PublishedScalars
  /// The encoding that the user names.
  let wanted: TreeEncoding?

  func read(_ json: JSON) throws(Failure) -> [PublishedTree] {
    if let format = json["format"]?.text, json["tree"] != nil {
      return [try readDump(json, format: format)]
    }
    if let nodes = json["nodeRewards"] { return [try readRocketPool(json, nodes)] }
    if json["EarnerLeaf"] != nil { return [try readEarnerClaim(json)] }
    if let claims = json["claims"] { return [try readClaims(json, claims)] }
    if let elements = json.elements {
      if elements.first?["merkle"] != nil { return try readLegacy(elements) }
      return [try readList(elements)]
    }
    if json["shardNybbles"] != nil || json["entries"] != nil {
      throw Failure(
        .unknownFormat, "the whole file", found: "one file of a sharded tree",
        expected: "the folder that holds root.json and the shards")
    }
    if let members = json.members, let first = members.first {
      return [try readMap(members, first.value)]
    }
    throw Failure(
      .unknownFormat, "the whole file", found: json.kindName,
      expected: "an OpenZeppelin dump, a Uniswap claims file, {account: amount}, "
        + "[{address, earnings}], {account: {amount, proof}} or a file of one of the systems in "
        + "`sluice tree --help`")
  }

  /// `{merkleRoot, claims: {account: …}}`: the first claim tells whose file it is.
  private func readClaims(_ json: JSON, _ claims: JSON) throws(Failure) -> PublishedTree {
    let members = try scalars.members(claims, "claims", "{account: {index, amount, proof}}")
    let first = members.first?.value
    var tree: PublishedTree
    if first?["cumulativeAmounts"] != nil {
      tree = try readBadger(json, members)
    } else if first?["tokens"]?.members != nil {
      tree = try readUniversal(members, "claims.")
    } else if first?["beneficiary"] != nil {
      tree = try readThreshold(members, "claims.")
    } else if let wanted, wanted.isOfOtherValues {
      tree = try typedMap(members, "claims.", wanted)
    } else {
      let rows = try members.map { member throws(Failure) in
        try claimRow(member, "claims.\(member.key)", needsProof: true)
      }
      try refuseTwoSpellings(rows)
      tree = PublishedTree(format: .uniswapClaims, rows: rows, .uniswap)
    }
    tree.statedRoot = try json["merkleRoot"].map { value throws(Failure) in
      try scalars.hash(value, "merkleRoot")
    }
    for name in ["tokenTotal", "totalAmount"] {
      guard let value = json[name] else { continue }
      tree.statedSums.append(
        PublishedTree.StatedSum(
          place: name, stated: try scalars.number(value, name), computed: tree.total))
    }
    return tree
  }

  private func readList(_ elements: [JSON]) throws(Failure) -> PublishedTree {
    if elements.first?["cumulativeAmounts"] != nil {
      return try typedList(elements, .flat(.badger))
    }
    if let wanted, wanted.isOfOtherValues { return try typedList(elements, wanted) }
    return try readEarnings(elements)
  }

  /// A list of objects whose members are named as the encoding's columns.
  private func typedList(
    _ elements: [JSON], _ encoding: TreeEncoding
  ) throws(Failure) -> PublishedTree {
    let rows = try elements.enumerated().map { entry throws(Failure) in
      try typedRow(encoding, "[\(entry.offset)]") { entry.element[$0] }
    }
    return PublishedTree(format: .rows, rows: rows, encoding: encoding)
  }

  /// A map of accounts to objects whose members are named as the encoding's other columns.
  private func typedMap(
    _ members: [JSON.Member], _ prefix: String, _ encoding: TreeEncoding
  ) throws(Failure) -> PublishedTree {
    let key = encoding.rowFields.first { $0.role == .account }?.name
    let rows = try members.map { member throws(Failure) in
      let place = prefix + member.key
      return try typedRow(encoding, place, proof: try proof(member.value, place)) {
        $0 == key ? .string(member.key) : member.value[$0]
      }
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(format: .proofMap, rows: rows, encoding: encoding)
  }

  private func readMap(_ members: [JSON.Member], _ first: JSON) throws(Failure) -> PublishedTree {
    if first.elements != nil { return try readProofLists(members) }
    guard let inside = first.members else {
      return try plain(.balanceMap, members.map { ($0.key, JSON.string($0.key), $0.value) })
    }
    if first["tokens"]?.members != nil { return try readUniversal(members, "") }
    if first["beneficiary"] != nil { return try readThreshold(members, "") }
    if let key = inside.first?.key, (try? Address(key)) != nil {
      return try readEarners(members)
    }
    if let wanted, wanted.isOfOtherValues { return try typedMap(members, "", wanted) }
    let rows = try members.map { member throws(Failure) in
      try claimRow(member, member.key, needsProof: false)
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(
      format: .proofMap, rows: rows, rows.contains { $0.index != nil } ? .uniswap : nil)
  }

  // MARK: Accounts and amounts

  func claimRow(
    _ member: JSON.Member, _ place: String, needsProof: Bool, token: TreeToken = .own
  ) throws(Failure) -> Row {
    guard let amountValue = member.value["amount"] else {
      throw Failure(
        .malformedMember, place, found: member.value.kindName + " without amount",
        expected: "{amount, proof}")
    }
    guard member.value["proof"] != nil || !needsProof else {
      throw Failure(.malformedMember, place, found: "no proof", expected: "{index, amount, proof}")
    }
    let account = try scalars.account(.string(member.key), place)
    let amount = try scalars.number(amountValue, place + ".amount")
    let index = try member.value["index"].map { value throws(Failure) in
      try scalars.number(value, place + ".index")
    }
    return Row(
      place: place, account: account, amount: amount, index: index,
      values: [.address(account), .uint(amount)], proof: try proof(member.value, place),
      token: token)
  }

  /// The proof of an object, where it has one.
  func proof(_ json: JSON, _ place: String, name: String = "proof") throws(Failure) -> [Bytes32]? {
    guard let value = json[name] else { return nil }
    return try scalars.hashes(value, "\(place).\(name)")
  }

  private func readProofLists(_ members: [JSON.Member]) throws(Failure) -> PublishedTree {
    let rows = try members.map { member throws(Failure) in
      Row(
        place: member.key, account: try scalars.account(.string(member.key), member.key),
        amounts: [], values: [], proof: try scalars.hashes(member.value, member.key))
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(format: .proofLists, rows: rows, encoding: nil)
  }

  private func readEarnings(_ elements: [JSON]) throws(Failure) -> PublishedTree {
    var entries: [(String, JSON, JSON)] = []
    for (number, element) in elements.enumerated() {
      guard let account = element["address"] ?? element["account"],
        let amount = element["earnings"] ?? element["amount"]
      else {
        throw Failure(
          .unknownFormat, "[\(number)]", found: element.kindName,
          expected: "{address, earnings} or {account, amount}")
      }
      entries.append(("[\(number)]", account, amount))
    }
    return try plain(.earningsList, entries)
  }

  private func plain(
    _ format: PublishedTree.Format, _ entries: [(place: String, account: JSON, amount: JSON)]
  ) throws(Failure) -> PublishedTree {
    let rows = try entries.map { entry throws(Failure) in
      let account = try scalars.account(entry.account, entry.place)
      let amount = try scalars.amount(entry.amount, entry.place)
      return Row(
        place: entry.place, account: account, amount: amount, index: nil,
        values: [.address(account), .uint(amount)], proof: nil)
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(format: format, rows: rows, encoding: nil)
  }

  /// A row of any values, by the columns of the encoding's fields.
  func typedRow(
    _ encoding: TreeEncoding, _ place: String, proof: [Bytes32]? = nil, statedLeaf: Bytes32? = nil,
    campaign: Bytes32? = nil, cell: (String) -> JSON?
  ) throws(Failure) -> Row {
    let fields = encoding.rowFields
    let values = try scalars.values(of: fields, campaign: campaign, place, cell: cell)
    guard let facts = LeafEncoding.facts(of: values, fields) else {
      throw Failure(
        .malformedValues, place, found: "lists of tokens and of amounts of different length",
        expected: "one amount per token")
    }
    return Row(
      place: place, account: facts.account, recipient: facts.recipient, amounts: facts.amounts,
      index: facts.index, values: values, proof: proof, statedLeaf: statedLeaf)
  }

  /// Refuses the same account, or the same token of it, in two spellings.
  func refuseTwoSpellings(_ rows: [Row], perToken: Bool = false) throws(Failure) {
    var seen: [RowKey: String] = [:]
    for row in rows {
      guard let account = row.account else { continue }
      let key = RowKey(account: account, token: perToken ? row.token : .own)
      if let first = seen.updateValue(row.place, forKey: key) {
        throw Failure(
          .duplicateAccount, row.place, found: "the account of \(first) again",
          expected: perToken ? "each account and token once" : "each account once")
      }
    }
  }
}

extension TreeEncoding {
  /// True where a row has a value that accounts, amounts and indices do not tell.
  fileprivate var isOfOtherValues: Bool {
    rowFields.contains { $0.role == .value || $0.role == .token || $0.role == .recipient }
  }
}
