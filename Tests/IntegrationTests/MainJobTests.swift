import CanonicalJSON
import Foundation
import TestKit
import Testing

@testable import SluiceCommands

@Suite("The main job, as a user runs it")
struct MainJobTests {
  @Test("What init writes is checked, allocated, explained, proved and verified")
  func fromInit() throws {
    let folder = try TemporaryFolder()
    let launch = folder.path + "/launch"
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["init", launch])
    let check = try Sluice.succeed(["check", launch + "/plan.yaml", "--json"]).json()
    #expect(check["format"]?.text == "sluice.check.v1")
    #expect(check["draft"] == .bool(true))
    let written = try Sluice.succeed(
      ["allocate", launch + "/plan.yaml", "--out", bundle, "--json"]
    ).json()
    // 5 % of 10⁹ tokens of 18 decimals over 120, 45, 3 and 830 points; 200 000 000 given.
    let totals = written["campaigns"]?.elements?.compactMap { $0["total"]?.text }
    #expect(totals == ["50000000000000000000000000", "200000000000000000000000000"])
    let account = "0x1000000000000000000000000000000000000003"
    let proof = try Sluice.succeed(["proof", bundle, account, "--json"]).json()
    // 5·10²⁵·3 / 998 = 150300601202404809619238, remainder 476: the largest of the four, and there
    // is one unit left.
    #expect(proof["proofs"]?.elements?.first?["entitlement"]?.text == "150300601202404809619239")
    let verified = try Sluice.succeed(
      ["verify", bundle, "--plan", launch + "/plan.yaml", "--inputs", launch, "--json"]
    ).json()
    #expect(verified["matches"] == .bool(true))
    #expect(verified["identity"] == written["identity"])
    let explained = try Sluice.succeed(["explain", bundle, account])
    #expect(explained.output.contains("recipients.csv, line 4: points = 3"))
    #expect(explained.output.contains("× 3 / 998"))
  }

  @Test("A plan is checked before its inputs are there, and with a folder named they have to be")
  func checkAlone() throws {
    let folder = try TemporaryFolder()
    let plan = try Launch().allocate(in: folder)[1]
    try FileManager.default.removeItem(atPath: folder.path + "/list.csv")
    let alone = try Sluice.succeed(["check", plan])
    #expect(alone.output.contains("The plan holds. Nothing was allocated: list.csv is not there."))
    #expect(!alone.output.contains("Epoch 0"))
    let json = try Sluice.succeed(["check", plan, "--json"]).json()
    #expect(json["programs"]?.elements?.first?["recipients"] == .null)
    #expect(json["concentration"]?.elements?.isEmpty == true)
    #expect(
      json["schedules"]?.elements?.first?["unlocked"]?.elements?.first?.text == "106"
        + String(repeating: "0", count: 18))
    let named = try Sluice.run(["check", plan, "--inputs", folder.path])
    #expect(named.status == 4 && named.errors.contains("list.csv"))
  }

  @Test("INV-035: a guard that fails is a result and a failure of check, and stops allocate")
  func guards() throws {
    let folder = try TemporaryFolder()
    let guards = "guards: [{measure: largest, at_most: 50%}, {measure: gini, at_most: 50%}]"
    let arguments = try Launch().replacing("programs:", guards + "\nprograms:").allocate(in: folder)
    let check = try Sluice.run(["check", arguments[1]])
    #expect(check.status == 1)
    // 2.5 of 6 and 7/12 of 100 are 60.83 of 106: 57.3899371 %, rounded up to billionths.
    #expect(
      check.output.contains("FAILS  the largest account's part of ACME: 57.3899372% at launch"))
    #expect(check.output.contains("holds  the Gini coefficient of ACME per account"))
    #expect(check.output.contains("The plan does not hold: 1 of its guards fails."))
    #expect(check.errors.contains("plan.yaml:13:20: guards[0]: found 57.3899372%"))
    #expect(check.errors.contains("has most of it from split (line 16)"))
    #expect(check.errors.contains("`at_most: 57.3899372%` passes"))
    #expect(try Sluice.run(arguments).status == 1)
    #expect(try !folder.files().contains { $0.hasPrefix("bundle") })
    try folder.write(
      try String(decoding: folder.read("plan.yaml"), as: UTF8.self)
        .replacing("at_most: 50%}, {measure: gini", with: "at_most: 57.3899372%}, {measure: gini"),
      to: "plan.yaml")
    try Sluice.succeed(arguments)
  }

  @Test("init overwrites nothing")
  func initTwice() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(["init", folder.path])
    let before = try folder.read("plan.yaml")
    let again = try Sluice.run(["init", folder.path])
    #expect(again.status == 2 && again.errors.contains("Nothing was written"))
    #expect(try folder.read("plan.yaml") == before)
  }

  @Test("INV-004: shuffled rows, any threads and a second run give the same identity")
  func repeatable() throws {
    let folder = try TemporaryFolder()
    var launch = Launch()
    var generator = Generator(seed: 7)
    let rows = (1...6000).map { number in
      let account = "0x" + String(repeating: "0", count: 36) + String(0x1000 + number, radix: 16)
      return "\(account),0.001,\(UInt64.random(in: 0...1_000_000, using: &generator))"
    }
    var identities: Set<String> = []
    for (run, threads) in ["1", "2", "7"].enumerated() {
      launch.list =
        "account,amount:token,points\n"
        + rows.shuffled(using: &generator).joined(separator: "\n") + "\n"
      var arguments = try launch.allocate(in: folder)
      arguments[3] += "\(run)"
      let result = try Sluice.succeed(arguments + ["--threads", threads, "--json"]).json()
      identities.insert(result["identity"]?.text ?? "none")
    }
    #expect(identities.count == 1 && identities.first?.count == 66)
    // The same files, but for the lines that the rows stood on.
    for name in try folder.files(below: "bundle0")
    where name != "derived.json" && !name.hasPrefix("provenance/") {
      #expect(try folder.read("bundle0/" + name) == folder.read("bundle2/" + name), "\(name)")
    }
  }

  @Test("A second epoch builds on the first: entitlements add up, and both are verified")
  func twoEpochs() throws {
    let folder = try TemporaryFolder()
    let plan = """
      version: 1
      name: Weekly
      tokens: [{name: ACME, decimals: 6}]
      campaigns:
        - name: main
          token: ACME
          deployment:
            chain: 1
            distributor: 0x1111111111111111111111111111111111111111
            token: 0x2222222222222222222222222222222222222222
            creator: 0x3333333333333333333333333333333333333333
            salt: "0x0000000000000000000000000000000000000000000000000000000000000001"
            roles:
              owner: 0x4444444444444444444444444444444444444444
              publisher: 0x5555555555555555555555555555555555555555
              guardian: 0x6666666666666666666666666666666666666666
      epochs: {start: 2027-01-01, length: 7d, count: 4}
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      programs:
        - name: weekly
          kind: airdrop
          campaign: main
          budget: 1000
          from: list
          weight: points
          emission: {shape: constant}

      """
    try folder.write(plan, to: "plan.yaml")
    let path = { (name: String) in folder.path + "/" + name }
    try folder.write("account,points\n\(accountA),1\n", to: "list.csv")
    try Sluice.succeed(["allocate", path("plan.yaml"), "--out", path("b0")])
    try folder.write(
      "account,points\n\(accountA),1\n0x2000000000000000000000000000000000000002,3\n",
      to: "list.csv")
    let missing = try Sluice.run(
      ["allocate", path("plan.yaml"), "--out", path("b1"), "--epoch", "1"])
    #expect(missing.status == 2 && missing.errors.contains("--parent"))
    try Sluice.succeed(
      ["allocate", path("plan.yaml"), "--out", path("b1"), "--epoch", "1", "--parent", path("b0")])
    // 250 in each epoch: 250 + 62.5, and 187.5.
    let text = String(decoding: try folder.read("b1/entitlements.csv"), as: UTF8.self)
    #expect(
      text.split(separator: "\n").dropFirst() == [
        "main,\(accountA),312500000", "main,0x2000000000000000000000000000000000000002,187500000",
      ])
    for options in [[], ["--parent", path("b0"), "--inputs", folder.path]] {
      let result = try Sluice.succeed(["verify", path("b1"), "--json"] + options).json()
      #expect(result["matches"] == .bool(true))
    }
    let twice = try Sluice.run(
      ["allocate", path("plan.yaml"), "--out", path("b2"), "--epoch", "1", "--parent", path("b1")])
    #expect(twice.status == 2 && twice.errors.contains("would pay twice"))
  }

  @Test("A list that only a filter asks is read, published, verified and explained")
  func joined() throws {
    let folder = try TemporaryFolder()
    let bundle = folder.path + "/bundle"
    let shutOut = "0x3000000000000000000000000000000000000003"
    try folder.write("account,since\n\(shutOut),2026\n", to: "banned.csv")
    try Sluice.succeed(try Launch.banning.allocate(in: folder))
    let verified = try Sluice.succeed(
      [
        "verify", bundle, "--plan", folder.path + "/plan.yaml", "--inputs", folder.path, "--json",
      ]
    ).json()
    #expect(verified["matches"] == .bool(true))
    let explained = try Sluice.succeed(["explain", bundle, shutOut, "--json"]).json()
    let program = explained["campaigns"]?.elements?.first?["programs"]?.elements?.last
    #expect(program?["reason"]?.text == "filtered-out")
    let join = program?["joins"]?.elements?.first
    #expect(join?["text"]?.text == "listed(banned)" && join?["value"]?.text == "true")
  }

  @Test("A bundle without shards gives the same proofs, from its data")
  func withoutShards() throws {
    let folder = try TemporaryFolder()
    let arguments = try Launch().allocate(in: folder)
    try Sluice.succeed(arguments)
    let bare = folder.path + "/bare"
    try Sluice.succeed(["allocate", arguments[1], "--out", bare, "--without-proofs"])
    #expect(try folder.files(below: "bare").allSatisfy { !$0.hasPrefix("proofs") })
    let proofs = try [folder.path + "/bundle", bare].map {
      try Sluice.succeed(["proof", $0, accountA, "--json"]).output
    }
    #expect(proofs[0] == proofs[1] && proofs[0].contains("entitlement"))
    let nobody = try Sluice.run(["proof", bare, "0x9000000000000000000000000000000000000009"])
    #expect(nobody.status == 2 && nobody.errors.contains("sluice explain"))
  }

  @Test("A schedule that Sluice's Distributor refuses is told while it is a plan")
  func scheduleOfAnotherContract() throws {
    let folder = try TemporaryFolder()
    let place = """
      , deployment: {chain: 1, distributor: 0x1111111111111111111111111111111111111111,
      token: 0x2222222222222222222222222222222222222222,
      creator: 0x3333333333333333333333333333333333333333,
      salt: "0x\(String(repeating: "1", count: 64))",
      roles: {owner: \(accountA), publisher: \(accountA), guardian: \(accountA)}}}
      """
    let shapes = [
      ("{shape: tranches, tranches: [{at: 2027-01-01, share: 100%}]}", true),
      ("{shape: exponential, start: 2027-01-01, duration: 9d, half_life: 1d}", true),
      ("{shape: linear, start: 2027-01-01, duration: 9d}", false),
    ]
    for (shape, isTold) in shapes {
      let launch = Launch().replacing(
        "{name: main, token: ACME}", "{name: main, token: ACME, vesting: \(shape)" + place)
      let arguments = try launch.allocate(in: folder)
      let result = try Sluice.succeed(["check", arguments[1]])
      #expect(result.errors.contains("escrows of Vesting") == isTold, "\(shape)")
    }
  }

  @Test("A raffle before its draw can be checked, and the note says that it cannot be drawn yet")
  func undrawnRaffle() throws {
    let folder = try TemporaryFolder()
    let word = "0x" + String(repeating: "01", count: 32)
    let launch = Launch().replacing(
      "{name: split, kind: airdrop,",
      "{name: split, kind: raffle, raffle: {seed_hash: \(word), beacon: a block, winners: 1},")
    let arguments = try launch.allocate(in: folder)
    let result = try Sluice.succeed(["check", arguments[1], "--json"])
    #expect(result.errors.contains("this raffle cannot be drawn yet"))
    let programs = try #require(try JSON.parse(Array(result.output.utf8))["programs"]?.elements)
    #expect(programs[1]["carry"]?.text == "100000000000000000000")
    #expect(try Sluice.run(arguments).status == 3)
  }

  @Test("A bundle is never written over another")
  func targetExists() throws {
    let folder = try TemporaryFolder()
    let arguments = try Launch().allocate(in: folder)
    try Sluice.succeed(arguments)
    let before = try folder.files()
    let again = try Sluice.run(arguments)
    #expect(again.status == 2 && again.errors.contains("never overwritten"))
    #expect(try folder.files() == before)
  }

  @Test("The example of the repository holds")
  func example() throws {
    let folder = try TemporaryFolder()
    let plan = Project.path("Examples/airdrop/plan.yaml")
    try Sluice.succeed(["allocate", plan, "--out", folder.path + "/b", "--tree-dumps"])
    let result = try Sluice.succeed([
      "verify", folder.path + "/b", "--plan", plan, "--inputs", Project.path("Examples/airdrop"),
    ])
    #expect(result.output.contains("MATCH 0x"))
    let dump = folder.path + "/b/trees/community.json"
    #expect(try Sluice.succeed(["tree", "check", dump]).output.contains("holds what it states"))
  }
}

