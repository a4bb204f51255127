import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@testable import struct PlanFile.YAMLFault
@testable import struct PlanFile.YAMLReader

@Suite("YAML: what plans do without is refused, wherever it hides, and nothing crashes")
struct YAMLSafetyTests {
  @Test(
    "Anchors and aliases are found wherever a value may start",
    arguments: [
      "a: &x 1", "&x a: 1", "- &x", "[&x 1]", "{a: &x 1}", "{&x a: 1}", "a:\n  &x\n  b: 1",
      "*x", "a: *x", "- - *x", "[1,*x]", "{a: 1, *x: 2}", "*x : 1", "{\"a\":*x}", "a: & x", "a: *",
      "--- &x\na: 1", "a: 'it''s' # \"\nb: *x", "a: x-'y\nb: *x # '", "a: \"\\\"\"\nb: &x c",
      "a: |\n  text\nb: *x", "a: >2-\n   text\n*x : 1", "a: |\n\n\n  *no*\n &x b: 1",
      "a: text\n  more\nb: *x", "a: [1, # ]\n  *x]", "a: \"two\n  lines\"\nb: &x c",
      "a: '\n\n'\nb: &x c", "# it's\r\na: *x\r\n", "a: b\rc: *x", "a: b\u{85}c: *x",
      "a: b\u{2028}c: *x", "{a: b, c: d,\n*x : e}", "a:\n- b\n- *x", "[a, \"b\", *x]",
      "a: [[b]]\nc: *x", "%YAML 1.1\n---\na: *x", "a: ''\n...\n--- *x",
      "a: |\n     \n  *b\nc: 1", "k:\n  a: |1\n    &b\n  c: *x",
    ])
  func references(text: String) {
    #expect(yamlProblem(text) == .anchorOrAlias)
  }

  @Test("Where the text is no YAML, that is what is told, not what follows it")
  func order() {
    for text in [
      "a: {b: c}\n\tb: d\nc: *x", "a: b: c\nd: *x", "a: 'b\n--- '\nc: *x", "a: @b\nc: *x",
      "a: |x\nc: *x", "- a\nb\nc: *x", "[a:[\n*x]", "a: b\n\tc\nd: *x", "a: 1\nb\nc: *x",
      "a: 1\n\"b\", *x", "a: |\n\tb\nc: *x", "a: - *x", "a: \"\\\"\nb: *x",
      String(repeating: "k", count: 1100) + ": 1\nb: *x",
    ] {
      #expect(yamlProblem(text) == .malformedYAML, "\(text.debugDescription)")
    }
  }

  @Test(
    "Tags are found wherever a value may start",
    arguments: [
      "a: !x 1", "a: !!str 1", "a: ! 1", "! a: 1", "- !", "[!x]", "{a: !<tag:x> 1}", "--- !x\na: 1",
      "%TAG ! tag:example.org,2002:\n---\na: !b 1", "a: |\n  !no\nb: !x |\n  text",
    ])
  func tags(text: String) {
    #expect(yamlProblem(text) == .explicitTag)
  }

  @Test(
    "A list or a mapping as a key is found in every style",
    arguments: [
      "[a]: 1", "{a: b}: 1", "? [a]\n: 1", "x: {[a]: 1}", "- [[]]: 1", "{a: 1, {}: 2}", "? a",
      "- ? a", "{? a}", "[?a]", "{[a]: 1, [a]: 2}",
    ])
  func keys(text: String) {
    #expect(yamlProblem(text) == .complexKey)
  }

  @Test(
    "INV-012: a few lines that stand for billions of values are refused at once",
    .timeLimit(.minutes(1)))
  func laughs() {
    let names = Array("abcdefghijklmnopqrstuvwxyz").map(String.init)
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (name, before) in zip(names.dropFirst(), names) {
      let references = Array(repeating: "*\(before)", count: 9).joined(separator: ",")
      text += "\(name): &\(name) [\(references)]\n"
    }
    #expect(yamlProblem(text) == .anchorOrAlias)
    // As a key, where even looking for its double would unfold it.
    #expect(yamlProblem(text + "? *z\n: 1\n") == .anchorOrAlias)
    #expect(yamlProblem("? " + text.replacing("\n", with: "\n  ")) == .complexKey)
  }

  @Test(
    "INV-012: nesting in any style ends with an error, not with the stack",
    arguments: ["[", "{a: ", "- ", "[\n", "{a:\n", "[{a: "])
  func nesting(opening: String) {
    let deep = String(repeating: opening, count: 200_000)
    #expect(yamlProblem(deep) == .tooDeep)
    #expect(yamlProblem("a: \"]\"\nb:\n " + deep) == .tooDeep)
  }

  @Test("INV-012: deeper and deeper blocks end with an error")
  func stairs() {
    var text = ""
    for level in 0..<400 { text += String(repeating: " ", count: level) + "k:\n" }
    #expect(yamlProblem(text) == .tooDeep)
    text = ""
    for level in 0..<400 { text += String(repeating: " ", count: level) + "-\n" }
    #expect(yamlProblem(text) == .tooDeep)
  }

