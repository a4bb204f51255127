import ArgumentParser
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import InputFiles
import MerkleTree

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the tree commands have in common: a file, an encoding, and how a CSV is read.
struct TreeOptions: ParsableArguments {
  @Argument(help: "The published file, CSV or JSON, or ENS's folder.", completion: .file())
  var file: String

  @Option(
    help: "The leaf encoding; not needed where the file implies it.",
    completion: .list(TreeEncoding.presets.map(\.name)))
  var encoding: String?

  @OptionGroup var customLeaf: CustomLeafOptions

  @Option(help: "The campaign's identifier, for the encoding sluice.")
  var campaign: String?

  @Option(help: "The token, by address or symbol, where the file has trees of several.")
  var token: String?

  @Option(help: "ENS in CSV: how many digits of the account name its shard.")
  var shardNybbles: Int?

  @Option(help: "CSV: the column of accounts; account or address by default.")
  var accountColumn: String?

  @Option(help: "CSV: the column of amounts.")
  var amountColumn: String?

  @Option(help: "CSV: the column of indices; index by default, where it is there.")
  var indexColumn: String?

  @Option(help: "Amounts are whole tokens with so many decimals; base units by default.")
  var decimals: Int?

  @Option(help: "Threads that read, hash and sort; of no effect on the result.")
  var threads = 1

