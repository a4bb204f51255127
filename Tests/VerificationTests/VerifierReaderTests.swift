import BigInt
import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@testable import Verification

/// A file of random rows, written in one of the many ways in which people write them.
private struct WrittenRows: CustomStringConvertible {
  /// Accounts by keys, some of which the files have.
  static let accounts = ["k": VerifierSample.account(1), "k, 2": VerifierSample.account(2)]

  let declaration: SourceDeclaration
  let format: SourceDeclaration.Format
  var text = ""
  let isPacked: Bool

  var bytes: [UInt8] {
    get throws { isPacked ? try Gzip.pack(Array(text.utf8)) : Array(text.utf8) }
  }

  var description: String { "\(declaration.format): \(text.debugDescription)" }

  init(_ generator: inout Generator) {
    let unit: ColumnDeclaration.Unit? =
      [nil, .base, .token].randomElement(using: &generator) ?? nil
    format = generator.pick(SourceDeclaration.Format.allCases)
    let isLookedUp = generator.once(in: 3)
    let condition = SourceDeclaration.Condition(column: "chain", texts: ["BASE", "caf\u{E9}"])
    declaration = SourceDeclaration(
      name: "list", file: "list", format: format,
      within: format == .json && Bool.random(using: &generator) ? ["data", "rows"] : [],
      accountColumn: "who",
      lookup: isLookedUp ? .init(source: "keys", unknownKeys: .skip) : nil,
      conditions: generator.once(in: 3) ? [condition] : [],
      columns: [
        ColumnDeclaration(name: "points", kind: .integer),
        ColumnDeclaration(name: "paid", kind: .amount(token: "ACME", decimals: 6, unit: unit)),
        ColumnDeclaration(name: "score", kind: .decimal(Self.format(&generator))),
        ColumnDeclaration(name: "to", kind: .address),
      ], duplicates: .sum)
    isPacked = Bool.random(using: &generator)
    if Bool.random(using: &generator) { text = "\u{FEFF}" }
    let count = Int.random(in: 1...8, using: &generator)
    if format == .csv { writeCSV(count, unit, &generator) }
    if format == .jsonl { writeLines(count, unit, &generator) }
    if format == .json { writeJSON(count, unit, &generator) }
  }

  private static let notes = [
    "", "plain", "a, b", "say \"hi\"", "two\nlines", "two\r\nlines", "é☃", "0x1", ",", "\"",
  ]

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// An account as people write it: lower case or with its checksum.
  private static func account(_ generator: inout Generator) -> String {
    let account = VerifierSample.account(UInt64.random(in: 1...9, using: &generator) << 40 | 0xABC)
    return Bool.random(using: &generator) ? account.hex : account.checksummed
  }

  /// An account, or a key in its place.
  private func who(_ generator: inout Generator) -> String {
    guard declaration.lookup != nil else { return Self.account(&generator) }
    return generator.pick(["k", "k, 2", "K", Self.account(&generator)])
  }

  private static func chain(_ generator: inout Generator) -> String {
    generator.pick(["BASE", "base", "caf\u{E9}", "cafe\u{301}", "", "7"])
  }

  private static func number(_ generator: inout Generator) -> String {
    String(generator.next() >> UInt64.random(in: 0...63, using: &generator))
  }

  private static func paid(_ isToken: Bool, _ generator: inout Generator) -> String {
    let whole = number(&generator)
    guard isToken, Bool.random(using: &generator) else { return whole }
    let fraction = String(UInt64.random(in: 0...999_999, using: &generator))
    return whole + "." + fraction
  }

  private static func format(_ generator: inout Generator) -> DecimalFormat {
    DecimalFormat(
      places: generator.pick([0, 1, 2, 6, 18, 36]),
      notation: generator.pick(DecimalFormat.Notation.allCases),
      excess: generator.pick(DecimalFormat.Excess.allCases))
  }

