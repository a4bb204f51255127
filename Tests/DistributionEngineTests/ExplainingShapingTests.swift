import Bundle
import DistributionEngine
import DistributionModel
import Reporting
import Testing

/// 100 ACME by 60, 20, 12, 7 and 1 points in units of 0.1: the cap of 30 holds the first two. 40
/// are left for 12, 7 and 1: the last would get 2 and leaves.
private let plan = """
  version: 1
  name: Explained
  tokens:
    - {name: ACME, decimals: 2}
  campaigns:
    - {name: open, token: ACME}
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
  programs:
    - name: users
      kind: airdrop
      campaign: open
      budget: 100
      from: list
      weight: points
      cap: 30%
      floor: 2.1
      unit: 0.1
  """

private func lines(_ number: UInt64, _ text: String = plan) throws -> [String] {
  let bundle = try Chain().bundle(
    text, [rows("list", [(1, 60), (2, 20), (3, 12), (4, 7), (5, 1)])])
  return Array(
    ExplanationText.lines(Explaining.explanation(of: account(number), in: bundle)).dropFirst(5))
}

@Suite("Explaining caps and floors")
struct ExplainingShapingTests {
  @Test("Who is held by the cap reads the cap, and no quotient")
  func capped() throws {
    #expect(
      try lines(1) == [
        "    cap: 30 ACME (3000 base units), which holds",
        "    floor: 2.1 ACME (210 base units)",
        "    in units of 0.1 ACME (10 base units)",
        "    receives 30 ACME (3000 base units)",
      ])
  }

  @Test("Who is free reads what is shared, and by which weights")
  func free() throws {
    // 400 for 12 and 7, of 19: 252.63.
    #expect(
      try lines(3) == [
        "    cap: 30 ACME (3000 base units)",
        "    floor: 2.1 ACME (210 base units)",
        "    in units of 0.1 ACME (10 base units)",
        "    shared × weight / weights that share it = 400 × 12 / 19",
        "    = 252, remainder 12",
        "    rounding largest-remainder: 1 unit more",
        "    receives 25.3 ACME (2530 base units)",
      ])
  }

  @Test("Who leaves reads its part at the level at which it left, and the floor")
  func leaves() throws {
    #expect(
      try lines(5).suffix(4) == [
        "    shared × weight / weights that share it = 400 × 1 / 20",
        "    = 20, remainder 0",
        "    rounding largest-remainder: no change",
        "    receives nothing (below-floor): it would get less than the program's floor, 2.1 ACME "
          + "(210 base units)",
      ])
  }

  @Test("Who is raised to the floor, and who is given less than it")
  func raised() throws {
    let raise = plan.replacing("floor: 2.1\n", with: "floor: 2.1\n    below_floor: raise\n")
    #expect(
      try lines(5, raise).contains("    floor: 2.1 ACME (210 base units), which holds"))
    let given = plan.replacing("weight: points\n    cap: 30%", with: "amount: points * 1")
      .replacing("unit: 0.1", with: "unallocated: carry")
    #expect(
      try lines(5, given).last
        == "    receives nothing (below-floor): it would get less than the program's floor, "
        + "2.1 ACME (210 base units); 2.1 ACME (210 base units) or more would be paid")
    #expect(try lines(4, given).last == "    receives 7 ACME (700 base units)")
  }
}
