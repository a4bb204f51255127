import DistributionModel
import TestKit
import Testing

@testable import PlanFile

@Suite("Expressions are read by their grammar")
struct ExpressionReadingTests {
  private static let columns = [
    ColumnDeclaration(name: "a", kind: .integer),
    ColumnDeclaration(name: "b", kind: .integer),
    ColumnDeclaration(name: "token amount", kind: .amount(token: "T", decimals: 6, unit: nil)),
  ]
  private static let past = SourceDeclaration(
    name: "past-list", file: "past.csv", format: .csv, columns: columns)
  private static let votes = SourceDeclaration(
    name: "votes", file: "votes.csv", format: .csv, columns: columns)
  private static let names = ExpressionNames(
    columns: columns, source: "list",
    sources: Listed(values: [past, votes], names: ["list", "past-list", "votes"]),
    programs: ProgramNames(
      all: ["pre-sale", "launch", "own"], own: "own",
      tokens: [
        "pre-sale": Token(name: "T", symbol: "T", decimals: 6),
        "launch": Token(name: "U", symbol: "U", decimals: 2),
      ]))

  private func read(_ text: String) throws -> Expression {
    var nextID = 0
    return try ExpressionParser.parse(
      text, names: Self.names, limits: .standard, nextID: &nextID,
      place: { Expression.Place(line: 1, column: $0 + 1) })
  }

  /// Every operation of signs in parentheses: the tree, without precedence.
  private func tree(_ part: Expression) -> String {
    let inner = part.parts.map(tree)
    switch part.operation {
    case .arithmetic(let sign, _, _): return "(\(inner[0]) \(sign.rawValue) \(inner[1]))"
    case .comparison(let sign, _, _): return "(\(inner[0]) \(sign.rawValue) \(inner[1]))"
    case .quotient: return "(\(inner[0]) / \(inner[1]))"
    case .both: return "(\(inner[0]) and \(inner[1]))"
    case .either: return "(\(inner[0]) or \(inner[1]))"
    case .negation: return "(-\(inner[0]))"
    case .not: return "(not \(inner[0]))"
    case .membership(_, let numbers): return "(\(inner[0]) in \(numbers))"
    default: return part.text
    }
  }

  @Test(
    "Precedence: signs before products before sums before comparisons, not, and, or",
    arguments: [
      ("a + b * 2", "(a + (b * 2))"), ("(a + b) * 2", "((a + b) * 2)"),
      ("a - b - 1", "((a - b) - 1)"), ("a / b / 2", "((a / b) / 2)"),
      ("a - b + 1", "((a - b) + 1)"), ("a * b / 2 * 3", "(((a * b) / 2) * 3)"),
      ("-a * b", "((-a) * b)"), ("a - -b", "(a - (-b))"), ("--a", "(-(-a))"),
      ("a + 1 < b * 2", "((a + 1) < (b * 2))"),
      ("not a < b", "(not (a < b))"), ("not not a < b", "(not (not (a < b)))"),
      ("a < b and b < 3 or a = 1", "(((a < b) and (b < 3)) or (a = 1))"),
      ("a < b or b < 3 and a = 1", "((a < b) or ((b < 3) and (a = 1)))"),
      ("not a < b and b < 3", "((not (a < b)) and (b < 3))"),
      ("not (a < b and b < 3)", "(not ((a < b) and (b < 3)))"),
      ("a + 1 in (1, -2.50)", "((a + 1) in [1, -2.50])"),
      ("a != b", "(a != b)"), ("a >= b", "(a >= b)"), ("a <= b", "(a <= b)"),
      ("a > b", "(a > b)"), ("a = b", "(a = b)"),
    ])
  func precedence(text: String, expected: String) throws {
    #expect(try tree(read(text)) == expected)
  }

