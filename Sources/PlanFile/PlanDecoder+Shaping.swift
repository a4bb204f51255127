import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  /// Cap, floor and unit of a program; nil where one of them is wrong.
  mutating func decodeShaping(
    _ fields: Fields, source: SourceDeclaration, token: Token, budget: Amount?, hasClusters: Bool,
    _ scope: inout ExpressionScope
  ) -> Shaping? {
    let capKey = Self.rateKeys.first(where: fields.has) ?? "cap"
    let cap =
      capKey == "cap"
      ? decodeCap(fields, token: token, &scope)
      : decodeRate(fields, capKey, source: source, token: token, &scope)
    let holder = choice(fields, "cap_per", Shaping.Holder.self)
    let floor = decodeBound(fields, "floor", token: token)
    let unit = amount(fields, "unit", decimals: token.decimals)
    let belowFloor = choice(fields, "below_floor", Shaping.BelowFloor.self)
    if !fields.has("floor") {
      refuse(
        ["below_floor"], in: fields, "It says what becomes of who would get less than `floor`.")
    } else if belowFloor == .raise, fields.has("amount") {
      refuse(["below_floor"], in: fields, "Given amounts are paid as they are, or not at all.")
    }
    if case .scalar(RoundingRule.javascriptShare.rawValue, _)? = fields["rounding"] {
      refuse(
        ["cap", "rate", "apr", "cap_per", "floor", "below_floor", "unit"], in: fields,
        "Under `rounding: ieee754-javascript-share` weights are shares of the whole budget.")
    }
    let isComplete = [(capKey, cap != nil), ("floor", floor != nil), ("unit", unit != nil)]
      .allSatisfy { fields.has($0.0) == $0.1 }
    guard isComplete, belowFloor != nil || !fields.has("below_floor"),
      holder != nil || !fields.has("cap_per")
    else { return nil }
    checkHolder(fields, cap: cap, holder: holder, hasClusters: hasClusters)
    checkBounds(fields, cap: cap, floor: floor, unit: unit, token: token, budget: budget)
    return Shaping(
      cap: cap, holder: holder ?? .account, floor: floor, belowFloor: belowFloor ?? .leave,
      unit: unit ?? Shaping.none.unit)
  }

  /// What is a number or a percentage as a whole, however it is written, is one; else it is an
  /// expression.
  private mutating func decodeCap(
    _ fields: Fields, token: Token, _ scope: inout ExpressionScope
  ) -> Shaping.Cap? {
    guard case .scalar(let text, _)? = fields["cap"], Spelling.isNumber(text) else {
      return amountExpression(fields, "cap", token: token, &scope).map { .computed($0) }
    }
    return decodeBound(fields, "cap", token: token).map { .bound($0) }
  }

  /// An amount, or a percentage of the epoch's budget; above zero.
  private mutating func decodeBound(
    _ fields: Fields, _ key: String, token: Token
  ) -> Shaping.Bound? {
    let bound = value(fields, key) { text throws(ScalarFault) -> Shaping.Bound in
      guard text.hasSuffix("%") else {
        return .amount(Amount(try ScalarParsing.amount(text, decimals: token.decimals)))
      }
      return .share(try ScalarParsing.percentage(text))
    }
    guard bound != .amount(.zero), bound != .share(.none) else {
      report(
        .zeroAmount, at: fields.place(of: key), path: fields.path(of: key), found: "0",
        expected: "a \(key) above 0", advice: "Leave it out to have none.")
      return nil
    }
    return bound
  }

  private mutating func checkHolder(
    _ fields: Fields, cap: Shaping.Cap?, holder: Shaping.Holder?, hasClusters: Bool
  ) {
    if cap == nil { refuse(["cap_per"], in: fields, "It says whose `cap` it is.") }
    guard cap != nil, holder == .cluster else { return }
    if case .computed? = cap {
      refuse(["cap_per"], in: fields, "An expression gives a cap to each account.")
    } else if !hasClusters {
      report(
        .noClusters, at: fields.place(of: "cap_per"), path: fields.path(of: "cap_per"),
        found: "no `clusters` in the plan", expected: "a source that says who is one holder",
        advice: "Add `clusters: {source: identities, column: person}` to the plan.")
    }
  }

  private mutating func checkBounds(
    _ fields: Fields, cap: Shaping.Cap?, floor: Shaping.Bound?, unit: Amount?, token: Token,
    budget: Amount?
  ) {
    if unit == .zero {
      report(
        .zeroAmount, at: fields.place(of: "unit"), path: fields.path(of: "unit"), found: "0",
        expected: "a unit above 0")
    }
    let isBelow =
      switch (cap, floor) {
      case (.bound(.amount(let cap)), .amount(let floor)): cap < floor
      case (.bound(.share(let cap)), .share(let floor)): cap < floor
      default: false
      }
    if isBelow {
      report(
        .capBelowFloor, at: fields.place(of: "cap"), path: fields.path(of: "cap"),
        found: "a cap below the floor", expected: "a cap that is at least the floor",
        advice: "Raise the cap, or lower the floor.")
    }
    var amounts = [("unit", unit)]
    if case .amount(let floor)? = floor { amounts.append(("floor", floor)) }
    for case (let key, let amount?) in amounts {
      guard let budget, amount > budget else { continue }
      report(
        .moreThanBudget, at: fields.place(of: key), path: fields.path(of: key),
        found: ScalarText.amount(amount.baseUnits, decimals: token.decimals),
        expected: "at most the budget, "
          + ScalarText.amount(budget.baseUnits, decimals: token.decimals),
        advice: "Nobody could receive anything.")
    }
  }
}
