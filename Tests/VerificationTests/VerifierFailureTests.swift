import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@testable import Verification

private typealias Given = VerifierSample

/// A bundle, or what a verifier has beside it, that cannot even be compared.
private struct Broken: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: VerificationFailure.Kind
  let file: String
  let place: String
  /// Part of the description.
  let words: String
  let damage: @Sendable (VerifierSample) throws -> Void

  var testDescription: String { "\(kind): \(name)" }

  init(
    _ kind: VerificationFailure.Kind, _ name: String, _ file: String, _ place: String,
    _ words: String, _ damage: @escaping @Sendable (VerifierSample) throws -> Void
  ) {
    self.kind = kind
    self.name = name
    self.file = file
    self.place = place
    self.words = words
    self.damage = damage
  }
}

/// A member of the commitment that is missing or of another kind.
private func member(
  _ old: String, _ new: String, _ place: String, _ words: String
) -> Broken {
  Broken(.malformedJSON, "\(place) as \(new)", "commitment.json", place, words) {
    try $0.commit(old, new)
  }
}

private let files: [Broken] = [
  Broken(.cannotRead, "no commitment", "commitment.json", "", "found no file") {
    try $0.remove("bundle/commitment.json")
  },
  Broken(.cannotRead, "no plan", "plan.yaml", "", "a file that can be read") {
    try $0.remove("bundle/plan.yaml")
  },
  Broken(.cannotRead, "no input", "inputs/grants.csv", "", "found no file") {
    try $0.remove("bundle/inputs/grants.csv")
  },
  Broken(.cannotRead, "no exclusions", "exclusions.csv", "", "found no file") {
    try $0.remove("bundle/exclusions.csv")
  },
  Broken(.cannotRead, "no raw file", "points.csv", "", "found no file") {
    try $0.remove("points.csv")
  },
  Broken(.cannotRead, "a folder in place of a file", "plan.yaml", "", "no readable file") {
    try $0.remove("bundle/plan.yaml")
    try $0.folder.write("", to: "bundle/plan.yaml/inner")
  },
  Broken(.fileTooLarge, "nine gigabytes of nothing", "commitment.json", "", "found 9663676416") {
    // A file with a hole takes no space.
    let path = $0.path("bundle/commitment.json")
    guard truncate(path, 9 << 30) == 0 else { throw VerifierSample.Missing(what: path) }
  },
  Broken(.damagedGzip, "a raw file cut off", "grants.csv.gz", "", "a whole gzip file") {
    try $0.folder.write(Array(try $0.bytes("grants.csv.gz").dropLast(9)), to: "grants.csv.gz")
  },
  Broken(.damagedGzip, "bytes after the end", "grants.csv.gz", "", "a whole gzip file") {
    try $0.folder.write(try $0.bytes("grants.csv.gz") + [1, 2, 3], to: "grants.csv.gz")
  },
  Broken(.damagedGzip, "a bomb", "grants.csv.gz", "", "at most 200 times the packed size") {
    let lines = [UInt8](repeating: 0x0A, count: 40 << 20)
    try $0.folder.write(try Gzip.pack(lines, level: 9), to: "grants.csv.gz")
  },
  Broken(.malformedPlan, "a plan in the bundle that is none", "plan.yaml", "", "expected a plan") {
    try $0.edit("bundle/plan.yaml", "version: 1", "version: 7")
  },
  Broken(.malformedPlan, "an announced plan that is none", "plan.yaml", "", "campaign") {
    try $0.edit("plan.yaml", "campaign: team", "campaign: teem")
  },
]