  @Option(
    help: """
      How to hash: \(KeccakBackend.allCases.map(\.rawValue).joined(separator: ", ")); the fastest \
      way of this CPU by default, of no effect on the result.
      """,
    completion: .list(KeccakBackend.allCases.map(\.rawValue)))
  var keccak: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected 1 … 256.")
    }
    if let decimals, !(0...Token.maximumDecimals).contains(decimals) {
      throw ValidationError(
        "--decimals: found \(decimals), expected 0 … \(Token.maximumDecimals).")
    }
    if let shardNybbles, NestedEncoding.ens(digits: shardNybbles) == nil {
      throw ValidationError(
        "--shard-nybbles: found \(shardNybbles), expected 1 … "
          + "\(PublishedTree.maximumShardDigits).")
    }
    let backends = KeccakBackend.allCases.filter(\.isSupported).map(\.rawValue)
    guard keccak.map(backends.contains) ?? true else {
      throw ValidationError(
        "--keccak: found \(keccak ?? ""), expected one of this CPU's: "
          + "\(backends.joined(separator: ", ")).")
    }
    guard encoding == nil || customLeaf.leaf == nil else {
      throw ValidationError("--leaf: found --encoding too, expected one of them.")
    }
  }

  /// A list of accounts and amounts, and the tree that the encoding makes of it.
  struct List {
    let rows: AccountRows
    let built: EncodedTree
  }

  /// The tree of a plain list, without a value for each row: nil for files that state more.
  func buildList(_ console: Console) throws(CommandFailure) -> List? {
    guard isCSV, token == nil, case .flat(let encoding)? = try namedEncoding(),
      encoding.takesAccountRows
    else { return nil }
    console.progress("reading \(file)")
    defer { console.endProgress() }
    let read = try readCSV()
    var identifier: Bytes32?
    if let campaign { identifier = try Loading.hash(campaign, option: "campaign") }
    let rows = AccountRows(
      accounts: read.accounts, amounts: read.values[0].numbers,
      indices: read.values.count > 1 ? read.values[1].numbers : nil, campaign: identifier)
    let hashing = hashing
    return try mapped {
      List(
        rows: rows,
        built: try EncodedTree.build(
          rows, encoding: encoding, threads: hashing.threads, backend: hashing.backend))
    }
  }

  /// The threads and the backend that the command line asks for.
  var hashing: TreeHashing {
    let backend = keccak.flatMap(KeccakBackend.init(rawValue:))
    return TreeHashing(threads: threads, backend: backend ?? .best)
  }

  /// A tree file and the encoding to build it by.
  struct Source {
    let tree: PublishedTree
    let encoding: TreeEncoding
    let campaign: Bytes32?

    func rebuild(_ hashing: TreeHashing) throws(CommandFailure) -> RebuiltTree {
      try mapped { try tree.rebuild(encoding, campaign: campaign, hashing: hashing) }
    }
  }

  /// The file's tree; of several, the one of `--token`.
  func read(_ console: Console) throws(CommandFailure) -> Source {
    try one(of: try readAll(console))
  }

  /// The one tree of several, or the one that `--token` names; a file of one tree may have several
  /// tokens inside.
  func one(of sources: [Source]) throws(CommandFailure) -> Source {
    guard sources.count > 1 || (token != nil && sources[0].tree.token != .own) else {
      try requireToken(in: sources[0].tree)
      return sources[0]
    }
    let tree = try published { () throws(PublishedTreeError) in
      try PublishedTree.one(of: sources.map(\.tree), token: token)
    }
    return Source(
      tree: tree, encoding: try chosenEncoding(tree), campaign: sources[0].campaign)
  }

  /// A token that the command line names is one that the tree pays.
  private func requireToken(in tree: PublishedTree) throws(CommandFailure) {
    guard let token else { return }
    let tokens = tree.totals.map(\.token).filter { $0 != .own }
    let isPaid = tokens.contains { paid in
      let names = [paid.description, tree.tokenNames[paid] ?? paid.description]
      return names.contains { $0.lowercased() == token.lowercased() }
    }
    guard !isPaid else { return }
    let known = tokens.prefix(20).map { $0.named(tree.tokenNames[$0]) }
    throw CommandFailure(
      .unknownName,
      "--token: found '\(token.prefix(80))', expected "
        + (known.isEmpty
          ? "no --token: \(file) does not say which token it pays."
          : "one of \(known.joined(separator: ", "))."))
  }

  /// Every tree of the file.
  func readAll(_ console: Console) throws(CommandFailure) -> [Source] {
    console.progress("reading \(file)")
    defer { console.endProgress() }
    var identifier: Bytes32?
    if let campaign { identifier = try Loading.hash(campaign, option: "campaign") }
    let trees: [PublishedTree] =
      if isFolder { [try readFolder()] } else if isCSV { [try readPublishedCSV(identifier)] } else {
        try readJSON()
      }
    return try trees.map { tree throws(CommandFailure) in
      Source(tree: tree, encoding: try chosenEncoding(tree), campaign: identifier)
    }
  }

  private var isCSV: Bool { file.hasSuffix(".csv") || file.hasSuffix(".csv.gz") }

  private var isFolder: Bool {
    // The folder's own entry, so that a link to a folder is one too.
    let attributes = try? FileManager.default.attributesOfItem(atPath: file + "/.")
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  /// Turns an error of a published file into one of the command.
  func published<Value>(
    _ body: () throws(PublishedTreeError) -> Value
  ) throws(CommandFailure) -> Value {
    do {
      return try body()
    } catch {
      throw CommandFailure(error, file: file)
    }
  }

  // MARK: The encoding

  /// The encoding that the command line names; nil where it names none.
  private func namedEncoding() throws(CommandFailure) -> TreeEncoding? {
    if let custom = try customLeaf.encoding() { return .flat(custom) }
    guard let name = encoding else { return nil }
    guard let chosen = TreeEncoding.named(name) else {
      throw CommandFailure(
        .unknownName, "--encoding: found '\(name)', expected one of \(Self.names).")
    }
    guard case .nested(let nested) = chosen, case .accountPrefix = nested.grouping, !isFolder
    else { return chosen }
    guard let shardNybbles, let sharded = NestedEncoding.ens(digits: shardNybbles) else {
      throw CommandFailure(
        .unclearFile,
        "\(file): found a list for encoding \(name), expected --shard-nybbles with the number of "
          + "digits that name a shard, such as 1 or 2.")
    }
    return .nested(sharded)
  }

  private static var names: String {
    TreeEncoding.presets.map(\.name).joined(separator: ", ")
  }

  private func chosenEncoding(_ tree: PublishedTree) throws(CommandFailure) -> TreeEncoding {
    let own = tree.treeEncoding
    if let named = try namedEncoding() {
      // Shards say themselves how many digits name them.
      if named.name == own?.name, let own { return own }
      // A dump of other values keeps its own fields; the preset gives order and shape.
      if case .flat(let chosen) = named, let own = tree.encoding, tree.statedNodes != nil,
        own.shape == chosen.shape, own.packing == chosen.packing, own.fields != chosen.fields
      {
        return .flat(chosen.over(own.fields))
      }
      return named
    }
    guard let own else { throw noEncoding }
    return own
  }

  private var noEncoding: CommandFailure {
    CommandFailure(
      .unclearFile,
      "\(file): found rows without an encoding, expected --encoding with one of \(Self.names), "
        + "or --leaf with a description.")
  }

  // MARK: JSON

  private func readJSON() throws(CommandFailure) -> [PublishedTree] {
    let bytes = try Loading.bytes(file)
    let named = try namedEncoding()
    return try published { () throws(PublishedTreeError) in
      try PublishedTree.readAll(bytes, as: named, decimals: decimals)
    }
  }

  private func readFolder() throws(CommandFailure) -> PublishedTree {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: file)) ?? [])
      .filter { $0.hasSuffix(".json") && $0 != "root.json" }.sorted()
    var left = JSONLimits.standard.bytes
    let root = try Loading.bytes(file + "/root.json", limit: left)
    var shards: [(name: String, bytes: [UInt8])] = []
    for name in names {
      let bytes = try Loading.bytes("\(file)/\(name)", limit: left)
      left -= bytes.count
      shards.append((String(name.dropLast(5)), bytes))
    }
    return try published { () throws(PublishedTreeError) in
      try PublishedTree.readShards(root: root, shards: shards)
    }
  }

  // MARK: CSV

  private static let accountNames = ["account", "address", "recipient", "claimer", "user"]
  private static let amountNames = [
    "amount", "cumulative_amount", "amount_decimal", "entitlement", "earnings", "balance", "value",
  ]

  private func readPublishedCSV(_ campaign: Bytes32?) throws(CommandFailure) -> PublishedTree {
    // Without an encoding nobody knows which columns to look for.
    guard let named = try namedEncoding() else { throw noEncoding }
    guard named.takesAccountRows else { return try readTypedCSV(named, campaign) }
    let rows = try readCSV()
    return PublishedTree(
      accounts: rows.accounts, amounts: rows.values[0].numbers,
      indices: rows.values.count > 1 ? rows.values[1].numbers : nil, lines: rows.lines)
  }

  private func readCSV() throws(CommandFailure) -> SourceRows {
    try advised {
      let header = try InputFile.header(file, name: file)
      let bare = header.map { String($0.prefix { $0 != ":" }) }
      let account = accountColumn ?? Self.accountNames.first(where: bare.contains) ?? "account"
      let amount = amountColumn ?? Self.amountNames.first(where: bare.contains) ?? "amount"
      let index = indexColumn ?? (bare.contains("index") ? "index" : nil)
      guard decimals != nil || !header.contains("\(amount):token") else {
        throw CommandFailure(
          .unclearFile,
          "\(file): found whole tokens in column \(amount), expected --decimals with the token's.")
      }
      let unit: ColumnDeclaration.Unit? = decimals == nil ? nil : .token
      var columns = [
        ColumnDeclaration(
          name: amount, kind: .amount(token: "token", decimals: decimals ?? 18, unit: unit))
      ]
      if let index { columns.append(ColumnDeclaration(name: index, kind: .integer)) }
      let declaration = SourceDeclaration(
        name: "tree", file: file, format: .csv, accountColumn: account, columns: columns,
        duplicates: .sum)  // The tree itself refuses them, where its encoding does.
      return try InputFile.rows(file, name: file, as: declaration, threads: threads)
    }
  }

  /// As `mapped`; where an input file's error advises to change a plan, which a published list does
  /// not have, options are advised.
  func advised<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
    try mapped {
      do {
        return try body()
      } catch let error as InputError {
        throw error.advising(Self.advice(for: error))
      }
    }
  }

  private static func advice(for error: InputError) -> String {
    switch error.kind {
    case .cannotOpen where error.advice.contains("inputs"): "Check the name."
    case .fractionNotAllowed: "Whole tokens need --decimals with the token's."
    case .tooManyDecimals: "Check --decimals; nothing is rounded."
    case .missingColumn where error.advice.contains("plan"):
      "--account-column and --amount-column name columns that are called otherwise."
    default: error.advice
    }
  }

  /// Rows of other columns than account and amount, by the names of the encoding's fields.
  private func readTypedCSV(
    _ encoding: TreeEncoding, _ campaign: Bytes32?
  ) throws(CommandFailure) -> PublishedTree {
    let text = try advised { try InputFile.text(file, name: file) }
    var renamed: [String: String] = [:]
    for (column, role) in [
      (accountColumn, LeafEncoding.Role.account), (amountColumn, .amount), (indexColumn, .index),
    ] {
      guard let column, let field = encoding.rowFields.first(where: { $0.role == role }) else {
        continue
      }
      renamed[column] = field.name
    }
    return try published { () throws(PublishedTreeError) in
      try PublishedTree.read(
        columns: text.columns.map { renamed[$0] ?? $0 }, rows: text.rows, lines: text.lines,
        as: encoding, decimals: decimals, campaign: campaign)
    }
  }
}

