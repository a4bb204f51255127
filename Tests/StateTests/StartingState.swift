import CanonicalJSON
import EVM
import EthereumPrimitives

// Where transactions begin, as state tests write it. Source: https://ethereum-tests.readthedocs.io,
// "General State Tests", `env` and `pre`.

/// A member that is missing, or not what it has to be.
struct Malformed: Error, CustomStringConvertible {
  let what: String

  var description: String { "found no \(what) as state tests have it" }
}

extension World {
  /// From accounts by their address.
  convenience init(_ accounts: JSON) throws {
    self.init()
    for account in accounts.members ?? [] {
      let address = try Address(account.key)
      set(
        address,
        Record(
          nonce: try UInt256(padded: account.value.text("nonce")).asUInt64 ?? 0,
          balance: try UInt256(padded: account.value.text("balance")),
          code: try Hex.decode(account.value.text("code"))))
      for slot in try account.value.member("storage").members ?? [] {
        setStorage(
          of: address, at: try UInt256(padded: slot.key),
          to: try UInt256(padded: slot.value.text ?? ""))
      }
    }
  }
}

extension BlockContext {
  init(_ environment: JSON) throws {
    self.init()
    func number(_ name: String) throws -> UInt256 {
      try UInt256(padded: environment.text(name))
    }
    self.number = try number("currentNumber").asUInt64 ?? 0
    timestamp = try number("currentTimestamp").asUInt64 ?? 0
    gasLimit = try number("currentGasLimit").asUInt64 ?? .max
    baseFee = try number("currentBaseFee")
    excessBlobGas = try number("currentExcessBlobGas").asUInt64 ?? 0
    prevRandao = try number("currentRandom").bytes32
    coinbase = try Address(environment.text("currentCoinbase"))
    // The tests' blocks before have the hash of their number, written in decimal.
    for before in self.number - min(self.number, 256)..<self.number {
      hashes[before] = Keccak256.hash(utf8: "\(before)")
    }
  }
}

extension UInt256 {
  /// From `0x` and digits, zeros before them or not.
  fileprivate init(padded text: String) throws {
    let digits = text.dropFirst(2).drop { $0 == "0" }
    try self.init(hex: "0x" + (digits.isEmpty ? "0" : digits))
  }
}

extension JSON {
  func member(_ name: String) throws -> JSON {
    guard let member = self[name] else { throw Malformed(what: name) }
    return member
  }

  func text(_ name: String) throws -> String {
    guard let text = try member(name).text else { throw Malformed(what: name) }
    return text
  }

  func elements(_ name: String) throws -> [JSON] {
    guard let elements = try member(name).elements else { throw Malformed(what: name) }
    return elements
  }
}
