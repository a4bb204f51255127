import BigInt
import DistributionModel
import EthereumPrimitives

extension StrangerEvents {
  /// The changes that the raw files of a series give, as section 15 of the law says.
  static func raw(
    _ streams: [StrangerStream], _ table: StrangerTable, _ events: PositionEvents,
    span: Range<UInt64>
  ) throws -> (changes: ReferenceLaw.Changes, late: Int) {
    var collected = StrangerChanges(table, events, span: span)
    try table.eachRow(of: streams) { try collected.take($0) }
    return (try collected.canonical(), collected.late)
  }

  /// Something that an account's changes are not in two places.
  struct Difference {
    let account: Address
    let time: UInt64
    /// nil where there is no change.
    let published: BigInt?
    let recomputed: BigInt?
  }

  /// The first change, by time and then by account, that is another one.
  static func difference(
    _ published: ReferenceLaw.Changes, _ recomputed: ReferenceLaw.Changes
  ) -> Difference? {
    var first: Difference?
    for account in Set(published.keys).union(recomputed.keys) {
      let (left, right) = (published[account] ?? [], recomputed[account] ?? [])
      let place = zip(left, right).prefix { $0 == $1 }.count
      let (mine, theirs) = (left.dropFirst(place).first, right.dropFirst(place).first)
      guard let time = [mine, theirs].compactMap({ $0?.time }).min() else { continue }
      if let first, (first.time, first.account) < (time, account) { continue }
      func amount(_ change: ReferenceLaw.Change?) -> BigInt? {
        change?.time == time ? change?.amount : nil
      }
      first = Difference(
        account: account, time: time, published: amount(mine), recomputed: amount(theirs))
    }
    return first
  }
}

/// Rows of a raw file, on their way to changes.
private struct StrangerChanges {
  /// An account's balance as a row states it.
  private struct Stated {
    /// When it was so, the second at which the row counts, and from when on that has an effect.
    let time: UInt64
    let second: UInt64
    let start: UInt64
    let order: [BigUInt]
    let balance: BigInt
    let place: StrangerCell.Place

    func isLater(than other: Stated) -> Bool {
      time == other.time
        ? other.order.lexicographicallyPrecedes(order) : time > other.time
    }
  }

  private let table: StrangerTable
  private let events: PositionEvents
  private let span: Range<UInt64>
  /// By the bytes of a kind's name.
  private let effects: [[UInt8]: EventDeclaration.Effect]
  private var openings: [Address: BigInt] = [:]
  private var changes: ReferenceLaw.Changes = [:]
  private var stated: [Address: [Stated]] = [:]
  /// Rows that came late into the epoch with which the span ends.
  private(set) var late = 0

  init(_ table: StrangerTable, _ events: PositionEvents, span: Range<UInt64>) {
    (self.table, self.events, self.span) = (table, events, span)
    guard case .kinds(_, let kinds, _) = events.effect else {
      effects = [:]
      return
    }
    effects = Dictionary(kinds.map { (Array($0.name.utf8), $0.effect) }) { first, _ in first }
  }

  // MARK: Rows

  /// - Returns: whether the row counts.
  mutating func take(_ row: StrangerTable.Row) throws -> Bool {
    guard let seconds = try table.seconds(of: row) else {
      preconditionFailure("a series has times")
    }
    guard try counts(row, seconds) else { return false }
    if table.isLate(seconds, into: span) { late += 1 }
    return true
  }

  /// Adds what a row says; false where its key is not known.
  private mutating func counts(
    _ row: StrangerTable.Row, _ seconds: StrangerTable.Seconds
  ) throws -> Bool {
    let start = start(of: seconds.counted)
    switch events.effect {
    case .change:
      guard let account = try table.account(of: row) else { return false }
      add(try amount(row, isSigned: true), to: account, at: start)
    case .balance:
      guard let account = try table.account(of: row) else { return false }
      let order = try events.order.map { column in
        try row.value(ColumnDeclaration(name: column, kind: .integer))
      }
      stated[account, default: []].append(
        Stated(
          time: seconds.stated, second: seconds.counted, start: start, order: order,
          balance: try amount(row), place: row.place))
    case .transfer(let target): return try move(row, to: target, at: start, allowsNobody: true)
    case .kinds(let column, let kinds, let target):
      let word = try row.key(column)
      guard let effect = effects[Array(word.utf8)] else {
        let names = kinds.map(\.name).joined(separator: ", ")
        throw row.place.malformed("'\(word.prefix(60))'", "one of \(names)")
      }
      switch effect {
      case .none: break
      case .move: return try move(row, to: target, at: start, allowsNobody: false)
      case .add, .take:
        guard let account = try table.account(of: row) else { return false }
        let amount = try amount(row)
        add(effect == .add ? amount : -amount, to: account, at: start)
      }
    }
    return true
  }

