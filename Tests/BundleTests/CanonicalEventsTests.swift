import Bundle
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

private let span: Range<UInt64> = 100..<200
private let source = SourceDeclaration(
  name: "staked", file: "staked.csv", format: .csv, columns: [],
  series: Series(
    origin: .events(
      PositionEvents(effect: .change, amount: ColumnDeclaration(name: "amount", kind: .integer))),
    value: .integer, measures: [.held]))

private let text = """
  time,account,change
  0,0x00000000000000000000000000000000000000a1,7
  100,0x00000000000000000000000000000000000000a2,5
  150,0x00000000000000000000000000000000000000a1,-7
  150,0x00000000000000000000000000000000000000a2,1

  """

private let a1 = "0x00000000000000000000000000000000000000a1"
private let a2 = "0x00000000000000000000000000000000000000a2"

private let zeros = String(repeating: "0", count: 24)

private func parsed(_ text: String) throws(BundleError) -> CanonicalEvents {
  try CanonicalEvents(parsing: Array(text.utf8), of: source, span: span)
}

extension CanonicalEvents {
  /// All pieces of the file.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    _ = write { bytes += $0 }
    return bytes
  }
}

@Suite("The file of changes of a series")
struct CanonicalEventsTests {
  @Test("is read as what it says, and written as it was")
  func roundTrip() throws {
    let events = try parsed(text)
    let history = try #require(events.history.positions)
    let changes = history.changes
    #expect(history.accounts == [account(0xA1), account(0xA2)])
    #expect(changes.times == [0, 100, 150, 150])
    #expect(changes.accounts == [0, 1, 0, 1])
    #expect(changes.amounts == [units(7), units(5), units(7), units(1)])
    #expect(changes.isTaken == [false, false, true, false])
    #expect(String(decoding: events.bytes, as: UTF8.self) == text)
  }

  @Test("is written piece by piece, all of it once, and hashed as a whole", arguments: [0, 1, 3])
  func pieces(more: Int) throws {
    let rows = more == 0 ? 4096 : 4096 + 4095 * more
    let lines = (0..<rows).map { "150,0x\(String($0 + (1 << 60), radix: 16))\(zeros),-\($0 + 1)" }
    let text = "time,account,change\n" + lines.joined(separator: "\n") + "\n"
    var pieces: [[UInt8]] = []
    let hash = try parsed(text).write { pieces.append($0) }
    #expect(String(decoding: pieces.joined(), as: UTF8.self) == text)
    #expect(hash == Keccak256.hash(utf8: text))
    #expect(pieces.allSatisfy { $0.count < 1 << 19 })
  }

  @Test("is the same for accounts that were numbered in another order")
  func numbering() throws {
    let events = try parsed(text)
    let first = try #require(events.history.positions)
    var changes = PositionChanges()
    for row in 0..<first.changes.count {
      changes.append(
        time: Timestamp(first.changes.times[row]),
        account: 1 - first.changes.accounts[row],
        amount: first.changes.amounts[row],
        isTaken: first.changes.isTaken[row], line: 0)
    }
    let history = PositionHistory(
      span: span, numbered: first.accounts.reversed(), changes: changes)
    #expect(CanonicalEvents(source, .positions(history)).bytes == events.bytes)
  }

  @Test(
    "is refused where it is not in its one form",
    arguments: [
      ("time,account,change", "time,account,amount", BundleError.Kind.malformedRow, "line 1"),
      ("150,\(a2),1", "", .malformedRow, "line 5"),
      ("100,", "99,", .malformedRow, "line 3"),
      (
        "150,\(a2)",
        "200,\(a2)", .malformedRow, "line 5"
      ),
      ("a2,5", "a2,0", .malformedRow, "line 3"), ("a2,5", "a2,05", .malformedRow, "line 3"),
      ("a2,5", "a2,0.5", .malformedRow, "line 3"), ("a1,7", "a1,-7", .malformedRow, "line 2"),
      ("00a2,1", "00a1,1", .wrongOrder, "line 5"),
      (
        "150,\(a1)",
        "99999999999999999999,\(a1)", .malformedRow, "line 4"
      ),
      (
        "\(a1),7",
        "0x0000000000000000000000000000000000000000,7", .malformedRow, "line 2"
      ),
    ])
  func refused(_ old: String, _ new: String, _ kind: BundleError.Kind, _ place: String) {
    let error = #expect(throws: BundleError.self) {
      try parsed(text.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(error?.kind == kind)
    #expect(error?.place.contains(place) == true, "\(String(describing: error))")
  }
}
