import PlanFile
import Testing

/// Two plans: one at a limit, and one past it.
private struct Limit: Sendable, CustomTestStringConvertible {
  let name: String
  let problem: PlanProblem
  let at: [Edit]
  let past: [Edit]
  let limits: PlanLimits

  init(
    _ name: String, _ problem: PlanProblem, at: (String, String)..., past: (String, String)...,
    limits: PlanLimits = .standard
  ) {
    self.name = name
    self.problem = problem
    self.at = at.map { Edit($0.0, $0.1) }
    self.past = past.map { Edit($0.0, $0.1) }
    self.limits = limits
  }

  var testDescription: String { name }
}

private func x(_ count: Int) -> String { String(repeating: "x", count: count) }

private let start = "start: 2027-01-01"

private let limits: [Limit] = [
  Limit(
    "bytes of a text", .malformedText, at: ("name: Base", "name: \(x(2000))"),
    past: ("name: Base", "name: \(x(2001))")),
  Limit(
    "characters of a name", .malformedName, at: ("name: drop", "name: \(x(64))"),
    past: ("name: drop", "name: \(x(65))")),
  Limit(
    "bytes of a column's name", .malformedName, at: ("{name: paid,", "{name: \(x(200)),"),
    past: ("{name: paid,", "{name: \(x(201)),")),
  Limit(
    "bytes of a path", .malformedPath, at: ("file: users.csv", "file: \(x(396)).csv"),
    past: ("file: users.csv", "file: \(x(397)).csv")),
  Limit(
    "characters of a duration", .malformedDuration,
    at: ("length: 7d", "length: 1\(String(repeating: "s0", count: 31))s"),
    past: ("length: 7d", "length: 10\(String(repeating: "s0", count: 31))s")),
  Limit(
    "months of a period", .malformedDuration,
    at: Part.vesting("{shape: steps, \(start), every: 1200 months, count: 1}"),
    past: Part.vesting("{shape: steps, \(start), every: 1201 months, count: 1}")),
  Limit(
    "decimals of a token", .integerOutOfRange, at: ("decimals: 6", "decimals: 36"),
    past: ("decimals: 6", "decimals: 37")),
  Limit(
    "decimals of a percentage", .malformedPercentage,
    at: Part.vesting("{shape: linear, \(start), initial: 0.1234567%, duration: 1d}"),
    past: Part.vesting("{shape: linear, \(start), initial: 0.12345678%, duration: 1d}")),
  // 2^256 - 1 with two decimals, as the limit per root of a campaign.
  Limit(
    "an amount", .amountOverflow,
    at: Part.terms("{maximum_increase: \(allOnes.dropLast(2)).35}"),
    past: Part.terms("{maximum_increase: \(allOnes.dropLast(2)).36}")),
  Limit(
    "epochs", .integerOutOfRange, at: ("count: 3", "count: 100000"),
    past: ("count: 3", "count: 100001")),
  Limit(
    "steps of vesting", .integerOutOfRange,
    at: Part.vesting("{shape: steps, \(start), every: 1s, count: 100000}"),
    past: Part.vesting("{shape: steps, \(start), every: 1s, count: 100001}")),
  Limit(
    "half-life of an emission", .integerOutOfRange,
    at: Part.emission("{shape: exponential-decay, half_life: 1000000}"),
    past: Part.emission("{shape: exponential-decay, half_life: 1000001}")),
  // 2027-01-01 is second 1798761600, 9999-12-31T23:59:59 is second 253402300799.
  Limit(
    "the end of a schedule", .scheduleTooLong,
    at: Part.vesting("{shape: linear, \(start), duration: 251603539199s}"),
    past: Part.vesting("{shape: linear, \(start), duration: 251603539200s}")),
  Limit(
    "a challenge window", .windowTooShort, at: Part.terms("{window: 86400s}"),
    past: Part.terms("{window: 86399s}")),
  Limit(
    "an expiry", .expiryTooEarly,
    at: Part.terms("{expiry: 2027-04-02}", vesting: "{shape: linear, \(start), duration: 1d}"),
    past: Part.terms(
      "{expiry: 2027-04-01T23:59:59Z}", vesting: "{shape: linear, \(start), duration: 1d}")),
  // Three epochs of two programs.
  Limit(
    "epochs of all programs together", .tooManyValues, at: Part.emission("{shape: constant}"),
    past: Part.emission("{shape: constant}"), ("count: 3", "count: 4"),
    limits: .with { $0.emissions = 3 }),
  Limit(
    "bytes of an expression", .expressionTooLong,
    at: Part.weighed("points +\(String(repeating: " ", count: 3991))1"),
    past: Part.weighed("points +\(String(repeating: " ", count: 3992))1")),
  Limit(
    "levels of an expression", .expressionTooDeep,
    at: Part.weighed(
      String(repeating: "(", count: 39) + "points" + String(repeating: ")", count: 39)),
    past: Part.weighed(
      String(repeating: "(", count: 40) + "points" + String(repeating: ")", count: 40))),
  // A name, 249 sums with a number each, and a sign.
  Limit(
    "parts of an expression", .expressionTooLarge,
    at: Part.weighed("-points" + String(repeating: " + 1", count: 249)),
    past: Part.weighed("--points" + String(repeating: " + 1", count: 249))),
  Limit(
    "tiers of a table", .expressionTooLarge, at: Part.weighed(tiers(100)),
    past: Part.weighed(tiers(101))),
  Limit(
    "numbers of a list", .expressionTooLarge, at: Part.weighed(list(100)),
    past: Part.weighed(list(101))),
  Limit(
    "named values of a program", .expressionTooLarge, at: (Part.weight, values(200) + Part.weight),
    past: (Part.weight, values(201) + Part.weight)),
  Limit(
    "decimal places of a part", .tooManyPlaces,
    at: Part.weighed("points * 0.\(String(repeating: "1", count: 36))"),
    past: Part.weighed("points * 0.5 * 0.\(String(repeating: "1", count: 36))")),
  // A budget of 1001 has 100 100 base units.
  Limit(
    "winners of a raffle", .integerOutOfRange,
    at: lots("winners: 100000"), wealth, share, past: lots("winners: 100001"), wealth, share),
]

