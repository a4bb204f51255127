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
  private let events: PositionEvents
  private let isStated: Bool
  /// Of the last row.
  private var time: UInt64 = 0
  /// What came before the span, by account; nothing once it has begun.
  private var opening: [Sum] = []
  private var hasBegun = false
  /// When the changes in `sums` take effect.
  private var instant: UInt64 = 0
  private var sums: [Sum] = []
  /// Where in `sums` each account stands, plus 1; 0 where it does not.
  private var places: [UInt32] = []
  private var changes = PositionChanges()
  /// The balances that rows at `time` state, and those before, by account.
  private var stated: [Stated] = []
  private var balances: [UInt256] = []
  /// Of rows that may come late what ordered the balance that counts, by account.
  private var latest: [[UInt256]]?
  /// The first thing that is wrong with rows together, and the number of its file.
  private(set) var problem: (fault: Fault, file: Int)?

  /// - Parameter mayBeLate: whether a row's own time may be another one than that at which it
  ///   counts; of stated balances it is the first of what orders them.
  init(_ events: PositionEvents, span: Range<UInt64>, mayBeLate: Bool = false) {
    self.span = span
    latest = mayBeLate && events.isOrdered ? [] : nil
    self.events = events
    isStated = events.isOrdered
  }

  /// Takes rows of a file, whose accounts are numbers of `accounts`.
  ///
  /// - Parameters:
  ///   - range: which of the rows.
  ///   - orders: of rows that state balances what orders them, `order` numbers each.
  /// - Returns: false where a row is earlier than the one before it; then nothing more is of use.
  mutating func take(
    _ rows: PositionChanges, _ range: Range<Int>, orders: [UInt256], order: Int, file: Int
  ) -> Bool {
    makeRoom()
    for row in range {
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
    if !hasBegun {
      for account in places.count..<accounts.count {
        opening.append(Sum(account: UInt32(truncatingIfNeeded: account)))
      }
    }
    places.append(contentsOf: repeatElement(0, count: missing))
    if isStated { balances.append(contentsOf: repeatElement(.zero, count: missing)) }
    latest?.append(contentsOf: repeatElement([], count: missing))
  }

  /// Adds a change of the present time.
  private mutating func add(
    _ account: UInt32, _ amount: UInt256, isTaken: Bool, line: UInt32, file: Int
  ) {
    let effective = events.effectiveTime(time)
    guard effective < span.upperBound else { return }
    guard effective >= span.lowerBound else {
      opening[Int(account)].add(amount, isTaken: isTaken, line: line, file: file)
      return
    }
    begin()
    if effective != instant { close() }
    instant = effective
    if places[Int(account)] == 0 {
      sums.append(Sum(account: account))
      places[Int(account)] = UInt32(truncatingIfNeeded: sums.count)
    }
    sums[Int(places[Int(account)]) - 1].add(amount, isTaken: isTaken, line: line, file: file)
  }

  /// What came before the span makes its first changes.
  private mutating func begin() {
    guard !hasBegun else { return }
    for sum in opening { append(sum, at: 0) }
    opening = []
    hasBegun = true
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
    if let latest = latest?[Int(row.account)] {
      // It came late, and what was stated after it counts already.
      guard !row.order.lexicographicallyPrecedes(latest) else { return }
      self.latest?[Int(row.account)] = Array(row.order)
    }
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
    begin()
    close()
    var history = PositionChanges()
    swap(&history, &changes)
    let (numbers, ranks) = Self.places(of: history, accounts)
    history.renumber(ranks, count: numbers.count)
    return PositionHistory(
      span: span, accounts: numbers.map { accounts.addresses[$0] }, changes: history)
  }

  /// The numbers of the accounts that stand in changes, ascending by address, and the place of each
  /// number among them.
  private static func places(
    of changes: PositionChanges, _ accounts: AddressTable
  ) -> (numbers: [Int], ranks: [UInt32]) {
    var isThere = [Bool](repeating: false, count: accounts.count)
    for account in changes.accounts { isThere[Int(account)] = true }
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
  /// Gives accounts new numbers, `count` in all, and sorts the changes of each instant by them.
  fileprivate mutating func renumber(_ ranks: [UInt32], count accountCount: Int) {
    for row in accounts.indices { accounts[row] = ranks[Int(accounts[row])] }
    self.accountCount = accountCount
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, times[end] == times[start] { end += 1 }
      if end - start > 1 { sort(start..<end) }
      start = end
    }
  }

  /// Sorts the changes of one instant by their accounts.
  private mutating func sort(_ instant: Range<Int>) {
    let order = instant.sorted { accounts[$0] < accounts[$1] }
    guard !order.elementsEqual(instant) else { return }
    accounts.replaceSubrange(instant, with: order.map { accounts[$0] })
    amounts.reorder(instant, order)
    isTaken.replaceSubrange(instant, with: order.map { isTaken[$0] })
    lines.replaceSubrange(instant, with: order.map { lines[$0] })
  }
}
