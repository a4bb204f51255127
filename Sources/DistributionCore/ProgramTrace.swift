import DistributionModel
import EthereumPrimitives

/// What a program's rows and expressions, its caps and its floor came to for one account.
public struct ProgramTrace: Sendable, Equatable {
  /// What was read elsewhere, in the order of the texts.
  public let joins: [Calculation.Term]
  /// Where the account takes part; nil for a program without expressions.
  public let calculation: Calculation?
  /// Where the filter shuts the account out.
  public let refusal: FilterExplanation?
  /// What was given to it, where the program matches contributions and the account takes part.
  public let match: MatchExplanation?
  /// The digits of its weight or amount, or its match, where it takes part.
  public let value: UInt256?
  /// Where the account takes part in a split with a cap, a floor or a unit, as far as it is known.
  public var shape: ProgramExplanation.Shape?
  /// Where the account is drawn in a raffle.
  public var win: DrawExplanation.Win?
}

extension ProgramLaw {
  /// Follows one account through a program, all accounts being at hand.
  ///
  /// - Parameter budget: the epoch's.
  /// - Returns: nil where the account is in no row, or the plan names it under `exclude`.
  /// - Throws: what stops the program for anybody.
  public static func trace(
    of program: Program, account: Address, budget: UInt256, inputs: ProgramInputs
  ) throws(LawError) -> ProgramTrace? {
    guard program.isComputed else {
      var trace = try trace(of: program, account, inputs)
      if trace != nil, program.shaping != .none || program.raffle != nil {
        let claims = try claims(of: program, inputs: inputs)
        trace?.shape = try shape(of: account, in: program, budget: budget, claims)
        trace?.win = try win(of: account, in: program, claims)
      }
      return trace
    }
    let columns = try AccountColumns(program: program, inputs: inputs)
    guard let row = columns.row(of: account), !program.excludes(account) else { return nil }
    let computed = try ComputedValues(program: program, columns: columns)
    var trace = try trace(of: program, columns, row, before: computed.before, after: computed.after)
    let claims = Claims(computed.taking, of: program, inputs: inputs, caps: computed.caps)
    trace?.shape = try shape(of: account, in: program, budget: budget, claims)
    trace?.win = try win(of: account, in: program, claims)
    return trace
  }

  /// How an account was drawn; nil where it was not, and without a raffle.
  private static func win(
    of account: Address, in program: Program, _ claims: Claims
  ) throws(LawError) -> DrawExplanation.Win? {
    guard let raffle = program.raffle else { return nil }
    let accounts = claims.taking.accounts
    let wins = try draw(raffle, claims.taking, program: program).wins
    guard let place = wins.firstIndex(where: { accounts[$0.entrant] == account }) else {
      return nil
    }
    let win = wins[place]
    return DrawExplanation.Win(
      prize: place + 1, counter: win.counter, number: win.number, left: win.left,
      ticket: win.ticket, first: win.first)
  }

  private static func shape(
    of account: Address, in program: Program, budget: UInt256, _ claims: Claims
  ) throws(LawError) -> ProgramExplanation.Shape? {
    let taking = Entitlements(accounts: claims.taking.accounts, amounts: claims.taking.values)
    guard program.shaping != .none, let place = taking.index(of: account) else { return nil }
    return program.basis.isGiven
      ? program.shaping.shape(ofGiven: taking.amounts[place], budget: budget)
      : try shaped(claims, budget: budget, program: program).shape(of: place)
  }

  /// Follows one account, whose own rows alone are at hand.
  ///
  /// - Parameter outcome: what the program gave the account, and what all came to together; its
  ///   totals have what the account came to among the others, too.
  /// - Returns: nil also where the totals are not those of the program.
  /// - Throws: where the account's rows add up to too much.
  public static func trace(
    of program: Program, account: Address, inputs: ProgramInputs, outcome: ProgramOutcome
  ) throws(LawError) -> ProgramTrace? {
    guard program.isComputed else {
      var trace = try trace(of: program, account, inputs)
      guard let value = trace?.value else { return trace }
      trace?.shape = shape(ofValue: value, cap: nil, in: program, outcome)
      trace?.win = win(in: program, outcome)
      return trace
    }
    let matching = program.basis.matching
    // What is known about donors stands in rows of theirs.
    let columns = try AccountColumns(
      program: program, inputs: inputs, hasContributions: matching?.filter == nil)
    guard let row = columns.row(of: account), !program.excludes(account) else { return nil }
    let numbers = columns.columns.mapValues { NumberColumn($0) }
    let joins = columns.joins.mapValues { NumberColumn($0) }
    func evaluator(_ accounts: ExpressionTotal.Accounts) -> ExpressionEvaluator {
      let known = outcome.totals.filter { $0.accounts == accounts }.map { ($0.text, $0.value) }
      return ExpressionEvaluator(
        columns: numbers, joins: joins, values: program.values, rows: [row],
        known: Dictionary(known) { first, _ in first })
    }
    let after = evaluator(.participants)
    var match: KnownMatch?
    if let matching, matching.isOfAll, outcome.exclusions.first?.reason != .filteredOut {
      match = KnownMatch(outcome, isFiltered: matching.filter != nil)
      guard match != nil else { return nil }
    }
    var trace = try trace(
      of: program, columns, row, before: evaluator(.candidates), after: after, match: match)
    guard let value = trace?.value else { return trace }
    var cap: UInt256?
    if let expression = program.shaping.capExpression {
      guard let number = after.number(of: expression, row) else { return trace }
      cap = number.magnitude
    }
    trace?.shape = shape(ofValue: value, cap: cap, in: program, outcome)
    trace?.win = win(in: program, outcome)
    return trace
  }

