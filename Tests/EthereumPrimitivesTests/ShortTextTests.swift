import Testing

@testable import EthereumPrimitives

@Suite("Texts of files in messages")
struct ShortTextTests {
  @Test("300 bytes stay as they are, and of more the first 300 are shown")
  func length() {
    let right = String(repeating: "x", count: 300)
    #expect(right.shortened == right)
    #expect((right + "y").shortened == right + "…")
  }

  @Test("A character is cut between its marks, and never inside of a scalar")
  func scalars() {
    // One letter and a thousand marks of two bytes each: the letter and 149 of them are 299 bytes.
    let marks = String(repeating: "\u{301}", count: 1000)
    #expect(("a" + marks).count == 1)
    #expect(("a" + marks).shortened == "a" + String(repeating: "\u{301}", count: 149) + "…")
    let wide = String(repeating: "\u{1F600}", count: 76)
    #expect(wide.shortened == String(repeating: "\u{1F600}", count: 75) + "…")
  }
}
