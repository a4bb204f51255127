import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  /// The keys that only a program of kind grants has.
  static let grantsKeys = [
    "contributor", "contribution", "match", "pairwise_bound", "surplus", "min_contribution",
    "max_contribution", "contributor_filter",
  ]

  /// How the contributions of a source are matched.
  mutating func decodeMatching(
    _ fields: Fields, source: SourceDeclaration, token: Token, _ scope: inout ExpressionScope
  ) -> Program.Basis? {
    require(
      ["contributor", "contribution", "match"], in: fields,
      "Grants are matched by what each contributor gave.")
    let contributor = contributorColumn(fields, of: source)
    let surplus = choice(fields, "surplus", Matching.Surplus.self) ?? .carry
    let contribution = contributionColumn(fields, of: source, surplus, token)
    let match = word(fields, "match", among: ["quadratic", "pairwise"])
    if match == "pairwise" {
      require(["pairwise_bound"], in: fields, "What one pair of donors receives at the most.")
    } else {
      refuse(["pairwise_bound"], in: fields, "Only pairwise matching has a bound.")
    }
    guard source.duplicates == .sum else {
      report(
        .contributionsNotSummed, at: fields.place(of: "from"), path: fields.path(of: "from"),
        found: "the source \(source.name) with `duplicates: \(source.duplicates.rawValue)`",
        expected: "one with `duplicates: sum`",
        advice: "An account has a row for every contribution to it.")
      return nil
    }
    guard let contributor, let contribution, let match, let places = contribution.places else {
      return nil
    }
    let minimum = amount(fields, "min_contribution", decimals: places)
    let maximum = decodeMaximum(fields, minimum: minimum, places: places)
    let filter = contributorFilter(fields, &scope)
    let bound = amount(fields, "pairwise_bound", decimals: places)
    if let bound, bound == .zero {
      report(
        .zeroAmount, at: fields.place(of: "pairwise_bound"),
        path: fields.path(of: "pairwise_bound"),
        found: "0", expected: "a bound above 0")
    }
    guard match == "quadratic" || bound != nil,
      (maximum == nil) != fields.has("max_contribution"),
      (filter == nil) != fields.has("contributor_filter")
    else { return nil }
    return .matched(
      Matching(
        contributor: contributor.name, contribution: contribution.name,
        method: match == "quadratic" ? .quadratic : .pairwise(bound: bound?.baseUnits ?? .zero),
        surplus: surplus, minimum: minimum?.baseUnits ?? .zero, maximum: maximum?.baseUnits,
        filter: filter))
  }

  /// At least what a donor has to give to count.
  private mutating func decodeMaximum(
    _ fields: Fields, minimum: Amount?, places: Int
  ) -> Amount? {
    guard let maximum = amount(fields, "max_contribution", decimals: places) else { return nil }
    let least = max(minimum ?? .zero, Amount(1))
    guard maximum >= least else {
      report(
        .maximumBelowMinimum, at: fields.place(of: "max_contribution"),
        path: fields.path(of: "max_contribution"),
        found: ScalarText.amount(maximum.baseUnits, decimals: places),
        expected: "at least \(ScalarText.amount(least.baseUnits, decimals: places)), what a donor "
          + "has to give to count")
      return nil
    }
    return maximum
  }

  /// A condition about donors, who have no columns and no rows of their own here.
  private mutating func contributorFilter(
    _ fields: Fields, _ scope: inout ExpressionScope
  ) -> Expression? {
    let names = scope.names
    scope.names.columns = []
    scope.names.values = []
    scope.names.isAboutDonors = true
    defer { scope.names = names }
    return condition(fields, "contributor_filter", &scope)
  }

  private mutating func contributorColumn(
    _ fields: Fields, of source: SourceDeclaration
  ) -> ColumnDeclaration? {
    guard let column = column(fields, "contributor", of: source) else { return nil }
    guard column.kind == .address else {
      reportColumnType(fields, "contributor", column, "addresses")
      return nil
    }
    return column
  }

  /// A column of numbers; of the campaign's token where matches are paid as they are.
  private mutating func contributionColumn(
    _ fields: Fields, of source: SourceDeclaration, _ surplus: Matching.Surplus, _ token: Token
  ) -> ColumnDeclaration? {
    guard let column = column(fields, "contribution", of: source) else { return nil }
    guard column.places != nil else {
      reportColumnType(fields, "contribution", column, "numbers")
      return nil
    }
    if surplus == .carry {
      guard case .amount(token.name, _, _) = column.kind else {
        reportColumnType(
          fields, "contribution", column,
          "amounts of \(token.name), or `surplus: share` to split the budget by matches")
        return nil
      }
    }
    return column
  }
}
