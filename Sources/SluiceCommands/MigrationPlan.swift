import DistributionModel
import EthereumPrimitives
import MerkleTree
import Reporting

/// The plan and the lists by which a campaign pays what published trees owe.
struct MigrationPlan {
  /// How a token is called in the plan.
  struct TokenSetting {
    let name: String
    let decimals: Int
    /// True where the command line says so.
    let isStated: Bool
    /// Its contract, where the tree or the command line says so.
    let contract: Address?
  }

  let debts: [(debt: TreeMigration.Debt, token: TokenSetting)]
  let encoding: TreeEncoding
  let roots: [Bytes32]
  let notes: [String]
  let tookClaims: Bool
  /// nil for a draft. Every token has a contract where it is there.
  let deployment: DeploymentOptions.Deployment?

  var files: [(name: String, bytes: [UInt8])] {
    [("plan.yaml", Array(plan.utf8))]
      + debts.map { debt, token in
        (
          fileName(token),
          Array((["account,amount:base"] + rows(debt)).joined(separator: "\n").utf8)
            + [0x0A]
        )
      }
  }

  private func fileName(_ token: TokenSetting) -> String { token.name + ".csv" }

  private func rows(_ debt: TreeMigration.Debt) -> [String] {
    debt.payments.map { "\($0.account.checksummed),\($0.amount.decimal)" }
  }

  // MARK: Plan

  private var plan: String {
    let lines =
      header + ["version: 1", "name: Taken over from \(encoding.name)", "", "tokens:"]
      + debts.flatMap { tokenLines($0.debt, $0.token) } + ["", "campaigns:"]
      + debts.flatMap { campaignLines($0.token) } + ["", "sources:"]
      + debts.flatMap { sourceLines($0.token) }
      + ["", "programs:"] + debts.flatMap { programLines($0.debt, $0.token) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var header: [String] {
    var lines = [
      "# Made by `sluice tree convert`: what a published tree of encoding \(encoding.name) owes.",
      "# Check it with `sluice check plan.yaml`, then `sluice allocate plan.yaml --out bundle`.",
    ]
    lines += roots.map { "# Old root: \($0)" }
    lines.append("#")
    if encoding.isCumulative {
      lines.append("# The old tree is cumulative: its amounts are all that an account ever earned.")
    }
    lines.append(
      tookClaims
        ? "# What the old contract paid, as the list of claims says, was taken off."
        : "# What the old contract paid is not taken off: `sluice tree convert --claimed` does it.")
    lines += notes.map { "# Note: \($0)." }
    return lines
  }

  private func tokenLines(_ debt: TreeMigration.Debt, _ token: TokenSetting) -> [String] {
    let what =
      switch debt.token {
      case .own: "the token that the old contract pays"
      case .named(let name): "\(name) in the old tree"
      case .contract(let address): "\(address.checksummed) in the old tree"
      }
    return [
      "  # \(what)",
      "  - name: \(token.name)",
      "    decimals: \(token.decimals)"
        + (token.isStated ? "" : "  # assumed: compare with the token's contract"),
    ]
  }

  private func campaignLines(_ token: TokenSetting) -> [String] {
    let name = ["  - name: \(token.name)", "    token: \(token.name)"]
    if let deployment, let contract = token.contract {
      return name + deployment.lines(token: contract)
    }
    let isFirst = token.name == debts.first?.token.name
    let draft = [
      "    # As long as a campaign has no `deployment`, bundles are drafts: good to look at, not",
      "    # to pay. docs/reference/plan.md says what it needs.",
    ]
    return name + (isFirst ? draft : [])
      + (token.contract.map { ["    # The token's contract: \($0.checksummed)"] } ?? [])
  }

  private func sourceLines(_ token: TokenSetting) -> [String] {
    [
      "  - name: \(token.name)", "    file: \(fileName(token))", "    columns:",
      "      - {name: amount, type: amount, token: \(token.name), unit: base}",
      "    duplicates: refuse",
    ]
  }

  private func programLines(_ debt: TreeMigration.Debt, _ token: TokenSetting) -> [String] {
    [
      "  - name: \(token.name)", "    kind: airdrop", "    campaign: \(token.name)",
      "    budget: \(TokenAmountText.whole(debt.total, decimals: token.decimals))",
      "    from: \(token.name)", "    amount: amount",
    ]
  }
}

// MARK: Names

extension MigrationPlan {
  /// A name, its decimals, its contract, and the token of the tree that it is for:
  /// `KEY=NAME:DECIMALS@CONTRACT`, of which only the name is needed.
  struct NamedToken {
    let key: String?
    let name: String
    let decimals: Int?
    let contract: Address?

    /// nil where the text is none.
    init?(_ text: String) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let rest = parts[parts.count - 1].split(
        separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      if rest.count > 1 {
        guard let address = try? Address(String(rest[1])), !address.isZero else { return nil }
        contract = address
      } else {
        contract = nil
      }
      let named = rest[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      key = parts.count > 1 ? String(parts[0]) : nil
      name = String(named[0])
      guard MigrationPlan.isName(name) else { return nil }
      guard named.count > 1 else {
        decimals = nil
        return
      }
      guard let number = Int(named[1]), (0...Token.maximumDecimals).contains(number) else {
        return nil
      }
      decimals = number
    }

    func fits(_ debt: TreeMigration.Debt) -> Bool {
      guard let key = key?.lowercased() else { return true }
      return debt.token.description.lowercased() == key || debt.name?.lowercased() == key
    }
  }

  /// What the plan format takes for a name.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// A name for a token that nobody named, unlike those that are taken.
  static func name(for debt: TreeMigration.Debt, taken: Set<String>) -> String {
    var candidates: [String] = []
    if let symbol = debt.name { candidates.append(symbol) }
    switch debt.token {
    case .own: candidates.append("TOKEN")
    case .named(let name): candidates.append(name)
    case .contract(let address):
      let digits = address.hex.dropFirst(2)
      candidates += ["T-\(digits.prefix(8))", "T-\(digits)"]
    }
    let free = candidates.first { isName($0) && !taken.contains($0.lowercased()) }
    return free ?? "T-\(taken.count + 1)"
  }
}
