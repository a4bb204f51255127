import CanonicalJSON
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

/// A plan with a part of every kind.
private let wholePlan = """
  {"version":"1","name":"Everything","law":"1",
   "tokens":[{"name":"ACME","symbol":"$ACME","decimals":"18","supply":"1000"},
    {"name":"P","decimals":"0"}],
   "campaigns":[{"name":"open","token":"ACME"},
    {"name":"team","token":"ACME","vesting":{"shape":"linear","start":"2027-01-01T12:30:59Z",
      "initial":"2.5%","cliff":"365d","duration":"1460d"},
     "terms":{"window":"1d12h","expiry":"2040-01-01","claims":"account","maximum_increase":"0.1"},
     "deployment":{"chain":"8453","distributor":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "token":"0x0000000000000000000000000000000000000001",
      "creator":"0x0000000000000000000000000000000000000002",
      "salt":"0x0000000000000000000000000000000000000000000000000000000000000003",
      "roles":{"owner":"0x0000000000000000000000000000000000000004",
       "publisher":"0x0000000000000000000000000000000000000005",
       "guardian":"0x0000000000000000000000000000000000000006"}}},
    {"name":"steps","token":"P","vesting":{"shape":"steps","start":"2028-02-29",
      "every":"3 months","count":"8"}},
    {"name":"dated","token":"P","vesting":{"shape":"tranches","tranches":[
      {"at":"2027-01-01","share":"33.3333333%"},{"at":"2027-07-01","share":"66.6666667%"}]}},
    {"name":"fading","token":"P","vesting":{"shape":"exponential","start":"2027-01-01",
      "half_life":"1h30m","cliff":"90s","duration":"7d"}}],
   "sources":[{"name":"users","file":"users.csv","account":"wallet","duplicates":"sum",
     "columns":[{"name":"points","type":"integer"},
      {"name":"paid","type":"amount","token":"ACME","unit":"token"}]}],
   "epochs":{"start":"2027-01-01","length":"7d","count":"4"},
   "programs":[{"name":"gift","kind":"premine","campaign":"open","budget":"6",
     "recipients":[{"account":"0x00000000000000000000000000000000000000a1","amount":"2"},
      {"account":"0x00000000000000000000000000000000000000a2","amount":"4"}]},
    {"name":"drop","kind":"airdrop","campaign":"team","budget":"5%","from":"users",
     "weight":"points","rounding":"floor","unallocated":"carry",
     "exclude":[{"account":"0x00000000000000000000000000000000000000a3","reason":"ours"}]},
    {"name":"weekly","kind":"airdrop","campaign":"dated","budget":"100","from":"users",
     "weight":"points","unallocated":"carry","emission":{"shape":"table",
      "amounts":["40","30","20","10"]}}]}
  """

private let words = [
  "", "0", "1", "-1", "0x10", "1e21", "1,000", "0.5", "100%", "100.0000001%", "50%", "18", "77",
  "99999999999999999999", "18446744073709551615", "1000000",
  "115792089237316195423570985008687907853269984665640564039457584007913129639935",
  "2027-01-01", "1969-12-31", "2027-02-29", "9999-12-31T23:59:59Z", "2027-01-01T00:00:00+01:00",
  "1d", "0s", "584942417355y", "213503982334601d", "1 month", "1200 months", "every", "never",
  "linear", "steps", "tranches", "exponential", "immediate", "constant", "linear-decay",
  "exponential-decay", "table", "floor", "half-up", "largest-remainder", "carry", "refuse", "sum",
  "ACME", "P", "open", "team", "users", "points", "paid", "gift", "drop", "null", "~", "yes", "<<",
  "a b", "${HOME}", "../x.csv", "x.jsonl.gz", "premine", "airdrop", "integer", "amount", "base",
  "0x0000000000000000000000000000000000000000", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  "é", "e\u{301}", "\u{1F600}", "two\nlines", "# no comment", "- x", "&a", "*a", "!t", "'", "\"",
  "\u{7F}", "[", "{", "a: b",
]

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
    "{" + members.map { quoted($0.key) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
  default: quoted(json.text ?? "")
  }
}

private func quoted(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar -> String in
    switch scalar {
    case "\"", "\\": "\\\(scalar)"
    case "\n": "\\n"
    case "\u{7F}": "\\x7F"
    default: String(scalar)
    }
  }
  return "\"" + escaped.joined() + "\""
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
    return needsEscapes ? quoted(text) : "'" + text.replacing("'", with: "''") + "'"
  }
}
