import BigInt
import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

// MARK: Vectors

extension JSON {
  /// A number as it is written.
  var literal: String? {
    if case .number(let literal) = self { literal } else { nil }
  }

  func bytesMember(_ name: String) throws -> [UInt8] { try Hex.decode(try textMember(name)) }
}

// MARK: Numbers

/// The peer's number, by way of bytes.
func big(_ number: UInt256) -> BigUInt { BigUInt(Data(number.bytes32.bytes)) }

func big(_ number: UInt512) -> BigUInt { big(number.high) << 256 + big(number.low) }

let two256 = BigUInt(1) << 256
let two512 = BigUInt(1) << 512

/// 2 to a power below 256, from its byte: independent of shifts.
func power(_ exponent: Int) throws -> UInt256 {
  var bytes = [UInt8](repeating: 0, count: 32)
  bytes[31 - exponent / 8] = 1 << UInt8(exponent % 8)
  return try #require(UInt256(bigEndian: bytes[...]))
}

/// A limb at the edges, where carries start and estimates are wrong, as often as any other.
func limb(_ generator: inout Generator) -> UInt64 {
  switch UInt8.random(in: 0..<12, using: &generator) {
  case 0, 1: 0
  case 2: 1
  case 3: .max
  case 4: .max - 1
  case 5: 1 << 63
  case 6: 1 << 63 - 1
  case 7: 1 << 63 + 1
  default: generator.next()
  }
}

/// A word of up to four limbs.
func word(_ generator: inout Generator) -> UInt256 {
  let count = Int.random(in: 0...4, using: &generator)
  let limbs = (0..<4).map { $0 < count ? limb(&generator) : 0 }
  return UInt256(limbs[0], limbs[1], limbs[2], limbs[3])
}

func doubleWord(_ generator: inout Generator) -> UInt512 {
  UInt512(high: word(&generator), low: word(&generator))
}

/// Any bytes, up to a number.
func bytes(_ generator: inout Generator, upTo count: Int) -> [UInt8] {
  (0..<Int.random(in: 0...count, using: &generator)).map { _ in
    UInt8.random(in: 0...255, using: &generator)
  }
}

/// Text whose characters take one to four bytes, a quote and a control character among them.
func text(_ generator: inout Generator, upTo count: Int) -> String {
  let alphabet: [Character] = ["a", "Z", "0", " ", "\"", "\\", "\n", "é", "狐", "🦊", "\u{301}"]
  return String(
    (0..<Int.random(in: 0...count, using: &generator)).map { _ in
      alphabet.randomElement(using: &generator) ?? "a"
    })
}

// MARK: ABI

/// Any type that the contract ABI knows, arrays and tuples up to a depth.
func abiType(_ generator: inout Generator, depth: Int = 3) -> ABIType {
  let number = Int.random(in: 1...32, using: &generator)
  switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &generator) {
  case 0: return .uint(bits: 8 * number)
  case 1: return .int(bits: 8 * number)
  case 2: return .address
  case 3: return .bool
  case 4: return .fixedBytes(number)
  case 5: return .bytes
  case 6: return .string
  case 7: return .function
  case 8: return .array(abiType(&generator, depth: depth - 1))
  case 9: return .fixedArray(abiType(&generator, depth: depth - 1), count: number % 4)
  default: return .tuple((0..<(number % 4)).map { _ in abiType(&generator, depth: depth - 1) })
  }
}

func abiTypes(_ generator: inout Generator) -> [ABIType] {
  (0..<Int.random(in: 0...4, using: &generator)).map { _ in abiType(&generator) }
}

/// A value that a type can hold.
func abiValue(_ type: ABIType, _ generator: inout Generator) -> ABIValue {
  func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
  switch type {
  case .uint(let bits): return .uint(word(&generator) >> (256 - bits))
  case .int(let bits):
    // An arithmetic shift: the sign is copied into the bits above.
    let number = word(&generator)
    let isNegative = number.leadingZeroBitCount == 0
    return .int(isNegative ? ~(~number >> (256 - bits)) : number >> (256 - bits))
  case .address: return .address(Address(bytes: bytes(20)[...]) ?? .zero)
  case .bool: return .bool(Bool.random(using: &generator))
  case .fixedBytes(let count): return .fixedBytes(bytes(count))
  case .function: return .fixedBytes(bytes(24))
  case .bytes: return .bytes(bytes(Int.random(in: 0...70, using: &generator)))
  case .string: return .string(text(&generator, upTo: 20))
  case .array(let element):
    let count = Int.random(in: 0...3, using: &generator)
    return .array((0..<count).map { _ in abiValue(element, &generator) })
  case .fixedArray(let element, let count):
    return .array((0..<count).map { _ in abiValue(element, &generator) })
  case .tuple(let members):
    return .tuple(members.map { abiValue($0, &generator) })
  }
}

/// Two's complement of a decimal text with a sign.
func signed(_ text: String) throws -> UInt256 {
  guard text.hasPrefix("-") else { return try UInt256(decimal: text) }
  return UInt256.zero &- (try UInt256(decimal: String(text.dropFirst())))
}

/// The value that vector files write for a type: numbers as decimal text, bytes as hex.
func abiValue(_ json: JSON, as type: ABIType) throws -> ABIValue {
  if case .bool(let flag) = json { return .bool(flag) }
  if let elements = json.elements {
    switch type {
    case .array(let element), .fixedArray(let element, _):
      return .array(try elements.map { try abiValue($0, as: element) })
    case .tuple(let members):
      try #require(members.count == elements.count)
      return .tuple(try zip(elements, members).map { try abiValue($0, as: $1) })
    default: throw MissingMember(name: type.canonicalName)
    }
  }
  guard let text = json.text ?? json.literal else {
    throw MissingMember(name: type.canonicalName)
  }
  switch type {
  case .uint: return .uint(try UInt256(decimal: text))
  case .int: return .int(try signed(text))
  case .address: return .address(try Address(text))
  case .bytes: return .bytes(try Hex.decode(text))
  case .fixedBytes, .function: return .fixedBytes(try Hex.decode(text))
  case .string: return .string(text)
  default: throw MissingMember(name: type.canonicalName)
  }
}

/// The error that an expression throws; an issue where it throws none.
func error<E: Error, Result>(
  _ type: E.Type, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) -> E? {
  #expect(throws: E.self, sourceLocation: sourceLocation) { _ = try body() }
}

/// Bytes from words of 64 hexadecimal digits, or any other digits; blanks are left out.
func hex(_ digits: String) throws -> [UInt8] {
  try Hex.decode("0x" + digits.filter { !$0.isWhitespace })
}
