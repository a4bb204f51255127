import Bundle
import CanonicalJSON
import DistributionCore
import DistributionEngine
import DistributionModel
import EventStore
import InputFiles
import MerkleTree
import PlanFile
import Reporting
import Verification

/// What went wrong with the command itself, and not with what it was given.
enum CommandProblem: String, CaseIterable {
  /// A file that the command line names cannot be read.
  case cannotReadFile
  /// A file that the command line names is larger than the limit.
  case fileTooLarge
  /// A file that the command line names cannot be written.
  case cannotWriteFile
  /// A file is there already, and is not overwritten.
  case fileExists
  /// An argument that is no address.
  case malformedAddress
  /// An argument that is no hash, no number or out of range.
  case malformedArgument
  /// A name that the bundle, the plan or the table does not have.
  case unknownName
  /// A file whose kind or columns cannot be told.
  case unclearFile
  /// A published list that states nothing, and no root from outside to hold it against.
  case nothingToCheck
  /// A published tree does not hold what it states.
  case treeDiffers
  /// A bundle is not what its plan and inputs give.
  case bundleDiffers
  /// Two distributions pay a campaign of one name in two tokens.
  case unlikeTokens
  /// Openings that do not open every private value of the account.
  case wrongOpenings
  /// A plan without epochs, of which a store could keep nothing.
  case noEpochs
  /// Keys whose rows have a time, so that what a row finds would depend on the epoch.
  case timedKeys
  /// An epoch to close that is not over yet.
  case epochNotOver
  /// A store has nothing of a source that is read.
  case nothingIngested
  /// A plan of which no table of times, or several, could say when a block was.
  case unclearTable
  /// A block that the table of times does not have.
  case unknownBlock
  /// An epoch that a store has not closed.
  case epochNotClosed
  /// An address or a port that a local chain cannot listen at.
  case cannotListen
  /// A file that is no state of a local chain.
  case malformedState
}

/// An error on its way to the user: a code, an exit status, and sentences.
struct CommandFailure: Error {
  struct Item {
    let code: String
    let message: String
  }

  /// At least one.
  let items: [Item]
  let status: ExitStatus

  init(_ problem: CommandProblem, _ message: String) {
    self.init(ErrorTable.entry("SLC-CMD", problem.rawValue), message)
  }

  private init(_ entry: ErrorTable.Entry, _ message: String) {
    items = [Item(code: entry.code, message: message)]
    status = entry.status
  }

  init(_ errors: PlanErrors) {
    items = errors.problems.map {
      Item(code: ErrorTable.entry("SLC-PLAN", $0.kind.rawValue).code, message: $0.description)
    }
    status = .badInput
  }

  init(_ error: InputError) {
    self.init(ErrorTable.entry("SLC-INPUT", error.kind.rawValue), error.description)
  }

  /// - Parameter bundle: its folder, where several could be meant.
  init(_ error: BundleError, in bundle: String? = nil) {
    self.init(
      ErrorTable.entry("SLC-BUNDLE", error.kind.rawValue),
      (bundle.map { "\($0): " } ?? "") + error.description)
  }

  init(_ error: MerkleTreeError) {
    self.init(ErrorTable.entry("SLC-TREE", error.kind.rawValue), error.description)
  }

  init(_ error: StoreError) {
    self.init(ErrorTable.entry("SLC-STORE", error.kind.rawValue), error.description)
  }

  init(_ error: TreeMigrationError, file: String) {
    self.init(
      ErrorTable.entry("SLC-MIGRATE", error.kind.rawValue), "\(file): \(error.description)")
  }

  init(_ error: PublishedTreeError, file: String) {
    self.init(
      ErrorTable.entry("SLC-PUBLISHED", error.kind.rawValue), "\(file): \(error.description)")
  }

  init(_ error: VerificationFailure, bundle: String) {
    self.init(
      ErrorTable.entry("SLC-VERIFY", error.kind.rawValue), "\(bundle): \(error.description)")
  }

  init(_ error: LawError) {
    self.init(ErrorTable.entry("SLC-LAW", error.kind.rawValue), error.description)
  }

  init(_ error: EngineError) {
    if case .law(let error) = error {
      self.init(error)
    } else {
      self.init(ErrorTable.entry("SLC-ENGINE", error.name), error.description)
    }
  }

  /// Guards that do not hold, each where it stands in the plan, with the program to change.
  init(_ findings: [GuardFinding], in parsed: ParsedPlan) {
    let entry = ErrorTable.entry("SLC-ENGINE", EngineError.guardsFail([]).name)
    items = findings.map { finding in
      let place = parsed.positions["guards[\(finding.index)].measure"]
      let program = parsed.plan.programs.firstIndex { $0.name == finding.program }
      let line = program.flatMap { parsed.positions["programs[\($0)].name"]?.line }
      let start = place.map { "\(parsed.file):\($0.line):\($0.column): " } ?? "\(parsed.file): "
      return Item(code: entry.code, message: start + finding.words(line: line))
    }
    status = entry.status
  }

  /// Prints what there is to say: to standard error, and with `--json` as an object to standard
  /// output.
  func report(json: Bool) {
    for item in items {
      write(standardError: "error \(item.code): \(Printable.text(item.message))\n")
    }
    if items.count > 1 { write(standardError: "\(items.count) problems\n") }
    guard json else { return }
    let errors = items.map { item in
      JSON.object([
        .init(key: "code", value: .string(item.code)),
        .init(key: "message", value: .string(item.message)),
      ])
    }
    print(
      JSON.object([
        .init(key: "format", value: .string("sluice.error.v1")),
        .init(key: "status", value: .integer(Int(status.rawValue))),
        .init(key: "errors", value: .array(errors)),
      ]).prettyText())
  }
}

/// Runs `body` and turns every module's own error into a failure with a code.
func mapped<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
  do {
    return try body()
  } catch let failure as CommandFailure {
    throw failure
  } catch let error as PlanErrors {
    throw CommandFailure(error)
  } catch let error as InputError {
    throw CommandFailure(error)
  } catch let error as BundleError {
    throw CommandFailure(error)
  } catch let error as MerkleTreeError {
    throw CommandFailure(error)
  } catch let error as LawError {
    throw CommandFailure(error)
  } catch let error as EngineError {
    throw CommandFailure(error)
  } catch let error as StoreError {
    throw CommandFailure(error)
  } catch {
    preconditionFailure("every error of our modules has a code: \(error)")
  }
}
