import DistributionModel

/// The plan's text by lines, so that a place in it is found at once.
struct PlanText {
  let scalars: [Unicode.Scalar]
  /// Where each line starts, by YAML's line breaks.
  private let lines: [Int]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var lines = [0]
    for index in scalars.indices where Self.endsLine(scalars, index) { lines.append(index + 1) }
    self.lines = lines
  }

  /// The index of a place; the end of the text where the text has no such place.
  func index(of place: Place) -> Int {
    guard place.line <= lines.count else { return scalars.count }
    return min(lines[max(place.line, 1) - 1] + max(place.column, 1) - 1, scalars.count)
  }

  /// True for a line feed and its kin, and for the last character of a pair.
  static func endsLine(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    switch scalars[index] {
    case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
    case "\r": index + 1 == scalars.count || scalars[index + 1] != "\n"
    default: false
    }
  }
}

/// Where the characters of a value stand in the file, whatever YAML made of blanks and quotes.
struct ExpressionPlaces {
  private var places: [Expression.Place] = []

  /// - Parameters:
  ///   - text: the value as YAML gives it.
  ///   - start: where it starts in the file: at its first character, its quote or its `>`.
  init(_ text: String, at start: Place, in file: PlanText) {
    var walk = Walk(file, at: start)
    walk.skipOpening()
    // Blanks may be folded and mean nothing; every other character stands in the file as it is.
    for scalar in text.unicodeScalars {
      if !Self.isBlank(scalar) { walk.find(scalar) }
      places.append(walk.place)
      if !Self.isBlank(scalar) { walk.step() }
    }
    places.append(walk.place)
  }

  func place(of offset: Int) -> Expression.Place { places[min(offset, places.count - 1)] }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
  }

  private struct Walk {
    private let scalars: [Unicode.Scalar]
    private var index: Int
    private var line: Int
    private var column: Int

    var place: Expression.Place { Expression.Place(line: line, column: column) }

    init(_ file: PlanText, at start: Place) {
      scalars = file.scalars
      index = file.index(of: start)
      line = start.line
      column = start.column
    }

    mutating func step() {
      guard index < scalars.count else { return }
      if PlanText.endsLine(scalars, index) {
        line += 1
        column = 1
      } else {
        column += 1
      }
      index += 1
    }

    mutating func skipOpening() {
      guard index < scalars.count else { return }
      switch scalars[index] {
      case "\"", "'": step()
      case ">", "|":
        let header = line
        while index < scalars.count, line == header { step() }
      default: break
      }
    }

    /// Goes over blanks to a character; stays where something else stands, an escape for one.
    mutating func find(_ scalar: Unicode.Scalar) {
      let (index, line, column) = (index, line, column)
      while self.index < scalars.count, ExpressionPlaces.isBlank(scalars[self.index]) { step() }
      guard self.index == scalars.count || scalars[self.index] != scalar else { return }
      (self.index, self.line, self.column) = (index, line, column)
    }
  }
}
