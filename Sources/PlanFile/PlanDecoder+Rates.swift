import DistributionModel
import EthereumPrimitives

/// Fixed rates and yields, which are caps by the balance that was held.
extension PlanDecoder {
  /// The seconds of a year of 365 days.
  private static let year = 31_536_000

  /// The keys that stand in the place of `cap`.
  static let rateKeys = ["rate", "apr"]

  /// A cap that is written as a rate.
  mutating func decodeRate(
    _ fields: Fields, _ key: String, source: SourceDeclaration, token: Token,
    _ scope: inout ExpressionScope
  ) -> Shaping.Cap? {
    let keys = (["cap"] + Self.rateKeys).filter(fields.has)
    guard keys.count == 1 else {
      report(
        .conflictingKeys, at: fields.place(of: keys[1]), path: fields.path(of: keys[1]),
        found: "both `\(keys[0])` and `\(keys[1])`", expected: "one of them",
        advice: "A rate is a cap: what each receives at the most.")
      return nil
    }
    guard let held = source.columns.first(where: { $0.name == Series.Measure.held.rawValue }),
      source.series != nil
    else {
      report(
        .rateWithoutBalances, at: fields.place(of: key), path: fields.path(of: key),
        found: "the source '\(source.name)' without the measure `held`",
        expected: "a source of balances over time that has it",
        advice: "Add `held` to its `columns`: a rate is paid for balances times seconds.")
      return nil
    }
    guard source.window == .epoch || !(fields.has("emission") || statesRevenue(fields)) else {
      report(
        .rateOverWindow, at: fields.place(of: key), path: fields.path(of: key),
        found: "the source '\(source.name)' with another `window` than the epoch",
        expected: "balances over the seconds of the epoch, where a program pays in every epoch",
        advice: "Leave `window` out: seconds of several epochs would be paid several times.")
      return nil
    }
    let text = key == "rate" ? rate(fields, token) : yield(fields, of: held, token)
    return text.flatMap { amountExpression(fields, key, meaning: $0, token: token, &scope) }
      .map { .computed($0) }
  }

  /// So many tokens per time and balance: held · amount / (for · per).
  private mutating func rate(_ fields: Fields, _ token: Token) -> String? {
    guard let node = fields["rate"],
      let part = self.fields(node, PlanSchema.rate, path: fields.path(of: "rate"))
    else { return nil }
    let per = value(part, "per") { text throws(ScalarFault) in
      let seconds = try ScalarParsing.duration(text)
      guard seconds > 0 else {
        throw ScalarFault(kind: .malformedDuration, expected: "a duration above zero")
      }
      return seconds
    }
    let amount = positive(part, "amount")
    let whole = part.has("for") ? positive(part, "for") : DecimalNumber(.one)
    guard let per, let amount, let whole else { return nil }
    return Self.rate("\(amount)", over: "\(whole) * \(per)", token)
  }

  /// So many percent in a year: of the balance, or of what it is worth.
  private mutating func yield(
    _ fields: Fields, of held: ColumnDeclaration, _ token: Token
  ) -> String? {
    var (part, key) = (fields, "apr")
    var prices: (held: String?, paid: String?)
    if case .mapping? = fields["apr"], let node = fields["apr"] {
      guard let inner = self.fields(node, PlanSchema.yield, path: fields.path(of: "apr")) else {
        return nil
      }
      (part, key) = (inner, "part")
      prices = (name(inner, "price"), name(inner, "reward_price"))
      guard (prices.held == nil) != inner.has("price"),
        (prices.paid == nil) != inner.has("reward_price")
      else { return nil }
    }
    guard let percent = percentage(part, key) else { return nil }
    if prices.held == nil, prices.paid == nil {
      guard case .amount(token.name, _, _) = held.kind else {
        report(
          .mixedUnits, at: fields.place(of: "apr"), path: fields.path(of: "apr"),
          found: "balances that are no amounts of \(token.name)",
          expected: "what is held and what is paid in one token, or a price",
          advice: "Write `apr: {part: 12%, price: …, reward_price: …}` with prices of the plan.")
        return nil
      }
    }
    // Of a percentage only whole numbers: decimal places are for balances and prices.
    let scale = UInt256.powerOfTen(percent.scale + 2) ?? .one
    func factor(_ price: String?) -> String {
      price.map { " * price(\(Expression.quoted($0)))" } ?? ""
    }
    return Self.rate(
      percent.magnitude.decimal + factor(prices.held),
      over: "\(scale.decimal) * \(Self.year)\(factor(prices.paid))", token)
  }

  private static func rate(_ amount: String, over divisor: String, _ token: Token) -> String {
    "div(number(held) * \(amount), \(divisor), \(token.decimals), down)"
  }

  /// A decimal number above 0, as it is written.
  private mutating func positive(_ fields: Fields, _ key: String) -> DecimalNumber? {
    number(fields, key) { text throws(ScalarFault) in
      let digits = try ScalarParsing.amount(text, decimals: Self.ratePlaces)
      return digits.isZero ? nil : DecimalNumber(text)
    }
  }

  /// Decimal places that a rate may have.
  private static let ratePlaces = 18

  /// A percentage above 0, of any size.
  private mutating func percentage(_ fields: Fields, _ key: String) -> DecimalNumber? {
    number(fields, key) { text throws(ScalarFault) in
      let expected = "a percentage such as 12.5%, with at most 7 decimals"
      guard text.hasSuffix("%"), text.utf8.count <= 20 else {
        throw ScalarFault(kind: .malformedPercentage, expected: expected)
      }
      let digits = String(text.dropLast())
      guard let value = try? ScalarParsing.amount(digits, decimals: 7) else {
        throw ScalarFault(kind: .malformedPercentage, expected: expected)
      }
      return value.isZero ? nil : DecimalNumber(DecimalNumber(digits)?.shortest ?? digits)
    }
  }

  private mutating func number(
    _ fields: Fields, _ key: String, _ parse: (String) throws(ScalarFault) -> DecimalNumber?
  ) -> DecimalNumber? {
    guard let number = value(fields, key, parse) else { return nil }
    guard let number else {
      report(
        .zeroAmount, at: fields.place(of: key), path: fields.path(of: key), found: "0",
        expected: "a rate above 0", advice: "Nobody would receive anything.")
      return nil
    }
    return number
  }
}
