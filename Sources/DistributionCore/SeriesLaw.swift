import DistributionModel
import EthereumPrimitives

/// From balances over time to one row per account: section 15 of `docs/reference/law.md`.
public enum SeriesLaw {
  /// The rows of sources with balances over time, as programs read them.
  ///
  /// - Parameters:
  ///   - sources: those that are read in the epoch, with those that they are computed from, in the
  ///     order of the plan.
  ///   - histories: of each source with a file of changes, over at least `Plan.reading`.
  /// - Returns: per source with a series its rows, ascending by account.
  public static func rows(
    of sources: [SourceDeclaration], in plan: Plan, epoch: EpochIndex,
    histories: [String: PositionHistory]
  ) throws(LawError) -> [String: SourceRows] {
    var result: [String: SourceRows] = [:]
    for source in sources {
      guard let series = source.series, series.ranges == nil,
        let window = plan.window(of: source, in: epoch)
      else { continue }
      guard let history = histories[source.name] else {
        preconditionFailure("the changes of every source were read")
      }
      do throws(AccrualError) {
        result[source.name] = try SeriesMeasuring(history, window: window)
          .rows(of: series, named: source.name)
      } catch {
        throw LawError(error, source: source.name, accounts: history.accounts)
      }
    }
    return result
  }
}

/// What the balances of a source come to over a window.
struct SeriesMeasuring {
  private let history: PositionHistory
  private let window: Range<UInt64>
  private var standings: [Standing]

  /// What an account held, as far as its changes have been read.
  private struct Standing {
    var balance = UInt256.zero
    /// When it was changed last, but not before the window.
    var since: UInt64
    var opening = UInt256.zero
    var lowest = UInt256.max
    var highest = UInt256.zero
    var seconds: UInt64 = 0

    mutating func pass(to time: UInt64) {
      guard time > since else { return }
      lowest = min(lowest, balance)
      highest = max(highest, balance)
      if !balance.isZero { seconds += time - since }
      since = time
    }
  }

  init(_ history: PositionHistory, window: Range<UInt64>) {
    self.history = history
    self.window = window
    standings = history.accounts.map { _ in Standing(since: window.lowerBound) }
    let changes = history.changes
    var row = 0
    func isBefore(_ time: UInt64) -> Bool { row < changes.count && changes.times[row] < time }
    while isBefore(window.lowerBound + 1) {
      change(row)
      row += 1
    }
    for account in standings.indices { standings[account].opening = standings[account].balance }
    while isBefore(window.upperBound) {
      standings[Int(changes.accounts[row])].pass(to: changes.times[row])
      change(row)
      row += 1
    }
    for account in standings.indices { standings[account].pass(to: window.upperBound) }
  }

  /// Whether a balance stays within its bounds is for `Accrual` to say.
  private mutating func change(_ row: Int) {
    let account = Int(history.changes.accounts[row])
    let amount = history.changes.amounts[row]
    let balance = standings[account].balance
    standings[account].balance =
      history.changes.isTaken[row] ? balance &- amount : balance &+ amount
  }

  /// One row per account that held something in the window.
  func rows(of series: Series, named name: String) throws(AccrualError) -> SourceRows {
    let held = try accrued(.average)
    let shared = series.measures.contains(.share) ? try accrued(.share) : nil
    let holders = standings.indices.filter { !standings[$0].highest.isZero }
    let length = UInt256(window.upperBound - window.lowerBound)
    let columns = series.measures.map { measure in
      ColumnValues(
        holders.map { account in
          let standing = standings[account]
          switch measure {
          case .opening: return standing.opening
          case .closing: return standing.balance
          case .lowest: return standing.lowest
          case .highest: return standing.highest
          case .held: return held.weights[account]
          case .average:
            return held.weights[account].quotientAndRemainder(dividingBy: length)?.quotient ?? .zero
          case .seconds: return UInt256(standing.seconds)
          case .share: return shared?.weights[account] ?? .zero
          case .running: return UInt256(held.runningSeconds)
          }
        })
    }
    return SourceRows(
      source: name, accounts: holders.map { history.accounts[$0] }, columns: columns,
      lines: holders.map { _ in 0 })
  }

  private func accrued(_ rule: AccrualRule) throws(AccrualError) -> AccruedEpoch {
    var accrual = Accrual(rule: rule)
    accrual.open(Timestamp(window.lowerBound)..<Timestamp(window.upperBound))
    _ = try accrual.take(history.changes)
    return try accrual.close()
  }
}

extension LawError {
  /// What stops the balances of a source.
  init(_ error: AccrualError, source: String, accounts: [Address]) {
    let kind: Kind
    switch error.kind {
    case .negativeBalance: kind = .negativeBalance
    case .balanceOverflow: kind = .balanceOverflow
    case .supplyOverflow: kind = .supplyOverflow
    case .weightOverflow: kind = .heldOverflow
    case .timeGoesBack: preconditionFailure("a history is in the order of time")
    }
    let account = error.account.map { accounts[Int($0)] }
    let line = error.line.flatMap { $0 > 0 ? ", line \($0)" : nil } ?? ""
    self.init(
      kind, subject: source,
      place: "balances at \(error.time.seconds) seconds" + (account.map { ", \($0)" } ?? "") + line,
      found: error.found, expected: error.expected, advice: error.advice)
  }
}
