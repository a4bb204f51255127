import EthereumPrimitives

/// The code of a contract, or code that creates one.
// Unsafe so that a step reads an opcode, and a PUSH its bytes, without a bounds check: 66 zero
// bytes stand after the code. The last PUSH takes the program counter 32 places beyond the end at
// most, where STOP ends the run.
final class Bytecode {
  let count: Int
  private let storage: UnsafeMutablePointer<UInt8>
  private var destinations: UnsafeMutablePointer<UInt8>?
  private var knownHash: Bytes32?

  private static let padding = 66

  init(_ bytes: [UInt8]) {
    count = bytes.count
    storage = .allocate(capacity: bytes.count + Self.padding)
    storage.initialize(repeating: 0, count: bytes.count + Self.padding)
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.update(from: base, count: bytes.count) }
    }
  }

  deinit {
    storage.deallocate()
    destinations?.deallocate()
  }

  /// The first byte; STOP stands after the last one.
  var start: UnsafePointer<UInt8> { UnsafePointer(storage) }

  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  var hash: Bytes32 {
    if let knownHash { return knownHash }
    let hash = Keccak256.hash(bytes)
    knownHash = hash
    return hash
  }

  /// One byte per place: 1 where a JUMPDEST stands that is not inside the data of a PUSH.
  var jumpDestinations: UnsafePointer<UInt8> {
    if let destinations { return UnsafePointer(destinations) }
    let map = UnsafeMutablePointer<UInt8>.allocate(capacity: count + 1)
    map.initialize(repeating: 0, count: count + 1)
    var place = 0
    while place < count {
      let opcode = start[place]
      if opcode == Opcode.jumpdest.rawValue { map[place] = 1 }
      if opcode >= Opcode.push1.rawValue, opcode <= Opcode.push32.rawValue {
        place += Int(opcode - Opcode.push0.rawValue)
      }
      place += 1
    }
    destinations = map
    return UnsafePointer(map)
  }

  /// The account whose code runs in place of this one's (EIP-7702): 0xef0100 and its address.
  var delegate: Address? {
    guard count == 23, start[0] == 0xEF, start[1] == 0x01, start[2] == 0x00 else { return nil }
    return Address(bytes: bytes[3...])
  }

  static func delegation(to address: Address) -> Bytecode {
    Bytecode([0xEF, 0x01, 0x00] + address.bytes)
  }
}
