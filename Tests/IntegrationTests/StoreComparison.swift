import ArgumentParser
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import TestKit

@testable import SluiceCommands

/// What is read out of a store, beside what is read out of the files that lie there.
struct StoreComparison {
  private let console: Console

  init() throws { console = Console(try OutputOptions.parse([])) }

  /// The inputs of an epoch, as far as a bundle depends on them.
  func inputs(
    _ plan: StorePlan, _ epoch: UInt32, _ folder: TemporaryFolder, _ store: EventStore?
  ) throws -> [String: SourceInput] {
    let index = EpochIndex(epoch)
    return try Loading.inputs(
      of: plan.plan, in: index, programs: Allocating.running(in: index, of: plan.plan),
      folder: folder.path, console: console,
      store: store.map { StoreReading(store: $0, plan: plan) })
  }

  func ingest(_ plan: StorePlan, _ folder: TemporaryFolder, _ store: EventStore) throws {
    _ = try SourceIngesting(
      plan: plan, store: store, folder: folder.path, late: .refuse, console: console
    ).run()
  }

  func isSame(
    _ left: [String: SourceInput], _ right: [String: SourceInput], ordered: Bool = true
  ) -> Bool {
    left.count == right.count
      && left.allSatisfy { name, input in
        guard let other = right[name] else { return false }
        // Lines are for people: sums of several rows have the line of one of them.
        return isSame(input.rows, other.rows, ordered: ordered) && input.rawHash == other.rawHash
          && input.unusedColumns == other.unusedColumns
          && input.history?.positions?.accounts == other.history?.positions?.accounts
          && input.history?.positions?.span == other.history?.positions?.span
          && input.history?.positions?.changes.times == other.history?.positions?.changes.times
          && input.history?.positions?.changes.accounts
            == other.history?.positions?.changes.accounts
          && input.history?.positions?.changes.amounts == other.history?.positions?.changes.amounts
          && input.history?.positions?.changes.isTaken == other.history?.positions?.changes.isTaken
      }
  }

  /// - Parameter ordered: whether rows have to stand on the same lines in the same order.
  private func isSame(_ left: SourceRows, _ right: SourceRows, ordered: Bool) -> Bool {
    if ordered { return left == right }
    func texts(_ rows: SourceRows) -> [String] {
      (0..<rows.count).map { row in
        "\(rows.accounts[row]) \(rows.values.map { $0[row].decimal })"
      }.sorted()
    }
    return texts(left) == texts(right)
  }
}
