import DistributionModel
import EthereumPrimitives
import Testing

@testable import InputFiles

/// A file of changes with one mistake.
struct BrokenPositions: Sendable, CustomTestStringConvertible {
  let problem: InputProblem
  let phrase: String
  /// Counted from 1; 0 where the error names none.
  let line: Int
  let column: Int
  let field: String?
  let declaration: SourceDeclaration
  let limits: InputLimits
  let bytes: [UInt8]

  init(
    _ problem: InputProblem, _ phrase: String, line: Int = 3, column: Int = 0,
    field: String? = nil, as declaration: SourceDeclaration = positions(),
    limits: InputLimits = .standard, _ text: String
  ) {
    self.init(
      problem, phrase, line: line, column: column, field: field, as: declaration, limits: limits,
      bytes: Array(text.utf8))
  }

  init(
    _ problem: InputProblem, _ phrase: String, line: Int = 3, column: Int = 0,
    field: String? = nil, as declaration: SourceDeclaration = positions(),
    limits: InputLimits = .standard, bytes: [UInt8]
  ) {
    self.problem = problem
    self.phrase = phrase
    self.line = line
    self.column = column
    self.field = field
    self.declaration = declaration
    self.limits = limits
    self.bytes = bytes
  }

  var testDescription: String {
    "\(problem): \(String(decoding: bytes.suffix(50), as: UTF8.self))"
  }
}

private let head = "time,account,amount\n5,\(a1),1\n"
private let moves = "time,account,to,amount\n5,\(zero),\(a1),1\n"
private let words = "time,kind,account,to,amount\n5,D,\(a1),,1\n"
private let stated = "time,account,amount,block,log\n5,\(a1),1,1,1\n"
private let ordered = positions(.balance, order: ["block", "log"])
private let tokens = positions(
  amount: ColumnDeclaration(
    name: "amount", kind: .amount(token: "USD", decimals: 6, unit: .token)))
private let selected = positions(where: [("pool", ["A"])])
private let lookedUp = positions(
  lookup: SourceDeclaration.Lookup(source: "users", unknownKeys: .refuse))
private let timed = positions(time: TimeColumn(column: "block", table: "blocks"))
private let lines = positions(format: .jsonl)
private let list = positions(format: .json)
private let quarantining = positions(badRows: .quarantine)

private func object(_ time: String, _ account: String, _ amount: String) -> String {
  "{\"time\":\(time),\"account\":\"\(account)\",\"amount\":\(amount)}\n"
}

/// Keys `alice` and `bob` of the source `users`, and blocks 1 … 3 of `blocks`.
let brokenKeys: KeyTable = {
  var keys = KeyTable()
  _ = keys.add(Array("alice".utf8)[...], account(0xA1))
  _ = keys.add(Array("bob".utf8)[...], account(0xA2))
  return keys
}()

let brokenTimes: TimeTable = {
  var times = TimeTable()
  for block in 1...3 as ClosedRange<UInt64> {
    _ = times.add(Array("\(block)".utf8)[...], 12 * block)
  }
  return times
}()

let brokenPositions: [BrokenPositions] =
  brokenTimeCells + brokenParties + brokenAmounts
  + brokenTexts + brokenRowsTogether

private let brokenTimeCells: [BrokenPositions] = [
  BrokenPositions(
    .timeOutOfRange, "Divide them by 1000", column: 1, field: "time",
    head + "1735689600000,\(a1),1\n"),
  BrokenPositions(
    .timeOutOfRange, "before 1970", column: 1, field: "time",
    head + "1969-12-31T00:00:00Z,\(a1),1\n"),
  BrokenPositions(
    .malformedTime, "'noon'", column: 1, field: "time", head + "noon,\(a1),1\n"),
  BrokenPositions(
    .malformedTime, "'22/03/2024'", line: 2, field: "time", as: lines,
    object("6", a1, "1") + object("\"22/03/2024\"", a1, "1")),
  BrokenPositions(
    .malformedTime, "to the second", column: 1, field: "time", head + "2024-03-22,\(a1),1\n"),
  BrokenPositions(
    .malformedTime, "stands Z", column: 1, field: "time",
    head + "2024-03-22 15:35:00 UTC,\(a1),1\n"),
  BrokenPositions(
    .timeWithoutZone, "Write Z after it", column: 1, field: "time",
    head + "2024-03-22T15:35:00,\(a1),1\n"),
  BrokenPositions(
    .foreignTimeZone, "the time of UTC", column: 1, field: "time",
    head + "2024-03-22T15:35:00+01:00,\(a1),1\n"),
  BrokenPositions(
    .fractionOfSecond, "cut off the fraction", column: 1, field: "time",
    head + "2024-03-22T15:35:00.5Z,\(a1),1\n"),
  BrokenPositions(
    .fractionOfSecond, "whole seconds", column: 1, field: "time", head + "6.25,\(a1),1\n"),
  BrokenPositions(
    .noSuchTime, "No calendar", column: 1, field: "time", head + "2023-02-29T00:00:00Z,\(a1),1\n"),
  BrokenPositions(.emptyField, "nothing", column: 1, field: "time", head + ",\(a1),1\n"),
  BrokenPositions(.signedNumber, "'-6'", column: 1, field: "time", head + "-6,\(a1),1\n"),
  BrokenPositions(.exponentNotation, "'6e0'", column: 1, field: "time", head + "6e0,\(a1),1\n"),
  BrokenPositions(.digitSeparators, "'1_0'", column: 1, field: "time", head + "1_0,\(a1),1\n"),
  BrokenPositions(.hexadecimalNumber, "'0x6'", column: 1, field: "time", head + "0x6,\(a1),1\n"),
  BrokenPositions(.leadingZeros, "'06'", column: 1, field: "time", head + "06,\(a1),1\n"),
  BrokenPositions(
    .unknownTime, "'4', expected a key of the source blocks", column: 1, field: "block", as: timed,
    "block,account,amount\n3,\(a1),1\n4,\(a1),1\n"),
  BrokenPositions(
    .surroundingBlanks, "'3 '", column: 1, field: "block", as: timed,
    "block,account,amount\n3,\(a1),1\n3 ,\(a1),1\n"),
]

