import EthereumPrimitives
import TestKit
import Testing

@testable import DistributionModel

@Suite("Columns and rows as they are kept")
struct ColumnValuesTests {
  /// Values of 64 bits, with a few of 128 and of 256 bits in some samples.
  private static func values(_ generator: inout Generator) -> [UInt256] {
    let (isMiddle, isWide) = (generator.next() % 2 == 0, generator.next() % 2 == 0)
    return (0..<Int.random(in: 0...40, using: &generator)).map { _ in
      let word = UInt64.random(in: 0...UInt64.max, using: &generator)
      if isWide, word % 16 == 0 { return UInt256(word, 2, 0, 1) }
      return isMiddle && word % 8 == 1 ? UInt256(word, 1, 0, 0) : UInt256(word)
    }
  }

  @Test("A column gives back what was put into it, one by one or at once")
  func columns() {
    check("columns", generate: { Self.values(&$0) }) { values in
      var column: ColumnValues = []
      for value in values.prefix(5) { column.append(value) }
      column.append(contentsOf: values.dropFirst(5))
      let fits = values.allSatisfy { $0 <= UInt256(UInt64.max) }
      return Array(column) == values && column == ColumnValues(values)
        && column.numbers == values && column.count == values.count
        && column.words == (fits ? values.compactMap(\.asUInt64) : nil)
    }
  }

  @Test("A part of a column is put into another order, and the rest stays; emptied, it is new")
  func reordering() {
    check("reordering", generate: { (Self.values(&$0), $0.next()) }) { values, seed in
      var generator = Generator(seed: seed)
      let start = Int(generator.next() % UInt64(values.count + 1))
      let places = Array(start..<values.count).shuffled(using: &generator)
      var column = ColumnValues(values)
      column.reorder(start..<values.count, places)
      guard Array(column) == values[..<start] + places.map({ values[$0] }) else { return false }
      column.removeAll()
      column.append(contentsOf: [3, 4])
      return column == [3, 4] && column.words == [3, 4]
    }
  }

  @Test("Values of 128 bits take 16 bytes each, whatever came before them")
  func middle() {
    var column: ColumnValues = [5]
    column.append(UInt256(0, 1, 0, 0))
    column.append(6)
    #expect(column.middle == [5, 1 << 64, 6] && column.narrow.isEmpty && column.wide.isEmpty)
    column.append(UInt256(0, 0, 1, 0))
    #expect(column.middle.isEmpty && column.wide.count == 4)
  }

  @Test("Picked values stand in the order that was asked for, and are narrow where they can be")
  func picking() {
    let column: ColumnValues = [5, UInt256(0, 1, 0, 0), 7]
    #expect(column.words == nil)
    #expect(Array(column.picking([2, 1])) == [7, UInt256(0, 1, 0, 0)])
    #expect(column.picking([2, 0]).words == [7, 5])
    #expect(ColumnValues([8, 9]).picking([1, 1, 0]).words == [9, 9, 8])
  }

  @Test("Rows are in order by account, then by values, then by line, however many there are")
  func canonicalOrder() {
    check("canonical order", runs: 40) { generator in
      (Int.random(in: 0...1_500, using: &generator), generator.next())
    } property: { count, seed in
      var numbers = Generator(seed: seed)
      // Accounts that often share their first eight bytes, and sometimes all.
      let rows = (0..<count).map { line in
        (
          account: Address(numbers.next() % 50, numbers.next() % 4, UInt32(numbers.next() % 2)),
          first: UInt256(numbers.next() % 2), second: UInt256(0, numbers.next() % 2, 0, 0),
          line: UInt32(count - line)
        )
      }
      let sorted = rows.sorted {
        if $0.account != $1.account { return $0.account < $1.account }
        return ($0.first, $0.second, $0.line) < ($1.first, $1.second, $1.line)
      }
      let found = SourceRows(
        source: "list", accounts: rows.map(\.account),
        values: [rows.map(\.first), rows.map(\.second)], lines: rows.map(\.line)
      ).inCanonicalOrder
      return found.accounts == sorted.map(\.account) && found.lines == sorted.map(\.line)
        && Array(found.values[0]) == sorted.map(\.first)
        && Array(found.values[1]) == sorted.map(\.second)
    }
  }
}
