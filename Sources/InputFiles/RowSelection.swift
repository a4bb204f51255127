import DistributionModel
import EthereumPrimitives

/// The columns that a row is read by: whom it is about, its values, the texts of `where`, its time,
/// and other texts.
struct RowColumns {
  let names: [String]
  /// They stand from place 1 on.
  let values: [ColumnDeclaration]
  let conditions: Range<Int>
  /// nil where time plays no part.
  let time: Int?
  /// nil where it does not matter when a row was received.
  let received: Int?
  /// The first of the other texts.
  let texts: Int
  /// True where a row is about an account.
  let isAboutAccounts: Bool

  init(
    subject: String, isAboutAccounts: Bool = false, values: [ColumnDeclaration],
    conditions: [SourceDeclaration.Condition], time: TimeColumn? = nil,
    received: ReceivedColumn? = nil, texts: [String] = []
  ) {
    self.values = values
    self.isAboutAccounts = isAboutAccounts
    let own = [subject] + values.map(\.name) + conditions.map(\.column)
    self.conditions = 1 + values.count..<own.count
    let times = [time?.column, received?.column].compactMap { $0 }
    self.time = time == nil ? nil : own.count
    self.received = received == nil ? nil : own.count + 1
    self.texts = own.count + times.count
    names = own + times + texts
  }

  /// Those of rows that are inputs by themselves.
  init(_ source: SourceDeclaration) {
    self.init(
      subject: source.accountColumn, isAboutAccounts: true, values: source.columns,
      conditions: source.conditions, time: source.time, received: source.received,
      texts: [source.key].compactMap { $0 })
  }

  /// How cells are read where no header says more.
  func cells() throws(Fault) -> [CellKind] {
    try values.map { column throws(Fault) in try Header.cell(column, header: nil, line: 0) }
  }
}

/// When a row happened, and the second at which it counts.
struct RowTime {
  let stated: UInt64
  let counted: UInt64
}

/// Which rows count, whose they are, and when they happened.
struct RowSelection {
  private let declaration: SourceDeclaration
  private let columns: RowColumns
  private let keys: KeyTable
  private let times: TimeTable
  private let texts: [Set<[UInt8]>]
  /// Rows that do not say what `where` asks for, rows whose key is not there, and rows of another
  /// time.
  private var (leftOut, unknown, outside) = (0, 0, 0)
  private(set) var late = LateRows()

  init(
    _ declaration: SourceDeclaration, columns: RowColumns, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable()
  ) {
    self.declaration = declaration
    self.columns = columns
    self.keys = keys
    self.times = times
    texts = declaration.conditions.map { Set($0.texts.map { Array($0.utf8) }) }
  }

  /// Whether a row says what `where` asks for.
  mutating func isSelected(_ row: inout Row<some RowCells>) throws(Fault) -> Bool {
    for (index, texts) in texts.enumerated() {
      let text = try Cells.text(try row.cell(columns.conditions.lowerBound + index))
      guard texts.contains(Array(text)) else {
        leftOut += 1
        return false
      }
    }
    return true
  }

  /// An account; nil where its key is unknown, and such rows are skipped.
  ///
  /// - Parameter orNobody: whether the zero address may stand there.
  mutating func account(
    _ text: ArraySlice<UInt8>, orNobody: Bool = false
  ) throws(Fault) -> Address? {
    guard let lookup = declaration.lookup else {
      return orNobody ? try Cells.address(text) : try Cells.account(text)
    }
    let key = try Cells.text(text, expected: "a key of \(lookup.source)")
    if let account = keys[key] { return account }
    guard lookup.unknownKeys == .skip else {
      throw Fault(
        kind: .unknownKey, found: Fault.shown(key),
        expected: "a key of the source \(lookup.source)",
        advice: "Add it there, or write `unknown_keys: skip` to leave such rows out.")
    }
    unknown += 1
    return nil
  }

