import EthereumPrimitives

/// RLP has one encoding per item: what is decoded encodes to the very same bytes.
@Sendable func rlp(_ bytes: [UInt8]) throws {
  switch outcome({ () throws(RLPError) in try RLP.decode(bytes) }) {
  case .success(let item):
    try require(RLP.encode(item) == bytes, "another encoding of the same item was taken")
  case .failure(let error):
    try requireReadable(error)
    switch error {
    case .truncated(let place), .notCanonical(let place), .trailingBytes(let place):
      try require((0...bytes.count).contains(place), "the place \(place) is outside")
    case .tooDeep: break
    }
    // The same bytes as the content of one item are always an encoding.
    let wrapped = RLPItem.list([.bytes(bytes), .list([])])
    try require(
      try RLP.decode(RLP.encode(wrapped)) == wrapped, "what was encoded decodes to something else")
  }
}
