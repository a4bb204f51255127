import TestKit
import Testing

@testable import InputFiles

@Suite("Sorting on disk: any records, in any memory")
struct RecordSorterTests {
  private func sort(_ records: [[UInt8]], memory: Int) throws -> (sorted: [[UInt8]], isOnDisk: Bool)
  {
    var sorter = RecordSorter(length: 10, memory: memory)
    for record in records { try sorter.append { $0 += record } }
    let isOnDisk = sorter.isOnDisk
    var sorted: [[UInt8]] = []
    try sorter.drain { sorted.append(Array($0)) }
    return (sorted, isOnDisk)
  }

  @Test("Records come out in the order of their bytes, whatever memory holds")
  func order() {
    check("records", runs: 100) { generator in
      let range = [2, 256][Int(generator.next() % 2)] as UInt64
      return (0..<Int(generator.next() % 300)).map { _ in
        (0..<10).map { _ in UInt8(truncatingIfNeeded: generator.next() % range) }
      }
    } property: { records in
      let expected = records.sorted { $0.lexicographicallyPrecedes($1) }
      for memory in [1, 200, 5000, 1 << 20] {
        guard try sort(records, memory: memory).sorted == expected else { return false }
      }
      return true
    }
  }

  @Test("Only what memory does not hold goes to disk, and many runs are merged")
  func runs() throws {
    var generator = Generator(seed: 3)
    let records = (0..<20_000).map { _ in
      (0..<10).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
    let inMemory = try sort(records, memory: 8 << 20)
    let onDisk = try sort(records, memory: 20_000)
    #expect(!inMemory.isOnDisk && onDisk.isOnDisk)
    #expect(inMemory.sorted == onDisk.sorted && onDisk.sorted.count == 20_000)
  }

  @Test("Runs leave nothing behind in their folder, after errors neither")
  func removed() throws {
    let folder = try TemporaryFolder()
    var sorter = RecordSorter(length: 10, memory: 1, folder: folder.path)
    for byte in 0..<100 as Range<UInt8> {
      try sorter.append { $0 += [UInt8](repeating: byte, count: 10) }
    }
    #expect(sorter.isOnDisk)
    #expect(try folder.files() == [])
    var count = 0
    let stop = Fault(kind: .cannotRead, found: "", expected: "")
    #expect(throws: Fault.self) {
      try sorter.drain { _ throws(Fault) in
        count += 1
        if count == 50 { throw stop }
      }
    }
    #expect(count == 50)
  }

  @Test("A folder that is not there is an error that says what to do")
  func noFolder() throws {
    var sorter = RecordSorter(length: 10, memory: 1, folder: "/nowhere/at all")
    try sorter.append { $0 += [UInt8](repeating: 0, count: 10) }
    let fault = try #require(throws: Fault.self) {
      try sorter.append { $0 += [UInt8](repeating: 0, count: 10) }
    }
    #expect(fault.kind == .cannotSort && fault.advice.contains("TMPDIR"))
  }
}
