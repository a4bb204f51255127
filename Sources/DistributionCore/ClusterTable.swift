import DistributionModel
import EthereumPrimitives

/// Which accounts are one holder: section 8 of `docs/reference/law.md`.
public struct ClusterTable: Sendable {
  /// Ascending.
  private let accounts: [Address]
  /// `numbers[i]` is the cluster of `accounts[i]`; 0 is none.
  private let numbers: [UInt256]

  /// - Parameter source: what was read from the source that the clusters name.
  public init(_ clusters: Clusters, source: ProgramInputs.Source) {
    guard
      let column = source.declaration.columns.firstIndex(where: { $0.name == clusters.column })
    else { preconditionFailure("a checked plan resolves its names") }
    let rows = source.rows
    let order = AccountValues.ascendingOrder(of: rows.accounts)
    accounts = order.map { rows.accounts[$0] }
    numbers = order.map { rows.values[column][$0] }
  }

  /// The number of an account's cluster; 0 is none.
  func number(of account: Address) -> UInt256 {
    let list = Entitlements(accounts: accounts, amounts: numbers)
    return list.index(of: account).map { numbers[$0] } ?? .zero
  }

  /// The holder of each account, numbered from 0 in the order in which they first occur.
  ///
  /// - Parameter holding: strictly ascending.
  public func holders(of holding: [Address]) -> [Int] {
    var holders: [Int] = []
    holders.reserveCapacity(holding.count)
    var known: [UInt256: Int] = [:]
    var next = 0
    var place = 0
    for account in holding {
      while place < accounts.count, accounts[place] < account { place += 1 }
      var number = UInt256.zero
      if place < accounts.count, accounts[place] == account { number = numbers[place] }
      if let holder = known[number] {
        holders.append(holder)
        continue
      }
      if !number.isZero { known[number] = next }
      holders.append(next)
      next += 1
    }
    return holders
  }
}
