import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing
import Verification

/// A plan that pays ACME, with 6 decimals, for balances of STK, with 2.
private func plan(budget: String, cap: String, held: String = "STK") throws -> Plan {
  let text = """
    version: 1
    name: Rates
    tokens: [{name: ACME, decimals: 6}, {name: STK, decimals: 2}]
    campaigns: [{name: rewards, token: ACME}]
    epochs: {start: 2027-01-01, length: 1d, count: 2}
    sources:
      - name: staked
        file: staked.csv
        account: user
        time: at
        positions: {amount: change, token: \(held), unit: base}
      - {name: feed, file: feed.csv, time: at, observations: {value: price, places: 4}}
    prices:
      - {name: stk, sources: [feed], stale_after: 1h}
      - {name: acme, sources: [feed], stale_after: 1h}
    programs:
      - name: fixed
        kind: staking
        campaign: rewards
        budget: \(budget)
        from: staked
        weight: held
        \(cap)

    """
  return try PlanFile.parse(Array(text.utf8), file: "plan.yaml").plan
}

private func holder(_ number: UInt8) -> Address {
  let bytes = [UInt8](repeating: 0, count: 19) + [number]
  return Address(bytes: bytes[...]) ?? .zero
}

/// What a plan pays accounts 1, 2, … for what they held, in base units times seconds.
private func outcome(
  _ plan: Plan, held: [UInt256], prices: [String: UInt256] = [:]
) throws(LawError) -> ProgramOutcome {
  let rows = SourceRows(
    source: "staked", accounts: held.indices.map { holder(UInt8($0 + 1)) }, values: [held],
    lines: held.map { _ in 0 })
  return try ProgramLaw.outcome(
    of: plan.programs[0], epoch: EpochIndex(0), epochs: plan.epochs, carriedIn: .zero,
    inputs: ProgramInputs(
      sources: ["staked": .init(declaration: plan.sources[0], rows: rows)], prices: prices))
}

private let day: UInt256 = 86_400

@Suite("Rates by balance and time")
struct RateTests {
  /// 250 STK for a day, 33.33 STK for half a day, a hundredth of one for a second.
  private let held: [UInt256] = [25_000 &* day, 3_333 &* 43_200, 1]

  @Test("INV-061: where the budget suffices everybody receives the rate, rounded down")
  func enough() throws {
    let plan = try plan(budget: "100", cap: "rate: {amount: 0.05, per: 1d, for: 100}")
    let result = try outcome(plan, held: held)
    // 250 / 100 · 0.05 = 0.125; 33.33 / 100 · 0.05 / 2 = 0.0083325; the third one has nothing.
    #expect(result.accounts == [holder(1), holder(2)])
    #expect(result.amounts == [125_000, 8_332])
    #expect(result.exclusions.map(\.reason) == [.belowOneUnit])
    #expect(result.carry == Amount(100_000_000 &- 133_332))
  }

  @Test("INV-061: a budget that is exactly enough pays the rate, one unit less is shared")
  func exhausted() throws {
    let rate = "rate: {amount: 0.05, per: 1d, for: 100}"
    let exact = try outcome(plan(budget: "0.133332", cap: rate), held: held)
    #expect(exact.amounts == [125_000, 8_332] && exact.carry == .zero)
    // 0.1 in proportion to 2 160 000 000 and 143 985 600: 93 750.59 and 6 249.41.
    let short = try outcome(plan(budget: "0.1", cap: rate), held: held)
    #expect(short.amounts == [93_751, 6_249] && short.carry == .zero)
  }

  @Test("A rate without `for` is for one token")
  func one() throws {
    let result = try outcome(plan(budget: "100", cap: "rate: {amount: 0.5, per: 12h}"), held: held)
    // 250 · 0.5 · 2 would be 250, more than the budget: 250 : 16.665.
    #expect(result.amounts == [93_750_586, 6_249_414])
  }

