import CanonicalJSON
import EVM
import EthereumPrimitives

/// The accounts of a chain as a file: what `--dump` writes and `--load` reads.
public enum ChainState {
  /// Why bytes are no state.
  public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
    let found: String
    let place: String

    public var description: String {
      "state, \(place): \(found). Expected a file that `sluice devnet --dump` wrote."
    }
  }

  static let version = 1
  /// Bytes of a file at most: some millions of accounts and slots, as a rehearsal leaves them.
  public static let maximumBytes = 2 << 30
  static let limits = JSONLimits(bytes: maximumBytes, depth: 8, values: 20_000_000)

  /// JSON with its keys in order: accounts with balance, nonce, code and storage, and the latest
  /// block's number and time (no later than `Chain.lastTime`, as `load` has it).
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
    let time = min(chain.latest.header.timestamp, Chain.lastTime)
    return JSON.members([
      "version": .integer(version), "block": .quantity(chain.latest.header.number),
      "timestamp": .quantity(time), "accounts": .object(accounts),
    ]).canonicalBytes()
  }

  /// Puts a state in the place of a chain's: the accounts are those of the file and no others, and
  /// the clock is not before its time. Blocks go on after the chain's own.
  ///
  /// - Throws: `Malformed`, with the place; nothing changes then.
  public static func load(_ bytes: [UInt8], into chain: Chain) throws(Malformed) {
    try load(bytes, into: chain, limits: limits)
  }

  static func load(
    _ bytes: [UInt8], into chain: Chain, limits: JSONLimits
  ) throws(Malformed) {
    let state: JSON
    do { state = try JSON.parse(bytes, limits: limits) } catch {
      throw Malformed(found: "\(error)", place: "the text")
    }
    try check(state, ["version", "block", "timestamp", "accounts"], place: "the file")
    guard state["version"]?.wholeNumber == version else {
      let found = state["version"]?.kindName ?? "nothing"
      throw Malformed(found: "found \(found), expected \(version)", place: "version")
    }
    let time = try value(state, "timestamp", "timestamp") { json throws(RPCError) in
      try json.small()
    }
    guard time <= Chain.lastTime else {
      throw Malformed(found: "found \(time), expected at most 2⁵³ − 1", place: "timestamp")
    }
    let world = try world(state["accounts"] ?? .null)
    chain.replaceState(world)
    if chain.now < time { _ = chain.setTime(time) }
  }

  private static func world(_ accounts: JSON) throws(Malformed) -> World {
    guard let accounts = accounts.members else {
      throw Malformed(found: "found \(accounts.kindName), expected an object", place: "accounts")
    }
    let world = World()
    var seen: Set<Address> = []
    for account in accounts {
      let place = "account \(JSON.string(account.key).kindName)"
      let address: Address
      do throws(RPCError) { address = try JSON.string(account.key).address() } catch {
        throw Malformed(found: error.message, place: place)
      }
      guard seen.insert(address).inserted else {
        throw Malformed(found: "the account is there twice", place: place)
      }
      try read(account.value, address, place, into: world)
    }
    return world
  }

  private static func read(
    _ json: JSON, _ address: Address, _ place: String, into world: World
  ) throws(Malformed) {
    try check(json, ["balance", "nonce", "code", "storage"], place: place)
    let record = World.Record(
      nonce: try value(json, "nonce", place) { json throws(RPCError) in try json.small() },
      balance: try value(json, "balance", place) { json throws(RPCError) in try json.quantity() },
      code: try value(json, "code", place) { json throws(RPCError) in try json.bytes() })
    world.set(address, record)
    guard let slots = json["storage"]?.members else {
      throw Malformed(found: "`storage` is no object", place: place)
    }
    var seen: Set<UInt256> = []
    for slot in slots {
      let place = "\(place), slot \(JSON.string(slot.key).kindName)"
      let (key, value): (UInt256, UInt256)
      do throws(RPCError) {
        (key, value) = (try JSON.string(slot.key).slot(), try slot.value.quantity())
      } catch { throw Malformed(found: error.message, place: place) }
      guard seen.insert(key).inserted else {
        throw Malformed(found: "the slot is there twice", place: place)
      }
      world.setStorage(of: address, at: key, to: value)
    }
  }

  /// An object has these members and no others.
  private static func check(
    _ json: JSON, _ keys: Set<String>, place: String
  ) throws(Malformed) {
    guard let members = json.members else {
      throw Malformed(found: "found \(json.kindName), expected an object", place: place)
    }
    for member in members where !keys.contains(member.key) {
      let name = JSON.string(member.key).kindName
      throw Malformed(found: "the member \(name) is not known", place: place)
    }
    for key in keys.sorted() where json[key] == nil {
      throw Malformed(found: "`\(key)` is missing", place: place)
    }
  }

  private static func value<Value>(
    _ json: JSON, _ key: String, _ place: String, _ read: (JSON) throws(RPCError) -> Value
  ) throws(Malformed) -> Value {
    do throws(RPCError) { return try read(json[key] ?? .null) } catch {
      throw Malformed(found: "`\(key)`: \(error.message)", place: place)
    }
  }
}
