import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Reporting

/// The record of an explanation: `docs/reference/json-output.md`, `sluice.explain.v1`.
enum ExplanationJSON {
  static func campaign(_ campaign: CampaignExplanation) -> JSON {
    var members = [
      member("name", campaign.campaign), member("token", campaign.token.name),
      member("symbol", campaign.token.symbol), member("decimals", campaign.token.decimals),
      member("entitlement", campaign.entitlement), member("before", campaign.before),
      JSON.Member(key: "proven", value: .bool(campaign.isProven)),
      member("programs", campaign.programs.map { program($0, campaign.token) }),
    ]
    if !campaign.passedOn.isEmpty {
      members.append(member("passedOn", campaign.passedOn.map(step)))
    }
    if !campaign.received.isEmpty {
      let received = campaign.received.map {
        JSON.object([member("account", $0.account.checksummed), member("amount", $0.amount)])
      }
      members.append(member("received", received))
    }
    return .object(members)
  }

  private static func step(_ step: RedirectTable.Step) -> JSON {
    var members = [
      member("account", step.account.checksummed), member("to", step.target.checksummed),
    ]
    switch step.redirect {
    case .account(_, _, let reason): members.append(member("reason", reason))
    case .rows(let source, _): members.append(member("source", source))
    }
    return .object(members)
  }

  private static func program(_ program: ProgramExplanation, _ token: Token) -> JSON {
    var members = [
      member("name", program.program), member("kind", program.kind.rawValue),
      member("epoch", Int(program.epoch.number)), member("budget", program.budget),
    ]
    members += decision(program)
    members.append(member("says", ExplanationText.sentence(program, token: token)))
    members.append(member("rows", program.rows.map(row)))
    if !program.taken.isEmpty { members.append(member("taken", program.taken.map(taken))) }
    if let statement = program.statement {
      members.append(
        member(
          "statement",
          JSON.object([
            member("signer", statement.signer.checksummed), member("reason", statement.reason),
          ])))
    }
    if !program.joins.isEmpty { members.append(member("joins", program.joins.map(term))) }
    if !program.prices.isEmpty { members.append(member("prices", program.prices.map(price))) }
    if let revenue = program.revenue { members.append(member("revenue", revenue.text)) }
    if let calculation = program.calculation {
      members.append(member("calculation", self.calculation(calculation)))
    }
    if let refusal = program.refusal { members.append(member("filter", filter(refusal))) }
    if let match = program.match { members.append(member("match", self.match(match, program))) }
    if let draw = program.draw { members.append(member("draw", self.draw(draw))) }
    if !program.bounds.isEmpty { members.append(member("bounds", program.bounds.map(bound))) }
    if let shape = program.shape { members.append(member("shape", self.shape(shape))) }
    if let shareOf = program.shareOf { members.append(member("shareOf", shareOf)) }
    members.append(member("weightPlaces", program.weightPlaces))
    if let arithmetic = program.arithmetic {
      members.append(member("arithmetic", self.arithmetic(arithmetic)))
    }
    return .object(members)
  }

  private static func price(_ finding: PriceFinding) -> JSON {
    .object([
      member("name", finding.price.name), member("at", finding.price.moment.rawValue),
      member("value", finding.text(finding.value)),
      member("median", finding.text(finding.median)),
      member(
        "sources",
        finding.sources.map { source in
          JSON.object([
            member("name", source.name), member("standing", source.standing.rawValue),
            member("value", finding.text(source.value)),
          ])
        }),
    ])
  }

  private static func decision(_ program: ProgramExplanation) -> [JSON.Member] {
    switch program.decision {
    case .allocated(let amount):
      [member("decision", "allocated"), member("amount", amount)]
    case .excluded(let reason, let words):
      [
        member("decision", "excluded"), member("reason", reason.rawValue), member("words", words),
        member("passing", program.passing.map(passing) ?? .null),
      ]
    case .notInInputs: [member("decision", "not-in-inputs")]
    }
  }

