import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Reporting
import Testing

/// 100 ACME by 4, 3, 2 and 1 points; accounts 1 and 2 are one person, who is capped at 40, and what
/// account 1 earns goes to account 8.
private let plan = """
  version: 1
  name: Moved
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
  clusters: {source: people, column: person}
  redirects:
    - {account: "0x0000000000000000000000000000000000000001",
       to: "0x0000000000000000000000000000000000000008", reason: Lost its key.}
  programs:
    - {name: users, kind: airdrop, campaign: main, budget: 100, from: list, weight: points,
       cap: 40, cap_per: cluster}
  """

@Suite("Explaining redirects and clusters")
struct ExplainingRedirectTests {
  private func explanation(_ number: UInt64) throws -> Explanation {
    let bundle = try Chain().bundle(
      plan, [rows("list", [(1, 4), (2, 3), (3, 2), (4, 1)]), rows("people", [(1, 5), (2, 5)])])
    return Explaining.explanation(of: account(number), in: bundle)
  }

  private func text(_ number: UInt64) throws -> [String] {
    ExplanationText.lines(try explanation(number))
  }

  @Test("Who earns reads how, and where it goes; its entitlement is what it had")
  func origin() throws {
    #expect(try explanation(1).campaigns[0].entitlement == 0)
    #expect(try explanation(1).campaigns[0].before == 0)
    #expect(
      try text(1) == [
        "\(account(1))", "", "main: 0 ACME (0 base units) in all", "  users (airdrop, epoch 0)",
        "    list.csv, line 2: points = 4",
        "    people.csv, line 2: person = 5",
        "    budget of epoch 0: 100 ACME (100 base units)",
        "    cap of its cluster (plan.yaml, line 14): 40 ACME (40 base units), which holds",
        "    cluster: a weight of 7 together; it receives 40 ACME (40 base units)",
        "    cluster's × weight / cluster's weight = 40 base units × 4 / 7",
        "    = 22 base units, remainder 6",
        "    rounding largest-remainder: 1 base unit more",
        "    receives 23 ACME (23 base units)",
        "  redirected: what \(account(1)) earns goes to \(account(8)): Lost its key.",
      ])
  }

  @Test("Who stands alone reads of no cluster")
  func alone() throws {
    #expect(
      try text(4).prefix(9) == [
        "\(account(4))", "", "main: 20 ACME (20 base units) in all",
        "  users (airdrop, epoch 0)",
        "    list.csv, line 5: points = 1",
        "    budget of epoch 0: 100 ACME (100 base units)",
        "    cap (plan.yaml, line 14): 40 ACME (40 base units)",
        "    shared × weight / weights that share it = 20 base units × 1 / 1",
        "    = 20 base units, remainder 0",
      ])
  }

  @Test("Who receives reads from whom")
  func target() throws {
    let campaign = try explanation(8).campaigns[0]
    #expect(campaign.entitlement == 23 && campaign.before == 0)
    #expect(campaign.received == [.init(account: account(1), amount: 23)])
    #expect(
      try text(8).prefix(4) == [
        "\(account(8))", "", "main: 23 ACME (23 base units) in all",
        "  from \(account(1)), redirected: 23 ACME (23 base units)",
      ])
  }

  @Test("What is before, received and earned adds up to the entitlement, for everybody")
  func sums() throws {
    for number: UInt64 in 1...9 {
      let campaign = try explanation(number).campaigns[0]
      var sum = campaign.received.reduce(campaign.before) { $0 &+ $1.amount }
      for program in campaign.programs where campaign.passedOn.isEmpty {
        if case .allocated(let amount) = program.decision { sum = sum &+ amount }
      }
      #expect(sum == campaign.entitlement, "\(number)")
    }
  }
}
