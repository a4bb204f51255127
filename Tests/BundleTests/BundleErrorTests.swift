import Bundle
import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

/// One way of damaging a bundle, and what reading it must say then.
struct Damage: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: BundleError.Kind
  let file: String
  /// Part of the place; empty for the whole file.
  let place: String
  /// Part of the description.
  let words: String
  /// Damages the bundle and does what fails; nil loads it.
  let act: @Sendable (BundleFolder) throws -> Void

  var testDescription: String { name }

  /// Damages the small bundle, which is loaded then.
  static func load(
    _ name: String, _ kind: BundleError.Kind, _ file: String, _ place: String, _ words: String,
    _ damage: @escaping @Sendable (BundleFolder) throws -> Void
  ) -> Damage {
    Damage(name: name, kind: kind, file: file, place: place, words: words) {
      try damage($0)
      _ = try $0.load()
    }
  }

  /// Changes a member of the commitment.
  static func commitment(
    _ path: String, to value: JSON?, _ kind: BundleError.Kind, _ place: String, _ words: String,
    found file: String = "commitment.json"
  ) -> Damage {
    load("commitment.json, \(path): \(words)", kind, file, place, words) {
      try $0.commit(path, to: value)
    }
  }

  /// Changes a text of a data file and commits to it.
  static func data(
    _ file: String, _ old: String, _ new: String, _ kind: BundleError.Kind, _ place: String,
    _ words: String
  ) -> Damage {
    load("\(file): \(words)", kind, file, place, words) {
      try $0.editAndCommit(file, old, new)
    }
  }
}

private let word = String(repeating: "0", count: 63)
private let hashOne = JSON.string("0x" + word + "1")

private let broken: [Damage] = [
  .load("A file that is missing", .cannotRead, "plan.yaml", "", "No such file") {
    try $0.remove("plan.yaml")
  },
  .load("A folder in place of a file", .cannotRead, "allocations.csv", "", "no file") {
    try $0.remove("allocations.csv")
    try $0.write([], to: "allocations.csv/inner")
  },
  .load("A symbolic link in place of a file", .cannotRead, "commitment.json", "", "a file of the") {
    let path = $0.path + "/commitment.json"
    try FileManager.default.moveItem(atPath: path, toPath: $0.path + "/elsewhere")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "elsewhere")
  },
  Damage(
    name: "A commitment above the limit", kind: .fileTooLarge, file: "commitment.json", place: "",
    words: "expected at most 1000"
  ) {
    var limits = BundleLimits()
    limits.smallFileBytes = 1000
    _ = try $0.load(limits: limits)
  },
  Damage(
    name: "A data file above the limit", kind: .fileTooLarge, file: "inputs/points.csv",
    place: "", words: "found 240 bytes, expected at most 200"
  ) {
    var limits = BundleLimits()
    limits.fileBytes = 200
    _ = try $0.load(limits: limits)
  },
  .load("A commitment that is cut off", .notJSON, "commitment.json", "line 1, column 101", "end") {
    try $0.write(Array(try $0.bytes("commitment.json").prefix(100)), to: "commitment.json")
  },
  .load("A line end after the commitment", .notCanonical, "commitment.json", "", "other bytes") {
    try $0.write(try $0.bytes("commitment.json") + [0x0A], to: "commitment.json")
  },
  .load("A hash in capitals", .notCanonical, "commitment.json", "", "byte for byte") {
    try $0.edit("commitment.json", "0xddb2", "0xDDB2")
  },
  .load("A key that stands twice", .notJSON, "commitment.json", "line 1", "draft") {
    try $0.edit("commitment.json", "\"draft\":false", "\"draft\":false,\"draft\":false")
  },
  .load("Members in another order", .notCanonical, "commitment.json", "", "sorted keys") {
    try $0.edit("commitment.json", "\"draft\":false,\"epoch\":0,", "\"epoch\":0,\"draft\":false,")
  },
]

