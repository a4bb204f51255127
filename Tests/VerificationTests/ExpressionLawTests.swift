import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("Expressions: the engine and the reference")
struct ExpressionLawTests {
  @Test("INV-002: random expressions over random rows give the same, or fail for the same reason")
  func expressions() {
    check("expressions", runs: 4000, generate: { $0.expressionSample() }, property: agree)
  }

  @Test("INV-002, INV-015: deep expressions agree too")
  func deep() {
    check(
      "deep expressions", runs: 600, generate: { $0.expressionSample(depth: 6) }, property: agree)
  }

  private func agree(_ sample: ExpressionSample) throws -> Bool {
    switch (sample.engine(), sample.reference()) {
    case (.success(let found), .success(let expected)):
      let amounts = zip(found.accounts, found.amounts).map { ($0, ReferenceLaw.big($1)) }
      guard amounts.elementsEqual(expected.amounts.map { ($0.account, $0.amount) }, by: ==) else {
        throw Mismatch("amounts", amounts, expected.amounts)
      }
      let refused = found.exclusions.map {
        "\($0.account) \($0.reason) \($0.number.shortest)"
      }
      let expectedRefused = expected.refused.map { "\($0.account) \($0.reason) \($0.text)" }
      guard refused == expectedRefused else {
        throw Mismatch("refused accounts", refused, expectedRefused)
      }
      return true
    case (.failure(let error), .failure(let refusal)):
      guard "\(error.kind)" == "\(refusal)" else { throw Mismatch("reason", error, refusal) }
      guard let place = sample.referencePlace() else {
        return !error.place.hasPrefix("expression at")
      }
      guard error.place.hasPrefix("expression at \(place), ") else {
        throw Mismatch("place", error, place)
      }
      return true
    case (let found, let expected): throw Mismatch("a program", found, expected)
    }
  }

  @Test("INV-003: the order of rows changes nothing, also of aggregates and errors")
  func order() {
    check("rows in any order", runs: 800) { generator in
      let sample = generator.expressionSample()
      var shuffled = sample
      shuffled.rows.shuffle(using: &generator)
      shuffled.votes.shuffle(using: &generator)
      return (sample, shuffled)
    } property: { sample, shuffled in
      switch (sample.engine(), shuffled.engine()) {
      case (.success(let left), .success(let right)): left == right
      case (.failure(let left), .failure(let right)): left == right
      default: false
      }
    }
  }

  @Test("INV-030: a program decides about the accounts of its own source, whatever it reads")
  func accounts() {
    check("accounts of programs", runs: 1000, generate: { $0.expressionSample() }) { sample in
      guard case .success(let outcome) = sample.engine() else { return true }
      let decided = (outcome.accounts + outcome.exclusions.map(\.account)).sorted()
      return decided == Set(sample.rows.map(\.account)).sorted()
    }
  }

  @Test("Samples reach every outcome many times")
  func coverage() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 5)
    for _ in 0..<3000 {
      let sample = generator.expressionSample()
      guard sample.program.basis.expression != nil else {
        seen["unreadable", default: 0] += 1
        continue
      }
      for join in sample.program.joins.keys { seen[join.text, default: 0] += 1 }
      switch sample.reference() {
      case .success(let outcome):
        seen[outcome.amounts.isEmpty ? "nobody" : "somebody", default: 0] += 1
        for reason in Set(outcome.refused.map(\.reason)) { seen[reason.rawValue, default: 0] += 1 }
      case .failure(let refusal): seen["\(refusal)", default: 0] += 1
      }
    }
    let names = [
      "somebody", "nobody", "filtered-out", "zero-weight", "expressionOverflow", "divisionByZero",
      "outOfDomain", "negativeResult", "votes.cast", "votes.`paid in`", "listed(votes)",
      "allocated(launch)",
    ]
    for name in names { #expect(seen[name, default: 0] >= 40, "\(name): \(seen)") }
    #expect(seen["unreadable", default: 0] < 300, "\(seen)")
  }

  @Test("INV-013: the one form of an expression reads back as the same form")
  func text() {
    check("texts", runs: 600, generate: { $0.expressionSample() }) { sample in
      let program = sample.program
      guard let result = program.basis.expression else { return true }
      let again = try computed(
        result.text, filter: program.filter?.text,
        values: program.values.map { ($0.name, $0.expression.text) })
      return again.basis.expression?.text == result.text
        && again.basis.expression?.kind == result.kind && again.filter?.text == program.filter?.text
        && again.values.map(\.expression.text) == program.values.map(\.expression.text)
    }
  }
}