private let brokenParties: [BrokenPositions] = [
  BrokenPositions(
    .zeroAddress, "somebody holds", column: 3, field: "account", head + "6,\(zero),1\n"),
  BrokenPositions(
    .zeroAddress, "somebody holds", column: 5, field: "account", as: positions(deposits),
    words + "6,W,\(zero),,1\n"),
  BrokenPositions(
    .zeroAddress, "somebody holds", column: 48, field: "to", as: positions(deposits),
    words + "6,T,\(a1),\(zero),1\n"),
  BrokenPositions(
    .emptyField, "an address", column: 46, field: "to", as: positions(transfers),
    moves + "6,\(a1),,1\n"),
  BrokenPositions(.emptyField, "an address", column: 3, field: "account", head + "6,,1\n"),
  BrokenPositions(
    .accountMissingPrefix, "0x before it", column: 3, field: "account",
    head + "6,\(a1.dropFirst(2)),1\n"),
  BrokenPositions(
    .accountWrongLength, "39 digits", column: 3, field: "account", head + "6,\(a1.dropLast()),1\n"),
  BrokenPositions(
    .accountNotHexadecimal, "'g'", column: 46, field: "to", as: positions(transfers),
    moves + "6,\(a1),\(a2.dropLast())g,1\n"),
  BrokenPositions(
    .accountWrongChecksum, "mistyped", column: 3, field: "account",
    head + "6,\(mixedCase.dropLast())D,1\n"),
  BrokenPositions(
    .unknownKey, "'carol'", column: 3, field: "account", as: lookedUp,
    "time,account,amount\n5,alice,1\n6,carol,1\n"),
  BrokenPositions(
    .surroundingBlanks, "' bob'", column: 3, field: "account", as: lookedUp,
    "time,account,amount\n5,alice,1\n6, bob,1\n"),
  BrokenPositions(
    .unknownKind, "one of 'D', 'W', 'T', 'A'", column: 3, field: "kind", as: positions(deposits),
    words + "6,d,\(a1),,1\n"),
  BrokenPositions(
    .emptyField, "a kind of event", column: 3, field: "kind", as: positions(deposits),
    words + "6,,\(a1),,1\n"),
]

private let brokenAmounts: [BrokenPositions] = [
  BrokenPositions(
    .signedNumber, "'-1'", column: 89, field: "amount", as: positions(transfers),
    moves + "6,\(a1),\(a2),-1\n"),
  BrokenPositions(
    .signedNumber, "'-1'", column: 46, field: "amount", as: positions(.balance),
    head + "6,\(a1),-1\n"),
  BrokenPositions(.signedNumber, "'+1'", column: 46, field: "amount", head + "6,\(a1),+1\n"),
  BrokenPositions(.signedNumber, "'-1'", column: 46, field: "amount", head + "6,\(a1),--1\n"),
  BrokenPositions(.notANumber, "'-'", column: 46, field: "amount", head + "6,\(a1),-\n"),
  BrokenPositions(.notANumber, "'ten'", column: 46, field: "amount", head + "6,\(a1),ten\n"),
  BrokenPositions(.emptyField, "nothing", column: 46, field: "amount", head + "6,\(a1),\n"),
  BrokenPositions(
    .surroundingBlanks, "' 1'", column: 46, field: "amount", head + "6,\(a1),- 1\n"),
  BrokenPositions(
    .exponentNotation, "'1e21'", column: 46, field: "amount", head + "6,\(a1),1e21\n"),
  BrokenPositions(
    .fractionNotAllowed, "type: decimal", column: 46, field: "amount", head + "6,\(a1),1.5\n"),
  BrokenPositions(
    .tooManyDecimals, "at most 6", column: 46, field: "amount", as: tokens,
    head + "6,\(a1),-1.1234567\n"),
  BrokenPositions(
    .numberOverflow, "2^256 or more", column: 46, field: "amount", head + "6,\(a1),-\(twoTo256)\n"),
  BrokenPositions(
    .fractionNotAllowed, "'1.5'", column: 50, field: "log", as: ordered,
    stated + "6,\(a1),1,2,1.5\n"),
  BrokenPositions(
    .emptyField, "nothing", column: 48, field: "block", as: ordered,
    stated + "6,\(a1),1,,1\n"),
  BrokenPositions(
    .nestedValue, "a string or a number", line: 2, field: "amount", as: lines,
    object("5", a1, "1") + object("6", a1, "null")),
]

