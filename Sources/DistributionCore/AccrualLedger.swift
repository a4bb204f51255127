import DistributionModel
import EthereumPrimitives

/// Balances of accounts, and what they have earned in an epoch, in limbs that are wide enough.
///
/// What an account has earned is Σ b · (difference of readings). That is b · A − D, with A the
/// clock's reading, b the balance now, and the debt D = Σ (change · reading at the change): nothing
/// has to be done for an account but when it changes, and at the end. Debts are kept modulo
/// 2 to the power of their bits, in which what was earned always fits, so that it is exact.
///
/// Narrow ledgers take balances below 2¹²⁸ and stop before one that is not; the wide one takes all.
/// Its balances have a sign, and may be anything between the changes of an instant.
struct AccrualLedger<let balanceLimbs: Int, let weightLimbs: Int>: Sendable {
  private struct Standing {
    var balance = [balanceLimbs of UInt64](repeating: 0)
    var debt = [weightLimbs of UInt64](repeating: 0)
  }

  /// By the accounts' numbers.
  private var standings: [Standing] = []
  /// What `touch` read, which nobody needs.
  private var touched: UInt64 = 0

  private static var isWide: Bool { balanceLimbs > 4 }
  /// As many standings as the processor's cache holds for sure.
  private var touchedAtOnce: Int { 1024 }

  var count: Int { standings.count }

  // MARK: Changes

  /// Takes changes from a row on: to the last one before a time, or to one that does not fit; `row`
  /// is then the first that was not taken.
  mutating func take(
    _ changes: PositionChanges, from row: inout Int, before end: UInt64,
    _ clock: inout AccrualClock, _ suspects: inout AccrualSuspects
  ) throws(AccrualError) {
    grow(to: changes.accountCount)
    var untouched = row
    while row < changes.count {
      if row == untouched {
        untouched = min(row + touchedAtOnce, changes.count)
        touch(changes.accounts[row..<untouched])
      }
      let time = changes.times[row]
      if time != clock.now {
        guard time > clock.now else { throw Self.goesBack(changes, row, clock) }
        guard time < end else { return }
        try check(suspects, at: clock.now)
        suspects.removeAll()
        try clock.advance(to: time)
      }
      let account = changes.accounts[row]
      let amount = changes.amounts[row].limbs
      guard
        let isInside = change(
          Int(account), by: amount, isTaken: changes.isTaken[row], at: clock.reading)
      else { return }
      if changes.isTaken[row] {
        _ = clock.supply.subtract(amount)
      } else {
        _ = clock.supply.add(amount)
      }
      if !isInside { suspects.add(account, line: changes.lines[row]) }
      row += 1
    }
  }

  /// Reads the standings of accounts that are about to change, one right after the other: memory
  /// answers many questions in the time that it takes for one.
  private mutating func touch(_ accounts: ArraySlice<UInt32>) {
    var sum: UInt64 = 0
    for account in accounts {
      let standing = standings[Int(account)]
      sum &+= standing.balance[0] ^ standing.debt[weightLimbs - 1]
    }
    touched = sum
  }

  /// Changes a balance.
  ///
  /// - Returns: whether the balance is one that may last; nil where it would not fit, and then
  ///   nothing was changed.
  @inline(__always)
  private mutating func change(
    _ account: Int, by amount: [4 of UInt64], isTaken: Bool, at reading: [5 of UInt64]
  ) -> Bool? {
    guard Self.isWide || amount.isZero(from: balanceLimbs) else { return nil }
    let amount = [balanceLimbs of UInt64](truncatingOrExtending: amount)
    var standing = standings[account]
    let isOutside = isTaken ? standing.balance.subtract(amount) : standing.balance.add(amount)
    guard Self.isWide || !isOutside else { return nil }
    let debt = [weightLimbs of UInt64](product: amount, reading)
    _ = isTaken ? standing.debt.subtract(debt) : standing.debt.add(debt)
    standings[account] = standing
    return !Self.isWide || standing.balance[balanceLimbs - 1] == 0
  }

  private static func goesBack(
    _ changes: PositionChanges, _ row: Int, _ clock: AccrualClock
  ) -> AccrualError {
    AccrualError(
      kind: .timeGoesBack, account: changes.accounts[row], time: Timestamp(changes.times[row]),
      line: changes.lines[row], found: "a change after one at \(clock.now) seconds",
      expected: "changes in the order of time", advice: "Sort them by time.")
  }

