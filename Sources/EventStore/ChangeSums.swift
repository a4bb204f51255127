import DistributionModel
import EthereumPrimitives

extension PositionChanges {
  /// What the changes of each account at each instant come to, by time, then by the ranks of
  /// accounts. Sums of 0 are left out.
  ///
  /// - Parameters:
  ///   - rank: of an account's number.
  ///   - overflow: what to throw where a sum is 2²⁵⁶ or more.
  func summed(
    rank: (UInt32) -> UInt32, overflow: (_ account: UInt32, _ time: UInt64) -> StoreError
  ) throws(StoreError) -> PositionChanges {
    let order = AscendingOrder.places(by: times) { left, right in
      accounts[left] == accounts[right]
        ? left < right : rank(accounts[left]) < rank(accounts[right])
    }
    var result = PositionChanges()
    var index = 0
    while index < order.count {
      let first = order[index]
      let (time, account) = (times[first], accounts[first])
      var sum = SignedSum()
      while index < order.count, times[order[index]] == time, accounts[order[index]] == account {
        sum.add(amounts[order[index]], isTaken: isTaken[order[index]])
        index += 1
      }
      guard let value = sum.value else { throw overflow(account, time) }
      if value.amount.isZero { continue }
      result.append(
        time: Timestamp(time), account: account, amount: value.amount, isTaken: value.isTaken,
        line: lines[first])
    }
    return result
  }
}
