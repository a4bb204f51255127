import DistributionModel
import EthereumPrimitives

/// Whose contributions to a round of grants count: section 11 of `docs/reference/law.md`.
struct Donors {
  /// Their addresses as numbers; nil where all count.
  private let counting: Set<UInt256>?

  func contains(_ donor: UInt256) -> Bool { counting?.contains(donor) ?? true }

  /// Asks the plan's condition about everybody who stands in the source's rows as a donor.
  init(
    of program: Program, _ matching: Matching, _ source: ProgramInputs.Source,
    _ inputs: ProgramInputs
  ) throws(LawError) {
    guard let filter = matching.filter,
      let column = source.declaration.columns.firstIndex(where: { $0.name == matching.contributor })
    else {
      counting = nil
      return
    }
    let donors = Set(source.rows.values[column]).compactMap(Address.init(number:)).sorted()
    let read = try AccountColumns(about: donors, program, inputs)
    let evaluator = ExpressionEvaluator(
      columns: [:], joins: read.joins.mapValues { NumberColumn($0) }, values: [],
      rows: Array(donors.indices))
    var counting: Set<UInt256> = []
    do throws(ExpressionFault) {
      try evaluator.forEachBlock(of: filter, over: evaluator.rows[...]) {
        block, rows throws(ExpressionFault) in
        if let first = block.faults.min(by: { $0.key < $1.key }) { throw first.value }
        for (row, counts) in zip(rows, block.truths) where counts {
          counting.insert(donors[row].number)
        }
      }
    } catch {
      throw LawError(error, program: program, accounts: donors)
    }
    self.counting = counting
  }
}
