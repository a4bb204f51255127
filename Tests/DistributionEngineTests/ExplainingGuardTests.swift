import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

/// 100 by 4, 3, 2 and 1 points. Accounts 1 and 2 are one person, who is capped at 45; the 55 left
/// are shared by 2 and 1. What account 1 earns goes to account 8, by way of 7.
private let clusters = """
  version: 1
  name: Moved
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
    - {name: moves, file: moves.csv, columns: [{name: heir, type: address}]}
  clusters: {source: people, column: person}
  redirects:
    - {source: moves, to: heir}
    - {account: "0x0000000000000000000000000000000000000001",
       to: "0x0000000000000000000000000000000000000007", reason: Lost its key.}
  programs:
    - {name: users, kind: airdrop, campaign: main, budget: 100, from: list, weight: points,
       cap: 45, cap_per: cluster}
  """

private let clusterRows = [
  rows("list", [(1, 4), (2, 3), (3, 2), (4, 1)]), rows("people", [(1, 5), (2, 5)]),
  rows("moves", [(7, 8)]),
]

/// Of accounts 1 to 3, with 9, 100 and 50 points, the two with the most share 10 by 2 and 1.
private let ranks = """
  version: 1
  name: Ranks
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
  programs:
    - {name: users, kind: airdrop, campaign: main, budget: 10, from: list,
       filter: rank_descending(points) <= 2, weight: rank_ascending(points)}
  """

/// A bundle of which a test changes files beside the identity.
private struct Forged {
  let chain: Chain
  let bundle: LoadedBundle

  init(_ plan: String, _ inputs: [SourceInput]) throws {
    chain = try Chain()
    bundle = try chain.bundle(plan, inputs)
  }

  private func path(_ file: String) -> String { bundle.directory + "/" + file }

  func text(_ file: String) throws -> String {
    try String(contentsOfFile: path(file), encoding: .utf8)
  }

  func write(_ text: String, to file: String) throws {
    try text.write(toFile: path(file), atomically: true, encoding: .utf8)
  }

  /// Why the account is explained from the whole bundle; what it reads is right either way.
  func detour(_ number: UInt64) throws -> String? {
    let result = try Explaining.explanation(of: account(number), in: bundle.directory)
    #expect(result.explanation == Explaining.explanation(of: account(number), in: bundle))
    return result.detour
  }

  /// Changes a file, says why each of some accounts is explained the long way, and changes it back.
  func detours(
    _ file: String, _ old: String, _ new: String, _ hurt: [UInt64]
  ) throws -> Set<String?> {
    let right = try text(file)
    let forged = right.replacing(old, with: new)
    #expect(forged != right, "\(file): \(old)")
    try write(forged, to: file)
    defer { try? write(right, to: file) }
    return Set(try hurt.map(detour))
  }
}

@Suite("INV-012: what lies beside a bundle's identity is noticed where it does not fit")
struct ExplainingGuardTests {
  private static let reason = "explain.json does not lead to what the account gets"

