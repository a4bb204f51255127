import DistributionModel
import TestKit
import Testing

@testable import InputFiles

@Suite("Broken files of positions: the first mistake is told with its place")
struct BrokenPositionTests {
  private func problem(
    _ row: BrokenPositions, isPlain: Bool, chunkSize: Int
  ) -> InputError? {
    do {
      _ = try PositionFile.read(
        bytes: [row.bytes], as: row.declaration, span: always, keys: brokenKeys,
        times: brokenTimes, limits: row.limits, chunkSize: chunkSize, isPlain: isPlain)
      return nil
    } catch {
      return error
    }
  }

  @Test("INV-012: a mistake gives an error of its kind, at its place", arguments: brokenPositions)
  func broken(row: BrokenPositions) throws {
    for (isPlain, chunkSize) in [(true, 1 << 18), (true, 50), (false, 1 << 18)] {
      let error = try #require(problem(row, isPlain: isPlain, chunkSize: chunkSize))
      #expect(error.kind == row.problem, "\(error)")
      #expect(error.line == row.line && error.column == row.column, "\(error)")
      #expect(error.field == row.field, "\(error)")
      #expect(error.description.contains(row.phrase), "\(error)")
      #expect(error.file == "events" && error.description.utf8.count < 1000)
    }
  }

  @Test("There are sixty of them and more, and no two are the same")
  func count() {
    #expect(brokenPositions.count >= 60)
    #expect(
      Set(brokenPositions.map { "\($0.problem) \($0.phrase) \($0.bytes)" }).count
        == brokenPositions.count)
  }

  @Test("The same mistake in an unsorted file is told at its place too", arguments: brokenPositions)
  func unsorted(row: BrokenPositions) throws {
    // What is wrong with the file, its header or its first row shows before any order does.
    guard row.declaration.format == .csv, row.line >= 3, row.problem != .tooManyRows else { return }
    let lines = String(decoding: row.bytes, as: UTF8.self)
    guard row.problem != .invalidUTF8, let end = lines.firstIndex(of: "\n") else { return }
    let first = lines[lines.index(after: end)...].prefix { $0 != "\n" }
    let later = first.replacing(/^[0-9]+/, with: row.declaration.time?.table == nil ? "900" : "3")
    var changed = row.bytes
    let start = lines.utf8.distance(from: lines.startIndex, to: end) + 1
    changed.replaceSubrange(start..<start, with: Array((later + "\n").utf8))
    let error = try #require(
      problem(
        BrokenPositions(
          row.problem, row.phrase, as: row.declaration, limits: row.limits, bytes: changed),
        isPlain: true, chunkSize: 1 << 18))
    #expect(error.kind == row.problem && error.line == row.line + 1, "\(error)")
  }
}
