import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("Accrual over time: the engine and the reference agree")
struct AccrualLawTests {
  /// Compares epoch by epoch; throws at the first difference.
  private func agree(_ sample: AccrualSample, _ course: AccrualSample.Course) throws {
    let (expected, refusal) = sample.reference()
    guard course.epochs.count == expected.count else {
      throw Mismatch(
        "epochs", course.error.map { "\($0)" } ?? "no error",
        refusal.map { "\($0)" } ?? "no refusal")
    }
    for (number, (found, accrued)) in zip(course.epochs, expected).enumerated() {
      for (account, weight) in found.weights.enumerated() {
        let reference = accrued.weights[AccrualSample.address(UInt32(account)), default: 0]
        guard ReferenceLaw.big(weight) == reference else {
          throw Mismatch("epoch \(number), account \(account)", weight, reference)
        }
      }
      let all = found.weights.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1) }
      guard all == accrued.weights.values.reduce(0, +), found.runningSeconds == accrued.running
      else { throw Mismatch("epoch \(number)", found, accrued) }
      for (account, balance) in course.balances[number].enumerated() {
        let reference = accrued.balances[AccrualSample.address(UInt32(account)), default: 0]
        guard BigInt(ReferenceLaw.big(balance)) == reference else {
          throw Mismatch("balance \(account) after epoch \(number)", balance, reference)
        }
      }
    }
    guard isSame(course.error, refusal) else {
      throw Mismatch("an error", String(describing: course.error), String(describing: refusal))
    }
  }

  private func isSame(_ error: AccrualError?, _ refusal: ReferenceLaw.AccrualRefusal?) -> Bool {
    guard let error, let refusal else { return error == nil && refusal == nil }
    let account = error.account.map(AccrualSample.address)
    switch (error.kind, refusal) {
    case (.negativeBalance, .balances(let time, let negative, _)):
      return time == error.time.seconds && account.map(negative.contains) == true
    case (.balanceOverflow, .balances(let time, _, let overflow)):
      return time == error.time.seconds && account.map(overflow.contains) == true
    case (.supplyOverflow, .supplyOverflow(let time)): return time == error.time.seconds
    case (.weightOverflow, .weightOverflow(let accounts)):
      return account.map(accounts.contains) == true
    default: return false
    }
  }

  @Test("INV-002: weights, balances, running time and errors are the same", arguments: 0..<4)
  func equal(width: UInt64) {
    check("accrual of width \(width)", runs: 1000) {
      $0.accrualSample(maxWidth: width + 1)
    } property: { sample in
      try agree(sample, sample.engine())
      return true
    }
  }

  @Test("Samples reach every error and both ledgers, and most of them are taken to the end")
  func coverage() {
    var kinds: Set<AccrualError.Kind> = []
    var (whole, earning, split) = (0, 0, 0)
    for seed in 0..<2000 {
      var generator = Generator(seed: UInt64(seed))
      let sample = generator.accrualSample()
      let course = sample.engine()
      if let error = course.error { kinds.insert(error.kind) } else { whole += 1 }
      if course.epochs.contains(where: { $0.weights.count { !$0.isZero } > 1 }) { earning += 1 }
      if course.epochs.contains(where: { (1..<$0.seconds).contains($0.runningSeconds) }) {
        split += 1
      }
    }
    #expect(kinds == [.negativeBalance, .balanceOverflow, .supplyOverflow, .weightOverflow])
    #expect(whole > 900 && earning > 800 && split > 150, "\(whole), \(earning), \(split)")
  }

  @Test("INV-043: who goes on from the balances at an epoch's end gets the same")
  func resumed() {
    check("resumed accrual", runs: 500) {
      $0.accrualSample()
    } property: { sample in
      try agree(sample, sample.engine(resumes: true))
      return true
    }
  }

  @Test(
    "INV-043: the order of changes of one instant changes nothing, nor whether they are refused")
  func permuted() {
    check("permuted instants", runs: 500) { generator in
      let sample = generator.accrualSample()
      var other = sample
      other.changes.shuffle(using: &generator)
      // Swift's sort is stable: by time alone the rest stays shuffled.
      other.changes.sort { $0.time < $1.time }
      return (sample, other)
    } property: { sample, other in
      let (course, shuffled) = (sample.engine(), other.engine())
      return course.epochs == shuffled.epochs && course.balances == shuffled.balances
        && course.error?.time == shuffled.error?.time
        && (course.error == nil) == (shuffled.error == nil)
    }
  }

  @Test("INV-044: a share is never above the exact one, and below it by less than the bound")
  func bound() {
    check("error of shares", runs: 800) {
      $0.accrualSample(rule: .share)
    } property: { sample in
      let course = sample.engine()
      for (found, accrued) in zip(course.epochs, sample.reference().epochs) {
        for (account, weight) in found.weights.enumerated() {
          let address = AccrualSample.address(UInt32(account))
          let exact = accrued.exact[address, default: .init()]
          // Everything times 2^256 · denominator: x − w · 2^−192 < n · b · 2^−256 + 2^−192.
          let whole = exact.numerator << 256
          let carried = ReferenceLaw.big(weight) * exact.denominator << 64
          guard carried <= whole else { throw Mismatch("more than exact", weight, exact) }
          let largest = accrued.largest[address, default: 0].magnitude
          let bound = (BigUInt(accrued.intervals) * largest + BigUInt(1) << 64) * exact.denominator
          guard whole - carried < bound else { throw Mismatch("beyond the bound", weight, exact) }
        }
        let sum = found.weights.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1) }
        guard sum <= BigUInt(found.runningSeconds) << 192 else { return false }
      }
      return true
    }
  }

  @Test("INV-044: splitting a balance among two accounts takes less than one unit of weight off")
  func split() {
    check("split balances", runs: 500) { generator in
      (generator.accrualSample(rule: .share), generator.next())
    } property: { sample, seed in
      var generator = Generator(seed: seed)
      var other = sample
      let twin = AccrualSample.accounts
      other.changes = sample.changes.flatMap { change -> [AccrualSample.Change] in
        guard change.account == 0 else { return [change] }
        var (first, second) = (change, change)
        // What is taken may be more than one of both has.
        guard !change.isTaken else { return [change] }
        first.amount = change.amount >> Int(generator.below(3))
        second.amount = change.amount &- first.amount
        second.account = twin
        return [first, second]
      }
      let (one, two) = (sample.engine(), other.engine())
      guard one.error == nil, two.error == nil else { return true }
      for (whole, parts) in zip(one.epochs, two.epochs) {
        func weight(_ account: UInt32, _ epoch: AccruedEpoch) -> UInt256 {
          Int(account) < epoch.weights.count ? epoch.weights[Int(account)] : 0
        }
        let after = weight(0, parts) &+ weight(twin, parts)
        guard weight(0, whole) >= after, weight(0, whole) &- after <= 1 else { return false }
        for account in 1..<twin where weight(account, whole) != weight(account, parts) {
          return false
        }
      }
      return true
    }
  }

  @Test("INV-001: what is due, what is given and what is carried are the budget")
  func conservation() {
    check("conservation of accrual", runs: 400) {
      ($0.accrualSample(maxWidth: 3), $0.pick([RoundingRule.floor, .largestRemainder]))
    } property: { sample, rounding in
      for (number, epoch) in sample.engine().epochs.enumerated() {
        let due = epoch.due(of: sample.budget)
        let length = sample.epochs[number].upperBound - sample.epochs[number].lowerBound
        let expected = ReferenceLaw.due(
          sample.rule, of: ReferenceLaw.big(sample.budget), running: epoch.runningSeconds,
          seconds: length)
        guard ReferenceLaw.big(due) == expected, due <= sample.budget else { return false }
        let addresses = (0...AccrualSample.accounts).map(AccrualSample.address)
        let parts = try Apportionment.apportionNumbered(
          due, accounts: addresses, weights: epoch.weights, rule: rounding)
        let given = parts.amounts.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1) }
        guard given + ReferenceLaw.big(parts.carry) == ReferenceLaw.big(due) else { return false }
        if rounding == .largestRemainder, epoch.weights.contains(where: { !$0.isZero }) {
          guard parts.carry == 0 else { return false }
        }
      }
      return true
    }
  }
}
