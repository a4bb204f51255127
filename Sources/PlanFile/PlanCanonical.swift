import CanonicalJSON
import DistributionModel
import EthereumPrimitives

extension Plan {
  /// The plan in its one form: everything that decides money, defaults written out, and nothing
  /// that is for people only (file names, labels, comments).
  ///
  /// Amounts are base units as strings, times and durations whole seconds, shares billionths,
  /// addresses in lower case. Two plans that mean the same give the same bytes.
  public var canonicalJSON: JSON {
    .object(canonicalMembers + canonicalAdditions)
  }

  private var canonicalMembers: [JSON.Member] {
    [
      member("version", .integer(Plan.version)),
      member("name", .string(name)),
      member("law", .integer(law)),
      member("tokens", .array(tokens.map(\.canonical))),
      member("campaigns", .array(campaigns.map(\.canonical))),
      member("sources", .array(sources.map(\.canonical))),
      member("epochs", epochs?.canonical ?? .null),
      member("programs", .array(programs.map(\.canonical))),
    ]
  }

  /// Members that stand only where the plan has the keys: other plans keep their hash.
  private var canonicalAdditions: [JSON.Member] {
    var members: [JSON.Member] = []
    if let launch { members.append(member("launch", number(launch.seconds))) }
    if let clusters {
      members.append(
        member(
          "clusters",
          .object([
            member("source", .string(clusters.source)),
            member("column", .string(clusters.column)),
          ])))
    }
    if !redirects.isEmpty {
      let ordered = redirects.sorted { $0.canonicalKey < $1.canonicalKey }
      members.append(member("redirects", .array(ordered.map(\.canonical))))
    }
    if !prices.isEmpty { members.append(member("prices", .array(prices.map(\.canonical)))) }
    if !guards.isEmpty { members.append(member("guards", .array(guards.map(\.canonical)))) }
    return members
  }

  /// Keccak-256 of the canonical form's bytes.
  public var canonicalHash: Bytes32 { Keccak256.hash(canonicalJSON.canonicalBytes()) }
}

func member(_ key: String, _ value: JSON) -> JSON.Member {
  JSON.Member(key: key, value: value)
}

func number(_ value: UInt64) -> JSON {
  value <= 1 << 53 ? .number(String(value)) : .string(String(value))
}

private func units(_ amount: Amount?) -> JSON {
  amount.map { .string($0.baseUnits.decimal) } ?? .null
}

extension ConcentrationGuard {
  fileprivate var canonical: JSON {
    .object(
      measure.canonical + [
        bound.canonical, member("per", .string(holder.rawValue)),
        member("at", moment.canonical), member("token", .string(token)),
      ])
  }
}

extension ConcentrationGuard.Measure {
  fileprivate var canonical: [JSON.Member] {
    switch self {
    case .largest: [member("measure", .string("largest"))]
    case .top(let count): [member("measure", .string("top")), member("count", .integer(count))]
    case .gini: [member("measure", .string("gini"))]
    case .herfindahl: [member("measure", .string("hhi"))]
    case .nakamoto(let share):
      [
        member("measure", .string("nakamoto")), member("threshold", number(share.billionths)),
      ]
    case .insiders: [member("measure", .string("insiders"))]
    }
  }
}

extension ConcentrationGuard.Bound {
  fileprivate var canonical: JSON.Member {
    switch self {
    case .atMost(let share): member("atMost", number(share.billionths))
    case .atLeast(let count): member("atLeast", .integer(count))
    }
  }
}

extension ConcentrationGuard.Moment {
  fileprivate var canonical: JSON {
    switch self {
    case .launch: .string("launch")
    case .time(let time): number(time.seconds)
    case .every: .string("every")
    case .fullyVested: .string("fully-vested")
    }
  }
}

extension Token {
  fileprivate var canonical: JSON {
    .object([
      member("name", .string(name)), member("symbol", .string(symbol)),
      member("decimals", .integer(decimals)), member("supply", units(supply)),
    ])
  }
}

