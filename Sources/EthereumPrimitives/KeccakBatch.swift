import CKeccak

/// The ways of hashing many messages. All of them give the hashes of `Keccak256`.
///
/// Which one is used changes the time that a tree takes and nothing else; whoever hashes chooses.
public enum KeccakBackend: String, CaseIterable, Sendable {
  /// The clear `Keccak256`, message by message: what the others are held equal to.
  case swift
  /// Message by message, in C.
  case scalar
  /// Four messages at once.
  case avx2
  /// Four messages at once, with AVX-512F and AVX-512VL.
  case avx512x4
  /// Eight messages at once, with AVX-512F and AVX-512VL.
  case avx512x8

  /// The fastest one that this CPU has.
  public static var best: KeccakBackend {
    let best = ckeccak_best()
    return allCases.first { $0.number == best } ?? .swift
  }

  /// True where this CPU and its system have it; `swift` and `scalar` are everywhere.
  public var isSupported: Bool {
    guard let number else { return true }
    return ckeccak_supported(number) != 0
  }

  /// Its number in C; the clear one has none.
  private var number: Int32? {
    switch self {
    case .swift: nil
    case .scalar: Int32(CKECCAK_SCALAR)
    case .avx2: Int32(CKECCAK_AVX2)
    case .avx512x4: Int32(CKECCAK_AVX512_X4)
    case .avx512x8: Int32(CKECCAK_AVX512_X8)
    }
  }
}

// MARK: Arrays

extension KeccakBackend {
  /// The hash of each row, or with `twice` the hash of its hash.
  ///
  /// - Precondition: the backend is supported; `rowLength` is positive and divides the bytes.
  public func hashRows(_ rows: [UInt8], rowLength: Int, twice: Bool = false) -> [Bytes32] {
    [Bytes32](unsafeUninitializedCapacity: rows.count / rowLength) { hashes, count in
      count = rows.count / rowLength
      let target = UnsafeMutableBufferPointer(rebasing: hashes[..<count])
      rows.withUnsafeBufferPointer {
        hashRows($0, rowLength: rowLength, twice: twice, into: target)
      }
    }
  }

  /// The hash of each message; they may be long, and of any lengths.
  ///
  /// - Precondition: the backend is supported.
  public func hashMessages(_ messages: [[UInt8]]) -> [Bytes32] {
    precondition(isSupported, "this CPU has \(self)")
    // Eight at once take longer than four.
    let backend = self == .avx512x8 && messages.count <= 4 ? .avx512x4 : self
    guard let number = backend.number else { return messages.map { Keccak256.hash($0) } }
    return [Bytes32](unsafeUninitializedCapacity: messages.count) { hashes, count in
      count = messages.count
      Self.withMessages(messages[...]) { messages in
        hashes.withMemoryRebound(to: UInt64.self) { words in
          ckeccak256_messages_words(number, messages, messages.count, words.baseAddress)
        }
      }
    }
  }

  /// Where messages lie in memory, for as long as `body` runs.
  private static func withMessages(
    _ messages: ArraySlice<[UInt8]>, before: [ckeccak_message] = [],
    _ body: ([ckeccak_message]) -> Void
  ) {
    guard let first = messages.first else { return body(before) }
    first.withUnsafeBufferPointer { bytes in
      let message = ckeccak_message(bytes: bytes.baseAddress, length: bytes.count)
      withMessages(messages.dropFirst(), before: before + [message], body)
    }
  }

  /// The parent of each pair of nodes that stand side by side; with `sorted`, the smaller one of a
  /// pair is hashed first.
  ///
  /// - Precondition: the backend is supported; the number of nodes is even.
  public func hashPairs(_ nodes: [Bytes32], sorted: Bool) -> [Bytes32] {
    [Bytes32](unsafeUninitializedCapacity: nodes.count / 2) { parents, count in
      count = nodes.count / 2
      let target = UnsafeMutableBufferPointer(rebasing: parents[..<count])
      nodes.withUnsafeBufferPointer { hashPairs($0, sorted: sorted, into: target) }
    }
  }
}

// MARK: Memory

// Unsafe, so that threads fill ranges of one array, and the levels of a tree stand in one. Every
// function reads and writes whole buffers only, and checks that their sizes fit. `Bytes32` is four
// words, the most significant first, and C is told of no other memory than that of the buffers.
extension KeccakBackend {
  /// Rows of at most this many bytes are hashed together; longer ones by the clear `Keccak256`.
  static let longestRow = Int(CKECCAK_MAX_LENGTH)

  /// Writes the hash of each row, or with `twice` the hash of its hash.
  ///
  /// - Precondition: the backend is supported; there are `rowLength` > 0 bytes for each hash; the
  ///   buffers do not overlap. What the hashes were before may be uninitialized.
  public func hashRows(
    _ rows: UnsafeBufferPointer<UInt8>, rowLength: Int, twice: Bool = false,
    into hashes: UnsafeMutableBufferPointer<Bytes32>
  ) {
    precondition(isSupported, "this CPU has \(self)")
    precondition(rowLength > 0 && rows.count == hashes.count * rowLength, "whole rows")
    guard let number, rowLength <= Self.longestRow else {
      return hashRowsClearly(rows, rowLength: rowLength, twice: twice, into: hashes)
    }
    let hash = twice ? ckeccak256_twice_many_words : ckeccak256_many_words
    hashes.withMemoryRebound(to: UInt64.self) { words in
      guard let source = rows.baseAddress, let target = words.baseAddress else { return }
      hash(number, source, rowLength, rowLength, target, words.count / 4)
    }
  }

  /// Writes the parent of each pair of nodes; with `sorted`, the smaller one is hashed first.
  ///
  /// - Precondition: the backend is supported; there are two nodes for each parent; the buffers do
  ///   not overlap. What the parents were before may be uninitialized.
  public func hashPairs(
    _ nodes: UnsafeBufferPointer<Bytes32>, sorted: Bool,
    into parents: UnsafeMutableBufferPointer<Bytes32>
  ) {
    precondition(isSupported, "this CPU has \(self)")
    precondition(nodes.count == 2 * parents.count, "whole pairs")
    guard let number else { return hashPairsClearly(nodes, sorted: sorted, into: parents) }
    nodes.withMemoryRebound(to: UInt64.self) { nodes in
      parents.withMemoryRebound(to: UInt64.self) { parents in
        guard let source = nodes.baseAddress, let target = parents.baseAddress else { return }
        ckeccak256_pairs_words(number, source, target, parents.count / 4, sorted ? 1 : 0)
      }
    }
  }

  private func hashRowsClearly(
    _ rows: UnsafeBufferPointer<UInt8>, rowLength: Int, twice: Bool,
    into hashes: UnsafeMutableBufferPointer<Bytes32>
  ) {
    for index in hashes.indices {
      var sponge = Keccak256()
      sponge.update(UnsafeBufferPointer(rebasing: rows[(index * rowLength)...].prefix(rowLength)))
      let hash = sponge.finalize()
      hashes.initializeElement(at: index, to: twice ? Keccak256.hash(hash) : hash)
    }
  }

  private func hashPairsClearly(
    _ nodes: UnsafeBufferPointer<Bytes32>, sorted: Bool,
    into parents: UnsafeMutableBufferPointer<Bytes32>
  ) {
    for index in parents.indices {
      let (left, right) = (nodes[2 * index], nodes[2 * index + 1])
      let isDescending = sorted && right < left
      parents.initializeElement(
        at: index, to: isDescending ? Keccak256.hash(right, left) : Keccak256.hash(left, right))
    }
  }
}
