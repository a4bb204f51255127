import DistributionModel
import EthereumPrimitives

/// What only some plans have: redirects, signed decisions, draws, matches, private columns.
enum ReportKinds {
  static func sections(_ summary: BundleSummary) -> [ReportSection] {
    let kinds = [redirects(summary), decisions(summary)].compactMap { $0 }
    return kinds + draws(summary) + matches(summary) + [hidden(summary)].compactMap { $0 }
  }

  private static func account(_ account: Address) -> Markup {
    ReportSection.code(account.checksummed)
  }

  private static func facts(_ facts: [(String, Markup)]) -> Markup {
    .element(
      "dl", ["class": "facts"],
      facts.flatMap { name, value in
        [Markup.element("dt", [:], .text(name)), .element("dd", [:], value)]
      })
  }

  private static func hash(_ hash: Bytes32) -> Markup {
    .element("span", ["class": "hash"], .text(hash.hex))
  }

  /// Says where the lines are that the page has no room for.
  private static func rest(_ count: Int, _ words: String) -> Markup {
    count <= 0
      ? .none
      : ReportSection.paragraph("And \(FigureText.count(count)) more \(words).", kind: "quiet")
  }

  // MARK: Redirects

  private static func redirects(_ summary: BundleSummary) -> ReportSection? {
    guard let redirects = summary.redirects else { return nil }
    let origins = redirects.origins.map { origin in
      FigureText.accounts(origin.accounts)
        + (origin.source.map { (origin.isSigned ? ", signed, in " : " by rows of ") + $0 }
          ?? " by lines of the plan")
    }
    let moved = redirects.moved.map { moved in
      "\(FigureText.short(moved.amount, of: moved.token)) that "
        + "\(FigureText.accounts(moved.accounts)) earn\(moved.accounts == 1 ? "s" : "")"
    }
    var table = PageTable(
      "What is earned here and received elsewhere, the largest amounts first", .blocks,
      [.words("Who earns"), .words("Who receives"), .number("Amount"), .words("By")])
    for move in redirects.largest {
      table.add([
        account(move.account), account(move.target),
        .text(FigureText.short(move.amount, of: move.token)),
        .text(words(move.redirect, redirects)),
      ])
    }
    let all = redirects.moved.reduce(0) { $0 + $1.accounts }
    return ReportSection(
      id: "redirects", title: "Who receives in another's place",
      content: [
        ReportSection.paragraph(
          "Some accounts do not receive themselves what they earn: "
            + origins.joined(separator: "; ") + "."
            + (moved.isEmpty
              ? " None of them earns anything here."
              : " Here that moves \(moved.joined(separator: "; and ")). No sum changes by it.")),
        table.isEmpty ? .none : table.markup,
        rest(all - redirects.largest.count, "in allocations.csv and the sources of the bundle"),
      ])
  }

  private static func words(_ redirect: Redirect, _ redirects: RedirectSummary) -> String {
    switch redirect {
    case .account(_, _, let reason): return "the plan: \(reason)"
    case .rows(let source, _):
      let isSigned = redirects.origins.contains { $0.source == source && $0.isSigned }
      return isSigned ? "its signature in \(source)" : source
    }
  }

  // MARK: Decisions

  private static func decisions(_ summary: BundleSummary) -> ReportSection? {
    guard !summary.decisions.isEmpty else { return nil }
    return ReportSection(
      id: "decisions", title: "Signed decisions",
      content: [
        .element(
          "p", [:],
          .text(
            "Decisions about single accounts, each with a reason, signed by somebody whom the plan "
              + "names for it. "), ReportSection.code("sluice verify"),
          .text(" checks every signature."))
      ] + summary.decisions.flatMap(decisions))
  }

