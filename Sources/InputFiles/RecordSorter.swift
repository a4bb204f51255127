import EthereumPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sorts records of one length by their bytes, on disk where they are more than memory holds.
///
/// Full buffers are sorted and written one after the other; in the end they are merged.
struct RecordSorter {
  /// A part of the file that is read piece by piece, in order.
  private struct Run {
    var rest: Range<Int>
    var piece: [UInt8] = []
    var place = 0
  }

  private let length: Int
  private let capacity: Int
  private let memory: Int
  private let folder: String
  private var records: [UInt8] = []
  private var file: TemporaryFile?
  private var runs: [Run] = []

  /// Beside its bytes a record takes its key, its place, and both again while they are sorted.
  private static let overhead = 64

  /// - Parameters:
  ///   - length: bytes of a record, 8 at least.
  ///   - memory: how many bytes to take, about.
  init(length: Int, memory: Int, folder: String = TemporaryFile.folder) {
    precondition(length >= 8, "a record starts with a number of 64 bits")
    self.length = length
    self.memory = memory
    self.folder = folder
    capacity = max(1, memory / (length + Self.overhead)) * length
  }

  /// True where records are on disk.
  var isOnDisk: Bool { file != nil }

  /// Takes a record that `write` appends.
  mutating func append(_ write: (inout [UInt8]) -> Void) throws(Fault) {
    if records.count >= capacity { try spill() }
    let start = records.count
    write(&records)
    precondition(records.count == start + length, "records have one length")
  }

  /// Gives all records to `body` in ascending order.
  mutating func drain(_ body: (ArraySlice<UInt8>) throws(Fault) -> Void) throws(Fault) {
    guard file != nil else {
      for place in order() { try body(records[place..<(place + length)]) }
      records = []
      return
    }
    try spill()
    records = []
    try merge(body)
  }

  /// Where the records in memory start, in ascending order.
  private func order() -> [Int] {
    let starts = Array(stride(from: 0, to: records.count, by: length))
    let keys = starts.map { start in
      records[start..<(start + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    return AscendingOrder.places(by: keys) { left, right in
      record(at: starts[left]).lexicographicallyPrecedes(record(at: starts[right]))
    }.map { starts[$0] }
  }

  private func record(at start: Int) -> ArraySlice<UInt8> { records[start..<(start + length)] }

  // MARK: On disk

  /// Writes the records in memory as a run.
  private mutating func spill() throws(Fault) {
    guard !records.isEmpty else { return }
    let file = if let file { file } else { try TemporaryFile(in: folder) }
    self.file = file
    let start = file.size
    var piece: [UInt8] = []
    piece.reserveCapacity(pieceSize(of: 16))
    for place in order() {
      piece += record(at: place)
      if piece.count + length > piece.capacity {
        try file.append(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    try file.append(piece)
    runs.append(Run(rest: start..<file.size))
    records.removeAll(keepingCapacity: true)
  }

  /// Bytes of a piece, where so many of them share the memory: whole records.
  private func pieceSize(of count: Int) -> Int {
    max(1, min(memory / count, 1 << 22) / length) * length
  }

  /// Merges the runs: those that have a record left, by their next ones.
  private mutating func merge(_ body: (ArraySlice<UInt8>) throws(Fault) -> Void) throws(Fault) {
    guard let file else { return }
    let size = pieceSize(of: runs.count)
    var order: [Int] = []
    for run in runs.indices where try fill(run, from: file, size) { insert(run, &order) }
    while let run = order.popLast() {
      let place = runs[run].place
      try body(runs[run].piece[place..<(place + length)])
      runs[run].place = place + length
      if try fill(run, from: file, size) { insert(run, &order) }
    }
  }

  /// Puts a run where its next record belongs: the least is last.
  private func insert(_ run: Int, _ order: inout [Int]) {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if next(of: run).lexicographicallyPrecedes(next(of: order[middle])) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    order.insert(run, at: low)
  }

  private func next(of run: Int) -> ArraySlice<UInt8> {
    let place = runs[run].place
    return runs[run].piece[place..<(place + length)]
  }

  /// Reads a run's next piece where the last one is used up; false at its end.
  private mutating func fill(
    _ run: Int, from file: TemporaryFile, _ size: Int
  ) throws(Fault) -> Bool {
    guard runs[run].place == runs[run].piece.count else { return true }
    guard !runs[run].rest.isEmpty else { return false }
    let part = runs[run].rest.prefix(size)
    runs[run].piece = try file.read(part)
    runs[run].place = 0
    runs[run].rest = part.upperBound..<runs[run].rest.upperBound
    return true
  }
}

/// A file without a name: the system removes it when nobody has it open, however that ends.
///
/// A class: it owns a file descriptor, and closes it once.
final class TemporaryFile {
  private let descriptor: Int32
  private(set) var size = 0

  /// Where temporary files are made: what the environment names, or the system's own folder.
  static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  init(in folder: String) throws(Fault) {
    var name = Array("\(folder)/sluice-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.fault }
    unlink(name)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func append(_ bytes: [UInt8]) throws(Fault) {
    var rest = bytes
    while !rest.isEmpty {
      let count = pwrite(descriptor, rest, rest.count, off_t(size))
      guard count > 0 || count < 0 && errno == EINTR else { throw Self.fault }
      rest.removeFirst(max(count, 0))
      size += max(count, 0)
    }
  }

  func read(_ part: Range<Int>) throws(Fault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: part.count)
    var taken = 0
    while taken < part.count {
      var piece = [UInt8](repeating: 0, count: part.count - taken)
      let count = pread(descriptor, &piece, piece.count, off_t(part.lowerBound + taken))
      guard count > 0 || count < 0 && errno == EINTR else { throw Self.fault }
      bytes.replaceSubrange(taken..<(taken + max(count, 0)), with: piece[..<max(count, 0)])
      taken += max(count, 0)
    }
    return bytes
  }

  private static var fault: Fault {
    Fault(
      kind: .cannotSort, found: String(cString: strerror(errno)),
      expected: "room for the rows that are sorted",
      advice: "Sort the file by its times, or name a folder with more room in TMPDIR.")
  }
}
