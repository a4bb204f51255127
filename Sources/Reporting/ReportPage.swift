import DistributionModel
import EthereumPrimitives

/// `report.html`: a bundle as one page for everybody who is concerned.
///
/// The page needs no script, no other file and no network, and has the same bytes for the same
/// bundle.
public enum ReportPage {
  public static let fileName = "report.html"

  public static func html(_ summary: BundleSummary) -> [UInt8] {
    let page = Markup([
      .fixed("<!doctype html>\n"),
      .element("html", ["lang": "en"], head(summary), .element("body", [:], body(summary))),
      .fixed("\n"),
    ])
    return Array(page.html.utf8)
  }

  private static func head(_ summary: BundleSummary) -> Markup {
    .element(
      "head", [:],
      .fixed(
        """
        <meta charset="utf-8">\
        <meta name="viewport" content="width=device-width, initial-scale=1">\
        <meta name="referrer" content="no-referrer">\
        <meta http-equiv="Content-Security-Policy" \
        content="script-src 'none'; img-src 'none'; font-src 'none'; connect-src 'none'; \
        object-src 'none'; frame-src 'none'; form-action 'none'; base-uri 'none'">
        """),
      .element("title", [:], .text("\(summary.plan.name): distribution report")),
      .element("style", [:], .fixed(ReportStyle.css)))
  }

  private static func body(_ summary: BundleSummary) -> [Markup] {
    let sections = self.sections(summary)
    return [
      ReportOpening.header(summary),
      .element(
        "nav", ["aria-label": "On this page"],
        .element(
          "ul", [:],
          sections.map { section in
            .element(
              "li", [:], .element("a", ["href": "#\(section.id)"], .text(section.title)))
          })),
      .element("main", [:], sections.map(\.markup)),
      .element(
        "footer", [:],
        .text(
          "Made by Sluice from the bundle \(summary.identity.hex). This page is not covered by "
            + "that identity and proves nothing by itself; whoever has the bundle makes it again "
            + "with "), ReportSection.code("sluice report"), .text(".")),
    ]
  }

  private static func sections(_ summary: BundleSummary) -> [ReportSection] {
    let several = summary.tokens.count > 1
    return summary.tokens.enumerated().flatMap { index, token in
      TokenSections(token: token, summary: summary, suffix: several ? "-\(index)" : "").all
    } + ReportTime.sections(summary) + ReportActions.sections(summary)
      + ReportKinds.sections(summary) + [
        ReportProof.refusals(summary), ReportProof.conservation(summary),
        ReportProof.verification(summary), ReportProof.words,
      ]
  }
}

/// A part of the page under a title of its own.
struct ReportSection {
  let id: String
  let title: String
  let content: [Markup]

  var markup: Markup {
    .element(
      "section", ["id": id, "aria-labelledby": "\(id)-title"],
      [.element("h2", ["id": "\(id)-title"], .text(title))] + content)
  }

  /// A paragraph of the page's own words.
  static func paragraph(_ text: String, kind: String = "words") -> Markup {
    .element("p", ["class": kind], .text(text))
  }

  static func code(_ text: String) -> Markup { .element("code", [:], .text(text)) }
}

/// What a reader sees first.
enum ReportOpening {
  static func header(_ summary: BundleSummary) -> Markup {
    .element(
      "header", [:],
      [
        ReportSection.paragraph(
          "Distribution report" + (summary.plan.isDraft ? ", draft" : ""), kind: "kind"),
        .element("h1", [:], .text(summary.plan.name)),
        ReportSection.paragraph(lead(summary), kind: "lead"),
        draft(summary), facts(summary),
      ])
  }

  private static func lead(_ summary: BundleSummary) -> String {
    let given = summary.tokens.compactMap { token -> String? in
      let campaigns = summary.campaigns.filter { $0.token == token.token }
      let allocated = campaigns.reduce(UInt256.zero) { $0 &+ $1.allocated }
      guard let spread = token.spread else { return nil }
      let before = campaigns.reduce(UInt256.zero) { $0 &+ $1.before }
      let amount = FigureText.short(allocated, of: token.token)
      return before.isZero
        ? "\(amount) to \(FigureText.accounts(spread.holders))"
        : "\(amount), after which \(FigureText.accounts(spread.holders)) may claim "
          + "\(FigureText.short(spread.total, of: token.token)) in all"
    }
    let refused = summary.programs.flatMap(\.refusals).reduce(0) { $0 + $1.accounts }
    let epoch = summary.plan.epochs == nil ? "" : " in epoch \(summary.epoch.number)"
    let first =
      given.isEmpty
      ? "This distribution gives nothing to anybody\(epoch)."
      : "This distribution gives \(given.joined(separator: "; and "))\(epoch)."
    return refused == 0
      ? first
      : first
        + (refused == 1
          ? " It refuses 1 time, for a stated reason."
          : " It refuses \(FigureText.count(refused)) times, each for a stated reason.")
  }

  private static func draft(_ summary: BundleSummary) -> Markup {
    let open = summary.plan.campaigns.filter { $0.deployment == nil }.map(\.name)
    guard !open.isEmpty else { return .none }
    return ReportSection.paragraph(
      "This is a draft: no contract is named yet for \(open.joined(separator: ", ")), so that "
        + "nothing of it can be claimed anywhere.", kind: "note")
  }

  private static func facts(_ summary: BundleSummary) -> Markup {
    var facts: [Markup] = []
    func add(_ name: String, _ value: Markup) {
      facts += [.element("dt", [:], .text(name)), .element("dd", [:], value)]
    }
    add("Identity", .element("span", ["class": "hash"], .text(summary.identity.hex)))
    add("Plan", .element("span", ["class": "hash"], .text(summary.planHash.hex)))
    add("Epoch", .text("\(summary.epoch.number)"))
    if let start = start(summary) { add("Epoch begins", .text(start.iso8601)) }
    return .element("dl", ["class": "facts"], facts)
  }

  private static func start(_ summary: BundleSummary) -> Timestamp? {
    guard let epochs = summary.plan.epochs else { return nil }
    let passed = epochs.length.multipliedReportingOverflow(by: UInt64(summary.epoch.number))
    let start = epochs.start.seconds.addingReportingOverflow(passed.partialValue)
    return passed.overflow || start.overflow ? nil : Timestamp(start.partialValue)
  }
}
