import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Unlock times: points that show a schedule's course")
struct UnlockTimesTests {
  private func times(
    start: UInt64 = 1000, _ shape: VestingSchedule.Shape, limit: Int
  ) -> [UInt64] {
    VestingSchedule(start: Timestamp(start), initialUnlock: .none, shape: shape)
      .unlockTimes(limit: limit).map(\.seconds)
  }

  @Test("A campaign that is free at once has none")
  func immediate() {
    #expect(times(.immediate, limit: 10).isEmpty)
  }

  @Test("A continuous shape shows start, cliff, parts of the duration after it, and the end")
  func continuous() {
    // Eighths of 80 after the cliff at 25.
    let expected: [UInt64] = [1000, 1025, 1030, 1040, 1050, 1060, 1070, 1080]
    #expect(times(.linear(cliff: 25, duration: 80), limit: 60) == expected)
    #expect(times(.exponential(halfLife: 9, cliff: 25, duration: 80), limit: 60) == expected)
    // A limit of 4 leaves one part: the whole duration.
    #expect(times(.linear(cliff: 25, duration: 80), limit: 4) == [1000, 1025, 1080])
    #expect(times(.linear(cliff: 0, duration: 1), limit: 60) == [1000, 1001])
    #expect(times(.linear(cliff: 7, duration: 7), limit: 60) == [1000, 1007])
  }

  @Test("Parts of the longest duration do not overflow, and those beyond 2^64 − 1 are left out")
  func longest() {
    let eighth = UInt64.max / 8
    let all = times(start: 0, .linear(cliff: 0, duration: .max), limit: 60)
    #expect(all.count == 9)
    // 7/8 of 2^64 − 1: 7 · (2^61 − 1) and ⌊7 · 7 / 8⌋ = 6 of the remainder 7.
    #expect(all[7] == 7 * eighth + 6)
    #expect(all.last == .max)
    #expect(times(start: .max - 5, .linear(cliff: 5, duration: 80), limit: 60) == [.max - 5, .max])
  }

  @Test("Steps are shown all, or an even selection with the last one")
  func steps() {
    #expect(
      times(.steps(period: .seconds(10), count: 3), limit: 4) == [1000, 1010, 1020, 1030])
    // Steps 500 · j / 3.
    #expect(
      times(.steps(period: .seconds(1), count: 500), limit: 4) == [1000, 1166, 1333, 1500])
    #expect(
      times(.steps(period: .seconds(1), count: .max), limit: 60).last
        == 1000 + UInt64(UInt32.max))
    #expect(times(start: .max, .steps(period: .months(1), count: 3), limit: 4) == [.max])
  }

  @Test("Tranches are shown all, or an even selection with the last one")
  func tranches() {
    let list = (1...10).map {
      VestingSchedule.Tranche(
        time: Timestamp($0 * 100), share: Share(billionths: 100_000_000))
    }
    #expect(times(start: 100, .tranches(list), limit: 10) == list.map(\.time.seconds))
    #expect(times(start: 100, .tranches(list), limit: 4) == [200, 500, 700, 1000])
  }
}
