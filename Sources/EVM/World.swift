import EthereumPrimitives

/// The state of a chain: accounts, their storage and code, and all that one transaction remembers
/// of them.
///
/// Every change is written into a journal, so that a call that fails is undone by walking back.
/// Accounts and slots have a number once they were looked at; the interpreter works with the
/// numbers.
public final class World {
  struct Account {
    let address: Address
    var nonce: UInt64 = 0
    var balance = UInt256.zero
    var code: Bytecode
    /// False where the trie has no such account.
    var exists = false
    /// Slots that are not 0.
    var filledSlots = 0
    // Numbers of the transactions in which it was last looked at, touched (EIP-161), created,
    // destroyed.
    var warmIn: UInt32 = 0
    var touchedIn: UInt32 = 0
    var createdIn: UInt32 = 0
    var destroyedIn: UInt32 = 0

    /// As a state has it; with nothing where it has not.
    init(_ address: Address, _ stored: StoredAccount?, _ noCode: Bytecode) {
      self.address = address
      nonce = stored?.nonce ?? 0
      balance = stored?.balance ?? .zero
      code = stored?.code ?? noCode
      exists = stored != nil
    }

    /// EIP-161: no nonce, no balance, no code.
    var isEmpty: Bool { nonce == 0 && balance.isZero && code.count == 0 }
  }

  struct Slot {
    let account: Int32
    let key: UInt256
    var value = UInt256.zero
    /// The value before the transaction `originalIn`.
    var original = UInt256.zero
    var originalIn: UInt32 = 0
    var warmIn: UInt32 = 0
  }

  struct SlotKey: Hashable {
    let account: Int32
    let key: UInt256
  }

  /// A place in the journal to which the world can be taken back.
  struct Checkpoint {
    let entries: Int
    let logs: Int
    let refund: Int64
  }

  /// A log of a contract.
  public struct Log: Sendable, Hashable {
    public let address: Address
    public let topics: [Bytes32]
    public let data: [UInt8]
  }

  private enum Change {
    case nonce, balance, code, exists, value, warmAccount, warmSlot, touched, created, destroyed
    case transient
  }

  private struct Entry {
    let change: Change
    let index: Int32
    var word = UInt256.zero
  }

  /// The code of accounts that have none.
  let noCode = Bytecode([])
  private(set) var accounts: ContiguousArray<Account> = []
  private(set) var slots: ContiguousArray<Slot> = []
  private var accountIndex: [Address: Int32] = [:]
  private var slotIndex: [SlotKey: Int32] = [:]
  private var transient: [SlotKey: UInt256] = [:]
  private var transientKeys: [SlotKey] = []
  private var journal: ContiguousArray<Entry> = []
  private var formerCode: [Bytecode] = []
  private(set) var logs: [Log] = []
  var refund: Int64 = 0
  /// The number of the running transaction; 0 stands for never.
  private var transaction: UInt32 = 1

  /// Accounts and slots that differ from what `takeChanges` last saw.
  private var changedAccounts: Set<Int32> = []
  private var changedSlots: Set<Int32> = []

  private var trie = StateTrie()
  /// Where accounts and slots that were not looked at yet come from; nil where there are none.
  private var base: StateTrie?
  /// Storage of accounts that came from `base`.
  private var baseStorage: [Int32: Trie] = [:]

  public init() {}

  /// A world that starts as a state is. What is looked at is fetched from it, so that this costs
  /// nothing, however large the state.
  public init(over state: StateTrie) {
    base = state
    trie = state
  }

  /// A world that starts as another one is between transactions; neither sees what the other does
  /// from then on.
  public init(copying other: World) {
    accounts = other.accounts
    slots = other.slots
    accountIndex = other.accountIndex
    slotIndex = other.slotIndex
    transaction = other.transaction
    changedAccounts = other.changedAccounts
    changedSlots = other.changedSlots
    trie = other.trie
    base = other.base
    baseStorage = other.baseStorage
  }
}

// MARK: From outside of transactions

