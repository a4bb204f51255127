import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("Files of positions: rows to the history of a span")
struct PositionFileTests {
  @Test("Signed numbers change balances; an account's changes at one second are one")
  func changes() throws {
    let contents = try readPositions(
      """
      time,account,amount,note
      100,\(a2),5,x
      100,\(a1),7,
      100,\(a2),-2,
      2000,\(a1),-7,
      2000,\(a2),1,
      2000,\(a2),-1,

      """)
    #expect(
      contents.history.written == [
        Change(100, 0xA1, "7", line: 3), Change(100, 0xA2, "3", line: 4),
        Change(2000, 0xA1, "-7", line: 5),
      ])
    #expect(contents.history.isCanonical && contents.history.span == always)
    #expect(contents.rowCount == 6 && contents.unusedColumns == ["note"])
    #expect(contents.notes == [] && contents.quarantined == [])
  }

  @Test("What came before the span is one change at time 0; what comes after is not taken")
  func span() throws {
    let contents = try readPositions(
      """
      time,account,amount
      10,\(a1),5
      99,\(a2),4
      99,\(a1),1
      100,\(a1),2
      199,\(a1),-3
      200,\(a1),50
      300,0x00000000000000000000000000000000000000a3,1

      """, span: 100..<200)
    #expect(
      contents.history.written == [
        Change(0, 0xA1, "6", line: 4), Change(0, 0xA2, "4", line: 3),
        Change(100, 0xA1, "2", line: 5), Change(199, 0xA1, "-3", line: 6),
      ])
    #expect(contents.history.accounts == [account(0xA1), account(0xA2)])
    #expect(contents.rowCount == 7)
  }

  @Test("A balance below 0 is no business of the reader's, at the start neither")
  func negative() throws {
    let text = "time,account,amount\n10,\(a1),-5\n150,\(a1),-1\n"
    let contents = try readPositions(text, span: 100..<200)
    #expect(
      contents.history.written == [
        Change(0, 0xA1, "-5", line: 2), Change(150, 0xA1, "-1", line: 3),
      ])
  }

  @Test("Transfers take and add; the zero address is nobody on either side")
  func transfer() throws {
    let contents = try readPositions(
      """
      time,account,to,amount
      1,\(zero),\(a1),10
      2,\(a1),\(a2),4
      3,\(a1),\(a1),3
      4,\(a2),\(zero),1
      5,\(zero),\(zero),9

      """, as: positions(transfers))
    #expect(
      contents.history.written == [
        Change(1, 0xA1, "10", line: 2), Change(2, 0xA1, "-4", line: 3),
        Change(2, 0xA2, "4", line: 3), Change(4, 0xA2, "-1", line: 5),
      ])
    #expect(contents.rowCount == 5)
  }

  @Test("Kinds add, take, move or do nothing, and only ask for what they need")
  func kinds() throws {
    let contents = try readPositions(
      """
      time,kind,account,to,amount
      1,D,\(a1),,10
      2,T,\(a1),\(a2),4
      2,W,\(a2),x,1
      3,A,,,

      """, as: positions(deposits))
    #expect(
      contents.history.written == [
        Change(1, 0xA1, "10", line: 2), Change(2, 0xA1, "-4", line: 3),
        Change(2, 0xA2, "3", line: 4),
      ])
    #expect(contents.rowCount == 4)
  }

  @Test("Without an amount each row is about 1")
  func withoutAmount() throws {
    let text = "time,account,to,id\n1,\(zero),\(a1),7\n2,\(a1),\(a2),7\n"
    let contents = try readPositions(text, as: positions(transfers, amount: nil))
    #expect(
      contents.history.written == [
        Change(1, 0xA1, "1", line: 2), Change(2, 0xA1, "-1", line: 3),
        Change(2, 0xA2, "1", line: 3),
      ])
  }

  @Test("Amounts are in the unit of the column, signed ones too, and empty ones may be 0")
  func units() throws {
    let token = ColumnDeclaration(
      name: "amount", kind: .amount(token: "USD", decimals: 6, unit: .token))
    let text = "time,account,amount\n1,\(a1),1.5\n2,\(a1),-0.25\n3,\(a1),-0\n"
    let contents = try readPositions(text, as: positions(amount: token))
    #expect(
      contents.history.written == [
        Change(1, 0xA1, "1500000", line: 2), Change(2, 0xA1, "-250000", line: 3),
      ])
    let optional = ColumnDeclaration(name: "amount", kind: .integer, empty: .zero)
    let empty = try readPositions(
      "time,account,amount\n1,\(a1),\n1,\(a1),2\n", as: positions(amount: optional))
    #expect(empty.history.written == [Change(1, 0xA1, "2", line: 3)])
  }

  // MARK: Balances

  private let balances = positions(.balance, order: ["block", "log"])

  @Test("Stated balances: the change is the difference to the one before, 0 where there was none")
  func stated() throws {
    let contents = try readPositions(
      """
      time,account,amount,block,log
      10,\(a1),5,1,0
      20,\(a1),9,2,0
      20,\(a2),1,2,1
      30,\(a1),9,3,0
      40,\(a1),0,4,0

      """, as: balances, span: 15..<100)
    #expect(
      contents.history.written == [
        Change(0, 0xA1, "5", line: 2), Change(20, 0xA1, "4", line: 3),
        Change(20, 0xA2, "1", line: 4), Change(40, 0xA1, "-9", line: 6),
      ])
  }

  @Test("Of balances at one second the last one by the order's columns counts, the first one first")
  func order() throws {
    let text = """
      time,account,amount,block,log
      10,\(a1),5,7,9
      10,\(a1),6,8,1
      10,\(a1),7,8,0
      10,\(a1),6,8,1

      """
    let contents = try readPositions(text, as: balances)
    #expect(contents.history.written == [Change(10, 0xA1, "6", line: 5)])
    let other = try readPositions(text, as: positions(.balance, order: ["log", "block"]))
    #expect(other.history.written == [Change(10, 0xA1, "5", line: 2)])
  }

  @Test("Two balances that no order tells apart are an error, equal ones are not")
  func contradiction() throws {
    let text = "time,account,amount,block,log\n10,\(a1),5,7,9\n10,\(a2),5,7,9\n10,\(a1),6,7,9\n"
    let error = #expect(throws: InputError.self) { try readPositions(text, as: balances) }
    #expect(error?.kind == .contradictingBalances && error?.line == 4)
    #expect(error?.found == "6 for \(account(0xA1)) at 10, after 5 in line 2")
    let unordered = text.replacing("10,\(a1),6", with: "11,\(a1),6")
    #expect(try readPositions(unordered, as: positions(.balance)).history.changes.count == 3)
  }

  // MARK: Periods

  @Test("With a period changes take effect at its next multiple, after their time")
  func period() throws {
    let contents = try readPositions(
      """
      time,account,amount
      0,\(a1),5
      9,\(a1),1
      10,\(a1),-2
      19,\(a2),4
      25,\(a1),1

      """, as: positions(period: 10), span: 20..<30)
    #expect(
      contents.history.written == [
        Change(0, 0xA1, "6", line: 3), Change(20, 0xA1, "-2", line: 4),
        Change(20, 0xA2, "4", line: 5),
      ])
    let stated = try readPositions(
      "time,account,amount\n1,\(a1),5\n9,\(a1),3\n12,\(a1),7\n",
      as: positions(.balance, period: 10))
    #expect(
      stated.history.written == [Change(10, 0xA1, "3", line: 3), Change(20, 0xA1, "4", line: 4)])
  }

  // MARK: Which rows count

  @Test("Rows that `where` leaves out are not looked at, and their number is noted")
  func conditions() throws {
    let contents = try readPositions(
      "pool,time,account,amount\nA,1,\(a1),5\nB,noon,x,\nA,2,\(a1),1\n",
      as: positions(where: [("pool", ["A"])]))
    #expect(contents.history.changes.count == 2 && contents.rowCount == 2)
    #expect(contents.notes == ["1 row is left out by `where`"])
    let error = #expect(throws: InputError.self) {
      try readPositions(
        "pool,time,account,amount\nA,1,\(a1),5\n", as: positions(where: [("pool", ["B"])]))
    }
    #expect(error?.kind == .nothingSelected)
  }

  @Test("Accounts and targets are looked up by their keys")
  func lookups() throws {
    var keys = KeyTable()
    _ = keys.add(Array("alice".utf8)[...], account(0xA1))
    _ = keys.add(Array("bob".utf8)[...], account(0xA2))
    let text =
      "time,account,to,amount\n1,alice,bob,5\n2,bob,alice,2\n3,carol,bob,1\n4,bob,carol,1\n"
    func declaration(_ unknown: SourceDeclaration.Lookup.UnknownKeys) -> SourceDeclaration {
      positions(transfers, lookup: SourceDeclaration.Lookup(source: "users", unknownKeys: unknown))
    }
    let contents = try readPositions(text, as: declaration(.skip), keys: keys)
    #expect(contents.history.written.map(\.amount) == ["-5", "5", "2", "-2"])
    #expect(contents.rowCount == 2)
    #expect(contents.notes == ["2 rows are skipped: their keys are not in users"])
    let error = #expect(throws: InputError.self) {
      try readPositions(text, as: declaration(.refuse), keys: keys)
    }
    #expect(error?.kind == .unknownKey && error?.line == 4 && error?.field == "account")
  }

  @Test("A file without a row is an error, or a history without a change")
  func noRows() throws {
    let header = "time,account,amount\n"
    for isAllowed in [false, true] {
      let declaration = positions(noRows: isAllowed ? .allow : .refuse)
      let outcome = Result { () throws(InputError) in try readPositions(header, as: declaration) }
      switch outcome {
      case .success(let contents):
        #expect(isAllowed && contents.history.changes.count == 0 && contents.rowCount == 0)
        #expect(contents.notes == ["no row counts"])
      case .failure(let error): #expect(!isAllowed && error.kind == .noRows)
      }
    }
  }

  // MARK: Formats

  @Test("JSON Lines and JSON are read like CSV")
  func formats() throws {
    let rows = [
      "{\"time\":\"1970-01-01T00:00:05Z\",\"account\":\"\(a1)\",\"amount\":\"-3\"}",
      "{\"time\":7,\"account\":\"\(a2)\",\"amount\":4,\"x\":[]}",
    ]
    let expected = [Change(5, 0xA1, "-3", line: 1), Change(7, 0xA2, "4", line: 2)]
    let lines = try readPositions(
      rows.joined(separator: "\n"), as: positions(format: .jsonl))
    #expect(lines.history.written == expected && lines.unusedColumns == ["x"])
    let list = try readPositions(
      "[" + rows.joined(separator: ",\n") + "]", as: positions(format: .json))
    #expect(list.history.written == expected)
  }

  @Test("Rows in any order are the same history as sorted ones, balances too")
  func unsorted() throws {
    let header = "time,account,amount\n"
    let rows = ["10,\(a1),5\n", "20,\(a2),1\n", "20,\(a1),8\n", "30,\(a1),2\n"]
    for effect in [PositionEvents.Effect.change, .balance] {
      let sorted = try readPositions(header + rows.joined(), as: positions(effect)).history
      let turned = try readPositions(header + rows.reversed().joined(), as: positions(effect))
      #expect(sorted.changes.count == 4)
      #expect(turned.history.changes.amounts == sorted.changes.amounts)
      #expect(turned.history.changes.times == sorted.changes.times)
    }
  }

  @Test("Sums of 2^256 and more are an error, and those that come back below it are none")
  func overflow() throws {
    let header = "time,account,amount\n"
    let row = "5,\(a1),\(maximum)\n"
    let back = try readPositions(header + row + row + "5,\(a1),-\(maximum)\n")
    #expect(back.history.written == [Change(5, 0xA1, maximum, line: 4)])
    for span in [always, 6..<7] {
      for sign in ["", "-"] {
        let text = header + row.replacing(",\(maximum)", with: ",\(sign)\(maximum)")
        let error = #expect(throws: InputError.self) {
          try readPositions(text + "5,\(a1),\(sign)1\n", span: span)
        }
        #expect(error?.kind == .changesOverflow && error?.line == 3)
      }
    }
  }
}

