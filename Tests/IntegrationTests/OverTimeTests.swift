import CanonicalJSON
import TestKit
import Testing

/// Epochs of 100 seconds from 2027-01-01 on, and who staked when.
private struct StakingSample {
  static let (one, two, vault) = (
    "0x1000000000000000000000000000000000000001", "0x2000000000000000000000000000000000000002",
    "0x7000000000000000000000000000000000000007"
  )
  static let start = 1_798_761_600

  let folder: TemporaryFolder
  var bundle: String { folder.path + "/bundle" }

  /// - Parameters:
  ///   - staked: second after the start, account, change.
  ///   - source: keys beside its changes.
  ///   - program: keys beside its campaign.
  ///   - more: further sources.
  init(
    _ staked: [(Int, String, Int)], source: String, program: String, epochs: Int = 2,
    more: String = ""
  ) throws {
    folder = try TemporaryFolder()
    let plan = try folder.write(
      """
      version: 1
      name: Stakes
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 2027-01-01, length: 100s, count: \(epochs)}
      sources:
        - {name: staked, file: staked.csv, time: at, positions: {amount: amount, token: ACME},
           \(source)}
      \(more)
      programs:
        - {name: stake, campaign: main, \(program)}

      """, to: "plan.yaml")
    let rows = staked.map { "\(Self.start + $0.0),\($0.1),\($0.2)\n" }.joined()
    try folder.write("at,account,amount\n" + rows, to: "staked.csv")
    try folder.write("at,account,fee\n\(Self.start),\(Self.one),40\n", to: "fees.csv")
    try folder.write("at,account,count\n\(Self.start - 9),\(Self.two),1\n", to: "shares.csv")
    try Sluice.succeed(["allocate", plan, "--out", folder.path + "/bundle"])
  }

  func explained(_ account: String) throws -> String {
    try Sluice.succeed(["explain", bundle, account, "--intervals"]).output
  }

  func intervals(_ account: String) throws -> JSON {
    let told = try Sluice.succeed(["explain", bundle, account, "--intervals", "--json"]).json()
    return try #require(told["intervals"]?.elements?.first)
  }

  /// The texts of the report, with plain blanks.
  func report() throws -> String {
    String(decoding: try folder.read("bundle/report.html"), as: UTF8.self)
      .replacing("\u{202f}", with: " ").replacing("\u{2009}", with: " ")
  }
}

@Suite("What programs over time tell of themselves")
struct OverTimeTests {
  private static let emission = "kind: staking, budget: 200, emission: {shape: constant}, "
  private let one = StakingSample.one
  private let two = StakingSample.two
  private let vault = StakingSample.vault

