import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// Of windows in these tests.
private let window: Range<UInt64> = 100..<200
private let q96 = UInt256.one << 96

private func change(
  _ time: UInt64, _ owner: UInt64, _ lower: Int32, _ upper: Int32, _ amount: UInt256,
  isTaken: Bool = false
) -> RangeHistory.Change {
  .init(
    time: time, position: RangePosition(account: account(owner), lower: lower, upper: upper),
    amount: amount, isTaken: isTaken, line: 7)
}

/// A price at the lower end of its tick.
private func price(_ time: UInt64, _ tick: Int32, volume: UInt256 = 0) -> PriceHistory.Row {
  .init(time: time, tick: tick, sqrtPrice: TickRoot.root(of: tick), volume: volume, line: 9)
}

private func rows(
  _ changes: [RangeHistory.Change], _ prices: [PriceHistory.Row], hasVolumes: Bool = false,
  countsOutOfRange: Bool = false, measures: [RangeEvents.Measure] = RangeEvents.Measure.allCases
) throws(LawError) -> SourceRows {
  try RangeLaw.rows(
    of: RangeEvents(
      columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
      countsOutOfRange: countsOutOfRange, measures: measures),
    named: "lp", in: window, ranges: RangeHistory(span: 0..<200, changes: changes),
    prices: PriceHistory(span: 0..<200, hasVolumes: hasVolumes, rows: prices))
}

private func values(_ rows: SourceRows) -> [[UInt256]] { rows.values.map(\.numbers) }

/// With 18 decimal places.
private let whole = units("1000000000000000000")

@Suite("Ranges: numbers worked out by hand, and vectors")
struct RangeTests {
  @Test("INV-056: roots of ticks are those of Uniswap v3")
  func roots() throws {
    // The ends are published: MIN_SQRT_RATIO and MAX_SQRT_RATIO of TickMath.
    #expect(TickRoot.root(of: Tick.least) == 4_295_128_739)
    let most = units("1461446703485210103287273052203988822378723970342")
    #expect(TickRoot.root(of: Tick.most) == most)
    #expect(TickRoot.root(of: 0) == q96)
    for vector in Vectors.ranges.roots {
      let tick = try #require(Int32(vector[0]))
      #expect(TickRoot.root(of: tick) == units(vector[1]), "tick \(tick)")
    }
  }

  @Test("Windows that plain Python goes through second by second", arguments: 0..<24)
  func vectors(number: Int) throws {
    let vector = Vectors.ranges.windows[number]
    func whole<Number: FixedWidthInteger>(_ text: String) throws -> Number {
      try #require(Number(text))
    }
    let changes = try vector.changes.map { row in
      let isTaken = row[4].hasPrefix("-")
      return RangeHistory.Change(
        time: try whole(row[0]),
        position: RangePosition(
          account: account(try whole(row[1])), lower: try whole(row[2]), upper: try whole(row[3])),
        amount: units(isTaken ? String(row[4].dropFirst()) : row[4]), isTaken: isTaken, line: 0)
    }
    let prices = try vector.prices.map { row in
      PriceHistory.Row(
        time: try whole(row[0]), tick: try whole(row[1]), sqrtPrice: units(row[2]),
        volume: units(row[3]), line: 0)
    }
    let window = vector.start..<vector.end
    let found = try RangeLaw.rows(
      of: RangeEvents(
        columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
        countsOutOfRange: vector.countsOutOfRange, measures: RangeEvents.Measure.allCases),
      named: "lp", in: window, ranges: RangeHistory(span: window, changes: changes),
      prices: PriceHistory(span: window, hasVolumes: vector.hasVolumes, rows: prices))
    #expect(found.accounts == (try vector.rows.map { account(try whole($0[0])) }))
    for measure in 0..<4 {
      #expect(found.values[measure].numbers == vector.rows.map { units($0[measure + 1]) })
    }
  }

