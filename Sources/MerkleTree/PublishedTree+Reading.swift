import CanonicalJSON
import EthereumPrimitives

extension PublishedTree {
  /// Reads a published file of any known format.
  ///
  /// - Throws: `PublishedTreeError` with the path inside the file.
  public static func read(_ bytes: [UInt8]) throws(PublishedTreeError) -> PublishedTree {
    let json: JSON
    do {
      json = try JSON.parse(bytes)
    } catch {
      throw PublishedTreeError(
        .notJSON, "line \(error.line), column \(error.column)", found: error.found,
        expected: error.expected)
    }
    return try PublishedTreeReader().read(json)
  }
}

/// Formats are told apart by the members that only they have.
private struct PublishedTreeReader {
  typealias Failure = PublishedTreeError

  func read(_ json: JSON) throws(Failure) -> PublishedTree {
    if let format = json["format"]?.text, json["tree"] != nil {
      return try readDump(json, format: format)
    }
    if let claims = json["claims"] {
      return try readClaims(json, claims)
    }
    if let elements = json.elements {
      return try readEarnings(elements)
    }
    if let members = json.members, let first = members.first {
      if first.value.members != nil { return try readProofMap(members) }
      return try readBalances(members)
    }
    throw Failure(
      .unknownFormat, "the whole file", found: json.kindName,
      expected: "an OpenZeppelin dump, a Uniswap claims file, {account: amount}, "
        + "[{address, earnings}] or {account: {amount, proof}}")
  }

  // MARK: OpenZeppelin

  private func readDump(_ json: JSON, format: String) throws(Failure) -> PublishedTree {
    let types: [ABIType]
    switch format {
    case "standard-v1": types = try leafTypes(json)
    case "simple-v1": types = [.bytes32]
    default:
      throw Failure(
        .unknownFormat, "format", found: "\"\(format)\"", expected: "standard-v1 or simple-v1")
    }
    let isSimple = format == "simple-v1"
    let nodes = try elements(json["tree"], "tree").enumerated().map { entry throws(Failure) in
      try hash(entry.element, "tree[\(entry.offset)]")
    }
    var rows: [PublishedTree.Row] = []
    var places: [Int] = []
    var raw: [JSON] = []
    for (number, entry) in try elements(json["values"], "values").enumerated() {
      let place = "values[\(number)]"
      guard let value = entry["value"], let node = entry["treeIndex"]?.wholeNumber else {
        throw Failure(
          .malformedMember, place, found: entry.kindName, expected: "{value, treeIndex}")
      }
      let values = isSimple ? [value] : try elements(value, place + ".value")
      guard values.count == types.count else {
        throw Failure(
          .malformedValues, place + ".value", found: "\(values.count) values",
          expected: "\(types.count), as the leaf encoding says")
      }
      var decoded: [ABIValue] = []
      for (column, type) in types.enumerated() {
        decoded.append(try abiValue(values[column], as: type, "\(place).value[\(column)]"))
      }
      rows.append(dumpRow(place, decoded))
      raw.append(value)
      places.append(node)
    }
    return PublishedTree(
      format: isSimple ? .openZeppelinSimple : .openZeppelinStandard, rows: rows,
      statedRoot: nodes.first, statedTotal: nil, statedNodes: nodes, statedNodeIndices: places,
      statedValues: raw, encoding: dumpEncoding(types, isSimple: isSimple, places: places))
  }

  private func leafTypes(_ json: JSON) throws(Failure) -> [ABIType] {
    try elements(json["leafEncoding"], "leafEncoding").enumerated().map {
      entry throws(Failure) in
      let place = "leafEncoding[\(entry.offset)]"
      guard let name = entry.element.text else {
        throw Failure(
          .malformedValues, place, found: entry.element.kindName, expected: "an ABI type's name")
      }
      do {
        return try ABIType(parsing: name)
      } catch {
        throw Failure(.malformedValues, place, found: "\(error)", expected: "an ABI type")
      }
    }
  }

