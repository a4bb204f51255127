import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// Changes of balances: time, account, and a signed amount.
private func changes(_ rows: [(UInt64, UInt32, Int)]) -> PositionChanges {
  var changes = PositionChanges()
  for (line, row) in rows.enumerated() {
    changes.append(
      time: Timestamp(row.0), account: row.1, amount: UInt256(UInt64(row.2.magnitude)),
      isTaken: row.2 < 0, line: UInt32(line + 2))
  }
  return changes
}

private func seconds(_ range: Range<UInt64>) -> Range<Timestamp> {
  Timestamp(range.lowerBound)..<Timestamp(range.upperBound)
}

/// One epoch after the other, of changes that belong to them.
private func accrued(
  _ rule: AccrualRule, _ changes: PositionChanges, balances: [UInt256] = [],
  _ epochs: Range<UInt64>...
) throws -> [AccruedEpoch] {
  var accrual = Accrual(rule: rule, balances: balances)
  var row = 0
  return try epochs.map { epoch in
    accrual.open(seconds(epoch))
    row = try accrual.take(changes, from: row)
    return try accrual.close()
  }
}

/// Weights of `share` are in units of 2^-192 seconds.
private let second = UInt256(1) << 192
private let power128 = UInt256(1) << 128
private let power255 = UInt256(1) << 255

/// Rounded down.
private func quotient(_ dividend: UInt256, _ divisor: UInt256) -> UInt256 {
  dividend.quotientAndRemainder(dividingBy: divisor)?.quotient ?? 0
}

@Suite("Accrual: numbers worked out by hand")
struct AccrualTests {
  @Test("average: balance times seconds, from the change on")
  func average() throws {
    // Account 0 holds 5 from 10 to 16, then 3 to 20; account 1 holds 2 from 16 to 20.
    let rows = changes([(10, 0, 5), (16, 0, -2), (16, 1, 2)])
    let epoch = try accrued(.average, rows, 0..<20)[0]
    // 5 · 6 + 3 · 4, and 2 · 4.
    #expect(epoch.weights == [42, 8])
    #expect(epoch.seconds == 20 && epoch.runningSeconds == 10)
    #expect(epoch.due(of: 1000) == 1000)
  }

  @Test("share: every second is split by shares, and the clock stands still while nobody holds any")
  func share() throws {
    // 0 alone for 4 seconds, 1 : 3 for 6 seconds, nobody for 5, then 1 alone for 5.
    let rows = changes([(0, 0, 1), (4, 1, 3), (10, 0, -1), (10, 1, -3), (15, 1, 8)])
    let epoch = try accrued(.share, rows, 0..<20)[0]
    #expect(epoch.runningSeconds == 15)
    // 4 + 6/4 and 6·3/4 + 5 seconds; all of these quotients are whole in units of 2^-256.
    let half: UInt256 = second >> 1
    let expected: [UInt256] = [half &* 11, half &* 19]
    #expect(epoch.weights == expected)
    // 15 of 20 seconds: ⌊1001 · 15 / 20⌋.
    #expect(epoch.due(of: 1001) == 750)
    let threeQuarters: UInt256 = quotient(.max, 4) &* 3 &+ 2
    #expect(epoch.due(of: .max) == threeQuarters)
  }

  @Test(
    "Balances of more than 128 bits last from one epoch to the next",
    arguments: [
      AccrualRule.average, .share,
    ])
  func wideBalances(rule: AccrualRule) throws {
    // 2^130 and three times that, from second 2 on, over two epochs of ten seconds.
    let large: UInt256 = power128 << 2
    var rows = PositionChanges()
    for (account, amount) in [large, large &* 3].enumerated() {
      rows.append(
        time: Timestamp(2), account: UInt32(account), amount: amount, isTaken: false,
        line: UInt32(account + 2))
    }
    let epochs = try accrued(rule, rows, 0..<10, 10..<20)
    for (epoch, seconds) in zip(epochs, [8, 10] as [UInt256]) {
      let all: UInt256 = rule == .share ? second &* seconds : (large << 2) &* seconds
      #expect(epoch.weights == [all >> 2, (all >> 2) &* 3])
    }
  }

  @Test("share: quotients are rounded down at 2^-256, weights at 2^-192")
  func rounding() throws {
    let epoch = try accrued(.share, changes([(0, 0, 1), (0, 1, 2)]), 0..<1)[0]
    // ⌊2^256 / 3⌋ = 0x5555…55, by 1 and by 2, without the last 64 bits.
    let third = quotient(.max, 3)
    let two: UInt256 = third &+ third
    #expect(epoch.weights == [third >> 64, two >> 64])
  }

