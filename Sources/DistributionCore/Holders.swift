import DistributionModel
import EthereumPrimitives

/// Which accounts count as one holder: section 10 of `docs/reference/law.md`, caps per cluster.
struct Holders {
  /// The number of its holder, by the place of an account; holders ascend by their lowest account.
  private let numbers: [Int]
  /// How many accounts each holder has.
  private let sizes: [Int]

  var count: Int { sizes.count }

  /// - Parameter accounts: strictly ascending.
  init(of accounts: [Address], _ clusters: Clusters, _ inputs: ProgramInputs) {
    guard let source = inputs.sources[clusters.source],
      let column = source.declaration.columns.firstIndex(where: { $0.name == clusters.column })
    else { preconditionFailure("a checked plan names its clusters, and their rows were read") }
    let rows = source.rows
    var order = AccountValues.ascendingOrder(of: rows.accounts)[...]
    var holders: [UInt256: Int] = [:]
    var numbers: [Int] = []
    numbers.reserveCapacity(accounts.count)
    var sizes: [Int] = []
    for account in accounts {
      while let row = order.first, rows.accounts[row] < account { order.removeFirst() }
      var cluster = UInt256.zero
      if let row = order.first, rows.accounts[row] == account { cluster = rows.values[column][row] }
      if let known = holders[cluster] {
        numbers.append(known)
        sizes[known] += 1
        continue
      }
      if !cluster.isZero { holders[cluster] = sizes.count }
      numbers.append(sizes.count)
      sizes.append(1)
    }
    self.numbers = numbers
    self.sizes = sizes
  }

  subscript(place: Int) -> Int { numbers[place] }

  /// True where the account at a place is its holder's only one.
  func isAlone(_ place: Int) -> Bool { sizes[numbers[place]] == 1 }

  /// The sums of the values of each holder's accounts; all of them together are below 2²⁵⁶.
  func sums(of values: [UInt256]) -> [UInt256] {
    var sums = [UInt256](repeating: .zero, count: count)
    for (place, value) in values.enumerated() {
      sums[numbers[place]] = sums[numbers[place]] &+ value
    }
    return sums
  }

  /// The places of each holder's accounts.
  var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for (place, number) in numbers.enumerated() { members[number].append(place) }
    return members
  }
}
