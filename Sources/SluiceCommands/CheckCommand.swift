import ArgumentParser
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Show what a plan would do: supply, programs, emission, unlocks. Writes nothing.",
    discussion: """
      Reads the plan and its inputs, computes the first epoch and every schedule, and reports
      everything that is wrong in one go.

      Examples:
        sluice check launch/plan.yaml
        sluice check plan.yaml --inputs lists --json
      """)

  @Argument(help: "The plan.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @Option(
    help: "The folder of the plan's inputs; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let (parsed, _) = try Loading.plan(plan)
    let read = try Loading.inputs(
      of: parsed.plan, programs: parsed.plan.programs,
      folder: Loading.inputFolder(inputs, plan: plan), console: console)
    for note in parsed.notes { console.note(note.description) }
    Loading.noteUnused(read, in: parsed.plan, console: console)
    let review = try mapped {
      try PlanReviewing.review(parsed.plan, rows: read.mapValues(\.rows))
    }
    console.result(
      PlanReviewText.lines(review) + ["", console.good("The plan holds.")], "check",
      ReviewJSON.members(review, hash: parsed.plan.canonicalHash.hex))
  }
}
