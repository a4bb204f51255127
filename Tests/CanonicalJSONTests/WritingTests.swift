import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Writing JSON")
struct WritingTests {
  @Test("INV-013: what was written is read as what it was, in both forms")
  func roundTrip() {
    check("JSON", runs: 1000) {
      json(&$0)
    } property: { value -> Bool in
      let (pretty, compact) = (Array(value.prettyText().utf8), value.canonicalBytes())
      let read = try JSON.parse(pretty)
      return try read == value && areSame(read, value) && read.canonicalBytes() == compact
        && JSON.parse(compact).canonicalBytes() == compact
    }
  }

  @Test("The canonical form is the same for any order of members and any blanks")
  func oneForm() throws {
    let expected = #"{"":[],"a":{"x":1,"y":[2,{"b":null,"c":true}]},"b":"é"}"#
    for text in [
      expected, #"{"b":"\u00e9","a":{"y":[2,{"c":true,"b":null}],"x":1},"":[]}"#,
      "{ \"a\" : {\n\"y\":[2 , {\"b\":null,\"c\":true}],\"x\":1},\"\":[ ],\t\"b\":\"é\"}",
    ] {
      #expect(canonical(try parse(text)) == expected)
    }
    #expect(canonical(try parse(#"[{"b":1,"a":2},{"a":3}]"#)) == #"[{"a":2,"b":1},{"a":3}]"#)
  }

  @Test("The canonical form is Python's")
  func peer() throws {
    func bytes(_ digits: String) -> [UInt8] {
      let nibbles = digits.compactMap { UInt8(String($0), radix: 16) }
      return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = try Data(contentsOf: folder.appendingPathComponent("Vectors/canonical.json"))
    let cases = try #require(try JSON.parse([UInt8](file))["cases"]?.elements)
    #expect(cases.count == 42)
    for (index, entry) in cases.enumerated() {
      let text = bytes(try #require(entry["text"]?.text))
      let expected = bytes(try #require(entry["canonical"]?.text))
      #expect(try JSON.parse(text).canonicalBytes() == expected, "case \(index)")
      #expect(try JSON.parse(expected).canonicalBytes() == expected, "case \(index)")
    }
  }

  @Test("Strings are escaped as in RFC 8785, by its own example")
  func publishedExample() throws {
    let text = #""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#
    #expect(canonical(try parse(text)) == #""€$\u000f\nA'B\"\\\\\"/""#)
  }

  @Test("Control characters, quotes and backslashes are escaped, and nothing else")
  func escapes() {
    let short: [UInt32: String] = [
      0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: "\\\"", 0x5C: "\\\\",
    ]
    let scalars = (0..<0x800).compactMap { Unicode.Scalar(UInt32($0)) } + ["\u{2028}", "🦊", "狐"]
    for scalar in scalars {
      let digits = String(scalar.value, radix: 16)
      let escape = "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let expected = short[scalar.value] ?? (scalar.value < 0x20 ? escape : String(scalar))
      let character = String(scalar)
      #expect(canonical(.string(character)) == "\"\(expected)\"")
      #expect(
        canonical(.object([JSON.Member(key: character, value: .null)])) == "{\"\(expected)\":null}")
    }
  }

  @Test("Keys are in the order of their UTF-8 bytes, where RFC 8785 takes UTF-16")
  func order() {
    // The keys of RFC 8785's example; there the last two change places.
    let keys = ["\u{20AC}", "\r", "\u{FB33}", "1", "😀", "\u{80}", "\u{F6}"]
    let object = JSON.object(keys.map { JSON.Member(key: $0, value: .null) })
    #expect(
      canonical(object)
        == "{\"\\r\":null,\"1\":null,\"\u{80}\":null,\"ö\":null,\"€\":null,\"\u{FB33}\":null,"
        + "\"😀\":null}")
    let cases = ["a": 0, "B": 1, "aa": 2, "b": 3, "": 4, "A": 5]
    let mixed = JSON.object(cases.map { JSON.Member(key: $0.key, value: .integer($0.value)) })
    #expect(canonical(mixed) == #"{"":4,"A":5,"B":1,"a":0,"aa":2,"b":3}"#)
    // é in one scalar and in two: two keys, which Swift's order would hold equal.
    let forms = JSON.object([
      JSON.Member(key: "\u{E9}", value: .null), JSON.Member(key: "e\u{301}", value: .null),
    ])
    #expect(canonical(forms).utf8.elementsEqual("{\"e\u{301}\":null,\"\u{E9}\":null}".utf8))
  }

  @Test("The pretty form has two blanks per level and members in their own order")
  func pretty() throws {
    let value = try parse(
      #"{"b":[1,[],{},[2,"x"]],"a":{"z":null,"y":true},"e":[],"o":{},"q":"\"\n"}"#)
    #expect(
      value.prettyText() == """
        {
          "b": [
            1,
            [],
            {},
            [
              2,
              "x"
            ]
          ],
          "a": {
            "z": null,
            "y": true
          },
          "e": [],
          "o": {},
          "q": "\\"\\n"
        }
        """)
    #expect(JSON.array([]).prettyText() == "[]" && JSON.object([]).prettyText() == "{}")
    #expect(JSON.string("a").prettyText() == "\"a\"" && JSON.bool(false).prettyText() == "false")
  }
}
