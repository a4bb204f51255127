import CanonicalJSON
import TestKit
import Testing

/// Lists on which nobody stands, cells with nothing in them, and amounts that are rounded up.
@Suite("Inputs and budgets as other programs leave them")
struct EmptyInputTests {
  private let ada = "0x1000000000000000000000000000000000000001"
  private let bob = "0x1000000000000000000000000000000000000002"

  private func allocate(
    _ plan: String, _ files: [String: String]
  ) throws -> (folder: TemporaryFolder, allocated: Sluice.Result, verified: Sluice.Result?) {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    let path = try folder.write(plan, to: "plan.yaml")
    let bundle = folder.path + "/bundle"
    let allocated = try Sluice.run(["allocate", path, "--out", bundle])
    guard allocated.status == 0 else { return (folder, allocated, nil) }
    let verified = try Sluice.run([
      "verify", bundle, "--plan", path, "--inputs", folder.path,
    ])
    return (folder, allocated, verified)
  }

  private func plan(_ sources: String, _ programs: String) -> String {
    """
    version: 1
    name: Test
    tokens:
      - {name: SEA, decimals: 2}
    campaigns:
      - {name: main, token: SEA}
    sources:
    \(sources)
    programs:
    \(programs)
    """
  }

  private func entitlements(_ folder: TemporaryFolder) throws -> [String] {
    String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
      .split(separator: "\n").dropFirst().map(String.init)
  }

  @Test(
    "A list on which nobody stands is one, where the plan allows it",
    arguments: [
      ("csv", "account,points\n"), ("jsonl", ""), ("json", "[]"), ("json", "{}"),
      ("csv", "account,points\n\"\",\n"),
    ])
  func nobody(ending: String, text: String) throws {
    let isChosen = text.hasSuffix("\"\",\n")
    let choice = isChosen ? ", where: {points: some}" : ""
    let list = "  - {name: list, file: list.\(ending), columns: [{name: points, type: integer}]"
    let bonus = "  - {name: bonus, file: bonus.csv, columns: [{name: points, type: integer}]}"
    let programs = """
        - {name: first, kind: airdrop, campaign: main, budget: 5, from: list,
           weight: points / largest(points)}
        - name: second
          kind: airdrop
          campaign: main
          budget: 3
          from: bonus
          weight: points + list.points
      """
    let files = ["list.\(ending)": text, "bonus.csv": "account,points\n\(ada),2\n\(bob),1\n"]
    let allowed = try allocate(
      plan("\(list)\(choice), no_rows: allow}\n\(bonus)", programs), files)
    try #require(allowed.allocated.status == 0, "\(allowed.allocated.errors)")
    #expect(allowed.allocated.errors.contains("no row counts"))
    #expect(try #require(allowed.verified).status == 0, "\(allowed.verified?.errors ?? "")")
    #expect(try entitlements(allowed.folder) == ["main,\(ada),200", "main,\(bob),100"])
    for command in [["explain", allowed.folder.path + "/bundle", ada]] {
      try Sluice.succeed(command)
    }
    let refused = try allocate(plan("\(list)\(choice)}\n\(bonus)", programs), files)
    #expect(refused.allocated.status == 3)
    let code = isChosen ? "SLC-INPUT-048" : text.isEmpty ? "SLC-INPUT-007" : "SLC-INPUT-008"
    #expect(refused.allocated.errors.contains(code), "\(refused.allocated.errors)")
    #expect(text.isEmpty || refused.allocated.errors.contains("`no_rows: allow`"))
  }

