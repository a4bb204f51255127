import ArgumentParser
import CanonicalJSON
import PlanFile

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of plans, or Table Schemas of the files that a plan reads.",
    discussion: """
      Examples:
        sluice schema > plan.schema.json
        sluice schema plan.yaml > datapackage.json
      """)

  @Argument(
    help: "A plan whose input files are described.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  func run() throws {
    let schema = try plan.map { try InputSchema.package(of: Loading.plan($0).parsed.plan) }
    print((schema ?? PlanSchema.jsonSchema()).prettyText())
  }
}
