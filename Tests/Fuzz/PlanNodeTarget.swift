import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile

/// A whole plan whose parts are changed, one edit per few bytes, and written in two styles: both
/// are read as the same plan, or refused for the same problems at the same paths.
@Sendable func planNodes(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  var tree = try JSON.parse(Array(wholePlan.utf8))
  while !choices.isAtEnd { tree = edited(tree, &choices) }
  let flow = try requirePlan(Array(flow(tree).utf8))
  let block = try requirePlan(Array(block(tree, margin: "").utf8))
  switch (flow, block) {
  case (.success(let left), .success(let right)):
    try require(left == right, "the style changes the plan")
  case (.failure(let left), .failure(let right)):
    func problems(_ errors: PlanErrors) -> [String] {
      errors.problems.map { "\($0.path) \($0.kind) \($0.found) \($0.expected)" }.sorted()
    }
    // With more problems than are told, the first ones may be others.
    guard left.problems.count < 50 else { return }
    try require(
      problems(left) == problems(right), "the style changes what is wrong: \(left), \(right)")
  case (let left, let right):
    throw BrokenProperty(description: "in one style \(left), in the other \(right)")
  }
}

/// The plan as it is before any edit can be read and computed, in all of its programs.
public func requireWholePlan() throws {
  let plan = try PlanFile.parse(Array(wholePlan.utf8), file: "p").plan
  let rows = SampleRows.rows(of: plan)
  let epoch = try Allocating.epoch(EpochIndex(0), of: plan, rows: rows, parent: .none)
  for outcome in epoch.outcomes {
    try require(!outcome.accounts.isEmpty, "\(outcome.program) gives nobody anything")
  }
  try requireLawAgrees(plan, rows)
}

/// The tree after an edit at a place that the bytes choose.
private func edited(_ json: JSON, _ choices: inout Choices) -> JSON {
  let step = Int(choices.byte())
  switch json {
  case .object(var members) where !members.isEmpty:
    let index = step % members.count
    switch step / 32 {
    case 7: members.remove(at: index)
    case 6: members.append(.init(key: choices.pick(words), value: members[index].value))
    case 5: members.swapAt(0, index)
    case 4 where step % 2 == 0:
      members[index] = .init(
        key: members[index].key, value: members[choices.number(members.count)].value)
    default:
      members[index] = .init(
        key: members[index].key, value: edited(members[index].value, &choices))
    }
    return .object(members)
  case .array(var elements) where !elements.isEmpty:
    let index = step % elements.count
    switch step / 32 {
    case 7: elements.remove(at: index)
    case 6: elements.append(elements[index])
    case 5: elements.swapAt(0, index)
    default: elements[index] = edited(elements[index], &choices)
    }
    return .array(elements)
  default:
    switch step / 64 {
    case 3: return .array([json])
    case 2: return .object([.init(key: choices.pick(words), value: json)])
    default: return .string(choices.pick(words))
    }
  }
}

// MARK: Two ways to write it

/// As JSON, which is YAML too, but for two escapes.
private func flow(_ json: JSON) -> String {
  switch json {
  case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
  case .object(let members):
    "{" + members.map { yamlText($0.key) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
  default: yamlText(json.text ?? "")
  }
}

/// In lines and indentation, in single quotes where the text allows it.
private func block(_ json: JSON, margin: String) -> String {
  func after(_ value: JSON) -> String {
    switch value {
    case .array(let elements) where !elements.isEmpty: "\n" + block(value, margin: margin + "  ")
    case .object(let members) where !members.isEmpty: "\n" + block(value, margin: margin + "  ")
    default: " " + scalar(value) + "\n"
    }
  }
  switch json {
  case .array(let elements) where !elements.isEmpty:
    return elements.map { margin + "-" + after($0) }.joined()
  case .object(let members) where !members.isEmpty:
    return members.map { margin + scalar(.string($0.key)) + ":" + after($0.value) }.joined()
  default: return margin + scalar(json) + "\n"
  }
}

private func scalar(_ json: JSON) -> String {
  switch json {
  case .array: return "[]"
  case .object: return "{}"
  default:
    let text = json.text ?? ""
    let needsEscapes = text.unicodeScalars.contains { $0 == "\n" || $0 == "\u{7F}" }
    return needsEscapes ? yamlText(text) : "'" + text.replacing("'", with: "''") + "'"
  }
}
