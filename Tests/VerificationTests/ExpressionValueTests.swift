import BigInt
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@testable import DistributionCore
@testable import Verification

/// Points, ACME (18 decimals), USD (2 decimals) and a score (3 places) of five accounts, in the
/// order of the page.
let expressionTable: [[String]] = [
  ["10", "2500000000000000000", "100", "1500"],
  ["40", "0", "250", "0"],
  ["40", "1000000000000000000", "1", "1"],
  ["0", "7000000000000000000", "999", "2000"],
  ["25", "500000000000000000", "0", "12345"],
]

/// What accounts 1, 3 and 9 did in the votes: `cast`, and ACME paid in.
let voteTable: [(account: Address, values: [UInt256])] = [
  (account(3), [4, 0]), (account(9), [100, 1]), (account(1), [2, 1_500_000_000_000_000_000]),
  (account(3), [3, 500_000_000_000_000_000]),
]

/// What `launch` gave accounts 2, 3 and 9, in base units of ACME.
let launchTable: [Address: UInt256] = [
  account(2): 12_500_000_000_000_000_000, account(3): 1, account(9): 7,
]

/// The value of an expression for every account by both programs; an error by its name.
///
/// The rows are those of accounts 1, 2, ….
func values(
  _ text: String, of rows: [[String]] = expressionTable, values named: [(String, String)] = []
) throws -> (engine: [String], reference: [String]) {
  let program = try computed(text, values: named)
  let expression = try #require(program.basis.expression)
  let sample = ExpressionSample(
    program: program,
    rows: try rows.enumerated().map { index, row in
      let cells = row + Array(repeating: "0", count: ExpressionSample.columns.count - row.count)
      return (account(UInt8(index + 1)), try cells.map { try UInt256(decimal: $0) })
    }, votes: voteTable, launch: launchTable)
  let columns = try AccountColumns(program: program, inputs: sample.inputs)
  let evaluator = ExpressionEvaluator(
    columns: columns.columns.mapValues { NumberColumn($0) },
    joins: columns.joins.mapValues { NumberColumn($0) }, values: program.values,
    rows: Array(rows.indices))
  let block = evaluator.evaluate(expression, over: evaluator.rows[...])
  let engine = rows.indices.map { row in
    block.faults[row].map { "\($0.kind)" } ?? evaluator.text(of: expression, row) ?? "nothing"
  }
  let table = try ReferenceLaw.table(of: program, sample.referenceInputs)
  let reference = ReferenceExpressions(
    values: program.values, columns: table.columns, rows: table.rows, joins: table.joins)
  let expected = reference.rows.map { row in
    do throws(ReferenceExpressions.Fault) {
      guard expression.kind != .truth else {
        return "\(try reference.truth(expression, of: row))"
      }
      return ReferenceExpressions.text(
        try reference.number(expression, of: row), scale: expression.scale)
    } catch {
      return "\(error.refusal)"
    }
  }
  return (engine, expected)
}

