import Foundation
import TestKit
import Testing

/// A 64-byte text of two hashes, which a careless leaf would take for an inner node.
private let zeroHash = "0x" + String(repeating: "0", count: 64)
private let claim = #""index":0,"amount":"0x64","proof":[]"#

extension BadInput {
  static let trees: [BadInput] = [
    tree("no JSON", "PUBLISHED", "notJSON", "line 1", "{\"a\": "),
    tree(
      "a key twice in JSON", "PUBLISHED", "notJSON", "each key once",
      "{\"\(accountA)\":\"1\",\"\(accountA)\":\"2\"}"),
    tree("a text", "PUBLISHED", "unknownFormat", "OpenZeppelin dump", "\"tree\""),
    tree("an empty object", "PUBLISHED", "unknownFormat", "OpenZeppelin dump", "{}"),
    tree(
      "a dump of another version", "PUBLISHED", "unknownFormat", "standard-v1",
      #"{"format":"standard-v9","tree":[],"values":[],"leafEncoding":[]}"#),
    tree(
      "a dump without values", "PUBLISHED", "malformedMember", "values",
      #"{"format":"simple-v1","tree":[]}"#),
    tree(
      "a dump of no ABI type", "PUBLISHED", "malformedValues", "no such elementary type",
      #"{"format":"standard-v1","leafEncoding":["uint257"],"tree":[],"values":[]}"#),
    tree(
      "a hash that is too short", "PUBLISHED", "malformedHash", "tree[0]",
      #"{"format":"simple-v1","tree":["0x12"],"values":[]}"#),
    tree(
      "an account that is none", "PUBLISHED", "malformedAccount",
      "this one has 2), expected an address",
      "{\"claims\":{\"0x12\":{\(claim)}}}"),
    tree(
      "an amount with a point", "PUBLISHED", "malformedAmount", "1.5",
      "{\"\(accountA)\":\"1.5\"}"),
    tree(
      "an amount of 2^256", "PUBLISHED", "malformedAmount", "2^256",
      "{\"\(accountA)\":\"0x1" + String(repeating: "0", count: 64) + "\"}"),
    tree("an exponent", "PUBLISHED", "malformedAmount", "1e21", "{\"\(accountA)\":1e21}"),
    tree(
      "an account in two spellings", "PUBLISHED", "duplicateAccount", "each account once",
      #"{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed":"1","#
        + #""0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed":"2"}"#),
    tree(
      "a claim without proof", "PUBLISHED", "malformedMember", "no proof",
      "{\"claims\":{\"\(accountA)\":{\"index\":0,\"amount\":\"1\"}}}"),
    tree(
      "a list that states nothing", "CMD", "nothingToCheck", "--root", "{\"\(accountA)\":\"1\"}",
      encoding: "uniswap"),
    tree(
      "whole tokens without decimals", "CMD", "unclearFile", "--decimals",
      "account,amount:token\n\(accountA),1\n", encoding: "uniswap"),
    tree(
      "base units with a fraction", "INPUT", "fractionNotAllowed", "need --decimals",
      "account,amount\n\(accountA),1.5\n", encoding: "uniswap"),
    tree(
      "a list without its column", "INPUT", "missingColumn", "--amount-column",
      "account,sum\n\(accountA),1\n", encoding: "uniswap"),
    tree(
      "a list of other columns, without encoding", "CMD", "unclearFile", "--encoding",
      "accounts,sum\n\(accountA),1\n"),
    tree("a list without encoding", "CMD", "unclearFile", "--encoding", "{\"\(accountA)\":\"1\"}"),
    tree(
      "an encoding that is not known", "CMD", "unknownName", "uniswap",
      "{\"\(accountA)\":\"1\"}", encoding: "uniswapp"),
    tree(
      "an encoding that needs a campaign", "TREE", "rowDoesNotFit", "no campaign",
      "{\"\(accountA)\":\"1\"}", encoding: "sluice"),
    tree(
      "rows for an encoding of hashes", "TREE", "rowDoesNotFit", "bytes32",
      "{\"\(accountA)\":\"1\"}", encoding: "oz-simple"),
    tree("an empty list of claims", "TREE", "noLeaves", "at least one leaf", "{\"claims\":{}}"),
    tree(
      "an index twice", "TREE", "duplicateIndex", "one row per index",
      "{\"claims\":{\"\(accountA)\":{\(claim)},"
        + "\"0x2000000000000000000000000000000000000002\":{\(claim)}}}"),
    tree(
      "a wrong root", "CMD", "treeDiffers", "root",
      "{\"merkleRoot\":\"\(zeroHash)\",\"tokenTotal\":\"0x64\","
        + "\"claims\":{\"\(accountA)\":{\(claim)}}}"),
    tree(
      "a proof that is too long", "CMD", "treeDiffers", "the proof is too long",
      "{\"claims\":{\"\(accountA)\":{\"index\":0,\"amount\":\"1\",\"proof\":[\"\(zeroHash)\"]}}}"),
    tree(
      "a proof that is too short", "CMD", "treeDiffers", "the proof is too short",
      "{\"claims\":{\"\(accountA)\":{\(claim)},"
        + "\"0x2000000000000000000000000000000000000002\":"
        + "{\"index\":1,\"amount\":\"1\",\"proof\":[\"\(zeroHash)\"]}}}"),
    tree(
      "a wrong total", "CMD", "treeDiffers", "tokenTotal",
      "{\"tokenTotal\":\"0x65\",\"claims\":{\"\(accountA)\":{\(claim)}}}"),
    tree(
      "a dump whose nodes are not its values'", "CMD", "treeDiffers", "root: found",
      "{\"format\":\"simple-v1\",\"tree\":[\"\(zeroHash)\"],\"values\":[{\"value\":"
        + "\"0x" + String(repeating: "1", count: 64) + "\",\"treeIndex\":0}]}"),
    tree(
      "a list in CSV with 1e21", "INPUT", "exponentNotation", "every digit",
      "account,amount\n\(accountA),1e21\n", encoding: "uniswap"),
  ]

  static let bundles: [BadInput] = [
    bundle(
      "a bundle without commitment", "BUNDLE", "cannotRead", "whole bundle",
      "commitment.json"
    ) { _ in nil },
    bundle("a commitment that is no JSON", "BUNDLE", "notJSON", "line 1", "commitment.json") {
      Array($0.dropLast())
    },
    bundle(
      "a commitment with a line end", "BUNDLE", "notCanonical", "byte for byte",
      "commitment.json"
    ) { $0 + [0x0A] },
    bundle(
      "a bundle of the future", "BUNDLE", "unknownFormat", "newer", "commitment.json",
      replacing("sluice-bundle-v1", "sluice-bundle-v9")),
    bundle(
      "an unknown member", "BUNDLE", "malformedMember", "known members", "commitment.json",
      replacing(#""draft":true"#, #""draft":true,"extra":1"#)),
    bundle(
      "another plan", "BUNDLE", "wrongPlan", "after it was committed", "plan.yaml",
      replacing("budget: 100,", "budget: 101,")),
    bundle(
      "a plan that is none", "BUNDLE", "malformedPlan", "unknown", "plan.yaml",
      replacing("version: 1", "unknown: 1")),
    bundle(
      "a changed allocation", "BUNDLE", "wrongHash", "after it was committed",
      "allocations.csv", replacing(",1000000000000000000\n", ",1000000000000000001\n")),
    bundle(
      "a changed input", "BUNDLE", "wrongHash", "after it was committed", "inputs/list.csv",
      replacing(",5\n", ",6\n")),
    bundle(
      "a missing list of exclusions", "BUNDLE", "cannotRead", "whole bundle",
      "exclusions.csv"
    ) { _ in nil },
    bundle(
      "a changed total", "BUNDLE", "wrongSum", "as committed", "commitment.json",
      changingDigit(after: #""total":""#)),
    bundle(
      "a changed root", "BUNDLE", "wrongRoot", "from entitlements.csv", "commitment.json",
      changingDigit(after: #""root":"0x"#)),
    bundle(
      "a shard of another root", "BUNDLE", "wrongShard", "another root", "/all.json",
      by: ["proof"], changingDigit(after: "0000001\",\"")),
    bundle(
      "an index with another amount", "BUNDLE", "wrongShard", "its entitlement",
      "accounts/all.json", by: ["proof"], changingDigit(after: #"1":""#)),
    bundle(
      "a bundle with a wrong carry, for a stranger", "CMD", "bundleDiffers", "carry",
      "commitment.json", by: ["verify"], replacing(#""carry":"0""#, #""carry":"1""#)),
    bundle(
      "a changed allocation, for a stranger", "CMD", "bundleDiffers",
      "allocation of 0x",
      "allocations.csv", by: ["verify"],
      replacing(",1000000000000000000\n", ",1000000000000000001\n")),
    bundle(
      "a missing file, for a stranger", "VERIFY", "cannotRead", "no file",
      "entitlements.csv", by: ["verify"]
    ) { _ in nil },
    bundle(
      "no JSON, for a stranger", "VERIFY", "malformedJSON", "JSON object",
      "commitment.json", by: ["verify"]
    ) { Array($0.dropLast()) },
    bundle(
      "a campaign's name that leads out of the bundle", "BUNDLE", "malformedMember", "letters",
      "commitment.json", by: ["proof"], replacing(#""name":"main""#, #""name":"../../main""#)),
    BadInput("an account that gets nothing", "BUNDLE", "unknownAccount", "sluice explain") {
      try Sluice.succeed(try Launch().allocate(in: $0))
      return ["proof", $0.path + "/bundle", "0x9000000000000000000000000000000000000009"]
    },
    BadInput("a campaign that is not there", "CMD", "unknownName", "main") {
      try Sluice.succeed(try Launch().allocate(in: $0))
      return ["proof", $0.path + "/bundle", accountA, "--campaign", "mian"]
    },
    BadInput("an argument that is no address", "CMD", "malformedAddress", "0x") {
      try Sluice.succeed(try Launch().allocate(in: $0))
      return ["explain", $0.path + "/bundle", "vitalik.eth"]
    },
    BadInput("a folder that is no bundle", "BUNDLE", "cannotRead", "commitment.json") {
      ["explain", $0.path, accountA]
    },
  ]
}
