import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import TestKit
import Testing

@Suite("A bundle in figures")
struct SummaryTests {
  private func summary(_ plan: String, _ pairs: [(UInt64, UInt64)]) throws -> BundleSummary {
    let contents = try Chain.contents(plan, [rows("list", pairs)])
    return Summarizing.summary(of: contents, try contents.commit().commitment)
  }

  private func spread(_ pairs: [(UInt64, UInt64)], decimals: Int = 0) throws -> Spread {
    let total = pairs.reduce(0) { $0 + $1.1 }
    let plan = Plans.once(budget: Int(total)).replacing(
      "decimals: 0", with: "decimals: \(decimals)"
    )
    .replacing("budget: \(total)", with: "budget: \(Decimals.text(total, decimals))")
    return try #require(try summary(plan, pairs).tokens.first?.spread)
  }

  /// A number of base units as whole tokens.
  private enum Decimals {
    static func text(_ units: UInt64, _ decimals: Int) -> String {
      let digits = String(units)
      let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      return decimals == 0 ? digits : padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
  }

  private func bands(_ spread: Spread) -> [[UInt64]] {
    spread.bands.map { band in
      [
        band.from.asUInt64 ?? .max, band.to?.asUInt64 ?? .max, UInt64(band.accounts),
        band.amount.asUInt64 ?? .max,
      ]
    }
  }

  @Test("Points of the Lorenz curve: what the accounts with the least have together")
  func lorenz() throws {
    // 10 + 20 + 30 + 40: the least has 10 of 100, two have 30, three 60.
    let spread = try spread([(1, 40), (2, 10), (3, 30), (4, 20)])
    #expect(spread.lorenz.map(\.holders) == [0, 1, 2, 3, 4])
    #expect(
      spread.lorenz.map(\.share) == [0, 100_000_000, 300_000_000, 600_000_000, 1_000_000_000])
    // 2 · (1·10 + 2·20 + 3·30 + 4·40) − 5 · 100 = 100, of 4 · 100; 3000 of 10 000.
    #expect(spread.gini == 250_000_000 && spread.herfindahl == 300_000_000)
    // 40 are more than 33 %, 70 more than 50 % and 67 %.
    #expect(spread.majorities.map(\.holders) == [1, 2, 2])
    #expect(spread.topTen == 1_000_000_000)
  }

  @Test("A curve of many accounts has few points, which rise and end at everybody")
  func manyPoints() throws {
    let spread = try spread((1...5000).map { (UInt64($0), UInt64($0)) })
    #expect((100...120).contains(spread.lorenz.count))
    for (left, right) in zip(spread.lorenz, spread.lorenz.dropFirst()) {
      #expect(left.holders < right.holders && left.share <= right.share)
    }
    // 1 + 2 + … + 2500 = 3 126 250 of 12 502 500.
    let half = try #require(spread.lorenz.first { $0.holders == 2500 })
    #expect(half.share == 3_126_250 * 1_000_000_000 / 12_502_500)
    #expect(spread.lorenz.last == Spread.LorenzPoint(holders: 5000, share: 1_000_000_000))
    #expect(spread.lorenz.contains { $0.holders == 4999 })
  }

