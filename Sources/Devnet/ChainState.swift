import CanonicalJSON
import EVM
import EthereumPrimitives

/// The accounts of a chain as a file: what `--dump` writes and `--load` reads.
public enum ChainState {
  /// Why bytes are no state.
  public struct Malformed: Error, Sendable, CustomStringConvertible {
    let found: String
    let place: String

    public var description: String {
      "state, \(place): found \(found). Expected a file that `sluice devnet --dump` wrote."
    }
  }

  static let version = 1
  /// Bytes of a file at most.
  public static let maximumBytes = RPC.limits.bytes

  /// JSON with its keys in order: accounts with balance, nonce, code and storage, and the latest
  /// block's number and time.
  public static func dump(_ chain: Chain) -> [UInt8] {
    var accounts: [JSON.Member] = []
    chain.world.forEachAccount { address, record, storage in
      let slots = storage.map { JSON.Member(key: $0.key.hex, value: .quantity($0.value)) }
      accounts.append(
        JSON.Member(
          key: address.hex,
          value: .members([
            "balance": .quantity(record.balance), "nonce": .quantity(record.nonce),
            "code": .data(record.code), "storage": .object(slots),
          ])))
    }
    return JSON.members([
      "version": .integer(version), "block": .quantity(chain.latest.header.number),
      "timestamp": .quantity(chain.latest.header.timestamp), "accounts": .object(accounts),
    ]).canonicalBytes()
  }

  /// Puts the accounts of a state into a chain; all of it, or nothing where something is wrong.
  /// Blocks go on after the chain's own.
  public static func load(_ bytes: [UInt8], into chain: Chain) throws {
    let state: JSON
    do { state = try JSON.parse(bytes) } catch {
      throw Malformed(found: "\(error)", place: "the whole file")
    }
    guard state["version"]?.wholeNumber == version else {
      throw Malformed(found: "another version, or none", place: "version")
    }
    var records: [(Address, World.Record, [(UInt256, UInt256)])] = []
    for account in state["accounts"]?.members ?? [] {
      do throws(RPCError) {
        let address = try JSON.string(account.key).address()
        var record = World.Record()
        record.balance = try account.value["balance"]?.quantity() ?? .zero
        record.nonce = try account.value["nonce"]?.small() ?? 0
        record.code = try account.value["code"]?.bytes() ?? []
        var slots: [(UInt256, UInt256)] = []
        for slot in account.value["storage"]?.members ?? [] {
          slots.append((try JSON.string(slot.key).quantity(), try slot.value.quantity()))
        }
        records.append((address, record, slots))
      } catch {
        throw Malformed(found: error.message, place: "account \(account.key)")
      }
    }
    for (address, record, slots) in records {
      chain.change(address) { $0 = record }
      for (key, value) in slots { chain.setStorage(address, key, value) }
    }
    chain.stateChanged()
  }
}
