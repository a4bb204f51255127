import BigInt
import DistributionModel
import EthereumPrimitives

/// The values behind the commitments of private columns, as somebody handed them out.
struct StrangerOpenings {
  /// By the commitment, a number; with whose it is.
  private var values: [String: BigUInt] = [:]
  private let file: String

  /// Reads `source,account,column,value,salt` and computes every commitment again.
  init(_ bytes: [UInt8], file: String) throws(VerificationFailure) {
    self.file = file
    let lines: [StrangerLine]
    do {
      lines = try StrangerLine.lines(of: bytes, "source,account,column,value,salt", file)
    } catch {
      throw VerificationFailure(
        .malformedOpenings, file, error.place, found: error.found, expected: error.expected)
    }
    for line in lines {
      guard let salt = try? Bytes32(hex: line.text(4)), let value = try? line.number(3),
        let account = try? line.account(1)
      else {
        throw VerificationFailure(
          .malformedOpenings, file, "line \(line.number)", found: "no opening",
          expected: "source, account, column, value and salt")
      }
      let bytes = salt.bytes + ReferenceLaw.word(value).bytes32.bytes
      let commitment = ReferenceLaw.big(UInt256(Keccak256.hash(bytes)))
      values[Self.key(line.text(0), account, line.text(2), commitment)] = value
    }
  }

  private static func key(
    _ source: String, _ account: Address, _ column: String, _ commitment: BigUInt
  ) -> String {
    "\(source) \(account.hex) \(column) \(commitment)"
  }

  /// Rows with the values in the place of their commitments.
  func opened(_ rows: [StrangerRow], _ source: SourceDeclaration) throws -> [StrangerRow] {
    try rows.map { row in
      let values = try zip(source.columns, row.values).map { column, value in
        guard column.isPrivate else { return value }
        let key = Self.key(source.name, row.account, column.name, value)
        guard let opened = self.values[key] else {
          throw VerificationReport.Difference(
            what: "private value of \(row.account)",
            place: "\(source.canonicalFile), column \(column.name)", published: "\(value)",
            recomputed: "no opening of it in \(file)",
            reason: "keccak256(salt ‖ value) of an opening is the committed number.")
        }
        return opened
      }
      return StrangerRow(account: row.account, values: values)
    }
  }
}
