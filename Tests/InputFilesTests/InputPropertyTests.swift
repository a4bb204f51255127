import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@Suite("Inputs in any form: the rows that were written are read, and damage never crashes")
struct InputPropertyTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  @Test("INV-013: rows written in any format and style are read back")
  func roundTrip() {
    check("written rows are read back", runs: 400) { generator in
      try FileSample(&generator)
    } property: { sample in
      let contents = try reader.contents(
        sample.bytes, as: sample.declaration, chunkSize: sample.chunkSize)
      return contents.rows == sample.rows && contents.rawHash == Keccak256.hash(sample.bytes)
        && contents.unusedColumns.count == sample.extraColumns
    }
  }

  @Test("INV-003: rows in another order are the same rows")
  func order() {
    check("the order of lines changes the order of rows alone", runs: 60) { generator in
      var rows = (0..<UInt64(1 + generator.next() % 30)).map { ($0 + 1, generator.next() % 100) }
      let first = rows
      rows.shuffle(using: &generator)
      return (first, rows)
    } property: { first, second in
      func read(_ rows: [(UInt64, UInt64)]) throws -> [Address: UInt256] {
        let text = "account,points\n" + rows.map { "\(account($0).hex),\($1)\n" }.joined()
        let read = try reader.rows(text)
        return Dictionary(uniqueKeysWithValues: zip(read.accounts, read.values[0]))
      }
      return try read(first) == read(second)
    }
  }

  @Test("INV-012: damaged files never crash, and pieces of any size find the same mistake")
  func damage() {
    check("damaged inputs", runs: 500) { generator in
      let sample = try FileSample(&generator)
      var bytes = sample.isPacked ? try Gzip.unpack(sample.bytes) : sample.bytes
      for _ in 0..<(generator.next() % 4) { mutate(&bytes, &generator) }
      if sample.isPacked { bytes = try Gzip.pack(bytes) }
      if generator.next() % 4 == 0 { mutate(&bytes, &generator) }
      var limits = InputLimits.standard
      if generator.next() % 4 == 0 {
        limits.unpackedBytes = Int(generator.next() % UInt64(bytes.count + 20))
        limits.lineBytes = 40 + Int(generator.next() % 60)
      }
      return DamagedFile(
        bytes: bytes, declaration: sample.declaration, limits: limits,
        chunkSizes: [1, 1 + Int(generator.next() % 40), 1 + Int(generator.next() % 400)])
    } property: { file in
      func outcome(_ size: Int) -> Outcome {
        Outcome(reader, file.bytes, as: file.declaration, limits: file.limits, chunkSize: size)
      }
      let expected = outcome(1 << 18)
      if case .error(let error) = expected {
        guard !error.found.isEmpty, !error.expected.isEmpty, error.line >= 0, error.column >= 0,
          error.line > 0 || error.column == 0
        else { return false }
      }
      return file.chunkSizes.allSatisfy { outcome($0) == expected }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ generator: inout Generator) {
    let insertions: [[UInt8]] = [
      [0x22], [0x2C], [0x0A], [0x0D], [0x0D, 0x0A], [0x0A, 0x0A], [0], [0xFF], [0xC3],
      [0x1F, 0x8B],
      Array("\",\"".utf8), Array("1e5".utf8), Array("{".utf8), Array("\\u0000".utf8), [0x3B],
    ]
    let place = Int(generator.next() % UInt64(bytes.count + 1))
    let end = min(bytes.count, place + Int(generator.next() % 20))
    switch generator.next() % 4 {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
    default:
      bytes.insert(
        contentsOf: insertions[Int(generator.next() % UInt64(insertions.count))], at: place)
    }
  }

  @Test(
    "INV-012: bytes without any order never crash",
    arguments: [SourceDeclaration.Format.csv, .jsonl])
  func noise(format: SourceDeclaration.Format) {
    check("noise as \(format)", runs: 400) { generator in
      let count = generator.next() % 300
      let head: [UInt8] = generator.next() % 3 == 0 ? [0x1F, 0x8B, 8, 0] : []
      return head + (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    } property: { bytes in
      Outcome(reader, bytes, as: pointsSource(format), chunkSize: 7).kind != nil
    }
  }
}

private struct DamagedFile {
  let bytes: [UInt8]
  let declaration: SourceDeclaration
  let limits: InputLimits
  let chunkSizes: [Int]
}
