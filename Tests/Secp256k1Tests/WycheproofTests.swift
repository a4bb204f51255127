import CanonicalJSON
import EthereumPrimitives
import Secp256k1
import TestKit
import Testing

/// Wycheproof's ECDSA tests of secp256k1 in which s has to be the lower one. They have signatures
/// in DER and hashes by SHA-256, of which this project has neither: both are read here.
@Suite(
  "Conformance: Wycheproof",
  .enabled(
    if: Cases.available("conformance/wycheproof"),
    "the published cases are not here: set SLUICE_CASES to their folder"))
struct WycheproofTests {
  private struct Case {
    let number: Int
    let key: PublicKey
    let hash: Bytes32
    /// nil where it is no signature in DER with the lower s.
    let signature: Signature?
    let isValid: Bool
  }

  private static func cases() throws -> [Case] {
    let json = try JSON.parse(
      Cases.data("conformance/wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json"))
    return try #require(json["testGroups"]?.elements).flatMap { group in
      let text = try #require(group["publicKey"]?["uncompressed"]?.text)
      let bytes = try Hex.decode("0x" + text)
      let x = try #require(Bytes32(bytes: bytes[1..<33]))
      let y = try #require(Bytes32(bytes: bytes[33..<65]))
      let key = try #require(PublicKey(x: x, y: y))
      return try #require(group["tests"]?.elements).map { test in
        let message = try #require(test["msg"]?.text)
        let der = try #require(test["sig"]?.text)
        return Case(
          number: try #require(test["tcId"]?.wholeNumber), key: key,
          hash: try #require(Bytes32(bytes: SHA256.hash(Hex.decode("0x" + message))[...])),
          signature: signature(try Hex.decode("0x" + der)),
          isValid: test["result"]?.text == "valid")
      }
    }
  }

  @Test("463 signatures: those that are valid, and no others")
  func signatures() throws {
    let cases = try Self.cases()
    #expect(cases.count == 463)
    #expect(cases.count { $0.isValid } > 100)
    for test in cases {
      let holds = test.signature.map { Secp256k1.verify(test.hash, $0, by: test.key) } ?? false
      #expect(holds == test.isValid, "test \(test.number)")
    }
  }

  @Test("A valid one leads back to its key, by the library and by the reference")
  func recovery() throws {
    var compared = 0
    for test in try Self.cases() where test.isValid {
      let even = try #require(test.signature)
      let odd = try Signature(r: even.r, s: even.s, isOdd: true)
      // Where r was reduced by the order, its point is one that Ethereum's v cannot tell.
      guard
        let own = [even, odd].first(where: {
          (try? Secp256k1.recover(test.hash, $0)) == test.key
        })
      else { continue }
      compared += 1
      guard compared % 24 == 0 else { continue }
      #expect(referenceSigner(test.hash, own) == test.key.account, "test \(test.number)")
    }
    #expect(compared > 100)
  }

  /// r and s of a DER signature (X.690, 8.3 and 10.1); nil where it is none, or has the higher s.
  private static func signature(_ der: [UInt8]) -> Signature? {
    var rest = der[...]
    func integer() -> Bytes32? {
      guard rest.count >= 2, rest.removeFirst() == 0x02 else { return nil }
      let count = Int(rest.removeFirst())
      guard (1...33).contains(count), rest.count >= count else { return nil }
      let digits = rest.prefix(count)
      rest = rest.dropFirst(count)
      let first = digits[digits.startIndex]
      let isShortest = count == 1 || first != 0 || digits[digits.startIndex + 1] >= 0x80
      guard first < 0x80, isShortest else { return nil }
      let number = first == 0 ? digits.dropFirst() : digits
      guard number.count <= 32 else { return nil }
      return Bytes32(bytes: ([UInt8](repeating: 0, count: 32 - number.count) + number)[...])
    }
    guard rest.count >= 2, rest.removeFirst() == 0x30, Int(rest.removeFirst()) == rest.count,
      let r = integer(), let s = integer(), rest.isEmpty
    else { return nil }
    return try? Signature(r: r, s: s, isOdd: false)
  }
}

/// SHA-256 by its definition (FIPS 180-4), for Wycheproof's messages.
private enum SHA256 {
  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, by
  /// Newton's iteration on whole numbers; of the square roots of the first eight likewise.
  private static let primes: [UInt64] = (2...311).filter { candidate in
    !(2..<candidate).contains { candidate % $0 == 0 }
  }

  /// ⌊prime^(1/power) · 2³²⌋ mod 2³².
  private static func root(_ prime: UInt64, power: Int) -> UInt32 {
    var (low, high) = (UInt256.zero, UInt256(UInt64(64) << 32))
    let target = UInt256(prime) << (32 * power)
    while low &+ UInt256(1) < high {
      let middle = (low &+ high) >> 1
      let square = middle &* middle
      if power == 2 ? square <= target : square &* middle <= target {
        low = middle
      } else {
        high = middle
      }
    }
    return UInt32(truncatingIfNeeded: low.asUInt64 ?? 0)
  }

  static func hash(_ message: [UInt8]) -> [UInt8] {
    let constants = primes.prefix(64).map { root($0, power: 3) }
    var state = primes.prefix(8).map { root($0, power: 2) }
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: message.count * 8 >> shift))
    }
    for start in stride(from: 0, to: bytes.count, by: 64) {
      var w = (0..<16).map { index in
        bytes[(start + 4 * index)..<(start + 4 * index + 4)].reduce(UInt32(0)) {
          $0 << 8 | UInt32($1)
        }
      }
      for t in 16..<64 {
        let a = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3
        let b = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10
        w.append(w[t - 16] &+ a &+ w[t - 7] &+ b)
      }
      var v = state
      for t in 0..<64 {
        let e = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
        let first = v[7] &+ e &+ (v[4] & v[5] ^ ~v[4] & v[6]) &+ constants[t] &+ w[t]
        let a = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)
        let second = a &+ (v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2])
        v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
      }
      for index in state.indices { state[index] &+= v[index] }
    }
    return state.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }
}