@Suite("What expressions come to")
struct ExpressionValueTests {
  /// Worked out by hand from the page.
  @Test(
    "Every operation and function by hand, in both programs",
    arguments: [
      ("points", "10 40 40 0 25"), ("points + 0.5", "10.5 40.5 40.5 0.5 25.5"),
      ("2 * points - 5", "15 75 75 -5 45"), ("-points", "-10 -40 -40 0 -25"),
      (
        "points / 3",
        "3.333333333333333333 13.333333333333333333 13.333333333333333333 0 "
          + "8.333333333333333333"
      ),
      (
        "-points / 3",
        "-3.333333333333333333 -13.333333333333333333 -13.333333333333333333 0 "
          + "-8.333333333333333333"
      ),
      ("div(points, 4, 0, half_up)", "3 10 10 0 6"),
      ("score", "1.5 0 0.001 2 12.345"), ("score + points", "11.5 40 40.001 2 37.345"),
      ("round(score * 2, 2, half_even)", "3 0 0 4 24.69"),
      ("points * score", "15 0 0.04 0 308.625"), ("score * balance", "3.75 0 0.001 14 6.1725"),
      ("div(points, 4, 0, half_even)", "2 10 10 0 6"), ("div(points, 4, 1, up)", "2.5 10 10 0 6.3"),
      ("div(-points, 4, 0, floor)", "-3 -10 -10 0 -7"),
      ("div(-points, 4, 0, ceiling)", "-2 -10 -10 0 -6"),
      ("100 / points", "10 2.5 2.5 divisionByZero 4"),
      ("100 / max(points, 1)", "10 2.5 2.5 100 4"),
      ("balance", "2.5 0 1 7 0.5"), ("balance * 1.5", "3.75 0 1.5 10.5 0.75"),
      ("number(balance) + points", "12.5 40 41 7 25.5"),
      ("balance * balance", "6.25 0 1 49 0.25"), ("`paid in`", "1 2.5 0.01 9.99 0"),
      ("balance / `paid in`", "2.5 0 100 0.700700700700700700 divisionByZero"),
      ("min(points, 20)", "10 20 20 0 20"), ("max(points, 20, 30)", "30 40 40 30 30"),
      ("clamp(points, 5, 30)", "10 30 30 5 25"), ("clamp(points, 30, 5)", "5 5 5 5 5"),
      ("abs(points - 20)", "10 20 20 20 5"), ("round(balance, 0, half_up)", "3 0 1 7 1"),
      ("round(balance, 0, half_even)", "2 0 1 7 0"), ("floor(balance)", "2 0 1 7 0"),
      ("ceiling(balance)", "3 0 1 7 1"), ("floor(-number(balance))", "-3 0 -1 -7 -1"),
      ("sqrt(points, 2)", "3.16 6.32 6.32 0 5"),
      (
        "sqrt(points - 10)",
        "0 5.477225575051661134 "
          + "5.477225575051661134 outOfDomain 3.872983346207416885"
      ),
      (
        "log2(points)",
        "3.321928094887362347 5.321928094887362347 5.321928094887362347 "
          + "outOfDomain 4.643856189774724695"
      ),
      ("log2(0.5 + points * 0)", "-1 -1 -1 -1 -1"),
      ("power_mean(1, points, 20)", "15 30 30 10 22.5"),
      (
        "power_mean(2, points, 20)",
        "15.811388300841896659 31.622776601683793319 "
          + "31.622776601683793319 14.142135623730950488 22.638462845343541566"
      ),
      ("power_mean(2, points - 20)", "outOfDomain 20 20 outOfDomain 5"),
      ("if(points > 10, 1, 2)", "2 1 1 2 1"), ("if(points = 0, 0, 100 / points)", "10 2.5 2.5 0 4"),
      ("tiers(points, from 10 -> 1, above 10 -> 2, from 40 -> 3.5, else 0)", "1 3.5 3.5 0 2"),
      ("tiers(points, above 10 -> 1, from 40 -> 2, above 40 -> 3, else -1)", "-1 2 2 -1 1"),
      ("brackets(points, from 0 -> 1, from 20 -> 0.5, from 30 -> 0)", "10 25 25 0 22.5"),
      ("brackets(points, from 20 -> 2)", "0 40 40 0 10"),
      ("sum(points)", "115 115 115 115 115"), ("average(points)", "23 23 23 23 23"),
      ("smallest(points)", "0 0 0 0 0"), ("largest(points)", "40 40 40 40 40"),
      ("median(points)", "25 25 25 25 25"), ("count()", "5 5 5 5 5"),
      ("count(points >= 25 and points < 40)", "1 1 1 1 1"),
      ("percentile(points, 0)", "0 0 0 0 0"), ("percentile(points, 20)", "0 0 0 0 0"),
      ("percentile(points, 20.1)", "10 10 10 10 10"), ("percentile(points, 80)", "40 40 40 40 40"),
      ("percentile(points, 100)", "40 40 40 40 40"),
      ("quantile(points, 0)", "0 0 0 0 0"), ("quantile(points, 100)", "40 40 40 40 40"),
      // In ascending order 0, 10, 25, 40, 40: place 2 is 25, place 0.4 is 4, place 2.5 is 32.5.
      ("quantile(points, 50)", "25 25 25 25 25"), ("quantile(points, 10)", "4 4 4 4 4"),
      ("quantile(points, 62.5)", "32.5 32.5 32.5 32.5 32.5"),
      ("quantile(points - 20, 10)", "-16 -16 -16 -16 -16"),
      // Between −10 and 5.
      ("quantile(points - 20, 45)", "2 2 2 2 2"), ("quantile(points - 20, 30)", "-7 -7 -7 -7 -7"),
      ("votes.cast", "2 0 7 0 0"), ("votes.`paid in`", "1.5 0 0.5 0 0"),
      ("if(listed(votes), 1, 0)", "1 0 1 0 0"), ("if(not listed(votes), points, 0)", "0 40 0 0 25"),
      ("allocated(launch)", "0 12.5 0.000000000000000001 0 0"),
      ("balance + votes.`paid in` + allocated(launch)", "4 12.5 1.500000000000000001 7 0.5"),
      ("row_count()", "1 1 1 1 1"), ("row_count(votes)", "1 0 2 0 0"),
      ("row_smallest(votes.cast)", "2 0 3 0 0"), ("row_largest(votes.cast)", "2 0 4 0 0"),
      ("row_median(votes.cast)", "2 0 3.5 0 0"), ("row_median(points)", "10 40 40 0 25"),
      ("row_median(votes.`paid in`)", "1.5 0 0.25 0 0"),
      ("row_largest(score)", "1.5 0 0.001 2 12.345"),
      ("sum(votes.cast)", "9 9 9 9 9"), ("count(listed(votes))", "2 2 2 2 2"),
      (
        "points / votes.cast", "5 divisionByZero 5.714285714285714285 divisionByZero divisionByZero"
      ),
      ("rank_descending(points)", "4 1 1 5 3"), ("rank_ascending(points)", "2 4 4 1 3"),
      ("normalise(points, 230)", "20 80 80 0 50"), ("sum(if(points > 10, 1, 0))", "3 3 3 3 3"),
      (
        "points / sum(points)",
        "0.086956521739130434 0.347826086956521739 0.347826086956521739 0 "
          + "0.217391304347826086"
      ),
      (
        "sum(100 / points)",
        "divisionByZero divisionByZero divisionByZero divisionByZero "
          + "divisionByZero"
      ),
      ("if(points > 30, sum(100 / points), 1)", "1 divisionByZero divisionByZero 1 1"),
      ("if(points in (0, 25, 10.0), 1, 0)", "1 0 0 1 1"),
      ("if(points = 40 or 100 / points > 5, 1, 0)", "1 1 1 divisionByZero 0"),
      ("if(points > 0 and 100 / points > 5, 1, 0)", "1 0 0 0 0"),
      ("if(not points > 10, 1, 0)", "1 0 0 1 0"), ("if(points != 40, 1, 0)", "1 0 0 1 1"),
      ("if(points <= 10, 1, 0)", "1 0 0 1 0"), ("if(points < 10, 1, 0)", "0 0 0 1 0"),
      ("if(true, points, 1 / 0)", "10 40 40 0 25"),
    ])
  func byHand(text: String, expected: String) throws {
    let wanted = expected.split(separator: " ").map(String.init)
    let found = try values(text)
    let shortened = wanted.map { trimmed($0) }
    #expect(found.engine == shortened)
    #expect(found.reference == shortened)
  }

