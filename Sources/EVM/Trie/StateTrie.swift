import EthereumPrimitives

/// An account of a state, with what its leaf in the trie is made of.
final class StoredAccount {
  let nonce: UInt64
  let balance: UInt256
  let code: Bytecode
  let storage: Trie

  init(nonce: UInt64, balance: UInt256, code: Bytecode, storage: Trie) {
    self.nonce = nonce
    self.balance = balance
    self.code = code
    self.storage = storage
  }

  func value(at key: UInt256) -> UInt256 { Self.value(at: key, in: storage) }

  static func value(at key: UInt256, in storage: Trie) -> UInt256 {
    guard let value = storage.value(Keccak256.hash(Bytes32(key)).bytes),
      case .bytes(let bytes)? = try? RLP.decode(value)
    else { return .zero }
    return UInt256(bigEndian: bytes[...]) ?? .zero
  }

  /// Source: Ethereum Yellow Paper, section 4.1.
  fileprivate var encoded: [UInt8] {
    RLP.encode(
      .list([
        .number(UInt256(nonce)), .number(balance), .bytes(storage.rootHash().bytes),
        .bytes(code.hash.bytes),
      ]))
  }
}

/// The state of a chain at one time: accounts by the hash of their address, slots by the hash of
/// their key. It never changes: to keep one costs what was changed after it.
///
/// Source: Ethereum Yellow Paper, section 4.1.
public struct StateTrie {
  private var accounts = Trie()

  /// Takes in what changed since the last time.
  mutating func take(_ changes: (accounts: [Int32], slots: [Int32]), of world: World) {
    let keys = Self.keys(changes.accounts) { world.accounts[Int($0)].address.bytes }
    let slotKeys = Self.keys(changes.slots) { Bytes32(world.slots[Int($0)].key).bytes }
    let slots = Dictionary(grouping: changes.slots.indices) {
      world.slots[Int(changes.slots[$0])].account
    }
    // A destroyed account comes before one that got its address later: its number is lower.
    for (index, key) in zip(changes.accounts, keys) {
      let account = world.accounts[Int(index)]
      guard account.exists else {
        accounts.set(key, [])
        continue
      }
      var storage = accounts.account(key)?.storage ?? Trie()
      for place in slots[index] ?? [] {
        let value = world.slots[Int(changes.slots[place])].value
        storage.set(slotKeys[place], value.isZero ? [] : RLP.encode(.number(value)))
      }
      let stored = StoredAccount(
        nonce: account.nonce, balance: account.balance, code: account.code, storage: storage)
      accounts.set(key, stored.encoded, account: stored)
    }
  }

  /// Hashes what stands at indices, several at once.
  private static func keys(_ indices: [Int32], _ row: (Int32) -> [UInt8]) -> [[UInt8]] {
    guard let first = indices.first else { return [] }
    return KeccakBackend.best.hashRows(indices.flatMap(row), rowLength: row(first).count)
      .map(\.bytes)
  }

  public var root: Bytes32 { accounts.rootHash() }

  func account(_ address: Address) -> StoredAccount? { accounts.account(Self.key(address)) }

  private static func key(_ address: Address) -> [UInt8] { Keccak256.hash(address.bytes).bytes }
}

/// What shows an account and slots of it to whoever knows the root of the state (EIP-1186).
public struct StateProof: Sendable {
  public struct Slot: Sendable {
    public let key: UInt256
    public let value: UInt256
    public let proof: [[UInt8]]
  }

  public let account: World.Record
  public let codeHash: Bytes32
  public let storageRoot: Bytes32
  public let proof: [[UInt8]]
  public let slots: [Slot]
}

extension StateTrie {
  public func proof(of address: Address, slots: [UInt256]) -> StateProof {
    let stored = account(address)
    let storage = stored?.storage ?? Trie()
    return StateProof(
      account: stored.map { World.Record($0) } ?? World.Record(),
      codeHash: stored?.code.hash ?? Keccak256.hash([]), storageRoot: storage.rootHash(),
      proof: accounts.proof(of: Self.key(address)),
      slots: slots.map { key in
        StateProof.Slot(
          key: key, value: StoredAccount.value(at: key, in: storage),
          proof: storage.proof(of: Keccak256.hash(Bytes32(key)).bytes))
      })
  }
}
