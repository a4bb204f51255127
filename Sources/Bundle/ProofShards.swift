import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import MerkleTree

/// The proofs of one campaign, cut into files that any static host can serve.
///
/// A client that knows an account opens its index file, finds the entitlement, computes the leaf,
/// and opens the shard with that leaf's prefix: a subtree and its upper path, as one multiproof
/// that verifies itself against the root.
public struct ProofShards: Sendable {
  public static let shardFormat = "sluice-shard-v1"
  public static let indexFormat = "sluice-accounts-v1"
  /// Entries per file that the prefix's length aims at.
  static let targetEntries = 1024

  /// A file of a campaign's folder.
  public enum File: Hashable, Sendable {
    /// Leaves whose hash starts with the prefix; the whole tree for an empty prefix.
    case shard(prefix: String)
    /// Accounts that start with the prefix, and what they are entitled to.
    case index(prefix: String)
  }

  private let campaign: CampaignEntitlements
  private let tree: EncodedTree
  /// Rows in leaf order.
  private let rows: [Int]

  public init(_ campaign: CampaignEntitlements, _ tree: EncodedTree) {
    self.campaign = campaign
    self.tree = tree
    var rows = [Int](repeating: 0, count: tree.places.count)
    for (row, place) in tree.places.enumerated() { rows[place] = row }
    self.rows = rows
  }

  /// How many hexadecimal digits a prefix has: the fewest that leave about 1024 entries per file.
  public static func prefixLength(entries: Int) -> Int {
    var length = 0
    var files = 1
    while entries > targetEntries * files {
      length += 1
      files *= 16
    }
    return length
  }

  static func folder(name: String, root: Bytes32) -> String { "proofs/\(name)/\(root.hex)" }

  /// The folders that the files are in.
  var folders: [String] {
    let folder = Self.folder(name: campaign.name, root: tree.root)
    return [folder, folder + "/accounts"]
  }

  /// The file's path inside the bundle.
  public func path(of file: File) -> String {
    Self.path(of: file, name: campaign.name, root: tree.root)
  }

  static func path(of file: File, name: String, root: Bytes32) -> String {
    let folder = folder(name: name, root: root)
    switch file {
    case .shard(let prefix): return "\(folder)/\(prefix.isEmpty ? "all" : prefix).json"
    case .index(let prefix): return "\(folder)/accounts/\(prefix.isEmpty ? "all" : prefix).json"
    }
  }

  static func prefix(of hash: Bytes32, length: Int) -> String {
    String(hash.hex.dropFirst(2).prefix(length))
  }

  static func prefix(of account: Address, length: Int) -> String {
    String(account.hex.dropFirst(2).prefix(length))
  }

  private var length: Int { Self.prefixLength(entries: rows.count) }

  /// A file and the rows or places that stand in it.
  public struct Part: Sendable {
    public let file: File
    let range: Range<Int>
  }

  /// Every file. Leaves ascend, and so do accounts: each prefix is one range.
  public var parts: [Part] {
    let shift = UInt64(64 - 4 * length)
    let shards = Self.ranges(count: rows.count) {
      length == 0 ? 0 : tree.tree.leaf(at: $0).word0 &>> shift
    }
    let accounts = campaign.entitlements.accounts
    let indices = Self.ranges(count: rows.count) {
      length == 0 ? 0 : accounts[$0].word0 &>> shift
    }
    return shards.map {
      let leaf = tree.tree.leaf(at: $0.lowerBound)
      return Part(file: .shard(prefix: Self.prefix(of: leaf, length: length)), range: $0)
    }
      + indices.map {
        let account = accounts[$0.lowerBound]
        return Part(file: .index(prefix: Self.prefix(of: account, length: length)), range: $0)
      }
  }

  private static func ranges(count: Int, key: (Int) -> UInt64) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < count {
      let current = key(start)
      var end = start + 1
      while end < count, key(end) == current { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }

  /// The bytes of a file.
  public func bytes(of part: Part) throws(BundleError) -> [UInt8] {
    switch part.file {
    case .shard(let prefix): try shard(prefix, part.range)
    case .index: index(part.range)
    }
  }

  private func header(_ format: String) -> [UInt8] {
    Array(
      ("{\"format\":\"\(format)\",\"campaign\":\"\(campaign.identifier.hex)\","
        + "\"name\":\"\(campaign.name)\",\"root\":\"\(tree.root.hex)\",").utf8)
  }

  private func shard(_ prefix: String, _ places: Range<Int>) throws(BundleError) -> [UInt8] {
    let proof: Multiproof
    do {
      proof = try tree.tree.multiproof(forLeavesAt: Array(places))
    } catch {
      throw BundleError(
        .wrongShard, file: campaign.name, found: error.found, expected: error.expected)
    }
    var bytes = header(Self.shardFormat)
    bytes.reserveCapacity(bytes.count + 128 * places.count + 72 * proof.proof.count)
    bytes += Array("\"count\":\(rows.count),\"prefix\":\"\(prefix)\",\"entries\":[".utf8)
    for place in places {
      if place > places.lowerBound { bytes.append(Self.comma) }
      bytes.append(UInt8(ascii: "["))
      appendEntry(rows[place], separator: Self.comma, to: &bytes)
      bytes.append(UInt8(ascii: "]"))
    }
    bytes += Array("],\"proof\":[".utf8)
    for (index, hash) in proof.proof.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      bytes.append(Self.quote)
      hash.appendHex(to: &bytes)
      bytes.append(Self.quote)
    }
    bytes += Array("],\"flags\":\"".utf8)
    bytes += proof.flags.map { $0 ? UInt8(ascii: "1") : UInt8(ascii: "0") }
    return bytes + Array("\"}\n".utf8)
  }

