import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Programs: who takes part, and what they get")
struct ProgramLawTests {
  private func outcome(
    _ program: Program, _ rows: SourceRows, epoch: UInt32 = 0, epochs: EpochSchedule? = nil,
    carriedIn: UInt64 = 0
  ) throws(LawError) -> ProgramOutcome {
    try ProgramLaw.outcome(
      of: program, epoch: EpochIndex(epoch), epochs: epochs,
      carriedIn: Amount(UInt256(carriedIn)), declaration: listDeclaration, rows: rows)
  }

  private func kind(_ body: () throws(LawError) -> ProgramOutcome) -> LawError.Kind? {
    do {
      _ = try body()
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("Rows of one account are added, and accounts come out ascending")
  func addsRows() throws {
    let result = try outcome(
      program(budget: UInt256(100)), rows([(9, UInt256(1)), (3, UInt256(2)), (9, UInt256(1))]))
    #expect(result.accounts == [account(3), account(9)])
    #expect(result.amounts == units([50, 50]))
    #expect(result.totalWeight == UInt256(4))
  }

  @Test("Every refusal has its reason and the value that refused it")
  func exclusions() throws {
    let plan = program(
      budget: UInt256(10),
      exclude: [
        PlannedExclusion(account: account(1), reason: "an exchange"),
        PlannedExclusion(account: account(77), reason: "not in the list"),
      ])
    let result = try outcome(
      plan,
      rows([(1, UInt256(500)), (2, .zero), (3, UInt256(1)), (4, UInt256(999))]))
    #expect(
      result.exclusions == [
        Exclusion(account: account(1), reason: .excludedByPlan, value: UInt256(500)),
        Exclusion(account: account(2), reason: .zeroWeight, value: .zero),
        Exclusion(account: account(3), reason: .belowOneUnit, value: UInt256(1)),
      ])
    #expect(result.accounts == [account(4)])
    #expect(result.amounts == units([10]))
  }

  @Test("Given amounts must meet the budget to the unit")
  func givenAmounts() throws {
    let basis = Program.Basis.givenAmounts(column: "value")
    let list = rows([(1, UInt256(60)), (2, UInt256(40)), (3, .zero)])
    let exact = try outcome(program(budget: UInt256(100), basis: basis), list)
    #expect(exact.amounts == units([60, 40]))
    #expect(exact.exclusions.map(\.reason) == [.zeroAmount])
    #expect(exact.carry == .zero)
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: UInt256(99), basis: basis), list)
    } == .amountsExceedBudget)
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: UInt256(101), basis: basis), list)
    } == .amountsBelowBudget)
    let carried = try outcome(
      program(budget: UInt256(101), basis: basis, unallocated: .carry), list)
    #expect(carried.carry == Amount(UInt256(1)))
  }

  @Test("INV-015: sums of 2^256 are refused")
  func overflow() {
    let wide = rows([(1, twoTo255), (1, twoTo255)])
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: UInt256(1)), wide)
    } == .valuesOverflow)
    let twoAccounts = rows([(1, twoTo255), (2, twoTo255)])
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: UInt256(1)), twoAccounts)
    } == .valuesOverflow)
    #expect(kind { () throws(LawError) in
      try outcome(
        program(budget: .max, basis: .givenAmounts(column: "value")), twoAccounts)
    } == .valuesOverflow)
  }

  @Test("A rounding rule that exceeds the budget stops the program")
  func roundingExceeds() {
    #expect(kind { () throws(LawError) in
      try outcome(
        program(budget: UInt256(1), rounding: .halfUp), rows([(1, UInt256(1)), (2, UInt256(1))]))
    } == .roundingExceedsBudget)
  }

  @Test("An epoch's budget is its emission and what was carried in")
  func emission() throws {
    let epochs = EpochSchedule(start: Timestamp(0), length: 60, count: 7)
    let emitting = program(budget: UInt256(100), emission: .constant)
    let list = rows([(1, UInt256(1))])
    let result = try outcome(emitting, list, epoch: 3, epochs: epochs, carriedIn: 5)
    #expect(result.budget == Amount(UInt256(20)))
    #expect(result.carriedIn == Amount(UInt256(5)))
    #expect(kind { () throws(LawError) in
      try outcome(emitting, list, epoch: 7, epochs: epochs)
    } == .epochOutOfRange)
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: UInt256(1)), list, epoch: 1)
    } == .epochOutOfRange)
  }

  @Test("A carry that lifts a budget to 2^256 is refused")
  func budgetOverflow() {
    #expect(kind { () throws(LawError) in
      try outcome(program(budget: .max), rows([(1, UInt256(1))]), carriedIn: 1)
    } == .budgetOverflow)
  }

  @Test("Recipients written into the plan are sorted like any other")
  func inline() throws {
    let premine = Program(
      name: "team", kind: .premine, campaign: "main", budget: Amount(UInt256(3)),
      recipients: .inline([
        InlineRecipient(account: account(5), amount: Amount(UInt256(1))),
        InlineRecipient(account: account(4), amount: Amount(UInt256(2)), label: "A"),
      ]), basis: .givenAmounts(column: nil))
    let result = try ProgramLaw.outcome(
      of: premine, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, declaration: nil,
      rows: nil)
    #expect(result.accounts == [account(4), account(5)])
    #expect(result.amounts == units([2, 1]))
  }
}