/// A leaf that is none of the presets', described on the command line.
struct CustomLeafOptions: ParsableArguments {
  @Option(
    help: "A leaf that is no preset's, such as 'packed(address account, uint256 amount)'.")
  var leaf: String?

  @Option(help: "With --leaf: how often it is hashed, 0 (raw), 1 or 2.")
  var hashes: Int?

  @Option(help: "With --leaf: the order of leaves, by-hash by default.")
  var order: Order?

  @Option(help: "With --leaf: the tree, promoted by default.")
  var tree: Shape?

  @Option(help: "With --leaf: the order of a pair, sorted by default.")
  var pairs: Pairs?

  enum Order: String, CaseIterable, ExpressibleByArgument {
    case byHash = "by-hash"
    case byHashOnce = "by-hash-once"
    case asGiven = "as-given"

    var leafOrder: LeafEncoding.LeafOrder {
      switch self {
      case .byHash: .byHash
      case .byHashOnce: .byHashDeduplicated
      case .asGiven: .asGiven
      }
    }
  }

  enum Shape: String, CaseIterable, ExpressibleByArgument {
    case promoted, duplicated, padded, openzeppelin

    var oddNode: TreeShape.OddNode {
      switch self {
      case .promoted: .promoted
      case .duplicated: .duplicated
      case .padded: .padded
      case .openzeppelin: .completeTree
      }
    }
  }

  enum Pairs: String, CaseIterable, ExpressibleByArgument {
    case sorted, positional
  }

  func validate() throws {
    guard leaf != nil || (hashes == nil && order == nil && tree == nil && pairs == nil) else {
      throw ValidationError(
        "--hashes, --order, --tree and --pairs: found without --leaf, expected beside it.")
    }
  }

  func encoding() throws(CommandFailure) -> LeafEncoding? {
    guard let leaf else { return nil }
    do {
      return try LeafEncoding(
        describing: leaf, hashRounds: hashes, leafOrder: (order ?? .byHash).leafOrder,
        shape: TreeShape(
          oddNode: (tree ?? .promoted).oddNode,
          pairOrder: pairs == .positional ? .positional : .sorted))
    } catch {
      throw CommandFailure(.malformedArgument, "--leaf: \(error).")
    }
  }
}
