import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  private static let ninetyDays: UInt64 = 90 * 86_400

  mutating func decodeCampaign(
    _ node: PlanNode, path: String, tokens: Listed<Token>
  ) -> Named<Campaign>? {
    guard let fields = fields(node, PlanSchema.campaign, path: path) else { return nil }
    let name = name(fields, "name")
    let tokenName = reference(fields, "token", to: tokens.names, .unknownToken, "token")
    let vesting = fields["vesting"].map { decodeVesting($0, path: fields.path(of: "vesting")) }
    let token = tokens.values.first { $0.name == tokenName }
    var terms: CampaignTerms? = .standard
    if let node = fields["terms"] {
      terms = decodeTerms(
        node, path: fields.path(of: "terms"), decimals: token?.decimals ?? Token.maximumDecimals)
    }
    var deployment: Deployment?
    if let node = fields["deployment"] {
      deployment = decodeDeployment(node, path: fields.path(of: "deployment"))
    }
    guard let name, let token, let terms, let schedule = vesting ?? .some(.immediate) else {
      return nil
    }
    checkExpiry(terms, schedule, path: fields.path(of: "terms"))
    return Named(
      name: name, path: path,
      value: Campaign(
        name: name, token: token.name, vesting: schedule, terms: terms, deployment: deployment))
  }

  // MARK: Terms

  private mutating func decodeTerms(
    _ node: PlanNode, path: String, decimals: Int
  ) -> CampaignTerms? {
    guard let fields = fields(node, PlanSchema.terms, path: path) else { return nil }
    let window = value(fields, "window", ScalarParsing.duration)
    let expiry: Timestamp?? = value(fields, "expiry") { text throws(ScalarFault) in
      text == "never" ? Timestamp?.none : try ScalarParsing.time(text)
    }
    let claims = choice(fields, "claims", CampaignTerms.ClaimPolicy.self)
    let increase = amount(fields, "maximum_increase", decimals: decimals)
    if let window, window < CampaignTerms.shortestWindow {
      report(
        .windowTooShort, at: fields.place(of: "window"), path: fields.path(of: "window"),
        found: window.counted("second"), expected: "at least 24h",
        advice: "The window is the time in which anybody can object.")
    }
    if let increase, increase == .zero {
      report(
        .zeroAmount, at: fields.place(of: "maximum_increase"),
        path: fields.path(of: "maximum_increase"), found: "0", expected: "an amount above 0",
        advice: "Leave the key out for no limit.")
    }
    return CampaignTerms(
      window: window ?? CampaignTerms.shortestWindow, expiry: expiry ?? nil,
      claims: claims ?? .anyone, maximumIncrease: increase)
  }

  private mutating func checkExpiry(
    _ terms: CampaignTerms, _ schedule: VestingSchedule, path: String
  ) {
    guard let expiry = terms.expiry, let end = PlanDecoder.end(of: schedule) else { return }
    let earliest = Timestamp(end.seconds + Self.ninetyDays)
    guard expiry < earliest else { return }
    report(
      .expiryTooEarly, at: positions["\(path).expiry"] ?? .start, path: "\(path).expiry",
      found: expiry.iso8601,
      expected: earliest > .last ? "never" : "\(earliest.iso8601) or later, or never",
      advice: "Everybody has at least 90 days after the last unlock to claim.")
  }

  // MARK: Deployment

  private mutating func decodeDeployment(_ node: PlanNode, path: String) -> Deployment? {
    guard let fields = fields(node, PlanSchema.deployment, path: path) else { return nil }
    let chain = integer(fields, "chain", in: PlanSchema.deployment)
    let distributor = address(fields, "distributor")
    let token = address(fields, "token")
    let creator = address(fields, "creator")
    let salt = value(fields, "salt", ScalarParsing.bytes32)
    let roles = fields["roles"].flatMap { decodeRoles($0, path: fields.path(of: "roles")) }
    guard let chain, let distributor, let token, let creator, let salt, let roles else {
      return nil
    }
    return Deployment(
      chain: chain, distributor: distributor, token: token, creator: creator, salt: salt,
      roles: roles)
  }

  private mutating func decodeRoles(_ node: PlanNode, path: String) -> Roles? {
    guard let fields = fields(node, PlanSchema.roles, path: path) else { return nil }
    let owner = address(fields, "owner")
    let publisher = address(fields, "publisher")
    let guardian = address(fields, "guardian")
    guard let owner, let publisher, let guardian else { return nil }
    return Roles(owner: owner, publisher: publisher, guardian: guardian)
  }

  // MARK: Vesting

  private static let keysByShape: [String: (needed: [String], allowed: [String])] = [
    "immediate": ([], []),
    "linear": (["start", "duration"], ["initial", "cliff"]),
    "steps": (["start", "every", "count"], ["initial"]),
    "tranches": (["tranches"], []),
    "exponential": (["start", "duration", "half_life"], ["initial", "cliff"]),
  ]

  private mutating func decodeVesting(_ node: PlanNode, path: String) -> VestingSchedule? {
    guard let fields = fields(node, PlanSchema.vesting, path: path),
      let word = word(fields, "shape", among: Self.keysByShape.keys.sorted()),
      let keys = Self.keysByShape[word]
    else { return nil }
    require(keys.needed, in: fields, "A schedule of shape \(word) needs it.")
    let others = PlanSchema.vesting.fields.map(\.name).filter {
      $0 != "shape" && !keys.needed.contains($0) && !keys.allowed.contains($0)
    }
    refuse(others, in: fields, "A schedule of shape \(word) has no such part.")
    let start = value(fields, "start", ScalarParsing.time)
    let initial = value(fields, "initial", ScalarParsing.percentage) ?? .none
    let shape: VestingSchedule.Shape?
    switch word {
    case "immediate": return .immediate
    case "steps": shape = decodeSteps(fields)
    case "tranches": return decodeTranches(fields)
    default: shape = decodeContinuous(fields, isExponential: word == "exponential")
    }
    guard let start, let shape else { return nil }
    let schedule = VestingSchedule(start: start, initialUnlock: initial, shape: shape)
    if PlanDecoder.end(of: schedule) == nil {
      report(
        .scheduleTooLong, at: fields.place, path: path, found: "an end after the year 9999",
        expected: "one until then", advice: "Look for a duration in the wrong unit.")
      return nil
    }
    return schedule
  }

  private mutating func decodeContinuous(
    _ fields: Fields, isExponential: Bool
  ) -> VestingSchedule.Shape? {
    let duration = positiveDuration(fields, "duration")
    let cliff = value(fields, "cliff", ScalarParsing.duration) ?? 0
    guard let duration else { return nil }
    if cliff > duration {
      report(
        .cliffAfterEnd, at: fields.place(of: "cliff"), path: fields.path(of: "cliff"),
        found: cliff.counted("second"),
        expected: "at most the duration, \(duration.counted("second"))",
        advice: "The duration counts from the start, the cliff included.")
    }
    guard isExponential else { return .linear(cliff: cliff, duration: duration) }
    return positiveDuration(fields, "half_life").map {
      .exponential(halfLife: $0, cliff: cliff, duration: duration)
    }
  }

  private mutating func positiveDuration(_ fields: Fields, _ key: String) -> UInt64? {
    value(fields, key) { text throws(ScalarFault) in
      let seconds = try ScalarParsing.duration(text)
      guard seconds > 0 else {
        throw ScalarFault(kind: .malformedDuration, expected: "a duration above zero")
      }
      return seconds
    }
  }

  private mutating func decodeSteps(_ fields: Fields) -> VestingSchedule.Shape? {
    let period = value(fields, "every", ScalarParsing.period)
    let count = integer(fields, "count", in: PlanSchema.vesting)
    guard let period, let count else { return nil }
    return .steps(period: period, count: UInt32(count))
  }

  private mutating func decodeTranches(_ fields: Fields) -> VestingSchedule? {
    guard let entries = list(fields, "tranches") else { return nil }
    var tranches: [VestingSchedule.Tranche] = []
    for entry in entries {
      guard let part = self.fields(entry.node, PlanSchema.tranche, path: entry.path) else {
        continue
      }
      let time = value(part, "at", ScalarParsing.time)
      let share = value(part, "share", ScalarParsing.percentage)
      guard let time, let share else { continue }
      if let last = tranches.last, time <= last.time {
        report(
          .tranchesNotAscending, at: part.place(of: "at"), path: part.path(of: "at"),
          found: time.iso8601, expected: "a time after \(last.time.iso8601)",
          advice: "List tranches in the order in which they come free, each time once.")
      }
      tranches.append(VestingSchedule.Tranche(time: time, share: share))
    }
    guard tranches.count == entries.count, let first = tranches.first else { return nil }
    let sum = tranches.reduce(UInt64(0)) { $0 + $1.share.billionths }
    if sum != Share.whole.billionths {
      report(
        .tranchesNotWhole, at: fields.place(of: "tranches"), path: fields.path(of: "tranches"),
        found: "\(ScalarText.percentage(sum)) together", expected: "100%",
        advice: "Change a share; percentages have up to seven decimals, as in 33.3333334%.")
    }
    return VestingSchedule(
      start: first.time, initialUnlock: .none, shape: .tranches(tranches))
  }

  /// The end of a schedule; nil for one after the last time that can be written.
  static func end(of schedule: VestingSchedule) -> Timestamp? {
    let length: UInt64?
    switch schedule.shape {
    case .immediate: return Timestamp(0)
    case .linear(_, let duration), .exponential(_, _, let duration): length = duration
    case .tranches(let tranches): return tranches.last?.time
    case .steps(.seconds(let seconds), let count):
      let (product, overflow) = seconds.multipliedReportingOverflow(by: UInt64(count))
      length = overflow ? nil : product
    case .steps(.months(let months), let count):
      // Fewer than 2⁴⁴ months: 1200 times 100 000 at the most.
      let date = CalendarDate(daysSinceUnixEpoch: schedule.start.seconds / 86_400)
      let last = date.adding(months: UInt64(months) * UInt64(count)).daysSinceUnixEpoch
      length = (last - date.daysSinceUnixEpoch) * 86_400
    }
    guard let length, length <= Timestamp.last.seconds - schedule.start.seconds else { return nil }
    return Timestamp(schedule.start.seconds + length)
  }
}

/// Writes single values back as a plan has them.
enum ScalarText {
  static func percentage(_ billionths: UInt64) -> String {
    DecimalNumber(UInt256(billionths), scale: 7).shortest + "%"
  }

  /// Base units as whole tokens, exactly.
  static func amount(_ units: UInt256, decimals: Int) -> String {
    let digits = units.decimal
    guard decimals > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var fraction = padded.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = padded.dropLast(decimals)
    return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
  }
}
