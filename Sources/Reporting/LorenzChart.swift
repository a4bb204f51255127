import DistributionModel

/// The Lorenz curve: what part of all the accounts with the least have together.
struct LorenzChart {
  let spread: Spread
  let symbol: String
  /// Unique on the page.
  let id: String

  // Tenths of a pixel in a drawing of 360 × 330: one pixel of a phone is one of it.
  private static let left = 480
  private static let top = 120
  private static let width = 2_860
  private static let height = 2_640

  private func x(_ holders: Int) -> Int { Self.left + Self.width * holders / spread.holders }

  private func y(_ share: UInt64) -> Int {
    Self.top + Self.height - Int(share / 1000) * Self.height / 1_000_000
  }

  var markup: Markup {
    .element(
      "svg",
      ["viewBox": "0 0 360 330", "role": "img", "aria-labelledby": "\(id)-title \(id)-words"],
      .element("title", ["id": "\(id)-title"], .text("Lorenz curve of \(symbol)")),
      .element("desc", ["id": "\(id)-words"], .text(description)), axes, curve, half)
  }

  private var description: String {
    "The \(FigureText.accounts(middle.holders)) with the least, of \(spread.holders), have "
      + "\(FigureText.percent(middle.share)) together. If all had the same, the curve would be the "
      + "straight line from corner to corner."
  }

  /// The point at half of the accounts, or the last one before it.
  private var middle: Spread.LorenzPoint {
    spread.lorenz.last { $0.holders * 2 <= spread.holders } ?? .init(holders: 0, share: 0)
  }

  private var axes: Markup {
    var pieces: [Markup] = []
    for quarter in 0...4 {
      let label = Markup.text("\(quarter * 25)\u{202F}%")
      let across = Self.left + Self.width * quarter / 4
      let down = Self.top + Self.height - Self.height * quarter / 4
      pieces += [
        Drawing.line(Self.left, down, Self.left + Self.width, down, "grid"),
        Drawing.text(Self.left - 60, down + 40, "end", label),
        Drawing.text(across, Self.top + Self.height + 190, "middle", label),
      ]
    }
    let bottom = Self.top + Self.height
    pieces += [
      Drawing.line(Self.left, bottom, Self.left + Self.width, bottom, "axis"),
      Drawing.line(Self.left, bottom, Self.left + Self.width, Self.top, "equal"),
      Drawing.text(
        Self.left + Self.width / 2, bottom + 400, "middle",
        .text("part of the accounts, the least first")),
      Drawing.text(Self.left + 60, Self.top + 130, "start", .text("part of all \(symbol)")),
    ]
    return Markup(pieces)
  }

  private var curve: Markup {
    let points = spread.lorenz.map { Drawing.point(x($0.holders), y($0.share)) }
    let corner = Drawing.point(Self.left + Self.width, Self.top + Self.height)
    return Markup([
      .element("polygon", ["class": "area", "points": (points + [corner]).joined(separator: " ")]),
      .element("polyline", ["class": "curve", "points": points.joined(separator: " ")]),
    ])
  }

  /// The point that people ask for, told beside it; not among so few that it is far from half.
  private var half: Markup {
    guard spread.holders >= 50 else { return .none }
    let (across, down) = (x(middle.holders), y(middle.share))
    return Markup([
      .element(
        "circle",
        ["class": "dot", "cx": Drawing.pixels(across), "cy": Drawing.pixels(down), "r": "4"]),
      Drawing.text(
        across - 80, min(down - 80, Self.top + Self.height - 90), "end",
        .text("half: \(FigureText.percent(middle.share))")),
    ])
  }
}

extension Spread {
  /// What a part of the accounts (in billionths, those with the least) has together; between two
  /// points of the curve, what the lower one says.
  func share(ofLeast part: UInt64) -> UInt64 {
    lorenz.last { UInt64($0.holders) * 1_000_000_000 <= UInt64(holders) * part }?.share ?? 0
  }
}

/// Elements of a chart, placed in tenths of a pixel.
enum Drawing {
  static func pixels(_ tenths: Int) -> String {
    tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  static func point(_ x: Int, _ y: Int) -> String { "\(pixels(x)),\(pixels(y))" }

  static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ kind: String) -> Markup {
    .element(
      "line",
      [
        "class": kind, "x1": pixels(x1), "y1": pixels(y1), "x2": pixels(x2), "y2": pixels(y2),
      ])
  }

  static func text(_ x: Int, _ y: Int, _ anchor: String, _ content: Markup) -> Markup {
    .element("text", ["x": pixels(x), "y": pixels(y), "text-anchor": anchor], content)
  }
}
