import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit

@testable import Verification

// Random programs, schedules and campaigns. A zero drawn is always the plainest choice, so that
// samples shrink to what a person would write.

/// How wide the values of a sample are.
enum Magnitude: UInt64, CaseIterable {
  /// 0 … 19.
  case small
  /// Every width up to 256 bits, mostly without an overflow of sums.
  case mixed
  /// On both sides of the powers of two, and up to 2²⁵⁶ − 1.
  case extreme
}

extension Generator {
  /// 0 ..< limit; the limit is above 0.
  mutating func below(_ limit: UInt64) -> UInt64 { next() % limit }

  /// 0 ... last.
  mutating func upTo(_ last: UInt64) -> UInt64 { last == .max ? next() : below(last + 1) }

  /// True once in `count` times, which is 2 or more.
  mutating func once(in count: UInt64) -> Bool { below(count) == count - 1 }

  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int(below(UInt64(choices.count)))]
  }

  /// One of twelve accounts, which differ in every word of an address.
  mutating func account() -> Address {
    let number = Int(below(12))
    var bytes = [UInt8](repeating: 0, count: 20)
    bytes[19 - number % 4 * 6] = UInt8(number + 1)
    return Address(bytes: bytes[...]) ?? .zero
  }

  mutating func value(_ magnitude: Magnitude = .mixed) -> UInt256 {
    switch magnitude {
    case .small: return UInt256(below(20))
    case .mixed: return mixedValue()
    case .extreme:
      // 2^256 itself is 0 here, and what lies below it the widest values.
      let power = UInt256(1) << pick([256, 255, 254, 203, 192, 128, 64, 53])
      return pick([.max, power, power &- 1, power &+ 1, power &- UInt256(below(1 << 12))])
    }
  }

  private mutating func mixedValue() -> UInt256 {
    switch below(5) {
    case 0: return UInt256(below(20))
    case 1: return UInt256(next())
    case 2: return (UInt256(1) << Int(below(250))) &- 1 &+ UInt256(below(3))
    case 3: return UInt256(below(1000)) &* (UInt256.powerOfTen(Int(below(31))) ?? 0)
    default: return UInt256(next(), next(), next(), next()) >> Int(6 + below(250))
    }
  }

  /// `count` amounts that add up to `whole`.
  mutating func parts(of whole: UInt256, count: Int) -> [UInt256] {
    let cuts = (1..<count).map { _ in
      let cut = value()
      return cut <= whole ? cut : whole &- (whole >> Int(1 + below(9)))
    }
    let ends = cuts.sorted() + [whole]
    return zip(ends, [0] + ends).map { $0 &- $1 }
  }
}

/// What two programs disagree about.
struct Mismatch: Error, CustomStringConvertible {
  let description: String

  init(_ what: String, _ engine: some Any, _ reference: some Any) {
    description = "\(what): the engine says \(engine), the reference \(reference)"
  }
}

/// True where both give the same outcome, or refuse for the same reason.
func agree(
  _ engine: Result<ProgramOutcome, LawError>,
  _ reference: Result<ReferenceLaw.Outcome, ReferenceLaw.Refusal>
) throws -> Bool {
  switch (engine, reference) {
  case (.success(let found), .success(let expected)):
    try compare(found, expected)
    return true
  case (.failure(let error), .failure(let refusal)): return "\(error.kind)" == "\(refusal)"
  case (let found, let expected): throw Mismatch("a program", found, expected)
  }
}

private func compare(_ found: ProgramOutcome, _ expected: ReferenceLaw.Outcome) throws {
  let amounts = zip(found.accounts, found.amounts).map { ($0, ReferenceLaw.big($1)) }
  guard amounts.elementsEqual(expected.amounts.map { ($0.account, $0.amount) }, by: ==) else {
    throw Mismatch("amounts", amounts, expected.amounts)
  }
  let refused = found.exclusions.map { ($0.account, $0.reason, ReferenceLaw.big($0.value)) }
  let expectedRefused = expected.refused.map { ($0.account, $0.reason, $0.value) }
  guard refused.elementsEqual(expectedRefused, by: ==) else {
    throw Mismatch("refused accounts", refused, expectedRefused)
  }
  let sums = [found.budget, found.allocated, found.carry].map { ReferenceLaw.big($0.baseUnits) }
  let expectedSums = [expected.budget, expected.allocated, expected.carry]
  guard sums == expectedSums else {
    throw Mismatch("budget, allocated, carry", sums, expectedSums)
  }
}

