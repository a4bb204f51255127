import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private let vault: UInt64 = 7

private func rows(
  _ deposits: [(UInt64, UInt64, BigInt)], _ shares: [(UInt64, UInt64, BigInt)],
  _ measures: Series.Measure...
) throws(LawError) -> [[UInt256]] {
  let through = LookThrough(deposits: "staked", vault: account(vault), shares: "vault_shares")
  let sources = [
    series("staked", .opening), series("vault_shares", .opening),
    series("through", measures, from: .lookThrough(through)),
  ]
  let found = try SeriesLaw.rows(
    of: sources, in: plan(sources), epoch: EpochIndex(0),
    histories: ["staked": changes(deposits), "vault_shares": changes(shares)])["through"]
  guard let found else { return [] }
  return found.accounts.indices.map { row in
    let number = (1...9).first { account($0) == found.accounts[row] } ?? 0
    return [UInt256(number)] + found.values.map { $0[row] }
  }
}

private let second = UInt256(1) << 192

@Suite("Series: vaults")
struct VaultTests {
  @Test("held: a vault's balance is split by shares, and is its own while nobody has any")
  func held() throws {
    // Account 1 holds 5, the vault 10. 2 has the only share from 14 on, 1 three more from 20 on.
    #expect(
      try rows(
        [(0, 1, 5), (0, vault, 10)], [(14, 2, 1), (20, 1, 3)], .held, .running)
        // 2: 10 · 6 + 10 · 10 / 4; 1: 5 · 20 + 10 · 10 · 3 / 4; the vault: 10 · 4.
        == [[1, 175, 20], [2, 85, 20], [7, 40, 20]])
  }

  @Test("held: a part is rounded down once, at the end of the window")
  func rounding() throws {
    // A third of 1 for 20 seconds is 6.67; two thirds are 13.33.
    #expect(try rows([(0, vault, 1)], [(0, 1, 1), (0, 2, 2)], .held) == [[1, 6], [2, 13]])
    // A third of 1 for one second, and for two more, is a little less than 1: only 2 has a unit of
    // 2/3 + 2/3.
    #expect(
      try rows(
        [(0, vault, 1), (13, vault, -1)], [(0, 1, 1), (0, 2, 2), (11, 2, -1), (11, 3, 1)], .held)
        == [[2, 1]])
  }

  @Test("share: the part of what the vault earns, beside what others earn")
  func share() throws {
    // The vault has half of all, then all, and pauses while nobody holds anything.
    let found = try rows(
      [(0, 1, 1), (0, vault, 1), (14, 1, -1), (20, vault, -1)], [(0, 1, 1), (0, 2, 3)],
      .share, .running)
    // 1: 4/2 + (4/2 + 6) / 4 = 4 seconds; 2: 3 · 2 = 6.
    #expect(found == [[1, second &* 4, 10], [2, second &* 6, 10]])
  }

  @Test("share: reading the clock between two changes does not round it")
  func between() throws {
    let plain = series("staked", .share)
    let deposits: [(UInt64, UInt64, BigInt)] = [(0, 1, 1), (0, 2, 1), (0, vault, 5)]
    let own = try SeriesLaw.rows(
      of: [plain], in: plan([plain]), epoch: EpochIndex(0), histories: ["staked": changes(deposits)]
    )
    let shares = (11..<30).map { (UInt64($0), UInt64(3), BigInt(1)) }
    let found = try rows(deposits, shares, .share)
    #expect(found.map { $0[0] } == [1, 2, 3, 7])
    #expect(found[0][1] == own["staked"]?.values[0][0])
    #expect(found[1][1] == own["staked"]?.values[0][1])
  }

  @Test("A vault without deposits, one with its own shares, and shares that come and go")
  func edges() throws {
    #expect(try rows([(0, 1, 5)], [(0, 2, 1)], .held) == [[1, 100]])
    #expect(try rows([(0, vault, 5)], [], .held) == [[7, 100]])
    #expect(try rows([(0, vault, 4)], [(0, vault, 1), (0, 2, 1)], .held) == [[2, 40], [7, 40]])
    #expect(
      try rows([(0, vault, 4)], [(12, 2, 1), (13, 2, -1), (29, 2, 8), (30, 2, -8)], .held)
        == [[2, 8], [7, 72]])
    // Changes at the start make the opening, those before it too.
    #expect(try rows([(0, vault, 4)], [(3, 1, 1), (10, 1, -1), (10, 2, 1)], .held) == [[2, 80]])
  }

  @Test("INV-015: the largest balances and the smallest ones fit, one more is refused")
  func extremes() throws {
    let most = (BigInt(1) << 256) - 1
    #expect(
      try rows([(0, vault, 1)], [(0, 1, most)], .share, .held) == [[1, (second &* 20) &- 1, 19]])
    #expect(try rows([(0, vault, most)], [(0, 1, 1)], .share)[0][1] > (second &* 20) &- 2)
    func kind(
      _ deposits: [(UInt64, UInt64, BigInt)], _ shares: [(UInt64, UInt64, BigInt)],
      _ measure: Series.Measure
    ) -> LawError.Kind? {
      lawError { () throws(LawError) in try rows(deposits, shares, measure) }?.kind
    }
    #expect(kind([(0, vault, 1)], [(0, 1, most), (12, 2, 1)], .share) == .supplyOverflow)
    #expect(kind([(0, vault, most), (12, 1, 1)], [(0, 2, 1)], .share) == .supplyOverflow)
    #expect(kind([(0, vault, most)], [(0, 2, 1)], .held) == .heldOverflow)
    // Each part fits, both together do not: 2^256 − 1 is 20 · x + 15.
    let part = (BigInt(1) << 256) / 20
    #expect(kind([(0, 1, part)], [], .held) == nil)
    #expect(kind([(0, 1, part), (0, vault, 2)], [(0, 1, 1)], .held) == .heldOverflow)
  }
}
