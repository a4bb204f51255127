import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

/// Everything that a file of events gives.
struct EventContents: Equatable {
  var changes = PositionChanges()
  var accounts: [Address] = []
  var rowCount = 0
  var notes: [String] = []
}

/// Reads a file to its end, piece by piece.
func readEvents(
  _ bytes: [UInt8], as declaration: EventDeclaration = stakes, limits: InputLimits = .standard,
  chunkSize: Int = 1 << 18, isPlain: Bool = true
) throws(InputError) -> EventContents {
  var reader = try EventReader(
    bytes: bytes, name: "events.csv", as: declaration, limits: limits, chunkSize: chunkSize,
    isPlain: isPlain)
  var table = AddressTable()
  var piece = PositionChanges()
  var contents = EventContents()
  while try reader.next(&piece, numbering: &table) {
    for row in 0..<piece.count {
      contents.changes.append(
        time: Timestamp(piece.times[row]), account: piece.accounts[row],
        amount: piece.amounts[row], isTaken: piece.isTaken[row], line: piece.lines[row])
    }
  }
  contents.accounts = table.addresses
  contents.rowCount = reader.rowCount
  contents.notes = reader.notes
  return contents
}

/// Deposits, withdrawals, transfers, and approvals, which change nothing.
let stakes = EventDeclaration(kinds: [
  .init(name: "D", effect: .add), .init(name: "W", effect: .take), .init(name: "T", effect: .move),
  .init(name: "A", effect: .none),
])

@Suite("Files of events: rows to changes of balances")
struct EventReaderTests {
  private func read(_ text: String, chunkSize: Int = 1 << 18) throws -> EventContents {
    try readEvents(Array(text.utf8), chunkSize: chunkSize)
  }

  @Test("A row adds, takes or moves its amount, and accounts are numbered as they come")
  func rows() throws {
    let contents = try read(
      """
      time,log_index,kind,account,to,amount
      100,0,D,\(a2),,5
      100,1,T,\(a2),\(a1),2
      107,0,A,\(a1),,
      107,3,W,\(a1),not looked at,1

      """)
    let changes = contents.changes
    #expect(changes.times == [100, 100, 100, 107])
    #expect(changes.accounts == [0, 0, 1, 1])
    #expect(changes.amounts == [5, 2, 2, 1])
    #expect(changes.isTaken == [false, true, false, true])
    #expect(changes.lines == [2, 3, 3, 5])
    #expect(contents.accounts.map(\.hex) == [a2, a1])
    #expect(contents.rowCount == 4 && contents.notes == [])
  }

  @Test("Columns may stand in any order, kinds have names of any length, amounts may be tokens")
  func declared() throws {
    let declaration = EventDeclaration(
      timeColumn: "block time", kindColumn: "event", accountColumn: "from", targetColumn: "dest",
      amount: ColumnDeclaration(
        name: "value", kind: .amount(token: "USD", decimals: 6, unit: nil)),
      kinds: [
        .init(name: "Transfer", effect: .move),
        .init(name: "a name of more than sixteen bytes", effect: .add),
      ])
    let text = """
      value:token,from,event,extra,dest,block time
      1.5,\(a1),a name of more than sixteen bytes,,,7
      0.25,\(a1),Transfer,x,\(mixedCase),8
      """
    let contents = try readEvents(Array(text.utf8), as: declaration)
    #expect(contents.changes.amounts == [1_500_000, 250_000, 250_000])
    #expect(contents.changes.times == [7, 8, 8])
    #expect(contents.accounts.map(\.checksummed).last == mixedCase)
    #expect(contents.notes == [Reading.cutOffNote])
  }

  @Test("A file without moves needs no column of targets")
  func noTargets() throws {
    let declaration = EventDeclaration(kinds: [.init(name: "D", effect: .add)])
    let text = "time,kind,account,amount\n1,D,\(a1),2\n"
    #expect(try readEvents(Array(text.utf8), as: declaration).changes.amounts == [2])
  }

  @Test("Memory holds one piece: a long file comes in many, and each is told of once")
  func pieces() throws {
    let lines = (0..<5000).map { "\($0),D,\(account(UInt64($0 % 70 + 1)).hex),,\($0 + 1)" }
    let text = "time,kind,account,to,amount\n" + lines.joined(separator: "\n") + "\n"
    var reader = try EventReader(
      bytes: Array(text.utf8), name: "events.csv", as: stakes, chunkSize: 1 << 12)
    var table = AddressTable()
    var piece = PositionChanges()
    var (largest, total) = (0, 0)
    while try reader.next(&piece, numbering: &table) {
      largest = max(largest, piece.count)
      #expect(piece.amounts.first.map { $0 == UInt256(UInt64(total) + 1) } ?? true)
      total += piece.count
    }
    #expect(total == 5000 && table.count == 70)
    #expect(largest < 100)
    #expect(reader.unusedColumns == [])
  }

  @Test("A packed file gives what the plain one gives, and its own hash")
  func packed() throws {
    let folder = try TemporaryFolder()
    let text = Array("time,kind,account,to,amount\n1,D,\(a1),,2\n3,T,\(a1),\(a2),1\n".utf8)
    let packed = try Gzip.pack(text)
    #expect(try readEvents(packed) == readEvents(text))
    var reader = try EventReader(
      try folder.write(packed, to: "events.csv.gz"), name: "events.csv.gz", as: stakes,
      isHashed: true)
    var piece = PositionChanges()
    var table = AddressTable()
    while try reader.next(&piece, numbering: &table) {}
    #expect(reader.rawHash == Keccak256.hash(packed[...]))
    let damage = #expect(throws: InputError.self) { try readEvents(packed.dropLast(12)) }
    #expect(damage?.kind == .gzipTruncated)
  }

