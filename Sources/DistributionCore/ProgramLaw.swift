import DistributionModel
import EthereumPrimitives

/// What a program gives in an epoch: section 1 of `docs/reference/law.md`.
public enum ProgramLaw {
  /// Computes one program for one epoch.
  ///
  /// - Parameters:
  ///   - epochs: the plan's schedule, needed by a program that runs in every epoch.
  ///   - carriedIn: what the program carried out of the epoch before; zero in epoch 0.
  /// - Throws: `LawError`; nothing is rounded away or wrapped.
  public static func outcome(
    of program: Program, epoch: EpochIndex, epochs: EpochSchedule?, carriedIn: Amount,
    inputs: ProgramInputs
  ) throws(LawError) -> ProgramOutcome {
    let budget = try budget(
      of: program, epoch: epoch, epochs: epochs, carriedIn: carriedIn, inputs: inputs)
    let (inputs, denied) = inputs.counting(for: program, in: epoch)
    if let raffle = program.raffle, program.awaitsDraw { throw undrawn(program, raffle) }
    let claims = try claims(of: program, inputs: inputs)
    let division = try divide(budget, claims, by: program)
    return ProgramOutcome(
      program: program.name, epoch: epoch, budget: Amount(budget), carriedIn: carriedIn,
      accounts: division.accounts, amounts: division.amounts,
      exclusions: ascending(claims.excluded, denied, division.refused),
      allocated: Amount(budget &- division.carry), carry: Amount(division.carry),
      totalWeight: division.totalWeight, totals: claims.totals, levels: division.levels,
      standings: claims.standings + division.standings)
  }

  private static func divide(
    _ budget: UInt256, _ claims: Claims, by program: Program
  ) throws(LawError) -> Division {
    if let raffle = program.raffle {
      return try drawn(raffle, claims.taking, budget: budget, program: program)
    }
    return program.basis.isGiven
      ? try given(claims, budget: budget, program: program)
      : try apportioned(claims, budget: budget, program: program)
  }

  /// Weights or amounts of who takes part, and who does not.
  struct Claims {
    var taking: AccountValues
    /// How many of a value's digits are decimal places.
    let places: Int
    /// Which of those that take part are capped together; nil where each is on its own.
    var holders: Holders?
    /// Of those that take part, in base units; nil where the plan computes none.
    var caps: [UInt256]?
    var excluded: [Exclusion] = []
    /// What the program's expressions came to over all accounts.
    var totals: [ExpressionTotal] = []
    /// What single accounts came to in them, among the others.
    var standings: [Standings] = []
    /// What the program pays, for messages.
    let token: Token?
    private let inputs: ProgramInputs

    init(
      _ taking: AccountValues, of program: Program, inputs: ProgramInputs, caps: [UInt256]? = nil
    ) {
      self.taking = taking
      self.caps = caps
      self.inputs = inputs
      token = inputs.token
      places = program.places(inputs)
      if program.shaping.holder == .cluster, let clusters = inputs.clusters {
        holders = Holders(of: taking.accounts, clusters, inputs)
      }
    }

    /// What is split of a budget. Matches that are too wide to add are refused when they are
    /// apportioned.
    func due(of budget: UInt256, in program: Program) -> UInt256 {
      var total: UInt256? = .zero
      if program.basis.matching != nil {
        for match in taking.values { total = total?.adding(match) }
      }
      return ProgramLaw.due(of: budget, in: program, total: total, inputs: inputs)
    }

    /// Where amounts would fit if they were whole tokens: they may be read in the wrong unit.
    func unitAdvice(_ sum: UInt256, _ budget: UInt256) -> String? {
      guard let token, token.decimals > 0, !sum.isZero,
        let scaled = UInt256.powerOfTen(token.decimals)?.multiplied(by: sum), scaled <= budget
      else { return nil }
      return "If the list has whole tokens, write `unit: token` for the column in the plan, or "
        + "`:token` after its name in the header. Else lower the budget, or write "
        + "`unallocated: carry`."
    }

    /// An amount as messages tell it: in whole tokens, where the token is known.
    func told(_ amount: UInt256) -> String {
      token?.text(amount) ?? amount.counted("base unit")
    }
  }

