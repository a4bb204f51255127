import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import InputFiles
import MerkleTree
import PlanFile

struct TreeConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a plan and lists by which a campaign pays what a published tree owes.",
    discussion: """
      The file is checked first, as `sluice tree check` does, and refused where it does not hold.
      The folder is written whole or not at all, and never over another.

      Examples:
        sluice tree convert claims.json --out launch --token-name ACME:18@0x1f98…f984
        sluice tree convert rp-rewards-mainnet-46.json --out launch
        sluice tree convert merkle_data.json --out launch --claimed claimed.csv \\
          --token-name 0x7396…db2f=sdCRV:18
      """)

  @OptionGroup var options: TreeOptions

  @Option(help: "The folder to write; nothing may have that name.", completion: .directory)
  var out: String

  @Option(help: "The root that is on chain; the file's own where it states one.")
  var root: String?

  @Option(
    help: "What the old contract paid: a CSV of account, amount in base units, perhaps token.",
    completion: .file(extensions: ["csv", "gz"]))
  var claimed: String?

  @Option(
    help: """
      A token's name, decimals and contract, NAME:DECIMALS@CONTRACT; of several, \
      KEY=NAME:DECIMALS@CONTRACT each, where KEY is the token's address or name in the file. Only \
      the name is needed.
      """)
  var tokenName: [String] = []

  @OptionGroup var deploymentOptions: DeploymentOptions

  func run() throws {
    let console = Console(options.output)
    let deployment = try deploymentOptions.deployment()
    let sources = try chosen(try options.readAll(console))
    let roots = try checkedRoots(sources)
    if root == nil, !sources.contains(where: \.tree.statesAnything) {
      console.note("the file states no root: compare \(roots[0]) with the one on chain")
    }
    let claims = try readClaims()
    let migration = try migration(of: sources, claims: claims ?? [])
    let debts = try chosen(migration.debts)
    let limit = PlanLimits.standard.entries
    guard debts.count <= limit else {
      throw CommandFailure(
        .unclearFile,
        "\(options.file): found \(debts.count) tokens, expected at most \(limit), as many as a "
          + "plan takes. --token takes one of them.")
    }
    let tokens = try named(debts, console)
    if deployment != nil, let unknown = tokens.first(where: { $0.contract == nil }) {
      throw CommandFailure(
        .malformedArgument,
        "--token-name: found no contract of \(unknown.name), expected "
          + "\(unknown.name):\(unknown.decimals)@0x…, since the campaigns have a deployment.")
    }
    let plan = MigrationPlan(
      debts: Array(zip(debts, tokens)), encoding: sources[0].encoding, roots: roots,
      notes: migration.notes + unusedColumns(sources), tookClaims: claims != nil,
      deployment: deployment)
    try mapped { try NewFolder.write(plan.files, to: out) }
    report(plan, console)
  }

  /// What of the rows a plan has no place for, and whether rows differ in it.
  private func unusedColumns(_ sources: [TreeOptions.Source]) -> [String] {
    sources[0].encoding.rowFields.enumerated().compactMap { column, field in
      guard field.role == .value else { return nil }
      let values = sources.flatMap(\.tree.rows).compactMap { row in
        row.values.indices.contains(column) ? row.values[column] : nil
      }
      let differ = Set(values).count
      return differ < 2
        ? "the column \(field.name) is not used"
        : "the column \(field.name) is not used: rows of all its \(differ) values are added up"
    }
  }

  /// All trees, or the one of `--token`; a root from outside is of one.
  private func chosen(
    _ sources: [TreeOptions.Source]
  ) throws(CommandFailure) -> [TreeOptions.Source] {
    guard options.token != nil || root != nil else { return sources }
    return [try options.one(of: sources)]
  }

  /// All debts, or the one of `--token`.
  private func chosen(_ debts: [TreeMigration.Debt]) throws(CommandFailure) -> [TreeMigration.Debt]
  {
    guard let token = options.token?.lowercased() else { return debts }
    let fitting = debts.filter {
      $0.token.description.lowercased() == token || $0.name?.lowercased() == token
    }
    guard !fitting.isEmpty else {
      throw CommandFailure(
        .unknownName,
        "--token: found '\(token.prefix(80))', expected one of "
          + "\(debts.prefix(20).map { "\($0.token)" }.joined(separator: ", ")).")
    }
    return fitting
  }

  /// The trees' roots, once everything that the file states holds.
  private func checkedRoots(
    _ sources: [TreeOptions.Source]
  ) throws(CommandFailure) -> [Bytes32] {
    var expected: Bytes32?
    if let root { expected = try Loading.hash(root, option: "root") }
    let hashing = options.hashing
    var roots: [Bytes32] = []
    for source in sources {
      if source.tree.claim != nil { throw options.onlyOneEarner }
      let built = try source.rebuild(hashing)
      let check = try mapped {
        try source.tree.check(
          source.encoding, against: expected, campaign: source.campaign, hashing: hashing)
      }
      // A sample of proofs holds too, and is not the whole tree.
      guard check.holds, built.root == check.root else {
        let finding = check.findings.first?.description
        throw CommandFailure(
          .treeDiffers,
          "\(options.file): \(finding ?? "found some of a tree's rows, expected all"). "
            + "Nothing was written; `sluice tree check` tells more.")
      }
      roots.append(built.root)
    }
    return roots
  }

  private func migration(
    of sources: [TreeOptions.Source], claims: [TreeMigration.Claim]
  ) throws(CommandFailure) -> TreeMigration {
    do {
      return try TreeMigration(sources.map(\.tree), claims: claims)
    } catch {
      throw CommandFailure(
        error, file: error.kind.isAboutClaims ? claimed ?? options.file : options.file)
    }
  }

  private func readClaims() throws(CommandFailure) -> [TreeMigration.Claim]? {
    guard let claimed else { return nil }
    let text = try options.advised { try InputFile.text(claimed, name: claimed) }
    do {
      return try TreeMigration.Claim.read(
        columns: text.columns, rows: text.rows, lines: text.lines)
    } catch {
      throw CommandFailure(error, file: claimed)
    }
  }

  // MARK: Names

  private func named(
    _ debts: [TreeMigration.Debt], _ console: Console
  ) throws(CommandFailure) -> [MigrationPlan.TokenSetting] {
    let stated = try tokenName.map { text throws(CommandFailure) in
      guard let named = MigrationPlan.NamedToken(text),
        named.key != nil || debts.count == 1
      else {
        throw CommandFailure(
          .malformedArgument,
          "--token-name: found '\(text.prefix(120))', expected "
            + (debts.count == 1
              ? "NAME:DECIMALS, such as ACME:18."
              : "KEY=NAME:DECIMALS, such as "
                + "\(debts[0].token)=ACME:18, for each of the \(debts.count) tokens."))
      }
      guard debts.contains(where: named.fits) else {
        throw CommandFailure(
          .unknownName,
          "--token-name: found the token '\(named.key?.prefix(80) ?? "")', expected one of "
            + "\(debts.prefix(20).map { "\($0.token)" }.joined(separator: ", ")).")
      }
      return named
    }
    var taken: Set<String> = []
    var settings: [MigrationPlan.TokenSetting] = []
    for debt in debts {
      let own = stated.last { $0.fits(debt) }
      let name = own?.name ?? MigrationPlan.name(for: debt, taken: taken)
      guard taken.insert(name.lowercased()).inserted else {
        throw CommandFailure(
          .malformedArgument,
          "--token-name: found the name \(name) for two tokens, expected "
            + "another one for \(debt.token).")
      }
      let decimals = own?.decimals ?? options.decimals
      settings.append(
        MigrationPlan.TokenSetting(
          name: name, decimals: decimals ?? 18, isStated: decimals != nil,
          contract: own?.contract ?? contract(debt.token)))
    }
    let assumed = settings.filter { !$0.isStated }.map(\.name)
    if !assumed.isEmpty {
      console.note(
        "18 decimals are assumed for \(assumed.joined(separator: ", ")); --token-name says others")
    }
    return settings
  }

  private func contract(_ token: TreeToken) -> Address? {
    if case .contract(let address) = token, !address.isZero { address } else { nil }
  }

  // MARK: Result

  private func report(_ plan: MigrationPlan, _ console: Console) {
    for note in plan.notes { console.note(note) }
    if !plan.tookClaims {
      console.note(
        "what the old contract paid from this tree is not taken off: --claimed does it")
    }
    let paths = plan.files.map { "\(out)/\($0.name)" }
    let tokens = plan.debts.map { debt, token in
      JSON.object([
        JSON.Member(key: "name", value: .string(token.name)),
        JSON.Member(
          key: "token",
          value: debt.token == .own ? .null : .string(debt.token.description)),
        JSON.Member(key: "decimals", value: .integer(token.decimals)),
        JSON.Member(key: "accounts", value: .integer(debt.payments.count)),
        JSON.Member(key: "total", value: .string(debt.total.decimal)),
        JSON.Member(key: "claimed", value: .string(debt.claimed.decimal)),
      ])
    }
    console.result(
      plan.debts.map { debt, token in
        "\(token.name)  \(debt.payments.count.counted("account")), total \(debt.total)"
      } + paths.map { "wrote \($0)" } + ["Next: sluice check \(ShellText.word(paths[0]))"],
      "tree-convert",
      [
        JSON.Member(key: "encoding", value: .string(plan.encoding.name)),
        JSON.Member(key: "roots", value: .array(plan.roots.map { .string($0.hex) })),
        JSON.Member(key: "tokens", value: .array(tokens)),
        JSON.Member(key: "files", value: .array(paths.map { .string($0) })),
        JSON.Member(key: "notes", value: .array(plan.notes.map { .string($0) })),
      ])
  }
}
