import DistributionModel
import EthereumPrimitives
import PlanFile
import Statements

/// What a bundle says about one account.
public struct AccountExcerpt: Sendable {
  /// The account's rows of a source; all of them where they are about no account.
  public struct Input: Sendable {
    public let declaration: SourceDeclaration
    /// In canonical order, with what is still hidden of them.
    public let opened: OpenedRows
    /// The file's line of each row; empty where the bundle does not say.
    public let lines: [UInt32]

    public var rows: SourceRows { opened.rows }

    init(declaration: SourceDeclaration, rows: SourceRows, lines: [UInt32]) {
      self.init(
        declaration: declaration, opened: OpenedRows(rows, of: declaration), lines: lines)
    }

    private init(declaration: SourceDeclaration, opened: OpenedRows, lines: [UInt32]) {
      self.declaration = declaration
      self.opened = opened
      self.lines = lines
    }

    /// The same with private values.
    func opened(by openings: [UInt256: Opening]) -> Input {
      Input(
        declaration: declaration, opened: OpenedRows(rows, of: declaration, by: openings),
        lines: lines)
    }
  }

  /// What a campaign owes the account.
  public struct Entitlement: Sendable {
    public let amount: UInt256
    /// True where it was seen to be under the committed root.
    public let isProven: Bool
    /// True where nobody was owed anything before.
    public let isFirst: Bool
  }

  public let account: Address
  public let identity: Bytes32
  public let plan: ParsedPlan
  /// The sources that a running program reads, in plan order.
  public private(set) var inputs: [Input]
  /// What each program that ran gave, of accounts and exclusions only the account's own.
  public let outcomes: [ProgramOutcome]
  /// One per campaign, in plan order.
  public let entitlements: [Entitlement]
  /// The rows of the plan's clusters about those with whom the account traded, where trades inside
  /// of a cluster do not count.
  public var partners: SourceRows?
  /// Where what it earns goes to another account: every step of the way.
  public var passedOn: [RedirectTable.Step] = []
  /// What it receives in the place of others, by campaign.
  public var received: [String: [CampaignExplanation.Received]] = [:]

  /// The same with the private values that openings give, by their commitments.
  public func opened(by openings: [UInt256: Opening]) -> AccountExcerpt {
    var excerpt = self
    excerpt.inputs = inputs.map { $0.opened(by: openings) }
    return excerpt
  }
}

extension AccountExcerpt {
  /// Those with whom the account traded, itself not among them; nil where no source asks for their
  /// clusters.
  fileprivate var counterparties: Set<Address>? {
    let trades = inputs.filter { $0.declaration.wash?.dropsClusters ?? false }
    guard !trades.isEmpty else { return nil }
    return trades.reduce(into: []) { partners, input in
      let name = input.declaration.wash?.counterparty
      guard let column = input.declaration.columns.firstIndex(where: { $0.name == name }) else {
        return
      }
      for number in input.rows.values[column].numbers {
        if let partner = Address(number: number), partner != account { partners.insert(partner) }
      }
    }
  }
}

extension LoadedBundle {
  /// What the bundle says about an account.
  ///
  /// - Parameter outcomes: those of the bundle, with totals.
  public func excerpt(of account: Address, outcomes: [ProgramOutcome]) -> AccountExcerpt {
    var excerpt = whole(account, outcomes)
    let clusters = inputs.first { $0.declaration.name == plan.plan.clusters?.source }?.rows
    excerpt.partners = excerpt.counterparties.flatMap { counterparties in
      clusters.map { rows in
        rows.picking(rows.accounts.indices.filter { counterparties.contains(rows.accounts[$0]) })
      }
    }
    excerpt.passedOn = redirects.target(of: account).steps
    for origin in redirects.origins(of: account) {
      for (campaign, amount) in earned(by: origin) {
        excerpt.received[campaign, default: []].append(.init(account: origin, amount: amount))
      }
    }
    return excerpt
  }

  /// What an account earns in each campaign now.
  private func earned(by account: Address) -> [String: UInt256] {
    var earned: [String: UInt256] = [:]
    for outcome in outcomes {
      let list = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
      guard let campaign = plan.plan.program(named: outcome.program)?.campaign,
        let place = list.index(of: account)
      else { continue }
      earned[campaign, default: .zero] = earned[campaign, default: .zero] &+ list.amounts[place]
    }
    return earned
  }