  static func claims(of program: Program, inputs: ProgramInputs) throws(LawError) -> Claims {
    let dropped = inputs.dropped(by: program)
    guard program.isComputed else {
      let (taking, excluded) = try AccountValues(program: program, inputs: inputs)
        .split(by: program)
      var claims = Claims(taking, of: program, inputs: inputs)
      claims.excluded = dropped + excluded
      return claims
    }
    let columns = try AccountColumns(program: program, inputs: inputs)
    let computed: ComputedValues
    do throws(LawError) {
      computed = try ComputedValues(program: program, columns: columns)
    } catch {
      throw error.naming(inputs.zeroPrices(of: program))
    }
    var claims = Claims(computed.taking, of: program, inputs: inputs, caps: computed.caps)
    claims.excluded = dropped + computed.excluded
    claims.totals = computed.totals(of: program)
    claims.standings = try computed.standings(of: program, columns)
    return claims
  }

  /// What the epoch emits or takes in, and what was carried in.
  static func budget(
    of program: Program, epoch: EpochIndex, epochs: EpochSchedule?, carriedIn: Amount,
    inputs: ProgramInputs
  ) throws(LawError) -> UInt256 {
    guard let added = try added(to: program, in: epoch, epochs: epochs, inputs) else {
      let count = program.isRecurring ? epochs?.count : 1
      throw LawError(
        .epochOutOfRange, subject: program.name, place: "epoch", found: "\(epoch.number)",
        expected: count.map { "0 ... \($0 - 1)" } ?? "a plan with `epochs`",
        advice: "Ask for an epoch of the plan's schedule, or lengthen `epochs.count` in the plan.")
    }
    guard let budget = added.adding(carriedIn.baseUnits) else {
      throw LawError(
        .budgetOverflow, subject: program.name,
        place: "\(program.revenue == nil ? "emission" : "revenue") and carry",
        found: "\(added.decimal) + \(carriedIn)", expected: "a sum below 2^256",
        advice: "Check the parent bundle: no real token has this many base units.")
    }
    return budget
  }

  /// nil outside the schedule; without emission or revenue the whole budget is epoch 0's.
  private static func added(
    to program: Program, in epoch: EpochIndex, epochs: EpochSchedule?, _ inputs: ProgramInputs
  ) throws(LawError) -> UInt256? {
    if let revenue = program.revenue {
      guard let epochs, epoch.number < epochs.count else { return nil }
      return try self.budget(from: revenue, of: program, inputs: inputs)
    }
    let budget = program.budget.baseUnits
    guard let emission = program.emission else { return epoch.number == 0 ? budget : nil }
    return epochs.flatMap { emission.amount(inEpoch: epoch, of: budget, over: $0.count) }
  }

  struct Division {
    var accounts: [Address]
    var amounts: [UInt256]
    /// Ascending by account.
    var refused: [Exclusion] = []
    var carry: UInt256
    var totalWeight: UInt256?
    var levels: SplitLevels?
    var standings: [Standings] = []
  }

  private static func given(
    _ claims: Claims, budget: UInt256, program: Program
  ) throws(LawError) -> Division {
    let floor = program.shaping.floor?.least(of: budget) ?? .zero
    let (taking, below) = claims.taking.split(below: floor)
    var sum = UInt256.zero
    for (index, amount) in taking.values.enumerated() {
      guard let next = sum.adding(amount) else {
        throw LawError(
          .valuesOverflow, subject: program.name,
          place: "sum of given amounts up to account \(taking.accounts[index])",
          found: "2^256 or more", expected: "a sum below 2^256",
          advice: "Look for an amount in the wrong unit.")
      }
      sum = next
    }
    guard let carry = budget.subtracting(sum) else {
      throw LawError(
        .amountsExceedBudget, subject: program.name, place: "sum of given amounts",
        found: claims.told(sum), expected: "at most the budget, \(claims.told(budget))",
        advice: "Raise the budget by \(claims.told(sum &- budget)), or look for amounts in the "
          + "wrong unit.")
    }
    guard carry.isZero || program.unallocated == .carry else {
      throw LawError(
        .amountsBelowBudget, subject: program.name, place: "sum of given amounts",
        found: claims.told(sum), expected: "the budget, \(claims.told(budget))",
        advice: claims.unitAdvice(sum, budget)
          ?? "Lower the budget by \(claims.told(carry)), or write `unallocated: carry` to keep "
          + "what is left.")
    }
    return Division(
      accounts: taking.accounts, amounts: taking.values, refused: below, carry: carry)
  }

