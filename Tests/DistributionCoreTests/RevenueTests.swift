import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private let fees = SourceDeclaration(
  name: "fees", file: "fees.csv", format: .csv,
  columns: [
    ColumnDeclaration(name: "block", kind: .integer),
    ColumnDeclaration(name: "paid", kind: .amount(token: "USD", decimals: 2, unit: .base)),
  ], duplicates: .sum, time: TimeColumn(column: "at"))

private let schedule = EpochSchedule(start: Timestamp(0), length: 60, count: 3)

/// A program whose budget is so many percent of what came in, split by `value`.
private func sharing(_ percent: UInt64, shaping: Shaping = .none) -> Program {
  Program(
    name: "stakers", kind: .fees, campaign: "main", budget: .zero,
    revenue: Revenue(
      source: "fees", column: "paid", part: Share(billionths: percent * 10_000_000)),
    recipients: .source("list"), basis: .weights(column: "value"), shaping: shaping)
}

private func outcome(
  _ program: Program, paid: [UInt256], epoch: UInt32 = 0, carriedIn: UInt256 = 0,
  epochs: EpochSchedule? = schedule
) throws(LawError) -> ProgramOutcome {
  let came = SourceRows(
    source: "fees", accounts: paid.map { _ in account(7) },
    values: [paid.map { _ in 1_000_000 }, paid], lines: paid.map { _ in 2 })
  let inputs = ProgramInputs(sources: [
    "list": .init(declaration: listDeclaration, rows: rows([(1, 1), (2, 3)])),
    "fees": .init(declaration: fees, rows: came),
  ])
  return try ProgramLaw.outcome(
    of: program, epoch: EpochIndex(epoch), epochs: epochs, carriedIn: Amount(carriedIn),
    inputs: inputs)
}

@Suite("Budgets from revenue")
struct RevenueTests {
  @Test(
    "INV-001: the budget is the part of what came in, rounded down, and is split like any other")
  func part() throws {
    // 50 % of 41 + 42 = 41.5
    let result = try outcome(sharing(50), paid: [41, 42])
    #expect(result.budget == Amount(41))
    #expect(result.amounts == [10, 31])
    #expect(result.carry == .zero)
  }

  @Test("All of it is all of it, up to the widest sum")
  func whole() throws {
    #expect(try outcome(sharing(100), paid: [.max &- 1, 1]).budget == Amount(.max))
  }

  @Test("What was carried in is added, and stands beside it in the outcome")
  func carry() throws {
    let capped = sharing(50, shaping: Shaping(cap: .bound(.amount(Amount(10)))))
    let first = try outcome(capped, paid: [100])
    #expect(first.amounts == [10, 10])
    #expect(first.carry == Amount(30))
    let second = try outcome(sharing(50), paid: [10], epoch: 1, carriedIn: 30)
    #expect(second.budget == Amount(35))
    #expect(second.carriedIn == Amount(30))
  }

  @Test("Where nothing came in, everybody is below one unit and nothing is lost")
  func nothing() throws {
    let result = try outcome(sharing(50), paid: [])
    #expect(result.budget == .zero)
    #expect(result.amounts.isEmpty)
    #expect(result.exclusions.map(\.reason) == [.belowOneUnit, .belowOneUnit])
  }

  @Test("It runs in every epoch of the plan and in no other")
  func epochs() throws {
    #expect(sharing(50).isRecurring)
    #expect(try outcome(sharing(50), paid: [8], epoch: 2).budget == Amount(4))
    let late = lawError { () throws(LawError) in
      try outcome(sharing(50), paid: [8], epoch: 3)
    }
    #expect(late?.kind == .epochOutOfRange)
    #expect(late?.expected == "0 ... 2")
    let none = lawError { () throws(LawError) in
      try outcome(sharing(50), paid: [8], epochs: nil)
    }
    #expect(none?.kind == .epochOutOfRange)
  }

  @Test("INV-015: a sum, and a budget with what was carried in, of 2^256 or more are refused")
  func overflow() {
    let sum = lawError { () throws(LawError) in try outcome(sharing(1), paid: [.max, 1]) }
    #expect(sum?.kind == .budgetOverflow)
    #expect(sum?.place == "revenue, 1% of fees.paid")
    let carried = lawError { () throws(LawError) in
      try outcome(sharing(100), paid: [.max], epoch: 1, carriedIn: 1)
    }
    #expect(carried?.kind == .budgetOverflow)
    #expect(carried?.place == "revenue and carry")
  }

  @Test("A part is told as a percentage of a column")
  func text() {
    let third = Revenue(source: "fees", column: "paid", part: Share(billionths: 333_333_333))
    #expect(third.text == "33.3333333% of fees.paid")
  }
}
