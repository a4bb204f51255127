import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  /// The keys that only a program of kind grants has.
  static let grantsKeys = [
    "contributor", "contribution", "match", "pairwise_bound", "surplus", "min_contribution",
  ]

  /// How the contributions of a source are matched.
  mutating func decodeMatching(
    _ fields: Fields, source: SourceDeclaration, token: Token
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
    let bound = amount(fields, "pairwise_bound", decimals: places)
    if let bound, bound == .zero {
      report(
        .zeroAmount, at: fields.place(of: "pairwise_bound"),
        path: fields.path(of: "pairwise_bound"),
        found: "0", expected: "a bound above 0")
    }
    guard match == "quadratic" || bound != nil else { return nil }
    return .matched(
      Matching(
        contributor: contributor.name, contribution: contribution.name,
        method: match == "quadratic" ? .quadratic : .pairwise(bound: bound?.baseUnits ?? .zero),
        surplus: surplus, minimum: minimum?.baseUnits ?? .zero))
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
