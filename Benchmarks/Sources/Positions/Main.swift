import DistributionModel
import Foundation
import InputFiles

/// Rows of changes to a history: `positions FILE START END`, a file of `gen_events`.
///
/// Prints one JSON object: rows, accounts, changes of the span, and CPU seconds.
@main
struct Positions {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let start = UInt64(arguments[2]), let end = UInt64(arguments[3]),
      start < end
    else {
      print("usage: positions FILE START END")
      exit(2)
    }
    let before = clock()
    let contents = try PositionFile.read(
      arguments[1], name: arguments[1], as: source, span: start..<end)
    let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    let history = contents.history
    print(
      "{\"rows\":\(contents.rowCount),\"accounts\":\(history.accounts.count),"
        + "\"changes\":\(history.changes.count),\"seconds\":\(seconds)}")
  }

  private static let source: SourceDeclaration = {
    let events = PositionEvents(
      effect: .kinds(
        column: "kind",
        kinds: [
          .init(name: "D", effect: .add), .init(name: "W", effect: .take),
          .init(name: "T", effect: .move),
        ], target: "to"),
      amount: ColumnDeclaration(name: "amount", kind: .integer))
    return SourceDeclaration(
      name: "events", file: "events.csv", format: .csv, columns: [],
      time: TimeColumn(column: "time"),
      series: Series(origin: .events(events), value: .integer, measures: [.held]))
  }()
}
