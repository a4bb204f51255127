import EthereumPrimitives
import TestKit
import Testing

@Suite("Tables of addresses")
struct AddressTableTests {
  /// One of a few hundred, which differ in one word only, or in all.
  private func address(_ generator: inout Generator) -> Address {
    let number = generator.next() % 300
    switch generator.next() % 4 {
    case 0: return Address(number, 0, 0)
    case 1: return Address(0, number, 0)
    case 2: return Address(0, 0, UInt32(number))
    default: return Address(number &* 0x9E37_79B9, ~number, UInt32(number) &* 77)
    }
  }

  @Test("Addresses are numbered as they first appear, whatever the calls are")
  func numbers() {
    check("numbers of addresses", runs: 200) { generator in
      (0..<(generator.next() % 8)).map { _ in
        (0..<(generator.next() % 90)).map { _ in address(&generator) }
      }
    } property: { calls in
      var table = AddressTable()
      // The clear way: a dictionary.
      var expected: [Address: UInt32] = [:]
      for call in calls {
        var found: [UInt32] = [7]
        table.appendNumbers(of: call, to: &found)
        for (row, address) in call.enumerated() {
          let number = expected[address] ?? UInt32(expected.count)
          expected[address] = number
          guard found[row + 1] == number, table[number] == address,
            table.number(of: address) == number
          else { return false }
        }
        guard found.count == call.count + 1, found[0] == 7 else { return false }
      }
      return table.count == expected.count && table.number(of: Address(1, 2, 3)) == nil
    }
  }

  @Test("A table grows: a hundred thousand addresses keep their numbers")
  func growth() {
    let addresses = (0..<100_000).map { Address(UInt64($0 % 7), UInt64($0), 3) }
    var table = AddressTable()
    var numbers: [UInt32] = []
    for start in stride(from: 0, to: addresses.count, by: 997) {
      table.appendNumbers(
        of: Array(addresses[start..<min(start + 997, addresses.count)]), to: &numbers)
    }
    #expect(numbers == Array(0..<100_000))
    #expect(table.addresses == addresses)
    #expect(table.number(of: addresses[99_999]) == 99_999)
  }

  @Test("The order of a table ascends, and is the same in one step and in many")
  func order() {
    check("order of addresses", runs: 200) { generator in
      (0..<(1 + generator.next() % 5)).map { _ in
        (0..<(generator.next() % 40)).map { _ in address(&generator) }
      }
    } property: { calls in
      var table = AddressTable()
      var (stepwise, numbers) = (AddressOrder(), [UInt32]())
      for call in calls {
        table.appendNumbers(of: call, to: &numbers)
        stepwise.update(to: table)
      }
      var once = AddressOrder()
      once.update(to: table)
      return stepwise.addresses == table.addresses.sorted()
        && stepwise.numbers.map { table[$0] } == stepwise.addresses
        && once.addresses == stepwise.addresses && once.numbers == stepwise.numbers
    }
  }
}
