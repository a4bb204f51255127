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
    // A pool's price has no window of its own.
    if time != nil || series != nil, price == nil {
      members.append(member("window", window.canonical))
    }
    if let series { members.append(member("series", series.canonical)) }
    return members
  }
}

extension TimeColumn {
  fileprivate var canonical: JSON {
    guard let table else { return .object([member("column", .string(column))]) }
    return .object([member("key", .string(column)), member("in", .string(table))])
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
  fileprivate var canonical: JSON {
    guard ranges == nil else { return .object([origin.canonical]) }
    return .object([
      origin.canonical, member("value", .object(value.canonical)),
      member("minimumHolding", number(minimumHolding)),
    ])
  }
}

extension Series.Origin {
  fileprivate var canonical: JSON.Member {
    switch self {
    case .events(let events): member("positions", events.canonical)
    case .ranges(let ranges): member("ranges", ranges.canonical)
    case .balances(let expression): member("balance", .string(expression.text))
    case .lookThrough(let through):
      member(
        "lookThrough",
        .object([
          member("deposits", .string(through.deposits)),
          member("vault", .string(through.vault.hex)), member("shares", .string(through.shares)),
        ]))
    }
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
