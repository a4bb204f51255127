import Foundation
import TestKit

/// A text file of the project, by lines.
struct SourceFile {
  /// Relative to the project's root.
  let path: String
  let lines: [Substring]

  var isGenerated: Bool { path.contains("/Generated/") }

  /// The first folder below `Sources` or `Tests`.
  var target: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && ["Sources", "Tests"].contains(parts[0]) ? String(parts[1]) : nil
  }

  /// Every file of the project with one of the endings, build products left out.
  static func all(_ endings: [String], below folders: [String]) throws -> [SourceFile] {
    var files: [SourceFile] = []
    for folder in folders {
      let names = try FileManager.default.subpathsOfDirectory(atPath: Project.path(folder))
      for name in names.sorted() where endings.contains(where: { name.hasSuffix($0) }) {
        let path = "\(folder)/\(name)"
        let text = try Project.text(path)
        files.append(
          SourceFile(
            path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
      }
    }
    return files
  }

  static func swift() throws -> [SourceFile] {
    try all([".swift"], below: ["Sources", "Tests"])
      + [
        SourceFile(
          path: "Package.swift",
          lines: try Project.text("Package.swift")
            .split(separator: "\n", omittingEmptySubsequences: false))
      ]
  }

  /// The lines of every function, from its `func` to the brace that closes it, by indentation.
  var functionLengths: [(name: String, line: Int, length: Int)] {
    var found: [(name: String, line: Int, length: Int)] = []
    for (index, line) in lines.enumerated() {
      let indent = line.prefix { $0 == " " }
      let words = line.dropFirst(indent.count)
      guard words.firstRange(of: "func ") != nil || words.hasPrefix("init"), !words.hasPrefix("//"),
        words.last != "}"
      else { continue }
      guard let end = lines[index...].firstIndex(where: { $0 == indent + "}" }) else { continue }
      found.append((String(words.prefix(60)), index + 1, end - index + 1))
    }
    return found
  }

  /// Modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place < words.count - 1,
        words[..<place].allSatisfy({ $0.wholeMatch(of: #/@\w+/#) != nil })
      else { return nil }
      // `import struct Module.Name` imports one declaration of the module.
      let kinds: Set<Substring> = ["struct", "enum", "class", "protocol", "func", "let", "var"]
      let name = kinds.contains(words[place + 1]) ? words.dropFirst(place + 2).first : nil
      return String((name ?? words[place + 1]).prefix { $0 != "." })
    }
  }
}

/// The targets of the package and what each may import, from the text of `Package.swift`.
struct PackageDescription {
  let dependencies: [String: Set<String>]

  /// Names of the products that stand for packages, as the manifest calls them.
  private static let products = [
    "argumentParser": "ArgumentParser", "yams": "Yams", "bigInt": "BigInt",
    "hummingbird": "Hummingbird", "logging": "Logging", "nioCore": "NIOCore",
    "serviceLifecycle": "ServiceLifecycle", "unixSignals": "UnixSignals",
    "grdb": "GRDB",
  ]

  init() throws {
    let text = try Project.text("Package.swift")
    guard let start = text.firstRange(of: "targets: [") else {
      dependencies = [:]
      return
    }
    var dependencies: [String: Set<String>] = [:]
    let body = String(text[text.index(start.lowerBound, offsetBy: 1)...])
    // library("Name", [ … ]), tests("Name", [ … ]), .target(name: "Name", dependencies: [ … ])
    let pattern =
      #/(?:library|tests|name:)[(\s]*"(\w+)",\s*(?:dependencies:\s*)?\[([^\]]*)\]/#
    for match in body.matches(of: pattern) {
      var names = Set(match.2.matches(of: #/"(\w+)"/#).map { String($0.1) })
      for (word, product) in Self.products where match.2.contains(word) { names.insert(product) }
      let isTests = String(match.1).hasSuffix("Tests")
      dependencies[String(match.1)] = isTests ? names.union(["TestKit"]) : names
    }
    self.dependencies = dependencies
  }
}