  @Test("in_range: liquidity times seconds from the lower tick on, up to the upper one")
  func inRange() throws {
    // Tick 10 from the start, 19 from 120, 20 from 150, 9 from 190.
    let prices = [price(0, 10), price(120, 19), price(150, 20), price(190, 9)]
    let found = try rows([change(0, 1, 10, 20, 5)], prices, measures: [.inRange])
    #expect(values(found) == [[250]])
    // From 130 on 3 more, and 1 less from 140: 5 · 30 + 8 · 10 + 7 · 10.
    let more = [change(0, 1, 10, 20, 5), change(130, 1, 10, 20, 3)]
    let less = change(140, 1, 10, 20, 1, isTaken: true)
    #expect(values(try rows(more + [less], prices, measures: [.inRange])) == [[300]])
  }

  @Test("amounts: at four times the price of tick 0, a position from there holds L and half of it")
  func amounts() throws {
    // √4 · 2^96 is right between s(13863) and s(13864).
    let four = PriceHistory.Row(time: 0, tick: 13_863, sqrtPrice: q96 << 1, volume: 0, line: 0)
    let found = try rows(
      [change(0, 1, 0, Tick.most, 1_000_000)], [four], measures: [.amount1, .amount0])
    // 2 − 1 of token 1 per unit; 1/2 − 2^-64 of token 0, which is a little less than half.
    #expect(values(found) == [[100_000_000], [49_999_999]])
    // From tick 0 down, it would be 1 − 2^-64 of token 1, and nothing of token 0: out of range.
    let below = change(0, 2, Tick.least, 0, 1_000_000)
    #expect(values(try rows([below], [four])) == [[0], [0], [0], [0]])
    let idle = try rows([below], [four], countsOutOfRange: true, measures: [.amount0, .amount1])
    #expect(values(idle) == [[0], [99_999_999]])
    let above = change(0, 2, Tick.most - 1, Tick.most, UInt256.one << 80)
    let wide = try rows([above], [four], countsOutOfRange: true, measures: [.amount0, .amount1])
    #expect(wide.values[0][0] > 0 && wide.values[1][0] == 0)
  }

  @Test("fees without volumes: seconds by shares of the liquidity in range, 18 places")
  func feesOfTime() throws {
    // 1 : 2 for 50 seconds, then account 2 alone for 30, then nobody in range.
    let changes = [
      change(0, 1, 0, 10, 1), change(0, 2, 0, 20, 2), change(150, 1, 0, 10, 1, isTaken: true),
    ]
    let found = try rows(changes, [price(0, 5), price(180, 25)], measures: [.fees])
    #expect(found.accounts == [account(1), account(2)])
    // 50 / 3, and 100 / 3 + 30.
    #expect(found.values[0][0] == units("16666666666666666666"))
    #expect(found.values[0][1] == units("63333333333333333333"))
  }

  @Test("fees with volumes: each is split at its own tick, by what was there all of its second")
  func feesOfVolumes() throws {
    let changes = [
      change(0, 1, 0, 10, 1), change(0, 2, 10, 20, 1), change(149, 3, 0, 10, 3),
    ]
    let prices = [
      // Before the window, and at its start.
      price(99, 5, volume: 1_000), price(100, 5, volume: 8),
      // Three of one second: 8 by 1 : 3, 16 to account 2, and 4 to nobody.
      price(150, 5, volume: 8), price(150, 15, volume: 16), price(150, 25, volume: 4),
    ]
    let found = try rows(changes, prices, hasVolumes: true, measures: [.fees])
    #expect(found.values[0].numbers == [whole &* 10, whole &* 16, whole &* 6])
  }

