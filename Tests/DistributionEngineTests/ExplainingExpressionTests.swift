import Bundle
import DistributionEngine
import DistributionModel
import Reporting
import Testing

/// 0.60 ACME to those with at least 10 points, by √points + half their share of the points.
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
      budget: 0.60
      from: list
      values:
        - {name: share, value: points / sum(points)}
        - {name: unused, value: 1 / (points - points)}
        - {name: inverse, value: 1 / (points - 16)}
      filter: points >= 10 and points < 1000
      weight: if(points = 17, inverse, sqrt(points, 0)) + share * 0.5
  """

private func lines(_ number: UInt64) throws -> [String] {
  // √16 + 0.5·16/80 = 4.1 and √64 + 0.5·64/80 = 8.4 of 12.5.
  let chain = try Chain()
  let bundle = try chain.bundle(plan, [rows("list", [(1, 16), (2, 64), (3, 9), (4, 1000)])])
  return ExplanationText.lines(try chain.explained(number, bundle))
}

@Suite("Explaining expressions")
struct ExplainingExpressionTests {
  @Test("Named values that it uses, terms and the weight of an account that takes part")
  func takingPart() throws {
    let text = try lines(1).joined(separator: "\n")
    // 60 · 4.1 / 12.5 = 19.68; the unit left goes to the larger remainder, which is this one.
    #expect(
      text == """
        0x0000000000000000000000000000000000000001

        open: 0.2 ACME (20 base units) in all
          users (airdrop, epoch 0)
            list.csv, line 2: points = 16
            share = points / sum(points) = 0.2
            inverse = 1 / (points - 16) = no value, not needed
              if(points = 17, inverse, sqrt(points, 0)) = 4
              share * 0.5 = 0.1
            if(points = 17, inverse, sqrt(points, 0)) + share * 0.5 = 4.1
            budget of epoch 0: 0.6 ACME (60 base units)
            budget × weight / all weights = 60 base units × 4.1 / 12.5
            = 19 base units, remainder 8.5
            rounding largest-remainder: 1 base unit more
            receives 0.2 ACME (20 base units)
        """)
  }

  @Test("The condition that refused, and both sides of it")
  func refused() throws {
    let low = try lines(3)
    #expect(low.contains("    filter: points >= 10 and points < 1000"))
    #expect(low.contains("    does not hold: points >= 10, with 9 against 10"))
    #expect(
      low.contains(
        "    receives nothing (filtered-out): it does not meet the program's filter; points >= 10 "
          + "would have passed"))
    let high = try lines(4)
    #expect(high.contains("    does not hold: points < 1000, with 1000 against 1000"))
  }
}
