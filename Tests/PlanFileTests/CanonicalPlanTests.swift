import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@Suite("The canonical plan: one form for one meaning")
struct CanonicalPlanTests {
  private func bytes(_ text: String) throws -> [UInt8] {
    try parse(text).plan.canonicalJSON.canonicalBytes()
  }

  @Test("A small plan's form, written out by hand")
  func form() throws {
    let expected = """
      {"campaigns":[{"deployment":null,"name":"c","terms":{"claims":"anyone","expiry":null,\
      "maximumIncrease":null,"window":86400},"token":"T","vesting":{"initial":0,\
      "shape":"immediate","start":0}}],"epochs":null,"law":1,"name":"Tiny","programs":[{\
      "basis":{"amount":null},"budget":"25","campaign":"c","emission":null,"exclude":[],\
      "kind":"premine","name":"p","recipients":[{\
      "account":"0x00000000000000000000000000000000000000a1","amount":"25"}],\
      "rounding":"largest-remainder","unallocated":"refuse"}],"sources":[],"tokens":[{\
      "decimals":1,"name":"T","supply":"125","symbol":"T"}],"version":1}
      """
    #expect(String(decoding: try bytes(tinyPlanText), as: UTF8.self) == expected)
  }

  @Test("Expressions stand in their one form, and only where the plan has them")
  func expressions() throws {
    let text = try basePlan.applying([
      Edit(
        Part.weight,
        """
            filter: points>10 and not paid=0
            values: [{name: half, value: points*.5}]
            weight: half+ sqrt( number(paid) )

        """.replacing("*.5", with: "*0.5"))
    ])
    let form = String(decoding: try bytes(text), as: UTF8.self)
    #expect(
      form.contains(
        """
        "basis":{"weightExpression":"half + sqrt(number(paid))"}
        """))
    #expect(
      form.contains(
        """
        "filter":"points > 10 and not paid = 0"
        """))
    #expect(
      form.contains(
        """
        "values":[{"name":"half","value":"points * 0.5"}]
        """))
    let bare = String(decoding: try bytes(basePlan), as: UTF8.self)
    #expect(!bare.contains("filter") && !bare.contains("values"))
    #expect(bare.contains("\"basis\":{\"weight\":\"points\"}"))
    let amount = try basePlan.applying([Edit(Part.weight, "    amount: points * 0.5\n")])
    #expect(
      String(decoding: try bytes(amount), as: UTF8.self)
        .contains("{\"amountExpression\":\"round(points * 0.5, 2, down)\"}"))
  }

  @Test("Form and hash are those that a peer makes", arguments: ["tiny", "full"])
  func peer(name: String) throws {
    let vectors = try JSON.parse(Project.data("Tests/PlanFileTests/Vectors/canonical_plans.json"))
    let vector = try #require(vectors[name])
    let plan = try parse(name == "tiny" ? tinyPlanText : fullPlanText).plan
    let canonical = plan.canonicalJSON.canonicalBytes()
    #expect(String(decoding: canonical, as: UTF8.self) == vector["canonical"]?.text)
    #expect(plan.canonicalHash.hex == vector["hash"]?.text)
  }

  @Test("Writing what means the same gives the same bytes", arguments: sameMeanings)
  func same(edits: [Edit]) throws {
    let text = try fullPlanText.applying(edits)
    #expect(text != fullPlanText)
    #expect(try bytes(text) == bytes(fullPlanText))
  }

  @Test("The order of keys gives the same bytes")
  func order() {
    check("keys in any order", runs: 60) { generator in
      var shuffler = KeyShuffler(&generator)
      return shuffler.shuffle(try tree(fullPlanText))
    } property: { tree in
      try bytes(tree.description) == bytes(fullPlanText)
    }
  }

  @Test("INV-014: changing anything that decides money changes the hash", arguments: otherMeanings)
  func different(edits: [Edit]) throws {
    let changed = try parse(fullPlanText.applying(edits)).plan
    #expect(try changed.canonicalHash != parse(fullPlanText).plan.canonicalHash)
  }

  @Test("INV-014: no two of these changes give the same hash")
  func allDifferent() throws {
    var hashes: [Bytes32: [Edit]] = [try parse(fullPlanText).plan.canonicalHash: []]
    for edits in otherMeanings {
      let plan = try parse(fullPlanText.applying(edits)).plan
      let twin = hashes.updateValue(edits, forKey: plan.canonicalHash)
      #expect(twin == nil, "\(edits) and \(twin ?? [])")
    }
  }

  @Test("The order of exclusions gives the same bytes")
  func exclusions() throws {
    let entries = (1...3).map { (number: UInt8) in
      "{account: \(account(number).hex), reason: r\(number)}"
    }
    func text(_ entries: [String]) throws -> String {
      try basePlan.applying([
        Edit(Part.weight, Part.weight + "    exclude: [\(entries.joined(separator: ", "))]\n")
      ])
    }
    #expect(try bytes(text(entries)) == bytes(text([entries[2], entries[0], entries[1]])))
    #expect(try bytes(text(entries)) != bytes(text(Array(entries[..<2]))))
  }

  @Test("Numbers above 2^53 are strings, so that every JSON reader keeps them")
  func bigNumbers() throws {
    func json(_ halfLife: String) throws -> String {
      let vesting =
        "{shape: exponential, start: 2027-01-01, duration: 1d, half_life: \(halfLife)s}"
      let (old, new) = Part.vesting(vesting)
      return String(decoding: try bytes(basePlan.applying([Edit(old, new)])), as: UTF8.self)
    }
    #expect(try json("9007199254740992").contains("\"halfLife\":9007199254740992,"))
    #expect(try json("9007199254740993").contains("\"halfLife\":\"9007199254740993\","))
  }
}

private let tinyPlanText = """
  version: 1
  name: Tiny
  tokens: [{name: T, decimals: 1, supply: 12.5}]
  campaigns: [{name: c, token: T}]
  programs:
    - name: p
      kind: premine
      campaign: c
      budget: 20%
      recipients: [{account: 0x00000000000000000000000000000000000000A1, amount: 2.5}]
  """

/// Writes trees as YAML in brackets, keys in random order.
private struct KeyShuffler {
  private var generator: Generator

  init(_ generator: inout Generator) {
    self.generator = Generator(seed: generator.next())
  }

  mutating func shuffle(_ tree: Tree) -> Tree {
    switch tree {
    case .text: return tree
    case .list(let trees): return .list(trees.map { shuffle($0) })
    case .mapping(let members):
      let shuffled = members.map { Tree.Member(key: $0.key, value: shuffle($0.value)) }
      return .mapping(shuffled.shuffled(using: &generator))
    }
  }
}