  /// A decimal number that the column takes, with halves among its ends.
  private func score(_ generator: inout Generator) -> String {
    guard case .decimal(let format) = declaration.columns[2].kind else { return "0" }
    let ends = ["", "5", "50", "500000001", "49999", "6", "0"]
    let isExact = format.excess == .refuse
    let digits = (0..<format.places).map { _ in String(generator.below(10)) }.joined()
    let end = isExact ? generator.pick(["", "0", "000"]) : generator.pick(ends)
    let fraction = digits + end
    let whole = Self.number(&generator)
    let text = fraction.isEmpty ? whole : "\(whole).\(fraction)"
    guard format.notation == .scientific, generator.once(in: 2) else { return text }
    if isExact { return "\(whole)\(generator.pick(["e", "E+", "e+0"]))\(generator.below(10))" }
    return text + generator.pick(["e-1", "e-25", "E3", "e-9999", "e+00"])
  }

  private mutating func writeCSV(
    _ count: Int, _ unit: ColumnDeclaration.Unit?, _ generator: inout Generator
  ) {
    let end = Bool.random(using: &generator) ? "\n" : "\r\n"
    // The header may say the unit where the plan does not, or repeat what it says.
    let header = unit ?? [nil, .base, .token].randomElement(using: &generator) ?? nil
    let names = header != nil && (unit == nil || Bool.random(using: &generator))
    let suffix = names ? ":" + (header?.rawValue ?? "") : ""
    var columns = ["who", "points", "paid" + suffix, "score", "to", "chain", "note"]
    let order = Array(columns.indices).shuffled(using: &generator)
    columns = order.map { columns[$0] }
    text += columns.joined(separator: ",") + end
    for row in 0..<count {
      let cells = [
        who(&generator), Self.number(&generator),
        Self.paid(header == .token, &generator), score(&generator), Self.account(&generator),
        Self.chain(&generator), Self.notes.randomElement(using: &generator) ?? "",
      ]
      text += order.map { place in
        let needsQuotes = cells[place].contains { ",\"\n\r\r\n".contains($0) }
        let isQuoted = needsQuotes || Bool.random(using: &generator)
        return isQuoted ? Self.quoted(cells[place]) : cells[place]
      }.joined(separator: ",")
      if row < count - 1 || Bool.random(using: &generator) { text += end }
    }
    if Bool.random(using: &generator) { text += end + end }
  }

  /// A row as a JSON object, with or without the account.
  private func object(
    _ unit: ColumnDeclaration.Unit?, hasAccount: Bool = true, _ generator: inout Generator
  ) -> String {
    let others = ["\"a\\\"1\"", "[1,-2.5e3,{\"x\":4}]", "null", "true", "\"\\u00e9\\\\\"", "-1"]
    let isText = Bool.random(using: &generator)
    func cell(_ number: String) -> String { isText ? "\"\(number)\"" : number }
    var members = [
      "\"chain\":\"\(Self.chain(&generator))\"",
      "\"points\":\(cell(Self.number(&generator)))",
      "\"paid\" : \(cell(Self.paid(unit == .token, &generator)))",
      "\"score\":\(cell(score(&generator)))", "\"to\":\"\(Self.account(&generator))\"",
      "\"note\": \(generator.pick(others))",
    ]
    if hasAccount { members.append("\"who\": \"\(who(&generator))\"") }
    return "{" + members.shuffled(using: &generator).joined(separator: ", ") + "}"
  }

  private mutating func writeLines(
    _ count: Int, _ unit: ColumnDeclaration.Unit?, _ generator: inout Generator
  ) {
    let end = Bool.random(using: &generator) ? "\n" : "\r\n"
    for row in 0..<count {
      text += object(unit, &generator)
      if row < count - 1 || Bool.random(using: &generator) { text += end }
    }
    if Bool.random(using: &generator) { text += end + end }
  }

