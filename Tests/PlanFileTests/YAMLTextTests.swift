import PlanFile
import TestKit
import Testing

@Suite("YAML: every scalar is the text that was written")
struct YAMLTextTests {
  @Test(
    "What other programs take for something else keeps its text",
    arguments: [
      "no", "off", "y", "true", "null", "~", "2027-01-01", "2027-01-01T00:00:00Z", "12:30:45",
      "010", "0o17", "0x1F", "0x00000000000000000000000000000000000000a1", "1_000", "1e21", "1.50",
      ".inf", ".nan", "-0", "+1", "9007199254740993", "0b11", "a%20", "<", "=",
    ])
  func plain(text: String) throws {
    #expect(try tree("k: \(text)") == .map(["k": .text(text)]))
    #expect(try tree("[\(text)]") == .list([.text(text)]))
  }

  @Test("Quotes are taken off, and what they protect stays")
  func quotes() throws {
    #expect(
      try tree(
        """
        a: "x # y"
        b: 'it''s & *that*'
        c: "line\\nline \\u00e9 \\"q\\" \\\\"
        d: 'no \\n escape'
        e: "two
          lines"
        f: 'two

          paragraphs'
        "g: h": ""
        """)
        == .map([
          "a": "x # y", "b": "it's & *that*", "c": "line\nline é \"q\" \\", "d": "no \\n escape",
          "e": "two lines", "f": "two\nparagraphs", "g: h": "",
        ]))
  }

  @Test("A comment starts after a blank; elsewhere # is text")
  func comments() throws {
    #expect(
      try tree(
        """
        # it's & *this* !that [
        a: x#y # "
        b: https://example.org/#top # '
        # - *bold*
        c: [1, # [[[ &
          2]
        """) == .map(["a": "x#y", "b": "https://example.org/#top", "c": .list(["1", "2"])]))
  }

  @Test("Signs that mean something at the start of a value mean nothing inside it")
  func signs() throws {
    #expect(
      try tree(
        """
        a: it's 5 & 6, *this* and !that
        b: see x-'y no quote
        c: Well, *this* is it, & this, !too - 'and' "so" [on] {on}
        d: R&D *and* more
          *still* the same text
          &amp !wow
          - *no* list
        e: a ? b *c*
          'quoted' "so"
        f: well-'known
        g: 5 * 3
        h: a[&x]
        i: -&x
        j: -*x
        """)
        == .map([
          "a": "it's 5 & 6, *this* and !that", "b": "see x-'y no quote",
          "c": "Well, *this* is it, & this, !too - 'and' \"so\" [on] {on}",
          "d": "R&D *and* more *still* the same text &amp !wow - *no* list",
          "e": "a ? b *c* 'quoted' \"so\"", "f": "well-'known", "g": "5 * 3", "h": "a[&x]",
          "i": "-&x", "j": "-*x",
        ]))
  }

  @Test("Text blocks hold anything")
  func blocks() throws {
    #expect(
      try tree(
        """
        a: |
          *bold*
            &anchor
          - !tag 'x
          "open [ {
          ? key
        b: >-
          *folded*
          &text

          # no comment
        c: |2-  # a comment
            two more
          &x
        d:
          - |+
            *kept*

          - plain
        """)
        == .map([
          "a": "*bold*\n  &anchor\n- !tag 'x\n\"open [ {\n? key\n",
          "b": "*folded* &text\n# no comment", "c": "  two more\n&x",
          "d": .list(["*kept*\n\n", "plain"]),
        ]))
  }

  @Test("Mappings and lists, in blocks and brackets, over lines")
  func structures() throws {
    #expect(
      try tree(
        """
        --- # the plan
        a:
        - 1
        - b: 2
          c: 3
        -
          - x
          - - y
            - z
        d: {e: [1, 2], f: {},
          "g":h, i: }
        j: []
        ...
        """)
        == .map([
          "a": .list(["1", .map(["b": "2", "c": "3"]), .list(["x", .list(["y", "z"])])]),
          "d": .map(["e": .list(["1", "2"]), "f": .map([:]), "g": "h", "i": ""]), "j": .list([]),
        ]))
  }

  @Test("Line ends of Windows and a byte order mark change nothing")
  func lineEnds() throws {
    let unix = try parse(basePlan)
    let windows = try parse("\u{FEFF}" + basePlan.replacing("\n", with: "\r\n"))
    #expect(windows.plan == unix.plan)
    #expect(
      windows.positions.mapValues { [$0.line, $0.column] }
        == unix.positions.mapValues { [$0.line, $0.column] })
    let broken = problems("# it's\r\nversion: 1\r\nname: &a x\r\n")
    #expect(broken.map(\.kind) == [.anchorOrAlias] && broken[0].line == 3 && broken[0].column == 7)
  }

  @Test("INV-013: a tree written in any style is read back as it was")
  func roundTrip() {
    check("a written tree is read back", runs: 400) { generator in
      var writer = YAMLWriter(&generator)
      let tree = writer.makeTree(depth: 0)
      return (tree, writer.write(tree))
    } property: { sample in
      try tree(sample.1) == sample.0
    }
  }
}
