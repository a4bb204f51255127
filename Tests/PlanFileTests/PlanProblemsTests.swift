import PlanFile
import TestKit
import Testing

@testable import enum PlanFile.Suggestion

@Suite("Several mistakes: told together, in the order of the file, each of them once")
struct PlanProblemsTests {
  @Test("Mistakes in every part are told in one go")
  func together() throws {
    let text = try basePlan.applying([
      Edit("version: 1", "version: 3"), Edit("decimals: 6", "decimals: 6\n    decimal: 6"),
      Edit("length: 7d", "length: 7 days"), Edit("file: users.csv", "file: /users.csv"),
      Edit("kind: airdrop", "kind: drop"), Edit("budget: 20%", "budget: 20 %"),
      Edit("a2, amount: 50}", "A1, amount: 1e3}"),
    ])
    #expect(
      problems(text).map { "\($0.line):\($0.column) \($0.kind)" } == [
        "1:10 unknownVersion", "9:5 unknownKey", "15:37 malformedDuration",
        "18:11 malformedPath", "24:11 unknownChoice", "32:13 malformedPercentage",
        "35:71 exponentAmount",
      ])
  }

  @Test("What refers to something that is wrong elsewhere is not told as wrong too")
  func cascades() throws {
    // The token, and with it a campaign, a column and both programs' budgets.
    for (edit, kind) in [
      (("decimals: 2", "decimals: -2"), PlanProblem.malformedInteger),
      (("decimals: 6", "decimals: x"), .malformedInteger),
      (("supply: 1000", "supply: 1,000"), .separatedAmount),
      ((Part.campaign, Part.campaign + "    terms: {window: 5}\n"), .malformedDuration),
      ((Part.campaign, Part.campaign + "    vesting: {shape: x}\n"), .unknownChoice),
      (("{name: points, type: integer}", "{name: points, type: int}"), .unknownChoice),
      (("file: users.csv", "file: users"), .malformedPath),
      (
        ("    token: ACME\n", "    token: EUR\n    terms: {maximum_increase: 0.12345}\n"),
        .unknownToken
      ),
    ] {
      let found = try problems(basePlan.applying([Edit(edit.0, edit.1)]))
      #expect(found.map(\.kind) == [kind], "\(found)")
    }
  }

  @Test("At most fifty are told, the first of the file")
  func fifty() {
    let lines = (0..<400).map { "key-\($0): x\n" }.joined()
    let found = problems("version: 1\n" + lines + "name: ''\n")
    #expect(found.count == 50)
    #expect(found.first?.kind == .missingKey && found.first?.line == 1)
    #expect(found.last?.kind == .unknownKey)
    let places = found.map { $0.line * 1000 + $0.column }
    #expect(places == places.sorted())
    // Four keys are missing, and 46 lines fill the rest up.
    #expect(found.last?.line == 48)
  }

  @Test("The whole message: file, place, path, what was found, what would do")
  func message() throws {
    let text = try basePlan.applying([Edit("weight: points", "wieght: points")])
    do {
      _ = try parse(text)
      Issue.record("the plan is wrong")
    } catch {
      #expect(
        error.description
          == """
          plan.yaml:22:5: programs[0]: found neither `amount` nor `weight`, expected one of them. \
          `amount` names the column with what each gets, `weight` the one to split by.
          plan.yaml:27:5: programs[0].wieght: found the key 'wieght', expected one of name, kind, \
          group, insiders, campaign, budget, from, amount, weight, filter, values, recipients, \
          rounding, cap, rate, apr, cap_per, floor, below_floor, unit, share_of, unallocated, \
          emission, exclude, contributor, contribution, match, pairwise_bound, surplus, \
          min_contribution, max_contribution, contributor_filter, raffle. Did you mean 'weight'?
          """)
    }
  }

  @Test(
    "A word that is nearly right is told, one that is not is not",
    arguments: [
      ("ammount", "amount"), ("amuont", "amount"), ("Amount", "amount"), ("weigth", "weight"),
      ("wight", "weight"), ("lable", "label"), ("frm", "from"), ("amount", "amount"),
      ("budget!", "budget"), ("x", nil), ("", nil), ("quantity", nil), ("amt", nil),
      ("fo", nil), (String(repeating: "amount", count: 20), nil),
    ])
  func suggestions(word: String, near: String?) {
    let words = ["account", "amount", "label", "weight", "from", "budget"]
    let sentence = Suggestion.sentence(for: word, among: words)
    #expect(sentence == (near.map { "Did you mean '\($0)'?" } ?? ""))
  }

  @Test("Long texts are cut in messages")
  func long() {
    let long = String(repeating: "x", count: 100_000)
    for text in [
      "version: \(long)", "\(long): 1", "a: 1\n? \(long)", "name: [\(long)]", "name: ${\(long)}",
      "tokens: \(long)", "tokens: [{name: \(long)}]", "tokens: [{name: T, decimals: 1\(long)}]",
      "tokens: [{name: T, decimals: 0, supply: \(long)%}]", "\(long): 1\n\(long): 2",
      "epochs: {start: \(long), length: \(long), count: \(long)}",
      "campaigns: [{name: c, vesting: {shape: linear, initial: \(long)}}]",
      "sources: [{name: s, file: \(long), account: \(long)}]",
    ] {
      let found = problems(text)
      #expect(!found.isEmpty)
      for problem in found { #expect(problem.description.utf8.count < 5000) }
    }
  }
}