private let commitments: [Broken] = [
  Broken(.unknownFormat, "a newer format", "commitment.json", "format", "found sluice-bundle-v9") {
    try $0.commit("sluice-bundle-v1", "sluice-bundle-v9")
  },
  Broken(.malformedJSON, "no JSON", "commitment.json", "", "expected a JSON object") {
    try $0.folder.write("{", to: "bundle/commitment.json")
  },
  Broken(.malformedJSON, "a list", "commitment.json", "", "expected a JSON object") {
    try $0.folder.write("[]", to: "bundle/commitment.json")
  },
  Broken(.malformedJSON, "packed bytes", "commitment.json", "", "expected a JSON object") {
    let bytes = try $0.bytes("bundle/commitment.json")
    try $0.folder.write(try Gzip.pack(bytes), to: "bundle/commitment.json")
  },
  member("\"format\":", "\"formal\":", "format", "a string"),
  member("\"law\":1", "\"law\":\"one\"", "law", "a whole number"),
  member("\"epoch\":0", "\"epoch\":-1", "epoch", "a whole number"),
  member("\"epoch\":0", "\"epoch\":0.5", "epoch", "a whole number"),
  member("\"epoch\":0", "\"epoch\":4294967296", "epoch", "an epoch's number"),
  member("\"draft\":false", "\"draft\":\"no\"", "draft", "true or false"),
  member("\"plan\":", "\"plane\":", "plan", "a string"),
  member("\"inputs\":[", "\"inputs\":0,\"more\":[", "inputs", "a list"),
  member("\"rows\":5", "\"rows\":\"5\"", "inputs[0].rows", "a whole number"),
  member("\"source\":\"grants\"", "\"source\":2", "inputs[1].source", "a string"),
  member("\"campaigns\":[", "\"campaigns\":0,\"more\":[", "campaigns", "a list"),
  member("\"name\":\"team\"", "\"name\":1", "campaigns[2].name", "a string"),
  member("\"total\":\"5000001\"", "\"total\":5000001", "campaigns[1].total", "a string"),
  member("\"count\":0", "\"count\":null", "campaigns[3].count", "a whole number"),
  member("\"programs\":[", "\"programs\":0,\"more\":[", "programs", "a list"),
  member("\"carry\":\"4999999\"", "\"carry\":4999999", "programs[1].carry", "a string"),
  member("\"files\":{", "\"files\":0,\"more\":{", "files", "file names and hashes"),
  Broken(
    .malformedJSON, "something carried in that is no number", "commitment.json",
    "commitment.json, program users", "expected a number"
  ) {
    let rest = "\",\"carry\":\"0\",\"name\":\"users\""
    try $0.commit("\"carriedIn\":\"0" + rest, "\"carriedIn\":\"x" + rest)
  },
]

private let lines: [Broken] = [
  Broken(.malformedLine, "another header", "inputs/points.csv", "line 1", "account,points,level") {
    try $0.editAndCommit("inputs/points.csv", "level", "stage")
  },
  Broken(.malformedLine, "a field too many", "inputs/points.csv", "line 4", "found 4 fields") {
    try $0.editAndCommit("inputs/points.csv", ",300,", ",3,00,")
  },
  Broken(.malformedLine, "no account", "inputs/points.csv", "line 2", "an account") {
    try $0.editAndCommit("inputs/points.csv", "\n0x", "\n0y")
  },
  Broken(.malformedLine, "no number", "inputs/points.csv", "line 4", "a number below 2^256") {
    try $0.editAndCommit("inputs/points.csv", ",300,", ",3e2,")
  },
  Broken(.malformedLine, "a wide number", "inputs/points.csv", "line 4", "below 2^256") {
    try $0.editAndCommit("inputs/points.csv", ",300,", ",\(String(repeating: "9", count: 78)),")
  },
  Broken(.malformedLine, "79 digits", "inputs/points.csv", "line 4", "a number below 2^256") {
    try $0.editAndCommit(
      "inputs/points.csv", ",300,", ",\(String(repeating: "0", count: 76))300,")
  },
  Broken(.malformedLine, "no such entitlement", "entitlements.csv", "line 2", "below 2^256") {
    try $0.editAndCommit("entitlements.csv", ",12", ",x12")
  },
  Broken(.malformedLine, "no entitled account", "entitlements.csv", "line 2", "an account") {
    try $0.editAndCommit("entitlements.csv", ",0x", ",00")
  },
]

