import Testing

@testable import EthereumPrimitives

@Suite("Signed sums")
struct SignedSumTests {
  @Test("Sums in two's complement: in any order, through any border")
  func sums() throws {
    var sum = SignedSum()
    #expect(sum.isZero)
    for _ in 0..<3 { sum.add(.max, isTaken: false) }
    #expect(sum.value == nil)
    for _ in 0..<4 { sum.add(.max, isTaken: true) }
    let least = try #require(sum.value)
    #expect(least.amount == .max && least.isTaken && !sum.isZero)
    sum.add(.one, isTaken: true)
    #expect(sum.value == nil)
    sum.add(.one, isTaken: false)
    sum.add(.max, isTaken: false)
    let nothing = try #require(sum.value)
    #expect(sum.isZero && nothing.amount.isZero && !nothing.isTaken)
    sum.add(.one, isTaken: true)
    sum.add(UInt256(3), isTaken: false)
    #expect(sum.value.map { $0.amount == UInt256(2) && !$0.isTaken } == true)
  }
}