  /// Leaves in the order of the rows, from the array's end, are an unsorted tree's.
  private func dumpEncoding(_ types: [ABIType], isSimple: Bool, places: [Int]) -> LeafEncoding {
    let last = 2 * places.count - 2
    let isInFileOrder = places.enumerated().allSatisfy { $0.element == last - $0.offset }
    if isSimple { return .openZeppelinSimple(sorted: !isInFileOrder) }
    let isAccountAmount = types == [.address, .uint256]
    let roles: [LeafEncoding.Role] =
      isAccountAmount ? [.account, .amount] : types.map { _ in .value }
    let fields = zip(roles, types).map { LeafEncoding.Field($0, $1) }
    return .openZeppelinStandard(fields, sorted: !isInFileOrder)
  }

  private func dumpRow(_ place: String, _ values: [ABIValue]) -> PublishedTree.Row {
    var account: Address?
    var amount: UInt256?
    if values.count == 2, case .address(let first) = values[0], case .uint(let second) = values[1] {
      account = first
      amount = second
    }
    return PublishedTree.Row(
      place: place, account: account, amount: amount, index: nil, values: values, proof: nil)
  }

  private func abiValue(
    _ json: JSON, as type: ABIType, _ place: String
  ) throws(Failure) -> ABIValue {
    switch type {
    case .address: return .address(try account(json, place))
    case .uint: return .uint(try number(json, place))
    case .int: return .int(try signedNumber(json, place))
    case .bool:
      guard case .bool(let flag) = json else { break }
      return .bool(flag)
    case .string:
      guard let text = json.text else { break }
      return .string(text)
    case .bytes, .fixedBytes, .function:
      guard let text = json.text, let bytes = try? Hex.decode(text) else { break }
      return type == .bytes ? .bytes(bytes) : .fixedBytes(bytes)
    case .array(let element):
      return .array(
        try elements(json, place).enumerated().map { entry throws(Failure) in
          try abiValue(entry.element, as: element, "\(place)[\(entry.offset)]")
        })
    case .fixedArray(let element, _):
      return try abiValue(json, as: .array(element), place)
    case .tuple(let types):
      let values = try elements(json, place)
      guard values.count == types.count else { break }
      return .tuple(
        try zip(values, types).enumerated().map { entry throws(Failure) in
          try abiValue(entry.element.0, as: entry.element.1, "\(place)[\(entry.offset)]")
        })
    }
    throw Failure(.malformedValues, place, found: json.kindName, expected: type.canonicalName)
  }

  private func signedNumber(_ json: JSON, _ place: String) throws(Failure) -> UInt256 {
    let text = json.text ?? { if case .number(let literal) = json { literal } else { "" } }()
    guard text.hasPrefix("-") else { return try number(json, place) }
    let magnitude = try number(.string(String(text.dropFirst())), place)
    return ~magnitude &+ UInt256.one
  }

  // MARK: Accounts and amounts

  private func readClaims(_ json: JSON, _ claims: JSON) throws(Failure) -> PublishedTree {
    guard let members = claims.members else {
      throw Failure(
        .malformedMember, "claims", found: claims.kindName,
        expected: "{account: {index, amount, proof}}")
    }
    let rows = try members.map { member throws(Failure) in
      try claimRow(member, "claims.\(member.key)", needsProof: true)
    }
    try refuseTwoSpellings(rows)
    let root = try json["merkleRoot"].map { value throws(Failure) in
      try hash(value, "merkleRoot")
    }
    let total = try json["tokenTotal"].map { value throws(Failure) in
      try number(value, "tokenTotal")
    }
    return PublishedTree(
      format: .uniswapClaims, rows: rows, statedRoot: root, statedTotal: total, statedNodes: nil,
      statedNodeIndices: nil, statedValues: nil, encoding: .uniswap)
  }

