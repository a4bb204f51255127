import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("What holds for every program, whoever computes it")
struct ConservationTests {
  @Test("INV-001: allocated and carry make the budget, and amounts make what is allocated")
  func conservation() {
    check("conservation", runs: 1500, generate: { $0.programSample() }) { sample in
      guard let outcome = try? sample.engine().get() else { return true }
      let allocated = sum(outcome.amounts)
      return allocated == ReferenceLaw.big(outcome.allocated.baseUnits)
        && allocated + ReferenceLaw.big(outcome.carry.baseUnits)
          == ReferenceLaw.big(outcome.budget.baseUnits)
    }
  }

  @Test("Every account of the inputs is paid once, or refused once with a reason")
  func everybody() {
    check("everybody", runs: 1500, generate: { $0.programSample() }) { sample in
      guard let outcome = try? sample.engine().get() else { return true }
      let refused = outcome.exclusions.map(\.account)
      let inputs = Set(sample.pairs.map(\.account))
      return (outcome.accounts + refused).sorted() == inputs.sorted()
        && outcome.accounts == outcome.accounts.sorted() && refused == refused.sorted()
        && !outcome.amounts.contains(.zero)
    }
  }

  @Test("INV-003: the order of rows never changes an outcome, nor what an error says")
  func permutations() {
    check(
      "permutations", runs: 1500,
      generate: { generator -> (ProgramSample, ProgramSample) in
        let sample = generator.programSample()
        var shuffled = sample
        shuffled.pairs.shuffle(using: &generator)
        let inline = shuffled.pairs.map {
          InlineRecipient(account: $0.account, amount: Amount($0.value))
        }
        if case .inline = sample.program.recipients {
          shuffled.program = sample.program.with(recipients: .inline(inline))
        }
        return (sample, shuffled)
      }
    ) { sample, shuffled in
      sample.engine() == shuffled.engine()
    }
  }

  @Test("INV-005: amounts differ from the exact quota by less than one unit")
  func quotas() {
    let rules: [RoundingRule] = [.largestRemainder, .floor, .halfUp]
    check("quotas", runs: 1500, generate: { $0.weightsSample(rules) }) { sample in
      guard let result = try? sample.engine().get() else { return true }
      let budget = ReferenceLaw.big(sample.budget)
      let total = sum(sample.weights)
      return zip(sample.weights, result.amounts).allSatisfy { weight, amount in
        // amount − budget · weight / total, times total
        let quota = BigInt(budget * ReferenceLaw.big(weight))
        let distance = BigInt(ReferenceLaw.big(amount) * total) - quota
        return distance.magnitude < total
      }
    }
  }

  @Test("INV-001, INV-006: over all epochs, what is allocated and the last carry make the budget")
  func chains() {
    check(
      "chains", runs: 300,
      generate: { generator -> [ProgramSample] in
        let budget = generator.value(generator.pick(Magnitude.allCases))
        let count = UInt32(1 + generator.below(12))
        let emission = generator.emission(of: budget, over: count)
        let rule = generator.pick(RoundingRule.allCases)
        return (0..<count).map { epoch in
          var sample = generator.programSample(.small)
          sample.program = Program(
            name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
            recipients: .source("list"), basis: .weights(column: "value"), rounding: rule,
            shaping: sample.program.basis.isGiven ? .none : sample.program.shaping,
            emission: emission, exclude: sample.program.exclude)
          sample.epochs = EpochSchedule(start: Timestamp(0), length: 60, count: count)
          sample.epoch = epoch
          return sample
        }
      }
    ) { samples in
      var carry = UInt256(0)
      var allocated = BigUInt(0)
      for sample in samples {
        var sample = sample
        sample.carriedIn = carry
        // The rules that can round up stop such a chain; nothing is lost by it.
        guard let outcome = try? sample.engine().get() else { return true }
        carry = outcome.carry.baseUnits
        allocated += sum(outcome.amounts)
      }
      return allocated + ReferenceLaw.big(carry)
        == ReferenceLaw.big(samples[0].program.budget.baseUnits)
    }
  }

  @Test("INV-008: no entitlement falls from a parent to its child")
  func entitlementsNeverFall() {
    check("entitlements never fall", runs: 1000, generate: { $0.cumulationSample() }) { sample in
      guard let child = try? sample.engine().get() else { return true }
      return zip(sample.parent.accounts, sample.parent.amounts).allSatisfy { account, amount in
        child.index(of: account).map { child.amounts[$0] >= amount } ?? false
      }
    }
  }

  @Test("INV-029: what redirected accounts earn goes to where their chains end, and only that")
  func redirects() {
    check("redirects", runs: 1000, generate: { $0.cumulationSample() }) { sample in
      guard let child = try? sample.engine().get() else { return true }
      var expected = Dictionary(
        uniqueKeysWithValues: zip(
          sample.parent.accounts, sample.parent.amounts.map(ReferenceLaw.big)))
      for outcome in sample.outcomes {
        for (account, amount) in zip(outcome.accounts, outcome.amounts) {
          var end = account
          while let move = sample.moves.first(where: { $0.account == end }) { end = move.target }
          expected[end, default: 0] += ReferenceLaw.big(amount)
        }
      }
      return child.amounts.count == expected.count
        && zip(child.accounts, child.amounts).allSatisfy { expected[$0] == ReferenceLaw.big($1) }
    }
  }

  @Test("INV-009: entitlements add up to the parent's and what was allocated")
  func entitlementSums() {
    check("entitlement sums", runs: 1000, generate: { $0.cumulationSample() }) { sample in
      guard let child = try? sample.engine().get() else { return true }
      let allocated = sample.outcomes.reduce(BigUInt(0)) { $0 + sum($1.amounts) }
      let total = try Cumulation.total(of: child, campaign: "main")
      return sum(child.amounts) == sum(sample.parent.amounts) + allocated
        && ReferenceLaw.big(total) == sum(child.amounts)
        && child.accounts == Set(child.accounts).sorted()
    }
  }
}

extension Program {
  fileprivate func with(recipients: Recipients) -> Program {
    Program(
      name: name, kind: kind, campaign: campaign, budget: budget, recipients: recipients,
      basis: basis, rounding: rounding, shaping: shaping, unallocated: unallocated,
      emission: emission, exclude: exclude)
  }
}
