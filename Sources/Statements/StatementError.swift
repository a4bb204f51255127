import EthereumPrimitives

/// Why a statement does not count, with the values that were compared.
public struct StatementError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order in which they are looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// A member is missing, is none of the statement's, or has a value that it cannot have.
    case malformedStatement
    /// It is about another plan, or about a program that does not read it.
    case foreignStatement
    /// No signature, or bytes that are none.
    case malformedSignature
    /// It was signed by somebody who may not.
    case wrongSigner
    /// The same statement again.
    case repeatedStatement
    /// A second decision about the same, and it cannot be told which one counts.
    case contradictingStatement
  }

  public let kind: Kind
  /// The member that is wrong; nil where it is the whole.
  public let member: String?
  public let found: String
  public let expected: String
  public let advice: String

  init(
    _ kind: Kind, _ member: String? = nil, found: String, expected: String, advice: String = ""
  ) {
    self.kind = kind
    self.member = member
    self.found = found.shortened
    self.expected = expected
    self.advice = advice
  }

  public var description: String {
    let name = member.map { "\($0): " } ?? ""
    return "\(name)found \(found), expected \(expected)." + (advice.isEmpty ? "" : " \(advice)")
  }
}
