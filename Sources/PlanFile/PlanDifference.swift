import CanonicalJSON
import DistributionModel

extension PlanChange {
  /// What decides money and is not the same in two plans, in the order of the newer plan's form.
  ///
  /// Two plans are compared in their canonical form, so that comments, labels and other ways of
  /// writing the same thing make no difference.
  public static func changes(from old: ParsedPlan, to new: ParsedPlan) -> [PlanChange] {
    var comparison = PlanComparison(old: old, new: new)
    comparison.compare()
    return comparison.changes
  }
}

/// Compares two canonical plans, member by member.
private struct PlanComparison {
  /// A place in both plans: how people call it, and its paths in the files.
  struct Place {
    var part: PlanChange.Part
    var key: String
    var old: String?
    var new: String?

    func below(_ name: String) -> Place {
      var place = self
      place.key = key.isEmpty ? name : "\(key).\(name)"
      place.old = old.map { $0.isEmpty ? name : "\($0).\(name)" }
      place.new = new.map { $0.isEmpty ? name : "\($0).\(name)" }
      return place
    }
  }

  let old: ParsedPlan
  let new: ParsedPlan
  private(set) var changes: [PlanChange] = []
  private let oldLines: [Substring.UTF8View]
  private let newLines: [Substring.UTF8View]

  init(old: ParsedPlan, new: ParsedPlan) {
    self.old = old
    self.new = new
    oldLines = Self.lines(old)
    newLines = Self.lines(new)
  }

  private static func lines(_ plan: ParsedPlan) -> [Substring.UTF8View] {
    plan.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
  }

  private static let lists: [String: PlanChange.Kind] = [
    "tokens": .token, "campaigns": .campaign, "sources": .source, "programs": .program,
  ]

  mutating func compare() {
    let (before, after) = (old.plan.canonicalJSON, new.plan.canonicalJSON)
    for key in Self.keys(before, after) {
      if let kind = Self.lists[key] {
        compareNamed(before[key]?.elements ?? [], after[key]?.elements ?? [], kind, key)
      } else {
        let place = Place(part: .init(kind: .plan, name: new.plan.name), key: "", old: "", new: "")
        compare(before[key], after[key], at: place.below(key))
      }
    }
  }

  /// Members of either object, those of the second one first.
  private static func keys(_ before: JSON?, _ after: JSON?) -> [String] {
    let second = after?.members?.map(\.key) ?? []
    return second + (before?.members?.map(\.key) ?? []).filter { !second.contains($0) }
  }

  private mutating func compareNamed(
    _ before: [JSON], _ after: [JSON], _ kind: PlanChange.Kind, _ list: String
  ) {
    func place(_ elements: [JSON], _ name: String) -> (value: JSON, path: String)? {
      elements.firstIndex { $0["name"]?.text == name }.map { (elements[$0], "\(list)[\($0)]") }
    }
    let second = after.compactMap { $0["name"]?.text }
    let gone = before.compactMap { $0["name"]?.text }.filter { !second.contains($0) }
    for name in second + gone {
      let (left, right) = (place(before, name), place(after, name))
      let place = Place(
        part: .init(kind: kind, name: name), key: "", old: left?.path, new: right?.path)
      compare(
        left.map { Self.asWritten($0.value) }, right.map { Self.asWritten($0.value) }, at: place)
    }
  }

  /// A program's members under the keys that a plan has for them.
  private static func asWritten(_ part: JSON) -> JSON {
    guard let members = part.members else { return part }
    return .object(
      members.flatMap { member -> [JSON.Member] in
        guard member.key == "basis" || member.key == "recipients",
          let inner = member.value.members
        else { return [member] }
        let names = ["source": "from", "weightExpression": "weight", "amountExpression": "amount"]
        return inner.filter { $0.value != .null }
          .map { JSON.Member(key: names[$0.key] ?? $0.key, value: $0.value) }
      })
  }

  private mutating func compare(_ before: JSON?, _ after: JSON?, at place: Place) {
    guard before != after else { return }
    if let before, let after, before.members != nil, after.members != nil {
      for key in Self.keys(before, after) {
        compare(before[key], after[key], at: place.below(key))
      }
    } else if let left = Self.entries(before), let right = Self.entries(after) {
      let names = right.map(\.name)
      for name in names + left.map(\.name).filter({ !names.contains($0) }) {
        var entry = place
        entry.key += " \(name)"
        compare(
          left.first { $0.name == name }?.value, right.first { $0.name == name }?.value, at: entry)
      }
    } else {
      changes.append(
        PlanChange(
          part: place.part, key: place.key, before: statement(before, old, oldLines, place.old),
          after: statement(after, new, newLines, place.new)))
    }
  }

  /// The elements of a list of accounts or of named things.
  private static func entries(_ list: JSON?) -> [(name: String, value: JSON)]? {
    guard let elements = list?.elements else { return nil }
    let named = elements.compactMap { element -> (name: String, value: JSON)? in
      (element["account"] ?? element["name"])?.text.map { ($0, element) }
    }
    return named.count == elements.count ? named : nil
  }

  /// What one plan says; nil where it says nothing.
  private func statement(
    _ value: JSON?, _ plan: ParsedPlan, _ lines: [Substring.UTF8View], _ path: String?
  ) -> PlanChange.Statement? {
    guard let value, value != .null else { return nil }
    let text = value.text ?? String(decoding: value.canonicalBytes(), as: UTF8.self)
    let line = path.flatMap { Self.line(of: $0, in: plan) }
    let written = line.flatMap { lines.indices.contains($0 - 1) ? lines[$0 - 1] : nil }
    return PlanChange.Statement(
      value: text, line: line, written: written.map { String(Substring($0)).trimmed })
  }

  /// The line of a member, or of the closest one around it that the file states. The canonical
  /// form writes `halfLife` where the plan writes `half_life`.
  private static func line(of path: String, in plan: ParsedPlan) -> Int? {
    var place = path.reduce(into: "") { text, character in
      text += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
    while true {
      if let position = plan.positions[place] { return position.line }
      guard let dot = place.lastIndex(of: ".") else { break }
      place = String(place[..<dot])
    }
    return plan.positions[place + ".name"]?.line
  }
}

extension String {
  /// Without blanks at either end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
