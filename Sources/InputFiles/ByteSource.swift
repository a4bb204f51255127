import CZlib
import EthereumPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file in pieces, unpacked where it is gzip, never all at once.
///
/// A class: it owns a file descriptor and a zlib stream, and closes them once.
final class ByteSource {
  private let limits: InputLimits
  private let chunkSize: Int
  private let descriptor: Int32
  private var inflater: Inflater?
  private var hash = Keccak256()
  private var started = false
  private(set) var rawBytes = 0
  private var unpackedBytes = 0

  init(path: String, limits: InputLimits, chunkSize: Int) throws(Fault) {
    self.limits = limits
    self.chunkSize = max(chunkSize, 1)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Fault(
        kind: .cannotOpen, found: String(cString: strerror(errno)), expected: "a readable file",
        advice: "Check the name and the folder of inputs.")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Fault(
        kind: .cannotOpen, found: "something that is no file", expected: "a readable file",
        advice: "Name a file, not a folder or a device.")
    }
    guard status.st_size <= limits.fileBytes else {
      close(descriptor)
      throw Fault(
        kind: .fileTooLarge, found: "\(status.st_size) bytes",
        expected: "at most \(limits.fileBytes)", advice: "Split the file into several sources.")
    }
  }

  deinit {
    close(descriptor)
  }

  /// The hash of the file's bytes as they lie on the disk, once `next` has returned nil.
  var rawHash: Bytes32 { hash.finalize() }

  /// The next piece; nil at the end.
  func next() throws(Fault) -> [UInt8]? {
    while true {
      let raw = try readRaw()
      if !started {
        started = true
        if raw.starts(with: [0x1F, 0x8B]) || (raw.count == 1 && raw[0] == 0x1F) {
          inflater = try Inflater()
        }
      }
      guard let inflater else { return raw.isEmpty ? nil : try counted(raw) }
      if raw.isEmpty {
        try inflater.finish()
        return nil
      }
      let unpacked = try inflater.inflate(raw) { total throws(Fault) in try self.check(total) }
      if !unpacked.isEmpty { return try counted(unpacked) }
    }
  }

  private func counted(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
    unpackedBytes += bytes.count
    try check(0)
    return bytes
  }

  /// Refuses what unpacks to too much; `pending` bytes are unpacked and not yet counted.
  private func check(_ pending: Int) throws(Fault) {
    let total = unpackedBytes + pending
    guard total <= limits.unpackedBytes else {
      throw Fault(
        kind: .fileTooLarge, found: "more than \(limits.unpackedBytes) bytes unpacked",
        expected: "at most that many", advice: "Split the file into several sources.")
    }
    guard inflater != nil, total > limits.freeBytes else { return }
    guard total / max(rawBytes, 1) < limits.gzipRatio else {
      throw Fault(
        kind: .gzipBomb,
        found: "\(total) bytes out of \(rawBytes)",
        expected: "at most \(limits.gzipRatio) times as many",
        advice: "Unpack the file yourself if it is really what you want to read.")
    }
  }

  private func readRaw() throws(Fault) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: chunkSize) { buffer, count in
      var result = read(descriptor, buffer.baseAddress, chunkSize)
      while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, chunkSize) }
      if result < 0 { failure = errno }
      count = max(result, 0)
    }
    guard failure == 0 else {
      throw Fault(
        kind: .cannotRead, found: String(cString: strerror(failure)), expected: "the file's bytes")
    }
    hash.update(bytes)
    rawBytes += bytes.count
    return bytes
  }
}

/// A gzip stream: one member or several, one after the other (RFC 1952).
final class Inflater {
  /// Pieces of output; a bomb is noticed after one of them.
  private static let outputSize = 1 << 18

  private let stream: UnsafeMutablePointer<z_stream>
  private var isInsideMember = true

  init() throws(Fault) {
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

  /// Unpacks a piece of input; `check` may refuse while the output grows.
  func inflate(
    _ input: [UInt8], check: (Int) throws(Fault) -> Void
  ) throws(Fault) -> [UInt8] {
    var input = input
    var output: [UInt8] = []
    var used = 0
    var mayHoldMore = false
    while used < input.count || mayHoldMore {
      if !isInsideMember {
        guard input[used] == 0x1F else { throw corrupt("bytes after the end of the gzip data") }
        inflateReset(stream)
        isInsideMember = true
      }
      let (code, taken, piece) = step(&input, from: used)
      used += taken
      output += piece
      // A full piece can mean that zlib holds more output than it had room for.
      mayHoldMore = piece.count == Self.outputSize && code == Z_OK
      try check(output.count)
      switch code {
      case Z_STREAM_END: isInsideMember = false
      case Z_OK: break
      case Z_BUF_ERROR where used == input.count: break
      default:
        throw corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "damaged gzip data")
      }
    }
    return output
  }

  /// One call of zlib. Both buffers outlive the call, and their lengths are what zlib is told.
  private func step(
    _ input: inout [UInt8], from start: Int
  ) -> (code: Int32, taken: Int, output: [UInt8]) {
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

  private func corrupt(_ found: String) -> Fault {
    Fault(
      kind: .gzipCorrupt, found: found, expected: "gzip data (RFC 1952)",
      advice: "Fetch or pack the file again.")
  }
}
