import PlanFile
import TestKit
import Testing

@Suite("Broken plans: each mistake is told once, where it stands")
struct BrokenPlanTests {
  @Test("The plan that the tables change is right")
  func base() throws {
    #expect(problems(basePlan) == [])
  }

  @Test("INV-012: a mistake gives one error of its kind, at its place", arguments: brokenPlans)
  func broken(row: BrokenPlan) throws {
    let (text, line, column) = try basePlan.applying(row.edits).takingMark()
    let found = problems(text, limits: row.limits)
    #expect(found.map(\.kind) == [row.problem], "\(found)")
    let error = try #require(found.first)
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(error.description.hasPrefix("plan.yaml:\(line):\(column): "))
    #expect(error.description.contains(row.phrase), "\(error)")
  }

  @Test("INV-012: every kind of problem is in the table")
  func complete() {
    let shown = Set(brokenPlans.map(\.problem) + [.emptyPlan])
    #expect(PlanProblem.allCases.filter { !shown.contains($0) } == [])
  }

  @Test(
    "A text without a value is no plan",
    arguments: ["", "\n", "# only this\n", "\u{FEFF}", "%YAML 1.2\n"])
  func empty(text: String) throws {
    let found = problems(text)
    #expect(found.count == 1)
    let error = try #require(found.first)
    let isEmpty = error.kind == .emptyPlan && error.description.contains("sluice init")
    #expect(isEmpty || text.hasPrefix("%") && error.kind == .malformedYAML, "\(error)")
    #expect(error.line == 1 || text.hasPrefix("%"))
  }
}
