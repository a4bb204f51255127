import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  /// Section 6: where what each redirected account earns arrives in the end.
  package static func targets(
    of plan: Plan, _ inputs: Inputs
  ) throws(Refusal) -> [Address: Address] {
    var next: [Address: Address] = [:]
    for (account, target) in try pairs(plan, inputs) {
      guard account != target, next[account] ?? target == target else { throw .wrongRedirect }
      next[account] = target
    }
    var ends: [Address: Address] = [:]
    for start in next.keys {
      var way: Set<Address> = []
      var current = start
      while let following = next[current], ends[current] == nil {
        guard way.insert(current).inserted else { throw .redirectCycle }
        current = following
      }
      let end = ends[current] ?? current
      for account in way { ends[account] = end }
    }
    return ends
  }

  /// Account and target of every redirect, in the plan and in the rows of its sources.
  private static func pairs(
    _ plan: Plan, _ inputs: Inputs
  ) throws(Refusal) -> [(Address, Address)] {
    var pairs: [(Address, Address)] = []
    for redirect in plan.redirects {
      switch redirect {
      case .account(let account, let target, _): pairs.append((account, target))
      case .rows(let name, let column):
        guard let source = inputs.sources[name],
          let index = source.declaration.columns.firstIndex(where: { $0.name == column })
        else { preconditionFailure("a checked plan names its source, and its rows were read") }
        for (account, to) in said(source, index) {
          guard to < bound, let target = Address(number: word(to)) else { throw .wrongRedirect }
          pairs.append((account, target))
        }
      }
    }
    return pairs
  }

  /// Account and number of the target of every row, whatever the source says of second rows; of
  /// signed redirects of those that count.
  private static func said(
    _ source: Inputs.Source, _ index: Int
  ) -> [(account: Address, to: BigUInt)] {
    guard case .redirects? = source.declaration.statements else {
      return source.published.map { ($0.account, $0.values[index]) }
    }
    return redirects(source.rows.map { ($0.account, to: $0.values[0], time: $0.values[1]) })
  }

  /// What a program gives, by the accounts that receive it.
  static func received(
    _ amounts: [(account: Address, amount: BigUInt)], _ targets: [Address: Address]
  ) throws(Refusal) -> [(account: Address, amount: BigUInt)] {
    var received: [(account: Address, amount: BigUInt)] = []
    for (account, amount) in amounts {
      let target = targets[account] ?? account
      guard !target.isZero || account.isZero else { throw .wrongRedirect }
      received.append((target, amount))
    }
    return received
  }
}
