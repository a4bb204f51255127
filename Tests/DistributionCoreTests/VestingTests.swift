import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// What is free of `amount` at each second.
private func vested(
  _ amount: UInt256, _ schedule: VestingSchedule, at seconds: [UInt64]
) -> [UInt256] {
  seconds.map { schedule.vested(amount, at: Timestamp($0)) }
}

private func schedule(
  start: UInt64, initial: UInt64 = 0, _ shape: VestingSchedule.Shape
) -> VestingSchedule {
  VestingSchedule(
    start: Timestamp(start), initialUnlock: Share(billionths: initial), shape: shape)
}

@Suite("Vesting: what is free, on both sides of every boundary")
struct VestingTests {
  @Test("Immediate vesting is free at any time, also before its start")
  func immediate() {
    #expect(vested(5, .immediate, at: [0, 1, .max]) == [5, 5, 5])
    let later = schedule(start: 100, initial: 500_000_000, .immediate)
    #expect(vested(5, later, at: [0, 99, 100]) == [5, 5, 5])
    #expect(VestingSchedule.immediate.end == nil)
  }

  @Test("INV-007: linear vesting waits for the cliff and then counts from the start")
  func linear() {
    let plan = schedule(start: 1000, initial: 100_000_000, .linear(cliff: 25, duration: 100))
    // Before and at the start, before and at the cliff, half way, before, at and after the end.
    #expect(
      vested(1000, plan, at: [0, 999, 1000, 1024, 1025, 1050, 1099, 1100, 1101, .max])
        == [0, 0, 100, 100, 325, 550, 991, 1000, 1000, 1000])
    #expect(plan.end == Timestamp(1100))
  }

  @Test("A linear schedule without a cliff starts at nothing and grows by the second")
  func linearWithoutCliff() {
    let plan = schedule(start: 10, .linear(cliff: 0, duration: 3))
    #expect(vested(10, plan, at: [9, 10, 11, 12, 13]) == [0, 0, 3, 6, 10])
  }

  @Test("A cliff at the end holds everything back until then")
  func cliffAtEnd() {
    let plan = schedule(start: 10, .linear(cliff: 5, duration: 5))
    #expect(vested(10, plan, at: [10, 14, 15]) == [0, 0, 10])
    let decaying = schedule(
      start: 10, initial: 500_000_000, .exponential(halfLife: 1, cliff: 5, duration: 5))
    #expect(vested(10, decaying, at: [9, 10, 14, 15]) == [0, 5, 5, 10])
  }

  @Test("An initial unlock of everything leaves nothing to wait for but the start")
  func allAtOnce() {
    let shapes: [VestingSchedule.Shape] = [
      .linear(cliff: 5, duration: 9), .steps(period: .seconds(7), count: 2),
      .exponential(halfLife: 3, cliff: 2, duration: 9),
    ]
    for shape in shapes {
      let plan = schedule(start: 10, initial: 1_000_000_000, shape)
      #expect(vested(.max, plan, at: [9, 10, 11, 100]) == [0, .max, .max, .max], "\(shape)")
    }
  }

  @Test("The initial unlock rounds down, and the rest follows what it left")
  func initialUnlock() {
    // ⌊10 · 0.333333333⌋ = 3; 7 left, two of three parts: ⌊14 / 3⌋ = 4.
    let plan = schedule(start: 0, initial: 333_333_333, .linear(cliff: 0, duration: 3))
    #expect(vested(10, plan, at: [0, 2, 3]) == [3, 7, 10])
    // A billionth of 10^9 − 1 is nothing, of 10^9 one unit.
    let one = schedule(start: 0, initial: 1, .linear(cliff: 1, duration: 1))
    #expect(vested(999_999_999, one, at: [0]) == [0])
    #expect(vested(1_000_000_000, one, at: [0]) == [1])
  }

  @Test("Equal steps round down and end with all of it")
  func steps() {
    let plan = schedule(start: 5, initial: 200_000_000, .steps(period: .seconds(10), count: 3))
    #expect(
      vested(100, plan, at: [4, 5, 14, 15, 24, 25, 34, 35, 36, .max])
        == [0, 20, 20, 46, 46, 73, 73, 100, 100, 100])
    #expect(plan.end == Timestamp(35))
    #expect([1, 2, 3].map { plan.timeOfStep($0)?.seconds } == [15, 25, 35])
  }

  @Test("A single step is a cliff")
  func oneStep() {
    let plan = schedule(start: 5, .steps(period: .seconds(10), count: 1))
    #expect(vested(100, plan, at: [5, 14, 15]) == [0, 0, 100])
  }

  @Test("Tranches open at their times and round down together")
  func tranches() {
    let plan = schedule(
      start: 10,
      .tranches([
        .init(time: Timestamp(10), share: Share(billionths: 333_333_333)),
        .init(time: Timestamp(20), share: Share(billionths: 333_333_333)),
        .init(time: Timestamp(30), share: Share(billionths: 333_333_334)),
      ]))
    // Of 5, two tranches are ⌊5 · 0.666666666⌋ = 3, and not twice ⌊5 · 0.333333333⌋ = 1.
    #expect(vested(100, plan, at: [9, 10, 19, 20, 29, 30, .max]) == [0, 33, 33, 66, 66, 100, 100])
    #expect(vested(5, plan, at: [10, 20, 30]) == [1, 3, 5])
    #expect(plan.end == Timestamp(30))
  }

  @Test("Exponential vesting halves what is left, stretched to end at nothing")
  func exponential() {
    // Half-life 1, duration 3: (1 − 2^−t) / (1 − 1/8) of 70, from an initial 30 of 100.
    let plan = schedule(
      start: 50, initial: 300_000_000, .exponential(halfLife: 1, cliff: 0, duration: 3))
    #expect(vested(100, plan, at: [49, 50, 51, 52, 53, 54]) == [0, 30, 70, 90, 100, 100])
    #expect(plan.end == Timestamp(53))
    let withCliff = schedule(
      start: 50, initial: 300_000_000, .exponential(halfLife: 1, cliff: 2, duration: 3))
    #expect(vested(100, withCliff, at: [49, 50, 51, 52, 53]) == [0, 30, 30, 90, 100])
  }

  @Test("Every vector of Python's fractions is reproduced, at any start")
  func vectors() {
    #expect(Vectors.vesting.samples.count == 40)
    for sample in Vectors.vesting.samples {
      for start in [UInt64(0), 1_801_396_800] {
        let plan = schedule(start: start, initial: sample.initial, sample.shape)
        for (passed, expected) in sample.vestedAfter {
          let free = plan.vested(units(sample.amount), at: Timestamp(start + seconds(passed)))
          #expect(free == units(expected), "\(plan) of \(sample.amount) after \(passed)")
        }
      }
    }
  }
}

