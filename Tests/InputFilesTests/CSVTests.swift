import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@Suite("CSV files are read as RFC 4180 says")
struct CSVTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  @Test("Accounts, values and lines, in the order of the file")
  func plain() throws {
    let rows = try reader.rows("account,points\n\(a2),7\n\(a1),0\n\(mixedCase),\(maximum)\n")
    #expect(rows.source == "list")
    #expect(rows.accounts == [account(0xA2), account(0xA1), try Address(mixedCase)])
    #expect(rows.values == [[UInt256(7), .zero, .max]])
    #expect(rows.lines == [2, 3, 4])
  }

  @Test(
    "Line ends, blanks at the end and a byte order mark change nothing",
    arguments: [
      "account,points\n\(a1),1\n\(a2),2\n", "account,points\n\(a1),1\n\(a2),2",
      "account,points\r\n\(a1),1\r\n\(a2),2\r\n", "account,points\r\n\(a1),1\n\(a2),2",
      "account,points\n\(a1),1\n\(a2),2\n\n\n", "account,points\r\n\(a1),1\r\n\(a2),2\r\n\r\n",
      "\u{FEFF}account,points\n\(a1),1\n\(a2),2\n", "account,points\n\(a1),1\n\(a2),2\r\n\n\r\n",
      "\"account\",\"points\"\n\"\(a1)\",\"1\"\n\"\(a2)\",\"2\"\n",
      "points,account\n1,\(a1)\n2,\(a2)\n",
    ])
  func variants(text: String) throws {
    #expect(try reader.rows(text) == pointsRows([(0xA1, 1, 2), (0xA2, 2, 3)]))
  }

  @Test("Quoted fields hold commas, quotes and lines, and lines are counted on")
  func quotes() throws {
    let text = """
      note,points,account
      "a, b",1,\(a1)
      "two
      lines, ""quoted""

      ",2,\(a2)
      "",3,"0x00000000000000000000000000000000000000a3"
      """
    let expected = pointsRows([(0xA1, 1, 2), (0xA2, 2, 3), (0xA3, 3, 7)])
    #expect(try reader.rows(text) == expected)
    #expect(try reader.rows(text.replacing("\n", with: "\r\n")) == expected)
  }

  @Test("Columns that the plan does not read are told, and may hold anything")
  func unused() throws {
    let text = "name,account,utm:source,points,,paid:wei\n!,\(a1),,1,\"\",1e21\n"
    let contents = try reader.contents(Array(text.utf8))
    #expect(contents.unusedColumns == ["name", "utm:source", "", "paid:wei"])
    #expect(contents.rows == pointsRows([(0xA1, 1, 2)]))
    #expect(try reader.contents(Array("account,points\n\(a1),1".utf8)).unusedColumns == [])
  }

  @Test("Values stand in the order of the plan, whatever the order of the file")
  func order() throws {
    let rows = try reader.rows(
      "paid,account,points\n10,\(a1),3\n", as: source(.csv, duplicates: .sum))
    #expect(rows.values == [[UInt256(3)], [UInt256(10)]])
  }

  @Test("The account's column can have another name")
  func accountColumn() throws {
    let rows = try reader.rows(
      "account,wallet,points,paid\nx,\(a1),1,2\n", as: source(account: "wallet"))
    #expect(rows.accounts == [account(0xA1)])
  }

  @Test(
    "Amounts are base units, unless the header or the plan says that they are whole tokens",
    arguments: [
      ("paid", nil, "1500000", "1500000"), ("paid:base", nil, "1500000", "1500000"),
      ("paid:token", nil, "1.5", "1500000"), ("paid", .token, "1.5", "1500000"),
      ("paid:token", .token, "0.000001", "1"), ("paid", .base, "15", "15"),
      ("paid:base", .base, "15", "15"), ("\"paid:token\"", nil, "2", "2000000"),
    ] as [(String, ColumnDeclaration.Unit?, String, String)])
  func units(
    header: String, unit: ColumnDeclaration.Unit?, cell: String, expected: String
  ) throws {
    let rows = try reader.rows(
      "account,points,\(header)\n\(a1),1,\(cell)\n", as: source(unit: unit))
    #expect(rows.values[1] == [InputFilesTests.units(expected)])
  }

  @Test(
    "Whole tokens, worked out by hand",
    arguments: [
      (0, "7", "7"), (18, "1", "1000000000000000000"), (18, "0.000000000000000001", "1"),
      (18, "1.50", "1500000000000000000"), (2, "0.00", "0"), (2, "0", "0"), (2, "10.1", "1010"),
      (36, "0.000000000000000000000000000000000001", "1"), (0, maximum, maximum),
      (
        36, "115792089237316195423570985008687907853269.984665640564039457584007913129639935",
        maximum
      ),
    ])
  func tokens(decimals: Int, cell: String, expected: String) throws {
    let rows = try reader.rows(
      "account,points,paid\n\(a1),1,\(cell)\n", as: source(unit: .token, decimals: decimals))
    #expect(rows.values[1] == [InputFilesTests.units(expected)])
  }

  @Test("An account may stand in several rows where the source says so")
  func duplicates() throws {
    let rows = try reader.rows(
      "account,points\n\(a1),1\n\(a1.uppercased().replacing("0X", with: "0x")),2\n",
      as: pointsSource(duplicates: .sum))
    #expect(rows == pointsRows([(0xA1, 1, 2), (0xA1, 2, 3)]))
  }

  @Test("The header alone can be asked for")
  func header() throws {
    func names(_ text: String) throws -> [String] {
      let path = try reader.folder.write(text, to: "header.csv")
      return try InputFile.header(path, name: "header.csv")
    }
    #expect(try names("\u{FEFF}a,\"b, c\",d:token\r\nx") == ["a", "b, c", "d:token"])
    #expect(try names("a") == ["a"])
    for (text, problem) in [
      ("", InputProblem.emptyFile), ("\n\n", .emptyFile), ("\na", .blankLine),
    ] {
      do {
        _ = try names(text)
        Issue.record("no error for \(text.debugDescription)")
      } catch let error as InputError {
        #expect(error.kind == problem && error.file == "header.csv")
      }
    }
  }

  @Test("The hash of a file is that of its bytes on the disk")
  func rawHash() throws {
    let text = "\u{FEFF}account,points\r\n\(a1),1\r\n\r\n"
    let contents = try reader.contents(Array(text.utf8))
    // pycryptodome's Keccak-256 of the text's 67 bytes.
    #expect(
      contents.rawHash.hex == "0x0616e940c38a3ec7a4310b631b5a48126ef64bd8b7a51977b2b28f9a7a2a92f3")
  }

  @Test("Progress is told after every 65 536 rows")
  func progress() throws {
    var text = "account,points\n"
    for number in 1..<65_600 {
      text += "0x\(1_000_000 + number)\(String(repeating: "0", count: 33)),1\n"
    }
    let path = try reader.folder.write(text, to: "long.csv")
    var told: [Int] = []
    let contents = try InputFile.read(path, name: "long.csv", as: pointsSource()) {
      told.append($0)
    }
    #expect(told == [65_536])
    #expect(contents.rows.count == 65_599 && contents.rows.lines.last == 65_600)
  }
}

