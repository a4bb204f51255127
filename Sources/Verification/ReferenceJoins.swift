import BigInt
import DistributionModel
import EthereumPrimitives

/// What a program's expressions read beside their own source: section 9 of the law.
struct ReferenceJoins {
  /// Accounts that are not in a list have 0 there.
  private var numbers: [Expression.Join: [Address: BigInt]] = [:]

  /// Nothing is read.
  init() {}

  init(of program: Program, _ inputs: ReferenceLaw.Inputs) throws(ReferenceLaw.Refusal) {
    for join in program.joins.keys {
      switch join {
      case .column(let column, let name):
        let source = inputs.source(named: name)
        let index = source.declaration.columns.firstIndex { $0.name == column } ?? 0
        let sums = try ReferenceLaw.added(source.rows.map { ($0.account, $0.values[index]) })
        numbers[join] = Dictionary(
          uniqueKeysWithValues: sums.map { ($0.account, BigInt($0.value)) })
      case .listed(let name):
        let accounts = Set(inputs.source(named: name).rows.map(\.account))
        numbers[join] = Dictionary(uniqueKeysWithValues: accounts.map { ($0, 1) })
      case .allocated(let program):
        let amounts = inputs.outcomes[program]?.amounts ?? []
        numbers[join] = Dictionary(
          uniqueKeysWithValues: amounts.map { ($0.account, BigInt($0.amount)) })
      }
    }
  }

  /// The digits that stand for a join; `listed` is 1 or 0.
  subscript(join: Expression.Join, account: Address) -> BigInt {
    numbers[join]?[account] ?? 0
  }
}
