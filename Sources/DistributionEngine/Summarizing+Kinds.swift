import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import Statements

/// What only some plans have: redirects, decisions, clusters, private columns, draws and matches.
extension Summarizing {
  /// How many lines of each are shown.
  static let shownLines = 20

  // MARK: Redirects

  static func redirects(_ bundle: Bundled) -> RedirectSummary? {
    guard !bundle.plan.redirects.isEmpty else { return nil }
    let accounts = bundle.redirects.accounts
    let redirects = accounts.compactMap { bundle.redirects.target(of: $0).steps.first?.redirect }
    let planned = redirects.filter { $0.source == nil }.count
    let origins =
      (planned > 0
        ? [RedirectSummary.Origin(source: nil, isSigned: false, accounts: planned)] : [])
      + bundle.plan.redirects.compactMap(\.source).map { source in
        RedirectSummary.Origin(
          source: source,
          isSigned: bundle.plan.source(named: source)?.statements == .redirects,
          accounts: redirects.count { $0.source == source })
      }
    var moved: [RedirectSummary.Moved] = []
    var largest: [RedirectSummary.Move] = []
    for token in bundle.plan.tokens {
      let moves = moves(of: token, by: accounts, bundle)
      guard !moves.isEmpty else { continue }
      moved.append(
        RedirectSummary.Moved(
          token: token, accounts: moves.count,
          amount: moves.reduce(UInt256.zero) { $0 &+ $1.amount }))
      largest += moves.sorted { ($1.amount, $0.account) < ($0.amount, $1.account) }
        .prefix(shownLines)
    }
    return RedirectSummary(origins: origins, moved: moved, largest: largest)
  }

  /// What accounts earn of a token here and others receive, ascending.
  private static func moves(
    of token: Token, by accounts: [Address], _ bundle: Bundled
  ) -> [RedirectSummary.Move] {
    let paid = bundle.outcomes.filter { outcome in
      bundle.plan.program(named: outcome.program)
        .map { PlanReviewing.token(of: $0, in: bundle.plan) == token } ?? false
    }.map { Entitlements(accounts: $0.accounts, amounts: $0.amounts) }
    return accounts.compactMap { account in
      let amount = paid.reduce(UInt256.zero) { sum, list in
        list.index(of: account).map { sum &+ list.amounts[$0] } ?? sum
      }
      let (target, steps) = bundle.redirects.target(of: account)
      guard !amount.isZero, let first = steps.first else { return nil }
      return RedirectSummary.Move(
        account: account, target: target, redirect: first.redirect, token: token, amount: amount)
    }
  }

  // MARK: Decisions

  static func decisions(_ bundle: Bundled) -> [DecisionSummary] {
    bundle.outcomes.compactMap { outcome in
      guard let program = bundle.plan.program(named: outcome.program),
        case .source(let name) = program.recipients, let rows = bundle.rows(of: name),
        !rows.statements.isEmpty
      else { return nil }
      let found = rows.statements.indices.compactMap { row in
        rows.correction(ofRow: row, for: program.name, in: outcome.epoch).map { (row, $0) }
      }
      let granted = found.filter { $0.1.decision == .grant }
        .sorted { ($1.1.amount, $0.1.account) < ($0.1.amount, $1.1.account) }
      let denied = found.filter { $0.1.decision == .deny }
        .sorted { $0.1.account < $1.1.account }
      // Denials are shown too where there are many grants.
      let shown =
        granted.prefix(max(shownLines / 2, shownLines - denied.count))
        + denied.prefix(max(shownLines / 2, shownLines - granted.count))
      return DecisionSummary(
        program: program.name, token: PlanReviewing.token(of: program, in: bundle.plan),
        granted: granted.count,
        amount: granted.reduce(UInt256.zero) { $0 &+ $1.1.amount.baseUnits },
        denied: denied.count,
        shown: shown.map { row, correction in
          DecisionSummary.Decision(correction: correction, signer: rows.statements[row].signer)
        })
    }
  }

  // MARK: Private columns

  static func hidden(_ bundle: Bundled) -> [HiddenColumn] {
    bundle.inputs.map(\.declaration).flatMap { source in
      source.columns.filter(\.isPrivate).map { column in
        let readers = bundle.outcomes.compactMap { bundle.plan.program(named: $0.program) }
          .filter { $0.sources.contains(source.name) && bundle.plan.readsPrivately($0) }
        return HiddenColumn(
          source: source.name, column: column.name, programs: readers.map(\.name))
      }
    }
  }