extension Campaign {
  fileprivate var canonical: JSON {
    .object([
      member("name", .string(name)), member("token", .string(token)),
      member("vesting", vesting.canonical), member("terms", terms.canonical),
      member("deployment", deployment?.canonical ?? .null),
    ])
  }
}

extension VestingSchedule {
  fileprivate var canonical: JSON {
    var members = [
      member("start", number(start.seconds)), member("initial", number(initialUnlock.billionths)),
    ]
    switch shape {
    case .immediate:
      members.append(member("shape", .string("immediate")))
    case .linear(let cliff, let duration):
      members += [
        member("shape", .string("linear")), member("cliff", number(cliff)),
        member("duration", number(duration)),
      ]
    case .steps(let period, let count):
      members += [
        member("shape", .string("steps")), member("count", number(UInt64(count))),
        period.canonical,
      ]
    case .tranches(let tranches):
      members += [
        member("shape", .string("tranches")),
        member(
          "tranches",
          .array(
            tranches.map {
              .array([number($0.time.seconds), number($0.share.billionths)])
            })),
      ]
    case .exponential(let halfLife, let cliff, let duration):
      members += [
        member("shape", .string("exponential")), member("halfLife", number(halfLife)),
        member("cliff", number(cliff)), member("duration", number(duration)),
      ]
    }
    return .object(members)
  }
}

extension VestingSchedule.StepPeriod {
  fileprivate var canonical: JSON.Member {
    switch self {
    case .seconds(let seconds): member("everySeconds", number(seconds))
    case .months(let months): member("everyMonths", number(UInt64(months)))
    }
  }
}

extension CampaignTerms {
  fileprivate var canonical: JSON {
    .object([
      member("window", number(window)),
      member("expiry", expiry.map { number($0.seconds) } ?? .null),
      member("claims", .string(claims.rawValue)),
      member("maximumIncrease", units(maximumIncrease)),
    ])
  }
}

extension Deployment {
  fileprivate var canonical: JSON {
    .object([
      member("chain", number(chain)), member("distributor", .string(distributor.hex)),
      member("token", .string(token.hex)), member("creator", .string(creator.hex)),
      member("salt", .string(salt.hex)),
      member(
        "roles",
        .object([
          member("owner", .string(roles.owner.hex)),
          member("publisher", .string(roles.publisher.hex)),
          member("guardian", .string(roles.guardian.hex)),
        ])),
    ])
  }
}

extension SourceDeclaration {
  fileprivate var canonical: JSON {
    .object(
      [
        member("name", .string(name)), member("duplicates", .string(duplicates.rawValue)),
        member("columns", .array(columns.map(\.canonical))),
      ] + canonicalSelection + canonicalStatements + canonicalTime)
  }

  /// Members that stand only where the plan has the keys: other plans keep their hash.
  private var canonicalStatements: [JSON.Member] {
    guard let statements else { return [] }
    var members = [member("statements", .string(statements.name))]
    if let signers = statements.signers {
      members.append(member("signers", .array(signers.sorted().map { .string($0.hex) })))
    }
    return members
  }

  /// Members that stand only where the plan has the keys: other plans keep their hash.
  private var canonicalSelection: [JSON.Member] {
    var members: [JSON.Member] = []
    if let lookup {
      members.append(
        member(
          "lookup",
          .object([
            member("key", .string(accountColumn)), member("in", .string(lookup.source)),
            member("unknownKeys", .string(lookup.unknownKeys.rawValue)),
          ])))
    }
    if let key { members.append(member("key", .string(key))) }
    if !conditions.isEmpty {
      let texts = conditions.map { member($0.column, .array($0.texts.map { .string($0) })) }
      members.append(member("where", .object(texts)))
    }
    if let duplicatesBy { members.append(member("duplicatesBy", .string(duplicatesBy))) }
    if badRows == .quarantine { members.append(member("badRows", .string(badRows.rawValue))) }
    if observed != nil { members.append(member("observations", .bool(true))) }
    return members
  }
}

