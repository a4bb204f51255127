import DistributionModel
import EthereumPrimitives
import Foundation

/// How many rows of each source came late into the epoch, as far as they were read.
final class StrangerLateRows {
  var counts: [String: Int] = [:]
}

/// The raw files of a plan's sources.
struct StrangerFolder {
  let path: String
  let plan: Plan
  let epoch: EpochIndex
  private(set) var lookups = StrangerTable.Lookups()
  let late = StrangerLateRows()

  init(path: String, plan: Plan, epoch: EpochIndex) {
    (self.path, self.plan, self.epoch) = (path, plan, epoch)
  }

  /// Reads the keys of sources in which others look something up.
  mutating func readLookups(
    of sources: [SourceDeclaration], _ progress: (String) -> Void
  ) throws {
    for source in sources {
      if source.hasFile { progress("reading \(source.file)") }
      guard source.key != nil else { continue }
      try lookups.read(streams(of: source), of: source)
    }
  }

  /// The rows, or statements, that the raw file gives, as the bundle's file has them.
  func canonicalText(of source: SourceDeclaration) throws -> [UInt8] {
    let streams = try streams(of: source)
    let window = source.time.flatMap { _ in plan.rowSpan(of: source, in: epoch) }
    if let rules = source.statements {
      return StrangerStatement.text(
        try StrangerStatement.raw(streams.map { try $0.all() }, source, rules, window: window))
    }
    let raw = try StrangerRow.raw(
      streams, StrangerTable(source: source, lookups: lookups), window: window)
    late.counts[source.name] = raw.late
    return StrangerRow.canonicalText(raw.rows, source)
  }

  /// The changes that the raw file of a series gives.
  func changes(
    of source: SourceDeclaration, _ span: Range<UInt64>
  ) throws -> ReferenceLaw.Changes {
    guard let events = source.series?.events else { return [:] }
    let raw = try StrangerEvents.raw(
      streams(of: source), StrangerTable(source: source, lookups: lookups), events, span: span)
    late.counts[source.name] = raw.late
    return raw.changes
  }

  /// The files of a source: one, or all whose names fit, in the order of their names.
  func streams(of source: SourceDeclaration) throws -> [StrangerStream] {
    let parts = source.file.split(separator: "/").map(String.init)
    guard let pattern = parts.last, pattern.contains("*") else {
      return [try StrangerStream(path + "/" + source.file, as: source.file)]
    }
    let folder = parts.dropLast().map { $0 + "/" }.joined()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
    let fitting = names.filter { Self.fits(Array($0.utf8)[...], pattern.utf8) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard !fitting.isEmpty else {
      throw VerificationFailure(
        .cannotRead, source.file, found: "no file of such a name", expected: "one or more")
    }
    return try fitting.map { try StrangerStream(path + "/" + folder + $0, as: folder + $0) }
  }

  /// Every `*` stands for any bytes, but a hidden file is only meant where its point is written.
  static func fits(_ name: ArraySlice<UInt8>, _ pattern: some Collection<UInt8>) -> Bool {
    if name.first == UInt8(ascii: "."), pattern.first == UInt8(ascii: "*") { return false }
    // Whether what was read of the pattern fits the first so many bytes of the name.
    var fitting = [true] + name.map { _ in false }
    for wanted in pattern {
      if wanted == UInt8(ascii: "*") {
        for count in fitting.indices.dropFirst() where fitting[count - 1] { fitting[count] = true }
      } else {
        let before = fitting
        fitting[0] = false
        for (count, byte) in name.enumerated() {
          fitting[count + 1] = before[count] && byte == wanted
        }
      }
    }
    return fitting.last ?? false
  }
}
