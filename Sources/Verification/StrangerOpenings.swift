import BigInt
import DistributionModel
import EthereumPrimitives

/// The values behind the commitments of private columns, as somebody handed them out.
struct StrangerOpenings {
  /// By the commitment, a number; with whose it is.
  private var values: [String: BigUInt] = [:]
  /// The line of the first opening of an account's column.
  private var lines: [String: Int] = [:]
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
      let owner = Self.owner(line.text(0), account, line.text(2))
      values["\(owner) \(commitment)"] = value
      if self.lines[owner] == nil { self.lines[owner] = line.number }
    }
  }

  private static func owner(_ source: String, _ account: Address, _ column: String) -> String {
    "\(source) \(account.hex) \(column)"
  }

  /// Rows with the values in the place of their commitments.
  func opened(
    _ rows: [StrangerRow], _ source: SourceDeclaration
  ) throws(VerificationFailure) -> [StrangerRow] {
    var opened: [StrangerRow] = []
    for row in rows {
      var values = row.values
      for (place, column) in source.columns.enumerated() where column.isPrivate {
        values[place] = try value(behind: row.values[place], row.account, source, column.name)
      }
      opened.append(StrangerRow(account: row.account, values: values))
    }
    return opened
  }

  private func value(
    behind commitment: BigUInt, _ account: Address, _ source: SourceDeclaration, _ column: String
  ) throws(VerificationFailure) -> BigUInt {
    let owner = Self.owner(source.name, account, column)
    if let value = values["\(owner) \(commitment)"] { return value }
    let committed =
      "\(ReferenceLaw.word(commitment).bytes32.hex), as \(source.canonicalFile) has it"
    guard let line = lines[owner] else {
      throw VerificationFailure(
        .malformedOpenings, file, "source \(source.name), column \(column)",
        found: "no opening of \(account)", expected: "one of \(committed)",
        advice: "Give the file with the openings of all accounts, openings.csv of the folder that "
          + "was written with this bundle.")
    }
    throw VerificationFailure(
      .wrongOpening, file, "line \(line), column \(column) of \(account)",
      found: "an opening that comes to another number",
      expected: "keccak256(salt ‖ value) = \(committed)",
      advice: "Ask for the openings that were written with this bundle. Where these are they, the "
        + "bundle hides another value: do not trust it.")
  }
}
