import Foundation
import TestKit
import Testing

@Suite("Style is a test")
struct TidyTests {
  private func expectNone(_ findings: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    let text = findings.prefix(20).joined(separator: "\n")
    #expect(findings.isEmpty, "\n\(text)", sourceLocation: sourceLocation)
  }

  @Test("Lines have at most 100 columns, Python 120, and no tabs or blanks at their ends")
  func lines() throws {
    var findings: [String] = []
    let texts =
      try SourceFile.swift() + SourceFile.all([".c", ".h"], below: ["Sources"])
      + SourceFile.all([".py"], below: ["scripts", "Tests"])
    for file in texts where !file.isGenerated {
      let limit = file.path.hasSuffix(".py") ? 120 : 100
      for (number, line) in file.lines.enumerated() {
        let place = "\(file.path):\(number + 1)"
        if line.count > limit { findings.append("\(place): \(line.count) columns") }
        if line.contains("\t") { findings.append("\(place): a tab") }
        if line.last == " " { findings.append("\(place): a blank at the end") }
      }
    }
    expectNone(findings)
  }

  @Test("Files have at most 800 lines, functions at most 70")
  func lengths() throws {
    var findings: [String] = []
    for file in try SourceFile.swift() where !file.isGenerated {
      if file.lines.count > 800 { findings.append("\(file.path): \(file.lines.count) lines") }
      // A step of the EVM is one switch over all operations: calls between them would cost more
      // than most of them do.
      let isStep = file.path == "Sources/EVM/Machine+Loop.swift"
      for function in file.functionLengths where function.length > (isStep ? 200 : 70) {
        findings.append("\(file.path):\(function.line): \(function.name) has \(function.length)")
      }
    }
    expectNone(findings)
  }