  @Test("Levels and clusters: as written they are enough; changed ones lead to no amount")
  func shapes() throws {
    let forged = try Forged(clusters, clusterRows)
    for number: UInt64 in 1...9 { #expect(try forged.detour(number) == nil) }
    #expect(
      try forged.text("explain.json").contains(
        #""levels":{"final":{"shared":"55","weight":"3"},"first":{"shared":"55","weight":"3"}}"#))
    let standings = "explain/programs/users.csv"
    #expect(
      try forged.text(standings) == """
        account,standing,number
        \(account(1).hex),0,7
        \(account(1).hex),1,45
        \(account(2).hex),0,7
        \(account(2).hex),1,45

        """)
    for (file, old, new, hurt) in [
      ("explain.json", #""shared":"55""#, #""shared":"58""#, [UInt64(3), 4]),
      ("explain.json", #""shared":"55""#, #""shared":"101""#, [1, 2, 3, 4]),
      ("explain.json", #""weight":"3""#, #""weight":"4""#, [3, 4]),
      ("explain.json", #""weight":"3""#, #""weight":"11""#, [1, 2, 3, 4]),
      // As bundles were written before there were levels.
      ("explain.json", #""levels":"#, #""other":"#, [1, 2, 3, 4]),
      ("explain.json", #""cluster units""#, #""cluster unity""#, [1, 2]),
      (standings, ",0,7", ",0,6", [1, 2]), (standings, ",1,45", ",1,46", [1, 2]),
    ] {
      #expect(try forged.detours(file, old, new, hurt) == [Self.reason], "\(file): \(new)")
    }
    let order = try forged.detours(standings, ",1,45", ",0,45", [1, 2])
    #expect(order.allSatisfy { $0?.contains("each of 2 at most once") ?? false })
    let other = try forged.detours(standings, ",1,45", ",2,45", [1, 2])
    #expect(other.allSatisfy { $0?.contains("found standing 2") ?? false })
  }

  @Test("Redirects: what an account receives is its entitlement, step by step")
  func redirects() throws {
    let forged = try Forged(clusters, clusterRows)
    let received = "explain/received.csv"
    #expect(
      try forged.text(received)
        == "campaign,account,origin,amount\nmain,\(account(8).hex),\(account(1).hex),26\n")
    #expect(try forged.detours(received, ",26", ",25", [8]) == [Self.reason])
    #expect(
      try forged.detours(received, "\(account(8).hex)", "\(account(9).hex)", [8, 9])
        == [Self.reason])
    // Of a bundle that was written before there was the file.
    let old = try forged.detours("explain.json", received, "explain/other.csv", [1, 8, 3])
    #expect(
      old == ["explain.json, sizes: found no \(received), expected the size of every data file."])
    let twice = try forged.detours(received, ",26\n", ",26", [8])
    #expect(twice.first??.hasPrefix("\(received): found ") ?? false)
    let steps = Explaining.explanation(of: account(1), in: forged.bundle).campaigns[0].passedOn
    #expect(steps.map(\.target) == [account(7), account(8)])
  }

  @Test("Ranks: each account's own, for the filter and for the weight")
  func ranked() throws {
    let forged = try Forged(ranks, [rows("list", [(1, 9), (2, 100), (3, 50)])])
    for number: UInt64 in 1...4 { #expect(try forged.detour(number) == nil) }
    let standings = "explain/programs/users.csv"
    #expect(
      try forged.text(standings) == """
        account,standing,number
        \(account(1).hex),0,3
        \(account(2).hex),0,1
        \(account(2).hex),1,2
        \(account(3).hex),0,2
        \(account(3).hex),1,1

        """)
    for (file, old, new, hurt) in [
      (standings, ",0,3", ",0,4", [UInt64(1)]), (standings, ",0,1", ",0,3", [2]),
      (standings, ",1,2", ",1,1", [2]),
      ("explain.json", "\"rank_ascending(points)\"", "\"rank_ascending(pointz)\"", [2, 3]),
      ("explain.json", "\"candidates\"", "\"participants\"", [1, 2, 3]),
    ] {
      #expect(try forged.detours(file, old, new, hurt) == [Self.reason], "\(file): \(new)")
    }
  }

  @Test(
    "Rows of the account itself: another value, line or account is noticed, or nothing rests on it")
  func ownRows() throws {
    let forged = try Forged(ranks, [rows("list", [(1, 9), (2, 100), (3, 50)])])
    let chain = try Forged(clusters, clusterRows)
    // The whole bundle, which is read then, has another hash than the committed one.
    for (forged, file, old, new, number) in [
      (chain, "inputs/list.csv", "\(account(3).hex),2", "\(account(3).hex),3", UInt64(3)),
      (forged, "exclusions.csv", "filtered-out,3", "filtered-out,4", 1),
      (chain, "allocations.csv", "\(account(2).hex),19", "\(account(2).hex),18", 2),
    ] {
      let right = try forged.text(file)
      try forged.write(right.replacing(old, with: new), to: file)
      #expect(try forged.text(file) != right)
      #expect {
        try Explaining.explanation(of: account(number), in: forged.bundle.directory)
      } throws: {
        ($0 as? BundleError)?.kind == .wrongHash && ($0 as? BundleError)?.file == file
      }
      try forged.write(right, to: file)
    }
    let file = "provenance/list.csv"
    let right = try chain.text(file)
    try chain.write(right.replacing(account(3).hex, with: account(5).hex), to: file)
    let result = try Explaining.explanation(of: account(3), in: chain.bundle.directory)
    #expect(result.detour?.hasPrefix(file) ?? false)
    #expect(result.explanation.campaigns[0].programs[0].rows.map(\.line) == [nil])
  }

  @Test(
    "A parent's account may have more than it gets now, and never less; the first epoch's neither")
  func parents() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 3)])])
    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(2, 1), (3, 1)])], epoch: 1, parent: first)
    for number: UInt64 in [1, 2, 3, 9] {
      #expect(try chain.explained(number, second) != chain.explained(number, first))
    }
  }
}

@Suite("Explaining what private columns hide")
struct ExplainingPrivateTests {
  /// `secretly` reads the private points, `openly` the public ones, and what the other one gave.
  private static let plan = """
    version: 1
    name: Hidden
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - {name: hidden, file: hidden.csv,
         columns: [{name: points, type: integer, private: true}]}
      - {name: list, file: list.csv, columns: [{name: shown, type: integer}]}
    programs:
      - {name: secretly, kind: airdrop, campaign: main, budget: 10, from: hidden,
         filter: points > 2, weight: points * 2}
      - {name: openly, kind: airdrop, campaign: main, budget: 12, from: list,
         weight: "shown + number(allocated(secretly)) + rank_ascending(shown)", cap: 9}
      - {name: partly, kind: airdrop, campaign: main, budget: 5, from: list,
         weight: "shown + hidden.points"}
    """

