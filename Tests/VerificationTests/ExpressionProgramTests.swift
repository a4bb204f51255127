import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

private func sample(
  _ program: Program, _ points: [(UInt8, UInt64)]
) -> ExpressionSample {
  ExpressionSample(
    program: program,
    rows: points.map { (account: account($0.0), values: [UInt256($0.1), 0, 0, 0]) })
}

@Suite("Programs with expressions")
struct ExpressionProgramTests {
  private func outcome(_ program: Program, _ points: [(UInt8, UInt64)]) throws -> ProgramOutcome {
    try sample(program, points).engine().get()
  }

  private func amounts(_ outcome: ProgramOutcome) -> [UInt64] {
    outcome.amounts.compactMap(\.asUInt64)
  }

  @Test("Rows of one account are added before anything is computed")
  func duplicates() throws {
    // √16 = 4 of 4 + 2, and not √9 + √7.
    let program = try computed("sqrt(points, 0)", budget: 60)
    #expect(try amounts(outcome(program, [(1, 9), (2, 4), (1, 7)])) == [40, 20])
  }

  @Test("Totals of a weight see who passes the filter, totals of a filter who is not shut out")
  func scopes() throws {
    let program = try computed(
      "count()", filter: "points * count() > 20", budget: 60)
    // Three accounts: 10 and 7 pass, 6 is refused by 18. Then two are counted.
    let result = try outcome(program, [(1, 10), (2, 7), (3, 6)])
    #expect(amounts(result) == [30, 30] && result.totalWeight == 4)
    #expect(result.exclusions.map(\.number.shortest) == ["18"])
    let excluding = Program(
      name: "p", kind: .airdrop, campaign: "main", budget: Amount(60), recipients: .source("list"),
      basis: program.basis, filter: program.filter,
      exclude: [PlannedExclusion(account: account(1), reason: "An exchange.")])
    // Two accounts are left: 14 and 12 are both refused.
    let refused = try outcome(excluding, [(1, 10), (2, 7), (3, 6)])
    #expect(refused.exclusions.map(\.reason) == [.excludedByPlan, .filteredOut, .filteredOut])
    #expect(refused.exclusions.map(\.number.shortest) == ["0", "14", "12"])
    #expect(refused.carry == Amount(60))
  }

  @Test(
    "The value that refused is the left side of the comparison that did not hold",
    arguments: [
      ("points > 5 and points < 9", "10"), ("points > 50 and points / 0 > 1", "10"),
      ("points * 0.5 > 5.5 or points > 100", "5"), ("not points + 2.5 > 5", "12.5"),
      ("points - 20 in (1, 2)", "-10"), ("if(points > 5, points - 1 > 50, true)", "9"),
      ("not (points > 5 and points + 1 > 6)", "10"), ("false", "0"),
      ("points >= 10 and points + 1 >= 12", "11"),
    ])
  func refusal(filter: String, value: String) throws {
    let program = try computed("points", filter: filter)
    let result = try outcome(program, [(1, 10)])
    #expect(result.exclusions.map(\.number.shortest) == [value])
    let reference = try sample(program, [(1, 10)]).reference().get()
    #expect(reference.refused.map(\.text) == [value])
  }

  @Test("A filter stands beside a bare column too")
  func bareColumn() throws {
    let filter = try computed("points", filter: "points > 5").filter
    let program = Program(
      name: "p", kind: .airdrop, campaign: "main", budget: Amount(30), recipients: .source("list"),
      basis: .weights(column: "points"), filter: filter)
    let result = try outcome(program, [(1, 10), (2, 5), (3, 20), (4, 0)])
    #expect(amounts(result) == [10, 20] && result.totalWeight == 30)
    #expect(result.exclusions.map(\.reason) == [.filteredOut, .filteredOut])
  }

  @Test("Weights are the digits at one scale; a weight of zero is excluded")
  func scales() throws {
    let program = try computed("points * 0.25", budget: 100)
    let result = try outcome(program, [(1, 1), (2, 3), (3, 0)])
    #expect(amounts(result) == [25, 75] && result.totalWeight == 100)
    #expect(result.exclusions.map(\.reason) == [.zeroWeight])
  }

  @Test("Computed amounts are paid as they are")
  func amountsAsGiven() throws {
    let program = try computed("points * 2", isAmount: true, budget: 100)
    let result = try outcome(program, [(1, 10), (2, 0), (3, 30)])
    #expect(amounts(result) == [20, 60] && result.carry == Amount(20) && result.totalWeight == nil)
    #expect(result.exclusions.map(\.reason) == [.zeroAmount])
  }

