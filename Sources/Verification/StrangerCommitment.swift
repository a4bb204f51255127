import EthereumPrimitives
import Foundation

/// A `commitment.json`, read by Foundation and held against its one form.
struct StrangerCommitment {
  struct Input {
    let source: String
    let rows: Int
    let hash: String
    /// nil where there are none.
    let events: Events?
  }

  /// The changes of a series with a file.
  struct Events {
    let count: Int
    let hash: String
  }

  struct Campaign {
    let name: String
    let campaign: String
    let parentRoot: String
    let parentCommitment: String
    let root: String
    let total: String
    let count: Int
  }

  struct Program {
    let name: String
    let budget: String
    let carriedIn: String
    let allocated: String
    let carry: String
  }

  static let name = "commitment.json"

  /// Keccak-256 of the bytes.
  let identity: Bytes32
  let law: Int
  let epoch: UInt32
  let isDraft: Bool
  let planHash: String
  let inputs: [Input]
  let campaigns: [Campaign]
  let programs: [Program]
  let files: [String: String]

  init(bytes: [UInt8]) throws {
    identity = Keccak256.hash(bytes)
    let object = try StrangerFiles.json(bytes, Self.name)
    let members = StrangerMembers(object, "")
    let format = try members.text("format")
    guard format == "sluice-bundle-v1" else {
      throw VerificationFailure(
        .unknownFormat, Self.name, "format", found: String(format.prefix(60)),
        expected: "sluice-bundle-v1")
    }
    law = try members.count("law")
    guard let epoch = UInt32(exactly: try members.count("epoch")) else {
      throw members.malformed("epoch", "an epoch's number")
    }
    self.epoch = epoch
    isDraft = try members.flag("draft")
    planHash = try members.text("plan")
    inputs = try members.list("inputs").map { entry in
      let hasEvents = entry.object["changes"] != nil || entry.object["events"] != nil
      return Input(
        source: try entry.text("source"), rows: try entry.count("rows"),
        hash: try entry.text("hash"),
        events: hasEvents
          ? Events(count: try entry.count("changes"), hash: try entry.text("events")) : nil)
    }
    campaigns = try members.list("campaigns").map {
      Campaign(
        name: try $0.text("name"), campaign: try $0.text("campaign"),
        parentRoot: try $0.text("parentRoot"), parentCommitment: try $0.text("parentCommitment"),
        root: try $0.text("root"), total: try $0.text("total"), count: try $0.count("count"))
    }
    programs = try members.list("programs").map {
      Program(
        name: try $0.text("name"), budget: try $0.text("budget"),
        carriedIn: try $0.text("carriedIn"), allocated: try $0.text("allocated"),
        carry: try $0.text("carry"))
    }
    guard let files = object["files"] as? [String: String] else {
      throw members.malformed("files", "file names and hashes")
    }
    self.files = files
    // A key that stands twice, a blank or another order gives the same values and another hash.
    guard text == String(decoding: bytes, as: UTF8.self) else {
      throw VerificationReport.Difference(
        what: "form", place: Self.name, published: "other bytes for the same content",
        recomputed: "compact JSON, keys ascending, known members only, no line end",
        reason: "The identity is a hash of these bytes.")
    }
  }

  /// The one form, written out member by member in the order of their names.
  private var text: String {
    let campaigns = campaigns.map {
      #"{"campaign":"\#($0.campaign)","count":\#($0.count),"name":"\#($0.name)","#
        + #""parentCommitment":"\#($0.parentCommitment)","parentRoot":"\#($0.parentRoot)","#
        + #""root":"\#($0.root)","total":"\#($0.total)"}"#
    }
    let files = files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { #""\#($0.key)":"\#($0.value)""# }
    let inputs = inputs.map { input in
      let events = input.events.map { #""changes":\#($0.count),"events":"\#($0.hash)","# } ?? ""
      return #"{\#(events)"hash":"\#(input.hash)","rows":\#(input.rows),"#
        + #""source":"\#(input.source)"}"#
    }
    let programs = programs.map {
      #"{"allocated":"\#($0.allocated)","budget":"\#($0.budget)","carriedIn":"\#($0.carriedIn)","#
        + #""carry":"\#($0.carry)","name":"\#($0.name)"}"#
    }
    func list(_ items: [String]) -> String { items.joined(separator: ",") }
    return #"{"campaigns":[\#(list(campaigns))],"draft":\#(isDraft),"epoch":\#(epoch),"#
      + #""files":{\#(list(files))},"format":"sluice-bundle-v1","inputs":[\#(list(inputs))],"#
      + #""law":\#(law),"plan":"\#(planHash)","programs":[\#(list(programs))]}"#
  }
}

/// Typed access to the members of an object.
private struct StrangerMembers {
  let object: [String: Any]
  let path: String

  init(_ object: [String: Any], _ path: String) {
    self.object = object
    self.path = path
  }

  func text(_ key: String) throws(VerificationFailure) -> String {
    guard let text = object[key] as? String else { throw malformed(key, "a string") }
    return text
  }

  func count(_ key: String) throws(VerificationFailure) -> Int {
    guard let number = object[key] as? NSNumber, let count = Int("\(number)"), count >= 0 else {
      throw malformed(key, "a whole number")
    }
    return count
  }

  func flag(_ key: String) throws(VerificationFailure) -> Bool {
    guard let flag = object[key] as? Bool else { throw malformed(key, "true or false") }
    return flag
  }

  func list(_ key: String) throws(VerificationFailure) -> [StrangerMembers] {
    guard let list = object[key] as? [[String: Any]] else { throw malformed(key, "a list") }
    return list.enumerated().map { StrangerMembers($0.element, "\(key)[\($0.offset)].") }
  }

  func malformed(_ key: String, _ expected: String) -> VerificationFailure {
    VerificationFailure(
      .malformedJSON, StrangerCommitment.name, path + key, found: "something else",
      expected: expected)
  }
}