extension World {
  /// What the trie holds of an account but its storage.
  public struct Record: Sendable, Hashable {
    public var nonce: UInt64 = 0
    /// Wei.
    public var balance = UInt256.zero
    public var code: [UInt8] = []

    public init(nonce: UInt64 = 0, balance: UInt256 = .zero, code: [UInt8] = []) {
      self.nonce = nonce
      self.balance = balance
      self.code = code
    }

    init(_ stored: StoredAccount) {
      self.init(nonce: stored.nonce, balance: stored.balance, code: stored.code.bytes)
    }

    /// The account whose code runs in place of this one's (EIP-7702).
    public var delegate: Address? { Bytecode(code).delegate }
  }

  /// What there is of an account; of one that does not exist, nothing.
  public func record(of address: Address) -> Record {
    let account = known(address)
    return Record(nonce: account.nonce, balance: account.balance, code: account.code.bytes)
  }

  public func storage(of address: Address, at key: UInt256) -> UInt256 {
    guard let account = accountIndex[address] else {
      return base?.account(address)?.value(at: key) ?? .zero
    }
    guard let slot = slotIndex[SlotKey(account: account, key: key)] else {
      return baseValue(Int(account), key)
    }
    return slots[Int(slot)].value
  }

  /// Makes an account as it is given, or changes one, between transactions.
  public func set(_ address: Address, _ record: Record) {
    let index = account(address)
    accounts[index].exists = true
    accounts[index].nonce = record.nonce
    accounts[index].balance = record.balance
    if record.code != accounts[index].code.bytes {
      accounts[index].code = record.code.isEmpty ? noCode : Bytecode(record.code)
    }
    changedAccounts.insert(Int32(index))
  }

  /// Sets a slot of an account's storage between transactions.
  public func setStorage(of address: Address, at key: UInt256, to value: UInt256) {
    let slot = slot(account(address), key)
    replace(slot, value)
    changedSlots.insert(Int32(slot))
  }

  /// Every account of the trie, with its slots that are not 0; in the order in which they were
  /// first seen. Of a world over a state, those that were looked at.
  public func forEachAccount(
    _ body: (Address, Record, [(key: UInt256, value: UInt256)]) -> Void
  ) {
    var storage: [Int32: [(key: UInt256, value: UInt256)]] = [:]
    for slot in slots where !slot.value.isZero {
      storage[slot.account, default: []].append((slot.key, slot.value))
    }
    for (index, account) in accounts.enumerated() where account.exists {
      body(
        account.address,
        Record(nonce: account.nonce, balance: account.balance, code: account.code.bytes),
        storage[Int32(index)] ?? [])
    }
  }

  /// The root of the state's trie, between transactions. Source: Ethereum Yellow Paper, section
  /// 4.1.
  public func root() -> Bytes32 { state().root }

  /// The state as it is now, between transactions.
  public func state() -> StateTrie {
    trie.take(takeChanges(), of: self)
    return trie
  }
}

// MARK: Looking

extension World {
  /// The number of an account; one that nobody has seen is added, as not existing where it does
  /// not.
  func account(_ address: Address) -> Int {
    if let index = accountIndex[address] { return Int(index) }
    let index = Int32(accounts.count)
    let stored = base?.account(address)
    accounts.append(Account(address, stored, noCode))
    accountIndex[address] = index
    if let stored { baseStorage[index] = stored.storage }
    return Int(index)
  }

  /// An account as it is, which is not added where nobody has seen it.
  func known(_ address: Address) -> Account {
    if let index = accountIndex[address] { return accounts[Int(index)] }
    return Account(address, base?.account(address), noCode)
  }

  private func baseValue(_ account: Int, _ key: UInt256) -> UInt256 {
    guard base != nil, let storage = baseStorage[Int32(account)] else { return .zero }
    return StoredAccount.value(at: key, in: storage)
  }

