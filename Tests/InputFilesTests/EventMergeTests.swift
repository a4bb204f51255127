import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("Sorted files of events are merged")
struct EventMergeTests {
  private let declaration = positions()

  private func text(_ times: [Int]) -> String {
    "time,account,amount\n" + times.map { "\($0),\(a1),1\n" }.joined()
  }

  /// Merges files of rows at times; the times in the order in which they were taken, and how often
  /// a file was opened.
  private func merged(
    _ files: [[Int]], limit: Int
  ) throws -> (times: [UInt64], opened: Int, rows: Int) {
    let events = try #require(declaration.series?.events)
    let rows = PositionRows(declaration, events, span: always, limits: .standard, isSorted: true)
    let texts = files.map { Array(text($0).utf8) }
    var opened = 0
    var merge = EventMerge(files: files.count, limit: limit, into: rows) {
      file throws(InputError) in
      opened += 1
      return try EventReader(
        .bytes(texts[file]), name: "events-\(file)", as: declaration, events, limits: .standard,
        isHashed: true, chunkSize: 40)
    }
    let contents = try merge.read { _ in }
    #expect(contents.map(\.source.rawHash) == texts.map { Keccak256.hash($0) })
    return (try rows.history().0.changes.times, opened, rows.count)
  }

  @Test("Files that overlap are read once, row by row in the order of time")
  func overlapping() throws {
    let files = [[1, 4, 9], [2, 3, 10, 11], [5, 6, 7], []]
    let found = try merged(files, limit: 4)
    #expect(found.times == [1, 2, 3, 4, 5, 6, 7, 9, 10, 11])
    #expect(found.opened == 4 && found.rows == 10)
  }

  @Test("Files that follow each other may be more than those that are open at once")
  func consecutive() throws {
    let found = try merged([[7, 8], [1, 2], [3, 5], [9]], limit: 1)
    #expect(found.times == [1, 2, 3, 5, 7, 8, 9])
    // Their first rows are looked at before.
    #expect(found.opened == 8 && found.rows == 7)
  }

  @Test("As many files of one time as the limit are merged; one more is left to the sorter")
  func limit() throws {
    let files = [[1, 8], [2, 9], [3, 4], [20]]
    #expect(try merged(files, limit: 3).times == [1, 2, 3, 4, 8, 9, 20])
    let error = #expect(throws: InputError.self) { try merged(files, limit: 2) }
    #expect(error?.kind == .unsortedTime)
  }

  @Test("A file whose rows go back in time is left to the sorter, in either order of the files")
  func unsorted() {
    for files in [[[1, 3, 2], [5]], [[5], [1, 3, 2]]] {
      let error = #expect(throws: InputError.self) { try merged(files, limit: 4) }
      #expect(error?.kind == .unsortedTime)
    }
  }

  @Test("Of wrong rows in several files the first in the order of the files is told")
  func firstError() {
    let header = "time,account,amount\n"
    let error = #expect(throws: InputError.self) {
      try PositionFile.read(
        bytes: [
          Array((header + "1,\(a1),1\n900,\(a1),x\n").utf8),
          Array((header + "2,\(a1),y\n").utf8),
        ], as: declaration, span: always, chunkSize: 20)
    }
    #expect(error?.file == "events" && error?.line == 3 && error?.kind == .notANumber)
  }
}