@Suite("The command line")
struct CommandLineTests {
  static let commands = [
    [], ["init"], ["check"], ["allocate"], ["explain"], ["diff"], ["report"], ["proof"], ["verify"],
    ["tree"], ["tree", "root"], ["tree", "proof"], ["tree", "check"], ["tree", "convert"],
    ["schema"], ["errors"],
  ]

  @Test("Every command has help with examples", arguments: commands)
  func help(command: [String]) throws {
    let result = try Sluice.succeed(command + ["--help"])
    #expect(result.output.contains("USAGE: "))
    #expect(result.output.contains(command == [] || command == ["tree"] ? "sluice" : "Example"))
  }

  @Test("Completions are written for the usual shells", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let result = try Sluice.succeed(["--generate-completion-script", shell])
    #expect(result.output.contains("allocate") && result.output.contains("sluice"))
  }

  @Test("INV-016: every error has its own code, and the reference pages list every one")
  func errors() throws {
    #expect(Set(ErrorTable.entries.map(\.code)).count == ErrorTable.entries.count)
    let page = try Project.text("docs/reference/errors.md")
    for entry in ErrorTable.entries {
      #expect(page.contains("| `\(entry.code)` | \(entry.name) |"), "\(entry.code)")
      #expect(entry.words.count > 10, "\(entry.code): \(entry.words)")
    }
    let one = try Sluice.succeed(["errors", "SLC-INPUT-001", "--json"]).json()
    #expect(one["errors"]?.elements?.count == 1)
    #expect(try Sluice.run(["errors", "SLC-NONE-001"]).status == 2)
  }

