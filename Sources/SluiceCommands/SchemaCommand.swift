import ArgumentParser
import CanonicalJSON
import PlanFile

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of plans, for editors and other programs.",
    discussion: """
      Example:
        sluice schema > plan.schema.json
      """)

  func run() throws {
    print(PlanSchema.jsonSchema().prettyText())
  }
}
