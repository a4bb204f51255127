extension TypedDataTypes {
  /// keccak256(typeHash ‖ encodeData(values)).
  ///
  /// - Parameter path: what errors call the structure itself.
  public func hashStruct(
    _ values: [String: TypedDataValue], as name: String, path: String = "message"
  ) throws(TypedDataError) -> Bytes32 {
    var encoder = TypedDataEncoder(types: self, path: path)
    return try encoder.hashStruct(values, as: name, depth: 0)
  }

  /// enc(value₁) ‖ … ‖ enc(valueₙ): one word for each member, in the order of the type.
  ///
  /// Atomic values are ABI words; `bytes` and `string` are keccak256 of their bytes; an array is
  /// keccak256 of its elements' words; a structure is its `hashStruct`. A structure that is not
  /// there, null or left out, is the word zero: the EIP is silent, and wallets do it so.
  public func encodeData(
    _ values: [String: TypedDataValue], as name: String, path: String = "message"
  ) throws(TypedDataError) -> [UInt8] {
    var encoder = TypedDataEncoder(types: self, path: path)
    return try encoder.encodeData(values, as: name, depth: 0)
  }
}

/// A recursion whose depth is bounded by `TypedData.maximumDepth`.
private struct TypedDataEncoder {
  let types: TypedDataTypes
  /// Where the encoder stands, from the outside in.
  var path: [String]
  var typeHashes: [String: Bytes32] = [:]

  init(types: TypedDataTypes, path: String) {
    self.types = types
    self.path = [path]
  }

  mutating func hashStruct(
    _ values: [String: TypedDataValue], as name: String, depth: Int
  ) throws(TypedDataError) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(try typeHash(name))
    sponge.update(try encodeData(values, as: name, depth: depth))
    return sponge.finalize()
  }

  mutating func encodeData(
    _ values: [String: TypedDataValue], as name: String, depth: Int
  ) throws(TypedDataError) -> [UInt8] {
    guard let members = types.members(of: name) else { throw .unknownStructure(name, at: path) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * members.count)
    var known = 0
    for member in members {
      path.append(member.name)
      let value: TypedDataValue
      if let given = values[member.name] {
        value = given
        known += 1
      } else {
        value = try absent(member.type)
      }
      try word(value, as: member.type, depth: depth + 1).append(to: &bytes)
      path.removeLast()
    }
    guard known == values.count else { throw unknownMember(of: values, members) }
    return bytes
  }

  private mutating func typeHash(_ name: String) throws(TypedDataError) -> Bytes32 {
    if let hash = typeHashes[name] { return hash }
    let hash = try types.typeHash(name)
    typeHashes[name] = hash
    return hash
  }

  // MARK: One value

  private mutating func word(
    _ value: TypedDataValue, as type: TypedDataType, depth: Int
  ) throws(TypedDataError) -> Bytes32 {
    guard depth <= TypedData.maximumDepth else {
      throw error(
        .tooDeep, "more than \(TypedData.maximumDepth) levels", "at most that many")
    }
    if let count = type.arrays.last {
      return try arrayHash(value, as: type, count: count, depth: depth)
    }
    switch (type.base, value) {
    case (.structure, .null):
      return .zero
    case (.structure(let name), .structure(let values)):
      return try hashStruct(values, as: name, depth: depth)
    case (.value(.bytes), .plain(.bytes(let content))):
      return Keccak256.hash(content)
    case (.value(.string), .plain(.string(let text))):
      return Keccak256.hash(utf8: text)
    case (.value(let type), .plain(let plain)):
      return try atomicWord(plain, as: type)
    default:
      throw error(.wrongKind, value.kindName, type.name)
    }
  }

  private mutating func arrayHash(
    _ value: TypedDataValue, as type: TypedDataType, count: Int?, depth: Int
  ) throws(TypedDataError) -> Bytes32 {
    guard case .array(let elements) = value else {
      throw error(.wrongKind, value.kindName, type.name)
    }
    guard count == nil || count == elements.count else {
      throw error(.wrongCount, "\(elements.count) elements", type.name)
    }
    let elementType = type.element
    var sponge = Keccak256()
    for (index, element) in elements.enumerated() {
      path.append("[\(index)]")
      sponge.update(try word(element, as: elementType, depth: depth + 1))
      path.removeLast()
    }
    return sponge.finalize()
  }

  private func atomicWord(
    _ value: ABIValue, as type: ABIType
  ) throws(TypedDataError) -> Bytes32 {
    do {
      return try ABI.word(value, as: type)
    } catch {
      let kind: TypedDataError.Kind =
        switch error {
        case .outOfRange: .outOfRange
        case .wrongLength: .wrongLength
        default: .wrongKind
        }
      throw self.error(kind, TypedDataValue.plain(value).kindName, type.canonicalName)
    }
  }

  // MARK: Errors

  /// A structure may be absent; any other value has no encoding that wallets agree on.
  private func absent(_ type: TypedDataType) throws(TypedDataError) -> TypedDataValue {
    if type.arrays.isEmpty, case .structure = type.base { return .null }
    throw error(.missingMember, "no value", type.name)
  }

  private func unknownMember(
    of values: [String: TypedDataValue], _ members: [TypedDataTypes.Member]
  ) -> TypedDataError {
    let names = Set(members.map(\.name))
    let unknown = values.keys.filter { !names.contains($0) }.min() ?? ""
    return error(
      .unknownMember, "the value '\(unknown.prefix(80))'",
      "only members of the structure: what is no member is not signed")
  }

  private func error(
    _ kind: TypedDataError.Kind, _ found: String, _ expected: String
  ) -> TypedDataError {
    TypedDataError(kind, at: path, found: found, expected: expected)
  }
}
