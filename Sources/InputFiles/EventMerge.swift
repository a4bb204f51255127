import DistributionModel
import EthereumPrimitives

/// Merges files of events, each of them in the order of time, row by row; of rows of one time those
/// of the earlier file come first.
///
/// A file is open from the time of its first row on, until its last one is taken: of files that
/// follow each other there may be many.
struct EventMerge {
  /// Where a row stands among those of all files.
  private struct Place: Comparable {
    let time: UInt64
    let file: Int

    static func < (left: Place, right: Place) -> Bool {
      (left.time, left.file) < (right.time, right.file)
    }
  }

  /// A file that is open, and the changes of it that are read and not taken.
  ///
  /// A class: rows of files take turns, and what is open is not to be moved every time.
  private final class Run {
    let file: Int
    private var reader: EventReader
    private var changes = PositionChanges()
    /// The first change that was not taken.
    private var next = 0

    init(_ reader: EventReader, file: Int) {
      self.reader = reader
      self.file = file
    }

    var rowCount: Int { reader.rowCount }
    var contents: PositionReading.Contents { reader.contents }

    var place: Place { Place(time: changes.times[next], file: file) }

    /// Gives away the changes before a place.
    func give(to rows: PositionRows, before end: Place?) throws(InputError) {
      let first = next
      if let end {
        while next < changes.count, place < end { next += 1 }
      } else {
        next = changes.count
      }
      rows.file = file
      do throws(Fault) {
        try rows.take(changes, first..<next)
      } catch {
        throw error.inFile("")
      }
    }

    /// Reads on where all changes are taken; false at the end.
    func fill(_ rows: PositionRows) throws(InputError) -> Bool {
      while next == changes.count {
        let before = reader.rowCount
        next = 0
        guard try reader.nextPiece(&changes, numbering: &rows.accounts) else { return false }
        rows.count += reader.rowCount - before
      }
      return true
    }
  }

  private let limit: Int
  private let rows: PositionRows
  private let open: (Int) throws(InputError) -> EventReader
  private var runs: [Run?]
  /// Files that wait for their turn, by their first row, the first one last.
  private var waiting: [Place] = []
  /// Files whose turn it is, by their next row, the first one last.
  private var order: [Place] = []
  /// What is known of files that were read to their end.
  private var done: [PositionReading.Contents?]

  /// - Parameters:
  ///   - limit: how many files may be open at once.
  ///   - rows: takes the changes.
  ///   - open: opens a file by its number.
  init(
    files: Int, limit: Int, into rows: PositionRows,
    open: @escaping (Int) throws(InputError) -> EventReader
  ) {
    self.limit = limit
    self.rows = rows
    self.open = open
    runs = Array(repeating: nil, count: files)
    done = Array(repeating: nil, count: files)
  }

  /// Reads all files.
  ///
  /// - Parameter progress: is told now and then how many rows were read.
  /// - Returns: what is known of them, in their order.
  /// - Throws: `unsortedTime` where a file is not in the order of time, or more than `limit` are at
  ///   one time.
  mutating func read(progress: (Int) -> Void) throws(InputError)
    -> [PositionReading.Contents]
  {
    try lookAtAll()
    try start()
    while let file = order.popLast()?.file {
      let marks = rows.count / 65_536
      try advance(file)
      if rows.count / 65_536 > marks { progress(rows.count) }
      try start()
    }
    return done.compactMap { $0 }
  }

  /// Reads the first rows of each file. Of more files than may be open, they are read again.
  private mutating func lookAtAll() throws(InputError) {
    for file in runs.indices {
      let run = Run(try open(file), file: file)
      guard try run.fill(rows) else {
        done[file] = run.contents
        continue
      }
      waiting.append(run.place)
      if runs.count <= limit {
        runs[file] = run
      } else {
        rows.count -= run.rowCount
      }
    }
    waiting.sort(by: >)
  }

  /// Opens the files whose first row comes before all others that are not taken.
  private mutating func start() throws(InputError) {
    while let place = waiting.last, order.last.map({ place < $0 }) ?? true {
      waiting.removeLast()
      if runs[place.file] == nil {
        guard order.count < limit else { throw tooMany }
        let run = Run(try open(place.file), file: place.file)
        guard try run.fill(rows), run.place == place else { throw tooMany }
        runs[place.file] = run
      }
      insert(place)
    }
  }

  /// Takes the rows of a file that come before those of all others, and reads on in it.
  private mutating func advance(_ file: Int) throws(InputError) {
    guard let run = runs[file] else { preconditionFailure("a file whose turn it is, is open") }
    try run.give(to: rows, before: end)
    if try run.fill(rows) {
      insert(run.place)
    } else {
      done[file] = run.contents
      runs[file] = nil
    }
  }

  /// Where the first row of the other files stands.
  private var end: Place? {
    guard let first = order.last else { return waiting.last }
    return waiting.last.map { min($0, first) } ?? first
  }

  /// Puts a file where its next row belongs.
  private mutating func insert(_ place: Place) {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if place < order[middle] { low = middle + 1 } else { high = middle }
    }
    order.insert(place, at: low)
  }

  /// Never shown: all is read again, and sorted. A file may also have changed since the first look.
  private var tooMany: InputError {
    Fault(
      kind: .unsortedTime, found: "more than \(limit) files of one time",
      expected: "at most that many"
    ).inFile("")
  }
}