/// The same number for the engine; nil from 2²⁵⁶ on.
func word(_ number: BigUInt) -> UInt256? {
  let limbs = number.words.map { UInt64($0) }
  guard limbs.count <= 4 else { return nil }
  let padded = limbs + [UInt64](repeating: 0, count: 4 - limbs.count)
  return UInt256(padded[0], padded[1], padded[2], padded[3])
}

func sum(_ amounts: some Sequence<UInt256>) -> BigUInt {
  amounts.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1) }
}

// MARK: Programs

/// A program, an epoch of it, and the rows of its source or its own recipients.
struct ProgramSample {
  var program: Program
  var epochs: EpochSchedule?
  var epoch: UInt32
  var carriedIn: UInt256
  var pairs: [(account: Address, value: UInt256)]
  /// The numbers of the clusters of some accounts.
  var people: [Address: UInt256] = [:]

  static let clusters = Clusters(source: "people", column: "person")
  private static let peopleDeclaration = SourceDeclaration(
    name: "people", file: "people.csv", format: .csv,
    columns: [ColumnDeclaration(name: "person", kind: .integer)])

  /// The source has a column before and one after the one that counts. Shares have two places.
  var declaration: SourceDeclaration {
    let isShare = program.rounding == .javascriptShare
    let kinds: [ColumnDeclaration.Kind] = [
      .integer, isShare ? .decimal(DecimalFormat(places: 2)) : .integer, .integer,
    ]
    return SourceDeclaration(
      name: "list", file: "list.csv", format: .csv,
      columns: zip(["rank", "value", "age"], kinds).map { ColumnDeclaration(name: $0, kind: $1) },
      duplicates: .sum)
  }

  /// - Parameter others: sources beside its own.
  func engine(
    beside others: [String: ProgramInputs.Source] = [:]
  ) -> Result<ProgramOutcome, LawError> {
    var rows = SourceRows(source: "list", columnCount: 3)
    for (index, pair) in pairs.enumerated() {
      rows.append(account: pair.account, row: [3, pair.value, .max], line: UInt32(index + 2))
    }
    let source = ProgramInputs.Source(declaration: declaration, rows: rows)
    let people = ProgramInputs.Source(
      declaration: Self.peopleDeclaration,
      rows: SourceRows(
        source: "people", accounts: Array(people.keys), values: [Array(people.values)],
        lines: people.map { _ in 1 }))
    return Result { () throws(LawError) in
      try ProgramLaw.outcome(
        of: program, epoch: EpochIndex(epoch), epochs: epochs, carriedIn: Amount(carriedIn),
        inputs: ProgramInputs(
          sources: others.merging(["list": source, "people": people]) { $1 },
          clusters: Self.clusters))
    }
  }

  func reference(
    beside others: [String: ReferenceLaw.Inputs.Source] = [:]
  ) -> Result<ReferenceLaw.Outcome, ReferenceLaw.Refusal> {
    let bound = BigUInt(1) << 256
    let source = ReferenceLaw.Inputs.Source(
      declaration: declaration,
      rows: pairs.map { ($0.account, [3, ReferenceLaw.big($0.value), bound - 1]) })
    let people = ReferenceLaw.Inputs.Source(
      declaration: Self.peopleDeclaration,
      rows: people.map { ($0.key, [ReferenceLaw.big($0.value)]) })
    return Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.outcome(
        of: program, epoch: epoch, epochs: epochs, carriedIn: ReferenceLaw.big(carriedIn),
        inputs: ReferenceLaw.Inputs(
          sources: others.merging(["list": source, "people": people]) { $1 },
          clusters: Self.clusters))
    }
  }
}