private let raw: [Broken] = [
  Broken(.malformedLine, "a column that is missing", "points.csv", "line 1", "a column level") {
    try $0.edit("points.csv", ",level,", ",stage,")
  },
  Broken(.malformedLine, "a field too few", "points.csv", "record 3", "found 3 fields, expected") {
    try $0.edit("points.csv", ",1,9,", ",1,9")
  },
  Broken(.malformedLine, "no raw account", "points.csv", "record 2", "an account") {
    try $0.edit("points.csv", "\n0x", "\n0y")
  },
  Broken(.malformedLine, "the zero account", "points.csv", "record 4", "an account") {
    try $0.edit("points.csv", Given.hex(1), Address.zero.hex)
  },
  Broken(.malformedLine, "no raw number", "points.csv", "record 2", "a number below 2^256") {
    try $0.edit("points.csv", ",300,", ",3e2,")
  },
  Broken(.malformedLine, "an empty cell", "points.csv", "record 2", "a number below 2^256") {
    try $0.edit("points.csv", ",300,", ",,")
  },
  Broken(.malformedLine, "a raw number of 2^256", "points.csv", "record 2", "below 2^256") {
    let bound =
      "115792089237316195423570985008687907853269984665640564039457584007913129639936"
    try $0.edit("points.csv", ",300,", ",\(bound),")
  },
  grant("2", "2.0000001", "record 6", "at most 6 decimals"),
  grant("2", "2.", "record 6", "at most 6 decimals"),
  grant("2", ".2", "record 6", "at most 6 decimals"),
  grant("2", "1.2.3", "record 6", "at most 6 decimals"),
  deposit("\"paid\": 7,", "\"pay\": 7,", "line 2", "no text or number 'paid'"),
  deposit("\"paid\": 7,", "\"paid\": null,", "line 2", "no text or number 'paid'"),
  deposit("\"paid\": 7,", "\"paid\": 7e1,", "line 2", "a number below 2^256"),
  deposit("\"account\": \"\(Given.hex(9))\"", "\"account\": 9", "line 3", "an account"),
  Broken(
    .malformedJSON, "a line that is none", "lists/deposits.jsonl.gz", "line 1", "a JSON object"
  ) {
    try $0.folder.write("[]\n", to: "lists/deposits.jsonl.gz")
  },
]

private func grant(_ old: String, _ new: String, _ place: String, _ words: String) -> Broken {
  Broken(.malformedLine, "a grant of \(new)", "grants.csv.gz", place, words) {
    let text = Given.grants.replacing("\(Given.hex(2)),\(old)", with: "\(Given.hex(2)),\(new)")
    try $0.folder.write(text, to: "grants.csv.gz")
  }
}

private func deposit(_ old: String, _ new: String, _ place: String, _ words: String) -> Broken {
  Broken(.malformedLine, "a deposit with \(new)", "lists/deposits.jsonl.gz", place, words) {
    try $0.folder.write(
      Given.deposits.replacing(old, with: new), to: "lists/deposits.jsonl.gz")
  }
}

