import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@testable import PlanFile

/// A round of grants, and the rows of its source.
struct GrantsSample {
  typealias Row = (account: Address, donor: UInt256, amount: UInt256)

  var program: Program
  var rows: [Row]
  /// What another source says about donors: one of seven, and a score.
  var passports: [(donor: UInt256, score: UInt256)] = []

  static let declaration = SourceDeclaration(
    name: "gifts", file: "gifts.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "given", kind: .integer),
      ColumnDeclaration(name: "donor", kind: .address),
    ], duplicates: .sum)

  /// What may stand as a filter, one of them without a value for the largest sum.
  static let filters: [Expression] = [
    "given > 3", "given != 7", "rank_descending(given) <= 3", "1 / (largest(given) - given) >= 0",
  ].map { text in
    var nextID = 0
    do {
      return try ExpressionParser.parse(
        text, names: ExpressionNames(columns: declaration.columns), limits: .standard,
        nextID: &nextID, place: { Expression.Place(line: 1, column: $0 + 1) })
    } catch {
      preconditionFailure("\(text): \(error)")
    }
  }

  static let passports = SourceDeclaration(
    name: "passports", file: "passports.csv", format: .csv,
    columns: [ColumnDeclaration(name: "score", kind: .integer)], duplicates: .sum)

  /// Whose gifts may count, one of them without a value for who has no passport.
  static let donorFilters: [Expression] = [
    "passports.score > 3", "not listed(passports)", "row_count(passports) != 1",
    "passports.score >= average(passports.score)", "10 / passports.score >= 2",
  ].map { text in
    var nextID = 900
    do {
      return try ExpressionParser.parse(
        text,
        names: ExpressionNames(
          source: "gifts", sources: Listed(values: [passports], names: ["passports"]),
          isAboutDonors: true), limits: .standard, nextID: &nextID,
        place: { Expression.Place(line: 1, column: $0 + 1) })
    } catch {
      preconditionFailure("\(text): \(error)")
    }
  }

  func engine() -> Result<ProgramOutcome, LawError> {
    let rows = SourceRows(
      source: "gifts", accounts: rows.map(\.account),
      values: [rows.map(\.amount), rows.map(\.donor)],
      lines: rows.indices.map { UInt32($0 + 2) })
    let source = ProgramInputs.Source(declaration: Self.declaration, rows: rows)
    var donors = SourceRows(source: "passports", columnCount: 1)
    for (index, passport) in passports.enumerated() {
      guard let donor = Address(number: passport.donor) else { continue }
      donors.append(account: donor, row: [passport.score], line: UInt32(index + 2))
    }
    let passports = ProgramInputs.Source(declaration: Self.passports, rows: donors)
    return Result { () throws(LawError) in
      try ProgramLaw.outcome(
        of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
        inputs: ProgramInputs(sources: ["gifts": source, "passports": passports]))
    }
  }

  func reference() -> Result<ReferenceLaw.Outcome, ReferenceLaw.Refusal> {
    let source = ReferenceLaw.Inputs.Source(
      declaration: Self.declaration,
      rows: rows.map { ($0.account, [ReferenceLaw.big($0.amount), ReferenceLaw.big($0.donor)]) })
    let donors = ReferenceLaw.Inputs.Source(
      declaration: Self.passports,
      rows: passports.compactMap { passport in
        Address(number: passport.donor).map { ($0, [ReferenceLaw.big(passport.score)]) }
      })
    return Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.outcome(
        of: program, epoch: 0, epochs: nil, carriedIn: 0,
        inputs: ReferenceLaw.Inputs(sources: ["gifts": source, "passports": donors]))
    }
  }

  /// The same round with another budget, surplus or other rows.
  func with(
    budget: UInt256? = nil, surplus: Matching.Surplus? = nil, rows: [Row]? = nil
  ) -> GrantsSample {
    guard let matching = program.basis.matching else { return self }
    return GrantsSample(
      program: Program(
        name: program.name, kind: .grants, campaign: program.campaign,
        budget: budget.map(Amount.init) ?? program.budget, recipients: program.recipients,
        basis: .matched(
          Matching(
            contributor: "donor", contribution: "given", method: matching.method,
            surplus: surplus ?? matching.surplus, minimum: matching.minimum,
            maximum: matching.maximum, filter: matching.filter)),
        filter: program.filter, rounding: program.rounding, exclude: program.exclude),
      rows: rows ?? self.rows, passports: passports)
  }
}

