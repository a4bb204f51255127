import DistributionModel
import EthereumPrimitives

/// Adds rows of changes, in the order of time, up to a history: `docs/reference/law.md`, section
/// 15.
///
/// Memory holds the accounts, and the changes of the span, an account once at each instant.
struct PositionFold {
  /// What an account's changes at one instant come to.
  private struct Sum {
    let account: UInt32
    var change = SignedSum()
    /// Of the last one.
    var line: UInt32 = 0
    var file = 0

    @inline(__always)
    mutating func add(_ amount: UInt256, isTaken: Bool, line: UInt32, file: Int) {
      change.add(amount, isTaken: isTaken)
      self.line = line
      self.file = file
    }
  }

  /// A balance that a row states.
  private struct Stated {
    let account: UInt32
    let amount: UInt256
    let order: ArraySlice<UInt256>
    let line: UInt32
    let file: Int
  }

  /// The numbers of accounts.
  var accounts = AddressTable()
  private let span: Range<UInt64>
  private let period: UInt64?
  private let isStated: Bool
  /// Of the last row.
  private var time: UInt64 = 0
  /// What came before the span, by account.
  private var opening: [Sum] = []
  /// When the changes in `sums` take effect.
  private var instant: UInt64 = 0
  private var sums: [Sum] = []
  /// Where in `sums` each account stands, plus 1; 0 where it does not.
  private var places: [UInt32] = []
  private var changes = PositionChanges()
  /// The balances that rows at `time` state, and those before, by account.
  private var stated: [Stated] = []
  private var balances: [UInt256] = []
  /// The first thing that is wrong with rows together, and the number of its file.
  private(set) var problem: (fault: Fault, file: Int)?

  init(_ events: PositionEvents, span: Range<UInt64>) {
    self.span = span
    period = events.period
    isStated = events.isOrdered
  }

  /// Takes rows of a file, whose accounts are numbers of `accounts`.
  ///
  /// - Parameter orders: of rows that state balances what orders them, `order` numbers each.
  /// - Returns: false where a row is earlier than the one before it; then nothing more is of use.
  mutating func take(
    _ rows: PositionChanges, orders: [UInt256], order: Int, file: Int
  ) -> Bool {
    makeRoom()
    for row in 0..<rows.count {
      guard rows.times[row] >= time else { return false }
      if rows.times[row] > time { settle() }
      time = rows.times[row]
      if isStated {
        stated.append(
          Stated(
            account: rows.accounts[row], amount: rows.amounts[row],
            order: orders[(row * order)..<((row + 1) * order)], line: rows.lines[row], file: file))
      } else {
        add(
          rows.accounts[row], rows.amounts[row], isTaken: rows.isTaken[row],
          line: rows.lines[row], file: file)
      }
    }
    return true
  }

  private mutating func makeRoom() {
    let missing = accounts.count - places.count
    guard missing > 0 else { return }
    for account in places.count..<accounts.count {
      opening.append(Sum(account: UInt32(truncatingIfNeeded: account)))
    }
    places.append(contentsOf: repeatElement(0, count: missing))
    if isStated { balances.append(contentsOf: repeatElement(.zero, count: missing)) }
  }

  /// When a row of a time takes effect.
  private func effective(_ time: UInt64) -> UInt64 {
    guard let period else { return time }
    let (next, overflow) = (time / period + 1).multipliedReportingOverflow(by: period)
    return overflow ? .max : next
  }

  /// Adds a change of the present time.
  private mutating func add(
    _ account: UInt32, _ amount: UInt256, isTaken: Bool, line: UInt32, file: Int
  ) {
    let effective = effective(time)
    guard effective < span.upperBound else { return }
    guard effective >= span.lowerBound else {
      opening[Int(account)].add(amount, isTaken: isTaken, line: line, file: file)
      return
    }
    if effective != instant { close() }
    instant = effective
    if places[Int(account)] == 0 {
      sums.append(Sum(account: account))
      places[Int(account)] = UInt32(truncatingIfNeeded: sums.count)
    }
    sums[Int(places[Int(account)]) - 1].add(amount, isTaken: isTaken, line: line, file: file)
  }

  /// Ends an instant.
  private mutating func close() {
    for sum in sums {
      places[Int(sum.account)] = 0
      append(sum, at: instant)
    }
    sums.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ sum: Sum, at time: UInt64) {
    guard let (amount, isTaken) = sum.change.value else {
      tell(
        Fault(
          kind: .changesOverflow, line: Int(sum.line),
          found: "changes of \(accounts[sum.account]) at \(time) that add up to 2^256 or more",
          expected: "less than 2^256", advice: "Are the amounts in the right unit?"),
        file: sum.file)
      return
    }
    guard !amount.isZero else { return }
    changes.append(
      time: Timestamp(time), account: sum.account, amount: amount, isTaken: isTaken,
      line: sum.line)
  }