@Suite("Vesting by months")
struct MonthlyVestingTests {
  private func falls(_ start: UInt64, _ months: UInt32, _ numbers: [UInt32]) -> [UInt64?] {
    let plan = schedule(start: start, .steps(period: .months(months), count: 600))
    return numbers.map { plan.timeOfStep($0)?.seconds }
  }

  @Test("The day of the month stays, or is the month's last: 31 January 2027 at noon")
  func clamped() {
    let plan = schedule(start: 1_801_396_800, .steps(period: .months(1), count: 13))
    // 28 February, 31 March and 30 April 2027, 29 February 2028, all at noon.
    #expect(
      [1, 2, 3, 13].map { plan.timeOfStep($0)?.seconds }
        == [1_803_816_000, 1_806_494_400, 1_809_086_400, 1_835_438_400])
    #expect(
      vested(1300, plan, at: [1_801_396_799, 1_801_396_800, 1_803_815_999, 1_803_816_000])
        == [0, 0, 0, 100])
    #expect(vested(1300, plan, at: [1_835_438_399, 1_835_438_400]) == [1200, 1300])
    #expect(plan.end == Timestamp(1_835_438_400))
  }

  @Test("29 February comes in 2028, 2032 and 2400, and does not in 2029 and 2100")
  func leapYears() {
    // From 31 January 2028: 29 February and 31 March.
    #expect(falls(1_832_889_600, 1, [1, 2]) == [1_835_395_200, 1_838_073_600])
    // From 29 February 2028 by years: 28 February 2029, 29 February 2032.
    #expect(falls(1_835_395_200, 12, [1, 4]) == [1_866_931_200, 1_961_625_600])
    // From 31 January 2100: 28 February and 31 March, since 2100 is no leap year.
    #expect(falls(4_105_036_800, 1, [1, 2]) == [4_107_456_000, 4_110_134_400])
    // From 30 November 2099 at one o'clock by quarters: 28 February 2100.
    #expect(falls(4_099_683_600, 3, [1]) == [4_107_459_600])
    // From 31 January 2400: 29 February.
    #expect(falls(13_572_057_600, 1, [1]) == [13_574_563_200])
  }

  @Test("Every vector of Python's datetime is reproduced")
  func vectors() {
    #expect(Vectors.calendar.steps.count == 72)
    for sample in Vectors.calendar.steps {
      let numbers = sample.falls.indices.map { UInt32($0 + 1) }
      #expect(
        falls(seconds(sample.start), sample.months, numbers) == sample.falls.map { seconds($0) },
        "\(sample.months) months from \(sample.start)")
    }
  }

  @Test("Every month step opens one part, and one second before it does not")
  func opening() {
    for sample in Vectors.calendar.steps {
      let count = UInt32(sample.falls.count)
      let plan = schedule(
        start: seconds(sample.start), .steps(period: .months(sample.months), count: count))
      let whole = UInt256(UInt64(count) * 10)
      for (index, fall) in sample.falls.enumerated() {
        let open = UInt256(UInt64(index) * 10)
        #expect(vested(whole, plan, at: [seconds(fall) - 1, seconds(fall)]) == [open, open &+ 10])
      }
    }
  }
}

