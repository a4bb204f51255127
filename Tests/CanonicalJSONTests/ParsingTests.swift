import CanonicalJSON
import TestKit
import Testing

@Suite("Reading JSON")
struct ParsingTests {
  @Test("Values of every kind, with blanks wherever they may be")
  func values() throws {
    let text = """
       \t{ "a" : [ null , true,false ] ,\r
        "b":{"":"x"} , "c" :[] , "d": { },"e":-1.5e+3 }\u{20}

      """
    let expected = JSON.object([
      JSON.Member(key: "a", value: .array([.null, .bool(true), .bool(false)])),
      JSON.Member(key: "b", value: .object([JSON.Member(key: "", value: .string("x"))])),
      JSON.Member(key: "c", value: .array([])),
      JSON.Member(key: "d", value: .object([])),
      JSON.Member(key: "e", value: .number("-1.5e+3")),
    ])
    #expect(try parse(text) == expected)
    for (text, value) in [("null", JSON.null), (" true ", .bool(true)), ("\"\"", .string(""))] {
      #expect(try parse(text) == value)
    }
  }

  @Test(
    "Numbers are kept as they are written",
    arguments: [
      "0", "-0", "7", "-7", "10", "0.0", "1.10", "9007199254740993", "1e21", "1E+21", "1e-7",
      "-0.5E0", "1e99999", "123456789012345678901234567890123456789012345678901234567890",
    ])
  func numbers(literal: String) throws {
    #expect(try parse(literal) == .number(literal))
    #expect(try parse("[\(literal)]") == .array([.number(literal)]))
    #expect(canonical(.number(literal)) == literal)
  }

  @Test("Every escape stands for its character, and any other character for itself")
  func escapes() throws {
    let text = #""\" \\ \/ \b \f \n \r \t \u0041 \u00e9 \u00E9 \u0000 \uFFFF / é狐🦊""#
    #expect(
      try parse(text).text
        == "\" \\ / \u{8} \u{C} \n \r \t A é é \u{0} \u{FFFF} / é狐🦊")
    #expect(try parse("\"\u{7F}\u{2028}\"").text == "\u{7F}\u{2028}")
  }

  @Test("Two halves of a surrogate pair are one character")
  func surrogates() throws {
    for (escaped, scalar) in [
      (#"\uD800\uDC00"#, 0x10000), (#"\ud83e\udd8a"#, 0x1F98A), (#"\uDBFF\uDFFF"#, 0x10FFFF),
      (#"\uD7FF"#, 0xD7FF), (#"\uE000"#, 0xE000),
    ] as [(String, UInt32)] {
      let text = try #require(try parse("\"\(escaped)\"").text)
      #expect(text.unicodeScalars.map(\.value) == [scalar], "\(escaped)")
    }
  }

  @Test("Keys are different where their bytes are, whatever Swift's strings think")
  func normalForms() throws {
    let object = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2, \"K\": 3, \"\u{212A}\": 4}")
    #expect(object.members?.map(\.value) == ["1", "2", "3", "4"].map { .number($0) })
    #expect(object["\u{E9}"] == .number("1") && object["e\u{301}"] == .number("2"))
    #expect(object["K"] == .number("3") && object["\u{212A}"] == .number("4"))
    #expect(try parse("{\"\u{212A}\": 1}")["K"] == nil)
  }

  @Test("A key may stand again in another object, and values may repeat")
  func repeatedElsewhere() throws {
    #expect(throws: Never.self) { try parse(#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#) }
  }

  @Test("The parts of a value by their kind, and nothing of another kind")
  func parts() throws {
    let object = try parse(#"{"t":"x","n":12,"l":[1],"o":{"p":null}}"#)
    #expect(object["t"]?.text == "x" && object["n"]?.wholeNumber == 12)
    #expect(object["l"]?.elements == [.number("1")] && object["o"]?["p"] == .null)
    #expect(object["x"] == nil && object["t"]?["x"] == nil && object["l"]?["0"] == nil)
    for value in [JSON.null, .bool(true), .array([]), .object([])] {
      #expect(value.text == nil && value.wholeNumber == nil)
    }
    #expect(JSON.string("1").wholeNumber == nil && JSON.string("").elements == nil)
    #expect(JSON.array([]).members == nil && JSON.object([]).elements == nil)
  }

  @Test("Whole numbers are those that are written plainly and fit into Int")
  func wholeNumbers() {
    for (literal, number) in [
      ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
      ("9223372036854775808", nil), ("1.0", nil), ("1e2", nil), ("-0", nil),
    ] as [(String, Int?)] {
      #expect(JSON.number(literal).wholeNumber == number, "\(literal)")
    }
    #expect(JSON.integer(1 << 53) == .number("9007199254740992"))
    #expect(JSON.integer(-(1 << 53)) == .number("-9007199254740992"))
  }

  @Test("Values name their kind for messages")
  func kinds() {
    let long = String(repeating: "x", count: 50)
    let names: [(JSON, String)] = [
      (.null, "null"), (.bool(true), "a boolean"), (.number("1e2"), "the number 1e2"),
      (.string("a"), "the string \"a\""), (.array([]), "an array"), (.object([]), "an object"),
      (.string(long), "the string \"\(long.prefix(40))\""),
      (
        .number(String(repeating: "1", count: 50)),
        "the number " + String(repeating: "1", count: 40)
      ),
    ]
    for (value, name) in names { #expect(value.kindName == name) }
  }

  @Test("INV-012: a changed byte gives a value or an error within the text, and never a crash")
  func changedBytes() {
    check("JSON, changed", runs: 3000) { generator -> [UInt8] in
      let value = json(&generator)
      var bytes =
        Bool.random(using: &generator) ? value.canonicalBytes() : Array(value.prettyText().utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1:
          bytes[place] = Array(#"{}[]",:\u0eE+-.1tfn "#.utf8).randomElement(using: &generator) ?? 0
        case 2: bytes.remove(at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      return bytes
    } property: { bytes -> Bool in
      let value: JSON
      do throws(JSONError) {
        value = try JSON.parse(bytes)
      } catch {
        // The place is in the text or just behind it.
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return (1...lines.count).contains(error.line)
          && (1...(lines[error.line - 1].count + 1)).contains(error.column)
      }
      return try areSame(JSON.parse(Array(value.prettyText().utf8)), value)
    }
  }

  @Test("INV-012: any bytes give a value or an error")
  func anyBytes() {
    check("JSON, any bytes", runs: 2000) { generator -> [UInt8] in
      let common = Array(#"{}[]",:\u0eE+-.19truefalsn "#.utf8)
      return (0..<Int.random(in: 0...30, using: &generator)).map { _ in
        Int.random(in: 0..<20, using: &generator) == 0
          ? UInt8.random(in: 0...255, using: &generator)
          : common.randomElement(using: &generator) ?? 0
      }
    } property: { bytes -> Bool in
      guard let value = try? JSON.parse(bytes) else { return true }
      let canonical = value.canonicalBytes()
      return try JSON.parse(canonical).canonicalBytes() == canonical
    }
  }
}
