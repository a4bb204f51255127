import CanonicalJSON
import Foundation
import TestKit

func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSON {
  try JSON.parse(Array(text.utf8), limits: limits)
}

func canonical(_ json: JSON) -> String { String(decoding: json.canonicalBytes(), as: UTF8.self) }

/// True where two values are written alike, byte by byte and with members in their own order.
///
/// Swift's `==` holds texts equal that differ only in their Unicode normal form.
func areSame(_ left: JSON, _ right: JSON) -> Bool {
  Array(left.prettyText().utf8) == Array(right.prettyText().utf8)
}

/// Characters of every length, with and without an escape; é once in one scalar, once in two.
private let alphabet: [Unicode.Scalar] =
  (0..<0x30).compactMap { Unicode.Scalar(UInt32($0)) }
  + ["a", "K", "\u{212A}", "\\", "\u{7F}", "é", "e", "\u{301}", "狐", "\u{2028}", "🦊"]

func text(_ generator: inout Generator) -> String {
  var text = String.UnicodeScalarView()
  for _ in 0..<Int.random(in: 0...6, using: &generator) {
    text.append(alphabet.randomElement(using: &generator) ?? "a")
  }
  return String(text)
}

private let literals = [
  "0", "-0", "1", "-12", "9007199254740993", "1e21", "1E-7", "0.10", "-0.0e+00", "1.5",
  "115792089237316195423570985008687907853269984665640564039457584007913129639935",
]

func json(_ generator: inout Generator, depth: Int = 4) -> JSON {
  let count = Int.random(in: 0...4, using: &generator)
  switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &generator) {
  case 0: return .null
  case 1: return .bool(Bool.random(using: &generator))
  case 2: return .number(literals.randomElement(using: &generator) ?? "0")
  case 3: return .string(text(&generator))
  case 4, 5: return .array((0..<count).map { _ in json(&generator, depth: depth - 1) })
  default:
    var members: [JSON.Member] = []
    for _ in 0..<count {
      let key = text(&generator)
      guard !members.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) else { continue }
      members.append(JSON.Member(key: key, value: json(&generator, depth: depth - 1)))
    }
    return .object(members)
  }
}
