import CZlib
import EthereumPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file in pieces, unpacked where it is gzip, never all at once.
///
/// What is given out before an error depends on the file alone, not on the size of the pieces: an
/// earlier mistake in a row is told before damage further on.
///
/// A class: it owns a file descriptor and a zlib stream, and closes them once.
final class ByteSource {
  private let limits: InputLimits
  private let chunkSize: Int
  /// -1 where the bytes are `held`.
  private let descriptor: Int32
  /// Bytes in memory that take the place of a file.
  private let held: [UInt8]?
  /// Bytes on disk.
  private(set) var size = 0
  /// What is still to be read: the whole file, or a part of it.
  private var rest: Range<Int>
  private var inflater: Inflater?
  private let isHashed: Bool
  private var hash = Keccak256()
  private var hasStarted = false
  private var givenBytes = 0
  private var isOverLimit = false
  /// Whether the last byte that was given out ends a line; true where there is none.
  private(set) var endsWithLine = true
  /// True once `next` has returned nil.
  private(set) var isAtEnd = false

  /// Where the bytes are.
  enum Origin {
    case file(String)
    /// In memory, as if a file held them.
    case bytes([UInt8])
  }

  /// - Parameters:
  ///   - isHashed: false where nobody asks for the hash, which takes time.
  ///   - part: the bytes to give out, of a file that is not packed.
  init(
    _ origin: Origin, limits: InputLimits, chunkSize: Int, isHashed: Bool = true,
    part: Range<Int> = 0..<Int.max
  ) throws(Fault) {
    self.limits = limits
    self.isHashed = isHashed
    self.chunkSize = max(chunkSize, 1)
    rest = part
    switch origin {
    case .bytes(let bytes):
      held = bytes
      descriptor = -1
      size = bytes.count
    case .file(let path):
      held = nil
      // Without blocking: opening a pipe would wait for somebody to write into it.
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        throw Fault(
          kind: .cannotOpen, found: errno == ENOENT ? "no file" : String(cString: strerror(errno)),
          expected: "a readable file",
          advice: "Check the name and the folder of inputs.")
      }
      // From here on `deinit` closes the file, after a thrown error too.
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw Fault(
          kind: .cannotOpen, found: "something that is no file", expected: "a readable file",
          advice: "Name a file, not a folder or a device.")
      }
      size = Int(status.st_size)
    }
    guard size <= limits.fileBytes else { throw tooLarge }
  }

  private var tooLarge: Fault {
    Fault(
      kind: .fileTooLarge, found: "\(size) bytes", expected: "at most \(limits.fileBytes)",
      advice: "Split the file into several sources.")
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The hash of the file's bytes as they lie on the disk, once `next` has returned nil.
  var rawHash: Bytes32 {
    precondition(isHashed, "a source that hashes")
    return hash.finalize()
  }

  /// Bytes that are to be given out in all, where that is known before the end.
  var expectedBytes: Int? {
    hasStarted && inflater == nil ? min(size, rest.upperBound) - rest.lowerBound + givenBytes : nil
  }

  /// Bytes of the file that were read so far, packed or not; of them `rawHash` is the hash.
  var readBytes: Int { rest.lowerBound }

  /// What is known of a file that was read to its end.
  struct Facts {
    /// Bytes on the disk, packed or not.
    let size: Int
    let rawHash: Bytes32
    let endsWithLine: Bool
  }

  var facts: Facts { Facts(size: readBytes, rawHash: rawHash, endsWithLine: endsWithLine) }

  /// Bytes that were given out so far.
  var takenBytes: Int { givenBytes }

  /// What is wrong with the rest of a gzip file's data; nil where nothing is, or it just ends.
  ///
  /// Damage may show as a row that its author never wrote: it is told instead of the row's mistake.
  func damage() -> Fault? {
    do throws(Fault) {
      while inflater != nil, try next() != nil {}
      return nil
    } catch {
      return error.kind == .gzipCorrupt ? error : nil
    }
  }

  /// The next piece; nil at the end.
  func next() throws(Fault) -> [UInt8]? {
    var piece: [UInt8] = []
    let count = try fill(&piece)
    return count == 0 ? nil : count == piece.count ? piece : Array(piece[..<count])
  }

  /// Puts the next piece into an array, whose memory is used again where it can be.
  ///
  /// - Returns: how many bytes at its start are the piece; 0 at the end.
  func fill(_ piece: inout [UInt8]) throws(Fault) -> Int {
    if isOverLimit { throw overLimit }
    let count = try nextPiece(&piece)
    guard count > 0 else {
      isAtEnd = true
      return 0
    }
    let room = givenLimit - givenBytes
    isOverLimit = count > room
    givenBytes += min(count, room)
    guard isOverLimit else {
      endsWithLine = piece[count - 1] == 0x0A
      return count
    }
    guard room > 0 else { throw overLimit }
    return room
  }

  private func nextPiece(_ piece: inout [UInt8]) throws(Fault) -> Int {
    if !hasStarted { try start() }
    guard let inflater else { return try readRaw(&piece) }
    while true {
      if let unpacked = try inflater.next() {
        piece = unpacked
        return piece.count
      }
      var raw: [UInt8] = []
      let count = try readRaw(&raw)
      guard count > 0 else {
        try inflater.finish()
        return 0
      }
      inflater.feed(Array(raw[..<count]))
    }
  }

  /// Looks at the first two bytes, which tell a gzip file, and leaves them to be read.
  private func start() throws(Fault) {
    hasStarted = true
    if isPacked { inflater = try Inflater(memberLimit: limits.gzipMembers) }
  }

  /// True for a gzip file.
  var isPacked: Bool {
    if let held { return held.starts(with: [0x1F, 0x8B]) }
    var head: (UInt8, UInt8) = (0, 0)
    let count = withUnsafeMutableBytes(of: &head) { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count == 2 && head == (0x1F, 0x8B)
  }

  // MARK: Limits

  /// Bytes that a gzip file of this size may unpack to.
  private var packedLimit: Int {
    let (product, overflow) = size.multipliedReportingOverflow(by: limits.gzipRatio)
    return max(limits.freeBytes, overflow ? .max : product)
  }

  private var givenLimit: Int {
    inflater == nil ? limits.unpackedBytes : min(limits.unpackedBytes, packedLimit)
  }

  private var overLimit: Fault {
    guard inflater == nil || limits.unpackedBytes <= packedLimit else {
      return Fault(
        kind: .gzipBomb, found: "more than \(packedLimit) bytes out of \(size)",
        expected: "at most \(limits.gzipRatio) times as many",
        advice: "Unpack the file yourself if it is really what you want to read.")
    }
    return Fault(
      kind: .fileTooLarge, found: "more than \(limits.unpackedBytes) bytes unpacked",
      expected: "at most that many", advice: "Split the file into several sources.")
  }

  /// Reads at most a piece; 0 at the end of the file.
  private func readRaw(_ piece: inout [UInt8]) throws(Fault) -> Int {
    let count: Int
    if let held {
      let part = rest.clamped(to: 0..<held.count).prefix(chunkSize)
      piece = Array(held[part])
      count = part.count
    } else {
      count = try readFile(&piece)
    }
    rest = rest.lowerBound + count..<rest.upperBound
    if isHashed { hash.update(piece[..<count]) }
    return count
  }

  private func readFile(_ piece: inout [UInt8]) throws(Fault) -> Int {
    if piece.count != chunkSize { piece = [UInt8](repeating: 0, count: chunkSize) }
    var failure: Int32 = 0
    let count = piece.withUnsafeMutableBytes { buffer in
      // The system writes at most as many bytes as the buffer has.
      let wanted = min(buffer.count, rest.count)
      var result = pread(descriptor, buffer.baseAddress, wanted, off_t(rest.lowerBound))
      while result < 0, errno == EINTR {
        result = pread(descriptor, buffer.baseAddress, wanted, off_t(rest.lowerBound))
      }
      if result < 0 { failure = errno }
      return max(result, 0)
    }
    guard failure == 0 else {
      throw Fault(
        kind: .cannotRead, found: String(cString: strerror(failure)), expected: "the file's bytes")
    }
    return count
  }
}

/// A gzip stream: one member or several, one after the other (RFC 1952).
final class Inflater {
  /// Bytes of a piece of output.
  private static let outputSize = 1 << 18

  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var used = 0
  private var isInsideMember = true
  private let memberLimit: Int
  private var members = 1
  /// A full piece can mean that zlib holds more output than it had room for.
  private var mayHoldMore = false
  /// What is wrong after the bytes that were given out.
  private var failure: Fault?

  init(memberLimit: Int) throws(Fault) {
    self.memberLimit = memberLimit
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window and 16 for a gzip header.
    guard
      inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw Fault(kind: .cannotRead, found: "no memory for zlib", expected: "a gzip reader")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Takes the next packed bytes, once `next` has returned nil.
  func feed(_ bytes: [UInt8]) {
    precondition(used == input.count, "what was fed before is used up")
    input = bytes
    used = 0
  }

  /// The next unpacked bytes; nil where they need more input.
  func next() throws(Fault) -> [UInt8]? {
    while failure == nil, used < input.count || mayHoldMore {
      if !isInsideMember {
        guard input[used] == 0x1F else { throw corrupt("bytes after the end of the gzip data") }
        guard members < memberLimit else { throw tooManyMembers }
        inflateReset(stream)
        isInsideMember = true
        members += 1
      }
      let (code, taken, piece) = step()
      used += taken
      mayHoldMore = piece.count == Self.outputSize && code == Z_OK
      switch code {
      case Z_STREAM_END: isInsideMember = false
      case Z_OK: break
      case Z_BUF_ERROR where used == input.count: break
      default: failure = corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "damage")
      }
      if !piece.isEmpty { return piece }
    }
    if let failure { throw failure }
    return nil
  }

  /// One call of zlib. Both buffers outlive the call, and their lengths are what zlib is told.
  private func step() -> (code: Int32, taken: Int, output: [UInt8]) {
    let start = used
    var code = Z_OK
    var taken = 0
    let output = [UInt8](unsafeUninitializedCapacity: Self.outputSize) { target, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.pointee.next_in = source.baseAddress.map { $0 + start }
        stream.pointee.avail_in = UInt32(source.count - start)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(Self.outputSize)
        code = CZlib.inflate(stream, Z_NO_FLUSH)
        taken = source.count - start - Int(stream.pointee.avail_in)
        count = Self.outputSize - Int(stream.pointee.avail_out)
      }
    }
    return (code, taken, output)
  }

  /// Called at the end of the file.
  func finish() throws(Fault) {
    guard !isInsideMember else {
      throw Fault(
        kind: .gzipTruncated, found: "the end of the file", expected: "the end of the gzip data",
        advice: "The file was cut off; fetch or pack it again.")
    }
  }

  private var tooManyMembers: Fault {
    Fault(
      kind: .tooManyMembers, found: "more than \(memberLimit) members in the gzip data",
      expected: "at most that many", advice: "Unpack the file and pack it again in one piece.")
  }

  private func corrupt(_ found: String) -> Fault {
    Fault(
      kind: .gzipCorrupt, found: found, expected: "gzip data (RFC 1952)",
      advice: "Fetch or pack the file again.")
  }
}