  @Test("No names that say nothing, no leftovers, nothing that traps on user data")
  func words() throws {
    let everywhere: [(String, Regex<Substring>)] = [
      ("a name that says nothing", #/\b\w*(?:Manager|Helper|Util|Utils|Common|Misc)\b/#),
      ("a leftover", #/\b(?:FIXME|XXX|HACK|TODO)\b/#),
      ("a test that is switched off", #/\.disabled\(/#),
      ("a test that asserts nothing", #/#expect\(true\)/#),
    ]
    let sources: [(String, Regex<Substring>)] = [
      ("floating point", #/\b(?:Double|Float|CGFloat|NSDecimal\w*|Decimal)\b/#),
      ("a forced try", #/\btry!/#),
      ("a forced cast", #/\bas!/#),
      ("a forced unwrap", #/[\w\)\]]!(?=[\s\.\)\],]|$)/#),
      ("an unchecked promise", #/@unchecked/#),
      ("fatalError", #/\bfatalError\(/#),
      ("randomness or a clock", #/\b(?:SystemRandomNumberGenerator|Date\(\)|\.random\(in)/#),
    ]
    var findings: [String] = []
    for file in try SourceFile.swift() where !file.isGenerated && file.target != "TidyTests" {
      let isSource = file.path.hasPrefix("Sources/")
      for (number, line) in file.lines.enumerated() {
        // Comments may speak of what code may not do.
        guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
        let code = line.replacing(#/"(?:[^"\\]|\\.)*"/#, with: "\"\"")
        // Memory that threads share is promised to be shared rightly in one place.
        let isShared = file.path == "Sources/EthereumPrimitives/Parallel.swift"
        for (name, pattern) in everywhere + (isSource ? sources : [])
        where code.firstMatch(of: pattern) != nil
          && !(isShared && code.contains("SharedBuffer<Element>: @unchecked Sendable"))
        {
          findings.append("\(file.path):\(number + 1): \(name): \(line)")
        }
      }
    }
    expectNone(findings)
  }

  @Test("Unsafe memory only where the design allows it")
  func unsafe() throws {
    let allowed: Set = [
      "Sources/EthereumPrimitives/Keccak256.swift",
      "Sources/EthereumPrimitives/KeccakBatch.swift",
      "Sources/EthereumPrimitives/Parallel.swift",
      "Sources/EthereumPrimitives/Address+Repetition.swift",
      "Sources/InputFiles/ByteSource.swift", "Sources/InputFiles/LineReader.swift",
      "Sources/InputFiles/PlainRows.swift", "Sources/InputFiles/PlainScanner.swift",
      "Sources/InputFiles/PlainCells.swift", "Sources/InputFiles/EventColumns.swift",
      "Sources/InputFiles/EventReader.swift", "Sources/InputFiles/EventScanner.swift",
      "Sources/MerkleTree/EncodedTree.swift", "Sources/MerkleTree/LeafHashing.swift",
      "Sources/MerkleTree/LeafSorting.swift", "Sources/MerkleTree/MerkleTree.swift",
      "Sources/Bundle/FileSystem.swift", "Sources/EventStore/PackedColumns.swift",
      "Sources/Verification/StrangerStream.swift",
      "Sources/EVM/Bytecode.swift", "Sources/EVM/Frame.swift", "Sources/EVM/Machine.swift",
      "Sources/EVM/Machine+Calls.swift", "Sources/EVM/Machine+Loop.swift",
      "Sources/EVM/Machine+Operations.swift", "Sources/EVM/Machine+Tracing.swift",
      "Sources/EVM/Word.swift",
      "Sources/EVM/Precompiles/Precompile.swift", "Sources/EVM/Precompiles/PrecompileInput.swift",
    ]
    let pattern = #/Unsafe|unsafe|withMemoryRebound/#
    var users: Set<String> = []
    for file in try SourceFile.swift() where file.path.hasPrefix("Sources/") {
      let code = file.lines.filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }
      // Reading the bytes of a value that the closure borrows needs no bound.
      let isUser = code.contains {
        $0.firstMatch(of: pattern) != nil && !$0.contains("withUnsafeBytes(of:")
          && !$0.contains(".withUnsafeBytes {")
      }
      if isUser { users.insert(file.path) }
    }
    #expect(users.subtracting(allowed) == [])
    #expect(allowed.subtracting(users) == [], "no longer needed in the list")
  }

  @Test("Files import what their target declares, and nothing else")
  func imports() throws {
    let package = try PackageDescription()
    let system: Set = [
      "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Darwin", "Dispatch",
      "Synchronization",
      "Testing", "PackageDescription",
    ]
    var findings: [String] = []
    var used: [String: Set<String>] = [:]
    for file in try SourceFile.swift() {
      guard let target = file.target else { continue }
      let allowed = package.dependencies[target] ?? []
      for name in file.imports where !system.contains(name) {
        used[target, default: []].insert(name)
        if !allowed.contains(name) { findings.append("\(file.path) imports \(name)") }
      }
    }
    for (target, names) in package.dependencies {
      for name in names.subtracting(used[target] ?? []) where name != "TestKit" && name != "sluice"
      {
        findings.append("Package.swift: \(target) declares \(name) and imports it nowhere")
      }
    }
    #expect(package.dependencies.count > 20)
    expectNone(findings.sorted())
  }

  @Test("The core is pure, and the verifier imports nothing of the producer")
  func layers() throws {
    let files = try SourceFile.swift()
    func imports(of targets: Set<String>) -> Set<String> {
      Set(
        files.filter { $0.path.hasPrefix("Sources/") && targets.contains($0.target ?? "") }
          .flatMap(\.imports))
    }
    // Threads are an explicit number, and results do not depend on it (`Parallel`).
    #expect(imports(of: ["EthereumPrimitives"]) == ["CKeccak", "Dispatch"])
    #expect(imports(of: ["DistributionModel"]) == ["EthereumPrimitives"])
    #expect(imports(of: ["DistributionCore"]) == ["DistributionModel", "EthereumPrimitives"])
    #expect(imports(of: ["Reporting"]) == ["DistributionModel", "EthereumPrimitives"])
    let trusted: Set = [
      "BigInt", "CZlib", "DistributionModel", "EthereumPrimitives", "Foundation", "PlanFile",
    ]
    #expect(imports(of: ["Verification"]).subtracting(trusted) == [])
    for file in files where file.target == "Verification" {
      let isClear = !file.lines.contains { $0.contains("KeccakBackend") }
      #expect(isClear, "\(file.path): the verifier hashes with the clear Keccak256 only")
    }
  }

  @Test("Every invariant is cited by a test, and every cited one is in the list")
  func invariants() throws {
    let pattern = #/INV-\d{3}/#
    let listed = Set(try Project.text("docs/INVARIANTS.md").matches(of: pattern).map(\.output))
    var cited: Set<Substring> = []
    for file in try SourceFile.all([".swift", ".py"], below: ["Tests", "contracts/tests"]) {
      for line in file.lines { cited.formUnion(line.matches(of: pattern).map(\.output)) }
    }
    #expect(listed.count > 10)
    #expect(listed.subtracting(cited).sorted() == [], "cited by no test")
    #expect(cited.subtracting(listed).sorted() == [], "in no list")
  }
}

@Suite("Documents are true")
struct DocumentTests {
  private func documents() throws -> [SourceFile] {
    let top = try FileManager.default.contentsOfDirectory(atPath: Project.root.path)
      .filter { $0.hasSuffix(".md") }.sorted()
    return try SourceFile.all([".md"], below: ["docs"])
      + top.map {
        SourceFile(path: $0, lines: try Project.text($0).split(separator: "\n"))
      }
  }

  @Test("Links between documents lead somewhere")
  func links() throws {
    var findings: [String] = []
    for file in try documents() {
      let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
      for line in file.lines {
        for match in line.matches(of: #/\]\(([^)#\s]+)(?:#[^)]*)?\)/#) {
          let target = String(match.1)
          guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
          let path = Project.path(folder.isEmpty ? target : "\(folder)/\(target)")
          if !FileManager.default.fileExists(atPath: path) {
            findings.append("\(file.path): \(target)")
          }
        }
      }
    }
    #expect(findings == [])
  }

  @Test("The README has a line for every module, and the architecture names each")
  func modules() throws {
    let notModules = ["sluice", "CCrypto", "CSecp256k1", "CZlib"]
    let modules = try FileManager.default.contentsOfDirectory(atPath: Project.path("Sources"))
      .filter { !$0.hasPrefix(".") && !notModules.contains($0) }
    let readme = try Project.text("README.md")
    let architecture = try Project.text("ARCHITECTURE.md")
    for module in modules {
      #expect(readme.contains("`Sources/\(module)`"), "README.md has no line for \(module)")
      #expect(architecture.contains(module), "ARCHITECTURE.md does not name \(module)")
    }
    #expect(modules.count > 10)
  }

  @Test("Every library of the package has a reason in the list of dependencies")
  func dependencies() throws {
    let package = try Project.text("Package.swift")
    let page = try Project.text("docs/reference/dependencies.md")
    let names = package.matches(of: #/url: "https:\/\/github.com\/[\w\-]+\/([\w\-\.]+)"/#)
      .map { String($0.1) }
    #expect(names.count == 8)
    for name in names { #expect(page.contains(name), "no line about \(name)") }
  }

  @Test("Nothing names a path of one machine")
  func paths() throws {
    let pattern = #/\/(?:home|root|work|tmp|opt|Users)\/[a-z]/#
    var findings: [String] = []
    let files =
      try documents() + SourceFile.swift() + SourceFile.all([".py", ".sh"], below: ["scripts"])
    for file in files where file.target != "TidyTests" {
      for (number, line) in file.lines.enumerated() where line.firstMatch(of: pattern) != nil {
        findings.append("\(file.path):\(number + 1): \(line)")
      }
    }
    #expect(findings == [])
  }
}