  private func whole(_ account: Address, _ outcomes: [ProgramOutcome]) -> AccountExcerpt {
    AccountExcerpt(
      account: account, identity: identity, plan: plan,
      inputs: inputs.map { input in
        let accounts = input.rows.accounts
        guard input.declaration.hasAccounts else {
          return AccountExcerpt.Input(
            declaration: input.declaration, rows: input.rows, lines: [])
        }
        let first = accounts.partition { $0 < account }
        let range = first..<(accounts[first...].firstIndex { $0 != account } ?? accounts.count)
        let lines = derived?.sources.first { $0.source == input.declaration.name }?.lines ?? []
        return AccountExcerpt.Input(
          declaration: input.declaration,
          rows: input.rows[range],
          lines: lines.count == accounts.count ? Array(lines[range]) : [])
      },
      outcomes: outcomes.map { $0.about(account) },
      entitlements: campaigns.map { campaign in
        let list = campaign.entitlements
        let amount = list.index(of: account).map { list.amounts[$0] } ?? .zero
        // The whole list was seen to have the committed root.
        return AccountExcerpt.Entitlement(
          amount: amount, isProven: !amount.isZero, isFirst: campaign.parentRoot == .zero)
      })
  }
}

extension ProgramOutcome {
  /// The same outcome, of accounts and exclusions only one account's own.
  fileprivate func about(_ account: Address) -> ProgramOutcome {
    let index = Entitlements(accounts: accounts, amounts: amounts).index(of: account)
    return ProgramOutcome(
      program: program, epoch: epoch, budget: budget, carriedIn: carriedIn,
      accounts: index == nil ? [] : [account], amounts: index.map { [amounts[$0]] } ?? [],
      exclusions: exclusions.filter { $0.account == account }, allocated: allocated, carry: carry,
      totalWeight: totalWeight, totals: totals, levels: levels)
  }
}

