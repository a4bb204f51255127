import DistributionCore
import DistributionModel
import EthereumPrimitives
import Foundation
import InputFiles
import PlanFile
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"
private let folder = "eigenlayer/staker-shares"

/// Shares of stakers as EigenLayer's sidecar takes a snapshot of them every day: what is recorded
/// last on a day is held from the next midnight on.
private struct PublishedShares {
  struct Snapshot: Hashable {
    let staker: String
    let shares: String
  }

  /// By day and strategy; shares of 0 are held by nobody.
  let snapshots: [String: [String: Set<Snapshot>]]
  let days: [String]
  let strategies: [String]

  init() throws {
    let rows = String(decoding: try Cases.data(folder + "/expected.csv.gz"), as: UTF8.self)
      .split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",").map(String.init) }
    var snapshots: [String: [String: Set<Snapshot>]] = [:]
    for row in rows where row[2] != "0" {
      snapshots[row[3], default: [:]][row[1], default: []].insert(
        Snapshot(staker: row[0], shares: row[2]))
    }
    self.snapshots = snapshots
    days = Set(rows.map { $0[3] }).sorted()
    strategies = Set(rows.map { $0[1] }).sorted()
  }

  /// Every strategy is a source, and every day an epoch.
  var plan: String {
    """
    version: 1
    name: Shares of every day
    tokens: [{name: REWARD, decimals: 18}]
    campaigns: [{name: rewards, token: REWARD}]
    epochs: {start: \(days[0]), length: 1d, count: \(days.count)}
    sources:
      - {name: blocks, file: blocks.csv, key: block_number, times: block_time}
    \(strategies.map(source).joined())
    programs:
    \(strategies.map(program).joined())
    """
  }

  func name(_ strategy: String) -> String { "S" + strategy.dropFirst(2) }

  private func source(_ strategy: String) -> String {
    """
      - name: \(name(strategy))
        file: events.csv
        account: staker
        time: {key: block_number, in: blocks}
        where: {strategy: "\(strategy)"}
        positions: {effect: balance, amount: shares, order: [block_number], every: 1d}
        columns: [opening, closing, lowest, highest, held]

    """
  }

  private func program(_ strategy: String) -> String {
    """
      - name: \(name(strategy))
        kind: staking
        campaign: rewards
        budget: 1000
        from: \(name(strategy))
        weight: held
        emission: {shape: constant}

    """
  }
}

@Suite("Snapshots that EigenLayer published")
struct PublishedSharesTests {
  @Test(
    "Every day's shares of every strategy and staker are the published ones",
    .enabled(if: Cases.available(folder), absent))
  func everyDay() throws {
    let published = try PublishedShares()
    let plan = try PlanFile.parse(Array(published.plan.utf8), file: "plan.yaml").plan
    let path = Cases.path(folder)
    let table = try #require(plan.source(named: "blocks"))
    let times = try InputFile.times("\(path)/blocks.csv", name: "blocks.csv", as: table).times
    let all = plan.sources.filter { $0.series != nil }
    let days = UInt64(published.days.count)
    let start = try #require(plan.epochs).start.seconds
    var histories: [String: PositionHistory] = [:]
    for source in all {
      histories[source.name] = try PositionFile.read(
        "\(path)/events.csv", name: "events.csv", as: source,
        span: start..<(start + days * 86_400), times: times
      ).history
    }
    var compared = 0
    for (number, day) in published.days.enumerated() {
      let rows = try SeriesLaw.rows(
        of: all, in: plan, epoch: EpochIndex(UInt32(number)), histories: histories)
      for strategy in published.strategies {
        let found = try #require(rows[published.name(strategy)])
        let shares = Set(
          zip(found.accounts, found.values[0]).map {
            PublishedShares.Snapshot(staker: $0.hex, shares: $1.decimal)
          })
        #expect(shares == published.snapshots[day]?[strategy] ?? [], "\(strategy) on \(day)")
        // Nothing changes between two midnights.
        for measure in 1...3 { #expect(found.values[measure] == found.values[0]) }
        #expect(
          zip(found.values[0], found.values[4]).allSatisfy {
            $0.multiplied(by: UInt256(86_400)) == $1
          })
        compared += shares.count
      }
    }
    #expect(compared == published.snapshots.values.flatMap(\.values).reduce(0) { $0 + $1.count })
  }
}
