import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("The fast way through CSV gives what the clear way gives, or nothing")
struct PlainReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func reading(_ file: PlainFile) throws -> Reading {
    Reading(
      files: [SourceFile(origin: .file(try folder.write(file.bytes, to: "list")), name: "list")],
      name: "list",
      declaration: file.declaration,
      limits: file.limits, chunkSize: file.chunkSize, threads: file.threads, isHashed: false,
      smallestPart: 30, progress: { _ in })
  }

  /// True where both ways agree; `mustBePlain` asks for the fast one to have an answer.
  private func agrees(_ file: PlainFile, mustBePlain: Bool = false) throws -> Bool {
    let reading = try reading(file)
    let clear = try? reading.clear()
    guard let plain = try reading.plain() else { return !mustBePlain }
    return plain.rows == clear?.rows && plain.unused == clear?.unused
  }

  @Test("INV-013: plain files are read the fast way, and their rows are those of the clear one")
  func plainFiles() {
    check("plain files", runs: 400) {
      PlainFile(&$0)
    } property: {
      try agrees($0, mustBePlain: true)
    }
  }

  @Test("INV-012: whatever is done to a file, the fast way never gives other rows")
  func changedFiles() {
    check("changed files", runs: 1500) { generator in
      var file = PlainFile(&generator)
      for _ in 0...(generator.next() % 3) { file.change(&generator) }
      return file
    } property: {
      try agrees($0)
    }
  }

  @Test("INV-004: rows of a large file are the same on any number of threads")
  func threads() throws {
    var generator = Generator(seed: 5)
    let lines = (0..<6000).map { row in
      let text = row % 2 == 0 ? account(generator.next()).checksummed : account(UInt64(row + 1)).hex
      return "\(text),\(generator.next()),\(row % 7).\(row)"
    }
    let text = "account,points,paid:token\n" + lines.joined(separator: "\n")
    var file = PlainFile(
      bytes: Array(text.utf8), declaration: source(duplicates: .sum), chunkSize: 1 << 18)
    let clear = try reading(file).clear().rows
    #expect(clear.count == 6000)
    for threads in [1, 2, 3, 8] {
      file.threads = threads
      #expect(try reading(file).plain()?.rows == clear)
    }
  }

  @Test("Progress is told once for every 65 536 rows, whatever the pieces are")
  func progress() throws {
    let text = "account,points\n" + (1...140_000).map { "\(account(UInt64($0)).hex),1\n" }.joined()
    let path = try folder.write(Array(text.utf8), to: "list")
    for chunkSize in [1 << 15, 1 << 23] {
      var told: [Int] = []
      _ = try InputFile.read(
        path, name: "list", as: pointsSource(), chunkSize: chunkSize
      ) { told.append($0) }
      #expect(told == [65_536, 131_072])
    }
  }

  @Test(
    "A file that is not plain is left to the clear reader",
    arguments: [
      "account,points\n\"\(a1)\",1\n", "account,points\n\(a1),\"1\"\n",
      "\"account\",points\n\(a1),1\n",
      "\u{FEFF}account,points\n\(a1),1\n", "account,points,é\n\(a1),1,x\n",
      "account,points,note\n\(a1),1,é\n", "account,points,note\n\(a1),1,\"x\"\n",
      "account,points,note\n\(a1),1,\u{7F}\n", "account,points\n\(a1),1\n\n",
      "account,points\n\(a1),\(String(repeating: "9", count: 39))\n",
    ])
  func notPlain(text: String) throws {
    let declaration = pointsSource()
    let reading = try reading(
      PlainFile(bytes: Array(text.utf8), declaration: declaration, chunkSize: 1 << 18))
    #expect(try reading.plain() == nil)
    #expect(try reading.contents().rows.count == 1)
  }

  /// Files under the header `account,points`, each with one mistake.
  private static let wrongFiles: [String] = [
    "\(a1),1\r", "\(a1),01", "\(a1),", "\(a1),1,2", "\(a1)", "\(a1),1 ", "\(a1),-1",
    "\(a1),1.0", "0X00000000000000000000000000000000000000a1,1",
    "0x00000000000000000000000000000000000000a,1", "\(a1)0,1", "\(zero),1", "\n\(a1),1",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD,1", "\(a1),1\r\r", "\(a1),1\n\n\(a2),1",
  ]

  @Test(
    "A wrong file is left to the clear reader, which says what is wrong", arguments: wrongFiles)
  func wrong(text: String) throws {
    let file = PlainFile(
      bytes: Array("account,points\n\(text)".utf8), declaration: pointsSource(),
      chunkSize: 1 << 18)
    #expect(try reading(file).plain() == nil)
    #expect(throws: InputError.self) { try reading(file).contents() }
  }

  @Test("Numbers at the edges of what words hold are read the fast way, and are themselves")
  func edges() throws {
    let numbers = [
      "0", "9", "10", "99999999", "100000000", "9999999999999999", "9999999999999999999",
      "10000000000000000000", "18446744073709551615", "18446744073709551616",
      "18446744073709551617", "36893488147419103232", "99999999999999999999999999999999999999",
    ]
    let rows = numbers.enumerated().map { "\(account(UInt64($0.offset + 1)).hex),\($0.element)" }
    let text = "account,points\n" + rows.joined(separator: "\n")
    let plain = try reading(
      PlainFile(bytes: Array(text.utf8), declaration: pointsSource(), chunkSize: 1 << 18)
    ).plain()
    #expect(plain?.rows.values[0].map(\.decimal) == numbers)
  }

  @Test("Every letter of 300 addresses in mixed case is checked, in every batch")
  func checksums() throws {
    var generator = Generator(seed: 11)
    var lines = (0..<300).map { _ in account(generator.next()).checksummed + ",1" }
    func isPlain() throws -> Bool {
      let text = "account,points\n" + lines.joined(separator: "\n") + "\n"
      return try reading(
        PlainFile(bytes: Array(text.utf8), declaration: pointsSource(), chunkSize: 1 << 18)
      ).plain() != nil
    }
    #expect(try isPlain())
    for row in [0, 1, 255, 256, 257, 299] {
      let right = lines[row]
      let letters = right.indices.filter { right[$0].isLetter && right[$0] != "x" }
      let place = try #require(letters.randomElement(using: &generator))
      let other = right[place].isUppercase ? right[place].lowercased() : right[place].uppercased()
      lines[row] = right.replacingCharacters(at: place, with: other)
      // All of one case has no checksum to be wrong.
      #expect(try !isPlain() || lines[row].lowercased() == lines[row])
      lines[row] = right
    }
  }
}

