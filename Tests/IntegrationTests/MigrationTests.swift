import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

/// What a published tree gives, added up by plain reading of its file.
private struct Owed {
  /// By the campaign's name, then by account in lower case.
  var amounts: [String: [String: UInt256]] = [:]

  mutating func add(_ amount: String, _ token: String, _ account: String) throws {
    let value = try UInt256(decimal: amount)
    guard value != .zero else { return }
    let before = amounts[token]?[account.lowercased()] ?? .zero
    let sum: UInt256 = try #require(before.adding(value))
    amounts[token, default: [:]][account.lowercased()] = sum
  }

  func total(_ token: String) throws -> UInt256 {
    try (amounts[token] ?? [:]).values.reduce(.zero) { try #require($0.adding($1)) }
  }
}

/// The rows of a case's CSV by the names of its columns.
private func rows(_ file: String) throws -> [[String: String]] {
  let lines = String(decoding: try Cases.data(file), as: UTF8.self)
    .split(whereSeparator: \.isNewline)
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
}

/// The plan's name of a token that is known by its address alone.
private func name(_ token: String) -> String { "T-" + token.lowercased().dropFirst(2).prefix(8) }

@Suite("Taking over a published tree: what was owed is what the new campaign pays")
struct MigrationTests {
  /// Converts, checks and allocates; gives the entitlements of the bundle.
  private func allocate(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> (json: JSON, entitlements: [String: [String: UInt256]]) {
    let out = folder.path + "/taken"
    let json = try Sluice.succeed(
      ["tree", "convert"] + arguments + ["--out", out, "--json"]
    ).json()
    let review = try Sluice.succeed(["check", out + "/plan.yaml"])
    #expect(review.output.contains("The plan holds."))
    try Sluice.succeed(["allocate", out + "/plan.yaml", "--out", folder.path + "/bundle"])
    try Sluice.succeed([
      "verify", folder.path + "/bundle", "--plan", out + "/plan.yaml", "--inputs", out,
    ])
    var entitlements: [String: [String: UInt256]] = [:]
    let lines = String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
      .split(separator: "\n").dropFirst()
    for line in lines {
      let cells = line.split(separator: ",").map(String.init)
      entitlements[cells[0], default: [:]][cells[1]] = try UInt256(decimal: cells[2])
    }
    return (json, entitlements)
  }

  private func matches(
    _ arguments: [String], _ owed: Owed, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let (json, entitlements) = try allocate(arguments, in: folder)
    #expect(entitlements == owed.amounts, sourceLocation: sourceLocation)
    let tokens = json["tokens"]?.elements ?? []
    #expect(tokens.count == owed.amounts.count, sourceLocation: sourceLocation)
    for token in tokens {
      let name = try #require(token["name"]?.text)
      #expect(
        token["total"]?.text == (try owed.total(name)).decimal, sourceLocation: sourceLocation)
    }
  }

  @Test(
    "Rocket Pool: RPL and ETH are two campaigns",
    .enabled(if: Cases.available("rocketpool"), absent),
    arguments: [("interval-15", "rocketpool-v1"), ("interval-46", "rocketpool-v4")])
  func rocketPool(interval: String, encoding: String) throws {
    var owed = Owed()
    for row in try rows("rocketpool/\(interval)/claims.csv.gz") {
      let account = try #require(row["account"])
      for (column, token) in [
        ("collateralRpl", "RPL"), ("oracleDaoRpl", "RPL"), ("smoothingPoolEth", "ETH"),
        ("voterShareEth", "ETH"),
      ] {
        guard let amount = row[column], !amount.isEmpty else { continue }
        try owed.add(amount, token, account)
      }
    }
    try matches(
      [Cases.path("rocketpool/\(interval)/claims.csv.gz"), "--encoding", encoding], owed)
  }