  private func index(_ places: Range<Int>) -> [UInt8] {
    var bytes = header(Self.indexFormat) + Array("\"entries\":{".utf8)
    bytes.reserveCapacity(bytes.count + 128 * places.count)
    for row in places {
      if row > places.lowerBound { bytes.append(Self.comma) }
      appendEntry(row, separator: UInt8(ascii: ":"), to: &bytes)
    }
    return bytes + Array("}}\n".utf8)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  /// The account and its entitlement, each in quotes.
  private func appendEntry(_ row: Int, separator: UInt8, to bytes: inout [UInt8]) {
    bytes.append(Self.quote)
    campaign.entitlements.accounts[row].appendHex(to: &bytes)
    bytes.append(Self.quote)
    bytes.append(separator)
    bytes.append(Self.quote)
    campaign.entitlements.amounts[row].appendDecimal(to: &bytes)
    bytes.append(Self.quote)
  }
}

// MARK: Looking up

/// What an account needs to claim.
public struct ClaimProof: Sendable, Equatable {
  public let account: Address
  public let entitlement: UInt256
  public let leaf: Bytes32
  public let proof: [Bytes32]
}

/// A shard that was read and leads to its root.
public struct ProofShard: Sendable {
  public let entries: [(account: Address, entitlement: UInt256)]
  private let leaves: [Bytes32]
  private let multiproof: Multiproof

  /// Reads a shard and checks it against the root that the reader trusts.
  ///
  /// - Throws: `wrongShard` unless every entry's leaf is under the root.
  public init(
    parsing bytes: [UInt8], file: String, campaign: Bytes32, root: Bytes32
  ) throws(BundleError) {
    func malformed(_ place: String, _ expected: String) -> BundleError {
      BundleError(
        .malformedMember, file: file, place: place, found: "something else", expected: expected)
    }
    let json: JSON
    do {
      json = try JSON.parse(bytes)
    } catch {
      throw BundleError(
        .notJSON, file: file, place: "line \(error.line), column \(error.column)",
        found: error.found, expected: error.expected)
    }
    guard json["format"]?.text == ProofShards.shardFormat else {
      throw BundleError(
        .unknownFormat, file: file, place: "format", found: json["format"]?.kindName ?? "nothing",
        expected: ProofShards.shardFormat)
    }
    guard let list = json["entries"]?.elements, let hashes = json["proof"]?.elements,
      let flags = json["flags"]?.text, flags.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 })
    else { throw malformed("", "entries, proof and flags") }
    var entries: [(account: Address, entitlement: UInt256)] = []
    for (index, entry) in list.enumerated() {
      guard let pair = entry.elements, pair.count == 2,
        let account = pair[0].text.flatMap({ try? Address($0) }),
        let amount = pair[1].text.flatMap({ try? UInt256(decimal: $0) })
      else { throw malformed("entries[\(index)]", "an account and its entitlement") }
      entries.append((account, amount))
    }
    var proof: [Bytes32] = []
    for (index, hash) in hashes.enumerated() {
      guard let hash = hash.text.flatMap({ try? Bytes32(hex: $0) }) else {
        throw malformed("proof[\(index)]", "a hash")
      }
      proof.append(hash)
    }
    self.entries = entries
    leaves = entries.map { SluiceLeaf.hash(campaign, $0.account, $0.entitlement) }
    multiproof = Multiproof(
      leaves: leaves, proof: proof, flags: flags.utf8.map { $0 == 0x31 })
    let found: Bytes32
    do {
      found = try multiproof.root()
    } catch {
      throw BundleError(.wrongShard, file: file, found: error.found, expected: error.expected)
    }
    guard found == root, !entries.isEmpty else {
      throw BundleError(
        .wrongShard, file: file, found: "a way to \(found.hex)", expected: "a way to \(root.hex)",
        advice: "The shard was changed, or belongs to another root.")
    }
  }

  /// The ordinary proof of an account, out of the multiproof; nil where it is not in this shard.
  public func proof(of account: Address) -> ClaimProof? {
    guard let index = entries.firstIndex(where: { $0.account == account }),
      let proofs = try? multiproof.proofs()
    else { return nil }
    return ClaimProof(
      account: account, entitlement: entries[index].entitlement, leaf: leaves[index],
      proof: proofs[index])
  }
}

/// The leaf of Sluice's own distributor.
public enum SluiceLeaf {
  /// `keccak256(keccak256(abi.encode(campaign, account, entitlement)))`.
  public static func hash(
    _ campaign: Bytes32, _ account: Address, _ entitlement: UInt256
  ) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(campaign)
    sponge.update(account.bytes32)
    sponge.update(entitlement.bytes32)
    return Keccak256.hash(sponge.finalize())
  }
}
