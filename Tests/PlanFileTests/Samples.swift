import DistributionModel
import EthereumPrimitives

@testable import PlanFile

/// The account whose 160-bit number is `number`.
func account(_ number: UInt8) -> Address {
  Address(bytes: ([UInt8](repeating: 0, count: 19) + [number])[...]) ?? .zero
}

func bytes32(_ number: UInt8) -> Bytes32 {
  Bytes32(bytes: ([UInt8](repeating: 0, count: 31) + [number])[...]) ?? .zero
}

/// Base units from decimal digits.
func units(_ digits: String) -> Amount {
  Amount((try? UInt256(decimal: digits)) ?? .zero)
}

func parse(_ text: String, limits: PlanLimits = .standard) throws(PlanErrors) -> ParsedPlan {
  try PlanFile.parse(Array(text.utf8), file: "plan.yaml", limits: limits)
}

/// What is wrong with a text; empty for a plan.
func problems(_ text: String, limits: PlanLimits = .standard) -> [PlanError] {
  problems(Array(text.utf8), limits: limits)
}

func problems(_ bytes: [UInt8], limits: PlanLimits = .standard) -> [PlanError] {
  do {
    _ = try PlanFile.parse(bytes, file: "plan.yaml", limits: limits)
    return []
  } catch {
    return error.problems
  }
}

/// A small right plan that the tables of this folder change in places.
let basePlan = """
  version: 1
  name: Base
  tokens:
    - name: ACME
      decimals: 2
      supply: 1000
    - name: USD
      decimals: 6
  campaigns:
    - name: main
      token: ACME
    - name: other
      token: USD
  epochs: {start: 2027-01-01, length: 7d, count: 3}
  sources:
    - name: users
      file: users.csv
      columns:
        - {name: points, type: integer}
        - {name: paid, type: amount, token: USD}
  programs:
    - name: drop
      kind: airdrop
      campaign: main
      budget: 500
      from: users
      weight: points
    - name: grants
      kind: premine
      campaign: main
      budget: 20%
      recipients:
        - {account: 0x00000000000000000000000000000000000000a1, amount: 150}
        - {account: 0x00000000000000000000000000000000000000a2, amount: 50}

  """

/// One place of a text to change; what is replaced stands in the text once.
struct Edit: Sendable {
  let old: String
  let new: String

  init(_ old: String, _ new: String) {
    self.old = old
    self.new = new
  }
}

struct EditFailure: Error {
  let old: String
  let count: Int
}

extension String {
  func applying(_ edits: [Edit]) throws -> String {
    var text = self
    for edit in edits {
      let parts = text.split(separator: edit.old, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw EditFailure(old: edit.old, count: parts.count - 1) }
      text = parts.joined(separator: edit.new)
    }
    return text
  }

  /// The text without its one `«`, and the line and character at which that stood.
  func takingMark() throws -> (text: String, line: Int, column: Int) {
    let parts = split(separator: "«", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw EditFailure(old: "«", count: parts.count - 1) }
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    return (parts.joined(), lines.count, (lines.last?.count ?? 0) + 1)
  }
}

/// A YAML value without places, to compare.
indirect enum Tree: Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  case text(String)
  case list([Tree])
  case mapping([Member])

  struct Member: Hashable {
    let key: String
    let value: Tree
  }

  init(stringLiteral value: String) { self = .text(value) }

  init(_ node: PlanNode) {
    switch node {
    case .scalar(let text, _): self = .text(text)
    case .list(let nodes, _): self = .list(nodes.map(Tree.init))
    case .mapping(let entries, _):
      self = .mapping(entries.map { Member(key: $0.key, value: Tree($0.value)) })
    }
  }

  static func map(_ members: KeyValuePairs<String, Tree>) -> Tree {
    .mapping(members.map { Member(key: $0.key, value: $0.value) })
  }

  /// The tree in YAML, in brackets; line ends in texts would be folded.
  var description: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .list(let trees): "[" + trees.map(\.description).joined(separator: ", ") + "]"
    case .mapping(let members):
      "{" + members.map { "\(Self.quoted($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}

func tree(_ text: String, limits: PlanLimits = .standard) throws -> Tree {
  var reader = YAMLReader(limits: limits)
  return Tree(try reader.read(Array(text.utf8)))
}

/// The kind of what is wrong with a text as YAML; nil for nothing.
func yamlProblem(_ text: String) -> PlanProblem? {
  do {
    _ = try tree(text)
    return nil
  } catch {
    return (error as? YAMLFault)?.kind
  }
}
