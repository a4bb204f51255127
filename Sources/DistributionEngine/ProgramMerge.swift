import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// What a program gives accounts on both sides, in ascending order.
private struct GivenMerge {
  private let old: [UInt256]
  private let new: [UInt256]
  private var left: ListCursor
  private var right: ListCursor

  init(_ old: Entitlements, _ new: Entitlements) {
    self.old = old.amounts
    self.new = new.amounts
    left = ListCursor(old.accounts)
    right = ListCursor(new.accounts)
  }

  mutating func take(_ account: Address) -> DistributionDiff.Pair<UInt256> {
    .init(
      left.take(account).first.map { old[$0] } ?? .zero,
      right.take(account).first.map { new[$0] } ?? .zero)
  }
}

extension ProgramOutcome {
  fileprivate var given: Entitlements { Entitlements(accounts: accounts, amounts: amounts) }
}

/// A program of one campaign on both sides: what it gives accounts, in ascending order, and why.
struct ProgramMerge {
  let diff: ProgramDiff
  /// The place in the list of all programs.
  private let place: Int
  private let follows: Bool
  private let outcomes: DistributionDiff.Pair<ProgramOutcome?>
  private var given: GivenMerge
  /// What earlier programs give, where this one reads it, and how many accounts get otherwise.
  private var earlier: [(program: String, given: GivenMerge, changed: Int)]
  private var refusedBefore: ListCursor
  private var refusedAfter: ListCursor
  /// What the program reads, and how many accounts have other rows there.
  private var sources: [(merge: SourceMerge, changed: Int, isOfDonors: Bool)]
  /// nil where it cannot be told what accounts come with.
  private var weights: WeightMerge?
  /// Whether amounts are stated, so that neither others nor the budget have a part in them.
  private let isGiven: Bool
  /// What the plans say otherwise about how it computes, with the account that a line is about.
  private let rule: [(key: String, account: String?)]

  var campaign: String { diff.campaign }

  /// The programs that ran on either side, those of the newer one first. One that pays another
  /// campaign now is two programs: one that is gone, and one that is new.
  static func all(
    _ old: Diffing.Side, _ new: Diffing.Side, _ changes: [PlanChange], _ follows: Bool,
    sharesSecret: Bool
  ) -> [ProgramMerge] {
    let ran = { (side: Diffing.Side) in
      side.outcomes.compactMap { outcome in
        side.plan.plan.program(named: outcome.program).map { Key(program: $0) }
      }
    }
    let after = ran(new)
    let keys = after + ran(old).filter { !after.contains($0) }
    return keys.enumerated().map { place, key in
      ProgramMerge(key, place: place, old, new, changes, follows, sharesSecret: sharesSecret)
    }
  }

  private struct Key: Equatable {
    let name: String
    let campaign: String

    init(program: Program) {
      name = program.name
      campaign = program.campaign
    }

    /// The side's program of that name, which pays that campaign and ran.
    func program(_ side: Diffing.Side) -> (program: Program, outcome: ProgramOutcome)? {
      guard let program = side.plan.plan.program(named: name), program.campaign == campaign else {
        return nil
      }
      return side.outcomes.first { $0.program == name }.map { (program, $0) }
    }
  }

  private init(
    _ key: Key, place: Int, _ old: Diffing.Side, _ new: Diffing.Side, _ changes: [PlanChange],
    _ follows: Bool, sharesSecret: Bool
  ) {
    let (before, after) = (key.program(old), key.program(new))
    guard let program = after?.program ?? before?.program else {
      preconditionFailure("the side on which it ran has the program")
    }
    let plan = (after == nil ? old : new).plan.plan
    self.place = place
    self.follows = follows
    // Nothing of the older side is compared where the newer one builds on it.
    outcomes = .init(follows ? nil : before?.outcome, after?.outcome)
    given = GivenMerge(outcomes.before?.given ?? .none, outcomes.after?.given ?? .none)
    refusedBefore = ListCursor(outcomes.before?.exclusions.map(\.account) ?? [])
    refusedAfter = ListCursor(outcomes.after?.exclusions.map(\.account) ?? [])
    let isCompared = outcomes.before != nil && outcomes.after != nil
    earlier = (isCompared ? program.joins.keys.compactMap(\.program).sorted() : []).map { name in
      let given = DistributionDiff.Pair(old.given(by: name), new.given(by: name))
      return (name, GivenMerge(given.before, given.after), Self.changed(given.before, given.after))
    }
    sources = (isCompared ? plan.sources.map(\.name) : []).compactMap { name in
      guard let asked = program.reads(name, of: plan) else { return nil }
      let merge = SourceMerge(
        name, old.counting(name, for: program), new.counting(name, for: program),
        sharesSecret: sharesSecret, asked: asked)
      let changed = merge.changedAccounts
      return (
        merge, changed.entered + changed.left + changed.changed, program.asksDonorsOnly(name)
      )
    }
    isGiven = [before?.program, after?.program].allSatisfy { $0?.basis.isGiven ?? true }
    if isCompared, let before, let after { weights = WeightMerge(before, old, after, new) }
    let places = changes.indices.filter { program.isConcerned(by: changes[$0], of: plan) }
    rule = places.map { changes[$0] }.compactMap(\.rule)
    diff = ProgramDiff(
      name: key.name, campaign: key.campaign, token: PlanReviewing.token(of: program, in: plan),
      figures: .init(
        before.map { Self.figures($0.outcome) }, after.map { Self.figures($0.outcome) }),
      planChanges: places)
  }

