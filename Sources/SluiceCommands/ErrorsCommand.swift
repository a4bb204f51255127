import ArgumentParser
import CanonicalJSON

struct ErrorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "List every error code and exit status, or explain one.",
    discussion: """
      Examples:
        sluice errors
        sluice errors SLC-PLAN-014
      """)

  @Argument(help: "A code, such as SLC-PLAN-014.")
  var code: String?

  @Flag(help: "Print the reference page `docs/reference/errors.md`.")
  var markdown = false

  @Flag(help: "Print the reference page `docs/reference/exit-codes.md`.")
  var exitCodes = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    if exitCodes {
      print(ErrorTable.exitCodePage)
    } else if markdown {
      print(ErrorTable.errorPage)
    } else {
      try list()
    }
  }

  private func list() throws {
    let entries = ErrorTable.entries.filter { code == nil || $0.code == code?.uppercased() }
    guard !entries.isEmpty else {
      throw CommandFailure(
        .unknownName, "No error has the code \(code ?? ""). `sluice errors` lists them all.")
    }
    Console(output).result(
      entries.map { "\($0.code)  \($0.words)  (exit status \($0.status.rawValue))" }, "errors",
      [
        JSON.Member(
          key: "errors",
          value: .array(
            entries.map { entry in
              .object([
                JSON.Member(key: "code", value: .string(entry.code)),
                JSON.Member(key: "name", value: .string(entry.name)),
                JSON.Member(key: "status", value: .integer(Int(entry.status.rawValue))),
                JSON.Member(key: "words", value: .string(entry.words)),
              ])
            }))
      ])
  }
}
