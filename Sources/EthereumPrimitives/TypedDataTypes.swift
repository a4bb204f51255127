/// A member of a structure, such as `address wallet`.
public struct TypedDataMember: Sendable, Hashable {
  public let type: String
  public let name: String

  /// In the order in which EIP-712 writes them: the type, then the name.
  public init(_ type: String, _ name: String) {
    self.type = type
    self.name = name
  }
}

/// The structures that typed data is made of: every type known, every name unambiguous.
///
/// Source: EIP-712, "Definition of encodeType", https://eips.ethereum.org/EIPS/eip-712
public struct TypedDataTypes: Sendable, Hashable {
  public static let maximumStructures = 256
  /// Of all structures together.
  public static let maximumMembers = 4096

  struct Member: Sendable, Hashable {
    let name: String
    let type: TypedDataType
  }

  private let structures: [String: [Member]]

  /// Checks names and types; structures may refer to each other and to themselves.
  ///
  /// A name is printable ASCII without space, comma, parentheses and brackets, so that no two
  /// lists of members have the same `encodeType`. Structures cannot be called like a type of
  /// Solidity, and `uint` and `int` are no types: the EIP has no aliases.
  public init(_ structures: [String: [TypedDataMember]]) throws(TypedDataError) {
    let memberCount = structures.values.reduce(0) { $0 + $1.count }
    guard structures.count <= Self.maximumStructures, memberCount <= Self.maximumMembers else {
      throw TypedDataError(
        .tooManyTypes, at: ["types"],
        found: "\(structures.count) structures with \(memberCount) members",
        expected: "at most \(Self.maximumStructures) with \(Self.maximumMembers)")
    }
    let names = structures.keys.sorted()
    for name in names { try Self.checkStructureName(name) }
    var parsed: [String: [Member]] = [:]
    for name in names {
      parsed[name] = try Self.parse(structures[name] ?? [], of: name, known: structures)
    }
    self.structures = parsed
  }

  private static func parse(
    _ members: [TypedDataMember], of structure: String, known: [String: [TypedDataMember]]
  ) throws(TypedDataError) -> [Member] {
    var seen: Set<String> = []
    var parsed: [Member] = []
    for member in members {
      guard isName(member.name) else {
        throw .malformedName(member.name, at: ["types", structure])
      }
      let path = ["types", structure, member.name]
      guard seen.insert(member.name).inserted else {
        throw TypedDataError(
          .repeatedMember, at: path, found: "the member \(member.name) again",
          expected: "each member once")
      }
      guard let type = TypedDataType(parsing: member.type, structures: known.keys) else {
        throw TypedDataError(
          .unknownType, at: path, found: "the type '\(member.type.prefix(80))'",
          expected: "a structure of these types, or a type such as uint256, bytes32 or string[]")
      }
      parsed.append(Member(name: member.name, type: type))
    }
    return parsed
  }

  private static func checkStructureName(_ name: String) throws(TypedDataError) {
    guard isName(name) else { throw .malformedName(name, at: ["types"]) }
    guard (try? ABIType(parsing: name)) == nil else {
      throw TypedDataError(
        .reservedName, at: ["types", name], found: "a structure called \(name)",
        expected: "a name that is no type of Solidity")
    }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !",()[]".utf8.contains($0) }
  }

  /// The members of a structure; nil where there is none of this name.
  ///
  /// Names are ASCII, and the one asked for must be too: Swift holds strings equal that differ in
  /// their Unicode normal form, and the Kelvin sign equal to K.
  func members(of name: String) -> [Member]? {
    name.utf8.allSatisfy { $0 < 0x80 } ? structures[name] : nil
  }
}

// MARK: encodeType

extension TypedDataTypes {
  /// `name ‖ "(" ‖ type₁ ‖ " " ‖ name₁ ‖ "," ‖ … ‖ ")"`, and the same of every structure that it
  /// refers to, directly or through others, sorted by name.
  public func encodeType(_ name: String) throws(TypedDataError) -> String {
    guard members(of: name) != nil else { throw .unknownStructure(name, at: ["types"]) }
    var reached: Set<String> = [name]
    var waiting = [name]
    while let next = waiting.popLast() {
      for member in structures[next] ?? [] {
        guard case .structure(let other) = member.type.base else { continue }
        if reached.insert(other).inserted { waiting.append(other) }
      }
    }
    reached.remove(name)
    return ([name] + reached.sorted()).map(signature).joined()
  }

  /// keccak256(encodeType(name)).
  public func typeHash(_ name: String) throws(TypedDataError) -> Bytes32 {
    Keccak256.hash(utf8: try encodeType(name))
  }

  private func signature(of name: String) -> String {
    let members = (structures[name] ?? []).map { "\($0.type.name) \($0.name)" }
    return "\(name)(\(members.joined(separator: ",")))"
  }
}

/// The type of a member: a structure or a value type, and around it any number of arrays.
struct TypedDataType: Sendable, Hashable {
  enum Base: Sendable, Hashable {
    /// An atomic type, `bytes` or `string`.
    case value(ABIType)
    case structure(String)
  }

  let base: Base
  /// Lengths of the arrays, the innermost first; nil for any length.
  let arrays: [Int?]

  /// nil where the text is no type, or a structure that there is not.
  init?(parsing text: String, structures: Dictionary<String, [TypedDataMember]>.Keys) {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let baseName = String(text.prefix { $0 != "[" })
    if structures.contains(baseName) {
      base = .structure(baseName)
    } else {
      guard let type = Self.valueType(baseName) else { return nil }
      base = .value(type)
    }
    guard let arrays = Self.arrays(text.dropFirst(baseName.count)) else { return nil }
    self.arrays = arrays
  }

  private init(base: Base, arrays: [Int?]) {
    self.base = base
    self.arrays = arrays
  }

  /// The type of the elements of an array.
  var element: TypedDataType { TypedDataType(base: base, arrays: arrays.dropLast()) }

  var name: String {
    let baseName =
      switch base {
      case .value(let type): type.canonicalName
      case .structure(let name): name
      }
    return arrays.reduce(baseName) { $0 + "[" + ($1.map(String.init) ?? "") + "]" }
  }

  private static func valueType(_ name: String) -> ABIType? {
    guard let type = try? ABIType(parsing: name), type.canonicalName == name else { return nil }
    switch type {
    case .uint, .int, .address, .bool, .fixedBytes, .bytes, .string: return type
    case .function, .array, .fixedArray, .tuple: return nil
    }
  }

  /// Reads `[]` and `[2]`, any number of them.
  private static func arrays(_ text: Substring) -> [Int?]? {
    var arrays: [Int?] = []
    var rest = text
    while !rest.isEmpty {
      guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
      let digits = rest[..<end].dropFirst()
      if digits.isEmpty {
        arrays.append(nil)
      } else {
        guard let count = Int(digits), count >= 0, String(count) == digits else { return nil }
        arrays.append(count)
      }
      rest = rest[end...].dropFirst()
    }
    return arrays
  }
}