  @Test(
    "A cell with nothing in it is 0, where the plan says so",
    arguments: [
      ("csv", "account,points,score\nA,3,\nB,,1.5\n"),
      ("csv", "score,points,account\n\"\",3,A\n1.5,\"\",B\n"),
      (
        "jsonl",
        "{\"account\":\"A\",\"points\":3,\"score\":null}\n"
          + "{\"account\":\"B\",\"points\":\"\",\"score\":1.5}\n"
      ),
      ("json", "{\"A\":{\"points\":3,\"score\":null},\"B\":{\"points\":null,\"score\":\"1.5\"}}"),
    ])
  func empty(ending: String, text: String) throws {
    func sources(_ more: String) -> String {
      """
        - name: list
          file: list.\(ending)
          columns:
            - {name: points, type: integer\(more)}
            - {name: score, type: decimal, places: 1\(more)}
      """
    }
    let program =
      "  - {name: p, kind: airdrop, campaign: main, budget: 6, from: list, "
      + "weight: points + 2 * score}"
    let file = text.replacing("A", with: ada).replacing("B", with: bob)
    let zero = try allocate(plan(sources(", empty: zero"), program), ["list.\(ending)": file])
    try #require(zero.allocated.status == 0, "\(zero.allocated.errors)")
    #expect(try #require(zero.verified).status == 0, "\(zero.verified?.errors ?? "")")
    #expect(try entitlements(zero.folder) == ["main,\(ada),300", "main,\(bob),300"])
    let refused = try allocate(plan(sources(""), program), ["list.\(ending)": file])
    #expect(refused.allocated.status == 3)
    let isNull = file.contains("score\":null")
    #expect(
      refused.allocated.errors.contains(isNull ? "SLC-INPUT-027" : "SLC-INPUT-029"),
      "\(refused.allocated.errors)")
  }

  @Test("A zero may have the sign that a program left it, and other numbers may not")
  func signedZero() throws {
    let sources = """
        - name: list
          file: list.csv
          columns: [{name: points, type: decimal, places: 6, notation: scientific}]
      """
    let program =
      "  - {name: p, kind: airdrop, campaign: main, budget: 6, from: list, weight: points}"
    let zero = try allocate(
      plan(sources, program), ["list.csv": "account,points\n\(ada),-0.0\n\(bob),1e-05\n"])
    try #require(zero.allocated.status == 0, "\(zero.allocated.errors)")
    #expect(try #require(zero.verified).status == 0, "\(zero.verified?.errors ?? "")")
    #expect(try entitlements(zero.folder) == ["main,\(bob),600"])
    let negative = try allocate(
      plan(sources, program), ["list.csv": "account,points\n\(ada),-1e-05\n"])
    #expect(negative.allocated.errors.contains("SLC-INPUT-037"), "\(negative.allocated.errors)")
  }

  @Test("What is split may be less than the budget, which then has room for what is rounded up")
  func splitting() throws {
    let sources = "  - {name: list, file: list.csv, columns: [{name: points, type: integer}]}"
    func program(_ budget: String) -> String {
      """
        - name: p
          kind: airdrop
          campaign: main
          budget: \(budget)
          share_of: 0.05
          from: list
          weight: points
          rounding: half-up
      """
    }
    let idle = "0x00000000000000000000000000000000000000c1"
    let files = ["list.csv": "account,points\n\(ada),7\n\(bob),7\n\(idle),0\n"]
    let roomy = try allocate(plan(sources, program("0.10")), files)
    try #require(roomy.allocated.status == 0, "\(roomy.allocated.errors)")
    #expect(try #require(roomy.verified).status == 0)
    #expect(try entitlements(roomy.folder) == ["main,\(ada),3", "main,\(bob),3"])
    let told = try Sluice.succeed(["explain", roomy.folder.path + "/bundle", ada]).output
    #expect(told.contains("share_of × weight / all weights = 5 base units × 7 / 14"), "\(told)")
    #expect(told.contains("    share_of, which is split: 0.05 "), "\(told)")
    // 5 · 4 / 18 is a unit, 5 · 3 / 17 is not; of the budget 10 · 2 / 16 would be one.
    let refused = try Sluice.succeed(["explain", roomy.folder.path + "/bundle", idle]).output
    #expect(refused.contains("a weight of 4 would have earned a base unit"), "\(refused)")
    let tight = try allocate(plan(sources, program("0.05")), files)
    #expect(tight.allocated.errors.contains("SLC-LAW-005"), "\(tight.allocated.errors)")
    #expect(tight.allocated.errors.contains("`share_of`"))
  }
}