private let members: [Damage] = [
  .commitment("format", to: .string("sluice-bundle-v9"), .unknownFormat, "format", "v9"),
  .commitment("format", to: nil, .malformedMember, "format", "found nothing, expected a string"),
  .commitment("law", to: .string("1"), .malformedMember, "law", "expected a whole number"),
  .commitment("epoch", to: .number("-1"), .malformedMember, "epoch", "expected a whole number"),
  .commitment(
    "epoch", to: .number("4294967296"), .malformedMember, "epoch", "an epoch's number"),
  .commitment(
    "epoch", to: .integer(1), .malformedMember, "epoch", "in which a program of the plan runs"),
  .commitment("draft", to: .string("no"), .malformedMember, "draft", "true or false"),
  .commitment("plan", to: .string("0x12"), .malformedMember, "plan", "64 hexadecimal digits"),
  .commitment("extra", to: .null, .malformedMember, "extra", "only known members"),
  .commitment("inputs", to: .string(""), .malformedMember, "inputs", "expected an array"),
  .commitment("inputs.0", to: .null, .malformedMember, "inputs[0]", "expected an object"),
  .commitment("inputs.1.line", to: .null, .malformedMember, "inputs[1].line", "only known"),
  .commitment(
    "inputs.0.rows", to: .string("5"), .malformedMember, "inputs[0].rows", "a whole number"),
  .commitment("campaigns.1.x", to: .null, .malformedMember, "campaigns[1].x", "only known"),
  .commitment(
    "campaigns.1.total", to: .integer(10_000), .malformedMember, "campaigns[1].total",
    "base units as a string"),
  .commitment(
    "campaigns.0.parentRoot", to: nil, .malformedMember, "campaigns[0].parentRoot", "nothing"),
  .commitment("programs.2.x", to: .null, .malformedMember, "programs[2].x", "only known"),
  .commitment(
    "programs.0.carry", to: .string("00"), .malformedMember, "programs[0].carry", "base units"),
  .commitment("files", to: .array([]), .malformedMember, "files", "expected an object"),
  .commitment(
    "files", to: .object([]), .malformedMember, "files",
    "expected allocations.csv, entitlements.csv, exclusions.csv"),
  .load(
    "A fourth data file", .malformedMember, "commitment.json", "files",
    "found allocations.csv, entitlements.csv, exclusions.csv, more"
  ) {
    let files = try $0.commitment()["files"]?.members ?? []
    try $0.commit("files", to: .object(files + [.init(key: "more", value: hashOne)]))
  },
]

private let rows: [Damage] = [
  .data("allocations.csv", "program,", "programme,", .malformedRow, "line 1", "the header"),
  .data("exclusions.csv", ",reason,", ",why,", .malformedRow, "line 1", "the header"),
  .data("entitlements.csv", "campaign,", "c,", .malformedRow, "line 1", "the header"),
  .data("inputs/points.csv", "points", "score", .malformedRow, "line 1", "account,points"),
  .load("A data file cut off", .malformedRow, "allocations.csv", "the end", "no line end") {
    try $0.write(try $0.bytes("allocations.csv").dropLast(), to: "allocations.csv")
    try $0.commitFiles()
  },
  .data("allocations.csv", ",143", ",143,1", .malformedRow, "line 2", "found 5 fields"),
  .data("allocations.csv", ",143", ",0143", .malformedRow, "line 2", "without leading zeros"),
  .data(
    "allocations.csv", "users,0,0x000000000000000000000000000000000000000a",
    "users,0,0x000000000000000000000000000000000000000A", .malformedRow, "line 2",
    "an account in lower case"),
  .data(
    "entitlements.csv", "open,0x000000000000000000000000000000000000000a",
    "open,0x0000000000000000000000000000000000000000", .malformedRow, "line 2",
    "an account in lower case"),
  .data("inputs/points.csv", ",9\n", ",9.0\n", .malformedRow, "line 6", "a whole number"),
  .data("allocations.csv", "users,0,", "users,1,", .malformedRow, "line 2", "expected 0"),
  .data("exclusions.csv", "users,0,", "users,00,", .malformedRow, "line 2", "epoch 00"),
  .data(
    "exclusions.csv", "zero-weight,0", "filtered-out,0.50", .malformedRow, "line 2",
    "in its shortest form"),
  .data("exclusions.csv", "zero-weight", "too-late", .malformedRow, "line 2", "a reason code"),
  .data("exclusions.csv", "plan,9", "plan,", .malformedRow, "line 3", "a whole number"),
  .data(
    "allocations.csv", "000a,143\nusers,0,0x000000000000000000000000000000000000000b,286",
    "000b,286\nusers,0,0x000000000000000000000000000000000000000a,143", .wrongOrder, "line 3",
    "each account once, ascending"),
  .data("allocations.csv", "00f2,", "00f1,", .wrongOrder, "line 8", "each account once"),
  .data("exclusions.csv", "0000ee,", "00000d,", .wrongOrder, "line 3", "each account once"),
  .data("entitlements.csv", "00000c,", "00000b,", .wrongOrder, "line 4", "each account once"),
  .data("inputs/points.csv", "00000a,", "00000f,", .wrongOrder, "line 3", "belongs before"),
  .data("inputs/grants.csv", "b,50\n", "b,500\n", .wrongOrder, "line 3", "by account, then by"),
  .data("inputs/points.csv", "0ee,9", "00d,9", .wrongOrder, "line 6", "each account once, as the"),
]

