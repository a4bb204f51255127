/// A piece of HTML or SVG. Text of others gets into it through `text` and the values of
/// attributes only, and both are escaped.
struct Markup: Sendable {
  private(set) var html: String

  static let none = Markup(html: "")

  private init(html: String) { self.html = html }

  init(_ pieces: [Markup]) { html = pieces.map(\.html).joined() }

  /// Text as it is to be read.
  static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

  /// Markup that is written in the source.
  static func fixed(_ html: StaticString) -> Markup { Markup(html: html.description) }

  /// An element with its end tag.
  static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ content: Markup...
  ) -> Markup {
    element(name, attributes, content)
  }

  static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ content: [Markup]
  ) -> Markup {
    let stated = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return Markup(html: "<\(name)\(stated)>\(Markup(content).html)</\(name)>")
  }

  static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in Printable.text(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// A table of a page.
struct PageTable {
  /// What becomes of it on a narrow screen.
  enum Shape: String {
    /// It stays as it is.
    case small
    /// Each row becomes a block, and each cell says its column.
    case blocks
    /// Each row becomes two lines: the first two cells, and the rest.
    case list
    /// Each row becomes two lines: its cells without the bar, and the bar, which is the second.
    case bars
  }

  struct Column {
    enum Kind: String {
      case words, number, bar
    }

    let title: String
    let kind: Kind

    static func words(_ title: String) -> Column { Column(title: title, kind: .words) }
    static func number(_ title: String) -> Column { Column(title: title, kind: .number) }
    static func bar(_ title: String) -> Column { Column(title: title, kind: .bar) }
  }

  private let caption: String
  private let shape: Shape
  private let columns: [Column]
  private var rows: [Markup] = []

  init(_ caption: String, _ shape: Shape, _ columns: [Column]) {
    self.caption = caption
    self.shape = shape
    self.columns = columns
  }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; its first cell is what the row is about.
  mutating func add(_ cells: [Markup], isTotal: Bool = false) {
    precondition(cells.count == columns.count, "one cell per column")
    let marked = zip(columns, cells).enumerated().map { index, entry in
      let (column, cell) = entry
      // What is longer than a usual amount may be broken, so that it pushes nothing off the page.
      let kind =
        column.kind.rawValue + (cell.html.count > (column.kind == .number ? 20 : 16) ? " long" : "")
      // Roles keep the table a table where style makes blocks of its rows.
      return index == 0
        ? Markup.element("th", ["scope": "row", "role": "rowheader", "class": kind], cell)
        : Markup.element(
          "td", ["class": kind, "role": "cell", "data-column": column.title], cell)
    }
    rows.append(.element("tr", ["role": "row", "class": isTotal ? "total" : "line"], marked))
  }

  var markup: Markup {
    let titles = columns.map { column in
      Markup.element(
        "th",
        ["scope": "col", "role": "columnheader", "class": column.kind.rawValue],
        .text(column.title))
    }
    return .element(
      "table", ["role": "table", "class": shape.rawValue],
      .element("caption", [:], .text(caption)),
      .element("thead", ["role": "rowgroup"], .element("tr", ["role": "row"], titles)),
      .element("tbody", ["role": "rowgroup"], rows))
  }
}