  /// When a row happened, in seconds since 1970.
  func time(_ text: ArraySlice<UInt8>) throws(Fault) -> UInt64 {
    guard let table = declaration.time?.table else { return try TimeCell(text).seconds() }
    let key = try Cells.text(text, expected: "a key of \(table)")
    guard let time = times[key] else {
      throw Fault(
        kind: .unknownTime, found: Fault.shown(key), expected: "a key of the source \(table)",
        advice: "Add it there with its time; keys are compared letter by letter.")
    }
    return time
  }

  /// When a row happened and when it counts.
  func time(of row: inout Row<some RowCells>) throws(Fault) -> RowTime {
    guard let place = columns.time else { preconditionFailure("a source whose rows have a time") }
    let time = try time(try row.cell(place))
    guard let received = declaration.received, let place = columns.received else {
      return RowTime(stated: time, counted: time)
    }
    let second = try TimeCell(try row.cell(place)).seconds()
    guard second >= time else {
      throw Fault(
        kind: .receivedBeforeTime,
        found: "\(second) (\(Timestamp(second).iso8601)) for a row of \(time)",
        expected: "a time from \(time) (\(Timestamp(time).iso8601)) on",
        advice: "Nothing is received before it happens: are both times of the same clock, in UTC?")
    }
    return RowTime(
      stated: time, counted: received.countedSecond(of: time, received: second))
  }

  /// Notes a row that counts in a later epoch than that of its time.
  mutating func note(_ time: RowTime, line: Int, of file: String) {
    guard time.counted != time.stated, let received = declaration.received else { return }
    late.add(
      LateRows.Entry(count: 1, file: file, line: line), in: received.epoch(of: time.counted))
  }

  mutating func leaveOutside() { outside += 1 }

  /// What is to be said of rows that do not count.
  ///
  /// - Parameters:
  ///   - taken: how many rows count.
  ///   - quarantined: how many cannot be read.
  func notes(taken: Int, quarantined: Int) throws(Fault) -> [String] {
    guard taken > 0 || declaration.noRows == .allow else {
      throw leftOut + unknown + outside + quarantined > 0
        ? nothingSelected(quarantined) : Self.noRows
    }
    var notes: [String] = []
    if quarantined > 0 {
      notes.append("\(quarantined.counted("row is", "rows are")) left out: they cannot be read")
    }
    if leftOut > 0 { notes.append("\(leftOut.counted("row is", "rows are")) left out by `where`") }
    if outside > 0 {
      notes.append("\(outside.counted("row is", "rows are")) outside of the window")
    }
    if let lookup = declaration.lookup, unknown > 0 {
      notes.append(
        "\(unknown.counted("row is skipped: its key is", "rows are skipped: their keys are")) not "
          + "in \(lookup.source)")
    }
    if taken == 0 { notes.append("no row counts") }
    return notes
  }

  private static let noRows = Fault(
    kind: .noRows, found: "a header and no row", expected: "at least one row",
    advice: "Is it the right file? Where a list may be empty, write `no_rows: allow`.")

  private func nothingSelected(_ quarantined: Int) -> Fault {
    let others =
      (declaration.time == nil ? "" : ", \(outside) outside of the window")
      + (quarantined == 0 ? "" : ", \(quarantined) that cannot be read")
    return Fault(
      kind: .nothingSelected,
      found:
        "\(leftOut.counted("row")) that `where` leaves out, \(unknown) of unknown keys\(others), "
        + "and no other",
      expected: "at least one row that counts",
      advice: "Texts are compared letter by letter: compare `where` and the keys with the file, "
        + "or write `no_rows: allow` where nothing may count.")
  }
}

extension InputLimits {
  /// The number of a row's line, where one more row may be taken after so many.
  func checkRow(_ taken: Int, line: Int) throws(Fault) -> UInt32 {
    guard taken < rows, let number = UInt32(exactly: line) else {
      throw Fault(
        kind: .tooManyRows, line: line, found: "more than \(rows) rows",
        expected: "at most that many", advice: "Split the file into several sources.")
    }
    return number
  }
}
