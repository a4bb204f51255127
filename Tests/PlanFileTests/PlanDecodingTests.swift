import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@Suite("Plans: what is written is what is meant")
struct PlanDecodingTests {
  @Test("A plan with every feature means what was worked out by hand")
  func full() throws {
    let plan = try parse(fullPlanText).plan
    #expect(plan.name == fullPlan.name && plan.law == fullPlan.law)
    #expect(plan.tokens == fullPlan.tokens)
    for (found, expected) in zip(plan.campaigns, fullPlan.campaigns) { #expect(found == expected) }
    for (found, expected) in zip(plan.sources, fullPlan.sources) { #expect(found == expected) }
    for (found, expected) in zip(plan.programs, fullPlan.programs) { #expect(found == expected) }
    #expect(plan == fullPlan)
  }

  @Test("Parts of a plan are found by their names, and a plan without deployments is a draft")
  func lookUp() throws {
    #expect(fullPlan.token(named: "USD_2")?.decimals == 6)
    #expect(fullPlan.campaign(named: "dated")?.token == "USD_2")
    #expect(fullPlan.source(named: "other")?.file == "export.dat")
    #expect(fullPlan.program(named: "people")?.kind == .premine)
    #expect(fullPlan.token(named: "acme") == nil && fullPlan.program(named: "") == nil)
    #expect(fullPlan.isDraft)
    let deployed = try basePlan.applying([
      Edit(Part.campaign, Part.deployment().1),
      Edit(Part.otherCampaign, Part.deployment(chain: "2", in: Part.otherCampaign).1),
    ])
    #expect(try !parse(deployed).plan.isDraft)
  }

  @Test("What is left out has its default")
  func defaults() throws {
    let plan = try parse(
      """
      version: 1
      name: x
      tokens: [{name: T, decimals: 0}]
      campaigns: [{name: c, token: T}]
      sources: [{name: s, file: a.csv, columns: [{name: w, type: integer}]}]
      programs: [{name: p, kind: airdrop, campaign: c, budget: 1, from: s, weight: w}]
      """
    ).plan
    #expect(plan.law == 1 && plan.epochs == nil)
    #expect(plan.tokens[0].symbol == "T" && plan.tokens[0].supply == nil)
    let campaign = plan.campaigns[0]
    #expect(campaign.vesting == .immediate && campaign.deployment == nil)
    #expect(campaign.terms.window == 86_400 && campaign.terms.expiry == nil)
    #expect(campaign.terms.claims == .anyone && campaign.terms.maximumIncrease == nil)
    #expect(plan.sources[0].accountColumn == "account" && plan.sources[0].duplicates == .refuse)
    let program = plan.programs[0]
    #expect(program.rounding == .largestRemainder && program.unallocated == .refuse)
    #expect(program.emission == nil && program.exclude.isEmpty)
  }

  @Test(
    "The format of a source follows from its file's ending",
    arguments: [
      ("a.csv", SourceDeclaration.Format.csv), ("a.csv.gz", .csv), ("b/c.jsonl", .jsonl),
      ("a.jsonl.gz", .jsonl), ("a.ndjson", .jsonl), ("a.csv.jsonl", .jsonl),
    ])
  func formats(file: String, format: SourceDeclaration.Format) throws {
    let text = try basePlan.applying([Edit("file: users.csv", "file: \(file)")])
    #expect(try parse(text).plan.sources[0].format == format)
  }

  @Test(
    "A stated format counts, whatever the ending", arguments: ["a.csv", "a.txt", "a", "a.gz"])
  func statedFormat(file: String) throws {
    let text = try basePlan.applying([Edit("file: users.csv", "file: \(file)\n    format: jsonl")])
    #expect(try parse(text).plan.sources[0].format == .jsonl)
  }

  @Test("The example is right, and so is what `sluice init` writes")
  func published() throws {
    let example = try parse(Project.text("Examples/airdrop/plan.yaml"))
    #expect(example.plan.programs.map(\.name) == ["early-users", "builders", "founders"])
    #expect(
      example.plan.programs[0].budget == units("50000000" + String(repeating: "0", count: 18)))
    #expect(example.notes == [])
    let template = try parse(PlanTemplate.plan)
    #expect(template.plan.programs.map(\.name) == ["early-users", "founders"])
    #expect(template.plan.sources[0].file == PlanTemplate.recipientsName)
    #expect(template.notes == [])
  }

  @Test("The template still works with its commented lines switched on")
  func templateComments() throws {
    let text = PlanTemplate.plan.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let content = line.drop { $0 == " " }
        let isPlan = ["# deployment:", "# - {", "# exclude:", "#   "].contains {
          content.hasPrefix($0)
        }
        return isPlan ? String(line.prefix(while: { $0 == " " }) + content.dropFirst(2)) : "\(line)"
      }
      .joined(separator: "\n")
      .replacing("salt: 0x...", with: "salt: 0x" + String(repeating: "01", count: 32))
      .replacing("0x...", with: "0x" + String(repeating: "01", count: 20))
    #expect(problems(text) == [])
    let plan = try parse(text).plan
    #expect(plan.campaign(named: "team")?.deployment?.chain == 1)
    #expect(plan.sources[0].columns.count == 2)
    #expect(plan.programs[0].exclude.count == 1)
  }

  @Test("Every part has its place")
  func positions() throws {
    let positions = try parse(basePlan).positions
    func place(_ path: String) -> [Int]? { positions[path].map { [$0.line, $0.column] } }
    #expect(place("name") == [2, 7])
    #expect(place("tokens") == [4, 3])
    #expect(place("tokens[1].decimals") == [8, 15])
    #expect(place("epochs.length") == [14, 37])
    #expect(place("sources[0].columns[1].token") == [20, 43])
    #expect(place("programs[1].recipients[1].amount") == [34, 71])
    #expect(place("programs[1].label") == nil)
  }

  @Test("What is allowed and may not be meant is noted")
  func notes() throws {
    let parsed = try parse(
      basePlan.applying([
        Edit(
          "from: users\n    weight: points", "recipients: [{account: \(account(9)), amount: 500}]")
      ]))
    #expect(
      parsed.notes.map(\.description) == [
        "plan.yaml:12: campaign other pays no program",
        "plan.yaml:16: source users is not used",
      ])
    #expect(try parse(basePlan).notes.map(\.text) == ["campaign other pays no program"])
    let values = "    values: [{name: a, value: points}, {name: b, value: a * 2}]\n"
    let unused = try parse(basePlan.applying([Edit(Part.weight, values + Part.weight)]))
    #expect(
      unused.notes.map(\.description) == [
        "plan.yaml:12: campaign other pays no program", "plan.yaml:27: value b is not used",
      ])
  }

  @Test("A source that only says who is one holder is used")
  func clusters() throws {
    let edit = Part.clusters("{source: people, column: person}")
    let people = """
        - name: people
          file: people.csv
          columns: [{name: person, type: integer}]

      """
    let source = Edit("  - name: users\n", people + "  - name: users\n")
    let parsed = try parse(basePlan.applying([Edit(edit.0, edit.1), source]))
    #expect(parsed.plan.clusters == Clusters(source: "people", column: "person"))
    #expect(parsed.notes.map(\.text) == ["campaign other pays no program"])
    let unused = try parse(basePlan.applying([source]))
    #expect(unused.notes.map(\.text).contains("source people is not used"))
    #expect(unused.plan.clusters == nil)
  }

  @Test("Schedules that Sluice's own contract refuses are noted where a contract is named")
  func schedules() throws {
    func notes(_ vesting: String, deployed: Bool) throws -> [Int] {
      let deployment = deployed ? Part.deployment().1 : Part.campaign
      let text = try basePlan.applying([
        Edit(Part.campaign, deployment + "    vesting: \(vesting)\n")
      ])
      return try parse(text).notes.filter { $0.text.contains("Distributor fails") }.map(\.line)
    }
    let fading = "{shape: exponential, start: 2027-01-01, duration: 2d, half_life: 1d}"
    let dated = "{shape: tranches, tranches: [{at: 2027-01-01, share: 100%}]}"
    #expect(try notes(fading, deployed: true) == [13] && notes(dated, deployed: true) == [13])
    #expect(try notes(fading, deployed: false) == [])
    for shape in [
      "{shape: immediate}", "{shape: linear, start: 2027-01-01, duration: 1d}",
      "{shape: steps, start: 2027-01-01, every: month, count: 2}",
    ] {
      #expect(try notes(shape, deployed: true) == [])
    }
  }

  @Test("Given amounts may leave a rest where it is carried, and accounts that are excluded")
  func rest() throws {
    let less = Edit("amount: 50}", "amount: 49}")
    let carry = Edit("budget: 20%", "budget: 20%\n    unallocated: carry")
    #expect(try problems(basePlan.applying([less, carry])) == [])
    let exclude = Edit(
      "budget: 20%", "budget: 20%\n    exclude: [{account: \(account(0xA1)), reason: left}]")
    #expect(try problems(basePlan.applying([exclude])) == [])
  }

  @Test("Budgets may use up a supply to the unit")
  func wholeSupply() throws {
    #expect(try problems(basePlan.applying([Edit("budget: 500", "budget: 800")])) == [])
  }

  @Test("Limits that hold at their edge: the window, the expiry, the cliff, the depth of a budget")
  func edges() throws {
    for edit in [
      Part.terms("{window: 86400s}"),
      Part.terms(
        "{expiry: 2027-04-02}", vesting: "{shape: linear, start: 2027-01-01, duration: 1d}"),
      Part.terms("{expiry: 1970-04-01}"),
      Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d, cliff: 24h, initial: 100%}"),
      ("budget: 500", "budget: 0.01"),
      ("budget: 20%", "budget: 20.000%"),
      ("decimals: 6", "decimals: 36"),
      ("count: 3", "count: 100000"),
    ] {
      #expect(try problems(basePlan.applying([Edit(edit.0, edit.1)])) == [], "\(edit.1)")
    }
  }

  @Test("Campaigns at one contract differ by any of their terms")
  func deployments() throws {
    let first = Edit(Part.campaign, Part.deployment().1)
    let second = Part.deployment(in: Part.otherCampaign).1
    for change in [
      ("chain: 1,", "chain: 2,"), ("salt: 0x11", "salt: 0x12"), ("owner: 0x00", "owner: 0x01"),
      ("    deployment", "    terms: {window: 2d}\n    deployment"),
      ("    deployment", "    terms: {claims: account}\n    deployment"),
      ("    deployment", "    terms: {maximum_increase: 1}\n    deployment"),
      (
        "    deployment",
        "    vesting: {shape: linear, start: 2027-01-01, duration: 1d}\n    deployment"
      ),
    ] {
      let other = second.replacing(change.0, with: change.1)
      #expect(other != second)
      #expect(try problems(basePlan.applying([first, Edit(Part.otherCampaign, other)])) == [])
    }
  }
}
