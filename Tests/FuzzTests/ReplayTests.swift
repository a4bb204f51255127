import Foundation
import Fuzz
import TestKit
import Testing

@Suite("What fuzzing found is held without a fuzzer")
struct ReplayTests {
  private static let names = FuzzTarget.all.map(\.name)

  /// The files of a target, with their paths in the project.
  private func files(_ folder: String, _ target: String) throws -> [String] {
    let path = "Tests/Fuzz/\(folder)/\(target)"
    guard FileManager.default.fileExists(atPath: Project.path(path)) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: Project.path(path)).sorted()
      .map { "\(path)/\($0)" }
  }

  @Test(
    "INV-012, INV-074: every file of a corpus and every find holds its target's property",
    arguments: names)
  func replay(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let corpus = try files("Corpus", name)
    #expect(!corpus.isEmpty)
    for path in try corpus + files("Finds", name) {
      do {
        try target.body(try Project.data(path))
      } catch {
        Issue.record("\(path): \(error)")
      }
    }
  }

  @Test("The plan that is edited is computed, in all of its programs")
  func wholePlan() throws { try requireWholePlan() }

  @Test("A corpus is small, and every folder is a target's")
  func sizes() throws {
    for folder in ["Corpus", "Finds"] {
      let path = Project.path("Tests/Fuzz/\(folder)")
      let folders = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(folders.filter { !Self.names.contains($0) } == [])
    }
    for name in Self.names {
      let corpus = try files("Corpus", name)
      let bytes = try corpus.reduce(0) { try $0 + Project.data($1).count }
      #expect(corpus.count <= 150 && bytes <= 300_000, "\(name): \(corpus.count), \(bytes) bytes")
    }
  }

  @Test("A find has the name of what it is")
  func findNames() throws {
    for name in Self.names {
      for path in try files("Finds", name) {
        let file = path.split(separator: "/").last ?? ""
        #expect(file.wholeMatch(of: #/[a-z0-9]+(-[a-z0-9]+)+/#) != nil, "\(path)")
        #expect(file.firstMatch(of: #/[0-9a-f]{40}/#) == nil, "\(path) is libFuzzer's name")
      }
    }
  }

  @Test("The page about fuzzing tells every target, and a dictionary is a target's")
  func page() throws {
    let page = try Project.text("docs/internals/fuzzing.md")
    for name in Self.names { #expect(page.contains("| `\(name)` |"), "no line about \(name)") }
    let path = Project.path("Tests/Fuzz/Dictionaries")
    for file in try FileManager.default.contentsOfDirectory(atPath: path) {
      #expect(file.hasSuffix(".dict") && Self.names.contains(String(file.dropLast(5))))
    }
  }
}
