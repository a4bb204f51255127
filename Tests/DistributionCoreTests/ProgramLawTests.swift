import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

let byAmount = Program.Basis.givenAmounts(column: "value")

func outcome(
  _ program: Program, _ rows: SourceRows, epoch: UInt32 = 0, epochs: EpochSchedule? = nil,
  carriedIn: UInt256 = 0
) throws(LawError) -> ProgramOutcome {
  try ProgramLaw.outcome(
    of: program, epoch: EpochIndex(epoch), epochs: epochs, carriedIn: Amount(carriedIn),
    inputs: inputs(listDeclaration, rows))
}

/// Seven epochs of a minute.
let sevenEpochs = EpochSchedule(start: Timestamp(0), length: 60, count: 7)

private func excluded(_ numbers: UInt64...) -> [PlannedExclusion] {
  numbers.map { PlannedExclusion(account: account($0), reason: "an exchange") }
}

@Suite("Programs: who takes part, and what they get")
struct ProgramLawTests {
  @Test("Rows of one account are added, and accounts come out ascending")
  func addsRows() throws {
    let result = try outcome(program(budget: 100), rows([(9, 1), (3, 2), (9, 1)]))
    #expect(result.accounts == [account(3), account(9)])
    #expect(result.amounts == [50, 50])
    #expect(result.totalWeight == 4)
    let given = try outcome(
      program(budget: 10, basis: byAmount), rows([(2, 3), (1, 1), (2, 2), (2, 4)]))
    #expect(given.accounts == [account(1), account(2)])
    #expect(given.amounts == [1, 9])
    #expect(given.totalWeight == nil)
  }

  @Test("INV-003: every order of the rows gives the same outcome")
  func orders() throws {
    let pairs: [(UInt64, UInt256)] = [(7, 2), (1, 0), (7, 3), (4, 5), (2, 9)]
    let plan = program(budget: 11, exclude: excluded(2))
    let expected = try outcome(plan, rows(pairs))
    #expect(expected.accounts == [account(4), account(7)])
    #expect(expected.amounts == [6, 5])
    for shift in pairs.indices {
      let turned = Array(pairs[shift...] + pairs[..<shift])
      #expect(try outcome(plan, rows(turned)) == expected)
      #expect(try outcome(plan, rows(turned.reversed())) == expected)
    }
  }

