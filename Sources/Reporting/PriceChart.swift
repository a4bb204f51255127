import DistributionModel
import EthereumPrimitives

/// What the sources of a price observed, as dots over time, with the price as a line.
struct PriceChart {
  /// Of a source with more observations some are drawn, the last one among them.
  private static let dots = 60
  /// With fewer of them the table says it all.
  private static let least = 6

  // Tenths of a pixel in a drawing of 720 × 165.
  private static let left = 60
  private static let top = 60
  private static let width = 7_080
  private static let height = 1_500

  private let price: PriceSummary
  private let id: String
  private let lowest: UInt256
  private let highest: UInt256

  /// - Parameter id: unique on the page.
  init?(_ price: PriceSummary, id: String) {
    let values = price.observations.joined().map(\.value)
    guard values.count >= Self.least, let lowest = values.min(), let highest = values.max(),
      let value = price.finding.value
    else { return nil }
    self.price = price
    self.id = id
    self.lowest = min(lowest, value)
    self.highest = max(highest, value)
  }

  var words: String {
    let finding = price.finding
    return "Observations from \(price.start.iso8601) to \(price.end.iso8601), from "
      + "\(finding.text(lowest) ?? "") to \(finding.text(highest) ?? ""). The line is the price, "
      + "\(finding.text(finding.value) ?? "")."
  }

  var markup: Markup {
    let bottom = Self.top + Self.height
    let level = y(price.finding.value ?? .zero)
    return .element(
      "svg",
      ["viewBox": "0 0 720 165", "role": "img", "aria-labelledby": "\(id)-title \(id)-words"],
      .element(
        "title", ["id": "\(id)-title"], .text("Observations of \(price.finding.price.name)")),
      .element("desc", ["id": "\(id)-words"], .text(words)),
      Drawing.line(Self.left, bottom + 60, Self.left + Self.width, bottom + 60, "axis"),
      Drawing.line(Self.left, level, Self.left + Self.width, level, "equal"),
      Markup(price.observations.indices.map(dots)))
  }

  var legend: Markup {
    .element(
      "ul", ["class": "legend"],
      price.finding.sources.indices.map { index in
        .element(
          "li", [:],
          .element(
            "svg", ["viewBox": "0 0 12 12", "aria-hidden": "true"],
            .element("circle", ["class": series(index), "cx": "6", "cy": "6", "r": "5"])),
          .text(price.finding.sources[index].name))
      })
  }

  private func series(_ index: Int) -> String { "s\(index % 6)" }

  private func dots(_ index: Int) -> Markup {
    let all = price.observations[index]
    let step = (all.count + Self.dots - 1) / max(Self.dots, 1)
    // Counted from the end, so that the last one is drawn.
    let shown = all.indices.filter { (all.count - 1 - $0) % max(step, 1) == 0 }
    return Markup(
      shown.map { place in
        .element(
          "circle",
          [
            "class": series(index), "cx": Drawing.pixels(x(all[place].time)),
            "cy": Drawing.pixels(y(all[place].value)), "r": "3.5",
          ])
      })
  }

  private func x(_ time: Timestamp) -> Int {
    Self.left
      + place(
        UInt256(time.seconds - price.start.seconds),
        of: UInt256(price.end.seconds - price.start.seconds),
        on: Self.width)
  }

  private func y(_ value: UInt256) -> Int {
    // Where all values are one, they lie in the middle.
    guard lowest < highest else { return Self.top + Self.height / 2 }
    return Self.top + Self.height - place(value &- lowest, of: highest &- lowest, on: Self.height)
  }

  /// ⌊length · part / whole⌋, for a picture only.
  private func place(_ part: UInt256, of whole: UInt256, on length: Int) -> Int {
    part.multipliedFullWidth(by: UInt256(UInt64(length))).quotientAndRemainder(dividingBy: whole)?
      .quotient.asUInt256?.asInt ?? 0
  }
}
