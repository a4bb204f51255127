import Bundle
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Walks once through a list that ascends by account.
struct ListCursor {
  private let accounts: [Address]
  private var position = 0

  init(_ accounts: [Address]) { self.accounts = accounts }

  private var next: Address? { position < accounts.count ? accounts[position] : nil }

  /// The places of an account, which is not below the one that was asked for before.
  mutating func take(_ account: Address) -> Range<Int> {
    while position < accounts.count, accounts[position] < account { position += 1 }
    let start = position
    while position < accounts.count, accounts[position] == account { position += 1 }
    return start..<position
  }

  /// The lowest account that is left in either list.
  static func next(_ left: ListCursor, _ right: ListCursor) -> Address? {
    guard let first = left.next else { return right.next }
    return right.next.map { min(first, $0) } ?? first
  }
}

/// A source on both sides.
struct SourceMerge {
  typealias Rows = DistributionDiff.Pair<Range<Int>>

  let name: String
  private let old: CanonicalInput?
  private let new: CanonicalInput?
  private var left: ListCursor
  private var right: ListCursor
  /// Columns that are the same on both sides, and the places of their values. Private ones are not
  /// compared: of two secrets the commitments of one value differ.
  private let columns: [(declaration: ColumnDeclaration, places: DistributionDiff.Pair<Int>)]

  init(_ name: String, _ old: CanonicalInput?, _ new: CanonicalInput?) {
    self.name = name
    self.old = old
    self.new = new
    left = ListCursor(old?.rows.accounts ?? [])
    right = ListCursor(new?.rows.accounts ?? [])
    columns = (new?.declaration.columns ?? []).enumerated().compactMap { place, column in
      guard !column.isPrivate else { return nil }
      return old?.declaration.columns.firstIndex {
        $0.name == column.name && $0.places == column.places && !$0.isPrivate
      }
      .map { (column, DistributionDiff.Pair($0, place)) }
    }
  }

  var nextAccount: Address? { ListCursor.next(left, right) }

  var counts: DistributionDiff.Pair<Int> {
    .init(old?.rows.count ?? 0, new?.rows.count ?? 0)
  }

  mutating func take(_ account: Address) -> Rows { .init(left.take(account), right.take(account)) }

  /// Whether rows say the same in the columns that both sides have.
  func areEqual(_ rows: Rows) -> Bool {
    guard let old, let new, rows.before.count == rows.after.count else { return false }
    return columns.allSatisfy { column in
      old.rows.values[column.places.before][rows.before]
        .elementsEqual(new.rows.values[column.places.after][rows.after])
    }
  }

  /// The columns, of those that are asked for, in which sums over the rows are not the same.
  func changedValues(_ rows: Rows, of asked: Set<String>) -> [DiffReasons.Value] {
    guard let old, let new else { return [] }
    return columns.compactMap { column in
      guard asked.contains(column.declaration.name) else { return nil }
      let before = sum(old.rows.values[column.places.before][rows.before])
      let after = sum(new.rows.values[column.places.after][rows.after])
      guard before != after else { return nil }
      return DiffReasons.Value(
        source: name, column: column.declaration, amount: .init(before, after))
    }
  }

  /// Sums of what a law takes are below 2²⁵⁶.
  private func sum(_ values: some Sequence<UInt256>) -> UInt256 { values.reduce(.zero, &+) }
}

/// What a program gives accounts on both sides, in ascending order.
struct GivenMerge {
  private let old: [UInt256]
  private let new: [UInt256]
  private var left: ListCursor
  private var right: ListCursor

  init(_ old: ProgramOutcome?, _ new: ProgramOutcome?) {
    self.old = old?.amounts ?? []
    self.new = new?.amounts ?? []
    left = ListCursor(old?.accounts ?? [])
    right = ListCursor(new?.accounts ?? [])
  }

  mutating func take(_ account: Address) -> DistributionDiff.Pair<UInt256> {
    .init(
      left.take(account).first.map { old[$0] } ?? .zero,
      right.take(account).first.map { new[$0] } ?? .zero)
  }
}

/// A program of one campaign on both sides: what it gives accounts, in ascending order, and why.
struct ProgramMerge {
  let name: String
  let campaign: String
  /// The place in the list of all programs.
  private let place: Int
  private let outcomes: DistributionDiff.Pair<ProgramOutcome?>
  /// What is compared of the older side: nothing where the newer one builds on it.
  private let old: ProgramOutcome?
  private let program: Program
  /// The plan that has the program, the newer one where both do.
  private let plan: Plan
  private var given: GivenMerge
  /// What earlier programs give, where this one reads it.
  private var earlier: [(program: String, given: GivenMerge)]
  private var refusedBefore: ListCursor
  private var refusedAfter: ListCursor
  private var sources: [SourceMerge]

