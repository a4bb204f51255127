import DistributionModel
import EthereumPrimitives

/// A place for the changes of a piece of a file, column by column, used again for the next one.
///
/// A class: it owns its memory.
final class EventColumns {
  private var capacity = 0
  private var times: UnsafeMutablePointer<UInt64>
  private var amounts: UnsafeMutablePointer<UInt256>
  private var isTaken: UnsafeMutablePointer<Bool>
  private var lines: UnsafeMutablePointer<UInt32>
  private var accounts: UnsafeMutablePointer<Address>
  private(set) var count = 0

  init() {
    times = .allocate(capacity: 0)
    amounts = .allocate(capacity: 0)
    isTaken = .allocate(capacity: 0)
    lines = .allocate(capacity: 0)
    accounts = .allocate(capacity: 0)
  }

  deinit { deallocate() }

  private func deallocate() {
    times.deallocate()
    amounts.deallocate()
    isTaken.deallocate()
    lines.deallocate()
    accounts.deallocate()
  }

  /// Makes room for so many changes; what was there is forgotten.
  func clear(capacity: Int) {
    count = 0
    guard capacity > self.capacity else { return }
    deallocate()
    self.capacity = capacity
    times = .allocate(capacity: capacity)
    amounts = .allocate(capacity: capacity)
    isTaken = .allocate(capacity: capacity)
    lines = .allocate(capacity: capacity)
    accounts = .allocate(capacity: capacity)
  }

  /// True where one more row can be written: an event changes two balances at most.
  @inline(__always)
  var hasRoomForEvent: Bool { capacity - count >= 2 }

  @inline(__always)
  func append(time: UInt64, account: Address, amount: UInt256, isTaken: Bool, line: UInt32) {
    precondition(count < capacity, "room for a change")
    times.advanced(by: count).initialize(to: time)
    accounts.advanced(by: count).initialize(to: account)
    amounts.advanced(by: count).initialize(to: amount)
    self.isTaken.advanced(by: count).initialize(to: isTaken)
    lines.advanced(by: count).initialize(to: line)
    count += 1
  }

  /// Takes the changes that an event makes; nobody's balance changes.
  @inline(__always)
  func append(_ event: Event) {
    switch event.effect {
    case .none: break
    case .add, .take: append(event, to: event.account, isTaken: event.effect == .take)
    case .move:
      append(event, to: event.account, isTaken: true)
      append(event, to: event.target, isTaken: false)
    }
  }

  @inline(__always)
  private func append(_ event: Event, to account: Address, isTaken: Bool) {
    guard !account.isZero else { return }
    append(
      time: event.time, account: account, amount: event.amount, isTaken: isTaken, line: event.line)
  }

  /// Appends the changes to others, gives their accounts numbers, and forgets them.
  func move(to changes: inout PositionChanges, _ table: inout AddressTable) {
    changes.times.append(contentsOf: UnsafeBufferPointer(start: times, count: count))
    changes.amounts.append(contentsOf: UnsafeBufferPointer(start: amounts, count: count))
    changes.isTaken.append(contentsOf: UnsafeBufferPointer(start: isTaken, count: count))
    changes.lines.append(contentsOf: UnsafeBufferPointer(start: lines, count: count))
    let addresses = Array(UnsafeBufferPointer(start: accounts, count: count))
    table.appendNumbers(of: addresses, to: &changes.accounts)
    changes.accountCount = max(changes.accountCount, table.count)
    count = 0
  }
}
