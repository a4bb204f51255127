import PlanFile
import TestKit
import Testing

/// A way in which people write a value, and a part of the answer.
private struct Written: Sendable, CustomTestStringConvertible {
  let text: String
  let answer: String

  var testDescription: String { text }

  init(_ text: String, _ answer: String) {
    self.text = text
    self.answer = answer
  }
}

private let numbers: [Written] = [
  Written("100,5", "a point for the fraction: 100.5."),
  Written("1,000", "a point for the fraction: 1000, or 1.000 if the comma is a decimal one."),
  Written("1.000.000", "a point for the fraction: 1000000."),
  Written("1 000", "a point for the fraction: 1000."),
  Written("1\u{A0}000", "a point for the fraction: 1000."),
  Written("1_000_000", "a point for the fraction: 1000000."),
  Written("1'000", "a point for the fraction: 1000."),
  Written("1.000,50", "with a point for the fraction."),
  Written("12,34,567", "with a point for the fraction."),
  Written("10 %", "Write it as 10%."), Written("12,5%", "Write it as 12.5%."),
  Written("-5%", "Percentages are not negative."),
  Written("-5", "Amounts are not negative."), Written("+5", "without the sign"),
]

private let integers: [Written] = [
  Written("1,000", "Write the digits without separators."), Written("2.0", "without a fraction"),
  Written("-3", "not negative"), Written("1'000", "Write the digits without separators."),
]

private let amounts: [Written] = [
  Written("100 USD", "Write the number alone: 100."), Written("$100", "the number alone: 100."),
  Written("100k", "Write every digit: 100000."), Written("2M", "Write every digit: 2000000."),
  Written("3 bn", "Write every digit: 3000000000."), Written(".5", "before the point: 0.5."),
  Written("5.", "or no point"), Written("1e6", "Write every digit."),
]

private let percentages: [Written] = [
  Written("0.5", "Write the % sign: 50% for the part 0.5 of all, or 0.5%."),
  Written("0.05", "Write the % sign: 5% for the part 0.05 of all, or 0.05%."),
  Written("0.125", "Write the % sign: 12.5% for the part 0.125 of all, or 0.125%."),
  Written("12.5", "Write the % sign: 12.5%."), Written("10 %", "Write it as 10%."),
]

private let times: [Written] = [
  Written("01/02/2027", "Write the year first"), Written("2027/01/02", "with - between them"),
  Written("1.2.2027", "Write the year first"), Written("2027-1-2", "with two digits"),
  Written("Jan 1 2027", "as digits"), Written("1798761600", "as a date: 2027-01-01T00:00:00Z."),
  Written("2027-01-01 00:00:00", "Write T between"),
  Written("2027-01-01T00:00Z", "hours, minutes and seconds"),
  Written("2027-01-01T00:00:00.5Z", "the fraction of the second"),
]

private let durations: [Written] = [
  Written("365", "365d for days, 365s for seconds"), Written("365 days", "Write it as 365d."),
  Written("1 week 2 days", "Write it as 1w2d."), Written("24H", "Write it as 24h."),
  Written("90 min", "Write it as 90m."), Written("30 secs", "Write it as 30s."),
  Written("1 year", "a year is 365d"), Written("6M", "a year is 365d"),
  Written("1.5d", "in the smaller unit"),
]

private let periods: [Written] = [
  Written("monthly", "`1 month`"), Written("1 Month", "`1 month`"),
  Written("1 year", "`12 months`"), Written("30", "30d for days"),
  Written("90 days", "Write it as 90d."),
]

@Suite("What people write in other ways is answered with the right spelling")
struct SpellingTests {
  /// The one problem of a changed plan.
  private func answer(_ edit: (String, String)) throws -> String {
    let found = problems(try basePlan.applying([Edit(edit.0, edit.1)]))
    #expect(found.count == 1, "\(found)")
    return try #require(found.first).description
  }

  private func answer(_ key: String, _ text: String) throws -> String {
    try answer((Part.weight, Part.weight + "    \(key): \"\(text)\"\n"))
  }

  @Test("A cap, a floor and a unit", arguments: numbers)
  fileprivate func number(row: Written) throws {
    for key in row.text.hasSuffix("%") ? ["cap", "floor"] : ["cap", "floor", "unit"] {
      let told = try answer(key, row.text)
      #expect(told.contains(row.answer) && told.contains(".\(key): found"), "\(told)")
    }
  }

