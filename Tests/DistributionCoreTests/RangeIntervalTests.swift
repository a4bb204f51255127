import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

private let window: Range<UInt64> = 100..<200

private func change(
  _ time: UInt64, _ owner: UInt64, _ lower: Int32, _ upper: Int32, _ amount: Int
) -> RangeHistory.Change {
  .init(
    time: time, position: RangePosition(account: account(owner), lower: lower, upper: upper),
    amount: UInt256(UInt64(amount.magnitude)), isTaken: amount < 0, line: 7)
}

private func price(_ time: UInt64, _ tick: Int32, volume: UInt64 = 0) -> PriceHistory.Row {
  .init(
    time: time, tick: tick, sqrtPrice: TickRoot.root(of: tick), volume: UInt256(volume), line: 9)
}

private struct Pool {
  var changes: [RangeHistory.Change]
  var prices: [PriceHistory.Row]
  var hasVolumes = false
  var countsOutOfRange = false
  var measures: [RangeEvents.Measure] = [.inRange, .fees]

  private var events: RangeEvents {
    RangeEvents(
      columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
      countsOutOfRange: countsOutOfRange, measures: measures)
  }

  private var ranges: RangeHistory { RangeHistory(span: 0..<200, changes: changes) }

  private var pool: PriceHistory {
    PriceHistory(span: 0..<200, hasVolumes: hasVolumes, rows: prices)
  }

  func intervals(of number: UInt64) -> [RangeInterval] {
    RangeLaw.intervals(of: account(number), events, in: window, ranges: ranges, prices: pool)
  }

  func rows() throws(LawError) -> SourceRows {
    try RangeLaw.rows(of: events, named: "lp", in: window, ranges: ranges, prices: pool)
  }
}

/// With 18 decimal places.
private let whole = units("1000000000000000000")

