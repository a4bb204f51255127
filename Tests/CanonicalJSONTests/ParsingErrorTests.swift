import CanonicalJSON
import TestKit
import Testing

@Suite("INV-012: JSON that is refused, with line, column, what was found and what would do")
struct ParsingErrorTests {
  private func expectError(
    _ bytes: [UInt8], _ kind: JSONError.Kind, _ description: String,
    limits: JSONLimits = .standard, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) {
      try JSON.parse(bytes, limits: limits)
    }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    #expect(error?.description == description, sourceLocation: sourceLocation)
  }

  private func expectError(
    _ text: String, _ kind: JSONError.Kind, _ description: String,
    limits: JSONLimits = .standard, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectError(
      Array(text.utf8), kind, description, limits: limits, sourceLocation: sourceLocation)
  }

  @Test("Line and column are those of the first byte that is wrong, columns counted in bytes")
  func places() {
    let error = #expect(throws: JSONError.self) { try parse("[\n  \"é\", x]") }
    #expect(error?.line == 2 && error?.column == 9)
    #expect(error?.found == "'x'" && error?.expected == "a JSON value")
    let windows = #expect(throws: JSONError.self) { try parse("[1,\r\n\r\n2,,3]") }
    #expect(windows?.line == 3 && windows?.column == 3)
    let end = #expect(throws: JSONError.self) { try parse("[1,\n") }
    #expect(end?.line == 2 && end?.column == 1)
  }

  @Test("More bytes than the limit")
  func tooLong() {
    let limits = JSONLimits(bytes: 4, depth: 64, values: 10)
    #expect(throws: Never.self) { try parse("true", limits: limits) }
    expectError(
      "false", .tooLong, "line 1, column 1: found 5 bytes, expected at most 4", limits: limits)
  }

  @Test("A byte order mark")
  func byteOrderMark() {
    expectError(
      "\u{FEFF}1", .byteOrderMark,
      "line 1, column 1: found a byte order mark, expected JSON, which starts without one")
    expectError(
      [0xFE, 0xFF, 0, 0x31], .unexpectedCharacter,
      "line 1, column 1: found the byte 0xfe, expected a JSON value")
  }

  @Test("Nothing at all, or blanks only")
  func empty() {
    expectError("", .empty, "line 1, column 1: found nothing, expected a JSON value")
    expectError(" \n\t", .empty, "line 2, column 2: found nothing, expected a JSON value")
  }

  @Test("64 levels are read, 65 and a million are not")
  func tooDeep() {
    func arrays(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    func objects(_ depth: Int) -> String {
      String(repeating: #"{"":"#, count: depth) + "0" + String(repeating: "}", count: depth)
    }
    #expect(throws: Never.self) { try parse(arrays(64)) }
    #expect(throws: Never.self) { try parse(objects(64)) }
    let found = "found 65 levels, expected at most 64"
    expectError(arrays(65), .tooDeep, "line 1, column 65: \(found)")
    expectError(objects(65), .tooDeep, "line 1, column 257: \(found)")
    expectError(String(repeating: "[", count: 1_000_000), .tooDeep, "line 1, column 65: \(found)")
    let flat = JSONLimits(bytes: 100, depth: 0, values: 100)
    #expect(throws: Never.self) { try parse("1", limits: flat) }
    expectError(
      "[]", .tooDeep, "line 1, column 1: found 1 levels, expected at most 0", limits: flat)
    expectError(
      "{}", .tooDeep, "line 1, column 1: found 1 levels, expected at most 0", limits: flat)
  }

  @Test("More values than the limit; keys are not counted")
  func tooManyValues() {
    let limits = JSONLimits(bytes: 100, depth: 64, values: 4)
    #expect(throws: Never.self) { try parse("[1,2,3]", limits: limits) }
    #expect(throws: Never.self) { try parse(#"{"a":1,"b":[],"c":2}"#, limits: limits) }
    let found = "found more than 4 values, expected at most that many"
    expectError("[1,2,3,4]", .tooManyValues, "line 1, column 8: \(found)", limits: limits)
    expectError("[[[[[]]]]]", .tooManyValues, "line 1, column 5: \(found)", limits: limits)
  }

  @Test(
    "A text that ends inside a value",
    arguments: [
      ("[", "]"), ("[ ", "]"), ("[1", "a comma or ]"), ("[1,", "a value"), ("{", "}"),
      (#"{"a"#, "a closing quote"), (#"{"a""#, "a colon"), (#"{"a":"#, "a value"),
      (#"{"a":1"#, "a comma or }"), (#"{"a":1,"#, "a key"), (#"""#, "a closing quote"),
      (#""a"#, "a closing quote"), (#""a\"#, "an escape"), (#""a\n"#, "a closing quote"),
    ])
  func truncated(text: String, expected: String) {
    expectError(
      text, .truncated,
      "line 1, column \(text.utf8.count + 1): found the end of the text, expected \(expected)")
  }

  @Test(
    "Characters that cannot stand where they are",
    arguments: [
      ("x", 1, "'x'", "a JSON value"), ("[1,]", 4, "']'", "a JSON value"),
      ("[,1]", 2, "','", "a JSON value"), ("[1 2]", 4, "'2'", "a comma or ]"),
      ("[1}", 3, "'}'", "a comma or ]"), (#"{"a":1]"#, 7, "']'", "a comma or }"),
      (#"{"a" 1}"#, 6, "'1'", "a colon"), (#"{"a":}"#, 6, "'}'", "a JSON value"),
      (#"{"a":1,}"#, 8, "'}'", "a key in double quotes"),
      ("{a:1}", 2, "'a'", "a key in double quotes"), ("{1:1}", 2, "'1'", "a key in double quotes"),
      ("{'a':1}", 2, "'''", "a key in double quotes"), ("tru", 1, "'t'", "a JSON value"),
      ("[nul]", 2, "'n'", "a JSON value"), ("[falsy]", 2, "'f'", "a JSON value"),
      ("NaN", 1, "'N'", "a JSON value"), ("Infinity", 1, "'I'", "a JSON value"),
      ("+1", 1, "'+'", "a JSON value"), (".5", 1, "'.'", "a JSON value"),
      ("True", 1, "'T'", "a JSON value"), ("// no", 1, "'/'", "a JSON value"),
      ("\u{B}1", 1, "the byte 0xb", "a JSON value"),
      ("\u{A0}1", 1, "the byte 0xc2", "a JSON value"),
      ("[\u{0}]", 2, "the byte 0x0", "a JSON value"),
    ])
  func unexpected(text: String, column: Int, found: String, expected: String) {
    expectError(
      text, .unexpectedCharacter,
      "line 1, column \(column): found \(found), expected \(expected)")
  }

  @Test(
    "Numbers that RFC 8259 does not know",
    arguments: [
      ("01", "01"), ("-01", "-01"), ("00", "00"), ("-", "-"), ("-x", "-"), ("1.", "1."),
      ("1.x", "1."), ("1.e5", "1.e5"), ("-.5", "-.5"), ("1e", "1e"), ("1e+", "1e+"), ("1E-", "1E-"),
      ("01.5e3", "01.5e3"), ("-Infinity", "-"), ("1.5e", "1.5e"), ("01e", "01e"), ("1..2", "1."),
    ])
  func malformedNumbers(text: String, literal: String) {
    let found = "found '\(literal)', expected a JSON number, such as 0 or 12"
    expectError(text, .malformedNumber, "line 1, column 1: \(found)")
    expectError("[\n \(text)]", .malformedNumber, "line 2, column 2: \(found)")
  }

  @Test(
    "Escapes that there are not, and halves of surrogate pairs",
    arguments: [
      (#"\x"#, false), (#"\'"#, false), (#"\U0041"#, false), (#"\u"#, false), (#"\u12"#, false),
      (#"\u12G4"#, false), (#"\u 123"#, false), (#"\u+123"#, false), (#"\0"#, false),
      (#"\uD800"#, true), (#"\uD800x"#, true), (#"\uD800\n"#, true), (#"\uD800\uD800"#, true),
      (#"\uD83E\u0041"#, true), (#"\uDC00"#, true), (#"\uDFFF\uD800"#, true),
      (#"\uD800\u12"#, true),
      (#"\uDBFF"#, true),
    ])
  func malformedEscapes(escape: String, isHalf: Bool) {
    let found =
      isHalf
      ? "found half a surrogate pair, expected both halves"
      : "found '\\', expected an escape of RFC 8259"
    expectError("\"ab\(escape)\"", .malformedEscape, "line 1, column 4: \(found)")
    expectError("{\"\\n\(escape)\": 1}", .malformedEscape, "line 1, column 5: \(found)")
  }

  @Test("Control characters inside strings, before and after an escape")
  func controlCharacters() {
    for byte in UInt8(0)..<0x20 {
      let found = "found the byte 0x\(String(byte, radix: 16)), expected an escape such as"
      let quote = UInt8(ascii: "\"")
      expectError(
        [quote, 0x61, byte, quote], .controlCharacter,
        "line 1, column 3: \(found) \\n or \\u0000")
      expectError(
        Array("\"\\n".utf8) + [byte, quote], .controlCharacter,
        "line 1, column 4: \(found) \\n or \\u0000")
    }
  }

  @Test(
    "Strings that are no UTF-8: stray, cut off, overlong, surrogates, beyond the last character",
    arguments: [
      [0x80], [0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let found = "found bytes that are no UTF-8, expected UTF-8 text"
    expectError([quote] + bytes + [quote], .invalidUTF8, "line 1, column 2: \(found)")
    expectError(
      Array("[\"\\n".utf8) + bytes + [quote, 0x5D], .invalidUTF8, "line 1, column 3: \(found)")
    expectError(
      Array("{\"".utf8) + bytes + Array("\":1}".utf8), .invalidUTF8, "line 1, column 3: \(found)")
  }

  @Test("A key that stands twice, however it is written")
  func duplicateKeys() {
    expectError(
      "{\"a\": 1,\n  \"a\": 2}", .duplicateKey,
      "line 2, column 3: found the key \"a\" again, expected each key once")
    expectError(
      #"{"a": 1, "b": 2, "\u0061": 3}"#, .duplicateKey,
      "line 1, column 18: found the key \"a\" again, expected each key once")
    expectError(
      #"[{"": 1, "": 2}]"#, .duplicateKey,
      "line 1, column 10: found the key \"\" again, expected each key once")
    let long = String(repeating: "k", count: 50)
    expectError(
      "{\"\(long)\":1,\"\(long)\":1}", .duplicateKey,
      "line 1, column 57: found the key \"\(long.prefix(40))\" again, expected each key once")
  }

  @Test(
    "Text after the value",
    arguments: [
      ("1 2", 3, "'2'"), ("{}x", 3, "'x'"), ("null,", 5, "','"), ("[1]]", 4, "']'"),
      ("truefalse", 5, "'f'"), ("\"a\"\"b\"", 4, "'\"'"), ("0x10", 2, "'x'"),
      ("1\u{0}", 2, "the byte 0x0"),
    ])
  func trailingText(text: String, column: Int, found: String) {
    expectError(
      text, .trailingText,
      "line 1, column \(column): found \(found), expected the end of the text")
  }

  @Test("What is looked for first is named first")
  func precedence() {
    // Too long and with a mark; with a mark and empty; too deep inside a text that ends.
    let limits = JSONLimits(bytes: 3, depth: 1, values: 1)
    expectError(
      "\u{FEFF}1", .tooLong, "line 1, column 1: found 4 bytes, expected at most 3", limits: limits)
    expectError(
      "\u{FEFF}", .byteOrderMark,
      "line 1, column 1: found a byte order mark, expected JSON, which starts without one",
      limits: limits)
    expectError(
      "[[", .tooManyValues,
      "line 1, column 2: found more than 1 values, expected at most that many", limits: limits)
  }
}
