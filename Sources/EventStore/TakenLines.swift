import Foundation
import GRDB

/// From which lines of a file rows were taken.
enum TakenLines {
  static func all(of file: Int64, _ database: Database, store: String) throws -> Set<UInt32> {
    var lines: Set<UInt32> = []
    for table in ["changes", "actions"] {
      let segments = try Row.fetchCursor(
        database, sql: "SELECT count, lines FROM \(table) WHERE file = ?", arguments: [file])
      while let segment = try segments.next() {
        guard let numbers = PackedColumns.numbers(segment[1], count: segment[0]) else {
          throw StoreError.damaged(store, place: table, found: "columns of unlike lengths")
        }
        lines.formUnion(numbers)
      }
    }
    for line in try UInt32.fetchAll(
      database, sql: "SELECT line FROM lateRows WHERE file = ?", arguments: [file])
    { lines.insert(line) }
    return lines
  }
}
