import EthereumPrimitives
import Foundation
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"
private let folder = "eigenlayer/staker-shares"

/// A budget for who held shares of a strategy, out of EigenLayer's published events: what it has to
/// come to is added up from the published snapshots of every day.
private enum PublishedHolding {
  static let budget = UInt256(1_000_000)

  static func plan(_ strategy: String) -> String {
    """
    version: 1
    name: For who held shares
    tokens: [{name: REWARD, decimals: 0}]
    campaigns: [{name: rewards, token: REWARD}]
    sources:
      - {name: blocks, file: blocks.csv, key: block_number, times: block_time}
      - name: shares
        file: events.csv
        account: staker
        time: {key: block_number, in: blocks}
        where: {strategy: "\(strategy)"}
        positions: {effect: balance, amount: shares, order: [block_number], every: 1d}
        window: {start: 2024-03-01, end: 2024-09-01}
    programs:
      - name: holders
        kind: hold
        campaign: rewards
        budget: \(budget.decimal)
        from: shares
        weight: held
        rounding: floor
    """
  }

  static func rows() throws -> [[String]] {
    String(decoding: try Cases.data(folder + "/expected.csv.gz"), as: UTF8.self)
      .split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",").map(String.init) }
  }

  /// By strategy and staker, shares of all days together.
  static func shares() throws -> [String: [String: UInt256]] {
    try rows().reduce(into: [:]) { shares, row in
      let day = try UInt256(decimal: row[2])
      shares[row[1], default: [:]][row[0], default: .zero] =
        (shares[row[1]]?[row[0]] ?? .zero) &+ day
    }
  }
}

@Suite("Holders of shares that EigenLayer published")
struct PublishedHoldingTests {
  @Test(
    "receive by what they held on every day, and a stranger finds the same",
    .enabled(if: Cases.available(folder), absent))
  func holders() throws {
    for (strategy, shares) in try PublishedHolding.shares().sorted(by: { $0.key < $1.key }) {
      let work = try TemporaryFolder()
      let plan = try work.write(PublishedHolding.plan(strategy), to: "plan.yaml")
      let bundle = work.path + "/bundle"
      try Sluice.succeed([
        "allocate", plan, "--inputs", Cases.path(folder), "--out", bundle, "--without-proofs",
      ])
      let whole = shares.values.reduce(UInt256.zero) { $0 &+ $1 }
      let expected = shares.compactMap { staker, held -> String? in
        let part =
          PublishedHolding.budget.multipliedFullWidth(by: held)
          .quotientAndRemainder(dividingBy: whole)?.quotient.low ?? .zero
        return part.isZero ? nil : "holders,0,\(staker),\(part.decimal)"
      }
      let found = String(decoding: try work.read("bundle/allocations.csv"), as: UTF8.self)
      #expect(found.split(separator: "\n").dropFirst().map(String.init) == expected.sorted())
      let verified = try Sluice.succeed([
        "verify", bundle, "--plan", plan, "--inputs", Cases.path(folder),
      ])
      #expect(verified.output.contains("MATCH"))
    }
  }
}
