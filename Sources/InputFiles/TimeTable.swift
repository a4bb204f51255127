import DistributionModel

/// When something happened, by a key such as a block's number, for other sources to look up.
///
/// Keys are bytes: two spellings of one letter are two keys.
public struct TimeTable: Sendable, Equatable {
  private var times: [[UInt8]: (seconds: UInt64, line: UInt32)] = [:]

  public init() {}

  public var count: Int { times.count }

  /// When a key happened, in seconds since 1970.
  public func seconds(of key: String) -> UInt64? { times[Array(key.utf8)]?.seconds }
  package var entries: [(key: [UInt8], seconds: UInt64)] { times.map { ($0, $1.seconds) } }

  /// Seconds since 1970.
  subscript(key: ArraySlice<UInt8>) -> UInt64? { times[Array(key)]?.seconds }

  /// Adds a key; the line of the one that is there already, where there is one.
  package mutating func add(
    _ key: ArraySlice<UInt8>, _ seconds: UInt64, line: UInt32 = 0
  ) -> UInt32? {
    let key = Array(key)
    if let first = times[key] { return first.line }
    times[key] = (seconds, line)
    return nil
  }

  public static func == (left: TimeTable, right: TimeTable) -> Bool {
    left.times.count == right.times.count
      && left.times.allSatisfy { key, entry in
        right.times[key].map { $0 == entry } ?? false
      }
  }
}

/// Takes the rows of a source that is a table of times.
struct TimeTaker: RowTaker {
  let columns: RowColumns
  private let limits: InputLimits
  private var selection: RowSelection
  private(set) var table = TimeTable()

  init(_ declaration: SourceDeclaration, limits: InputLimits) {
    guard let key = declaration.key, let times = declaration.timeTable else {
      preconditionFailure("a table of times has keys and times")
    }
    columns = RowColumns(
      subject: key, values: [ColumnDeclaration(name: times, kind: .time)],
      conditions: declaration.conditions)
    self.limits = limits
    selection = RowSelection(declaration, columns: columns)
  }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row) else { return }
    let line = try limits.checkRow(table.count, line: row.line)
    let time = try TimeCell(try row.cell(1)).seconds()
    let key = try Cells.text(try row.cell(0), expected: "a key")
    guard let first = table.add(key, time, line: line) else { return }
    throw Fault(
      kind: .repeatedTime, found: "\(Fault.shown(key)) again, after line \(first)",
      expected: "each key once", advice: "Remove one of the rows: a key has one time.")
  }

  func notes(quarantined: Int) throws(Fault) -> [String] {
    try selection.notes(taken: table.count, quarantined: quarantined)
  }
}
