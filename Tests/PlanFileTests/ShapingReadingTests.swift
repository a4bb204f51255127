import CanonicalJSON
import DistributionModel
import PlanFile
import Testing

@Suite("Reading caps, floors and units")
struct ShapingReadingTests {
  private func plan(_ text: String) throws -> Plan {
    try parse(try basePlan.applying([Edit(Part.weight, Part.weight + text)])).plan
  }

  private func shaping(_ text: String) throws -> Shaping { try plan(text).programs[0].shaping }

  @Test("Amounts in whole tokens, percentages of the epoch's budget, and defaults")
  func bounds() throws {
    #expect(try shaping("") == .none)
    #expect(
      try shaping("    cap: 12.5\n    floor: 0.05%\n    unit: 0.1\n")
        == Shaping(
          cap: .bound(.amount(units("1250"))), floor: .share(Share(billionths: 500_000)),
          belowFloor: .leave, unit: units("10")))
    #expect(
      try shaping("    cap: 2.5%\n    floor: 3\n    below_floor: raise\n")
        == Shaping(
          cap: .bound(.share(Share(billionths: 25_000_000))), floor: .amount(units("300")),
          belowFloor: .raise))
  }

  @Test("A cap may be an expression in whole tokens, of columns and named values")
  func expression() throws {
    let plan = try plan(
      """
          values: [{name: part, value: points / sum(points)}]
          cap: max(5, round(part * 100, 2, up))

      """)
    let cap = try #require(plan.programs[0].shaping.capExpression)
    #expect(cap.text == "round(max(5, round(part * 100, 2, up)), 2, down)")
    #expect(cap.kind == .number(scale: 2, unit: .amount(token: "ACME")))
    #expect(plan.programs[0].isComputed)
    #expect(try shaping("    cap: points\n").capExpression?.columns == ["points"])
  }

  @Test("A cap per cluster, of the plan's clusters")
  func cluster() throws {
    let clusters = "clusters: {source: users, column: points}\n"
    let edits = [
      Edit(Part.weight, Part.weight + "    cap: 5\n    cap_per: cluster\n"),
      Edit(Part.epochs, Part.epochs + clusters),
    ]
    let plan = try parse(try basePlan.applying(edits)).plan
    #expect(plan.programs[0].shaping.holder == .cluster)
    #expect(plan.sources(readBy: plan.programs).map(\.name) == ["users"])
    let form = String(decoding: plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(form.contains("\"capPer\":\"cluster\""))
    #expect(try shaping("    cap: 5\n    cap_per: account\n") == shaping("    cap: 5\n"))
  }

  @Test("Redirects of the plan and of a source, and their canonical form in one order")
  func redirects() throws {
    let lines = [
      "  - {source: users, to: owner}\n",
      "  - {account: 0x00000000000000000000000000000000000000b2, "
        + "to: 0x00000000000000000000000000000000000000c3, reason: Moved.}\n",
      "  - {account: 0x00000000000000000000000000000000000000b1, "
        + "to: 0x00000000000000000000000000000000000000b2, reason: Lost.}\n",
    ]
    func plan(_ lines: [String]) throws -> Plan {
      try parse(
        try basePlan.applying([
          Edit(Part.columns, Part.columns + "      - {name: owner, type: address}\n"),
          Edit(Part.epochs, Part.epochs + "redirects:\n" + lines.joined()),
        ])
      ).plan
    }
    let read = try plan(lines)
    #expect(
      read.redirects == [
        .rows(source: "users", column: "owner"),
        .account(account(0xB2), to: account(0xC3), reason: "Moved."),
        .account(account(0xB1), to: account(0xB2), reason: "Lost."),
      ])
    let form = String(decoding: read.canonicalJSON.canonicalBytes(), as: UTF8.self)
    let zeros = "0x00000000000000000000000000000000000000"
    #expect(
      form.contains(
        "\"redirects\":[{\"account\":\"\(zeros)b1\",\"reason\":\"Lost.\",\"to\":\"\(zeros)b2\"},"
          + "{\"account\":\"\(zeros)b2\",\"reason\":\"Moved.\",\"to\":\"\(zeros)c3\"},"
          + "{\"source\":\"users\",\"to\":\"owner\"}]"))
    #expect(try plan(lines.reversed()).canonicalHash == read.canonicalHash)
    let bare = String(
      decoding: try parse(basePlan).plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(!bare.contains("redirects"))
  }

  @Test("Signed redirects name no column, are read whatever program runs, and are used")
  func signedRedirects() throws {
    let source = Edit(
      "- name: users", "- {name: moved, file: m.jsonl, statements: redirects}\n  - name: users")
    let listed = try parse(
      try basePlan.applying([
        source, Edit(Part.epochs, Part.epochs + "redirects: [{source: moved}]\n"),
      ])
    )
    #expect(listed.plan.redirects == [.rows(source: "moved", column: "to")])
    #expect(listed.plan.sources(readBy: []).map(\.name) == ["moved"])
    #expect(!listed.notes.contains { $0.text.contains("moved") })
    let form = String(decoding: listed.plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(form.contains("\"redirects\":[{\"source\":\"moved\",\"to\":\"to\"}]"))
    let unlisted = try parse(try basePlan.applying([source]))
    #expect(unlisted.notes.contains { $0.text == "source moved is not used" })
  }

  @Test("A value that only the cap uses is used")
  func used() throws {
    let text = try basePlan.applying([
      Edit(
        Part.weight,
        Part.weight + "    values: [{name: part, value: points * 2}]\n    cap: part\n")
    ])
    #expect(try parse(text).notes.filter { $0.text.contains("part") } == [])
  }

  @Test("They stand in the canonical plan where the plan has them, and change its hash")
  func canonical() throws {
    let form = { (text: String) in
      String(decoding: try plan(text).canonicalJSON.canonicalBytes(), as: UTF8.self)
    }
    let bare = try form("")
    for word in ["cap", "floor", "belowFloor", "unit"] { #expect(!bare.contains("\"\(word)\"")) }
    #expect(try form("    unit: 0.01\n") == bare)
    let shares = try form("    rounding: ieee754-javascript-share\n    share_of: 2\n")
    #expect(shares.contains("\"shareOf\":\"200\"") && !bare.contains("shareOf"))
    for rule in ["half-up", "ieee754-python", "ieee754-javascript"] {
      let split = try form("    rounding: \(rule)\n    cap: 5%\n    share_of: 2\n")
      #expect(split.contains("\"shareOf\":\"200\""))
    }
    #expect(try form("    cap: 5%\n").contains("\"cap\":{\"share\":50000000}"))
    #expect(try form("    cap: 5\n").contains("\"cap\":{\"amount\":\"500\"}"))
    #expect(
      try form("    cap: points*2\n").contains(
        "\"cap\":{\"expression\":\"round(points * 2, 2, down)\"}"))
    #expect(
      try form("    floor: 1\n    unit: 2\n").contains(
        "\"floor\":{\"amount\":\"100\"}"))
    #expect(try form("    floor: 1\n").contains("\"belowFloor\":\"leave\""))
    #expect(try form("    unit: 2\n").contains("\"unit\":\"200\""))
    let floor = try form("    floor: 1\n")
    #expect(try form("    floor: 1\n    below_floor: leave\n") == floor)
    #expect(try form("    floor: 1\n    below_floor: raise\n") != floor)
  }
}
