import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Private columns, as an operator and a recipient use them")
struct PrivateColumnTests {
  private static let account = "0x3000000000000000000000000000000000000003"

  private func allocate(_ folder: TemporaryFolder) throws -> [String] {
    try Launch().replacing(
      "{name: points, type: integer}", "{name: points, type: integer, private: true}"
    )
    .allocate(in: folder)
  }

  @Test("Hidden, opened for the account, and verified with and without openings")
  func wholeWay() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 7, count: 32), to: "secret")
    let arguments = try allocate(folder)
    let openings = folder.path + "/openings"
    try Sluice.succeed(arguments + ["--secret-file", secret, "--openings", openings])
    let bundle = folder.path + "/bundle"
    let hidden = try Sluice.succeed(["explain", bundle, Self.account])
    #expect(hidden.output.contains("points = private; an opening shows it"))
    #expect(!hidden.output.contains("× 7"))
    let own = openings + "/accounts/30/\(Self.account).csv"
    let opened = try Sluice.succeed(["explain", bundle, Self.account, "--openings", own])
    #expect(opened.output.contains("points = 7"))
    let json = try Sluice.succeed(["explain", bundle, Self.account, "--json"]).json()
    let programs = try #require(json["campaigns"]?.elements?.first?["programs"]?.elements)
    #expect(programs[1]["rows"]?.elements?.first?["value"] == .null)
    #expect(programs[1]["arithmetic"] == nil)
    let without = try Sluice.succeed(["verify", bundle])
    #expect(without.output.contains("not shown  whether the law gives the amounts of split"))
    let with = try Sluice.succeed(["verify", bundle, "--openings", openings + "/openings.csv"])
    #expect(with.output.contains("2 programs by the reference law"))
  }

  @Test("The folder that was written serves as openings, and which file of it is read is said")
  func folder() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 7, count: 32), to: "secret")
    let openings = folder.path + "/openings"
    try Sluice.succeed(
      allocate(folder) + ["--secret-file", secret, "--openings", openings])
    let bundle = folder.path + "/bundle"
    let verified = try Sluice.succeed(["verify", bundle, "--openings", openings])
    #expect(verified.output.contains("2 programs by the reference law"))
    #expect(verified.errors.contains("openings are read from \(openings)/openings.csv"))
    let explain = ["explain", bundle, Self.account, "--openings", openings]
    let own = try Sluice.succeed(explain)
    #expect(own.output.contains("points = 7"))
    #expect(
      own.errors.contains("openings are read from \(openings)/accounts/30/\(Self.account).csv"))
    try FileManager.default.removeItem(atPath: openings + "/accounts")
    let whole = try Sluice.succeed(explain)
    #expect(whole.output.contains("points = 7"))
    #expect(whole.errors.contains("openings are read from \(openings)/openings.csv"))
  }

  @Test("Openings that do not fit are told by account and column, each with a status of its own")
  func wrongOpenings() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 7, count: 32), to: "secret")
    let openings = folder.path + "/openings"
    try Sluice.succeed(allocate(folder) + ["--secret-file", secret, "--openings", openings])
    let bundle = folder.path + "/bundle"
    let right = String(decoding: try folder.read("openings/openings.csv"), as: UTF8.self)
    for (text, code, status) in [
      (right.replacing(",7,0x", with: ",8,0x"), "SLC-VERIFY-009", Int32(1)),
      (
        right.replacing(
          "list,\(Self.account)", with: "list,0x\(String(repeating: "9", count: 40))"),
        "SLC-VERIFY-008", 3
      ),
    ] {
      #expect(text != right)
      let file = try folder.write(text, to: "\(code).csv")
      let verified = try Sluice.run(["verify", bundle, "--openings", file])
      #expect(verified.status == status && verified.errors.contains(code), "\(verified.errors)")
      #expect(verified.errors.contains(Self.account) && verified.errors.contains("column points"))
      let explained = try Sluice.run(["explain", bundle, Self.account, "--openings", file])
      #expect(explained.status == 3 && explained.errors.contains("SLC-CMD-016"))
      #expect(explained.errors.contains("found no opening of points in list.csv, line 4"))
    }
  }

  @Test("No secret, a short one, and one that nothing needs are refused before anything is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    let arguments = try allocate(folder)
    let short = try folder.write([1, 2, 3], to: "short")
    let before = try folder.files()
    for (options, phrase) in [
      ([], "expected a file of at least 32 bytes"), (["--secret-file", short], "found 3 bytes"),
    ] {
      let result = try Sluice.run(arguments + options)
      #expect(result.status == 2)
      #expect(result.errors.contains(phrase), "\(result.errors)")
      #expect(try folder.files() == before)
    }
    let plain = try Launch().allocate(in: folder)
    let result = try Sluice.run(plain + ["--openings", folder.path + "/openings"])
    #expect(result.status == 2 && result.errors.contains("no private column"))
  }

  @Test("Openings never replace a folder that is there")
  func existing() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 7, count: 32), to: "secret")
    let arguments = try allocate(folder)
    try folder.write("mine", to: "openings/openings.csv")
    let result = try Sluice.run(
      arguments + ["--secret-file", secret, "--openings", folder.path + "/openings"])
    #expect(result.status == 2)
    #expect(try !folder.files().contains { $0.hasPrefix("bundle") })
  }

  @Test("A plan with private columns is compared with its bundle: by its secret, or without them")
  func diff() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 7, count: 32), to: "secret")
    let arguments = try allocate(folder)
    try Sluice.succeed(arguments + ["--secret-file", secret])
    let bundle = folder.path + "/bundle"
    let without = try Sluice.succeed(["diff", bundle, arguments[1]]).output
    #expect(without.contains("list.points: private, and hidden under two secrets"), "\(without)")
    let with = try Sluice.succeed(["diff", bundle, arguments[1], "--secret-file", secret]).output
    #expect(!with.contains("points") && with.contains("nothing changes"), "\(with)")
    let other = Launch().replacing(
      "{name: points, type: integer}", "{name: points, type: integer, private: true}"
    ).replacing(",1,5\n", ",1,13\n")
    try folder.write(other.list, to: "new/list.csv")
    let plan = try folder.write(other.plan, to: "new/plan.yaml")
    let changed = try Sluice.succeed(["diff", bundle, plan, "--secret-file", secret]).output
    #expect(changed.contains("split: list.points (private) is not the same"), "\(changed)")
    #expect(!changed.contains("→ 13"), "\(changed)")
  }
}