  @Test("Epochs are half-open: a change at the end counts in the next one")
  func halfOpen() throws {
    let rows = changes([(10, 0, 4), (20, 0, 6), (30, 0, -10)])
    let epochs = try accrued(.average, rows, 10..<20, 20..<30, 30..<40)
    #expect(epochs.map(\.weights) == [[40], [100], [0]])
    var accrual = Accrual(rule: .average)
    accrual.open(seconds(10..<20))
    #expect(try accrual.take(rows) == 1)
  }

  @Test("share: the seconds in which somebody holds something are each epoch's own")
  func runningSeconds() throws {
    let rows = changes([(0, 0, 1), (14, 0, -1)])
    let epochs = try accrued(.share, rows, 0..<10, 10..<20)
    #expect(epochs.map(\.runningSeconds) == [10, 4])
    // 4 of 10 seconds, and never more than there is.
    #expect(epochs.map { $0.due(of: 1000) } == [1000, 400])
  }

  @Test("Changes before the first epoch, and opening balances, are what it starts with")
  func opening() throws {
    let rows = changes([(1, 0, 5), (2, 1, 1), (8, 1, -1), (12, 0, -5)])
    #expect(try accrued(.average, rows, balances: [0, 7], 10..<20)[0].weights == [10, 70])
    // 5 : 7 for 2 seconds, then account 1 alone for 8: ⌊2^256 · 2 / 12⌋ = ⌊(2^256 − 1) / 6⌋.
    let epoch = try accrued(.share, rows, balances: [0, 7], 10..<20)[0]
    #expect(epoch.runningSeconds == 10)
    let sixth: UInt256 = quotient(.max, 6) >> 64
    let five: UInt256 = sixth &* 5 &+ 3
    #expect(epoch.weights[0] == five)
    let seven: UInt256 = sixth &* 7 &+ 4
    #expect(epoch.weights[1] == seven &+ (second &* 8))
  }

  @Test("Balances go on from one epoch to the next, and can be read between them")
  func balances() throws {
    var accrual = Accrual(rule: .share, balances: [3])
    accrual.open(seconds(0..<10))
    #expect(try accrual.take(changes([(4, 1, 9), (5, 0, -3), (12, 0, 1)])) == 2)
    _ = try accrual.close()
    #expect(accrual.balances == [0, 9])
  }

  // MARK: Errors

  private func problem(
    _ rule: AccrualRule, _ changes: PositionChanges, balances: [UInt256] = [],
    _ epoch: Range<UInt64>
  ) -> AccrualError? {
    do {
      _ = try accrued(rule, changes, balances: balances, epoch)
      return nil
    } catch {
      return error as? AccrualError
    }
  }

  @Test(
    "A balance below 0 after an instant names account, time and line",
    arguments: AccrualRule.allCases
  )
  func negative(rule: AccrualRule) throws {
    let rows = changes([(1, 0, 5), (3, 1, 2), (3, 0, -9), (3, 0, 1), (4, 0, 20)])
    let error = try #require(problem(rule, rows, 0..<10))
    #expect(error.kind == .negativeBalance && error.account == 0 && error.line == 4)
    #expect(error.time == Timestamp(3))
    #expect("\(error)".contains("line 4, account number 0, at 3 seconds: found a balance of -3"))
    // At the end of an epoch, and before the first one.
    #expect(problem(rule, changes([(9, 0, -1)]), 0..<10)?.kind == .negativeBalance)
    #expect(problem(rule, changes([(1, 0, -1), (2, 0, 1)]), 5..<10)?.time == Timestamp(1))
  }

  @Test("What a balance is between two changes of one instant is never looked at")
  func between() throws {
    let rows = changes([(2, 0, -5), (2, 0, 3), (2, 0, 4)])
    #expect(try accrued(.average, rows, 0..<10)[0].weights == [16])
    var wide = PositionChanges()
    for (amount, isTaken) in [(power255, false), (power255, false), (power255, true)] {
      wide.append(time: Timestamp(0), account: 0, amount: amount, isTaken: isTaken, line: 2)
    }
    #expect(try accrued(.average, wide, 0..<1)[0].weights == [power255])
    #expect(try accrued(.share, wide, 0..<1)[0].weights == [second])
  }

