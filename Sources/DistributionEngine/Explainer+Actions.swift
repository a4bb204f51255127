import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

extension AccountExcerpt {
  /// Who counts as one holder, of the account and those with whom it traded; nil where it does not
  /// matter.
  var clusterTable: ClusterTable? {
    guard let partners, let clusters = plan.plan.clusters,
      let own = inputs.first(where: { $0.declaration.name == clusters.source })
    else { return nil }
    var rows = partners
    for row in own.rows.accounts.indices {
      rows.append(
        account: own.rows.accounts[row], row: own.rows.values.map { $0[row] },
        line: own.rows.lines[row])
    }
    return ClusterTable(
      clusters, source: ProgramInputs.Source(declaration: own.declaration, rows: rows))
  }
}

extension Explainer {
  /// What counts of the account's rows of a source.
  func counted(_ rows: SourceRows, of source: SourceDeclaration) -> ActionLaw.Counted {
    ActionLaw.counted(
      rows, of: source, from: plan.window(of: source, in: excerpt.epoch)?.lowerBound ?? 0,
      clusters: excerpt.clusterTable)
  }

  /// What the rules of the sources that a program reads took from the account's rows, in the order
  /// of the plan.
  func taken(by program: Program) -> [ProgramExplanation.Taken] {
    excerpt.inputs.filter { program.sources.contains($0.declaration.name) }.flatMap { input in
      let source = input.declaration
      let left = counted(input.rows, of: source).left
      var rules: [ActionRule] = []
      for entry in left where !rules.contains(entry.rule) { rules.append(entry.rule) }
      return rules.map { rule in
        let own = left.filter { $0.rule == rule }
        let column = source.column(of: rule)
        let amount = own.reduce(column == nil ? nil : UInt256.zero) { sum, entry in
          entry.amount.flatMap { sum?.adding($0) }
        }
        let lines = input.lines.isEmpty ? [] : Set(own.map { input.lines[$0.row] }).sorted()
        return ProgramExplanation.Taken(
          file: source.file, key: rule.key, planLine: planLine(of: rule, in: source),
          words: source.words(of: rule), rows: own.count,
          lines: lines, counterparties: counterparties(own, rule, input), column: column,
          amount: amount)
      }
    }
  }

  private func planLine(of rule: ActionRule, in source: SourceDeclaration) -> Int? {
    guard let index = plan.sources.firstIndex(where: { $0.name == source.name }) else { return nil }
    let path = "sources[\(index)].\(rule.key)"
    // An entry of a list has no place of its own, but its keys have.
    let places = excerpt.plan.positions.filter { $0.key == path || $0.key.hasPrefix(path + ".") }
    return places.values.map(\.line).min()
  }

  /// With whom the account traded in rows that a rule against wash trades took.
  private func counterparties(
    _ taken: [LeftOut], _ rule: ActionRule, _ input: AccountExcerpt.Input
  ) -> [Address] {
    let source = input.declaration
    guard rule != .ownTrade, let wash = source.wash,
      let column = source.columns.firstIndex(where: { $0.name == wash.counterparty })
    else { return [] }
    if case .limit = rule { return [] }
    return Set(taken.compactMap { Address(number: input.rows.values[column][$0.row]) }).sorted()
  }
}
