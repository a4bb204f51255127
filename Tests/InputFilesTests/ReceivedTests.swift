import DistributionModel
import EthereumPrimitives
import Testing

@testable import InputFiles

/// Epochs of ten seconds from 10 on that take rows for two seconds more: the first is closed at 22,
/// the second at 32, the third at 42.
private let seen = ReceivedColumn(
  column: "seen", within: 2,
  epochs: EpochSchedule(start: Timestamp(10), length: 10, count: 3))

private func late(
  _ effect: PositionEvents.Effect = .change, order: [String] = [], period: UInt64? = nil,
  format: SourceDeclaration.Format = .csv, badRows: SourceDeclaration.BadRows = .refuse
) -> SourceDeclaration {
  let known = positions(
    effect, order: order, period: period, format: format, badRows: badRows)
  return SourceDeclaration(
    name: known.name, file: known.file, format: format, columns: known.columns, time: known.time,
    series: known.series, badRows: badRows, received: seen)
}

@Suite("Rows that say when they were received")
struct ReceivedTests {
  /// time, received, and when the row counts.
  static let seconds: [(UInt64, UInt64, UInt64)] = [
    (12, 12, 12), (12, 21, 12), (12, 22, 20), (21, 22, 21), (25, 31, 25), (25, 32, 30),
    (12, 32, 30), (5, 9, 5), (5, 21, 5), (5, 22, 20), (38, 42, 40), (45, 50, 45), (12, 99, 90),
  ]

  @Test("A row counts in the first epoch that was open when it was received", arguments: seconds)
  func counted(_ time: UInt64, _ received: UInt64, _ expected: UInt64) {
    #expect(seen.countedSecond(of: time, received: received) == expected)
  }

  @Test("No time is too large, and none too small, to be counted with")
  func extremes() {
    #expect(seen.countedSecond(of: 0, received: 0) == 0)
    #expect(seen.countedSecond(of: 7, received: .max) == UInt64.max - 2 - (UInt64.max - 12) % 10)
    let never = ReceivedColumn(column: "seen", within: .max, epochs: seen.epochs)
    #expect(never.countedSecond(of: 7, received: 1 << 40) == 7)
    #expect(never.countedSecond(of: 7, received: .max) == 7)
  }