@Suite("What positions did, interval by interval")
struct RangeIntervalTests {
  @Test("Liquidity, seconds in range and out of it, and what all had in range")
  func byHand() throws {
    // Account 1 has 6 from before, 2 more from 150 on, and moves to other ticks at 180. Account 2
    // has 4 everywhere. The price leaves ticks 10 … 20 from 120 to 130, and at 190 for good.
    let pool = Pool(
      changes: [
        change(0, 1, 10, 20, 6), change(0, 2, 0, 100, 4), change(150, 1, 10, 20, 2),
        change(180, 1, 10, 20, -8), change(180, 1, 15, 60, 1),
      ],
      prices: [price(0, 15), price(120, 25), price(125, 30), price(130, 19), price(190, 70)])
    func interval(
      _ ticks: (Int32, Int32), _ start: UInt64, _ end: UInt64, _ liquidity: UInt64,
      _ seconds: UInt64, out: [Range<UInt64>], total: UInt64, earned: [UInt256]
    ) -> RangeInterval {
      RangeInterval(
        position: RangePosition(account: account(1), lower: ticks.0, upper: ticks.1),
        start: Timestamp(start), end: Timestamp(end), liquidity: UInt256(liquidity),
        secondsInRange: seconds, outOfRange: out, total: UInt256(total), earned: earned)
    }
    // In range 6 · 40, 8 · 30 and 1 · 10. Fees are seconds: 40 · 6/10, 30 · 8/12 and 10 · 1/5.
    #expect(
      pool.intervals(of: 1) == [
        interval(
          (10, 20), 100, 150, 6, 40, out: [120..<130], total: 10, earned: [240, whole &* 24]),
        interval((10, 20), 150, 180, 8, 30, out: [], total: 12, earned: [240, whole &* 20]),
        interval((15, 60), 180, 200, 1, 10, out: [190..<200], total: 5, earned: [10, whole &* 2]),
      ])
  }

  @Test("A swap belongs to what an addition of its second ends, or a removal of it begins")
  func volumes() throws {
    func earned(_ first: Int, _ second: Int) -> [UInt256] {
      let pool = Pool(
        changes: [change(0, 1, 0, 10, first), change(150, 1, 0, 10, second)],
        prices: [
          // Before the window, and at its start.
          price(99, 5, volume: 1_000), price(100, 5, volume: 8), price(149, 5, volume: 16),
          price(150, 5, volume: 32),
        ], hasVolumes: true, measures: [.fees])
      return pool.intervals(of: 1).map { $0.earned[0] }
    }
    #expect(earned(1, 1) == [whole &* 56, 0])
    #expect(earned(2, -1) == [whole &* 24, whole &* 32])
  }

  @Test("What is added in the window's first second has no part in its swaps, what was there has")
  func first() throws {
    let pool = Pool(
      changes: [change(0, 1, 0, 10, 1), change(100, 1, 0, 10, 3)],
      prices: [price(0, 5), price(100, 5, volume: 8)], hasVolumes: true, measures: [.fees])
    #expect(pool.intervals(of: 1).map { $0.earned[0] } == [whole &* 8, 0])
    #expect(pool.intervals(of: 1).map(\.start.seconds) == [100, 100])
  }

  @Test("Who had nothing in the window has none; who was never in range is told so")
  func never() throws {
    let pool = Pool(
      changes: [
        change(0, 1, 0, 10, 5), change(0, 2, 20, 30, 5), change(90, 1, 0, 10, -5),
        change(200, 3, 0, 10, 5),
      ], prices: [price(0, 5)])
    #expect(pool.intervals(of: 1) == [] && pool.intervals(of: 3) == [])
    let found = pool.intervals(of: 2)
    #expect(found.map(\.outOfRange) == [[100..<200]])
    #expect(found[0].total == 0 && found[0].earned == [0, 0] && found[0].secondsInRange == 0)
  }

  @Test("INV-072: Of random pools what intervals add comes to the row, measure by measure")
  func sums() throws {
    check("intervals of random pools", runs: 100) { generator in
      randomPool(&generator)
    } property: { pool in
      let rows = try pool.rows()
      return (1...3 as ClosedRange<UInt64>).allSatisfy { number in
        let found = pool.intervals(of: number)
        let sums = pool.measures.indices.map { place in
          found.reduce(UInt256.zero) { $0 &+ $1.earned[place] }
        }
        let isInRange = found.allSatisfy { interval in
          let out = interval.outOfRange.reduce(0) { $0 + $1.count }
          return interval.end.seconds - interval.start.seconds - UInt64(out)
            == interval.secondsInRange
        }
        guard let row = rows.accounts.firstIndex(of: account(number)) else { return found.isEmpty }
        return isInRange && sums == rows.values.map { $0[row] }
      }
    }
  }

  private func randomPool(_ generator: inout Generator) -> Pool {
    var liquidity: [RangePosition: Int] = [:]
    var changes: [RangeHistory.Change] = []
    var time: UInt64 = 0
    for _ in 0..<Int.random(in: 0...9, using: &generator) {
      time = changes.isEmpty ? 0 : max(time, 80) + UInt64.random(in: 1...20, using: &generator)
      let lower = Int32.random(in: -3...3, using: &generator) * 10
      let position = RangePosition(
        account: account(UInt64.random(in: 1...3, using: &generator)), lower: lower,
        upper: lower + Int32.random(in: 1...3, using: &generator) * 10)
      let before = liquidity[position] ?? 0
      let next = Bool.random(using: &generator) ? 0 : Int.random(in: 1...1_000, using: &generator)
      guard next != before else { continue }
      liquidity[position] = next
      changes.append(
        .init(
          time: time, position: position, amount: UInt256(UInt64((next - before).magnitude)),
          isTaken: next < before, line: 0))
    }
    var prices = [price(0, 0)]
    var second: UInt64 = 90
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      second += UInt64.random(in: 1...15, using: &generator)
      let volume = UInt64.random(in: 0...1_000, using: &generator)
      prices.append(price(second, Int32.random(in: -40...60, using: &generator), volume: volume))
    }
    return Pool(
      changes: changes, prices: prices, hasVolumes: Bool.random(using: &generator),
      countsOutOfRange: Bool.random(using: &generator), measures: RangeEvents.Measure.allCases)
  }
}

@Suite("A number split in proportion")
struct ProportionTests {
  @Test("Sums of the first parts are rounded down, and all parts come to the number")
  func split() {
    #expect(UInt256(10).split(by: [1, 1, 1]) == [3, 3, 4])
    #expect(UInt256(10).split(by: [0, 7, 0]) == [0, 10, 0])
    #expect(UInt256(10).split(by: [0, 0]) == [0, 0] && UInt256(10).split(by: []) == [])
  }
}