  /// The programs that ran on either side, those of the newer one first. One that pays another
  /// campaign now is two programs: one that is gone, and one that is new.
  static func all(
    _ old: Diffing.Side, _ new: Diffing.Side, follows: Bool
  ) -> [ProgramMerge] {
    let ran = { (side: Diffing.Side) in
      side.outcomes.compactMap { outcome in
        side.plan.plan.program(named: outcome.program).map { Key(program: $0) }
      }
    }
    let after = ran(new)
    let keys = after + ran(old).filter { !after.contains($0) }
    return keys.enumerated().map { place, key in
      ProgramMerge(
        key, place: place, old, new, isNewer: after.contains(key), follows: follows)
    }
  }

  private struct Key: Equatable {
    let program: String
    let campaign: String

    init(program: Program) {
      self.program = program.name
      campaign = program.campaign
    }

    func outcome(_ side: Diffing.Side) -> ProgramOutcome? {
      guard side.plan.plan.program(named: program)?.campaign == campaign else { return nil }
      return side.outcomes.first { $0.program == program }
    }
  }

  private init(
    _ key: Key, place: Int, _ old: Diffing.Side, _ new: Diffing.Side, isNewer: Bool, follows: Bool
  ) {
    let outcomes = DistributionDiff.Pair(key.outcome(old), key.outcome(new))
    plan = (isNewer ? new : old).plan.plan
    guard let program = plan.program(named: key.program) else {
      preconditionFailure("the side on which it ran has the program")
    }
    name = key.program
    campaign = key.campaign
    self.place = place
    self.outcomes = outcomes
    self.program = program
    self.old = follows ? nil : outcomes.before
    given = GivenMerge(self.old, outcomes.after)
    earlier = (follows ? [] : program.joins.keys.compactMap(\.program).sorted()).map { name in
      (
        name,
        GivenMerge(
          old.outcomes.first { $0.program == name }, new.outcomes.first { $0.program == name })
      )
    }
    refusedBefore = ListCursor(self.old?.exclusions.map(\.account) ?? [])
    refusedAfter = ListCursor(outcomes.after?.exclusions.map(\.account) ?? [])
    sources = (follows ? [] : plan.sources(readBy: [program]).map(\.name)).map { source in
      SourceMerge(
        source, old.inputs.first { $0.declaration.name == source },
        new.inputs.first { $0.declaration.name == source })
    }
  }

  /// What the program gives an account, where it is not the same; accounts ascend.
  mutating func part(of account: Address) -> AccountDiff.Part? {
    let amount = given.take(account)
    guard amount.before != amount.after else { return nil }
    return AccountDiff.Part(program: place, amount: amount, reasons: reasons(for: account))
  }

  private mutating func reasons(for account: Address) -> DiffReasons {
    var (entered, left): ([String], [String]) = ([], [])
    var values: [DiffReasons.Value] = []
    for index in sources.indices {
      let rows = sources[index].take(account)
      switch (rows.before.isEmpty, rows.after.isEmpty) {
      case (true, true): break
      case (true, false): entered.append(sources[index].name)
      case (false, true): left.append(sources[index].name)
      case (false, false):
        values += sources[index].changedValues(rows, of: columns(of: sources[index].name))
      }
    }
    let read = earlier.indices.compactMap { index -> DiffReasons.Earlier? in
      let amount = earlier[index].given.take(account)
      guard amount.before != amount.after else { return nil }
      return DiffReasons.Earlier(program: earlier[index].program, amount: amount)
    }
    let refusals = DistributionDiff.Pair(
      refusedBefore.take(account).first.flatMap { old?.exclusions[$0].reason },
      refusedAfter.take(account).first.flatMap { outcomes.after?.exclusions[$0].reason })
    return DiffReasons(
      entered: entered, left: left, values: values, earlier: read, refused: refusals)
  }

  /// The columns of a source that the program reads.
  private func columns(of source: String) -> Set<String> {
    let joined = Set(program.joins.keys).union(program.contributorJoins.keys)
      .compactMap { $0.column(of: source) }
    return program.recipients == .source(source) ? program.columns.union(joined) : Set(joined)
  }

  func diff(_ changes: [PlanChange]) -> ProgramDiff {
    let sources = Set(plan.sources(readBy: [program]).map(\.name))
    return ProgramDiff(
      name: name, campaign: campaign, token: PlanReviewing.token(of: program, in: plan),
      figures: .init(outcomes.before.map(Self.figures), outcomes.after.map(Self.figures)),
      planChanges: changes.indices.filter { index in
        let part = changes[index].part
        return part == .init(kind: .program, name: name)
          || part.kind == .source && sources.contains(part.name)
      })
  }

  private static func figures(_ outcome: ProgramOutcome) -> ProgramDiff.Figures {
    ProgramDiff.Figures(
      budget: outcome.budget.baseUnits, allocated: outcome.allocated.baseUnits,
      carry: outcome.carry.baseUnits, recipients: outcome.accounts.count,
      refused: outcome.exclusions.count)
  }
}

extension Expression.Join {
  /// The earlier program that it reads.
  fileprivate var program: String? {
    if case .allocated(let program) = self { program } else { nil }
  }
}
