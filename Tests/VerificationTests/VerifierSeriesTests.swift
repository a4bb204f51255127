import Bundle
import DistributionModel
import EthereumPrimitives
import Testing
import Verification

/// Bundles of programs that pay for balances over time.
@Suite("Verifying series")
struct VerifierSeriesTests {
  /// Epochs of 100 seconds from 2027-01-01 on, which is 1798761600.
  static let plan = """
    version: 1
    name: Staking
    tokens:
      - {name: ACME, decimals: 2}
      - {name: LP, decimals: 1}
    campaigns:
      - {name: main, token: ACME}
    epochs: {start: 2027-01-01, length: 100s, count: 4}
    sources:
      - name: staked
        file: staked.csv
        account: user
        time: at
        positions: {amount: amount, token: LP}
        columns: [share, held, highest]
      - name: borrowed
        file: borrowed.jsonl
        time: at
        positions: {effect: balance, amount: debt, token: LP}
        columns: [closing]
      - name: net
        balance: staked - borrowed
        token: LP
        minimum_holding: 10s
        columns: [held, lowest]
      - name: tasks
        file: tasks.csv
        time: at
        columns: [{name: points, type: integer}]
        duplicates: sum
    programs:
      - name: stake
        kind: staking
        campaign: main
        budget: 40
        emission: {shape: constant}
        from: staked
        weight: share
      - name: lend
        kind: lending
        campaign: main
        budget: 40
        emission: {shape: constant}
        from: net
        weight: held
      - name: play
        kind: tasks
        campaign: main
        budget: 40
        emission: {shape: constant}
        from: tasks
        weight: points

    """

  static let start: UInt64 = 1_798_761_600

  /// Account 1 holds 10.0, from second 50 on 5.0; account 2 holds 5.0 from second 20 on. Of 100
  /// seconds the first 20 are account 1's alone.
  static let files: [String: String] = [
    "staked.csv": """
    at,user,amount
    \(start - 50),\(VerifierSample.hex(1)),90
    \(start),\(VerifierSample.hex(1)),10
    \(start + 20),\(VerifierSample.hex(2)),50
    \(start + 50),\(VerifierSample.hex(1)),-50
    \(start + 130),\(VerifierSample.hex(1)),7

    """,
    "borrowed.jsonl": """
    {"at": "2027-01-01T00:00:30Z", "account": "\(VerifierSample.hex(2))", "debt": 20}

    """,
    "tasks.csv": """
    at,account,points
    \(start - 1),\(VerifierSample.hex(1)),1000
    \(start),\(VerifierSample.hex(1)),3
    \(start + 99),\(VerifierSample.hex(2)),1
    \(start + 100),\(VerifierSample.hex(2)),1000

    """,
  ]

  static func sample() throws -> VerifierSample {
    try VerifierSample.bundle(of: plan, files)
  }