@Suite("JSON Lines files")
struct JSONLinesTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  @Test(
    "One object per line, members in any order, values as text or as numbers",
    arguments: [
      "{\"account\":\"\(a1)\",\"points\":\"1\"}\n{\"account\":\"\(a2)\",\"points\":\"2\"}\n",
      "{\"points\":1,\"account\":\"\(a1)\"}\n{\"account\":\"\(a2)\",\"points\":2}",
      "\u{FEFF}{ \"account\" : \"\(a1)\" , \"points\" : 1 }\r\n"
        + " {\"account\":\"\(a2)\",\"points\":2} \r\n\r\n",
      "{\"acc\\u006funt\":\"\\u0030xa1\",\"points\":1}\n{\"account\":\"\(a2)\",\"points\":2}"
        .replacing("xa1", with: a1.dropFirst()),
    ])
  func variants(text: String) throws {
    #expect(
      try reader.rows(text, as: pointsSource(.jsonl)) == pointsRows([(0xA1, 1, 1), (0xA2, 2, 2)]))
  }

  @Test("Numbers are kept digit by digit, beyond what floating point can hold")
  func numbers() throws {
    let text = "{\"account\":\"\(a1)\",\"points\":\(maximum),\"paid\":9007199254740993.000001}\n"
    let rows = try reader.rows(text, as: source(.jsonl, unit: .token))
    #expect(rows.values == [[.max], [units("9007199254740993000001")]])
  }

  @Test("Members that the plan does not read are told once each, and may hold anything")
  func unused() throws {
    let text = """
      {"account":"\(a1)","points":1,"tags":["x",{"y":null}],"b":true}
      {"account":"\(a2)","points":2,"a":null,"b":false}
      """
    let contents = try reader.contents(Array(text.utf8), as: pointsSource(.jsonl))
    #expect(contents.unusedColumns == ["a", "b", "tags"])
    #expect(contents.rows.count == 2)
  }

  @Test("A quote in a line means nothing to the lines")
  func quotes() throws {
    let text =
      "{\"account\":\"\(a1)\",\"points\":1,\"n\":\"\\\"\"}\n{\"account\":\"\(a2)\",\"points\":2}"
    #expect(
      try reader.rows(text, as: pointsSource(.jsonl)) == pointsRows([(0xA1, 1, 1), (0xA2, 2, 2)]))
  }
}

@Suite("The example's inputs")
struct ExampleInputTests {
  @Test("They are read as the plan declares them")
  func example() throws {
    let recipients = try InputFile.read(
      Project.path("Examples/airdrop/recipients.csv"), name: "recipients.csv", as: pointsSource())
    #expect(recipients.rows.count == 60 && recipients.unusedColumns == ["note"])
    #expect(Array(recipients.rows.values[0][..<3]) == [UInt256(12_000), UInt256(5), .zero])
    let declaration = SourceDeclaration(
      name: "contributors", file: "contributors.jsonl", format: .jsonl,
      columns: [
        ColumnDeclaration(
          name: "amount", kind: .amount(token: "ACME", decimals: 18, unit: .token))
      ])
    let contributors = try InputFile.read(
      Project.path("Examples/airdrop/contributors.jsonl"), name: "contributors.jsonl",
      as: declaration)
    #expect(contributors.rows.count == 12)
    #expect(contributors.rows.values[0][1] == units("10000500000000000000000"))
    // The plan's budget for them: 2587499.25 tokens.
    let sum = try contributors.rows.values[0].reduce(UInt256.zero) { try #require($0.adding($1)) }
    #expect(sum == units("2587499250000000000000000"))
  }
}