  private static func figures(_ outcome: ProgramOutcome) -> ProgramDiff.Figures {
    ProgramDiff.Figures(
      budget: outcome.budget.baseUnits, allocated: outcome.allocated.baseUnits,
      carry: outcome.carry.baseUnits, recipients: outcome.accounts.count,
      refused: outcome.exclusions.count)
  }

  /// How many accounts have another amount.
  private static func changed(_ old: Entitlements, _ new: Entitlements) -> Int {
    var merge = GivenMerge(old, new)
    var (left, right) = (ListCursor(old.accounts), ListCursor(new.accounts))
    var count = 0
    while let account = ListCursor.next(left, right) {
      _ = (left.take(account), right.take(account))
      let amount = merge.take(account)
      if amount.before != amount.after { count += 1 }
    }
    return count
  }

  // MARK: Accounts

  /// What the program gives an account, where it is not the same; accounts ascend.
  mutating func part(of account: Address) -> AccountDiff.Part? {
    let amount = given.take(account)
    guard amount.before != amount.after else { return nil }
    return AccountDiff.Part(
      program: place, amount: amount,
      causes: causes(of: account, isMore: amount.before < amount.after))
  }

  private mutating func causes(of account: Address, isMore: Bool) -> [DiffCause] {
    if follows { return [DiffCause(.epoch)] }
    if outcomes.before == nil { return [DiffCause(.newProgram)] }
    if outcomes.after == nil { return [DiffCause(.programGone)] }
    let (own, hasOtherRows) = rows(of: account)
    let effects = weights?.effects(on: account, isMore: isMore)
    var causes = own.map { DiffCause($0) }
    if let weight = effects?.weight {
      // A column that is the weight itself says it already.
      if case .value(_, _, _?)? = own.first, own.count == 1, weights?.isColumn == true {
        causes = [DiffCause(own[0], without: weight.without, isAgainst: weight.isAgainst)]
      } else {
        causes.append(weight)
      }
    }
    let refusals = refusals(of: account)
    causes += refusals.map { DiffCause($0) }
    // What `share_of` does is told with the weights, where they are compared.
    let rule = rule(about: account).filter { $0 != "shareOf" || effects == nil }
    let isSingledOut = refusals.contains(where: \.isByName)
    if !rule.isEmpty, effects?.isAllTold != true, !isSingledOut {
      causes.append(DiffCause(.rule(rule)))
    }
    causes += [effects?.others, effects?.budget].compactMap { $0 }
    if hasOtherRows, effects?.isPlain != true, dependsOnOthers(effects, own, refusals) {
      causes.append(DiffCause(.others(nil, places: 0)))
    }
    if !causes.isEmpty { return causes }
    // A unit of rounding, or a total of an expression.
    return [DiffCause(rule.isEmpty ? .others(nil, places: 0) : .rule(rule))]
  }

  /// Whether what others come with has a part in an account's amount, where weights and budget
  /// alone do not say it.
  private func dependsOnOthers(
    _ effects: WeightMerge.Effects?, _ own: [DiffCause.Fact], _ refusals: [DiffCause.Fact]
  ) -> Bool {
    guard !isGiven else { return false }
    // Where it is known what accounts come with, this one did not take part on both sides.
    guard weights == nil else { return effects != nil }
    return own.allSatisfy(\.isOfBothSides) && refusals.allSatisfy(\.isByOthers)
  }

