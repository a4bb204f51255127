import DistributionModel
import EthereumPrimitives

/// What a program's expressions read, one row per account, ascending by account.
struct AccountColumns {
  private(set) var accounts: [Address] = []
  /// By the column's name, the rows of each account added up.
  private(set) var columns: [String: ColumnValues] = [:]
  /// What is read elsewhere about each account; `listed` is 1 or 0.
  private(set) var joins: [Expression.Join: ColumnValues] = [:]
  /// Of a round of grants, which need more than sums.
  private(set) var contributions: Contributions?

  /// - Throws: `valuesOverflow` where one account's rows of a column reach 2²⁵⁶.
  init(
    program: Program, inputs: ProgramInputs, hasContributions: Bool = true
  ) throws(LawError) {
    let joins = Set(program.joins.keys)
    let source = inputs.source(of: program)
    let ofRows = joins.filter { $0.isOfRows && $0.source == nil }
    try self.init(source, program.columns, ofRows, program)
    try read(joins, program, inputs)
    guard hasContributions, let matching = program.basis.matching else { return }
    contributions = try Contributions(
      program: program, matching: matching, source: source, accounts: accounts,
      donors: Donors(of: program, matching, source, inputs))
  }

  /// What is read elsewhere about accounts that are in no row of the program's own source.
  init(about accounts: [Address], _ program: Program, _ inputs: ProgramInputs) throws(LawError) {
    self.accounts = accounts
    try read(Set(program.contributorJoins.keys), program, inputs)
  }

  private mutating func read(
    _ joins: Set<Expression.Join>, _ program: Program, _ inputs: ProgramInputs
  ) throws(LawError) {
    for name in Set(joins.compactMap(\.source)).sorted() {
      try join(inputs.source(named: name), joins, program)
    }
    for case .allocated(let name) in joins {
      // A program that does not run in the epoch gives nothing.
      let outcome = inputs.outcomes[name]
      let places = places(in: outcome?.accounts ?? [])
      self.joins[.allocated(program: name)] = ColumnValues(
        places.map { place in place.flatMap { outcome?.amounts[$0] } ?? .zero })
    }
    for case .price(let name) in joins {
      guard let price = inputs.prices[name] else {
        throw LawError(
          .priceRefused, subject: program.name, place: "price \(name)", found: "no price",
          expected: "one that was computed before the program",
          advice: "Look for what refuses the price.")
      }
      self.joins[.price(name)] = ColumnValues(accounts.map { _ in price })
    }
  }

  /// The columns of one source, and what else is read of its rows.
  private init(
    _ source: ProgramInputs.Source, _ used: Set<String>, _ ofRows: Set<Expression.Join>,
    _ program: Program
  ) throws(LawError) {
    let rows = source.rows
    let order = AccountValues.ascendingOrder(of: rows.accounts)
    // Where each account's rows start in that order.
    var starts: [Int] = []
    for (place, row) in order.enumerated() where accounts.last != rows.accounts[row] {
      accounts.append(rows.accounts[row])
      starts.append(place)
    }
    // Where the rows are the accounts, there is nothing to add up and nothing to copy.
    let isOneEach = accounts == rows.accounts
    if isOneEach { accounts = rows.accounts }
    for (index, column) in source.declaration.columns.enumerated()
    where used.contains(column.name) && column.kind != .address {
      if isOneEach {
        columns[column.name] = rows.values[index]
        continue
      }
      var sums: ColumnValues = []
      sums.reserveCapacity(accounts.count)
      for (number, start) in starts.enumerated() {
        let end = number + 1 < starts.count ? starts[number + 1] : order.count
        var sum = rows.values[index][order[start]]
        for place in (start + 1)..<max(end, start + 1) {
          guard let next = sum.adding(rows.values[index][order[place]]) else {
            throw AccountValues.overflow(program, accounts[number], in: source)
          }
          sum = next
        }
        sums.append(sum)
      }
      columns[column.name] = sums
    }
    guard !ofRows.isEmpty else { return }
    let groups = AccountValues.groups(of: rows.accounts)
    for join in ofRows {
      var numbers: [UInt256] = []
      numbers.reserveCapacity(groups.count)
      for (number, group) in groups.enumerated() {
        guard let value = source.number(join, of: group) else {
          throw AccountValues.overflow(program, accounts[number], in: source)
        }
        numbers.append(value)
      }
      joins[join] = ColumnValues(numbers)
    }
  }

