/// Numbers addresses in the order in which they first appear, so that columns can be indexed.
///
/// Open addressing: a slot holds an address and its number. The hash is keyed anew in every
/// process, so that nobody can choose addresses that share a slot; numbers do not depend on it.
public struct AddressTable: Sendable {
  private struct Slot {
    var address = Address.zero
    /// The number plus 1, or 0 where nothing stands.
    var entry: UInt32 = 0
  }

  /// The addresses by their numbers.
  public private(set) var addresses: [Address] = []
  private var slots: [Slot]
  /// The number of slots, which is a power of two, less 1. Half of them at most are taken.
  private var mask: Int
  private let key = HashKey()
  /// Where the search for each address of a call starts; kept for its memory.
  private var places: [Int] = []
  /// What the slots there begin with, which nobody needs.
  private var touched: UInt64 = 0

  /// The most addresses that a table numbers.
  public static let maximumCount = Int(UInt32.max) - 1

  public init() {
    slots = [Slot](repeating: Slot(), count: 16)
    mask = 15
  }

  public var count: Int { addresses.count }

  public subscript(number: UInt32) -> Address { addresses[Int(number)] }

  /// The number of an address; nil where it has none.
  public func number(of address: Address) -> UInt32? {
    let entry = slots[place(of: address, from: key.hash(address) & mask)].entry
    return entry == 0 ? nil : entry - 1
  }

  /// Appends the numbers of addresses; those that have none are given the next ones in their order.
  ///
  /// Every slot is read before the first of them is compared: memory answers many questions in the
  /// time that it takes for one.
  public mutating func appendNumbers(
    of addresses: [Address], to numbers: inout [UInt32]
  ) {
    precondition(count + addresses.count <= Self.maximumCount, "as many addresses as numbers")
    makeRoom(for: addresses.count)
    places.removeAll(keepingCapacity: true)
    for address in addresses { places.append(key.hash(address) & mask) }
    var sum: UInt64 = 0
    for place in places { sum &+= slots[place].address.word0 }
    touched = sum
    for (row, address) in addresses.enumerated() {
      let place = place(of: address, from: places[row])
      if slots[place].entry == 0 {
        self.addresses.append(address)
        slots[place] = Slot(address: address, entry: UInt32(count))
      }
      numbers.append(slots[place].entry - 1)
    }
  }

  /// The slot of an address, or the empty one in which it would stand.
  @inline(__always)
  private func place(of address: Address, from start: Int) -> Int {
    var place = start
    while slots[place].entry != 0, slots[place].address != address { place = (place + 1) & mask }
    return place
  }

  private mutating func makeRoom(for more: Int) {
    guard 2 * (count + more) > slots.count else { return }
    var size = slots.count
    while size < 2 * (count + more) { size *= 2 }
    slots = [Slot](repeating: Slot(), count: size)
    mask = size - 1
    for (number, address) in addresses.enumerated() {
      let place = place(of: address, from: key.hash(address) & mask)
      slots[place] = Slot(address: address, entry: UInt32(number + 1))
    }
  }
}

/// What the hash of addresses is keyed with: two numbers that nobody outside the process knows.
private struct HashKey: Sendable {
  private let first: UInt64
  private let second: UInt64

  init() {
    // Swift's own hash has a secret seed in every process.
    first = UInt64(bitPattern: Int64(Hasher.of(1)))
    second = UInt64(bitPattern: Int64(Hasher.of(2))) | 1
  }

  /// Two multiplications, each folded: every bit of the address and of the key reaches every bit.
  @inline(__always)
  func hash(_ address: Address) -> Int {
    let words = (address.word0 ^ first).multipliedFullWidth(by: address.word1 ^ second)
    let mixed = (words.high ^ words.low ^ UInt64(address.word2)).multipliedFullWidth(by: second)
    return Int(truncatingIfNeeded: mixed.high ^ mixed.low)
  }
}

extension Hasher {
  fileprivate static func of(_ number: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(number)
    return hasher.finalize()
  }
}