@Suite("Cumulation: what a campaign owes in all")
struct CumulationTests {
  private let campaign = Campaign(name: "main", token: "T")

  private func outcome(_ pairs: [(UInt64, UInt256)]) -> ProgramOutcome {
    ProgramOutcome(
      program: "p", epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
      accounts: pairs.map { account($0.0) }, amounts: pairs.map(\.1), exclusions: [],
      allocated: .zero, carry: .zero, totalWeight: nil)
  }

  @Test("INV-008: allocations are added to the parent, and nobody loses")
  func adds() throws {
    let parent = Entitlements(accounts: [account(1), account(3)], amounts: units([10, 30]))
    let result = try Cumulation.entitlements(
      of: campaign, parent: parent,
      outcomes: [
        outcome([(2, UInt256(5)), (3, UInt256(1))]), outcome([(0, UInt256(7)), (3, UInt256(1))]),
      ])
    #expect(result.accounts == [account(0), account(1), account(2), account(3)])
    #expect(result.amounts == units([7, 10, 5, 32]))
  }

  @Test("INV-015: an account or a total of 2^256 is refused")
  func overflow() {
    let parent = Entitlements(accounts: [account(1)], amounts: [.max])
    let lists: [[(UInt64, UInt256)]] = [[(1, UInt256(1))], [(2, UInt256(1))]]
    for pairs in lists {
      #expect(throws: LawError.self) {
        try Cumulation.entitlements(of: campaign, parent: parent, outcomes: [outcome(pairs)])
      }
    }
  }

  @Test("A campaign with a contract takes less than 2^128")
  func contractBound() throws {
    let roles = Roles(owner: account(1), publisher: account(1), guardian: account(1))
    let deployed = Campaign(
      name: "main", token: "T",
      deployment: Deployment(
        chain: 1, distributor: account(1), token: account(2), creator: account(3), salt: .zero,
        roles: roles))
    let bound = UInt256(1) << 128
    let below = try Cumulation.entitlements(
      of: deployed, parent: .none, outcomes: [outcome([(1, bound &- UInt256(1))])])
    #expect(below.amounts == [bound &- UInt256(1)])
    #expect(throws: LawError.self) {
      try Cumulation.entitlements(
        of: deployed, parent: .none, outcomes: [outcome([(1, bound)])])
    }
    let draft = try Cumulation.entitlements(
      of: campaign, parent: .none, outcomes: [outcome([(1, bound)])])
    #expect(draft.amounts == [bound])
  }
}
