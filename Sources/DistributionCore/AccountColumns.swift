import DistributionModel
import EthereumPrimitives

/// The columns that a program's expressions read, the rows of each account added up, ascending by
/// account.
struct AccountColumns {
  private(set) var accounts: [Address] = []
  /// By the column's name.
  private(set) var columns: [String: [UInt256]] = [:]
  /// Of a round of grants, which need more than sums.
  private(set) var contributions: Contributions?

  /// - Throws: `valuesOverflow` where one account's rows of a column reach 2²⁵⁶.
  init(program: Program, inputs: ProgramInputs) throws(LawError) {
    let source = inputs.source(of: program)
    let rows = source.rows
    let order = AccountValues.ascendingOrder(of: rows.accounts)
    // Where each account's rows start in that order.
    var starts: [Int] = []
    for (place, row) in order.enumerated() where accounts.last != rows.accounts[row] {
      accounts.append(rows.accounts[row])
      starts.append(place)
    }
    let used = program.columns
    for (index, column) in source.declaration.columns.enumerated()
    where used.contains(column.name) && column.places != nil {
      var sums: [UInt256] = []
      sums.reserveCapacity(accounts.count)
      for (number, start) in starts.enumerated() {
        let end = number + 1 < starts.count ? starts[number + 1] : order.count
        var sum = rows.values[index][order[start]]
        for place in (start + 1)..<max(end, start + 1) {
          guard let next = sum.adding(rows.values[index][order[place]]) else {
            throw AccountValues.overflow(program, accounts[number])
          }
          sum = next
        }
        sums.append(sum)
      }
      columns[column.name] = sums
    }
    guard let matching = program.basis.matching else { return }
    let ends = starts.dropFirst() + [order.count]
    contributions = Contributions(
      program: program, matching: matching, source: source, accounts: accounts,
      rows: zip(starts, ends).map { order[$0..<$1] })
  }

  subscript(column: String) -> [UInt256] {
    guard let values = columns[column] else {
      preconditionFailure("the columns of a program's expressions were read")
    }
    return values
  }
}
