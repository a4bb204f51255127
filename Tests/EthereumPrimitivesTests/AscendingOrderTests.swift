import EthereumPrimitives
import TestKit
import Testing

@Suite("Ascending order")
struct AscendingOrderTests {
  /// Things with a key and a number that decides where keys are the same.
  private struct Sample {
    var keys: [UInt64]
    var others: [UInt64]

    /// Few things and many, on both sides of where digits are sorted; keys of few digits and of
    /// all, so that many are the same, or none.
    init(_ generator: inout Generator) {
      let count = Int.random(in: 0...2_600, using: &generator)
      let width = UInt64.random(in: 1...64, using: &generator)
      let shift = UInt64.random(in: 0...(64 - width), using: &generator)
      var numbers = Generator(seed: generator.next())
      keys = (0..<count).map { _ in (numbers.next() &>> (64 - width)) &<< shift }
      others = (0..<count).map { _ in numbers.next() % 3 }
    }
  }

  @Test("Places are by key, then by what decides among equals")
  func places() {
    check("places by key", runs: 120, generate: { Sample(&$0) }) { sample in
      let (keys, others) = (sample.keys, sample.others)
      let found = AscendingOrder.places(by: keys) { (others[$0], $0) < (others[$1], $1) }
      let expected = keys.indices.sorted { (keys[$0], others[$0], $0) < (keys[$1], others[$1], $1) }
      return found == expected
    }
  }

  @Test("What is in order stays, and what is the wrong way round turns", arguments: [3, 5_000])
  func turned(count: Int) {
    let keys = (0..<count).map { UInt64($0) << 40 }
    #expect(AscendingOrder.places(by: keys, <) == Array(0..<count))
    #expect(AscendingOrder.places(by: keys.reversed(), <) == (0..<count).reversed())
    let same = [UInt64](repeating: 7, count: count)
    #expect(AscendingOrder.places(by: same, >) == (0..<count).reversed())
  }

  @Test("Numbers descend by all of their bits, equal ones in their order")
  func descending() {
    check("descending numbers", runs: 120) { generator in
      (
        Int.random(in: 0...2_600, using: &generator), Int.random(in: 0...3, using: &generator),
        generator.next()
      )
    } property: { count, limbs, seed in
      var numbers = Generator(seed: seed)
      // The low limb has few values; those above it have all, or are zero.
      let values = (0..<count).map { _ in
        let drawn = (0..<3).map { $0 < limbs ? (numbers.next() % 4) << 62 : 0 }
        return UInt256(numbers.next() % 5, drawn[0], drawn[1], drawn[2])
      }
      let expected = values.indices.sorted {
        values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1]
      }
      return AscendingOrder.descending(values) == expected
    }
  }
}
