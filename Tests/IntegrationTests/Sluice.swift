import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The program as a user runs it: a process with arguments, two streams and a status.
enum Sluice {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The object that `--json` printed.
    func json() throws -> JSON { try JSON.parse(Array(output.utf8)) }
  }

  /// The program lies beside the test runner.
  static let path = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("sluice").path

  static func run(_ arguments: [String], in directory: String? = nil) throws -> Result {
    let folder = try TemporaryFolder()
    let streams = try ["output", "errors"].map { name in
      let path = try folder.write("", to: name)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "ended by a signal: \(arguments)")
    return Result(
      status: process.terminationStatus,
      output: String(decoding: try folder.read("output"), as: UTF8.self),
      errors: String(decoding: try folder.read("errors"), as: UTF8.self))
  }

  /// Runs, and expects the command to be done.
  @discardableResult
  static func succeed(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Result {
    let result = try run(arguments)
    try #require(
      result.status == 0, "\(arguments): \(result.errors)", sourceLocation: sourceLocation)
    return result
  }
}

/// A plan over one list, and the list.
struct Launch {
  var plan = """
    version: 1
    name: Test
    tokens:
      - {name: ACME, decimals: 18, supply: 1000000}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: list
        file: list.csv
        columns:
          - {name: amount, type: amount, token: ACME}
          - {name: points, type: integer}
    programs:
      - {name: given, kind: airdrop, campaign: main, budget: 6, from: list, amount: amount}
      - {name: split, kind: airdrop, campaign: main, budget: 100, from: list, weight: points}

    """
  var list = """
    account,amount:token,points
    0x1000000000000000000000000000000000000001,1,5
    0x2000000000000000000000000000000000000002,2.5,0
    0x3000000000000000000000000000000000000003,2.5,7

    """

  /// The same with a list of accounts that the second program shuts out.
  static let banning = Launch()
    .replacing(
      "programs:",
      "  - {name: banned, file: banned.csv, columns: [{name: since, type: integer}]}\nprograms:"
    )
    .replacing("weight: points", "weight: points, filter: not listed(banned)")

  func replacing(_ old: String, _ new: String) -> Launch {
    var copy = self
    #expect(plan.contains(old) || list.contains(old), "nothing to replace: \(old)")
    copy.plan = plan.replacing(old, with: new)
    copy.list = list.replacing(old, with: new)
    return copy
  }

  /// The same with redirects from a list.
  static func moving(_ more: String = "") -> Launch {
    Launch().replacing(
      "programs:",
      """
        - {name: moves, file: moves.csv, columns: [{name: to, type: address}]}
      redirects: [\(more){source: moves, to: to}]
      programs:
      """)
  }

  /// Writes all files and gives the arguments that allocate into `bundle`.
  func allocate(
    in folder: TemporaryFolder, _ files: [String: String] = [:]
  ) throws -> [String] {
    for (name, text) in files { try folder.write(text, to: name) }
    try folder.write(list, to: "list.csv")
    let path = try folder.write(plan, to: "plan.yaml")
    return ["allocate", path, "--out", folder.path + "/bundle"]
  }
}
