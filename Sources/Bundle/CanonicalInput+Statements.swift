import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Statements

/// Statements in their one form: a line of canonical JSON each, ascending by its bytes.
extension CanonicalInput {
  init(_ declaration: SourceDeclaration, sortingStatements rows: SourceRows) {
    let lines = rows.statements.map { StatementLine.canonicalBytes($0) }
    let order = lines.indices.sorted { lines[$0].lexicographicallyPrecedes(lines[$1]) }
    self.init(
      declaration,
      rows: SourceRows(
        declaration, statements: order.map { rows.statements[$0] },
        lines: order.map { rows.lines[$0] }),
      bytes: Array(order.map { lines[$0] + [0x0A] }.joined()))
  }

  /// Reads the bytes of an `inputs/<source>.jsonl`, which must be in order and in the one form.
  ///
  /// Whether the signatures are those of the signers is the verifier's to find.
  init(
    parsingStatements bytes: [UInt8], of declaration: SourceDeclaration
  ) throws(BundleError) {
    guard let rules = declaration.statements else {
      preconditionFailure("a source of statements has their rules")
    }
    let file = declaration.canonicalFile
    guard bytes.isEmpty || bytes.last == 0x0A else {
      throw BundleError(
        .malformedRow, file: file, place: "the end", found: "no line end",
        expected: "a line end after the last statement", advice: "The file was cut off.")
    }
    var statements: [SignedStatement] = []
    var last: ArraySlice<UInt8>?
    let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in (bytes.isEmpty ? [] : lines).enumerated() {
      let place = "line \(index + 1)"
      let statement = try Self.statement(line, rules, file, place)
      if let last, !last.lexicographicallyPrecedes(line) {
        throw BundleError(
          .wrongOrder, file: file, place: place, found: "a line that belongs before the one above",
          expected: "lines ascending by their bytes")
      }
      last = line
      statements.append(statement)
    }
    self.init(
      declaration,
      rows: SourceRows(
        declaration, statements: statements,
        lines: statements.indices.map { UInt32(clamping: $0 + 1) }),
      bytes: bytes)
  }

  private static func statement(
    _ line: ArraySlice<UInt8>, _ rules: StatementRules, _ file: String, _ place: String
  ) throws(BundleError) -> SignedStatement {
    let json: JSON
    do {
      json = try JSON.parse(Array(line), limits: StatementLine.jsonLimits)
    } catch {
      throw BundleError(
        .malformedRow, file: file, place: place, found: error.found, expected: error.expected)
    }
    do {
      let read = try StatementLine(json, as: rules)
      if let text = read.signature, let bytes = try? Hex.decode(text),
        let signature = try? Signature(bytes: bytes)
      {
        let signed = SignedStatement(read.statement, signature: signature)
        if StatementLine.canonicalBytes(signed)[...] == line { return signed }
      }
    } catch {
      throw BundleError(
        .malformedRow, file: file, place: place, found: error.found, expected: error.expected)
    }
    throw BundleError(
      .malformedRow, file: file, place: place, found: "another form of the statement",
      expected: "canonical JSON with a signature, every value a text")
  }
}
