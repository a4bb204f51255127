import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Verification

/// A pool and a few positions in it, over a window.
struct RangeSample {
  var events: RangeEvents
  var window: Range<UInt64>
  var ranges: RangeHistory
  var prices: PriceHistory

  func engine() -> Result<[Address: [BigUInt]], LawError> {
    Result { () throws(LawError) in
      let rows = try RangeLaw.rows(
        of: events, named: "lp", in: window, ranges: ranges, prices: prices)
      return Dictionary(
        uniqueKeysWithValues: rows.accounts.enumerated().map { row, account in
          (account, rows.values.map { ReferenceLaw.big($0[row]) })
        })
    }
  }

  /// Of a plan whose source excludes an account.
  func engine(excluding account: Address) -> Result<[Address: [BigUInt]], LawError> {
    let series = Series(events, exclude: [PlannedExclusion(account: account, reason: "Ours.")])
    let source = SourceDeclaration(
      name: "lp", file: "lp.csv", format: .csv, columns: series.columns,
      window: .fixed(start: Timestamp(window.lowerBound), end: Timestamp(window.upperBound)),
      series: series)
    let plan = Plan(
      name: "Ranges", tokens: [], campaigns: [], sources: [source], programs: [])
    return Result { () throws(LawError) in
      let all = try RangeLaw.rows(
        of: [source], in: plan, epoch: EpochIndex(0), ranges: ["lp": ranges],
        prices: [events.price: prices])
      guard let rows = all["lp"] else { return [:] }
      return Dictionary(
        uniqueKeysWithValues: rows.accounts.enumerated().map { row, account in
          (account, rows.values.map { ReferenceLaw.big($0[row]) })
        })
    }
  }

  func reference() -> Result<[Address: [BigUInt]], ReferenceLaw.RangeRefusal> {
    Result { () throws(ReferenceLaw.RangeRefusal) in
      try ReferenceLaw.ranges(events, in: window, ranges, prices)
    }
  }
}

extension RangeHistory {
  /// How many accounts have positions.
  var accountCount: Int { Set(changes.map(\.position.account)).count }
}

extension Generator {
  /// Ticks close together, so that prices cross them often; some at the ends.
  private mutating func tick(_ isExtreme: Bool) -> Int32 {
    switch isExtreme ? 0 : below(8) {
    case 0: pick([Tick.least, Tick.most, Tick.most - 1, 0])
    case 1: Int32(below(2_000)) - 1_000
    default: Int32(below(9)) * 10 - 40
    }
  }

  private mutating func position(_ accounts: UInt64, _ isExtreme: Bool) -> RangePosition {
    let one = tick(isExtreme)
    var other = tick(isExtreme)
    if other == one { other = one == Tick.most ? one - 1 : one + 1 }
    let number = UInt32(below(accounts))
    return RangePosition(
      account: Address(UInt64(9 - number), 7, number), lower: min(one, other),
      upper: max(one, other))
  }

  private mutating func liquidity(_ isExtreme: Bool) -> UInt256 {
    switch isExtreme ? 0 : below(6) {
    case 0: (UInt256.one << 128) &- UInt256(1 + below(2))
    case 1: UInt256.one << Int(below(128))
    default: UInt256(1 + below(1_000)) << Int(below(60))
    }
  }

  private mutating func price(
    at time: UInt64, hasVolumes: Bool, _ isExtreme: Bool
  ) -> PriceHistory.Row {
    let tick = min(self.tick(isExtreme), Tick.most - 1)
    let (low, high) = (TickRoot.root(of: tick), TickRoot.root(of: tick + 1))
    let inside = low &+ (((high &- low) >> 3) &* UInt256(below(8)))
    // Some do not belong to their tick.
    let root = once(in: 40) ? pick([high &+ 1, low &- 1]) : pick([low, high, inside])
    let wide = UInt256.one << 127
    return PriceHistory.Row(
      time: time, tick: tick, sqrtPrice: root,
      volume: hasVolumes ? (once(in: 20) ? wide : UInt256(below(100)) << Int(below(80))) : 0,
      line: 0)
  }

  mutating func rangeSample() -> RangeSample {
    let start = once(in: 30) ? 0 : 20 + below(20)
    // The largest numbers, and the longest window.
    let isExtreme = once(in: 8)
    let window = start..<(isExtreme ? .max : start + 1 + below(60))
    let (accounts, last) = (isExtreme ? 1 : 1 + below(4), start + 70)
    let hasVolumes = once(in: 2)
    var held: [RangePosition: UInt256] = [:]
    var changes: [RangeHistory.Change] = []
    var time = once(in: 2) ? 0 : below(30)
    for _ in 0..<below(16) {
      let known = held.filter { !$0.value.isZero }.keys.sorted()
      let position =
        !known.isEmpty && once(in: 2) ? pick(known) : self.position(accounts, isExtreme)
      let owned = held[position, default: 0]
      let isTaken = once(in: 3) && (!owned.isZero || once(in: 12))
      let amount =
        isTaken && !owned.isZero ? pick([owned, owned, (owned >> 1) &+ 1]) : liquidity(isExtreme)
      let isDone = changes.contains { $0.time == time && $0.position == position }
      if !isDone {
        held[position] = isTaken ? owned &- amount : owned &+ amount
        changes.append(
          .init(time: time, position: position, amount: amount, isTaken: isTaken, line: 0))
      }
      time = min(last, time + (once(in: 3) ? 0 : below(9)))
    }
    changes.sort { ($0.time, $0.position) < ($1.time, $1.position) }
    var rows: [PriceHistory.Row] = []
    time = once(in: 8) ? below(50) : 0
    for _ in 0..<below(20) {
      rows.append(price(at: time, hasVolumes: hasVolumes && time > 0, isExtreme))
      time = min(last, time + (hasVolumes && once(in: 4) ? 0 : 1 + below(9)))
    }
    let measures = RangeEvents.Measure.allCases
    return RangeSample(
      events: RangeEvents(
        columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
        countsOutOfRange: once(in: 2), measures: once(in: 2) ? measures : measures.reversed()),
      window: window, ranges: RangeHistory(span: 0..<last, changes: changes),
      prices: PriceHistory(span: 0..<last, hasVolumes: hasVolumes, rows: rows))
  }
}