  /// `secretly` gives 4 and 6 to accounts 1 and 2, by 8 and 12; account 3 has too few points.
  private struct Made {
    private let chain: Chain
    let directory: String
    let openings: [Opening]

    init() throws {
      let inputs = [
        rows("hidden", [(1, 4), (2, 6), (3, 1)]), rows("list", [(1, 1), (2, 2), (4, 5)]),
      ]
      let contents = try Chain.contents(
        ExplainingPrivateTests.plan, inputs, secret: [UInt8](repeating: 7, count: 32))
      chain = try Chain()
      directory = chain.folder.path + "/bundle"
      openings = contents.openings
      _ = try BundleWriter.write(contents, to: directory)
    }

    /// What an account reads, either way.
    func programs(
      _ number: UInt64, _ openings: [Opening] = [], detour: String? = nil
    ) throws -> [ProgramExplanation] {
      let result = try Explaining.explanation(
        of: account(number), in: directory, openings: openings)
      let whole = Explaining.explanation(
        of: account(number), in: try BundleReader.load(directory), openings: openings)
      #expect(result.explanation == whole && result.detour == detour)
      return whole.campaigns[0].programs
    }

    func openings(of number: UInt64) -> [Opening] {
      openings.filter { $0.account == account(number) }
    }

    func text(_ file: String) throws -> String {
      try String(contentsOfFile: directory + "/" + file, encoding: .utf8)
    }

    func files(in folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: directory + "/" + folder)
    }
  }

  @Test("A public program beside a private one shows all of its terms, whichever way it is read")
  func beside() throws {
    let programs = try Made().programs(1)
    // 1 + 4 + 1 of 6 + (2 + 6 + 2) + (5 + 0 + 3): 12 · 6 / 24.
    #expect(programs[1].calculation?.result?.value == "6")
    #expect(programs[1].arithmetic?.totalWeight == 24 && programs[1].arithmetic?.budget == 12)
    #expect(programs[1].decision == .allocated(3) && programs[1].shape?.holding == .free)
    #expect(programs[1].joins.map(\.value) == ["4"])
    #expect(programs[0].calculation == nil && programs[0].arithmetic == nil)
    #expect(programs[0].rows.allSatisfy(\.isHidden) && programs[2].calculation == nil)
  }

  @Test("The account's own opening shows its terms, but not what all come to together")
  func ownOpening() throws {
    let made = try Made()
    let programs = try made.programs(1, made.openings(of: 1))
    #expect(programs[0].rows.map(\.text) == ["4"] && programs[0].calculation?.result?.value == "8")
    #expect(programs[0].arithmetic == nil && programs[2].calculation?.result?.value == "5")
    #expect(programs[2].rows.map(\.isHidden) == [false, false])
    let refused = try made.programs(3, made.openings(of: 3))[0]
    #expect(
      refused.refusal?.left == "1" && refused.passing == .condition("points > 2", number: "2"))
    // Who has no row in what is hidden has nothing hidden.
    #expect(try made.programs(4)[2].calculation?.result?.value == "5")
  }

  @Test("The openings of all accounts show everything")
  func allOpenings() throws {
    let made = try Made()
    let programs = try made.programs(
      1, made.openings, detour: "openings of other accounts show what all come to together")
    // 10 · 8 / 20, and 5 · 5 / (5 + 8 + 5).
    #expect(programs[0].arithmetic?.totalWeight == 20 && programs[0].arithmetic?.quotient == 4)
    #expect(programs[2].arithmetic?.totalWeight == 18 && programs[2].arithmetic?.weight == 5)
  }

  @Test("INV-039: nothing of a private program's totals, levels or standings is in the bundle")
  func nothingElse() throws {
    let made = try Made()
    let secretly = #"{"name":"secretly","totalWeight":null,"totals":[]}"#
    #expect(try made.text("explain.json").contains(secretly))
    #expect(try made.files(in: "explain/programs") == ["openly.csv"])
  }

  @Test("An opening of another account, source or column, and a wrong salt, open nothing")
  func wrongOpenings() throws {
    let made = try Made()
    let bundle = try BundleReader.load(made.directory)
    let right = try #require(made.openings(of: 1).first)
    func hides(_ opening: Opening) -> Bool {
      Explaining.explanation(of: account(1), in: bundle, openings: [opening])
        .campaigns[0].programs[0].rows.allSatisfy(\.isHidden)
    }
    func opening(
      source: String = right.source, account: Address = right.account,
      column: String = right.column, value: UInt256 = right.value, salt: Bytes32 = right.salt
    ) -> Opening {
      Opening(source: source, account: account, column: column, value: value, salt: salt)
    }
    #expect(!hides(opening()))
    #expect(hides(opening(source: "list")) && hides(opening(account: account(2))))
    #expect(hides(opening(column: "shown")) && hides(opening(value: right.value &+ .one)))
    #expect(hides(opening(salt: .zero)))
  }
}
