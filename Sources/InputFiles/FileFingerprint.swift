import EthereumPrimitives

/// Which bytes a file has, as they lie on the disk and unpacked, and how it ends: whoever took rows
/// of it tells by that whether it is still what it was.
public struct FileFingerprint: Sendable, Equatable {
  public enum Ending: Sendable, Equatable {
    /// A line end after a line, or no byte at all.
    case line
    /// A line without an end: it may have been cut off, and more bytes may change it.
    case cutOff
    /// A blank line: between rows that follow it would be a mistake.
    case blankLine
  }

  /// Bytes on the disk, and Keccak-256 of them.
  public let size: UInt64
  public let rawHash: Bytes32
  /// The same of the unpacked bytes.
  public let unpackedSize: UInt64
  public let unpackedHash: Bytes32
  /// How many lines it has, the last one with or without an end.
  public let lines: UInt64
  public let ending: Ending
  /// Keccak-256 of the first so many unpacked bytes, by their number, where there are as many.
  public let starts: [UInt64: Bytes32]

  /// Reads a file from its start to its end.
  ///
  /// - Parameters:
  ///   - name: how messages call it.
  ///   - sizes: of which starts the hash is asked for.
  /// - Throws: `InputError` where it cannot be read or unpacked.
  public init(
    of path: String, name: String, startsOf sizes: Set<UInt64> = [],
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws(InputError) {
    do throws(Fault) {
      let isPacked = try ByteSource(.file(path), limits: limits, chunkSize: 1).isPacked
      // Of a plain file the unpacked bytes are those on the disk, which are hashed once.
      let source = try ByteSource(
        .file(path), limits: limits, chunkSize: chunkSize, isHashed: isPacked)
      var reading = UnpackedBytes(sizes)
      while let piece = try source.next() { reading.take(piece) }
      size = UInt64(source.readBytes)
      unpackedSize = reading.count
      unpackedHash = reading.hash.finalize()
      rawHash = isPacked ? source.rawHash : unpackedHash
      ending = reading.ending
      lines = reading.lineEnds + (ending == .cutOff ? 1 : 0)
      starts = reading.starts
    } catch {
      throw error.inFile(name)
    }
  }
}

/// Unpacked bytes, piece by piece.
private struct UnpackedBytes {
  private(set) var count: UInt64 = 0
  private(set) var lineEnds: UInt64 = 0
  private(set) var hash = Keccak256()
  private(set) var starts: [UInt64: Bytes32] = [:]
  /// Starts that were not reached yet, the shortest one last.
  private var sizes: [UInt64]
  /// The last bytes, of which a blank line needs three.
  private var tail: [UInt8] = []

  init(_ sizes: Set<UInt64>) {
    self.sizes = sizes.sorted(by: >)
    passStarts()
  }

  mutating func take(_ piece: [UInt8]) {
    var rest = piece[...]
    while let size = sizes.last, size - count <= UInt64(rest.count) {
      let part = rest.prefix(Int(size - count))
      add(part)
      rest = rest.dropFirst(part.count)
      passStarts()
    }
    add(rest)
    tail = (tail + piece.suffix(3)).suffix(3)
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    hash.update(bytes)
    count += UInt64(bytes.count)
    lineEnds += UInt64(bytes.count { $0 == 0x0A })
  }

  private mutating func passStarts() {
    guard sizes.last == count else { return }
    starts[count] = hash.finalize()
    sizes.removeLast()
  }

  var ending: FileFingerprint.Ending {
    guard let last = tail.last else { return .line }
    guard last == 0x0A else { return .cutOff }
    let before = tail.dropLast()
    return before.last == 0x0A || before == [0x0A, 0x0D] ? .blankLine : .line
  }
}