  private mutating func tell(_ fault: Fault, file: Int) {
    if problem == nil { problem = (fault, file) }
  }

  // MARK: Balances that are stated

  /// Ends a second: the last balance of each account counts.
  private mutating func settle() {
    guard !stated.isEmpty else { return }
    stated.sort { left, right in
      if left.account != right.account { return left.account < right.account }
      if left.order != right.order { return left.order.lexicographicallyPrecedes(right.order) }
      return (left.file, left.line) < (right.file, right.line)
    }
    for (index, row) in stated.enumerated() {
      let next = index + 1 < stated.count ? stated[index + 1] : nil
      guard let next, next.account == row.account else {
        state(row)
        continue
      }
      if next.order == row.order, next.amount != row.amount { contradict(row, next) }
    }
    stated.removeAll(keepingCapacity: true)
  }

  private mutating func state(_ row: Stated) {
    let before = balances[Int(row.account)]
    balances[Int(row.account)] = row.amount
    let isTaken = row.amount < before
    add(
      row.account, isTaken ? before &- row.amount : row.amount &- before, isTaken: isTaken,
      line: row.line, file: row.file)
  }

  private mutating func contradict(_ first: Stated, _ second: Stated) {
    let other =
      first.file == second.file ? "line \(first.line)" : "line \(first.line) of another file"
    tell(
      Fault(
        kind: .contradictingBalances, line: Int(second.line),
        found: "\(second.amount) for \(accounts[second.account]) at \(time), after \(first.amount) "
          + "in \(other)",
        expected: "one balance, or an order that tells the last one",
        advice: "Name columns in `order` that order rows of one second, or remove a row."),
      file: second.file)
  }

  // MARK: The history

  /// What all rows come to; the first thing that is wrong is in `problem` then.
  mutating func history() -> PositionHistory {
    makeRoom()
    settle()
    close()
    let later = changes
    changes = PositionChanges()
    for sum in opening { append(sum, at: 0) }
    let places = Self.places(of: [changes, later], accounts)
    var result = PositionChanges()
    let known = places.numbers.map { accounts.addresses[$0] }
    result.append(changes, renumbered: places.ranks)
    result.append(later, renumbered: places.ranks)
    return PositionHistory(span: span, accounts: known, changes: result)
  }

  /// The numbers of the accounts that stand in changes, ascending by address, and the place of each
  /// number among them.
  private static func places(
    of changes: [PositionChanges], _ accounts: AddressTable
  ) -> (numbers: [Int], ranks: [UInt32]) {
    var isThere = [Bool](repeating: false, count: accounts.count)
    for changes in changes {
      for account in changes.accounts { isThere[Int(account)] = true }
    }
    let there = isThere.indices.filter { isThere[$0] }
    let addresses = there.map { accounts.addresses[$0] }
    let order = AscendingOrder.places(by: addresses.map(\.word0)) { addresses[$0] < addresses[$1] }
    var ranks = [UInt32](repeating: 0, count: accounts.count)
    for (rank, place) in order.enumerated() {
      ranks[there[place]] = UInt32(truncatingIfNeeded: rank)
    }
    return (order.map { there[$0] }, ranks)
  }
}

extension PositionChanges {
  /// Appends changes in the order of time, those of an instant by the new numbers of accounts.
  fileprivate mutating func append(_ other: PositionChanges, renumbered ranks: [UInt32]) {
    var start = 0
    while start < other.count {
      var end = start + 1
      while end < other.count, other.times[end] == other.times[start] { end += 1 }
      let order = (start..<end).sorted {
        ranks[Int(other.accounts[$0])] < ranks[Int(other.accounts[$1])]
      }
      for row in order {
        append(
          time: Timestamp(other.times[row]), account: ranks[Int(other.accounts[row])],
          amount: other.amounts[row], isTaken: other.isTaken[row], line: other.lines[row])
      }
      start = end
    }
  }
}

/// A sum of amounts that are added and taken off, exact for 2⁶² of them.
struct SignedSum {
  /// Two's complement in 320 bits: the lower 256, and the rest.
  private var low = UInt256.zero
  private var high: Int64 = 0

  @inline(__always)
  mutating func add(_ amount: UInt256, isTaken: Bool) {
    let (rest, overflow) =
      isTaken
      ? low.subtractingReportingOverflow(amount) : low.addingReportingOverflow(amount)
    low = rest
    if overflow { high &+= isTaken ? -1 : 1 }
  }

  /// nil for 2²⁵⁶ or more, added or taken off.
  var value: (amount: UInt256, isTaken: Bool)? {
    switch high {
    case 0: (low, false)
    case -1 where !low.isZero: (UInt256.zero &- low, true)
    default: nil
    }
  }
}