  @Test(
    "The one form has parentheses where they are needed, and one name for one meaning",
    arguments: [
      ("a+b*2", "a + b * 2"), ("(a+b)*2", "(a + b) * 2"), ("a-(b-1)", "a - (b - 1)"),
      ("(a-b)-1", "a - b - 1"), ("a/(b*2)", "a / (b * 2)"), ("a - -b", "a - -b"),
      ("-(a+b)", "-(a + b)"), ("-(-a)", "--a"), ("(-a)*b", "-a * b"), ("-(a*b)", "-(a * b)"),
      ("(a<b and(b<3))or(a=1)", "a < b and b < 3 or a = 1"),
      ("a<b and(b<3 or a=1)", "a < b and (b < 3 or a = 1)"),
      ("not(a<b)", "not a < b"), ("not (a<b and b<3)", "not (a < b and b < 3)"),
      ("(a+1)in(1,-2.50)", "a + 1 in (1, -2.50)"), ("not(a in(1))", "not a in (1)"),
      ("floor(a / 2)", "round(a / 2, 0, floor)"), ("ceiling(a)", "round(a, 0, ceiling)"),
      ("sqrt(a)", "sqrt(a)"), ("sqrt(a, 18)", "sqrt(a)"), ("sqrt(a, 4)", "sqrt(a, 4)"),
      ("div(a+1, b, 18, down)", "(a + 1) / b"), ("div(a, b, 2, up)", "div(a, b, 2, up)"),
      ("2 * div(a, b, 2, up)", "2 * div(a, b, 2, up)"), ("count()", "count(true)"),
      ("number(`token amount`)", "number(`token amount`)"), ("`a`", "a"),
      (
        "tiers(a,from 0->1,above 10->2.5,else -1)",
        "tiers(a, from 0 -> 1, above 10 -> 2.5, else -1)"
      ),
      ("brackets( a , from 0 -> 1 )", "brackets(a, from 0 -> 1)"),
      ("if(a>b,a,b)", "if(a > b, a, b)"), ("min(a,b,3)", "min(a, b, 3)"),
      ("power_mean(2, a, b)", "power_mean(2, a, b)"),
      ("percentile(a, 99.5)", "percentile(a, 99.5)"),
      ("quantile( a ,12.50)", "quantile(a, 12.50)"), ("votes . a*2", "votes.a * 2"),
      ("`votes`.`a`", "votes.a"), ("`past-list`.`token amount`", "`past-list`.`token amount`"),
      ("if(listed( `past-list` ), 1, 0)", "if(listed(`past-list`), 1, 0)"),
      ("allocated(`pre-sale`)", "allocated(`pre-sale`)"),
      ("allocated( launch )/2", "allocated(launch) / 2"),
      ("rank_descending(a)", "rank_descending(a)"), ("normalise(a, 100)", "normalise(a, 100)"),
      ("row_count()+row_count( `past-list` )", "row_count() + row_count(`past-list`)"),
      ("row_median( `a` )", "row_median(a)"), ("row_largest(votes . a)", "row_largest(votes.a)"),
      ("row_smallest(`past-list`.`token amount`)", "row_smallest(`past-list`.`token amount`)"),
    ])
  func form(text: String, form: String) throws {
    let expression = try read(text)
    #expect(expression.text == form)
    #expect(try tree(read(form)) == tree(expression))
  }

  @Test("A long sum has no more parentheses in its one form than in its text")
  func longSum() throws {
    let text = "a" + String(repeating: " + b", count: 249)
    #expect(try read(text).text == text)
  }

  @Test(
    "The scale and the unit of a result are known before any row is read",
    arguments: [
      ("a", 0, Expression.Unit.plain), ("1.50", 2, .any), ("a + 1.5", 1, .plain),
      ("a * 1.25 * 0.5", 3, .plain), ("a / b", 18, .plain), ("1 / 3", 18, .any),
      ("`token amount`", 6, .amount(token: "T")),
      ("`token amount` + 1", 6, .amount(token: "T")),
      ("`token amount` * 1.5", 7, .amount(token: "T")),
      ("1.5 * `token amount`", 7, .amount(token: "T")),
      ("`token amount` * `token amount`", 12, .plain),
      ("`token amount` / `token amount`", 18, .plain),
      ("`token amount` / a", 18, .amount(token: "T")),
      ("a / `token amount`", 18, .plain),
      ("number(`token amount`) + a", 6, .plain), ("sqrt(`token amount`)", 18, .plain),
      ("sqrt(a, 3)", 3, .plain), ("log2(a)", 18, .plain),
      ("power_mean(2, `token amount`, 1)", 18, .amount(token: "T")),
      ("max(a, 0.25)", 2, .plain), ("clamp(a, 0, 1.5)", 1, .plain),
      ("if(a > b, a, 2.5)", 1, .plain), ("abs(-1.5)", 1, .any), ("round(a / b, 4, up)", 4, .plain),
      ("round(a, 4, up)", 4, .plain), ("floor(a / b)", 0, .plain),
      ("tiers(`token amount`, from 1 -> 2.5, else 0)", 1, .plain),
      ("brackets(`token amount`, from 1 -> 2.5)", 7, .amount(token: "T")),
      ("sum(`token amount`)", 6, .amount(token: "T")), ("median(a)", 1, .plain),
      ("average(a)", 18, .plain), ("percentile(a, 50)", 0, .plain), ("count(a > 1)", 0, .plain),
      ("rank_ascending(`token amount`)", 0, .plain), ("smallest(a)", 0, .plain),
      ("normalise(a, `token amount`)", 18, .amount(token: "T")),
      ("quantile(a, 50)", 2, .plain), ("quantile(`token amount`, 12.50)", 10, .amount(token: "T")),
      ("votes.a", 0, .plain), ("votes.`token amount`", 6, .amount(token: "T")),
      ("`token amount` + votes.`token amount` * 0.5", 7, .amount(token: "T")),
      ("allocated(`pre-sale`) + `token amount`", 6, .amount(token: "T")),
      ("allocated(launch)", 2, .amount(token: "U")),
    ])
  func kinds(text: String, scale: Int, unit: Expression.Unit) throws {
    #expect(try read(text).kind == .number(scale: scale, unit: unit))
  }

