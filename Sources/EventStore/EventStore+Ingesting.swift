import EthereumPrimitives
import Foundation
import GRDB

extension EventStore {
  /// Takes the rows of a file that are not in the store yet, in one transaction.
  ///
  /// - Parameters:
  ///   - file: its name in the folder of inputs; for a known file that has another name by now the
  ///     old one.
  ///   - lookups: what its rows look up.
  ///   - body: reads the file from its start, hands all of its rows over and says what the file is.
  /// - Returns: how many changes or rows were new, and how many of those came late.
  /// - Throws: `StoreError`, and what `body` throws.
  public func ingest(
    _ file: String, of source: StoreSource, lookingUp lookups: Lookups = .none, late: LatePolicy,
    _ body: (Ingestion) throws -> IngestedFile
  ) throws -> (added: Int, late: Int) {
    try ingestTogether([file], of: source, lookingUp: lookups, late: late) { [try body($0)] }
  }

  /// The same for files of one source that only tell something together.
  ///
  /// - Parameter files: at least one, in the order in which `body` gives them back; the rows stand
  ///   with the first.
  public func ingestTogether(
    _ files: [String], of source: StoreSource, lookingUp lookups: Lookups = .none, late: LatePolicy,
    _ body: (Ingestion) throws -> [IngestedFile]
  ) throws -> (added: Int, late: Int) {
    var counts = (added: 0, late: 0)
    try writePassingErrors { database in
      let ingestion = try Ingestion(
        files[0], of: source, lookingUp: lookups, late: late, database, store: path)
      let read = try body(ingestion)
      precondition(read.count == files.count, "every file was read")
      try ingestion.finish(read[0], and: Array(zip(files, read).dropFirst()))
      counts = (ingestion.added, ingestion.late)
    }
    return counts
  }

  /// What a source's files had when their rows were taken last, in the order of their names.
  ///
  /// - Throws: `otherSource` where the source was declared otherwise then.
  public func knownFiles(of source: StoreSource) throws(StoreError) -> [KnownFile] {
    try read { database in
      try StoredSources.check(source, database, store: path)
      guard let id = try StoredSources.id(of: source.name, database) else { return [] }
      return try StoredFiles.known(of: id, database, store: path).map(\.file)
    }
  }

  // MARK: All files

  /// Says that files are going to be taken in, until `endIngesting` says that all of them were.
  public func beginIngesting() throws(StoreError) { try setIngesting(true) }

  public func endIngesting() throws(StoreError) { try setIngesting(false) }

  private func setIngesting(_ isIngesting: Bool) throws(StoreError) {
    try write { try $0.execute(sql: "UPDATE store SET isIngesting = ?", arguments: [isIngesting]) }
  }

  /// Sees that the store has all files as they were when they were taken in last.
  ///
  /// - Throws: `ingestUnfinished` where one of them was refused, or something stopped it.
  public func checkIngested() throws(StoreError) {
    let isIngesting = try read { try Bool.fetchOne($0, sql: "SELECT isIngesting FROM store") }
    guard isIngesting != true else {
      throw StoreError(
        .ingestUnfinished, file: path, found: "files of which not all were taken in",
        expected: "all of them, as they are now",
        advice: "Run `sluice ingest` again, and mend what it refuses.")
    }
  }
}