@Suite("Vesting at the end of time and of 256 bits")
struct FarVestingTests {
  @Test("INV-015: steps beyond 2^64 − 1 never come and never trap")
  func farSteps() {
    let far = schedule(start: .max, .steps(period: .months(.max), count: .max))
    #expect(far.end == nil)
    #expect(vested(7, far, at: [.max - 1, .max]) == [0, 0])
    let seconds = schedule(start: 1, .steps(period: .seconds(.max / 2), count: 3))
    // Steps at 2^63, 2^64 − 1 and beyond.
    #expect([1, 2, 3].map { seconds.timeOfStep($0)?.seconds } == [1 << 63, .max, nil])
    #expect(vested(3, seconds, at: [(1 << 63) - 1, 1 << 63, .max - 1, .max]) == [0, 1, 1, 2])
    #expect(seconds.end == nil)
  }

  @Test("INV-015: the last month that ends before 2^64 seconds is found")
  func lastMonth() {
    // From 1970 by 2^32 − 1 months: step 1633 is the last, from Python's integers.
    let long = schedule(start: 0, .steps(period: .months(.max), count: 2000))
    #expect(long.timeOfStep(1633)?.seconds == 18_444_201_113_768_400_000)
    #expect(long.timeOfStep(1634) == nil)
    #expect(vested(2000, long, at: [.max]) == [1633])
    // A month before the last day of 64 bits, at its last time of day and one second later.
    let day: UInt64 = 18_446_744_073_706_848_000
    let last = schedule(start: day + 25_215, .steps(period: .months(1), count: 1))
    #expect(last.end == Timestamp(.max))
    #expect(vested(9, last, at: [.max - 1, .max]) == [0, 9])
    let beyond = schedule(start: day + 25_216, .steps(period: .months(1), count: 1))
    #expect(beyond.end == nil)
    #expect(vested(9, beyond, at: [.max]) == [0])
  }

  @Test("INV-015: an end beyond 2^64 − 1 leaves the part that has passed")
  func farEnd() {
    // One second of 2^64 − 1: (2^256 − 1) / (2^64 − 1) = 1 + 2^64 + 2^128 + 2^192.
    let part = (0..<4).reduce(UInt256(0)) { $0 | UInt256(1) << (64 * $1) }
    let long = schedule(start: .max - 1, .linear(cliff: 0, duration: .max))
    #expect(long.end == nil)
    #expect(vested(.max, long, at: [.max - 2, .max - 1, .max]) == [0, 0, part])
    let held = schedule(start: .max - 1, .linear(cliff: 2, duration: .max))
    #expect(vested(.max, held, at: [.max]) == [0])
    let decaying = schedule(
      start: .max - 1, .exponential(halfLife: .max, cliff: 0, duration: .max))
    #expect(decaying.end == nil)
    // Over the whole duration 2^127 of 2^128 are gone, after one second 2^128 − K₆₄.
    let gone = twoTo128 &- units("340282366920938463450588298786565555796")
    #expect(vested(UInt256(1) << 127, decaying, at: [.max]) == [gone])
  }

  @Test("The widest amount vests without overflow")
  func widestAmount() {
    // With I = ⌊(2^256 − 1) / 10^9⌋, R = A − I: I + ⌊R · 2^63 / (2^64 − 1)⌋, Python's integers.
    let plan = schedule(start: 0, initial: 1, .linear(cliff: 0, duration: .max))
    #expect(
      vested(.max, plan, at: [0, 1 << 63, .max])
        == [
          units("115792089237316195423570985008687907853269984665640564039457584007913"),
          units("57896044676554142333582141080684235945373641772431540897276859981878024563923"),
          .max,
        ])
    let tranches = schedule(
      start: 0,
      .tranches([
        .init(time: Timestamp(0), share: Share(billionths: 333_333_333)),
        .init(time: Timestamp(.max), share: Share(billionths: 666_666_667)),
      ]))
    #expect(
      vested(.max, tranches, at: [0, .max - 1, .max])
        == [
          units("38597363040508035395418263195038974281527358937456859791272339989485181877340"),
          units("38597363040508035395418263195038974281527358937456859791272339989485181877340"),
          .max,
        ])
  }

  @Test("A share rounds down and its whole is everything")
  func shares() {
    #expect(Share.whole.of(.max) == .max)
    #expect(Share.none.of(.max) == 0)
    #expect(Share(billionths: 125_000_000).of(15) == 1)
    #expect(Share(billionths: 125_000_000).of(16) == 2)
  }
}
