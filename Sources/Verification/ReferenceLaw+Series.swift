import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 15, series

  /// What an account's balance changes by at a second.
  public struct Change: Sendable, Equatable {
    public let time: UInt64
    public let amount: BigInt

    public init(time: UInt64, amount: BigInt) {
      self.time = time
      self.amount = amount
    }
  }

  /// Each account's changes: ascending, one per second, none by 0. One at 0 is its balance at the
  /// start of what was read.
  public typealias Changes = [Address: [Change]]

  public typealias SeriesRows = [(account: Address, values: [BigUInt])]

  /// Why a series has no rows.
  public enum SeriesRefusal: Error, Equatable, Sendable {
    /// After all changes of an instant a balance is below 0, or 2²⁵⁶ and more.
    case balance(source: String, account: Address, time: UInt64)
    case supplyOverflow(source: String, time: UInt64)
    case heldOverflow(source: String, account: Address)
    case noValue(source: String, account: Address, time: UInt64, Refusal)
  }

  /// The rows of every series among sources, which are in the order of the plan.
  ///
  /// - Parameter events: the changes of each source with a file, over what the plan reads.
  public static func rows(
    of sources: [SourceDeclaration], in plan: Plan, epoch: UInt32, events: [String: Changes]
  ) throws(SeriesRefusal) -> [String: SeriesRows] {
    let balances = try balances(of: sources, in: plan, epoch: epoch, events: events)
    var rows: [String: SeriesRows] = [:]
    for source in sources {
      guard let series = source.series, series.ranges == nil,
        let window = plan.window(of: source, in: .init(epoch))
      else { continue }
      if case .lookThrough(let through) = series.origin {
        rows[source.name] = try lookedThrough(
          through, of: source.name, series.measures, over: window, balances)
      } else {
        rows[source.name] = try measured(
          balances[source.name] ?? [:], series.measures, of: source.name, over: window)
      }
    }
    return rows
  }

  /// The balances that count of every series, but for those that look through a vault.
  private static func balances(
    of sources: [SourceDeclaration], in plan: Plan, epoch: UInt32, events: [String: Changes]
  ) throws(SeriesRefusal) -> [String: Changes] {
    let reading = plan.reading(of: sources, in: EpochIndex(epoch))
    var balances: [String: Changes] = [:]
    for source in sources {
      guard let series = source.series, let span = reading[source.name] else { continue }
      let changes: Changes
      switch series.origin {
      case .events:
        changes = (events[source.name] ?? [:]).filter { !series.excluded.contains($0.key) }
        try check(changes, of: source.name)
      case .balances(let expression):
        changes = try computed(expression, as: source, from: sources, balances, over: span)
      case .lookThrough, .ranges: continue
      }
      balances[source.name] =
        series.minimumHolding == 0
        ? changes : changes.mapValues { least(of: $0, over: series.minimumHolding) }
    }
    return balances
  }

  /// Section 14: balances are at least 0 and below 2²⁵⁶, at the start and after all changes of an
  /// instant.
  private static func check(
    _ changes: Changes, of source: String
  ) throws(SeriesRefusal) {
    var first: (time: UInt64, account: Address)?
    for (account, changes) in changes {
      var balance = BigInt(0)
      for change in changes where first.map({ (change.time, account) < $0 }) ?? true {
        balance += change.amount
        if balance < 0 || balance.magnitude >= bound { first = (change.time, account) }
      }
    }
    if let first { throw .balance(source: source, account: first.account, time: first.time) }
  }

  // MARK: Balances computed from others

  /// - Parameter span: the seconds that are read of the source.
  private static func computed(
    _ expression: Expression, as source: SourceDeclaration, from sources: [SourceDeclaration],
    _ balances: [String: Changes], over span: Range<UInt64>
  ) throws(SeriesRefusal) -> Changes {
    let components = sources.filter { expression.columns.contains($0.name) }.map {
      (name: $0.name, changes: balances[$0.name] ?? [:])
    }
    let page = ReferenceExpressions(values: [], columns: components.map(\.name), rows: [])
    func value(_ held: [BigInt], of account: Address) throws(ReferenceExpressions.Fault) -> BigInt {
      guard held.contains(where: { $0 != 0 }) else { return 0 }
      let digits = try page.number(expression, of: .init(account: account, columns: held))
      let value = rounded(digits, expression.scale, to: source.series?.value)
      guard value.magnitude < bound else {
        throw ReferenceExpressions.Fault(refusal: .expressionOverflow, place: expression.place)
      }
      return max(value, 0)
    }
    var result: Changes = [:]
    var first: (time: UInt64, account: Address, refusal: Refusal)?
    let accounts = Set(components.flatMap(\.changes.keys))
    for account in accounts.subtracting(source.series?.excluded ?? []).sorted() {
      do throws(FaultInTime) {
        let own = components.map { $0.changes[account] ?? [] }
        result[account] = try stepped(own, over: span) { held throws(ReferenceExpressions.Fault) in
          try value(held, of: account)
        }
      } catch {
        if first.map({ error.time < $0.time }) ?? true {
          first = (error.time, account, error.fault.refusal)
        }
      }
    }
    guard let first else { return result }
    throw .noValue(
      source: source.name, account: first.account, time: first.time, first.refusal)
  }

  private struct FaultInTime: Error {
    let time: UInt64
    let fault: ReferenceExpressions.Fault
  }

  /// The changes of what follows from several balances of an account: at the first second that is
  /// read, and whenever one of them changes.
  private static func stepped(
    _ own: [[Change]], over span: Range<UInt64>,
    _ value: ([BigInt]) throws(ReferenceExpressions.Fault) -> BigInt
  ) throws(FaultInTime) -> [Change] {
    var next = own.map { _ in 0 }
    var held = own.map { _ in BigInt(0) }
    var result: [Change] = []
    var balance = BigInt(0)
    let later = own.joined().map(\.time).filter { $0 > span.lowerBound && span.contains($0) }
    for time in [span.lowerBound] + Set(later).sorted() {
      for (index, changes) in own.enumerated() {
        while next[index] < changes.count, changes[next[index]].time <= time {
          held[index] += changes[next[index]].amount
          next[index] += 1
        }
      }
      let computed: BigInt
      do throws(ReferenceExpressions.Fault) {
        computed = try value(held)
      } catch {
        throw FaultInTime(time: time, fault: error)
      }
      guard computed != balance else { continue }
      // What it is at the first second is the balance at the start.
      let start = time == span.lowerBound ? 0 : time
      result.append(Change(time: start, amount: computed - balance))
      balance = computed
    }
    return result
  }

  /// ⌊digits⌋ to the places of a value.
  private static func rounded(
    _ digits: BigInt, _ scale: Int, to value: ColumnDeclaration.Kind?
  ) -> BigInt {
    let places = value.map { ColumnDeclaration(name: "", kind: $0).places ?? 0 } ?? 0
    return ReferenceMath.floorDivision(
      digits * BigInt(10).power(max(places - scale, 0)),
      BigInt(10).power(max(scale - places, 0)))
  }

  // MARK: Minimum holding time

  /// The balance that counts at t: the least of the balances at all seconds in [t − H, t].
  public static func least(of changes: [Change], over holding: UInt64) -> [Change] {
    guard holding > 0, !changes.isEmpty else { return changes }
    // The balance from each instant to the next one; before the first one, it was held for long.
    var levels: [(time: UInt64, balance: BigInt)] = [(0, 0)]
    for change in changes {
      let balance = levels[levels.count - 1].balance + change.amount
      if change.time == 0 { levels.removeLast() }
      levels.append((change.time, balance))
    }
    // The least can only be another one where a balance starts, and where the one before it has
    // been left for longer than H.
    let ends = levels.dropFirst().map(\.time)
    let later = ends.filter { $0 <= .max - holding }.map { $0 + holding }
    var result: [Change] = []
    var counting = BigInt(0)
    // Levels of the last H seconds, those left out that a later and lower one covers: ascending.
    var lowest: ArraySlice<Int> = []
    var next = 0
    for time in Set(levels.map(\.time) + later).sorted() {
      while next < levels.count, levels[next].time <= time {
        while let last = lowest.last, levels[last].balance >= levels[next].balance {
          lowest.removeLast()
        }
        lowest.append(next)
        next += 1
      }
      // A level lasts to the second before the next one.
      while time >= holding, let first = lowest.first, lowest.count > 1,
        ends[first] <= time - holding
      { lowest.removeFirst() }
      let least = levels[lowest[lowest.startIndex]].balance
      if least != counting { result.append(Change(time: time, amount: least - counting)) }
      counting = least
    }
    return result
  }
}