  @Test("INV-081: liquidity that is added or taken off in the second of a swap earns nothing of it")
  func feesOfOneSecond() throws {
    // At 150 account 1 has 1 of 1; 2 comes with 999, 3 leaves with its 4, 4 has 2 of 8 left.
    let changes = [
      change(0, 1, 0, 10, 1), change(0, 3, 0, 10, 4), change(0, 4, 0, 10, 8),
      change(150, 2, 0, 10, 999), change(150, 3, 0, 10, 4, isTaken: true),
      change(150, 4, 0, 10, 6, isTaken: true),
    ]
    let swaps = [price(0, 5), price(150, 5, volume: 9), price(150, 6, volume: 3)]
    let found = try rows(changes, swaps, hasVolumes: true, measures: [.fees])
    #expect(found.accounts == accounts(1...4))
    #expect(found.values[0].numbers == [whole &* 4, 0, 0, whole &* 8])
    // A second later, the newcomer has 999 of 1002.
    let later = try rows(
      changes, [price(0, 5), price(151, 5, volume: 1002)], hasVolumes: true, measures: [.fees])
    #expect(later.values[0].numbers == [whole, whole &* 999, 0, whole &* 2])
    // Where nobody lasts, the swap is nobody's.
    let first = try rows(
      [change(150, 1, 0, 10, 7)], swaps, hasVolumes: true, measures: [.fees])
    #expect(first.values[0].numbers == [0])
  }

  @Test("Positions of accounts that the source excludes are in nobody's way")
  func excluded() throws {
    let ranges = RangeEvents(
      columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
      measures: [.fees])
    let series = Series(ranges, exclude: [.init(account: account(2), reason: "The treasury.")])
    let sources = [
      SourceDeclaration(
        name: "pool", file: "pool.csv", format: .csv, columns: [],
        price: PriceColumns(tick: "tick", sqrtPrice: "root")),
      SourceDeclaration(
        name: "lp", file: "lp.csv", format: .csv, columns: series.columns,
        window: .fixed(start: Timestamp(100), end: Timestamp(200)), series: series),
    ]
    // The treasury is there alone until 150, and then with three times as much as account 1.
    let changes = [change(0, 2, 0, 10, 3), change(150, 1, 0, 10, 1)]
    let found = try RangeLaw.rows(
      of: sources, in: plan(sources), epoch: EpochIndex(0),
      ranges: ["lp": RangeHistory(span: 0..<200, changes: changes)],
      prices: ["pool": PriceHistory(span: 0..<200, hasVolumes: false, rows: [price(0, 5)])])
    #expect(found["lp"]?.accounts == [account(1)])
    #expect(found["lp"]?.values[0].numbers == [whole &* 50])
  }

  @Test("Who has no liquidity for a second of the window has no row; who is out of range has one")
  func holders() throws {
    let changes = [
      change(0, 1, 0, 10, 5), change(100, 1, 0, 10, 5, isTaken: true), change(0, 2, 20, 30, 5),
      change(199, 3, 0, 10, 5), change(200, 4, 0, 10, 5),
    ].sorted { ($0.time, $0.position) < ($1.time, $1.position) }
    let found = try rows(changes, [price(0, 5)], measures: [.inRange])
    #expect(found.accounts == [account(2), account(3)])
    #expect(found.values[0].numbers == [0, 5])
  }

  // MARK: Errors

