import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import InputFiles
import PlanFile

/// Reads what the command line names.
enum Loading {
  /// Reads a file whole, or what a link leads to.
  ///
  /// A pipe would be waited for, and a device may never end: neither is taken. A file that grows
  /// while it is read is read as far as its size was.
  static func bytes(
    _ path: String, limit: Int = JSONLimits.standard.bytes
  ) throws(CommandFailure) -> [UInt8] {
    var status = stat()
    let isThere = stat(path, &status) == 0
    guard isThere, status.st_mode & S_IFMT != S_IFDIR else {
      throw CommandFailure(
        .cannotReadFile,
        "\(path): found \(isThere ? "a folder" : "nothing"), expected a file. Check the name.")
    }
    let unreadable = CommandFailure(
      .cannotReadFile, "\(path): found something that cannot be read, expected a file.")
    guard status.st_mode & S_IFMT == S_IFREG, let handle = FileHandle(forReadingAtPath: path) else {
      throw unreadable
    }
    guard status.st_size <= limit else {
      throw CommandFailure(
        .fileTooLarge, "\(path): found \(status.st_size) bytes, expected at most \(limit).")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    do {
      while bytes.count < status.st_size, let piece = try handle.read(upToCount: 1 << 20),
        !piece.isEmpty
      { bytes += piece }
    } catch {
      throw unreadable
    }
    return bytes
  }

  /// The file of openings that a path leads to: the file itself, or of the folder that `allocate`
  /// wrote the account's own file, where there is one, or else the one with all of them.
  static func openings(_ path: String, of account: Address? = nil, console: Console) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return path }
    let own = account.map { self.path(OpeningsFile.file(of: $0), in: path) }
    let file =
      own.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
      ?? self.path(OpeningsFile.whole, in: path)
    console.note("openings are read from \(file)")
    return file
  }

  static func plan(_ path: String) throws(CommandFailure) -> (parsed: ParsedPlan, bytes: [UInt8]) {
    // More than a plan may have is told by its own error, as long as it is no other kind of file.
    let bytes = try bytes(path, limit: 16 * PlanLimits.standard.bytes)
    do {
      return (try PlanFile.parse(bytes, file: path), bytes)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The folder of a plan's inputs: as stated, or the plan's own.
  static func inputFolder(_ stated: String?, plan: String) -> String {
    if let stated { return stated }
    guard let slash = plan.lastIndex(of: "/") else { return "." }
    return String(plan[...slash])
  }

  /// The files of the plan's sources that are not in a folder.
  static func missing(_ plan: Plan, folder: String) -> [String] {
    plan.sources.filter(\.hasFile).map(\.file).filter {
      !$0.contains("*") && !FileManager.default.fileExists(atPath: path($0, in: folder))
    }
  }

  /// Where a source's file lies in the folder of inputs.
  static func path(_ file: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + file : folder + "/" + file
  }

  /// Reads the files of every source that the programs of an epoch read.
  ///
  /// - Parameter store: where the rows of sources with a time are kept; nil reads their files too.
  static func inputs(
    of plan: Plan, in epoch: EpochIndex, programs: [Program], folder: String, console: Console,
    store: StoreReading? = nil
  ) throws(CommandFailure) -> [String: SourceInput] {
    let sources = plan.sources(readBy: programs)
    let isKept = { (source: SourceDeclaration) in store != nil && source.isKept }
    var reading = SourceReading(plan, epoch, programs, folder: folder, console)
    for source in plan.withLookups(sources.filter { !isKept($0) }) where source.hasFile {
      console.progress("reading \(source.file)")
      do {
        try reading.read(source)
      } catch {
        console.endProgress()
        throw CommandFailure(advising(error, on: source, of: plan))
      }
    }
    console.endProgress()
    guard let store else { return reading.inputs }
    let spans = plan.reading(of: sources, in: epoch)
    return try mapped {
      try sources.filter { isKept($0) && $0.hasFile }.reduce(into: reading.inputs) {
        inputs, source in
        inputs[source.name] = try store.input(of: source, in: epoch, span: spans[source.name])
      }
    }
  }

  /// A second row of an account cannot be added to the first where the plan wants one of each.
  private static func advising(
    _ error: InputError, on source: SourceDeclaration, of plan: Plan
  ) -> InputError {
    guard error.kind == .duplicateAccount else { return error }
    if plan.clusters?.source == source.name {
      return error.advising("Remove one of the rows: an account belongs to one holder.")
    }
    if plan.redirects.contains(where: { $0.source == source.name }) {
      return error.advising("Remove one of the rows: an account is redirected once.")
    }
    return error
  }

  static func bundle(_ path: String, console: Console) throws(CommandFailure) -> LoadedBundle {
    console.progress("reading \(path)")
    defer { console.endProgress() }
    do {
      return try BundleReader.load(path)
    } catch {
      throw CommandFailure(error, in: path)
    }
  }

  /// A bundle that is known by its identity, as far as a later epoch builds on it.
  static func parent(_ path: String, console: Console) throws(CommandFailure) -> LoadedBundle {
    console.progress("reading \(path)")
    defer { console.endProgress() }
    do {
      return try BundleReader.parent(path)
    } catch {
      throw CommandFailure(error, in: path)
    }
  }

  static let expectedSecret = "expected a file of at least 32 bytes that nobody can guess"

  /// The bytes that hide private columns.
  static func secret(_ path: String) throws(CommandFailure) -> [UInt8] {
    let bytes = try bytes(path, limit: 1 << 20)
    guard bytes.count >= 32 else {
      throw CommandFailure(
        .malformedArgument,
        "--secret-file: found \(bytes.count.counted("byte")), \(expectedSecret).")
    }
    return bytes
  }

  static func address(_ text: String) throws(CommandFailure) -> Address {
    do {
      return try Address(text)
    } catch {
      throw CommandFailure(
        .malformedAddress, "address: found '\(text.prefix(80))', expected an address: \(error).")
    }
  }

  static func hash(_ text: String, option: String) throws(CommandFailure) -> Bytes32 {
    do {
      return try Bytes32(hex: text)
    } catch {
      throw CommandFailure(
        .malformedArgument,
        "--\(option): found '\(text.prefix(80))', expected 0x and 64 digits: \(error).")
    }
  }

  /// Says which programs give nobody anything, and why.
  static func noteIdle(_ outcomes: [ProgramOutcome], of parsed: ParsedPlan, console: Console) {
    for note in IdlePrograms.notes(outcomes, of: parsed.plan) {
      let index = parsed.plan.programs.firstIndex { $0.name == note.program }
      let line = index.flatMap { parsed.positions["programs[\($0)].name"]?.line }
      console.note("\(parsed.file)\(line.map { ":\($0)" } ?? ""): \(note.text)")
    }
  }

  /// Says which columns and rows of the inputs are left alone, and what may not be meant.
  static func noteUnused(_ inputs: [String: SourceInput], in plan: Plan, console: Console) {
    for source in plan.sources {
      guard let input = inputs[source.name] else { continue }
      let place = "source \(source.name), \(source.file)"
      if !input.unusedColumns.isEmpty {
        let names = input.unusedColumns.joined(separator: ", ")
        console.note("\(place): columns not read: \(names)")
      }
      for note in input.notes { console.note("\(place): \(note)") }
      if let late = input.late {
        console.note(
          "\(place): \(late.count.counted("row")) came late: what they say of closed epochs counts "
            + "from the start of this one; the first is \(late.file), line \(late.line)")
      }
    }
  }
}
