import EthereumPrimitives
import TestKit
import Testing

@Suite("Accounts that stand twice: the fast search finds what a plain one finds")
struct RepetitionTests {
  /// The definition: the first row whose account stood before.
  private func plain(_ accounts: [Address]) -> [Int]? {
    for (row, account) in accounts.enumerated() {
      if let first = accounts[..<row].firstIndex(of: account) { return [first, row] }
    }
    return nil
  }

  private func found(_ accounts: [Address], threads: Int = 1) -> [Int]? {
    Address.firstRepetition(in: accounts, threads: threads).map { [$0.first, $0.again] }
  }

  private func address(_ number: UInt64) -> Address {
    Address(0, number &>> 32, UInt32(truncatingIfNeeded: number))
  }

  @Test("Short lists of few different accounts")
  func shortLists() {
    check("short lists", runs: 600) { generator in
      let kinds = 1 + generator.next() % 60
      return (0..<(generator.next() % 24)).map { _ in address(generator.next() % kinds) }
    } property: { accounts in
      found(accounts) == plain(accounts)
    }
  }

  @Test(
    "Accounts of every kind, once each, and then one of them again",
    arguments: ["counted", "random", "spread high", "same tail"])
  func longLists(kind: String) {
    var generator = Generator(seed: 3)
    var accounts = (0..<20_000).map { number in
      switch kind {
      case "counted": address(UInt64(number))
      case "spread high": Address(UInt64(number) &<< 40, 0, 0)
      case "same tail": Address(UInt64(number), 7, 7)
      default: Address(generator.next(), generator.next(), UInt32(truncatingIfNeeded: number))
      }
    }
    for threads in [1, 2, 3] {
      #expect(found(accounts, threads: threads) == nil)
    }
    accounts.append(accounts[19_998])
    accounts.append(accounts[5])
    for threads in [1, 2, 3] {
      #expect(found(accounts, threads: threads) == [19_998, 20_000])
    }
    accounts.insert(accounts[17_000], at: 17_500)
    #expect(found(accounts, threads: 2) == [17_000, 17_500])
  }

  @Test("One account in every row")
  func same() {
    #expect(found(Array(repeating: address(9), count: 30_000), threads: 2) == [0, 1])
    #expect(found([]) == nil)
  }
}
