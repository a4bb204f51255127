/// Typed structured data, which wallets show member by member before they sign it.
///
///     let gift = try TypedData(
///       domain: TypedDataDomain(name: "Token", chainId: 1, verifyingContract: token),
///       types: ["Gift": [TypedDataMember("address", "to"), TypedDataMember("uint256", "value")]],
///       primaryType: "Gift", message: ["to": .plain(.address(to)), "value": .plain(.uint(5))])
///     let signed = try gift.digest()
///
/// Source: EIP-712, https://eips.ethereum.org/EIPS/eip-712
public struct TypedData: Sendable, Hashable {
  /// How deep structures and arrays may be nested in a message.
  public static let maximumDepth = 64

  public let types: TypedDataTypes
  /// The structure that `message` is of.
  public let primaryType: String
  public let domain: [String: TypedDataValue]
  public let message: [String: TypedDataValue]

  /// From the four parts of a wallet's request; `EIP712Domain` is among the types.
  public init(
    types: TypedDataTypes, primaryType: String, domain: [String: TypedDataValue],
    message: [String: TypedDataValue]
  ) throws(TypedDataError) {
    guard primaryType != TypedDataDomain.structureName else {
      throw TypedDataError(
        .domainAsMessage, at: ["primaryType"], found: primaryType,
        expected: "the structure of the message")
    }
    for (name, path) in [(TypedDataDomain.structureName, "types"), (primaryType, "primaryType")]
    where types.members(of: name) == nil {
      throw .unknownStructure(name, at: [path])
    }
    self.types = types
    self.primaryType = primaryType
    self.domain = domain
    self.message = message
  }

  /// With a domain of the EIP's own members; `EIP712Domain` need not be among the types.
  public init(
    domain: TypedDataDomain, types: [String: [TypedDataMember]], primaryType: String,
    message: [String: TypedDataValue]
  ) throws(TypedDataError) {
    let domainType = [TypedDataDomain.structureName: domain.members]
    try self.init(
      types: TypedDataTypes(types.merging(domainType) { given, _ in given }),
      primaryType: primaryType, domain: domain.values, message: message)
  }

  /// What is signed: keccak256(0x19 ‖ 0x01 ‖ domainSeparator ‖ hashStruct(message)).
  public func digest() throws(TypedDataError) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update([0x19, 0x01])
    sponge.update(try domainSeparator())
    sponge.update(try messageHash())
    return sponge.finalize()
  }

  /// hashStruct(domain): signatures for one contract on one chain are good nowhere else.
  public func domainSeparator() throws(TypedDataError) -> Bytes32 {
    try types.hashStruct(domain, as: TypedDataDomain.structureName, path: "domain")
  }

  /// hashStruct(message).
  public func messageHash() throws(TypedDataError) -> Bytes32 {
    try types.hashStruct(message, as: primaryType)
  }
}

/// Where a signature is good. Source: EIP-712, "Definition of domainSeparator".
public struct TypedDataDomain: Sendable, Hashable {
  public static let structureName = "EIP712Domain"

  /// The name that people know the contract or application by.
  public var name: String?
  /// Signatures of one version are not good for another.
  public var version: String?
  /// The chain's number (EIP-155).
  public var chainId: UInt256?
  public var verifyingContract: Address?
  /// The last resort to tell two applications apart.
  public var salt: Bytes32?

  public init(
    name: String? = nil, version: String? = nil, chainId: UInt256? = nil,
    verifyingContract: Address? = nil, salt: Bytes32? = nil
  ) {
    self.name = name
    self.version = version
    self.chainId = chainId
    self.verifyingContract = verifyingContract
    self.salt = salt
  }

  /// The members that are there, in the order of the EIP.
  public var members: [TypedDataMember] { present.map(\.member) }

  /// Their values, by name.
  public var values: [String: TypedDataValue] {
    Dictionary(uniqueKeysWithValues: present.map { ($0.member.name, .plain($0.value)) })
  }

  private var present: [(member: TypedDataMember, value: ABIValue)] {
    let all: [(TypedDataMember, ABIValue?)] = [
      (TypedDataMember("string", "name"), name.map { .string($0) }),
      (TypedDataMember("string", "version"), version.map { .string($0) }),
      (TypedDataMember("uint256", "chainId"), chainId.map { .uint($0) }),
      (TypedDataMember("address", "verifyingContract"), verifyingContract.map { .address($0) }),
      (TypedDataMember("bytes32", "salt"), salt.map { .bytes32($0) }),
    ]
    return all.compactMap { member, value in value.map { (member, $0) } }
  }
}
