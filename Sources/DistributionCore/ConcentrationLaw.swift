import DistributionModel
import EthereumPrimitives

/// How a plan's tokens are spread date by date, and whether its guards hold: section 8 of
/// `docs/reference/law.md`.
public struct ConcentrationLaw {
  /// What an epoch came to.
  public struct Allocated: Sendable {
    let outcomes: [ProgramOutcome]
    let entitlements: [Entitlements]
    let clusters: ClusterTable?

    /// - Parameters:
    ///   - entitlements: of every campaign of the plan, in plan order.
    ///   - clusters: of the plan, where it declares them.
    public init(
      outcomes: [ProgramOutcome], entitlements: [Entitlements], clusters: ClusterTable?
    ) {
      self.outcomes = outcomes
      self.entitlements = entitlements
      self.clusters = clusters
    }
  }

  private let plan: Plan
  private let schedules: [UnlockSchedule]
  private let allocated: Allocated?
  /// One per token and kind of holder, where they were asked for.
  public private(set) var courses: [ConcentrationCourse] = []
  /// The worst that each guard of the plan measured, by its place.
  private var worst: [Int: GuardFinding] = [:]

  /// - Parameters:
  ///   - schedules: of the plan's tokens, in plan order.
  ///   - allocated: nil where nothing was computed, so that only budgets can be measured.
  ///   - tracksCourses: whether every date is measured, and not only those of guards.
  public init(
    plan: Plan, schedules: [UnlockSchedule], allocated: Allocated?, tracksCourses: Bool
  ) {
    self.plan = plan
    self.schedules = schedules
    self.allocated = allocated
    for schedule in schedules {
      measureInsiders(schedule)
      guard let allocated else { continue }
      for holder in ConcentrationGuard.Holder.allCases {
        guard holder == .account || plan.clusters != nil else { continue }
        measure(schedule, holder, allocated, tracksCourse: tracksCourses)
      }
    }
  }

  /// What each guard of the plan measures, in plan order.
  public var findings: [GuardFinding] {
    plan.guards.enumerated().map { index, bound in
      worst[index]
        ?? GuardFinding(index: index, bound: bound, date: nil, isLaunch: true, value: .notMeasured)
    }
  }

  // MARK: Dates

  private func dates(
    of bound: ConcentrationGuard, _ schedule: UnlockSchedule
  ) -> [Timestamp] {
    switch bound.moment {
    case .launch: Array(schedule.dates.prefix(1))
    case .time(let time): [time]
    case .every: schedule.dates
    case .fullyVested: Array(schedule.dates.suffix(1))
    }
  }

  private mutating func keep(_ finding: GuardFinding) {
    guard let known = worst[finding.index], !finding.value.isWorse(than: known.value) else {
      worst[finding.index] = finding
      return
    }
  }

  // MARK: Insiders

  /// Of budgets: what will be earned is not known before it is.
  private mutating func measureInsiders(_ schedule: UnlockSchedule) {
    let paying = plan.programs.filter { plan.campaign(of: $0).token == schedule.token.name }
    for (index, bound) in plan.guards.enumerated()
    where bound.measure == .insiders && bound.token == schedule.token.name {
      for date in dates(of: bound, schedule) {
        let free = paying.map { plan.unlocked($0, at: date) }
        let total = free.reduce(UInt256.zero, &+)
        let inside = zip(paying, free).filter(\.0.insiders)
        let part = inside.reduce(UInt256.zero) { $0 &+ $1.1 }
        keep(
          GuardFinding(
            index: index, bound: bound, date: schedule.isDated ? date : nil,
            isLaunch: date == schedule.dates.first,
            value: total.isZero ? .nobody : .share(Ratio(part, total).roundedUp),
            program: inside.max { $0.1 < $1.1 }?.0.name))
      }
    }
  }

  // MARK: Holders

  private mutating func measure(
    _ schedule: UnlockSchedule, _ holder: ConcentrationGuard.Holder, _ allocated: Allocated,
    tracksCourse: Bool
  ) {
    let guards = plan.guards.enumerated().filter { _, bound in
      bound.measure != .insiders && bound.token == schedule.token.name && bound.holder == holder
    }
    let shown = tracksCourse ? Set(schedule.dates) : []
    let guarded = guards.map { (index: $0.offset, dates: Set(dates(of: $0.element, schedule))) }
    let holdings = Holdings(
      of: schedule.token, in: plan, entitlements: allocated.entitlements,
      clusters: holder == .cluster ? allocated.clusters : nil)
    var points: [ConcentrationCourse.Point] = []
    var last: (amounts: [UInt256], measured: Measured)?
    for date in guarded.reduce(into: shown, { $0.formUnion($1.dates) }).sorted() {
      let amounts = try? holdings.amounts(at: date)
      // Between two dates often nothing changes.
      let measured =
        amounts == last?.amounts ? last?.measured ?? Measured(amounts) : Measured(amounts)
      last = amounts.map { ($0, measured) }
      if shown.contains(date), let point = measured.point(at: date) { points.append(point) }
      for (index, dates) in guarded where dates.contains(date) {
        keep(finding(index, schedule, date, measured, holdings, allocated))
      }
    }
    guard tracksCourse else { return }
    courses.append(ConcentrationCourse(token: schedule.token, holder: holder, points: points))
  }

