import CanonicalJSON
import Foundation
import TestKit
import Testing

@testable import SluiceCommands

@Suite("Bad input: its own code, a sentence that helps, and nothing half-written")
struct BadInputTests {
  @Test("INV-012: broken plans", arguments: BadInput.plans)
  func plans(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken lists", arguments: BadInput.lists)
  func lists(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken files of events", arguments: BadInput.events)
  func events(input: BadInput) throws { try refuse(input) }

  @Test(
    "INV-012, INV-038: broken statements",
    arguments: BadInput.statements + BadInput.statementPlans)
  func statements(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken prices and positions", arguments: BadInput.pools)
  func pools(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken actions", arguments: BadInput.actions)
  func actions(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken published files", arguments: BadInput.trees)
  func trees(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: leaves that cannot be", arguments: BadInput.leaves)
  func leaves(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken files of other systems", arguments: BadInput.systems)
  func systems(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: trees that cannot be taken over", arguments: BadInput.migrations)
  func migrations(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: broken bundles", arguments: BadInput.bundles)
  func bundles(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: comparisons and reports that cannot be", arguments: BadInput.comparisons)
  func comparisons(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: stores, and what may not be closed", arguments: BadInput.stores)
  func stores(input: BadInput) throws { try refuse(input) }

  @Test("INV-012: states of a local chain that are none", arguments: BadInput.states)
  func states(input: BadInput) throws { try refuse(input) }

  private func refuse(_ input: BadInput) throws {
    let folder = try TemporaryFolder()
    let arguments = try input.prepare(folder)
    let before = try folder.files()
    let result = try Sluice.run(arguments + ["--json"])
    let entry = ErrorTable.entry(input.error.prefix, input.error.name)
    #expect(ErrorTable.hasEntry(input.error.prefix, input.error.name))
    #expect(result.errors.contains("error \(entry.code): "), "\(result.errors)")
    #expect(result.errors.contains(input.phrase), "\(result.errors)")
    #expect(result.status == entry.status.rawValue)
    #expect(result.status != 0 && result.status != 70)
    // Standard output is JSON: the result of a check, then the error; or the error alone.
    let codes = try #require(try errorCodes(in: result.output))
    #expect(codes.contains(entry.code))
    #expect(try folder.files() == before, "something was written")
  }

  /// The codes of the last object that was printed.
  private func errorCodes(in output: String) throws -> [String]? {
    let start = output.ranges(of: "{\n  \"format\": \"sluice.error.v1\"").last?.lowerBound
    guard let start else { return nil }
    let object = try JSON.parse(Array(output[start...].utf8))
    return object["errors"]?.elements?.compactMap { $0["code"]?.text }
  }

  @Test("There are at least sixty of them, and their codes are told apart")
  func count() {
    let all =
      BadInput.plans + BadInput.lists + BadInput.trees + BadInput.bundles + BadInput.leaves
      + BadInput.systems + BadInput.migrations + BadInput.comparisons + BadInput.statements
      + BadInput.statementPlans + BadInput.stores + BadInput.events
    #expect(all.count >= 150)
    let codes = Set(all.map { "\($0.error.prefix).\($0.error.name)" })
    #expect(codes.count >= 75)
    #expect(Set(all.map(\.name)).count == all.count)
  }

  @Test("Everything that is wrong with a plan is told in one go")
  func severalProblems() throws {
    let folder = try TemporaryFolder()
    let launch = Launch().replacing("budget: 100,", "budget: 1e2,")
      .replacing("budget: 6,", "budget: '6,5',").replacing("version: 1", "version: 2")
    let result = try Sluice.run(try launch.allocate(in: folder))
    #expect(result.status == 3)
    #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("error ") }.count >= 3)
  }

  @Test("Wrong use ends with status 2 and says how it is meant")
  func wrongUse() throws {
    for arguments in [["alocate"], ["allocate"], ["check", "--no-such"], ["tree", "root"]] {
      let result = try Sluice.run(arguments)
      #expect(result.status == 2)
      #expect(result.errors.contains("Usage:") || result.errors.contains("Error:"))
    }
    let threads = try Sluice.run(["tree", "root", "x.csv", "--threads", "0"])
    #expect(threads.status == 2 && threads.errors.contains("expected 1 … 256"))
    let leaf = "packed(address account, uint256 amount)"
    for (options, phrase) in [
      (["--shard-nybbles", "41"], "expected 1 … 40"),
      (["--keccak", "sha3"], "swift, scalar"),
      (["--tree", "padded"], "without --leaf"), (["--hashes", "1"], "without --leaf"),
      (["--order", "by-hash"], "without --leaf"), (["--pairs", "sorted"], "without --leaf"),
      (["--leaf", leaf, "--encoding", "uniswap"], "expected one of them"),
      (["--leaf", leaf, "--tree", "binary"], "openzeppelin"),
    ] {
      let result = try Sluice.run(["tree", "root", "x.csv"] + options)
      #expect(result.status == 2 && result.errors.contains(phrase), "\(options): \(result.errors)")
    }
  }

  @Test("A file that cannot be read is the outside world's failure")
  func outsideWorld() throws {
    let result = try Sluice.run(["check", "no/such/plan.yaml"])
    #expect(result.status == 4)
    #expect(result.errors.contains("no/such/plan.yaml"))
  }
}
