import DistributionModel

/// What things are worth.
extension PlanDecoder {
  mutating func decodePrice(
    _ node: PlanNode, path: String, sources: Listed<SourceDeclaration>
  ) -> Named<PriceDeclaration>? {
    guard let fields = fields(node, PlanSchema.price, path: path) else { return nil }
    let name = name(fields, "name")
    let moment = choice(fields, "at", PriceDeclaration.Moment.self)
    let staleAfter = value(fields, "stale_after") { text throws(ScalarFault) in
      let seconds = try ScalarParsing.duration(text)
      guard seconds > 0 else {
        throw ScalarFault(kind: .malformedDuration, expected: "a duration above zero")
      }
      return seconds
    }
    let deviation = value(fields, "deviation", ScalarParsing.percentage)
    let observed = observedSources(fields, sources)
    guard let name, let staleAfter, let observed, let places = places(of: observed, fields),
      let atLeast = decodeAtLeast(fields, of: observed.count),
      (moment == nil) != fields.has("at"), (deviation == nil) != fields.has("deviation")
    else { return nil }
    return Named(
      name: name, path: path,
      value: PriceDeclaration(
        name: name, sources: observed.map(\.name), moment: moment ?? .end, staleAfter: staleAfter,
        deviation: deviation, atLeast: atLeast, places: places))
  }

  /// Sources of observations, each once; nil where one is wrong.
  private mutating func observedSources(
    _ fields: Fields, _ sources: Listed<SourceDeclaration>
  ) -> [SourceDeclaration]? {
    guard let entries = list(fields, "sources") else { return nil }
    var observed: [SourceDeclaration] = []
    for entry in short(entries, fields, "sources") {
      guard let name = value(entry.node, path: entry.path, ScalarParsing.name) else { continue }
      func report(_ kind: PlanProblem, _ found: String, _ expected: String, _ advice: String) {
        self.report(
          kind, at: entry.node.place, path: entry.path, found: found, expected: expected,
          advice: advice)
      }
      if observed.contains(where: { $0.name == name }) {
        report(.duplicateName, "'\(name)' again", "each source once", "Remove one of them.")
      } else if let source = sources.values.first(where: { $0.name == name }) {
        if source.observed == nil {
          report(
            .sourceWithoutObservations, "the source '\(name)' of other rows",
            "a source of observations",
            "A source has them by `time` and `observations: {value: price, places: 18}`.")
        } else {
          observed.append(source)
        }
      } else if !sources.names.contains(name) {
        report(
          .unknownSource, "'\(name)'",
          "a source that the plan lists: \(sources.names.joined(separator: ", "))",
          Suggestion.sentence(for: name, among: sources.names))
      }
    }
    return observed.count == entries.count ? observed : nil
  }

  /// The decimal places that all sources of a price have.
  private mutating func places(of sources: [SourceDeclaration], _ fields: Fields) -> Int? {
    let places = sources.compactMap { $0.observed?.places }
    guard Set(places).count == 1, let first = places.first else {
      let found = zip(sources, places).map { "\($0.name) with \($1)" }.joined(separator: ", ")
      report(
        .differentPlaces, at: fields.place(of: "sources"), path: fields.path(of: "sources"),
        found: found, expected: "the same `places` of all sources of a price",
        advice: "Declare the most that one of the files has for all of them.")
      return nil
    }
    return first
  }

  /// How many sources must count: all of them where the plan says nothing else.
  private mutating func decodeAtLeast(_ fields: Fields, of count: Int) -> Int? {
    guard fields.has("at_least") else { return count }
    return value(fields, "at_least") { text throws(ScalarFault) in
      Int(try ScalarParsing.integer(text, in: 1...UInt64(count)))
    }
  }

  /// Prices and revenue are of epochs.
  mutating func checkEpochs(_ plan: Plan) {
    guard plan.epochs == nil else { return }
    let revenue = plan.programs.indices.filter { plan.programs[$0].revenue != nil }
    let paths = (plan.prices.isEmpty ? [] : ["prices"]) + revenue.map { "programs[\($0)].budget" }
    for path in paths {
      report(
        .epochsMissing, at: positions[path] ?? .start, path: path, found: "no `epochs` in the plan",
        expected: "a schedule of epochs",
        advice: "Add `epochs: {start: 2027-01-01, length: 7d, count: 52}` to the plan.")
    }
  }

  /// A price that nothing reads is allowed, and may be a slip.
  mutating func noteUnusedPrices(_ plan: Plan) {
    let used = Set(plan.prices(readBy: plan.programs).map(\.name))
    for (index, price) in plan.prices.enumerated() where !used.contains(price.name) {
      note(at: positions["prices[\(index)].name"] ?? .start, "price \(price.name) is not used")
    }
  }
}
