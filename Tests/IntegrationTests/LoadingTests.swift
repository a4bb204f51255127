import CanonicalJSON
import Foundation
import TestKit
import Testing

@testable import SluiceCommands

@Suite("Files that the command line names: read where they are files, up to the limit")
struct LoadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? CommandFailure)?.items.first?.code
    }
  }

  private static let cannotRead = ErrorTable.entry("SLC-CMD", "cannotReadFile").code
  private static let tooLarge = ErrorTable.entry("SLC-CMD", "fileTooLarge").code

  @Test("Bytes: as many as the limit, and one more")
  func bytes() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
    let path = try folder.write(bytes, to: "x")
    #expect(try Loading.bytes(path, limit: 3_000_000) == bytes)
    #expect(code { _ = try Loading.bytes(path, limit: 2_999_999) } == Self.tooLarge)
    #expect(try Loading.bytes(try folder.write("", to: "empty")) == [])
  }

  @Test("A published JSON file of 1 GiB and a byte, and a plan of 64 MiB and a byte, are refused")
  func standard() throws {
    for (name, size, arguments) in [
      ("tree.json", 1 << 30, ["tree", "root"]), ("plan.yaml", 64 << 20, ["check"]),
    ] {
      // A file with a hole takes no space.
      let path = try folder.write("", to: name)
      try #require(truncate(path, off_t(size) + 1) == 0)
      let result = try Sluice.run(arguments + [path])
      #expect(result.status == 3 && result.errors.contains(Self.tooLarge), "\(result.errors)")
    }
    let plan = try folder.write("", to: "plan.yaml")
    try #require(truncate(plan, 64 << 20) == 0)
    let result = try Sluice.run(["check", plan])
    #expect(result.errors.contains("found 67108864 bytes, expected at most 4194304"))
  }

  @Test(
    "INV-012: pipes and devices are not waited for, through a link neither",
    .timeLimit(.minutes(1)))
  func noFiles() throws {
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(code { _ = try Loading.bytes(pipe) } == Self.cannotRead)
    for (number, target) in ["/dev/zero", pipe, folder.path, "nowhere"].enumerated() {
      let path = "\(folder.path)/link\(number)"
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      #expect(code { _ = try Loading.bytes(path) } == Self.cannotRead, "\(target)")
    }
  }

  @Test("A link to a file is that file, and its size is what counts")
  func links() throws {
    let file = try folder.write("right", to: "file")
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try Loading.bytes(link, limit: 5) == Array("right".utf8))
    #expect(code { _ = try Loading.bytes(link, limit: 4) } == Self.tooLarge)
  }

  @Test("Findings that are printed: 20, and all of them in the JSON")
  func findings() throws {
    let digits = String(repeating: "1", count: 64)
    func claims(_ count: Int) -> String {
      let rows = (10..<10 + count).map {
        "\"0x\(String(repeating: "0", count: 38))\($0)\":{\"amount\":1,\"proof\":[\"0x\(digits)\"]}"
      }
      return "{\"claims\":{\(rows.joined(separator: ","))}}"
    }
    for (count, printed) in [(20, 20), (21, 20)] {
      let path = try folder.write(claims(count), to: "claims.json")
      let text = try Sluice.run(["tree", "check", path])
      #expect(text.status == 1)
      #expect(text.output.ranges(of: "wrong: ").count == printed)
      let json = try Sluice.run(["tree", "check", path, "--json"]).output
      #expect(json.ranges(of: "\"expected\": ").count == count)
    }
  }

  @Test("A difference is shown short, and whole in the JSON")
  func differences() throws {
    try Sluice.succeed(try Launch().allocate(in: folder))
    let text = String(decoding: try folder.read("bundle/commitment.json"), as: UTF8.self)
    let mark = "\"allocations.csv\":\""
    let long = String(repeating: "y", count: 5000)
    try folder.write(text.replacing(mark, with: mark + long), to: "bundle/commitment.json")
    let bundle = folder.path + "/bundle"
    let shown = try Sluice.run(["verify", bundle])
    #expect(shown.status == 1 && shown.output.contains("DIFFERENCE"))
    let tooMuch = String(repeating: "y", count: 301)
    #expect(!shown.output.contains(tooMuch) && !shown.errors.contains(tooMuch))
    #expect(try Sluice.run(["verify", bundle, "--json"]).output.contains(long))
  }

  @Test("Threads and decimals: as many as the limit, and one more")
  func options() throws {
    let list = try folder.write(
      "account,amount\n0x00000000000000000000000000000000000000a1,1\n", to: "list.csv")
    for (option, right, wrong) in [
      ("--threads", ["1", "256"], ["0", "257"]), ("--decimals", ["0", "36"], ["-1", "37"]),
    ] {
      for value in right {
        try Sluice.succeed(["tree", "root", list, "--encoding", "uniswap", "\(option)=\(value)"])
      }
      for value in wrong {
        let result = try Sluice.run(
          ["tree", "root", list, "--encoding", "uniswap", "\(option)=\(value)"])
        #expect(result.status == 2 && result.errors.contains("expected "), "\(result.errors)")
      }
    }
  }
}
