import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

/// A property that holds for samples which never reach a branch says nothing about that branch.
@Suite("Samples reach what they are made for")
struct SampleCoverageTests {
  @Test("Random programs meet every rule, shape, reason and refusal many times")
  func programs() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 1)
    for _ in 0..<3000 {
      let sample = generator.programSample()
      do {
        let outcome = try sample.reference().get()
        let isGiven = if case .givenAmounts = sample.program.basis { true } else { false }
        seen[isGiven ? "given" : sample.program.rounding.rawValue, default: 0] += 1
        if let emission = sample.program.emission { seen[emission.shapeName, default: 0] += 1 }
        for reason in Set(outcome.refused.map(\.reason)) { seen[reason.rawValue, default: 0] += 1 }
        if outcome.carry > 0 { seen["carry", default: 0] += 1 }
        if sample.carriedIn > 0 { seen["carried in", default: 0] += 1 }
        if outcome.amounts.count > 3 { seen["many accounts", default: 0] += 1 }
        if outcome.allocated.bitWidth > 250 { seen["wide", default: 0] += 1 }
        let accounts = Set(sample.pairs.map(\.account))
        if accounts.count < sample.pairs.count { seen["several rows", default: 0] += 1 }
      } catch {
        seen["\(error)", default: 0] += 1
      }
    }
    // What only campaigns, expressions, grants, raffles, series and statements reach is counted
    // beside their samples.
    let elsewhere: [LawError.Kind] = [
      .wrongRedirect, .redirectCycle, .notDrawn, .tooManyPairs, .entitlementOverflow,
      .expressionOverflow, .divisionByZero, .outOfDomain, .negativeResult, .negativeBalance,
      .balanceOverflow, .supplyOverflow, .heldOverflow, .priceRefused, .priceOffTick,
      .volumeOverflow, .noPrice,
    ]
    let reasonsElsewhere: [ExclusionReason] = [
      .filteredOut, .zeroMatch, .notDrawn, .denied, .duplicate, .noneCounts,
    ]
    let names =
      RoundingRule.allCases.map(\.rawValue)
      + ExclusionReason.allCases.filter { !reasonsElsewhere.contains($0) }.map(\.rawValue)
      + LawError.Kind.allCases.filter { !elsewhere.contains($0) }.map(\.rawValue)
      + ["given", "constant", "linear-decay", "exponential-decay", "table"]
      + ["carry", "carried in", "many accounts", "wide", "several rows"]
    for name in names { #expect(seen[name, default: 0] >= 40, "\(name)") }
  }

  @Test("Random campaigns merge, stay alone, and overflow either bound")
  func campaigns() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 2)
    for _ in 0..<2000 {
      let sample = generator.cumulationSample()
      let place = sample.campaign.deployment == nil ? "draft" : "deployed"
      if let result = try? sample.engine().get() {
        let merged =
          sample.parent.accounts.count
          + sample.outcomes.reduce(0) {
            $0 + $1.accounts.count
          }
        let isMerged = result.accounts.count < merged
        seen["\(place) \(isMerged ? "merged" : "alone")", default: 0] += 1
        let isMoved = sample.outcomes.contains { outcome in
          outcome.accounts.contains { account in
            sample.moves.contains { $0.account == account }
          }
        }
        if isMoved { seen["moved", default: 0] += 1 }
      } else if case .failure(let refusal) = sample.reference() {
        let name = refusal == .entitlementOverflow ? "\(place) refused" : "\(refusal)"
        seen[name, default: 0] += 1
      }
    }
    for place in ["draft", "deployed"] {
      for what in ["merged", "alone", "refused"] {
        #expect(seen["\(place) \(what)", default: 0] >= 40, "\(place) \(what)")
      }
    }
    for name in ["moved", "wrongRedirect", "redirectCycle"] {
      #expect(seen[name, default: 0] >= 40, "\(name)")
    }
  }

  @Test("Random schedules have every shape, and times on both sides of start and end")
  func schedules() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 3)
    for _ in 0..<1500 {
      let sample = generator.vestingSample()
      let name = sample.schedule.shapeName
      seen[name, default: 0] += 1
      let amounts = Set(
        sample.times.map { sample.schedule.vested(sample.amount, at: Timestamp($0)) })
      if amounts.count > 3 { seen[name + " in between", default: 0] += 1 }
      if sample.schedule.end == nil { seen[name + " for ever", default: 0] += 1 }
    }
    for name in ["linear", "exponential", "steps", "months", "tranches"] {
      #expect(seen[name, default: 0] >= 100, "\(name)")
      #expect(seen[name + " in between", default: 0] >= 40, "\(name)")
    }
    for name in ["linear", "exponential", "steps", "months"] {
      #expect(seen[name + " for ever", default: 0] >= 10, "\(name)")
    }
  }
}

extension Emission {
  fileprivate var shapeName: String {
    switch self {
    case .constant: "constant"
    case .linearDecay: "linear-decay"
    case .exponentialDecay: "exponential-decay"
    case .table: "table"
    }
  }
}

extension VestingSchedule {
  fileprivate var shapeName: String {
    switch shape {
    case .immediate: "immediate"
    case .linear: "linear"
    case .steps(.seconds, _): "steps"
    case .steps(.months, _): "months"
    case .tranches: "tranches"
    case .exponential: "exponential"
    }
  }
}