  /// What would have passed, under the name of what it is.
  private static func passing(_ passing: Passing) -> JSON {
    switch passing {
    case .condition(let text, let number):
      .object([member("condition", text), member("number", number)])
    case .weight(let weight): .object([member("weight", weight)])
    case .amount(let amount): .object([member("amount", amount)])
    }
  }

  private static func row(_ row: ProgramExplanation.Row) -> JSON {
    .object([
      member("file", row.file),
      JSON.Member(key: "line", value: row.line.map { .integer(Int($0)) } ?? .null),
      member("column", row.column), member("value", row.isHidden ? nil : row.text),
      member("token", row.token?.name),
      JSON.Member(key: "decimals", value: row.token.map { .integer($0.decimals) } ?? .null),
    ])
  }

  private static func taken(_ taken: ProgramExplanation.Taken) -> JSON {
    .object([
      member("file", taken.file), member("key", taken.key), member("words", taken.words),
      member("rows", taken.rows),
      JSON.Member(key: "lines", value: .array(taken.lines.map { .integer(Int($0)) })),
      JSON.Member(
        key: "counterparties",
        value: .array(taken.counterparties.map { .string($0.checksummed) })),
      member("column", taken.column?.name),
      member("amount", taken.amount?.decimal),
    ])
  }

  private static func calculation(_ calculation: Calculation) -> JSON {
    .object([
      member("values", calculation.values.map(term)),
      member("terms", calculation.terms.map(term)),
      member("result", calculation.result.map(term) ?? .null),
    ])
  }

  private static func term(_ term: Calculation.Term) -> JSON {
    var members = [member("text", term.text), member("value", term.value)]
    if !term.comparisons.isEmpty {
      members.append(member("comparisons", term.comparisons.map(comparison)))
    }
    return .object(members)
  }

  private static func comparison(_ comparison: DecidingComparison) -> JSON {
    .object([
      member("text", comparison.text), JSON.Member(key: "holds", value: .bool(comparison.holds)),
      member("needed", comparison.needed), member("left", comparison.left),
      member("right", comparison.right),
    ])
  }

  private static func filter(_ refusal: FilterExplanation) -> JSON {
    .object([
      member("filter", refusal.filter), member("condition", refusal.condition),
      member("left", refusal.left), member("right", refusal.right),
      member("comparisons", refusal.comparisons.map(comparison)),
    ])
  }

  private static func match(_ match: MatchExplanation, _ program: ProgramExplanation) -> JSON {
    let all = program.arithmetic.map { $0.totalWeight >> Matching.fractionBits }
    return .object([
      member("donors", match.donors), member("contributed", match.contributed),
      member("matched", match.matched), member("allMatched", all?.decimal),
    ])
  }

  private static func draw(_ draw: DrawExplanation) -> JSON {
    var members = [
      member("tickets", draw.tickets), member("allTickets", draw.allTickets),
      member("prizes", draw.prizes), member("seed", draw.reveal.seed.hex),
      member("beacon", draw.beacon), member("beaconValue", draw.reveal.beaconValue.hex),
    ]
    if let win = draw.win {
      members.append(
        member(
          "win",
          JSON.object([
            member("prize", win.prize), member("counter", UInt256(win.counter)),
            member("number", win.number.bytes32.hex), member("left", win.left),
            member("ticket", win.ticket), member("first", win.first),
            member("last", win.first &+ draw.tickets &- .one),
          ])))
    }
    return .object(members)
  }

  private static func bound(_ bound: ProgramExplanation.PlanBound) -> JSON {
    .object([
      member("key", bound.key.rawValue), member("text", bound.text),
      JSON.Member(key: "line", value: bound.line.map { .integer($0) } ?? .null),
    ])
  }

