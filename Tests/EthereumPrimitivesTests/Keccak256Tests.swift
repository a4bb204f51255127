import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

@Suite("Keccak-256")
struct Keccak256Tests {
  @Test(
    "Known hashes of short texts",
    arguments: [
      ("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
      ("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
      ("testing", "0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
      (
        "The quick brown fox jumps over the lazy dog",
        "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"
      ),
      (
        "Transfer(address,address,uint256)",
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
      ),
    ])
  func known(text: String, hash: String) {
    #expect(Keccak256.hash(utf8: text).hex == hash)
    #expect(Keccak256.hash(Array(text.utf8)).hex == hash)
  }

  @Test("Every length from 0 to 300 and some beyond equal pycryptodome's")
  func lengths() throws {
    let hashes = try vectors("keccak256.json").member("hashes").members ?? []
    #expect(hashes.count == 307)
    for entry in hashes {
      let length = try #require(Int(entry.key))
      let message = (0..<length).map { UInt8(truncatingIfNeeded: 31 * $0 + length) }
      #expect(Keccak256.hash(message).hex == entry.value.text, "\(length) bytes")
    }
  }

  private enum Piece {
    case bytes([UInt8])
    case word(Bytes32)
    case address(Address)

    var bytes: [UInt8] {
      switch self {
      case .bytes(let bytes): bytes
      case .word(let word): word.bytes
      case .address(let address): address.bytes
      }
    }
  }

  @Test("Taking in a message in any pieces equals taking it in at once")
  func pieces() {
    check("pieces", runs: 300) { generator -> [Piece] in
      (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: .word(word(&generator).bytes32)
        case 1:
          .address(Address(bytes: word(&generator).bytes32.bytes[12...]) ?? .zero)
        default: .bytes(bytes(&generator, upTo: 60))
        }
      }
    } property: { pieces -> Bool in
      var sponge = Keccak256()
      for piece in pieces {
        switch piece {
        case .bytes(let bytes): sponge.update(([1, 2, 3] + bytes)[3...])
        case .word(let word): sponge.update(word)
        case .address(let address): sponge.update(address)
        }
      }
      return sponge.finalize() == Keccak256.hash(pieces.flatMap(\.bytes))
    }
  }

  @Test("A word and an address are taken in right at every place of a block and over its end")
  func places() throws {
    let word = try Bytes32(hex: "0x" + String(repeating: "0123456789abcdef", count: 4))
    let address = try Address("0x0123456789abcdef0123456789abcdef01234567")
    for start in 0...136 {
      let before = (0..<start).map { UInt8($0) }
      var words = Keccak256()
      words.update(before)
      words.update(word)
      #expect(words.finalize() == Keccak256.hash(before + word.bytes), "word at \(start)")
      var addresses = Keccak256()
      addresses.update(before)
      addresses.update(address)
      #expect(addresses.finalize() == Keccak256.hash(before + address.bytes), "address at \(start)")
    }
  }

  @Test("A hash can be taken on the way, and the sponge goes on")
  func goingOn() {
    var sponge = Keccak256()
    sponge.update(Array("abc".utf8))
    #expect(sponge.finalize() == Keccak256.hash(utf8: "abc"))
    #expect(sponge.finalize() == Keccak256.hash(utf8: "abc"))
    sponge.update(Array("def".utf8))
    #expect(sponge.finalize() == Keccak256.hash(utf8: "abcdef"))
  }

  @Test("Hashes of one word and of two are hashes of their bytes")
  func words() {
    let (left, right) = (Keccak256.hash(utf8: "left"), Keccak256.hash(utf8: "right"))
    #expect(Keccak256.hash(left) == Keccak256.hash(left.bytes))
    #expect(Keccak256.hash(left, right) == Keccak256.hash(left.bytes + right.bytes))
    #expect(Keccak256.hash(left, right) != Keccak256.hash(right, left))
  }
}
