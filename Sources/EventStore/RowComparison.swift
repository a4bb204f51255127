import DistributionModel
import EthereumPrimitives
import GRDB

/// Tells whether a file that was unwound still has the rows that are kept of it, in any order.
///
/// Both are multisets; the difference of the sums of their rows' hashes is 0 where they are equal.
struct RowComparison {
  private var difference = SignedSum()

  var isEqual: Bool { difference.isZero }

  /// Starts with the rows that are kept of a file.
  init(of file: Int64, _ database: Database, store: String) throws {
    try StoredChanges.forEach(ofFile: file, database, store: store) { changes in
      for row in 0..<changes.count {
        add(
          time: changes.times[row], account: changes.accounts[row],
          amounts: [changes.amounts[row]], isTaken: changes.isTaken[row], isKept: true)
      }
    }
    let actions = try StoredActions.all(ofFile: file, database, store: store)
    for row in 0..<actions.count {
      add(
        time: actions.times[row], account: actions.accounts[row],
        amounts: actions.columns.map { $0[row] }, isTaken: false, isKept: true)
    }
    for row in try StoredLateRows.all(ofFile: file, database, store: store) {
      add(
        time: row.time, account: row.account, amounts: row.amounts, isTaken: row.isTaken,
        isKept: true)
    }
  }

  mutating func add(
    time: UInt64, account: UInt32, amounts: [UInt256], isTaken: Bool, isKept: Bool
  ) {
    var hash = Keccak256()
    hash.update(Bytes32(time, UInt64(account), isTaken ? 1 : 0, 0))
    for amount in amounts { hash.update(amount.bytes32) }
    difference.add(UInt256(hash.finalize()), isTaken: isKept)
  }
}
