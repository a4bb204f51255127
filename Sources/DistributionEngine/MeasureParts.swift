import DistributionCore
import DistributionModel
import EthereumPrimitives

/// A weight as a sum of measures of positions, each times something that does not change within an
/// epoch.
struct MeasureParts {
  private let program: Program
  private let measures: [RangeEvents.Measure]

  init(_ program: Program, _ measures: [RangeEvents.Measure]) {
    self.program = program
    self.measures = measures
  }

  /// What of an amount is due to each part of the weight; nothing where the weight is no such sum,
  /// or what its parts came to is not known.
  ///
  /// - Parameters:
  ///   - explained: what the program came to for the account.
  ///   - row: the account's measures.
  func parts(
    of amount: UInt256, explained: ProgramExplanation?, row: [UInt256]
  ) -> [RangesOverTime.Part] {
    var parts: [(measure: RangeEvents.Measure, text: String, weight: DecimalNumber)] = []
    if let column = program.basis.column {
      guard let place = measures.firstIndex(where: { $0.rawValue == column }) else { return [] }
      let weight = DecimalNumber(row[place], scale: measures[place].column.places ?? 0)
      parts = [(measures[place], column, weight)]
    } else if case .computedWeights(let expression) = program.basis,
      let calculation = explained?.calculation
    {
      let terms = summands(of: expression)
      let values =
        terms.count > 1 ? calculation.terms.map(\.value) : [calculation.result?.value]
      guard values.count == terms.count else { return [] }
      for (term, value) in zip(terms, values) {
        guard let measure = measure(of: term), let value = value.flatMap({ DecimalNumber($0) }),
          !value.isNegative
        else { return [] }
        parts.append((measure, term.text, value))
      }
    }
    let scale = parts.map(\.weight.scale).max() ?? 0
    let amounts = amount.split(
      by: parts.map { $0.weight.magnitude &* (UInt256.powerOfTen(scale - $0.weight.scale) ?? .one) }
    )
    return zip(parts, amounts).map { part, amount in
      RangesOverTime.Part(
        measure: part.measure, text: part.text, weight: part.weight.shortest, amount: amount)
    }
  }

  private func summands(of expression: Expression) -> [Expression] {
    if case .arithmetic(.add, let left, let right) = expression.operation {
      return summands(of: left) + summands(of: right)
    }
    return [expression]
  }

  /// The one measure to which an expression is in proportion; nil where there is none.
  private func measure(of expression: Expression) -> RangeEvents.Measure? {
    program.column(inProportionTo: expression).flatMap(RangeEvents.Measure.init(rawValue:))
  }
}
