import Foundation
import TestKit
import Testing

/// A plan that is right and may not be meant, and the note that says so.
private struct Noted: Sendable, CustomTestStringConvertible {
  let name: String
  let launch: Launch
  let note: String

  var testDescription: String { name }

  init(_ name: String, _ launch: Launch, _ note: String) {
    self.name = name
    self.launch = launch
    self.note = note
  }

  init(_ name: String, _ new: String, _ note: String) {
    self.init(name, Launch().replacing("weight: points}", new), note)
  }
}

private let idle = "note: plan.yaml:15: program split allocates nothing of its 100 ACME: "

private let notes: [Noted] = [
  Noted(
    "A floor that nobody reaches", "weight: points, floor: 60}",
    idle + "nobody reaches its floor of 60 ACME; refused: 2 below-floor, 1 zero-weight"),
  Noted(
    "A floor as a part of the budget", "weight: points, floor: 60%}",
    idle + "nobody reaches its floor of 60 ACME; refused: 2 below-floor, 1 zero-weight"),
  Noted(
    "A cap below one unit", "weight: points, cap: 0.5, unit: 1}",
    idle + "its cap is 0.5 ACME, less than one unit of 1 ACME; "
      + "refused: 2 below-one-unit, 1 zero-weight"),
  Noted(
    "Caps that are computed and come to nothing", "weight: points, cap: points * 0.01, unit: 1}",
    idle + "its `cap` comes to less than one unit of 1 ACME for everybody; "
      + "refused: 2 below-one-unit, 1 zero-weight"),
  Noted(
    "A unit above the budget of the epoch",
    Launch().replacing("programs:", "epochs: {start: 2027-01-01, length: 7d, count: 4}\nprograms:")
      .replacing("weight: points}", "weight: points, unit: 30, emission: {shape: constant}}"),
    "note: plan.yaml:16: program split allocates nothing of its 25 ACME: its unit is 30 ACME, more "
      + "than there is to give; refused: 2 below-one-unit, 1 zero-weight"),
  Noted(
    "A filter that nobody passes", "weight: points, filter: points > 7}",
    idle + "refused: 3 filtered-out"),
  Noted(
    "A cap per account", "weight: points, cap: 60}",
    "note: plan.yaml:15: program split: a cap per account is passed by who splits an account: "
      + "declare `clusters`, and write `cap_per: cluster`"),
  Noted(
    "Columns that nobody reads",
    Launch().replacing("      - {name: points, type: integer}\n", "")
      .replacing("weight: points}", "weight: amount}"),
    "note: source list, list.csv: columns not read: points"),
]

@Suite("Notes: what is right and may not be meant is said by check and by allocate alike")
struct NoteTests {
  @Test("A note names the place, the program and the cause", arguments: notes)
  fileprivate func note(row: Noted) throws {
    let folder = try TemporaryFolder()
    _ = try row.launch.allocate(in: folder)
    for arguments in [["check", "plan.yaml"], ["allocate", "plan.yaml", "--out", "bundle"]] {
      let result = try Sluice.run(arguments, in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.split(separator: "\n").contains(row.note[...]), "\(result.errors)")
    }
  }

  @Test("A plan that pays somebody from every program has no note")
  func none() throws {
    let folder = try TemporaryFolder()
    _ = try Launch().allocate(in: folder)
    #expect(try Sluice.succeed(["check", folder.path + "/plan.yaml"]).errors == "")
  }

  @Test("check says that allocate will need a secret, where a source that is read has one")
  func secret() throws {
    let folder = try TemporaryFolder()
    let hidden = "{name: points, type: integer, private: true}"
    let arguments = try Launch().replacing("{name: points, type: integer}", hidden)
      .allocate(in: folder)
    let note = "allocate needs --secret-file"
    #expect(try Sluice.succeed(["check", arguments[1]]).errors.contains(note))
    #expect(try Sluice.run(arguments).errors.contains("--secret-file: found none"))
  }

  @Test("A private column that nobody reads needs no secret, and one that is given does no harm")
  func unusedSecret() throws {
    let folder = try TemporaryFolder()
    let source = """
        - {name: salaries, file: list.csv, columns: [{name: points, type: integer, private: true}]}
      programs:
      """
    let arguments = try Launch().replacing("programs:", source).allocate(in: folder)
    let secret = try folder.write(String(repeating: "s", count: 40), to: "secret")
    #expect(!(try Sluice.succeed(["check", arguments[1]]).errors.contains("--secret-file")))
    let result = try Sluice.succeed(
      arguments + ["--secret-file", secret, "--openings", folder.path + "/openings"])
    #expect(
      result.errors.contains(
        "--secret-file is of no use here: nothing that epoch 0 reads has private columns"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/openings"))
    let other = try Sluice.run(try Launch().allocate(in: folder) + ["--secret-file", secret])
    #expect(other.status == 2 && other.errors.contains("found no private column in the plan"))
  }
}
