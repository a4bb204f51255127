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

struct TreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Rebuild and check the trees of other systems from their published files.",
    discussion: """
      Encodings:
      \(LeafEncoding.presets.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Files: CSV with a header, OpenZeppelin dumps, Uniswap claims files, {account: amount},
      [{address, earnings}] and {account: {amount, proof}}.
      """,
    subcommands: [RootCommand.self, TreeProofCommand.self, TreeCheckCommand.self])
}

/// What the three commands have in common: a file, an encoding, and how a CSV is read.
struct TreeOptions: ParsableArguments {
  @Argument(help: "The published file, CSV or JSON.", completion: .file())
  var file: String

  @Option(
    help: "The leaf encoding; not needed where the file implies it.",
    completion: .list(LeafEncoding.presets.map(\.name)))
  var encoding: String?

  @Option(help: "The campaign's identifier, for the encoding sluice.")
  var campaign: String?

  @Option(help: "CSV: the column of accounts; account or address by default.")
  var accountColumn: String?

  @Option(help: "CSV: the column of amounts.")
  var amountColumn: String?

  @Option(help: "CSV: the column of indices; index by default, where it is there.")
  var indexColumn: String?

  @Option(help: "CSV: amounts are whole tokens with so many decimals; base units by default.")
  var decimals: Int?

  @Option(help: "Threads that read, hash and sort; of no effect on the result.")
  var threads = 1

  @Option(
    help: "How to hash; the fastest way of this CPU by default, of no effect on the result.",
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
  }

  /// A list of accounts and amounts, and the tree that the encoding makes of it.
  struct List {
    let rows: AccountRows
    let built: EncodedTree
  }

  /// The tree of a plain list, without a value for each row: nil for files that state more.
  func buildList(_ console: Console) throws(CommandFailure) -> List? {
    guard isCSV, let encoding, let chosen = LeafEncoding.named(encoding), !chosen.has(.value)
    else { return nil }
    console.progress("reading \(file)")
    defer { console.endProgress() }
    let read = try readCSV()
    var identifier: Bytes32?
    if let campaign { identifier = try Loading.hash(campaign, option: "campaign") }
    let rows = AccountRows(
      accounts: read.accounts, amounts: read.values[0],
      indices: read.values.count > 1 ? read.values[1] : nil, campaign: identifier)
    let backend = try backend()
    return try mapped {
      List(
        rows: rows,
        built: try EncodedTree.build(rows, encoding: chosen, threads: threads, backend: backend))
    }
  }

