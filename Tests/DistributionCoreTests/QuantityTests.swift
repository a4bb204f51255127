import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@Suite("Quantities: what they count, in the order of their numbers")
struct QuantityTests {
  @Test("Amounts, weights, times, epochs and shares are ordered like their numbers")
  func order() {
    check("order of quantities") { generator in
      (generator.next() % 1000, generator.next() % 1000)
    } property: { left, right in
      let (wideLeft, wideRight) = (UInt256(left) << 200, UInt256(right) << 200)
      let orders = [
        Amount(wideLeft) < Amount(wideRight), Weight(wideLeft) < Weight(wideRight),
        Timestamp(left) < Timestamp(right),
        EpochIndex(UInt32(left)) < EpochIndex(UInt32(right)),
        Share(billionths: left * 1_000_000) < Share(billionths: right * 1_000_000),
      ]
      return orders.allSatisfy { $0 == (left < right) }
    }
  }

  @Test("Amounts and weights are shown in decimal digits")
  func text() {
    // 2^200 is 1606938044258990275541962092341162602522202993782792835301376.
    let wide = UInt256(1) << 200
    let digits = "1606938044258990275541962092341162602522202993782792835301376"
    #expect("\(Amount(wide))" == digits && "\(Weight(wide))" == digits)
  }
}
