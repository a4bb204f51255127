import DistributionModel
import EthereumPrimitives

/// Who got nothing and why, that nothing is lost, and how anybody checks all of it.
enum ReportProof {
  /// How many accounts that a plan shuts out by name are shown.
  static let shownExclusions = 20

  // MARK: Refusals

  static func refusals(_ summary: BundleSummary) -> ReportSection {
    var table = PageTable(
      "Accounts of the inputs that receive nothing from a program", .blocks,
      [.words("Program"), .words("Reason"), .number("Accounts"), .words("Meaning")])
    for program in summary.programs {
      for refusal in program.refusals {
        table.add([
          .text(program.program.name), .text(refusal.reason.rawValue),
          .text(FigureText.count(refusal.accounts)),
          .text(meaning(refusal.reason)),
        ])
      }
    }
    let content =
      table.isEmpty
      ? [ReportSection.paragraph("Every account of the inputs receives something.")]
      : [table.markup, filters(summary), named(summary)]
    return ReportSection(
      id: "refused", title: "Who receives nothing, and why",
      content: content + [
        .element(
          "p", [:], .text("For any account, "), ReportSection.code("sluice explain bundle 0x…"),
          .text(" tells which rows counted, what was computed and what would have passed."))
      ])
  }

  private static func meaning(_ reason: ExclusionReason) -> String {
    switch reason {
    case .excludedByPlan: "the plan names the account and says why"
    case .denied: "a signed decision denies it and says why"
    case .duplicate: "it stands in several rows, and its source drops such accounts"
    case .noneCounts: "the rules of its source let none of its rows count"
    case .filteredOut: "it does not meet the program's filter"
    case .zeroWeight: "its weight is 0"
    case .zeroMatch: "contributions to it are matched with nothing; it takes two donors"
    case .notDrawn: "none of its tickets was drawn"
    case .zeroAmount: "the amount given for it is 0"
    case .belowFloor: "it would get less than the program's floor"
    case .belowOneUnit: "its part is less than the smallest unit that is paid"
    }
  }

  private static func filters(_ summary: BundleSummary) -> Markup {
    let filters = summary.programs.compactMap { program in
      program.program.filter.map {
        Markup.element(
          "li", [:], .text("\(program.program.name): "), ReportSection.code($0.text))
      }
    }
    guard !filters.isEmpty else { return .none }
    return .element("h3", [:], .text("Filters")) + .element("ul", [:], filters)
  }

  private static func named(_ summary: BundleSummary) -> Markup {
    let all = summary.programs.flatMap { program in
      program.program.exclude.map { (program.program.name, $0) }
    }
    guard !all.isEmpty else { return .none }
    var table = PageTable(
      "What the plan says of them", .blocks,
      [.words("Account"), .words("Program"), .words("Reason")])
    for (program, exclusion) in all.prefix(shownExclusions) {
      table.add([
        .element("code", [:], .text(exclusion.account.checksummed)), .text(program),
        .text(exclusion.reason),
      ])
    }
    let rest = all.count - shownExclusions
    return .element("h3", [:], .text("Shut out by name")) + table.markup
      + (rest > 0
        ? ReportSection.paragraph(
          "And \(FigureText.count(rest)) more in plan.yaml.", kind: "quiet") : .none)
  }

  // MARK: Conservation

  static func conservation(_ summary: BundleSummary) -> ReportSection {
    var programs = PageTable(
      "Programs: allocated and carry are the budget, to the unit", .blocks,
      [
        .words("Program"), .number("Budget here"), .number("Of it carried in"),
        .number("Allocated"), .number("Carry"), .number("Recipients"),
      ])
    for program in summary.programs {
      programs.add(
        [.text(program.program.name)]
          + [program.budget, program.carriedIn, program.allocated, program.carry].map {
            .text(FigureText.exact($0, of: program.token))
          } + [.text(FigureText.count(program.recipients))])
    }
    var campaigns = PageTable(
      "Campaigns: what was owed before and what is allocated are what is owed, to the unit",
      .blocks,
      [
        .words("Campaign"), .number("Before"), .number("Allocated"), .number("Owed in all"),
        .number("Accounts"),
      ])
    for campaign in summary.campaigns {
      campaigns.add(
        [.text(campaign.campaign.name)]
          + [campaign.before, campaign.allocated, campaign.total].map {
            .text(FigureText.exact($0, of: campaign.token))
          } + [.text(FigureText.count(campaign.accounts))])
    }
    return ReportSection(
      id: "conservation", title: "Nothing lost, nothing made",
      content: [programs.markup, campaigns.markup])
  }

