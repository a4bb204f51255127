import DistributionModel

extension PlanDecoder {
  static let measures = ["largest", "top", "gini", "hhi", "nakamoto", "insiders"]
  static let mostHolders: UInt64 = 1_000_000

  mutating func decodeGuards(_ fields: Fields, tokens: Listed<Token>) -> [ConcentrationGuard] {
    let entries = short(list(fields, "guards") ?? [], fields, "guards")
    return entries.compactMap { entry in
      decodeGuard(
        entry.node, path: entry.path, tokens: tokens, hasClusters: fields.has("clusters"))
    }
  }

  private mutating func decodeGuard(
    _ node: PlanNode, path: String, tokens: Listed<Token>, hasClusters: Bool
  ) -> ConcentrationGuard? {
    guard let fields = fields(node, PlanSchema.guarding, path: path) else { return nil }
    let word = word(fields, "measure", among: Self.measures)
    let holder = choice(fields, "per", ConcentrationGuard.Holder.self)
    let moment = decodeMoment(fields)
    if holder == .cluster, !hasClusters {
      report(
        .clustersMissing, at: fields.place(of: "per"), path: fields.path(of: "per"),
        found: "no `clusters` in the plan", expected: "them, or `per: account`",
        advice: "Write `clusters: {source: …, column: …}`: they say who is one holder.")
    }
    var token = reference(fields, "token", to: tokens.names, .unknownToken, "token")
    if !fields.has("token"), tokens.names.count == 1 {
      token = tokens.names.first
    } else if !fields.has("token") {
      require(["token"], in: fields, "The plan has several tokens.")
    }
    guard let word, let measure = decodeMeasure(word, fields),
      let bound = decodeBound(word, fields), let token
    else { return nil }
    return ConcentrationGuard(
      measure: measure, bound: bound, holder: holder ?? .account, moment: moment ?? .launch,
      token: token)
  }

  private mutating func decodeMeasure(
    _ word: String, _ fields: Fields
  ) -> ConcentrationGuard.Measure? {
    if word != "top" { refuse(["count"], in: fields, "Only `top` counts holders.") }
    if word != "nakamoto" {
      refuse(["threshold"], in: fields, "Only `nakamoto` counts up to a threshold.")
    }
    switch word {
    case "largest": return .largest
    case "top":
      require(["count"], in: fields, "How many of the largest holders are taken together.")
      return integer(fields, "count", in: PlanSchema.guarding).map { .top(Int($0)) }
    case "gini": return .gini
    case "hhi": return .herfindahl
    case "nakamoto":
      require(["threshold"], in: fields, "More than this part of all is held by them.")
      return decodeThreshold(fields).map { .nakamoto(above: $0) }
    default:
      refuse(["per"], in: fields, "Programs are marked as insiders', not holders.")
      return .insiders
    }
  }

  private mutating func decodeThreshold(_ fields: Fields) -> Share? {
    guard let share = value(fields, "threshold", ScalarParsing.percentage) else { return nil }
    guard share < .whole else {
      report(
        .wholeThreshold, at: fields.place(of: "threshold"), path: fields.path(of: "threshold"),
        found: "100%", expected: "less than 100%", advice: "Nobody has more than all: 50% is usual."
      )
      return nil
    }
    return share
  }

  private mutating func decodeBound(
    _ word: String, _ fields: Fields
  ) -> ConcentrationGuard.Bound? {
    guard word == "nakamoto" else {
      refuse(["at_least"], in: fields, "A part of all is bounded from above, with `at_most`.")
      require(["at_most"], in: fields, "The largest part that passes.")
      return value(fields, "at_most", ScalarParsing.percentage).map { .atMost($0) }
    }
    refuse(["at_most"], in: fields, "A number of holders is bounded from below, with `at_least`.")
    require(["at_least"], in: fields, "The smallest number of holders that passes.")
    return integer(fields, "at_least", in: PlanSchema.guarding).map { .atLeast(Int($0)) }
  }

  private mutating func decodeMoment(_ fields: Fields) -> ConcentrationGuard.Moment? {
    value(fields, "at") { text throws(ScalarFault) in
      switch text {
      case "launch": .launch
      case "every": .every
      case "fully-vested": .fullyVested
      default: .time(try ScalarParsing.time(text))
      }
    }
  }
}