  @Test("No colours where nobody watches")
  func colours() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(["init", folder.path])
    let result = try Sluice.succeed(["check", folder.path + "/plan.yaml"])
    #expect(!result.output.contains("\u{1B}") && !result.errors.contains("\u{1B}"))
  }

  @Test("What others wrote moves no cursor: control characters are replaced")
  func controlCharacters() throws {
    let folder = try TemporaryFolder()
    let launch = Launch().replacing("points\n", "points,\u{1B}[2Jnote\n")
      .replacing(",5\n", ",5,\n").replacing(",0\n", ",0,\n").replacing(",7\n", ",7,\n")
    let result = try Sluice.succeed(try launch.allocate(in: folder))
    #expect(result.errors.contains("columns not read: \u{FFFD}[2Jnote"))
    let plan = try Sluice.run(["check", "no\u{1B}[31m\u{202E}file"])
    #expect(plan.status == 4 && plan.errors.contains("no\u{FFFD}[31m\u{FFFD}file"))
  }

  @Test("Rows that do not count, and a line that may have been cut off, are told")
  func leftOutRows() throws {
    let folder = try TemporaryFolder()
    let launch = Launch().replacing("file: list.csv", "file: list.csv\n    where: {points: [5, 7]}")
      .replacing("budget: 6", "budget: 3.5").replacing(",7\n", ",7")
    let result = try Sluice.succeed(try launch.allocate(in: folder))
    #expect(result.errors.contains("list.csv: 1 row is left out by `where`"))
    #expect(result.errors.contains("list.csv: the last line has no line end"))
  }

  @Test("An account that a source drops is told why it receives nothing")
  func dropped() throws {
    let folder = try TemporaryFolder()
    let account = "0x3000000000000000000000000000000000000003"
    let launch = Launch().replacing("file: list.csv", "file: list.csv\n    duplicates: drop")
      .replacing("budget: 6", "budget: 3.5").replacing(",2.5,7\n", ",2.5,7\n\(account),1,1\n")
    try Sluice.succeed(try launch.allocate(in: folder))
    let result = try Sluice.succeed(["explain", folder.path + "/bundle", account])
    #expect(result.output.contains("receives nothing (duplicate): it stands in several rows"))
  }

  @Test("The version is told")
  func version() throws {
    #expect(try Sluice.succeed(["--version"]).output == "\(sluiceVersion)\n")
  }
}

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