extension Generator {
  mutating func gift(_ magnitude: Magnitude) -> UInt256 {
    if once(in: 8) { return 0 }
    // Mostly below 2¹⁹², from where on a contribution is refused.
    let value = value(magnitude)
    return once(in: 12) ? value : value >> Int(64 + below(60))
  }

  mutating func grantsSample() -> GrantsSample {
    let width = pick(Magnitude.allCases)
    let scale = UInt256(1) << Int(pick([0, 0, 70, 130]))
    let rows = (0..<below(pick([40, 12, 4]))).map { _ in
      (
        account: account(), donor: UInt256(1 + below(7)),
        amount: width == .small ? UInt256(below(20)) &* scale : gift(width)
      )
    }
    let method: Matching.Method =
      once(in: 2) ? .pairwise(bound: max(1, once(in: 9) ? value() : value() >> 70)) : .quadratic
    return GrantsSample(
      program: Program(
        name: "round", kind: .grants, campaign: "main",
        budget: Amount(max(1, value(pick(Magnitude.allCases)))), recipients: .source("gifts"),
        basis: .matched(
          Matching(
            contributor: "donor", contribution: "given", method: method,
            surplus: pick(Matching.Surplus.allCases),
            minimum: once(in: 3) ? UInt256(below(12)) &* scale : 0,
            maximum: once(in: 3) ? UInt256(1 + below(30)) &* scale : nil,
            filter: once(in: 3) ? pick(GrantsSample.donorFilters) : nil)),
        filter: once(in: 3) ? pick(GrantsSample.filters) : nil,
        rounding: pick(RoundingRule.allCases),
        exclude: (0..<below(3)).map { _ in
          PlannedExclusion(account: account(), reason: "withdrawn")
        }),
      rows: rows,
      passports: (0..<below(9)).map { _ in
        (donor: UInt256(1 + below(7)), score: UInt256(below(12)))
      })
  }
}

@Suite("Grants: the engine and the reference")
struct GrantsLawTests {
  @Test("INV-002: whole rounds come out the same, or are refused for the same reason")
  func rounds() {
    check("rounds", runs: 2500, generate: { $0.grantsSample() }) { sample in
      return try agree(sample.engine(), sample.reference())
    }
  }

  @Test("INV-003: every order of the rows gives the same outcome")
  func orders() {
    check("orders", runs: 300) { generator in
      let sample = generator.grantsSample()
      return (sample, sample.rows.shuffled(using: &generator))
    } property: { sample, rows in
      return sample.with(rows: rows).engine().outcome == sample.engine().outcome
    }
  }

  @Test("INV-034: splitting a contribution among rows changes nothing")
  func splitting() {
    check("splitting", runs: 300) { generator in
      (generator.grantsSample(), generator.next())
    } property: { sample, number in
      let rows = sample.rows.flatMap { row in
        let part = row.amount >> Int(number % 5)
        return [
          (row.account, row.donor, part), (row.account, row.donor, row.amount &- part),
        ]
      }
      return sample.with(rows: rows).engine().outcome == sample.engine().outcome
    }
  }

  @Test("Gifts of donors who do not count are as if they were not there; a maximum holds each gift")
  func donorsThatCount() {
    check("donors that count", runs: 600, generate: { $0.grantsSample() }) { sample in
      guard let matching = sample.program.basis.matching, let filter = matching.filter,
        ["passports.score > 3", "not listed(passports)"].contains(filter.text)
      else { return true }
      var scores: [UInt256: UInt256] = [:]
      for passport in sample.passports {
        scores[passport.donor] = (scores[passport.donor] ?? 0) &+ passport.score
      }
      let kept = sample.rows.filter {
        filter.text == "passports.score > 3"
          ? scores[$0.donor, default: 0] > 3 : scores[$0.donor] == nil
      }
      // Accounts that nobody counts for are left without a row, and so are refused nowhere.
      let (all, few) = (sample.engine().outcome, sample.with(rows: kept).engine().outcome)
      return all == nil || few == nil || sample.program.filter != nil
        || all?.amounts == few?.amounts && all?.accounts == few?.accounts
    }
  }

