import ArgumentParser
import CanonicalJSON
import EthereumPrimitives
import MerkleTree

struct TreeCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Recompute the root and every proof of a published file, and say what is wrong.",
    discussion: """
      Ends with status 1 where something that the file states does not hold. A file with the trees
      of several tokens is checked tree by tree, or for one --token.

      Examples:
        sluice tree check dump.json
        sluice tree check claims.json --root 0xd0efdfaf…88917246b44dd
        sluice tree check --encoding account-amount-sorted totals.csv --decimals 18 --root 0x…
        sluice tree check rp-rewards-mainnet-46.json
        sluice tree check --encoding ens --shard-nybbles 1 list.csv --proofs shards.json --root 0x…
      """)

  @OptionGroup var options: TreeOptions

  @Option(help: "The root that is on chain; the file's own where it states one.")
  var root: String?

  @Option(
    help: "Proofs that lie in another file: {account: [hash]}, {shard: [hash]} or a claims file.",
    completion: .file(extensions: ["json"]))
  var proofs: String?

  /// Findings that are printed at the most.
  private static let shownFindings = 20

  func run() throws {
    let console = Console(options.output)
    let sources = try chosen(try options.readAll(console))
    var expected: Bytes32?
    if let root { expected = try Loading.hash(root, option: "root") }
    let stated = try readProofs()
    let hashing = options.hashing
    let checks = try sources.map { source in
      try mapped {
        try source.tree.check(
          source.encoding, against: expected, campaign: source.campaign, hashing: hashing,
          proofs: stated)
      }
    }
    guard expected != nil || stated != nil || sources.contains(where: \.tree.statesAnything) else {
      throw CommandFailure(
        .nothingToCheck,
        "\(options.file): found a list that states no root, total or proof, expected --root with "
          + "the root that is on chain. `sluice tree root` computes the list's own.")
    }
    try report(Array(zip(sources, checks)), console)
  }

  /// All trees, or the one of `--token`. A root from outside or other proofs are of one.
  private func chosen(
    _ sources: [TreeOptions.Source]
  ) throws(CommandFailure) -> [TreeOptions.Source] {
    guard options.token != nil || root != nil || proofs != nil else { return sources }
    return [try options.one(of: sources)]
  }

  private func readProofs() throws(CommandFailure) -> PublishedProofs? {
    guard let proofs else { return nil }
    let bytes = try Loading.bytes(proofs)
    let read: PublishedProofs
    do {
      read = try PublishedProofs.read(bytes)
    } catch {
      throw CommandFailure(error, file: proofs)
    }
    guard !read.isEmpty else {
      throw CommandFailure(
        .unclearFile,
        "\(proofs): found a file without proofs, expected {account: [hash, …]}, "
          + "{shard: [hash, …]} or a published file with proofs.")
    }
    return read
  }

  // MARK: Result

  private typealias Checked = (source: TreeOptions.Source, check: TreeCheck)

  private func report(_ checked: [Checked], _ console: Console) throws(CommandFailure) {
    for warning in checked.flatMap(\.check.warnings) { console.note(warning) }
    let findings = checked.flatMap(\.check.findings)
    var lines = checked.flatMap { textLines(of: $0) }
    lines += findings.prefix(Self.shownFindings).map { console.bad("wrong: \($0)") }
    if findings.isEmpty { lines.append(console.good("The file holds what it states.")) }
    console.result(
      lines, "tree-check",
      checked.count == 1
        ? members(checked[0])
        : [
          JSON.Member(key: "holds", value: .bool(findings.isEmpty)),
          JSON.Member(key: "trees", value: .array(checked.map { .object(members($0)) })),
        ])
    guard let first = findings.first else { return }
    let count =
      findings.count == 1
      ? "a statement does not hold" : "\(findings.count) statements do not hold, the first"
    throw CommandFailure(.treeDiffers, "\(options.file): \(count): \(first)")
  }

  private func textLines(of checked: Checked) -> [String] {
    let (source, check) = checked
    return ["encoding  \(check.encoding.name)", "rows      \(check.rows)"]
      + ["root      \(check.root)"] + TreeTotals(check, names: source.tree.tokenNames).lines
      + ["proofs    \(check.proofsRight) right"]
  }

  private func members(_ checked: Checked) -> [JSON.Member] {
    let (source, check) = checked
    let totals = TreeTotals(check, names: source.tree.tokenNames)
    return [
      JSON.Member(key: "holds", value: .bool(check.holds)),
      JSON.Member(key: "encoding", value: .string(check.encoding.name)),
      JSON.Member(key: "rows", value: .integer(check.rows)),
      JSON.Member(key: "root", value: .string(check.root.hex)), totals.total,
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
      totals.perToken,
    ]
  }
}
