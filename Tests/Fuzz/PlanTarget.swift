import CanonicalJSON
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile

/// The text of a plan: every mistake has its place, what is taken has one form that no blanks
/// or comments change, and what it would do can be computed, or is refused by the law.
@Sendable func planText(_ bytes: [UInt8]) throws {
  _ = try requirePlan(bytes)
}

/// The plan's hash, or what is wrong with it.
func requirePlan(_ bytes: [UInt8]) throws -> Result<Bytes32, PlanErrors> {
  switch parsed(bytes) {
  case .failure(let errors):
    try require(!errors.problems.isEmpty, "refused without a problem")
    for problem in errors.problems {
      try requireReadable(problem)
      try require(!problem.found.isEmpty && !problem.expected.isEmpty, "no words: \(problem)")
      try requirePlanPlace(bytes, problem)
      try require(problem.path.utf8.count <= 303, "a path of \(problem.path.utf8.count) bytes")
      try requireSeenBefore(problem)
    }
    return .failure(errors)
  case .success(let plan):
    try requireOneForm(plan, bytes)
    try requireComputes(plan.plan)
    return .success(plan.plan.canonicalHash)
  }
}

private func parsed(
  _ bytes: [UInt8], limits: PlanLimits = .standard
) -> Result<ParsedPlan, PlanErrors> {
  outcome { () throws(PlanErrors) in try PlanFile.parse(bytes, file: "p", limits: limits) }
}

/// Lines of YAML end in ways of their own, so that a place is held against the characters alone.
private func requirePlanPlace(
  _ bytes: [UInt8], _ problem: PlanError
) throws(BrokenProperty) {
  let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
  let breaks = text.count { "\r\n\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }
  let isInside =
    (1...breaks + 1).contains(problem.line) && (1...text.count + 2).contains(problem.column)
  try require(isInside, "the place is outside: \(problem)")
}

/// What the walk before the parser is there to refuse never comes as far as the tree.
private func requireSeenBefore(_ problem: PlanError) throws(BrokenProperty) {
  let late = ["an anchor", "an alias", "a list or a mapping as a key"]
  let isLate = late.contains(problem.found) && problem.advice.isEmpty
  try require(!isLate, "the walk before the parser let it pass: \(problem)")
}

private func requireOneForm(_ parsed: ParsedPlan, _ bytes: [UInt8]) throws {
  let plan = parsed.plan
  let canonical = plan.canonicalJSON.canonicalBytes()
  try require(try JSON.parse(canonical).canonicalBytes() == canonical, "no canonical JSON")
  let more = outcome { () throws(PlanErrors) in
    try PlanFile.parse(bytes + Array("\n# a comment\n".utf8), file: "p")
  }
  try require(
    (try? more.get().plan.canonicalHash) == plan.canonicalHash, "a comment changes the plan")
  var limits = PlanLimits.standard
  limits.bytes = bytes.count - 1
  guard case .failure(let errors) = Fuzz.parsed(bytes, limits: limits),
    errors.problems.map(\.kind) == [.fileTooLarge]
  else { throw BrokenProperty(description: "a byte more than the limit is taken") }
}

/// The first epoch of every program over a few rows.
private func requireComputes(_ plan: Plan) throws {
  guard plan.epochs?.count ?? 0 <= 2000 else { return }
  let rows = SampleRows.rows(of: plan)
  try requireLawAgrees(plan, rows)
  switch outcome({ () throws(LawError) in try PlanReviewing.review(plan, rows: rows) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let review):
    for use in review.programs {
      guard let outcome = use.outcome else { continue }
      let sum = outcome.allocated.baseUnits.adding(outcome.carry.baseUnits)
      try require(sum == outcome.budget.baseUnits, "allocated and carry are not the budget")
      let emitted = use.epochs.reduce(UInt256.zero, &+)
      try require(emitted == use.program.budget.baseUnits, "epochs are not the budget")
    }
    for unlocks in review.unlocks {
      let points = unlocks.points
      let rises = zip(points, points.dropFirst()).allSatisfy {
        $0.time < $1.time && $0.unlocked <= $1.unlocked
      }
      try require(rises, "what is unlocked falls")
      try require(points.last.map { $0.unlocked == unlocks.total } ?? true, "not all is unlocked")
    }
    for schedule in review.schedules {
      try require(schedule.unlocked.last == schedule.budget, "not all is free at the end")
    }
    try require(review.guards.count == plan.guards.count, "a guard without a finding")
  }
}
