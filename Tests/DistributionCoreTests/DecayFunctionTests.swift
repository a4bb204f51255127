import DistributionCore
import EthereumPrimitives
import Testing

@Suite("The decay function")
struct DecayFunctionTests {
  @Test("It follows the steps of the law as Python does")
  func steps() {
    #expect(Vectors.decay.samples.count > 100)
    for sample in Vectors.decay.samples {
      let value = DecayFunction.value(seconds(sample.time), halfLife: seconds(sample.halfLife))
      #expect(value == units(sample.value), "t \(sample.time), h \(sample.halfLife)")
    }
  }

  @Test("It lies less than 2^64 above the real 2^128 · 2^(−t/h), and less than 2^7 below it")
  func errorBound() {
    for sample in Vectors.decay.samples {
      let value = DecayFunction.value(seconds(sample.time), halfLife: seconds(sample.halfLife))
      let floor = units(sample.real)
      // floor ≤ real < floor + 1
      let isAbove = value > floor
      let distance = isAbove ? value &- floor : floor &- value
      #expect(
        isAbove ? distance <= UInt256(UInt64.max) : distance < 127,
        "t \(sample.time), h \(sample.halfLife): \(value) and \(floor)")
    }
  }

  @Test(
    "Whole half-lives are exact powers of two, down to the last bit", arguments: [1, 7, 86_400])
  func powers(halfLife: UInt64) {
    for count in UInt64(0)...128 {
      #expect(
        DecayFunction.value(count * halfLife, halfLife: halfLife)
          == UInt256(1) << (128 - Int(count)))
    }
    #expect(DecayFunction.value(129 * halfLife, halfLife: halfLife) == 0)
    #expect(DecayFunction.value(.max, halfLife: halfLife) == 0)
  }

  @Test("It is the whole at time 0 only, however long the half-life")
  func whole() {
    #expect(DecayFunction.value(0, halfLife: .max) == DecayFunction.one)
    #expect(DecayFunction.one == twoTo128)
    // x = ⌊2^64 / (2^64 − 1)⌋ = 1: the last factor alone.
    #expect(DecayFunction.value(1, halfLife: .max) == DecayFunction.factors[63])
  }

  @Test("Half a half-life leaves the root of one half, a quarter its fourth root")
  func roots() {
    // ⌊2^127.5⌋ and ⌊2^127.75⌋, from mpmath at 600 bits.
    let half = units("240615969168004511545033772477625056927")
    let quarter = units("286142222517866327586855861304318312414")
    #expect(DecayFunction.value(1, halfLife: 2) == half)
    #expect(DecayFunction.value(1, halfLife: 4) == quarter)
    // One and a half: ⌊2^127.5⌋ / 2, rounded down.
    #expect(DecayFunction.value(3, halfLife: 2) == half >> 1)
  }

  @Test("The factors are the floors of 2^128 · 2^(−2^(−i)) for i = 1 … 64")
  func factors() {
    #expect(DecayFunction.factors == Vectors.decay.factors.map { units($0) })
    #expect(DecayFunction.factors.count == 64)
  }
}
