import EthereumPrimitives
import Secp256k1
import Signing
import Testing

/// The accounts that local chains of Ethereum have in common, as their documentation lists them.
@Suite("The keys of local chains")
struct DevelopmentKeysTests {
  @Test("are those that every tool knows")
  func accounts() throws {
    let accounts = DevelopmentKeys.keys(3).map(\.account)
    #expect(
      accounts == [
        try Address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        try Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        try Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
      ])
  }

  @Test("sign as their secret does")
  func secret() throws {
    let secret = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    let key = try #require(PrivateKey(Bytes32(hex: secret)))
    let hash = Keccak256.hash([1, 2, 3])
    #expect(DevelopmentKeys.keys(1)[0].sign(hash) == key.sign(hash))
  }

  @Test("give a signature that leads back to the account")
  func recovery() throws {
    for (place, key) in DevelopmentKeys.keys(4).enumerated() {
      let hash = Keccak256.hash([UInt8(place)])
      #expect(try Secp256k1.signer(of: hash, key.sign(hash)) == key.account)
    }
  }

  @Test("0 and the curve's order are no keys")
  func range() throws {
    let order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    #expect(PrivateKey(.zero) == nil)
    #expect(PrivateKey(try Bytes32(hex: order)) == nil)
  }
}
