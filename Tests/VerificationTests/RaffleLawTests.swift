import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

extension Generator {
  mutating func bytes32() -> Bytes32 { Bytes32(next(), next(), next(), next()) }

  /// A raffle over the source of a random program.
  mutating func raffleSample() -> ProgramSample {
    let width = pick(Magnitude.allCases)
    let pairs = (0..<below(pick([12, 4]))).map { _ in
      (account: account(), value: once(in: 8) ? 0 : value(width))
    }
    let budget = UInt256(1 + below(1000))
    let count = 1 + below(min(8, budget.asUInt64 ?? 1))
    let reveal = Raffle.Reveal(seed: bytes32(), beaconValue: bytes32())
    let isUndrawn = once(in: 10)
    let prizes: Raffle.Prizes =
      once(in: 2)
      ? .stated(parts(of: budget, count: Int(count)).map(Amount.init).filter { $0 != .zero })
      : .equal(winners: UInt32(count))
    return ProgramSample(
      program: Program(
        name: pick(["rewards", "p", "a-b"]), kind: .raffle, campaign: "main",
        budget: Amount(budget), recipients: .source("list"), basis: .weights(column: "value"),
        exclude: (0..<below(3)).map { _ in
          PlannedExclusion(account: account(), reason: "an exchange")
        },
        raffle: Raffle(
          seedHash: .zero, beacon: "a block", prizes: prizes, reveal: isUndrawn ? nil : reveal)),
      epochs: nil, epoch: once(in: 20) ? 1 : 0, carriedIn: 0, pairs: pairs)
  }
}

@Suite("Raffles: the engine and the reference")
struct RaffleLawTests {
  @Test("INV-002, INV-033: the same winners with the same prizes, or the same refusal")
  func programs() {
    check("raffles", runs: 2000, generate: { $0.raffleSample() }) { sample in
      try agree(sample.engine(), sample.reference())
    }
  }

  @Test("INV-002: thousands of entrants, and more prizes than a block of the reference has")
  func many() throws {
    var generator = Generator(seed: 5)
    let pairs = (1...5000).map { number in
      (account: numbered(UInt64(number)), value: UInt256(1 + generator.below(1000)))
    }
    var sample = generator.raffleSample()
    sample.epoch = 0
    sample.pairs = pairs
    sample.program = Program(
      name: "many", kind: .raffle, campaign: "main", budget: Amount(1_000_000),
      recipients: .source("list"), basis: .weights(column: "value"),
      raffle: Raffle(
        seedHash: .zero, beacon: "a block", prizes: .equal(winners: 1200),
        reveal: Raffle.Reveal(seed: generator.bytes32(), beaconValue: generator.bytes32())))
    #expect(try agree(sample.engine(), sample.reference()))
    #expect(try sample.engine().get().accounts.count == 1200)
  }

  @Test("INV-001, INV-033: everybody who took part either won one prize or was not drawn")
  func conservation() {
    check("raffles", runs: 1000, generate: { $0.raffleSample() }) { sample in
      guard let raffle = sample.program.raffle, case .success(let found) = sample.engine() else {
        return true
      }
      let shutOut = Set(sample.program.exclude.map(\.account))
      let tickets = Dictionary(grouping: sample.pairs, by: \.account)
        .mapValues { sum($0.map(\.value)) }
        .filter { !shutOut.contains($0.key) && $0.value > 0 }
      let lost = found.exclusions.filter { $0.reason == .notDrawn }.map(\.account)
      return Set(found.accounts + lost) == Set(tickets.keys)
        && found.accounts.count + lost.count == tickets.count
        && found.accounts.count == min(raffle.prizes.count, tickets.count)
        && sum(found.amounts) + ReferenceLaw.big(found.carry.baseUnits)
          == ReferenceLaw.big(found.budget.baseUnits)
    }
  }

  @Test("Random raffles meet both kinds of prizes, every reason and every refusal many times")
  func coverage() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 4)
    for _ in 0..<2000 {
      let sample = generator.raffleSample()
      switch sample.reference() {
      case .success(let outcome):
        for reason in Set(outcome.refused.map(\.reason)) { seen[reason.rawValue, default: 0] += 1 }
        if case .stated = sample.program.raffle?.prizes { seen["stated", default: 0] += 1 }
        if outcome.amounts.count > 2 { seen["several winners", default: 0] += 1 }
        if outcome.carry > 0 { seen["carry", default: 0] += 1 }
      case .failure(let refusal): seen["\(refusal)", default: 0] += 1
      }
    }
    for name in [
      "not-drawn", "excluded-by-plan", "zero-weight", "stated", "several winners", "carry",
      "epochOutOfRange", "notDrawn", "valuesOverflow",
    ] {
      #expect(seen[name, default: 0] >= 40, "\(name): \(seen)")
    }
  }
}

/// The account whose number is `number`.
func numbered(_ number: UInt64) -> Address {
  Address(bytes: UInt256(number).bytes32.bytes[12...]) ?? .zero
}