  /// What a person writes with every decimal place is the same number.
  private func trimmed(_ text: String) -> String {
    DecimalNumber(text)?.shortest ?? text
  }

  @Test("The median of an even number of accounts is the mean of both in the middle")
  func evenMedian() throws {
    let found = try values("median(points)", of: Array(expressionTable.dropLast()))
    #expect(found.engine == ["25", "25", "25", "25"] && found.reference == found.engine)
    let half = try values("median(points)", of: [["1", "0", "0"], ["4", "0", "0"]])
    #expect(half.engine == ["2.5", "2.5"] && half.reference == half.engine)
  }

  @Test("Named values are what they stand for, and fail only where they are needed")
  func namedValues() throws {
    let named = [("share", "100 / points"), ("double", "share * 2"), ("big", "points > 10")]
    let found = try values("if(points = 0, 0, double + share)", values: named)
    #expect(found.engine == ["30", "7.5", "7.5", "0", "12"] && found.reference == found.engine)
    let condition = try values("if(big, 1, 2)", values: named)
    #expect(condition.engine == ["2", "1", "1", "2", "1"])
    #expect(condition.reference == condition.engine)
  }

  @Test(
    "INV-015: a number of 2^256 is an error at every operation, and one less is none",
    arguments: [
      ("points + 1", "expressionOverflow"), ("points * 2", "expressionOverflow"),
      ("points + 0.1", "expressionOverflow"), ("points / 3", "expressionOverflow"),
      ("-points - 1", "expressionOverflow"), ("max(points, 0.5)", "expressionOverflow"),
      ("if(true, points, 0.5)", "expressionOverflow"),
      ("round(points, 1, down)", "expressionOverflow"),
      ("if(points > 0.5, 1, 0)", "expressionOverflow"), ("median(points)", "expressionOverflow"),
      ("power_mean(1, points)", "expressionOverflow"),
      ("power_mean(2, points)", "expressionOverflow"),
      ("brackets(points, from 0 -> 2)", "expressionOverflow"),
      ("tiers(points, from 0.5 -> 2, else 0)", "expressionOverflow"),
      ("normalise(points, 2)", "expressionOverflow"),
      (
        "points - 1",
        "115792089237316195423570985008687907853269984665640564039457584007913129639934"
      ),
      ("div(points, 2, 0, up)", "\(UInt256(1) << 255)"),
      ("div(points, points, 36, down)", "1"), ("sqrt(points, 0)", "\(UInt256.max >> 128)"),
      ("quantile(points, 50)", "expressionOverflow"),
      (
        "quantile(div(points, 100, 0, down), 50)",
        "1157920892373161954235709850086879078532699846656405640394575840079131296399"
      ),
      ("normalise(points, 1)", "1"), ("rank_ascending(points)", "1"), ("points - points", "0"),
    ])
  func widest(text: String, expected: String) throws {
    let found = try values(text, of: [["\(UInt256.max)", "1", "1"]])
    #expect(found.engine == [expected])
    #expect(found.reference == [expected])
  }

