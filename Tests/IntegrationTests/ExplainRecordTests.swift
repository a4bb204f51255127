import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

/// Every kind of program, and every kind of answer.
private enum Kinds {
  static let plan = """
    version: 1
    name: Kinds
    tokens: [{name: ACME, symbol: ACM, decimals: 6, supply: 1000000}]
    campaigns: [{name: open, token: ACME}]
    sources:
      - name: list
        file: list.csv
        columns:
          - {name: points, type: integer}
          - {name: months, type: integer}
          - {name: score, type: decimal, places: 2}
          - {name: owner, type: integer}
      - name: gifts
        file: gifts.csv
        account: project
        duplicates: sum
        columns:
          - {name: donor, type: address}
          - {name: given, type: amount, token: ACME, unit: token}
    clusters: {source: list, column: owner}
    programs:
      - name: users
        kind: airdrop
        campaign: open
        budget: 1%
        from: list
        values:
          - {name: ready, value: points >= 10 and months >= 3}
          - {name: level, value: "sqrt(points, 2)"}
        filter: not (points < 5 or months < 2) and (ready or level > 20)
        weight: level * 1.5
      - {name: capped, kind: airdrop, campaign: open, budget: 12345.678901, from: list,
         weight: score, cap: 30%, floor: 210.55, unit: 0.1}
      - {name: clustered, kind: airdrop, campaign: open, budget: 1000, from: list, weight: points,
         cap: 30%, floor: 5%, cap_per: cluster}
      - {name: raised, kind: airdrop, campaign: open, budget: 1000, from: list, weight: score,
         floor: 1%, below_floor: raise, cap: "max(5, months * 100)"}
      - {name: tiny, kind: airdrop, campaign: open, budget: 0.000003, from: list, weight: points,
         exclude: [{account: "0x0000000000000000000000000000000000000003", reason: A friend.}]}
      - name: lots
        kind: raffle
        campaign: open
        budget: 100
        from: list
        weight: score
        raffle:
          seed_hash: "0xb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6"
          beacon: the prevRandao of block 21000000 of chain 1
          winners: 2
          seed: "0x0000000000000000000000000000000000000000000000000000000000000001"
          beacon_value: "0x0000000000000000000000000000000000000000000000000000000000000002"
      - {name: round, kind: grants, campaign: open, budget: 500, from: gifts, contributor: donor,
         contribution: given, match: quadratic}
      - {name: given, kind: airdrop, campaign: open, budget: 100000, from: list,
         amount: points * 1.0, floor: 20, unallocated: carry}
    """

  static let list = [
    "account,points,months,score,owner", row(1, "600,12,60.5,7"), row(2, "200,6,20.25,7"),
    row(3, "120,3,12.1,0"), row(4, "9,2,7,8"), row(5, "12,1,1.2,0"), row(6, "0,0,0,0"),
    row(7, "5000,1,0.01,8"),
  ]
  static let gifts = [
    "project,donor,given", row(1, account(21) + ",4.5"), row(1, account(22) + ",9"),
    row(2, account(21) + ",16"), row(3, account(23) + ",1"), row(3, account(24) + ",0.000001"),
  ]

  static func account(_ number: Int) -> String {
    "0x" + String(repeating: "0", count: 38) + (number < 10 ? "0" : "") + "\(number)"
  }

  private static func row(_ number: Int, _ cells: String) -> String {
    account(number) + "," + cells
  }

  static func bundle(in folder: TemporaryFolder) throws -> String {
    try folder.write(list.joined(separator: "\n") + "\n", to: "list.csv")
    try folder.write(gifts.joined(separator: "\n") + "\n", to: "gifts.csv")
    let plan = try folder.write(plan, to: "plan.yaml")
    try Sluice.succeed(["allocate", plan, "--out", folder.path + "/bundle"])
    return folder.path + "/bundle"
  }
}

@Suite("The record of an explanation has all that its text says")
struct ExplainRecordTests {
  /// Digits, with points between them.
  private func numbers(_ text: String) -> [String] {
    text.split { !($0.isHexDigit || ".x".contains($0)) }.map { String($0).trimmingSuffix(".") }
      .filter { $0.first?.isNumber == true }
  }

  /// Every number of a record; whole ones with each number of decimals too that the record states.
  private func stated(_ json: JSON) -> Set<String> {
    var texts: [String] = []
    var places: Set<Int> = []
    func collect(_ json: JSON) {
      if let text = json.text { texts.append(text) }
      if let number = json.wholeNumber { texts.append("\(number)") }
      for member in json.members ?? [] {
        if ["decimals", "weightPlaces"].contains(member.key), let number = member.value.wholeNumber
        {
          places.insert(number)
        }
        collect(member.value)
      }
      json.elements?.forEach(collect)
    }
    collect(json)
    let whole = Set(texts.flatMap(numbers))
    var all = whole
    for digits in whole where digits.allSatisfy(\.isNumber) {
      for count in places { all.insert(decimal(digits, count)) }
    }
    return all
  }

  private func decimal(_ digits: String, _ places: Int) -> String {
    guard places > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var text = padded.dropLast(places) + "." + padded.suffix(places)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }

  @Test("Every number and every sentence of the text stands in the record")
  func complete() throws {
    let folder = try TemporaryFolder()
    let bundle = try Kinds.bundle(in: folder)
    var seen = 0
    for number in 1...7 {
      let account = Kinds.account(number)
      let text = try Sluice.succeed(["explain", bundle, account]).output
      let json = try Sluice.succeed(["explain", bundle, account, "--json"]).json()
      let stated = stated(json)
      // The smallest part of a ticket, 0.01, is its places.
      let missing = numbers(text).filter { !stated.contains($0) && $0 != "0.01" }
      #expect(missing.isEmpty, "\(account): \(missing)")
      let programs = try #require(json["campaigns"]?.elements?.first?["programs"]?.elements)
      for program in programs where program["decision"]?.text != "not-in-inputs" {
        let says = try #require(program["says"]?.text)
        #expect(text.contains("    \(says)\n"), "\(says)")
      }
      seen += numbers(text).count
    }
    #expect(seen > 500)
  }

  @Test("A winner's record: the prize, the number of the stream, the ticket and its tickets")
  func winner() throws {
    let folder = try TemporaryFolder()
    let bundle = try Kinds.bundle(in: folder)
    let wins = try (1...7).compactMap { number -> JSON? in
      let json = try Sluice.succeed(["explain", bundle, Kinds.account(number), "--json"]).json()
      let programs = json["campaigns"]?.elements?.first?["programs"]?.elements
      return programs?[5]["draw"]?["win"]
    }
    #expect(Set(wins.compactMap { $0["prize"]?.wholeNumber }) == [1, 2])
    for win in wins {
      func number(_ key: String) throws -> UInt256 {
        try UInt256(decimal: try #require(win[key]?.text))
      }
      let drawn = UInt256(try Bytes32(hex: try #require(win["number"]?.text)))
      let ticket = try number("ticket")
      #expect(drawn.quotientAndRemainder(dividingBy: try number("left"))?.remainder == ticket)
      #expect(try number("first") <= ticket && ticket <= number("last"))
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