  @Test("Where the closing balance is the weight, no interval has a part of the amount")
  func closing() throws {
    let sample = try StakingSample(
      [(-9, one, 100), (99, one, -99)], source: "columns: [closing, lowest]",
      program: Self.emission + "from: staked, weight: closing, filter: lowest > 0")
    let text = try sample.explained(one)
    #expect(
      text.contains(
        "the balance in staked, of which the program reads closing (what was held at the end), "
          + "and lowest (the least that was held): no interval has a part of the amount"), "\(text)"
    )
    #expect(!text.contains("per day") && !text.contains("times seconds"), "\(text)")
    let found = try sample.intervals(one)
    #expect(found["rule"] == .null)
    #expect(found["reads"]?.elements?.map(\.text) == ["closing", "lowest"])
    let intervals = try #require(found["intervals"]?.elements)
    #expect(intervals.map { $0["balance"]?.text } == ["100", "1"])
    #expect(intervals.map { $0["amount"] } == [.null, .null])
  }

  @Test(
    "Intervals have parts of amounts where these are in proportion to what all seconds add up to",
    arguments: [
      ("held", "average"), ("average", "average"), ("2 * number(held)", "average"),
      ("number(held) / 7", "average"), ("share", "share"), ("sqrt(number(held))", nil),
      ("number(held) * number(closing)", nil), ("lowest", nil), ("number(held) + 1", nil),
    ])
  func rules(weight: String, rule: String?) throws {
    let measures = weight == "share" ? "share" : "held, average, closing, lowest"
    let sample = try StakingSample(
      [(-9, one, 32), (50, one, 32)], source: "columns: [\(measures)]",
      program: Self.emission + "from: staked, weight: \(weight)")
    let found = try sample.intervals(one)
    #expect(found["rule"]?.text == rule)
    let intervals = try #require(found["intervals"]?.elements)
    // Of 100: by balance 32 · 50 of 4800, by shares a half: 2^256 / 32 leaves no remainder.
    let amounts = rule == "share" ? ["50", "50"] : ["33", "67"]
    #expect(intervals.map { $0["amount"]?.text } == (rule == nil ? [nil, nil] : amounts))
  }

  @Test("300 of 300, then of 400, has earned 87.5 % of the time, and not 300 of 350")
  func parts() throws {
    let sample = try StakingSample(
      [(-9, one, 300), (50, two, 100)], source: "columns: [share]",
      program: Self.emission + "from: staked, weight: share")
    let text = try sample.explained(one)
    #expect(text.contains("87.50 %") && !text.contains("85.71 %"), "\(text)")
    let intervals = try sample.intervals(one)["intervals"]?.elements
    #expect(intervals?.map { $0["part"]?.wholeNumber } == [875_000_000])
  }

  @Test("A vault is told that its balance counts as that of the holders of its shares")
  func vaults() throws {
    let sample = try StakingSample(
      [(-9, vault, 100)], source: "columns: [held]",
      program: Self.emission + "from: through, weight: held",
      more: """
          - {name: parts, file: shares.csv, time: at, positions: {amount: count}}
          - {name: through, look_through: {deposits: staked, vault: "\(vault)", shares: parts},
             columns: [held]}
        """)
    let text = try sample.explained(vault)
    #expect(
      text.contains(
        "As a vault: what it holds in staked counts in through as that of the holders of its "
          + "shares, which stand in parts; as its own only while nobody has any."), "\(text)")
    #expect(!text.contains("stands in no input"), "\(text)")
    let told = try Sluice.succeed(["explain", sample.bundle, vault, "--json"]).json()
    #expect(told["known"] == .bool(true))
    #expect(
      try told["vaults"]
        == JSON.parse(
          Array(#"[{"source": "through", "deposits": "staked", "shares": "parts"}]"#.utf8)))
    let holder = try sample.explained(two)
    #expect(holder.contains("100.00 %") && !holder.contains("As a vault"), "\(holder)")
    let stranger = try sample.explained(one)
    #expect(stranger.contains("stands in no input") && stranger.contains("It held nothing"))
  }

  // MARK: Report

  /// 100 of 1,000,000,000 in 100 seconds are 31,536,000 in a year: 3.15 %.
  @Test(
    "The yield of an epoch is what it paid in its own seconds, whatever the window",
    arguments: [
      ("window: epoch, ", emission, "3.15 % at this epoch"),
      ("window: 1000s, ", emission, "3.15 % at this epoch"),
      (
        "window: {start: 2026-12-31, end: 2027-01-01}, ", emission,
        "3.15 % at this epoch"
      ),
      // Paid once, 100,000 for 86,400 seconds: 36,500,000 in a year.
      (
        "window: {start: 2026-12-31, end: 2027-01-01}, ", "kind: staking, budget: 100000, ",
        "3.65 % at the rate of this time"
      ),
    ])
  func yield(window: String, program: String, expected: String) throws {
    let sample = try StakingSample(
      [(-200_000, one, 1_000_000_000)], source: window + "columns: [held]",
      program: program + "from: staked, weight: held")
    let page = try sample.report()
    #expect(page.contains(expected))
  }

  private static let fees = """
      - {name: fees, file: fees.csv, time: at, duplicates: sum,
         columns: [{name: fee, type: amount, token: ACME, unit: token}]}
    """
  private static let revenue =
    "kind: fees, budget: {source: fees, column: fee, part: 100%}, "

  /// Somebody has a stake for half of the time, so that half of 100, or of 40, is left.
  @Test(
    "What nobody earned is carried where the program has a next epoch, and stays unspent elsewhere",
    arguments: [
      (emission, 2, "100", "50 ACME that nobody earned is carried into the next epoch."),
      (
        "kind: staking, budget: 200, emission: {shape: constant}, ", 1, "200",
        "100 ACME that nobody earned stays unspent."
      ),
      (revenue, 2, "40", "20 ACME that nobody earned is carried into the next epoch."),
      (revenue, 1, "40", "20 ACME that nobody earned stays unspent."),
      ("kind: staking, budget: 200, ", 2, "200", "100 ACME that nobody earned stays unspent."),
    ])
  func carry(program: String, epochs: Int, budget: String, words: String) throws {
    let sample = try StakingSample(
      [(50, one, 10)], source: "columns: [share]",
      program: program + "from: staked, weight: share", epochs: epochs, more: Self.fees)
    let page = try sample.report()
    #expect(page.contains("of a budget of \(budget) ACME to 1 account. \(words)"))
  }

  @Test("Where all is earned nothing is carried, or stays")
  func nothingLeft() throws {
    for (epochs, words) in [(2, "Nothing is carried into"), (1, "Nothing stays unspent.")] {
      let sample = try StakingSample(
        [(-9, one, 10)], source: "columns: [held]",
        program: Self.emission + "from: staked, weight: held", epochs: epochs)
      #expect(try sample.report().contains(words))
    }
  }
}
