import CanonicalJSON
import EthereumPrimitives

extension PublishedTree {
  /// What `JSON.stringify(tree.dump())` of @openzeppelin/merkle-tree 1.0 gives, byte for byte, and
  /// a line end.
  ///
  /// - Parameter values: the rows' values as JSON, in the order of the rows.
  public static func openZeppelinDump(_ built: EncodedTree, values: [JSON]) -> [UInt8] {
    precondition(values.count == built.places.count, "one value per row")
    let isSimple = built.encoding.packing == .raw
    var bytes = Array("{\"format\":\"\(isSimple ? "simple-v1" : "standard-v1")\",".utf8)
    if !isSimple {
      let types = built.encoding.fields.map { JSON.string($0.type.canonicalName) }
      bytes += Array("\"leafEncoding\":".utf8) + JSON.array(types).canonicalBytes()
      bytes += Array(",".utf8)
    }
    bytes += Array("\"tree\":[".utf8)
    for (index, node) in built.tree.nodes.enumerated() {
      bytes += Array((index > 0 ? ",\"" : "\"").utf8)
      node.appendHex(to: &bytes)
      bytes += Array("\"".utf8)
    }
    bytes += Array("],\"values\":[".utf8)
    for (row, value) in values.enumerated() {
      bytes += Array((row > 0 ? ",{\"value\":" : "{\"value\":").utf8)
      bytes += value.canonicalBytes()
      let index = 2 * built.tree.leafCount - 2 - built.places[row]
      bytes += Array(",\"treeIndex\":\(index)}".utf8)
    }
    return bytes + Array("]}\n".utf8)
  }

  /// The result file of Uniswap's merkle-distributor: root, total and every claim with its proof,
  /// by checksummed account.
  ///
  /// - Precondition: the amounts add up to less than 2²⁵⁶.
  public static func uniswapClaims(_ built: EncodedTree, rows: AccountRows) -> JSON {
    let texts = rows.accounts.map(\.checksummed)
    let order = texts.indices.sorted { texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8) }
    guard let total = rows.total else { preconditionFailure("a total below 2^256") }
    let claims = order.map { row in
      JSON.Member(
        key: texts[row],
        value: .object([
          JSON.Member(key: "index", value: .number((built.indices?[row] ?? .zero).decimal)),
          JSON.Member(key: "amount", value: .string(evenHex(rows.amounts[row]))),
          JSON.Member(
            key: "proof", value: .array(built.proof(ofRow: row).map { .string($0.hex) })),
        ]))
    }
    return .object([
      JSON.Member(key: "merkleRoot", value: .string(built.root.hex)),
      JSON.Member(key: "tokenTotal", value: .string(evenHex(total))),
      JSON.Member(key: "claims", value: .object(claims)),
    ])
  }

  /// Whole bytes, as ethers writes numbers: 0x64, 0x01f4.
  private static func evenHex(_ number: UInt256) -> String {
    let digits = number.hex.dropFirst(2)
    return "0x" + (digits.count % 2 == 0 ? "" : "0") + digits
  }
}
