import CanonicalJSON
import EthereumPrimitives

/// OpenZeppelin's dumps.
extension PublishedTreeReader {
  func readDump(_ json: JSON, format: String) throws(Failure) -> PublishedTree {
    let types: [ABIType]
    switch format {
    case "standard-v1": types = try leafTypes(json)
    case "simple-v1": types = [.bytes32]
    default:
      throw Failure(
        .unknownFormat, "format", found: "\"\(format)\"", expected: "standard-v1 or simple-v1")
    }
    let isSimple = format == "simple-v1"
    let nodes = try scalars.hashes(json["tree"], "tree")
    var rows: [Row] = []
    var places: [Int] = []
    var raw: [JSON] = []
    for (number, entry) in try scalars.elements(json["values"], "values").enumerated() {
      let place = "values[\(number)]"
      guard let value = entry["value"], let node = entry["treeIndex"]?.wholeNumber else {
        throw Failure(
          .malformedMember, place, found: entry.kindName, expected: "{value, treeIndex}")
      }
      let values = isSimple ? [value] : try scalars.elements(value, place + ".value")
      guard values.count == types.count else {
        throw Failure(
          .malformedValues, place + ".value", found: values.count.counted("value"),
          expected: "\(types.count), as the leaf encoding says")
      }
      var decoded: [ABIValue] = []
      for (column, type) in types.enumerated() {
        decoded.append(
          try scalars.abiValue(values[column], as: type, "\(place).value[\(column)]"))
      }
      rows.append(dumpRow(place, decoded))
      raw.append(value)
      places.append(node)
    }
    var tree = PublishedTree(
      format: isSimple ? .openZeppelinSimple : .openZeppelinStandard, rows: rows,
      dumpEncoding(types, isSimple: isSimple, places: places))
    tree.statedRoot = nodes.first
    tree.dump = PublishedTree.StatedNodes(nodes: nodes, indices: places, values: raw)
    return tree
  }

  private func leafTypes(_ json: JSON) throws(Failure) -> [ABIType] {
    try scalars.elements(json["leafEncoding"], "leafEncoding").enumerated().map {
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

  private func dumpRow(_ place: String, _ values: [ABIValue]) -> Row {
    guard values.count == 2, case .address(let account) = values[0],
      case .uint(let amount) = values[1]
    else { return Row(place: place, account: nil, amounts: [], values: values) }
    return Row(
      place: place, account: account, amount: amount, index: nil, values: values, proof: nil)
  }
}