  @Test("Liquidity below 0 and of 2^128 names account, ticks, time and line")
  func liquidity() throws {
    let negative = try #require(
      lawError { () throws(LawError) in
        try rows([change(50, 1, 0, 10, 5), change(60, 1, 0, 10, 7, isTaken: true)], [price(0, 5)])
      })
    #expect(negative.kind == .negativeBalance && negative.found == "a liquidity of -2")
    #expect(
      negative.place == "positions at 60 seconds, \(account(1)), ticks 0 to 10, line 7")
    // Other ticks are another position.
    #expect(
      lawError { () throws(LawError) in
        try rows([change(50, 1, 0, 10, 5), change(60, 1, 0, 20, 5, isTaken: true)], [price(0, 5)])
      }?.kind == .negativeBalance)
    let most = twoTo128 &- 1
    #expect(
      lawError { () throws(LawError) in
        try rows([change(50, 1, 0, 10, most), change(60, 1, 0, 10, 1)], [price(0, 5)])
      }?.kind == .balanceOverflow)
    #expect(
      try rows([change(50, 1, 0, 10, most)], [price(0, 5)], measures: [.inRange]).values[0][0]
        == most &* 100)
  }

  @Test("A root that does not belong to its tick is refused, both ends of a tick are not")
  func offTick() throws {
    let (low, high) = (TickRoot.root(of: 5), TickRoot.root(of: 6))
    func problem(_ root: UInt256, tick: Int32 = 5) -> LawError? {
      lawError { () throws(LawError) in
        try rows([], [.init(time: 3, tick: tick, sqrtPrice: root, volume: 0, line: 9)])
      }
    }
    #expect(problem(low) == nil && problem(high) == nil)
    #expect(problem(low &- 1)?.place == "positions at 3 seconds, line 9")
    #expect(problem(high &+ 1)?.kind == .priceOffTick)
    #expect(problem(TickRoot.root(of: Tick.most), tick: Tick.most)?.kind == .priceOffTick)
    #expect(problem(TickRoot.root(of: Tick.most), tick: Tick.most - 1) == nil)
  }

  @Test("Positions before the first price are refused from the window's start on")
  func noPrice() throws {
    func problem(_ changes: [RangeHistory.Change], _ time: UInt64) -> LawError? {
      lawError { () throws(LawError) in try rows(changes, [price(time, 5)]) }
    }
    #expect(problem([change(0, 1, 0, 10, 5)], 100) == nil)
    #expect(problem([change(0, 1, 0, 10, 5)], 101)?.place == "positions at 100 seconds")
    #expect(problem([change(120, 1, 0, 10, 5)], 120) == nil)
    #expect(problem([change(120, 1, 0, 10, 5)], 121)?.kind == .noPrice)
    let gone = [change(90, 1, 0, 10, 5), change(95, 1, 0, 10, 5, isTaken: true)]
    #expect(problem(gone, 150) == nil)
  }

  @Test("Volumes of a window of 2^128 are refused, and one less is split")
  func volumes() throws {
    let half = UInt256.one << 127
    func fees(_ second: UInt256) throws(LawError) -> UInt256 {
      try rows(
        [change(0, 1, 0, 10, 1)],
        [price(99, 5, volume: half), price(100, 5, volume: half), price(120, 5, volume: second)],
        hasVolumes: true, measures: [.fees]
      ).values[0][0]
    }
    #expect(try fees(half &- 1) == (twoTo128 &- 1) &* whole)
    let error = lawError { () throws(LawError) in try fees(half) }
    #expect(error?.kind == .volumeOverflow && error?.place == "positions at 120 seconds, line 9")
  }

  @Test("Amounts of 2^256 are refused, where they are asked for")
  func overflow() throws {
    // 2^128 − 1 units in all of the range at the highest price: 2^64 tokens each, every second.
    let high = PriceHistory.Row(
      time: 0, tick: Tick.most - 1, sqrtPrice: TickRoot.root(of: Tick.most - 1), volume: 0, line: 0)
    let changes = [change(0, 1, Tick.least, Tick.most, twoTo128 &- 1)]
    func problem(_ measure: RangeEvents.Measure) -> LawError? {
      lawError { () throws(LawError) in
        try RangeLaw.rows(
          of: RangeEvents(
            columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
            measures: [measure]),
          named: "lp", in: 0..<UInt64.max, ranges: RangeHistory(span: 0..<1, changes: changes),
          prices: PriceHistory(span: 0..<1, hasVolumes: false, rows: [high]))
      }
    }
    #expect(problem(.inRange) == nil)
    // 2^128 · 2^64 · 2^64 is just below.
    #expect(problem(.amount1) == nil)
    let more = changes + [change(0, 1, Tick.least, Tick.most - 1, twoTo128 &- 1)]
    let error = lawError { () throws(LawError) in
      try RangeLaw.rows(
        of: RangeEvents(
          columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
          countsOutOfRange: true, measures: [.amount1]),
        named: "lp", in: 0..<UInt64.max,
        ranges: RangeHistory(
          span: 0..<1, changes: more.sorted { $0.position < $1.position }),
        prices: PriceHistory(span: 0..<1, hasVolumes: false, rows: [high]))
    }
    #expect(error?.kind == .heldOverflow)
    #expect(error?.place.hasSuffix("seconds, \(account(1)), amount1") == true)
  }
}
