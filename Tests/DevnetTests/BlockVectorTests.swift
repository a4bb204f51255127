import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing
import TestKit
import Testing

@testable import Devnet

@Suite("A local chain: roots, hashes and signatures, as Python has them")
struct BlockVectorTests {
  /// A chain that starts as the vectors' does.
  private static func chain(_ vectors: JSON) throws -> TestChain {
    let accounts = try vectors.elementsMember("accounts").map { try $0.address() }
    return TestChain { $0.funded = accounts.map { ($0, UInt256(10) &* ether) } }
  }

  @Test("Blocks with types 0, 1, 2 and 4: header, state root, receipts, bloom and hash")
  func blocks() throws {
    let vectors = try vectors("blocks.json")
    let test = try Self.chain(vectors)
    test.chain.isAutomining = false
    let expected = try vectors.elementsMember("blocks")
    #expect(expected.count == 8)
    for (number, vector) in expected.enumerated() {
      if number > 0 {
        for raw in try vector.elementsMember("raws") {
          try test.call("eth_sendRawTransaction", raw)
        }
        test.chain.mine()
      }
      let name = JSON.quantity(number)
      let block = try test.call("eth_getBlockByNumber", name, .bool(false))
      for member in ["stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "hash"] {
        #expect(block[member] == vector[member], "block \(number): \(member)")
      }
      #expect(try test.call("debug_getRawHeader", name) == vector["header"])
      guard let whole = vector["block"] else { continue }
      #expect(try test.call("debug_getRawBlock", name) == whole)
      #expect(block["size"] == .quantity((whole.text ?? "").utf8.count / 2 - 1))
      #expect(try test.call("debug_getRawReceipts", name) == vector["receipts"])
      for raw in try vector.elementsMember("raws") {
        let hash = JSON.word(Keccak256.hash(try raw.bytes()))
        #expect(try test.call("debug_getRawTransaction", hash) == raw)
        #expect(try test.call("eth_getRawTransactionByHash", hash) == raw)
      }
    }
    try proofs(vectors, test)
  }

  /// Of the state after the last block; Python builds the trie anew from its accounts.
  private func proofs(_ vectors: JSON, _ test: TestChain) throws {
    for vector in try vectors.elementsMember("proofs") {
      let proof = try test.call(
        "eth_getProof", vector.member("address"), .array([.string("0x0"), .string("0x1")]),
        .string("latest"))
      for member in ["accountProof", "storageHash", "codeHash", "storageProof"] {
        #expect(proof[member] == vector[member], "\(member) of \(vector)")
      }
    }
  }

  @Test("Messages, typed data and transactions are signed as eth_account signs them")
  func signatures() throws {
    let vectors = try vectors("signing.json")
    let keys = try vectors.elementsMember("keys").compactMap { PrivateKey(try $0.word()) }
    var settings = Chain.Settings(clock: { TestChain.time })
    settings.funded = keys.map { ($0.account, ether) }
    let rpc = RPC(chain: Chain(settings), keys: keys)
    func call(_ method: String, _ parameters: JSON...) throws -> JSON {
      try rpc.call(method, .array(parameters))
    }
    for vector in try vectors.elementsMember("messages") {
      let (account, message) = (try vector.member("account"), try vector.member("message"))
      #expect(try call("personal_sign", message, account) == vector["signature"])
      #expect(try call("eth_sign", account, message) == vector["signature"])
    }
    let typed = try vectors.elementsMember("typed")
    for vector in typed {
      let (account, data) = (try vector.member("account"), try vector.member("data"))
      #expect(try call("eth_signTypedData_v4", account, data) == vector["signature"])
      // Clients send it as a text too.
      let text = JSON.string(String(decoding: data.canonicalBytes(), as: UTF8.self))
      #expect(try call("eth_signTypedData_v4", account, text) == vector["signature"])
    }
    // Published in EIP-712's test/Example.js.
    #expect(
      typed[0]["signature"]?.text
        == "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c")
    for vector in try vectors.elementsMember("transactions") {
      let answer = try call("eth_signTransaction", vector.member("asked"))
      #expect(answer["raw"] == vector["raw"])
      #expect(answer["tx"]?["hash"] == vector["hash"])
    }
  }
}
