import CanonicalJSON
import Foundation
import TestKit
import Testing

private let zeroHash = "0x" + String(repeating: "0", count: 64)
private let accountB = "0x2000000000000000000000000000000000000002"
private let twoTokens = """
  account,token,amount
  \(accountA),\(accountA),5
  \(accountA),\(accountB),6

  """

extension BadInput {
  /// A tree command over a file, with options.
  private static func command(
    _ command: String, _ name: String, _ prefix: String, _ error: String, _ phrase: String,
    _ text: String, _ options: [String], others: [String: String] = [:]
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) { folder in
      let path = try folder.write(text, to: text.hasPrefix("account") ? "file.csv" : "file.json")
      for (file, text) in others { try folder.write(text, to: file) }
      let options = options.map { others[$0] == nil ? $0 : folder.path + "/" + $0 }
      return ["tree", command, path] + options
        + (command == "convert" ? ["--out", folder.path + "/out"] : [])
    }
  }

  private static func leaf(_ name: String, _ phrase: String, _ leaf: String) -> BadInput {
    command(
      "root", name, "CMD", "malformedArgument", phrase, "account,amount\n\(accountA),1\n",
      ["--leaf", leaf])
  }

  static let leaves: [BadInput] = [
    leaf("a leaf without packing", "packed(address account", "address account"),
    leaf("a leaf of another packing", "abi(…), packed(…) or raw(…)", "rlp(address account)"),
    leaf("a leaf with a type that is none", "uint257", "packed(uint257 amount)"),
    leaf("a leaf with a name that is none", "a letter, then", "packed(address 1st)"),
    leaf("a leaf with a field without name", "a type and a name", "packed(address)"),
    leaf("a leaf with a name twice", "each name once", "packed(address account, address account)"),
    leaf("a leaf whose account is a number", "or another name", "packed(uint256 account)"),
    leaf("a leaf with a prefix of no bytes", "1 to 32 bytes", "packed(0x, address account)"),
    leaf("a raw leaf of two fields", "one of type bytes32", "raw(bytes32 a, bytes32 b)"),
    leaf(
      "a leaf that is too long", "at most 1000",
      "packed(address \(String(repeating: "a", count: 1000)))"),
    command(
      "root", "a leaf that is hashed three times", "CMD", "malformedArgument", "1 or 2",
      "account,amount\n\(accountA),1\n",
      ["--leaf", "packed(address account, uint256 amount)", "--hashes", "3"]),
    command(
      "root", "a column that the leaf names and the file lacks", "PUBLISHED", "malformedMember",
      "line 2: found no round", "account,amount\n\(accountA),1\n",
      ["--leaf", "packed(address account, uint8 round, uint256 amount)"]),
    command(
      "root", "a value that is larger than its type", "TREE", "rowDoesNotFit", "line 3: found",
      "account,round,amount\n\(accountA),255,1\n\(accountA),256,1\n",
      ["--leaf", "packed(address account, uint8 round, uint256 amount)"]),
    command(
      "root", "a number that is larger than its type", "TREE", "rowDoesNotFit", "1 byte",
      "account,amount\n\(accountA),256\n", ["--leaf", "packed(address account, uint8 amount)"]),
    command(
      "root", "a header with a column twice", "INPUT", "duplicateColumn", "each column once",
      "account,token,token\n\(accountA),1,2\n", ["--encoding", "stakedao-universal"]),
    command(
      "root", "a row of another length", "INPUT", "raggedRow", "3, as in the header",
      "account,token,amount\n\(accountA),1\n", ["--encoding", "stakedao-universal"]),
  ]

  static let systems: [BadInput] = [
    tree(
      "trees of two tokens with one root", "PUBLISHED", "severalTrees", "--token with one of",
      "[{\"address\":\"\(accountA)\",\"merkle\":{}},{\"address\":\"\(accountB)\",\"merkle\":{}}]",
      options: ["--root", zeroHash]),
    tree(
      "a list for ENS without digits", "CMD", "unclearFile", "--shard-nybbles",
      "account,amount\n\(accountA),1\n", options: ["--encoding", "ens"]),
    tree(
      "one file of a sharded tree", "PUBLISHED", "unknownFormat", "the folder",
      "{\"root\":\"\(zeroHash)\",\"shardNybbles\":1,\"total\":\"1\"}", options: []),
    tree(
      "lists of different length in a leaf", "PUBLISHED", "malformedValues", "one amount per token",
      "[{\"index\":0,\"user\":\"\(accountA)\",\"cycle\":1,\"tokens\":[],"
        + "\"cumulativeAmounts\":[\"1\"]}]", options: []),
    tree(
      "a token twice of one account", "TREE", "duplicateAccount", "per account and token",
      "account,token,amount\n\(accountA),\(accountA),5\n\(accountA),\(accountA),6\n",
      options: ["--encoding", "stakedao-universal", "--root", zeroHash]),
    tree(
      "an earner's token twice", "TREE", "duplicateAccount", "per account and token",
      "account,token,amount\n\(accountA),\(accountA),5\n\(accountA),\(accountA),6\n",
      options: ["--encoding", "eigenlayer", "--root", zeroHash]),
    tree(
      "a row without what the leaf needs", "TREE", "rowDoesNotFit", "no beneficiary",
      "{\"\(accountA)\":\"1\"}", options: ["--encoding", "threshold", "--root", zeroHash]),
    tree(
      "proofs that are none", "CMD", "unclearFile", "without proofs", "{\"\(accountA)\":\"1\"}",
      options: ["--encoding", "uniswap", "--proofs", "proofs.json"],
      others: ["proofs.json": "{\"\(accountA)\":\"1\"}"]),
    tree(
      "proofs with half a hash", "PUBLISHED", "malformedHash", "proofs.json",
      "{\"\(accountA)\":\"1\"}", options: ["--encoding", "uniswap", "--proofs", "proofs.json"],
      others: ["proofs.json": "{\"\(accountA)\":[\"0x12\"]}"]),
    tree(
      "a proof of another file that is wrong", "CMD", "treeDiffers", "proofs: ",
      "{\"\(accountA)\":\"1\"}", options: ["--encoding", "uniswap", "--proofs", "proofs.json"],
      others: ["proofs.json": "{\"\(accountA)\":[\"\(zeroHash)\"]}"]),
  ]

  private static func tree(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ text: String,
    options: [String], others: [String: String] = [:]
  ) -> BadInput {
    command("check", name, prefix, error, phrase, text, options, others: others)
  }

  private static let roles = ["distributor", "creator", "owner", "publisher", "guardian"]
    .flatMap { ["--\($0)", accountB] }

  private static let one = "account,amount\n\(accountA),5\n"

  private static func claims(
    _ name: String, _ error: String, _ phrase: String, _ claims: String, of text: String = one,
    encoding: String = "oz-standard", prefix: String = "MIGRATE"
  ) -> BadInput {
    command(
      "convert", name, prefix, error, phrase, text,
      ["--encoding", encoding, "--claimed", "claims.csv"], others: ["claims.csv": claims])
  }

  static let migrations: [BadInput] = [
    command(
      "convert", "more tokens than a plan takes", "CMD", "unclearFile", "at most 1000",
      "account,token,amount\n"
        + (1...1001).map { number in
          let digits = String(number, radix: 16)
          let token = "0x" + String(repeating: "0", count: 40 - digits.count) + digits
          return "\(accountA),\(token),1\n"
        }.joined(), ["--encoding", "stakedao-universal"]),
    BadInput("a claims file whose total has no place", "CMD", "unclearFile", "2^256 or more") {
      folder in
      let half = "57896044618658097711785492504343953926634992332820282019728792003956564819968"
      let list = try folder.write(
        "account,amount\n\(accountA),\(half)\n\(accountB),\(half)\n", to: "list.csv")
      return [
        "tree", "root", list, "--encoding", "uniswap", "--dump", folder.path + "/claims.json",
      ]
    },
    BadInput("a folder in the place of a published list", "INPUT", "cannotOpen", "Name a file") {
      folder in
      try folder.write("", to: "list.csv.gz/kept.txt")
      return [
        "tree", "root", folder.path + "/list.csv.gz", "--encoding", "uniswap",
      ]
    },
    command(
      "convert", "more decimals than the token has", "INPUT", "tooManyDecimals",
      "Check --decimals", "account,amount\n\(accountA),0.55\n",
      ["--encoding", "oz-standard", "--decimals", "1"]),
    command(
      "convert", "a list of claims that is not there", "INPUT", "cannotOpen", "Check the name.",
      one,
      ["--encoding", "oz-standard", "--claimed", "nowhere.csv"]),
    claims(
      "more claimed than there was", "claimedTooMuch", "claims.csv: line 3: found",
      "account,amount\n\(accountA),3\n\(accountA),3\n"),
    claims(
      "a claim of a stranger", "unknownClaim", "claims.csv: line 2: found",
      "account,amount\n\(accountB),3\n"),
    claims(
      "a claim without its token", "unclearToken", "a column token",
      "account,amount\n\(accountA),3\n", of: twoTokens, encoding: "stakedao-universal"),
    claims(
      "a claim of another token", "unclearToken", "one of",
      "account,amount,token\n\(accountA),3,X\n",
      of: twoTokens, encoding: "stakedao-universal"),
    claims(
      "claims of everything", "nothingLeft", "something to pay", "account,amount\n\(accountA),5\n"),
    claims(
      "claims without amounts", "malformedMember", "one named amount", "account\n\(accountA)\n",
      prefix: "PUBLISHED"),
    claims(
      "a claim of a half", "malformedAmount", "claims.csv", "account,amount\n\(accountA),0.5\n",
      prefix: "PUBLISHED"),
    command(
      "convert", "a tree of values that pay nobody", "MIGRATE", "noAmounts",
      "file.csv: line 2: found",
      "account,flag\n\(accountA),true\n", ["--leaf", "packed(address account, bool flag)"]),
    command(
      "convert", "a tree whose amounts are too many", "MIGRATE", "sumOverflow", "2^256",
      "account,round,amount\n"
        + [1, 2].map { "\(accountA),\($0),1\(String(repeating: "0", count: 77))\n" }
        .joined(),
      ["--leaf", "packed(address account, uint8 round, uint256 amount)"]),
    command(
      "convert", "claims through two recipients", "MIGRATE", "severalRecipients", "by hand",
      "account,recipient,round,amount\n\(accountA),\(accountA),1,5\n\(accountA),\(accountB),1,5\n",
      [
        "--leaf", "packed(address account, address recipient, uint8 round, uint256 amount)",
        "--claimed", "claims.csv",
      ], others: ["claims.csv": "account,amount\n\(accountA),1\n"]),
    command(
      "convert", "a tree that is not the one on chain", "CMD", "treeDiffers", "Nothing was written",
      one, ["--encoding", "oz-standard", "--root", zeroHash]),
    command(
      "convert", "a token that the tree does not have", "CMD", "unknownName", "expected one of",
      twoTokens, ["--encoding", "stakedao-universal", "--token", zeroHash]),
    command(
      "proof", "a token that no account has", "CMD", "unknownName", "expected one of",
      twoTokens, [accountA, "--encoding", "stakedao-universal", "--token", zeroHash]),
    command(
      "root", "a token for a list that names none", "CMD", "unknownName", "expected no --token",
      one, ["--encoding", "oz-standard", "--token", accountB]),
    command(
      "root", "the tree of a token that the file does not have", "PUBLISHED", "severalTrees",
      "--token with one of", "[{\"address\":\"\(accountA)\",\"merkle\":{}}]",
      ["--token", accountB]),
    command(
      "convert", "a name that is none", "CMD", "malformedArgument", "NAME:DECIMALS", one,
      ["--encoding", "oz-standard", "--token-name", "my token:18"]),
    command(
      "convert", "decimals that no token has", "CMD", "malformedArgument", "NAME:DECIMALS", one,
      ["--encoding", "oz-standard", "--token-name", "ACME:99"]),
    command(
      "convert", "a name for a token that is not there", "CMD", "unknownName", "expected one of",
      twoTokens, ["--encoding", "stakedao-universal", "--token-name", "\(zeroHash)=ACME:18"]),
    command(
      "convert", "one name for two tokens", "CMD", "malformedArgument", "KEY=NAME:DECIMALS",
      twoTokens, ["--encoding", "stakedao-universal", "--token-name", "ACME:18"]),
    command(
      "convert", "the same name for two tokens", "CMD", "malformedArgument", "for two tokens",
      twoTokens,
      [
        "--encoding", "stakedao-universal", "--token-name", "\(accountA)=ACME:18",
        "--token-name", "\(accountB)=acme:18",
      ]),
    command(
      "convert", "a contract that is none", "CMD", "malformedArgument", "NAME:DECIMALS", one,
      ["--encoding", "oz-standard", "--token-name", "ACME:18@0x12"]),
    command(
      "convert", "a deployment without its chain", "CMD", "malformedArgument", "--chain", one,
      ["--encoding", "oz-standard", "--distributor", accountB]),
    command(
      "convert", "a deployment without its guardian", "CMD", "malformedArgument", "--guardian", one,
      ["--encoding", "oz-standard", "--chain", "1"] + roles.dropLast(2)),
    command(
      "convert", "a deployment by the zero address", "CMD", "malformedAddress", "--guardian", one,
      ["--encoding", "oz-standard", "--chain", "1"] + roles.dropLast()
        + ["0x0000000000000000000000000000000000000000"]),
    command(
      "convert", "a deployment of a token that nobody names", "CMD", "malformedArgument",
      "no contract of TOKEN", one, ["--encoding", "oz-standard", "--chain", "1"] + roles),
    command(
      "convert", "the claim of one earner", "CMD", "unclearFile", "the whole distribution",
      "{\"Root\":\"\(zeroHash)\",\"EarnerIndex\":0,\"EarnerTreeProof\":\"0x\",\"EarnerLeaf\":"
        + "{\"Earner\":\"\(accountA)\",\"EarnerTokenRoot\":\"\(zeroHash)\"},\"LeafIndices\":[],"
        + "\"TokenTreeProofs\":[],\"TokenLeaves\":[]}", []),
    BadInput("some rows of a tree", "CMD", "treeDiffers", "some of a tree's rows") { folder in
      let list = try folder.write(one + "\(accountB),6\n", to: "list.csv")
      let tree = try Sluice.succeed([
        "tree", "proof", list, accountA, "--encoding", "account-amount-sorted", "--json",
      ]).json()
      let proof = try #require(tree["proof"]?.elements?.first?.text)
      let sample = try folder.write(
        "{\"\(accountA)\":{\"amount\":\"5\",\"proof\":[\"\(proof)\"]}}", to: "sample.json")
      return [
        "tree", "convert", sample, "--encoding", "account-amount-sorted", "--root",
        try #require(tree["root"]?.text), "--out", folder.path + "/out",
      ]
    },
    BadInput("a folder to convert into that is there", "BUNDLE", "targetExists", "overwritten") {
      folder in
      let path = try folder.write(one, to: "file.csv")
      try folder.write("", to: "out/kept.txt")
      return [
        "tree", "convert", path, "--encoding", "oz-standard", "--out", folder.path + "/out",
      ]
    },
  ]
}
