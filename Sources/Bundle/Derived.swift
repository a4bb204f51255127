import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// What stands beside the identity: from which files and lines the inputs came.
public struct Derived: Sendable, Equatable {
  public static let format = "sluice-derived-v2"
  /// Had the lines in the file itself.
  static let firstFormat = "sluice-derived-v1"
  public static let fileName = "derived.json"

  public struct Source: Sendable, Equatable {
    public let source: String
    /// As the plan names it.
    public let file: String
    /// Keccak-256 of the file as it lay on the disk.
    public let rawHash: Bytes32
    /// The file's line of each canonical row; empty where the bundle does not say.
    public let lines: [UInt32]
    public let unusedColumns: [String]
    /// How many rows came late and count in the epoch; nil where the source does not tell.
    public let lateRows: Int?

    public init(
      source: String, file: String, rawHash: Bytes32, lines: [UInt32], unusedColumns: [String],
      lateRows: Int? = nil
    ) {
      self.source = source
      self.file = file
      self.rawHash = rawHash
      self.lines = lines
      self.unusedColumns = unusedColumns
      self.lateRows = lateRows
    }
  }

  /// The program's version.
  public let engine: String
  public let sources: [Source]

  public init(engine: String, sources: [Source]) {
    self.engine = engine
    self.sources = sources
  }
}

extension Derived {
  /// The bytes of `derived.json`. Lines are in files of their own.
  package var bytes: [UInt8] {
    let sources = sources.map { source in
      JSON.object(
        [
          .init(key: "source", value: .string(source.source)),
          .init(key: "file", value: .string(source.file)),
          .init(key: "rawHash", value: .string(source.rawHash.hex)),
          .init(key: "unusedColumns", value: .array(source.unusedColumns.map { .string($0) })),
        ] + (source.lateRows.map { [.init(key: "lateRows", value: .integer($0))] } ?? []))
    }
    return JSON.object([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "engine", value: .string(engine)),
      .init(key: "sources", value: .array(sources)),
    ]).canonicalBytes()
  }

  /// Reads a `derived.json`; nil where it is none, since nothing that decides money rests on it.
  package init?(parsing bytes: [UInt8]) {
    guard let json = try? JSON.parse(bytes),
      [Self.format, Self.firstFormat].contains(json["format"]?.text),
      let engine = json["engine"]?.text, let entries = json["sources"]?.elements
    else { return nil }
    var sources: [Source] = []
    for entry in entries {
      guard let source = entry["source"]?.text, let file = entry["file"]?.text,
        let hash = entry["rawHash"]?.text.flatMap({ try? Bytes32(hex: $0) })
      else { return nil }
      sources.append(
        Source(
          source: source, file: file, rawHash: hash,
          lines: (entry["lines"]?.elements ?? []).map { UInt32(clamping: $0.wholeNumber ?? 0) },
          unusedColumns: (entry["unusedColumns"]?.elements ?? []).compactMap(\.text),
          lateRows: entry["lateRows"]?.wholeNumber))
    }
    self.init(engine: engine, sources: sources)
  }

  /// The same with lines where it has none.
  package func with(lines: (String) -> [UInt32]?) -> Derived {
    Derived(
      engine: engine,
      sources: sources.map { source in
        Source(
          source: source.source, file: source.file, rawHash: source.rawHash,
          lines: source.lines.isEmpty ? lines(source.source) ?? [] : source.lines,
          unusedColumns: source.unusedColumns, lateRows: source.lateRows)
      })
  }
}

/// `provenance/<source>.csv`: the line of the source's file on which each canonical row stood.
enum Provenance {
  static let header = "account,line"

  static func fileName(_ source: String) -> String { "provenance/\(source).csv" }

  static func bytes(accounts: [Address], lines: [UInt32]) -> [UInt8] {
    var text = ASCIIText(capacity: 52 * accounts.count)
    text.append(Array((header + "\n").utf8))
    for (account, line) in zip(accounts, lines) {
      text.append(hex: account)
      text.append(UInt8(ascii: ","))
      text.append(decimal: UInt256(UInt64(line)))
      text.append(0x0A)
    }
    return text.bytes()
  }

  /// The lines of rows about these accounts; nil where the file is about others.
  static func lines(
    parsing bytes: [UInt8], of source: String, accounts: [Address]
  ) throws(BundleError) -> [UInt32] {
    var reader = try DataFileReader(bytes, file: fileName(source), header: header)
    var lines: [UInt32] = []
    lines.reserveCapacity(accounts.count)
    while try reader.next() != nil {
      guard lines.count < accounts.count, try reader.account(0) == accounts[lines.count],
        let line = try reader.amount(1).asUInt64
      else {
        throw reader.error(.wrongOrder, found: "another account", expected: "the rows of the input")
      }
      lines.append(UInt32(clamping: line))
    }
    guard lines.count == accounts.count else {
      throw reader.error(
        .wrongSum, found: lines.count.counted("row"),
        expected: "\(accounts.count), as the input has")
    }
    return lines
  }
}
