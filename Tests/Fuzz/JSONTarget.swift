import CanonicalJSON
import Verification

/// Reading, writing and reading again is the identity; the one form is a fixed point; places lie in
/// the text; smaller limits refuse or change nothing; the verifier takes what this module takes.
@Sendable func jsonText(_ bytes: [UInt8]) throws {
  switch outcome({ () throws(JSONError) in try JSON.parse(bytes) }) {
  case .failure(let error):
    try requireReadable(error)
    try requireInside(bytes, line: error.line, column: error.column)
  case .success(let json):
    try requireRoundTrip(json)
    try requireVerifierTakes(json, bytes)
    for limits in [
      JSONLimits(bytes: bytes.count, depth: 4, values: 1000),
      JSONLimits(bytes: bytes.count, depth: 64, values: 8),
    ] {
      switch outcome({ () throws(JSONError) in try JSON.parse(bytes, limits: limits) }) {
      case .success(let again): try require(again == json, "limits change the value")
      case .failure(let error):
        let isLimit = error.kind == .tooDeep || error.kind == .tooManyValues
        try require(isLimit, "a limit gives \(error)")
      }
    }
    let short = JSONLimits(bytes: bytes.count - 1, depth: 64, values: 1 << 20)
    let refused = outcome { () throws(JSONError) in try JSON.parse(bytes, limits: short) }
    guard case .failure(let error) = refused, error.kind == .tooLong else {
      throw BrokenProperty(description: "a byte more than the limit is taken")
    }
  }
}

private func requireRoundTrip(_ json: JSON) throws {
  let canonical = json.canonicalBytes()
  let again = try JSON.parse(canonical)
  try require(again.canonicalBytes() == canonical, "the one form is not one")
  let pretty = try JSON.parse(Array(json.prettyText().utf8))
  try require(pretty == json, "the text for people reads back as something else")
  try require(pretty.canonicalBytes() == canonical, "the text for people has another one form")
}

/// The verifier reads the same files with Foundation: what one takes the other must take too, but
/// for numbers, which Foundation rounds or refuses.
private func requireVerifierTakes(_ json: JSON, _ bytes: [UInt8]) throws {
  guard !hasNumbers(json) else { return }
  let object = Array("{\"value\":".utf8) + bytes + Array("}".utf8)
  let result = Result { try Verifier.text(of: "value", inJSON: object) }
  guard case .success(let text) = result else {
    throw BrokenProperty(description: "the verifier refuses what this module takes")
  }
  let isEqual = text.map { Array($0.utf8) } == json.text.map { Array($0.utf8) }
  try require(isEqual, "the verifier reads another text")
}

private func hasNumbers(_ json: JSON) -> Bool {
  switch json {
  case .number: true
  case .array(let elements): elements.contains(where: hasNumbers)
  case .object(let members): members.contains { hasNumbers($0.value) }
  case .null, .bool, .string: false
  }
}
