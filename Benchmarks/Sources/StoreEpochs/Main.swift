import DistributionCore
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import InputFiles

/// Events into a store, and epochs out of it: `store-epochs EVENTS.csv EPOCHS.csv STORE`.
///
/// Files are those of `gen_events`. Every epoch is closed from the store alone, as a team does it
/// week by week; a bundle, its tree and its files are not made. Prints one JSON object.
@main
struct StoreEpochs {
  static let events = EventDeclaration(kinds: [
    .init(name: "D", effect: .add), .init(name: "W", effect: .take),
    .init(name: "T", effect: .move),
  ])

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
      print("usage: store-epochs EVENTS.csv EPOCHS.csv STORE")
      exit(2)
    }
    let epochs = try Epoch.read(arguments[2])
    let plan = EventStore.PlanIdentity(
      name: "benchmark", epochStart: epochs[0].time.lowerBound,
      epochLength: UInt64(epochs[0].time.count))
    var clock = Stopwatch()
    let store = try EventStore(writing: arguments[3], for: plan)
    let rows = try ingest(arguments[1], into: store)
    let ingesting = clock.lap()
    var closes: [Double] = []
    for (number, epoch) in epochs.enumerated() {
      try close(UInt32(number), epoch, store)
      closes.append(clock.lap())
    }
    let entitlements = try store.entitlements(of: "rewards")
    let total = entitlements.amounts.reduce(UInt256.zero) { $0 &+ $1 }
    print(
      "{\"rows\":\(rows),\"accounts\":\(entitlements.accounts.count),\"total\":\"\(total)\","
        + "\"ingest\":\(ingesting),\"rowsPerSecond\":\(Double(rows) / ingesting),"
        + "\"firstClose\":\(closes[0]),\"lastClose\":\(closes[closes.count - 1]),"
        + "\"closes\":\(closes.reduce(0, +))}")
  }

  private static func ingest(_ path: String, into store: EventStore) throws -> Int {
    var reader = try EventReader(path, name: path, as: events, isHashed: true)
    let source = StoreSource(name: "staked", declaration: .zero)
    let counts = try store.ingest(path, of: source, late: .refuse) { ingestion in
      var changes = PositionChanges()
      while try reader.next(&changes, numbering: &ingestion.accounts) {
        try ingestion.append(changes)
      }
      return IngestedFile(
        name: path, size: 0, rawHash: reader.rawHash, unpackedSize: 0,
        unpackedHash: reader.rawHash, lines: 0)
    }
    precondition(counts.late == 0)
    return reader.rowCount
  }

  private static func close(_ number: UInt32, _ epoch: Epoch, _ store: EventStore) throws {
    let before = try store.entitlements(of: "rewards")
    let history = try store.history(of: "staked", over: epoch.time)
    var accrual = Accrual(rule: .average)
    accrual.open(Timestamp(epoch.time.lowerBound)..<Timestamp(epoch.time.upperBound))
    _ = try accrual.take(history.changes)
    let accrued = try accrual.close()
    let parts = try Apportionment.apportionNumbered(
      epoch.budget, accounts: history.accounts, weights: accrued.weights, rule: .floor)
    let owed = merged(before, history.accounts, parts.amounts)
    let closed = ClosedEpoch(
      number: number, interval: epoch.time, planHash: .zero, identity: .zero, bundle: "",
      spans: ["staked": epoch.time], programs: [], campaigns: [])
    try store.close(closed, entitlements: ["rewards": owed])
  }

  private static func merged(
    _ before: Entitlements, _ accounts: [Address], _ amounts: [UInt256]
  ) -> Entitlements {
    var (all, sums): ([Address], [UInt256]) = ([], [])
    var place = 0
    func takeBefore() {
      all.append(before.accounts[place])
      sums.append(before.amounts[place])
      place += 1
    }
    for (account, amount) in zip(accounts, amounts) where !amount.isZero {
      while place < before.accounts.count, before.accounts[place] < account { takeBefore() }
      guard place < before.accounts.count, before.accounts[place] == account else {
        all.append(account)
        sums.append(amount)
        continue
      }
      all.append(account)
      sums.append(before.amounts[place] &+ amount)
      place += 1
    }
    while place < before.accounts.count { takeBefore() }
    return Entitlements(accounts: all, amounts: sums)
  }
}

/// An epoch and what it has to give.
struct Epoch {
  let time: Range<UInt64>
  let budget: UInt256

  /// Lines of `epoch,start,end,budget` under a header.
  static func read(_ path: String) throws -> [Epoch] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",")
      guard cells.count == 4, let start = UInt64(cells[1]), let end = UInt64(cells[2]) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return Epoch(time: start..<end, budget: try UInt256(decimal: String(cells[3])))
    }
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