  private func readProofMap(_ members: [JSON.Member]) throws(Failure) -> PublishedTree {
    let rows = try members.map { member throws(Failure) in
      try claimRow(member, member.key, needsProof: false)
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(
      format: .proofMap, rows: rows, statedRoot: nil, statedTotal: nil, statedNodes: nil,
      statedNodeIndices: nil, statedValues: nil,
      encoding: rows.contains { $0.index != nil } ? .uniswap : nil)
  }

  private func claimRow(
    _ member: JSON.Member, _ place: String, needsProof: Bool
  ) throws(Failure) -> PublishedTree.Row {
    guard let amountValue = member.value["amount"] else {
      throw Failure(
        .malformedMember, place, found: member.value.kindName + " without amount",
        expected: "{amount, proof}")
    }
    guard member.value["proof"] != nil || !needsProof else {
      throw Failure(.malformedMember, place, found: "no proof", expected: "{index, amount, proof}")
    }
    let account = try account(.string(member.key), place)
    let amount = try number(amountValue, place + ".amount")
    let index = try member.value["index"].map { value throws(Failure) in
      try number(value, place + ".index")
    }
    var proof: [Bytes32]?
    if let value = member.value["proof"] {
      proof = try elements(value, place + ".proof").enumerated().map { entry throws(Failure) in
        try hash(entry.element, "\(place).proof[\(entry.offset)]")
      }
    }
    return PublishedTree.Row(
      place: place, account: account, amount: amount, index: index,
      values: [.address(account), .uint(amount)], proof: proof)
  }

  private func readBalances(_ members: [JSON.Member]) throws(Failure) -> PublishedTree {
    try plain(
      .balanceMap,
      members.map { ($0.key, JSON.string($0.key), $0.value) })
  }

  private func readEarnings(_ elements: [JSON]) throws(Failure) -> PublishedTree {
    var entries: [(String, JSON, JSON)] = []
    for (number, element) in elements.enumerated() {
      guard let account = element["address"] ?? element["account"],
        let amount = element["earnings"] ?? element["amount"]
      else {
        throw Failure(
          .unknownFormat, "[\(number)]", found: element.kindName,
          expected: "{address, earnings} or {account, amount}")
      }
      entries.append(("[\(number)]", account, amount))
    }
    return try plain(.earningsList, entries)
  }

  private func plain(
    _ format: PublishedTree.Format, _ entries: [(place: String, account: JSON, amount: JSON)]
  ) throws(Failure) -> PublishedTree {
    let rows = try entries.map { entry throws(Failure) in
      let account = try account(entry.account, entry.place)
      let amount = try number(entry.amount, entry.place)
      return PublishedTree.Row(
        place: entry.place, account: account, amount: amount, index: nil,
        values: [.address(account), .uint(amount)], proof: nil)
    }
    try refuseTwoSpellings(rows)
    return PublishedTree(
      format: format, rows: rows, statedRoot: nil, statedTotal: nil, statedNodes: nil,
      statedNodeIndices: nil, statedValues: nil, encoding: nil)
  }

  // MARK: Scalars

  private func refuseTwoSpellings(_ rows: [PublishedTree.Row]) throws(Failure) {
    var seen: [Address: String] = [:]
    for row in rows {
      guard let account = row.account else { continue }
      if let first = seen.updateValue(row.place, forKey: account) {
        throw Failure(
          .duplicateAccount, row.place, found: "the account of \(first) again",
          expected: "each account once")
      }
    }
  }

  private func elements(_ json: JSON?, _ place: String) throws(Failure) -> [JSON] {
    guard let elements = json?.elements else {
      throw Failure(
        .malformedMember, place, found: json?.kindName ?? "nothing", expected: "an array")
    }
    return elements
  }

  private func hash(_ json: JSON, _ place: String) throws(Failure) -> Bytes32 {
    guard let text = json.text, let hash = try? Bytes32(hex: text) else {
      throw Failure(
        .malformedHash, place, found: json.kindName, expected: "0x and 64 hexadecimal digits")
    }
    return hash
  }

  private func account(_ json: JSON, _ place: String) throws(Failure) -> Address {
    guard let text = json.text else {
      throw Failure(.malformedAccount, place, found: json.kindName, expected: "an address")
    }
    do {
      return try Address(text)
    } catch {
      throw Failure(
        .malformedAccount, place, found: "\"\(text.prefix(60))\"", expected: "\(error)")
    }
  }

  /// A number literal, a decimal text or a `0x` text.
  private func number(_ json: JSON, _ place: String) throws(Failure) -> UInt256 {
    let text: String
    switch json {
    case .number(let literal): text = literal
    case .string(let string): text = string
    default: text = ""
    }
    do {
      return try text.hasPrefix("0x") ? UInt256(hex: text) : UInt256(decimal: text)
    } catch {
      throw Failure(
        .malformedAmount, place, found: "\(json.kindName) (\(error))",
        expected: "a whole number of base units, decimal or 0x")
    }
  }
}