  private func backend() throws(CommandFailure) -> KeccakBackend {
    guard let keccak else { return .best }
    let supported = KeccakBackend.allCases.filter(\.isSupported)
    guard let backend = supported.first(where: { $0.rawValue == keccak }) else {
      throw CommandFailure(
        .unknownName,
        "--keccak: found '\(keccak)', expected one of this CPU's: "
          + supported.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return backend
  }

  /// A tree file and the encoding to build it by.
  struct Source {
    let tree: PublishedTree
    let encoding: LeafEncoding
    let campaign: Bytes32?
  }

  func read(_ console: Console) throws(CommandFailure) -> Source {
    console.progress("reading \(file)")
    defer { console.endProgress() }
    let tree = try isCSV ? readPublishedCSV() : readJSON()
    var identifier: Bytes32?
    if let campaign { identifier = try Loading.hash(campaign, option: "campaign") }
    return Source(tree: tree, encoding: try chosenEncoding(tree), campaign: identifier)
  }

  private var isCSV: Bool { file.hasSuffix(".csv") || file.hasSuffix(".csv.gz") }

  private func chosenEncoding(_ tree: PublishedTree) throws(CommandFailure) -> LeafEncoding {
    let names = LeafEncoding.presets.map(\.name).joined(separator: ", ")
    if let name = encoding {
      guard let chosen = LeafEncoding.named(name) else {
        throw CommandFailure(
          .unknownName, "--encoding: found '\(name)', expected one of \(names).")
      }
      // A dump of other values keeps its own fields; the preset gives order and shape.
      if let own = tree.encoding, tree.statedNodes != nil, own.shape == chosen.shape,
        own.packing == chosen.packing, own.fields != chosen.fields
      {
        return chosen.over(own.fields)
      }
      return chosen
    }
    guard let implied = tree.encoding else {
      throw CommandFailure(
        .unclearFile,
        "\(file): found rows without an encoding, expected --encoding with one of \(names).")
    }
    return implied
  }

  private func readJSON() throws(CommandFailure) -> PublishedTree {
    let bytes = try Loading.bytes(file)
    do {
      return try PublishedTree.read(bytes)
    } catch {
      throw CommandFailure(error, file: file)
    }
  }

  // MARK: CSV

  private static let accountNames = ["account", "address", "recipient", "claimer", "user"]
  private static let amountNames = [
    "amount", "cumulative_amount", "amount_decimal", "entitlement", "earnings", "balance", "value",
  ]

  private func readPublishedCSV() throws(CommandFailure) -> PublishedTree {
    let rows = try readCSV()
    return PublishedTree(
      accounts: rows.accounts, amounts: rows.values[0],
      indices: rows.values.count > 1 ? rows.values[1] : nil, lines: rows.lines)
  }

  private func readCSV() throws(CommandFailure) -> SourceRows {
    try mapped {
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
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "root",
    abstract: "Print the root, the number of leaves and the total of a published list.",
    discussion: """
      Examples:
        sluice tree root --encoding uniswap claims.csv
        sluice tree root --encoding account-amount-sorted totals.csv --decimals 18
        sluice tree root --encoding oz-standard list.csv --dump tree.json
      """)

  @OptionGroup var options: TreeOptions

  @Option(
    help: "Write the tree to a new file: an OpenZeppelin dump, or a Uniswap claims file.",
    completion: .file(extensions: ["json"]))
  var dump: String?

  func run() throws {
    let console = Console(options.output)
    if dump == nil, let list = try options.buildList(console) {
      return report(list.built, total: list.rows.total, console)
    }
    let source = try options.read(console)
    let built = try mapped {
      try source.tree.build(
        source.encoding, campaign: source.campaign, threads: options.threads)
    }
    if let dump { try write(built, source, to: dump) }
    report(built, total: source.tree.total, console)
  }

  private func report(_ built: EncodedTree, total: UInt256?, _ console: Console) {
    console.result(
      [
        "encoding  \(built.encoding.name)", "leaves    \(built.tree.leafCount)",
        "total     \(total?.decimal ?? "–")", "root      \(built.root)",
      ], "tree-root",
      [
        JSON.Member(key: "root", value: .string(built.root.hex)),
        JSON.Member(key: "leaves", value: .integer(built.tree.leafCount)),
        JSON.Member(key: "total", value: total.map { .string($0.decimal) } ?? .null),
        JSON.Member(key: "encoding", value: .string(built.encoding.name)),
      ])
  }

  private func write(
    _ built: EncodedTree, _ source: TreeOptions.Source, to path: String
  ) throws(CommandFailure) {
    let bytes: [UInt8]
    if source.encoding.shape == .openZeppelin {
      bytes = PublishedTree.openZeppelinDump(built, values: source.tree.jsonValues(source.campaign))
    } else if source.encoding.has(.index), let rows = source.tree.accountRows() {
      bytes = Array(PublishedTree.uniswapClaims(built, rows: rows).prettyText().utf8) + [0x0A]
    } else {
      throw CommandFailure(
        .unclearFile,
        "--dump: found encoding \(source.encoding.name), expected one of "
          + "OpenZeppelin's or uniswap, which have a file format of their own.")
    }
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(.fileExists, "\(path): found a file, expected none.")
    }
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .withoutOverwriting)
    } catch {
      throw CommandFailure(
        .cannotWriteFile, "\(path): found '\(error)', expected a place to write.")
    }
  }
}

