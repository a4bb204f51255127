import PlanFile

/// An expression in a plan that has columns, named values, another source and an earlier program to
/// ask: it is refused with its place, or the engine and the verifier's law compute the same by it.
/// The first byte says where it stands.
@Sendable func expressionText(_ bytes: [UInt8]) throws {
  guard let first = bytes.first else { return }
  let text = yamlText(String(decoding: bytes.dropFirst(), as: UTF8.self))
  let keys = [
    "weight: \(text)", "weight: points\n  filter: \(text)", "weight: points\n  cap: \(text)",
    "amount: \(text)\n  unallocated: carry",
    "weight: named\n  values: [{name: named, value: \(text)}]",
  ]
  _ = try requirePlan(Array((expressionPlan + keys[Int(first) % keys.count] + "\n").utf8))
}

private let expressionPlan = """
  version: 1
  name: Expressions
  tokens: [{name: ACME, decimals: 6}]
  campaigns: [{name: main, token: ACME}]
  sources:
  - name: list
    file: list.csv
    columns:
    - {name: points, type: integer}
    - {name: paid, type: amount, token: ACME}
    - {name: score, type: decimal, places: 6}
    - {name: to, type: address}
    duplicates: sum
  - {name: votes, file: votes.csv, columns: [{name: cast, type: integer}], duplicates: drop}
  programs:
  - {name: first, kind: airdrop, campaign: main, budget: 5, from: votes, weight: cast}
  - name: second
    kind: airdrop
    campaign: main
    budget: 1000000
    from: list

  """ + "  "

/// A text in double quotes, as YAML reads it.
func yamlText(_ text: String) -> String {
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