  @Test("Depth: as many levels as the limit, and one more", arguments: ["flow", "block", "list"])
  func depth(style: String) {
    func text(_ levels: Int) -> String {
      switch style {
      case "flow":
        "a: " + String(repeating: "[", count: levels - 1) + "x"
          + String(repeating: "]", count: levels - 1)
      case "block":
        (0..<levels).map { String(repeating: " ", count: $0) + "k:\n" }.joined()
      default: "a:\n" + String(repeating: "- ", count: levels - 1) + "x\n"
      }
    }
    #expect(yamlProblem(text(16)) == nil)
    #expect(yamlProblem(text(17)) == .tooDeep)
  }

  @Test("Values: as many as the limit, and one more")
  func values() {
    // The mapping, the list and its entries.
    let text = "a: [" + Array(repeating: "x", count: 8).joined(separator: ",") + "]"
    var limits = PlanLimits.standard
    limits.values = 10
    #expect(throws: Never.self) { try tree(text, limits: limits) }
    limits.values = 9
    #expect(throws: YAMLFault.self) { try tree(text, limits: limits) }
  }

  @Test("Bytes: as many as the limit, and one more")
  func bytes() throws {
    var limits = PlanLimits.standard
    limits.bytes = basePlan.utf8.count
    #expect(problems(basePlan, limits: limits) == [])
    #expect(problems(basePlan + " ", limits: limits).map(\.kind) == [.fileTooLarge])
  }

  @Test("INV-012: plans at their limits are read, or refused, in time", .timeLimit(.minutes(1)))
  func manyEntries() throws {
    func list(_ count: Int, _ entry: (Int) -> String) -> String {
      (0..<count).map { "  - \(entry($0))\n" }.joined()
    }
    func text(_ count: Int, campaign: String) -> String {
      "version: 1\nname: x\ntokens:\n" + list(count) { "{name: t\($0), decimals: 0}" }
        + "campaigns:\n" + list(count) { "{name: c\($0), token: t\($0)}" } + "programs:\n"
        + list(count) {
          "{name: p\($0), kind: premine, campaign: \(campaign)\($0), budget: 1, "
            + "recipients: [{account: \(account(1).hex), amount: 1}]}"
        }
    }
    #expect(problems(text(300, campaign: "c")) == [])
    let unknown = problems(text(300, campaign: "x"))
    #expect(unknown.count == 50 && unknown.allSatisfy { $0.kind == .unknownCampaign })
    let columns = list(5000) { "{name: n\($0), type: integer}" }
    let source = "sources:\n- name: s\n  file: a.csv\n  columns:\n" + columns
    #expect(problems(text(2, campaign: "c") + source).map(\.kind) == [.tooManyValues])
    let crowded = problems(text(1001, campaign: "c")).map(\.kind)
    #expect(crowded == [.tooManyValues, .tooManyValues, .tooManyValues])
  }

  @Test("INV-012: many keys in one mapping are refused in time", .timeLimit(.minutes(1)))
  func manyKeys() {
    let text = (0..<60_000).map { "k\($0): 1\n" }.joined()
    #expect(problems(text).count == 50)
  }

  /// Pieces that are easily misread where they meet.
  private static let pieces = [
    "a", "k", "-", "- ", "?", ":", ": ", ", ", ",", "[", "]", "{", "}", "&x ", "&x", "*x", "*x ",
    "'", "\"", "\\", "#", " #", "|", ">", "|-\n", ">2\n", "|+1\n", "\n", "\n", "\n ", "\n  ",
    "\n    ", "\n  - ", "\n- ", "  ", " ", "\t", "\r\n", "\r", "\n---\n", "\n...\n",
    "%YAML 1.1\n---\n", "\u{85}", "\u{2028}", "é", "\u{FEFF}", "<<: ", "\"x\"", "'y'", "k: v\n",
    "a: ", "b: |\n  ", "''", "\\\n", "%", "@", "0", "x:\n",
  ]

  @Test("No anchor of any text reaches the parser: where tokens start is the same for both")
  func agreement() {
    check("no anchor slips through", runs: 20_000) { generator in
      let start = generator.next() % 3 == 0 ? "r: &x 1\n" : ""
      return start
        + (0..<(1 + Int(generator.next() % 16))).map { _ in
          Self.pieces[Int(generator.next() % UInt64(Self.pieces.count))]
        }.joined()
    } property: { text in
      do {
        var reader = YAMLReader(limits: .standard)
        _ = try reader.read(Array(text.utf8))
        return true
      } catch let fault as YAMLFault {
        // The parser's own view of an anchor, and of an alias without one.
        return fault.found != "an anchor"
          && (fault.kind != .severalDocuments || text.contains("-")
            || text.contains("."))
      }
    }
  }
}
