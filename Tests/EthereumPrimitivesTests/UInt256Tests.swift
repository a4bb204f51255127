import BigInt
import EthereumPrimitives
import TestKit
import Testing

private typealias Pair = (UInt256, UInt256)

private func pair(_ generator: inout Generator) -> Pair { (word(&generator), word(&generator)) }

@Suite("256-bit integers beside BigInt")
struct UInt256PropertyTests {
  @Test("INV-015: sums equal BigInt's, and say when they reach 2²⁵⁶")
  func sums() {
    check("sums", runs: 2000, generate: pair) { left, right -> Bool in
      let sum = big(left) + big(right)
      let (partial, overflow) = left.addingReportingOverflow(right)
      return big(partial) == sum % two256 && overflow == (sum >= two256)
        && big(left &+ right) == sum % two256
        && left.adding(right).map(big) == (sum < two256 ? sum : nil)
    }
  }

  @Test("INV-015: differences equal BigInt's, and say when they fall below zero")
  func differences() {
    check("differences", runs: 2000, generate: pair) { left, right -> Bool in
      let wrapped = (two256 + big(left) - big(right)) % two256
      let (partial, overflow) = left.subtractingReportingOverflow(right)
      return big(partial) == wrapped && overflow == (big(left) < big(right))
        && big(left &- right) == wrapped
        && left.subtracting(right).map(big) == (overflow ? nil : big(left) - big(right))
    }
  }

  @Test("INV-015: products equal BigInt's in full width, and say when they reach 2²⁵⁶")
  func products() {
    check("products", runs: 2000, generate: pair) { left, right -> Bool in
      let product = big(left) * big(right)
      let (partial, overflow) = left.multipliedReportingOverflow(by: right)
      return big(left.multipliedFullWidth(by: right)) == product
        && big(partial) == product % two256 && overflow == (product >= two256)
        && big(left &* right) == product % two256
        && left.multiplied(by: right).map(big) == (product < two256 ? product : nil)
    }
  }

  @Test("Bits, order and widths equal BigInt's")
  func bits() {
    check("bits", runs: 1000, generate: pair) { left, right -> Bool in
      let (bigLeft, bigRight) = (big(left), big(right))
      return big(left & right) == bigLeft & bigRight && big(left | right) == bigLeft | bigRight
        && big(left ^ right) == bigLeft ^ bigRight && big(~left) == two256 - 1 - bigLeft
        && (left < right) == (bigLeft < bigRight) && (left == right) == (bigLeft == bigRight)
        && left.bitWidthUsed == bigLeft.bitWidth
        && left.leadingZeroBitCount == 256 - bigLeft.bitWidth
    }
  }

  @Test("Order is decided by the highest limb that differs")
  func order() {
    check("order", runs: 500) { generator -> (UInt256, Int) in
      (word(&generator), Int.random(in: 0..<256, using: &generator))
    } property: { number, bit -> Bool in
      let other = number ^ (try power(bit))
      return (number < other) == (big(number) < big(other)) && number != other
    }
  }

  @Test("Shifts by any count equal BigInt's, in 256 bits and in 512")
  func shifts() {
    check("shifts", runs: 2000) { generator -> (UInt512, Int) in
      let edges = [-513, -512, -257, -256, -64, -1, 0, 1, 63, 64, 65, 128, 255, 256, 257, 511, 512]
      let count =
        Bool.random(using: &generator)
        ? Int.random(in: -600...600, using: &generator)
        : edges.randomElement(using: &generator) ?? 0
      return (doubleWord(&generator), count)
    } property: { number, count -> Bool in
      let (wide, narrow) = (big(number), big(number.low))
      return big(number << count) == (wide << count) % two512
        && big(number >> count) == (wide >> count) % two512
        && big(number.low << count) == (narrow << count) % two256
        && big(number.low >> count) == (narrow >> count) % two256
    }
  }

  @Test("INV-015: 512-bit sums, differences and products equal BigInt's or are refused")
  func doubleWords() {
    check("512 bits", runs: 2000) { generator -> (UInt512, UInt512, UInt256) in
      (doubleWord(&generator), doubleWord(&generator), word(&generator))
    } property: { left, right, factor -> Bool in
      let (sum, product) = (big(left) + big(right), big(left) * big(factor))
      let difference = big(left) < big(right) ? nil : big(left) - big(right)
      let small = big(left) + big(factor)
      return left.adding(right).map(big) == (sum < two512 ? sum : nil)
        && left.adding(factor).map(big) == (small < two512 ? small : nil)
        && left.subtracting(right).map(big) == difference
        && left.multiplied(by: factor).map(big) == (product < two512 ? product : nil)
        && (left < right) == (big(left) < big(right)) && left.isZero == (big(left) == 0)
        && left.bitWidthUsed == big(left).bitWidth
        && left.asUInt256.map(big) == (big(left) < two256 ? big(left) : nil)
    }
  }
}

@Suite("256-bit integers at their edges")
struct UInt256EdgeTests {
  private let edges = [
    "0", "1", "18446744073709551615", "18446744073709551616", "18446744073709551617",
    "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
    "340282366920938463463374607431768211457",
    "57896044618658097711785492504343953926634992332820282019728792003956564819968",
    "115792089237316195423570985008687907853269984665640564039457584007913129639935",
  ]