  private static func decisions(_ decisions: DecisionSummary) -> [Markup] {
    var table = PageTable(
      "Decisions for \(decisions.program)", .blocks,
      [
        .words("Account"), .words("Decision"), .number("Amount"), .words("Reason"),
        .words("Signer"),
      ])
    for decision in decisions.shown {
      let correction = decision.correction
      table.add([
        account(correction.account), .text(correction.decision == .grant ? "granted" : "denied"),
        correction.decision == .grant
          ? .text(FigureText.short(correction.amount.baseUnits, of: decisions.token)) : .none,
        .text(correction.reason), decision.signer.map(account) ?? .text("nobody"),
      ])
    }
    let amount = FigureText.short(decisions.amount, of: decisions.token)
    return [
      ReportSection.paragraph(
        "\(decisions.program): \(amount) granted to \(FigureText.accounts(decisions.granted)), "
          + "\(FigureText.accounts(decisions.denied)) denied."),
      table.isEmpty ? .none : table.markup,
      rest(
        decisions.granted + decisions.denied - decisions.shown.count,
        "in the statements under inputs/ of the bundle"),
    ]
  }

  // MARK: Draws

  private static func draws(_ summary: BundleSummary) -> [ReportSection] {
    let raffles = summary.programs.filter { $0.program.raffle != nil }
    return raffles.enumerated().compactMap { index, program in
      guard let raffle = program.program.raffle else { return nil }
      return ReportSection(
        id: "draw" + (raffles.count > 1 ? "-\(index)" : ""),
        title: "How \(program.program.name) was drawn",
        content: [facts(drawn(raffle, program))] + winners(program) + [replay(program)])
    }
  }

  private static func drawn(_ raffle: Raffle, _ program: ProgramSummary) -> [(String, Markup)] {
    var facts: [(String, Markup)] = [("Hash of the seed", hash(raffle.seedHash))]
    facts.append(("Beacon", .text(raffle.beacon)))
    if let reveal = raffle.reveal {
      facts += [("Seed", hash(reveal.seed)), ("Value of the beacon", hash(reveal.beaconValue))]
    }
    if let draw = program.draw {
      facts += [
        ("Who took part", .text(FigureText.accounts(draw.entrants))),
        ("Tickets", .text(FigureText.number(draw.tickets))),
      ]
    }
    facts.append(("Winners", .text(FigureText.count(program.recipients))))
    return facts
  }

  private static func winners(_ program: ProgramSummary) -> [Markup] {
    guard let draw = program.draw, !draw.first.isEmpty else { return [] }
    var table = PageTable(
      "Winners, in the order in which they were drawn", .blocks,
      [
        .words("Drawn"), .words("Account"), .number("Prize"), .number("Ticket"),
        .number("Number used"),
      ])
    for (place, win) in draw.first.enumerated() {
      table.add([
        .text("\(place + 1)"), account(win.account),
        .text(FigureText.short(win.prize, of: program.token)),
        .text(FigureText.number(win.ticket)), .text("\(win.counter)"),
      ])
    }
    return [
      table.markup, rest(draw.winners - draw.first.count, "in allocations.csv of the bundle"),
    ]
  }

  private static func replay(_ program: ProgramSummary) -> Markup {
    guard program.draw != nil else {
      return .element(
        "p", [:], .text("The tickets are private: who has their openings draws again with "),
        ReportSection.code("sluice verify"), .text("."))
    }
    return .element(
      "p", [:],
      .text(
        "Anybody can draw again. Number k is keccak256(seed ‖ value of the beacon ‖ "
          + "keccak256(name of the program) ‖ k as 32 bytes), from k = 0 on. A number that is not "
          + "below the largest multiple, in 256 bits, of the tickets that are left is skipped; of "
          + "any other, the remainder by these tickets is the one that is drawn, counted from 0 "
          + "over the accounts in ascending order. Whoever is drawn leaves with all tickets. "),
      ReportSection.code("sluice verify"), .text(" does the same."))
  }

  // MARK: Matches

