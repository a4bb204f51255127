import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Verification

/// Changes of a few accounts' balances over a few epochs.
struct AccrualSample {
  struct Change: Hashable {
    var time: UInt64
    var account: UInt32
    var amount: UInt256
    var isTaken: Bool
  }

  var rule: AccrualRule
  /// By the accounts' numbers.
  var openings: [UInt256]
  /// Ascending by time.
  var changes: [Change]
  /// Half-open, one after the other.
  var epochs: [Range<UInt64>]
  var budget: UInt256

  static let accounts: UInt32 = 5

  static func address(_ number: UInt32) -> Address { Address(UInt64(9 - number), 7, number) }

  /// What the engine gives for every epoch, or why it stops.
  struct Course {
    var epochs: [AccruedEpoch] = []
    /// After each epoch.
    var balances: [[UInt256]] = []
    var error: AccrualError?
  }

  var batch: PositionChanges {
    var batch = PositionChanges()
    for (row, change) in changes.enumerated() {
      batch.append(
        time: Timestamp(change.time), account: change.account, amount: change.amount,
        isTaken: change.isTaken, line: UInt32(row + 2))
    }
    return batch
  }

  /// - Parameter resumes: goes on from balances that were read out after each epoch.
  func engine(resumes: Bool = false) -> Course {
    var course = Course()
    var accrual = Accrual(rule: rule, balances: openings)
    let batch = batch
    var row = 0
    do throws(AccrualError) {
      for epoch in epochs {
        accrual.open(Timestamp(epoch.lowerBound)..<Timestamp(epoch.upperBound))
        row = try accrual.take(batch, from: row)
        course.epochs.append(try accrual.close())
        course.balances.append(accrual.balances)
        if resumes { accrual = Accrual(rule: rule, balances: accrual.balances) }
      }
    } catch {
      course.error = error
    }
    return course
  }

  var positions: [ReferenceLaw.Position] {
    changes.map { change in
      let amount = BigInt(ReferenceLaw.big(change.amount))
      return ReferenceLaw.Position(
        time: change.time, account: Self.address(change.account),
        change: change.isTaken ? -amount : amount)
    }
  }

  /// What the reference gives for every epoch, or why it refuses.
  func reference() -> (epochs: [ReferenceLaw.Accrued], refusal: ReferenceLaw.AccrualRefusal?) {
    var found: [ReferenceLaw.Accrued] = []
    var balances: [Address: BigInt] = [:]
    for (number, balance) in openings.enumerated() {
      balances[Self.address(UInt32(number))] = BigInt(ReferenceLaw.big(balance))
    }
    var taken: UInt64 = 0
    for epoch in epochs {
      do throws(ReferenceLaw.AccrualRefusal) {
        let accrued = try ReferenceLaw.accrued(
          rule, opening: balances, positions: positions.filter { $0.time >= taken },
          start: epoch.lowerBound, end: epoch.upperBound)
        found.append(accrued)
        balances = accrued.balances
        taken = epoch.upperBound
      } catch {
        return (found, error)
      }
    }
    return (found, nil)
  }
}

extension Generator {
  /// How wide the balances are: small, on both sides of 2¹²⁸, or up to 2²⁵⁶.
  private mutating func balance(_ width: UInt64) -> UInt256 {
    switch width {
    case 0: return UInt256(below(10))
    case 1: return value(.small) << Int(below(130))
    case 2: return pick([UInt256(1) << 128, UInt256(1) << 127]) &- UInt256(below(3))
    default: return value(.extreme) >> Int(below(5))
    }
  }

  mutating func accrualSample(rule: AccrualRule? = nil, maxWidth: UInt64 = 4) -> AccrualSample {
    let width = below(maxWidth)
    let accounts = UInt64(AccrualSample.accounts)
    var held: [UInt32: UInt256] = [:]
    let openings = (0..<below(3)).map { _ in balance(width) }
    for (number, opening) in openings.enumerated() { held[UInt32(number)] = opening }
    // Times around and inside of the epochs, many of them twice.
    var time = below(40)
    var changes: [AccrualSample.Change] = []
    for _ in 0..<below(25) {
      time += once(in: 2) ? 0 : below(12)
      let account = UInt32(below(accounts))
      let owned = held[account, default: 0]
      // Most takings are of what is there; some are of more than that.
      let isTaken = once(in: 3)
      let amount = isTaken && !once(in: 12) ? pick([owned, owned >> 1, 0]) : balance(width)
      held[account] = isTaken ? owned &- amount : owned &+ amount
      changes.append(.init(time: time, account: account, amount: amount, isTaken: isTaken))
      if isTaken, once(in: 2) {
        let target = UInt32(below(accounts))
        held[target] = held[target, default: 0] &+ amount
        changes.append(.init(time: time, account: target, amount: amount, isTaken: false))
      }
    }
    var start = 20 + below(20)
    var epochs: [Range<UInt64>] = []
    for _ in 0...below(4) {
      let end = start + 1 + below(50)
      epochs.append(start..<end)
      start = end + (once(in: 6) ? below(9) : 0)
    }
    return AccrualSample(
      rule: rule ?? pick(AccrualRule.allCases), openings: openings, changes: changes,
      epochs: epochs, budget: value())
  }
}
