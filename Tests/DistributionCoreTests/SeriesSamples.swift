import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Balances of accounts 1, 2, 3 … second by second, from 0 on.
struct Timeline: CustomStringConvertible {
  static let seconds: UInt64 = 60

  /// `balances[a][t]`: of account a + 1 in second t.
  var balances: [[BigUInt]]

  var description: String {
    balances.map { account in
      account.indices.filter { $0 == 0 || account[$0] != account[$0 - 1] }
        .map { "\($0): \(account[$0])" }.joined(separator: ", ")
    }.joined(separator: " | ")
  }

  /// What a reader makes of it.
  func history(over span: Range<UInt64>) -> PositionHistory {
    var rows: [(UInt64, UInt64, BigInt)] = []
    for second in span {
      for (number, account) in balances.enumerated() {
        let isFirst = second == span.lowerBound
        let before = isFirst ? 0 : BigInt(account[Int(second) - 1])
        rows.append(
          (isFirst ? 0 : second, UInt64(number + 1), BigInt(account[Int(second)]) - before))
      }
    }
    return changes(rows, over: span)
  }

  /// The least of the seconds before each second, and of itself.
  func held(for seconds: UInt64) -> Timeline {
    Timeline(
      balances: balances.map { account in
        account.indices.map { account[max(0, $0 - Int(seconds))...$0].min() ?? 0 }
      })
  }

  func isChanged(at second: UInt64) -> Bool {
    balances.contains { $0[Int(second)] != $0[Int(second) - 1] }
  }

  func sum(at second: UInt64) -> BigUInt { balances.reduce(0) { $0 + $1[Int(second)] } }
}

/// Changes of time, account and amount, ascending; those by 0 are left out.
func changes(
  _ rows: [(UInt64, UInt64, BigInt)], over span: Range<UInt64> = 0..<Timeline.seconds
) -> PositionHistory {
  let rows = rows.filter { $0.2 != 0 }
  let numbers = Set(rows.map(\.1)).sorted()
  var changes = PositionChanges()
  for (line, row) in rows.enumerated() {
    guard let number = numbers.firstIndex(of: row.1) else { continue }
    changes.append(
      time: Timestamp(row.0), account: UInt32(number), amount: units("\(row.2.magnitude)"),
      isTaken: row.2 < 0, line: UInt32(line + 2))
  }
  return PositionHistory(span: span, accounts: numbers.map(account), changes: changes)
}

/// The same without lines, as it is computed.
func computed(
  _ rows: [(UInt64, UInt64, BigInt)], over span: Range<UInt64> = 0..<Timeline.seconds
) -> PositionHistory {
  let read = changes(rows, over: span)
  var changes = PositionChanges()
  for row in 0..<read.changes.count {
    changes.append(
      time: Timestamp(read.changes.times[row]), account: read.changes.accounts[row],
      amount: read.changes.amounts[row], isTaken: read.changes.isTaken[row], line: 0)
  }
  return PositionHistory(span: span, accounts: read.accounts, changes: changes)
}

let readEvents = Series.Origin.events(PositionEvents(effect: .change, amount: nil))

func series(
  _ name: String, _ measures: Series.Measure..., from origin: Series.Origin = readEvents,
  value: ColumnDeclaration.Kind = .integer, holding: UInt64 = 0, window: TimeWindow = .epoch
) -> SourceDeclaration {
  series(name, measures, from: origin, value: value, holding: holding, window: window)
}

func series(
  _ name: String, _ measures: [Series.Measure], from origin: Series.Origin = readEvents,
  value: ColumnDeclaration.Kind = .integer, holding: UInt64 = 0, window: TimeWindow = .epoch
) -> SourceDeclaration {
  let series = Series(
    origin: origin, value: value, minimumHolding: holding, measures: measures)
  return SourceDeclaration(
    name: name, file: "\(name).csv", format: .csv, columns: series.columns, window: window,
    series: series)
}

/// A plan of sources alone, with epochs of some seconds each.
func plan(_ sources: [SourceDeclaration], start: UInt64 = 10, length: UInt64 = 20) -> Plan {
  Plan(
    name: "plan", tokens: [], campaigns: [], sources: sources,
    epochs: EpochSchedule(start: Timestamp(start), length: length, count: 2), programs: [])
}

/// Expressions over names of sources with whole numbers.
enum Formula {
  private static func part(_ operation: Expression.Operation, scale: Int = 0) -> Expression {
    Expression(
      operation, kind: .number(scale: scale, unit: .plain), id: 0, place: .init(line: 7, column: 5))
  }

  static func name(_ name: String) -> Expression { part(.column(name)) }

  static func number(_ number: UInt64) -> Expression {
    part(.number(DecimalNumber(UInt256(number), scale: 0)))
  }

  static func sum(_ left: Expression, _ right: Expression) -> Expression {
    part(.arithmetic(.add, left, right))
  }

  static func difference(_ left: Expression, _ right: Expression) -> Expression {
    part(.arithmetic(.subtract, left, right))
  }

  static func product(_ left: Expression, _ right: Expression) -> Expression {
    part(.arithmetic(.multiply, left, right))
  }

  /// With two decimal places.
  static func quotient(_ left: Expression, _ right: Expression) -> Expression {
    part(.quotient(left, right, .down), scale: 2)
  }
}
