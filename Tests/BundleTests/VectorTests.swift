import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("A bundle's bytes and hashes beside plain Python")
struct VectorTests {
  @Test("Every file of a small bundle is the one that was written out by hand")
  func smallBundle() throws {
    var options = BundleWriter.Options()
    options.writesTreeDumps = true
    let bundle = try BundleFolder(try SmallBundle.contents(), options: options)
    let names = try Vectors.files(below: "small")
    #expect(names.count == 18)
    #expect(try bundle.folder.files(below: "bundle") == names)
    for name in names {
      let expected = String(decoding: try Vectors.data("small/" + name), as: UTF8.self)
      #expect(String(decoding: try bundle.bytes(name), as: UTF8.self) == expected, "\(name)")
    }
  }

  @Test("Its identity is the hash of its commitment, and it loads as what was written")
  func smallIdentity() throws {
    let contents = try SmallBundle.contents()
    let bundle = try BundleFolder(contents)
    let identity = try TestKit.vectors("small.json").hashMember("identity")
    let loaded = try bundle.load()
    #expect(loaded.identity == identity)
    #expect(try BundleReader.commitment(bundle.path).hash == identity)
    #expect(loaded.outcomes == contents.outcomes)
    #expect(loaded.campaigns == contents.campaigns)
  }

  @Test("Campaign identifier, terms and schedule hash of every shape are those of eth_abi")
  func identities() throws {
    let cases = try TestKit.vectors("identities.json").member("cases").elements ?? []
    #expect(cases.count == 36)
    for entry in cases {
      let schedule = try entry.member("vesting").schedule()
      let deployment = try entry.member("deployment").deployment()
      let campaign = Campaign(
        name: "any", token: "ANY", vesting: schedule, terms: try entry.member("terms").terms(),
        deployment: deployment)
      #expect(try CampaignIdentity.scheduleHash(of: schedule) == entry.hashMember("scheduleHash"))
      #expect(
        try CampaignIdentity.termsHash(of: campaign, roles: deployment.roles)
          == entry.hashMember("termsHash"))
      #expect(
        try CampaignIdentity.identifier(of: campaign) == entry.hashMember("campaign"), "\(entry)")
    }
    #expect(Set(try cases.map { try $0.textMember("campaign") }).count == cases.count)
  }

  @Test("A campaign without deployment has the identifier zero, which no contract has")
  func draftIdentifier() {
    #expect(CampaignIdentity.identifier(of: Campaign(name: "a", token: "A")) == .zero)
  }

  @Test("Roots, shards, multiproofs and index files of 1 to 16 385 accounts")
  func shards() throws {
    let vectors = try TestKit.vectors("shards.json")
    let cases = try vectors.member("cases").elements ?? []
    #expect(try cases.map { try $0.numberMember("count") }.last == 16_385)
    for entry in cases {
      let campaign = many(Int(try entry.numberMember("count")))
      #expect(campaign.identifier.hex == (try vectors.textMember("campaign")))
      let list = campaign.entitlements
      let tree = try EncodedTree.build(
        AccountRows(
          accounts: list.accounts, amounts: list.amounts, campaign: campaign.identifier),
        encoding: .sluice, threads: 2)
      #expect(try tree.root == entry.hashMember("root"))
      var files: [String: [UInt8]] = [:]
      let shards = ProofShards(campaign, tree)
      for part in shards.parts { files[shards.path(of: part.file)] = try shards.bytes(of: part) }
      #expect(try files.count == Int(entry.numberMember("files")))
      var all: [UInt8] = []
      for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
        all += Array((path + "\n").utf8) + bytes
      }
      #expect(try Keccak256.hash(all) == entry.hashMember("hash"), "\(entry)")
    }
  }
}

extension JSON {
  fileprivate func schedule() throws -> VestingSchedule {
    let shape: VestingSchedule.Shape
    switch try textMember("shape") {
    case "immediate": shape = .immediate
    case "linear":
      shape = .linear(cliff: try numberMember("cliff"), duration: try numberMember("duration"))
    case "steps":
      let months = try? UInt32(numberMember("everyMonths"))
      shape = .steps(
        period: try months.map { .months($0) } ?? .seconds(try numberMember("everySeconds")),
        count: UInt32(try numberMember("count")))
    case "tranches":
      shape = .tranches(
        (try member("tranches").elements ?? []).map { pair in
          let numbers = (pair.elements ?? []).map { UInt64($0.literal) ?? 0 }
          return VestingSchedule.Tranche(
            time: Timestamp(numbers[0]), share: Share(billionths: numbers[1]))
        })
    case "exponential":
      shape = .exponential(
        halfLife: try numberMember("halfLife"), cliff: try numberMember("cliff"),
        duration: try numberMember("duration"))
    case let other: throw MissingMember(name: other)
    }
    return VestingSchedule(
      start: Timestamp(try numberMember("start")),
      initialUnlock: Share(billionths: try numberMember("initial")), shape: shape)
  }

  private var literal: String {
    if case .number(let literal) = self { literal } else { text ?? "" }
  }

  fileprivate func terms() throws -> CampaignTerms {
    CampaignTerms(
      window: try numberMember("window"),
      expiry: try member("expiry") == .null ? nil : Timestamp(try numberMember("expiry")),
      claims: try textMember("claims") == "anyone" ? .anyone : .account,
      maximumIncrease: try member("maximumIncrease").text.map {
        Amount(try UInt256(decimal: $0))
      })
  }

  fileprivate func deployment() throws -> Deployment {
    let roles = try member("roles")
    return Deployment(
      chain: try numberMember("chain"), distributor: try accountMember("distributor"),
      token: try accountMember("token"), creator: try accountMember("creator"),
      salt: try hashMember("salt"),
      roles: Roles(
        owner: try roles.accountMember("owner"), publisher: try roles.accountMember("publisher"),
        guardian: try roles.accountMember("guardian")))
  }
}
