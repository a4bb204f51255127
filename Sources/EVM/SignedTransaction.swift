import EthereumPrimitives
import Secp256k1

/// A transaction as it goes over the wire.
///
/// Source: Ethereum Yellow Paper, section 4.3; EIP-155, 2718, 2930, 1559, 4844, 7702.
public struct SignedTransaction: Sendable, Hashable {
  public let transaction: Transaction
  public let signature: Signature
  /// The bytes that a block holds, and that are hashed.
  public let encoded: [UInt8]

  public var hash: Bytes32 { Keccak256.hash(encoded) }

  public init(_ transaction: Transaction, _ signature: Signature) {
    self.transaction = transaction
    self.signature = signature
    encoded = Self.encode(transaction, signature)
  }

  /// The account that signed it.
  public func sender() throws(RawTransactionError) -> Address {
    do { return try Secp256k1.signer(of: transaction.signingHash, signature) } catch {
      throw .badSignature(error)
    }
  }
}

/// Why bytes are no transaction.
public enum RawTransactionError: Error, Sendable, Hashable, CustomStringConvertible {
  case empty
  case unknownKind(UInt8)
  case malformed(RLPError)
  /// A field is missing, too many, or not of its kind.
  case badField(String)
  case badSignature(SignatureError)

  public var description: String {
    switch self {
    case .empty: "the raw transaction has no bytes"
    case .unknownKind(let kind): "the raw transaction has type \(kind); known are 0 to 4"
    case .malformed(let error): "the raw transaction is no RLP: \(error)"
    case .badField(let name): "the raw transaction's \(name) is not what it has to be"
    case .badSignature(let error): "the raw transaction's signature: \(error)"
    }
  }
}

// MARK: Writing

extension Transaction {
  /// What its sender signs.
  public var signingHash: Bytes32 {
    var items = fields
    guard kind == .legacy else { return Keccak256.hash([kind.rawValue] + RLP.encode(.list(items))) }
    if let chainID { items += [.number(UInt256(chainID)), .bytes([]), .bytes([])] }
    return Keccak256.hash(RLP.encode(.list(items)))
  }

  /// All of it but the signature.
  fileprivate var fields: [RLPItem] {
    let head = kind == .legacy ? [] : [RLPItem.number(UInt256(chainID ?? 0))]
    let fees =
      kind == .legacy || kind == .accessList
      ? [RLPItem.number(maximumFee)] : [.number(maximumPriorityFee), .number(maximumFee)]
    let body: [RLPItem] = [
      .number(UInt256(gasLimit)), .bytes(to?.bytes ?? []), .number(value), .bytes(input),
    ]
    return head + [.number(UInt256(nonce))] + fees + body + tail
  }

  private var tail: [RLPItem] {
    let list = RLPItem.list(
      accessList.map { access in
        .list([.bytes(access.address.bytes), .list(access.keys.map { .bytes($0.bytes) })])
      })
    switch kind {
    case .legacy: return []
    case .accessList, .dynamicFee: return [list]
    case .blob:
      return [list, .number(maximumBlobFee), .list(blobHashes.map { .bytes($0.bytes) })]
    case .setCode: return [list, .list(authorizations.map(\.item))]
    }
  }
}

extension Transaction.Authorization {
  fileprivate var item: RLPItem {
    .list([
      .number(chainID), .bytes(address.bytes), .number(UInt256(nonce)), .number(yParity),
      .number(UInt256(r)), .number(UInt256(s)),
    ])
  }

  /// What its authority signs (EIP-7702).
  public static func signingHash(chainID: UInt256, address: Address, nonce: UInt64) -> Bytes32 {
    let item = RLPItem.list([
      .number(chainID), .bytes(address.bytes), .number(UInt256(nonce)),
    ])
    return Keccak256.hash([0x05] + RLP.encode(item))
  }
}

extension SignedTransaction {
  private static func encode(_ transaction: Transaction, _ signature: Signature) -> [UInt8] {
    var v = UInt256(signature.isOdd ? 1 : 0)
    if transaction.kind == .legacy {
      v = transaction.chainID.map { UInt256($0) &* 2 &+ 35 &+ v } ?? (27 &+ v)
    }
    let parts: [RLPItem] = [
      .number(v), .number(UInt256(signature.r)), .number(UInt256(signature.s)),
    ]
    let body = RLP.encode(.list(transaction.fields + parts))
    return transaction.kind == .legacy ? body : [transaction.kind.rawValue] + body
  }
}

// MARK: Reading

extension SignedTransaction {
  /// Reads a raw transaction; the one form that there is, and nothing after it.
  public init(raw bytes: [UInt8]) throws(RawTransactionError) {
    guard let first = bytes.first else { throw .empty }
    let kind: Transaction.Kind
    if first >= 0xC0 {
      kind = .legacy
    } else {
      guard let known = Transaction.Kind(rawValue: first), known != .legacy else {
        throw .unknownKind(first)
      }
      kind = known
    }
    let body: RLPItem
    do { body = try RLP.decode(kind == .legacy ? bytes : Array(bytes.dropFirst())) } catch {
      throw .malformed(error)
    }
    guard case .list(let items) = body else { throw .badField("list of fields") }
    var fields = FieldReader(items)
    (transaction, signature) = try fields.transaction(kind)
    try fields.finish()
    encoded = bytes
  }
}