private let proofs: [Broken] = [
  Broken(.malformedJSON, "a shard without prefix", "/all.json", "", "and prefix") {
    try $0.edit(try $0.shard("team"), "\"prefix\"", "\"suffix\"")
  },
  Broken(.malformedJSON, "one more shard without entries", "/none.json", "", "entries") {
    let shard = try $0.shard("team")
    let text = String(decoding: try $0.bytes(shard), as: UTF8.self)
    // Without entries and flags the root itself is a proof of nothing that leads to the root.
    let root = try #require(text.firstMatch(of: #/"root":("0x\w+")/#)?.1)
    let empty = text.replacing(
      #/"entries":.*\n/#, with: "\"entries\":[],\"proof\":[\(root)],\"flags\":\"\"}"
    )
    .replacing("\"prefix\":\"\"", with: "\"prefix\":\"none\"")
    try $0.folder.write(empty, to: shard.replacing("/all.json", with: "/none.json"))
  },
  Broken(.malformedJSON, "one more index without entries", "/none.json", "", "entries") {
    let index = try $0.index("team")
    let text = String(decoding: try $0.bytes(index), as: UTF8.self)
    let empty = text.replacing(#/"entries":.*\n/#, with: "\"entries\":{}}")
    try $0.folder.write(empty, to: index.replacing("/all.json", with: "/none.json"))
  },
  Broken(.malformedJSON, "a shard that is no JSON", "/all.json", "", "a JSON object") {
    try $0.folder.write("", to: try $0.shard("team"))
  },
  Broken(.malformedJSON, "a flag that is none", "/all.json", "", "flags of 0 and 1") {
    try $0.edit(try $0.shard("team"), "\"flags\":\"1", "\"flags\":\"2")
  },
  Broken(.malformedJSON, "an entry that is none", "/all.json", "", "an account and its") {
    try $0.edit(try $0.shard("team"), "\"entries\":[[", "\"entries\":[[\"\",")
  },
  Broken(.malformedJSON, "an account twice", "/all.json", "", "each account once") {
    let entry = "[\"\(Given.hex(1))\",\"3000001\"]"
    try $0.edit(try $0.shard("builders"), entry, entry + "," + entry)
  },
  Broken(.malformedJSON, "an index without entries", "accounts/all.json", "", "expected entries") {
    try $0.edit(try $0.index("team"), "\"entries\"", "\"entry\"")
  },
  Broken(.malformedJSON, "a dump without nodes", "trees/team.json", "", "expected tree") {
    try $0.edit("bundle/trees/team.json", "\"tree\"", "\"three\"")
  },
  Broken(.malformedJSON, "a dump without values", "trees/team.json", "", "expected values") {
    try $0.edit("bundle/trees/team.json", "\"values\"", "\"value\"")
  },
  Broken(.malformedJSON, "a value of no leaf", "trees/team.json", "", "values[0] of a leaf") {
    try $0.edit("bundle/trees/team.json", "\"treeIndex\":", "\"treeIndex\":9")
  },
  Broken(.malformedJSON, "two values of a leaf", "trees/team.json", "", "values[1] of a leaf") {
    let text = String(decoding: try $0.bytes("bundle/trees/team.json"), as: UTF8.self)
    try $0.folder.write(
      text.replacing(#/"treeIndex":\d/#, with: "\"treeIndex\":1"), to: "bundle/trees/team.json")
  },
  Broken(.malformedJSON, "a live file without campaigns", "live.json", "", "expected campaigns") {
    try $0.edit("bundle/live.json", "\"campaigns\"", "\"champions\"")
  },
]

private let table = files + commitments + lines + raw + proofs

@Suite("INV-012: what cannot be compared fails with a file and a place")
struct VerifierFailureTests {
  @Test("The verifier names file, place and what it expected", arguments: table)
  fileprivate func failure(_ broken: Broken) throws {
    let sample = try VerifierSample()
    try sample.write(try sample.contents(), dumps: true)
    try broken.damage(sample)
    let failure = #expect(throws: VerificationFailure.self) { try sample.verify() }
    guard let failure else { return }
    #expect(failure.kind == broken.kind, "\(failure)")
    #expect(failure.file.hasSuffix(broken.file), "\(failure)")
    #expect(failure.place == broken.place)
    #expect(failure.description.contains(broken.words), "\(failure)")
  }

  @Test("Every kind of failure has its row")
  func coverage() {
    // Those of openings are in VerifierPrivateTests.
    let kinds = Set(table.map(\.kind) + [.malformedOpenings, .wrongOpening])
    #expect(kinds == Set(VerificationFailure.Kind.allCases))
  }

  @Test("A parent that cannot be read is called the parent's")
  func parent() throws {
    let sample = try VerifierSample()
    try sample.write(try sample.contents())
    let failure = #expect(throws: VerificationFailure.self) {
      try sample.verify("bundle", Verifier.Sources(parent: sample.path("nowhere")))
    }
    #expect(failure?.file == "parent: commitment.json")
    #expect(
      failure?.description
        == "parent: commitment.json: found no file, expected a file that can be read.")
  }
}