private let contents: [Damage] = [
  .load("A plan that is none", .malformedPlan, "plan.yaml", "", "version") {
    try $0.edit("plan.yaml", "version: 1", "version: 2")
  },
  .load("A plan with another budget", .wrongPlan, "plan.yaml", "", "after it was committed") {
    try $0.edit("plan.yaml", "budget: 10\n", "budget: 11\n")
  },
  .commitment(
    "plan", to: hashOne, .wrongPlan, "", "expected 0x" + word + "1", found: "plan.yaml"),
  .commitment("draft", to: .bool(true), .wrongPlan, "draft or law", "expected draft false, law 1"),
  .commitment("law", to: .integer(2), .wrongPlan, "draft or law", "found draft false, law 2"),
  .load("An allocation that was changed", .wrongHash, "allocations.csv", "", "was changed") {
    try $0.edit("allocations.csv", ",143", ",144")
  },
  .load("An exclusion that was changed", .wrongHash, "exclusions.csv", "", "was changed") {
    try $0.edit("exclusions.csv", "plan,9", "plan,8")
  },
  .load("An entitlement that was changed", .wrongHash, "entitlements.csv", "", "was changed") {
    try $0.edit("entitlements.csv", ",871", ",872")
  },
  .load("An input that was changed", .wrongHash, "inputs/grants.csv", "", "was changed") {
    try $0.edit("inputs/grants.csv", ",300", ",301")
  },
  .commitment(
    "inputs.0.hash", to: hashOne, .wrongHash, "", word + "1", found: "inputs/points.csv"),
  .commitment("inputs.0.rows", to: .integer(4), .wrongSum, "inputs points.rows", "expected 5"),
  .data("allocations.csv", ",143", ",0", .wrongSum, "line 2", "an amount above 0"),
  .data("allocations.csv", ",143", ",142", .wrongSum, "program users", "expected 1000, as"),
  .commitment(
    "programs.1.carry", to: .string("51"), .wrongSum, "program grants", "carry 51, expected the"),
  .commitment(
    "programs.1.budget", to: .string("501"), .wrongSum, "program grants", "the budget, 501"),
  .commitment(
    "programs.1.carry",
    to: .string((UInt256.max &- UInt256(449)).decimal), .wrongSum, "program grants", "budget"),
  .commitment(
    "programs.0.carriedIn", to: .string("1"), .wrongSum, "program users", "0 in the first epoch"),
  .data("entitlements.csv", ",143", ",0", .wrongSum, "line 2", "an amount above 0"),
  .data("entitlements.csv", ",143", ",144", .wrongSum, "campaign open", "expected 1450 for 3"),
  .commitment(
    "campaigns.0.count", to: .integer(4), .wrongSum, "campaign open", "for 3 accounts",
    found: "entitlements.csv"),
  .commitment("inputs.0.source", to: .string("x"), .wrongName, "inputs", "expected points, grants"),
  .commitment("programs.1", to: nil, .wrongName, "programs", "users, grants, founders"),
  .commitment(
    "campaigns.2.name", to: .string("x"), .wrongName, "campaigns", "expected open, team, later"),
  .data("exclusions.csv", "users,0", "others,0", .wrongName, "line 2", "found 'others'"),
  .load("A row of no program", .wrongName, "allocations.csv", "line 9", "found 'more'") {
    let row = "more,0,\(SmallBundle.a.hex),1\n"
    try $0.write(try $0.bytes("allocations.csv") + Array(row.utf8), to: "allocations.csv")
    try $0.commitFiles()
  },
  .load("A row of no campaign", .wrongName, "entitlements.csv", "line 7", "found 'more'") {
    let row = "more,\(SmallBundle.a.hex),1\n"
    try $0.write(try $0.bytes("entitlements.csv") + Array(row.utf8), to: "entitlements.csv")
    try $0.commitFiles()
  },
  .commitment("campaigns.0.campaign", to: hashOne, .wrongCampaign, "campaign open", "as the plan"),
  .commitment("campaigns.0.root", to: hashOne, .wrongRoot, "campaign open", "from entitlements"),
  .commitment("campaigns.2.root", to: hashOne, .wrongRoot, "campaign later", "from entitlements"),
  .commitment(
    "campaigns.0.parentRoot", to: hashOne, .wrongRoot, "campaign open, parentRoot",
    "from entitlements less allocations"),
]

