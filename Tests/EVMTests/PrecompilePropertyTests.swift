import BigInt
import EVM
import EthereumPrimitives
import TestKit
import Testing

@Suite("Properties of precompiled contracts")
struct PrecompilePropertyTests {
  /// EIP-196: the number of points of the first curve, and the number that coordinates are below.
  private static let order = BigUInt(
    "21888242871839275222246405745257275088548364400416034343698204186575808495617")
  private static let prime = BigUInt(
    "21888242871839275222246405745257275088696311157297823662689037894645226208583")
  private static let one = word(1) + word(2)

  private static func multiple(_ number: BigUInt, of point: [UInt8] = one) -> [UInt8] {
    Precompile.curveProduct.output(point + word(number)) ?? []
  }

  private static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    Precompile.curveSum.output(left + right) ?? []
  }

  /// The same x with p − y.
  private static func opposite(_ point: [UInt8]) -> [UInt8] {
    let y = point[32...].reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) }
    return point[..<32] + word(y == 0 ? 0 : prime - y)
  }

  /// The second group's generator and multiples of it, which py_ecc made.
  private static func secondPoints() throws -> [[UInt8]] {
    let pairs = try PrecompileVector.all().filter {
      $0.contract == .pairing && $0.output != nil && $0.input.count >= 192
    }
    let points = pairs.flatMap { pair in
      stride(from: 64, to: pair.input.count, by: 192).map { [UInt8](pair.input[$0..<($0 + 128)]) }
    }
    return Set(points).sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test("Multiples add up: aG + bG = (a + b)G, and a(bG) = (ab mod n)G")
  func products() {
    check("multiples add up", runs: 60) {
      ($0.number(), $0.number())
    } property: { a, b in
      let (left, right) = (Self.multiple(a), Self.multiple(b))
      return left.count == 64 && Self.sum(left, right) == Self.multiple((a + b) % Self.order)
        && Self.multiple(a, of: right) == Self.multiple(a * b % Self.order)
    }
  }

  @Test("Sums: any order, any grouping, and a point and its opposite are infinity")
  func sums() {
    check("sums are a group's", runs: 60) { generator in
      (0..<3).map { _ in Self.multiple(generator.number()) }
    } property: { points in
      let (a, b, c) = (points[0], points[1], points[2])
      return Self.sum(a, b) == Self.sum(b, a)
        && Self.sum(Self.sum(a, b), c) == Self.sum(a, Self.sum(b, c))
        && Self.sum(a, a) == Self.multiple(2, of: a)
        && Self.sum(a, Self.opposite(a)) == [UInt8](repeating: 0, count: 64)
    }
  }

  @Test("Pairings are bilinear: e(aP, Q) e(bP, Q) = e((a + b)P, Q), and no other multiple's")
  func bilinear() throws {
    let seconds = try Self.secondPoints()
    #expect(seconds.count >= 5)
    check("pairings are bilinear", runs: 6) { generator in
      (generator.number(), generator.number(), Int.random(in: 0..<seconds.count, using: &generator))
    } property: { a, b, index in
      func isOne(_ total: BigUInt) -> Bool? {
        let points = [Self.multiple(a), Self.multiple(b), Self.opposite(Self.multiple(total))]
        return Precompile.pairing.output(points.flatMap { $0 + seconds[index] })
          .map { $0 == word(1) }
      }
      // Of infinity on the right, every product is one.
      let isInfinity = seconds[index].allSatisfy { $0 == 0 }
      return isOne((a + b) % Self.order) == true
        && isOne((a + b + 1) % Self.order) == isInfinity
    }
  }

  @Test("Powers are BigInt's, of odd and of even moduli")
  func powers() {
    check("powers are BigInt's", runs: 150) { generator in
      (0..<3).map { _ in
        let count = Int.random(in: 0...40, using: &generator)
        return generator.bytes(count)
      }
    } property: { numbers in
      let values = numbers.map { $0.reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) } }
      let lengths = numbers.flatMap { word($0.count) }
      let power = values[2] == 0 ? 0 : values[0].power(values[1], modulus: values[2])
      guard let output = Precompile.modularPower.output(lengths + numbers.joined()) else {
        return false
      }
      return output.reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) } == power
        && output.count == numbers[2].count
    }
  }

  @Test("After the end of an input there are zeros, and what is past its fields is not read")
  func padding() {
    let fields: [(Precompile, Int)] = [(.ecrecover, 128), (.curveSum, 128), (.curveProduct, 96)]
    check("inputs are padded", runs: 60) { generator in
      let (contract, count) = fields[Int.random(in: 0..<3, using: &generator)]
      let point = Self.multiple(generator.number())
      let whole = [UInt8]((point + point + point)[..<count])
      return (contract, whole, Int.random(in: 0...count, using: &generator), generator.bytes(5))
    } property: { contract, whole, kept, tail in
      let cut = [UInt8](whole[..<kept])
      let padded = cut + [UInt8](repeating: 0, count: whole.count - kept)
      return contract.run(cut) == contract.run(padded)
        && contract.run(whole + tail) == contract.run(whole)
    }
  }

  @Test("Any bytes, as any contract's input, with any gas: an outcome that the gas pays")
  func anyBytes() {
    check("any bytes have an outcome", runs: 300) { generator in
      let contract = Precompile.allCases[Int.random(in: 0..<18, using: &generator)]
      var input = generator.bytes(Int.random(in: 0...420, using: &generator))
      // Mostly zeros, so that some lengths, points and flags are small.
      if generator.next() % 2 == 0 {
        for index in input.indices where index % 32 != 31 || generator.next() % 3 == 0 {
          input[index] = 0
        }
      }
      return (contract, input, generator.next() % 200_000)
    } property: { contract, input, gas in
      switch contract.run(input, gas: gas, .osaka) {
      case .success(let gasUsed, let output): gasUsed <= gas && output.count <= 512
      case .failure: true
      }
    }
  }
}
