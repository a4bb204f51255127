import CanonicalJSON
import EVM
import EthereumPrimitives

// What is asked of accounts.
extension RPC {
  /// nil where the method is none of these.
  func lookAtState(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getBalance":
      let account = try parameters.address()
      return .quantity(try state(at: parameters.next()).world.record(of: account).balance)
    case "eth_getCode":
      let account = try parameters.address()
      return .data(try state(at: parameters.next()).world.record(of: account).code)
    case "eth_getStorageAt":
      let account = try parameters.address()
      let key = try parameters.slot()
      return .word(try state(at: parameters.next()).world.storage(of: account, at: key).bytes32)
    case "eth_getTransactionCount":
      let account = try parameters.address()
      let name = parameters.next()
      if case .pending = try blockName(name) {
        return .quantity(chain.nextNonce(of: account))
      }
      return .quantity(try state(at: name).world.record(of: account).nonce)
    case "eth_getProof": return try proof(&parameters)
    default: return nil
    }
  }

  /// Slots that one proof is asked for at most.
  static let maximumProofSlots = 1024

  /// Source: EIP-1186.
  private func proof(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let account = try parameters.address()
    guard let keys = try parameters.required("storage slots").elements,
      keys.count <= Self.maximumProofSlots
    else {
      throw .invalidParameters("storage slots are a list of at most \(Self.maximumProofSlots)")
    }
    let slots = try keys.map { json throws(RPCError) in try json.slot() }
    let name = parameters.next()
    if case .pending = try blockName(name) {
      throw .invalidParameters("there are proofs of blocks that are made, not of the pending one")
    }
    let proof = try stateTrie(after: block(at: name)).proof(of: account, slots: slots)
    return .members([
      "address": .address(account), "balance": .quantity(proof.account.balance),
      "nonce": .quantity(proof.account.nonce), "codeHash": .word(proof.codeHash),
      "storageHash": .word(proof.storageRoot), "accountProof": .array(proof.proof.map(JSON.data)),
      "storageProof": .array(
        zip(keys, proof.slots).map { key, slot in
          .members([
            "key": key, "value": .quantity(slot.value),
            "proof": .array(slot.proof.map(JSON.data)),
          ])
        }),
    ])
  }
}
