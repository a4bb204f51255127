import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Emission over epochs")
struct EmissionTests {
  private func cumulative(
    _ emission: Emission, _ budget: UInt256, over count: UInt32
  ) -> [UInt256] {
    (0...count).map { emission.cumulative($0, of: budget, over: count) }
  }

  private func amounts(_ emission: Emission, _ budget: UInt256, over count: UInt32) -> [UInt256?] {
    (0..<count).map { emission.amount(inEpoch: EpochIndex($0), of: budget, over: count) }
  }

  @Test("Constant emission spreads a budget that does not divide evenly")
  func constant() {
    #expect(cumulative(.constant, 100, over: 7) == [0, 14, 28, 42, 57, 71, 85, 100])
    #expect(amounts(.constant, 100, over: 7) == [14, 14, 14, 15, 14, 14, 15])
  }

  @Test("Linear decay gives epoch n in proportion to N − n")
  func linearDecay() {
    // Parts 5, 4, 3, 2, 1 of 15.
    #expect(
      cumulative(.linearDecay, 1_000_000, over: 5)
        == [0, 333_333, 600_000, 800_000, 933_333, 1_000_000])
    #expect(amounts(.linearDecay, 15, over: 5) == [5, 4, 3, 2, 1])
  }

  @Test("Exponential decay halves the rate every half-life")
  func exponentialDecay() {
    // Halving each epoch, three epochs: 1/2, 1/4, 1/8 of 7/8.
    #expect(amounts(.exponentialDecay(halfLife: 1), 7, over: 3) == [4, 2, 1])
    // Half-life two epochs, four epochs; the middle is (1 − 1/2) / (1 − 1/4) of it.
    #expect(
      cumulative(.exponentialDecay(halfLife: 2), units("1000000000000000000000000000"), over: 4)
        == [
          0, units("390524291751269967465540850"), units("666666666666666666666666666"),
          units("861928812542301650399437091"), units("1000000000000000000000000000"),
        ])
  }

  @Test("A half-life far beyond the schedule makes the emission almost even")
  func longHalfLife() {
    // The first two epochs differ by less than one part in 2^31 of an epoch.
    #expect(
      amounts(.exponentialDecay(halfLife: .max), 4_000_000_000, over: 4)
        == [1_000_000_000, 1_000_000_000, 1_000_000_000, 1_000_000_000])
  }

  @Test("A table emits what it says")
  func table() {
    let table = Emission.table([5, 0, 3].map { Amount($0) })
    #expect(cumulative(table, 8, over: 3) == [0, 5, 5, 8])
    #expect(amounts(table, 8, over: 3) == [5, 0, 3])
    #expect(table.amount(inEpoch: EpochIndex(3), of: 8, over: 3) == nil)
  }

  private static let shapes: [Emission] = [
    .constant, .linearDecay, .exponentialDecay(halfLife: 1), .exponentialDecay(halfLife: 40),
    .exponentialDecay(halfLife: .max),
  ]

  @Test("INV-006: epochs add up to the widest budget exactly, and no sum falls", arguments: shapes)
  func widest(shape: Emission) {
    for budget in [UInt256(0), 1, twoTo255, .max] {
      let sums = cumulative(shape, budget, over: 365)
      #expect(sums.first == .zero)
      #expect(sums.last == budget)
      #expect(zip(sums, sums.dropFirst()).allSatisfy { $0 <= $1 })
      let total = amounts(shape, budget, over: 365).reduce(UInt256?.some(0)) { sum, amount in
        amount.flatMap { sum?.adding($0) }
      }
      #expect(total == budget)
    }
  }

  @Test("A schedule of one epoch emits all of it at once", arguments: shapes)
  func oneEpoch(shape: Emission) {
    #expect(amounts(shape, .max, over: 1) == [UInt256.max])
    #expect(shape.amount(inEpoch: EpochIndex(1), of: .max, over: 1) == nil)
  }

  @Test("INV-015: the longest schedule neither wraps nor traps", arguments: shapes)
  func longest(shape: Emission) {
    let count = UInt32.max
    #expect(shape.amount(inEpoch: EpochIndex(.max), of: .max, over: count) == nil)
    #expect(shape.cumulative(count, of: .max, over: count) == .max)
    #expect(shape.cumulative(count - 1, of: .max, over: count) <= .max)
    #expect(shape.cumulative(1, of: .max, over: count) > 0)
  }

  @Test("The longest schedule's parts are those of the formula")
  func longestParts() {
    // 2^256 − 1 over N = 2^32 − 1 epochs: N divides 2^256 − 1, one part is 1 + 2^32 + … + 2^224.
    let part = (0..<8).reduce(UInt256(0)) { $0 | UInt256(1) << (32 * $1) }
    #expect(Emission.constant.cumulative(1, of: .max, over: .max) == part)
    #expect(Emission.constant.cumulative(2, of: .max, over: .max) == part << 1)
    // Linear decay of N (N + 1) / 2 units gives N in the first epoch and N − 1 in the second.
    let count = UInt256(UInt64(UInt32.max))
    let triangle = (count &* (count &+ 1)) >> 1
    #expect(Emission.linearDecay.cumulative(1, of: triangle, over: .max) == count)
    #expect(
      Emission.linearDecay.amount(inEpoch: EpochIndex(1), of: triangle, over: .max)
        == count &- 1)
    #expect(
      Emission.linearDecay.amount(inEpoch: EpochIndex(.max - 1), of: triangle, over: .max) == 1)
  }

  @Test("Every vector of Python's fractions is reproduced")
  func vectors() throws {
    #expect(Vectors.emission.samples.count == 18)
    for sample in Vectors.emission.samples {
      let emission = try #require(sample.emission)
      let sums = cumulative(
        emission, units(sample.budget), over: UInt32(sample.cumulative.count - 1))
      #expect(sums == sample.cumulative.map { units($0) }, "\(emission) of \(sample.budget)")
    }
  }

  @Test(
    "INV-006: a table of a hundred thousand amounts is read out in time", .timeLimit(.minutes(1)))
  func longTable() {
    let count: UInt32 = 100_000
    let table = Emission.table((1...count).map { Amount(UInt256(UInt64($0))) })
    // The sum of the first n numbers.
    let budget = UInt256(UInt64(count) * UInt64(count + 1) / 2)
    for index in 0..<count {
      let amount = table.amount(inEpoch: EpochIndex(index), of: budget, over: count)
      #expect(amount == UInt256(UInt64(index) + 1))
    }
    #expect(table.amount(inEpoch: EpochIndex(count), of: budget, over: count) == nil)
  }
}
