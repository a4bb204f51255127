import EthereumPrimitives

/// A first line with a list of types, then bytes: what decodes encodes, and decodes to the same.
@Sendable func abi(_ bytes: [UInt8]) throws {
  let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  let text = String(decoding: lines.first ?? [], as: UTF8.self)
  let content = lines.count > 1 ? Array(lines[1]) : []
  let types: [ABIType]
  switch outcome({ () throws(ABIType.ParseError) in try ABIType(parsing: text) }) {
  case .failure(let error): return try requireReadable(error)
  case .success(let type):
    let name = type.canonicalName
    try require(try ABIType(parsing: name) == type, "the name of \(name) is another type's")
    if case .tuple(let members) = type { types = members } else { types = [type] }
  }
  switch outcome({ () throws(ABIError) in
    try ABI.decode(content, as: types, maximumValues: 2000)
  }) {
  case .failure(let error): try requireReadable(error)
  case .success(let values):
    let encoded = try ABI.encode(values, as: types)
    let again = try ABI.decode(encoded, as: types, maximumValues: 4000)
    try require(again == values, "encoded values decode to others")
    try require(try ABI.encode(again, as: types) == encoded, "the encoding changes")
    if case .success(let packed) = outcome({ () throws(ABIError) in
      try ABI.encodePacked(values, as: types)
    }) {
      try require(packed.count <= encoded.count, "packed is longer than padded")
    }
  }
}