private let proofs: [Damage] = [
  Damage(
    name: "An account without entitlement", kind: .unknownAccount, file: "campaign open",
    place: "", words: "an account that it entitles"
  ) { _ = try proof($0, SmallBundle.f) },
  Damage(
    name: "Any account of a campaign without any", kind: .unknownAccount, file: "campaign later",
    place: "", words: "an account that it entitles"
  ) { _ = try proof($0, SmallBundle.a, campaign: 2) },
  .proof("No proofs, and data that are missing", .cannotRead, "allocations.csv", "", "No such") {
    try $0.remove("proofs")
    try $0.remove("allocations.csv")
  },
  .proof("An index that is cut off", .notJSON, "accounts/all.json", "line 1", "end of the text") {
    try $0.write(Array(try $0.bytes(index($0)).prefix(100)), to: index($0))
  },
  .proof("An index of another format", .unknownFormat, "accounts/all.json", "format", "v9") {
    try $0.edit(index($0), "accounts-v1", "accounts-v9")
  },
  .proof("An index without entries", .malformedMember, "accounts/all.json", "entries", "nothing") {
    try $0.edit(index($0), "\"entries\"", "\"entry\"")
  },
  .proof("An amount in an index that is none", .malformedMember, "/all.json", "entries", "its") {
    try $0.edit(index($0), "\"143\"", "143")
  },
  .proof("A shard that is missing", .cannotRead, "/all.json", "", "No such file") {
    try $0.remove(shard($0))
  },
  .proof("A shard that is cut off", .notJSON, "/all.json", "line 1", "end of the text") {
    try $0.write(Array(try $0.bytes(shard($0)).prefix(100)), to: shard($0))
  },
  .proof("A shard of another format", .unknownFormat, "/all.json", "format", "expected sluice-") {
    try $0.edit(shard($0), "shard-v1", "shard-v9")
  },
  .proof("A shard without flags", .malformedMember, "/all.json", "", "entries, proof and flags") {
    try $0.edit(shard($0), "\"flags\":\"", "\"flag\":\"")
  },
  .proof("A flag that is none", .malformedMember, "/all.json", "", "entries, proof and flags") {
    try $0.edit(shard($0), "\"flags\":\"1", "\"flags\":\"2")
  },
  .proof("An entry that is none", .malformedMember, "/all.json", "entries[0]", "its entitlement") {
    try $0.edit(shard($0), "\"entries\":[[", "\"entries\":[[\"\",")
  },
  .proof("A hash that is none", .malformedMember, "/all.json", "proof[0]", "a hash") {
    try $0.edit(shard($0), "\"proof\":[", "\"proof\":[\"0x00\"")
  },
  .proof("A hash too many", .wrongShard, "/all.json", "", "one flag less than") {
    try $0.edit(shard($0), "\"proof\":[", "\"proof\":[\"0x\(word)1\"")
  },
  .proof("A flag too few", .wrongShard, "/all.json", "", "one flag less than") {
    try $0.edit(shard($0), "\"flags\":\"1", "\"flags\":\"")
  },
  .proof("Flags that ask for hashes that are not there", .wrongShard, "/all.json", "", "too few") {
    try $0.edit(shard($0), "\"flags\":\"1", "\"flags\":\"0")
  },
  .proof("An entitlement in a shard that is raised", .wrongShard, "/all.json", "", "a way to") {
    try $0.edit(shard($0), "\"143\"", "\"1430\"")
  },
  .proof("An entry in the index that is raised", .wrongShard, "/all.json", "", "of 1430") {
    try $0.edit(index($0), "\"143\"", "\"1430\"")
  },
]

extension Damage {
  fileprivate static func proof(
    _ name: String, _ kind: BundleError.Kind, _ file: String, _ place: String, _ words: String,
    _ damage: @escaping @Sendable (BundleFolder) throws -> Void
  ) -> Damage {
    Damage(name: name, kind: kind, file: file, place: place, words: words) {
      try damage($0)
      _ = try BundleTests.proof($0, SmallBundle.a)
    }
  }
}

private func folder(_ bundle: BundleFolder) throws -> String {
  let campaigns = try bundle.commitment().member("campaigns").elements ?? []
  return "proofs/open/\(try campaigns[0].textMember("root"))"
}

private func shard(_ bundle: BundleFolder) throws -> String { try folder(bundle) + "/all.json" }

private func index(_ bundle: BundleFolder) throws -> String {
  try folder(bundle) + "/accounts/all.json"
}

