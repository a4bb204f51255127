import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@Suite("Gzip: what is packed is read as if it were not, and damage never passes")
struct GzipTests {
  private let reader: InputReader
  private let text = "account,points\n\(a1),1\n\(a2),2\n"
  private let rows = pointsRows([(0xA1, 1, 2), (0xA2, 2, 3)])

  init() throws { reader = try InputReader() }

  private func packed(_ text: String) throws -> [UInt8] { try Gzip.pack(Array(text.utf8)) }

  /// The outcome with pieces of every size up to a whole file, which must be one and the same.
  private func outcome(_ bytes: [UInt8], limits: InputLimits = .standard) throws -> Outcome {
    let sizes = [1 << 18, 1, 2, 3, 5, 7, 16, 17, 18, 19, 63, bytes.count, bytes.count + 1]
    let outcomes = sizes.map { Outcome(reader, bytes, limits: limits, chunkSize: max($0, 1)) }
    for (size, other) in zip(sizes, outcomes) { #expect(other == outcomes[0], "\(size)") }
    return outcomes[0]
  }

  @Test("One member, several, and empty ones, cut anywhere into pieces")
  func members() throws {
    #expect(try outcome(packed(text)) == .rows(rows))
    for cut in [0, 1, 14, 15, 40, text.utf8.count] {
      let (head, tail) = (text.prefix(cut), text.dropFirst(cut))
      let bytes = try packed("") + packed(String(head)) + packed("") + packed(String(tail))
      #expect(try outcome(bytes + packed("")) == .rows(rows))
    }
  }

  @Test("Every size of a piece gives the same rows")
  func everySize() throws {
    let bytes = try packed(String(text.prefix(30))) + packed(String(text.dropFirst(30)))
    for size in 1...(bytes.count + 1) {
      #expect(Outcome(reader, bytes, limits: .standard, chunkSize: size) == .rows(rows))
    }
  }

  @Test("A header with a name, a comment, extra bytes and its own checksum")
  func header() throws {
    let plain = try packed(text)
    // RFC 1952: FHCRC 2, FEXTRA 4, FNAME 8, FCOMMENT 16; ten bytes come first.
    let extra: [UInt8] = [3, 0, 0x1F, 0x8B, 0]
    let words = Array("recipients.csv\0a comment\0".utf8)
    let bytes = plain[..<3] + [4 | 8 | 16] + plain[4..<10] + extra + words + plain[10...]
    #expect(try outcome(Array(bytes)) == .rows(rows))
    // The checksum of a header that is wrong.
    let checked = plain[..<3] + [2] + plain[4..<10] + [0, 0] + plain[10...]
    #expect(try outcome(Array(checked)).kind == .gzipCorrupt)
  }

  @Test("The raw hash is of the packed bytes, and their name does not matter")
  func rawHash() throws {
    let bytes = try packed(text)
    let contents = try reader.contents(bytes, chunkSize: 3)
    #expect(contents.rawHash == Keccak256.hash(bytes))
    #expect(contents.rows == rows)
  }

  @Test("More than zlib gives out at a time is all given out")
  func large() throws {
    // Just below, at and above several times 256 KiB.
    for count in [(1 << 18) - 60, (1 << 18) - 59, 1 << 18, (1 << 19) - 59, 1 << 19, 700_001] {
      let note = String(repeating: "x", count: count)
      let bytes = try packed("points,note,account\n7,\(note),\(a1)\n")
      for size in [1 << 18, 1000, 7] {
        let contents = try reader.contents(bytes, chunkSize: size)
        #expect(contents.rows == pointsRows([(0xA1, 7, 2)]))
      }
    }
  }

  @Test("INV-012: a file that ends anywhere before its end is told as cut off")
  func truncated() throws {
    let first = try packed(String(text.prefix(30)))
    let bytes = try first + packed(String(text.dropFirst(30)))
    for count in 2..<bytes.count {
      let found = try outcome(Array(bytes[..<count]))
      // Between two members the rows are cut, but the data is whole.
      #expect(found.kind == (count == first.count ? .raggedRow : .gzipTruncated), "\(count)")
    }
    let error = try #require(try reader.problem(Array(bytes[..<20])))
    #expect(error.line == 0 && error.description.contains("The file was cut off"))
  }

  @Test("INV-012: no changed bit passes: the rows are the right ones, or there is an error")
  func flipped() throws {
    let bytes = try packed(text)
    for bit in 0..<(bytes.count * 8) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let found = Outcome(reader, damaged, limits: .standard, chunkSize: bit % 9 + 1)
      #expect(found == .rows(rows) || found.kind != nil, "\(bit)")
      // Checksum and length, at the end.
      if bit / 8 >= bytes.count - 8 { #expect(found.kind == .gzipCorrupt, "\(bit)") }
    }
  }

  @Test("What follows the data and is none is refused")
  func trailing() throws {
    let bytes = try packed(text)
    for garbage: [UInt8] in [[0], [0x0A], [0x1F], [0x1F, 0x8C], Array(text.utf8)] {
      let found = try outcome(bytes + garbage)
      #expect(found.kind == (garbage == [0x1F] ? .gzipTruncated : .gzipCorrupt), "\(garbage)")
    }
    let error = try #require(try reader.problem(bytes + [0x0A]))
    #expect(error.description.contains("bytes after the end of the gzip data"))
  }

  @Test("Gzip inside gzip is no text")
  func nested() throws {
    let found = try outcome(Gzip.pack(packed(text)))
    #expect(found.kind == .nulByte || found.kind == .invalidUTF8)
  }

  @Test("A first byte of gzip alone makes no gzip file")
  func firstByte() throws {
    #expect(try outcome([0x1F]).kind == .missingColumn)
    #expect(try outcome([0x1F] + Array(text.utf8)).kind == .missingColumn)
    #expect(try outcome([0x1F, 0x8B]).kind == .gzipTruncated)
    #expect(try outcome([0x1F, 0x8B, 7] + Array(text.utf8)).kind == .gzipCorrupt)
  }

  @Test("A mistake in a row is told before the end of a cut file, but not before damage")
  func order() throws {
    let more = (1...UInt64(3000)).map { "\(account($0).hex),\($0 * 77)\n" }
    let wrong = text + "x,1\n" + more.joined()
    var bytes = try packed(wrong)
    #expect(try outcome(bytes).kind == .accountMissingPrefix)
    #expect(try outcome(Array(bytes.dropLast(20))).kind == .accountMissingPrefix)
    #expect(
      try outcome(bytes, limits: .with { $0.unpackedBytes = 200 }).kind == .accountMissingPrefix)
    #expect(try outcome(bytes, limits: .with { $0.unpackedBytes = 100 }).kind == .fileTooLarge)
    bytes[bytes.count - 5] ^= 1
    #expect(try outcome(bytes).kind == .gzipCorrupt)
  }

