import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

extension ReferenceLawTests {
  @Test("INV-002, INV-006: cumulative emission comes out the same and never falls")
  func emission() {
    check("emission", runs: 400, generate: { $0.emissionSample() }) { sample in
      var before = UInt256(0)
      for probe in sample.probes {
        let found = sample.emission.cumulative(probe, of: sample.budget, over: sample.count)
        let expected = ReferenceLaw.cumulative(
          sample.emission, probe, of: ReferenceLaw.big(sample.budget), over: sample.count)
        guard ReferenceLaw.big(found) == expected else {
          throw Mismatch("C(\(probe))", found, expected)
        }
        guard found >= before else { throw Mismatch("a sum that fell", found, before) }
        before = found
      }
      return before == sample.budget
    }
  }

  @Test("INV-006: the amounts of all epochs add up to the budget")
  func emissionAmounts() {
    check("emission amounts", runs: 200, generate: { $0.emissionSample() }) { sample in
      let isShort = sample.count <= 40
      let epochs = isShort ? Array(0..<sample.count) : sample.probes.filter { $0 < sample.count }
      let amounts = epochs.compactMap {
        sample.emission.amount(
          inEpoch: EpochIndex($0), of: sample.budget, over: sample.count)
      }
      guard amounts.count == epochs.count,
        sample.emission.amount(
          inEpoch: EpochIndex(sample.count), of: sample.budget, over: sample.count) == nil
      else { return false }
      let total = sum(amounts)
      let budget = ReferenceLaw.big(sample.budget)
      return isShort ? total == budget : total <= budget
    }
  }

  @Test("INV-002: the decay function comes out the same and never rises")
  func decay() {
    check(
      "decay", runs: 1000,
      generate: { generator -> (time: UInt64, halfLife: UInt64) in
        let halfLife = 1 + (generator.next() >> generator.below(64)) % .max
        let (span, isFar) = halfLife.multipliedReportingOverflow(by: 130)
        return (generator.upTo(isFar ? .max - 1 : span), halfLife)
      }
    ) { time, halfLife in
      let found = DecayFunction.value(time, halfLife: halfLife)
      let expected = ReferenceLaw.decay(BigUInt(time), BigUInt(halfLife))
      guard ReferenceLaw.big(found) == expected else { throw Mismatch("D", found, expected) }
      guard DecayFunction.value(time + 1, halfLife: halfLife) <= found else { return false }
      return time == 0 ? found == DecayFunction.one : found < DecayFunction.one
    }
  }

  @Test("INV-002, INV-007: what is vested comes out the same, and never falls")
  func vesting() {
    check("vesting", runs: 1000, generate: { $0.vestingSample() }) { sample in
      let amount = ReferenceLaw.big(sample.amount)
      var before = UInt256(0)
      for time in sample.times {
        let found = sample.schedule.vested(sample.amount, at: Timestamp(time))
        let expected = ReferenceLaw.vested(amount, sample.schedule, at: time)
        guard ReferenceLaw.big(found) == expected else {
          throw Mismatch("vested at \(time)", found, expected)
        }
        guard found >= before, found <= sample.amount else {
          throw Mismatch("a sum at \(time) that fell or exceeds the amount", found, before)
        }
        before = found
      }
      return true
    }
  }

  @Test("INV-007: nothing before the start, all of it from the end on")
  func vestingEnds() {
    check("vesting ends", runs: 1000, generate: { $0.vestingSample() }) { sample in
      guard sample.schedule.shape != .immediate else { return true }
      let start = sample.schedule.start
      return sample.times.allSatisfy { seconds in
        let time = Timestamp(seconds)
        let found = sample.schedule.vested(sample.amount, at: time)
        if time < start { return found.isZero }
        guard let end = sample.schedule.end, time >= end else { return true }
        return found == sample.amount
      }
    }
  }
}
