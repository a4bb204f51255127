import DistributionModel
import EthereumPrimitives

/// From balances over time to one row per account: section 15 of `docs/reference/law.md`.
public enum SeriesLaw {
  /// The rows of sources with balances over time, as programs read them.
  ///
  /// - Parameters:
  ///   - sources: those that are read in the epoch, with those that they are computed from, in the
  ///     order of the plan.
  ///   - changes: of each source with a file of changes its history over the seconds that
  ///     `Plan.reading` says.
  /// - Returns: per source with a series its rows, ascending by account.
  public static func rows(
    of sources: [SourceDeclaration], in plan: Plan, epoch: EpochIndex,
    histories changes: [String: PositionHistory]
  ) throws(LawError) -> [String: SourceRows] {
    let histories = try histories(of: sources, in: plan, epoch: epoch, changes: changes)
    var result: [String: SourceRows] = [:]
    for source in sources {
      guard let series = source.series, series.ranges == nil,
        let window = plan.window(of: source, in: epoch)
      else { continue }
      if case .lookThrough(let through) = series.origin {
        result[source.name] = try VaultMeasuring(
          through.vault, deposits: history(of: through.deposits, histories),
          shares: history(of: through.shares, histories), window: window
        ).rows(series.measures, named: source.name)
        continue
      }
      let history = history(of: source.name, histories)
      do throws(AccrualError) {
        result[source.name] = try SeriesMeasuring(history, series.measures, window: window)
          .rows(named: source.name)
      } catch {
        throw LawError(error, source: source.name, accounts: history.accounts)
      }
    }
    return result
  }

  /// The balances of sources over time, by the sources' names; of those that look through a vault
  /// there are none.
  public static func histories(
    of sources: [SourceDeclaration], in plan: Plan, epoch: EpochIndex,
    changes: [String: PositionHistory]
  ) throws(LawError) -> [String: PositionHistory] {
    let reading = plan.reading(of: sources, in: epoch)
    var histories: [String: PositionHistory] = [:]
    for source in sources {
      guard let series = source.series, let span = reading[source.name] else { continue }
      let excluded = series.excluded
      switch series.origin {
      case .events:
        let history = history(of: source.name, changes).excluding(excluded)
        do throws(AccrualError) {
          try history.check()
        } catch {
          throw LawError(error, source: source.name, accounts: history.accounts)
        }
        histories[source.name] = history.holding(for: series.minimumHolding)
      case .balances(let expression):
        let components = expression.columns.sorted().map { name in
          (name: name, history: history(of: name, histories).excluding(excluded))
        }
        var computing = BalanceComputing(
          expression, places: series.value.places ?? 0, components: components, span: span)
        histories[source.name] = try computing.history(of: source.name)
          .holding(for: series.minimumHolding)
      case .lookThrough, .ranges: continue
      }
    }
    return histories
  }

  private static func history(
    of name: String, _ histories: [String: PositionHistory]
  ) -> PositionHistory {
    guard let history = histories[name] else {
      preconditionFailure("a source is computed from earlier ones, whose changes were read")
    }
    return history
  }
}

extension PositionHistory {
  /// Looks at the balances after the changes of every instant.
  ///
  /// - Throws: where one is below 0 or reaches 2²⁵⁶. Whoever reads the history later need not look.
  func check() throws(AccrualError) {
    var balances = [UInt256](repeating: .zero, count: accounts.count)
    for row in 0..<changes.count {
      let account = Int(changes.accounts[row])
      let (balance, amount) = (balances[account], changes.amounts[row])
      let isTaken = changes.isTaken[row]
      guard let next = isTaken ? balance.subtracting(amount) : balance.adding(amount) else {
        throw AccrualError(
          isTaken ? .negative(by: (amount &- balance).decimal) : .tooLarge,
          account: changes.accounts[row], time: max(changes.times[row], span.lowerBound),
          line: changes.lines[row])
      }
      balances[account] = next
    }
  }

  /// The balance of an account after a change, in a history that was checked.
  @inline(__always)
  func balance(after row: Int, of balance: UInt256) -> UInt256 {
    let amount = changes.amounts[row]
    return changes.isTaken[row] ? balance &- amount : balance &+ amount
  }
}

extension PositionChanges {
  /// Adds the change from one balance to another one, where there is any.
  mutating func append(
    time: UInt64, account: UInt32, from balance: UInt256, to next: UInt256
  ) {
    guard next != balance else { return }
    let isTaken = next < balance
    append(
      time: Timestamp(time), account: account,
      amount: isTaken ? balance &- next : next &- balance, isTaken: isTaken, line: 0)
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