  @Test("A yield in the token that is held needs no price, and may be above 100 %")
  func yield() throws {
    let rewards = try plan(budget: "100", cap: "apr: 36.5%", held: "ACME")
    // 25 000 · 36.5 % / 365 = 25 a day, 3 333 · 36.5 % / 365 / 2 = 1.6665
    #expect(try outcome(rewards, held: held).amounts == [25, 1])
    let high = try plan(budget: "100", cap: "apr: 730%", held: "ACME")
    #expect(try outcome(high, held: held).amounts == [500, 33])
  }

  @Test("A yield in another token is of what the balance is worth")
  func value() throws {
    let plan = try plan(budget: "1000", cap: "apr: {part: 7.3%, price: stk, reward_price: acme}")
    let result = try outcome(plan, held: held, prices: ["stk": 20_500, "acme": 50_000])
    // 250 · 2.05 · 7.3 % / 365 / 5 = 0.0205; 33.33 · 2.05 · 7.3 % / 365 / 2 / 5 = 0.00136653
    #expect(result.amounts == [20_500, 1_366])
    let paid = try self.paid("apr: {part: 7.3%, reward_price: acme}", ["acme": 50_000])
    // 250 · 7.3 % / 365 / 5 = 0.01; 33.33 · 7.3 % / 365 / 2 / 5 = 0.0006666
    #expect(paid == [10_000, 666])
    #expect(try self.paid("apr: {part: 7.3%, price: stk}", ["stk": 20_500]) == [102_500, 6_832])
  }

  @Test("A price of 0 that a yield is divided by is named")
  func zero() throws {
    let plan = try plan(budget: "1000", cap: "apr: {part: 7.3%, price: stk, reward_price: acme}")
    func problem(_ prices: [String: UInt256]) -> LawError? {
      do throws(LawError) {
        _ = try outcome(plan, held: held, prices: prices)
        return nil
      } catch {
        return error
      }
    }
    let error = try #require(problem(["stk": 5, "acme": 0]))
    #expect(error.kind == .divisionByZero && error.found == "0, the price of acme")
    #expect(error.advice.hasPrefix("Look for a wrong observation"))
    // What is held may be worth nothing.
    #expect(problem(["stk": 0, "acme": 5]) == nil)
  }

  private func paid(_ cap: String, _ prices: [String: UInt256]) throws -> [UInt256] {
    try outcome(plan(budget: "1000", cap: cap), held: held, prices: prices).amounts
  }

  @Test("INV-061: nobody receives more than the rate, and all of it where the budget is enough")
  func random() {
    check("rates", runs: 150) { generator in
      (
        amount: 1 + generator.below(5000), seconds: 1 + generator.below(100_000),
        whole: 1 + generator.below(300), budget: 1 + generator.below(1 << 30),
        held: (0..<5).map { _ in UInt256(generator.below(1 << 40)) }
      )
    } property: { sample in
      let cap =
        "rate: {amount: 0.\(Self.digits(sample.amount)), per: \(sample.seconds)s, "
        + "for: \(sample.whole)}"
      let budget = UInt256(sample.budget)
      let plan = try plan(
        budget: DecimalNumber(budget, scale: 6).description, cap: cap)
      let result = try outcome(plan, held: sample.held)
      // ⌊held / 100 · amount / 10 000 / (for · per) · 10⁶⌋
      let caps = sample.held.map {
        ReferenceLaw.big($0) * BigUInt(sample.amount)
          / (BigUInt(sample.whole) * BigUInt(sample.seconds))
      }
      let isEnough = caps.reduce(0, +) <= ReferenceLaw.big(budget)
      return caps.enumerated().allSatisfy { index, cap in
        let place = result.accounts.firstIndex(of: holder(UInt8(index + 1)))
        let amount = place.map { ReferenceLaw.big(result.amounts[$0]) } ?? 0
        return isEnough ? amount == cap : amount <= cap
      }
    }
  }

  /// Four digits after the point.
  private static func digits(_ number: UInt64) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