  /// Of 1000 units: for 20 seconds 200 go to account 1; in the next 30 seconds 2 of 3 parts of 300,
  /// which are 200 and 100; then half of 500 each. Net balances count after 10 seconds: account 1
  /// has 90 for 10 seconds, 100 for 40 and 50 for 50, 7400 in all. Account 2 had 50 for 10 seconds
  /// when it has 30: so 30 for 70 seconds, 2100. Of 1000 units, 1000 · 7400 / 9500 = 778.9 and
  /// 221.1: the larger remainder gets the unit.
  @Test("INV-052: shares, computed balances and actions of an epoch, by hand")
  func match() throws {
    let sample = try Self.sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    let (one, two) = (VerifierSample.hex(1), VerifierSample.hex(2))
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        stake,0,\(one),650
        stake,0,\(two),350
        lend,0,\(one),779
        lend,0,\(two),221
        play,0,\(one),750
        play,0,\(two),250

        """)
    #expect(
      try sample.text("events/staked.csv") == """
        time,account,change
        0,\(one),90
        \(Self.start),\(one),10
        \(Self.start + 20),\(two),50
        \(Self.start + 50),\(one),-50

        """)
    #expect(
      try sample.text("inputs/net.csv") == "account,held,lowest\n\(one),7400,50\n\(two),2100,0\n")
    #expect(report.checked.contains { $0.contains("3 series") })
  }

  @Test("A match without raw files says that they were not looked at")
  func unchecked() throws {
    let report = try Self.sample().verify("bundle", Verifier.Sources())
    #expect(report.matches)
    #expect(report.unchecked.contains { $0.contains("--inputs") })
  }

  @Test("INV-054: files whose names fit are read together, and times are looked up by block")
  func wildcard() throws {
    let blocks = """
        - {name: blocks, file: blocks.csv, key: number, times: at}
        - name: staked
          file: staked-*.csv
      """
    let plan = Self.plan
      .replacing("  - name: staked\n    file: staked.csv\n", with: blocks + "\n")
      .replacing(
        "    time: at\n    positions: {amount",
        with: """
              time: {key: block, in: blocks}
              positions: {amount
          """)
    var files = Self.files
    let rows = try #require(Self.files["staked.csv"]).split(separator: "\n")
    files["staked.csv"] = nil
    let changes = rows.dropFirst().map { $0.split(separator: ",") }
    files["blocks.csv"] =
      "number,at\n" + changes.enumerated().map { "b\($0),\($1[0])\n" }.joined()
    for (number, change) in changes.enumerated() {
      files["staked-\(number).csv"] =
        "block,user,amount\nb\(number),\(change[1]),\(change[2])\n"
    }
    let sample = try VerifierSample.bundle(of: plan, files)
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    #expect(
      try sample.text("events/staked.csv") == Self.sample().text("events/staked.csv"))
    try sample.edit("blocks.csv", "\(Self.start + 20)", "\(Self.start + 19)")
    #expect(try sample.verify().difference?.place == "events/staked.csv")
    try sample.edit("blocks.csv", "\(Self.start + 19)", "\(Self.start + 20)")
    try sample.remove("staked-2.csv")
    #expect(try sample.verify().difference?.published == "50")
  }

  // MARK: Tampering

  private static func damaged(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, raw: Bool = true,
    _ damage: @escaping @Sendable (VerifierSample) throws -> Void
  ) -> VerifierTampering {
    .made(name, what, place, published, recomputed, because) {
      let sample = try sample()
      try damage(sample)
      return try sample.verify("bundle", raw ? nil : Verifier.Sources())
    }
  }

  private static let events = "events/staked.csv"
  private static let (one, two) = (VerifierSample.hex(1), VerifierSample.hex(2))

  static let tamperings: [VerifierTampering] = [
    damaged(
      "A change of another amount", "change of \(two) at \(start + 20) (2027-01-01T00:00:20Z)",
      events, "51", "50", "The sum of the account's changes at that second in staked.csv"
    ) { try $0.edit("bundle/\(events)", "\(two),50", "\(two),51") },
    damaged(
      "A change of another amount, and its hash",
      "change of \(two) at \(start + 20) (2027-01-01T00:00:20Z)", events, "51", "50", "The sum of"
    ) { try $0.editAndCommit(events, "\(two),50", "\(two),51") },
    damaged(
      "A change that was taken out", "change of \(two) at \(start + 20) (2027-01-01T00:00:20Z)",
      events, "(nothing)", "50", "The sum of"
    ) { try $0.edit("bundle/\(events)", "\(start + 20),\(two),50\n", "") },
    damaged(
      "A change too many", "change of \(two) at \(start + 21) (2027-01-01T00:00:21Z)", events, "1",
      "(nothing)", "The sum of"
    ) {
      try $0.edit("bundle/\(events)", "\(start + 50)", "\(start + 21),\(two),1\n\(start + 50)")
    },
    damaged(
      "Another balance at the start", "change of \(one) at the start", events, "91", "90",
      "The sum of"
    ) { try $0.edit("bundle/\(events)", "0,\(one),90", "0,\(one),91") },
    damaged(
      "A change of another amount, without the raw file", "hash of \(events)",
      "commitment.json, inputs", "0x", "0x", "Keccak-256 of the file's bytes", raw: false
    ) { try $0.edit("bundle/\(events)", "\(two),50", "\(two),51") },
    damaged(
      "Changes in another order", "order of changes", "\(events), line 4", "\(start),\(one)",
      "rows by time", "never depends", raw: false
    ) {
      let (first, second) = ("\(start),\(one),10\n", "\(start + 20),\(two),50\n")
      try $0.editAndCommit(events, first + second, second + first)
    },
    damaged(
      "A change twice", "order of changes", "\(events), line 4", "\(start),\(one)", "rows by time",
      "never depends", raw: false
    ) {
      let row = "\(start),\(one),10\n"
      try $0.editAndCommit(events, row, row + row)
    },
    damaged(
      "A change after the epoch", "time of a change of \(one)", "\(events), line 6",
      "\(start + 100)", "0, or from \(start - 10) to before \(start + 100)", "The seconds of which",
      raw: false
    ) { try $0.editAndCommit(events, "\(start + 50)", "\(start + 50),\(two),1\n\(start + 100)") },
    damaged(
      "Another number of changes", "changes of \(events)", "commitment.json, inputs", "5", "4",
      "Lines after the header"
    ) { try $0.commit("\"changes\":4", "\"changes\":5") },
    damaged(
      "Another hash of changes", "hash of \(events)", "commitment.json, inputs", "0x00", "0x",
      "Keccak-256"
    ) {
      let hash = Keccak256.hash(try $0.bytes("bundle/\(events)")).hex
      try $0.commit(hash, "0x00" + hash.dropFirst(4))
    },
    damaged(
      "Changes that the commitment leaves out", "changes of staked", "commitment.json, inputs",
      "none", "some", "A series with a file has changes"
    ) {
      let hash = Keccak256.hash(try $0.bytes("bundle/\(events)")).hex
      try $0.commit("\"changes\":4,\"events\":\"\(hash)\",", "")
    },
    damaged(
      "Changes of a source that is computed", "changes of net", "commitment.json, inputs", "some",
      "none", "no other source"
    ) {
      let hash = Keccak256.hash(try $0.bytes("bundle/inputs/net.csv")).hex
      let own = "\"hash\":\"\(hash)\""
      try $0.commit("{" + own, "{\"changes\":4,\"events\":\"\(hash)\"," + own)
    },
    damaged(
      "A measure that was raised", "row of \(two)", "inputs/net.csv, line 3", "2101,0", "2100,0",
      "The measures of its balances", raw: false
    ) { try $0.editAndCommit("inputs/net.csv", "\(two),2100", "\(two),2101") },
    damaged(
      "A row that was taken out", "row of \(two)", "inputs/net.csv", "(nothing)", "2100,0",
      "section 15", raw: false
    ) { try $0.editAndCommit("inputs/net.csv", "\(two),2100,0\n", "") },
    damaged(
      "Another hash of computed rows", "hash of inputs/net.csv", "commitment.json, inputs", "0x00",
      "0x", "Keccak-256"
    ) {
      let hash = Keccak256.hash(try $0.bytes("bundle/inputs/net.csv")).hex
      try $0.commit(hash, "0x00" + hash.dropFirst(4))
    },
    damaged(
      "Another number of computed rows", "rows of inputs/net.csv", "commitment.json, inputs", "3",
      "2", "Lines after the header"
    ) { try $0.commit("\"rows\":2,\"source\":\"net\"", "\"rows\":3,\"source\":\"net\"") },
    damaged(
      "A balance below 0", "rows of series", "commitment.json, inputs", "rows", "no result",
      "The law refuses these balances", raw: false
    ) { try $0.editAndCommit(events, "\(one),-50", "\(one),-101") },
    damaged(
      "Another row in the raw file", "change of \(two) at \(start + 20) (2027-01-01T00:00:20Z)",
      events, "50", "49", "The sum of"
    ) { try $0.edit("staked.csv", "\(two),50", "\(two),49") },
    damaged(
      "Another time in the raw file",
      "change of \(two) at \(start + 29) (2027-01-01T00:00:29Z)", "events/borrowed.csv",
      "(nothing)", "20", "that second in borrowed.jsonl"
    ) { try $0.edit("borrowed.jsonl", "00:00:30Z", "00:00:29Z") },
    damaged(
      "A task of another time in the raw file", "row of \(two)", "inputs/tasks.csv", "(nothing)",
      "1000", "The rows of tasks.csv"
    ) { try $0.edit("tasks.csv", "\(start + 100)", "\(start + 99)") },
  ]

  @Test(
    "INV-053: changes, rows and their hashes are held against one another", arguments: tamperings)
  func tampering(_ tampering: VerifierTampering) throws {
    try tampering.expectDifference()
  }

  @Test("Changes that are missing, or of another form, are told by their file")
  func broken() throws {
    let sample = try Self.sample()
    try sample.editAndCommit(Self.events, "\(Self.two),50", "\(Self.two),050")
    #expect(throws: VerificationFailure.self) { try sample.verify("bundle", Verifier.Sources()) }
    try sample.remove("bundle/\(Self.events)")
    do {
      _ = try sample.verify()
      Issue.record("no file of changes is no difference")
    } catch {
      #expect(error.kind == .cannotRead && error.file == Self.events)
    }
  }
}
