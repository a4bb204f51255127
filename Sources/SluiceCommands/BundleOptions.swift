import ArgumentParser
import Bundle
import DistributionEngine
import DistributionModel
import Foundation
import Reporting

/// How bundles are written, for every command that writes some.
struct BundleOptions: ParsableArguments {
  @Option(help: "Threads that hash leaves; of no effect on the result.")
  var threads = 1

  @Flag(help: "Leave the proof shards out; `sluice proof` computes from the rest.")
  var withoutProofs = false

  @Flag(help: "Write each campaign's whole tree as an OpenZeppelin dump too.")
  var treeDumps = false

  @Option(
    help: "A file of at least 32 secret bytes that hides private columns; keep it.",
    completion: .file())
  var secretFile: String?

  @Option(
    help: "The folder to write openings of private columns to; never publish it.",
    completion: .directory)
  var openings: String?

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected 1 … 256.")
    }
  }

  /// Writes a bundle and its page, and makes the folder in which the bundle lies.
  func write(
    _ contents: BundleContents, to out: String, _ console: Console
  ) throws(CommandFailure) -> Commitment {
    var options = BundleWriter.Options()
    options.threads = threads
    options.writesProofs = !withoutProofs
    options.writesTreeDumps = treeDumps
    try Writing.makeFolder(around: out)
    return try mapped {
      defer { console.endProgress() }
      return try BundleWriter.write(
        contents, to: out, options: options, progress: { console.progress($0) },
        beside: { commitment in
          let summary = Summarizing.summary(of: contents, commitment)
          return [(ReportPage.fileName, ReportPage.html(summary))]
        })
    }
  }

  /// The bytes that hide private columns; nil where no source that is read has some.
  func secret(
    for plan: Plan, _ epoch: EpochIndex, _ console: Console
  ) throws(CommandFailure) -> [UInt8]? {
    let sources = plan.sources(readBy: Allocating.running(in: epoch, of: plan))
      .filter(\.hasPrivateColumns).map(\.name)
    guard !sources.isEmpty else {
      guard let option = secretFile.map({ _ in "secret-file" }) ?? openings.map({ _ in "openings" })
      else { return nil }
      guard plan.sources.contains(where: \.hasPrivateColumns) else {
        throw CommandFailure(
          .malformedArgument,
          "--\(option): found no private column in the plan, expected one. Leave the option out.")
      }
      console.note(
        "--\(option) is of no use here: nothing that epoch \(epoch.number) reads has private "
          + "columns")
      return nil
    }
    let expected = Loading.expectedSecret
    guard let secretFile else {
      throw CommandFailure(
        .malformedArgument,
        "--secret-file: found none, \(expected). It hides the private columns of "
          + "\(sources.joined(separator: ", ")); make one with `head -c 32 /dev/urandom`.")
    }
    return try Loading.secret(secretFile)
  }
}