private let wealth = ("supply: 1000", "supply: 5005")
private let share = ("budget: 20%", "budget: 200")

private func lots(_ prizes: String, budget: String = "1001") -> (String, String) {
  let (old, new) = Part.raffle("{\(Part.committed), \(prizes)}")
  return (old, new.replacing("budget: 500", with: "budget: \(budget)"))
}

private func tiers(_ count: Int) -> String {
  "tiers(points, " + (1...count).map { "from \($0) -> 1, " }.joined() + "else 0)"
}

private func list(_ count: Int) -> String {
  "if(points in (" + (1...count).map { "\($0)" }.joined(separator: ", ") + "), 1, 0)"
}

private func values(_ count: Int) -> String {
  "    values:\n" + (1...count).map { "      - {name: v\($0), value: points + 1}\n" }.joined()
}

/// 2^256 - 1 in decimal digits, which end in 35.
private let allOnes =
  "115792089237316195423570985008687907853269984665640564039457584007913129639935"

@Suite("Limits of plans: as much as the limit, and one more")
struct PlanLimitTests {
  @Test("A scalar at its limit is read, and one past it is refused", arguments: limits)
  fileprivate func limit(_ limit: Limit) throws {
    let right = try basePlan.applying(limit.at)
    #expect(problems(right, limits: limit.limits) == [])
    let wrong = try basePlan.applying(limit.past)
    #expect(problems(wrong, limits: limit.limits).map(\.kind) == [limit.problem])
  }

  @Test("Entries of every list: as many as the limit, and one more")
  func entries() throws {
    // Two tokens, campaigns, columns and programs, and one source.
    #expect(problems(basePlan, limits: .with { $0.entries = 2 }) == [])
    let refused = problems(basePlan, limits: .with { $0.entries = 1 })
    let crowded = refused.filter { $0.kind == .tooManyValues }.map(\.path)
    #expect(crowded == ["tokens", "campaigns", "sources[0].columns", "programs"])
    let source = "  - {name: more, file: more.csv, columns: [{name: points, type: integer}]}\n"
    func text(_ count: Int) throws -> String {
      let more = (0..<count).map { source.replacing("more", with: "more\($0)") }.joined()
      return try basePlan.applying([Edit("programs:\n", more + "programs:\n")])
    }
    #expect(try problems(text(1), limits: .with { $0.entries = 2 }) == [])
    let sources = try problems(text(2), limits: .with { $0.entries = 2 })
    #expect(sources.map(\.path).first == "sources" && sources.first?.kind == .tooManyValues)
  }

  @Test("Prizes of a raffle: as many as the limit, and one more")
  func prizes() throws {
    func found(_ count: Int, budget: String) throws -> [PlanProblem] {
      let prizes = Array(repeating: "0.01", count: count).joined(separator: ", ")
      let (old, new) = lots("prizes: [\(prizes)]", budget: budget)
      let text = try basePlan.applying([
        Edit(old, new), Edit(wealth.0, wealth.1), Edit(share.0, share.1),
      ])
      return problems(text).map(\.kind)
    }
    #expect(try found(100_000, budget: "1000") == [])
    #expect(try found(100_001, budget: "1000.01") == [.tooManyValues])
  }

  @Test("A chain's number is at most 2^53")
  func chain() throws {
    func problem(_ chain: String) throws -> [PlanProblem] {
      problems(try fullPlanText.applying([Edit("chain: 8453", "chain: \(chain)")])).map(\.kind)
    }
    #expect(try problem("9007199254740992") == [])
    #expect(try problem("9007199254740993") == [.integerOutOfRange])
  }

  @Test("Problems that are told in one go")
  func problemCount() {
    func text(_ count: Int) -> String {
      basePlan + (0..<count).map { "k\($0): 1\n" }.joined()
    }
    #expect(problems(text(50)).count == 50)
    #expect(problems(text(51)).count == 50)
  }

  @Test("What a message says of a text is short, also where one character has marks without end")
  func shortMessages() throws {
    let long = "a" + String(repeating: "\u{301}", count: 2000)
    let problem = try #require(problems("version: 1\nname: \(long)\n").first { $0.path == "name" })
    #expect(problem.found.utf8.count <= 303 && problem.found.hasSuffix("…"))
  }

  @Test("The standard limits are those that the documents state")
  func standard() {
    let limits = PlanLimits.standard
    #expect(limits.bytes == 4_194_304 && limits.depth == 16 && limits.values == 400_000)
    #expect(limits.entries == 1000 && limits.emissions == 1_000_000)
    #expect(limits.textBytes == 2000 && limits.problems == 50)
  }
}
