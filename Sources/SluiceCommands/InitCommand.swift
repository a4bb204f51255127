import ArgumentParser
import CanonicalJSON
import PlanFile

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented plan and a list of recipients to start from.",
    discussion: """
      Nothing is overwritten.

      Example:
        sluice init launch
      """)

  @Argument(help: "The folder to write into; made where it is not there.")
  var directory = "."

  @OptionGroup var output: OutputOptions

  func run() throws {
    let files = [
      (PlanTemplate.planName, PlanTemplate.plan),
      (PlanTemplate.recipientsName, PlanTemplate.recipients),
    ]
    let manager = FileManager.default
    let paths = files.map { "\(directory)/\($0.0)" }
    if let present = paths.first(where: { manager.fileExists(atPath: $0) }) {
      throw CommandFailure(
        .fileExists, "\(present): found a file, expected none. Nothing was written.")
    }
    do {
      try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
      for (path, file) in zip(paths, files) {
        try Data(file.1.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
      }
    } catch {
      throw CommandFailure(
        .cannotWriteFile,
        "\(directory): found \(Writing.reason(error)), expected a folder to write into.")
    }
    Console(output).result(
      paths.map { "wrote \($0)" } + ["Next: sluice check \(ShellText.word(paths[0]))"], "init",
      [JSON.Member(key: "files", value: .array(paths.map { .string($0) }))])
  }
}