extension Generator {
  mutating func programSample(_ magnitude: Magnitude? = nil) -> ProgramSample {
    let isGiven = once(in: 3)
    let width = magnitude ?? pick(Magnitude.allCases)
    let pairs = (0..<below(pick([10, 3]))).map { _ in
      (account: account(), value: once(in: 12) ? 0 : value(width))
    }
    let exclude = (0..<below(3)).map { _ in
      PlannedExclusion(account: account(), reason: "an exchange")
    }
    let shutOut = Set(exclude.map(\.account))
    let taking = sum(pairs.filter { !shutOut.contains($0.account) }.map(\.value))
    let isFitting = isGiven && !once(in: 4)
    var budget = value(width)
    if isFitting, let fitting = word(taking) {
      budget = pick([fitting, fitting, fitting &+ 1, fitting &- 1])
    }
    let count = 1 + UInt32(below(12))
    let emission = once(in: isFitting ? 6 : 2) ? emission(of: budget, over: count) : nil
    let epoch = emission == nil ? (once(in: 12) ? 1 : 0) : UInt32(upTo(UInt64(count)))
    let isInline = isGiven && once(in: 3)
    let inline = pairs.map { InlineRecipient(account: $0.account, amount: Amount($0.value)) }
    return ProgramSample(
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
        recipients: isInline ? .inline(inline) : .source("list"),
        basis: isGiven
          ? .givenAmounts(column: isInline ? nil : "value") : .weights(column: "value"),
        rounding: pick(RoundingRule.allCases),
        shaping: isInline ? .none : shaping(of: budget, isGiven: isGiven, width),
        unallocated: pick(Program.Unallocated.allCases), emission: emission, exclude: exclude),
      epochs: emission == nil && once(in: 2)
        ? nil : EpochSchedule(start: Timestamp(0), length: 60, count: count),
      epoch: epoch, carriedIn: once(in: isFitting ? 8 : 3) ? carriedIn(width) : 0, pairs: pairs,
      people: people())
  }

  /// Up to three clusters of up to twelve accounts, and some with the number that is none.
  private mutating func people() -> [Address: UInt256] {
    Dictionary(
      (0..<below(20)).map { _ in (account(), UInt256(below(3))) }, uniquingKeysWith: { $1 })
  }

  private mutating func carriedIn(_ width: Magnitude) -> UInt256 {
    once(in: 6) ? .max &- value(width) : value(width)
  }

  mutating func emission(of budget: UInt256, over count: UInt32) -> Emission {
    switch below(4) {
    case 0: .constant
    case 1: .linearDecay
    case 2: .exponentialDecay(halfLife: pick([1, 2, count, UInt32(1 + below(1 << 32 - 1))]))
    default: .table(parts(of: budget, count: Int(count)).map(Amount.init))
    }
  }
}

// MARK: Weights alone

struct WeightsSample {
  let budget: UInt256
  let weights: [UInt256]
  let rule: RoundingRule
  let places: Int

  func engine() -> Result<Apportionment.Result, Apportionment.Failure> {
    let accounts = weights.indices.map { index in
      Address(bytes: ([UInt8](repeating: 0, count: 19) + [UInt8(index)])[...]) ?? .zero
    }
    return Result { () throws(Apportionment.Failure) in
      try Apportionment.apportion(
        budget, accounts: accounts, weights: weights, places: places, rule: rule)
    }
  }

  func reference() -> Result<[BigUInt], ReferenceLaw.Refusal> {
    Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.apportion(
        ReferenceLaw.big(budget), weights: weights.map { ReferenceLaw.big($0) },
        places: places, rule: rule)
    }
  }
}

extension Generator {
  mutating func weightsSample(_ rules: [RoundingRule]) -> WeightsSample {
    let width = pick(Magnitude.allCases)
    let weights = (0..<below(pick([20, 3]))).map { _ in value(width) }.filter { !$0.isZero }
    return WeightsSample(
      budget: value(pick(Magnitude.allCases)), weights: weights, rule: pick(rules),
      places: pick([0, 2, 18, 36]))
  }
}

// MARK: Emission and vesting

struct EmissionSample {
  let emission: Emission
  let budget: UInt256
  let count: UInt32
  /// Numbers of epochs to look at, ascending, 0 and `count` among them.
  let probes: [UInt32]
}

struct VestingSample {
  let amount: UInt256
  let schedule: VestingSchedule
  /// Ascending, with both sides of every boundary.
  let times: [UInt64]
}

