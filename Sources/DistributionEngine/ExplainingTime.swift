import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

extension Explaining {
  /// How an account's balances led to what programs over series gave it, interval by interval.
  ///
  /// - Throws: `LawError` where the bundle's own changes break the law; `sluice verify` tells more.
  public static func heldOverTime(
    of account: Address, in bundle: LoadedBundle
  ) throws(LawError) -> [HeldOverTime] {
    let plan = bundle.plan.plan
    let epoch = EpochIndex(bundle.commitment.epoch)
    let changes = bundle.inputs.compactMap { input in
      input.events?.history.positions.map { (input.declaration.name, $0) }
    }
    let histories = try SeriesLaw.histories(
      of: bundle.inputs.map(\.declaration), in: plan, epoch: epoch,
      changes: Dictionary(uniqueKeysWithValues: changes))
    var result: [HeldOverTime] = []
    for outcome in bundle.outcomes {
      guard let program = plan.program(named: outcome.program), let token = plan.token(of: program),
        case .source(let name) = program.recipients, let source = plan.source(named: name),
        let series = source.series, let history = histories[name],
        let window = plan.window(of: source, in: epoch)
      else { continue }
      let list = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
      let amount = list.index(of: account).map { list.amounts[$0] } ?? .zero
      let rule: AccrualRule =
        program.basis.column == Series.Measure.share.rawValue ? .share : .average
      let intervals = try SeriesLaw.intervals(
        of: account, in: history, named: name, window: window, rule: rule, amount: amount)
      guard !intervals.isEmpty else { continue }
      result.append(
        HeldOverTime(
          program: program.name, token: token, source: name,
          value: ColumnDeclaration(name: "balance", kind: series.value), rule: rule,
          intervals: intervals))
    }
    return result
  }
}