  @Test("INV-034: one donor alone is matched with nothing")
  func alone() {
    check("alone", runs: 200, generate: { $0.grantsSample() }) { sample in
      let rows = sample.rows.map { (account: $0.account, donor: UInt256(1), amount: $0.amount) }
      guard let outcome = sample.with(rows: rows).engine().outcome else { return true }
      return outcome.accounts.isEmpty && outcome.carry == outcome.budget
    }
  }

  @Test("INV-001: matches are never more than the budget, and carried is what they leave")
  func conservation() {
    check("conservation", runs: 400, generate: { $0.grantsSample() }) { sample in
      guard let outcome = sample.engine().outcome else { return true }
      let paid = sum(outcome.amounts)
      let budget = ReferenceLaw.big(outcome.budget.baseUnits)
      guard paid + ReferenceLaw.big(outcome.carry.baseUnits) == budget else { return false }
      guard sample.program.basis.matching?.surplus == .carry, let total = outcome.totalWeight
      else { return true }
      return paid <= ReferenceLaw.big(total) >> 64
    }
  }

  @Test("A pairwise bound beyond all overlaps comes near the quadratic match, from below")
  func widePairs() {
    check("wide bounds", runs: 200) { generator in
      (0..<generator.below(30)).map { _ in
        (
          account: generator.account(), donor: UInt256(1 + generator.below(7)),
          amount: UInt256(generator.below(1000))
        )
      }
    } property: { (rows: [GrantsSample.Row]) in
      func total(_ method: Matching.Method) throws -> BigUInt {
        let program = Program(
          name: "round", kind: .grants, campaign: "main", budget: Amount(1),
          recipients: .source("gifts"),
          basis: .matched(
            Matching(contributor: "donor", contribution: "given", method: method)))
        let sample = GrantsSample(program: program, rows: rows)
        return ReferenceLaw.big(try sample.engine().get().totalWeight ?? 0)
      }
      let pairs = try total(.pairwise(bound: UInt256(1) << 120))
      let square = try total(.quadratic)
      // (Σr)² − Σr² is above (Σr)² − Σ c·2⁶⁴ by less than 2·Σr + n, and floors lose one per pair.
      let slack = BigUInt(1) << 45
      return pairs <= square + slack && square <= pairs + slack
    }
  }

  @Test("Random rounds meet both formulas, every reason and every refusal many times")
  func coverage() throws {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 6)
    for _ in 0..<2500 {
      let sample = generator.grantsSample()
      switch sample.reference() {
      case .success(let outcome):
        for reason in Set(outcome.refused.map(\.reason)) { seen[reason.rawValue, default: 0] += 1 }
        guard !outcome.amounts.isEmpty else { continue }
        let isPairs = sample.program.basis.matching?.method != .quadratic
        seen[isPairs ? "pairwise" : "quadratic", default: 0] += 1
        if outcome.amounts.count > 2 { seen["several", default: 0] += 1 }
        if sample.program.basis.matching?.surplus == .carry {
          seen[outcome.carry > 1000 ? "surplus" : "constrained", default: 0] += 1
        }
      case .failure(let refusal): seen["\(refusal)", default: 0] += 1
      }
    }
    for name in [
      "zero-match", "excluded-by-plan", "filtered-out", "below-one-unit", "pairwise", "quadratic",
      "several", "surplus", "constrained", "valuesOverflow", "divisionByZero",
    ] {
      #expect(seen[name, default: 0] >= 40, "\(name): \(seen)")
    }
  }
}

extension Result where Success == ProgramOutcome, Failure == LawError {
  /// nil where the law refuses.
  fileprivate var outcome: ProgramOutcome? { try? get() }
}