  // MARK: Clusters

  static func clusters(
    of list: Entitlements, decimals: Int, _ bundle: Bundled
  ) -> ClusterSummary? {
    guard let clusters = bundle.plan.clusters, let rows = bundle.rows(of: clusters.source),
      let declaration = bundle.plan.source(named: clusters.source)
    else { return nil }
    let holders = ClusterTable(
      clusters, source: ProgramInputs.Source(declaration: declaration, rows: rows)
    ).holders(of: list.accounts)
    var lowest: [Address] = []
    var amounts: [UInt256] = []
    var sizes: [Int] = []
    // Holders are numbered in the order in which they first occur.
    for (place, holder) in holders.enumerated() {
      if holder == lowest.count {
        lowest.append(list.accounts[place])
        amounts.append(list.amounts[place])
        sizes.append(1)
      } else {
        amounts[holder] = amounts[holder].adding(list.amounts[place]) ?? .max
        sizes[holder] += 1
      }
    }
    let merged = Entitlements(accounts: lowest, amounts: amounts)
    return Spreading.spread(of: merged, decimals: decimals, labels: [:]).map { spread in
      let several = sizes.filter { $0 > 1 }
      return ClusterSummary(
        spread: spread, clusters: several.count, accounts: several.reduce(0, +))
    }
  }

  // MARK: Draws and matches

  private static func inputs(_ bundle: Bundled) -> ProgramInputs {
    ProgramInputs(
      bundle.inputs.map { ($0.declaration, $0.rows) }, of: bundle.plan, in: bundle.epoch,
      outcomes: bundle.outcomes)
  }

  static func draw(
    _ program: Program, _ outcome: ProgramOutcome, _ bundle: Bundled
  ) -> DrawSummary? {
    guard let raffle = program.raffle, let reveal = raffle.reveal,
      !bundle.plan.readsPrivately(program),
      let taking = try? ProgramLaw.participation(
        in: program, epoch: outcome.epoch, inputs: inputs(bundle)),
      let draw = RaffleDraw(
        reveal, program: program.name, tickets: taking.values, winners: raffle.prizes.count)
    else { return nil }
    return DrawSummary(
      entrants: taking.accounts.count, tickets: draw.totalTickets, winners: draw.wins.count,
      first: draw.wins.prefix(shownLines).enumerated().map { place, win in
        DrawSummary.Win(
          account: taking.accounts[win.entrant],
          prize: raffle.prizes.amount(at: place, of: outcome.budget.baseUnits),
          ticket: win.ticket, counter: win.counter)
      })
  }

  static func match(
    _ program: Program, _ outcome: ProgramOutcome, _ bundle: Bundled
  ) -> MatchSummary? {
    guard let matching = program.basis.matching, !bundle.plan.readsPrivately(program),
      case .source(let name) = program.recipients,
      let column = bundle.plan.source(named: name)?.columns.first(where: {
        $0.name == matching.contribution
      }),
      let taking = try? ProgramLaw.participation(
        in: program, epoch: outcome.epoch, inputs: inputs(bundle)),
      let given = try? ProgramLaw.contributions(
        to: taking.accounts, in: program, inputs: inputs(bundle))
    else { return nil }
    let paid = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
    let order = taking.accounts.indices.sorted { left, right in
      taking.values[left] == taking.values[right]
        ? left < right : taking.values[left] > taking.values[right]
    }
    return MatchSummary(
      column: column, projects: taking.accounts.count,
      donations: given.reduce(0) { $0 + $1.donors },
      contributed: given.reduce(UInt256.zero) { $0 &+ $1.contributed },
      matched: taking.values.reduce(UInt256.zero, &+) >> Matching.fractionBits,
      largest: order.prefix(shownLines).map { place in
        MatchSummary.Project(
          account: taking.accounts[place], donors: given[place].donors,
          contributed: given[place].contributed,
          match: taking.values[place] >> Matching.fractionBits,
          amount: paid.index(of: taking.accounts[place]).map { paid.amounts[$0] } ?? .zero)
      })
  }
}
