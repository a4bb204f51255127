import DistributionModel
import EthereumPrimitives

/// How a price was found, source by source.
enum PriceText {
  static func lines(_ finding: PriceFinding) -> [String] {
    let price = finding.price
    let counting = finding.sources.count { $0.standing == .counts }
    let title =
      "price \(price.name): \(finding.text(finding.value) ?? "none"), the median of \(counting) of "
      + "\(price.sources.count.counted("source")) \(words(price.moment))"
    return [title] + finding.sources.map { "  \($0.name): \(words($0, finding))" }
  }

  static func words(_ moment: PriceDeclaration.Moment) -> String {
    switch moment {
    case .start: "at the start of the epoch"
    case .end: "at the end of the epoch"
    case .average: "on average over the epoch"
    }
  }

  private static func words(_ source: PriceFinding.Source, _ finding: PriceFinding) -> String {
    let value = finding.text(source.value) ?? "no value"
    switch source.standing {
    case .counts: return value
    case .stale:
      return "left out: nothing that is at most \(DurationText.words(finding.price.staleAfter)) old"
    case .deviates:
      let bound = finding.price.deviation.map { "\($0)" } ?? ""
      let median = finding.text(finding.median) ?? ""
      return "\(value), left out: more than \(bound) from the median of all, \(median)"
    }
  }
}
