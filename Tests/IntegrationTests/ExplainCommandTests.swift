import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("explain, as it is run")
struct ExplainCommandTests {
  private let account = "0x1000000000000000000000000000000000000001"

  /// 10²⁰ · 5 / 12 = 41666666666666666666, remainder 8; of 7 / 12 the remainder is 4.
  private func record(_ identity: String, detour: String) -> String {
    let before = #""entitlement": "42666666666666666667", "before": "0", "proven": true"#
    return """
      {"format": "sluice.explain.v1", "bundle": "\(identity)", "account": "\(account)",
       "known": true, "campaigns": [
        {"name": "main", "token": "ACME", "symbol": "ACME", "decimals": 18, \(before), "programs": [
          {"name": "given", "kind": "airdrop", "epoch": 0, "budget": "6000000000000000000",
           "decision": "allocated", "amount": "1000000000000000000",
           "says": "receives 1 ACME (1000000000000000000 base units)", "rows": [
            {"file": "list.csv", "line": 2, "column": "amount", "value": "1000000000000000000",
             "token": "ACME", "decimals": 18}],
           "weightPlaces": 0},
          {"name": "split", "kind": "airdrop", "epoch": 0, "budget": "100000000000000000000",
           "decision": "allocated", "amount": "41666666666666666667",
           "says": "receives 41.666666666666666667 ACME (41666666666666666667 base units)",
           "rows": [
            {"file": "list.csv", "line": 2, "column": "points", "value": "5", "token": null,
             "decimals": null}],
           "weightPlaces": 0, "arithmetic": {"budget": "100000000000000000000", "weight": "5",
            "totalWeight": "12", "quotient": "41666666666666666666", "remainder": "8",
            "rounding": "largest-remainder", "roundedUp": "1", "roundedDown": "0"}}]}],
       "detour": \(detour)}
      """
  }

  private func bundle(in folder: TemporaryFolder) throws -> (path: String, identity: String) {
    let written = try Sluice.succeed(Launch().allocate(in: folder) + ["--json"]).json()
    return (folder.path + "/bundle", try #require(written["identity"]?.text))
  }

  @Test("The record of an account, in full")
  func record() throws {
    let folder = try TemporaryFolder()
    let (path, identity) = try bundle(in: folder)
    let result = try Sluice.succeed(["explain", path, account, "--json"])
    #expect(try result.json() == JSON.parse(Array(record(identity, detour: "null").utf8)))
    #expect(result.errors.isEmpty)
    let refused = "0x2000000000000000000000000000000000000002"
    let text = try Sluice.succeed(["explain", path, refused]).output
    #expect(
      text.contains("(zero-weight): its weight is 0; a weight of 1 would have earned a base unit"))
    #expect(text.hasSuffix("That the law gives it is for `sluice verify` to prove.\n"))
    let programs = try Sluice.succeed(["explain", path, refused, "--json"])
      .json()["campaigns"]?.elements?.first?["programs"]?.elements
    #expect(programs?[1]["passing"] == .object([.init(key: "weight", value: .string("1"))]))
  }

  @Test("Where a derived file is missing or torn, it says so and reads the whole bundle")
  func detours() throws {
    let folder = try TemporaryFolder()
    let (path, identity) = try bundle(in: folder)
    func note(_ file: String, _ bytes: [UInt8]?) throws -> String {
      let right = try folder.read("bundle/" + file)
      try FileManager.default.removeItem(atPath: path + "/" + file)
      if let bytes { try folder.write(bytes, to: "bundle/" + file) }
      let result = try Sluice.succeed(["explain", path, account, "--json"])
      let detour = try #require(try result.json()["detour"]?.text)
      var record = try JSON.parse(Array(record(identity, detour: "null").utf8)).members ?? []
      record[record.count - 1] = JSON.Member(key: "detour", value: .string(detour))
      // Lines are known as long as their file is there.
      if !file.hasPrefix("provenance") { #expect(try result.json() == .object(record)) }
      try folder.write(right, to: "bundle/" + file)
      return result.errors
    }
    let start = "note: reading the whole bundle, which takes longer: "
    #expect(
      try note("explain.json", nil)
        == start + "explain.json: found nothing, expected what all accounts come to together.\n")
    #expect(try note("explain.json", Array("{".utf8)).hasPrefix(start + "explain.json, line 1"))
    #expect(
      try note("provenance/list.csv", Array("account,line\n".utf8)).hasPrefix(
        start + "provenance/list.csv: found 13 bytes, expected "))
  }
}
