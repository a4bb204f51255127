import Bundle
import DistributionEngine
import DistributionModel
import Reporting
import Testing

/// 100 units in each of two epochs, by points, by what the launch gave, and by a bonus.
private let plan = """
  version: 1
  name: Joined
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 2}
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    - {name: bonus, file: bonus.csv, duplicates: sum, columns: [{name: points, type: integer}]}
    - {name: once, file: once.csv, columns: [{name: points, type: integer}]}
  programs:
    - {name: launch, kind: premine, campaign: main, budget: 30,
       recipients: [{account: "0x0000000000000000000000000000000000000001", amount: 30}]}
    - {name: opening, kind: airdrop, campaign: main, budget: 5, from: list, weight: points,
       filter: listed(once)}
    - name: rewards
      kind: airdrop
      campaign: main
      budget: 200
      from: list
      weight: points + number(allocated(launch)) + bonus.points
      emission: {shape: constant}
  """

@Suite("Programs that read other sources and earlier programs, epoch by epoch")
struct JoinTests {
  private let inputs = [
    rows("list", [(1, 10), (2, 30)]), rows("bonus", [(2, 4), (7, 50), (2, 6)]),
    rows("once", [(2, 1)]),
  ]

  @Test("What an earlier program gives counts in the epoch in which it runs")
  func epochs() throws {
    let chain = try Chain()
    let first = try chain.bundle(plan, inputs)
    // 10 + 30 against 30 + 4 + 6.
    #expect(first.outcomes.map(\.pairs) == [[[1, 30]], [[2, 5]], [[1, 50], [2, 50]]])
    #expect(first.inputs.map(\.declaration.name) == ["list", "bonus", "once"])
    // The launch does not run again: 10 against 40. Nor does what reads `once`.
    let second = try chain.bundle(plan, Array(inputs.dropLast()), epoch: 1, parent: first)
    #expect(second.outcomes.map(\.pairs) == [[[1, 20], [2, 80]]])
    #expect(second.inputs.map(\.declaration.name) == ["list", "bonus"])
  }

  @Test("Explaining shows the rows of other sources, their sum, and what an earlier program gave")
  func explaining() throws {
    let bundle = try Chain().bundle(plan, inputs)
    let second = ExplanationText.lines(Explaining.explanation(of: account(2), in: bundle))
      .joined(separator: "\n")
    #expect(
      second.contains(
        """
          rewards (airdrop, epoch 0)
            list.csv, line 3: points = 30
            bonus.csv, line 2: points = 4
            bonus.csv, line 4: points = 6
            allocated(launch) = 0
            bonus.points = 10
              points = 30
              number(allocated(launch)) = 0
              bonus.points = 10
            points + number(allocated(launch)) + bonus.points = 40
        """), "\(second)")
    let first = ExplanationText.lines(Explaining.explanation(of: account(1), in: bundle))
    #expect(first.contains("    allocated(launch) = 30"))
    #expect(first.contains("    bonus.points = 0"))
    // Also where the filter refuses.
    #expect(first.contains("    listed(once) = false"))
    let other = Explaining.explanation(of: account(7), in: bundle)
    #expect(other.isUnknown && other.campaigns[0].programs.allSatisfy { $0.rows.isEmpty })
  }
}
