/// A property of untrusted bytes, held for whatever bytes come.
///
/// The fuzzer and the replay test call the same body. `docs/internals/fuzzing.md` says how.
public struct FuzzTarget: Sendable {
  public let name: String
  /// Throws `BrokenProperty` where the property does not hold; nothing else may come out of it.
  public let body: @Sendable ([UInt8]) throws -> Void

  public static let all: [FuzzTarget] = [
    FuzzTarget(name: "plan", body: planText),
    FuzzTarget(name: "plannode", body: planNodes),
    FuzzTarget(name: "expression", body: expressionText),
    FuzzTarget(name: "csv", body: csvFile),
    FuzzTarget(name: "jsonl", body: jsonLinesFile),
    FuzzTarget(name: "jsonfile", body: jsonFile),
    FuzzTarget(name: "events", body: eventFile),
    FuzzTarget(name: "positions", body: positionFile),
    FuzzTarget(name: "sources", body: sourceFiles),
    FuzzTarget(name: "filepattern", body: filePattern),
    FuzzTarget(name: "statements", body: statementFile),
    FuzzTarget(name: "openings", body: openingsFile),
    FuzzTarget(name: "gzip", body: gzipFile),
    FuzzTarget(name: "json", body: jsonText),
    FuzzTarget(name: "dump", body: publishedTree),
    FuzzTarget(name: "proof", body: proofs),
    FuzzTarget(name: "shard", body: proofShard),
    FuzzTarget(name: "bundle", body: bundleFile),
    FuzzTarget(name: "excerpt", body: changedBundle),
    FuzzTarget(name: "abi", body: abi),
    FuzzTarget(name: "rlp", body: rlp),
    FuzzTarget(name: "typeddata", body: typedData),
    FuzzTarget(name: "bytecode", body: bytecode),
    FuzzTarget(name: "transaction", body: rawTransaction),
    FuzzTarget(name: "jsonrpc", body: jsonRPC),
  ]

  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What does not hold, in a sentence.
public struct BrokenProperty: Error, CustomStringConvertible {
  public let description: String
}

func require(
  _ holds: Bool, _ sentence: @autoclosure () -> String
) throws(BrokenProperty) {
  guard holds else { throw BrokenProperty(description: sentence()) }
}

/// The value, which has to be there.
func unwrap<Value>(
  _ value: Value?, _ sentence: @autoclosure () -> String
) throws(BrokenProperty) -> Value {
  guard let value else { throw BrokenProperty(description: sentence()) }
  return value
}

/// What a reader gave: a value, or its own error.
func outcome<Value, Failure: Error>(
  _ body: () throws(Failure) -> Value
) -> Result<Value, Failure> {
  do {
    return .success(try body())
  } catch {
    return .failure(error)
  }
}

/// An error has words, few enough to be read. Commands replace what a terminal would act on.
func requireReadable(_ error: some CustomStringConvertible) throws(BrokenProperty) {
  let text = error.description
  try require(!text.isEmpty, "an error without words")
  try require(text.utf8.count <= 2000, "an error of \(text.utf8.count) bytes: \(text.prefix(300))")
}

/// A place lies in the text: the line is one of its lines, the column at most one past its end.
func requireInside(
  _ bytes: [UInt8], line: Int, column: Int
) throws(BrokenProperty) {
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  try require((1...max(lines.count, 1)).contains(line), "line \(line) of \(lines.count)")
  let width = lines.isEmpty ? 0 : lines[line - 1].count
  try require((0...width + 1).contains(column), "column \(column) of \(width) in line \(line)")
}
