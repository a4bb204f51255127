import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Values of columns as people write them")
struct ColumnTextTests {
  @Test("Numbers have their places, times their date, words their letters, shares their seconds")
  func kinds() throws {
    #expect(ColumnDeclaration.Kind.integer.text(250) == "250")
    #expect(ColumnDeclaration.Kind.decimal(DecimalFormat(places: 2)).text(250) == "2.5")
    #expect(ColumnDeclaration.Kind.time.text(1_767_571_200) == "2026-01-05T00:00:00Z")
    let word = try #require(Word("daily-login"))
    #expect(ColumnDeclaration.Kind.word.text(word.number) == "daily-login")
    #expect(ColumnDeclaration.Kind.address.text(account(1).number) == account(1).checksummed)
    // 3 · 2¹⁹¹ units of 2⁻¹⁹² seconds.
    let share = UInt256(3) << 191
    #expect(ColumnDeclaration.Kind.share.text(share) == "1.5 seconds of the whole")
    #expect(ColumnDeclaration.Kind.share.text(share &- 1) == "1.5 seconds of the whole")
  }

  @Test("Durations are written as a plan has them")
  func durations() {
    #expect(DurationText.words(0) == "0s" && DurationText.words(604_800) == "7d")
    #expect(DurationText.words(90_061) == "1d1h1m1s")
  }
}
