import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Foundation
import MerkleTree
import PlanFile
import TestKit

enum Vectors {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Vectors")

  static func data(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// Every file below a folder of the vectors, by its path in it, ascending.
  static func files(below name: String) throws -> [String] {
    let base = folder.appendingPathComponent(name).path
    return try FileManager.default.subpathsOfDirectory(atPath: base)
      .filter { $0.contains(".") }.sorted()
  }
}

extension JSON {
  /// A whole number, written as a number or, where it is large, as a string.
  func numberMember(_ name: String) throws -> UInt64 {
    let value = try member(name)
    if case .number(let literal) = value, let number = UInt64(literal) { return number }
    guard let number = value.text.flatMap({ UInt64($0) }) else { throw MissingMember(name: name) }
    return number
  }

  func accountMember(_ name: String) throws -> Address { try Address(try textMember(name)) }

  /// The value with another one at a path such as `campaigns.0.total`; nil takes it away.
  func setting(_ path: String, to value: JSON?) -> JSON {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let rest = parts.count > 1 ? parts[1] : nil
    func changed(_ old: JSON?) -> JSON? {
      rest.map { (old ?? .object([])).setting($0, to: value) } ?? value
    }
    switch self {
    case .array(let elements):
      guard let index = Int(parts[0]) else { return self }
      let old = elements.indices.contains(index) ? elements[index] : nil
      var list = elements
      list.replaceSubrange(
        min(index, list.count)..<min(index + 1, list.count), with: changed(old).map { [$0] } ?? [])
      return .array(list)
    case .object(let members):
      let new = changed(self[parts[0]]).map { [Member(key: parts[0], value: $0)] } ?? []
      return .object(members.filter { $0.key != parts[0] } + new)
    default: return self
    }
  }
}

/// The account whose 160-bit number is `number`.
func account(_ number: UInt64) -> Address {
  let tail = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  return Address(bytes: ([UInt8](repeating: 0, count: 12) + tail)[...]) ?? .zero
}

/// The account that scripts/vectors/bundle.py gives the number: the first 20 bytes of its hash.
func hashedAccount(_ number: Int) -> Address {
  let hash = Keccak256.hash(UInt256(UInt64(number)).bytes32)
  return Address(bytes: hash.bytes.prefix(20)) ?? .zero
}

func units(_ value: UInt64) -> UInt256 { UInt256(value) }

/// Entitlements of a campaign of many accounts, as the vector script has them.
func many(_ count: Int) -> CampaignEntitlements {
  let rows = (0..<count).map { (hashedAccount($0), units(7 * UInt64($0) + 1)) }
    .sorted { $0.0 < $1.0 }
  return CampaignEntitlements(
    name: "many", identifier: Keccak256.hash(utf8: "a campaign"),
    entitlements: Entitlements(accounts: rows.map(\.0), amounts: rows.map(\.1)))
}

/// The bundle of `Vectors/small`: rows and amounts worked out by hand, as in the vector script.
enum SmallBundle {
  static let a = account(0xA)
  static let b = account(0xB)
  static let c = account(0xC)
  static let d = account(0xD)
  static let exchange = account(0xEE)
  static let f = account(0xF1)
  static let g = account(0xF2)

  static func contents() throws -> BundleContents {
    let bytes = try Vectors.data("small/plan.yaml")
    let plan = try PlanFile.parse(bytes, file: "plan.yaml").plan
    return BundleContents(
      plan: plan, planBytes: bytes, epoch: EpochIndex(0), inputs: inputs(plan),
      outcomes: outcomes, campaigns: campaigns(plan), derived: derived)
  }

  /// Rows as files have them, in no order.
  private static func inputs(_ plan: Plan) -> [CanonicalInput] {
    let points = SourceRows(
      source: "points", accounts: [c, b, a, d, exchange], values: [[4, 2, 1, 0, 9].map(units)],
      lines: [2, 3, 4, 5, 6])
    let grants = SourceRows(
      source: "grants", accounts: [b, c, b], values: [[100, 300, 50].map(units)], lines: [1, 2, 3])
    return zip(plan.sources, [points, grants]).map { CanonicalInput($0, sorting: $1) }
  }

