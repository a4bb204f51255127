import DistributionModel
import EthereumPrimitives

/// Who earned what of a source in which a vault's balance belongs to those who hold its shares:
/// `docs/reference/law.md`, section 15.
struct VaultMeasuring {
  private let vault: Address
  private let deposits: PositionHistory
  private let shares: PositionHistory
  private let window: Range<UInt64>
  /// Of deposits and shares, ascending.
  private let accounts: [Address]

  /// What accounts earned by one rule, by their numbers among all.
  private struct Earned {
    var weights: [UInt256]
    let runningSeconds: UInt64
  }

  /// - Parameters: histories that were checked.
  init(
    _ vault: Address, deposits: PositionHistory, shares: PositionHistory, window: Range<UInt64>
  ) {
    self.vault = vault
    self.deposits = deposits
    self.shares = shares
    self.window = window
    accounts = PositionHistory.accounts(of: [deposits, shares])
  }

  /// One row per account that earned something, ascending by account.
  func rows(_ measures: [Series.Measure], named name: String) throws(LawError) -> SourceRows {
    let held = measures.contains(.held) ? try earned(by: .average, name) : nil
    let shared = measures.contains(.share) ? try earned(by: .share, name) : nil
    let earned = [held, shared].compactMap { $0 }
    let holders = accounts.indices.filter { account in
      earned.contains { !$0.weights[account].isZero }
    }
    let columns = measures.map { measure in
      switch measure {
      case .held: holders.map { held?.weights[$0] ?? .zero }
      case .share: holders.map { shared?.weights[$0] ?? .zero }
      case .running: holders.map { _ in UInt256(earned.first?.runningSeconds ?? 0) }
      case .opening, .closing, .lowest, .highest, .average, .seconds:
        preconditionFailure("a checked plan asks for time, where there are no balances")
      }
    }
    return SourceRows(
      source: name, accounts: holders.map { accounts[$0] },
      columns: columns.map { ColumnValues($0) },
      lines: [UInt32](repeating: 0, count: holders.count))
  }

  private func earned(by rule: AccrualRule, _ name: String) throws(LawError) -> Earned {
    let (own, clock): (AccruedEpoch, InnerClock)
    do throws(AccrualError) {
      (own, clock) = try earned(by: rule)
    } catch {
      throw LawError(error, source: name, accounts: deposits.accounts)
    }
    do throws(AccrualError) {
      return try together(own, clock)
    } catch {
      throw LawError(error, source: name, accounts: accounts)
    }
  }

  /// What deposits earn, and what shares do of the vault's.
  private func earned(by rule: AccrualRule) throws(AccrualError) -> (AccruedEpoch, InnerClock) {
    var walk = VaultWalk(vault, deposits: deposits, shares: shares, window: window, rule: rule)
    while !walk.isOver { try walk.step() }
    return (try walk.close(), walk.clock)
  }

  /// What own balances earned, and parts of the vault's.
  private func together(
    _ own: AccruedEpoch, _ clock: InnerClock
  ) throws(AccrualError) -> Earned {
    let dropped = own.rule == .share ? AccruedEpoch.droppedLimbs : 0
    var weights = [UInt256](repeating: .zero, count: accounts.count)
    for (place, account) in deposits.places(in: accounts).enumerated() {
      weights[account] =
        deposits.accounts[place] == vault ? clock.unclaimed(dropping: dropped) : own.weights[place]
    }
    for (place, account) in shares.places(in: accounts).enumerated() {
      guard let sum = weights[account].adding(clock.part(of: place, dropping: dropped)) else {
        throw AccrualError(tooMuchEarnedBy: UInt32(account), by: window.upperBound)
      }
      weights[account] = sum
    }
    return Earned(weights: weights, runningSeconds: own.runningSeconds)
  }
}