  /// When a row of a time takes effect: at once, or at the next multiple of the period.
  private func start(of time: UInt64) -> UInt64 {
    guard let period = events.period else { return time }
    let (start, overflow) = (time / period + 1).multipliedReportingOverflow(by: period)
    return overflow ? .max : start
  }

  /// - Parameter allowsNobody: the zero address stands for nobody.
  /// - Returns: whether the row counts.
  private mutating func move(
    _ row: StrangerTable.Row, to column: String, at time: UInt64, allowsNobody: Bool
  ) throws -> Bool {
    guard let account = try table.account(of: row, allowsNobody: allowsNobody),
      let target = try table.account(of: row, in: column, allowsNobody: allowsNobody)
    else { return false }
    let amount = try amount(row)
    if !account.isZero { add(-amount, to: account, at: time) }
    if !target.isZero { add(amount, to: target, at: time) }
    return true
  }

  /// Without a column each row is about 1.
  private func amount(_ row: StrangerTable.Row, isSigned: Bool = false) throws -> BigInt {
    guard let column = events.amount else { return 1 }
    guard isSigned else { return BigInt(try row.value(column)) }
    let (text, unit) = try row.cell(column.name, .value(column))
    return try StrangerCell.signed(text, column, unit: unit, row.place)
  }

  private mutating func add(_ amount: BigInt, to account: Address, at time: UInt64) {
    if time < span.lowerBound {
      openings[account, default: 0] += amount
    } else if time < span.upperBound {
      changes[account, default: []].append(.init(time: time, amount: amount))
    }
  }

  // MARK: Changes

  /// Sums of each account's changes by the second, without those of 0.
  mutating func canonical() throws -> ReferenceLaw.Changes {
    for (account, rows) in stated { try addSteps(of: rows, to: account) }
    stated = [:]
    for account in Array(changes.keys) {
      changes[account] = Self.added(changes[account] ?? [])
    }
    for (account, opening) in openings where opening != 0 {
      changes[account, default: []].insert(.init(time: 0, amount: opening), at: 0)
    }
    for (account, changes) in changes {
      for change in changes where change.amount.magnitude >= ReferenceLaw.bound {
        throw VerificationFailure(
          .malformedLine, table.source.file,
          found: "changes of \(account) at \(change.time) by 2^256 or more",
          expected: "less than 2^256")
      }
    }
    return changes.filter { !$0.value.isEmpty }
  }

  private static func added(_ changes: [ReferenceLaw.Change]) -> [ReferenceLaw.Change] {
    var sums: [ReferenceLaw.Change] = []
    for change in changes.sorted(by: { $0.time < $1.time }) {
      guard let last = sums.last, last.time == change.time else {
        sums.append(change)
        continue
      }
      sums[sums.count - 1] = .init(time: last.time, amount: last.amount + change.amount)
    }
    return sums.filter { $0.amount != 0 }
  }

  /// The differences from each balance to the next one; of one second the last one counts.
  private mutating func addSteps(of rows: [Stated], to account: Address) throws {
    let all = rows.sorted {
      $0.second == $1.second ? $1.isLater(than: $0) : $0.second < $1.second
    }
    for (row, next) in zip(all, all.dropFirst())
    where row.second == next.second && row.time == next.time && row.order == next.order
      && row.balance != next.balance
    {
      throw next.place.malformed(
        "\(next.balance) and \(row.balance) for \(account) at \(row.time)",
        "one balance, or an order among them")
    }
    // What came late is passed over where a later balance counted before it.
    var sorted: [Stated] = []
    for row in all where !(sorted.last?.isLater(than: row) ?? false) { sorted.append(row) }
    var balance = BigInt(0)
    for (index, row) in sorted.enumerated() {
      let isLast = index + 1 == sorted.count || sorted[index + 1].start != row.start
      guard isLast, row.balance != balance else { continue }
      add(row.balance - balance, to: account, at: row.start)
      balance = row.balance
    }
  }
}