@Suite("Published cases through the command line")
struct PublishedCommandTests {
  @Test(
    "tree root gives the root that is on chain",
    .enabled(if: Cases.available("pooltogether_pool"), absent),
    arguments: [
      ("pooltogether_pool/2021-02", "input.csv.gz", "uniswap", []),
      ("gearbox_gear/8c9218b0", "claims.csv.gz", "uniswap", []),
      ("morpho/age1-epoch2", "claims.csv.gz", "account-amount-file-order", []),
      (
        "balancer_lm/homestead-week57", "input.csv.gz", "account-amount-sorted",
        ["--decimals", "18"]
      ),
      (
        "balancer_lm/homestead-note-week90", "input.csv.gz", "account-amount-sorted",
        ["--decimals", "8"]
      ),
      ("balancer_lm/merge-week64", "output.csv.gz", "account-amount-sorted", ["--decimals", "18"]),
    ])
  func root(folder: String, file: String, encoding: String, options: [String]) throws {
    let expected = try JSON.parse(try Cases.data(folder + "/expected.json"))
    let result = try Sluice.succeed(
      ["tree", "root", Cases.path("\(folder)/\(file)"), "--encoding", encoding, "--json"] + options
    ).json()
    #expect(result["root"]?.text == expected["root"]?.text)
    #expect(result["total"]?.text == expected["total"]?.text)
    #expect(result["leaves"] == expected["recipients"])
  }