  /// Gives numbers up to a count a balance of 0.
  mutating func grow(to count: Int) {
    guard count > standings.count else { return }
    standings.append(contentsOf: repeatElement(Standing(), count: count - standings.count))
  }

  /// Looks at the balances that were outside of 0 ..< 2²⁵⁶ once in this instant.
  func check(_ suspects: AccrualSuspects, at time: UInt64) throws(AccrualError) {
    for suspect in suspects.entries {
      let balance = standings[Int(suspect.account)].balance
      let top = balance[balanceLimbs - 1]
      guard Self.isWide, top != 0 else { continue }
      let isNegative = top >> 63 == 1
      throw AccrualError(
        isNegative ? .negative(by: Self.magnitude(balance)) : .tooLarge,
        account: suspect.account, time: time, line: suspect.line)
    }
  }

  /// How far below 0 a balance is.
  private static func magnitude(_ balance: [balanceLimbs of UInt64]) -> String {
    var rest = [5 of UInt64](repeating: 0)
    _ = rest.subtract(balance)
    guard rest[4] == 0 else { return "2^256 or more" }
    return UInt256(limbs: [4 of UInt64](truncatingOrExtending: rest)).decimal
  }

  // MARK: The end of an epoch

  /// What every account has earned by a reading, by their numbers, without the lowest limbs; then
  /// nobody has earned anything yet.
  ///
  /// - Returns: beside the weights accounts that have earned something and have a weight of 0, and
  ///   the first account whose weight is 2²⁵⁶ or more.
  mutating func settle(
    at reading: [5 of UInt64], dropping limbs: Int
  ) -> (weights: [UInt256], dust: [UInt32], overflow: UInt32?) {
    var weights: [UInt256] = []
    weights.reserveCapacity(standings.count)
    var dust: [UInt32] = []
    var overflow: UInt32?
    for account in standings.indices {
      let earned = Self.earned(standings[account], by: reading)
      standings[account].debt = [weightLimbs of UInt64](repeating: 0)
      if overflow == nil, !earned.isZero(from: limbs + 4) { overflow = UInt32(account) }
      var weight = [4 of UInt64](repeating: 0)
      for index in 0..<min(4, weightLimbs - limbs) { weight[index] = earned[index + limbs] }
      weights.append(UInt256(limbs: weight))
      if limbs > 0, earned[0] != 0, earned.isZero(from: limbs) { dust.append(UInt32(account)) }
    }
    return (weights, dust, overflow)
  }

  /// What an account has earned by a reading; nothing where it was never changed.
  func earned(by account: Int, at reading: [5 of UInt64]) -> [5 of UInt64] {
    guard account < standings.count else { return [5 of UInt64](repeating: 0) }
    return [5 of UInt64](truncatingOrExtending: Self.earned(standings[account], by: reading))
  }

  @inline(__always)
  private static func earned(
    _ standing: Standing, by reading: [5 of UInt64]
  ) -> [weightLimbs of UInt64] {
    var earned = [weightLimbs of UInt64](product: standing.balance, reading)
    _ = earned.subtract(standing.debt)
    return earned
  }

  // MARK: Balances

  /// The balances by the accounts' numbers, where each is one that may last.
  var balances: [UInt256] {
    standings.map { UInt256(limbs: [4 of UInt64](truncatingOrExtending: $0.balance)) }
  }

  /// True where every balance fits into so many limbs.
  func fits(limbs: Int) -> Bool {
    standings.allSatisfy { $0.balance.isZero(from: limbs) }
  }

  /// The same balances and earnings in other widths, that hold them.
  init<let balance: Int, let weight: Int>(
    _ other: AccrualLedger<balance, weight>, at reading: [5 of UInt64]
  ) {
    standings = other.standings.map { standing in
      let earned = AccrualLedger<balance, weight>.earned(standing, by: reading)
      let held = [balanceLimbs of UInt64](truncatingOrExtending: standing.balance)
      var debt = [weightLimbs of UInt64](product: held, reading)
      _ = debt.subtract(earned)
      return Standing(balance: held, debt: debt)
    }
  }

  init() {}

  /// Balances by the accounts' numbers, that have earned nothing yet.
  init(balances: [UInt256]) {
    standings = balances.map {
      Standing(balance: [balanceLimbs of UInt64](truncatingOrExtending: $0.limbs))
    }
  }
}

/// Accounts whose balance could not last at some point of the present instant.
struct AccrualSuspects: Sendable {
  private(set) var entries: [(account: UInt32, line: UInt32)] = []

  mutating func add(_ account: UInt32, line: UInt32) {
    entries.append((account, line))
  }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
