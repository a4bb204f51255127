import DistributionModel
import EthereumPrimitives

extension PositionHistory {
  /// Every account of some histories once, ascending.
  static func accounts(of histories: [PositionHistory]) -> [Address] {
    guard let first = histories.first else { return [] }
    return histories.dropFirst().reduce(first.accounts) { union, history in
      let list = history.accounts
      var merged: [Address] = []
      merged.reserveCapacity(max(union.count, list.count))
      var (left, right) = (0, 0)
      while left < union.count || right < list.count {
        let isLeft = right == list.count || left < union.count && union[left] <= list[right]
        let account = isLeft ? union[left] : list[right]
        if left < union.count, union[left] == account { left += 1 }
        if right < list.count, list[right] == account { right += 1 }
        merged.append(account)
      }
      return merged
    }
  }

  /// Where its accounts stand in an ascending list that has all of them.
  func places(in all: [Address]) -> [Int] {
    var place = 0
    return accounts.map { account in
      while all[place] != account { place += 1 }
      return place
    }
  }

  /// The same without the changes of some accounts.
  public func excluding(_ excluded: Set<Address>) -> PositionHistory {
    guard !excluded.isEmpty else { return self }
    let isOut = accounts.map(excluded.contains)
    guard isOut.contains(true) else { return self }
    var kept = PositionChanges()
    for row in 0..<changes.count where !isOut[Int(changes.accounts[row])] {
      kept.append(
        time: Timestamp(changes.times[row]), account: changes.accounts[row],
        amount: changes.amounts[row], isTaken: changes.isTaken[row], line: changes.lines[row])
    }
    return PositionHistory(span: span, of: accounts, changes: kept)
  }

  /// A history without accounts that stand in no change.
  init(span: Range<UInt64>, of accounts: [Address], changes: PositionChanges) {
    var changes = changes
    var isChanged = [Bool](repeating: false, count: accounts.count)
    for account in changes.accounts { isChanged[Int(account)] = true }
    guard isChanged.contains(false) else {
      self.init(span: span, accounts: accounts, changes: changes)
      return
    }
    var numbers = [UInt32](repeating: 0, count: accounts.count)
    var changed: [Address] = []
    for account in accounts.indices where isChanged[account] {
      numbers[account] = UInt32(changed.count)
      changed.append(accounts[account])
    }
    for row in 0..<changes.count {
      changes.accounts[row] = numbers[Int(changes.accounts[row])]
    }
    changes.accountCount = changed.count
    self.init(span: span, accounts: changed, changes: changes)
  }
}

extension RangeHistory {
  /// The same without the positions of some accounts.
  public func excluding(_ excluded: Set<Address>) -> RangeHistory {
    guard !excluded.isEmpty else { return self }
    return RangeHistory(
      span: span, changes: changes.filter { !excluded.contains($0.position.account) })
  }
}
