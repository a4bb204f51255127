import CanonicalJSON
import EthereumPrimitives
import TestKit
import Testing

@Suite("Keccak-256 of many messages")
struct KeccakBatchTests {
  /// What is tested below; the tests of known hashes say which ones this CPU lacks.
  private static let supported = KeccakBackend.allCases.filter(\.isSupported)

  /// Bytes without a pattern; the same for the same seed.
  private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = Generator(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  private static func word(_ generator: inout Generator) -> Bytes32 {
    Bytes32(generator.next(), generator.next(), generator.next(), generator.next())
  }

  /// Compares, and says which hash is the first to differ: whole lists would fill the screen.
  private func expect(
    _ hashes: [Bytes32], equal expected: ArraySlice<Bytes32>, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let difference = zip(hashes, expected).enumerated().first { $0.element.0 != $0.element.1 }
    let place = difference.map { "number \($0.offset) is \($0.element.0)" } ?? "all are equal"
    let isEqual = difference == nil && hashes.count == expected.count
    #expect(
      isEqual, "\(what): \(place); \(hashes.count) of \(expected.count)",
      sourceLocation: sourceLocation)
  }

  // MARK: Choosing

  @Test("The clear and the scalar one are on every CPU, and the best is one that this CPU has")
  func choosing() {
    #expect(KeccakBackend.swift.isSupported)
    #expect(KeccakBackend.scalar.isSupported)
    #expect(KeccakBackend.best.isSupported)
    let faster = KeccakBackend.allCases.drop { $0 != .best }.dropFirst()
    #expect(faster.allSatisfy { !$0.isSupported }, "cases stand in order of speed")
    #expect(KeccakBackend.best != .swift)
  }

  @Test("Vector backends are on x86-64 only, and eight at once wherever four at once are")
  func kinds() {
    #expect(KeccakBackend.avx512x4.isSupported == KeccakBackend.avx512x8.isSupported)
    #if !arch(x86_64)
      #expect(KeccakBackend.best == .scalar)
      #expect(!KeccakBackend.avx2.isSupported)
    #endif
  }

