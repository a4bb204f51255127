import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private let staked = SourceDeclaration(
  name: "list", file: "list.csv", format: .csv,
  columns: [
    ColumnDeclaration(name: "share", kind: .share),
    ColumnDeclaration(name: "running", kind: .integer),
    ColumnDeclaration(name: "seconds", kind: .integer),
  ])

/// Accounts 1, 2, 3 … with shares; somebody held something in 15 of 20 seconds.
private func inputs(_ shares: UInt64..., running: UInt64 = 15) -> ProgramInputs {
  var rows = SourceRows(source: "list", columnCount: 3)
  for (number, share) in shares.enumerated() {
    rows.append(
      account: account(UInt64(number + 1)),
      row: [UInt256(share), UInt256(running), UInt256(UInt64(number))], line: 0)
  }
  return ProgramInputs(
    sources: ["list": .init(declaration: staked, rows: rows, window: 100..<120)])
}

private func earning(
  budget: UInt256, shaping: Shaping = .none, rounding: RoundingRule = .largestRemainder,
  shareOf: UInt256? = nil
) -> Program {
  Program(
    name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
    recipients: .source("list"), basis: .weights(column: "share"), rounding: rounding,
    shareOf: shareOf.map { Amount($0) }, shaping: shaping)
}

private func outcome(_ program: Program, _ inputs: ProgramInputs) throws -> ProgramOutcome {
  try ProgramLaw.outcome(
    of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, inputs: inputs)
}

@Suite("Weights of the column `share`")
struct ShareDueTests {
  @Test("INV-001: what is due follows from the seconds in which the clock ran, the rest is carried")
  func due() throws {
    // ⌊1001 · 15 / 20⌋ = 750, of which 1 : 4.
    let found = try outcome(earning(budget: 1001), inputs(1, 4))
    #expect(found.amounts == [150, 600])
    #expect(found.carry == Amount(251) && found.allocated == Amount(750))
    #expect(try outcome(earning(budget: 1001), inputs(1, 4, running: 20)).carry == .zero)
    let most = try outcome(earning(budget: .max), inputs(1))
    let quarter = UInt256.max.quotientAndRemainder(dividingBy: 4)?.quotient ?? .zero
    #expect(most.allocated == Amount(quarter &* 3 &+ 2))
  }

  @Test("Without rows nothing is due, and where all are shut out all is carried")
  func nobody() throws {
    let none = try outcome(earning(budget: 1000), inputs())
    #expect(none.accounts.isEmpty && none.carry == Amount(1000))
    let zero = try outcome(earning(budget: 1000), inputs(0))
    #expect(zero.exclusions.map(\.reason) == [.zeroWeight] && zero.carry == Amount(1000))
  }

  @Test("Caps bound parts of what is due, in percent they are those of the budget")
  func caps() throws {
    let shaping = Shaping(cap: .bound(.share(Share(billionths: 400_000_000))))
    // 40 % of 1000 is 400; of the 750 that are due 600 would be the second one's.
    let found = try outcome(earning(budget: 1000, shaping: shaping), inputs(1, 4))
    #expect(found.amounts == [350, 400] && found.carry == Amount(250))
  }

  @Test("What `share_of` states is due in the same part")
  func beside() throws {
    let stated = try outcome(
      earning(budget: 1000, rounding: .halfUp, shareOf: 900), inputs(1, 4))
    // ⌊900 · 15 / 20⌋ = 675 of the 750 that are due.
    #expect(stated.amounts == [135, 540] && stated.carry == Amount(325))
  }

  @Test("A column of another kind is due in full")
  func others() throws {
    var program = earning(budget: 1000)
    program = Program(
      name: program.name, kind: program.kind, campaign: program.campaign, budget: program.budget,
      recipients: program.recipients, basis: .weights(column: "seconds"))
    #expect(try outcome(program, inputs(1, 4)).carry == .zero)
  }

  @Test("An account's own rows lead to its part of what is due, and not to one of the budget")
  func leading() throws {
    let program = earning(budget: 1001)
    let inputs = inputs(1, 4)
    let found = try outcome(program, inputs)
    let trace = try ProgramLaw.trace(
      of: program, account: account(1), budget: 1001, inputs: inputs)
    func leads(_ amount: UInt256) -> Bool {
      let own = ProgramOutcome(
        program: found.program, epoch: found.epoch, budget: found.budget, carriedIn: .zero,
        accounts: [account(1)], amounts: [amount], exclusions: [], allocated: found.allocated,
        carry: found.carry, totalWeight: found.totalWeight)
      return ProgramLaw.leads(trace, to: own, of: program, inputs: inputs)
    }
    #expect(leads(150) && !leads(200))
    #expect(ProgramLaw.due(of: 1001, in: program, total: found.totalWeight, inputs: inputs) == 750)
  }
}