  private func finding(
    _ index: Int, _ schedule: UnlockSchedule, _ date: Timestamp, _ measured: Measured,
    _ holdings: Holdings, _ allocated: Allocated
  ) -> GuardFinding {
    let bound = plan.guards[index]
    let owned = measured.largest.map { holdings.accounts(of: $0) } ?? []
    return GuardFinding(
      index: index, bound: bound, date: schedule.isDated ? date : nil,
      isLaunch: date == schedule.dates.first, value: measured.value(of: bound.measure),
      largest: owned.first, program: program(paying: owned, schedule.token, at: date, allocated))
  }

  /// The program of which accounts have the most at a date; the first of equal ones.
  private func program(
    paying accounts: [Address], _ token: Token, at date: Timestamp, _ allocated: Allocated
  ) -> String? {
    var most: (name: String, amount: UInt256)?
    for outcome in allocated.outcomes {
      guard let program = plan.program(named: outcome.program) else { continue }
      let campaign = plan.campaign(of: program)
      guard campaign.token == token.name else { continue }
      let list = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
      let amount = accounts.compactMap { list.index(of: $0) }.reduce(UInt256.zero) {
        $0 &+ campaign.vesting.vested(list.amounts[$1], at: date)
      }
      if amount > most?.amount ?? .zero { most = (program.name, amount) }
    }
    return most?.name
  }
}

/// Amounts of holders at one date, measured.
private struct Measured {
  /// nil where they are too large.
  private let concentration: Concentration?
  /// The holder with the most; nil where nobody has anything.
  let largest: Int?

  init(_ amounts: [UInt256]?) {
    concentration = amounts.flatMap { try? Concentration($0) }
    let isHeld = concentration.map { $0.holders > 0 } ?? false
    largest = isHeld ? amounts.flatMap { all in all.indices.max { all[$0] < all[$1] } } : nil
  }

  func value(of measure: ConcentrationGuard.Measure) -> GuardFinding.Value {
    guard let concentration else { return .tooLarge }
    guard concentration.holders > 0 else { return .nobody }
    return switch measure {
    case .largest: .share(concentration.share(ofLargest: 1).roundedUp)
    case .top(let count): .share(concentration.share(ofLargest: count).roundedUp)
    case .gini: .share(concentration.gini.roundedUp)
    case .herfindahl: .share(concentration.herfindahl.roundedUp)
    case .nakamoto(let share): .holders(concentration.nakamoto(above: share.billionths))
    case .insiders: .notMeasured
    }
  }

  func point(at date: Timestamp) -> ConcentrationCourse.Point? {
    guard let concentration, concentration.holders > 0 else { return nil }
    return ConcentrationCourse.Point(
      date: date, holders: concentration.holders, total: concentration.total,
      gini: concentration.gini.roundedUp, herfindahl: concentration.herfindahl.roundedUp,
      majorities: ConcentrationCourse.majorities.map {
        concentration.nakamoto(above: $0.billionths)
      },
      largest: concentration.share(ofLargest: 1).roundedUp,
      topTen: concentration.share(ofLargest: 10).roundedUp)
  }
}

extension GuardFinding.Value {
  /// Whether a date with this value counts, and not one with the other.
  fileprivate func isWorse(than other: Self) -> Bool {
    switch (self, other) {
    case (.tooLarge, .tooLarge), (.notMeasured, _): false
    case (.tooLarge, _): true
    case (.share(let left), .share(let right)): left > right
    case (.holders(let left), .holders(let right)): left < right
    case (_, .nobody), (_, .notMeasured): self != .nobody
    default: false
    }
  }
}

extension Ratio {
  /// A quotient that is at most 1, in billionths, rounded up.
  fileprivate var roundedUp: Share {
    Share(billionths: min(billionths(roundedUp: true) ?? .max, Share.whole.billionths))
  }
}