  private static func outcome(
    _ name: String, _ budget: UInt64, _ rows: [(Address, UInt64)], carry: UInt64 = 0,
    _ exclusions: [Exclusion] = []
  ) -> ProgramOutcome {
    ProgramOutcome(
      program: name, epoch: EpochIndex(0), budget: Amount(units(budget)), carriedIn: .zero,
      accounts: rows.map(\.0), amounts: rows.map { units($0.1) }, exclusions: exclusions,
      allocated: Amount(units(budget - carry)), carry: Amount(units(carry)), totalWeight: nil)
  }

  static let outcomes = [
    outcome(
      "users", 1000, [(a, 143), (b, 286), (c, 571)],
      [
        Exclusion(account: d, reason: .zeroWeight, value: .zero),
        Exclusion(account: exchange, reason: .excludedByPlan, value: units(9)),
      ]),
    outcome("grants", 500, [(b, 150), (c, 300)], carry: 50),
    outcome("founders", 10_000, [(f, 7500), (g, 2500)]),
  ]

  private static func campaigns(_ plan: Plan) -> [CampaignEntitlements] {
    let lists: [[(Address, UInt64)]] = [
      [(a, 143), (b, 436), (c, 871)], [(f, 7500), (g, 2500)], [],
    ]
    return zip(plan.campaigns, lists).map { campaign, list in
      CampaignEntitlements(
        name: campaign.name, identifier: CampaignIdentity.identifier(of: campaign),
        entitlements: Entitlements(
          accounts: list.map(\.0), amounts: list.map { units($0.1) }))
    }
  }

  private static let derived = Derived(
    engine: "by hand",
    sources: [
      Derived.Source(
        source: "points", file: "points.csv",
        rawHash: Keccak256.hash(utf8: "the bytes of points.csv"), lines: [4, 3, 2, 5, 6],
        unusedColumns: ["note"]),
      Derived.Source(
        source: "grants", file: "grants.jsonl.gz",
        rawHash: Keccak256.hash(utf8: "the bytes of grants.jsonl.gz"), lines: [3, 1, 2],
        unusedColumns: []),
    ])
}

/// A draft of one campaign whose source gives every account its amount.
func listBundle(_ rows: [(account: Address, amount: UInt256)]) throws -> BundleContents {
  let total = rows.reduce(UInt256.zero) { $0 &+ $1.amount }
  let text = """
    version: 1
    name: List
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - {name: list, file: list.csv, columns: [{name: amount, type: amount, token: ACME}]}
    programs:
      - {name: all, kind: airdrop, campaign: main, budget: \(total.decimal), from: list,
         amount: amount}
    """
  let bytes = Array(text.utf8)
  let plan = try PlanFile.parse(bytes, file: "plan.yaml").plan
  let sorted = rows.sorted { $0.account < $1.account }
  let accounts = sorted.map(\.account)
  let amounts = sorted.map(\.amount)
  let input = CanonicalInput(
    plan.sources[0],
    sorting: SourceRows(
      source: "list", accounts: rows.map(\.account), values: [rows.map(\.amount)],
      lines: rows.indices.map { UInt32($0 + 2) }))
  let outcome = ProgramOutcome(
    program: "all", epoch: EpochIndex(0), budget: Amount(total), carriedIn: .zero,
    accounts: accounts, amounts: amounts, exclusions: [], allocated: Amount(total), carry: .zero,
    totalWeight: nil)
  return BundleContents(
    plan: plan, planBytes: bytes, epoch: EpochIndex(0), inputs: [input], outcomes: [outcome],
    campaigns: [
      CampaignEntitlements(
        name: "main", identifier: .zero,
        entitlements: Entitlements(accounts: accounts, amounts: amounts))
    ],
    derived: Derived(
      engine: "test",
      sources: [
        Derived.Source(
          source: "list", file: "list.csv", rawHash: .zero, lines: input.rows.lines,
          unusedColumns: [])
      ]))
}

/// The second of two epochs: account 1 was owed 50 and account 3 was owed 40, 10 were carried over;
/// now account 1 gets 30 more and account 2 gets 40.
enum ChildBundle {
  private static let text = """
    version: 1
    name: Two epochs
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 2}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    programs:
      - {name: all, kind: airdrop, campaign: main, budget: 160, from: list, weight: points,
         emission: {shape: table, amounts: [100, 60]}}
    """

