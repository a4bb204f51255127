import CanonicalJSON
import EVM
import EthereumPrimitives

/// What a call assumes of the state and of the block, as geth has it.
enum Overrides {
  /// Accounts by address, with `balance`, `nonce`, `code` and `stateDiff`.
  static func apply(_ json: JSON, to world: World) throws(RPCError) {
    guard let accounts = json.members else {
      throw .invalidParameters("overrides of accounts: found \(json.kindName), expected an object")
    }
    for account in accounts {
      let address = try JSON.string(account.key).address()
      guard let changes = account.value.members else {
        throw .invalidParameters("the override of an account is an object")
      }
      var record = world.record(of: address)
      for change in changes where change.value != .null {
        switch change.key {
        case "balance": record.balance = try change.value.quantity()
        case "nonce": record.nonce = try change.value.small()
        case "code": record.code = try change.value.bytes()
        case "stateDiff":
          guard let slots = change.value.members else {
            throw .invalidParameters(
              "`stateDiff`: found \(change.value.kindName), expected an object")
          }
          for slot in slots {
            world.setStorage(
              of: address, at: try JSON.string(slot.key).slot(), to: try slot.value.slot())
          }
        default:
          throw .invalidParameters(
            "the override `\(change.key)` is not known; there are balance, nonce, code, stateDiff")
        }
      }
      world.set(address, record)
    }
  }

  /// A block's `number`, `time`, `gasLimit`, `feeRecipient` and `prevRandao`.
  static func apply(_ json: JSON, to block: inout BlockContext) throws(RPCError) {
    guard let changes = json.members else {
      throw .invalidParameters("overrides of the block: found \(json.kindName), expected an object")
    }
    for change in changes where change.value != .null {
      switch change.key {
      case "number": block.number = try change.value.small()
      case "time": block.timestamp = try change.value.small()
      case "gasLimit": block.gasLimit = try RPC.blockGas(change.value)
      case "feeRecipient", "coinbase": block.coinbase = try change.value.address()
      case "prevRandao", "random": block.prevRandao = try change.value.word()
      default:
        throw .invalidParameters(
          "the override `\(change.key)` is not known; there are number, time, gasLimit, "
            + "feeRecipient, prevRandao")
      }
    }
  }
}
