import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

extension VerificationRun {
  // MARK: Trees

  /// The leaves of every campaign; their roots, totals and counts are compared.
  mutating func verifyTrees(
    _ commitment: StrangerCommitment, _ entitlements: [StrangerEntitlements]
  ) throws -> [[Bytes32]] {
    var all: [[Bytes32]] = []
    for (committed, list) in zip(commitment.campaigns, entitlements) {
      let campaign = (try? Bytes32(hex: committed.campaign)) ?? .zero
      let leaves = list.map {
        ReferenceTree.leaf(
          campaign: campaign, account: $0.account, entitlement: ReferenceLaw.word($0.amount))
      }
      let place = "commitment.json, campaign \(committed.name)"
      let total = list.reduce(BigUInt(0)) { $0 + $1.amount }
      try compare(
        "total", in: place, published: committed.total, recomputed: "\(total)",
        "The sum of all entitlements.")
      try compare(
        "count", in: place, published: "\(committed.count)", recomputed: "\(list.count)",
        "The number of accounts.")
      try compare(
        "root", in: place, published: committed.root, recomputed: ReferenceTree.root(leaves).hex,
        "The tree of the entitlements.")
      all.append(leaves)
    }
    hold("\(all.count.counted("tree")): root, total and count")
    return all
  }

  // MARK: What is published beside the identity

