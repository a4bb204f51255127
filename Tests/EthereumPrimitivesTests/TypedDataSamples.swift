import CanonicalJSON
import EthereumPrimitives
import TestKit

extension TypedData {
  /// From a wallet's request, in the form of `eth_signTypedData_v4`.
  init(json: JSON) throws {
    var structures: [String: [TypedDataMember]] = [:]
    for entry in try json.member("types").members ?? [] {
      structures[entry.key] = try (entry.value.elements ?? []).map {
        TypedDataMember(try $0.textMember("type"), try $0.textMember("name"))
      }
    }
    let primaryType = try json.textMember("primaryType")
    try self.init(
      types: TypedDataTypes(structures), primaryType: primaryType,
      domain: structure(try json.member("domain"), "EIP712Domain", structures),
      message: structure(try json.member("message"), primaryType, structures))
  }
}

private func structure(
  _ json: JSON, _ name: String, _ structures: [String: [TypedDataMember]]
) throws -> [String: TypedDataValue] {
  var values: [String: TypedDataValue] = [:]
  for entry in json.members ?? [] {
    let member = structures[name]?.first { $0.name == entry.key }
    guard let type = member?.type else { throw MissingMember(name: entry.key) }
    values[entry.key] = try value(entry.value, type, structures)
  }
  return values
}

private func value(
  _ json: JSON, _ type: String, _ structures: [String: [TypedDataMember]]
) throws -> TypedDataValue {
  if json == .null { return .null }
  if type.hasSuffix("]"), let bracket = type.lastIndex(of: "[") {
    return .array(
      try (json.elements ?? []).map { try value($0, String(type[..<bracket]), structures) })
  }
  if structures[type] != nil { return .structure(try structure(json, type, structures)) }
  return .plain(try abiValue(json, as: ABIType(parsing: type)))
}

/// The example of EIP-712, with what one wants to change.
enum MailExample {
  static let types = [
    "Person": [TypedDataMember("string", "name"), TypedDataMember("address", "wallet")],
    "Mail": [
      TypedDataMember("Person", "from"), TypedDataMember("Person", "to"),
      TypedDataMember("string", "contents"),
    ],
  ]

  static func person(_ name: String, _ wallet: String) throws -> TypedDataValue {
    .structure(["name": .plain(.string(name)), "wallet": .plain(.address(try Address(wallet)))])
  }

  static func message() throws -> [String: TypedDataValue] {
    [
      "from": try person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
      "to": try person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"),
      "contents": .plain(.string("Hello, Bob!")),
    ]
  }

  static func domain() throws -> TypedDataDomain {
    TypedDataDomain(
      name: "Ether Mail", version: "1", chainId: 1,
      verifyingContract: try Address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"))
  }
}
