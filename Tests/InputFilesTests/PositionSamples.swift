import DistributionModel
import EthereumPrimitives

@testable import InputFiles

/// A source of changes under the columns `time`, `account`, `to`, `kind` and `amount`.
func positions(
  _ effect: PositionEvents.Effect = .change,
  amount: ColumnDeclaration? = ColumnDeclaration(name: "amount", kind: .integer),
  order: [String] = [], period: UInt64? = nil, format: SourceDeclaration.Format = .csv,
  account: String = "account", lookup: SourceDeclaration.Lookup? = nil,
  where conditions: [(String, [String])] = [], time: TimeColumn = TimeColumn(column: "time"),
  noRows: SourceDeclaration.NoRows = .refuse, badRows: SourceDeclaration.BadRows = .refuse
) -> SourceDeclaration {
  let events = PositionEvents(effect: effect, amount: amount, order: order, period: period)
  let series = Series(origin: .events(events), value: .integer, measures: [.held])
  return SourceDeclaration(
    name: "staked", file: "staked.csv", format: format, accountColumn: account, lookup: lookup,
    conditions: conditions.map { SourceDeclaration.Condition(column: $0.0, texts: $0.1) },
    columns: series.columns, noRows: noRows, time: time, series: series, badRows: badRows)
}

let transfers = PositionEvents.Effect.transfer(target: "to")

let deposits = PositionEvents.Effect.kinds(
  column: "kind",
  kinds: [
    .init(name: "D", effect: .add), .init(name: "W", effect: .take),
    .init(name: "T", effect: .move), .init(name: "A", effect: .none),
  ], target: "to")

/// All seconds that a row can have.
let always: Range<UInt64> = 0..<(1 << 41)

/// A change as a test writes it down.
struct Change: Equatable, CustomStringConvertible {
  let time: UInt64
  let account: Address
  /// With a minus sign where it is taken off.
  let amount: String
  let line: UInt32

  init(_ time: UInt64, _ number: UInt64, _ amount: String, line: UInt32) {
    self.init(time, InputFilesTests.account(number), amount, line: line)
  }

  init(_ time: UInt64, _ account: Address, _ amount: String, line: UInt32) {
    self.time = time
    self.account = account
    self.amount = amount
    self.line = line
  }

  var description: String { "\(time) \(account) \(amount) line \(line)" }
}

extension PositionHistory {
  var written: [Change] {
    (0..<changes.count).map { row in
      Change(
        changes.times[row], accounts[Int(changes.accounts[row])],
        (changes.isTaken[row] ? "-" : "") + changes.amounts[row].decimal,
        line: changes.lines[row])
    }
  }

  /// True where it has the order and the accounts that the model asks for.
  var isCanonical: Bool {
    let keys = (0..<changes.count).map { (changes.times[$0], changes.accounts[$0]) }
    return zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
      && zip(accounts, accounts.dropFirst()).allSatisfy { $0 < $1 }
      && Set(changes.accounts).count == accounts.count
      && changes.amounts.allSatisfy { !$0.isZero }
  }
}

/// Reads a text as the file of a source.
func readPositions(
  _ text: String, as declaration: SourceDeclaration = positions(), span: Range<UInt64> = always,
  keys: KeyTable = KeyTable(), times: TimeTable = TimeTable(), limits: InputLimits = .standard
) throws(InputError) -> PositionFileContents {
  try PositionFile.read(
    bytes: [Array(text.utf8)], as: declaration, span: span, keys: keys, times: times,
    limits: limits)
}