  @Test("Bands lie between 1, 2 and 5 times powers of ten, each with its lower end")
  func fineBands() throws {
    let spread = try spread([(1, 3), (2, 5), (3, 9), (4, 10), (5, 49), (6, 50)])
    #expect(
      bands(spread) == [
        [2, 5, 1, 3], [5, 10, 2, 14], [10, 20, 1, 10], [20, 50, 1, 49], [50, 100, 1, 50],
      ])
  }

  @Test("Over many powers bands are powers of ten, and of a thousand from the whole token")
  func coarseBands() throws {
    let tens = try spread([(1, 1), (2, 99), (3, 100), (4, 1_000_000_000)])
    #expect(bands(tens).map { $0[0] } == (0...9).map { powers[$0] })
    #expect(bands(tens).map { $0[2] } == [1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
    // 26 powers, so that each band spans two; 5 decimals: the whole token is an end of one.
    let plan = """
      version: 1
      name: Wide
      tokens: [{name: ACME, decimals: 5}]
      campaigns: [{name: main, token: ACME}]
      programs:
        - name: all
          kind: premine
          campaign: main
          budget: 100000000000000000000.00001
          recipients:
            - {account: "0x0000000000000000000000000000000000000001", amount: 0.00001}
            - {account: "0x0000000000000000000000000000000000000002", amount: 100000000000000000000}
      """
    let wide = try #require(try summary(plan, []).tokens.first?.spread)
    let edges = wide.bands.map(\.from.decimal)
    #expect(edges.count == 14 && edges.first == "1" && edges.contains("100000"))
    #expect(edges[1] == "10" && edges[2] == "1000" && wide.bands[13].to?.decimal.count == 28)
  }

  private let powers: [UInt64] = (0...9).map { power in (0..<power).reduce(1) { sum, _ in sum * 10 }
  }

  @Test("Bands hold every account and all of the amount, each where it belongs")
  func bandsAddUp() throws {
    check("Σ bands = all") { generator in
      (1...UInt64.random(in: 1...30, using: &generator)).map { number in
        (
          number,
          UInt64.random(
            in: 1...(1 << UInt64.random(in: 1...40, using: &generator)), using: &generator)
        )
      }
    } property: { pairs in
      guard let spread = try? spread(pairs) else { return false }
      let bands = spread.bands
      return bands.reduce(0) { $0 + $1.accounts } == pairs.count
        && bands.reduce(UInt256.zero) { $0 &+ $1.amount } == spread.total
        && bands.first?.accounts ?? 0 > 0 && bands.last?.accounts ?? 0 > 0
        && zip(bands, bands.dropFirst()).allSatisfy { $0.to == $1.from }
        && bands.allSatisfy { band in
          let inside = pairs.filter { pair in
            units(pair.1) >= band.from && band.to.map { units(pair.1) < $0 } ?? true
          }
          return inside.count == band.accounts
        }
    }
  }

  @Test("The largest are named in order, equal ones by account, at most twenty")
  func largest() throws {
    let spread = try spread((1...30).map { ($0, $0 <= 5 ? 7 : $0 <= 10 ? 9 : 1) })
    let numbers = spread.largest.map { UInt256($0.account.bytes32).asUInt64 ?? .max }
    #expect(numbers == [6, 7, 8, 9, 10, 1, 2, 3, 4, 5] + (11...20).map { UInt64($0) })
    #expect(spread.largest.map(\.amount).prefix(6) == [9, 9, 9, 9, 9, 7].map { units($0) }[...])
  }

  @Test("Amounts of an account in several campaigns of a token are one holding")
  func severalCampaigns() throws {
    let plan = """
      version: 1
      name: Two
      tokens: [{name: ACME, decimals: 0}, {name: OTHER, decimals: 0}]
      campaigns:
        - {name: main, token: ACME}
        - {name: other, token: OTHER}
        - {name: side, token: ACME}
      programs:
        - {name: a, kind: premine, campaign: main, budget: 5, recipients: [
           {account: "0x0000000000000000000000000000000000000001", amount: 2, label: Treasury},
           {account: "0x0000000000000000000000000000000000000002", amount: 3}]}
        - {name: b, kind: premine, campaign: side, budget: 4, recipients: [
           {account: "0x0000000000000000000000000000000000000001", amount: 4}]}
      """
    let summary = try summary(plan, [])
    let spread = try #require(summary.tokens[0].spread)
    #expect(spread.holders == 2 && spread.total == units(9))
    #expect(
      spread.largest == [
        Spread.Holder(account: account(1), amount: units(6), label: "Treasury"),
        Spread.Holder(account: account(2), amount: units(3), label: nil),
      ])
    #expect(summary.tokens[0].supply.budgeted == units(9) && summary.tokens[1].spread == nil)
  }

  @Test("Refusals are counted by reason, and a campaign's total is what was and what is allocated")
  func counts() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 0), (3, 0)])])
    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(1, 1), (2, 0)])], epoch: 1, parent: first)
    let summary = Summarizing.summary(of: second)
    #expect(summary.programs.map(\.program.name) == ["rewards"])
    #expect(
      summary.programs[0].refusals == [
        ProgramSummary.Refusals(reason: .zeroWeight, accounts: 1)
      ])
    let main = summary.campaigns[0]
    #expect([main.before, main.allocated, main.total] == [units(25), units(25), units(50)])
    #expect(summary.campaigns[1].before == units(7) && summary.campaigns[1].allocated.isZero)
    #expect(Summarizing.summary(of: first).programs[0].refusals[0].accounts == 2)
  }

  @Test("The course of unlocks has the second before each date: a cliff is a cliff")
  func course() throws {
    let vesting = "{shape: linear, start: 2027-01-01, cliff: 100d, duration: 400d}"
    let plan = Plans.once(campaigns: "{name: main, token: ACME, vesting: \(vesting)}", budget: 400)
    let course = try #require(try summary(plan, [(1, 1)]).tokens.first).course
    // 2027-04-11 is 100 days after the start: 100 of 400 come free in that second.
    let cliff = try #require(course.dates.firstIndex { $0.iso8601 == "2027-04-11T00:00:00Z" })
    #expect(course.dates[cliff - 1].seconds + 1 == course.dates[cliff].seconds)
    #expect(course.lines[0].unlocked[cliff - 1] == .zero)
    #expect(course.lines[0].unlocked[cliff] == units(100))
    #expect(course.lines[0].unlocked.last == units(400))
  }

  @Test("INV-004: what is summarized before a bundle is written, and after it is read, is the same")
  func sameBytes() throws {
    let list = rows("list", [(1, 5), (2, 0), (3, 7)])
    let contents = try Chain.contents(Plans.weekly, [list])
    let before = Summarizing.summary(of: contents, try contents.commit().commitment)
    let after = Summarizing.summary(of: try Chain().bundle(Plans.weekly, [list]))
    #expect(before == after && ReportPage.html(before) == ReportPage.html(after))
  }

  @Test("A page of nothing says so")
  func nobody() throws {
    let summary = try summary(Plans.once(), [(1, 0)])
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("This distribution gives nothing to anybody. It refuses 1 time,"))
    #expect(!page.contains("Gini</th>") && page.contains("zero-weight"))
  }
}
