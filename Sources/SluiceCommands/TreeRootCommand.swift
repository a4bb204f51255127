import ArgumentParser
import CanonicalJSON
import EthereumPrimitives
import MerkleTree

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "root",
    abstract: "Print the root, the number of leaves and the total of a published list.",
    discussion: """
      Examples:
        sluice tree root --encoding uniswap claims.csv
        sluice tree root --encoding account-amount-sorted totals.csv --decimals 18
        sluice tree root --encoding oz-standard list.csv --dump tree.json
        sluice tree root --leaf 'packed(address account, uint8 round, uint256 amount)' list.csv
      """)

  @OptionGroup var options: TreeOptions

  @Option(
    help: "Write the tree to a new file: an OpenZeppelin dump, or a Uniswap claims file.",
    completion: .file(extensions: ["json"]))
  var dump: String?

  func run() throws {
    let console = Console(options.output)
    if dump == nil, let list = try options.buildList(console) {
      let totals = TreeTotals(own: list.rows.total)
      return report(.flat(list.built), list.built.encoding.name, totals, console)
    }
    let source = try options.read(console)
    if source.tree.claim != nil { throw options.onlyOneEarner }
    let built = try source.rebuild(options.hashing)
    if let dump { try write(built, source, to: dump) }
    report(built, source.encoding.name, TreeTotals(source.tree), console)
  }

  private func report(
    _ built: RebuiltTree, _ encoding: String, _ totals: TreeTotals, _ console: Console
  ) {
    console.result(
      ["encoding  \(encoding)", "leaves    \(built.leafCount)"] + totals.lines
        + ["root      \(built.root)"], "tree-root",
      [
        JSON.Member(key: "root", value: .string(built.root.hex)),
        JSON.Member(key: "leaves", value: .integer(built.leafCount)),
        totals.total,
        JSON.Member(key: "encoding", value: .string(encoding)),
        totals.perToken,
      ])
  }

  private func write(
    _ built: RebuiltTree, _ source: TreeOptions.Source, to path: String
  ) throws(CommandFailure) {
    let bytes: [UInt8]
    if case .flat(let tree) = built, tree.encoding.shape == .openZeppelin {
      bytes = PublishedTree.openZeppelinDump(tree, values: source.tree.jsonValues(source.campaign))
    } else if case .flat(let tree) = built, tree.encoding.takesAccountRows,
      tree.encoding.has(.index), let rows = source.tree.accountRows()
    {
      guard rows.total != nil else {
        throw CommandFailure(
          .unclearFile,
          "--dump: found amounts of 2^256 or more together, expected less, since a claims file "
            + "states their total.")
      }
      bytes = Array(PublishedTree.uniswapClaims(tree, rows: rows).prettyText().utf8) + [0x0A]
    } else {
      throw CommandFailure(
        .unclearFile,
        "--dump: found encoding \(source.encoding.name), expected one of "
          + "OpenZeppelin's or uniswap, which have a file format of their own.")
    }
    try Writing.file(bytes, to: path)
  }
}

/// The totals of a tree, for people and for programs.
struct TreeTotals {
  private let totals: [(token: TreeToken, total: UInt256?)]
  private let single: UInt256?
  private let names: [TreeToken: String]

  /// The total of a list of accounts and amounts.
  init(own total: UInt256?) {
    totals = [(.own, total)]
    single = total
    names = [:]
  }

  init(_ tree: PublishedTree) {
    totals = tree.totals
    single = tree.total
    names = tree.tokenNames
  }

  init(_ check: TreeCheck, names: [TreeToken: String]) {
    totals = check.totals
    single = check.total
    self.names = names
  }

  /// One line, or one per token.
  var lines: [String] {
    guard totals.count > 1 || totals.first.map({ $0.token != .own }) ?? false else {
      return ["total     \(single?.decimal ?? "–")"]
    }
    return totals.map { entry in
      let token = entry.token.named(names[entry.token])
      return "total     \(entry.total?.decimal ?? "2^256 or more") of \(token)"
    }
  }

  /// The total where there is one token, else null.
  var total: JSON.Member {
    JSON.Member(key: "total", value: single.map { .string($0.decimal) } ?? .null)
  }

  /// Every token's total by its address or name; the distributor's own is called `own`.
  var perToken: JSON.Member {
    JSON.Member(
      key: "totals",
      value: .object(
        totals.map { entry in
          JSON.Member(
            key: entry.token == .own ? "own" : entry.token.description,
            value: entry.total.map { .string($0.decimal) } ?? .null)
        }))
  }
}

extension TreeOptions {
  var onlyOneEarner: CommandFailure {
    CommandFailure(
      .unclearFile,
      "\(file): found the claim of one earner, expected the whole distribution. "
        + "`sluice tree check` checks a claim.")
  }
}