extension ColumnDeclaration {
  var canonical: JSON {
    // Members that stand only where the plan has the keys: other plans keep their hash.
    .object(
      [member("name", .string(name))] + kind.canonical
        + (isPrivate ? [member("private", .bool(true))] : [])
        + (empty == .refuse ? [] : [member("empty", .string(empty.rawValue))]))
  }
}

extension ColumnDeclaration.Kind {
  var canonical: [JSON.Member] {
    switch self {
    case .integer: [member("type", .string("integer"))]
    case .address: [member("type", .string("address"))]
    case .time: [member("type", .string("time"))]
    case .word: [member("type", .string("word"))]
    case .share: [member("type", .string("share"))]
    case .amount(let token, _, _):
      [member("type", .string("amount")), member("token", .string(token))]
    case .decimal(let format):
      [
        member("type", .string("decimal")), member("places", .integer(format.places)),
        member("excess", .string(format.excess.rawValue)),
      ]
    }
  }
}

extension PriceDeclaration {
  fileprivate var canonical: JSON {
    .object(
      [
        member("name", .string(name)), member("sources", .array(sources.map { .string($0) })),
        member("at", .string(moment.rawValue)), member("staleAfter", number(staleAfter)),
        member("atLeast", .integer(atLeast)),
      ] + (deviation.map { [member("deviation", number($0.billionths))] } ?? []))
  }
}

extension Revenue {
  fileprivate var canonical: JSON {
    .object([
      member("source", .string(source)), member("column", .string(column)),
      member("part", number(part.billionths)),
    ])
  }
}

extension EpochSchedule {
  fileprivate var canonical: JSON {
    .object([
      member("start", number(start.seconds)), member("length", number(length)),
      member("count", number(UInt64(count))),
    ])
  }
}

extension [PlannedExclusion] {
  var canonical: JSON {
    .array(
      sorted { $0.account < $1.account }.map {
        .object([
          member("account", .string($0.account.hex)), member("reason", .string($0.reason)),
        ])
      })
  }
}

extension Program {
  fileprivate var canonical: JSON {
    .object(
      canonicalMembers + canonicalGroup + canonicalExpressions + shaping.canonicalMembers
        + canonicalShareOf + canonicalRaffle)
  }

  private var canonicalMembers: [JSON.Member] {
    [
      member("name", .string(name)), member("kind", .string(kind.rawValue)),
      member("campaign", .string(campaign)),
      member("budget", revenue?.canonical ?? units(budget)),
      member("recipients", canonicalRecipients), member("basis", basis.canonical),
      member("rounding", .string(rounding.rawValue)),
      member("unallocated", .string(unallocated.rawValue)),
      member("emission", emission?.canonical ?? .null),
      member("exclude", exclude.canonical),
    ]
  }

  /// Only where the plan says more than the default: other plans keep their hash.
  private var canonicalGroup: [JSON.Member] {
    var members: [JSON.Member] = []
    if group != name { members.append(member("group", .string(group))) }
    if insiders { members.append(member("insiders", .bool(true))) }
    return members
  }

  /// Members that stand only where the plan has the keys: other plans keep their hash.
  private var canonicalExpressions: [JSON.Member] {
    var members: [JSON.Member] = []
    if let filter { members.append(member("filter", .string(filter.text))) }
    if !values.isEmpty {
      members.append(
        member(
          "values",
          .array(
            values.map {
              .object([
                member("name", .string($0.name)), member("value", .string($0.expression.text)),
              ])
            })))
    }
    return members
  }

  private var canonicalShareOf: [JSON.Member] {
    guard let shareOf else { return [] }
    return [member("shareOf", units(shareOf))]
  }

  private var canonicalRaffle: [JSON.Member] {
    guard let raffle else { return [] }
    return [member("raffle", raffle.canonical)]
  }

  private var canonicalRecipients: JSON {
    switch recipients {
    case .source(let name): .object([member("source", .string(name))])
    case .inline(let list):
      .array(
        list.sorted { $0.account < $1.account }.map {
          .object([
            member("account", .string($0.account.hex)),
            member("amount", units($0.amount)),
          ])
        })
    }
  }
}