extension Generator {
  mutating func emissionSample() -> EmissionSample {
    let isLong = once(in: 3)
    let count = isLong ? UInt32(1 + below(1 << 32 - 1)) : UInt32(1 + below(40))
    let budget = value(pick(Magnitude.allCases))
    var emission = emission(of: budget, over: isLong ? 1 : count)
    if isLong, case .table = emission { emission = .constant }
    let last = UInt64(count)
    let probes: [UInt64] =
      isLong
      ? [0, 1, 2, last / 2, last - 1, last, upTo(last), upTo(last)] : Array(0...last)
    return EmissionSample(
      emission: emission, budget: budget, count: count,
      probes: Set(probes.filter { $0 <= last }).sorted().map { UInt32($0) })
  }

  mutating func vestingSample() -> VestingSample {
    let start = vestingStart()
    let schedule = VestingSchedule(
      start: Timestamp(start),
      initialUnlock: Share(
        billionths: pick([0, 1, 100_000_000, 1_000_000_000, upTo(1_000_000_000)])),
      shape: vestingShape(from: start))
    var times: Set<UInt64> = [0, .max, upTo(.max)]
    for boundary in boundaries(of: schedule) {
      times.formUnion([boundary, boundary &+ 1, boundary &- 1])
      times.insert(start + upTo(boundary - start))
    }
    return VestingSample(
      amount: value(pick(Magnitude.allCases)), schedule: schedule, times: times.sorted())
  }

  /// Anywhere, on the last days of months, and close to the end of time.
  private mutating func vestingStart() -> UInt64 {
    // 2027-01-31T12:00Z, 2028-01-31, 2028-02-29, 2100-01-31, 2399-12-31T23:59:59Z.
    let ends: [UInt64] = [
      1_801_396_800, 1_832_889_600, 1_835_395_200, 4_105_036_800, 13_569_465_599,
    ]
    switch below(4) {
    case 0: return below(1 << 33)
    case 1: return pick(ends)
    case 2: return .max - below(1 << pick([4, 24, 33]))
    default: return next() >> below(64)
    }
  }

  private mutating func vestingShape(from start: UInt64) -> VestingSchedule.Shape {
    let duration = 1 + (pick([below(100), below(1 << 28), next() >> below(64)]) >> 1)
    let cliff = pick([0, duration, upTo(duration)])
    switch below(6) {
    case 0: return .immediate
    case 1: return .linear(cliff: cliff, duration: duration)
    case 2:
      return .exponential(
        halfLife: 1 + upTo(3 * min(duration, 1 << 60)), cliff: cliff,
        duration: duration)
    case 3:
      return .steps(period: .seconds(duration), count: UInt32(1 + below(pick([60, 1 << 31]))))
    case 4: return .steps(period: .months(UInt32(1 + below(14))), count: UInt32(1 + below(60)))
    default:
      var times = [start]
      for _ in 0..<below(6) where times[times.count - 1] < .max {
        times.append(times[times.count - 1] + 1 + upTo((.max - times[times.count - 1] - 1) >> 8))
      }
      let shares = parts(of: 1_000_000_000, count: times.count).map { $0.asUInt64 ?? 0 }
      return .tranches(
        zip(times, shares).map { .init(time: Timestamp($0), share: Share(billionths: $1)) })
    }
  }

  /// Start, cliff, end, and some steps or all tranches: where to look, not what to find.
  private mutating func boundaries(of schedule: VestingSchedule) -> [UInt64] {
    let start = schedule.start.seconds
    let offsets: [UInt64]
    switch schedule.shape {
    case .immediate: offsets = []
    case .linear(let cliff, let duration): offsets = [cliff, duration]
    case .exponential(let halfLife, let cliff, let duration): offsets = [halfLife, cliff, duration]
    case .steps(_, let count):
      let steps = [1, 2, count, UInt32(1 + below(UInt64(count)))]
      return [start] + steps.compactMap { schedule.timeOfStep($0)?.seconds }
    case .tranches(let tranches): return tranches.map(\.time.seconds)
    }
    let sums = offsets.map { start.addingReportingOverflow($0) }
    return [start] + sums.filter { !$0.overflow }.map(\.partialValue)
  }
}

