import ArgumentParser
import CanonicalJSON
import EthereumPrimitives
import MerkleTree

struct TreeProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof",
    abstract: "Print the proof of an account of a published list.",
    discussion: """
      Examples:
        sluice tree proof --encoding uniswap claims.csv 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
        sluice tree proof merkle_data.json 0x96c6…154 --token 0x7396…db2f
      """)

  @OptionGroup var options: TreeOptions

  @Argument(help: "The account.")
  var address: String

  func run() throws {
    let console = Console(options.output)
    let account = try Loading.address(address)
    if let list = try options.buildList(console) {
      guard let row = list.rows.accounts.firstIndex(of: account) else { throw unknown(account) }
      let amounts = TreeAmounts(
        [TokenAmount(token: .own, amount: list.rows.amounts[row])], recipient: nil)
      return report(account, amounts, .flat(list.built), row: row, index: nil, console)
    }
    let source = try options.read(console)
    if source.tree.claim != nil { throw options.onlyOneEarner }
    let row = try chosenRow(of: account, in: source.tree)
    let published = source.tree.rows[row]
    report(
      account, TreeAmounts(published.amounts, recipient: published.recipient),
      try source.rebuild(options.hashing), row: row, index: published.index, console)
  }

  private func unknown(_ account: Address) -> CommandFailure {
    CommandFailure(.unknownName, "\(options.file): found no row of \(account), expected one.")
  }

  private func report(
    _ account: Address, _ amounts: TreeAmounts, _ built: RebuiltTree, row: Int, index: UInt256?,
    _ console: Console
  ) {
    let index = built.index(ofRow: row) ?? index
    let proof = built.proof(ofRow: row)
    var lines = ["account  \(account)"] + amounts.lines
    if let index { lines.append("index    \(index)") }
    lines += ["leaf     \(built.leaf(ofRow: row))", "root     \(built.root)"]
    var members = [
      JSON.Member(key: "account", value: .string(account.checksummed)), amounts.amount,
      JSON.Member(key: "index", value: index.map { .string($0.decimal) } ?? .null),
      JSON.Member(key: "leaf", value: .string(built.leaf(ofRow: row).hex)),
      JSON.Member(key: "root", value: .string(built.root.hex)),
      JSON.Member(key: "proof", value: .array(proof.map { .string($0.hex) })),
      amounts.perToken,
    ]
    if case .nested(let tree) = built {
      let levels = NestedLevels(tree, row: row)
      lines += levels.lines
      members += levels.members
    } else {
      lines += ["proof"] + proof.map { "  \($0)" }
    }
    console.result(lines, "tree-proof", members)
  }

  /// The account's row; of several, the one of `--token`.
  private func chosenRow(
    of account: Address, in tree: PublishedTree
  ) throws(CommandFailure) -> Int {
    var rows = tree.rows.indices.filter { tree.rows[$0].account == account }
    guard !rows.isEmpty else { throw unknown(account) }
    let tokens = rows.map { tree.rows[$0].token.description }
    // Where the file has a tree per token, the token has chosen the tree already.
    if let token = options.token, tree.token == .own,
      tokens.contains(where: { $0 != "\(TreeToken.own)" })
    {
      rows = rows.filter {
        tree.rows[$0].token.description.lowercased() == token.lowercased()
      }
    }
    guard rows.count == 1 else {
      throw CommandFailure(
        .unclearFile,
        "\(options.file): found \(tokens.count) rows of \(account), expected --token with one of "
          + "\(tokens.prefix(20).joined(separator: ", ")).")
    }
    return rows[0]
  }
}

/// The amounts of a row, for people and for programs.
private struct TreeAmounts {
  let amounts: [TokenAmount]
  let recipient: Address?

  init(_ amounts: [TokenAmount], recipient: Address?) {
    self.amounts = amounts
    self.recipient = recipient
  }

  var lines: [String] {
    let recipient = recipient.map { ["paid to  \($0)"] } ?? []
    guard !amounts.isEmpty else { return recipient + ["amount   0"] }
    return recipient
      + amounts.map { entry in
        "amount   \(entry.amount)" + (entry.token == .own ? "" : " of \(entry.token)")
      }
  }

  /// The amount where there is one; 0 where the row has none.
  var amount: JSON.Member {
    let single = amounts.isEmpty ? .zero : amounts.count == 1 ? amounts[0].amount : nil
    return JSON.Member(key: "amount", value: single.map { .string($0.decimal) } ?? .null)
  }

  var perToken: JSON.Member {
    JSON.Member(
      key: "amounts",
      value: .array(
        amounts.map { entry in
          .object([
            JSON.Member(
              key: "token",
              value: entry.token == .own ? .null : .string(entry.token.description)),
            JSON.Member(key: "amount", value: .string(entry.amount.decimal)),
          ])
        }))
  }
}

/// The two ways of a row of a tree of trees.
private struct NestedLevels {
  private let levels: [(name: String, way: MerkleWay, root: Bytes32)]

  init(_ tree: NestedTree, row: Int) {
    let group = tree.group(ofRow: row)
    levels = [
      ("inner", tree.innerWay(ofRow: row), tree.groups[group].tree.root),
      ("outer", tree.outerWay(ofGroup: group), tree.root),
    ]
  }

  var lines: [String] {
    levels.flatMap { level in
      ["\(level.name)    position \(level.way.position), to \(level.root)"]
        + level.way.hashes.map { "  \($0)" }
    }
  }

  var members: [JSON.Member] {
    levels.map { level in
      JSON.Member(
        key: level.name,
        value: .object([
          JSON.Member(key: "position", value: .string(level.way.position.decimal)),
          JSON.Member(key: "root", value: .string(level.root.hex)),
          JSON.Member(key: "proof", value: .array(level.way.hashes.map { .string($0.hex) })),
        ]))
    }
  }
}
