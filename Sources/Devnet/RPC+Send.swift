import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing

// Transactions that are sent, and what keys sign.
extension RPC {
  /// nil where the method is none of these.
  func send(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_sendRawTransaction":
      let raw = try parameters.bytes()
      let pending: PendingTransaction
      do { pending = try PendingTransaction(SignedTransaction(raw: raw)) } catch {
        throw .rejected("\(error)")
      }
      return .word(try send(pending))
    case "eth_sendTransaction": return .word(try send(described(&parameters)))
    case "eth_signTransaction":
      let pending = try described(&parameters)
      guard pending.signature != nil else {
        throw .rejected("\(pending.sender) is impersonated: nothing signs for it")
      }
      return .members(["raw": .data(pending.encoded), "tx": json(pending)])
    case "eth_sign", "personal_sign": return try sign(method, &parameters)
    case "eth_signTypedData_v4":
      let key = try key(of: parameters.address())
      return .data(key.sign(try TypedDataJSON.digest(parameters.required("typed data"))).bytes)
    default: return nil
    }
  }

  func key(of account: Address) throws(RPCError) -> PrivateKey {
    guard let key = keys[account] else {
      throw .rejected(
        "unknown account: \(account) is none of this chain's accounts, whose keys sign")
    }
    return key
  }

  /// EIP-191, version 0x45: a message that no transaction can be.
  private func sign(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON {
    let first = try parameters.required("an account, or bytes")
    let second = try parameters.required("an account, or bytes")
    let (account, message) = method == "eth_sign" ? (first, second) : (second, first)
    let bytes = try message.bytes()
    let prefix = "\u{19}Ethereum Signed Message:\n\(bytes.count)"
    let key = try key(of: account.address())
    return .data(key.sign(Keccak256.hash(Array(prefix.utf8) + bytes)).bytes)
  }

  private func send(_ pending: PendingTransaction) throws(RPCError) -> Bytes32 {
    do { try chain.add(pending) } catch { throw .rejected("\(error)") }
    return pending.hash
  }

  /// What a client describes, with what it leaves out filled in. It is signed where the chain has
  /// the key; else it goes in the account's name, where somebody may send as it.
  private func described(_ parameters: inout Parameters) throws(RPCError) -> PendingTransaction {
    let request = try callObject(&parameters)
    guard let sender = request.from ?? accounts.first else {
      throw .invalidParameters("`from` is missing")
    }
    guard keys[sender] != nil || chain.canSend(as: sender) else {
      throw .rejected(
        "unknown account: \(sender) is none of this chain's accounts, and nobody impersonates it")
    }
    var transaction = request.transaction(chainID: chain.settings.chainID)
    transaction.nonce = request.nonce ?? chain.nextNonce(of: sender)
    setFees(&transaction, request)
    if let gas = request.gas {
      transaction.gasLimit = gas
    } else {
      transaction.gasLimit = try estimate(described: request, from: sender)
    }
    guard keys[sender] != nil else { return PendingTransaction(transaction, from: sender) }
    let signature = try key(of: sender).sign(transaction.signingHash)
    do { return try PendingTransaction(SignedTransaction(transaction, signature)) } catch {
      throw .rejected("\(error)")
    }
  }

  /// After what already waits: the transaction will run on it.
  private func estimate(
    described request: CallObject, from sender: Address
  ) throws(RPCError) -> UInt64 {
    var request = request
    request.from = sender
    let (world, block) = try state(at: .string("pending"))
    return try estimate(UnpaidRun(request, on: world, in: block, settings: chain.settings))
  }

  /// Twice the base fee and a tip, so that it stands in blocks to come too.
  private func setFees(_ transaction: inout Transaction, _ request: CallObject) {
    guard request.gasPrice == nil else { return }
    let baseFee = chain.nextContext().baseFee
    if transaction.kind == .legacy || transaction.kind == .accessList {
      transaction.maximumFee = Self.sum(baseFee, Self.suggestedTip)
      transaction.maximumPriorityFee = transaction.maximumFee
      return
    }
    let tip = request.priorityFee ?? min(Self.suggestedTip, request.maximumFee ?? .max)
    transaction.maximumPriorityFee = tip
    transaction.maximumFee =
      request.maximumFee ?? Self.sum(Self.sum(baseFee, baseFee), tip)
  }
}