  // MARK: Both ways

  @Test("INV-045: plain files are read the fast way to the end, as the clear way reads them")
  func plainFiles() {
    check("plain files of events", runs: 500) {
      EventFile(&$0)
    } property: { file in
      let plain = try readEvents(file.bytes, as: file.declaration, chunkSize: file.chunkSize)
      let clear = try readEvents(
        file.bytes, as: file.declaration, chunkSize: file.clearChunkSize, isPlain: false)
      return plain == clear && plain.rowCount == file.rowCount
        && plain.changes.amounts.numbers == file.amounts
    }
  }

  @Test("INV-012, INV-045: whatever is done to a file, both ways give the same rows or error")
  func changedFiles() {
    check("changed files of events", runs: 3000) { generator in
      var file = EventFile(&generator)
      for _ in 0...(generator.next() % 3) { file.change(&generator) }
      return file
    } property: { file in
      func outcome(isPlain: Bool, chunkSize: Int) -> Result<EventContents, InputError> {
        Result { () throws(InputError) in
          try readEvents(
            file.bytes, as: file.declaration, limits: file.limits, chunkSize: chunkSize,
            isPlain: isPlain)
        }
      }
      return outcome(isPlain: true, chunkSize: file.chunkSize)
        == outcome(isPlain: false, chunkSize: file.clearChunkSize)
    }
  }

  @Test("A piece that is not plain is read the clear way, and so is what follows it")
  func mixed() throws {
    var lines = (1...400).map { "\($0),D,\(account(UInt64($0)).hex),,\($0)" }
    lines[200] = "201,\"D\",\(account(201).hex),\"a\nb\",201"
    let text = "time,kind,account,to,amount\n" + lines.joined(separator: "\n") + "\n"
    let contents = try readEvents(Array(text.utf8), chunkSize: 1000)
    #expect(contents.changes.times == Array(1...400))
    #expect(contents.changes.lines == Array(2...202) + Array(204...402))
  }
}

/// A file of plain events, and how it is read.
private struct EventFile {
  var bytes: [UInt8]
  let declaration: EventDeclaration
  var limits = InputLimits.standard
  let chunkSize: Int
  let clearChunkSize: Int
  let rowCount: Int
  /// Of the changes that the events make.
  private(set) var amounts: [UInt256] = []

  init(_ generator: inout Generator) {
    func number(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
    let decimals = number(8)
    let isToken = number(2) == 1
    let names = [["D", "W", "T", "A"], ["Deposit", "Withdrawal", "Transfer", "Approval"]][number(2)]
    declaration = EventDeclaration(
      amount: ColumnDeclaration(
        name: "amount",
        kind: .amount(token: "T", decimals: decimals, unit: isToken ? .token : .base)),
      kinds: zip(names, [.add, .take, .move, .none]).map { .init(name: $0, effect: $1) })
    let columns = ["time", "kind", "account", "to", "amount", "log_index", "note"].prefix(
      5 + number(3))
    let order = columns.indices.shuffled(using: &generator)
    let end = ["\n", "\r\n"][number(2)]
    var lines = [order.map { columns[$0] }.joined(separator: ",")]
    rowCount = 1 + number(12)
    var time = number(3)
    for row in 0..<rowCount {
      time += number(4) * number(1000)
      let kind = number(names.count)
      let amount = UInt256(generator.next() >> UInt64(number(64)))
      let scale = isToken ? UInt256.powerOfTen(decimals) ?? 1 : 1
      amounts += [UInt256](repeating: amount &* scale, count: [1, 1, 2, 0][kind])
      let isNeeded = kind != 3
      let cells = [
        String(time), names[kind], isNeeded ? Self.address(&generator) : ["", "x"][number(2)],
        kind == 2 ? Self.address(&generator) : ["", "?", Self.address(&generator)][number(3)],
        isNeeded ? amount.decimal : ["", "-", "7"][number(3)], String(row), ["", " x"][number(2)],
      ]
      lines.append(order.map { cells[$0] }.joined(separator: ","))
    }
    bytes = Array((lines.joined(separator: end) + (number(3) == 0 ? "" : end)).utf8)
    chunkSize = number(4) == 0 ? 1 << 18 : 1 + number(200)
    clearChunkSize = 1 + number(300)
  }

  /// One of a few, so that accounts come again.
  private static func address(_ generator: inout Generator) -> String {
    let address = account(1 + generator.next() % 5 * 0x1234_ABCD_EF01)
    switch generator.next() % 3 {
    case 0: return address.hex
    case 1: return "0x" + address.hex.dropFirst(2).uppercased()
    default: return address.checksummed
    }
  }

  /// Changes a byte, takes some out, doubles some, puts something special in, or sets a limit.
  mutating func change(_ generator: inout Generator) {
    let special = Array(",\"\n\r.0123456789abcdefxX -+éDWTA".utf8) + [0, 0x7F, 0x80, 0xFF]
    let place = Int(generator.next() % UInt64(bytes.count + 1))
    let end = min(bytes.count, place + Int(generator.next() % 8))
    let byte = special[Int(generator.next() % UInt64(special.count))]
    switch generator.next() % 7 {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2 where place < bytes.count: bytes[place] = byte
    case 3: limits.lineBytes = 30 + Int(generator.next() % 120)
    case 4: limits.rows = Int(generator.next() % 14)
    case 5: bytes.swapAt(place % bytes.count, Int(generator.next() % UInt64(bytes.count)))
    default: bytes.insert(byte, at: place)
    }
  }
}
