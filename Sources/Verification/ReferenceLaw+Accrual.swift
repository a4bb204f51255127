import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 14, accrual over time

  /// A signed change of an account's balance.
  public struct Position: Sendable {
    /// Seconds.
    public let time: UInt64
    public let account: Address
    public let change: BigInt

    public init(time: UInt64, account: Address, change: BigInt) {
      self.time = time
      self.account = account
      self.change = change
    }
  }

  /// Why there are no weights.
  public enum AccrualRefusal: Error, Equatable {
    /// After all changes of an instant some balances are below 0, or 2²⁵⁶ and more.
    case balances(time: UInt64, negative: Set<Address>, overflow: Set<Address>)
    case supplyOverflow(time: UInt64)
    case weightOverflow(accounts: Set<Address>)
  }

  /// What an epoch comes to.
  public struct Accrued {
    /// At the end of the epoch.
    public let balances: [Address: BigInt]
    /// wᵢ.
    public let weights: [Address: BigUInt]
    /// T₊.
    public let running: UInt64
    /// n, how many intervals the epoch has.
    public let intervals: Int
    /// xᵢ in seconds, as exact fractions; of `share` only.
    public let exact: [Address: ExactSeconds]
    /// The largest balance of each account in the epoch.
    public let largest: [Address: BigInt]
  }

  /// Seconds as a quotient, never rounded.
  public struct ExactSeconds: Equatable {
    public var numerator: BigUInt = 0
    public var denominator: BigUInt = 1

    public init() {}

    mutating func add(_ numerator: BigUInt, over denominator: BigUInt) {
      self.numerator = self.numerator * denominator + numerator * self.denominator
      self.denominator *= denominator
    }
  }

  /// Weights of one epoch, interval by interval, account by account.
  ///
  /// - Parameters:
  ///   - opening: balances before the first position.
  ///   - positions: in any order; those from the epoch's end on are not looked at.
  public static func accrued(
    _ rule: AccrualRule, opening: [Address: BigInt], positions: [Position], start: UInt64,
    end: UInt64
  ) throws(AccrualRefusal) -> Accrued {
    var balances = opening
    let positions = positions.filter { $0.time < end }
    for time in Set(positions.map(\.time)).sorted() where time < start {
      try change(&balances, positions, at: time)
    }
    let instants = Set(positions.map(\.time).filter { $0 > start } + [start]).sorted()
    var weights: [Address: BigUInt] = [:]
    var exact: [Address: ExactSeconds] = [:]
    var largest: [Address: BigInt] = [:]
    var running: UInt64 = 0
    for (time, next) in zip(instants, instants.dropFirst() + [end]) {
      try change(&balances, positions, at: time)
      let supply = balances.values.reduce(BigInt(0), +).magnitude
      if rule == .share, supply >= bound { throw .supplyOverflow(time: time) }
      guard supply > 0 else { continue }
      let seconds = BigUInt(next - time)
      running += next - time
      for (account, balance) in balances {
        largest[account] = max(largest[account, default: 0], balance)
        switch rule {
        case .average:
          weights[account, default: 0] += balance.magnitude * seconds
        case .share:
          weights[account, default: 0] += balance.magnitude * ((seconds << 256) / supply)
          exact[account, default: ExactSeconds()].add(balance.magnitude * seconds, over: supply)
        }
      }
    }
    let tooLarge = weights.filter { rule == .average && $0.value >= bound }
    guard tooLarge.isEmpty else { throw .weightOverflow(accounts: Set(tooLarge.keys)) }
    return Accrued(
      balances: balances, weights: rule == .share ? weights.mapValues { $0 >> 64 } : weights,
      running: running, intervals: instants.count, exact: exact, largest: largest)
  }

  /// Adds all changes of an instant, and then looks at the balances.
  private static func change(
    _ balances: inout [Address: BigInt], _ positions: [Position], at time: UInt64
  ) throws(AccrualRefusal) {
    for position in positions where position.time == time {
      balances[position.account, default: 0] += position.change
    }
    let negative = balances.filter { $0.value < 0 }
    let overflow = balances.filter { $0.value >= BigInt(bound) }
    guard negative.isEmpty, overflow.isEmpty else {
      throw .balances(time: time, negative: Set(negative.keys), overflow: Set(overflow.keys))
    }
  }

  /// What is due of a budget: ⌊B · T₊ / T⌋ with `share`.
  public static func due(
    _ rule: AccrualRule, of budget: BigUInt, running: UInt64, seconds: UInt64
  ) -> BigUInt {
    rule == .share ? budget * BigUInt(running) / BigUInt(seconds) : budget
  }
}
