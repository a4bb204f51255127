import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Prices, and what the rules of actions left out.
extension Summarizing {
  // MARK: Prices

  static func prices(_ bundle: Bundled, in epoch: EpochIndex) -> [PriceSummary] {
    let plan = bundle.plan
    let programs = bundle.outcomes.compactMap { plan.program(named: $0.program) }
    let rows = Dictionary(
      uniqueKeysWithValues: bundle.inputs.map { ($0.declaration.name, $0.rows) })
    // Prices that the law refuses have no bundle.
    guard let interval = plan.interval(of: epoch),
      let findings = try? PriceLaw.findings(readBy: programs, of: plan, in: epoch, rows: rows)
    else { return [] }
    return findings.map { finding in
      let span = finding.price.span(in: interval)
      return PriceSummary(
        finding: finding,
        programs: programs.filter { $0.prices.contains(finding.price.name) }.map(\.name),
        start: Timestamp(span.lowerBound), end: Timestamp(span.upperBound),
        observations: finding.sources.map { source in
          rows[source.name].map(PriceLaw.observations)?.filter { span.contains($0.time) }.map {
            .init(time: Timestamp($0.time), value: $0.value)
          } ?? []
        })
    }
  }

  // MARK: Actions

  /// What a rule took from an account.
  private struct Taken {
    var rows = 0
    var amount: UInt256? = .zero
  }

  static func leftOut(_ bundle: Bundled) -> [LeftOutSummary] {
    let clusters = bundle.plan.clusters.flatMap { clusters -> ClusterTable? in
      guard let rows = bundle.rows(of: clusters.source),
        let source = bundle.plan.source(named: clusters.source)
      else { return nil }
      return ClusterTable(clusters, source: .init(declaration: source, rows: rows))
    }
    return bundle.inputs.filter { $0.declaration.hasActionRules }.map {
      leftOut($0.declaration, $0.rows, clusters)
    }
  }

  private static func leftOut(
    _ source: SourceDeclaration, _ rows: SourceRows, _ clusters: ClusterTable?
  ) -> LeftOutSummary {
    let left = ActionLaw.counted(rows, of: source, clusters: clusters).left
    var taken: [ActionRule: [Address: Taken]] = [:]
    for entry in left {
      var own = taken[entry.rule]?[rows.accounts[entry.row]] ?? Taken()
      own.rows += 1
      own.amount = entry.amount.flatMap { own.amount?.adding($0) }
      taken[entry.rule, default: [:]][rows.accounts[entry.row]] = own
    }
    let rules = source.actionRules.compactMap { rule in
      taken[rule].map { self.rule(rule, of: source, rows, $0) }
    }
    let lines = taken.flatMap { rule, accounts in
      accounts.map { account, taken in
        LeftOutSummary.Line(
          account: account, key: rule.key, rows: taken.rows, column: source.column(of: rule),
          amount: source.column(of: rule) == nil ? nil : taken.amount)
      }
    }
    return LeftOutSummary(
      source: source, rows: rows.count, accounts: Set(rows.accounts).count,
      touchedRows: Set(left.map(\.row)).count,
      touchedAccounts: Set(left.map { rows.accounts[$0.row] }).count, rules: rules,
      largest: Array(lines.sorted(by: precedes).prefix(shownEarners)), lines: lines.count)
  }

  private static func rule(
    _ rule: ActionRule, of source: SourceDeclaration, _ rows: SourceRows,
    _ taken: [Address: Taken]
  ) -> LeftOutSummary.Rule {
    let column = source.column(of: rule)
    let place = source.columns.firstIndex { $0.name == column?.name }
    return LeftOutSummary.Rule(
      key: rule.key, words: source.words(of: rule),
      rows: taken.values.reduce(0) { $0 + $1.rows }, accounts: taken.count, column: column,
      amount: column == nil ? nil : sum(taken.values.map(\.amount)),
      whole: place.flatMap { sum(rows.values[$0].numbers) })
  }

  private static func sum(_ values: [UInt256?]) -> UInt256? {
    values.reduce(UInt256.zero) { sum, value in value.flatMap { sum?.adding($0) } }
  }

  private static func precedes(_ left: LeftOutSummary.Line, _ right: LeftOutSummary.Line) -> Bool {
    if left.rows != right.rows { return left.rows > right.rows }
    let (own, other) = (left.amount ?? .zero, right.amount ?? .zero)
    if own != other { return own > other }
    return (left.account, left.key) < (right.account, right.key)
  }
}

extension SourceDeclaration {
  /// The rules of its actions, as the law goes through them.
  fileprivate var actionRules: [ActionRule] {
    (wash == nil ? [] : [.ownTrade, .sameCluster, .roundTrip, .pairCap])
      + limits.indices.map { .limit($0) }
  }
}