  @Test("Every refusal of a weight has its reason and the value that refused it")
  func refusedWeights() throws {
    let result = try outcome(
      program(budget: 10, exclude: excluded(1, 77)),
      rows([(1, 500), (2, 0), (3, 1), (4, 999)]))
    #expect(
      result.exclusions == [
        Exclusion(account: account(1), reason: .excludedByPlan, value: 500),
        Exclusion(account: account(2), reason: .zeroWeight, value: 0),
        Exclusion(account: account(3), reason: .belowOneUnit, value: 1),
      ])
    #expect(result.accounts == [account(4)])
    #expect(result.amounts == [10])
    #expect(result.totalWeight == 1000)
  }

  @Test("Every refusal of a given amount has its reason, and counts nothing")
  func refusedAmounts() throws {
    let result = try outcome(
      program(budget: 10, basis: byAmount, exclude: excluded(3)),
      rows([(3, 500), (2, 0), (4, 10)]))
    #expect(
      result.exclusions == [
        Exclusion(account: account(2), reason: .zeroAmount, value: 0),
        Exclusion(account: account(3), reason: .excludedByPlan, value: 500),
      ])
    #expect(result.amounts == [10])
    #expect(result.carry == .zero)
  }

  @Test("The plan's own exclusion comes before a value of zero")
  func precedenceOfReasons() throws {
    for basis in [byAmount, .weights(column: "value")] {
      let result = try outcome(
        program(budget: 0, basis: basis, exclude: excluded(1)), rows([(1, 0), (2, 0)]))
      #expect(result.exclusions.map(\.reason).first == .excludedByPlan)
      #expect(result.exclusions.count == 2)
    }
  }

  @Test("Nobody left: all of a weighted budget is carried")
  func nobodyLeft() throws {
    for list in [rows([]), rows([(1, 5), (2, 0)])] {
      let result = try outcome(program(budget: 10, exclude: excluded(1)), list, carriedIn: 3)
      #expect(result.accounts.isEmpty)
      #expect(result.budget == Amount(13))
      #expect(result.allocated == .zero)
      #expect(result.carry == Amount(13))
      #expect(result.totalWeight == 0)
    }
  }

  @Test("Given amounts must meet the budget to the unit, or the plan carries the rest")
  func givenAmounts() throws {
    let list = rows([(1, 60), (2, 40), (3, 0)])
    let exact = try outcome(program(budget: 100, basis: byAmount), list)
    #expect(exact.amounts == [60, 40])
    #expect(exact.carry == .zero)
    let carried = try outcome(
      program(budget: 101, basis: byAmount, unallocated: .carry), list)
    #expect(carried.amounts == [60, 40])
    #expect(carried.allocated == Amount(100))
    #expect(carried.carry == Amount(1))
    let none = try outcome(program(budget: 7, basis: byAmount, unallocated: .carry), rows([]))
    #expect(none.carry == Amount(7))
  }

  @Test("Given amounts meet what was carried in too, and no rounding rule touches them")
  func givenWithCarry() throws {
    let result = try outcome(
      program(budget: 2, basis: byAmount, rounding: .halfUp), rows([(1, 1), (2, 2)]),
      carriedIn: 1)
    #expect(result.amounts == [1, 2])
    #expect(result.budget == Amount(3))
  }

  @Test(
    "INV-001: the plan's rounding rule decides, and allocated and carry make the budget",
    arguments: [
      (.largestRemainder, [4, 3, 3], 0), (.floor, [3, 3, 3], 1),
      (.remainderToLargest, [4, 3, 3], 0), (.unitEachByAddress, [4, 3, 3], 0),
      (.halfUp, [3, 3, 3], 1), (.python, [3, 3, 3], 1), (.javascript, [3, 3, 3], 1),
    ] as [(RoundingRule, [UInt256], UInt256)])
  func rounding(rule: RoundingRule, amounts: [UInt256], carry: UInt256) throws {
    let result = try outcome(
      program(budget: 10, rounding: rule), rows([(1, 1), (2, 1), (3, 1)]))
    #expect(result.amounts == amounts)
    #expect(result.carry == Amount(carry))
    #expect(result.allocated == Amount(10 &- carry))
  }

  @Test("An epoch's budget is its emission and what was carried in")
  func emission() throws {
    // ⌊100 · 4 / 7⌋ − ⌊100 · 3 / 7⌋ = 57 − 42.
    let emitting = program(budget: 100, rounding: .floor, emission: .constant)
    let result = try outcome(
      emitting, rows([(1, 1), (2, 2)]), epoch: 3, epochs: sevenEpochs, carriedIn: 5)
    #expect(result.epoch == EpochIndex(3))
    #expect(result.budget == Amount(20))
    #expect(result.carriedIn == Amount(5))
    #expect(result.amounts == [6, 13])
    #expect(result.carry == Amount(1))
  }

  @Test("Without emission the whole budget is due in epoch 0, whatever the plan's epochs")
  func withoutEmission() throws {
    let result = try outcome(
      program(budget: 100), rows([(1, 1)]), epochs: sevenEpochs, carriedIn: 1)
    #expect(result.budget == Amount(101))
  }

  @Test("The column that the program names is the one that counts")
  func columns() throws {
    let declaration = SourceDeclaration(
      name: "list", file: "list.csv", format: .csv,
      columns: ["rank", "value", "age"].map { ColumnDeclaration(name: $0, kind: .integer) })
    let table = SourceRows(
      source: "list", accounts: [account(1), account(2)], values: [[8, 9], [1, 3], [7, 7]],
      lines: [2, 3])
    let result = try ProgramLaw.outcome(
      of: program(budget: 4), epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
      inputs: inputs(declaration, table))
    #expect(result.amounts == [1, 3])
  }

  @Test("Recipients written into the plan are sorted, added and excluded like any other")
  func inline() throws {
    let premine = Program(
      name: "team", kind: .premine, campaign: "main", budget: Amount(6),
      recipients: .inline([
        InlineRecipient(account: account(5), amount: Amount(1)),
        InlineRecipient(account: account(4), amount: Amount(2), label: "A"),
        InlineRecipient(account: account(5), amount: Amount(3)),
        InlineRecipient(account: account(3), amount: Amount(9)),
      ]), basis: .givenAmounts(column: nil), exclude: excluded(3))
    let result = try ProgramLaw.outcome(
      of: premine, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
      inputs: ProgramInputs())
    #expect(result.accounts == [account(4), account(5)])
    #expect(result.amounts == [2, 4])
    #expect(
      result.exclusions == [Exclusion(account: account(3), reason: .excludedByPlan, value: 9)])
  }

  @Test("The widest values and budgets are divided, not wrapped")
  func widest() throws {
    let given = try outcome(
      program(budget: .max, basis: byAmount), rows([(1, twoTo255), (2, twoTo255 &- 1)]))
    #expect(given.allocated == Amount(.max))
    let weighted = try outcome(
      program(budget: .max), rows([(1, twoTo255), (2, twoTo255 &- 2), (2, 1)]))
    #expect(weighted.amounts == [twoTo255, twoTo255 &- 1])
    #expect(weighted.totalWeight == .max)
  }
}
