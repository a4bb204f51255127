import CanonicalJSON
import EVM
import Foundation

/// Runs Ethereum's state tests: `StateTests [--audited] [FOLDER]`, the folder being
/// `../shared/cases/evm` beside the project, or `evm` in the one that `SLUICE_CASES` names. With
/// `--audited` a tracer holds each step to what is said of it before it runs.
///
/// Ends with 1 where a test fails, where there is none, or where one that is left out could be run.
///
/// `StateTests --differential` answers cases of the differential tests instead, line by line.
@main
struct Main {
  /// Tests that are left out, by file and the reason: none.
  static let skipped: [String: String] = [:]

  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--differential" { return try answerCases() }
    let isAudited = arguments.first == "--audited"
    if isAudited { arguments = arguments.dropFirst() }
    try runStateTests(arguments.first ?? defaultFolder, isAudited: isAudited)
  }

  private static func answerCases() throws {
    while let line = readLine() {
      let answer = try DifferentialCase(line).run()
      FileHandle.standardOutput.write(Data(answer.canonicalBytes() + [UInt8(ascii: "\n")]))
    }
  }

  private static func runStateTests(_ folder: String, isAudited: Bool) throws {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let files = names.filter { $0.hasSuffix(".json") }.sorted()
    var counts = (passed: 0, skipped: 0, failed: 0)
    for file in files {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
      let tests = try StateTestFile([UInt8](bytes), fork: "Cancun")
      if let reason = skipped[file] {
        counts.skipped += tests.cases.count
        print("skipped \(file): \(reason)")
        continue
      }
      for test in tests.cases {
        if let failure = try test.failure(.cancun, audit: isAudited ? StepAudit() : nil) {
          counts.failed += 1
          print("failed \(file), \(test.name): \(failure)")
        } else {
          counts.passed += 1
        }
      }
    }
    print(
      "State tests: \(counts.passed) passed, \(counts.skipped) skipped, \(counts.failed) failed, "
        + "of \(files.count) files in \(folder)")
    if counts.failed > 0 || counts.passed == 0 { exit(1) }
  }

  private static var defaultFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["SLUICE_CASES"], !named.isEmpty { return named + "/evm" }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path + "/shared/cases/evm"
  }
}