  @Test(
    "An error names program, place, account, value and a way out",
    arguments: [
      ("100 / (points - 7)", LawError.Kind.divisionByZero, "1:5", "max(x, 1)"),
      ("sqrt(points - 8)", .outOfDomain, "1:1", "max(x, 0)"),
      ("1 + log2(points - 7)", .outOfDomain, "1:5", "max(x, 1)"),
      ("points - 8", .negativeResult, "1:8", "max(…, 0)"),
      ("points * \(UInt256.max)", .expressionOverflow, "1:8", "min(x, limit)"),
    ])
  func errors(text: String, kind: LawError.Kind, place: String, advice: String) throws {
    let program = try computed(text)
    guard case .failure(let error) = sample(program, [(9, 7), (2, 9), (3, 7)]).engine() else {
      Issue.record("it has no value for account 3")
      return
    }
    let first = account(kind == .expressionOverflow ? 2 : 3)
    #expect(error.kind == kind && error.subject == "rewards")
    #expect(error.place == "expression at \(place), account \(first)")
    #expect(error.advice.contains(advice), "\(error)")
    let isNegative = kind == .negativeResult || text.hasPrefix("sqrt")
    #expect(
      error.found == (isNegative ? "-1" : kind == .expressionOverflow ? "2^256 or more" : "0"))
  }

  @Test("An error of a total names all accounts, or the first that stops it")
  func totals() throws {
    let wide = try computed("sum(points * \(UInt256.max >> 4))")
    guard case .failure(let sum) = sample(wide, [(1, 15), (2, 15)]).engine() else {
      Issue.record("the sum is too large")
      return
    }
    #expect(sum.place == "expression at 1:1, all accounts together")
    let failing = try computed("points + sum(1 / points)")
    guard case .failure(let inner) = sample(failing, [(1, 1), (7, 0), (5, 0)]).engine() else {
      Issue.record("a divisor is zero")
      return
    }
    #expect(inner.place == "expression at 1:16, account \(account(5))")
  }

  @Test("Rows of another source that reach 2^256 name the source, whoever they are about")
  func joinedOverflow() throws {
    var sample = sample(try computed("points + votes.cast"), [(1, 3)])
    sample.votes = [(account(9), [.max, 0]), (account(9), [1, 0])]
    guard case .failure(let error) = sample.engine() else {
      Issue.record("the sum is too large")
      return
    }
    #expect(error.kind == .valuesOverflow && error.subject == "rewards")
    #expect(error.place == "rows of account \(account(9)) in votes")
    guard case .failure(.valuesOverflow) = sample.reference() else {
      Issue.record("the reference adds them up")
      return
    }
    // The column that is too large is not read.
    sample.program = try computed("points + number(votes.`paid in`)")
    #expect(try sample.engine().get().accounts == [account(1)])
  }

  @Test("A condition on another source excludes with 0, a comparison with its left side")
  func joinedFilter() throws {
    var sample = sample(
      try computed("points", filter: "not listed(votes)", budget: 30), [(1, 10), (2, 5)])
    sample.votes = [(account(2), [0, 0])]
    let result = try sample.engine().get()
    #expect(amounts(result) == [30])
    #expect(result.exclusions.map(\.reason) == [.filteredOut])
    #expect(result.exclusions.map(\.number.shortest) == ["0"])
    sample.program = try computed("points", filter: "votes.cast > 2", budget: 30)
    sample.votes = [(account(2), [1, 0]), (account(2), [1, 0])]
    let refused = try sample.engine().get().exclusions
    #expect(refused.map(\.number.shortest) == ["0", "2"])
    #expect(try sample.reference().get().refused.map(\.text) == ["0", "2"])
  }

  @Test("Without accounts nothing is computed, and nothing fails")
  func nobody() throws {
    let program = try computed("1 / sum(points)", budget: 9)
    #expect(try outcome(program, []).carry == Amount(9))
  }

  @Test("Nested totals and many named values stay quick")
  func nesting() throws {
    var values = [("v0", "points + 1")]
    for index in 1..<50 {
      values.append(("v\(index)", "v\(index - 1) + rank_ascending(v\(index - 1)) - median(points)"))
    }
    let text =
      "abs(" + String(repeating: "normalise(", count: 30) + "points"
      + String(repeating: ", 1000)", count: 30) + " + v49)"
    let program = try computed(text, values: values)
    let found = try #require(try? sample(program, [(1, 3), (2, 8), (3, 5)]).engine().get())
    let expected = try sample(program, [(1, 3), (2, 8), (3, 5)]).reference().get()
    #expect(found.amounts.map { ReferenceLaw.big($0) } == expected.amounts.map(\.amount))
    #expect(found.accounts.count == 3)
  }
}
