/// A value of typed data (EIP-712).
public indirect enum TypedDataValue: Sendable, Hashable {
  /// A value of an atomic type, `bytes` or `string`.
  case plain(ABIValue)
  /// Both kinds of array.
  case array([TypedDataValue])
  /// Values by the names of their members.
  case structure([String: TypedDataValue])
  /// A structure that is not there, where recursive structures end.
  case null

  /// What kind of value it is, for a message.
  var kindName: String {
    switch self {
    case .plain(let value): value.kindName
    case .array(let elements): "an array of \(elements.count)"
    case .structure: "a structure"
    case .null: "null"
    }
  }
}

extension ABIValue {
  /// What kind of value it is, for a message.
  fileprivate var kindName: String {
    switch self {
    case .uint(let number): "the number \(number)"
    case .int(let number):
      number.leadingZeroBitCount == 0
        ? "the number -\(UInt256.zero &- number)" : "the number \(number)"
    case .address(let address): "the address \(address)"
    case .bool(let flag): "the boolean \(flag)"
    case .fixedBytes(let bytes), .bytes(let bytes): bytes.count.counted("byte")
    case .string(let text): "the string \"\(text.prefix(40))\""
    case .array(let elements): "an ABI array of \(elements.count)"
    case .tuple: "an ABI tuple"
    }
  }
}

/// What is wrong with typed data, and where.
public struct TypedDataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order in which they are looked for: first in the types, then in the values.
  public enum Kind: String, Sendable, CaseIterable {
    /// There are more structures or members than the limits.
    case tooManyTypes
    /// A name that would make two types look the same.
    case malformedName
    /// A structure with the name of a type of Solidity.
    case reservedName
    /// A member that stands twice in one structure.
    case repeatedMember
    /// A type that is neither a value type nor one of the structures.
    case unknownType
    /// A message that is a domain: wallets do not agree on its digest.
    case domainAsMessage
    /// Values are nested deeper than the limit.
    case tooDeep
    /// A structure lacks one of its members.
    case missingMember
    /// A value whose name is no member: it would not be signed.
    case unknownMember
    /// A value of another kind than its type.
    case wrongKind
    /// A number that does not fit into its type.
    case outOfRange
    /// `bytesN` has another number of bytes.
    case wrongLength
    /// An array of fixed length has another number of elements.
    case wrongCount
  }

  public let kind: Kind
  /// Names from the outside in, such as `message.to.wallets[2]` or `types.Mail.from`.
  public let path: String
  public let found: String
  public let expected: String

  init(_ kind: Kind, at path: [String], found: String, expected: String) {
    self.kind = kind
    self.path = path.dropFirst().reduce(path.first ?? "") { text, step in
      step.hasPrefix("[") ? text + step : text + "." + step
    }
    self.found = found
    self.expected = expected
  }

  public var description: String { "\(path): found \(found), expected \(expected)" }

  static func malformedName(_ name: String, at path: [String]) -> TypedDataError {
    TypedDataError(
      .malformedName, at: path, found: "the name '\(name.prefix(80))'",
      expected: "printable ASCII without space, comma, parentheses and brackets")
  }

  static func unknownStructure(_ name: String, at path: [String]) -> TypedDataError {
    TypedDataError(
      .unknownType, at: path, found: "no structure called '\(name.prefix(80))'",
      expected: "the name of one of the structures")
  }
}
