import EthereumPrimitives
import Testing

@Suite("Numbers with their nouns")
struct CountedNounTests {
  @Test("One is one, and all others are several")
  func counted() {
    #expect([0, 1, 2].map { $0.counted("row") } == ["0 rows", "1 row", "2 rows"])
    #expect([1, 11].map { $0.counted("entry", "entries") } == ["1 entry", "11 entries"])
    #expect([UInt256.zero, .one].map { $0.counted("unit") } == ["0 units", "1 unit"])
  }
}
