import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private func measured(
  _ sources: [SourceDeclaration], _ histories: [String: PositionHistory],
  epoch: UInt32 = 0, start: UInt64 = 10, length: UInt64 = 20
) throws(LawError) -> [String: SourceRows] {
  try SeriesLaw.rows(
    of: sources, in: plan(sources, start: start, length: length), epoch: EpochIndex(epoch),
    histories: histories)
}

private func histories(
  _ sources: [SourceDeclaration], _ changes: [String: PositionHistory]
) throws(LawError) -> [String: PositionHistory] {
  try SeriesLaw.histories(of: sources, in: plan(sources), epoch: EpochIndex(0), changes: changes)
}

/// Rows as they are told here: account, and one number per measure.
private func numbers(_ rows: SourceRows?) -> [[UInt256]] {
  guard let rows else { return [] }
  return rows.accounts.indices.map { row in
    [UInt256(account: rows.accounts[row])] + rows.values.map { $0[row] }
  }
}

extension UInt256 {
  fileprivate init(account: Address) {
    self.init(bigEndian: ([UInt8](repeating: 0, count: 12) + account.bytes)[...])!
  }
}

private let second = UInt256(1) << 192

@Suite("Series: numbers worked out by hand")
struct SeriesLawTests {
  private static let staked = series(
    "staked", .opening, .closing, .lowest, .highest, .held, .average, .seconds, .running)