  /// How the account was drawn, by what was left when it was; nil where it is not said.
  private static func win(in program: Program, _ outcome: ProgramOutcome) -> DrawExplanation.Win? {
    guard let reveal = program.raffle?.reveal,
      let prize = outcome.standing(Standings.prize)?.asInt,
      let counter = outcome.standing(Standings.counter)?.asUInt64,
      let left = outcome.standing(Standings.left), let first = outcome.standing(Standings.first)
    else { return nil }
    let number = ChanceStream(reveal, program: program.name).number(at: counter)
    guard let ticket = number.quotientAndRemainder(dividingBy: left)?.remainder else { return nil }
    return DrawExplanation.Win(
      prize: prize, counter: counter, number: number, left: left, ticket: ticket, first: first)
  }

  /// - Parameter cap: in base units, where the plan computes it.
  private static func shape(
    ofValue value: UInt256, cap: UInt256?, in program: Program, _ outcome: ProgramOutcome
  ) -> ProgramExplanation.Shape? {
    let shaping = program.shaping
    guard shaping != .none, !value.isZero else { return nil }
    guard !program.basis.isGiven else {
      return shaping.shape(ofGiven: value, budget: outcome.budget.baseUnits)
    }
    guard let levels = outcome.levels else { return nil }
    let amount = outcome.amounts.first ?? .zero
    let units = ShapedApportionment.units(amount, of: shaping.unit.baseUnits, .down)
    var cluster: ProgramExplanation.Shape.Cluster?
    // Who stands alone has no standing.
    if shaping.holder == .cluster, let weight = outcome.standing(Standings.clusterWeight),
      let units = outcome.standing(Standings.clusterUnits)
    {
      cluster = .init(weight: weight, units: units)
    }
    return shaping.shape(
      ofWeight: value, units: units, cluster: cluster, cap: cap,
      budget: program.split(of: outcome.budget.baseUnits), levels: levels,
      isOut: outcome.exclusions.first?.reason == .belowFloor)
  }

  /// A program without expressions.
  private static func trace(
    of program: Program, _ account: Address, _ inputs: ProgramInputs
  ) throws(LawError) -> ProgramTrace? {
    let values = try AccountValues(program: program, inputs: inputs)
    let list = Entitlements(accounts: values.accounts, amounts: values.values)
    guard let row = list.index(of: account), !program.excludes(account) else { return nil }
    return ProgramTrace(
      joins: [], calculation: nil, refusal: nil, match: nil, value: values.values[row])
  }

  /// - Parameter match: what is known of it, where it takes more than the rows at hand.
  private static func trace(
    of program: Program, _ columns: AccountColumns, _ row: Int, before: ExpressionEvaluator,
    after: ExpressionEvaluator, match known: KnownMatch? = nil
  ) throws(LawError) -> ProgramTrace? {
    if let filter = program.filter {
      guard let isIn = before.truth(of: filter, row) else { return nil }
      guard isIn else {
        return ProgramTrace(
          joins: joins(of: program, row, before),
          calculation: calculation(of: filter, program, row, before),
          refusal: refusal(filter, row, before), match: nil, value: nil)
      }
    }
    var value = program.basis.column.map { columns[$0][row] } ?? .zero
    var match: MatchExplanation?
    if let expression = program.basis.expression {
      guard let number = after.number(of: expression, row), !number.isNegative else { return nil }
      value = number.magnitude
    } else if program.basis.matching != nil {
      if let known { (value, match) = (known.value, known.given) }
      if let contributions = columns.contributions {
        if known == nil { value = try contributions.matches(of: after.rows)[row] }
        match = MatchExplanation(try contributions.given(to: row).map(\.amount), value)
      }
    }
    return ProgramTrace(
      joins: joins(of: program, row, before),
      calculation: calculation(of: program, row, before: before, after: after), refusal: nil,
      match: match, value: value)
  }

