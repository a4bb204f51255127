import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 15, vaults

  /// One row per account that earned something, by its own balance or by shares of the vault.
  static func lookedThrough(
    _ through: LookThrough, of source: String, _ measures: [Series.Measure],
    over window: Range<UInt64>, _ balances: [String: Changes]
  ) throws(SeriesRefusal) -> SeriesRows {
    let (deposits, shares) = (balances[through.deposits] ?? [:], balances[through.shares] ?? [:])
    let (held, share) = (measures.contains(.held), measures.contains(.share))
    let supply = Supply(deposits, over: window)
    let shared = Supply(shares, over: window)
    if let place = shared.sums.firstIndex(where: { $0 >= bound }) {
      throw .supplyOverflow(source: source, time: shared.instants[place])
    }
    var earned: [AccrualRule: [Address: BigUInt]] = [:]
    for rule in AccrualRule.allCases where rule == .average ? held : share {
      let clock = try Clock(rule, supply, of: source)
      earned[rule] = self.earned(through.vault, deposits, shares, clock, shared, over: window)
      guard rule == .average else { continue }
      let own = deposits.mapValues { Holding($0, over: window, nil).held }
      let over = [own, earned[rule] ?? [:]].joined().filter { $0.value >= bound }.map(\.key).min()
      if let over { throw .heldOverflow(source: source, account: over) }
    }
    var rows: SeriesRows = []
    for account in Set(deposits.keys).union(shares.keys).union([through.vault]).sorted() {
      let (held, share) = (earned[.average]?[account] ?? 0, earned[.share]?[account] ?? 0)
      guard held > 0 || share > 0 else { continue }
      let values = measures.map { measure in
        switch measure {
        case .held: held
        case .share: share
        case .running: BigUInt(supply.running)
        case .opening, .closing, .lowest, .highest, .average, .seconds:
          preconditionFailure("a checked plan asks for time, where there are no balances")
        }
      }
      rows.append((account, values))
    }
    return rows
  }

  /// What each account earned by a rule: seconds times balance, or units of 2⁻¹⁹² seconds.
  private static func earned(
    _ vault: Address, _ deposits: Changes, _ shares: Changes, _ clock: Clock, _ shared: Supply,
    over window: Range<UInt64>
  ) -> [Address: BigUInt] {
    let (fraction, dropped) = clock.rule == .share ? (128, 64) : (256, 0)
    var earned = deposits.mapValues { Self.earned($0, over: window) { clock[$0] } >> dropped }
    // The inner clock, and what the vault earned while nobody had a share.
    let totals = totals(deposits[vault] ?? [], clock, at: shared.instants)
    var readings = [BigUInt(0)]
    var unclaimed = BigUInt(0)
    for (index, sum) in shared.sums.enumerated() {
      let part = totals[index + 1] - totals[index]
      if sum.isZero { unclaimed += part }
      readings.append(readings[index] + (sum.isZero ? 0 : (part << fraction) / sum))
    }
    earned[vault] = unclaimed >> dropped
    for (account, changes) in shares {
      let part = Self.earned(changes, over: window) {
        readings[Supply.place(of: $0, in: shared.instants)]
      }
      earned[account, default: 0] += part >> (fraction + dropped)
    }
    return earned
  }

  /// Σ b · ΔA over the window.
  private static func earned(
    _ changes: [Change], over window: Range<UInt64>, _ reading: (UInt64) -> BigUInt
  ) -> BigUInt {
    var earned = BigUInt(0)
    var balance = BigInt(0)
    var last = reading(window.lowerBound)
    for change in changes where change.time < window.upperBound {
      if change.time > window.lowerBound {
        let now = reading(change.time)
        earned += balance.magnitude * (now - last)
        last = now
      }
      balance += change.amount
    }
    return earned + balance.magnitude * (reading(window.upperBound) - last)
  }

  /// u(t): what an account earned from the first instant up to each of them.
  private static func totals(
    _ changes: [Change], _ clock: Clock, at instants: [UInt64]
  ) -> [BigUInt] {
    var totals: [BigUInt] = []
    var (total, balance, next) = (BigUInt(0), BigInt(0), 0)
    var last = BigUInt(0)
    for instant in instants {
      while next < changes.count, changes[next].time < instant {
        if changes[next].time > instants[0] {
          let now = clock[changes[next].time]
          total += balance.magnitude * (now - last)
          last = now
        }
        balance += changes[next].amount
        next += 1
      }
      let now = clock[instant]
      total += balance.magnitude * (now - last)
      last = now
      totals.append(total)
    }
    return totals
  }
}