  @Test("A whole number", arguments: integers)
  fileprivate func integer(row: Written) throws {
    let told = try answer(
      Part.vesting("{shape: steps, start: 2027-01-01, every: 1d, count: \"\(row.text)\"}"))
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("An amount", arguments: amounts)
  fileprivate func amount(row: Written) throws {
    let told = try answer("floor", row.text)
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("A percentage", arguments: percentages)
  fileprivate func percentage(row: Written) throws {
    let told = try answer(
      Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d, initial: \"\(row.text)\"}"))
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("A time", arguments: times)
  fileprivate func time(row: Written) throws {
    let told = try answer(Part.vesting("{shape: linear, start: \"\(row.text)\", duration: 1d}"))
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("A duration", arguments: durations)
  fileprivate func duration(row: Written) throws {
    let told = try answer(
      Part.vesting("{shape: linear, start: 2027-01-01, duration: \"\(row.text)\"}"))
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("A period", arguments: periods)
  fileprivate func period(row: Written) throws {
    let told = try answer(
      Part.vesting("{shape: steps, start: 2027-01-01, every: \"\(row.text)\", count: 2}"))
    #expect(told.contains(row.answer), "\(told)")
  }

  @Test("A cap that starts with a digit and is computed is an expression")
  func expression() throws {
    for text in ["10 * points", "5 + points - 3", "0.5 * points"] {
      let plan = try basePlan.applying([Edit(Part.weight, Part.weight + "    cap: \(text)\n")])
      #expect(problems(plan) == [])
    }
  }

  @Test("A cap per account helps who splits an account, and the note says what to write")
  func splitting() throws {
    func notes(_ lines: String, _ rest: String = "") throws -> [String] {
      let plan = try basePlan.applying([
        Edit(Part.weight, Part.weight + lines), Edit(Part.epochs, Part.epochs + rest),
      ])
      return try parse(plan).notes.map(\.text).filter { $0.contains("splits") }
    }
    let clusters = "clusters: {source: users, column: points}\n"
    let advice = "program drop: a cap per account is passed by who splits an account: "
    #expect(try notes("") == [])
    #expect(
      try notes("    cap: 50\n") == [
        advice + "declare `clusters`, and write `cap_per: cluster`"
      ])
    #expect(try notes("    cap: 5%\n", clusters) == [advice + "write `cap_per: cluster`"])
    #expect(try notes("    cap: 50\n    cap_per: cluster\n", clusters) == [])
    #expect(try notes("    cap: points * 0.5\n") == [])
  }

  @Test("Quadratic matching helps who gives from several accounts, and pairwise is noted less")
  func matching() throws {
    func notes(_ match: String) throws -> [String] {
      let plan = try basePlan.applying([
        Edit("kind: airdrop", "kind: grants"),
        Edit(
          Part.weight,
          "    contributor: donor\n    contribution: paid\n    surplus: share\n"
            + "    match: \(match)\n"
        ),
        Edit("{name: points, type: integer}", "{name: donor, type: address}"),
        Edit("    file: users.csv\n", "    file: users.csv\n    duplicates: sum\n"),
      ])
      return try parse(plan).notes.map(\.text).filter { $0.contains("several accounts") }
    }
    #expect(
      try notes("quadratic") == [
        "program drop: quadratic matching gives more to who gives from several accounts: write "
          + "`match: pairwise`, or take contributions of donors whose identity was checked"
      ])
    #expect(try notes("pairwise\n    pairwise_bound: 5") == [])
  }

  @Test("Terms that Sluice's Distributor refuses are noted with its own words")
  func distributor() throws {
    func notes(_ window: String) throws -> [String] {
      let plan = try basePlan.applying([
        Edit(Part.campaign, Part.deployment().1 + "    terms: {window: \(window)}\n")
      ])
      return try parse(plan).notes.map(\.text).filter { $0.contains("Distributor") }
    }
    #expect(try notes("30d") == [])
    #expect(
      try notes("721h") == [
        "campaign main: `create` of Sluice's Distributor fails with \"window too long\": it takes "
          + "at most 30d"
      ])
  }
}
