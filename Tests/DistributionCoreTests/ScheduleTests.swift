import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Emission, decay and vesting: numbers worked out elsewhere")
struct ScheduleTests {
  @Test("The decay function equals its definition computed in Python", arguments: decaySamples)
  func decay(time: UInt64, halfLife: UInt64, value: String) {
    #expect(DecayFunction.value(time, halfLife: halfLife) == units(value))
  }

  @Test("The factors are the floors of 2^128 · 2^(−2^(−i))")
  func factors() {
    // mpmath at 400 bits.
    #expect(DecayFunction.factors.count == 64)
    #expect(DecayFunction.factors[0] == units("240615969168004511545033772477625056927"))
    #expect(DecayFunction.factors[1] == units("286142222517866327586855861304318312414"))
    #expect(DecayFunction.factors[63] == units("340282366920938463450588298786565555796"))
  }

  @Test("Constant emission spreads a budget that does not divide evenly")
  func constant() {
    #expect(cumulative(.constant, 100, over: 7) == units([0, 14, 28, 42, 57, 71, 85, 100]))
  }

  @Test("Linear decay gives epoch n in proportion to N − n")
  func linearDecay() {
    #expect(
      cumulative(.linearDecay, 1_000_000, over: 5)
        == units([0, 333_333, 600_000, 800_000, 933_333, 1_000_000]))
  }

  @Test("Exponential decay halves the rate every half-life")
  func exponentialDecay() {
    let billion = units("1000000000000000000000000000")
    let sums = (0...4).map {
      Emission.exponentialDecay(halfLife: 2).cumulative(UInt32($0), of: billion, over: 4)
    }
    #expect(
      sums == [
        .zero, units("390524291751269967465540850"), units("666666666666666666666666666"),
        units("861928812542301650399437091"), billion,
      ])
  }

  @Test("A table emits what it says")
  func table() {
    let table = Emission.table([5, 0, 3].map { Amount(UInt256($0)) })
    #expect(cumulative(table, 8, over: 3) == units([0, 5, 5, 8]))
    #expect(table.amount(inEpoch: EpochIndex(2), of: UInt256(8), over: 3) == UInt256(3))
    #expect(table.amount(inEpoch: EpochIndex(3), of: UInt256(8), over: 3) == nil)
  }

  private func cumulative(_ emission: Emission, _ budget: UInt64, over count: UInt32) -> [UInt256] {
    (0...count).map { emission.cumulative($0, of: UInt256(budget), over: count) }
  }

  @Test("Linear vesting waits for the cliff and then counts from the start")
  func linear() {
    let schedule = VestingSchedule(
      start: Timestamp(1000), initialUnlock: Share(billionths: 100_000_000),
      shape: .linear(cliff: 25, duration: 100))
    let sums = [0, 999, 1000, 1024, 1025, 1050, 1099, 1100, .max].map {
      schedule.vested(UInt256(1000), at: Timestamp($0))
    }
    #expect(sums == units([0, 0, 100, 100, 325, 550, 991, 1000, 1000]))
  }

  @Test("Monthly steps keep the day of the month, or take the month's last")
  func months() {
    // 2027-01-31T12:00:00Z and the noons that Python's datetime gives for the following months.
    let schedule = VestingSchedule(
      start: Timestamp(1_801_396_800), initialUnlock: .none,
      shape: .steps(period: .months(1), count: 13))
    let falls = [1, 2, 3, 13].map { schedule.timeOfStep($0)?.seconds }
    #expect(falls == [1_803_816_000, 1_806_494_400, 1_809_086_400, 1_835_438_400])
    #expect(schedule.vested(UInt256(1300), at: Timestamp(1_803_815_999)) == .zero)
    #expect(schedule.vested(UInt256(1300), at: Timestamp(1_803_816_000)) == UInt256(100))
    #expect(schedule.vested(UInt256(1300), at: Timestamp(1_835_438_400)) == UInt256(1300))
  }

  @Test("Equal steps round down and end with all of it")
  func steps() {
    let schedule = VestingSchedule(
      start: Timestamp(0), initialUnlock: Share(billionths: 200_000_000),
      shape: .steps(period: .seconds(10), count: 3))
    let sums = [0, 9, 10, 20, 29, 30].map { schedule.vested(UInt256(100), at: Timestamp($0)) }
    #expect(sums == units([20, 20, 46, 73, 73, 100]))
  }

  @Test("Tranches open at their times")
  func tranches() {
    let schedule = VestingSchedule(
      start: Timestamp(10), initialUnlock: .none,
      shape: .tranches([
        .init(time: Timestamp(10), share: Share(billionths: 333_333_333)),
        .init(time: Timestamp(20), share: Share(billionths: 666_666_667)),
      ]))
    let sums = [9, 10, 19, 20].map { schedule.vested(UInt256(100), at: Timestamp($0)) }
    #expect(sums == units([0, 33, 33, 100]))
  }

  @Test("Exponential vesting equals its formula computed in Python")
  func exponential() {
    let day: UInt64 = 86_400
    let schedule = VestingSchedule(
      start: Timestamp(0), initialUnlock: Share(billionths: 100_000_000),
      shape: .exponential(halfLife: 180 * day, cliff: 0, duration: 730 * day))
    let sums = [0, 90, 180, 365, 729, 730].map {
      schedule.vested(UInt256(1_000_000), at: Timestamp($0 * day))
    }
    #expect(sums == units([100_000, 380_471, 578_794, 822_756, 999_777, 1_000_000]))
  }

  @Test("Times beyond 2^64 − 1 never come and never trap")
  func farTimes() {
    let far = VestingSchedule(
      start: Timestamp(.max), initialUnlock: .none,
      shape: .steps(period: .months(.max), count: .max))
    #expect(far.end == nil)
    #expect(far.vested(UInt256(7), at: Timestamp(.max)) == .zero)
    let long = VestingSchedule(
      start: Timestamp(.max - 1), initialUnlock: .none, shape: .linear(cliff: 0, duration: .max))
    #expect(long.end == nil)
    #expect(long.vested(.max, at: Timestamp(.max)) == (UInt256.max / UInt64.max))
  }

  @Test("Immediate vesting is free at any time")
  func immediate() {
    #expect(VestingSchedule.immediate.vested(UInt256(5), at: Timestamp(0)) == UInt256(5))
    #expect(VestingSchedule.immediate.unlockTimes(limit: 10).isEmpty)
  }

  @Test("Unlock times are ascending, bounded, and end with the end")
  func unlockTimes() {
    let shapes: [VestingSchedule.Shape] = [
      .linear(cliff: 30, duration: 100), .linear(cliff: 0, duration: 1),
      .steps(period: .seconds(7), count: 500), .steps(period: .months(1), count: 3),
      .exponential(halfLife: 10, cliff: 50, duration: 60),
      .tranches([.init(time: Timestamp(5), share: .whole)]),
    ]
    for shape in shapes {
      let schedule = VestingSchedule(start: Timestamp(5), initialUnlock: .none, shape: shape)
      let times = schedule.unlockTimes(limit: 12)
      #expect(times == times.sorted() && Set(times).count == times.count)
      #expect((1...12).contains(times.count))
      #expect(times.last == schedule.end)
    }
  }
}

extension UInt256 {
  fileprivate static func / (left: UInt256, right: UInt64) -> UInt256 {
    left.quotientAndRemainder(dividingBy: UInt256(right))?.quotient ?? .zero
  }
}

/// D(t, h) by the steps of the law, Python integers, factors from mpmath at 400 bits.
let decaySamples: [(UInt64, UInt64, String)] = [
  (0, 1, "340282366920938463463374607431768211456"),
  (1, 1, "170141183460469231731687303715884105728"),
  (1, 2, "240615969168004511545033772477625056927"),
  (1, 3, "270082293608263279867485706256484292661"),
  (365, 180, "83448303003985511585560981116559629930"),
  (.max, 1, "0"),
  (127, 1, "2"),
  (128, 1, "1"),
  (129, 1, "0"),
  (63_072_000, 15_552_000, "20464237795380421345703611240769089810"),
]
