import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import struct PlanFile.FieldSpecification
@testable import enum PlanFile.FieldType
@testable import struct PlanFile.ObjectType
@testable import enum PlanFile.PlanSchema

@Suite("No key of the plan is forgotten")
struct KeyCoverageTests {
  /// A key of a mapping, and where it stands.
  private struct Key {
    /// The kind of mapping and the key.
    let title: String
    /// The places of members and elements that lead there.
    let path: [Int]
  }

  private static let texts = [fullPlanText, ruledPlanText]

  /// Every key that a tree has where the schema has one.
  private static func keys(of tree: Tree, _ type: FieldType, _ path: [Int] = []) -> [Key] {
    switch (type, tree) {
    case (.object(let object), .mapping(let members)):
      members.enumerated().flatMap { place, member -> [Key] in
        guard let field = object.field(member.key) else { return [] }
        return [Key(title: "\(object.title).\(member.key)", path: path + [place])]
          + keys(of: member.value, field.type, path + [place])
      }
    case (.list(let element), .list(let trees)):
      trees.enumerated().flatMap { keys(of: $1, element, path + [$0]) }
    case (.either(let first, let second), _):
      keys(of: tree, first, path) + keys(of: tree, second, path)
    default: []
    }
  }

  private static func keys(of type: FieldType) -> Set<String> {
    switch type {
    case .object(let object):
      object.fields.reduce(into: []) { keys, field in
        keys.insert("\(object.title).\(field.name)")
        keys.formUnion(Self.keys(of: field.type))
      }
    case .list(let element): keys(of: element)
    case .either(let first, let second): keys(of: first).union(keys(of: second))
    default: []
    }
  }

  /// The tree without one member of a mapping.
  private static func removing(_ path: ArraySlice<Int>, from tree: Tree) -> Tree {
    guard let place = path.first else { return tree }
    switch tree {
    case .mapping(var members):
      guard path.count > 1 else {
        members.remove(at: place)
        return .mapping(members)
      }
      members[place] = Tree.Member(
        key: members[place].key, value: removing(path.dropFirst(), from: members[place].value))
      return .mapping(members)
    case .list(var trees):
      trees[place] = removing(path.dropFirst(), from: trees[place])
      return .list(trees)
    case .text: return tree
    }
  }

  @Test("Every key of the schema stands in one of the plans whose forms are compared")
  func everyKey() throws {
    let known = Self.keys(of: .object(PlanSchema.plan))
    let used = try Self.texts.reduce(into: Set<String>()) { used, text in
      used.formUnion(Self.keys(of: try tree(text), .object(PlanSchema.plan)).map(\.title))
    }
    #expect(known.subtracting(used).sorted() == [])
  }

  /// Keys that say how a file is read, or that are for people, and `law`, of which there is one.
  private static let withoutEffect: Set<String> = [
    "plan.law", "source.file", "source.format", "source.within", "source.account",
    "source.no_rows", "column.unit", "column.notation", "positions.unit", "observations.notation",
    "recipient.label",
  ]

  @Test(
    "INV-014: without a key a plan is refused or has another form, but for those without effect")
  func everyKeyDecides() throws {
    var (idle, deciding): (Set<String>, Set<String>) = ([], [])
    for text in Self.texts {
      let tree = try tree(text)
      let hash = try parse(text).plan.canonicalHash
      for key in Self.keys(of: tree, .object(PlanSchema.plan)) {
        let other = try? parse(Self.removing(key.path[...], from: tree).description).plan
        if other?.canonicalHash == hash {
          idle.insert(key.title)
        } else {
          deciding.insert(key.title)
        }
      }
    }
    #expect(idle.subtracting(deciding).subtracting(Self.withoutEffect).sorted() == [])
  }

  @Test(
    "INV-014: changing a rule of actions, pools, prices or rates changes the hash, each its own")
  func ruled() throws {
    var hashes: [Bytes32: [Edit]] = [try parse(ruledPlanText).plan.canonicalHash: []]
    for edits in ruledChanges {
      let plan = try parse(ruledPlanText.applying(edits)).plan
      let twin = hashes.updateValue(edits, forKey: plan.canonicalHash)
      #expect(twin == nil, "\(edits) and \(twin ?? [])")
    }
  }
}
