import BigInt
import CanonicalJSON
import EthereumPrimitives
import Secp256k1
import TestKit
import Testing
import Verification

/// The reference's answer for a signature.
func referenceSigner(_ hash: Bytes32, _ signature: Signature) -> Address? {
  ReferenceSecp256k1.signer(
    of: hash, r: BigUInt(signature.r.hex.dropFirst(2), radix: 16) ?? 0,
    s: BigUInt(signature.s.hex.dropFirst(2), radix: 16) ?? 0, isOdd: signature.isOdd)
}

@Suite("Who signed")
struct SignerTests {
  private struct Vector {
    let hash: Bytes32
    let signature: Signature
    let key: PublicKey
    let account: Address

    init(_ json: JSON) throws {
      func text(_ key: String) throws -> String { try #require(json[key]?.text) }
      hash = try Bytes32(hex: text("hash"))
      signature = try Signature(bytes: Hex.decode(text("signature")))
      key = try #require(PublicKey(x: Bytes32(hex: text("x")), y: Bytes32(hex: text("y"))))
      account = try Address(text("account"))
    }
  }

  private static func vectors() throws -> [Vector] {
    let json = try JSON.parse(Project.data("Tests/Secp256k1Tests/Vectors/signatures.json"))
    return try #require(json["signatures"]?.elements).map(Vector.init)
  }

  @Test("eth_account's signatures: key and account, by the library and by the reference")
  func vectors() throws {
    let vectors = try Self.vectors()
    #expect(vectors.count == 28)
    for vector in vectors {
      #expect(try Secp256k1.recover(vector.hash, vector.signature) == vector.key)
      #expect(try Secp256k1.signer(of: vector.hash, vector.signature) == vector.account)
      #expect(vector.key.account == vector.account)
      #expect(referenceSigner(vector.hash, vector.signature) == vector.account)
    }
  }

  @Test("A signature is good for its key and hash, and for no other")
  func verify() throws {
    let vectors = try Self.vectors()
    for (vector, other) in zip(vectors, vectors.dropFirst()) {
      #expect(Secp256k1.verify(vector.hash, vector.signature, by: vector.key))
      #expect(!Secp256k1.verify(other.hash, vector.signature, by: vector.key))
      #expect(!Secp256k1.verify(vector.hash, other.signature, by: vector.key))
    }
    #expect(!Secp256k1.verify(vectors[9].hash, vectors[9].signature, by: vectors[0].key))
  }

  @Test("What is no point of the curve is no key")
  func points() throws {
    let key = try #require(try Self.vectors().first).key
    #expect(PublicKey(x: key.y, y: key.x) == nil)
    #expect(PublicKey(x: .zero, y: .zero) == nil)
  }

  @Test("INV-002: The library and the reference name the same signer, or none, for any signature")
  func reference() {
    check("signers", runs: 20) { generator in
      let hash = Keccak256.hash(utf8: "\(generator.next())")
      let key = TestKey("\(generator.next() % 4)")
      var bytes = key.sign(hash)
      // One in two is changed, so that it is somebody else's or nobody's.
      if generator.next() % 2 == 1 { bytes[Int(generator.next() % 64)] ^= 1 }
      if generator.next() % 4 == 1 { bytes[64] = 55 - bytes[64] }
      return (hash, bytes, key.account)
    } property: { hash, bytes, _ in
      guard let signature = try? Signature(bytes: bytes) else { return true }
      return (try? Secp256k1.signer(of: hash, signature)) == referenceSigner(hash, signature)
    }
  }

  @Test("A signature that no key makes: r that is the x of no point, and a key of zero")
  func noKey() throws {
    // x = 5 is on no point: 5³ + 7 = 132 is no square modulo p.
    let five = Bytes32(0, 0, 0, 5)
    let one = Bytes32(0, 0, 0, 1)
    let nobody = try Signature(r: five, s: one, isOdd: false)
    #expect(throws: SignatureError.noKey) { try Secp256k1.recover(.zero, nobody) }
    #expect(referenceSigner(.zero, nobody) == nil)
    // With R = G, s = 1 and e = 1: Q = r⁻¹·(G − G), the point at infinity.
    let x = try Bytes32(hex: "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    let infinite = try Signature(r: x, s: one, isOdd: false)
    #expect(throws: SignatureError.noKey) { try Secp256k1.recover(one, infinite) }
    #expect(referenceSigner(one, infinite) == nil)
    #expect(referenceSigner(.zero, infinite) == (try Secp256k1.signer(of: .zero, infinite)))
  }

  @Test("INV-002: half of the order is still the lower s, of a point and of its opposite")
  func highestLow() throws {
    // R = G and e = 0: the key is r⁻¹·s·G.
    let x = try Bytes32(hex: "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    let half = try Bytes32(
      hex: "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0")
    let signature = try Signature(r: x, s: half, isOdd: false)
    let account = try Secp256k1.signer(of: .zero, signature)
    #expect(referenceSigner(.zero, signature) == account)
    // R = −G and e = 1: both points together are none.
    let opposite = try Signature(r: x, s: half, isOdd: true)
    let one = Bytes32(0, 0, 0, 1)
    #expect(referenceSigner(one, opposite) == (try Secp256k1.signer(of: one, opposite)))
  }

  @Test("The reference refuses what is no signature by itself: zeros, the order, and a high s")
  func referenceRanges() throws {
    let hash = Keccak256.hash(utf8: "ranges")
    let signature = try Signature(bytes: TestKey("ranges").sign(hash))
    let n = try #require(BigUInt(Signature.order.hex.dropFirst(2), radix: 16))
    let r = try #require(BigUInt(signature.r.hex.dropFirst(2), radix: 16))
    let s = try #require(BigUInt(signature.s.hex.dropFirst(2), radix: 16))
    func signer(_ r: BigUInt, _ s: BigUInt, _ isOdd: Bool) -> Address? {
      ReferenceSecp256k1.signer(of: hash, r: r, s: s, isOdd: isOdd)
    }
    #expect(signer(r, s, signature.isOdd) == TestKey("ranges").account)
    // The other s of the same key and hash.
    #expect(signer(r, n - s, !signature.isOdd) == nil)
    #expect(signer(0, s, false) == nil)
    #expect(signer(r, 0, false) == nil)
    #expect(signer(n, s, false) == nil)
    #expect(signer(r + n, s, signature.isOdd) == nil)
  }
}
