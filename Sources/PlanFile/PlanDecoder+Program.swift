import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  mutating func decodeProgram(
    _ node: PlanNode, path: String, _ context: PlanContext
  ) -> Named<Program>? {
    guard let fields = fields(node, PlanSchema.program, path: path) else { return nil }
    let name = name(fields, "name")
    let kind = choice(fields, "kind", Program.Kind.self)
    let group = text(fields, "group")
    let insiders = flag(fields, "insiders")
    let campaignName = reference(
      fields, "campaign", to: context.campaigns.names, .unknownCampaign, "campaign")
    let rounding = choice(fields, "rounding", RoundingRule.self)
    let unallocated = choice(fields, "unallocated", Program.Unallocated.self)
    let exclude = decodeExclusions(fields)
    guard let campaign = context.campaigns.values.first(where: { $0.name == campaignName }),
      let token = context.token(of: campaign)
    else { return nil }
    let isRevenue = kind == .fees && statesRevenue(fields)
    let budget = isRevenue ? nil : decodeBudget(fields, token: token)
    let revenue = isRevenue ? decodeRevenue(fields, token: token, sources: context.sources) : nil
    let recipients = decodeRecipients(
      fields, name: name ?? "", kind: kind, token: token, budget: budget, context)
    let raffle = decodeRaffle(fields, token: token, budget: budget)
    let emission = decodeEmission(fields, token: token, budget: budget, context)
    guard let name, let kind, let total = revenue == nil ? budget : .zero,
      let (list, basis, shaping, values, filter) = recipients
    else { return nil }
    if kind != .premine {
      refuse(["group"], in: fields, "Groups are of programs of kind premine.")
    }
    checkCombination(fields, kind, basis)
    let splitsTime = context.splitsTime(list, basis)
    if splitsTime {
      refuse(
        ["exclude", "filter"], in: fields,
        "Time is split before: who is shut out here would have lowered the others' shares. Write "
          + "`exclude` in the source, or split by `held`.")
    }
    let shareOf = decodeShareOf(fields, rounding, token: token, splitsTime: splitsTime)
    if emission != nil, campaign.vesting.shape != .immediate {
      refuse(
        ["emission"], in: fields,
        "The campaign \(campaign.name) vests one cohort: what comes in later epochs would start "
          + "in the middle of its schedule. Pay it from a campaign without vesting.")
    }
    if revenue != nil, campaign.vesting.shape != .immediate {
      report(
        .keyNotApplicable, at: fields.place(of: "campaign"), path: fields.path(of: "campaign"),
        found: "the campaign \(campaign.name), which vests", expected: "one without vesting",
        advice: "It vests one cohort: what comes in later epochs would start in the middle.")
    }
    checkInline(list, budget: total, token: token, fields)
    return Named(
      name: name, path: path,
      value: Program(
        name: name, kind: kind, group: group, insiders: insiders ?? false,
        campaign: campaign.name, budget: total, revenue: revenue, recipients: list, basis: basis,
        values: values,
        filter: filter, rounding: rounding ?? .largestRemainder, shareOf: shareOf,
        shaping: shaping, unallocated: unallocated ?? .refuse, emission: emission, exclude: exclude,
        raffle: raffle))
  }

  // MARK: Budget

  /// What is split, where the budget only says what the amounts may come to.
  private mutating func decodeShareOf(
    _ fields: Fields, _ rounding: RoundingRule?, token: Token, splitsTime: Bool
  ) -> Amount? {
    let shareOf = amount(fields, "share_of", decimals: token.decimals)
    if splitsTime, rounding?.mayExceed == true {
      refuse(
        ["rounding"], in: fields,
        "Shares of time split what is due of the budget, and never exceed it.")
    } else if rounding?.mayExceed != true {
      refuse(
        ["share_of"], in: fields,
        "It is for roundings that may give more than they split: half-up and ieee754-….")
    } else if let shareOf, shareOf == .zero {
      report(
        .zeroAmount, at: fields.place(of: "share_of"), path: fields.path(of: "share_of"),
        found: "0", expected: "an amount above 0",
        advice: "Leave the key out to split the budget.")
    }
    return shareOf
  }

  /// Whole tokens, or a percentage of the supply that is a whole number of base units.
  private mutating func decodeBudget(_ fields: Fields, token: Token) -> Amount? {
    let budget = value(fields, "budget") { text throws(ScalarFault) in
      guard text.hasSuffix("%") else {
        return Amount(try ScalarParsing.amount(text, decimals: token.decimals))
      }
      let share = try ScalarParsing.percentage(text)
      guard let supply = token.supply else {
        throw ScalarFault(
          kind: .noSupply, expected: "an amount of whole tokens",
          advice: "A percentage needs `supply` in the token \(token.name).")
      }
      return try PlanDecoder.part(share, of: supply)
    }
    if let budget, budget == .zero {
      report(
        .zeroAmount, at: fields.place(of: "budget"), path: fields.path(of: "budget"), found: "0",
        expected: "a budget above 0")
      return nil
    }
    return budget
  }

  private static func part(_ share: Share, of supply: Amount) throws(ScalarFault) -> Amount {
    let product = supply.baseUnits.multipliedFullWidth(by: UInt256(share.billionths))
    let whole = UInt256(Share.whole.billionths)
    guard let division = product.quotientAndRemainder(dividingBy: whole),
      division.remainder.isZero
    else {
      throw ScalarFault(
        kind: .budgetNotWhole, expected: "a percentage that is a whole number of base units",
        advice: "Write the budget as an amount.")
    }
    return Amount(division.quotient.low)
  }

  // MARK: Recipients

  private mutating func decodeRecipients(
    _ fields: Fields, name: String, kind: Program.Kind?, token: Token, budget: Amount?,
    _ context: PlanContext
  ) -> ProgramRule? {
    if fields.has("recipients") {
      if fields.has("from") {
        report(
          .conflictingKeys, at: fields.place(of: "from"), path: fields.path(of: "from"),
          found: "both `from` and `recipients`", expected: "one of them",
          advice: "`from` names a source; `recipients` lists accounts and amounts here.")
        return nil
      }
      refuse(
        [
          "amount", "weight", "filter", "values", "cap", "rate", "apr", "cap_per", "floor",
          "below_floor", "unit",
        ], in: fields,
        "Recipients written into the plan carry their amounts themselves.")
      return decodeInline(fields, token: token).map {
        (.inline($0), .givenAmounts(column: nil), .none, [], nil)
      }
    }
    guard fields.has("from") else {
      report(
        .missingAlternative, at: fields.place, path: fields.path,
        found: "neither `from` nor `recipients`", expected: "one of them",
        advice: "`from` names a source; `recipients` lists accounts and amounts here.")
      return nil
    }
    let from = reference(fields, "from", to: context.sources.names, .unknownSource, "source")
    guard let source = context.sources.values.first(where: { $0.name == from }),
      checkFrom(fields, kind, source)
    else { return nil }
    var scope = ExpressionScope(names: context.names(of: source, for: name))
    let areValuesRight = decodeValues(fields, &scope)
    let filter = fields.has("filter") ? condition(fields, "filter", &scope) : nil
    let basis = decodeBasis(fields, kind: kind, source: source, token: token, &scope)
    let shaping = decodeShaping(
      fields, source: source, token: token, budget: budget,
      hasClusters: context.declaresClusters, &scope)
    guard let basis, let shaping, areValuesRight, (filter == nil) != fields.has("filter") else {
      return nil
    }
    if kind == .grants, shaping.capExpression != nil {
      refuse(["cap"], in: fields, "A round of grants has one cap, an amount or a percentage.")
    }
    noteUnused(
      scope.names.values, fields,
      [filter, basis.expression, shaping.capExpression].compactMap { $0 })
    return (.source(source.name), basis, shaping, scope.names.values, filter)
  }

  private mutating func decodeBasis(
    _ fields: Fields, kind: Program.Kind?, source: SourceDeclaration, token: Token,
    _ scope: inout ExpressionScope
  ) -> Program.Basis? {
    if kind == .grants { return decodeMatching(fields, source: source, token: token, &scope) }
    switch (fields.has("amount"), fields.has("weight")) {
    case (true, true):
      report(
        .conflictingKeys, at: fields.place(of: "weight"), path: fields.path(of: "weight"),
        found: "both `amount` and `weight`", expected: "one of them",
        advice: "Amounts are given as they are; weights split the budget.")
      return nil
    case (false, false) where kind == .raffle:
      return .computedWeights(oneTicket(fields, &scope))
    case (false, false):
      report(
        .missingAlternative, at: fields.place, path: fields.path,
        found: "neither `amount` nor `weight`", expected: "one of them",
        advice: "`amount` names the column with what each gets, `weight` the one to split by.")
      return nil
    case (true, false):
      guard isColumn(fields, "amount", scope) else {
        return amountExpression(fields, "amount", token: token, &scope).map {
          .computedAmounts($0)
        }
      }
      guard let column = column(fields, "amount", of: source) else { return nil }
      guard case .amount(token.name, _, _) = column.kind else {
        reportColumnType(fields, "amount", column, "an amount of \(token.name)")
        return nil
      }
      return .givenAmounts(column: column.name)
    case (false, true):
      guard isColumn(fields, "weight", scope) else {
        return number(fields, "weight", &scope).map { .computedWeights($0) }
      }
      guard let column = column(fields, "weight", of: source) else { return nil }
      guard column.places != nil || (column.kind == .share && kind != .raffle) else {
        reportColumnType(fields, "weight", column, "numbers")
        return nil
      }
      return .weights(column: column.name)
    }
  }

  /// False where a program cannot be of this source, which is reported.
  private mutating func checkFrom(
    _ fields: Fields, _ kind: Program.Kind?, _ source: SourceDeclaration
  ) -> Bool {
    let (place, path) = (fields.place(of: "from"), fields.path(of: "from"))
    if !source.isAboutAccounts {
      reportWithoutAccounts(source, at: place, path: path)
      return false
    }
    guard let kind, kind.isOverTime, source.series == nil else { return true }
    report(
      .sourceWithoutBalances, at: place, path: path, found: "the source '\(source.name)' of rows",
      expected: "a source of balances over time, for a program of kind \(kind.rawValue)",
      advice: "A source has them by `positions`, `balance` or `look_through`.")
    return false
  }

  mutating func column(
    _ fields: Fields, _ key: String, of source: SourceDeclaration
  ) -> ColumnDeclaration? {
    let name = reference(
      fields, key, to: source.columns.map(\.name), .unknownColumn, "column of \(source.name)")
    return source.columns.first { $0.name == name }
  }

  mutating func reportColumnType(
    _ fields: Fields, _ key: String, _ column: ColumnDeclaration, _ expected: String
  ) {
    let advice =
      column.kind == .share
      ? "Shares of time only split a budget, as `weight: share` alone. Elsewhere use `held`, "
        + "balance times seconds, or `average` of the same source."
      : "Declare the column's `type` and `token` in its source."
    report(
      .wrongColumnType, at: fields.place(of: key), path: fields.path(of: key),
      found: "the column '\(column.name)' of \(column.kind.title)", expected: expected,
      advice: advice)
  }

  private mutating func decodeInline(_ fields: Fields, token: Token) -> [InlineRecipient]? {
    guard let entries = list(fields, "recipients") else { return nil }
    var recipients: [InlineRecipient] = []
    var paths: [(account: Address, path: String)] = []
    for entry in entries {
      guard let part = self.fields(entry.node, PlanSchema.recipient, path: entry.path) else {
        continue
      }
      let account = address(part, "account")
      let amount = amount(part, "amount", decimals: token.decimals)
      let label = text(part, "label")
      guard let account, let amount else { continue }
      if amount == .zero {
        report(
          .zeroAmount, at: part.place(of: "amount"), path: part.path(of: "amount"), found: "0",
          expected: "an amount above 0", advice: "Leave the recipient out.")
        continue
      }
      recipients.append(InlineRecipient(account: account, amount: amount, label: label))
      paths.append((account, entry.path))
    }
    refuseDuplicateAccounts(paths)
    return recipients.count == entries.count ? recipients : nil
  }

  /// Amounts that stand in the plan must add up to the budget, unless the rest may be carried.
  private mutating func checkInline(
    _ recipients: Program.Recipients, budget: Amount, token: Token, _ fields: Fields
  ) {
    guard case .inline(let list) = recipients, !fields.has("exclude") else { return }
    var sum: UInt256? = .zero
    for recipient in list { sum = sum?.adding(recipient.amount.baseUnits) }
    let mayLeave =
      fields["unallocated"].map { if case .scalar("carry", _) = $0 { true } else { false } }
      ?? false
    let fits = sum.map { mayLeave ? $0 <= budget.baseUnits : $0 == budget.baseUnits } ?? false
    guard !fits else { return }
    report(
      .amountsNotBudget, at: fields.place(of: "recipients"), path: fields.path(of: "recipients"),
      found: sum.map { "\(ScalarText.amount($0, decimals: token.decimals)) together" }
        ?? "2^256 base units or more together",
      expected: "\(mayLeave ? "at most the" : "the") budget, "
        + ScalarText.amount(budget.baseUnits, decimals: token.decimals),
      advice: mayLeave
        ? "Raise the budget, or lower an amount."
        : "Change the budget or an amount; `unallocated: carry` keeps what is left of a budget.")
  }

  private mutating func checkCombination(
    _ fields: Fields, _ kind: Program.Kind, _ basis: Program.Basis
  ) {
    if kind == .raffle {
      refuse(
        [
          "recipients", "amount", "rounding", "unallocated", "emission", "cap", "rate", "apr",
          "cap_per", "floor", "below_floor", "unit",
        ], in: fields,
        "A raffle gives its prizes once, to accounts of a source.")
      require(["raffle"], in: fields, "It says how winners are drawn.")
      refuse(Self.grantsKeys, in: fields, "Only a program of kind grants matches contributions.")
      return
    }
    refuse(["raffle"], in: fields, "Only a program of kind raffle draws winners.")
    if kind == .grants {
      refuse(
        ["recipients", "amount", "weight", "unallocated", "share_of"], in: fields,
        "Grants are split by matches of the contributions of a source.")
      return
    }
    refuse(Self.grantsKeys, in: fields, "Only a program of kind grants matches contributions.")
    if kind.isOverTime {
      refuse(
        ["recipients"], in: fields,
        "A program of kind \(kind.rawValue) pays for balances over time: `from` names them.")
    }
    if basis.isGiven {
      refuse(
        ["rounding", "emission", "cap", "rate", "apr", "cap_per", "unit"], in: fields,
        "Given amounts are paid as they are; only weights are split and spread over epochs.")
    } else {
      refuse(
        ["unallocated"], in: fields, "What a rounding rule leaves of weights is always carried.")
    }
  }

  mutating func decodeExclusions(_ fields: Fields) -> [PlannedExclusion] {
    var exclusions: [PlannedExclusion] = []
    var paths: [(account: Address, path: String)] = []
    for entry in list(fields, "exclude") ?? [] {
      guard let part = self.fields(entry.node, PlanSchema.exclusion, path: entry.path) else {
        continue
      }
      let account = address(part, "account")
      let reason = text(part, "reason")
      guard let account, let reason else { continue }
      exclusions.append(PlannedExclusion(account: account, reason: reason))
      paths.append((account, entry.path))
    }
    refuseDuplicateAccounts(paths)
    return exclusions
  }

  // MARK: Emission

  private mutating func decodeEmission(
    _ fields: Fields, token: Token, budget: Amount?, _ context: PlanContext
  ) -> Emission? {
    guard let node = fields["emission"],
      let part = self.fields(node, PlanSchema.emission, path: fields.path(of: "emission")),
      let shape = word(
        part, "shape", among: ["constant", "linear-decay", "exponential-decay", "table"])
    else { return nil }
    if !context.declaresEpochs {
      report(
        .emissionWithoutEpochs, at: node.place, path: part.path, found: "no `epochs` in the plan",
        expected: "a schedule of epochs",
        advice: "Add `epochs: {start: 2027-01-01, length: 7d, count: 52}` to the plan.")
    }
    if shape != "exponential-decay" {
      refuse(["half_life"], in: part, "Only exponential-decay has a half-life.")
    } else {
      require(["half_life"], in: part, "The number of epochs in which the rate halves.")
    }
    if shape != "table" {
      refuse(["amounts"], in: part, "Only a table lists amounts.")
    } else {
      require(["amounts"], in: part, "One amount per epoch.")
    }
    switch shape {
    case "constant": return .constant
    case "linear-decay": return .linearDecay
    case "exponential-decay":
      return integer(part, "half_life", in: PlanSchema.emission).map {
        .exponentialDecay(halfLife: UInt32($0))
      }
    default: return decodeTable(part, token: token, budget: budget, epochs: context.epochs)
    }
  }

  private mutating func decodeTable(
    _ fields: Fields, token: Token, budget: Amount?, epochs: EpochSchedule?
  ) -> Emission? {
    guard let entries = list(fields, "amounts") else { return nil }
    var amounts: [Amount] = []
    for entry in entries {
      if let amount = amount(entry.node, path: entry.path, decimals: token.decimals) {
        amounts.append(amount)
      }
    }
    guard amounts.count == entries.count else { return nil }
    let path = fields.path(of: "amounts")
    if let epochs, amounts.count != Int(epochs.count) {
      report(
        .tableWrongLength, at: fields.place(of: "amounts"), path: path,
        found: amounts.count.counted("amount"), expected: "\(epochs.count), one per epoch",
        advice: "Add or remove amounts, 0 for an epoch without emission, or change `epochs.count`.")
    }
    var sum: UInt256? = .zero
    for amount in amounts { sum = sum?.adding(amount.baseUnits) }
    if let budget, sum != budget.baseUnits {
      report(
        .tableNotBudget, at: fields.place(of: "amounts"), path: path,
        found: sum.map { "\(ScalarText.amount($0, decimals: token.decimals)) together" }
          ?? "2^256 base units or more",
        expected: "the budget, \(ScalarText.amount(budget.baseUnits, decimals: token.decimals))",
        advice: "Change the budget or an amount: nothing is left over, and nothing is scaled.")
    }
    return .table(amounts)
  }

  // MARK: The whole

  /// What only shows when everything is there.
  mutating func checkWhole(_ plan: Plan) {
    checkSupplies(plan)
    checkEmissions(plan)
    checkStatements(plan)
    checkPrivateColumns(plan)
    checkIdentities(plan)
    checkLookups(plan)
    checkActions(plan)
    checkEpochs(plan)
    checkWindows(plan)
    checkReceived(plan)
    checkFixedWindows(plan)
    for (index, source) in plan.sources.enumerated()
    where plan.clusters?.source != source.name
      && !plan.redirects.contains(where: { $0.source == source.name })
      && !plan.sources.contains(where: { $0.reads(source.name) })
      && !plan.programs.contains(where: { $0.sources.contains(source.name) })
      && !plan.prices.contains(where: { $0.sources.contains(source.name) })
    {
      note(at: positions["sources[\(index)].name"] ?? .start, "source \(source.name) is not used")
    }
    for (index, campaign) in plan.campaigns.enumerated()
    where !plan.programs.contains(where: { $0.campaign == campaign.name }) {
      note(
        at: positions["campaigns[\(index)].name"] ?? .start,
        "campaign \(campaign.name) pays no program")
    }
    noteSchedules(plan)
    noteSplitting(plan)
    noteUnusedPrices(plan)
  }

  /// What helps whoever splits an account needs somebody to say which accounts are one holder's.
  private mutating func noteSplitting(_ plan: Plan) {
    for (index, program) in plan.programs.enumerated() {
      for text in splitting(program, hasClusters: plan.clusters != nil) {
        note(at: positions["programs[\(index)].name"] ?? .start, "program \(program.name): \(text)")
      }
    }
  }

  private func splitting(_ program: Program, hasClusters: Bool) -> [String] {
    var texts: [String] = []
    let expressions =
      [program.basis.expression].compactMap { $0 } + program.values.map(\.expression)
    if !hasClusters, expressions.contains(where: \.takesRoots) {
      texts.append(
        "a square root or logarithm gives more to who splits an account, and the plan declares "
          + "no `clusters`")
    }
    if case .bound? = program.shaping.cap, program.shaping.holder == .account {
      texts.append(
        "a cap per account is passed by who splits an account: "
          + (hasClusters
            ? "write `cap_per: cluster`" : "declare `clusters`, and write `cap_per: cluster`"))
    }
    if program.basis.matching?.method == .quadratic {
      texts.append(
        "quadratic matching gives more to who gives from several accounts: write "
          + "`match: pairwise`, or take contributions of donors whose identity was checked")
    }
    return texts
  }

  private mutating func checkEmissions(_ plan: Plan) {
    let programs = plan.programs.count(where: \.isRecurring)
    let epochs = Int(plan.epochs?.count ?? 0)
    guard epochs * programs > limits.emissions else { return }
    report(
      .tooManyValues, at: positions["epochs.count"] ?? .start, path: "epochs.count",
      found: "\(epochs.counted("epoch")) of \(programs.counted("program"))",
      expected: "at most \(limits.emissions) together",
      advice: "Take longer epochs, or plan fewer of them and amend the plan later.")
  }

  /// Another contract may pay any terms; Sluice's Distributor refuses some in `create`.
  private mutating func noteSchedules(_ plan: Plan) {
    for (index, campaign) in plan.campaigns.enumerated() where campaign.deployment != nil {
      let path = "campaigns[\(index)]"
      func refused(_ key: String, _ reason: String, _ advice: String) {
        note(
          at: positions["\(path).\(key)"] ?? positions["\(path).name"] ?? .start,
          "campaign \(campaign.name): `create` of Sluice's Distributor fails with "
            + "\"\(reason)\": \(advice)")
      }
      switch campaign.vesting.shape {
      case .immediate, .linear, .steps: break
      case .tranches, .exponential:
        refused(
          "vesting", "unknown shape",
          "it takes the shapes immediate, linear and steps; pay this one from escrows of Vesting, "
            + "or from a contract of your own")
      }
      if campaign.terms.window > CampaignTerms.longestWindowOnChain {
        refused("terms.window", "window too long", "it takes at most 30d")
      }
    }
  }

  private mutating func checkSupplies(_ plan: Plan) {
    let tokens = Dictionary(uniqueKeysWithValues: plan.campaigns.map { ($0.name, $0.token) })
    let budgets = Dictionary(grouping: plan.programs) { tokens[$0.campaign] ?? "" }
    for (index, token) in plan.tokens.enumerated() {
      var sum: UInt256? = .zero
      for program in budgets[token.name] ?? [] { sum = sum?.adding(program.budget.baseUnits) }
      let limit = token.supply?.baseUnits ?? .max
      guard sum.map({ $0 > limit }) ?? true else { continue }
      let place = "tokens[\(index)]"
      report(
        .budgetsOverSupply,
        at: positions["\(place).supply"] ?? positions["\(place).name"] ?? .start,
        path: "\(place).supply",
        found: sum.map { "budgets of \(ScalarText.amount($0, decimals: token.decimals))" }
          ?? "budgets of 2^256 base units or more",
        expected: "at most \(ScalarText.amount(limit, decimals: token.decimals)), the supply",
        advice: "Lower budgets of programs that pay \(token.name).")
    }
  }

  /// Two campaigns with the same identity would share leaves and funds.
  private mutating func checkIdentities(_ plan: Plan) {
    for (index, campaign) in plan.campaigns.enumerated() {
      guard let deployment = campaign.deployment else { continue }
      let twin = plan.campaigns[..<index].first {
        $0.deployment == deployment && $0.terms == campaign.terms && $0.vesting == campaign.vesting
      }
      guard let twin else { continue }
      let path = "campaigns[\(index)].deployment"
      report(
        .duplicateDeployment, at: positions[path] ?? .start, path: path,
        found: "the deployment of \(twin.name)", expected: "a deployment of its own",
        advice: "Give it another salt.")
    }
  }
}
