import DistributionModel
import EthereumPrimitives

/// Balances that an expression gives from those of other sources, instant by instant:
/// `docs/reference/law.md`, section 15.
struct BalanceComputing {
  /// One of the sources, and how far it was followed.
  private struct Component {
    let name: String
    let history: PositionHistory
    /// The numbers of its accounts among those of all sources.
    let numbers: [Int]
    /// The first change that was not taken.
    var row = 0
    /// By the numbers among all accounts.
    var balances: [UInt256]

    /// When and to whom the next change before a time happens.
    func next(before end: UInt64) -> Instant? {
      let changes = history.changes
      guard row < changes.count, changes.times[row] < end else { return nil }
      return Instant(time: changes.times[row], account: UInt32(numbers[Int(changes.accounts[row])]))
    }

    mutating func take() {
      let account = numbers[Int(history.changes.accounts[row])]
      balances[account] = history.balance(after: row, of: balances[account])
      row += 1
    }
  }

  /// Accounts at instants for which the expression is still to be computed.
  private struct Block {
    var instants: [Instant] = []
    /// One column per component.
    var columns: [[UInt256]]
    /// The places of accounts that hold something.
    var holding: [Int] = []
  }

  private static let blockSize = 4096

  /// To the places of the result.
  private let expression: Expression
  private let span: Range<UInt64>
  private let accounts: [Address]
  private var components: [Component]
  private var block: Block
  /// What the expression came to last, by account.
  private var balances: [UInt256]
  private var changes = PositionChanges()

  /// - Parameters:
  ///   - places: those of the result, which is rounded down to them.
  ///   - components: the expression's names with their balances, in any order.
  ///   - span: the seconds that are asked for.
  init(
    _ expression: Expression, places: Int, components: [(name: String, history: PositionHistory)],
    span: Range<UInt64>
  ) {
    self.expression = Expression(
      .rounded(expression, .floor), kind: .number(scale: places, unit: .plain), id: expression.id,
      place: expression.place)
    self.span = span
    let accounts = PositionHistory.accounts(of: components.map(\.history))
    let nothing = [UInt256](repeating: .zero, count: accounts.count)
    self.accounts = accounts
    self.components = components.map { name, history in
      Component(
        name: name, history: history, numbers: history.places(in: accounts), balances: nothing)
    }
    block = Block(columns: components.map { _ in [] })
    balances = nothing
  }

  /// - Throws: where the expression has no value, for the first account at the first instant.
  mutating func history(of source: String) throws(LawError) -> PositionHistory {
    for number in components.indices {
      while components[number].next(before: span.lowerBound + 1) != nil {
        components[number].take()
      }
    }
    for account in accounts.indices {
      try add(Instant(time: 0, account: UInt32(account)), source)
    }
    while let instant = next {
      for number in components.indices
      where components[number].next(before: span.upperBound) == instant {
        components[number].take()
      }
      try add(instant, source)
    }
    try compute(source)
    return PositionHistory(span: span, of: accounts, changes: changes)
  }

  /// When and to whom the next change of any source happens.
  private var next: Instant? {
    var next: Instant?
    for number in components.indices {
      next = Instant.first(next, components[number].next(before: span.upperBound))
    }
    return next
  }

  private mutating func add(_ instant: Instant, _ source: String) throws(LawError) {
    var isHolding = false
    for number in components.indices {
      let balance = components[number].balances[Int(instant.account)]
      block.columns[number].append(balance)
      isHolding = isHolding || !balance.isZero
    }
    if isHolding { block.holding.append(block.instants.count) }
    block.instants.append(instant)
    if block.instants.count == Self.blockSize { try compute(source) }
  }

  /// Computes the block, and begins another one.
  private mutating func compute(_ source: String) throws(LawError) {
    let columns = zip(components, block.columns).map { component, values in
      (component.name, NumberColumn(ColumnValues(values)))
    }
    let evaluator = ExpressionEvaluator(
      columns: Dictionary(columns) { first, _ in first }, values: [], rows: block.holding)
    var results = [UInt256](repeating: .zero, count: block.instants.count)
    do throws(ExpressionFault) {
      try evaluator.forEachBlock(of: expression, over: block.holding[...]) {
        values, rows throws(ExpressionFault) in
        if let first = values.faults.min(by: { $0.key < $1.key }) { throw first.value }
        for (place, row) in rows.enumerated() {
          let number = values.number(at: place)
          results[row] = number.isNegative ? .zero : number.magnitude
        }
      }
    } catch {
      let instant = error.row.map { block.instants[$0] }
      let whose = instant.map {
        ", account \(accounts[Int($0.account)]) at \(max($0.time, span.lowerBound)) seconds"
      }
      throw LawError(
        error.kind, subject: source, place: "expression at \(error.place)" + (whose ?? ""),
        found: error.found, expected: error.expected, advice: error.advice)
    }
    for (instant, result) in zip(block.instants, results) {
      let account = Int(instant.account)
      changes.append(
        time: instant.time, account: instant.account, from: balances[account], to: result)
      balances[account] = result
    }
    block = Block(columns: components.map { _ in [] })
  }
}