  @Test("Every measure of a window of 20 seconds")
  func measures() throws {
    // Account 1 holds 5 from 10 to 14, then 8 to 20. Account 2 holds 1 from 25 on. Account 3 had
    // something before, and account 4 comes with the end of the window.
    let history = changes([
      (3, 3, 9), (10, 1, 5), (10, 3, -9), (14, 1, 3), (20, 1, -8), (25, 2, 1), (30, 2, 7),
      (30, 4, 1),
    ])
    let found = try measured([Self.staked], ["staked": history])["staked"]
    #expect(
      numbers(found) == [
        // 5 · 4 + 8 · 6 = 68; somebody holds something for 10 and for 5 seconds.
        [1, 5, 0, 0, 8, 68, 3, 10, 15],
        [2, 0, 1, 0, 1, 5, 0, 5, 15],
      ])
    #expect(found?.lines == [0, 0])
    // In the next epoch accounts that nothing changes are there, too: 8 · 20 and 1 · 20.
    let next = try measured([Self.staked], ["staked": history], epoch: 1)["staked"]
    #expect(
      numbers(next) == [
        [2, 8, 8, 8, 8, 160, 8, 20, 20], [4, 1, 1, 1, 1, 20, 1, 20, 20],
      ])
  }

  @Test(
    "Columns stand in the order of the measures, and each is what it is alone", arguments: [0, 1])
  func order(_: Int) throws {
    let history = changes([(0, 1, 2), (15, 1, 4), (20, 2, 3)])
    let all = numbers(try measured([Self.staked], ["staked": history])["staked"])
    for (place, measure) in (Self.staked.series?.measures ?? []).enumerated() {
      let alone = series("staked", measure, .seconds)
      let single = numbers(try measured([alone], ["staked": history])["staked"])
      #expect(single.map { $0[1] } == all.map { $0[place + 1] }, "\(measure)")
      let only = series("staked", measure)
      let one = numbers(try measured([only], ["staked": history])["staked"])
      #expect(one.map { $0[1] } == all.map { $0[place + 1] }, "only \(measure)")
    }
  }

  @Test("share: seconds earned, the seconds in which the clock runs, and a row for dust")
  func share() throws {
    let staked = series("staked", .share, .running)
    // 1 alone for 4 seconds, 1 : 3 for 6 seconds, nobody for 5, then 2 alone for 5.
    let history = changes([(0, 1, 1), (14, 2, 3), (20, 1, -1), (20, 2, -3), (25, 2, 8)])
    let half: UInt256 = second >> 1
    #expect(
      numbers(try measured([staked], ["staked": history])["staked"])
        == [[1, half &* 11, 15], [2, half &* 19, 15]])
    // 1 of 2^200 for a second earns less than 2^-192 seconds, and still has a row.
    let dust = changes([(0, 1, 1), (0, 2, BigInt(1) << 200), (11, 1, -1)])
    let found = numbers(try measured([staked], ["staked": dust])["staked"])
    #expect(found.map { $0[0] } == [1, 2] && found[0][1] == 0)
  }

  @Test("Windows: a trailing one ends with the epoch, a fixed one is the same in every epoch")
  func windows() throws {
    let history = changes([(0, 1, 1), (25, 1, 1)], over: 0..<100)
    func held(_ window: TimeWindow, epoch: UInt32) throws -> [[UInt256]] {
      let staked = series("staked", .held, window: window)
      return numbers(try measured([staked], ["staked": history], epoch: epoch)["staked"])
    }
    #expect(try held(.trailing(7), epoch: 0) == [[1, 12]])
    #expect(try held(.trailing(90), epoch: 0) == [[1, 35]])
    let fixed = TimeWindow.fixed(start: Timestamp(24), end: Timestamp(27))
    #expect(try held(fixed, epoch: 0) == [[1, 5]])
    #expect(try held(fixed, epoch: 1) == [[1, 5]])
  }

  @Test("Minimum holding: a fall counts at once, a rise after its time, the start as long held")
  func holding() throws {
    // 10 from the start, 30 from 15, 20 from 18, 1 from 25; another one comes with 4 at 12.
    let history = changes([
      (0, 1, 10), (12, 2, 4), (15, 1, 20), (18, 1, -10), (25, 1, -19),
    ])
    let staked = series("staked", .held, holding: 4)
    // At 18 second 14 still has 10; from 19 on the least of four seconds is 20.
    #expect(
      try histories([staked], ["staked": history])["staked"]
        == computed([(0, 1, 10), (16, 2, 4), (19, 1, 10), (25, 1, -19)]))
    // 10 · 9 + 20 · 6 + 1 · 5, and 4 · 14.
    #expect(
      numbers(try measured([staked], ["staked": history])["staked"]) == [[1, 215], [2, 56]])
  }

  @Test("Minimum holding: a rise that falls back in time never counts, and leaves no account")
  func passing() throws {
    let history = changes([(0, 1, 1), (12, 1, 5), (12, 2, 5), (16, 1, -5), (16, 2, -5)])
    let staked = series("staked", .held, holding: 4)
    #expect(try histories([staked], ["staked": history])["staked"] == computed([(0, 1, 1)]))
    // One second more, and it does for one.
    let longer = changes([(0, 1, 1), (12, 1, 5), (17, 1, -5)])
    #expect(
      try histories([staked], ["staked": longer])["staked"]
        == computed([(0, 1, 1), (16, 1, 5), (17, 1, -5)]))
  }

  private static let net = Series.Origin.balances(
    Formula.difference(Formula.name("supplied"), Formula.name("borrowed")))

  @Test("Balances computed from others: after all changes of an instant, below 0 as 0")
  func computedBalances() throws {
    let sources = [
      series("supplied", .held), series("borrowed", .held), series("net", .held, from: Self.net),
    ]
    let supplied = changes([(0, 1, 9), (12, 1, 1), (12, 3, 2), (20, 1, 5)])
    let borrowed = changes([(4, 1, 2), (12, 1, 1), (12, 2, 7), (20, 1, 20), (25, 1, -23)])
    let found = try histories(sources, ["supplied": supplied, "borrowed": borrowed])
    // 7 before the window; at 12 both change and the difference does not; 2 only owes.
    #expect(
      found["net"]
        == computed([(0, 1, 7), (12, 3, 2), (20, 1, -7), (25, 1, 15)], over: 10..<30))
  }

  @Test("A balance is computed of who holds something, and rounded down to its places")
  func rounding() throws {
    let formula = Formula.quotient(
      Formula.sum(Formula.name("supplied"), Formula.number(5)), Formula.number(3))
    func balances(_ value: ColumnDeclaration.Kind) throws -> PositionHistory? {
      let sources = [
        series("supplied", .held), series("third", .held, from: .balances(formula), value: value),
      ]
      let supplied = changes([(0, 1, 3), (12, 1, -3), (14, 1, 4)])
      return try histories(sources, ["supplied": supplied])["third"]
    }
    // 8 / 3 = 2.66, then nothing, which is not 5 / 3, then 9 / 3.
    #expect(
      try balances(.integer) == computed([(0, 1, 2), (12, 1, -2), (14, 1, 3)], over: 10..<30))
    #expect(
      try balances(.decimal(DecimalFormat(places: 1)))
        == computed([(0, 1, 26), (12, 1, -26), (14, 1, 30)], over: 10..<30))
    #expect(
      try balances(.decimal(DecimalFormat(places: 3)))
        == computed([(0, 1, 2660), (12, 1, -2660), (14, 1, 3000)], over: 10..<30))
  }

  @Test("Who owes something and holds nothing has the balance that is computed of it")
  func owing() throws {
    let formula = Formula.difference(Formula.number(5), Formula.name("borrowed"))
    let sources = [series("borrowed", .held), series("left", .held, from: .balances(formula))]
    let borrowed = changes([(0, 1, 2), (12, 2, 9), (15, 1, -2), (20, 2, -5)])
    #expect(
      try histories(sources, ["borrowed": borrowed])["left"]
        == computed([(0, 1, 3), (15, 1, -3), (20, 2, 1)], over: 10..<30))
  }

  @Test("More changes than one block are computed in their order")
  func blocks() throws {
    var rows: [(UInt64, UInt64, BigInt)] = []
    for number in UInt64(1)...3000 { rows.append((0, number, BigInt(number))) }
    for number in UInt64(1)...3000 { rows.append((20, number, number % 2 == 0 ? 1 : -1)) }
    let twice = Formula.product(Formula.name("supplied"), Formula.number(2))
    let sources = [series("supplied", .held), series("twice", .held, from: .balances(twice))]
    let found = numbers(try measured(sources, ["supplied": changes(rows)])["twice"])
    #expect(found.count == 3000)
    // 2 · 10 · n and 2 · 10 · (n ± 1).
    #expect(found[0] == [1, 20] && found[1] == [2, 100] && found[2999] == [3000, 120_020])
    #expect(found[2998] == [2999, 119_940])
  }

  // MARK: Errors

  @Test("An expression without a value names source, account and time")
  func withoutValue() throws {
    let formula = Formula.quotient(Formula.name("supplied"), Formula.name("borrowed"))
    let sources = [
      series("supplied", .held), series("borrowed", .held),
      series("ratio", .held, from: .balances(formula)),
    ]
    func error(_ supplied: PositionHistory, _ borrowed: PositionHistory) -> LawError? {
      lawError { () throws(LawError) in
        try measured(sources, ["supplied": supplied, "borrowed": borrowed])
      }
    }
    let lent = changes([(0, 1, 6), (0, 2, 5), (14, 2, 5), (14, 3, 5)])
    #expect(error(lent, changes([(0, 1, 2), (0, 2, 2), (14, 3, 1)])) == nil)
    let later = error(lent, changes([(0, 1, 2), (0, 2, 2), (14, 2, -2)]))
    #expect(later?.kind == .divisionByZero && later?.subject == "ratio")
    #expect(later?.place == "expression at 7:5, account \(account(2)) at 14 seconds")
    #expect(later?.expected == "a divisor other than 0")
    // At the first second that is read.
    let first = error(lent, changes([(0, 1, 2), (14, 2, 1)]))
    #expect(first?.place == "expression at 7:5, account \(account(2)) at 10 seconds")
    let large = Formula.product(Formula.name("supplied"), Formula.name("borrowed"))
    let overflow = lawError { () throws(LawError) in
      try measured(
        [sources[0], sources[1], series("ratio", .held, from: .balances(large))],
        [
          "supplied": changes([(0, 1, BigInt(1) << 200)]),
          "borrowed": changes([(0, 1, BigInt(1) << 56)]),
        ])
    }
    #expect(overflow?.kind == .expressionOverflow && overflow?.subject == "ratio")
  }

  @Test("Balances have to be good over all that is read, whatever is measured")
  func badBalances() throws {
    let staked = series("staked", .opening)
    func error(
      _ rows: [(UInt64, UInt64, BigInt)], _ sources: [SourceDeclaration] = [staked]
    ) -> LawError? {
      lawError { () throws(LawError) in
        try measured(sources, ["staked": changes(rows)])
      }
    }
    let negative = error([(0, 2, 5), (12, 1, 3), (15, 1, -4), (15, 2, -6)])
    #expect(negative?.kind == .negativeBalance && negative?.subject == "staked")
    #expect(negative?.place == "balances at 15 seconds, \(account(1)), line 4")
    #expect(negative?.found == "a balance of -1")
    #expect(error([(0, 1, -1)])?.place == "balances at 0 seconds, \(account(1)), line 2")
    let half = BigInt(1) << 255
    #expect(error([(0, 1, half), (12, 1, half)])?.kind == .balanceOverflow)
    #expect(error([(0, 1, half), (12, 1, half - 1)]) == nil)
    // After the window of its own, where another source needs it.
    let later = series(
      "later", .held, from: .balances(Formula.name("staked")),
      window: .fixed(start: Timestamp(10), end: Timestamp(50)))
    let late = error([(0, 1, 1), (40, 1, -2)], [staked, later])
    #expect(late?.kind == .negativeBalance && late?.subject == "staked")
  }

  @Test("What is not asked for does not overflow")
  func overflow() throws {
    let half = BigInt(1) << 255
    let history = changes([(0, 1, half), (0, 2, half)])
    func kind(_ measures: Series.Measure...) -> LawError.Kind? {
      let staked = series("staked", measures)
      return lawError { () throws(LawError) in try measured([staked], ["staked": history]) }?.kind
    }
    #expect(kind(.opening, .closing, .lowest, .highest, .seconds, .running) == nil)
    #expect(kind(.held) == .heldOverflow)
    #expect(kind(.average) == .heldOverflow)
    #expect(kind(.share, .running) == .supplyOverflow)
    #expect(kind(.share, .held) == .heldOverflow)
  }
}