  /// A list of rows, or an object of them, maybe inside of others.
  private mutating func writeJSON(
    _ count: Int, _ unit: ColumnDeclaration.Unit?, _ generator: inout Generator
  ) {
    let blank = generator.pick(["", " ", "\n", "\r\n\t"])
    let isList = Bool.random(using: &generator)
    var names: Set<String> = []
    var parts: [String] = []
    for _ in 0..<count {
      let name = who(&generator)
      guard isList || names.insert(name).inserted else { continue }
      let object = object(unit, hasAccount: isList, &generator)
      parts.append(isList ? object : "\"\(name)\"\(blank):\(blank)\(object)")
    }
    let rows = parts.joined(separator: blank + "," + blank)
    var whole = isList ? "[\(blank)\(rows)\(blank)]" : "{\(blank)\(rows)\(blank)}"
    if !declaration.within.isEmpty {
      whole = "{\"x\":[{}],\(blank)\"data\":{\"rows\":\(whole)\(blank)},\"z\":\"}\"}"
    }
    text += blank + whole + blank
  }
}

@Suite("The verifier's own readers")
struct VerifierReaderTests {
  @Test("INV-013, INV-032: both readers give the same rows, whatever way a file is written in")
  func rows() throws {
    let folder = try TemporaryFolder()
    var read = 0
    var keys = KeyTable()
    for (key, account) in WrittenRows.accounts { _ = keys.add(Array(key.utf8)[...], account) }
    let known = Dictionary(
      uniqueKeysWithValues: WrittenRows.accounts.map { (Array($0.key.utf8), $0.value) })
    check("readers", runs: 800, generate: { WrittenRows(&$0) }) { file in
      let path = try folder.write(try file.bytes, to: "list")
      let bytes = try StrangerFiles.readUnpacked(path, as: "list")
      let taken = Result {
        try Verifier.rows(raw: bytes, of: file.declaration, keys: .init(accounts: known))
      }
      let theirs: SourceRows
      do {
        theirs = try InputFile.read(path, name: "list", as: file.declaration, keys: keys).rows
      } catch let error as InputError where error.kind == .nothingSelected {
        if case .failure = taken { return true }
        return false
      }
      let ours = try taken.get()
      read += ours.count
      // The members of an object have no order.
      let lines = theirs.accounts.indices.map { row in
        "\(theirs.accounts[row]) \(theirs.values.map { $0[row].decimal })"
      }
      return lines.sorted() == ours.map { "\($0.account) \($0.values.map(\.description))" }.sorted()
    }
    #expect(read > 1000)
  }

  @Test("CSV as RFC 4180 describes it")
  func csv() throws {
    func records(_ text: String) throws -> [[String]] {
      var records: [[String]] = []
      try StrangerCSV.eachRecord(of: StrangerStream(bytes: Array(text.utf8), as: "x")) { record in
        records.append((0..<record.count).map(record.text))
      }
      return records
    }
    #expect(try records("") == [])
    #expect(try records("a,b") == [["a", "b"]])
    #expect(try records("a,b\r\nc,d\n") == [["a", "b"], ["c", "d"]])
    #expect(try records("\"a,b\",\"c\nd\"\n,\n") == [["a,b", "c\nd"], ["", ""]])
    #expect(try records("\"say \"\"hi\"\"\",\"\"\n") == [["say \"hi\"", ""]])
    #expect(try records("a\nb\n\"\"\n\n\r\n") == [["a"], ["b"], [""]])
  }

