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
    for paid in bundle.paidOverTime(account) {
      let (program, source, series) = (paid.program, paid.source, paid.series)
      guard series.ranges == nil else { continue }
      let rule = program.accrualRule
      let amount = rule == nil ? nil : paid.amount
      var through: LookThrough?
      let intervals: [HeldInterval]
      if case .lookThrough(let vault) = series.origin {
        guard let deposits = histories[vault.deposits], let shares = histories[vault.shares] else {
          continue
        }
        through = vault
        intervals = try SeriesLaw.intervals(
          of: account, through: vault.vault, deposits: deposits, shares: shares,
          named: source.name, window: paid.window, rule: rule ?? .average, amount: amount)
      } else {
        guard let history = histories[source.name] else { continue }
        intervals = try SeriesLaw.intervals(
          of: account, in: history, named: source.name, window: paid.window,
          rule: rule ?? .average, amount: amount)
      }
      guard !intervals.isEmpty else { continue }
      let value = ColumnDeclaration(name: "balance", kind: series.value)
      result.append(
        HeldOverTime(
          program: program.name, token: paid.token, source: source.name, value: value, rule: rule,
          reads: series.measures.filter { program.columns.contains($0.rawValue) },
          through: through, intervals: intervals))
    }
    return result
  }

  /// How an account's positions of concentrated liquidity led to what programs gave it.
  ///
  /// - Parameter explanation: of the account, from the same bundle.
  /// - Throws: as for balances.
  public static func rangesOverTime(
    of account: Address, in bundle: LoadedBundle, explained explanation: Explanation
  ) throws(LawError) -> [RangesOverTime] {
    let explained = explanation.campaigns.flatMap(\.programs)
    var result: [RangesOverTime] = []
    for paid in bundle.paidOverTime(account) {
      guard let events = paid.series.ranges,
        let ranges = bundle.history(of: paid.source.name)?.ranges?
          .excluding(paid.series.excluded),
        let prices = bundle.history(of: events.price)?.prices
      else { continue }
      // What the law refuses is no history to walk through.
      let rows = try RangeLaw.rows(
        of: events, named: paid.source.name, in: paid.window, ranges: ranges, prices: prices)
      guard let row = rows.accounts.firstIndex(of: account) else { continue }
      let intervals = RangeLaw.intervals(
        of: account, events, in: paid.window, ranges: ranges, prices: prices)
      let parts = MeasureParts(paid.program, events.measures).parts(
        of: paid.amount, explained: explained.first { $0.program == paid.program.name },
        row: rows.values.map { $0[row] })
      result.append(
        RangesOverTime(
          program: paid.program.name, token: paid.token, source: paid.source.name,
          measures: events.measures, parts: parts, intervals: intervals,
          amounts: amounts(of: parts, events.measures, intervals)))
    }
    return result
  }

  /// What of the parts is due to each interval: in proportion to what it adds to their measures.
  private static func amounts(
    of parts: [RangesOverTime.Part], _ measures: [RangeEvents.Measure],
    _ intervals: [RangeInterval]
  ) -> [UInt256] {
    guard !parts.isEmpty else { return [] }
    var amounts = intervals.map { _ in UInt256.zero }
    for part in parts {
      guard let column = measures.firstIndex(of: part.measure) else { continue }
      let split = part.amount.split(by: intervals.map { $0.earned[column] })
      for place in split.indices { amounts[place] = amounts[place] &+ split[place] }
    }
    return amounts
  }
}

/// A program whose accounts come from balances or positions over time, and what it gave one.
private struct PaidOverTime {
  let program: Program
  let token: Token
  let source: SourceDeclaration
  let series: Series
  let window: Range<UInt64>
  /// Base units.
  let amount: UInt256
}

extension Program {
  /// How seconds of a balance add up to what an account gets; nil where they do not.
  fileprivate var accrualRule: AccrualRule? {
    let column = basis.column ?? basis.expression.flatMap { self.column(inProportionTo: $0) }
    return switch column.flatMap(Series.Measure.init(rawValue:)) {
    case .share: .share
    case .held, .average: .average
    case .opening, .closing, .lowest, .highest, .seconds, .running, nil: nil
    }
  }
}

extension LoadedBundle {
  fileprivate func paidOverTime(_ account: Address) -> [PaidOverTime] {
    let plan = plan.plan
    return outcomes.compactMap { outcome in
      guard let program = plan.program(named: outcome.program), let token = plan.token(of: program),
        case .source(let name) = program.recipients, let source = plan.source(named: name),
        let series = source.series,
        let window = plan.window(of: source, in: EpochIndex(commitment.epoch))
      else { return nil }
      let list = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
      return PaidOverTime(
        program: program, token: token, source: source, series: series, window: window,
        amount: list.index(of: account).map { list.amounts[$0] } ?? .zero)
    }
  }

  fileprivate func history(of source: String) -> SourceHistory? {
    inputs.first { $0.declaration.name == source }?.events?.history
  }
}
