import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  /// The instants of a window, and what all accounts hold from each of them on.
  struct Supply {
    /// s = t₀ < t₁ < … < tₙ = e.
    let instants: [UInt64]
    /// S(k), from tₖ on.
    let sums: [BigUInt]

    init(_ changes: Changes, over window: Range<UInt64>) {
      let inside = changes.values.joined().lazy.map(\.time)
        .filter { window.contains($0) && $0 > window.lowerBound }
      var instants = [window.lowerBound]
      for time in Array(inside).sorted() where time > instants[instants.count - 1] {
        instants.append(time)
      }
      var steps = instants.map { _ in BigInt(0) }
      for change in changes.values.joined() where change.time < window.upperBound {
        let place = max(change.time, window.lowerBound)
        steps[Self.place(of: place, in: instants)] += change.amount
      }
      for index in steps.indices.dropFirst() { steps[index] += steps[index - 1] }
      self.instants = instants + [window.upperBound]
      sums = steps.map(\.magnitude)
    }

    /// The place of an instant.
    static func place(of time: UInt64, in instants: [UInt64]) -> Int {
      var (low, high) = (0, instants.count)
      while low < high {
        let middle = (low + high) / 2
        if instants[middle] < time { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// d(k).
    func seconds(_ index: Int) -> UInt64 { instants[index + 1] - instants[index] }

    /// T₊.
    var running: UInt64 {
      sums.indices.reduce(0) { $0 + (sums[$1].isZero ? 0 : seconds($1)) }
    }
  }

  /// A of section 14 over a window: what each base unit has earned since its start.
  struct Clock {
    let rule: AccrualRule
    private let supply: Supply
    /// At the instants of the supply.
    private var readings = [BigUInt(0)]

    init(
      _ rule: AccrualRule, _ supply: Supply, of source: String
    ) throws(SeriesRefusal) {
      (self.rule, self.supply) = (rule, supply)
      for (index, sum) in supply.sums.enumerated() {
        guard rule == .average || sum < bound else {
          throw .supplyOverflow(source: source, time: supply.instants[index])
        }
        readings.append(readings[index] + growth(index, in: supply.seconds(index)))
      }
    }

    /// What it grows by in some of the seconds after an instant: those, or in units of 2⁻²⁵⁶
    /// seconds ⌊2²⁵⁶ · d / S⌋.
    private func growth(_ index: Int, in seconds: UInt64) -> BigUInt {
      guard rule == .share else { return BigUInt(seconds) }
      let sum = supply.sums[index]
      return sum.isZero ? 0 : (BigUInt(seconds) << 256) / sum
    }

    /// A(t), at an instant or between two of them.
    subscript(time: UInt64) -> BigUInt {
      let place = Supply.place(of: time, in: supply.instants)
      guard supply.instants[place] != time else { return readings[place] }
      return readings[place - 1] + growth(place - 1, in: time - supply.instants[place - 1])
    }
  }

  /// What an account held over a window.
  struct Holding {
    let opening: BigInt
    private(set) var closing: BigInt
    private(set) var lowest: BigInt?
    private(set) var highest = BigInt(0)
    private(set) var held = BigUInt(0)
    private(set) var seconds: UInt64 = 0
    /// vᵢ of section 14, in units of 2⁻²⁵⁶ seconds.
    private(set) var share = BigUInt(0)

    init(_ changes: [Change], over window: Range<UInt64>, _ clock: Clock?) {
      opening = changes.reduce(0) { $1.time <= window.lowerBound ? $0 + $1.amount : $0 }
      closing = opening
      var since = window.lowerBound
      for change in changes where change.time > since && change.time < window.upperBound {
        pass(since, change.time, clock)
        closing += change.amount
        since = change.time
      }
      pass(since, window.upperBound, clock)
    }

    /// The balance lasted from one instant to another.
    private mutating func pass(_ since: UInt64, _ time: UInt64, _ clock: Clock?) {
      lowest = min(lowest ?? closing, closing)
      highest = max(highest, closing)
      guard closing > 0 else { return }
      held += closing.magnitude * BigUInt(time - since)
      seconds += time - since
      if let clock { share += closing.magnitude * (clock[time] - clock[since]) }
    }

    func value(_ measure: Series.Measure, seconds all: UInt64, running: UInt64) -> BigUInt {
      switch measure {
      case .opening: opening.magnitude
      case .closing: closing.magnitude
      case .lowest: lowest?.magnitude ?? 0
      case .highest: highest.magnitude
      case .held: held
      case .average: held / BigUInt(all)
      case .seconds: BigUInt(seconds)
      case .share: share >> 64
      case .running: BigUInt(running)
      }
    }
  }

  /// One row per account that held something in the window.
  static func measured(
    _ changes: Changes, _ measures: [Series.Measure], of source: String,
    over window: Range<UInt64>
  ) throws(SeriesRefusal) -> SeriesRows {
    if measures.contains(.held) || measures.contains(.average) {
      for (account, changes) in changes {
        guard Holding(changes, over: window, nil).held < bound else {
          throw .heldOverflow(source: source, account: account)
        }
      }
    }
    let isShared = measures.contains(.share)
    let supply =
      isShared || measures.contains(.running) ? Supply(changes, over: window) : nil
    let clock: Clock? =
      if isShared, let supply { try Clock(.share, supply, of: source) } else { nil }
    let running = supply?.running ?? 0
    var rows: SeriesRows = []
    for (account, changes) in changes.sorted(by: { $0.key < $1.key }) {
      let holding = Holding(changes, over: window, clock)
      guard holding.highest > 0 else { continue }
      let values = measures.map {
        holding.value($0, seconds: UInt64(window.count), running: running)
      }
      rows.append((account, values))
    }
    return rows
  }

  // MARK: What is due

  /// What is due of an amount to a program that splits by `share`: ⌊B · T₊ / T⌋; nil for every
  /// other one.
  static func due(
    of amount: BigUInt, by program: Program, _ inputs: Inputs, epoch: UInt32,
    _ epochs: EpochSchedule?
  ) -> BigUInt? {
    guard case .weights(let name) = program.basis, case .source = program.recipients else {
      return nil
    }
    let source = inputs.source(of: program)
    let columns = source.declaration.columns
    guard columns.contains(where: { $0.name == name && $0.kind == .share }) else { return nil }
    let running = columns.firstIndex { $0.name == Series.Measure.running.rawValue }
    // It is the same in every row.
    let seconds = running.flatMap { source.rows.first?.values[$0] } ?? 0
    return amount * seconds / self.seconds(of: source.declaration.window, epoch, epochs)
  }

  /// T.
  private static func seconds(
    of window: TimeWindow, _ epoch: UInt32, _ epochs: EpochSchedule?
  ) -> BigUInt {
    let length = BigUInt(epochs?.length ?? 0)
    switch window {
    case .epoch: return length
    case .trailing(let seconds):
      let end = BigUInt(epochs?.start.seconds ?? 0) + length * (BigUInt(epoch) + 1)
      return min(BigUInt(seconds), end)
    case .fixed(let start, let end): return BigUInt(end.seconds - start.seconds)
    }
  }
}
