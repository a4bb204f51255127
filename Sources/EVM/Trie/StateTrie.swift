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
    for index in changes.slots {
      let slot = world.slots[Int(index)]
      let key = Keccak256.hash(Bytes32(slot.key))
      let value = slot.value.isZero ? [] : RLP.encode(.number(slot.value))
      storage[slot.account, default: Trie()].set(key.bytes, value)
    }
    // A destroyed account comes before one that got its address later: its number is lower.
    for index in changes.accounts { update(world.accounts[Int(index)], index) }
    return accounts.rootHash()
  }

  private mutating func update(_ account: World.Account, _ index: Int32) {
    let key = Keccak256.hash(account.address.bytes[...]).bytes
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
