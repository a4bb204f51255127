import DistributionModel
import EthereumPrimitives
import TestKit

/// Random rows, and a file of them in a random style.
struct FileSample {
  let declaration: SourceDeclaration
  let rows: SourceRows
  let bytes: [UInt8]
  let isPacked: Bool
  let chunkSize: Int
  let extraColumns: Int

  init(_ generator: inout Generator) throws {
    var writer = FileWriter(seed: generator.next())
    let text = writer.write(rowCount: 1 + Int(generator.next() % 12))
    var bytes = Array(text.utf8)
    isPacked = generator.next() % 2 == 0
    if isPacked {
      let cut = Int(generator.next() % UInt64(bytes.count + 1))
      bytes = try Gzip.pack(Array(bytes[..<cut])) + Gzip.pack(Array(bytes[cut...]))
    }
    declaration = writer.declaration
    rows = writer.rows
    extraColumns = writer.extraColumns
    self.bytes = bytes
    chunkSize = 1 + Int(generator.next() % 300)
  }
}

/// Writes rows with its own means: amounts by moving the point, lines counted as they are written.
private struct FileWriter {
  private static let notes = [
    "", "x", "a, b", "\"q\"", "two\nlines", "two\r\nlines", "é \u{1F600}", ";", "  ", "1e21", "{}",
  ]

  private var generator: Generator
  let declaration: SourceDeclaration
  private(set) var rows: SourceRows
  let extraColumns: Int
  private let decimals: Int
  private let headerUnit: String
  private var line = 1

  init(seed: UInt64) {
    var generator = Generator(seed: seed)
    let format: SourceDeclaration.Format = generator.next() % 2 == 0 ? .csv : .jsonl
    decimals = Int(generator.next() % 37)
    let unit = [ColumnDeclaration.Unit?.none, .base, .token][Int(generator.next() % 3)]
    // JSON has no header in which to state a unit.
    let mayState = format == .csv && generator.next() % 2 == 0
    headerUnit = mayState ? (unit.map { ":\($0.rawValue)" } ?? ":token") : ""
    declaration = SourceDeclaration(
      name: "list", file: "list", format: format,
      accountColumn: generator.next() % 2 == 0 ? "account" : "Wallet of it",
      columns: [
        ColumnDeclaration(name: "points", kind: .integer),
        ColumnDeclaration(
          name: "paid", kind: .amount(token: "T", decimals: decimals, unit: unit)),
      ], duplicates: generator.next() % 2 == 0 ? .sum : .refuse)
    rows = SourceRows(source: "list", columnCount: 2)
    extraColumns = Int(generator.next() % 3)
    self.generator = generator
  }

  private mutating func number(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

  private var writesTokens: Bool {
    if case .amount(_, _, .token) = declaration.columns[1].kind { return true }
    return headerUnit == ":token"
  }

  mutating func write(rowCount: Int) -> String {
    let names =
      [declaration.accountColumn, "points", "paid" + headerUnit]
      + (0..<extraColumns).map { "extra\($0)" }
    let order = names.indices.shuffled(using: &generator)
    var text = number(4) == 0 ? "\u{FEFF}" : ""
    let end = number(2) == 0 ? "\n" : "\r\n"
    if declaration.format == .csv {
      text += order.map { field(names[$0]) }.joined(separator: ",") + end
      line += 1
    }
    for index in 0..<rowCount {
      let isLast = index == rowCount - 1
      text += record(index, names, order) + (isLast && number(2) == 0 ? "" : end)
    }
    if text.hasSuffix("\n") { text += String(repeating: end, count: number(3)) }
    return text
  }

  private mutating func record(_ index: Int, _ names: [String], _ order: [Int]) -> String {
    let account = makeAccount(index)
    let (points, paid) = (makeValue(), makeValue())
    rows.append(account: account, row: [points, paid], line: UInt32(line))
    var cells = [
      number(3) == 0 ? account.checksummed : account.hex, points.decimal,
      writesTokens ? moved(paid.decimal) : paid.decimal,
    ]
    cells += (0..<extraColumns).map { _ in Self.notes[number(Self.notes.count)] }
    let isCSV = declaration.format == .csv
    let text =
      isCSV
      ? order.map { field(cells[$0]) }.joined(separator: ",")
      : "{"
        + order.map { member(names[$0], cells[$0], isNumber: (1...2).contains($0)) }
        .joined(separator: ",") + "}"
    line += 1 + text.utf8.count { $0 == 0x0A }
    return text
  }

  private mutating func makeAccount(_ index: Int) -> Address {
    if declaration.duplicates == .sum, index > 0, number(3) == 0 { return rows.accounts[0] }
    let tail = UInt8(index + 1)
    let head = (0..<19).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    return Address(bytes: (head + [tail])[...]) ?? .zero
  }

  private mutating func makeValue() -> UInt256 {
    let value = (0..<4).reduce(UInt256.zero) { value, _ in value << 64 | UInt256(generator.next()) }
    return value >> number(256)
  }

  /// Base units as whole tokens.
  private mutating func moved(_ digits: String) -> String {
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals)
    var fraction = padded.suffix(decimals)
    while fraction.last == "0", number(4) > 0 { fraction.removeLast() }
    return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
  }

  private mutating func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { "\",\n\r".utf8.contains($0) }
    guard needsQuotes || number(3) == 0 else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private mutating func member(_ name: String, _ text: String, isNumber: Bool) -> String {
    let blank = number(3) == 0 ? " " : ""
    let escapes: [Unicode.Scalar: String] = [
      "\\": "\\\\", "\"": "\\\"", "\r": "\\r", "\n": "\\n",
    ]
    let escaped = text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
    let value = isNumber && number(2) == 0 ? text : "\"\(escaped)\""
    return "\(blank)\"\(name)\"\(blank):\(blank)\(value)\(blank)"
  }
}
