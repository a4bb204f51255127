import EthereumPrimitives
import EventStore
import Foundation
import InputFiles

/// The files of a source as they lie in the folder of inputs, held against those of which a store
/// has rows.
struct SourceFiles {
  /// One of them.
  struct File {
    let path: String
    /// Its name in the folder of inputs.
    let name: String
    let fingerprint: FileFingerprint
    /// What the store has of it, where it has something; it may have another name there.
    let known: KnownFile?
  }

  /// In the order of their names.
  let files: [File]

  /// - Parameters:
  ///   - paths: and names of the files that are there.
  ///   - known: those of which the store has rows.
  /// - Throws: `fileGone`, `sameRows` or `rowsChanged` where the store has rows that the files do
  ///   not have, or would have some of them twice.
  init(
    _ paths: [(path: String, name: String)], known: [KnownFile]
  ) throws(CommandFailure) {
    let names = Set(paths.map(\.name))
    let missing = known.filter { !names.contains($0.file.name) }
    let sizes = Set(known.map(\.file.unpackedSize))
    var files: [File] = []
    var renamed: [String: KnownFile] = [:]
    for (path, name) in paths {
      let print = try mapped { try FileFingerprint(of: path, name: path, startsOf: sizes) }
      let same =
        known.first { $0.file.name == name }
        ?? missing.first { renamed[$0.file.name] == nil && $0.file.isStart(of: print) }
      if let same { renamed[same.file.name] = same }
      files.append(File(path: path, name: name, fingerprint: print, known: same))
    }
    for gone in missing where renamed[gone.file.name] == nil { throw Self.gone(gone) }
    for file in files {
      if let known = file.known { try file.check(known) } else { try file.check(besides: known) }
    }
    self.files = files
  }

  private static func gone(_ known: KnownFile) -> CommandFailure {
    CommandFailure(
      StoreError(
        .fileGone, file: known.file.name, found: "no file, and none that starts with its rows",
        expected: "the file, of which \(known.taken.counted("row is", "rows are")) in the store",
        advice: "Put it back. It may be packed and have another name, as long as the source's "
          + "`file` names it and its rows come first."))
  }
}

extension IngestedFile {
  /// True where a file starts with its bytes.
  fileprivate func isStart(of print: FileFingerprint) -> Bool {
    print.starts[unpackedSize] == unpackedHash
  }
}

extension SourceFiles.File {
  /// True where it is what it was.
  var isUnchanged: Bool {
    guard let known, known.unwoundTo == nil else { return false }
    return known.file.name == name && known.file.size == fingerprint.size
      && known.file.rawHash == fingerprint.rawHash
  }

  /// Sees that what was there is there, where rows were not removed since.
  fileprivate func check(_ known: KnownFile) throws(CommandFailure) {
    guard known.unwoundTo == nil, !known.file.isStart(of: fingerprint) else { return }
    let (before, now) = (known.file.unpackedSize, fingerprint.unpackedSize)
    let found =
      now < before ? "a file that is \((before - now).counted("byte")) shorter" : "other bytes"
    throw CommandFailure(
      StoreError(
        .rowsChanged, file: path, found: "\(found) where rows were taken before",
        expected: "the same bytes, and maybe more after them",
        advice: "Put the old rows back and add new ones at the end. Where a chain reorganised, "
          + "remove what it no longer has with `sluice unwind` first."))
  }

  /// Sees that a new file does not have the rows of another one.
  fileprivate func check(besides known: [KnownFile]) throws(CommandFailure) {
    guard let other = known.first(where: { $0.taken > 0 && $0.file.isStart(of: fingerprint) })
    else { return }
    throw CommandFailure(
      StoreError(
        .sameRows, file: path, found: "all rows of \(other.file.name) at its start",
        expected: "other rows: each would count twice",
        advice: "Move one of the two files away, or take the rows out of the new one."))
  }

  /// Sees that rows can be added at its end.
  func checkEnd() throws(CommandFailure) {
    let found: String
    switch fingerprint.ending {
    case .line: return
    case .cutOff: found = "a last line without a line end: it may have been cut off"
    case .blankLine: found = "a blank line at the end"
    }
    throw CommandFailure(
      StoreError(
        .wrongEnd, file: path, found: found,
        expected: "a line end after the last row, and nothing after it",
        advice: "Write the last line whole, with its line end; rows are added after it later."))
  }

  /// Sees that what was read is what the fingerprint was made of.
  func ingested(
    rawHash: Bytes32?, reading lookups: Lookups, unused: [String], notes: [String],
    quarantined: [InputError]
  ) throws -> IngestedFile {
    guard rawHash == nil || rawHash == fingerprint.rawHash else {
      throw StoreError(
        .fileMoving, file: path, found: "other bytes at the second reading",
        expected: "a file that nobody writes to meanwhile", advice: "Run the command again.")
    }
    return IngestedFile(
      name: name, size: fingerprint.size, rawHash: fingerprint.rawHash,
      unpackedSize: fingerprint.unpackedSize, unpackedHash: fingerprint.unpackedHash,
      lines: fingerprint.lines, lookups: lookups.hash, unusedColumns: unused, notes: notes,
      leftOut: quarantined.map { .init(line: UInt64($0.line), reason: $0.description) })
  }
}
