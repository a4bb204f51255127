import EthereumPrimitives

/// Typed data of any structures: the hashes are those of the EIP's text, followed word by word, and
/// what is refused is refused with a reason.
@Sendable func typedData(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  var structures: [String: [TypedDataMember]] = [:]
  for _ in 0..<(1 + choices.number(4)) {
    let members = (0..<choices.number(5)).map { _ in
      TypedDataMember(choices.pick(memberTypes), choices.pick(memberNames))
    }
    structures[choices.pick(structureNames)] = members
  }
  let types: TypedDataTypes
  switch outcome({ () throws(TypedDataError) in try TypedDataTypes(structures) }) {
  case .failure(let error): return try requireReadable(error)
  case .success(let value): types = value
  }
  for name in structures.keys {
    let clear = clearType(name, structures)
    try require(try types.encodeType(name) == clear, "another type than \(clear)")
  }
  guard let name = structures.keys.min() else { return }
  let values = structureValues(name, structures, &choices, depth: 0)
  switch outcome({ () throws(TypedDataError) in try types.hashStruct(values, as: name) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let hash):
    let clear = try clearHash(values, name, structures)
    try require(hash == clear, "\(hash), and by the EIP's text \(clear)")
  }
}

private let structureNames = ["A", "Bb", "C", "Mail", "uint8", "A b", ""]
private let memberNames = ["a", "b", "to", "c", "é", "d,e", "x"]
private let memberTypes = [
  "uint256", "uint8", "int16", "address", "bool", "bytes32", "bytes4", "bytes", "string", "A", "Bb",
  "C", "Mail", "A[]", "uint8[2]", "string[]", "Bb[1]", "uint8[2][]", "int", "function", "C[",
]

private typealias Structures = [String: [TypedDataMember]]

// MARK: Values

private func structureValues(
  _ name: String, _ structures: Structures, _ choices: inout Choices, depth: Int
) -> [String: TypedDataValue] {
  var values: [String: TypedDataValue] = [:]
  for member in structures[name] ?? [] where choices.number(16) != 1 {
    values[member.name] = value(member.type, structures, &choices, depth: depth + 1)
  }
  if choices.number(16) == 1 { values["other"] = .null }
  return values
}

private func value(
  _ type: String, _ structures: Structures, _ choices: inout Choices, depth: Int
) -> TypedDataValue {
  guard choices.number(32) != 1, depth < 8 else { return .null }
  if type.hasSuffix("]"), let start = type.lastIndex(of: "[") {
    let digits = type[type.index(after: start)...].dropLast()
    let count = Int(digits) ?? choices.number(3)
    let element = String(type[..<start])
    return .array((0..<count).map { _ in value(element, structures, &choices, depth: depth + 1) })
  }
  if structures[type] != nil {
    return .structure(structureValues(type, structures, &choices, depth: depth))
  }
  switch type {
  case "uint256": return .plain(.uint(choices.uint256()))
  case "uint8": return .plain(.uint(UInt256(UInt64(choices.byte()) * 2 % 300)))
  case "int16": return .plain(.int(choices.flag() ? .max : UInt256(UInt64(choices.byte()))))
  case "address": return .plain(.address(choices.account()))
  case "bool": return .plain(.bool(choices.flag()))
  case "bytes32": return .plain(.fixedBytes(choices.take(32)))
  case "bytes4": return .plain(.fixedBytes(choices.take(4)))
  case "bytes": return .plain(.bytes(choices.take(choices.number(40))))
  default: return .plain(.string(String(decoding: choices.take(choices.number(40)), as: UTF8.self)))
  }
}

// MARK: By the EIP's text

/// `name(type name,…)` and then every structure that it reaches, by name.
private func clearType(_ name: String, _ structures: Structures) -> String {
  func base(_ type: String) -> String { String(type.prefix { $0 != "[" }) }
  func reached(_ found: Set<String>) -> Set<String> {
    let next = found.flatMap { structures[$0] ?? [] }.map { base($0.type) }
      .filter { structures[$0] != nil }
    let all = found.union(next)
    return all == found ? found : reached(all)
  }
  func text(_ name: String) -> String {
    let members = (structures[name] ?? []).map { $0.type + " " + $0.name }
    return "\(name)(\(members.joined(separator: ",")))"
  }
  let others = reached([name]).subtracting([name]).sorted()
  return text(name) + others.map(text).joined()
}

private func clearHash(
  _ values: [String: TypedDataValue], _ name: String, _ structures: Structures
) throws -> Bytes32 {
  var bytes = Keccak256.hash(utf8: clearType(name, structures)).bytes
  for member in structures[name] ?? [] {
    bytes += try clearWord(values[member.name] ?? .null, member.type, structures)
  }
  return Keccak256.hash(bytes)
}

private func clearWord(
  _ value: TypedDataValue, _ type: String, _ structures: Structures
) throws -> [UInt8] {
  switch value {
  case .null: return [UInt8](repeating: 0, count: 32)
  case .array(let elements):
    let element = String(type[..<(type.lastIndex(of: "[") ?? type.endIndex)])
    return Keccak256.hash(
      try elements.flatMap { try clearWord($0, element, structures) }
    ).bytes
  case .structure(let values): return try clearHash(values, type, structures).bytes
  case .plain(.bytes(let content)): return Keccak256.hash(content).bytes
  case .plain(.string(let text)): return Keccak256.hash(Array(text.utf8)).bytes
  case .plain(.uint(let number)), .plain(.int(let number)): return number.bytes32.bytes
  case .plain(.bool(let flag)): return UInt256(flag ? 1 : 0).bytes32.bytes
  case .plain(.address(let account)):
    return [UInt8](repeating: 0, count: 12) + account.bytes
  case .plain(.fixedBytes(let content)):
    return content + [UInt8](repeating: 0, count: 32 - content.count)
  case .plain: throw BrokenProperty(description: "a value of no member type is hashed")
  }
}