  @Test("A balance, a supply and a weight of 2^256 are refused, one less is not")
  func overflow() throws {
    func rows(_ amounts: [(UInt32, UInt256)]) -> PositionChanges {
      var changes = PositionChanges()
      for (account, amount) in amounts {
        changes.append(
          time: Timestamp(1), account: account, amount: amount, isTaken: false, line: 9)
      }
      return changes
    }
    let one = problem(.average, rows([(0, power255), (0, power255)]), 0..<2)
    #expect(one?.kind == .balanceOverflow && one?.line == 9 && one?.account == 0)
    let two = rows([(0, power255), (1, power255)])
    #expect(problem(.share, two, 0..<2)?.kind == .supplyOverflow)
    #expect(problem(.share, two, 0..<2)?.account == nil)
    #expect(try accrued(.average, two, 0..<2)[0].weights == [power255, power255])
    let most = rows([(0, power255), (1, power255 &- 1)])
    #expect(try accrued(.share, most, 0..<2)[0].runningSeconds == 1)
    let weight = problem(.average, rows([(1, power255)]), 0..<3)
    #expect(weight?.kind == .weightOverflow && weight?.account == 1)
    #expect(weight?.time == Timestamp(3))
    #expect(problem(.average, two, 0..<3)?.account == 0)
    #expect(try accrued(.average, rows([(0, power255 &- 1)]), 0..<3)[0].weights == [.max &- 1])
  }

  @Test("A time before the one above it is refused, in an epoch and after it")
  func timeGoesBack() throws {
    let error = try #require(problem(.share, changes([(5, 0, 1), (4, 1, 1)]), 0..<10))
    #expect(error.kind == .timeGoesBack && error.line == 3 && error.account == 1)
    var accrual = Accrual(rule: .average)
    accrual.open(seconds(0..<10))
    _ = try accrual.close()
    accrual.open(seconds(10..<20))
    #expect(throws: AccrualError.self) { try accrual.take(changes([(9, 0, 1)])) }
  }

  // MARK: Narrow and wide

  @Test("INV-015: a balance that passes 2^128 in the middle of an epoch keeps what it earned")
  func widening() throws {
    var rows = PositionChanges()
    func add(_ time: UInt64, _ account: UInt32, _ amount: UInt256, _ isTaken: Bool = false) {
      rows.append(
        time: Timestamp(time), account: account, amount: amount, isTaken: isTaken, line: 1)
    }
    add(0, 0, power128 &- 1)
    add(0, 1, 1)
    add(5, 0, 1)
    add(7, 0, power128, true)
    add(12, 1, power128)
    let epochs = try accrued(.average, rows, 0..<10, 10..<20)
    let earned: UInt256 = (power128 &- 1) &* 5 &+ (power128 &* 2)
    #expect(epochs[0].weights == [earned, 10])
    let later: UInt256 = 10 &+ (power128 &* 8)
    #expect(epochs[1].weights == [0, later])
    // Account 1 has 2^-128 of 5 seconds; 1 / (2^128 + 1) of 2, in which ⌊2^257 / (2^128 + 1)⌋ is
    // 2^129 − 2; and all of 3.
    let shares = try accrued(.share, rows, 0..<10, 10..<20)
    let parts: UInt256 = (power128 &* 7) &- 2
    let whole: UInt256 = (parts >> 64) &+ (second &* 3)
    #expect(shares[0].weights[1] == whole)
    // Of 8 of 10 seconds ⌊2^256 · 8 / (2^128 + 1)⌋ · (2^128 + 1) is a little less than all.
    #expect(shares[1].weights == [0, (second &* 10) &- 1])
  }

  @Test("An amount of more than 128 bits, and the longest time, fit")
  func extremes() throws {
    let longest = UInt256(UInt64.max)
    for (amount, rule) in [
      (power128, AccrualRule.average), (power128, .share), (power128 &- 1, .average),
      (power128 &- 1, .share),
    ] {
      var rows = PositionChanges()
      rows.append(time: Timestamp(0), account: 0, amount: amount, isTaken: false, line: 1)
      let found = try accrued(rule, rows, 0..<UInt64.max)[0].weights
      // ⌊2^256 · (2^64 − 1) / (2^128 − 1)⌋ · (2^128 − 1) is 2^64 − 1 below 2^256 · (2^64 − 1).
      let shared = amount == power128 ? second &* longest : (second &* longest) &- 1
      #expect(found == [rule == .share ? shared : amount &* longest])
    }
  }
}
