import CanonicalJSON
import EthereumPrimitives

/// What decides money, by hash. The Keccak-256 of its bytes is the bundle's identity.
public struct Commitment: Sendable, Equatable {
  public static let format = "sluice-bundle-v1"
  public static let fileName = "commitment.json"

  /// A source's canonical rows.
  public struct Input: Sendable, Equatable {
    public let source: String
    public let rows: Int
    /// Keccak-256 of `inputs/<source>.csv`.
    public let hash: Bytes32
    /// The changes from which the rows are computed, where they are those of a series with a file.
    public var events: Events?
  }

  /// The changes of a series.
  public struct Events: Sendable, Equatable {
    public let changes: Int
    /// Keccak-256 of `events/<source>.csv`.
    public let hash: Bytes32
  }

  /// A campaign's new root and what it builds on.
  public struct Campaign: Sendable, Equatable {
    public let name: String
    /// Its identifier; zero in a draft.
    public let campaign: Bytes32
    /// The root that it builds on; zero for a first root.
    public let parentRoot: Bytes32
    /// The identity of the bundle that it builds on, from which carries come too, even where nobody
    /// was entitled to anything yet; zero where there is none that knows the campaign.
    public let parentCommitment: Bytes32
    /// Zero where nobody is entitled to anything.
    public let root: Bytes32
    /// Σ entitlements, base units.
    public let total: UInt256
    /// How many leaves.
    public let count: Int
  }

  /// What one program gave.
  public struct Program: Sendable, Equatable {
    public let name: String
    public let budget: UInt256
    public let carriedIn: UInt256
    public let allocated: UInt256
    public let carry: UInt256
  }

  public let law: Int
  public let epoch: UInt32
  public let isDraft: Bool
  public let planHash: Bytes32
  public let inputs: [Input]
  public let campaigns: [Campaign]
  public let programs: [Program]
  /// Keccak-256 of the data files, by name.
  public let files: [String: Bytes32]

  public var canonicalBytes: [UInt8] { json.canonicalBytes() }

  /// The bundle's identity.
  public var hash: Bytes32 { Keccak256.hash(canonicalBytes) }
}

// MARK: Writing

extension Commitment {
  private var json: JSON {
    .object([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "law", value: .integer(law)),
      .init(key: "epoch", value: .integer(Int(epoch))),
      .init(key: "draft", value: .bool(isDraft)),
      .init(key: "plan", value: .string(planHash.hex)),
      .init(key: "inputs", value: .array(inputs.map(\.json))),
      .init(key: "campaigns", value: .array(campaigns.map(\.json))),
      .init(key: "programs", value: .array(programs.map(\.json))),
      .init(
        key: "files",
        value: .object(files.map { .init(key: $0.key, value: .string($0.value.hex)) })),
    ])
  }
}

extension Commitment.Input {
  fileprivate var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "source", value: .string(source)), .init(key: "rows", value: .integer(rows)),
      .init(key: "hash", value: .string(hash.hex)),
    ]
    if let events {
      members += [
        .init(key: "changes", value: .integer(events.changes)),
        .init(key: "events", value: .string(events.hash.hex)),
      ]
    }
    return .object(members)
  }
}

extension Commitment.Campaign {
  fileprivate var json: JSON {
    .object([
      .init(key: "name", value: .string(name)),
      .init(key: "campaign", value: .string(campaign.hex)),
      .init(key: "parentRoot", value: .string(parentRoot.hex)),
      .init(key: "parentCommitment", value: .string(parentCommitment.hex)),
      .init(key: "root", value: .string(root.hex)),
      .init(key: "total", value: .string(total.decimal)),
      .init(key: "count", value: .integer(count)),
    ])
  }
}

extension Commitment.Program {
  fileprivate var json: JSON {
    .object([
      .init(key: "name", value: .string(name)),
      .init(key: "budget", value: .string(budget.decimal)),
      .init(key: "carriedIn", value: .string(carriedIn.decimal)),
      .init(key: "allocated", value: .string(allocated.decimal)),
      .init(key: "carry", value: .string(carry.decimal)),
    ])
  }
}

// MARK: Reading

extension Commitment {
  /// A plan has at most a thousand sources, campaigns and programs each; none of them takes ten
  /// values or a kilobyte.
  static let jsonLimits = JSONLimits(bytes: 4 << 20, depth: 8, values: 100_000)