  @Test(
    "Threshold: beneficiaries are paid, and what belongs to one is added up",
    .enabled(if: Cases.available("threshold"), absent))
  func threshold() throws {
    let file = "threshold/2025-04-01/claims.csv.gz"
    var owed = Owed()
    for row in try rows(file) {
      try owed.add(
        try #require(row["cumulative_amount"]), "T", try #require(row["beneficiary"]))
    }
    try matches(
      [Cases.path(file), "--encoding", "threshold", "--token-name", "T:18"], owed)
    let total = try JSON.parse(try Cases.data("threshold/2025-04-01/expected.json"))["total"]
    #expect(try owed.total("T").decimal == total?.text)
  }

  @Test(
    "Stake DAO: a campaign per token",
    .enabled(if: Cases.available("stakedao"), absent),
    arguments: ["vlcvx-fxn-1756944000", "largest-remainder-1785974400"])
  func stakeDAO(name folder: String) throws {
    let file = "stakedao/\(folder)/new_cumulative.csv.gz"
    var owed = Owed()
    for row in try rows(file) {
      try owed.add(
        try #require(row["amount"]), name(try #require(row["token"])), try #require(row["account"]))
    }
    try matches([Cases.path(file), "--encoding", "stakedao-universal"], owed)
  }

  @Test(
    "Stake DAO: what was claimed is taken off, and nothing else",
    .enabled(if: Cases.available("stakedao"), absent))
  func claimed() throws {
    // The tree before is what was claimed, as far as the new one still has it.
    let path = "stakedao/vlcvx-fxn-1756944000"
    var now: [[String]: UInt256] = [:]
    for row in try rows(path + "/new_cumulative.csv.gz") {
      let key = [try #require(row["account"]), try #require(row["token"])]
      now[key] = try UInt256(decimal: try #require(row["amount"]))
    }
    var claims = "account,token,amount\n"
    for row in try rows(path + "/previous_cumulative.csv.gz") {
      let key = [try #require(row["account"]), try #require(row["token"])]
      guard let amount = now[key] else { continue }
      let before = try UInt256(decimal: try #require(row["amount"]))
      let rest: UInt256 = try #require(amount.subtracting(before))
      now[key] = rest
      claims += "\(key[0]),\(key[1]),\(before)\n"
    }
    var owed = Owed()
    for (key, amount) in now { try owed.add(amount.decimal, name(key[1]), key[0]) }
    let folder = try TemporaryFolder()
    let list = try folder.write(claims, to: "claimed.csv")
    try matches(
      [
        Cases.path(path + "/new_cumulative.csv.gz"), "--encoding", "stakedao-universal",
        "--claimed", list,
      ], owed)
  }

  @Test(
    "Badger: lists of tokens become campaigns",
    .enabled(if: Cases.available("badger"), absent),
    arguments: ["cycle-23-a700ef", "cycle-2389-2b1f9a"])
  func badger(cycle: String) throws {
    let file = "badger/\(cycle)/claims.json"
    var owed = Owed()
    for claim in try JSON.parse(try Cases.data(file)).elements ?? [] {
      let amounts = claim["cumulativeAmounts"]?.elements ?? []
      for (token, amount) in zip(claim["tokens"]?.elements ?? [], amounts) {
        try owed.add(
          try #require(amount.text), name(try #require(token.text)),
          try #require(claim["user"]?.text))
      }
    }
    try matches([Cases.path(file)], owed)
  }

  @Test(
    "ENS, Stake DAO's legacy, Balancer and Gearbox: one token",
    .enabled(if: Cases.available("ens"), absent),
    arguments: [
      ("ens/ep2/claims.csv.gz", "balance", ["--encoding", "ens", "--shard-nybbles", "1"]),
      (
        "stakedao/legacy-sdCRV-1746057600/claims.csv.gz", "amount",
        ["--encoding", "stakedao-legacy"]
      ),
      ("gearbox_gear/8c9218b0/claims.csv.gz", "amount", ["--encoding", "uniswap"]),
      (
        "morpho/age1-epoch1/claims.csv.gz", "cumulative_amount",
        ["--encoding", "account-amount-file-order"]
      ),
    ])
  func single(file: String, column: String, options: [String]) throws {
    var owed = Owed()
    for row in try rows(file) {
      try owed.add(try #require(row[column]), "ACME", try #require(row["account"]))
    }
    try matches([Cases.path(file)] + options + ["--token-name", "ACME:18"], owed)
  }

  @Test(
    "Balancer's whole tokens keep their decimals",
    .enabled(if: Cases.available("balancer_lm"), absent))
  func balancer() throws {
    let file = "balancer_lm/homestead-note-week90/input.csv.gz"
    let folder = try TemporaryFolder()
    let (json, entitlements) = try allocate(
      [
        Cases.path(file), "--encoding", "account-amount-sorted", "--decimals", "8",
      ], in: folder)
    #expect(json["tokens"]?.elements?.first?["decimals"] == .integer(8))
    let row = try #require(try rows(file).first)
    let amount = try #require(row["amount_decimal"])
    let entitlement = entitlements["TOKEN"]?[try #require(row["account"]).lowercased()]
    // 8 digits after the point in the file's first row.
    #expect(entitlement?.decimal == amount.replacing(".", with: ""))
    let total = try JSON.parse(
      try Cases.data("balancer_lm/homestead-note-week90/expected.json"))["total"]
    #expect(json["tokens"]?.elements?.first?["total"] == total)
  }
}

@Suite("Taking over: what the plan says, and what is refused")
struct MigrationRulesTests {
  private let list = """
    account,amount
    0x1000000000000000000000000000000000000001,100
    0x1000000000000000000000000000000000000002,0
    0x1000000000000000000000000000000000000003,50

    """

  private func convert(
    _ options: [String], list: String? = nil, in folder: TemporaryFolder
  ) throws -> Sluice.Result {
    let file = try folder.write(list ?? self.list, to: "list.csv")
    return try Sluice.run(
      ["tree", "convert", file, "--encoding", "oz-standard", "--out", folder.path + "/out"]
        + options)
  }

  private func plan(_ folder: TemporaryFolder) throws -> String {
    String(decoding: try folder.read("out/plan.yaml"), as: UTF8.self)
  }

  @Test("The plan names root, encoding and what was left out; zeros are no recipients")
  func plain() throws {
    let folder = try TemporaryFolder()
    let result = try convert(["--token-name", "ACME:2"], in: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains("note: 1 amount of zero is left out"))
    #expect(result.errors.contains("is not taken off"))
    #expect(result.errors.contains("note: the file states no root: compare 0x"))
    #expect(!result.errors.contains("assumed"))
    let plan = try plan(folder)
    let root = try Sluice.succeed(
      ["tree", "root", folder.path + "/list.csv", "--encoding", "oz-standard", "--json"]
    ).json()["root"]?.text
    #expect(plan.contains("# Old root: \(try #require(root))"))
    #expect(plan.contains("# Note: 1 amount of zero is left out."))
    #expect(plan.contains("decimals: 2\n") && plan.contains("budget: 1.5\n"))
    #expect(!plan.contains("cumulative"))
    #expect(
      String(decoding: try folder.read("out/ACME.csv"), as: UTF8.self) == """
        account,amount:base
        0x1000000000000000000000000000000000000001,100
        0x1000000000000000000000000000000000000003,50

        """)
    #expect(try folder.files(below: "out") == ["ACME.csv", "plan.yaml"])
  }

  @Test("Decimals that nobody says are told as assumed, in a note and in the plan")
  func assumed() throws {
    let folder = try TemporaryFolder()
    let result = try convert([], in: folder)
    #expect(result.errors.contains("18 decimals are assumed for TOKEN"))
    #expect(try plan(folder).contains("decimals: 18  # assumed"))
  }

  @Test("A cumulative tree says so, and says whether claims were taken off")
  func cumulative() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      stakingProvider,beneficiary,cumulative_amount
      0x1000000000000000000000000000000000000001,0x2000000000000000000000000000000000000001,5
      0x1000000000000000000000000000000000000002,0x2000000000000000000000000000000000000001,6

      """, to: "list.csv")
    let claims = try folder.write(
      "account,amount\n0x1000000000000000000000000000000000000002,4\n"
        + "0x1000000000000000000000000000000000000002,1\n", to: "claims.csv")
    for (number, options) in [[], ["--claimed", claims]].enumerated() {
      let out = folder.path + "/out\(number)"
      try Sluice.succeed(
        ["tree", "convert", file, "--encoding", "threshold", "--out", out] + options)
      let plan = String(decoding: try folder.read("out\(number)/plan.yaml"), as: UTF8.self)
      #expect(plan.contains("The old tree is cumulative"))
      #expect(plan.contains("was taken off") == (number == 1))
      let list = String(decoding: try folder.read("out\(number)/TOKEN.csv"), as: UTF8.self)
      // 5 + 6, less the 4 + 1 that the second provider claimed.
      let left = number == 0 ? 11 : 6
      #expect(list.hasSuffix("0x2000000000000000000000000000000000000001,\(left)\n"))
    }
  }

  @Test("Nothing is written over, and nothing is left behind by what is refused")
  func neverOverwrites() throws {
    let folder = try TemporaryFolder()
    #expect(try convert([], in: folder).status == 0)
    let before = try folder.files()
    let again = try convert([], in: folder)
    #expect(again.status == 2 && again.errors.contains("never overwritten"))
    #expect(try folder.files() == before)
  }

  @Test("Accounts that claimed all they had are left out, and told")
  func paidOff() throws {
    let folder = try TemporaryFolder()
    let claims = try folder.write(
      "account,amount\n0x1000000000000000000000000000000000000001,100\n", to: "claims.csv")
    let result = try convert(["--claimed", claims, "--json"], in: folder)
    let token = try result.json()["tokens"]?.elements?.first
    #expect(token?["accounts"] == .integer(1) && token?["total"]?.text == "50")
    #expect(token?["claimed"]?.text == "100")
    #expect(result.errors.contains("1 account is left out"))
  }

  @Test("With a deployment the plan is no draft, and names each token's contract")
  func deployment() throws {
    let folder = try TemporaryFolder()
    let roles = ["distributor", "creator", "owner", "publisher", "guardian"].enumerated()
      .flatMap { ["--\($0.element)", "0x200000000000000000000000000000000000000\($0.offset + 1)"] }
    let options =
      ["--chain", "10", "--token-name", "ACME:2@0x3000000000000000000000000000000000000003"] + roles
    #expect(try convert(options, in: folder).status == 0)
    let plan = try plan(folder)
    #expect(plan.contains("      chain: 10\n"))
    #expect(plan.contains("      token: 0x3000000000000000000000000000000000000003\n"))
    #expect(plan.contains("        guardian: 0x2000000000000000000000000000000000000005\n"))
    #expect(!plan.contains("drafts"))
    let review = try Sluice.succeed(["check", folder.path + "/out/plan.yaml"])
    #expect(review.output.contains("The plan holds.") && !review.output.contains("Draft"))
    let result = try Sluice.succeed([
      "allocate", folder.path + "/out/plan.yaml", "--out", folder.path + "/bundle",
    ])
    #expect(!result.output.contains("draft"))
  }

  @Test("Columns that a plan has no place for are told, and whether their values differ")
  func unusedColumns() throws {
    let folder = try TemporaryFolder()
    for (number, networks) in [[0, 0], [0, 10]].enumerated() {
      let file = try folder.write(
        """
        account,network,rpl,smoothingPoolEth
        0x1000000000000000000000000000000000000001,\(networks[0]),5,0
        0x1000000000000000000000000000000000000002,\(networks[1]),6,1

        """, to: "list.csv")
      let result = try Sluice.run([
        "tree", "convert", file, "--encoding", "rocketpool-v1", "--out",
        folder.path + "/out\(number)",
      ])
      #expect(result.errors.contains("note: the column network is not used"))
      #expect(result.errors.contains("rows of all its 2 values are added up") == (number == 1))
    }
  }

  @Test("One token of several is taken over alone")
  func oneToken() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      account,network,rpl,smoothingPoolEth
      0x1000000000000000000000000000000000000001,0,5,0
      0x1000000000000000000000000000000000000002,0,6,1

      """, to: "list.csv")
    try Sluice.succeed([
      "tree", "convert", file, "--encoding", "rocketpool-v1", "--token", "rpl", "--out",
      folder.path + "/out",
    ])
    #expect(try folder.files(below: "out") == ["RPL.csv", "plan.yaml"])
    #expect(!(try plan(folder)).contains("ETH"))
  }
}
