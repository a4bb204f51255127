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
    abstract: "Show what a plan would do: supply, unlocks, concentration. Writes nothing.",
    discussion: """
      Reads the plan and its inputs, computes the first epoch and every schedule, and reports
      everything that is wrong in one go. Where none of the inputs is there yet, it looks at the
      plan alone. A guard of the plan that does not hold ends with exit status 1.

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
    let folder = Loading.inputFolder(inputs, plan: plan)
    let missing = Loading.missing(parsed.plan, folder: folder)
    let isAlone = inputs == nil && !missing.isEmpty && missing == parsed.plan.sources.map(\.file)
    var read: [String: SourceInput]?
    if !isAlone {
      read = try Loading.inputs(
        of: parsed.plan, in: EpochIndex(0), programs: parsed.plan.programs, folder: folder,
        console: console)
    }
    for note in parsed.notes { console.note(note.description) }
    Loading.noteUnused(read ?? [:], in: parsed.plan, console: console)
    let review = try mapped {
      try PlanReviewing.review(parsed.plan, rows: read?.rows(in: EpochIndex(0), of: parsed.plan))
    }
    Loading.noteIdle(review.programs.compactMap(\.outcome), of: parsed, console: console)
    noteSecret(parsed, console)
    let failing = review.guards.filter { !$0.holds }
    let verdict =
      failing.isEmpty ? console.good(holds(isAlone, missing)) : console.bad(fails(failing))
    console.result(
      PlanReviewText.lines(review, width: console.width) + ["", verdict], "check",
      ReviewJSON.members(review, hash: parsed.plan.canonicalHash.hex))
    if !failing.isEmpty { throw CommandFailure(failing, in: parsed) }
  }

  /// `allocate` asks for what hides private columns.
  private func noteSecret(_ parsed: ParsedPlan, _ console: Console) {
    let plan = parsed.plan
    let sources = plan.sources(readBy: plan.programs).filter(\.hasPrivateColumns)
    guard !sources.isEmpty else { return }
    console.note(
      "\(parsed.file): allocate needs --secret-file, a file of at least 32 bytes that nobody can "
        + "guess: it hides the private columns of \(sources.map(\.name).joined(separator: ", "))")
  }

  private func holds(_ isAlone: Bool, _ missing: [String]) -> String {
    guard isAlone else { return "The plan holds." }
    return "The plan holds. Nothing was allocated: \(missing.joined(separator: ", ")) "
      + "\(missing.count == 1 ? "is" : "are") not there."
  }

  private func fails(_ failing: [GuardFinding]) -> String {
    "The plan does not hold: \(failing.count) of its guards fail\(failing.count == 1 ? "s" : "")."
  }
}
