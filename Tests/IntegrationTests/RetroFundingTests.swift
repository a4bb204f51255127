import Foundation
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

/// Optimism's Retro Funding of June 2025, up to the scores: its metrics as they were published, and
/// a made account for every project.
private struct RetroFunding {
  static let folder = "optimism_retrofunding/S7-M5"
  static let metrics: [(name: String, metric: String, weight: String)] = [
    ("eoa", "contract_invocations_upgraded_eoa_monthly", "0.07702"),
    ("calls", "amortized_contract_invocations_monthly", "0.19798"),
    ("gas", "gas_fees_monthly", "0.275"), ("tvl", "average_tvl_monthly", "0.30"),
    ("casters", "active_farcaster_users_monthly", "0.075"),
    ("users", "qualified_addresses_monthly", "0.075"),
  ]

  static func account(_ number: Int) -> String {
    let digits = String(number + 1, radix: 16)
    return "0x" + String(repeating: "0", count: 40 - digits.count) + digits
  }

  private static var sources: String {
    let all = metrics.map(\.metric).joined(separator: ", ")
    let one = metrics.flatMap { name, metric, _ in
      [("now", "Jun 2025"), ("before", "May 2025")].map { time, period in
        """
          - name: \(name)_\(time)
            file: onchain__metrics_by_project.csv.gz
            account: {key: project_id, in: eligible}
            unknown_keys: skip
            where: {metric_name: \(metric), measurement_period: \(period)}
            columns: [{name: amount, type: decimal, places: 24, notation: scientific,
               excess: half_even}]
            duplicates: sum

        """
      }
    }
    return """
        - {name: accounts, file: accounts.csv, key: project_id}
        - name: eligible
          file: onchain__project_metadata.csv.gz
          key: project_id
          account: {key: project_id, in: accounts}
          where: {is_eligible: True}
        - name: present
          file: onchain__metrics_by_project.csv.gz
          account: {key: project_id, in: eligible}
          unknown_keys: skip
          where: {metric_name: [\(all)], measurement_period: [Jun 2025, May 2025]}
          duplicates: sum
      \(one.joined())
      """
  }

  /// Per metric its current value, its growth and what stayed, capped and scaled to 0 … 1.
  private static var values: String {
    var lines: [String] = []
    for (name, _, weight) in metrics {
      var (now, before) = ("\(name)_now.amount", "\(name)_before.amount")
      if name == "tvl" {
        (now, before) = (
          "if(\(now) >= 1000000, \(now), 0)", "if(\(before) >= 1000000, \(before), 0)"
        )
      }
      let variants = [
        ("a", now, "0.20"), ("g", "max(\(now) - \(before), 0)", "0.20"),
        ("r", "min(\(now), \(before))", "0.60"),
      ]
      for (letter, value, part) in variants {
        let column = "\(name)_\(letter)"
        lines += [
          "{name: \(column)_c, value: \"min(\(value), quantile(\(value), 98.5))\"}",
          "{name: \(column), value: \"round((\(column)_c - smallest(\(column)_c)) / "
            + "(largest(\(column)_c) - smallest(\(column)_c)) * \(weight) * \(part), 18, "
            + "half_even)\"}",
        ]
      }
    }
    return lines.map { "      - \($0)\n" }.joined()
  }

  static var plan: String {
    let columns = metrics.flatMap { metric in ["a", "g", "r"].map { "\(metric.name)_\($0)" } }
    let squares = columns.map { "\($0) * \($0)" }.joined(separator: " + ")
    return """
      version: 1
      name: Retro Funding, onchain builders, June 2025
      tokens: [{name: OP, decimals: 18}]
      campaigns: [{name: main, token: OP}]
      sources:
      \(sources)
      programs:
        - name: scores
          kind: airdrop
          campaign: main
          budget: 1300000
          from: present
          values:
      \(values)    weight: sqrt((\(squares)) / 18)

      """
  }
}

@Suite("Retro Funding's scores, from the published metrics")
struct RetroFundingTests {
  @Test(
    "Between projects that no cap and no floor touched, rewards are as the scores, to a cent",
    .enabled(if: Cases.available(RetroFunding.folder), absent))
  func scores() throws {
    let folder = try TemporaryFolder()
    let names = ["onchain__metrics_by_project.csv.gz", "onchain__project_metadata.csv.gz"]
    for name in names {
      let path = Cases.path("\(RetroFunding.folder)/\(name)")
      try folder.write([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), to: name)
    }
    let metadata = try rows("onchain__project_metadata.csv.gz")
    var accounts: [String: String] = [:]
    var list = "project_id,account\n"
    for (number, row) in metadata.enumerated() {
      list += "\(row[0]),\(RetroFunding.account(number))\n"
      accounts[row[1]] = RetroFunding.account(number)
    }
    try folder.write(list, to: "accounts.csv")
    let plan = try folder.write(RetroFunding.plan, to: "plan.yaml")
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["allocate", plan, "--out", bundle])
    try Sluice.succeed(["verify", bundle, "--plan", plan, "--inputs", folder.path])
    let lines = String(decoding: try folder.read("bundle/allocations.csv"), as: UTF8.self)
    var scores: [String: Double] = [:]
    for line in lines.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",")
      scores[String(cells[2])] = Double(cells[3])
    }
    try compare(scores, accounts)
  }

  private func rows(_ file: String) throws -> [[String]] {
    let text = String(decoding: try Cases.data("\(RetroFunding.folder)/\(file)"), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func compare(_ scores: [String: Double], _ accounts: [String: String]) throws {
    // 5 % of the budget is the most, 200 the least that was paid.
    let published = try rows("expected.csv").compactMap { row -> (String, Double)? in
      guard let reward = Double(row[2]), reward > 200, reward < 64_999 else { return nil }
      return (try #require(accounts[row[0]]), reward)
    }
    #expect(published.count == 151)
    let rewards = published.map(\.1).reduce(0, +)
    let total = try published.map { try #require(scores[$0.0]) }.reduce(0, +)
    for (account, reward) in published {
      let expected = try #require(scores[account]) * rewards / total
      #expect(abs(expected - reward) < 0.011, "\(account): \(expected), published \(reward)")
    }
    // Who was paid nothing scored less than everybody who was.
    let paid = Set(published.map(\.0))
    let least = try #require(paid.compactMap { scores[$0] }.min())
    #expect(scores.filter { $0.value > least && !paid.contains($0.key) }.count == 3)
    // Of 253 projects with metrics, two score nothing.
    #expect(scores.count == 251)
  }
}
