import DistributionModel
import EthereumPrimitives

/// Rows as a bundle shows them: commitments in private columns, and what opens them.
struct PrivateRows {
  let rows: SourceRows
  /// In the order of the plan's columns, each ascending by account.
  let openings: [Opening]

  init(of source: SourceDeclaration, _ rows: SourceRows, secret: [UInt8]?) {
    guard source.hasPrivateColumns else {
      self.rows = rows
      openings = []
      return
    }
    guard let secret else { preconditionFailure("private columns are hidden by a secret") }
    let key = Keccak256.hash(secret)
    let places = Self.places(rows)
    var values = rows.values
    var openings: [Opening] = []
    for (index, column) in source.columns.enumerated() where column.isPrivate {
      var commitments = [UInt256](repeating: .zero, count: rows.count)
      for (row, place) in places {
        let opening = Opening(
          source: source.name, account: rows.accounts[row], column: column.name,
          value: rows.values[index][row],
          salt: Self.salt(key, source.name, rows.accounts[row], place, column.name))
        openings.append(opening)
        commitments[row] = opening.commitment
      }
      values[index] = ColumnValues(commitments)
    }
    self.rows = SourceRows(
      source: rows.source, accounts: rows.accounts, columns: values, lines: rows.lines)
    self.openings = openings
  }

  /// keccak256(keccak256(secret) ‖ keccak256(source) ‖ account ‖ place ‖ keccak256(column)).
  private static func salt(
    _ key: Bytes32, _ source: String, _ account: Address, _ place: Int, _ column: String
  ) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(key)
    sponge.update(Keccak256.hash(utf8: source))
    sponge.update(account.bytes32)
    sponge.update(UInt256(UInt64(place)).bytes32)
    sponge.update(Keccak256.hash(utf8: column))
    return sponge.finalize()
  }

  /// Rows ascending by account and values, each with its place among those of its account: the
  /// place never depends on the order of the file.
  private static func places(_ rows: SourceRows) -> [(row: Int, place: Int)] {
    var last: Address?
    var place = 0
    return rows.canonicalOrder.map { row in
      place = rows.accounts[row] == last ? place + 1 : 0
      last = rows.accounts[row]
      return (row, place)
    }
  }
}