@Suite("Tables of times, and rows of a window")
struct TimeTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let blocks = SourceDeclaration(
    name: "blocks", file: "blocks.csv", format: .csv, key: "block", columns: [], timeTable: "at")

  private func table(_ text: String) throws -> InputFileContents {
    try InputFile.times(try folder.write(text, to: "blocks.csv"), name: "blocks.csv", as: blocks)
  }

  @Test("A table has the time of each key, and other sources find their rows' times in it")
  func lookup() throws {
    let contents = try table("block,at,hash\n17,1970-01-01T00:01:40Z,x\n18,112,y\n")
    #expect(contents.times.count == 2 && contents.times[Array("18".utf8)[...]] == 112)
    #expect(contents.unusedColumns == ["hash"] && contents.rows.count == 0)
    let declaration = positions(time: TimeColumn(column: "block", table: "blocks"))
    let read = try readPositions(
      "block,account,amount\n18,\(a1),5\n17,\(a1),2\n", as: declaration, times: contents.times)
    #expect(
      read.history.written == [Change(100, 0xA1, "2", line: 3), Change(112, 0xA1, "5", line: 2)])
    let error = #expect(throws: InputError.self) {
      try readPositions(
        "block,account,amount\n19,\(a1),5\n", as: declaration, times: contents.times)
    }
    #expect(error?.kind == .unknownTime && error?.line == 2 && error?.field == "block")
  }

  @Test("A key twice is an error, with the same time too")
  func twice() throws {
    let error = #expect(throws: InputError.self) { try table("block,at\n1,5\n2,5\n1,5\n") }
    #expect(error?.kind == .repeatedTime && error?.line == 4)
    #expect(error?.found.contains("after line 2") == true)
    #expect(throws: InputError.self) { try table("block,at\n") }
    #expect(throws: InputError.self) { try table("block,at\n,5\n") }
  }

  @Test("Rows outside of the window do not count, and their other cells are not looked at")
  func window() throws {
    let quests = SourceDeclaration(
      name: "quests", file: "quests.csv", format: .csv,
      columns: [
        ColumnDeclaration(name: "points", kind: .integer),
        ColumnDeclaration(name: "until", kind: .time),
      ], duplicates: .sum, time: TimeColumn(column: "at"))
    let text = """
      at,account,points,until
      99,nobody,,
      100,\(a1),1,1970-01-01T00:00:07Z
      1970-01-01T00:03:19Z,\(a1),2,8
      200,x,y,z

      """
    let contents = try InputFile.read(
      bytes: Array(text.utf8), name: "quests.csv", as: quests, window: 100..<200)
    #expect(contents.rows.lines == [3, 4])
    #expect(contents.rows.values == [[1, 2], [7, 8]])
    #expect(contents.notes == ["2 rows are outside of the window"])
    let none = #expect(throws: InputError.self) {
      try InputFile.read(
        bytes: Array(text.utf8), name: "quests.csv", as: quests, window: 120..<130)
    }
    #expect(none?.kind == .nothingSelected)
    #expect(none?.found.contains("4 outside of the window") == true)
    let bad = #expect(throws: InputError.self) {
      try InputFile.read(
        bytes: Array("at,account,points,until\nnoon,\(a1),1,1\n".utf8), name: "quests.csv",
        as: quests, window: 100..<200)
    }
    #expect(bad?.kind == .malformedTime && bad?.field == "at" && bad?.column == 1)
  }
}
