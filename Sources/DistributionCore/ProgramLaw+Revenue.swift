import DistributionModel
import EthereumPrimitives

extension ProgramLaw {
  /// What of an epoch's revenue is a program's budget, rounded down.
  static func budget(
    from revenue: Revenue, of program: Program, inputs: ProgramInputs
  ) throws(LawError) -> UInt256 {
    let source = inputs.source(named: revenue.source)
    guard let column = source.declaration.columns.firstIndex(where: { $0.name == revenue.column })
    else { preconditionFailure("a checked plan names its columns") }
    var sum = UInt256.zero
    for amount in source.rows.values[column] {
      guard let next = sum.adding(amount) else {
        throw LawError(
          .budgetOverflow, subject: program.name, place: "revenue, \(revenue.text)",
          found: "2^256 base units or more", expected: "a sum below 2^256",
          advice: "Look for an amount in the wrong unit.")
      }
      sum = next
    }
    let whole = UInt256(Share.whole.billionths)
    let product = sum.multipliedFullWidth(by: UInt256(revenue.part.billionths))
    guard let part = product.quotientAndRemainder(dividingBy: whole)?.quotient.asUInt256 else {
      preconditionFailure("a part is at most the whole")
    }
    return part
  }
}