private func proof(
  _ bundle: BundleFolder, _ account: Address, campaign: Int = 0
) throws -> ClaimProof {
  let commitment = try BundleReader.commitment(bundle.path)
  return try BundleReader.proof(
    of: account, campaign: commitment.campaigns[campaign], in: bundle.path)
}

private let writing: [Damage] = [
  Damage(
    name: "A target that is there", kind: .targetExists, file: "bundle", place: "",
    words: "never overwritten"
  ) { _ = try BundleWriter.write(try SmallBundle.contents(), to: $0.path) },
  Damage(
    name: "A target below a file", kind: .cannotWrite, file: ".partial", place: "",
    words: "Not a directory"
  ) { _ = try BundleWriter.write(try SmallBundle.contents(), to: $0.path + "/plan.yaml/bundle") },
  Damage(
    name: "An account twice in a campaign", kind: .wrongOrder, file: "entitlements.csv", place: "",
    words: "found several rows"
  ) {
    let twice = try listBundle([(account(1), units(1)), (account(1), units(2))])
    _ = try BundleWriter.write(twice, to: $0.path + "-2")
  },
]

private let children: [Damage] = [
  .child("An epoch after the last one", .malformedMember, "commitment.json", "epoch", "found 2") {
    let bundle = try BundleFolder(try ChildBundle.contents())
    try bundle.commit("epoch", to: .integer(2))
    return bundle
  },
  .child("More carried in than given", .wrongSum, "commitment.json", "program", "the budget, 70") {
    let bundle = try BundleFolder(try ChildBundle.contents())
    try bundle.commit("programs.0.carriedIn", to: .string("71"))
    return bundle
  },
  .child("Less owed than is allocated", .wrongSum, "entitlements.csv", "campaign", "at least 40") {
    try BundleFolder(try ChildBundle.contents(owed: [(1, 80), (2, 39), (3, 41)]))
  },
  .child("An allocation that nobody owes", .wrongSum, "entitlements.csv", "campaign", "found 0") {
    try BundleFolder(try ChildBundle.contents(owed: [(1, 80), (3, 80)]))
  },
  .child("Somebody else owed in the parent", .wrongRoot, "commitment.json", "campaign", "less al") {
    try BundleFolder(try ChildBundle.contents(owed: [(1, 80), (2, 40), (4, 40)]))
  },
  .child("A parent root of nothing", .wrongRoot, "commitment.json", "campaign main", "0x0000") {
    try BundleFolder(try ChildBundle.contents(owed: [(1, 30), (2, 40)]))
  },
  .child("No parent root", .wrongRoot, "commitment.json", "campaign main, parentRoot", "0x000") {
    try BundleFolder(try ChildBundle.contents(parentRoot: .zero))
  },
  .child("A parent root of no bundle", .wrongRoot, "commitment.json", "campaign", "the identity") {
    try BundleFolder(try ChildBundle.contents(parentCommitment: .zero))
  },
]

extension Damage {
  fileprivate static func child(
    _ name: String, _ kind: BundleError.Kind, _ file: String, _ place: String, _ words: String,
    _ make: @escaping @Sendable () throws -> BundleFolder
  ) -> Damage {
    Damage(name: name, kind: kind, file: file, place: place, words: words) { _ in
      _ = try make().load()
    }
  }
}

private let table = broken + members + rows + contents + children + proofs + writing

@Suite("INV-012: every damage to a bundle is found, with kind, file, place and values")
struct BundleErrorTests {
  @Test("Damage is found", arguments: table)
  func damage(_ damage: Damage) throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let error = #expect(throws: BundleError.self) { try damage.act(bundle) }
    guard let error else { return }
    #expect(error.kind == damage.kind, "\(error)")
    #expect(error.file.hasSuffix(damage.file), "\(error)")
    #expect(
      damage.place.isEmpty ? error.place.isEmpty : error.place.hasPrefix(damage.place), "\(error)")
    #expect(error.description.contains(damage.words), "\(error)")
    #expect(error.description.contains("found ") && error.description.contains(", expected "))
  }

  @Test("Without damage all of these bundles load")
  func undamaged() throws {
    _ = try BundleFolder(try SmallBundle.contents()).load()
    _ = try BundleFolder(try listBundle([(account(1), units(1))])).load()
    let child = try BundleFolder(try ChildBundle.contents()).load()
    #expect(child.commitment.epoch == 1)
    #expect(child.campaigns == (try ChildBundle.contents().campaigns))
  }

  @Test("Every kind of error has its row, and every row its name")
  func coverage() {
    #expect(Set(table.map(\.kind)) == Set(BundleError.Kind.allCases))
    #expect(Set(table.map(\.name)).count == table.count)
  }
}
