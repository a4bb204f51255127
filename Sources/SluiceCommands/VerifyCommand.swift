import ArgumentParser
import CanonicalJSON
import EthereumPrimitives
import Verification

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute a bundle with an independent program: MATCH, or the first difference.",
    discussion: """
      Shares with the program that made the bundle only the plan's parser, 256-bit numbers and
      Keccak-256. Reads everything again, computes the law with its slow reference, builds the
      trees, and checks every published proof.

      Ends with status 0 for MATCH and 1 for a difference.

      Examples:
        sluice verify bundle
        sluice verify bundle --plan launch/plan.yaml --inputs launch
        sluice verify epoch-1 --plan plan.yaml --inputs . --parent epoch-0
      """)

  @Argument(help: "The bundle.", completion: .directory)
  var bundle: String

  @Option(
    help: "The plan as it was announced.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @Option(help: "The folder of the raw input files.", completion: .directory)
  var inputs: String?

  @Option(help: "The bundle of the parent root.", completion: .directory)
  var parent: String?

  @Option(
    help: "Openings of private columns: the folder that allocate wrote, or its openings.csv.",
    completion: .file(extensions: ["csv"]))
  var openings: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let sources = Verifier.Sources(
      plan: plan, inputs: inputs, parent: parent,
      openings: openings.map { Loading.openings($0, console: console) })
    let report: VerificationReport
    do {
      report = try Verifier.verify(bundle, with: sources) { console.progress($0) }
    } catch {
      console.endProgress()
      throw CommandFailure(error, bundle: bundle)
    }
    console.endProgress()
    console.result(lines(report, console), "verify", members(report))
    if let difference = report.difference {
      throw CommandFailure(
        .bundleDiffers,
        "\(bundle): \(difference.place.shortened): \(difference.what.shortened): "
          + "published \(difference.published.shortened), "
          + "recomputed \(difference.recomputed.shortened). Do not trust this bundle.")
    }
  }

  private func lines(_ report: VerificationReport, _ console: Console) -> [String] {
    var lines = report.checked.map { "  holds      \($0)" }
    lines += report.unchecked.map { "  not shown  \($0)" }
    guard let difference = report.difference else {
      return lines + [console.good("MATCH \(report.identity)")]
    }
    return lines + [
      console.bad("DIFFERENCE: \(difference.what.shortened)"),
      "  place       \(difference.place.shortened)",
      "  published   \(difference.published.shortened)",
      "  recomputed  \(difference.recomputed.shortened)",
      "  because     \(difference.reason)",
    ]
  }

  private func members(_ report: VerificationReport) -> [JSON.Member] {
    var difference = JSON.null
    if let found = report.difference {
      difference = .object([
        JSON.Member(key: "what", value: .string(found.what)),
        JSON.Member(key: "place", value: .string(found.place)),
        JSON.Member(key: "published", value: .string(found.published)),
        JSON.Member(key: "recomputed", value: .string(found.recomputed)),
        JSON.Member(key: "reason", value: .string(found.reason)),
      ])
    }
    return [
      JSON.Member(key: "matches", value: .bool(report.matches)),
      JSON.Member(key: "identity", value: .string(report.identity)),
      JSON.Member(key: "checked", value: .array(report.checked.map { .string($0) })),
      JSON.Member(key: "unchecked", value: .array(report.unchecked.map { .string($0) })),
      JSON.Member(key: "difference", value: difference),
    ]
  }
}
