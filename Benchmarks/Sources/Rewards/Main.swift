import DistributionCore
import DistributionModel
import EthereumPrimitives
import Foundation
import InputFiles

/// Events to cumulative amounts: `rewards RULE ROUNDING EVENTS.csv EPOCHS.csv OUT.csv`.
///
/// Files are those of `gen_events`; RULE is `average` or `share`, ROUNDING a rounding rule of the
/// law. Writes `account,cumulative`, ascending by account, and prints one JSON object.
@main
struct Rewards {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let rule = AccrualRule(rawValue: arguments[1]),
      let rounding = RoundingRule(rawValue: arguments[2])
    else {
      print("usage: rewards RULE ROUNDING EVENTS.csv EPOCHS.csv OUT.csv")
      exit(2)
    }
    var distribution = Distribution(
      rule: rule, rounding: rounding, epochs: try Epoch.read(arguments[4]))
    var clock = Stopwatch()
    var reader = try EventReader(arguments[3], name: arguments[3], as: Distribution.events)
    var changes = PositionChanges()
    while try reader.next(&changes, numbering: &distribution.accounts) {
      try distribution.take(changes)
    }
    try distribution.closeAll()
    let computing = clock.lap()
    try distribution.write(to: arguments[5])
    let writing = clock.lap()
    print(
      "{\"rows\":\(reader.rowCount),\"accounts\":\(distribution.accounts.count),"
        + "\"rule\":\"\(rule.rawValue)\",\"rounding\":\"\(rounding.rawValue)\","
        + "\"carry\":\"\(distribution.carry)\",\"compute\":\(computing),"
        + "\"closing\":\(distribution.closing),\"write\":\(writing)}")
  }
}

/// An epoch and what it has to give.
struct Epoch {
  let time: Range<Timestamp>
  let budget: UInt256

  /// Lines of `epoch,start,end,budget` under a header.
  static func read(_ path: String) throws -> [Epoch] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",")
      guard cells.count == 4, let start = UInt64(cells[1]), let end = UInt64(cells[2]) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return Epoch(
        time: Timestamp(start)..<Timestamp(end), budget: try UInt256(decimal: String(cells[3])))
    }
  }
}

/// One program over all epochs.
struct Distribution {
  static let events = EventDeclaration(kinds: [
    .init(name: "D", effect: .add), .init(name: "W", effect: .take),
    .init(name: "T", effect: .move),
  ])

  let rounding: RoundingRule
  let epochs: [Epoch]
  var accounts = AddressTable()
  private var order = AddressOrder()
  private var accrual: Accrual
  private var next = 0
  /// By the accounts' numbers.
  private var cumulative: [UInt256] = []
  private(set) var carry = UInt256.zero
  /// CPU seconds of all closes.
  private(set) var closing = 0.0

  init(rule: AccrualRule, rounding: RoundingRule, epochs: [Epoch]) {
    self.rounding = rounding
    self.epochs = epochs
    accrual = Accrual(rule: rule)
    if let first = epochs.first { accrual.open(first.time) }
  }

  mutating func take(_ changes: PositionChanges) throws {
    var row = 0
    while next < epochs.count {
      row = try accrual.take(changes, from: row)
      guard row < changes.count else { return }
      try close()
    }
  }

  mutating func closeAll() throws {
    while next < epochs.count { try close() }
    order.update(to: accounts)
  }

  /// Splits the budget of the present epoch, and goes on to the one after it.
  private mutating func close() throws {
    var clock = Stopwatch()
    let accrued = try accrual.close()
    let budget = epochs[next].budget
    let due = accrued.due(of: budget)
    // Accounts that were numbered after the last change of the epoch have no weight yet.
    let parts = try Apportionment.apportionNumbered(
      due, accounts: accounts.addresses, weights: accrued.weights, rule: rounding)
    while cumulative.count < accounts.count { cumulative.append(.zero) }
    for (number, amount) in parts.amounts.enumerated() where !amount.isZero {
      cumulative[number] = cumulative[number] &+ amount
    }
    carry = carry &+ (budget &- due) &+ parts.carry
    next += 1
    if next < epochs.count { accrual.open(epochs[next].time) }
    closing += clock.lap()
  }

  func write(to path: String) throws {
    var text = ASCIIText(capacity: 80 * order.numbers.count)
    text.append(Array("account,cumulative\n".utf8))
    for (place, number) in order.numbers.enumerated() {
      let amount = cumulative[Int(number)]
      guard !amount.isZero else { continue }
      text.append(hex: order.addresses[place])
      text.append(UInt8(ascii: ","))
      text.append(decimal: amount)
      text.append(UInt8(ascii: "\n"))
    }
    try Data(text.bytes()).write(to: URL(fileURLWithPath: path))
  }
}

/// CPU seconds since the last lap.
struct Stopwatch {
  private var last = Self.now()

  mutating func lap() -> Double {
    let now = Self.now()
    defer { last = now }
    return now - last
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
