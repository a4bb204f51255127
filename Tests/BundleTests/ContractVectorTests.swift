import Bundle
import CanonicalJSON
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

/// Numbers that plain Python made and that the contracts are held to as well: `contracts/vectors`.
@Suite("Vectors that the contracts and Swift share")
struct ContractVectorTests {
  private func vectors(_ name: String) throws -> JSON {
    try JSON.parse(try Project.data("contracts/vectors/\(name).json"))
  }

  private func list(_ json: JSON, _ name: String) throws -> [JSON] {
    try #require(json[name]?.elements, "no list \(name)")
  }

  private func number(_ json: JSON?) throws -> UInt64 {
    switch json {
    case .number(let literal)?: try #require(UInt64(literal))
    case .string(let text)?: try #require(UInt64(text))
    case nil: 0
    default: throw MissingNumber()
    }
  }

  private func amount(_ json: JSON?) throws -> UInt256 {
    try UInt256(decimal: try #require(json?.text))
  }

  private struct MissingNumber: Error {}

  private func schedule(_ json: JSON) throws -> VestingSchedule {
    func part(_ name: String) throws -> UInt64 { try number(json[name]) }
    let (cliff, duration) = (try part("cliff"), try part("duration"))
    let shape: VestingSchedule.Shape
    switch json["shape"]?.text {
    case "immediate": shape = .immediate
    case "linear": shape = .linear(cliff: cliff, duration: duration)
    case "steps":
      let months = UInt32(try part("step_months"))
      shape = .steps(
        period: months > 0 ? .months(months) : .seconds(try part("step_seconds")),
        count: UInt32(try part("step_count")))
    case "tranches":
      shape = .tranches(
        try list(json, "tranches").map { pair in
          let parts = pair.elements ?? []
          try #require(parts.count == 2)
          return VestingSchedule.Tranche(
            time: Timestamp(try number(parts[0])), share: Share(billionths: try number(parts[1])))
        })
    case "exponential":
      shape = .exponential(halfLife: try part("half_life"), cliff: cliff, duration: duration)
    default: throw MissingNumber()
    }
    return VestingSchedule(
      start: Timestamp(try part("start")),
      initialUnlock: Share(billionths: try part("initial")), shape: shape)
  }

  @Test(
    "INV-007: the law's vesting is the one that the contracts compute",
    arguments: ["cases", "wide"])
  func vesting(group: String) throws {
    var times = 0
    for (index, entry) in try list(try vectors("vesting"), group).enumerated() {
      let schedule = try schedule(try #require(entry["schedule"]))
      let amount = try amount(entry["amount"])
      #expect(
        CampaignIdentity.scheduleHash(of: schedule).hex == entry["hash"]?.text,
        "schedule hash of \(group)[\(index)]")
      for pair in try list(entry, "vested") {
        let parts = pair.elements ?? []
        try #require(parts.count == 2)
        let time = Timestamp(try number(parts[0]))
        #expect(
          schedule.vested(amount, at: time) == (try self.amount(parts[1])),
          "\(group)[\(index)] at \(time.seconds)")
        times += 1
      }
    }
    #expect(times > 100)
  }

  @Test("The decay function is the one that the contracts compute")
  func decay() throws {
    let entries = try list(try vectors("vesting"), "decay")
    for entry in entries {
      let parts = entry.elements ?? []
      try #require(parts.count == 3)
      let value = DecayFunction.value(try number(parts[0]), halfLife: try number(parts[1]))
      #expect(value == (try amount(parts[2])), "D(\(parts[0]), \(parts[1]))")
    }
    #expect(entries.count > 40)
  }

  @Test("INV-011: a campaign's identifier, terms and schedule hash are the contract's")
  func identifiers() throws {
    let cases = try list(try vectors("campaigns"), "cases")
    for (index, entry) in cases.enumerated() {
      let campaign = try campaign(entry)
      let roles = try #require(campaign.deployment?.roles)
      let place: Comment = "cases[\(index)]"
      let schedule = CampaignIdentity.scheduleHash(of: campaign.vesting)
      #expect(schedule.hex == entry["schedule_hash"]?.text, place)
      let terms = CampaignIdentity.termsHash(of: campaign, roles: roles)
      #expect(terms.hex == entry["terms_hash"]?.text, place)
      #expect(CampaignIdentity.identifier(of: campaign).hex == entry["campaign"]?.text, place)
    }
    #expect(cases.count > 5)
  }

  private func campaign(_ json: JSON) throws -> Campaign {
    let terms = try #require(json["terms"])
    func address(_ json: JSON?) throws -> Address { try Address(try #require(json?.text)) }
    let expiry = try number(terms["expiry"])
    let stated = terms["maximum_increase"]
    let increase = try stated?.text.map { try UInt256(decimal: $0) } ?? UInt256(number(stated))
    return Campaign(
      name: "vector", token: "T", vesting: try numberedSchedule(try #require(terms["schedule"])),
      terms: CampaignTerms(
        window: try number(terms["window"]), expiry: expiry == 0 ? nil : Timestamp(expiry),
        claims: try number(terms["claim_policy"]) == 1 ? .anyone : .account,
        maximumIncrease: increase.isZero ? nil : Amount(increase)),
      deployment: Deployment(
        chain: try number(json["chain"]), distributor: try address(json["distributor"]),
        token: try address(json["token"]), creator: try address(json["creator"]),
        salt: try Bytes32(hex: try #require(json["salt"]?.text)),
        roles: Roles(
          owner: try address(terms["owner"]), publisher: try address(terms["publisher"]),
          guardian: try address(terms["guardian"]))))
  }

  /// A schedule whose shape is the number that its hash begins with, its tranches in two lists.
  private func numberedSchedule(_ json: JSON) throws -> VestingSchedule {
    let names = ["immediate", "linear", "steps", "tranches", "exponential"]
    let shape = Int(try number(json["shape"]))
    try #require(names.indices.contains(shape))
    let tranches = zip(
      json["tranche_times"]?.elements ?? [], json["tranche_shares"]?.elements ?? []
    ).map { JSON.array([$0, $1]) }
    let others = (json.members ?? []).filter { $0.key != "shape" }
    return try schedule(
      .object(
        [
          JSON.Member(key: "shape", value: .string(names[shape])),
          JSON.Member(key: "initial", value: json["initial_unlock"] ?? .number("0")),
          JSON.Member(key: "tranches", value: .array(tranches)),
        ] + others))
  }
}