  /// The number of a slot of an account's storage.
  func slot(_ account: Int, _ key: UInt256) -> Int {
    let name = SlotKey(account: Int32(account), key: key)
    if let index = slotIndex[name] { return Int(index) }
    let index = Int32(slots.count)
    slots.append(Slot(account: Int32(account), key: key, value: baseValue(account, key)))
    slotIndex[name] = index
    return Int(index)
  }

  /// True where value sent to it would make an account (EIP-161).
  func isDead(_ account: Int) -> Bool { accounts[account].isEmpty }

  /// True where nothing can be created: nonce, code or storage are there already (EIP-684,
  /// EIP-7610).
  func isTaken(_ account: Int) -> Bool {
    let hasBaseStorage = baseStorage[Int32(account)].map { !$0.isEmpty } ?? false
    let account = accounts[account]
    return account.nonce != 0 || account.code.count != 0 || account.filledSlots != 0
      || hasBaseStorage
  }

  /// True where `warm` would find it cold.
  func isCold(account: Int) -> Bool { accounts[account].warmIn != transaction }

  /// True where `warmSlot` would find it cold.
  func isCold(slot: Int) -> Bool { slots[slot].warmIn != transaction }

  func isCreatedNow(_ account: Int) -> Bool { accounts[account].createdIn == transaction }

  func transientValue(_ account: Int, _ key: UInt256) -> UInt256 {
    transient[SlotKey(account: Int32(account), key: key)] ?? .zero
  }

  /// The value that the slot had before the transaction (EIP-2200).
  func original(_ slot: Int) -> UInt256 {
    slots[slot].originalIn == transaction ? slots[slot].original : slots[slot].value
  }
}

// MARK: Changing

extension World {
  /// Marks an account as looked at; true where it was cold (EIP-2929).
  func warm(_ account: Int) -> Bool {
    guard accounts[account].warmIn != transaction else { return false }
    note(.warmAccount, account, UInt256(UInt64(accounts[account].warmIn)))
    accounts[account].warmIn = transaction
    return true
  }

  /// Marks a slot as looked at; true where it was cold (EIP-2929).
  func warmSlot(_ slot: Int) -> Bool {
    guard slots[slot].warmIn != transaction else { return false }
    note(.warmSlot, slot, UInt256(UInt64(slots[slot].warmIn)))
    slots[slot].warmIn = transaction
    return true
  }

  /// Marks an account as touched: if it is empty at the end of the transaction, it goes (EIP-161).
  func touch(_ account: Int) {
    if accounts[account].touchedIn != transaction {
      note(.touched, account, UInt256(UInt64(accounts[account].touchedIn)))
      accounts[account].touchedIn = transaction
    }
    if !accounts[account].exists {
      note(.exists, account)
      accounts[account].exists = true
    }
  }

  func setBalance(_ account: Int, _ balance: UInt256) {
    touch(account)
    note(.balance, account, accounts[account].balance)
    accounts[account].balance = balance
  }

  func setNonce(_ account: Int, _ nonce: UInt64) {
    touch(account)
    note(.nonce, account, UInt256(accounts[account].nonce))
    accounts[account].nonce = nonce
  }

  func setCode(_ account: Int, _ code: Bytecode) {
    touch(account)
    note(.code, account)
    formerCode.append(accounts[account].code)
    accounts[account].code = code
  }

  func markCreated(_ account: Int) {
    note(.created, account, UInt256(UInt64(accounts[account].createdIn)))
    accounts[account].createdIn = transaction
  }

  func markDestroyed(_ account: Int) {
    guard accounts[account].destroyedIn != transaction else { return }
    note(.destroyed, account, UInt256(UInt64(accounts[account].destroyedIn)))
    accounts[account].destroyedIn = transaction
  }

  func setValue(_ slot: Int, _ value: UInt256) {
    let old = slots[slot].value
    if slots[slot].originalIn != transaction {
      slots[slot].original = old
      slots[slot].originalIn = transaction
    }
    guard value != old else { return }
    note(.value, slot, old)
    replace(slot, value)
  }

