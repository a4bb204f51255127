import BigInt
import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

/// Vectors of ethers.js: every hash, account, contract address, item and unit of its test cases.
///
/// Of `accounts` and `wallets` only addresses are looked at: keys need secp256k1, and wallets their
/// key derivation, neither of which this module has.
@Suite(
  "Conformance: ethers.js", .enabled(if: Cases.available("conformance/ethers"), absent))
struct EthersTests {
  private func cases(_ name: String) throws -> [JSON] {
    let json = try JSON.parse(try Cases.data("conformance/ethers/\(name).json.gz"))
    return try #require(json.elements)
  }

  @Test("Keccak-256 of 257 messages")
  func hashes() throws {
    let entries = try cases("hashes")
    #expect(entries.count == 257)
    for entry in entries {
      let hash = Keccak256.hash(try entry.bytesMember("data"))
      #expect(try hash.hex == entry.textMember("keccak256"))
    }
  }

  @Test("259 accounts: checksums, and the same number in base 36 (ICAP)")
  func accounts() throws {
    let entries = try cases("accounts")
    #expect(entries.count == 259)
    for entry in entries {
      let text = try entry.textMember("address")
      let address = try Address(text.lowercased())
      #expect(address.checksummed == text)
      #expect(try Address(text) == address)
      // "XE", two check digits, and the address as a number in base 36.
      let digits = try entry.textMember("icap").dropFirst(4)
      #expect(UInt256(address.bytes32).inBase36(digits: digits.count) == digits)
    }
  }

