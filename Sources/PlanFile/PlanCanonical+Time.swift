import CanonicalJSON
import DistributionModel
import EthereumPrimitives

extension SourceDeclaration {
  /// Members that stand only where the plan has the keys: other plans keep their hash.
  var canonicalTime: [JSON.Member] {
    var members: [JSON.Member] = []
    if let timeTable { members.append(member("times", .string(timeTable))) }
    if let price { members.append(member("price", price.canonical)) }
    if let time { members.append(member("time", time.canonical)) }
    if let received { members.append(member("received", received.canonical)) }
    if (time != nil && observed == nil && price == nil) || series != nil {
      members.append(member("window", window.canonical))
    }
    if !limits.isEmpty { members.append(member("limits", .array(limits.map(\.canonical)))) }
    if let wash { members.append(member("wash", wash.canonical)) }
    if let series { members += series.canonicalMembers }
    return members
  }
}

extension TimeColumn {
  fileprivate var canonical: JSON {
    guard let table else { return .object([member("column", .string(column))]) }
    return .object([member("key", .string(column)), member("in", .string(table))])
  }
}

extension ReceivedColumn {
  fileprivate var canonical: JSON {
    .object([member("column", .string(column)), member("within", number(within))])
  }
}

extension TimeWindow {
  fileprivate var canonical: JSON {
    switch self {
    case .epoch: .string("epoch")
    case .trailing(let seconds): .object([member("trailing", number(seconds))])
    case .fixed(let start, let end):
      .object([member("start", number(start.seconds)), member("end", number(end.seconds))])
    }
  }
}

extension PriceColumns {
  fileprivate var canonical: JSON {
    .object([
      member("tick", .string(tick)), member("sqrtPrice", .string(sqrtPrice)),
      member("volume", volume.map { .string($0) } ?? .null),
      member("order", .array(order.map { .string($0) })),
    ])
  }
}

extension RangeEvents {
  fileprivate var canonical: JSON {
    .object([
      member("lower", .string(columns.lower)), member("upper", .string(columns.upper)),
      member("liquidity", .string(columns.liquidity)), member("price", .string(price)),
      member("outOfRange", .bool(countsOutOfRange)),
    ])
  }
}

extension Series {
  /// `exclude` only where the plan has it: other plans keep their hash.
  fileprivate var canonicalMembers: [JSON.Member] {
    canonicalOrigin + (exclude.isEmpty ? [] : [member("exclude", exclude.canonical)])
  }

  private var canonicalOrigin: [JSON.Member] {
    let minimum = member("minimumHolding", number(minimumHolding))
    switch origin {
    case .events(let events): return [minimum, member("positions", events.canonical)]
    case .ranges(let ranges): return [member("ranges", ranges.canonical)]
    case .balances(let expression):
      return [
        minimum, member("balance", .string(expression.text)),
        member("value", .object(value.canonical)),
      ]
    case .lookThrough(let through): return [minimum, member("lookThrough", through.canonical)]
    }
  }
}

extension LookThrough {
  fileprivate var canonical: JSON {
    .object([
      member("deposits", .string(deposits)), member("vault", .string(vault.hex)),
      member("shares", .string(shares)),
    ])
  }
}

extension PositionEvents {
  fileprivate var canonical: JSON {
    .object(
      [
        member("amount", amount?.canonical ?? .null),
        member("order", .array(order.map { .string($0) })),
        member("every", period.map(number) ?? .null),
      ] + effect.canonical)
  }
}

extension PositionEvents.Effect {
  fileprivate var canonical: [JSON.Member] {
    switch self {
    case .change: return [member("effect", .string("change"))]
    case .balance: return [member("effect", .string("balance"))]
    case .transfer(let target):
      return [member("effect", .string("transfer")), member("to", .string(target))]
    case .kinds(let column, let kinds, let target):
      let words = kinds.map { member($0.name, .string($0.effect.rawValue)) }
      let moves = kinds.contains { $0.effect == .move }
      return [
        member("effect", .string("kinds")), member("kind", .string(column)),
        member("words", .object(words)),
      ] + (moves ? [member("to", .string(target))] : [])
    }
  }
}

extension ActionLimit {
  fileprivate var canonical: JSON {
    var members: [JSON.Member] = []
    if !conditions.isEmpty {
      let texts = conditions.map { member($0.column, .array($0.texts.map { .string($0) })) }
      members.append(member("where", .object(texts)))
    }
    if let each { members.append(member("each", .string(each))) }
    switch period {
    case .window: break
    case .seconds(let seconds): members.append(member("per", number(seconds)))
    case .ever: members.append(member("per", .string("ever")))
    }
    switch bound {
    case .rows(let count): members.append(member("rows", number(count)))
    case .sum(let sum, let column):
      members += [member("sum", .string(sum.decimal)), member("of", .string(column))]
    }
    return .object(members)
  }
}

extension WashRules {
  fileprivate var canonical: JSON {
    var members = [
      member("counterparty", .string(counterparty)), member("volume", .string(volume)),
      member("dropsClusters", .bool(dropsClusters)),
    ]
    if let pairCap { members.append(member("pairCap", number(pairCap.billionths))) }
    if let roundTrip {
      members += [
        member("roundTrip", number(roundTrip.seconds)), member("side", .string(roundTrip.side)),
      ]
    }
    if let market { members.append(member("market", .string(market))) }
    return .object(members)
  }
}