  func setTransient(_ account: Int, _ key: UInt256, _ value: UInt256) {
    let name = SlotKey(account: Int32(account), key: key)
    note(.transient, transientKeys.count, transient[name] ?? .zero)
    transientKeys.append(name)
    transient[name] = value
  }

  func add(_ log: Log) { logs.append(log) }

  private func replace(_ slot: Int, _ value: UInt256) {
    let account = Int(slots[slot].account)
    if slots[slot].value.isZero != value.isZero {
      accounts[account].filledSlots += value.isZero ? -1 : 1
    }
    slots[slot].value = value
  }

  private func note(_ change: Change, _ index: Int, _ word: UInt256 = .zero) {
    journal.append(Entry(change: change, index: Int32(index), word: word))
  }
}

// MARK: Going back

extension World {
  func checkpoint() -> Checkpoint {
    Checkpoint(entries: journal.count, logs: logs.count, refund: refund)
  }

  func revert(to checkpoint: Checkpoint) {
    while journal.count > checkpoint.entries { undo(journal.removeLast()) }
    logs.removeLast(logs.count - checkpoint.logs)
    refund = checkpoint.refund
  }

  private func undo(_ entry: Entry) {
    let index = Int(entry.index)
    switch entry.change {
    case .nonce: accounts[index].nonce = entry.word.asUInt64 ?? 0
    case .balance: accounts[index].balance = entry.word
    case .code: accounts[index].code = formerCode.removeLast()
    case .exists: accounts[index].exists = false
    case .value: replace(index, entry.word)
    case .warmAccount: accounts[index].warmIn = number(entry)
    case .warmSlot: slots[index].warmIn = number(entry)
    case .touched: accounts[index].touchedIn = number(entry)
    case .created: accounts[index].createdIn = number(entry)
    case .destroyed: accounts[index].destroyedIn = number(entry)
    case .transient: transient[transientKeys.removeLast()] = entry.word
    }
  }

  private func number(_ entry: Entry) -> UInt32 {
    UInt32(truncatingIfNeeded: entry.word.asUInt64 ?? 0)
  }
}

// MARK: A transaction's end

extension World {
  /// Ends a transaction: what was destroyed and what is empty goes, the journal is closed, and
  /// nothing is warm any more.
  func endTransaction() {
    for entry in journal {
      switch entry.change {
      case .value: changedSlots.insert(entry.index)
      case .nonce, .balance, .code, .exists: changedAccounts.insert(entry.index)
      case .touched where accounts[Int(entry.index)].isEmpty:
        accounts[Int(entry.index)].exists = false
        changedAccounts.insert(entry.index)
      case .destroyed: destroy(entry.index)
      case .warmAccount, .warmSlot, .touched, .created, .transient: break
      }
    }
    journal.removeAll(keepingCapacity: true)
    formerCode.removeAll()
    transient.removeAll()
    transientKeys.removeAll()
    logs.removeAll()
    refund = 0
    transaction += 1
  }

  /// What changed since the last time, in the order of the numbers.
  func takeChanges() -> (accounts: [Int32], slots: [Int32]) {
    let slots = changedSlots.sorted()
    changedAccounts.formUnion(slots.map { self.slots[Int($0)].account })
    let accounts = changedAccounts.sorted()
    changedAccounts.removeAll(keepingCapacity: true)
    changedSlots.removeAll(keepingCapacity: true)
    return (accounts, slots)
  }

  /// The account is gone, and its storage with it: its address gets another number.
  private func destroy(_ index: Int32) {
    let address = accounts[Int(index)].address
    accounts[Int(index)].exists = false
    changedAccounts.insert(index)
    accountIndex[address] = Int32(accounts.count)
    accounts.append(Account(address, nil, noCode))
  }
}

extension World.Log {
  /// As receipts hold it. Source: Ethereum Yellow Paper, section 4.4.1.
  public var item: RLPItem {
    .list([.bytes(address.bytes), .list(topics.map { .bytes($0.bytes) }), .bytes(data)])
  }
}
