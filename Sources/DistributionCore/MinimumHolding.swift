import DistributionModel
import EthereumPrimitives

extension PositionHistory {
  /// The balances that count once they were held for so many seconds: at every second the least of
  /// those of the time before it. `docs/reference/law.md`, section 15.
  ///
  /// What a balance was stops to count so many seconds after it was changed. So there are two
  /// sorts of instants, those of changes and the same ones later, and each is looked at once.
  func holding(for seconds: UInt64) -> PositionHistory {
    guard seconds > 0 else { return self }
    var held = PositionChanges()
    var balances = accounts.map { _ in TrailingBalances() }
    var row = 0
    while row < changes.count, changes.times[row] == 0 {
      let (account, balance) = (changes.accounts[row], changes.amounts[row])
      balances[Int(account)] = TrailingBalances(opening: balance)
      held.append(time: 0, account: account, from: .zero, to: balance)
      row += 1
    }
    // The change that comes next, and the one from which on the balance before it counts no more.
    var (next, past) = (row, row)
    while let instant = Instant.first(instant(next), instant(past, later: seconds)) {
      let account = Int(instant.account)
      let before = balances[account].least
      if self.instant(next) == instant {
        balances[account].take(
          balance(after: next, of: balances[account].present), at: instant.time)
        next += 1
      }
      if self.instant(past, later: seconds) == instant {
        balances[account].forget(endedAt: changes.times[past])
        past += 1
      }
      held.append(
        time: instant.time, account: instant.account, from: before, to: balances[account].least)
    }
    return PositionHistory(span: span, of: accounts, changes: held)
  }

  /// When and to whom a change happens, or a time later; nil after the span.
  private func instant(_ row: Int, later seconds: UInt64 = 0) -> Instant? {
    guard row < changes.count else { return nil }
    let (time, isBeyond) = changes.times[row].addingReportingOverflow(seconds)
    guard !isBeyond, time < span.upperBound else { return nil }
    return Instant(time: time, account: changes.accounts[row])
  }
}

/// An account at a second, in the order of histories.
struct Instant: Comparable {
  let time: UInt64
  let account: UInt32

  static func < (left: Instant, right: Instant) -> Bool {
    left.time == right.time ? left.account < right.account : left.time < right.time
  }

  /// The earlier one of two, as far as there are any.
  static func first(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
  }
}

/// The balances of an account in the last seconds, as far as one of them can become the least.
private struct TrailingBalances {
  private struct Past {
    let balance: UInt256
    /// When another one took its place.
    let end: UInt64
  }

  private(set) var present: UInt256
  /// Ascending, and below the present one: a balance that a later one is not above never counts
  /// again.
  private var past: [Past] = []
  /// Those before it are forgotten.
  private var first = 0

  init(opening: UInt256 = .zero) { present = opening }

  var least: UInt256 { first < past.count ? past[first].balance : present }

  mutating func take(_ balance: UInt256, at time: UInt64) {
    if present < balance {
      past.append(Past(balance: present, end: time))
    } else {
      while past.count > first, past[past.count - 1].balance >= balance { past.removeLast() }
    }
    present = balance
  }

  /// Forgets the balance that ended at a time, if it is still there: it is the first one then.
  mutating func forget(endedAt time: UInt64) {
    guard first < past.count, past[first].end == time else { return }
    first += 1
    guard first == past.count else { return }
    past.removeAll(keepingCapacity: true)
    first = 0
  }
}
