import DistributionModel
import EthereumPrimitives
import EventStore
import TestKit
import Testing

/// A row of a file of changes.
struct Change: Equatable {
  let time: UInt64
  let account: UInt64
  let amount: Int
}

/// A store in a folder of its own.
struct StoreSample {
  static let plan = EventStore.PlanIdentity(
    name: "Weekly", epochStart: 1000, epochLength: 100)
  static let staked = StoreSource(name: "staked", declaration: Bytes32(1, 1, 1, 1))

  let folder: TemporaryFolder
  var path: String { folder.path + "/weekly.store" }

  init() throws { folder = try TemporaryFolder() }

  func open() throws -> EventStore { try EventStore(writing: path, for: Self.plan) }

  static func address(_ number: UInt64) -> Address { Address(number << 32, 0, 7) }

  static func file(
    _ name: String, size: UInt64 = 10, lookups: Bytes32 = Lookups.none.hash
  ) -> IngestedFile {
    IngestedFile(
      name: name, size: size, rawHash: Bytes32(0, 0, 0, size), unpackedSize: 2 * size,
      unpackedHash: Bytes32(0, 0, 1, size), lines: size + 1, lookups: lookups,
      unusedColumns: ["note"], notes: ["something"],
      leftOut: [.init(line: size, reason: "line \(size)")])
  }

  /// The interval of an epoch of `plan`.
  static func interval(_ epoch: UInt32) -> Range<UInt64> {
    (1000 + 100 * UInt64(epoch))..<(1100 + 100 * UInt64(epoch))
  }

  static func closed(_ epoch: UInt32) -> ClosedEpoch {
    ClosedEpoch(
      number: epoch, interval: interval(epoch), planHash: Bytes32(1, 2, 3, 4),
      identity: Bytes32(9, 9, 9, UInt64(epoch)), bundle: "epoch-\(epoch)",
      spans: ["staked": interval(epoch), "quests": interval(epoch)],
      programs: [.init(name: "staking", allocated: UInt256(90), carry: UInt256(10))],
      campaigns: [.init(name: "rewards", root: .zero, total: UInt256(90), count: 1)])
  }
}

extension EventStore {
  /// Takes a file whose rows are on lines from 2 on.
  ///
  /// - Parameter name: what the file is called by now.
  @discardableResult
  func take(
    _ changes: [Change], file: String = "staked.csv", as name: String? = nil,
    of source: StoreSource = StoreSample.staked, lookingUp lookups: Lookups = .none,
    late: LatePolicy = .refuse, pieces: Int = 3
  ) throws -> (added: Int, late: Int) {
    try ingest(file, of: source, lookingUp: lookups, late: late) { ingestion in
      for start in stride(from: 0, to: changes.count, by: pieces) {
        var piece = PositionChanges()
        for place in start..<min(start + pieces, changes.count) {
          var number: [UInt32] = []
          let change = changes[place]
          ingestion.accounts.appendNumbers(
            of: [StoreSample.address(change.account)], to: &number)
          piece.append(
            time: Timestamp(change.time), account: number[0],
            amount: UInt256(UInt64(change.amount.magnitude)), isTaken: change.amount < 0,
            line: UInt32(place + 2))
        }
        try ingestion.append(piece)
      }
      return StoreSample.file(
        name ?? file, size: UInt64(changes.count), lookups: lookups.hash)
    }
  }

  func close(_ epoch: UInt32) throws {
    try close(StoreSample.closed(epoch), entitlements: [:])
  }
}

extension PositionHistory {
  /// Its changes as rows of a file.
  var rows: [Change] {
    (0..<changes.count).map { row in
      let amount = Int(changes.amounts[row].asUInt64 ?? .max)
      return Change(
        time: changes.times[row], account: accounts[Int(changes.accounts[row])].word0 >> 32,
        amount: changes.isTaken[row] ? -amount : amount)
    }
  }

  /// The changes of a list over a span, by plain sums.
  static func plain(_ changes: [Change], over span: Range<UInt64>) -> [Change] {
    var sums: [UInt64: [UInt64: Int]] = [:]
    for change in changes where change.time < span.upperBound {
      let time = change.time < span.lowerBound ? 0 : change.time
      sums[time, default: [:]][change.account, default: 0] += change.amount
    }
    return sums.keys.sorted().flatMap { time in
      (sums[time] ?? [:]).sorted { $0.key < $1.key }.filter { $0.value != 0 }
        .map { Change(time: time, account: $0.key, amount: $0.value) }
    }
  }
}

/// Expects an error of a kind whose sentence has these words.
func expect(
  _ kind: StoreError.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.kind == kind, sourceLocation: sourceLocation)
  let text = error?.description ?? ""
  #expect(text.contains(words), "\(text)", sourceLocation: sourceLocation)
}
