/// The addresses of a table in ascending order, kept up as the table grows.
public struct AddressOrder: Sendable {
  /// Ascending.
  public private(set) var addresses: [Address] = []
  /// The number of each in the table.
  public private(set) var numbers: [UInt32] = []

  public init() {}

  /// Takes in the addresses that the table was given since the last time.
  ///
  /// Costs the sorting of those, and a pass through all.
  public mutating func update(to table: AddressTable) {
    let known = numbers.count
    precondition(known <= table.count, "a table only grows")
    guard known < table.count else { return }
    let added = table.addresses[known...]
    let order = AscendingOrder.places(by: added.map(\.word0)) { left, right in
      added[known + left] < added[known + right]
    }
    var addresses: [Address] = []
    var numbers: [UInt32] = []
    addresses.reserveCapacity(table.count)
    numbers.reserveCapacity(table.count)
    var place = 0
    for number in order.map({ known + $0 }) {
      let address = added[number]
      let start = place
      while place < known, self.addresses[place] < address { place += 1 }
      addresses.append(contentsOf: self.addresses[start..<place])
      numbers.append(contentsOf: self.numbers[start..<place])
      addresses.append(address)
      numbers.append(UInt32(number))
    }
    addresses.append(contentsOf: self.addresses[place...])
    numbers.append(contentsOf: self.numbers[place...])
    (self.addresses, self.numbers) = (addresses, numbers)
  }
}