  @Test(
    "INV-015: powers of a mean stay below 2^512 together, its result below 2^256",
    arguments: [
      (2, 255, true), (3, 170, true), (3, 171, false), (4, 127, true), (4, 128, false),
      (5, 102, true), (5, 103, false), (7, 73, true), (7, 74, false), (8, 63, true), (8, 64, false),
    ])
  func powers(power: Int, bits: Int, fits: Bool) throws {
    let balance = UInt256(1) << bits
    let found = try values(
      "power_mean(\(power), balance)", of: [["0", "\(balance)", "0"]])
    let whole = DecimalNumber(balance, scale: 18).shortest
    #expect(found.engine == [fits ? whole : "expressionOverflow"])
    #expect(found.reference == found.engine)
    // Two of them reach it where one does not.
    let both = try values(
      "power_mean(4, balance, balance, balance)", of: [["0", "\(UInt256(1) << 127)", "0"]])
    #expect(both.engine == [DecimalNumber(UInt256(1) << 127, scale: 18).shortest])
    let more = try values(
      "power_mean(2, balance, balance)", of: [["0", "\(UInt256.max)", "0"]])
    #expect(more.engine == ["expressionOverflow"] && more.reference == more.engine)
  }

  @Test("A sum counts as a whole: its order and its parts may be what they like")
  func sums() throws {
    let rows = [["\(UInt256.max)", "0", "0"], ["\(UInt256.max)", "0", "0"], ["5", "0", "0"]]
    let found = try values(
      "sum(if(points > 5, if(rank_ascending(points) = 2, points, 0), 5))", of: rows)
    #expect(found.engine == Array(repeating: "expressionOverflow", count: 3))
    let even = try values(
      "sum(if(points = 5, 5, points - \(UInt256.max)))", of: rows)
    #expect(even.engine == ["5", "5", "5"])
    #expect(even.reference == even.engine && found.reference == found.engine)
  }

  @Test(
    "Roots, logarithms, means and roundings are those of a Python peer",
    arguments: ["square_roots", "logarithms", "power_means", "quotients"])
  func vectors(name: String) throws {
    let data = try Project.data("Tests/VerificationTests/Vectors/expressions.json")
    let cases = try #require(try JSON.parse(data)[name]?.elements)
    #expect(cases.count > 90)
    for vector in cases {
      let pair = try #require(vector.elements)
      let (text, expected) = (try #require(pair[0].text), try #require(pair[1].text))
      let found = try values(text, of: [["0", "0", "0"]])
      #expect(found.engine == [expected], "\(text)")
      #expect(found.reference == [expected], "\(text)")
    }
  }

  @Test("Quantiles are those of Python's statistics module, in any order of the rows")
  func quantiles() throws {
    let data = try Project.data("Tests/VerificationTests/Vectors/expressions.json")
    let cases = try #require(try JSON.parse(data)["quantiles"]?.elements)
    #expect(cases.count > 90)
    for vector in cases {
      let parts = try #require(vector.elements)
      let numbers = try #require(parts[0].text).split(separator: " ").map(String.init)
      let (percent, expected) = (try #require(parts[1].text), try #require(parts[2].text))
      let found = try values(
        "quantile(points - 500, \(percent))", of: numbers.map { [$0, "0", "0"] })
      #expect(found.engine == numbers.map { _ in expected }, "\(numbers), \(percent)")
      #expect(found.reference == found.engine)
    }
  }
}