  private static let valid = [
    "a + b * 2 - sqrt(a, 4) / max(b, 1)", "if(a > 1 and not b in (1, 2.5), a, `token amount` / b)",
    "tiers(a, from 0 -> 1, above 10 -> 2.5, else 0) * brackets(b, from 0 -> 1, from 9 -> 0.5)",
    "normalise(rank_ascending(a), 100) + percentile(b, 99.5) - count(a = b)",
    "power_mean(2, a, b) + div(a, b, 6, half_even) * clamp(a, 0, 5)",
    "if(listed(votes) or not listed(`past-list`), votes.a, `past-list`.b) + quantile(a, 12.5)",
    "allocated(`pre-sale`) + `token amount` * votes.b - votes.`token amount`",
  ]

  @Test("INV-012: changed expressions give a mistake inside the text, or an expression")
  func mutations() {
    let pieces = [
      "(", ")", ",", "+", "-", "*", "/", "<", ">=", "=", "!", "->", "`", ".", "1", "0", "9e9", "a",
      "not ", "and ", "in ", "if(", "from ", "else ", "tiers(", "listed(", "votes.", "launch", " ",
      "\n", "é", "\u{0}",
      "\u{1F600}",
    ]
    check("mutated expressions", runs: 4000) { generator in
      var text = Array(Self.valid[Int(generator.next() % UInt64(Self.valid.count))].unicodeScalars)
      for _ in 0..<(1 + generator.next() % 4) {
        let place = Int(generator.next() % UInt64(text.count + 1))
        let end = min(text.count, place + Int(generator.next() % 6))
        let piece = pieces[Int(generator.next() % UInt64(pieces.count))]
        text.replaceSubrange(
          place..<end, with: generator.next() % 3 == 0 ? [] : Array(piece.unicodeScalars))
      }
      return String(String.UnicodeScalarView(text))
    } property: { text in
      isHandled(text)
    }
  }

  @Test("INV-012: random words never crash the reader")
  func noise() {
    let words = [
      "a", "b", "`token amount`", "1", "2.5", "+", "-", "*", "/", "(", ")", ",", "<", "=", "and",
      "or", "not", "in", "if", "sqrt", "max", "tiers", "from", "->", "else", "sum", "count",
    ]
    check("random words", runs: 4000) { generator in
      (0..<(generator.next() % 30)).map { _ in words[Int(generator.next() % UInt64(words.count))] }
        .joined(separator: " ")
    } property: { text in
      isHandled(text)
    }
  }

  private func isHandled(_ text: String) -> Bool {
    do {
      let expression = try read(text)
      return try read(expression.text).text == expression.text
    } catch {
      guard let mistake = error as? ExpressionMistake else { return false }
      return (0...text.unicodeScalars.count).contains(mistake.offset) && !mistake.found.isEmpty
        && !mistake.expected.isEmpty
    }
  }

  @Test(
    "INV-012: depth bombs end with one mistake",
    arguments: ["(", "-", "not ", "sqrt(", "if(", "max(a, ", "a + (", "a in (", "tiers("])
  func depth(piece: String) {
    let text = String(repeating: piece, count: 4000 / piece.utf8.count)
    #expect(throws: ExpressionMistake.self) { try read(text) }
    #expect(throws: ExpressionMistake.self) { try read(text + text) }
  }
}
