import CanonicalJSON
import EVM
import EthereumPrimitives

/// A call or a transaction as clients describe it.
struct CallObject {
  var from: Address?
  var to: Address?
  var gas: UInt64?
  var nonce: UInt64?
  var value = UInt256.zero
  var input: [UInt8] = []
  /// For types before EIP-1559.
  var gasPrice: UInt256?
  var maximumFee: UInt256?
  var priorityFee: UInt256?
  var kind: UInt64?
  var accessList: [Transaction.Access]?
  var authorizations: [Transaction.Authorization]?

  /// - Parameter chainID: of the chain that it is for; the call may say so too.
  init(_ json: JSON, chainID: UInt64) throws(RPCError) {
    guard json.members != nil else {
      throw .invalidParameters("a call: found \(json.kindName), expected an object")
    }
    func member(_ key: String) -> JSON? { json[key].flatMap { $0 == .null ? nil : $0 } }
    from = try member("from")?.address()
    if let receiver = member("to"), receiver.text != "", receiver.text != "0x" {
      to = try receiver.address()
    }
    gas = try (member("gas") ?? member("gasLimit"))?.small()
    nonce = try member("nonce")?.small()
    value = try member("value")?.quantity() ?? .zero
    input = try Self.input(member("input"), member("data"))
    gasPrice = try member("gasPrice")?.quantity()
    maximumFee = try member("maxFeePerGas")?.quantity()
    priorityFee = try member("maxPriorityFeePerGas")?.quantity()
    kind = try member("type")?.small()
    if let list = member("accessList") { accessList = try Self.accessList(list) }
    if let list = member("authorizationList") { authorizations = try Self.authorizations(list) }
    if let found = try member("chainId")?.quantity(), found != UInt256(chainID) {
      throw .invalidParameters("the chain id is \(found), expected \(chainID)")
    }
    try check(hasBlobs: member("blobVersionedHashes") != nil || member("blobs") != nil)
  }

  private func check(hasBlobs: Bool) throws(RPCError) {
    guard gasPrice == nil || (maximumFee == nil && priorityFee == nil) else {
      throw .invalidParameters(
        "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified; expected one kind")
    }
    guard kind ?? 2 >= 2 || (maximumFee == nil && priorityFee == nil) else {
      throw .invalidParameters(
        "maxFeePerGas or maxPriorityFeePerGas, and `type` \(kind ?? 0); expected gasPrice, or "
          + "type 2"
      )
    }
    guard kind != 0 || accessList?.isEmpty != false else {
      throw .invalidParameters("an access list, and `type` 0; expected type 1 or 2")
    }
    guard !hasBlobs, kind != 3 else { throw .invalidParameters("\(PoolError.blobs)") }
    guard kind ?? 0 <= 4 else {
      throw .invalidParameters("`type`: found \(kind ?? 0), expected 0, 1, 2 or 4")
    }
  }

  private static func input(_ input: JSON?, _ data: JSON?) throws(RPCError) -> [UInt8] {
    let input = try input?.bytes()
    let data = try data?.bytes()
    guard input == nil || data == nil || input == data else {
      throw .invalidParameters("`data` and `input` are not the same; expected one of them")
    }
    return input ?? data ?? []
  }

  private static func accessList(_ list: JSON) throws(RPCError) -> [Transaction.Access] {
    guard let entries = list.elements else {
      throw .invalidParameters("an access list: found \(list.kindName), expected a list")
    }
    return try entries.map { entry throws(RPCError) in
      guard let address = entry["address"], let keys = entry["storageKeys"]?.elements else {
        throw .invalidParameters("an access list's entry has an `address` and `storageKeys`")
      }
      return Transaction.Access(
        address: try address.address(),
        keys: try keys.map { key throws(RPCError) in try key.word() })
    }
  }

  private static func authorizations(
    _ list: JSON
  ) throws(RPCError) -> [Transaction.Authorization] {
    guard let entries = list.elements else {
      throw .invalidParameters("an authorization list: found \(list.kindName), expected a list")
    }
    return try entries.map { entry throws(RPCError) in
      func member(_ key: String) throws(RPCError) -> JSON {
        guard let member = entry[key] else {
          throw .invalidParameters("an authorization has a `\(key)`")
        }
        return member
      }
      return Transaction.Authorization(
        chainID: try member("chainId").quantity(), address: try member("address").address(),
        nonce: try member("nonce").small(), yParity: try member("yParity").quantity(),
        r: try member("r").quantity().bytes32, s: try member("s").quantity().bytes32)
    }
  }

  /// Without nonce, gas limit and fees that are not said.
  func transaction(chainID: UInt64) -> Transaction {
    var transaction = Transaction()
    transaction.kind = transactionKind
    transaction.chainID = chainID
    transaction.to = to
    transaction.value = value
    transaction.input = input
    transaction.accessList = transaction.kind == .legacy ? [] : accessList ?? []
    transaction.authorizations = transaction.kind == .setCode ? authorizations ?? [] : []
    transaction.maximumFee = gasPrice ?? maximumFee ?? .zero
    transaction.maximumPriorityFee = gasPrice ?? priorityFee ?? .zero
    return transaction
  }

  private var transactionKind: Transaction.Kind {
    if let kind, let known = Transaction.Kind(rawValue: UInt8(truncatingIfNeeded: kind)) {
      return known
    }
    if authorizations?.isEmpty == false { return .setCode }
    guard gasPrice != nil else { return .dynamicFee }
    return accessList == nil ? .legacy : .accessList
  }
}