  private func rule(about account: Address) -> [String] {
    var keys: [String] = []
    for (key, about) in rule where about == nil || about == account.hex {
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// What the account's own rows say otherwise, and whether those of others do.
  private mutating func rows(of account: Address) -> (own: [DiffCause.Fact], hasOthers: Bool) {
    var own: [DiffCause.Fact] = []
    var hidden: [DiffCause.Fact] = []
    var hasOthers = false
    for index in sources.indices {
      let name = sources[index].merge.name
      let rows = sources[index].merge.take(account)
      guard !sources[index].isOfDonors else {
        hasOthers = hasOthers || sources[index].changed > 0
        continue
      }
      var isChanged = true
      switch (rows.before.isEmpty, rows.after.isEmpty) {
      case (true, true): isChanged = false
      case (true, false): own.append(.entered(source: name))
      case (false, true): own.append(.left(source: name))
      case (false, false):
        isChanged = !sources[index].merge.areEqual(rows)
        own += sources[index].merge.changedValues(rows)
        hidden += sources[index].merge.hidden.map { .hidden(source: name, column: $0) }
      }
      hasOthers = hasOthers || sources[index].changed > (isChanged ? 1 : 0)
    }
    for index in earlier.indices {
      let amount = earlier[index].given.take(account)
      let isChanged = amount.before != amount.after
      if isChanged { own.append(.earlier(program: earlier[index].program, amount)) }
      hasOthers = hasOthers || earlier[index].changed > (isChanged ? 1 : 0)
    }
    return (own + hidden, hasOthers)
  }

  private mutating func refusals(of account: Address) -> [DiffCause.Fact] {
    let before = refusedBefore.take(account).first.flatMap { outcomes.before?.exclusions[$0] }
    let after = refusedAfter.take(account).first.flatMap { outcomes.after?.exclusions[$0] }
    return [before.map { .wasRefused($0.reason) }, after.map { .refused($0.reason) }]
      .compactMap { $0 }
  }
}

extension DiffCause.Fact {
  /// Whether the account stands in the source on both sides.
  fileprivate var isOfBothSides: Bool {
    switch self {
    case .entered, .left: false
    default: true
    }
  }

  /// Whether a refusal is about the account by name, whatever the rule says.
  fileprivate var isByName: Bool {
    switch self {
    case .wasRefused(let reason), .refused(let reason):
      [.excludedByPlan, .denied].contains(reason)
    default: false
    }
  }

  /// Whether a refusal follows from what others come with.
  fileprivate var isByOthers: Bool {
    switch self {
    case .wasRefused(let reason), .refused(let reason):
      [.belowFloor, .belowOneUnit, .notDrawn, .zeroMatch].contains(reason)
    default: false
    }
  }
}

extension Diffing.Side {
  fileprivate func given(by program: String) -> Entitlements {
    outcomes.first { $0.program == program }?.given ?? .none
  }

  private var clusterTable: ClusterTable? {
    plan.plan.clusters.flatMap { clusters in
      source(clusters.source).map {
        ClusterTable(
          clusters, source: ProgramInputs.Source(declaration: $0.declaration, rows: $0.rows))
      }
    }
  }

  /// The rows of a source that count for a program.
  fileprivate func counting(_ name: String, for program: Program) -> SourceMerge.Side? {
    guard let source = source(name) else { return nil }
    if case .corrections? = source.declaration.statements {
      let rows = source.rows.corrections(of: program.name, in: epoch).granted
      return SourceMerge.Side(declaration: source.declaration, rows: rows)
    }
    // By commitments no row can be ranked.
    guard !source.declaration.hasPrivateColumns else { return source }
    return SourceMerge.Side(
      declaration: source.declaration,
      rows: ProgramInputs.Source(
        declaration: source.declaration, rows: source.rows, clusters: clusterTable
      ).rows)
  }
}

extension Program {
  /// The columns of a source that it reads; nil where it does not read the source.
  fileprivate func reads(_ source: String, of plan: Plan) -> Set<String>? {
    let isClusters = shaping.holder == .cluster && plan.clusters?.source == source
    guard sources.contains(source) || isClusters else { return nil }
    let joined = Set(joins.keys).union(contributorJoins.keys)
    var asked = Set(joined.compactMap { $0.column(of: source) })
    if recipients == .source(source) {
      asked.formUnion(columns)
      // The column that ranks rows decides which of them count.
      if let column = plan.source(named: source)?.duplicatesBy { asked.insert(column) }
    }
    if isClusters, let column = plan.clusters?.column { asked.insert(column) }
    return asked
  }

  /// Whether it reads a source for its donors alone: rows there are about nobody who receives.
  fileprivate func asksDonorsOnly(_ source: String) -> Bool {
    recipients != .source(source) && !joins.keys.contains { $0.source == source }
      && contributorJoins.keys.contains { $0.source == source }
  }

  /// Whether a change of the plan is one of the program's.
  fileprivate func isConcerned(by change: PlanChange, of plan: Plan) -> Bool {
    switch change.part.kind {
    case .program: change.part.name == name
    case .source: reads(change.part.name, of: plan) != nil
    case .plan:
      (change.key.hasPrefix("clusters") && shaping.holder == .cluster)
        || prices.contains { "\(change.key).".hasPrefix("prices \($0).") }
    case .token, .campaign: false
    }
  }
}

extension PlanChange {
  /// Keys that do not say how much anybody gets; budget and emission show in what an epoch has to
  /// give.
  private static let silent = ["budget", "emission", "group", "insiders", "kind", "unallocated"]

  /// What of a program's rule it is, and about whom where it is a line about one account. What a
  /// line under `exclude` does shows in who is refused.
  fileprivate var rule: (key: String, account: String?)? {
    let first = String(key.prefix { $0.isLetter || $0.isNumber })
    guard part.kind != .source else {
      return key.hasSuffix(".private") ? nil : ("source \(part.name)", nil)
    }
    guard !Self.silent.contains(first), first != "exclude" else { return nil }
    let entry = key.split(separator: " ").dropFirst().first?.prefix { $0 != "." }
    guard let entry, entry.hasPrefix("0x") else { return (key, nil) }
    return ("its line under \(first)", String(entry))
  }
}

extension Expression.Join {
  /// The earlier program that it reads.
  fileprivate var program: String? {
    if case .allocated(let program) = self { program } else { nil }
  }
}
