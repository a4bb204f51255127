import DistributionModel
import EthereumPrimitives

/// Rows for the sources of a plan that is read from fuzzed bytes: few, the same for every run, with
/// zeros, equal values and, where a source may have them, several rows of an account.
enum SampleRows {
  static func rows(of plan: Plan) -> [String: SourceRows] {
    var rows: [String: SourceRows] = [:]
    for source in plan.sources {
      rows[source.name] =
        source.statements.map { statements(of: source, $0, in: plan) } ?? self.rows(of: source)
    }
    return rows
  }

  static func account(_ number: Int) -> Address {
    Address(bytes: [UInt8](repeating: UInt8(number), count: 20)[...]) ?? .zero
  }

  private static func rows(of source: SourceDeclaration) -> SourceRows {
    var list = SourceRows(source: source.name, columnCount: source.columns.count)
    let accounts = source.duplicates == .refuse ? [2, 1, 3, 4] : [2, 1, 3, 1, 4, 2]
    for (index, number) in accounts.enumerated() {
      let row = source.columns.enumerated().map { value($1.kind, row: index, column: $0) }
      list.append(account: account(number), row: row, line: UInt32(index + 2))
    }
    return list
  }

  private static func value(
    _ kind: ColumnDeclaration.Kind, row: Int, column: Int
  ) -> UInt256 {
    switch kind {
    case .integer, .amount, .time, .share: [7, 4, 0, 7, 1 << 40, 3][(row + column) % 6]
    // Less than one together, with six places or more.
    case .decimal: [100_000, 33_333, 0, 100_000, 7][(row + column) % 5]
    case .word: [0x62_7579, 0x61, 0x73_656C_6C, 0x61][(row + column) % 4]
    // Chains that end: nobody is led to an account before it.
    case .address: account(5 + (row + column) % 3).number
    }
  }

  /// Corrections of every program that reads the source; redirects of which some are out of date.
  private static func statements(
    of source: SourceDeclaration, _ rules: StatementRules, in plan: Plan
  ) -> SourceRows {
    let statements: [Statement]
    switch rules {
    case .corrections:
      statements = plan.programs.filter { $0.recipients == .source(source.name) }.flatMap {
        program in
        [
          correction(1, .grant, 9, program, epoch: 0), correction(2, .deny, 0, program, epoch: 0),
          correction(3, .grant, 9, program, epoch: 1),
        ]
      }
    case .redirects:
      statements = [(4, 8, 1), (4, 9, 2), (9, 9, 1)].map { from, to, time in
        .redirect(
          SignedRedirect(
            plan: plan.name, account: account(from), to: account(to), time: Timestamp(time)))
      }
    case .tasks:
      statements = (1...5).compactMap { number in
        Word("task-\(number % 2)").map { word in
          .task(
            TaskAttestation(
              plan: plan.name, account: account(1 + number % 3), task: word,
              points: UInt256(UInt64(number)), time: Timestamp(UInt64(number) * 9),
              id: account(number).bytes32))
        }
      }
    }
    return SourceRows(
      source, statements: statements.map { SignedStatement($0, signature: signature) },
      lines: statements.indices.map { UInt32($0 + 1) })
  }

  private static func correction(
    _ number: Int, _ decision: Correction.Decision, _ amount: UInt64, _ program: Program,
    epoch: UInt64
  ) -> Statement {
    .correction(
      Correction(
        plan: "p", program: program.name, epoch: epoch, account: account(number),
        decision: decision, amount: Amount(UInt256(amount)), reason: "a reason"))
  }

  /// Nobody's: the law does not look at it.
  private static let signature: Signature = {
    guard let signature = try? Signature(r: .one, s: .one, isOdd: false) else {
      preconditionFailure("1 is below the curve's order")
    }
    return signature
  }()
}

extension Bytes32 {
  fileprivate static let one = UInt256(1).bytes32
}
