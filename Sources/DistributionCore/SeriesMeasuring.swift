import DistributionModel
import EthereumPrimitives

/// What the balances of a source come to over a window, account by account.
///
/// Only what some measure asks for is computed.
struct SeriesMeasuring {
  private let history: PositionHistory
  private let measures: [Series.Measure]
  private let standings: Standings?
  private let held: AccruedEpoch?
  private let shared: AccruedEpoch?
  private let length: UInt256

  /// - Parameter history: one that was checked.
  init(
    _ history: PositionHistory, _ measures: [Series.Measure], window: Range<UInt64>
  ) throws(AccrualError) {
    self.history = history
    self.measures = measures
    length = UInt256(window.upperBound - window.lowerBound)
    let isHeld = measures.contains(.held) || measures.contains(.average)
    let isShared = measures.contains(.share)
    let isSeen =
      measures.contains { [.opening, .closing, .lowest, .highest, .seconds].contains($0) }
    held = isHeld ? try history.accrued(.average, over: window) : nil
    shared = isShared ? try history.accrued(.share, over: window) : nil
    standings = isSeen || !isHeld && !isShared ? Standings(history, window: window) : nil
  }

  /// One row per account that held something in the window, ascending by account.
  func rows(named name: String) -> SourceRows {
    let holders = self.holders
    return SourceRows(
      source: name, accounts: holders.map { history.accounts[$0] },
      columns: measures.map { ColumnValues(values(of: $0, holders)) },
      lines: [UInt32](repeating: 0, count: holders.count))
  }

  /// Who held something for at least a second: it earned something, whatever the rule.
  private var holders: [Int] {
    if let standings {
      return standings.accounts.indices.filter { !standings.accounts[$0].highest.isZero }
    }
    guard let earned = held ?? shared else { preconditionFailure("something was measured") }
    let holders = earned.weights.indices.filter { !earned.weights[$0].isZero }
    return earned.dust.isEmpty ? holders : (holders + earned.dust.map { Int($0) }).sorted()
  }

  private func values(of measure: Series.Measure, _ holders: [Int]) -> [UInt256] {
    switch measure {
    case .held: return weights(held, holders)
    case .share: return weights(shared, holders)
    case .average:
      return weights(held, holders).map { weight in
        weight.quotientAndRemainder(dividingBy: length)?.quotient ?? .zero
      }
    case .running:
      let seconds = held?.runningSeconds ?? shared?.runningSeconds ?? standings?.running ?? 0
      return [UInt256](repeating: UInt256(seconds), count: holders.count)
    case .opening: return standing(\.opening, holders)
    case .closing: return standing(\.balance, holders)
    case .lowest: return standing(\.lowest, holders)
    case .highest: return standing(\.highest, holders)
    case .seconds:
      return standings.map { all in holders.map { UInt256(all.accounts[$0].seconds) } } ?? []
    }
  }

  private func weights(_ earned: AccruedEpoch?, _ holders: [Int]) -> [UInt256] {
    earned.map { earned in holders.map { earned.weights[$0] } } ?? []
  }

  private func standing(
    _ value: KeyPath<Standings.Account, UInt256>, _ holders: [Int]
  ) -> [UInt256] {
    standings.map { all in holders.map { all.accounts[$0][keyPath: value] } } ?? []
  }
}

/// What accounts held at the ends of a window and between them.
private struct Standings {
  /// By the history's numbers.
  private(set) var accounts: [Account]
  /// Seconds in which somebody held something.
  private(set) var running: UInt64 = 0

  struct Account {
    /// By the end of the window.
    var balance = UInt256.zero
    var opening = UInt256.zero
    var lowest = UInt256.max
    var highest = UInt256.zero
    var seconds: UInt64 = 0
    /// When the balance was changed last, but not before the window.
    var since: UInt64

    mutating func pass(to time: UInt64) {
      guard time > since else { return }
      lowest = min(lowest, balance)
      highest = max(highest, balance)
      if !balance.isZero { seconds += time - since }
      since = time
    }
  }

  init(_ history: PositionHistory, window: Range<UInt64>) {
    accounts = history.accounts.map { _ in Account(since: window.lowerBound) }
    let changes = history.changes
    var row = 0
    while row < changes.count, changes.times[row] <= window.lowerBound {
      let account = Int(changes.accounts[row])
      accounts[account].balance = history.balance(after: row, of: accounts[account].balance)
      row += 1
    }
    for account in accounts.indices { accounts[account].opening = accounts[account].balance }
    var holders = accounts.count { !$0.balance.isZero }
    var now = window.lowerBound
    while row < changes.count, changes.times[row] < window.upperBound {
      let time = changes.times[row]
      if holders > 0 { running += time - now }
      now = time
      let account = Int(changes.accounts[row])
      accounts[account].pass(to: time)
      let balance = accounts[account].balance
      let next = history.balance(after: row, of: balance)
      holders += (balance.isZero ? 1 : 0) - (next.isZero ? 1 : 0)
      accounts[account].balance = next
      row += 1
    }
    if holders > 0 { running += window.upperBound - now }
    for account in accounts.indices { accounts[account].pass(to: window.upperBound) }
  }
}

extension PositionHistory {
  /// What accounts earn in a window by one rule.
  fileprivate func accrued(
    _ rule: AccrualRule, over window: Range<UInt64>
  ) throws(AccrualError) -> AccruedEpoch {
    var accrual = Accrual(rule: rule)
    accrual.open(Timestamp(window.lowerBound)..<Timestamp(window.upperBound))
    _ = try accrual.take(changes)
    return try accrual.close()
  }
}
