import CKeccak
import EthereumPrimitives
import TestKit
import Testing

@Suite("CKeccak: hashes in bytes, rows with gaps, and bugs of the caller")
struct CKeccakTests {
  /// Those of this CPU; `KeccakBatchTests` says which ones it lacks.
  private static let backends = [
    CKECCAK_SCALAR, CKECCAK_AVX2, CKECCAK_AVX512_X4, CKECCAK_AVX512_X8,
  ].map { Int32($0) }.filter { ckeccak_supported($0) != 0 }

  /// Small, so that a failing one is made smaller soon: the bytes come from the seed.
  private struct Sample {
    var length: Int
    var gap: Int
    var count: Int
    var seed: UInt64

    /// `count` times `length` bytes below `limit`.
    func rows(below limit: (Int) -> UInt64) -> [[UInt8]] {
      var generator = Generator(seed: seed)
      return (0..<count).map { _ in
        (0..<length).map { UInt8(truncatingIfNeeded: generator.next() % limit($0)) }
      }
    }
  }

  @Test("Numbers of no backend are supported nowhere")
  func unknown() {
    for backend: Int32 in [.min, -1, 4, 5, .max] { #expect(ckeccak_supported(backend) == 0) }
    #expect(ckeccak_supported(Int32(CKECCAK_SCALAR)) == 1)
    #expect(ckeccak_supported(ckeccak_best()) == 1)
  }

  @Test("Messages of 0 to 135 bytes with any gap between them", arguments: backends)
  func messages(backend: Int32) {
    check("messages of \(backend)", runs: 150) { generator in
      Sample(
        length: Int.random(in: 0...135, using: &generator),
        gap: Int.random(in: 0...40, using: &generator),
        count: Int.random(in: 0...20, using: &generator), seed: generator.next())
    } property: { sample in
      let rows = sample.rows { _ in 256 }
      let gap = [UInt8](repeating: 0xFF, count: sample.gap)
      let (length, stride, count) = (sample.length, sample.length + sample.gap, sample.count)
      // One byte in front, so that nothing is aligned; none behind the last message.
      let memory = [0xFF] + rows.joined(separator: gap)
      var once = [UInt8](repeating: 0, count: 32 * count)
      var twice = once
      memory.withUnsafeBufferPointer { memory in
        guard let start = memory.baseAddress else { return }
        ckeccak256_many(backend, start + 1, length, stride, &once, count)
        ckeccak256_twice_many(backend, start + 1, length, stride, &twice, count)
      }
      let expected = rows.map { Keccak256.hash($0) }
      return once == expected.flatMap(\.bytes)
        && twice == expected.flatMap { Keccak256.hash($0.bytes).bytes }
    }
  }

  @Test("Pairs in bytes, as they stand and sorted", arguments: backends)
  func pairs(backend: Int32) {
    check("pairs of \(backend)", runs: 100) { generator in
      Sample(
        length: 64, gap: 0, count: Int.random(in: 0...20, using: &generator),
        seed: generator.next())
    } property: { sample in
      // Bits only in the first bytes of a node, so that nodes agree in some of them.
      let pairs = sample.rows { $0 % 32 < 24 ? 2 : 256 }
      let nodes = Array(pairs.joined())
      var positional = [UInt8](repeating: 0, count: 32 * pairs.count)
      var sorted = positional
      ckeccak256_pairs(backend, nodes, &positional, pairs.count, 0)
      ckeccak256_pairs(backend, nodes, &sorted, pairs.count, 1)
      let expected = pairs.flatMap { Keccak256.hash($0).bytes }
      let expectedSorted = pairs.flatMap { pair in
        let (left, right) = (Array(pair[..<32]), Array(pair[32...]))
        let isAscending = left.lexicographicallyPrecedes(right)
        return Keccak256.hash(isAscending ? left + right : right + left).bytes
      }
      return positional == expected && sorted == expectedSorted
    }
  }

  @Test("A message of more than one block stops the program")
  func tooLong() async {
    await #expect(processExitsWith: .failure) {
      let message = [UInt8](repeating: 0, count: 136)
      var hash = [UInt8](repeating: 0, count: 32)
      ckeccak256_many(Int32(CKECCAK_SCALAR), message, 136, 136, &hash, 1)
    }
  }

  @Test("Messages that overlap stop the program")
  func overlapping() async {
    await #expect(processExitsWith: .failure) {
      let messages = [UInt8](repeating: 0, count: 20)
      var hashes = [UInt8](repeating: 0, count: 64)
      ckeccak256_twice_many(Int32(CKECCAK_SCALAR), messages, 10, 9, &hashes, 2)
    }
  }

  @Test("A number of no backend stops the program, with rows and with pairs")
  func unsupported() async {
    await #expect(processExitsWith: .failure) {
      var hash = [UInt8](repeating: 0, count: 32)
      ckeccak256_many(4, [1], 1, 1, &hash, 1)
    }
    await #expect(processExitsWith: .failure) {
      var parent = [UInt8](repeating: 0, count: 32)
      ckeccak256_pairs(-1, [UInt8](repeating: 0, count: 64), &parent, 1, 0)
    }
  }
}
