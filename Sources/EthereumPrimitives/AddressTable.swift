/// Numbers addresses in the order in which they first appear, so that columns can be indexed.
///
/// Open addressing: a slot holds the number of an address plus 1, or 0. The hash is keyed anew in
/// every process, so that nobody can choose addresses that share a slot; numbers do not depend on
/// it.
public struct AddressTable: Sendable {
  /// The addresses by their numbers.
  public private(set) var addresses: [Address] = []
  private var slots: [UInt32]
  /// Half of the slots at most are taken.
  private var mask: Int
  private let key = HashKey()
  /// Where each address of a call would stand; kept for its memory.
  private var places: [Int] = []

  /// The most addresses that a table numbers.
  public static let maximumCount = Int(UInt32.max) - 1

  public init() {
    slots = [UInt32](repeating: 0, count: 16)
    mask = 15
  }

  public var count: Int { addresses.count }

  public subscript(number: UInt32) -> Address { addresses[Int(number)] }

  /// The number of an address; nil where it has none.
  public func number(of address: Address) -> UInt32? {
    var place = key.hash(address) & mask
    while slots[place] != 0 {
      let number = slots[place] - 1
      if addresses[Int(number)] == address { return number }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Appends the numbers of addresses; those that have none are given the next ones in their order.
  ///
  /// All slots are asked for before the first address is compared: memory answers many questions
  /// in the time that it takes for one.
  public mutating func appendNumbers(
    of addresses: [Address], to numbers: inout [UInt32]
  ) {
    precondition(count + addresses.count <= Self.maximumCount, "as many addresses as numbers")
    makeRoom(for: addresses.count)
    places.removeAll(keepingCapacity: true)
    let start = numbers.count
    for address in addresses {
      let place = key.hash(address) & mask
      places.append(place)
      numbers.append(slots[place])
    }
    for row in addresses.indices {
      let slot = numbers[start + row]
      if slot != 0, self.addresses[Int(slot - 1)] == addresses[row] {
        numbers[start + row] = slot - 1
      } else {
        numbers[start + row] = number(addresses[row], from: places[row])
      }
    }
  }

  /// The number of an address, which it is given where it has none.
  private mutating func number(_ address: Address, from start: Int) -> UInt32 {
    var place = start
    while slots[place] != 0 {
      let number = slots[place] - 1
      if addresses[Int(number)] == address { return number }
      place = (place + 1) & mask
    }
    addresses.append(address)
    slots[place] = UInt32(addresses.count)
    return UInt32(addresses.count - 1)
  }

  private mutating func makeRoom(for more: Int) {
    guard 2 * (addresses.count + more) > slots.count else { return }
    var size = slots.count
    while size < 4 * (addresses.count + more) { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    mask = size - 1
    for (number, address) in addresses.enumerated() {
      var place = key.hash(address) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(number + 1)
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