  private static func apportioned(
    _ claims: Claims, budget: UInt256, program: Program
  ) throws(LawError) -> Division {
    let taking = claims.taking
    let result = try shaped(claims, budget: budget, program: program)
    var division = Division(
      accounts: [], amounts: [], carry: result.carry &+ (budget &- result.budget),
      totalWeight: result.totalWeight)
    if program.shaping != .none { division.levels = result.levels }
    division.standings = result.standings(of: taking.accounts)
    division.accounts.reserveCapacity(taking.accounts.count)
    division.amounts.reserveCapacity(taking.accounts.count)
    for (index, amount) in result.amounts.enumerated() {
      if amount.isZero {
        division.refused.append(
          Exclusion(
            account: taking.accounts[index],
            reason: result.leaves(index) ? .belowFloor : .belowOneUnit,
            value: taking.values[index]))
      } else {
        division.accounts.append(taking.accounts[index])
        division.amounts.append(amount)
      }
    }
    return division
  }

  /// A split within the program's caps and floor.
  static func shaped(
    _ claims: Claims, budget: UInt256, program: Program
  ) throws(LawError) -> ShapedApportionment {
    let split = program.split(of: budget)
    do {
      return try ShapedApportionment(
        claims.due(of: budget, in: program), split: claims.due(of: split, in: program),
        whole: split,
        weights: claims.taking.values, places: claims.places, holders: claims.holders,
        computedCaps: claims.caps, shaping: program.shaping, rule: program.rounding)
    } catch {
      throw LawError(error, program: program, budget: budget, claims)
    }
  }

  /// Lists that have no account in common as one, ascending by account.
  private static func ascending(_ lists: [Exclusion]...) -> [Exclusion] {
    var all: [Exclusion] = []
    all.reserveCapacity(lists.reduce(0) { $0 + $1.count })
    for list in lists { all += list }
    all.sort { $0.account < $1.account }
    return all
  }
}

extension Program {
  /// How many of a weight's digits are decimal places.
  func places(_ inputs: ProgramInputs) -> Int {
    guard case .weights(let name) = basis else { return basis.expression?.scale ?? 0 }
    let columns = inputs.source(of: self).declaration.columns
    return columns.first { $0.name == name }?.places ?? 0
  }
}

extension LawError {
  fileprivate init(
    _ failure: Apportionment.Failure, program: Program, budget: UInt256,
    _ claims: ProgramLaw.Claims
  ) {
    switch failure {
    case .weightsOverflow:
      self.init(
        .valuesOverflow, subject: program.name, place: "sum of weights", found: "2^256 or more",
        expected: "a sum below 2^256", advice: "Scale the weights down; only their ratios count.")
    case .floorsExceedBudget(let sum):
      self.init(
        .floorsExceedBudget, subject: program.name, place: "sum of floors",
        found: sum?.multiplied(by: program.shaping.unit.baseUnits).map(claims.told)
          ?? "2^256 base units or more",
        expected: "at most the budget, \(claims.told(program.split(of: budget)))",
        advice: "Lower the floor, raise the budget, or write `below_floor: leave`.")
    case .roundingExceedsBudget(let sum):
      self.init(
        .roundingExceedsBudget, subject: program.name,
        place: "sum of amounts under `rounding: \(program.rounding.rawValue)`",
        found: sum.map(claims.told) ?? "2^256 base units or more",
        expected: "at most the budget, \(claims.told(budget))",
        advice: "This rule can round up; use `rounding: largest-remainder`, which gives out "
          + "exactly the budget, or write what is split as `share_of`, and a larger budget.")
    }
  }
}