  /// The number of an account's row; nil where it is in none.
  func row(of account: Address) -> Int? {
    Entitlements(accounts: accounts, amounts: accounts.map { _ in .zero }).index(of: account)
  }

  /// Takes over what another source says about the accounts.
  private mutating func join(
    _ source: ProgramInputs.Source, _ joins: Set<Expression.Join>, _ program: Program
  ) throws(LawError) {
    let name = source.declaration.name
    let used = source.declaration.columns.map(\.name).filter {
      joins.contains(.column($0, source: name))
    }
    let ofRows = joins.filter { $0.isOfRows && $0.source == name }
    let other = try AccountColumns(source, Set(used), ofRows, program)
    let places = places(in: other.accounts)
    for column in used {
      let values = other[column]
      self.joins[.column(column, source: name)] = ColumnValues(
        places.map { $0.map { values[$0] } ?? .zero })
    }
    for (join, values) in other.joins {
      self.joins[join] = ColumnValues(places.map { $0.map { values[$0] } ?? .zero })
    }
    if joins.contains(.listed(source: name)) {
      self.joins[.listed(source: name)] = ColumnValues(
        places.map { $0 == nil ? .zero : .one })
    }
  }

  /// Where each account stands in a list that ascends as well; nil where it does not.
  private func places(in others: [Address]) -> [Int?] {
    var place = 0
    return accounts.map { account in
      while place < others.count, others[place] < account { place += 1 }
      return place < others.count && others[place] == account ? place : nil
    }
  }

  subscript(column: String) -> ColumnValues {
    guard let values = columns[column] else {
      preconditionFailure("the columns of a program's expressions were read")
    }
    return values
  }
}

extension ProgramInputs.Source {
  /// What some rows, those of one account, come to; nil from 2²⁵⁶ on.
  fileprivate func number(_ join: Expression.Join, of group: ArraySlice<Int>) -> UInt256? {
    switch join {
    case .ofRows(let aggregate, let name, _): return number(aggregate, of: ascending(name, group))
    case .ofPeriods(let aggregate, let name, _, let seconds):
      let periods = ascending(name, group).map {
        $0.quotientAndRemainder(dividingBy: UInt256(seconds))?.quotient ?? .zero
      }
      return UInt256(UInt64(Self.number(aggregate, of: periods)))
    case .rowCount, .column, .listed, .allocated, .price: return UInt256(UInt64(group.count))
    }
  }

  /// The values of a column in some rows.
  private func ascending(_ name: String, _ group: ArraySlice<Int>) -> [UInt256] {
    guard let column = declaration.columns.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("a checked plan names its columns")
    }
    return group.map { rows.values[column][$0] }.sorted()
  }

  private static func number(
    _ aggregate: Expression.PeriodAggregate, of ascending: [UInt256]
  ) -> Int {
    var (count, run, longest) = (0, 0, 0)
    var last: UInt256?
    for period in ascending where period != last {
      count += 1
      run = last.flatMap { $0.adding(.one) } == period ? run + 1 : 1
      longest = max(longest, run)
      last = period
    }
    switch aggregate {
    case .periods: return count
    case .streak: return longest
    }
  }

  private func number(
    _ aggregate: Expression.RowAggregate, of values: [UInt256]
  ) -> UInt256? {
    switch aggregate {
    case .smallest: return values[0]
    case .largest: return values[values.count - 1]
    case .median:
      // Half of both middle values, with one decimal place more.
      return values[(values.count - 1) / 2].adding(values[values.count / 2])?.multiplied(by: 5)
    }
  }
}