  mutating func verifyPublished(
    _ commitment: StrangerCommitment, _ entitlements: [StrangerEntitlements],
    _ leaves: [[Bytes32]]
  ) throws {
    var proofs = 0
    for (index, committed) in commitment.campaigns.enumerated() where committed.count > 0 {
      let folder = "proofs/\(committed.name)/\(committed.root)"
      let path = directory + "/" + folder
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else {
        leaveOpen("proofs of \(committed.name): the bundle brings none")
        continue
      }
      let accounts =
        (try? FileManager.default.contentsOfDirectory(atPath: path + "/accounts")) ?? []
      let expected = Dictionary(
        uniqueKeysWithValues: entitlements[index].map { ($0.account.hex, "\($0.amount)") })
      func published(_ names: [String], in folder: String) -> [String] {
        names.filter { $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
      }
      try verifyShards(published(files, in: folder), committed, expected)
      try verifyIndex(published(accounts, in: folder + "/accounts"), committed, expected)
      proofs += committed.count
    }
    if proofs > 0 { hold("\(proofs) published proofs lead to their roots") }
    try verifyDumps(commitment, leaves)
    let beside = ["derived.json", "explain.json", "explain", "provenance"].filter {
      FileManager.default.fileExists(atPath: directory + "/" + $0)
    }
    if !beside.isEmpty {
      leaveOpen("\(beside.joined(separator: ", ")): for explanations; no amount rests on them")
    }
    if FileManager.default.fileExists(atPath: directory + "/report.html") {
      leaveOpen("report.html: a page to read; `sluice report` makes it again")
    }
    try verifyLive(commitment)
  }

  /// Every shard leads to the root, and together they hold every account once.
  private func verifyShards(
    _ files: [String], _ committed: StrangerCommitment.Campaign, _ expected: [String: String]
  ) throws {
    let campaign = (try? Bytes32(hex: committed.campaign)) ?? .zero
    let length = Self.prefixLength(committed.count)
    var seen: Set<String> = []
    for file in files {
      let shard = try StrangerFiles.json(read(file), file)
      // Each file holds an account at least, so that there are no more files than accounts.
      guard let entries = shard["entries"] as? [[String]], !entries.isEmpty,
        let proof = shard["proof"] as? [String], let flags = shard["flags"] as? String,
        flags.allSatisfy({ $0 == "0" || $0 == "1" }),
        let prefix = shard["prefix"] as? String
      else { throw malformed(file, "entries, proof, flags of 0 and 1, and prefix") }
      try compareHeader(shard, "sluice-shard-v1", committed, file)
      try compare(
        "count", in: file, published: "\(shard["count"] ?? "(none)")",
        recomputed: "\(committed.count)", "The number of the tree's leaves.")
      try compare(
        "prefix", in: file, published: Self.name(ofPrefix: prefix),
        recomputed: Self.name(ofFile: file), "The file's name, by which clients find it.")
      var leaves: [Bytes32] = []
      for entry in entries {
        guard entry.count == 2, let account = try? Address(entry[0]),
          let amount = try? UInt256(decimal: entry[1])
        else { throw malformed(file, "an account and its entitlement") }
        try compare(
          "entitlement of \(entry[0])", in: file, published: entry[1],
          recomputed: expected[entry[0]] ?? "(nothing)", "The account's line in entitlements.csv.")
        guard seen.insert(entry[0]).inserted else { throw malformed(file, "each account once") }
        let leaf = ReferenceTree.leaf(campaign: campaign, account: account, entitlement: amount)
        try compare(
          "prefix of the leaf of \(entry[0])", in: file,
          published: Self.name(ofPrefix: prefix),
          recomputed: Self.name(ofPrefix: leaf.hex.dropFirst(2).prefix(length)),
          "A shard holds the leaves whose hash starts with its prefix of "
            + "\(length.counted("digit")).")
        leaves.append(leaf)
      }
      let hashes = proof.compactMap { try? Bytes32(hex: $0) }
      let root =
        hashes.count == proof.count
        ? ReferenceTree.root(leaves: leaves, proof: hashes, flags: flags.map { $0 == "1" }) : nil
      try compare(
        "root that the shard leads to", in: file, published: committed.root,
        recomputed: root?.hex ?? "(none: its parts do not fit together)",
        "The shard's leaves and upper path.")
    }
    try compare(
      "accounts in shards", in: "proofs/\(committed.name)", published: "\(seen.count)",
      recomputed: "\(expected.count)", "Every account has its proof.")
  }

  /// How many digits a prefix has: the fewest with which a file has about 1024 entries.
  private static func prefixLength(_ count: Int) -> Int {
    (0..<13).first { count <= 1024 << (4 * $0) } ?? 13
  }

  private static func name(ofPrefix prefix: some StringProtocol) -> String {
    prefix.isEmpty ? "all" : String(prefix)
  }

  private static func name(ofFile file: String) -> String {
    String(file.split(separator: "/").last?.dropLast(5) ?? "")
  }

  /// The index files hold every account once, with its entitlement.
  private func verifyIndex(
    _ files: [String], _ committed: StrangerCommitment.Campaign, _ expected: [String: String]
  ) throws {
    let length = Self.prefixLength(committed.count)
    var seen = 0
    for file in files {
      let index = try StrangerFiles.json(read(file), file)
      guard let entries = index["entries"] as? [String: String], !entries.isEmpty else {
        throw malformed(file, "entries")
      }
      try compareHeader(index, "sluice-accounts-v1", committed, file)
      for (account, amount) in entries.sorted(by: { $0.key < $1.key }) {
        try compare(
          "entitlement of \(account)", in: file, published: amount,
          recomputed: expected[account] ?? "(nothing)", "The account's line in entitlements.csv.")
        try compare(
          "prefix of \(account)", in: file, published: Self.name(ofFile: file),
          recomputed: Self.name(ofPrefix: account.dropFirst(2).prefix(length)),
          "An index holds the accounts that start with its name of \(length.counted("digit")).")
      }
      seen += entries.count
    }
    try compare(
      "accounts in index files", in: "proofs/\(committed.name)", published: "\(seen)",
      recomputed: "\(expected.count)", "Every account can be found.")
  }

  private func compareHeader(
    _ object: [String: Any], _ format: String, _ committed: StrangerCommitment.Campaign,
    _ file: String
  ) throws(VerificationReport.Difference) {
    let members = [
      ("format", format), ("campaign", committed.campaign), ("name", committed.name),
      ("root", committed.root),
    ]
    for (key, value) in members {
      try compare(
        key, in: file, published: object[key] as? String ?? "(none)", recomputed: value,
        "The campaign that the file belongs to.")
    }
  }

  /// Tree dumps hold the nodes of the recomputed trees, and every leaf's values.
  private mutating func verifyDumps(
    _ commitment: StrangerCommitment, _ leaves: [[Bytes32]]
  ) throws {
    var dumps = 0
    for (committed, leaves) in zip(commitment.campaigns, leaves) where !leaves.isEmpty {
      let file = "trees/\(committed.name).json"
      guard FileManager.default.fileExists(atPath: directory + "/" + file) else { continue }
      let object = try StrangerFiles.json(read(file), file)
      let types = object["leafEncoding"] as? [String] ?? []
      try compare(
        "format", in: file,
        published: "\(object["format"] as? String ?? "(none)") of \(types.joined(separator: ", "))",
        recomputed: "standard-v1 of bytes32, address, uint256", "The dump of a campaign's tree.")
      let nodes = Array(ReferenceTree.nodes(leaves).reversed())
      try verifyNodes(object, nodes, file)
      try verifyValues(object, nodes, leaves.count, file)
      dumps += 1
    }
    if dumps > 0 { hold(dumps.counted("tree dump")) }
  }

  private func verifyNodes(_ object: [String: Any], _ expected: [Bytes32], _ file: String) throws {
    guard let nodes = object["tree"] as? [String] else { throw malformed(file, "tree") }
    try compare(
      "number of nodes", in: file, published: "\(nodes.count)", recomputed: "\(expected.count)",
      "2n − 1 for n leaves.")
    for (index, pair) in zip(nodes, expected).enumerated() {
      try compare(
        "tree[\(index)]", in: file, published: pair.0, recomputed: pair.1.hex,
        "The node of the recomputed tree.")
    }
  }

  private func verifyValues(
    _ object: [String: Any], _ nodes: [Bytes32], _ count: Int, _ file: String
  ) throws {
    guard let values = object["values"] as? [[String: Any]] else { throw malformed(file, "values") }
    try compare(
      "number of values", in: file, published: "\(values.count)", recomputed: "\(count)",
      "One per leaf.")
    var seen: Set<Int> = []
    for (index, entry) in values.enumerated() {
      guard let value = entry["value"] as? [String], value.count == 3,
        let campaign = try? Bytes32(hex: value[0]), let account = try? Address(value[1]),
        let amount = try? UInt256(decimal: value[2]), let place = entry["treeIndex"] as? Int,
        nodes.indices.contains(place), seen.insert(place).inserted
      else { throw malformed(file, "values[\(index)] of a leaf of its own") }
      let leaf = ReferenceTree.leaf(campaign: campaign, account: account, entitlement: amount)
      try compare(
        "values[\(index)]", in: file, published: leaf.hex, recomputed: nodes[place].hex,
        "The leaf of the values is the node tree[\(place)].")
    }
  }

  /// `live.json` names no root but the campaign's own and its parent's.
  private mutating func verifyLive(_ commitment: StrangerCommitment) throws {
    let file = "live.json"
    guard FileManager.default.fileExists(atPath: directory + "/" + file) else { return }
    let object = try StrangerFiles.json(read(file), file)
    guard let entries = object["campaigns"] as? [[String: Any]] else {
      throw malformed(file, "campaigns")
    }
    for committed in commitment.campaigns {
      guard let entry = entries.first(where: { $0["name"] as? String == committed.name }) else {
        continue
      }
      try compare(
        "identifier of \(committed.name)", in: file,
        published: entry["campaign"] as? String ?? "(none)", recomputed: committed.campaign,
        "The campaign's identifier in the commitment.")
      guard let live = entry["live"] as? String, live != committed.root else { continue }
      try compare(
        "live root of \(committed.name)", in: file, published: live,
        recomputed: committed.parentRoot, "A campaign's live root is its parent root or its own.")
    }
    leaveOpen("which root is live on chain: live.json is a statement of its publisher")
  }

  private func malformed(_ file: String, _ expected: String) -> VerificationFailure {
    VerificationFailure(.malformedJSON, file, found: "something else", expected: expected)
  }
}