private let brokenTexts: [BrokenPositions] = [
  BrokenPositions(.raggedRow, "2 fields", head + "6,\(a1)\n"),
  BrokenPositions(.raggedRow, "4 fields", head + "6,\(a1),1,\n"),
  BrokenPositions(.blankLine, "a blank line", head + "\n6,\(a1),1\n"),
  BrokenPositions(.strayQuote, "a comma", column: 4, head + "\"6\"6,\(a1),1\n"),
  BrokenPositions(.unterminatedQuote, "the end of the file", head + "\"6,\(a1),1\n"),
  BrokenPositions(.nulByte, "a NUL byte", column: 1, head + "\0,\(a1),1\n"),
  BrokenPositions(.loneCarriageReturn, "alone", column: 2, head + "6\r,\(a1),1\n"),
  BrokenPositions(.invalidUTF8, "no UTF-8", bytes: Array(head.utf8) + [0xFF, 0x0A]),
  BrokenPositions(.emptyFile, "nothing", line: 0, ""),
  BrokenPositions(.noRows, "a header and no row", line: 0, "time,account,amount\n"),
  BrokenPositions(
    .nothingSelected, "2 rows that `where` leaves out", line: 0, as: selected,
    "pool,time,account,amount\nB,5,\(a1),1\nB,6,\(a1),1\n"),
  BrokenPositions(
    .missingColumn, "one named 'time'", line: 1, field: "time", "at,account,amount\n5,\(a1),1\n"),
  BrokenPositions(
    .missingColumn, "one named 'to'", line: 1, field: "to", as: positions(transfers), head),
  BrokenPositions(
    .missingColumn, "one named 'log'", line: 1, field: "log", as: ordered,
    "time,account,amount,block\n5,\(a1),1,1\n"),
  BrokenPositions(
    .duplicateColumn, "the name twice", line: 1, field: "time",
    "time,account,amount,time\n5,\(a1),1,5\n"),
  BrokenPositions(
    .unknownUnit, "a unit", line: 1, field: "time", "time:base,account,amount\n5,\(a1),1\n"),
  BrokenPositions(
    .wrongSeparator, "commas", line: 1, "time;account;amount\n5;\(a1);1\n"),
  BrokenPositions(
    .unitMismatch, "the unit base in the header", line: 1, field: "amount", as: tokens,
    "time,account,amount:base\n5,\(a1),1\n"),
  BrokenPositions(
    .malformedJSON, "object of its own", line: 2, column: 2, as: lines,
    object("5", a1, "1") + "{time:6}\n"),
  BrokenPositions(.notAnObject, "per line", line: 1, as: lines, "[]\n"),
  BrokenPositions(
    .missingMember, "no member 'time'", line: 2, field: "time", as: lines,
    object("5", a1, "1") + "{\"account\":\"\(a1)\",\"amount\":1}\n"),
  BrokenPositions(
    .unknownShape, "a list of objects", line: 1, as: list, "7"),
  BrokenPositions(
    .emptyField, "an address", line: 2, field: "account", as: list,
    "[" + object("5", a1, "1") + "," + object("6", "", "1") + "]"),
  BrokenPositions(
    .tooManyRows, "more than 1 rows", limits: .with { $0.rows = 1 }, head + "6,\(a1),1\n"),
  BrokenPositions(
    .lineTooLong, "more than 80 bytes", limits: .with { $0.lineBytes = 80 },
    head + "6,\(a1),\(String(repeating: "1", count: 60))\n"),
  BrokenPositions(
    .fileTooLarge, "expected at most 20", line: 0, limits: .with { $0.fileBytes = 20 }, head),
  BrokenPositions(
    .tooManyBadRows, "the first one in line 3", line: 4, as: quarantining,
    limits: .with { $0.quarantined = 1 }, head + "x,\(a1),1\ny,\(a1),1\n"),
]

private let brokenRowsTogether: [BrokenPositions] = [
  BrokenPositions(
    .contradictingBalances, "after 1 in line 2", as: ordered, stated + "5,\(a1),2,1,1\n"),
  BrokenPositions(
    .contradictingBalances, "Name columns that order", as: positions(.balance),
    head + "5,\(a1),2\n"),
  BrokenPositions(
    .contradictingBalances, "after 1 in line 2", line: 4, as: positions(.balance),
    head + "4,\(a2),2\n5,\(a1),2\n"),
  BrokenPositions(
    .changesOverflow, "add up to 2^256 or more", head + "5,\(a1),\(maximum)\n"),
  BrokenPositions(
    .changesOverflow, "at 5", line: 4, as: positions(transfers),
    moves + "5,\(a2),\(zero),\(maximum)\n5,\(a2),\(a1),1\n"),
]
