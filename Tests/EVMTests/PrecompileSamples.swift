import BigInt
import CanonicalJSON
import EVM
import EthereumPrimitives
import TestKit

extension Precompile {
  func run(
    _ input: [UInt8], gas: UInt64 = 100_000_000, _ fork: Fork = .prague
  ) -> PrecompileOutcome {
    input.withUnsafeBytes { run($0, gas: gas, fork) }
  }

  /// What the contract returns; nil where it fails.
  func output(_ input: [UInt8]) -> [UInt8]? {
    guard case .success(_, let output) = run(input) else { return nil }
    return output
  }
}

/// One sample of the files in `Vectors`.
struct PrecompileVector {
  let name: String
  let contract: Precompile
  let fork: Fork
  let input: [UInt8]
  /// Of a failure that is not for want of gas: enough of it.
  let gas: UInt64
  /// nil where the contract fails.
  let output: [UInt8]?

  init(_ json: JSON) throws {
    name = try json.textMember("name")
    guard let number = try json.member("contract").wholeNumber.flatMap(UInt16.init(exactly:)),
      let contract = Precompile(rawValue: number), let gas = UInt64(try json.textMember("gas"))
    else { throw MissingMember(name: "contract or gas") }
    self.contract = contract
    fork = try Fork(named: json["fork"]?.text ?? Fork.prague.name)
    self.gas = gas
    input = try Hex.decode(json.textMember("input"))
    output = try json["output"]?.text.map { try Hex.decode($0) }
  }

  static func all() throws -> [PrecompileVector] {
    try ["precompiles.json", "bls12_381.json", "osaka.json"].flatMap { file in
      try vectors(file).elementsMember("vectors").map(PrecompileVector.init)
    }
  }
}

/// The last 32 bytes of a number, big-endian.
func word(_ number: BigUInt) -> [UInt8] {
  let bytes = [UInt8](number.serialize()).suffix(32)
  return [UInt8](repeating: 0, count: 32 - bytes.count) + bytes
}

func word(_ number: Int) -> [UInt8] { word(BigUInt(number)) }

extension Generator {
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A number below 2²⁵⁶; small ones and high ones are frequent.
  mutating func number() -> BigUInt {
    switch next() % 4 {
    case 0: BigUInt(next() % 20)
    case 1: (BigUInt(1) << 256) - 1 - BigUInt(next() % 20)
    default: bytes(32).reduce(0) { $0 << 8 | BigUInt($1) }
    }
  }
}
