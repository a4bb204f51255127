import DistributionModel
import EthereumPrimitives

/// The verifier's own readers, from bytes: fuzzing holds them beside the producer's.
extension Verifier {
  package typealias Row = (account: Address, values: [UInt256])

  /// What sources in which others look something up say, by the bytes of a key.
  package struct Keys {
    package var accounts: [[UInt8]: Address]
    package var times: [[UInt8]: UInt64]

    package init(accounts: [[UInt8]: Address] = [:], times: [[UInt8]: UInt64] = [:]) {
      (self.accounts, self.times) = (accounts, times)
    }
  }

  /// Rows of a raw list, packed or not.
  ///
  /// - Parameter window: rows with a time count inside of it.
  package static func rows(
    raw bytes: [UInt8], of source: SourceDeclaration, keys: Keys = Keys(),
    window: Range<UInt64>? = nil
  ) throws -> [Row] {
    try rows(raw: [bytes], of: source, keys: keys, window: window)
  }

  /// Rows of several files of one source.
  package static func rows(
    raw files: [[UInt8]], of source: SourceDeclaration, keys: Keys = Keys(),
    window: Range<UInt64>? = nil
  ) throws -> [Row] {
    try StrangerRow.raw(streams(files, source), table(source, keys), window: window).rows.map(row)
  }

  /// The same as a bundle's `inputs/<source>.csv` has them.
  package static func canonicalRows(
    raw files: [[UInt8]], of source: SourceDeclaration, keys: Keys = Keys(),
    window: Range<UInt64>? = nil
  ) throws -> [UInt8] {
    let rows = try StrangerRow.raw(streams(files, source), table(source, keys), window: window)
    return StrangerRow.canonicalText(rows.rows, source)
  }

  /// The keys of the files of a source in which others look something up.
  package static func keys(
    raw files: [[UInt8]], of source: SourceDeclaration, keys: Keys = Keys()
  ) throws -> Keys {
    var lookups = table(source, keys).lookups
    try lookups.read(streams(files, source), of: source)
    return Keys(
      accounts: lookups.accounts[source.name] ?? [:], times: lookups.times[source.name] ?? [:])
  }

  /// The file of a bundle that the raw files of a pool's positions, or of its prices, give.
  package static func pool(
    raw files: [[UInt8]], of source: SourceDeclaration, keys: Keys = Keys(), span: Range<UInt64>
  ) throws -> [UInt8] {
    try StrangerPool.text(of: source, streams(files, source), table(source, keys), span: span)
  }

  /// Whether a name with `*` stands for a file of this name.
  package static func isFile(named name: [UInt8], of pattern: [UInt8]) -> Bool {
    StrangerFolder.fits(name[...], pattern)
  }

  private static func streams(
    _ files: [[UInt8]], _ source: SourceDeclaration
  ) -> [StrangerStream] {
    files.map { StrangerStream(bytes: $0, as: source.file) }
  }

  /// The changes of raw files of events, packed or not, over a span of seconds.
  package static func changes(
    raw files: [[UInt8]], of source: SourceDeclaration, keys: Keys = Keys(), span: Range<UInt64>
  ) throws -> ReferenceLaw.Changes {
    guard let events = source.series?.events else { return [:] }
    return try StrangerEvents.raw(
      streams(files, source), table(source, keys), events, span: span
    ).changes
  }

  /// The changes of a bundle's `events/<source>.csv`.
  package static func changes(
    canonical bytes: [UInt8], of source: SourceDeclaration, span: Range<UInt64>
  ) throws -> ReferenceLaw.Changes {
    try StrangerEvents.canonical(bytes, source.eventsFile, span: span).changes
  }

  private static func table(_ source: SourceDeclaration, _ keys: Keys) -> StrangerTable {
    var table = StrangerTable(source: source)
    if let lookup = source.lookup { table.lookups.accounts[lookup.source] = keys.accounts }
    if let times = source.time?.table { table.lookups.times[times] = keys.times }
    return table
  }

  /// Rows of a bundle's `inputs/<source>.csv`.
  package static func rows(
    canonical bytes: [UInt8], of source: SourceDeclaration
  ) throws -> [Row] {
    try StrangerRow.canonical(bytes, source, source.file).map(row)
  }

  /// A signed statement: what was hashed, and who signed it; nil where nobody did.
  package typealias Statement = (digest: Bytes32, signer: Address?)

  /// Statements of a file as their author published it, and their lines in the one form and order.
  package static func statements(
    raw bytes: [UInt8], of source: SourceDeclaration, _ rules: StatementRules
  ) throws -> (statements: [Statement], canonical: [UInt8]) {
    let text = try StrangerFiles.unpackedWherePacked(bytes, source.file)
    let statements = try StrangerStatement.raw([text], source, rules)
    return (statements.map { ($0.digest, $0.signer) }, StrangerStatement.text(statements))
  }

  /// Refuses what is no `inputs/<source>.jsonl` of the plan.
  package static func checkStatements(
    canonical bytes: [UInt8], of source: SourceDeclaration, _ rules: StatementRules, in plan: Plan
  ) throws {
    _ = try StrangerStatement.canonical(bytes, source, rules, of: plan)
  }

  /// Rows with the values that a file of openings has for the commitments of private columns.
  package static func opened(
    _ rows: [Row], of source: SourceDeclaration, by openings: [UInt8]
  ) throws -> [Row] {
    let rows = rows.map {
      StrangerRow(account: $0.account, values: $0.values.map { ReferenceLaw.big($0) })
    }
    return try StrangerOpenings(openings, file: "openings.csv").opened(rows, source).map(row)
  }

  private static func row(_ row: StrangerRow) -> Row {
    (row.account, row.values.map(ReferenceLaw.word))
  }

  /// The text of a member of a JSON object; nil where there is none.
  package static func text(of key: String, inJSON bytes: [UInt8]) throws -> String? {
    try StrangerFiles.json(bytes, "JSON")[key] as? String
  }

  /// The identity of a `commitment.json`.
  package static func identity(ofCommitment bytes: [UInt8]) throws -> Bytes32 {
    try StrangerCommitment(bytes: bytes).identity
  }

  /// The root that a multiproof leads to; nil where its parts do not fit together.
  package static func root(
    leaves: [Bytes32], proof: [Bytes32], flags: [Bool]
  ) -> Bytes32? {
    ReferenceTree.root(leaves: leaves, proof: proof, flags: flags)
  }
}