  private static func matches(_ summary: BundleSummary) -> [ReportSection] {
    let rounds = summary.programs.filter { $0.program.basis.matching != nil }
    return rounds.enumerated().compactMap { index, program in
      guard let matching = program.program.basis.matching else { return nil }
      return ReportSection(
        id: "matches" + (rounds.count > 1 ? "-\(index)" : ""),
        title: "How \(program.program.name) was matched",
        content: [
          ReportSection.paragraph(words(matching)),
          program.match.map { totals($0, program, summary.plan) }
            ?? ReportSection.paragraph("The contributions are private."),
          program.match.map { projects($0, program, summary.plan) } ?? .none,
        ])
    }
  }

  private static func words(_ matching: Matching) -> String {
    let method =
      switch matching.method {
      case .quadratic:
        "The match of an account is the square of the sum of the square roots of what each donor "
          + "gave it, less what they gave: many small gifts count more than a large one."
      case .pairwise:
        "The match of an account is the sum, over pairs of its donors, of the square roots of what "
          + "they gave, multiplied; a pair counts less the more it gives to the same accounts."
      }
    return method
      + (matching.surplus == .carry
        ? " Where the matches are less than the budget, the rest is carried."
        : " The whole budget is split in proportion to the matches.")
  }

  private static func totals(
    _ match: MatchSummary, _ program: ProgramSummary, _ plan: Plan
  ) -> Markup {
    let unit = unit(of: match.column, plan)
    return facts([
      ("Accounts matched", .text(FigureText.count(match.projects))),
      ("Donations that count", .text(FigureText.count(match.donations))),
      ("Given, as it counts", .text(FigureText.short(match.contributed, of: unit))),
      ("Matches together", .text(FigureText.short(match.matched, of: unit))),
      ("Budget", .text(FigureText.short(program.budget, of: program.token))),
      ("Paid of it", .text(FigureText.short(program.allocated, of: program.token))),
    ])
  }

  /// The unit in which contributions are counted.
  private static func unit(of column: ColumnDeclaration, _ plan: Plan) -> Token {
    if case .amount(let name, _, _) = column.kind, let token = plan.token(named: name) {
      return token
    }
    return Token(name: column.name, symbol: column.name, decimals: column.places ?? 0)
  }

  private static func projects(
    _ match: MatchSummary, _ program: ProgramSummary, _ plan: Plan
  ) -> Markup {
    guard !match.largest.isEmpty else { return .none }
    let unit = unit(of: match.column, plan)
    var table = PageTable(
      "The largest matches, rounded down", .blocks,
      [
        .words("Account"), .number("Donors"), .number("Given"), .number("Match"),
        .number("Receives"),
      ])
    for project in match.largest {
      table.add([
        account(project.account), .text(FigureText.count(project.donors)),
        .text(FigureText.short(project.contributed, of: unit)),
        .text(FigureText.short(project.match, of: unit)),
        .text(FigureText.short(project.amount, of: program.token)),
      ])
    }
    return table.markup
      + rest(match.projects - match.largest.count, "in allocations.csv of the bundle")
  }

  // MARK: Private columns

  private static func hidden(_ summary: BundleSummary) -> ReportSection? {
    guard !summary.hidden.isEmpty else { return nil }
    var table = PageTable(
      "Private columns", .blocks,
      [.words("Source"), .words("Column"), .words("Programs that nobody recomputes without it")])
    for column in summary.hidden {
      table.add([
        .text(column.source), .text(column.column),
        .text(column.programs.isEmpty ? "none" : column.programs.joined(separator: ", ")),
      ])
    }
    return ReportSection(
      id: "hidden", title: "What this bundle hides",
      content: [
        ReportSection.paragraph(
          "The plan keeps some columns private. In their place the bundle has commitments: hashes "
            + "that fix each value and do not tell it. What every account receives is public; why, "
            + "in these programs, is not."),
        table.markup,
        .element(
          "p", [:],
          .text(
            "The team can open each account's values to it, and all of them to an auditor, who "
              + "recomputes everything with "),
          ReportSection.code("sluice verify bundle --openings openings.csv"),
          .text(". Without openings, roots, totals and every other program can be checked.")),
      ])
  }
}
