import EthereumPrimitives

/// What the lines of a file are about.
struct LineSubject: Sendable {
  /// How many fields, from the first on, stand before its value; 0 where a line is one value.
  let fieldCount: Int
  /// Which of them say what a line is about.
  let keys: [Int]
  /// How a line is called, by those fields.
  let name: @Sendable ([String]) -> String

  static let allocations = LineSubject(fieldCount: 3, keys: [0, 2]) {
    "allocation of \($0[2]) by program \($0[0])"
  }
  static let exclusions = LineSubject(fieldCount: 3, keys: [0, 2]) {
    "refusal of \($0[2]) by program \($0[0])"
  }
  static let entitlements = LineSubject(fieldCount: 2, keys: [0, 1]) {
    "entitlement of \($0[1]) in campaign \($0[0])"
  }
  static let rows = LineSubject(fieldCount: 1, keys: [0]) { "row of \($0[0])" }
  static let whole = LineSubject(fieldCount: 0, keys: []) { _ in "" }
}

/// The first line in which a published text is not the one that comes out.
struct LineDifference {
  typealias Line = ArraySlice<UInt8>

  /// Counted from 1, in the published text; of a missing line, where it belongs.
  let number: Int
  /// nil where the line is missing.
  let published: Line?
  /// nil where the line is one too many.
  let recomputed: Line?
  /// Both texts have both lines, one before the other.
  var isOrder = false

  /// - Returns: nil where no line differs.
  init?(_ published: [UInt8], _ recomputed: [UInt8], _ subject: LineSubject) {
    let (left, right) = (StrangerFiles.lines(published), StrangerFiles.lines(recomputed))
    let start = zip(left, right).prefix { $0 == $1 }.count
    guard start > 0 else {
      // A header that is another one: what follows is about something else.
      self.init(number: 1, left.first, right.first)
      return
    }
    let (mine, theirs) = (left[start...], right[start...])
    func twin(of line: Line, in lines: ArraySlice<Line>, notIn others: ArraySlice<Line>) -> Int? {
      let key = subject.key(line)
      return lines.firstIndex { subject.key($0) == key && !others.contains($0) }
    }
    if let line = mine.first, !theirs.contains(line) {
      let twin = twin(of: line, in: theirs, notIn: mine).map { right[$0] }
      self.init(number: start + 1, line, twin)
    } else if let line = theirs.first, !mine.contains(line) {
      let twin = twin(of: line, in: mine, notIn: theirs)
      self.init(number: (twin ?? start) + 1, twin.map { left[$0] }, line)
    } else if let line = mine.first, let other = theirs.first {
      self.init(number: start + 1, line, other)
      isOrder = true
    } else {
      return nil
    }
  }

  private init(number: Int, _ published: Line?, _ recomputed: Line?) {
    self.number = number
    self.published = published
    self.recomputed = recomputed
  }

  /// What differs, and both values: of two lines about the same only what is not the same.
  func told(_ subject: LineSubject) -> (what: String, published: String, recomputed: String) {
    let text = { (line: Line?) in line.map { String(decoding: $0, as: UTF8.self) } }
    let (left, right) = (text(published), text(recomputed))
    guard let line = published ?? recomputed, let fields = subject.fields(line), number > 1 else {
      return ("line \(number)", left ?? "(nothing)", right ?? "(nothing)")
    }
    let what = subject.name(fields)
    guard !isOrder else { return ("order of lines: " + what, left ?? "", right ?? "") }
    let key = fields.joined(separator: ",") + ","
    let areAlike = [left, right].allSatisfy { $0?.hasPrefix(key) ?? true }
    let value = { (line: String?) in
      line.map { areAlike ? String($0.dropFirst(key.count)) : $0 } ?? "(nothing)"
    }
    return (what, value(left), value(right))
  }
}

extension LineSubject {
  /// What stands before a line's value; nil where it has no such fields.
  func fields(_ line: LineDifference.Line) -> [String]? {
    guard fieldCount > 0 else { return nil }
    let fields = line.split(separator: 0x2C, omittingEmptySubsequences: false)
    guard fields.count > fieldCount, let text = String(validating: line, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
    else { return nil }
    return fields.prefix(fieldCount).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Equal for lines about the same, in whatever case.
  fileprivate func key(_ line: LineDifference.Line) -> [String] {
    guard let fields = fields(line) else { return [String(decoding: line, as: UTF8.self)] }
    return keys.map { fields[$0].lowercased() }
  }
}

extension VerificationRun {
  /// Compares two texts and tells the first line in which they differ.
  ///
  /// - Parameter reason: why it is as recomputed, by the fields that the line is about.
  func compareLines(
    _ published: [UInt8], _ recomputed: [UInt8], _ file: String, _ subject: LineSubject,
    _ reason: ([String]?) -> String
  ) throws(VerificationReport.Difference) {
    guard published != recomputed else { return }
    guard let difference = LineDifference(published, recomputed, subject) else {
      throw VerificationReport.Difference(
        what: "end of the file", place: file,
        published: published.last == 0x0A ? "a line end" : "none",
        recomputed: recomputed.last == 0x0A ? "a line end" : "none",
        reason: "Every line ends with a line feed.")
    }
    let told = difference.told(subject)
    let line = difference.published ?? difference.recomputed
    throw VerificationReport.Difference(
      what: told.what, place: "\(file), line \(difference.number)", published: told.published,
      recomputed: told.recomputed, reason: reason(line.flatMap(subject.fields)))
  }
}
