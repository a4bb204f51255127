import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Statements

extension InputFile {
  /// Reads a file of signed statements, a JSON object per line, plain or gzip, and checks every
  /// signature.
  ///
  /// - Parameters:
  ///   - declaration: a source of statements.
  ///   - plan: the plan that they have to be about.
  ///   - window: the seconds in which tasks count; nil is all.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func statements(
    _ path: String, name: String, as declaration: SourceDeclaration, of plan: Plan,
    window: Range<UInt64>? = nil, limits: InputLimits = .standard,
    progress: (Int) -> Void = { _ in }
  ) throws(InputError) -> InputFileContents {
    try statements(
      try SourceFile.all(path, name: name, limits: limits), as: declaration, of: plan,
      window: window, limits: limits,
      progress: progress)
  }

  /// Reads bytes as if a file of statements held them.
  package static func statements(
    bytes: [UInt8], name: String, as declaration: SourceDeclaration, of plan: Plan,
    limits: InputLimits = .standard
  ) throws(InputError) -> InputFileContents {
    try statements(
      SourceFile.all([bytes], name: name), as: declaration, of: plan, window: nil, limits: limits
    ) { _ in }
  }

  private static func statements(
    _ files: [SourceFile], as declaration: SourceDeclaration, of plan: Plan,
    window: Range<UInt64>?, limits: InputLimits, progress: (Int) -> Void
  ) throws(InputError) -> InputFileContents {
    var check = StatementCheck(of: declaration, in: plan)
    var statements: [SignedStatement] = []
    var numbers: [UInt32] = []
    var hashes: [Bytes32] = []
    for file in files {
      let source = try statementLines(
        file, as: declaration, limits: limits, taken: statements.count
      ) { line, number throws(StatementError) in
        statements.append(try check.take(line, number: Int(number)).signed)
        numbers.append(number)
        if statements.count % 4096 == 0 { progress(statements.count) }
      }
      hashes.append(source.rawHash)
    }
    let single = StatementLine.withoutRepetitions(statements)
    let counting = single.filter { statements[$0].statement.counts(in: window) }
    var notes: [String] = []
    if counting.count < single.count {
      let outside = single.count - counting.count
      notes.append("\(outside.counted("task is", "tasks are")) outside of the window")
    }
    return InputFileContents(
      rows: SourceRows(
        declaration, statements: counting.map { statements[$0] },
        lines: counting.map { numbers[$0] }),
      rawHash: SourceFile.hash(hashes), unusedColumns: [], notes: notes)
  }

  /// Gives `body` every statement of a file, signed or not, with its line.
  public static func eachStatement(
    _ path: String, name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard,
    _ body: (StatementLine, UInt32) throws(StatementError) -> Void
  ) throws(InputError) {
    let file = SourceFile(origin: .file(path), name: name)
    _ = try statementLines(file, as: declaration, limits: limits, taken: 0, body)
  }

  private static func statementLines(
    _ file: SourceFile, as declaration: SourceDeclaration, limits: InputLimits, taken: Int,
    _ body: (StatementLine, UInt32) throws(StatementError) -> Void
  ) throws(InputError) -> ByteSource {
    guard let rules = declaration.statements else {
      preconditionFailure("only sources of statements have statements")
    }
    do throws(Fault) {
      let source = try ByteSource(file.origin, limits: limits, chunkSize: 1 << 18)
      do throws(Fault) {
        try StatementReader(rules: rules, limits: limits, taken: taken).read(source, body)
      } catch {
        throw source.damage() ?? error
      }
      return source
    } catch {
      throw error.inFile(file.name)
    }
  }
}

private struct StatementReader {
  let rules: StatementRules
  let limits: InputLimits
  /// Statements of other files of the source, which count for the limit too.
  let taken: Int

  func read(
    _ source: ByteSource, _ body: (StatementLine, UInt32) throws(StatementError) -> Void
  ) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: false)
    var count = 0
    while let record = try lines.next() {
      guard !record.bytes.isEmpty else {
        guard try lines.isAtEndAfterBlanks() else { throw RowReader.blank(record) }
        break
      }
      count += 1
      guard taken + count <= limits.statements, let number = UInt32(exactly: record.line) else {
        throw Fault(
          kind: .tooManyRows, line: record.line, found: "more than \(limits.statements) statements",
          expected: "at most that many", advice: "Split the file into several sources.")
      }
      let json = try json(record)
      do throws(StatementError) {
        try body(StatementLine(json, as: rules), number)
      } catch {
        throw Fault(error, line: record.line)
      }
    }
    guard count > 0 else { throw RowReader.emptyFile }
  }

  private func json(_ record: LineReader.Record) throws(Fault) -> JSON {
    let json: JSON
    do {
      json = try JSON.parse(Array(record.bytes), limits: StatementLine.jsonLimits)
    } catch {
      let place = record.place(of: record.bytes.startIndex + error.column - 1)
      throw Fault(
        kind: .malformedJSON, line: record.line, column: place.column, found: error.found,
        expected: error.expected)
    }
    guard json.members != nil else {
      throw Fault(
        kind: .notAnObject, line: record.line, found: json.kindName,
        expected: "one JSON object per line")
    }
    return json
  }
}

extension Fault {
  fileprivate init(_ error: StatementError, line: Int) {
    let kind: InputProblem =
      switch error.kind {
      case .malformedStatement: .malformedStatement
      case .foreignStatement: .foreignStatement
      case .malformedSignature: .malformedSignature
      case .wrongSigner: .wrongSigner
      case .repeatedStatement: .repeatedStatement
      case .contradictingStatement: .contradictingStatement
      }
    self.init(
      kind: kind, line: line, field: error.member, found: error.found, expected: error.expected,
      advice: error.advice)
  }
}