  @Test("CSV that is no RFC 4180 is told: by record where it is one record's, else as a whole")
  func brokenCSV() throws {
    func problems(_ text: String) throws -> [String?] {
      var problems: [String?] = []
      let stream = StrangerStream(bytes: Array(text.utf8), as: "list")
      try StrangerCSV.eachRecord(of: stream) { problems.append($0.problem) }
      return problems
    }
    let stray = "a quote that belongs to no quoted field"
    let alone = "a carriage return alone"
    #expect(try problems("a\"b,c\nd\n") == [stray, nil])
    #expect(try problems("\"a\"b,\"c\nd\n\"\ne\n") == [stray, nil])
    #expect(try problems("a\rb\n\"c\rd\"\n\"e\r\nf\"\r\n") == [alone, alone, nil])
    #expect(try problems("a\r") == [alone])
    #expect(try problems("a\0\n") == ["a NUL byte"])
    #expect(try problems("a\n\n\r\n") == [nil])
    for text in ["a\n\nb\n", "\"a", "a\n\"b\n", "\na\n"] {
      #expect(throws: VerificationFailure.self) { try problems(text) }
    }
    #expect(try problems(String(repeating: ",", count: 255)) == [nil])
    #expect(throws: VerificationFailure.self) {
      try problems(String(repeating: ",", count: 256))
    }
    #expect(try problems("\"" + String(repeating: "a", count: (1 << 20) - 2) + "\"\n") == [nil])
    #expect(throws: VerificationFailure.self) {
      try problems("\"" + String(repeating: "a", count: (1 << 20) - 1) + "\"\n")
    }
  }

  @Test("Numbers stay what is written, and what is no JSON is none")
  func strictJSON() {
    func parsed(_ text: String) -> StrangerJSON? { StrangerJSON.parse(Array(text.utf8)[...]) }
    let object = parsed("{\"a\":-2.50e+3, \"b\\u0031\": [\"\\uD83D\\uDE00\"] ,\"c\":null}")
    #expect(object?["a"]?.cell == "-2.50e+3")
    #expect(object?.members?.map(\.name) == ["a", "b1", "c"])
    #expect(object?.count == 5 && object?.levels == 2)
    #expect(object?["b1"]?.parts.map(\.cell) == ["\u{1F600}"])
    for text in [
      "", "01", "1.", ".5", "+1", "- 1", "1 2", "[1,]", "[,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}",
      "{\"a\":1,\"a\":2}", "\"\\x\"", "\"\\uD83D\"", "\"\\uD83Dx\"", "\"\\u12g4\"", "\"a", "\"\n\"",
      "tru", "nul", "[", "{", "\u{FEFF}1",
    ] {
      #expect(parsed(text)?.count == nil, "\(text)")
    }
    #expect(
      parsed(String(repeating: "[", count: 80) + String(repeating: "]", count: 80))?.levels == 80)
    #expect(
      parsed(String(repeating: "[", count: 81) + String(repeating: "]", count: 81))?.levels == nil)
  }

  @Test("Lines end with a line end or without")
  func lines() {
    func lines(_ text: String) -> [String] {
      StrangerFiles.lines(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(lines("") == [])
    #expect(lines("a") == ["a"])
    #expect(lines("a\n\nb\n") == ["a", "", "b"])
  }

  @Test("Several gzip members are read one after the other")
  func members() throws {
    let folder = try TemporaryFolder()
    let packed = try Gzip.pack(Array("one\n".utf8)) + Gzip.pack(Array("two\n".utf8))
    let path = try folder.write(packed, to: "x.gz")
    #expect(try StrangerFiles.readUnpacked(path, as: "x.gz") == Array("one\ntwo\n".utf8))
    #expect(try StrangerFiles.read(path, as: "x.gz") == packed)
  }

  @Test("A header alone has no rows, with a byte order mark or without; nothing is no file")
  func empty() throws {
    let declaration = SourceDeclaration(
      name: "s", file: "s.csv", format: .csv,
      columns: [ColumnDeclaration(name: "x", kind: .integer)], noRows: .allow)
    for text in ["", "\u{FEFF}"] {
      #expect(throws: VerificationFailure.self) {
        try Verifier.rows(raw: Array(text.utf8), of: declaration)
      }
    }
    for text in ["account,x\n", "\u{FEFF}account,x"] {
      #expect(try Verifier.rows(raw: Array(text.utf8), of: declaration).isEmpty)
    }
    let row = try Verifier.rows(
      raw: Array("x,account\n7,\(VerifierSample.hex(1))".utf8), of: declaration)
    #expect(row.map(\.account) == [VerifierSample.account(1)])
    #expect(row.map(\.values) == [[7]])
  }
}