  @Test("Backends are chosen by their names")
  func names() {
    #expect(
      KeccakBackend.allCases.map(\.rawValue) == ["swift", "scalar", "avx2", "avx512x4", "avx512x8"])
  }

  // MARK: Known hashes

  @Test("Known hashes, message by message", arguments: [KeccakBackend.swift, .scalar])
  func known(backend: KeccakBackend) throws {
    try expectKnownHashes(backend)
  }

  @Test(
    "Known hashes, four at once with AVX2",
    .enabled(if: KeccakBackend.avx2.isSupported, "this CPU has no AVX2"))
  func knownAVX2() throws {
    try expectKnownHashes(.avx2)
  }

  @Test(
    "Known hashes, four at once with AVX-512",
    .enabled(if: KeccakBackend.avx512x4.isSupported, "this CPU has no AVX-512"))
  func knownAVX512x4() throws {
    try expectKnownHashes(.avx512x4)
  }

  @Test(
    "Known hashes, eight at once with AVX-512",
    .enabled(if: KeccakBackend.avx512x8.isSupported, "this CPU has no AVX-512"))
  func knownAVX512x8() throws {
    try expectKnownHashes(.avx512x8)
  }

  private func expectKnownHashes(_ backend: KeccakBackend) throws {
    // Of "abc"; and of that hash, by pycryptodome 3.23.0.
    let once = try Bytes32(
      hex: "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
    let twice = try Bytes32(
      hex: "0xb8e12eedbb60e5321db47f5a3bfeb8ec0ff6ae9af10020cc61bb8c82ae0b7b66")
    for count in 0...17 {
      let rows = [[UInt8]](repeating: Array("abc".utf8), count: count).flatMap { $0 }
      expect(
        backend.hashRows(rows, rowLength: 3),
        equal: [Bytes32](repeating: once, count: count)[...], "\(count) rows")
      expect(
        backend.hashRows(rows, rowLength: 3, twice: true),
        equal: [Bytes32](repeating: twice, count: count)[...], "\(count) rows, twice")
    }
    // Of 64 zeros, and of that hash twice: the first empty subtrees of many deployed trees.
    let first = try Bytes32(
      hex: "0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5")
    let second = try Bytes32(
      hex: "0xb4c11951957c6f8f642c4af61cd6b24640fec6dc7fc607ee8206a99e92410d30")
    let zeros = [Bytes32](repeating: .zero, count: 4)
    for sorted in [false, true] {
      #expect(backend.hashPairs(zeros, sorted: sorted) == [first, first])
      #expect(backend.hashPairs([first, first], sorted: sorted) == [second])
    }
  }

  @Test("Rows of 1 to 150 bytes equal pycryptodome's", arguments: supported)
  func peer(backend: KeccakBackend) throws {
    let hashes = try vectors("keccak256.json").member("hashes").members ?? []
    var lengths = 0
    for entry in hashes {
      guard let length = Int(entry.key), (1...150).contains(length) else { continue }
      let message = (0..<length).map { UInt8(truncatingIfNeeded: 31 * $0 + length) }
      let rows = (0..<9).flatMap { _ in message }
      let isEqual = backend.hashRows(rows, rowLength: length).allSatisfy {
        $0.hex == entry.value.text
      }
      #expect(isEqual, "\(length) bytes")
      lengths += 1
    }
    #expect(lengths == 150)
  }

  @Test("Messages of any lengths side by side equal pycryptodome's", arguments: supported)
  func peerMessages(backend: KeccakBackend) throws {
    let known = try (vectors("keccak256.json").member("hashes").members ?? []).map { entry in
      let length = try #require(Int(entry.key))
      let message = (0..<length).map { UInt8(truncatingIfNeeded: 31 * $0 + length) }
      return (message: message, hash: try #require(entry.value.text))
    }
    #expect(known.contains { $0.message.count > 272 }, "more than two blocks")
    // Neighbours of other lengths end earlier or later than each message.
    for step in 1...9 {
      let some = stride(from: 0, to: known.count, by: step).map { known[$0] }
      #expect(backend.hashMessages(some.map(\.message)).map(\.hex) == some.map(\.hash))
    }
  }

  // MARK: Equal to the clear one

  @Test("Messages of any lengths, by any number, equal the clear one", arguments: supported)
  func messages(backend: KeccakBackend) {
    check("messages by \(backend)", runs: 60) { generator in
      (0..<Int.random(in: 0...11, using: &generator)).map { _ in
        (Int.random(in: 0...700, using: &generator), generator.next())
      }
    } property: { sample in
      let messages = sample.map { Self.bytes($0.0, seed: $0.1) }
      return backend.hashMessages(messages) == messages.map { Keccak256.hash($0) }
    }
  }

  /// 33 rows of every length, with their hashes by the clear `Keccak256`.
  private static let table: [(rows: [UInt8], once: [Bytes32], twice: [Bytes32])] =
    (0...150).map { length in
      let rows = bytes(33 * length, seed: UInt64(length))
      let once = (0..<33).map { Keccak256.hash(rows[($0 * length)..<(($0 + 1) * length)]) }
      return (rows, once, once.map { Keccak256.hash($0) })
    }

  @Test(
    "Rows of 1 to 150 bytes, by any number, equal the clear one", arguments: supported)
  func rows(backend: KeccakBackend) {
    for length in 1...150 {
      let (rows, once, twice) = Self.table[length]
      // Every number of rows at the lengths of leaves and at the ends of words and blocks.
      let isFull = [1, 7, 8, 9, 52, 64, 84, 96, 128, 135, 136].contains(length)
      for count in isFull ? Array(0...33) : [length % 34, 33] {
        let some = Array(rows[..<(count * length)])
        expect(
          backend.hashRows(some, rowLength: length), equal: once[..<count],
          "\(count) rows of \(length) bytes")
        expect(
          backend.hashRows(some, rowLength: length, twice: true), equal: twice[..<count],
          "\(count) rows of \(length) bytes, twice")
      }
    }
  }

  /// Pairs whose nodes agree in any number of leading words, and which differ in a high bit or a
  /// low one; also pairs of equals.
  private static let pairs: [(left: Bytes32, right: Bytes32)] = {
    var generator = Generator(seed: 4)
    return (0..<200).map { index in
      let (left, other) = (word(&generator), word(&generator))
      let (a, b) = (Self.words(left), Self.words(other))
      let agreeing = index % 5
      let flipped: UInt64 = index % 3 == 0 ? 1 << 63 : 1
      let right = (0..<4).map { place in
        place < agreeing ? a[place] : place == agreeing ? a[place] ^ flipped : b[place]
      }
      return (left, Bytes32(right[0], right[1], right[2], right[3]))
    }
  }()

  private static func words(_ value: Bytes32) -> [UInt64] {
    (0..<4).map { index in
      value.bytes[(8 * index)..<(8 * index + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  @Test(
    "Pairs, by any number, equal the clear one; sorted ones are ordered byte by byte",
    arguments: supported)
  func pairs(backend: KeccakBackend) {
    let nodes = Self.pairs.flatMap { [$0.left, $0.right] }
    let positional = Self.pairs.map { Keccak256.hash($0.left.bytes + $0.right.bytes) }
    let sorted = Self.pairs.map { pair in
      let isAscending = pair.left.bytes.lexicographicallyPrecedes(pair.right.bytes)
      let (low, high) = isAscending ? pair : (pair.right, pair.left)
      return Keccak256.hash(low.bytes + high.bytes)
    }
    expect(backend.hashPairs(nodes, sorted: false), equal: positional[...], "all pairs")
    expect(backend.hashPairs(nodes, sorted: true), equal: sorted[...], "all sorted pairs")
    for count in 0...33 {
      let start = 5 * count
      let some = Array(nodes[(2 * start)..<(2 * (start + count))])
      let range = start..<(start + count)
      expect(
        backend.hashPairs(some, sorted: false), equal: positional[range], "\(count) pairs")
      expect(
        backend.hashPairs(some, sorted: true), equal: sorted[range], "\(count) sorted pairs")
    }
  }

  private struct Piece {
    var length: Int
    var count: Int
    var offset: Int
    var isTwice: Bool
    var seed: UInt64
  }

  @Test(
    "Parts of larger memory, at any offset: their hashes, and nothing around them is touched",
    arguments: supported)
  func memory(backend: KeccakBackend) {
    check("memory of \(backend)", runs: 60) { generator in
      Piece(
        length: Int.random(in: 1...140, using: &generator),
        count: Int.random(in: 0...20, using: &generator),
        offset: Int.random(in: 0...70, using: &generator),
        isTwice: Bool.random(using: &generator), seed: generator.next())
    } property: { piece in
      let size = piece.length * piece.count
      let bytes = Self.bytes(piece.offset + size + 9, seed: piece.seed)
      let mark = Bytes32(1, 2, 3, 4)
      var hashes = [Bytes32](repeating: mark, count: piece.offset + piece.count + 9)
      hashes.withUnsafeMutableBufferPointer { target in
        bytes.withUnsafeBufferPointer { source in
          backend.hashRows(
            UnsafeBufferPointer(rebasing: source[piece.offset...].prefix(size)),
            rowLength: piece.length, twice: piece.isTwice,
            into: UnsafeMutableBufferPointer(
              rebasing: target[piece.offset...].prefix(piece.count)))
        }
      }
      let expected = (0..<piece.count).map { row in
        let start = piece.offset + row * piece.length
        let hash = Keccak256.hash(bytes[start..<(start + piece.length)])
        return piece.isTwice ? Keccak256.hash(hash) : hash
      }
      let untouched = [Bytes32](repeating: mark, count: piece.offset)
      return hashes == untouched + expected + [Bytes32](repeating: mark, count: 9)
    }
  }

  @Test("A level of a tree is made in the array that holds its children")
  func levels() {
    for backend in Self.supported {
      // 11 nodes at 10…20 make none; the complete tree of 11 leaves has its inner nodes at 0…9.
      var generator = Generator(seed: 8)
      let leaves = (0..<11).map { _ in Self.word(&generator) }
      var expected = [Bytes32](repeating: .zero, count: 10) + leaves
      for node in (0..<10).reversed() {
        let (left, right) = (expected[2 * node + 1], expected[2 * node + 2])
        expected[node] = Keccak256.hash(min(left, right), max(left, right))
      }
      var nodes = [Bytes32](repeating: .zero, count: 10) + leaves
      nodes.withUnsafeMutableBufferPointer { nodes in
        for level in [7..<10, 3..<7, 1..<3, 0..<1] {
          let children = (2 * level.lowerBound + 1)..<(2 * level.upperBound + 1)
          backend.hashPairs(
            UnsafeBufferPointer(rebasing: nodes[children]), sorted: true,
            into: UnsafeMutableBufferPointer(rebasing: nodes[level]))
        }
      }
      expect(nodes, equal: expected[...], "\(backend)")
    }
  }
}

@Suite("Keccak-256 of many messages: bugs of the caller")
struct KeccakBatchPreconditionTests {
  @Test("Rows that the bytes do not fill stop the program")
  func halfRow() async {
    await #expect(processExitsWith: .failure) {
      _ = KeccakBackend.best.hashRows([1, 2, 3, 4, 5], rowLength: 2)
    }
  }

  @Test("Rows of no bytes stop the program: how many they are is unknown")
  func emptyRow() async {
    await #expect(processExitsWith: .failure) {
      _ = KeccakBackend.best.hashRows([], rowLength: 0)
    }
    await #expect(processExitsWith: .failure) {
      var hashes = [Bytes32.zero]
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      hashes.withUnsafeMutableBufferPointer {
        KeccakBackend.best.hashRows(nothing, rowLength: 0, into: $0)
      }
    }
  }

  @Test("A node without a partner stops the program")
  func halfPair() async {
    await #expect(processExitsWith: .failure) {
      _ = KeccakBackend.best.hashPairs([.zero, .zero, .zero], sorted: true)
    }
  }

  @Test(
    "A backend that this CPU lacks stops the program",
    .enabled(
      if: KeccakBackend.allCases.contains { !$0.isSupported }, "this CPU has every backend"))
  func unsupported() async {
    await #expect(processExitsWith: .failure) {
      guard let lacking = KeccakBackend.allCases.first(where: { !$0.isSupported }) else { return }
      _ = lacking.hashPairs([.zero, .zero], sorted: false)
    }
  }
}