  @Test(
    "tree proof gives the proof that was published",
    .enabled(if: Cases.available("gearbox_gear"), absent))
  func proof() throws {
    let folder = "gearbox_gear/8c9218b0"
    let sample = try JSON.parse(try Cases.data(folder + "/proofs_sample.json"))
    let published = try #require(sample["claims"]?.members?.first ?? sample.members?.first)
    let result = try Sluice.succeed([
      "tree", "proof", Cases.path(folder + "/claims.csv.gz"), published.key,
      "--encoding", "uniswap", "--json",
    ]).json()
    #expect(result["proof"]?.elements?.isEmpty == false)
    #expect(result["proof"] == published.value["proof"])
  }

  @Test(
    "A dump that root writes is the published one, byte for byte",
    .enabled(if: Cases.available("merkle_vectors"), absent),
    arguments: [
      "standard-v1.sorted", "standard-v1.unsorted", "simple-v1.sorted", "simple-v1.unsorted",
    ])
  func dump(name: String) throws {
    let folder = try TemporaryFolder()
    let file = "merkle_vectors/openzeppelin/\(name).1_0_6.json"
    let out = folder.path + "/dump.json"
    try Sluice.succeed(["tree", "root", Cases.path(file), "--dump", out])
    #expect(try folder.read("dump.json") == Cases.data(file))
  }
}
