import BigInt
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import DistributionCore

@Suite("Quotas: one division for all weights, and the largest remainders without sorting")
struct QuotaTests {
  private func big(_ value: UInt256) -> BigUInt {
    value.bytes32.bytes.reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) }
  }

  /// A number of about so many bits.
  private func number(_ bits: Int, _ generator: inout Generator) -> UInt256 {
    guard bits > 0 else { return 0 }
    let digits = UInt256(
      generator.next(), generator.next(), generator.next(), generator.next())
    switch generator.next() % 3 {
    case 0: return digits >> (256 - bits)
    case 1: return (UInt256.max >> (256 - bits)) &- UInt256(generator.next() % 3)
    default: return (UInt256(1) << (bits - 1)) &+ UInt256(generator.next() % 3)
    }
  }

  @Test("Quotients and remainders are those of whole numbers, whatever the widths")
  func quotas() {
    check("quotas", runs: 3000) { generator in
      // Widths around those at which another way is taken.
      let edges = [1, 20, 64, 126, 127, 128, 129, 192, 254, 255]
      let width = edges[Int(generator.next() % 10)]
      let weights = (0...(generator.next() % 4)).map { _ in number(width, &generator) }
      let budget = number(
        [1, 30, 64, 80, 127, 128, 129, 255, 256][Int(generator.next() % 9)], &generator)
      return (budget, weights)
    } property: { budget, weights in
      guard let total = try? Apportionment.total(of: weights), !total.isZero else { return true }
      let found = Quotas.divide(budget, weights: weights, total: total)
      for (index, weight) in weights.enumerated() {
        let (quotient, remainder) = (big(budget) * big(weight))
          .quotientAndRemainder(dividingBy: big(total))
        guard big(found.amounts[index]) == quotient, big(found.remainders[index]) == remainder
        else { return false }
      }
      let without = Quotas.divide(budget, weights: weights, total: total, needsRemainders: false)
      return without.amounts == found.amounts && without.remainders.isEmpty
    }
  }

  @Test("The largest remainders are those that sorting puts first")
  func largest() {
    check("largest remainders", runs: 1000) { generator in
      let width = 1 + Int(generator.next() % 256)
      // Few different numbers, so that many are equal.
      let choices = (0...(generator.next() % 6)).map { _ in number(width, &generator) }
      let remainders = (0..<(generator.next() % 30)).map { _ in
        choices[Int(generator.next() % UInt64(choices.count))]
      }
      return (remainders, Int(generator.next() % UInt64(remainders.count + 1)))
    } property: { remainders, count in
      let sorted = remainders.indices.sorted {
        remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
      }
      return LargestRemainders(remainders, count: count).places.sorted()
        == sorted.prefix(count).sorted()
    }
  }

  @Test("INV-003: accounts in any order, some without weight, receive what they would in order")
  func numbered() {
    check("numbered apportionment", runs: 600) { generator in
      let count = 1 + generator.next() % 12
      let weights = (0..<count).map { _ in
        generator.next() % 3 == 0 ? 0 : number([3, 8, 100][Int(generator.next() % 3)], &generator)
      }
      let accounts = (0..<count).map { Address($0 * 7 % 13, $0, 0) }.shuffled(using: &generator)
      let rules: [RoundingRule] = [
        .floor, .largestRemainder, .remainderToLargest, .unitEachByAddress, .halfUp,
      ]
      return (
        number(1 + Int(generator.next() % 90), &generator), accounts, weights,
        rules[Int(generator.next() % 5)]
      )
    } property: { budget, accounts, weights, rule in
      let order = weights.indices.filter { !weights[$0].isZero }
        .sorted { accounts[$0] < accounts[$1] }
      let expected = Result { () throws(Apportionment.Failure) in
        try Apportionment.apportion(
          budget, accounts: order.map { accounts[$0] }, weights: order.map { weights[$0] },
          rule: rule)
      }
      let found = Result { () throws(Apportionment.Failure) in
        try Apportionment.apportionNumbered(
          budget, accounts: accounts, weights: weights, rule: rule)
      }
      switch (found, expected) {
      case (.failure(let left), .failure(let right)): return left == right
      case (.success(let left), .success(let right)):
        let none = weights.indices.filter { weights[$0].isZero }
        return order.map { left.amounts[$0] } == right.amounts
          && none.allSatisfy { left.amounts[$0].isZero } && left.carry == right.carry
          && left.totalWeight == right.totalWeight
      default: return false
      }
    }
  }
}
