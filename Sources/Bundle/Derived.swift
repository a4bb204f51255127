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

    public init(
      source: String, file: String, rawHash: Bytes32, lines: [UInt32], unusedColumns: [String]
    ) {
      self.source = source
      self.file = file
      self.rawHash = rawHash
      self.lines = lines
      self.unusedColumns = unusedColumns
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
      JSON.object([
        .init(key: "source", value: .string(source.source)),
        .init(key: "file", value: .string(source.file)),
        .init(key: "rawHash", value: .string(source.rawHash.hex)),
        .init(key: "unusedColumns", value: .array(source.unusedColumns.map { .string($0) })),
      ])
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
          unusedColumns: (entry["unusedColumns"]?.elements ?? []).compactMap(\.text)))
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
          unusedColumns: source.unusedColumns)
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

/// `explain.json`: what explaining an account takes beside the account's own rows.
struct TotalsFile: Equatable {
  static let name = "explain.json"
  static let format = "sluice-explain-v1"

  struct Program: Equatable {
    let name: String
    let totalWeight: UInt256?
    let totals: [ExpressionTotal]
  }

  /// Of the bundle that it belongs to.
  let identity: Bytes32
  /// Bytes of the files in which an account's rows are looked up, by name.
  let sizes: [String: Int]
  /// Those that ran, in plan order.
  let programs: [Program]

  var bytes: [UInt8] {
    JSON.object([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "identity", value: .string(identity.hex)),
      .init(
        key: "sizes",
        value: .object(sizes.map { .init(key: $0.key, value: .integer($0.value)) })),
      .init(key: "programs", value: .array(programs.map(\.json))),
    ]).canonicalBytes()
  }

  /// - Throws: where the file is not what is written, or belongs to another bundle.
  init(parsing bytes: [UInt8], identity: Bytes32) throws(BundleError) {
    func malformed(_ place: String, _ found: JSON?, _ expected: String) -> BundleError {
      BundleError(
        .malformedMember, file: Self.name, place: place, found: found?.kindName ?? "nothing",
        expected: expected)
    }
    let json: JSON
    do {
      json = try JSON.parse(bytes)
    } catch {
      throw BundleError(
        .notJSON, file: Self.name, place: "line \(error.line), column \(error.column)",
        found: error.found, expected: error.expected)
    }
    guard json["format"]?.text == Self.format else {
      throw BundleError(
        .unknownFormat, file: Self.name, place: "format",
        found: json["format"]?.kindName ?? "nothing",
        expected: Self.format)
    }
    guard json["identity"]?.text == identity.hex else {
      throw BundleError(
        .wrongHash, file: Self.name, place: "identity",
        found: json["identity"]?.kindName ?? "nothing",
        expected: "\(identity.hex), this bundle's", advice: "It belongs to another bundle.")
    }
    var sizes: [String: Int] = [:]
    for member in json["sizes"]?.members ?? [] {
      guard let size = member.value.wholeNumber, size >= 0 else {
        throw malformed("sizes", member.value, "a number of bytes")
      }
      sizes[member.key] = size
    }
    guard let entries = json["programs"]?.elements else {
      throw malformed("programs", json["programs"], "a list")
    }
    var programs: [Program] = []
    for (index, entry) in entries.enumerated() {
      guard let program = Program(entry) else {
        throw malformed("programs[\(index)]", entry, "a name, a total weight and totals")
      }
      programs.append(program)
    }
    self.init(identity: identity, sizes: sizes, programs: programs)
  }

  init(identity: Bytes32, sizes: [String: Int], programs: [Program]) {
    self.identity = identity
    self.sizes = sizes
    self.programs = programs
  }
}

extension TotalsFile.Program {
  fileprivate var json: JSON {
    .object([
      .init(key: "name", value: .string(name)),
      .init(key: "totalWeight", value: totalWeight.map { .string($0.decimal) } ?? .null),
      .init(
        key: "totals",
        value: .array(
          totals.map {
            .object([
              .init(key: "accounts", value: .string($0.accounts.rawValue)),
              .init(key: "text", value: .string($0.text)),
              .init(key: "value", value: .string($0.value.description)),
            ])
          })),
    ])
  }

  fileprivate init?(_ json: JSON) {
    guard let name = json["name"]?.text, let entries = json["totals"]?.elements else { return nil }
    var totals: [ExpressionTotal] = []
    for entry in entries {
      guard let accounts = entry["accounts"]?.text.flatMap(ExpressionTotal.Accounts.init),
        let text = entry["text"]?.text, let value = entry["value"]?.text.flatMap(DecimalNumber.init)
      else { return nil }
      totals.append(ExpressionTotal(accounts: accounts, text: text, value: value))
    }
    var totalWeight: UInt256?
    if let text = json["totalWeight"]?.text {
      guard let number = try? UInt256(decimal: text) else { return nil }
      totalWeight = number
    }
    self.init(name: name, totalWeight: totalWeight, totals: totals)
  }
}

extension BundleContents {
  /// The files beside the identity that tell where rows came from and what they come to together.
  func derivedFiles(_ committed: CommittedBundle) -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = [(Derived.fileName, derived.bytes)]
    var sizes: [String: Int] = [:]
    for file in committed.dataFiles { sizes[file.name] = file.bytes.count }
    for input in inputs {
      sizes[input.fileName] = input.bytes.count
      let source = derived.sources.first { $0.source == input.declaration.name }
      guard let lines = source?.lines, lines.count == input.rows.count else { continue }
      let bytes = Provenance.bytes(accounts: input.rows.accounts, lines: lines)
      files.append((Provenance.fileName(input.declaration.name), bytes))
      sizes[Provenance.fileName(input.declaration.name)] = bytes.count
    }
    let totals = TotalsFile(
      identity: committed.commitment.hash, sizes: sizes,
      programs: outcomes.map {
        TotalsFile.Program(name: $0.program, totalWeight: $0.totalWeight, totals: $0.totals)
      })
    return files + [(TotalsFile.name, totals.bytes)]
  }
}