  private static func list(_ rows: [(UInt64, UInt64)]) -> Entitlements {
    Entitlements(accounts: rows.map { account($0.0) }, amounts: rows.map { units($0.1) })
  }

  /// - Parameters: what deviates from the right bundle.
  static func contents(
    owed: [(UInt64, UInt64)] = [(1, 80), (2, 40), (3, 40)], parentRoot: Bytes32? = nil,
    parentCommitment: Bytes32 = Keccak256.hash(utf8: "the parent's commitment")
  ) throws -> BundleContents {
    let plan = try PlanFile.parse(Array(text.utf8), file: "plan.yaml").plan
    let before = list([(1, 50), (3, 40)])
    let tree = try EncodedTree.build(
      AccountRows(accounts: before.accounts, amounts: before.amounts, campaign: .zero),
      encoding: .sluice)
    let now = list([(1, 30), (2, 40)])
    let outcome = ProgramOutcome(
      program: "all", epoch: EpochIndex(1), budget: Amount(units(70)),
      carriedIn: Amount(units(10)), accounts: now.accounts, amounts: now.amounts, exclusions: [],
      allocated: Amount(units(70)), carry: .zero, totalWeight: nil)
    let rows = SourceRows(
      source: "list", accounts: now.accounts, values: [[3, 4].map(units)], lines: [2, 3])
    return BundleContents(
      plan: plan, planBytes: Array(text.utf8), epoch: EpochIndex(1),
      inputs: [CanonicalInput(plan.sources[0], sorting: rows)], outcomes: [outcome],
      campaigns: [
        CampaignEntitlements(
          name: "main", identifier: .zero, entitlements: list(owed),
          parentRoot: parentRoot ?? tree.root, parentCommitment: parentCommitment)
      ], derived: Derived(engine: "test", sources: []))
  }
}

/// A bundle on the disk that a test may damage.
struct BundleFolder {
  let folder: TemporaryFolder
  let path: String

  init(
    _ contents: BundleContents, options: BundleWriter.Options = BundleWriter.Options()
  ) throws {
    folder = try TemporaryFolder()
    path = folder.path + "/bundle"
    _ = try BundleWriter.write(contents, to: path, options: options)
  }

  func load(limits: BundleLimits = .standard) throws(BundleError) -> LoadedBundle {
    try BundleReader.load(path, limits: limits)
  }

  func bytes(_ name: String) throws -> [UInt8] { try folder.read("bundle/" + name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: "bundle/" + name)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }

  /// Replaces a text that stands in the file, once.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try bytes(name), as: UTF8.self)
    guard let range = text.range(of: old) else { throw MissingMember(name: old) }
    try write(Array(text.replacingCharacters(in: range, with: new).utf8), to: name)
  }

  /// Replaces a text of a data file and commits to the result: only the content is wrong then.
  func editAndCommit(_ name: String, _ old: String, _ new: String) throws {
    try edit(name, old, new)
    try commitFiles()
  }

  func commitment() throws -> JSON { try JSON.parse(try bytes("commitment.json")) }

  /// Changes a member of the commitment and writes it in its one form.
  func commit(_ path: String, to value: JSON?) throws {
    let changed = try commitment().setting(path, to: value)
    try write(changed.canonicalBytes(), to: "commitment.json")
  }

  /// Commits to the data files and inputs as they are now.
  func commitFiles() throws {
    var json = try commitment()
    for name in json["files"]?.members?.map(\.key) ?? [] {
      let hash = Keccak256.hash(try bytes(name)).hex
      // Names have a point in them, so that they are no path.
      json = json.setting("files", to: json["files"]?.settingMember(name, .string(hash)))
    }
    for (index, input) in (json["inputs"]?.elements ?? []).enumerated() {
      let hash = Keccak256.hash(try bytes("inputs/\(input["source"]?.text ?? "").csv")).hex
      json = json.setting("inputs.\(index).hash", to: .string(hash))
    }
    try write(json.canonicalBytes(), to: "commitment.json")
  }
}

extension JSON {
  fileprivate func settingMember(_ key: String, _ value: JSON) -> JSON {
    .object((members ?? []).filter { $0.key != key } + [Member(key: key, value: value)])
  }
}