  // MARK: Verification

  static func verification(_ summary: BundleSummary) -> ReportSection {
    ReportSection(
      id: "verify", title: "How to verify it",
      content: [
        ReportSection.paragraph(
          "Nobody has to believe this page. With the bundle, the folder that this page lies in, "
            + "anybody recomputes "
            + (summary.hidden.isEmpty
              ? "every amount, every root and every proof:"
              : "every root, every proof, and every amount that rests on no private column:")),
        .element(
          "pre", [:],
          .text(
            """
            sluice verify bundle
            sluice verify bundle --plan plan.yaml --inputs folder
            """)),
        .element(
          "p", [:],
          .text(
            "The first command takes the rows in the bundle as they are. The second one also "
              + "holds them against the files that the team published. Both end with "),
          ReportSection.code("MATCH \(summary.identity.hex)"),
          .text(
            ", or with the first difference. The identity must be the one that was announced "
              + "and stands on chain, not only the one on this page.")),
        roots(summary), inputs(summary),
      ])
  }

  private static func roots(_ summary: BundleSummary) -> Markup {
    var table = PageTable(
      "Roots", .blocks, [.words("Campaign"), .words("Chain"), .words("Contract"), .words("Root")])
    for campaign in summary.campaigns {
      let deployment = campaign.campaign.deployment
      table.add([
        .text(campaign.campaign.name), .text(deployment.map { "\($0.chain)" } ?? "none yet"),
        deployment.map { .element("code", [:], .text($0.distributor.checksummed)) }
          ?? .text("none yet"),
        campaign.root == .zero
          ? .text("none: nobody is owed anything")
          : .element("code", [:], .text(campaign.root.hex)),
      ])
    }
    return table.markup
  }

  private static func inputs(_ summary: BundleSummary) -> Markup {
    guard !summary.inputs.isEmpty else { return .none }
    let tellsLate = summary.inputs.contains { $0.lateRows != nil }
    var table = PageTable(
      "Inputs", .blocks,
      [.words("Source"), .words("File"), .number("Rows")]
        + (tellsLate ? [.number("Rows that came late")] : []) + [.words("Keccak-256 of the rows")])
    for input in summary.inputs {
      let late = input.lateRows.map(FigureText.count) ?? "–"
      table.add(
        [.text(input.source.name), .text(input.source.file), .text(FigureText.count(input.rows))]
          + (tellsLate ? [.text(late)] : []) + [.element("code", [:], .text(input.hash.hex))])
    }
    return table.markup
  }

  // MARK: Words

  static var words: ReportSection {
    let words: [(String, String)] = [
      ("Account", "an address that may receive; one person may have several."),
      ("Cluster", "accounts that the plan declares to be one holder."),
      ("Campaign", "one token in one contract under one vesting schedule."),
      ("Program", "one rule with a budget: who earns what."),
      ("Carry", "what of a budget nobody earned."),
      ("Gini coefficient", "twice the area between the curve and the straight line."),
      ("HHI", "the sum of the squares of all parts (Herfindahl and Hirschman)."),
      ("Nakamoto coefficient", "how few accounts together have more than a part of all."),
      ("Root", "a hash that fixes every account's amount in a campaign."),
      ("Identity", "the hash of what decides money: plan, inputs, amounts and roots."),
    ]
    return ReportSection(
      id: "words", title: "Words",
      content: [
        .element(
          "dl", ["class": "facts"],
          words.flatMap {
            [Markup.element("dt", [:], .text($0.0)), .element("dd", [:], .text($0.1))]
          })
      ])
  }
}