// MARK: Campaigns

struct CumulationSample {
  let campaign: Campaign
  let parent: Entitlements
  let outcomes: [ProgramOutcome]
  /// Who receives what: half of them in the plan, and half of them in rows of a source.
  let moves: [(account: Address, target: Address)]

  private var plan: Plan {
    Plan(
      name: "moves", tokens: [], campaigns: [],
      sources: [
        SourceDeclaration(
          name: "moved", file: "moved.csv", format: .csv,
          columns: [ColumnDeclaration(name: "to", kind: .address)])
      ], programs: [],
      redirects: moves[..<(moves.count / 2)].map {
        .account($0.account, to: $0.target, reason: "Moved.")
      } + [.rows(source: "moved", column: "to")])
  }

  private var rows: ArraySlice<(account: Address, target: Address)> { moves[(moves.count / 2)...] }

  func engine() -> Result<Entitlements, LawError> {
    let moved = SourceRows(
      source: "moved", accounts: rows.map(\.account), values: [rows.map(\.target.number)],
      lines: rows.map { _ in 1 })
    return Result { () throws(LawError) in
      try Cumulation.entitlements(
        of: campaign, parent: parent, outcomes: outcomes,
        redirects: Redirecting.table(of: plan, rows: ["moved": moved]))
    }
  }

  func reference() -> Result<[(account: Address, amount: BigUInt)], ReferenceLaw.Refusal> {
    let parent = zip(parent.accounts, parent.amounts.map { ReferenceLaw.big($0) })
    let allocated = outcomes.map { outcome in
      zip(outcome.accounts, outcome.amounts).map { (account: $0, amount: ReferenceLaw.big($1)) }
    }
    let moved = ReferenceLaw.Inputs.Source(
      declaration: plan.sources[0],
      rows: rows.map { ($0.account, [ReferenceLaw.big($0.target.number)]) })
    return Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.entitlements(
        parent: Dictionary(uniqueKeysWithValues: parent), allocated: allocated,
        targets: ReferenceLaw.targets(of: plan, .init(sources: ["moved": moved])),
        hasContract: campaign.deployment != nil)
    }
  }
}

extension Generator {
  mutating func cumulationSample() -> CumulationSample {
    let width = pick(Magnitude.allCases)
    let roles = Roles(owner: .zero, publisher: .zero, guardian: .zero)
    let deployment = Deployment(
      chain: 1, distributor: .zero, token: .zero, creator: .zero, salt: .zero, roles: roles)
    let isDeployed = once(in: 2)
    let campaign = Campaign(
      name: "main", token: "T", deployment: isDeployed ? deployment : nil)
    let lists = (0..<(1 + below(4))).map { _ in entitlements(width, isDeployed: isDeployed) }
    let outcomes = lists.dropFirst().map { list in
      ProgramOutcome(
        program: "p", epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
        accounts: list.accounts, amounts: list.amounts, exclusions: [], allocated: .zero,
        carry: .zero, totalWeight: nil)
    }
    return CumulationSample(
      campaign: campaign, parent: lists[0], outcomes: outcomes, moves: once(in: 2) ? moves() : [])
  }

  /// Mostly one target for each account.
  private mutating func moves() -> [(account: Address, target: Address)] {
    var moves: [(account: Address, target: Address)] = []
    for _ in 0..<below(10) {
      let (account, target) = (account(), once(in: 16) ? .zero : account())
      let isOdd = account == target || moves.contains { $0.account == account }
      if !isOdd || once(in: 12) { moves.append((account, target)) }
    }
    return moves
  }

  private mutating func entitlements(_ width: Magnitude, isDeployed: Bool) -> Entitlements {
    var amounts: [Address: UInt256] = [:]
    for _ in 0..<below(8) {
      // What a contract is asked to pay mostly lies around its bound of 2^128.
      let near = isDeployed ? pick([1, value(.extreme) >> 128, value() >> 128]) : 0
      amounts[account()] = isDeployed && !once(in: 8) ? near : value(width)
    }
    let sorted = amounts.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
    return Entitlements(accounts: sorted.map(\.key), amounts: sorted.map(\.value))
  }
}