  private static func shape(_ shape: ProgramExplanation.Shape) -> JSON {
    let cluster = shape.cluster.map {
      JSON.object([
        member("weight", $0.weight), member("units", $0.units),
        member("amount", $0.units &* shape.unit),
      ])
    }
    return .object([
      member("holding", shape.holding.rawValue), member("cap", shape.cap?.decimal),
      member("floor", shape.floor?.decimal), member("unit", shape.unit),
      member("cluster", cluster ?? .null),
    ])
  }

  private static func arithmetic(_ arithmetic: ProgramExplanation.Arithmetic) -> JSON {
    .object([
      member("budget", arithmetic.budget), member("weight", arithmetic.weight),
      member("totalWeight", arithmetic.totalWeight), member("quotient", arithmetic.quotient),
      member("remainder", arithmetic.remainder), member("rounding", arithmetic.rule.rawValue),
      member("roundedUp", arithmetic.roundedUp), member("roundedDown", arithmetic.roundedDown),
    ])
  }

  static func vault(_ vault: Explanation.Vault) -> JSON {
    .object([
      member("source", vault.source), member("deposits", vault.through.deposits),
      member("shares", vault.through.shares),
    ])
  }

  // MARK: Intervals

  static func held(_ held: HeldOverTime) -> JSON {
    let intervals = held.intervals.map { interval in
      JSON.object(
        times(interval.start, interval.end) + [member("balance", interval.balance)]
          + (interval.inVault.map { [member("inVault", $0)] } ?? []) + [
            member("total", interval.total), member("earned", interval.earned),
            member("part", Int(interval.part)), member("amount", interval.amount?.decimal),
          ])
    }
    return .object([
      member("program", held.program), member("source", held.source),
      member("rule", held.rule?.rawValue),
      member("reads", held.reads.map { .string($0.rawValue) }), member("intervals", intervals),
    ])
  }

  static func ranges(_ ranges: RangesOverTime) -> JSON {
    let parts = ranges.parts.map { part in
      JSON.object([
        member("measure", part.measure.rawValue), member("text", part.text),
        member("weight", part.weight), member("amount", part.amount),
      ])
    }
    let intervals = ranges.intervals.enumerated().map { place, interval in
      let earned = zip(ranges.measures, interval.earned).map { measure, value in
        member(
          measure.rawValue, DecimalNumber(value, scale: measure.column.places ?? 0).shortest)
      }
      let amount = place < ranges.amounts.count ? ranges.amounts[place].decimal : nil
      let outOfRange = interval.outOfRange.map {
        JSON.object(times(Timestamp($0.lowerBound), Timestamp($0.upperBound)))
      }
      return JSON.object(
        times(interval.start, interval.end) + [
          member("lower", Int(interval.position.lower)),
          member("upper", Int(interval.position.upper)), member("liquidity", interval.liquidity),
          member("inRange", Int(interval.secondsInRange)), member("outOfRange", outOfRange),
          member("total", interval.total), member("earned", .object(earned)),
          member("amount", amount),
        ])
    }
    return .object([
      member("program", ranges.program), member("source", ranges.source),
      member("parts", parts), member("intervals", intervals),
    ])
  }

  private static func times(_ start: Timestamp, _ end: Timestamp) -> [JSON.Member] {
    [member("start", Int(start.seconds)), member("end", Int(end.seconds))]
  }

  // MARK: Members

  private static func member(_ key: String, _ value: String?) -> JSON.Member {
    JSON.Member(key: key, value: value.map { .string($0) } ?? .null)
  }

  private static func member(_ key: String, _ value: UInt256) -> JSON.Member {
    JSON.Member(key: key, value: .string(value.decimal))
  }

  private static func member(_ key: String, _ value: Int) -> JSON.Member {
    JSON.Member(key: key, value: .integer(value))
  }

  private static func member(_ key: String, _ value: [JSON]) -> JSON.Member {
    JSON.Member(key: key, value: .array(value))
  }

  private static func member(_ key: String, _ value: JSON) -> JSON.Member {
    JSON.Member(key: key, value: value)
  }
}