  // MARK: Bombs

  @Test("A file that unpacks to more than its ratio is refused past the free bytes, not before")
  func bombs() throws {
    let text = "account,points\n\(a1),1\n" + String(repeating: "\n", count: 100_000)
    let bytes = try packed(text)
    let (size, count) = (bytes.count, text.utf8.count)
    let ratio = (count + size - 1) / size
    func kind(free: Int, ratio: Int) throws -> InputProblem? {
      try outcome(bytes, limits: .with { ($0.freeBytes, $0.gzipRatio) = (free, ratio) }).kind
    }
    #expect(try kind(free: 0, ratio: ratio) == nil)
    #expect(try kind(free: 0, ratio: ratio - 1) == .gzipBomb)
    #expect(try kind(free: count, ratio: 1) == nil)
    #expect(try kind(free: count - 1, ratio: 1) == .gzipBomb)
    #expect(try kind(free: 0, ratio: .max) == nil)
    let limits = InputLimits.with { ($0.freeBytes, $0.gzipRatio) = (1000, 2) }
    let error = try #require(try reader.problem(bytes, limits: limits))
    #expect(error.found == "more than 1000 bytes out of \(size)")
    #expect(error.description.contains("at most 2 times as many"))
  }

  @Test("A bomb of gigabytes is noticed in time", .timeLimit(.minutes(1)))
  func gigabytes() throws {
    // 64 MiB of line ends in 64 KiB, twenty times.
    let member = try Gzip.pack([UInt8](repeating: 0x0A, count: 1 << 26), level: 9)
    let bytes = try packed(text) + Array(repeating: member, count: 20).joined()
    let limits = InputLimits.with { ($0.freeBytes, $0.gzipRatio) = (1 << 20, 2) }
    #expect(try reader.problem(bytes, limits: limits)?.kind == .gzipBomb)
  }
}

/// What came out of reading a file.
enum Outcome: Equatable {
  case rows(SourceRows)
  case error(InputError)

  init(
    _ reader: InputReader, _ bytes: [UInt8], as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard, chunkSize: Int
  ) {
    do {
      self = .rows(
        try reader.contents(bytes, as: declaration, limits: limits, chunkSize: chunkSize).rows)
    } catch let error as InputError {
      self = .error(error)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  var kind: InputProblem? {
    if case .error(let error) = self { error.kind } else { nil }
  }
}
