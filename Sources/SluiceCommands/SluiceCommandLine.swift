import ArgumentParser
import CanonicalJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The version of the program, in `--version` and in the derived files of bundles.
public let sluiceVersion = "0.1.0"

/// The root of the command line.
public struct SluiceCommandLine: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Distribute tokens, provably: from a plan to a bundle that a stranger verifies.",
    discussion: """
      Start with `sluice init launch`, then `sluice check launch/plan.yaml` and
      `sluice allocate launch/plan.yaml --out bundle`.
      """,
    version: sluiceVersion,
    subcommands: [
      InitCommand.self, CheckCommand.self, AllocateCommand.self, ExplainCommand.self,
      DiffCommand.self, ReportCommand.self, ProofCommand.self, VerifyCommand.self,
      IngestCommand.self, CloseCommand.self, BackfillCommand.self, UnwindCommand.self,
      StatusCommand.self, StatementCommand.self, TreeCommand.self,
      DevnetCommand.self,
      SchemaCommand.self, ErrorsCommand.self,
    ])

  public init() {}

  /// Runs the program with the process's arguments and ends it with a status of the table.
  public static func main() {
    endProcess(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Parses and runs; prints what there is to print.
  public static func run(_ arguments: [String]) -> ExitStatus {
    // A reader that goes away (`sluice … | head`) is no crash of ours.
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return .done
    } catch let failure as CommandFailure {
      failure.report(json: arguments.contains("--json"))
      return failure.status
    } catch {
      return report(parsing: error)
    }
  }

  /// Help and version are answers; anything else that the parser throws is wrong use.
  private static func report(parsing error: Error) -> ExitStatus {
    let text = fullMessage(for: error)
    if exitCode(for: error).isSuccess {
      print(text)
      return .done
    }
    write(standardError: text + "\n")
    return .wrongUse
  }
}

private func endProcess(_ status: Int32) -> Never { exit(status) }
