import EthereumPrimitives
import TestKit
import Testing

@testable import EVM

@Suite("Merkle-Patricia tries")
struct TrieTests {
  private static func root(_ entries: [(String, String)]) -> Bytes32 {
    Trie.root(entries.map { (key: Array($0.0.utf8), value: Array($0.1.utf8)) })
  }

  @Test("Published roots: the tests `emptyValues`, `dogs` and `puppy` of Ethereum's trie tests")
  func published() throws {
    let dogs = [("doe", "reindeer"), ("dog", "puppy"), ("dogglesworth", "cat")]
    let puppy = [("do", "verb"), ("horse", "stallion"), ("doge", "coin"), ("dog", "puppy")]
    #expect(
      Self.root(dogs).hex == "0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3")
    #expect(
      Self.root(puppy).hex == "0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84")
    #expect(
      Trie.emptyRoot.hex == "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
    #expect(
      Self.root([("do", "verb"), ("dog", "puppy"), ("do", "")]) == Self.root([("dog", "puppy")]))
  }

  @Test(
    "Whatever was set and removed before, the root is that of what is there; a copy keeps its own")
  func changes() {
    check("tries", runs: 300) { generator in
      (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        (
          (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            UInt8.random(in: 0...2, using: &generator) &* 17
          },
          Bool.random(using: &generator)
            ? [UInt8](repeating: .random(in: 1...9, using: &generator), count: 33) : []
        )
      }
    } property: { (changes: [([UInt8], [UInt8])]) in
      var trie = Trie()
      var known: [[UInt8]: [UInt8]] = [:]
      var copies: [(Trie, Bytes32)] = []
      for (key, value) in changes {
        trie.set(key, value)
        known[key] = value.isEmpty ? nil : value
        let expected = Trie.root(known.map { (key: $0.key, value: $0.value) })
        guard trie.rootHash() == expected else { return false }
        copies.append((trie, expected))
      }
      return copies.allSatisfy { $0.rootHash() == $1 }
    }
  }
}
