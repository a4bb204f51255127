import DistributionModel
import EthereumPrimitives

/// One value per account of a program, ascending by account.
struct AccountValues {
  private(set) var accounts: [Address] = []
  private(set) var values: [UInt256] = []

  /// Adds up the rows of each account.
  ///
  /// - Throws: `valuesOverflow` where one account's rows reach 2²⁵⁶.
  init(program: Program, inputs: ProgramInputs) throws(LawError) {
    if case .inline(let recipients) = program.recipients {
      try add(
        recipients.sorted { $0.account < $1.account }.map { ($0.account, $0.amount.baseUnits) },
        program: program)
      return
    }
    let source = inputs.source(of: program)
    guard let column = Self.column(of: program, in: source.declaration) else {
      preconditionFailure("a checked plan names a column of its source")
    }
    let rows = source.rows
    let values = rows.values[column]
    accounts.reserveCapacity(rows.count)
    self.values.reserveCapacity(rows.count)
    let order = Self.ascendingOrder(of: rows.accounts)
    try add(order.lazy.map { (rows.accounts[$0], values[$0]) }, program: program)
  }

  /// - Parameter accounts: strictly ascending.
  init(accounts: [Address], values: [UInt256]) {
    self.accounts = accounts
    self.values = values
  }

  private static func column(of program: Program, in declaration: SourceDeclaration) -> Int? {
    declaration.columns.firstIndex { $0.name == program.basis.column }
  }

  static func ascendingOrder(of accounts: [Address]) -> [Int] {
    AscendingOrder.places(by: accounts.map(\.word0)) { left, right in
      accounts[left] == accounts[right] ? left < right : accounts[left] < accounts[right]
    }
  }

  /// Appends pairs that ascend by account, adding those of one account.
  private mutating func add(
    _ pairs: some Sequence<(Address, UInt256)>, program: Program
  ) throws(LawError) {
    for (account, value) in pairs {
      guard account == accounts.last, let sum = values.last else {
        accounts.append(account)
        values.append(value)
        continue
      }
      guard let next = sum.adding(value) else {
        throw Self.overflow(program, account, in: nil)
      }
      values[values.count - 1] = next
    }
  }

  /// The rows of each account, ascending by account.
  static func groups(of accounts: [Address]) -> [ArraySlice<Int>] {
    let order = ascendingOrder(of: accounts)
    var starts: [Int] = []
    for (place, row) in order.enumerated()
    where place == 0 || accounts[order[place - 1]] != accounts[row] {
      starts.append(place)
    }
    return zip(starts, starts.dropFirst() + [order.count]).map { order[$0..<$1] }
  }

  /// - Parameter source: nil where the program reads one list only.
  static func overflow(
    _ program: Program, _ account: Address, in source: ProgramInputs.Source?
  ) -> LawError {
    var rows: [LawError.Rows] = []
    if let source {
      rows = [.init(source: source.declaration.name, account: account)]
    } else if case .source(let name) = program.recipients {
      rows = [.init(source: name, account: account)]
    }
    return LawError(
      .valuesOverflow, subject: program.name,
      place: "rows of account \(account)" + (source.map { " in \($0.declaration.name)" } ?? ""),
      found: "2^256 or more", expected: "a sum below 2^256",
      advice: "Look for a value in the wrong unit.", rows: rows)
  }

  /// Separates the values from those that are below a floor.
  func split(below floor: UInt256) -> (taking: AccountValues, excluded: [Exclusion]) {
    guard !floor.isZero else { return (self, []) }
    var taking = AccountValues(accounts: [], values: [])
    var excluded: [Exclusion] = []
    for (account, value) in zip(accounts, values) {
      if value < floor {
        excluded.append(Exclusion(account: account, reason: .belowFloor, value: value))
      } else {
        taking.accounts.append(account)
        taking.values.append(value)
      }
    }
    return (taking, excluded)
  }

  /// Separates the accounts that take part from those that the plan or a zero shuts out.
  func split(by program: Program) -> (taking: AccountValues, excluded: [Exclusion]) {
    let shutOut = Set(program.exclude.map(\.account))
    let reasonForZero = program.basis.reasonForZero
    var taking = AccountValues(accounts: [], values: [])
    taking.accounts.reserveCapacity(accounts.count)
    taking.values.reserveCapacity(accounts.count)
    var excluded: [Exclusion] = []
    for (account, value) in zip(accounts, values) {
      if shutOut.contains(account) {
        excluded.append(Exclusion(account: account, reason: .excludedByPlan, value: value))
      } else if value.isZero {
        excluded.append(Exclusion(account: account, reason: reasonForZero, value: value))
      } else {
        taking.accounts.append(account)
        taking.values.append(value)
      }
    }
    return (taking, excluded)
  }
}