  @Test("0, 1, 2⁶⁴ ± 1, 2¹²⁸ ± 1, 2²⁵⁵ and 2²⁵⁶ − 1 are what their bytes say")
  func values() throws {
    let bytes = [
      "", "01", "ffffffffffffffff", "010000000000000000", "010000000000000001",
      "ffffffffffffffffffffffffffffffff", "0100000000000000000000000000000000",
      "0100000000000000000000000000000001", "80" + String(repeating: "00", count: 31),
      String(repeating: "ff", count: 32),
    ]
    for (decimal, digits) in zip(edges, bytes) {
      let number = try UInt256(decimal: decimal)
      #expect(number == UInt256(bigEndian: try hex(digits)[...]), "\(decimal)")
      let padded = String(repeating: "0", count: 64 - digits.count) + digits
      #expect(number.bytes32.hex == "0x" + padded)
      #expect(UInt256(number.bytes32) == number)
    }
  }

  @Test("Each edge is one more than the one below it")
  func neighbours() throws {
    let numbers = try edges.map { try UInt256(decimal: $0) }
    for (low, high) in [(0, 1), (2, 3), (3, 4), (5, 6), (6, 7)] {
      #expect(numbers[low].adding(.one) == numbers[high])
      #expect(numbers[high].subtracting(.one) == numbers[low])
      #expect(numbers[low] < numbers[high] && !(numbers[high] < numbers[low]))
    }
    #expect(numbers[9] == .max && numbers[0] == .zero && numbers[1] == .one)
  }

  @Test("INV-015: one beyond either end is refused, reported or wrapped by name")
  func ends() {
    #expect(UInt256.max.adding(.one) == nil)
    #expect(UInt256.zero.subtracting(.one) == nil)
    #expect(UInt256.max &+ .one == .zero)
    #expect(UInt256.zero &- .one == .max)
    #expect(UInt256.max.addingReportingOverflow(.max) == (.max &- .one, true))
    #expect(UInt256.zero.subtractingReportingOverflow(.max) == (.one, true))
  }

  @Test("(2²⁵⁶ − 1)² = 2⁵¹² − 2²⁵⁷ + 1, and (2¹²⁸ − 1)² still fits into 256 bits")
  func squares() throws {
    let square = UInt256.max.multipliedFullWidth(by: .max)
    #expect(square == UInt512(high: .max &- .one, low: .one))
    #expect(UInt256.max.multiplied(by: .max) == nil && UInt256.max &* .max == .one)
    let half = try UInt256(decimal: edges[5])
    // 2²⁵⁶ − 2¹²⁹ + 1
    let expected = "0xfffffffffffffffffffffffffffffffe00000000000000000000000000000001"
    #expect(half.multiplied(by: half)?.hex == expected)
    let quarter = try UInt256(decimal: edges[6])
    #expect(quarter.multiplied(by: quarter) == nil)
    #expect(quarter.multipliedReportingOverflow(by: quarter) == (.zero, true))
  }

  @Test("The largest 512-bit number is 2⁵¹² − 1: one more and one factor more are refused")
  func doubleEnds() {
    let largest = UInt512(high: .max, low: .max)
    #expect(largest.adding(UInt256.one) == nil)
    #expect(largest.multiplied(by: 2) == nil)
    #expect(largest.multiplied(by: .one) == largest)
    #expect(UInt512.zero.subtracting(UInt512(.one)) == nil)
    #expect(UInt512(high: .one, low: .zero).subtracting(UInt512(.one)) == UInt512(.max))
    #expect(UInt512(.max).adding(UInt256.one) == UInt512(high: .one, low: .zero))
  }

  @Test("A number is given as UInt64 or Int exactly where it fits")
  func narrowing() {
    #expect(UInt256(UInt64(Int.max)).asInt == Int.max)
    #expect(UInt256(UInt64(Int.max) + 1).asInt == nil)
    #expect(UInt256(UInt64.max).asUInt64 == UInt64.max)
    for (limb1, limb2, limb3) in [(1, 0, 0), (0, 1, 0), (0, 0, 1)] as [(UInt64, UInt64, UInt64)] {
      let number = UInt256(7, limb1, limb2, limb3)
      #expect(number.asUInt64 == nil && number.asInt == nil && !number.isZero)
    }
    #expect(UInt256.zero.isZero && !UInt256.one.isZero)
  }

  @Test("Powers of ten from 0 to 77, and none outside")
  func powersOfTen() {
    for exponent in 0...77 {
      let digits = "1" + String(repeating: "0", count: exponent)
      #expect(UInt256.powerOfTen(exponent)?.decimal == digits)
    }
    for exponent in [-1, 78, Int.max, Int.min] { #expect(UInt256.powerOfTen(exponent) == nil) }
  }

  @Test("Up to 32 big-endian bytes are a number, 33 are none")
  func bigEndian() {
    #expect(UInt256(bigEndian: []) == .zero)
    #expect(UInt256(bigEndian: [0x01, 0x02]) == 0x0102)
    #expect(UInt256(bigEndian: [9, 9, 0x01, 0x02][2...]) == 0x0102)
    #expect(UInt256(bigEndian: [UInt8](repeating: 0xFF, count: 32)[...]) == .max)
    #expect(UInt256(bigEndian: [UInt8](repeating: 0, count: 33)[...]) == nil)
  }

  @Test("Shifts by the largest and smallest counts give zero and do not trap")
  func extremeShifts() {
    for count in [256, 512, Int.max] {
      #expect(UInt256.max << count == .zero && UInt256.max >> count == .zero)
    }
    #expect(UInt256.max << Int.min == .zero && UInt256.max >> Int.min == .zero)
    let wide = UInt512(high: .max, low: .max)
    for count in [Int.max, Int.min] { #expect(wide << count == .zero && wide >> count == .zero) }
    #expect(UInt256.one << -1 == .zero && UInt256.one >> -1 == 2)
  }
}