extension Redirect {
  /// Accounts before sources, each ascending.
  fileprivate var canonicalKey: String {
    switch self {
    case .account(let account, let target, let reason): "\(account.hex) \(target.hex) \(reason)"
    case .rows(let source, let column): "from \(source) \(column)"
    }
  }

  fileprivate var canonical: JSON {
    switch self {
    case .account(let account, let target, let reason):
      .object([
        member("account", .string(account.hex)), member("to", .string(target.hex)),
        member("reason", .string(reason)),
      ])
    case .rows(let source, let column):
      .object([member("source", .string(source)), member("to", .string(column))])
    }
  }
}

extension Shaping {
  /// Members that stand only where the plan has the keys: other plans keep their hash.
  fileprivate var canonicalMembers: [JSON.Member] {
    var members: [JSON.Member] = []
    if let cap { members.append(member("cap", cap.canonical)) }
    if holder != .account { members.append(member("capPer", .string(holder.rawValue))) }
    if let floor {
      members += [
        member("floor", floor.canonical), member("belowFloor", .string(belowFloor.rawValue)),
      ]
    }
    if unit != Shaping.none.unit { members.append(member("unit", units(unit))) }
    return members
  }
}

extension Shaping.Cap {
  fileprivate var canonical: JSON {
    switch self {
    case .bound(let bound): bound.canonical
    case .computed(let expression): .object([member("expression", .string(expression.text))])
    }
  }
}

extension Shaping.Bound {
  fileprivate var canonical: JSON {
    switch self {
    case .amount(let amount): .object([member("amount", units(amount))])
    case .share(let share): .object([member("share", number(share.billionths))])
    }
  }
}

extension Matching {
  fileprivate var canonical: JSON {
    var members = [
      member("contributor", .string(contributor)), member("contribution", .string(contribution)),
      member("surplus", .string(surplus.rawValue)), member("minimum", units(Amount(minimum))),
    ]
    // Members that stand only where the plan has the keys: other plans keep their hash.
    if let maximum { members.append(member("maximum", units(Amount(maximum)))) }
    if let filter { members.append(member("contributors", .string(filter.text))) }
    switch method {
    case .quadratic: members.append(member("method", .string("quadratic")))
    case .pairwise(let bound):
      members += [
        member("method", .string("pairwise")), member("bound", units(Amount(bound))),
      ]
    }
    return .object(members)
  }
}

extension Raffle {
  fileprivate var canonical: JSON {
    var members = [
      member("seedHash", .string(seedHash.hex)), member("beacon", .string(beacon)),
    ]
    switch prizes {
    case .equal(let winners): members.append(member("winners", number(UInt64(winners))))
    case .stated(let amounts): members.append(member("prizes", .array(amounts.map { units($0) })))
    }
    if let reveal {
      members += [
        member("seed", .string(reveal.seed.hex)),
        member("beaconValue", .string(reveal.beaconValue.hex)),
      ]
    }
    return .object(members)
  }
}

extension Program.Basis {
  fileprivate var canonical: JSON {
    switch self {
    case .givenAmounts(let column):
      .object([member("amount", column.map { .string($0) } ?? .null)])
    case .weights(let column):
      .object([member("weight", .string(column))])
    case .computedAmounts(let expression):
      .object([member("amountExpression", .string(expression.text))])
    case .computedWeights(let expression):
      .object([member("weightExpression", .string(expression.text))])
    case .matched(let matching): .object([member("match", matching.canonical)])
    }
  }
}

extension Emission {
  fileprivate var canonical: JSON {
    switch self {
    case .constant: .object([member("shape", .string("constant"))])
    case .linearDecay: .object([member("shape", .string("linear-decay"))])
    case .exponentialDecay(let halfLife):
      .object([
        member("shape", .string("exponential-decay")),
        member("halfLife", number(UInt64(halfLife))),
      ])
    case .table(let amounts):
      .object([
        member("shape", .string("table")),
        member("amounts", .array(amounts.map { units($0) })),
      ])
    }
  }
}