  @Test("Contracts of 16 senders by nonce")
  func create() throws {
    var count = 0
    for entry in try cases("create") {
      let sender = try Address(try entry.textMember("sender"))
      for contract in try entry.elementsMember("creates") {
        let nonce = UInt64(try #require(try contract.member("nonce").wholeNumber))
        let address = Address.create(sender: sender, nonce: nonce)
        #expect(try address.checksummed == contract.textMember("address"))
        count += 1
      }
    }
    #expect(count == 160)
  }

  @Test("Contracts of 16 senders by salt and code (CREATE2)")
  func create2() throws {
    var count = 0
    for entry in try cases("create2") {
      let sender = try Address(try entry.textMember("sender"))
      for contract in try entry.elementsMember("creates") {
        let hash = Keccak256.hash(try contract.bytesMember("initCode"))
        #expect(try hash.hex == contract.textMember("initCodeHash"))
        let address = Address.create2(
          sender: sender, salt: try Bytes32(hex: try contract.textMember("salt")),
          initCodeHash: hash)
        #expect(try address.checksummed == contract.textMember("address"))
        count += 1
      }
    }
    #expect(count == 128)
  }

  @Test("61 items of RLP, both ways")
  func rlp() throws {
    let entries = try cases("rlp")
    #expect(entries.count == 61)
    for entry in entries {
      let item = try item(try entry.member("decoded"))
      let encoded = try entry.bytesMember("encoded")
      #expect(RLP.encode(item) == encoded)
      #expect(try RLP.decode(encoded) == item)
    }
  }

  private func item(_ json: JSON) throws -> RLPItem {
    if let elements = json.elements { return .list(try elements.map(item)) }
    return .bytes(try Hex.decode(try #require(json.text)))
  }

  private static let units = [
    ("kwei", 3), ("mwei", 6), ("satoshi", 8), ("gwei", 9), ("szabo", 12), ("finney", 15),
    ("ether", 18),
  ]

  @Test("Amounts in every unit of 20 cases: divided by powers of ten, and multiplied back")
  func units() throws {
    let entries = try cases("units")
    #expect(entries.count == 20)
    var count = 0
    for entry in entries {
      // Signs are left out: the numbers have none.
      let wei = try UInt256(decimal: unsigned(try entry.textMember("wei")))
      for (unit, decimals) in Self.units {
        let scale = try #require(UInt256.powerOfTen(decimals))
        if let text = entry[unit]?.text.map(unsigned) {
          #expect(try baseUnits(text, decimals: decimals, scale: scale) == wei)
          count += 1
        }
        guard let format = entry["\(unit)_format"]?.text.map(unsigned) else { continue }
        let (whole, rest) = try #require(wei.quotientAndRemainder(dividingBy: scale))
        let digits = String(repeating: "0", count: decimals - rest.decimal.count) + rest.decimal
        let fraction = digits.reversed().drop { $0 == "0" }.reversed()
        #expect("\(whole)." + (fraction.isEmpty ? "0" : String(fraction)) == format)
        count += 1
      }
    }
    #expect(count == 56)
  }

  private func unsigned(_ text: String) -> String { text.replacing("-", with: "") }

  private func baseUnits(_ text: String, decimals: Int, scale: UInt256) throws -> UInt256 {
    func number(_ digits: some StringProtocol) throws -> UInt256 {
      let significant = digits.drop { $0 == "0" }
      return significant.isEmpty ? .zero : try UInt256(decimal: String(significant))
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    let padded = fraction + String(repeating: "0", count: decimals - fraction.count)
    let whole = try #require(try number(parts[0]).multiplied(by: scale))
    return try #require(whole.adding(try number(padded)))
  }

  @Test("The addresses of 9 wallets, with checksum and without")
  func wallets() throws {
    let entries = try cases("wallets")
    #expect(entries.count == 9)
    for entry in entries {
      let text = try entry.textMember("address")
      let address = try Address(text)
      #expect(address.checksummed == text)
      let content = try JSON.parse(Array(try entry.textMember("content").utf8))
      if let digits = content["ethaddr"]?.text ?? content["address"]?.text {
        #expect(address.hex == "0x" + digits)
      }
    }
  }
}

extension UInt256 {
  /// Digits and capitals, padded with zeros.
  fileprivate func inBase36(digits count: Int) -> String {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var (number, digits) = (self, [Character]())
    while let division = number.quotientAndRemainder(dividingBy: 36), !number.isZero {
      digits.append(alphabet[division.remainder.asInt ?? 0])
      number = division.quotient
    }
    return String(repeating: "0", count: count - digits.count) + String(digits.reversed())
  }
}

/// Vectors of ethereum/tests that concern this module.
///
/// Left out: `TrieTests` and `BasicTests/hexencodetest` (tries), `KeyStoreTests` and
/// `BasicTests/crypto` (AES, ECIES), and the signatures of `keyaddrtest` and `txtest` (secp256k1).
@Suite(
  "Conformance: ethereum/tests",
  .enabled(if: Cases.available("conformance/ethereum-tests"), absent))
struct EthereumTestsTests {
  private func file(_ name: String) throws -> JSON {
    try JSON.parse(try Cases.data("conformance/ethereum-tests/\(name).json"))
  }

  @Test("ABITests: values, both ways")
  func abi() throws {
    let entries = try #require(try file("ABITests/basic_abi_tests").members)
    #expect(entries.count == 3)
    for entry in entries {
      let types = try entry.value.elementsMember("types").map {
        try ABIType(parsing: try #require($0.text))
      }
      let values = try zip(try entry.value.elementsMember("args"), types).map {
        json, type -> ABIValue in
        // Bytes are written as text here.
        switch type {
        case .bytes: return .bytes(Array((json.text ?? "").utf8))
        case .fixedBytes: return .fixedBytes(Array((json.text ?? "").utf8))
        default: return try abiValue(json, as: type)
        }
      }
      let bytes = try hex(try entry.value.textMember("result"))
      #expect(try ABI.encode(values, as: types) == bytes, "\(entry.key)")
      #expect(try ABI.decode(bytes, as: types) == values, "\(entry.key)")
    }
  }

  @Test("RLPTests: items, both ways")
  func rlp() throws {
    let entries = try #require(try file("RLPTests/rlptest").members)
    #expect(entries.count == 28)
    for entry in entries {
      let item = try item(try entry.value.member("in"))
      let encoded = try entry.value.bytesMember("out")
      #expect(RLP.encode(item) == encoded, "\(entry.key)")
      #expect(try RLP.decode(encoded) == item, "\(entry.key)")
    }
  }

  /// Text is its bytes, `#` and digits a number of any size.
  private func item(_ json: JSON) throws -> RLPItem {
    if let elements = json.elements { return .list(try elements.map(item)) }
    if let literal = json.literal { return .number(try UInt256(decimal: literal)) }
    let text = try #require(json.text)
    guard text.hasPrefix("#") else { return .bytes(Array(text.utf8)) }
    return .bytes([UInt8](try #require(BigUInt(text.dropFirst())).serialize()))
  }

  @Test("RLPTests: what is invalid is refused")
  func invalidRLP() throws {
    let entries = try #require(try file("RLPTests/invalidRLPTest").members)
    #expect(entries.count == 26)
    for entry in entries {
      #expect(try entry.value.textMember("in") == "INVALID")
      let text = try entry.value.textMember("out")
      let bytes = try Hex.decode(text.hasPrefix("0x") ? text : "0x" + text)
      #expect(throws: RLPError.self, "\(entry.key)") { try RLP.decode(bytes) }
    }
  }

  @Test("RLPTests: the random example is valid")
  func randomRLP() throws {
    for entry in try #require(try file("RLPTests/RandomRLPTests/example").members) {
      #expect(try entry.value.textMember("in") == "VALID")
      let bytes = try entry.value.bytesMember("out")
      #expect(RLP.encode(try RLP.decode(bytes)) == bytes)
    }
  }

  @Test("BasicTests: keys are the Keccak-256 of their seeds")
  func keys() throws {
    let entries = try #require(try file("BasicTests/keyaddrtest").elements)
    #expect(entries.count == 2)
    for entry in entries {
      let hash = Keccak256.hash(utf8: try entry.textMember("seed"))
      #expect(try hash.hex == "0x" + entry.textMember("key"))
    }
  }

  @Test("BasicTests: transactions before and after signing, as RLP")
  func transactions() throws {
    let entries = try #require(try file("BasicTests/txtest").elements)
    #expect(entries.count == 2)
    for entry in entries {
      let numbers = try ["nonce", "gasprice", "startgas", "value"].map { name in
        RLPItem.number(try UInt256(decimal: try #require(try entry.member(name).literal)))
      }
      let (to, data) = try (
        RLPItem.bytes(hex(entry.textMember("to"))), RLPItem.bytes(hex(entry.textMember("data")))
      )
      let fields = [numbers[0], numbers[1], numbers[2], to, numbers[3], data]
      let unsigned = RLPItem.list(fields + [.bytes([]), .bytes([]), .bytes([])])
      #expect(try RLP.encode(unsigned) == hex(entry.textMember("unsigned")))
      let signed = try hex(try entry.textMember("signed"))
      guard case .list(let items) = try RLP.decode(signed) else {
        Issue.record("a transaction is a list")
        continue
      }
      #expect(items.count == 9 && Array(items.prefix(6)) == fields)
      #expect(RLP.encode(.list(items)) == signed)
    }
  }
}