  /// Reads the bytes of a `commitment.json`, which must be in the one form.
  public init(parsing bytes: [UInt8]) throws(BundleError) {
    let json: JSON
    do {
      json = try JSON.parse(bytes, limits: Self.jsonLimits)
    } catch {
      throw BundleError(
        .notJSON, file: Self.fileName, place: "line \(error.line), column \(error.column)",
        found: error.found, expected: error.expected)
    }
    let object = CommitmentObject(json: json, path: "")
    let format = try object.text("format")
    guard format == Self.format else {
      throw BundleError(
        .unknownFormat, file: Self.fileName, place: "format", found: "\"\(format.prefix(60))\"",
        expected: Self.format, advice: "A newer program may read it.")
    }
    try object.allowOnly([
      "format", "law", "epoch", "draft", "plan", "inputs", "campaigns", "programs", "files",
    ])
    law = try object.count("law")
    guard let epoch = UInt32(exactly: try object.count("epoch")) else {
      throw object.malformed("epoch", "an epoch's number")
    }
    self.epoch = epoch
    isDraft = try object.flag("draft")
    planHash = try object.hash("plan")
    inputs = try object.objects("inputs").map { entry throws(BundleError) in
      try entry.allowOnly(["source", "rows", "hash", "changes", "events"])
      let hasEvents = entry.json["events"] != nil || entry.json["changes"] != nil
      return Input(
        source: try entry.name("source"), rows: try entry.count("rows"),
        hash: try entry.hash("hash"),
        events: hasEvents
          ? Events(changes: try entry.count("changes"), hash: try entry.hash("events")) : nil)
    }
    campaigns = try object.objects("campaigns").map { entry throws(BundleError) in
      try entry.allowOnly([
        "name", "campaign", "parentRoot", "parentCommitment", "root", "total", "count",
      ])
      return Campaign(
        name: try entry.name("name"), campaign: try entry.hash("campaign"),
        parentRoot: try entry.hash("parentRoot"),
        parentCommitment: try entry.hash("parentCommitment"), root: try entry.hash("root"),
        total: try entry.amount("total"), count: try entry.count("count"))
    }
    programs = try object.objects("programs").map { entry throws(BundleError) in
      try entry.allowOnly(["name", "budget", "carriedIn", "allocated", "carry"])
      return Program(
        name: try entry.name("name"), budget: try entry.amount("budget"),
        carriedIn: try entry.amount("carriedIn"), allocated: try entry.amount("allocated"),
        carry: try entry.amount("carry"))
    }
    files = try object.hashes("files")
    let names = [DataFiles.allocations, DataFiles.entitlements, DataFiles.exclusions]
    guard files.keys.sorted() == names else {
      throw BundleError(
        .malformedMember, file: Self.fileName, place: "files",
        found: files.keys.sorted().map { String($0.prefix(60)) }.prefix(4).joined(separator: ", "),
        expected: names.joined(separator: ", "))
    }
    guard canonicalBytes == bytes else {
      throw BundleError(
        .notCanonical, file: Self.fileName, found: "other bytes for the same content",
        expected: "compact JSON with sorted keys and no line end",
        advice: "Fetch the file as it was published, byte for byte.")
    }
  }
}

/// Typed access to the members of a commitment.
private struct CommitmentObject {
  let json: JSON
  let path: String

  func allowOnly(_ keys: Set<String>) throws(BundleError) {
    guard let members = json.members else {
      throw BundleError(
        .malformedMember, file: Commitment.fileName, place: path, found: json.kindName,
        expected: "an object")
    }
    if let other = members.first(where: { !keys.contains($0.key) }) {
      throw BundleError(
        .malformedMember, file: Commitment.fileName, place: place(other.key),
        found: "a member that the format does not have", expected: "only known members")
    }
  }

  func text(_ key: String) throws(BundleError) -> String {
    guard let text = json[key]?.text else { throw malformed(key, "a string") }
    return text
  }

  /// A name that the plan format allows, which therefore can stand in a path.
  func name(_ key: String) throws(BundleError) -> String {
    let name = try text(key)
    let isPlain = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x5F
    }
    guard isPlain, (1...64).contains(name.utf8.count) else {
      throw malformed(key, "letters, digits, - and _")
    }
    return name
  }

  func count(_ key: String) throws(BundleError) -> Int {
    guard let count = json[key]?.wholeNumber, count >= 0 else {
      throw malformed(key, "a whole number")
    }
    return count
  }

  func flag(_ key: String) throws(BundleError) -> Bool {
    guard case .bool(let flag)? = json[key] else { throw malformed(key, "true or false") }
    return flag
  }

  func hash(_ key: String) throws(BundleError) -> Bytes32 {
    guard let hash = try? Bytes32(hex: try text(key)) else {
      throw malformed(key, "0x and 64 hexadecimal digits")
    }
    return hash
  }

  func amount(_ key: String) throws(BundleError) -> UInt256 {
    guard let amount = try? UInt256(decimal: try text(key)) else {
      throw malformed(key, "base units as a string of decimal digits")
    }
    return amount
  }

  func objects(_ key: String) throws(BundleError) -> [CommitmentObject] {
    guard let elements = json[key]?.elements else { throw malformed(key, "an array") }
    return elements.enumerated().map {
      CommitmentObject(json: $0.element, path: "\(place(key))[\($0.offset)]")
    }
  }

  func hashes(_ key: String) throws(BundleError) -> [String: Bytes32] {
    guard let members = json[key]?.members else { throw malformed(key, "an object") }
    let inner = CommitmentObject(json: .object(members), path: place(key))
    var hashes: [String: Bytes32] = [:]
    for member in members { hashes[member.key] = try inner.hash(member.key) }
    return hashes
  }

  private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func malformed(_ key: String, _ expected: String) -> BundleError {
    BundleError(
      .malformedMember, file: Commitment.fileName, place: place(key),
      found: json[key]?.kindName ?? "nothing", expected: expected)
  }
}