extension String {
  fileprivate func replacingCharacters(at place: Index, with text: String) -> String {
    self[..<place] + text + self[index(after: place)...]
  }
}

/// A CSV file of plain rows, and how it is read.
private struct PlainFile {
  var bytes: [UInt8]
  let declaration: SourceDeclaration
  var limits = InputLimits.standard
  var chunkSize: Int
  var threads = 1

  init(bytes: [UInt8], declaration: SourceDeclaration, chunkSize: Int) {
    self.bytes = bytes
    self.declaration = declaration
    self.chunkSize = chunkSize
  }

  init(_ generator: inout Generator) {
    func number(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
    let decimals = number(20)
    let unit = [ColumnDeclaration.Unit.base, .token][number(2)]
    let places = number(20)
    let base = source(unit: unit, decimals: decimals, duplicates: .sum)
    let excess = DecimalFormat.Excess.allCases[number(3)]
    declaration = SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: base.columns + [
        ColumnDeclaration(
          name: "score",
          kind: .decimal(
            DecimalFormat(
              places: places, notation: number(2) == 0 ? .plain : .scientific, excess: excess))),
        ColumnDeclaration(name: "to", kind: .address),
      ], duplicates: .sum)
    let names = ["account", "points", "paid", "score", "to", "note", "other"].prefix(5 + number(3))
    let order = names.indices.shuffled(using: &generator)
    let end = ["\n", "\r\n"][number(2)]
    var lines = [order.map { names[$0] }.joined(separator: ",")]
    for _ in 0..<(1 + number(12)) {
      let whole = Self.digits(1 + number(19), &generator)
      let fraction = (0..<(1 + number(max(decimals, 1)))).map { _ in String(number(10)) }.joined()
      let paid = unit == .token && decimals > 0 && number(3) > 0 ? "\(whole).\(fraction)" : whole
      let digits = (0..<(1 + number(max(places, 1)))).map { _ in String(number(10)) }.joined()
      let score = places > 0 && number(3) > 0 ? "\(whole).\(digits)" : whole
      let cells = [
        Self.address(&generator), Self.digits(1 + number(38), &generator), paid, score,
        number(9) == 0 ? zero : Self.address(&generator),
        ["", "x", " a b ", "1e21", "0x", "it's"][number(6)], "{}",
      ]
      lines.append(order.map { cells[$0] }.joined(separator: ","))
    }
    bytes = Array((lines.joined(separator: end) + (number(3) == 0 ? "" : end)).utf8)
    chunkSize = number(4) == 0 ? 1 << 18 : 1 + number(200)
    threads = 1 + number(3)
  }

  private static func digits(_ count: Int, _ generator: inout Generator) -> String {
    if generator.next() % 5 == 0 { return "0" }
    let first = 1 + generator.next() % 9
    return String(first) + (1..<count).map { _ in String(generator.next() % 10) }.joined()
  }

  private static func address(_ generator: inout Generator) -> String {
    let head = (0..<20).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let address = Address(bytes: head[...]) ?? .zero
    switch generator.next() % 3 {
    case 0: return address.hex
    case 1: return "0x" + address.hex.dropFirst(2).uppercased()
    default: return address.checksummed
    }
  }

  /// Changes a byte, takes some out, doubles some, or puts something special in.
  mutating func change(_ generator: inout Generator) {
    let special = Array(",\"\n\r.0123456789abcdefABCDEFxX -+é".utf8) + [0, 0x7F, 0x80, 0xFF]
    let place = Int(generator.next() % UInt64(bytes.count + 1))
    let end = min(bytes.count, place + Int(generator.next() % 8))
    let byte = special[Int(generator.next() % UInt64(special.count))]
    switch generator.next() % 7 {
    case 5: limits.rows = Int(generator.next() % 14)
    case 6: limits.values = Int(generator.next() % 28)
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2 where place < bytes.count: bytes[place] = byte
    case 3: limits.lineBytes = 30 + Int(generator.next() % 120)
    default: bytes.insert(byte, at: place)
    }
  }
}
