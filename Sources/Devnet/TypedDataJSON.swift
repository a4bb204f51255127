import CanonicalJSON
import EthereumPrimitives

/// Typed data as clients send it. Source: EIP-712, "Specification of the eth_signTypedData JSON
/// RPC".
enum TypedDataJSON {
  /// What is signed of it.
  static func digest(_ json: JSON) throws(RPCError) -> Bytes32 {
    var json = json
    if let text = json.text {
      guard let parsed = try? JSON.parse(Array(text.utf8), limits: RPC.limits) else {
        throw .invalidParameters("typed data: the text is no JSON")
      }
      json = parsed
    }
    do {
      return try typedData(json).digest()
    } catch let error as RPCError {
      throw error
    } catch {
      throw .invalidParameters("typed data: \(error)")
    }
  }

  private static func typedData(_ json: JSON) throws -> TypedData {
    var members: [String: [TypedDataMember]] = [:]
    for structure in json["types"]?.members ?? [] {
      members[structure.key] = try (structure.value.elements ?? []).map { member in
        guard let type = member["type"]?.text, let name = member["name"]?.text else {
          throw RPCError.invalidParameters("typed data: a member has a `type` and a `name`")
        }
        return TypedDataMember(type, name)
      }
    }
    guard let primary = json["primaryType"]?.text else {
      throw RPCError.invalidParameters("typed data: `primaryType` is missing")
    }
    let reader = Reader(members: members)
    return try TypedData(
      types: TypedDataTypes(members), primaryType: primary,
      domain: reader.structure(json["domain"] ?? .null, TypedDataDomain.structureName, depth: 0),
      message: reader.structure(json["message"] ?? .null, primary, depth: 0))
  }

  /// Reads values as their types say.
  private struct Reader {
    let members: [String: [TypedDataMember]]

    func structure(_ json: JSON, _ name: String, depth: Int) throws -> [String: TypedDataValue] {
      guard depth < TypedData.maximumDepth else {
        throw RPCError.invalidParameters("typed data: more than \(TypedData.maximumDepth) levels")
      }
      var values: [String: TypedDataValue] = [:]
      for member in members[name] ?? [] {
        guard let value = json[member.name] else { continue }
        values[member.name] = try self.value(value, member.type, depth: depth + 1)
      }
      return values
    }

    private func value(_ json: JSON, _ type: String, depth: Int) throws -> TypedDataValue {
      if type.hasSuffix("]"), let bracket = type.lastIndex(of: "["), let elements = json.elements {
        let element = String(type[..<bracket])
        return .array(try elements.map { try value($0, element, depth: depth + 1) })
      }
      if members[type] != nil {
        return json == .null ? .null : .structure(try structure(json, type, depth: depth))
      }
      return .plain(try plain(json, type))
    }

    private func expected(_ what: String, _ found: JSON) -> RPCError {
      .invalidParameters("typed data: found \(found.kindName), expected \(what)")
    }

    private func plain(_ json: JSON, _ type: String) throws -> ABIValue {
      switch type {
      case "address": return .address(try json.address())
      case "bool":
        guard case .bool(let flag) = json else { throw expected("true or false", json) }
        return .bool(flag)
      case "string":
        guard let text = json.text else { throw expected("a text", json) }
        return .string(text)
      case "bytes": return .bytes(try json.bytes())
      default: break
      }
      if type.hasPrefix("bytes") { return .fixedBytes(try json.bytes()) }
      if type.hasPrefix("int"), let text = json.digits, text.hasPrefix("-"),
        let magnitude = try? UInt256(decimal: String(text.dropFirst()))
      {
        return .int(.zero &- magnitude)
      }
      let number = try json.quantity()
      return type.hasPrefix("int") ? .int(number) : .uint(number)
    }
  }
}

extension JSON {
  /// Of a number, and of a text: clients write numbers above 2⁵³ so.
  fileprivate var digits: String? {
    if case .number(let literal) = self { literal } else { text }
  }
}
