import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Programs that pay epoch after epoch, or by balances over time.
extension Summarizing {
  /// How many of the accounts that receive most are shown.
  static let shownEarners = 10

  static func time(
    _ programs: [ProgramSummary], _ bundle: Bundled, in epoch: EpochIndex
  ) -> [TimeSummary] {
    let plan = bundle.plan
    return zip(programs, bundle.outcomes).compactMap { program, outcome in
      let held = held(program.program, bundle, in: epoch)
      guard program.program.emission != nil || held != nil else { return nil }
      let largest = outcome.amounts.indices.sorted {
        (outcome.amounts[$1], outcome.accounts[$0]) < (outcome.amounts[$0], outcome.accounts[$1])
      }.prefix(shownEarners)
      return TimeSummary(
        program: program, epoch: epoch,
        emission: program.program.emission == nil
          ? [] : PlanReviewing.emission(of: program.program, in: plan),
        paidSeconds: paidSeconds(program.program, held, plan, in: epoch),
        hasNext: program.program.isRecurring
          && plan.epochs.map { epoch.number + 1 < $0.count } ?? false,
        held: held,
        earners: largest.map {
          TimeSummary.Earner(account: outcome.accounts[$0], amount: outcome.amounts[$0])
        })
    }
  }

  private static func paidSeconds(
    _ program: Program, _ held: TimeSummary.Held?, _ plan: Plan, in epoch: EpochIndex
  ) -> UInt64? {
    program.isRecurring
      ? plan.interval(of: epoch).map { $0.upperBound - $0.lowerBound }
      : held.map { $0.end.seconds - $0.start.seconds }
  }

  private static func held(
    _ program: Program, _ bundle: Bundled, in epoch: EpochIndex
  ) -> TimeSummary.Held? {
    guard case .source(let name) = program.recipients,
      let input = bundle.inputs.first(where: { $0.declaration.name == name }),
      let series = input.declaration.series, series.ranges == nil,
      let window = bundle.plan.window(of: input.declaration, in: epoch)
    else { return nil }
    return TimeSummary.Held(
      source: name, value: ColumnDeclaration(name: "balance", kind: series.value),
      start: Timestamp(window.lowerBound), end: Timestamp(window.upperBound),
      holders: input.rows.count, average: average(of: input, series, window))
  }

  /// All balances together on average: from the measures where one of them says it, or else from
  /// the changes.
  private static func average(
    of input: CanonicalInput, _ series: Series, _ window: Range<UInt64>
  ) -> UInt256? {
    let length = UInt256(window.upperBound - window.lowerBound)
    if let column = series.measures.firstIndex(of: .held) {
      var sum = UInt512(.zero)
      for held in input.rows.values[column] { sum = sum.adding(held) ?? sum }
      return sum.quotientAndRemainder(dividingBy: length)?.quotient.asUInt256
    }
    return input.events?.history.positions.flatMap {
      SeriesLaw.averageTotal(of: $0.excluding(series.excluded), window: window)
    }
  }
}
