import BigInt
import DistributionModel
import EthereumPrimitives

/// What a program's expressions read beside their own source: section 9 of the law.
struct ReferenceJoins {
  /// Accounts that are not in a list have 0 there.
  private var numbers: [Expression.Join: [Address: BigInt]] = [:]

  /// What is the same for all accounts.
  private var prices: [String: BigUInt] = [:]

  /// Nothing is read.
  init() {}

  init(
    _ joins: [Expression.Join], of program: Program, _ inputs: ReferenceLaw.Inputs
  ) throws(ReferenceLaw.Refusal) {
    prices = inputs.prices
    for join in joins {
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
      case .price: continue
      case .rowCount(let name):
        let source = name.map(inputs.source(named:)) ?? inputs.source(of: program)
        numbers[join] = Dictionary(grouping: source.rows, by: \.account)
          .mapValues { BigInt($0.count) }
      case .ofRows(let aggregate, let column, let name):
        let source = name.map(inputs.source(named:)) ?? inputs.source(of: program)
        let index = source.declaration.columns.firstIndex { $0.name == column } ?? 0
        numbers[join] = Dictionary(grouping: source.rows, by: \.account).mapValues { rows in
          Self.number(aggregate, of: rows.map { BigInt($0.values[index]) }.sorted())
        }
        guard numbers[join]?.values.allSatisfy({ $0 < ReferenceLaw.bound }) ?? true else {
          throw .valuesOverflow
        }
      case .ofPeriods(let aggregate, let column, let name, let seconds):
        let source = name.map(inputs.source(named:)) ?? inputs.source(of: program)
        let index = source.declaration.columns.firstIndex { $0.name == column } ?? 0
        numbers[join] = Dictionary(grouping: source.rows, by: \.account).mapValues { rows in
          Self.number(aggregate, of: Set(rows.map { BigInt($0.values[index]) / BigInt(seconds) }))
        }
      }
    }
  }

  private static func number(
    _ aggregate: Expression.RowAggregate, of ascending: [BigInt]
  ) -> BigInt {
    let count = ascending.count
    switch aggregate {
    case .smallest: return ascending[0]
    case .largest: return ascending[count - 1]
    case .median: return (ascending[(count - 1) / 2] + ascending[count / 2]) * 10 / 2
    }
  }

  private static func number(
    _ aggregate: Expression.PeriodAggregate, of periods: Set<BigInt>
  ) -> BigInt {
    switch aggregate {
    case .periods: return BigInt(periods.count)
    case .streak:
      // A run starts where the period before is not there.
      let runs = periods.filter { !periods.contains($0 - 1) }.map { start in
        (0...).prefix { periods.contains(start + BigInt($0)) }.count
      }
      return BigInt(runs.max() ?? 0)
    }
  }

  /// The digits that stand for a join; `listed` is 1 or 0.
  subscript(join: Expression.Join, account: Address) -> BigInt {
    if case .price(let name) = join { return BigInt(prices[name] ?? 0) }
    return numbers[join]?[account] ?? 0
  }
}
