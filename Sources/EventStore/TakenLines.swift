import Foundation
import GRDB

/// From which lines of a file rows were taken.
enum TakenLines {
  static func all(of file: Int64, _ database: Database, store: String) throws -> Set<UInt32> {
    var taken: Set<UInt32> = []
    for table in ["changes", "actions"] {
      let segments = try Row.fetchCursor(
        database, sql: "SELECT count, lines FROM \(table) WHERE file = ?", arguments: [file])
      while let segment = try segments.next() {
        let count = try segment.decode(Int.self, atIndex: 0)
        let lines = try segment.decode(Data.self, atIndex: 1)
        guard let numbers = PackedColumns.numbers(lines, count: count) else {
          throw StoreError.damaged(store, place: table, found: "columns of unlike lengths")
        }
        taken.formUnion(numbers)
      }
    }
    for line in try UInt32.fetchAll(
      database, sql: "SELECT line FROM lateRows WHERE file = ?", arguments: [file])
    { taken.insert(line) }
    return taken
  }
}