/// Takes the fields of a list one after the other.
private struct FieldReader {
  private var items: ArraySlice<RLPItem>

  init(_ items: [RLPItem]) { self.items = items[...] }

  mutating func next(_ name: String) throws(RawTransactionError) -> RLPItem {
    guard let item = items.popFirst() else { throw .badField(name) }
    return item
  }

  func finish() throws(RawTransactionError) {
    guard items.isEmpty else { throw .badField("number of fields") }
  }

  mutating func bytes(_ name: String) throws(RawTransactionError) -> [UInt8] {
    guard case .bytes(let bytes) = try next(name) else { throw .badField(name) }
    return bytes
  }

  mutating func list(_ name: String) throws(RawTransactionError) -> [RLPItem] {
    guard case .list(let items) = try next(name) else { throw .badField(name) }
    return items
  }

  mutating func number(_ name: String) throws(RawTransactionError) -> UInt256 {
    let bytes = try bytes(name)
    guard bytes.first != 0, let number = UInt256(bigEndian: bytes[...]) else {
      throw .badField(name)
    }
    return number
  }

  mutating func small(_ name: String) throws(RawTransactionError) -> UInt64 {
    guard let number = try number(name).asUInt64 else { throw .badField(name) }
    return number
  }

  mutating func address(_ name: String) throws(RawTransactionError) -> Address {
    guard let address = Address(bytes: try bytes(name)[...]) else { throw .badField(name) }
    return address
  }

  mutating func word(_ name: String) throws(RawTransactionError) -> Bytes32 {
    guard let word = Bytes32(bytes: try bytes(name)[...]) else { throw .badField(name) }
    return word
  }

  mutating func transaction(
    _ kind: Transaction.Kind
  ) throws(RawTransactionError) -> (Transaction, Signature) {
    var transaction = Transaction()
    transaction.kind = kind
    if kind != .legacy { transaction.chainID = try small("chain id") }
    transaction.nonce = try small("nonce")
    transaction.maximumPriorityFee = try number("fee")
    transaction.maximumFee = transaction.maximumPriorityFee
    if kind.rawValue >= Transaction.Kind.dynamicFee.rawValue {
      transaction.maximumFee = try number("max fee")
    }
    transaction.gasLimit = try small("gas limit")
    let to = try bytes("receiver")
    if !to.isEmpty {
      guard let address = Address(bytes: to[...]) else { throw .badField("receiver") }
      transaction.to = address
    }
    transaction.value = try number("value")
    transaction.input = try bytes("data")
    try extras(&transaction)
    // It says of which chain a legacy transaction is.
    let signature = try signature(&transaction)
    return (transaction, signature)
  }

  private mutating func extras(_ transaction: inout Transaction) throws(RawTransactionError) {
    guard transaction.kind != .legacy else { return }
    for item in try list("access list") {
      var fields = try Self.inner(item, "access list")
      let address = try fields.address("access list")
      var keys: [Bytes32] = []
      for key in try fields.list("access list") {
        var one = FieldReader([key])
        keys.append(try one.word("access list"))
      }
      try fields.finish()
      transaction.accessList.append(Transaction.Access(address: address, keys: keys))
    }
    if transaction.kind == .blob {
      transaction.maximumBlobFee = try number("blob fee")
      for hash in try list("blob hashes") {
        var one = FieldReader([hash])
        transaction.blobHashes.append(try one.word("blob hashes"))
      }
    }
    if transaction.kind == .setCode {
      for item in try list("authorizations") {
        var fields = try Self.inner(item, "authorizations")
        transaction.authorizations.append(try fields.authorization())
        try fields.finish()
      }
    }
  }

  private static func inner(
    _ item: RLPItem, _ name: String
  ) throws(RawTransactionError) -> FieldReader {
    guard case .list(let items) = item else { throw .badField(name) }
    return FieldReader(items)
  }

  private mutating func authorization() throws(RawTransactionError) -> Transaction.Authorization {
    Transaction.Authorization(
      chainID: try number("authorization"), address: try address("authorization"),
      nonce: try small("authorization"), yParity: try number("authorization"),
      r: Bytes32(try number("authorization")), s: Bytes32(try number("authorization")))
  }

  private mutating func signature(
    _ transaction: inout Transaction
  ) throws(RawTransactionError) -> Signature {
    var v = try number("signature")
    let r = Bytes32(try number("signature"))
    let s = Bytes32(try number("signature"))
    if transaction.kind == .legacy {
      guard let plain = v.asUInt64, plain >= 27 else { throw .badField("signature") }
      if plain >= 35 { transaction.chainID = (plain - 35) / 2 }
      guard plain <= 28 || plain >= 35 else { throw .badField("signature") }
      v = UInt256(plain >= 35 ? (plain - 35) % 2 : plain - 27)
    }
    guard v <= .one else { throw .badField("signature") }
    do { return try Signature(r: r, s: s, isOdd: v == .one) } catch {
      throw .badSignature(error)
    }
  }
}
