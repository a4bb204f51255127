import EthereumPrimitives

/// The trie of a world: accounts by the hash of their address, slots by the hash of their key.
///
/// Source: Ethereum Yellow Paper, section 4.1.
struct StateTrie {
  private var accounts = Trie()
  private var storage: [Int32: Trie] = [:]

  /// Takes in what changed since the last time, and gives the root.
  mutating func root(
    of world: World, changed changes: (accounts: [Int32], slots: [Int32])
  ) -> Bytes32 {
    let slots = changes.slots.map { world.slots[Int($0)] }
    let places = Self.hashes(slots, length: 32) { Bytes32($0.key).append(to: &$1) }
    for (slot, place) in zip(slots, places) {
      let value = slot.value.isZero ? [] : RLP.encode(.number(slot.value))
      storage[slot.account, default: Trie()].set(place.bytes, value)
    }
    // A destroyed account comes before one that got its address later: its number is lower.
    let changed = changes.accounts.map { world.accounts[Int($0)] }
    let names = Self.hashes(changed, length: 20) { $0.address.append(to: &$1) }
    for (index, (account, name)) in zip(changes.accounts, zip(changed, names)) {
      update(account, index, at: name.bytes)
    }
    return accounts.rootHash()
  }

  /// Of what `append` writes of each value, many at once.
  private static func hashes<Value>(
    _ values: [Value], length: Int, append: (Value, inout [UInt8]) -> Void
  ) -> [Bytes32] {
    var rows: [UInt8] = []
    rows.reserveCapacity(values.count * length)
    for value in values { append(value, &rows) }
    return KeccakBackend.best.hashRows(rows, rowLength: length)
  }

  private mutating func update(_ account: World.Account, _ index: Int32, at key: [UInt8]) {
    guard account.exists else {
      storage[index] = nil
      accounts.set(key, [])
      return
    }
    let record = RLPItem.list([
      .number(UInt256(account.nonce)), .number(account.balance),
      .bytes((storage[index]?.rootHash() ?? Trie.emptyRoot).bytes), .bytes(account.code.hash.bytes),
    ])
    accounts.set(key, RLP.encode(record))
  }
}
