import ArgumentParser
import MerkleTree

struct TreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Rebuild, check and take over the trees of other systems from their published files.",
    discussion: """
      Encodings:
      \(TreeEncoding.presets.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Files: CSV with a header, OpenZeppelin dumps, Uniswap claims files, {account: amount},
      [{address, earnings}], {account: {amount, proof}}, and the files of Rocket Pool, Threshold,
      Stake DAO, Badger, EigenLayer and ENS (its folder). They are told apart by what is in them.
      """,
    subcommands: [
      RootCommand.self, TreeProofCommand.self, TreeCheckCommand.self, TreeConvertCommand.self,
    ])
}