struct TreeProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof",
    abstract: "Print the proof of an account of a published list.",
    discussion: """
      Example:
        sluice tree proof --encoding uniswap claims.csv 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
      """)

  @OptionGroup var options: TreeOptions

  @Argument(help: "The account.")
  var address: String

  func run() throws {
    let console = Console(options.output)
    let account = try Loading.address(address)
    if let list = try options.buildList(console) {
      let row = try found(list.rows.accounts.firstIndex(of: account), account)
      return report(account, list.rows.amounts[row], list.built, row: row, console)
    }
    let source = try options.read(console)
    let row = try found(source.tree.rows.firstIndex { $0.account == account }, account)
    let built = try mapped {
      try source.tree.build(
        source.encoding, campaign: source.campaign, threads: options.threads)
    }
    report(account, source.tree.rows[row].amount ?? .zero, built, row: row, console)
  }

  private func found(_ row: Int?, _ account: Address) throws(CommandFailure) -> Int {
    guard let row else {
      throw CommandFailure(
        .unknownName, "\(options.file): found no row of \(account), expected one.")
    }
    return row
  }

  private func report(
    _ account: Address, _ amount: UInt256, _ built: EncodedTree, row: Int, _ console: Console
  ) {
    let index = built.indices?[row]
    let proof = built.proof(ofRow: row)
    var lines = ["account  \(account)", "amount   \(amount)"]
    if let index { lines.append("index    \(index)") }
    lines += ["leaf     \(built.leaf(ofRow: row))", "root     \(built.root)", "proof"]
    console.result(
      lines + proof.map { "  \($0)" }, "tree-proof",
      [
        JSON.Member(key: "account", value: .string(account.checksummed)),
        JSON.Member(key: "amount", value: .string(amount.decimal)),
        JSON.Member(key: "index", value: index.map { .string($0.decimal) } ?? .null),
        JSON.Member(key: "leaf", value: .string(built.leaf(ofRow: row).hex)),
        JSON.Member(key: "root", value: .string(built.root.hex)),
        JSON.Member(key: "proof", value: .array(proof.map { .string($0.hex) })),
      ])
  }
}

struct TreeCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Recompute the root and every proof of a published file, and say what is wrong.",
    discussion: """
      Ends with status 1 where something that the file states does not hold.

      Examples:
        sluice tree check dump.json
        sluice tree check claims.json --root 0xd0efdfaf…88917246b44dd
        sluice tree check --encoding account-amount-sorted totals.csv --decimals 18 --root 0x…
      """)

  @OptionGroup var options: TreeOptions

  @Option(help: "The root that is on chain; the file's own where it states one.")
  var root: String?

  /// Findings that are printed at the most.
  private static let shownFindings = 20

  func run() throws {
    let console = Console(options.output)
    let source = try options.read(console)
    var expected: Bytes32?
    if let root { expected = try Loading.hash(root, option: "root") }
    let check = try mapped {
      try source.tree.check(
        source.encoding, against: expected, campaign: source.campaign, threads: options.threads)
    }
    guard expected != nil || source.tree.statesAnything else {
      throw CommandFailure(
        .nothingToCheck,
        "\(options.file): found a list that states no root, total or proof, expected --root with "
          + "the root that is on chain. `sluice tree root` computes the list's own.")
    }
    for warning in check.warnings { console.note(warning) }
    var lines = [
      "encoding  \(check.encoding.name)", "rows      \(check.rows)", "root      \(check.root)",
    ]
    if let total = check.total { lines.append("total     \(total)") }
    lines.append("proofs    \(check.proofsRight) right")
    lines += check.findings.prefix(Self.shownFindings).map { console.bad("wrong: \($0)") }
    if check.holds { lines.append(console.good("The file holds what it states.")) }
    console.result(lines, "tree-check", members(check))
    guard check.holds else {
      throw CommandFailure(
        .treeDiffers,
        "\(options.file): \(check.findings.count) statements do not hold, the first: "
          + "\(check.findings[0])")
    }
  }

  private func members(_ check: TreeCheck) -> [JSON.Member] {
    [
      JSON.Member(key: "holds", value: .bool(check.holds)),
      JSON.Member(key: "encoding", value: .string(check.encoding.name)),
      JSON.Member(key: "rows", value: .integer(check.rows)),
      JSON.Member(key: "root", value: .string(check.root.hex)),
      JSON.Member(key: "total", value: check.total.map { .string($0.decimal) } ?? .null),
      JSON.Member(key: "proofs", value: .integer(check.proofsRight)),
      JSON.Member(
        key: "findings",
        value: .array(
          check.findings.map {
            .object([
              JSON.Member(key: "place", value: .string($0.place)),
              JSON.Member(key: "found", value: .string($0.found)),
              JSON.Member(key: "expected", value: .string($0.expected)),
            ])
          })),
      JSON.Member(key: "warnings", value: .array(check.warnings.map { .string($0) })),
    ]
  }
}
