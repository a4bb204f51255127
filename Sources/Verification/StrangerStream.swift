import CZlib
import Foundation

/// The bytes of a raw file, piece by piece, unpacked where it is packed.
final class StrangerStream {
  let name: String
  private let memberLimit: Int
  /// Bytes of the file as it lies there.
  private let size: Int
  /// nil where the bytes were handed in.
  private let handle: FileHandle?
  /// What was read and not yet given out, or not yet unpacked.
  private var input: [UInt8]
  private var position = 0
  private var inflation: UnsafeMutablePointer<z_stream>?
  private var isInMember = false
  private var members = 0
  private var given = 0
  /// What is given out before anything else.
  private var held: [UInt8] = []

  static let pieceSize = 1 << 20

  /// Opens a file of at most as many bytes as a verifier takes in.
  convenience init(_ path: String, as name: String) throws(VerificationFailure) {
    let file = try Self.open(path, as: name, limit: StrangerFiles.limit)
    self.init(
      try Self.read(file.handle, name) ?? [], of: file.size, file.handle, name,
      StrangerFiles.memberLimit)
  }

  convenience init(
    bytes: [UInt8], as name: String, members: Int = StrangerFiles.memberLimit
  ) {
    self.init(bytes, of: bytes.count, nil, name, members)
  }

  private init(
    _ input: [UInt8], of size: Int, _ handle: FileHandle?, _ name: String, _ members: Int
  ) {
    (self.input, self.size, self.handle) = (input, size, handle)
    (self.name, memberLimit) = (name, members)
    guard input.starts(with: [0x1F, 0x8B]) else { return }
    // zlib holds on to the place of its state.
    let inflation = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    inflation.initialize(to: z_stream())
    inflateInit2_(inflation, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    self.inflation = inflation
  }

  deinit {
    guard let inflation else { return }
    inflateEnd(inflation)
    inflation.deallocate()
  }

  /// Goes past a byte order mark of UTF-8.
  func skipMark() throws(VerificationFailure) {
    var start: [UInt8] = []
    while start.count < 4, let piece = try next() { start += piece }
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF], [0, 0, 0xFE, 0xFF]]
    where start.starts(with: mark) {
      throw VerificationFailure(
        .cannotRead, name, found: "UTF-16 or UTF-32", expected: "text in UTF-8")
    }
    held = start.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(start.dropFirst(3)) : start
  }

  /// The next bytes; nil at the end.
  func next() throws(VerificationFailure) -> [UInt8]? {
    if !held.isEmpty {
      defer { held = [] }
      return held
    }
    guard inflation == nil else { return try unpack() }
    if input.isEmpty { try fill() }
    defer { input = [] }
    return input.isEmpty ? nil : input
  }

  /// All bytes that are left.
  func all() throws(VerificationFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() { bytes += piece }
    return bytes
  }

  private func fill() throws(VerificationFailure) {
    position = 0
    input =
      try handle.map { handle throws(VerificationFailure) in
        try Self.read(handle, name) ?? []
      } ?? []
  }

  // MARK: Gzip

  /// The next bytes of the members, which follow one another.
  private func unpack() throws(VerificationFailure) -> [UInt8]? {
    while true {
      if position == input.count { try fill() }
      guard !input.isEmpty || isInMember else { return nil }
      if !isInMember { try startMember() }
      let piece = try inflated()
      given += piece.count
      guard given <= StrangerFiles.limit, given < (16 << 20) + 200 * size else {
        throw damaged("more than \(given) bytes unpacked", "at most 200 times the packed size")
      }
      if !piece.isEmpty { return piece }
      guard !input.isEmpty || !isInMember else {
        throw damaged("cut gzip data", "a whole gzip file")
      }
    }
  }

  private func startMember() throws(VerificationFailure) {
    members += 1
    guard members <= memberLimit else {
      throw damaged("more than \(memberLimit) members", "at most that many")
    }
    inflateReset(inflation)
    isInMember = true
  }

  /// Unpacks a piece; what it does not take of the input stays for the next one.
  private func inflated() throws(VerificationFailure) -> [UInt8] {
    guard let inflation else { return [] }
    var status = Z_OK
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { target, count in
      input.withUnsafeMutableBufferPointer { source in
        // Both lengths are what is left of the buffers; zlib takes at most 4 GiB at a time.
        let rest = min(source.count - position, Int(UInt32.max))
        inflation.pointee.next_in = source.baseAddress.map { $0 + position }
        inflation.pointee.avail_in = UInt32(rest)
        inflation.pointee.next_out = target.baseAddress
        inflation.pointee.avail_out = UInt32(Self.pieceSize)
        status = inflate(inflation, Z_NO_FLUSH)
        position += rest - Int(inflation.pointee.avail_in)
        count = Self.pieceSize - Int(inflation.pointee.avail_out)
      }
    }
    switch status {
    case Z_STREAM_END: isInMember = false
    // Nothing to take and nothing to give: more input is needed.
    case Z_OK, Z_BUF_ERROR: break
    default: throw damaged("damaged gzip data", "a whole gzip file")
    }
    return piece
  }

  private func damaged(_ found: String, _ expected: String) -> VerificationFailure {
    VerificationFailure(.damagedGzip, name, found: found, expected: expected)
  }

  // MARK: Files

  /// Opens a file itself, or what a link leads to; pipes and devices would never end.
  static func open(
    _ path: String, as name: String, limit: Int
  ) throws(VerificationFailure) -> (handle: FileHandle, size: Int) {
    func unreadable(_ found: String) -> VerificationFailure {
      VerificationFailure(.cannotRead, name, found: found, expected: "a file that can be read")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable("no file") }
    guard status.st_mode & S_IFMT == S_IFREG, let handle = FileHandle(forReadingAtPath: path) else {
      throw unreadable("no readable file")
    }
    guard status.st_size <= limit else {
      throw VerificationFailure(
        .fileTooLarge, name, found: "\(status.st_size) bytes", expected: "at most \(limit)")
    }
    return (handle, Int(status.st_size))
  }

  /// The next piece of a file; nil at its end.
  static func read(
    _ handle: FileHandle, _ name: String
  ) throws(VerificationFailure) -> [UInt8]? {
    do {
      guard let piece = try handle.read(upToCount: pieceSize), !piece.isEmpty else { return nil }
      return Array(piece)
    } catch {
      throw VerificationFailure(
        .cannotRead, name, found: "a file that cannot be read to its end",
        expected: "a file that can be read")
    }
  }
}

extension StrangerStream {
  /// The lines with their line ends; the last one may go without.
  func eachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
    var carried: [UInt8] = []
    while let piece = try next() {
      var start = 0
      while let end = piece[start...].firstIndex(of: 0x0A) {
        if carried.isEmpty {
          try body(piece[start...end])
        } else {
          try body((carried + piece[start...end])[...])
          carried = []
        }
        start = end + 1
      }
      carried += piece[start...]
    }
    if !carried.isEmpty { try body(carried[...]) }
  }
}