  @Test("Changes count later; how many, and which one first, is known by epoch")
  func changes() throws {
    let text = """
      time,seen,account,amount
      12,12,\(a1),1
      12,21,\(a1),10
      12,22,\(a1),100
      13,1970-01-01T00:00:23Z,\(a1),1000
      25,31,\(a1),10000
      12,33,\(a2),5
      38,42,\(a2),7

      """
    let contents = try readPositions(text, as: late())
    #expect(
      contents.history.written == [
        Change(12, 0xA1, "11", line: 3), Change(20, 0xA1, "1100", line: 5),
        Change(25, 0xA1, "10000", line: 6), Change(30, 0xA2, "5", line: 7),
        Change(40, 0xA2, "7", line: 8),
      ])
    #expect(
      contents.late.entries == [
        1: .init(count: 2, file: "events", line: 4), 2: .init(count: 1, file: "events", line: 7),
        3: .init(count: 1, file: "events", line: 8),
      ])
    let lines = text.split(separator: "\n").dropFirst().map { row in
      let cells = row.split(separator: ",")
      return "{\"time\":\(cells[0]),\"seen\":\"\(cells[1])\",\"account\":\"\(cells[2])\","
        + "\"amount\":\(cells[3])}\n"
    }
    #expect(
      try readPositions(lines.joined(), as: late(format: .jsonl)).history.written.map(\.amount)
        == ["11", "1100", "10000", "5", "7"])
  }

  @Test("Transfers and kinds count later on both sides, and a period is one of the later second")
  func otherEffects() throws {
    let transfer = "time,seen,account,to,amount\n12,30,\(a1),\(a2),4\n"
    #expect(
      try readPositions(transfer, as: late(transfers)).history.written
        == [Change(20, 0xA1, "-4", line: 2), Change(20, 0xA2, "4", line: 2)])
    let kinds = "time,seen,kind,account,to,amount\n12,30,T,\(a1),\(a2),4\n12,30,A,,,\n"
    #expect(
      try readPositions(kinds, as: late(deposits)).history.written
        == [Change(20, 0xA1, "-4", line: 2), Change(20, 0xA2, "4", line: 2)])
    let change = "time,seen,account,amount\n12,22,\(a1),4\n12,21,\(a1),1\n"
    #expect(
      try readPositions(change, as: late(period: 7)).history.written
        == [Change(14, 0xA1, "1", line: 3), Change(21, 0xA1, "4", line: 2)])
  }

  /// Late are the rows of 14 and 19, which count at 20, and the last two, which count at 30. Of 18
  /// a balance counts when that of 14 comes; of 22 one when that of 16 does. The last row corrects
  /// that of 22.
  @Test("A late balance is passed over where a later one counts already")
  func balances() throws {
    let text = """
      time,seen,account,amount
      12,12,\(a1),5
      18,18,\(a1),7
      14,25,\(a1),9
      19,26,\(a1),4
      22,22,\(a1),6
      16,40,\(a1),1
      22,40,\(a1),8

      """
    let contents = try readPositions(text, as: late(.balance))
    #expect(
      contents.history.written == [
        Change(12, 0xA1, "5", line: 2), Change(18, 0xA1, "2", line: 3),
        Change(20, 0xA1, "-3", line: 5), Change(22, 0xA1, "2", line: 6),
        Change(30, 0xA1, "2", line: 8),
      ])
    #expect(contents.late.entries.mapValues(\.count) == [1: 2, 2: 2])
    let both = #expect(throws: InputError.self) {
      try readPositions(text + "22,41,\(a1),9\n", as: late(.balance))
    }
    #expect(both?.kind == .contradictingBalances)
  }

  @Test("Among balances of one second and of its order's columns the later one counts")
  func orderedBalances() throws {
    let text = """
      time,seen,account,amount,block,log
      12,12,\(a1),5,7,2
      12,25,\(a1),6,7,1
      12,25,\(a1),8,7,3
      13,25,\(a2),3,1,1
      12,26,\(a2),4,9,9

      """
    #expect(
      try readPositions(text, as: late(.balance, order: ["block", "log"])).history.written == [
        Change(12, 0xA1, "5", line: 2), Change(20, 0xA1, "3", line: 4),
        Change(20, 0xA2, "3", line: 5),
      ])
  }

  @Test("Rows of actions count in the window of their later second, which is their time then")
  func actions() throws {
    let source = SourceDeclaration(
      name: "done", file: "done", format: .csv,
      columns: [
        ColumnDeclaration(name: "points", kind: .integer),
        ColumnDeclaration(name: "time", kind: .time),
        ColumnDeclaration(name: "seen", kind: .time),
      ], duplicates: .sum, time: TimeColumn(column: "time"), received: seen)
    let text = """
      points,seen,time,account
      1,15,12,\(a1)
      2,22,13,\(a1)
      3,40,13,\(a2)
      4,29,29,\(a2)

      """
    func rows(_ window: Range<UInt64>) throws -> [[UInt256]] {
      let contents = try InputFile.read(
        bytes: Array(text.utf8), name: "done.csv", as: source, window: window)
      #expect(
        contents.late.entries[1]
          == (window == 20..<30 ? .init(count: 1, file: "done.csv", line: 3) : nil))
      return (0..<contents.rows.count).map { row in contents.rows.values.map { $0[row] } }
    }
    #expect(try rows(10..<20) == [[1, 12, 15].map { UInt256($0 as UInt64) }])
    #expect(
      try rows(20..<30) == [[2, 20, 22], [4, 29, 29]].map { $0.map { UInt256($0 as UInt64) } })
    #expect(try rows(30..<40) == [[3, 30, 40].map { UInt256($0 as UInt64) }])
  }

  @Test("A row that was received before its time is an error with its place, or left out")
  func receivedBefore() throws {
    let text = "time,seen,account,amount\n12,12,\(a1),1\n13,12,\(a1),2\n"
    let error = #expect(throws: InputError.self) { try readPositions(text, as: late()) }
    #expect(error?.kind == .receivedBeforeTime)
    #expect(error?.line == 3 && error?.column == 4 && error?.field == "seen")
    #expect(error?.description.contains("found 12 (1970-01-01T00:00:12Z) for a row of 13") == true)
    let contents = try readPositions(text, as: late(badRows: .quarantine))
    #expect(contents.history.written == [Change(12, 0xA1, "1", line: 2)])
    #expect(contents.quarantined.map(\.kind) == [.receivedBeforeTime])
  }

  @Test("A time that is none, and a column that is not there, are told as others are")
  func malformed() throws {
    let none = #expect(throws: InputError.self) {
      try readPositions("time,account,amount\n12,\(a1),1\n", as: late())
    }
    #expect(none?.kind == .missingColumn)
    let noon = #expect(throws: InputError.self) {
      try readPositions("time,seen,account,amount\n12,noon,\(a1),1\n", as: late())
    }
    #expect(noon?.kind == .malformedTime && noon?.field == "seen")
  }
}
