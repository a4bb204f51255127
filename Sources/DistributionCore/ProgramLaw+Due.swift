import DistributionModel
import EthereumPrimitives

extension ProgramLaw {
  /// What of a budget is split: all of it, but for what matches cannot use, and for time in which
  /// nobody held anything.
  ///
  /// - Parameter total: the sum of all weights; nil where it is not known.
  public static func due(
    of budget: UInt256, in program: Program, total: UInt256?, inputs: ProgramInputs
  ) -> UInt256 {
    if let matching = program.basis.matching {
      return total.map { matching.due(of: budget, total: $0) } ?? budget
    }
    guard let time = inputs.time(of: program) else { return budget }
    let product = budget.multipliedFullWidth(by: time.running)
    guard let division = product.quotientAndRemainder(dividingBy: UInt256(time.length)) else {
      preconditionFailure("a window has at least a second")
    }
    // Nobody holds anything for longer than the window.
    return division.quotient.low
  }
}

extension ProgramInputs {
  /// Where a program's weight is the column `share`: the seconds in which somebody held something,
  /// and those of the window.
  fileprivate func time(of program: Program) -> (running: UInt256, length: UInt64)? {
    guard case .weights(let name) = program.basis else { return nil }
    let source = source(of: program)
    let columns = source.declaration.columns
    guard columns.contains(where: { $0.name == name && $0.kind == .share }) else { return nil }
    guard let window = source.window,
      let column = columns.firstIndex(where: { $0.name == Series.Measure.running.rawValue })
    else { preconditionFailure("shares of time stand beside the time, and have a window") }
    return (source.rows.values[column].first ?? .zero, window.upperBound - window.lowerBound)
  }
}