  private static func refusal(
    _ filter: Expression, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> FilterExplanation? {
    let needed = evaluator.needed(filter, row, toHold: true)
    return evaluator.refusals(filter, [row]).first.map {
      FilterExplanation(
        filter: filter.text, condition: $0.condition.text, left: $0.left.shortest,
        right: $0.right?.shortest, comparisons: needed.comparisons, passing: needed.passing)
    }
  }

  /// The named values of a filter that shut the account out; nil where it uses none.
  private static func calculation(
    of filter: Expression, _ program: Program, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> Calculation? {
    let values = evaluator.namedValues(of: filter).map {
      term(of: program.values[$0], row, evaluator)
    }
    return values.isEmpty ? nil : Calculation(values: values, terms: [], result: nil)
  }

  private static func term(
    of named: NamedExpression, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> Calculation.Term {
    let value = evaluator.text(of: named.expression, row)
    let comparisons =
      named.expression.kind == .truth && value != nil
      ? evaluator.needed(named.expression, row, toHold: value != "true").comparisons : []
    return Calculation.Term(
      text: "\(named.name) = \(named.expression.text)", value: value, comparisons: comparisons)
  }

  private static func joins(
    of program: Program, _ row: Int, _ evaluator: ExpressionEvaluator
  ) -> [Calculation.Term] {
    program.joins.values.map { Calculation.Term(text: $0.text, value: evaluator.text(of: $0, row)) }
      .sorted { $0.text < $1.text }
  }

  private static func calculation(
    of program: Program, _ row: Int, before: ExpressionEvaluator, after: ExpressionEvaluator
  ) -> Calculation {
    // What only the filter uses was computed for those whom the filter saw.
    let ofBasis = program.basis.expression.map { after.namedValues(of: $0) } ?? []
    let ofFilter = program.filter.map { before.namedValues(of: $0) } ?? []
    let values = Set(ofBasis + ofFilter).sorted().map { number in
      term(of: program.values[number], row, ofBasis.contains(number) ? after : before)
    }
    guard let expression = program.basis.expression else {
      return Calculation(values: values, terms: [], result: nil)
    }
    // A computed amount is rounded to its token's decimals around what the plan says.
    var written = expression
    if case .computedAmounts = program.basis, case .rounded(let inner, _) = expression.operation {
      written = inner
    }
    let terms = terms(of: written).map { term in
      let value = after.text(of: term.part, row)
      return Calculation.Term(
        text: (term.isSubtracted ? "- " : "") + term.part.text, value: value)
    }
    return Calculation(
      values: values, terms: terms,
      result: Calculation.Term(
        text: written.text, value: after.text(of: expression, row)))
  }

  /// The parts of the sum, or else the factors of the product, that an expression is.
  private static func terms(of expression: Expression) -> [(part: Expression, isSubtracted: Bool)] {
    func summands(_ part: Expression, _ isSubtracted: Bool) -> [(Expression, Bool)] {
      switch part.operation {
      case .arithmetic(.add, let left, let right):
        summands(left, isSubtracted) + summands(right, isSubtracted)
      case .arithmetic(.subtract, let left, let right):
        summands(left, isSubtracted) + summands(right, !isSubtracted)
      default: [(part, isSubtracted)]
      }
    }
    func factors(_ part: Expression) -> [Expression] {
      if case .arithmetic(.multiply, let left, let right) = part.operation {
        return factors(left) + factors(right)
      }
      return [part]
    }
    let summands = summands(expression, false)
    if summands.count > 1 { return summands }
    let factors = factors(expression)
    return factors.count > 1 ? factors.map { ($0, false) } : []
  }
}

/// What a bundle says of an account's match, where it takes more than the account's own rows.
private struct KnownMatch {
  let value: UInt256
  /// Where it is not known from those rows whose contributions count.
  let given: MatchExplanation?

  /// nil where it is not said.
  init?(_ outcome: ProgramOutcome, isFiltered: Bool) {
    // Who is matched with nothing has no match.
    value = outcome.standing(Standings.match) ?? .zero
    guard isFiltered else {
      given = nil
      return
    }
    guard let donors = outcome.standing(Standings.donors)?.asInt,
      let contributed = outcome.standing(Standings.contributed)
    else { return nil }
    given = MatchExplanation(
      donors: donors, contributed: contributed, matched: value >> Matching.fractionBits)
  }
}

extension ProgramOutcome {
  /// What the one account that the outcome is about came to among the others.
  fileprivate func standing(_ text: String) -> UInt256? {
    totals.first { $0.text == text }?.value.magnitude
  }
}

extension Program {
  fileprivate func excludes(_ account: Address) -> Bool {
    exclude.contains { $0.account == account }
  }
}

extension MatchExplanation {
  fileprivate init(_ amounts: [UInt256], _ match: UInt256) {
    self.init(
      donors: amounts.count, contributed: amounts.reduce(.zero, &+),
      matched: match >> Matching.fractionBits)
  }
}

extension ExpressionEvaluator {
  /// Whether a condition holds for a row; nil where it has no value.
  func truth(of condition: Expression, _ row: Int) -> Bool? {
    let block = evaluate(condition, over: [row][...])
    return block.faults.isEmpty ? block.truths[0] : nil
  }

  /// What an expression comes to for a row; nil where it has no value.
  func number(of expression: Expression, _ row: Int) -> DecimalNumber? {
    let block = evaluate(expression, over: [row][...])
    guard block.faults.isEmpty else { return nil }
    return block.number(at: 0).number(scale: expression.scale)
  }

  /// What an expression comes to for a row, as text; nil where it has no value.
  func text(of expression: Expression, _ row: Int) -> String? {
    expression.kind == .truth
      ? truth(of: expression, row).map { "\($0)" } : number(of: expression, row)?.shortest
  }
}