extension [Address] {
  /// The first place at which a list that starts with what `isBefore` does so no longer.
  fileprivate func partition(_ isBefore: (Address) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension BundleReader {
  /// Reads what a bundle says about an account, and nothing about others.
  ///
  /// Rows are found in the sorted data files by halving, so that hashes of whole files are not
  /// checked; that the entitlement is under the committed root is, where the bundle has proofs.
  /// - Throws: also where the bundle has no `explain.json`, or that of another bundle.
  public static func excerpt(
    of account: Address, in directory: String, limits: BundleLimits = .standard
  ) throws(BundleError) -> AccountExcerpt {
    try BundleLoader(directory: directory, limits: limits).excerpt(of: account)
  }
}

extension BundleLoader {
  fileprivate func excerpt(of account: Address) throws(BundleError) -> AccountExcerpt {
    let commitmentBytes = try read(Commitment.fileName, small: true)
    let commitment = try Commitment(parsing: commitmentBytes)
    let identity = Keccak256.hash(commitmentBytes)
    let plan = try loadPlan(commitment)
    guard FileSystem.exists("\(directory)/\(TotalsFile.name)") else {
      throw BundleError(
        .cannotRead, file: TotalsFile.name, found: "nothing",
        expected: "what all accounts come to together")
    }
    let totals = try TotalsFile(parsing: read(TotalsFile.name), identity: identity)
    var inputs: [AccountExcerpt.Input] = []
    for source in try sources(commitment, plan.plan) {
      inputs.append(try input(source, account, totals))
    }
    var excerpt = AccountExcerpt(
      account: account, identity: identity, plan: plan, inputs: inputs,
      outcomes: try outcomes(commitment, plan.plan, account, totals),
      entitlements: try entitlements(commitment, plan.plan, account, totals))
    if let counterparties = excerpt.counterparties,
      let clusters = inputs.first(where: { $0.declaration.name == plan.plan.clusters?.source })
    {
      var partners = SourceRows(
        source: clusters.declaration.name, columnCount: clusters.declaration.columns.count)
      for partner in counterparties.sorted() {
        let own = try rows(clusters.declaration, partner, totals)
        for row in own.accounts.indices {
          partners.append(
            account: partner, row: own.values.map { $0[row] }, line: own.lines[row])
        }
      }
      excerpt.partners = partners
    }
    guard !plan.plan.redirects.isEmpty else { return excerpt }
    excerpt.passedOn = try steps(from: account, plan.plan, totals)
    excerpt.received = try received(account, plan.plan, totals)
    return excerpt
  }

  func sorted(
    _ name: String, _ header: String?, _ totals: TotalsFile
  ) throws(BundleError) -> SortedFile {
    guard let size = totals.sizes[name] else {
      throw BundleError(
        .malformedMember, file: TotalsFile.name, place: "sizes", found: "no \(name)",
        expected: "the size of every data file")
    }
    return try SortedFile(directory, name, header: header, size: size)
  }

  private func input(
    _ source: SourceDeclaration, _ account: Address, _ totals: TotalsFile
  ) throws(BundleError) -> AccountExcerpt.Input {
    let rows = try rows(source, account, totals)
    let provenance = Provenance.fileName(source.name)
    guard totals.sizes[provenance] != nil else {
      return AccountExcerpt.Input(declaration: source, rows: rows, lines: [])
    }
    let lines = try Provenance.lines(
      parsing: sorted(provenance, Provenance.header, totals).rows(of: account), of: source.name,
      accounts: rows.accounts)
    return AccountExcerpt.Input(declaration: source, rows: rows, lines: lines)
  }

  /// The rows of an account, as they stand in the bundle; all of a source without accounts.
  func rows(
    _ source: SourceDeclaration, _ account: Address, _ totals: TotalsFile
  ) throws(BundleError) -> SourceRows {
    guard source.hasAccounts else {
      return try CanonicalInput(parsing: read(source.canonicalFile), of: source).rows
    }
    guard source.statements == nil else {
      let file = try sorted(source.canonicalFile, nil, totals)
      let lines = try file.rows(of: account, after: StatementLine.start)
      guard !lines.isEmpty else {
        return SourceRows(source: source.name, columnCount: source.columns.count)
      }
      return try CanonicalInput(parsing: lines, of: source).rows
    }
    let file = try sorted(source.canonicalFile, CanonicalInput.header(source), totals)
    return try CanonicalInput(parsing: file.rows(of: account), of: source).rows
  }

  private func outcomes(
    _ commitment: Commitment, _ plan: Plan, _ account: Address, _ totals: TotalsFile
  ) throws(BundleError) -> [ProgramOutcome] {
    try checkPrograms(commitment, plan)
    let names = commitment.programs.map(\.name)
    guard totals.programs.map(\.name) == names else {
      throw BundleError(
        .wrongName, file: TotalsFile.name, place: "programs",
        found: totals.programs.map(\.name).joined(separator: ", "),
        expected: names.joined(separator: ", "))
    }
    func groups(_ file: String, _ header: String) throws(BundleError) -> DataGroups {
      let rows = try sorted(file, header, totals).rows(of: account, groups: names, field: 2)
      return try DataGroups(rows, file, header, epoch: commitment.epoch)
    }
    var allocations = try groups(DataFiles.allocations, DataFiles.allocationsHeader)
    var exclusions = try groups(DataFiles.exclusions, DataFiles.exclusionsHeader)
    var outcomes: [ProgramOutcome] = []
    for (program, known) in zip(commitment.programs, totals.programs) {
      let (accounts, amounts, _) = try allocations.amounts(of: program.name, field: 3)
      outcomes.append(
        ProgramOutcome(
          program: program.name, epoch: EpochIndex(commitment.epoch),
          budget: Amount(program.budget), carriedIn: Amount(program.carriedIn),
          accounts: accounts, amounts: amounts,
          exclusions: try exclusions.exclusions(of: program.name),
          allocated: Amount(program.allocated), carry: Amount(program.carry),
          totalWeight: known.totalWeight,
          totals: known.totals + (try standings(of: account, known, totals)),
          levels: known.levels))
    }
    return outcomes
  }

  /// What the account came to among the others of a program.
  private func standings(
    of account: Address, _ program: TotalsFile.Program, _ totals: TotalsFile
  ) throws(BundleError) -> [ExpressionTotal] {
    guard !program.standings.isEmpty else { return [] }
    let name = StandingsFile.name(program.name)
    let rows = try sorted(name, StandingsFile.header, totals).rows(of: account)
    return try StandingsFile.numbers(parsing: rows, file: name, of: program.standings)
  }

  private func entitlements(
    _ commitment: Commitment, _ plan: Plan, _ account: Address, _ totals: TotalsFile
  ) throws(BundleError) -> [AccountExcerpt.Entitlement] {
    try checkCampaigns(commitment, plan)
    let (name, header) = (DataFiles.entitlements, DataFiles.entitlementsHeader)
    let rows = try sorted(name, header, totals)
      .rows(of: account, groups: commitment.campaigns.map(\.name), field: 1)
    var groups = try DataGroups(rows, name, header, epoch: nil)
    var entitlements: [AccountExcerpt.Entitlement] = []
    for campaign in commitment.campaigns {
      let (_, amounts, amount) = try groups.amounts(of: campaign.name, field: 2)
      let folder = ProofShards.folder(name: campaign.name, root: campaign.root)
      let isProven = !amounts.isEmpty && FileSystem.exists("\(directory)/\(folder)")
      if isProven {
        let proof = try BundleReader.proof(of: account, campaign: campaign, in: directory)
        guard proof.entitlement == amount else {
          throw BundleError(
            .wrongSum, file: name, place: "campaign \(campaign.name), account \(account)",
            found: amount.decimal, expected: "\(proof.entitlement.decimal), as its proof says")
        }
      }
      entitlements.append(
        AccountExcerpt.Entitlement(
          amount: amount, isProven: isProven, isFirst: campaign.parentRoot == .zero))
    }
    return entitlements
  }
}
