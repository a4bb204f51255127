import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import EthereumPrimitives
import Reporting

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a bundle's page for everybody: supply, spread, refusals, how to verify.",
    discussion: """
      `allocate` writes the same page into every bundle. It is one HTML file that needs no script
      and no network; the bundle's identity does not cover it.

      Examples:
        sluice report bundle
        sluice report bundle --out launch.html
      """)

  @Argument(help: "The bundle.", completion: .directory)
  var bundle: String

  @Option(
    help: "The file to write; nothing may have that name. report.html in the bundle by default.",
    completion: .file(extensions: ["html"]))
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let loaded = try Loading.bundle(bundle, console: console)
    let bytes = ReportPage.html(Summarizing.summary(of: loaded))
    let path = out ?? bundle + "/" + ReportPage.fileName
    // The bundle's own page is made from the rest of it: a new one may take its place.
    try Writing.file(bytes, to: path, replaces: out == nil)
    console.result(
      ["Wrote \(path)"], "report",
      [
        JSON.Member(key: "bundle", value: .string(loaded.identity.hex)),
        JSON.Member(key: "file", value: .string(path)),
        JSON.Member(key: "bytes", value: .integer(bytes.count)),
      ])
  }
}
