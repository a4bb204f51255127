import CCrypto
import EthereumPrimitives
import Secp256k1

/// The accounts of local chains: everybody knows their keys, and on a real chain whatever they get
/// is gone.
///
/// Source: BIP-39, BIP-32, BIP-44 (path m/44'/60'/0'/0/n).
public enum DevelopmentKeys {
  /// The words that local chains of Ethereum have in common.
  public static let mnemonic = "test test test test test test test test test test test junk"

  /// The first keys of the words, in their order.
  public static func keys(_ count: Int, mnemonic: String = mnemonic) -> [PrivateKey] {
    let words = mnemonic.utf8.map(CChar.init(bitPattern:))
    let salt = Array("mnemonic".utf8)
    var seed = [UInt8](repeating: 0, count: 64)
    let isDone = PKCS5_PBKDF2_HMAC(
      words, Int32(words.count), salt, Int32(salt.count), 2048, EVP_sha512(), 64, &seed)
    guard isDone == 1, var node = Node(hmac(key: Array("Bitcoin seed".utf8), seed)) else {
      return []
    }
    let hardened: UInt32 = 1 << 31
    for index in [44 + hardened, 60 + hardened, hardened, 0] {
      guard let child = node.child(index) else { return [] }
      node = child
    }
    return (0..<UInt32(clamping: count)).compactMap { node.child($0)?.key }
  }

  /// A key and what its children are made with (BIP-32).
  private struct Node {
    let key: PrivateKey
    let chainCode: [UInt8]

    init(key: PrivateKey, chainCode: [UInt8]) {
      self.key = key
      self.chainCode = chainCode
    }

    init?(_ bytes: [UInt8]) {
      guard let secret = Bytes32(bytes: bytes[..<32]), let key = PrivateKey(secret) else {
        return nil
      }
      self.init(key: key, chainCode: Array(bytes[32...]))
    }

    func child(_ index: UInt32) -> Node? {
      var data: [UInt8]
      if index >> 31 == 1 {
        data = [0] + key.bytes
      } else {
        let point = key.publicKey
        data = [UInt8(2 + (point.y.word3 & 1))] + point.x.bytes
      }
      data += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: index >> $0) }
      let derived = hmac(key: chainCode, data)
      guard let tweak = Bytes32(bytes: derived[..<32]), let key = key.adding(tweak) else {
        return nil
      }
      return Node(key: key, chainCode: Array(derived[32...]))
    }
  }

  /// HMAC-SHA512, 64 bytes.
  private static func hmac(key: [UInt8], _ data: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 64
    _ = HMAC(EVP_sha512(), key, Int32(key.count), data, data.count, &result, &count)
    return result
  }
}
