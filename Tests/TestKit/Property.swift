import Foundation
import Testing

/// Random numbers from a seed, recorded one by one, so that a failing sample can be made smaller by
/// making its numbers smaller: whatever a test builds out of them shrinks along.
public struct Generator: RandomNumberGenerator {
  /// Numbers that are given out before fresh ones are drawn.
  private let replayed: [UInt64]
  private let isReplay: Bool
  private var state: UInt64
  public private(set) var drawn: [UInt64] = []

  public init(seed: UInt64) {
    state = seed
    replayed = []
    isReplay = false
  }

  /// Gives out `numbers`, and ones after the last of them: `random(in:)` draws again for as long as
  /// it is given zeros, and makes the smallest value of a one.
  init(replaying numbers: [UInt64]) {
    state = 0
    replayed = numbers
    isReplay = true
  }

  public mutating func next() -> UInt64 {
    let number: UInt64
    if isReplay {
      number = drawn.count < replayed.count ? replayed[drawn.count] : 1
    } else {
      // SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      number = mixed ^ (mixed >> 31)
    }
    drawn.append(number)
    return number
  }
}

/// Seeds of property tests: fixed, so that CI repeats itself; `SLUICE_SEED` explores others.
public enum Seed {
  public static let value: UInt64 = {
    let named = ProcessInfo.processInfo.environment["SLUICE_SEED"].flatMap { UInt64($0) }
    let seed = named ?? 20_261_130
    print("property tests: SLUICE_SEED=\(seed)")
    return seed
  }()

  /// A seed of its own for every run of every property.
  static func of(_ name: String, run: Int) -> UInt64 {
    // FNV-1a, so that the name's hash is the same in every process.
    let hash = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return hash ^ value &+ UInt64(run) &* 0x9E37_79B9_7F4A_7C15
  }
}

/// Holds a property for `runs` random samples; a failing one is made smaller and recorded.
///
/// - Parameters:
///   - shrink: smaller samples to try, the best first, beside those that smaller numbers give.
///   - property: false or an error is a failure.
public func check<Sample>(
  _ name: String, runs: Int = 200, sourceLocation: SourceLocation = #_sourceLocation,
  generate: (inout Generator) throws -> Sample, shrink: (Sample) -> [Sample] = { _ in [] },
  property: (Sample) throws -> Bool
) {
  for run in 0..<runs {
    let seed = Seed.of(name, run: run)
    var generator = Generator(seed: seed)
    let sample: Sample
    do {
      sample = try generate(&generator)
    } catch {
      Issue.record("\(name): no sample in run \(run): \(error)", sourceLocation: sourceLocation)
      return
    }
    guard let failure = failure(of: sample, property) else { continue }
    let shrunken = shrinkNumbers(generator.drawn, (sample, failure), generate, property)
    let smallest = shrinkSample(shrunken, shrink, property)
    Issue.record(
      """
      \(name): run \(run) of SLUICE_SEED=\(Seed.value) fails: \(smallest.failure)
      smallest sample: \(smallest.sample)
      """, sourceLocation: sourceLocation)
    return
  }
}

private typealias Failing<Sample> = (sample: Sample, failure: String)

/// What is wrong with a sample; nil where the property holds.
private func failure<Sample>(
  of sample: Sample, _ property: (Sample) throws -> Bool
) -> String? {
  do {
    return try property(sample) ? nil : "the property is false"
  } catch {
    return "\(error)"
  }
}

/// Tries to remove, zero and halve the numbers that a sample was made of.
private func shrinkNumbers<Sample>(
  _ numbers: [UInt64], _ first: Failing<Sample>, _ generate: (inout Generator) throws -> Sample,
  _ property: (Sample) throws -> Bool
) -> Failing<Sample> {
  var best = first
  var numbers = numbers
  var budget = 2000
  func accepts(_ candidate: [UInt64]) -> Bool {
    budget -= 1
    var generator = Generator(replaying: candidate)
    guard let sample = try? generate(&generator), let failure = failure(of: sample, property)
    else { return false }
    best = (sample, failure)
    numbers = generator.drawn.count < candidate.count ? generator.drawn : candidate
    return true
  }
  var improved = true
  while improved, budget > 0 {
    improved = false
    var size = numbers.count / 2
    while size > 0 {
      var start = 0
      while start < numbers.count, budget > 0 {
        var candidate = numbers
        candidate.removeSubrange(start..<min(start + size, candidate.count))
        if accepts(candidate) { improved = true } else { start += size }
      }
      size /= 2
    }
    for index in numbers.indices {
      for smaller in [0, numbers[safe: index] >> 32, numbers[safe: index] >> 1]
      where index < numbers.count && smaller < numbers[index] && budget > 0 {
        var candidate = numbers
        candidate[index] = smaller
        if accepts(candidate) { improved = true }
      }
    }
  }
  return best
}

private func shrinkSample<Sample>(
  _ first: Failing<Sample>, _ shrink: (Sample) -> [Sample], _ property: (Sample) throws -> Bool
) -> Failing<Sample> {
  var best = first
  for _ in 0..<500 {
    var smaller: Failing<Sample>?
    for candidate in shrink(best.sample) {
      guard let failure = failure(of: candidate, property) else { continue }
      smaller = (candidate, failure)
      break
    }
    guard let smaller else { return best }
    best = smaller
  }
  return best
}

extension [UInt64] {
  fileprivate subscript(safe index: Int) -> UInt64 { index < count ? self[index] : 0 }
}
