import DistributionModel
import InputFiles
import TestKit
import Testing

/// A file with one mistake. In text, « stands where the mistake must be found; without it the error
/// names the line alone, or the whole file where the line is 0.
struct BrokenInput: Sendable, CustomTestStringConvertible {
  let problem: InputProblem
  let phrase: String
  let bytes: [UInt8]
  let line: Int
  let column: Int
  let field: String?
  let declaration: SourceDeclaration
  let limits: InputLimits

  init(
    _ problem: InputProblem, _ phrase: String, line: Int = 0, column: Int = 0,
    field: String? = nil, bytes: [UInt8], as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard
  ) {
    self.problem = problem
    self.phrase = phrase
    self.bytes = bytes
    self.line = line
    self.column = column
    self.field = field
    self.declaration = declaration
    self.limits = limits
  }

  init(
    _ problem: InputProblem, _ phrase: String, line: Int = 0, field: String? = nil,
    _ text: String, as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard
  ) {
    let parts = text.split(separator: "«", omittingEmptySubsequences: false)
    precondition(parts.count <= 2, "one mark")
    let lines = parts[0].split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let isMarked = parts.count == 2
    self.init(
      problem, phrase, line: isMarked ? lines.count : line,
      column: isMarked ? lines[lines.count - 1].count + 1 : 0, field: field,
      bytes: Array(parts.joined().utf8), as: declaration, limits: limits)
  }

  /// A cell of the column `points`.
  static func cell(_ problem: InputProblem, _ phrase: String, _ cell: String) -> BrokenInput {
    BrokenInput(
      problem, phrase, field: "points", "account,points\n\(a1),1\n\(a2),«\(cell)\n")
  }

  /// A cell in whole tokens with six decimals.
  static func amount(_ problem: InputProblem, _ phrase: String, _ cell: String) -> BrokenInput {
    BrokenInput(
      problem, phrase, field: "paid", "paid,account,points\n«\(cell),\(a1),1\n",
      as: source(unit: .token))
  }

  /// A cell of a decimal column with two places.
  static func decimal(
    _ problem: InputProblem, _ phrase: String, _ cell: String,
    _ notation: DecimalFormat.Notation = .plain
  ) -> BrokenInput {
    let format = DecimalFormat(places: 2, notation: notation)
    return BrokenInput(
      problem, phrase, field: "points", "points,account\n«\(cell),\(a1)\n",
      as: SourceDeclaration(
        name: "list", file: "list", format: .csv,
        columns: [ColumnDeclaration(name: "points", kind: .decimal(format))]))
  }

  /// A cell of an address column.
  static func address(_ problem: InputProblem, _ phrase: String, _ cell: String) -> BrokenInput {
    BrokenInput(
      problem, phrase, field: "to", "to,account\n«\(cell),\(a1)\n",
      as: SourceDeclaration(
        name: "list", file: "list", format: .csv,
        columns: [ColumnDeclaration(name: "to", kind: .address)]))
  }

  /// A cell of the account's column.
  static func account(_ problem: InputProblem, _ phrase: String, _ cell: String) -> BrokenInput {
    BrokenInput(problem, phrase, field: "account", "points,account\n1,«\(cell)\n")
  }

  static func lines(
    _ problem: InputProblem, _ phrase: String, line: Int = 0, field: String? = nil, _ text: String
  ) -> BrokenInput {
    BrokenInput(problem, phrase, line: line, field: field, text, as: pointsSource(.jsonl))
  }

  var testDescription: String { "\(problem): \(phrase)" }
}

private let rightLine = "{\"account\":\"\(a1)\",\"points\":1}\n"

/// What is wrong with the file or its text as a whole.
let brokenFiles: [BrokenInput] = [
  BrokenInput(
    .fileTooLarge, "found 15 bytes, expected at most 14", "account,points\n",
    limits: .with { $0.fileBytes = 14 }),
  BrokenInput(
    .fileTooLarge, "more than 59 bytes unpacked", "account,points\n\(a1),1\n\n",
    limits: .with { $0.unpackedBytes = 59 }),
  BrokenInput(.emptyFile, "Is it the right file?", ""),
  BrokenInput(.emptyFile, "Is it the right file?", "\u{FEFF}"),
  BrokenInput(.emptyFile, "Is it the right file?", "\n\r\n\n"),
  .lines(.emptyFile, "Is it the right file?", ""),
  .lines(.emptyFile, "Is it the right file?", "\r\n\n"),
  BrokenInput(.noRows, "a header and no row", "account,points"),
  BrokenInput(.noRows, "a header and no row", "account,points\r\n\r\n"),
  BrokenInput(
    .notUTF8Encoding, "Save the file as UTF-8", line: 1, bytes: [0xFF, 0xFE, 0x61, 0, 0x0A, 0]),
  BrokenInput(
    .notUTF8Encoding, "Save the file as UTF-8", line: 1, bytes: [0xFE, 0xFF, 0, 0x61, 0, 0x0A]),
  BrokenInput(
    .notUTF8Encoding, "UTF-32", line: 1, bytes: [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61]),
  BrokenInput(.nulByte, "a NUL byte", line: 1, column: 2, bytes: Array("a\0c".utf8)),
  BrokenInput(.nulByte, "a NUL byte", "account,points\n\(a1),\"é\n1«\0\"\n"),
  BrokenInput(
    .invalidUTF8, "bytes that are no UTF-8", line: 2,
    bytes: Array("account,points,n\n\(a1),1,".utf8) + [0xE9, 0x0A]),
  BrokenInput(
    .invalidUTF8, "bytes that are no UTF-8", line: 1, bytes: [0x61, 0xC0, 0x80, 0x0A]),
  BrokenInput(
    .lineTooLong, "more than 1048576 bytes without a line end", line: 2,
    "account,points\n" + String(repeating: "x", count: 10_000_000)),
  BrokenInput(
    .lineTooLong, "more than 1048576 bytes without a line end", line: 2,
    "account,points\n\(a1),\"" + String(repeating: "x\n", count: 600_000) + "\"\n"),
  BrokenInput(
    .tooManyRows, "more than 2 rows", line: 4, "account,points\n\(a1),1\n\(a2),2\n\(a1),3\n",
    limits: .with { $0.rows = 2 }),
  BrokenInput(
    .tooManyColumns, "more than 2 fields", line: 1, "account,points,more\n\(a1),1,\n",
    limits: .with { $0.columns = 2 }),
  BrokenInput(
    .tooManyColumns, "3 members", line: 1, "{\"account\":\"\(a1)\",\"points\":1,\"x\":2}",
    as: pointsSource(.jsonl), limits: .with { $0.columns = 2 }),
  BrokenInput(
    .tooManyColumns, "4 different members so far, expected at most 3", line: 2,
    "{\"account\":\"\(a1)\",\"points\":1,\"x\":2}\n{\"account\":\"\(a2)\",\"points\":1,\"y\":2}",
    as: pointsSource(.jsonl), limits: .with { $0.columns = 3 }),
  BrokenInput(.loneCarriageReturn, "LF or CRLF", "account,points«\r\(a1),1\r"),
  BrokenInput(.loneCarriageReturn, "LF or CRLF", "account,points\r\n\(a1),1«\r"),
  BrokenInput(.loneCarriageReturn, "LF or CRLF", "account,points\n\(a1),\"é\nx«\ry\"\n"),
  BrokenInput(.loneCarriageReturn, "LF or CRLF", "account,points\n\(a1),1«\r\r\n"),
  .lines(.loneCarriageReturn, "LF or CRLF", rightLine + "{«\r}\n"),
  BrokenInput(.blankLine, "no row is missing", line: 3, "account,points\n\(a1),1\n\n\(a2),2\n"),
  BrokenInput(.blankLine, "a blank line, expected a row", line: 1, "\naccount,points\n\(a1),1\n"),
  .lines(.blankLine, "a blank line", line: 2, rightLine + "\r\n" + rightLine),
]

/// What is wrong with records and headers.
let brokenRecords: [BrokenInput] = [
  BrokenInput(
    .strayQuote, "its quotes are written twice", "account,points\n\(a1),5«\"\n\(a2),\"6\"\n"),
  BrokenInput(.strayQuote, "found ' '", "account,points\n\(a1),\"5\"« \n\(a2),6\n"),
  BrokenInput(.strayQuote, "found 'x", "account,points,n\n\(a1),5,\"é\n\"\"\"«x\n"),
  BrokenInput(.strayQuote, "a comma or the end", "account,points\n\(a1), «\"5\"\n"),
  BrokenInput(
    .unterminatedQuote, "a closing quote", line: 3, "account,points\n\(a1),5\n\(a2),\"6\n\n"),
  BrokenInput(.unterminatedQuote, "written twice", line: 1, "account,\"poi\"\"nts\n\(a1),5\n"),
  BrokenInput(.wrongSeparator, "found ';' between fields", line: 1, "account;points\n\(a1);5\n"),
  BrokenInput(.wrongSeparator, "tabs between fields", line: 1, "account\tpoints\n\(a1)\t5\n"),
  BrokenInput(.wrongSeparator, "'|' between", line: 1, "account|points\n\(a1)|5\n"),
  BrokenInput(
    .duplicateColumn, "each column once", line: 1, field: "points",
    "account,points,points\n\(a1),1,2\n"),
  BrokenInput(
    .duplicateColumn, "each column once", line: 1, field: "paid",
    "account,points,paid:base,paid:token\n\(a1),1,2,3\n", as: source()),
  BrokenInput(
    .missingColumn, "found the columns 'account', 'score', expected one named 'points'", line: 1,
    field: "points", "account,score\n\(a1),1\n"),
  BrokenInput(
    .missingColumn, "Did you mean 'Account'?", line: 1, field: "account",
    "Account,points\n\(a1),1\n"),
  BrokenInput(
    .missingColumn, "'c19' and 3 more", line: 1, field: "account",
    (0..<23).map { "c\($0)" }.joined(separator: ",") + "\n"),
  BrokenInput(
    .unknownUnit, "found the unit 'wei', expected base or token", line: 1, field: "paid:wei",
    "account,points,paid:wei\n\(a1),1,2\n", as: source()),
  BrokenInput(
    .unknownUnit, "this column is no amount", line: 1, field: "points",
    "account,points:base\n\(a1),1\n"),
  BrokenInput(
    .unknownUnit, "this column is no amount", line: 1, field: "account",
    "account:token,points\n\(a1),1\n"),
  BrokenInput(
    .unitMismatch, "found the unit token in the header, expected base, as the plan says", line: 1,
    field: "paid", "account,points,paid:token\n\(a1),1,2\n", as: source(unit: .base)),
  BrokenInput(
    .unitMismatch, "found the unit base", line: 1, field: "paid",
    "account,points,paid:base\n\(a1),1,2\n", as: source(unit: .token)),
  BrokenInput(
    .raggedRow, "found 3 fields, expected 2, as in the header", line: 3,
    "account,points\n\(a1),1\n\(a2),1,000\n"),
  BrokenInput(.raggedRow, "found 1 field", line: 2, "account,points\n\(a1)\n"),
  .lines(
    .malformedJSON, "a comma or }", rightLine + "{\"account\":\"é\" «\"points\":1}\n"),
  .lines(.malformedJSON, "the end of the text", "{\"account\":\"\(a1)\",\"points\":1«\n"),
  .lines(.malformedJSON, "each key once", "{\"points\":1,«\"points\":2}\n"),
  BrokenInput(
    .malformedJSON, "two spellings", line: 1,
    "{\"account\":\"\(a1)\",\"points\":1,\"caf\u{E9}\":1,\"cafe\u{301}\":2}\n",
    as: pointsSource(.jsonl)),
  .lines(.malformedJSON, "the end of the text", "{\"account\":\"\(a1)\",\"points\":1}«{}\n"),
  .lines(.malformedJSON, "at most 8", String(repeating: "[", count: 8) + "«[\n"),
  .lines(.malformedJSON, "'01'", "{\"points\":«01}\n"),
  .lines(.notAnObject, "found an array", line: 1, "[\"\(a1)\",1]\n"),
  .lines(.notAnObject, "found the string", line: 2, rightLine + "\"x\"\n"),
  .lines(
    .nestedValue, "found an object", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":{\"x\":1}}\n"),
  .lines(
    .nestedValue, "found null", line: 1, field: "account", "{\"account\":null,\"points\":1}\n"),
  .lines(
    .nestedValue, "found a boolean", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":true}\n"),
  .lines(
    .nestedValue, "safest as strings", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":[1]}\n"),
  .lines(
    .missingMember, "no member 'points'", line: 2, field: "points",
    rightLine + "{\"account\":\"\(a2)\"}\n"),
  .lines(.missingMember, "no member 'account'", line: 1, field: "account", "{\"points\":1}\n"),
]

/// Cells that are no accounts or no values.
let brokenCells: [BrokenInput] = [
  .cell(.emptyField, "Fill the cell", ""),
  .cell(.emptyField, "Fill the cell", "\"\""),
  .account(.emptyField, "expected an address", ""),
  .lines(
    .emptyField, "found nothing", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":\"\"}\n"),
  .cell(.surroundingBlanks, "Remove the blanks", " 5"),
  .cell(.surroundingBlanks, "Remove the blanks", "5\t"),
  .cell(.surroundingBlanks, "Remove the blanks", "\" 5\""),
  .account(.surroundingBlanks, "Remove the blanks", "\(a1) "),
  .account(.accountMissingPrefix, "with 0x before it", String(a1.dropFirst(2))),
  .account(.accountMissingPrefix, "with 0x before it", "0X" + a1.dropFirst(2)),
  .account(.accountMissingPrefix, "'vitalik.eth'", "vitalik.eth"),
  .account(.accountWrongLength, "with 39 digits", String(a1.dropLast())),
  .account(.accountWrongLength, "with 41 digits", a1 + "0"),
  .account(.accountWrongLength, "with 0 digits", "0x"),
  .account(.accountNotHexadecimal, "'g' at place 42", a1.dropLast() + "g"),
  .account(.accountNotHexadecimal, "'é' at place 3", "0xé" + a1.dropFirst(4)),
  .account(.accountWrongChecksum, "expected \(mixedCase)", mixedCase.dropLast(2) + "eD"),
  .account(.zeroAddress, "nobody can claim", zero),
  BrokenInput(
    .duplicateAccount, "again, after line 2, expected each account once", line: 4,
    field: "account",
    "account,points\n\(mixedCase),1\n\(a1),2\n\(mixedCase.lowercased()),3\n\(a1),4\n"),
  .lines(
    .duplicateAccount, "duplicates: sum", line: 2, field: "account", rightLine + rightLine),
  .cell(.signedNumber, "without sign", "-5"),
  .cell(.signedNumber, "without sign", "+5"),
  .amount(.signedNumber, "without sign", "-0.5"),
  .cell(.exponentNotation, "format the column as text", "1e21"),
  .cell(.exponentNotation, "A spreadsheet rounded it", "1.5E+21"),
  .amount(.exponentNotation, "A spreadsheet rounded it", "1e-7"),
  .lines(
    .exponentNotation, "'1E3'", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":1E3}\n"),
  .cell(.digitSeparators, "without separators", "\"1,000\""),
  .cell(.digitSeparators, "without separators", "\"1.000,5\""),
  .cell(.digitSeparators, "without separators", "1.000.000"),
  .cell(.digitSeparators, "without separators", "1'000"),
  .cell(.digitSeparators, "without separators", "1’000"),
  .cell(.digitSeparators, "without separators", "1 000"),
  .cell(.digitSeparators, "without separators", "1\u{A0}000"),
  .cell(.digitSeparators, "without separators", "1\u{202F}000"),
  .cell(.digitSeparators, "without separators", "1_000"),
  .amount(.digitSeparators, "a point for the fraction", "\"1,5\""),
  .cell(.hexadecimalNumber, "in decimal digits", "0x1f"),
  .amount(.hexadecimalNumber, "in decimal digits", "0X1F"),
  .cell(.fractionNotAllowed, "such as 2.", "1.25"),
  .cell(.fractionNotAllowed, "such as 1.", "1.0"),
  .cell(.fractionNotAllowed, "type: decimal", "5.5"),
  BrokenInput(
    .fractionNotAllowed, "a whole number", field: "paid", "account,points,paid\n\(a1),1,«2.5\n",
    as: source()),
  .amount(.tooManyDecimals, "with 7 decimals, expected at most 6", "0.1234567"),
  .amount(.tooManyDecimals, "nothing is rounded", "1.0000000"),
  .cell(.leadingZeros, "without zeros before it", "007"),
  .cell(.leadingZeros, "without zeros before it", "00"),
  .amount(.leadingZeros, "without zeros before it", "01.5"),
  .cell(.notANumber, "a whole number in decimal digits", "lots"),
  .cell(.notANumber, "found 'NaN'", "NaN"),
  .cell(.notANumber, "found '１'", "１"),
  .cell(.notANumber, "'=1+1'", "=1+1"),
  .cell(.notANumber, "found '5 USD'", "5 USD"),
  .amount(.notANumber, "before and after the point", "5."),
  .amount(.notANumber, "before and after the point", ".5"),
  .amount(.notANumber, "before and after the point", "."),
  .cell(.numberOverflow, "2^256 or more", twoTo256),
  .amount(
    .numberOverflow, "two were joined",
    "115792089237316195423570985008687907853269984665640564039457584007913129.639936"),
  .amount(.numberOverflow, "2^256 or more", twoTo256),
  .cell(.numberOverflow, "…'", String(repeating: "9", count: 5000)),
]

/// Cells of decimal and of address columns.
let brokenDecimals: [BrokenInput] = [
  .decimal(.emptyField, "a decimal number with at most 2 decimals", ""),
  .decimal(.surroundingBlanks, "Remove the blanks", " 1.5"),
  .decimal(.exponentNotation, "notation: scientific", "1e3"),
  .decimal(.tooManyDecimals, "excess: half_even", "1.234"),
  .decimal(.tooManyDecimals, "at most 2, the column's places", "0.001"),
  .decimal(.tooManyDecimals, "'1.5e-2' with more decimals", "1.5e-2", .scientific),
  .decimal(.tooManyDecimals, "'1e-9999'", "1e-9999", .scientific),
  .decimal(.leadingZeros, "without zeros before it", "01.5"),
  .decimal(.leadingZeros, "without zeros before it", "00"),
  .decimal(.notANumber, "before and after the point", "1."),
  .decimal(.notANumber, "before and after the point", ".5"),
  .decimal(.notANumber, "before and after the point", "e5", .scientific),
  .decimal(.notANumber, "one to four digits", "1e", .scientific),
  .decimal(.notANumber, "one to four digits", "1e12345", .scientific),
  .decimal(.notANumber, "one to four digits", "1e1e1", .scientific),
  .decimal(.notANumber, "one to four digits", "1e1.5", .scientific),
  .decimal(.notANumber, "found 'nan'", "nan"),
  .decimal(.signedNumber, "found '-1.5e3'", "-1.5e3", .scientific),
  .decimal(.hexadecimalNumber, "in decimal digits", "0x1"),
  .decimal(.digitSeparators, "found '1 000e1'", "1 000e1", .scientific),
  .decimal(
    .numberOverflow, "2^256 or more",
    "1157920892373161954235709850086879078532699846656405640394575840079131296399.36"),
  .decimal(.numberOverflow, "2^256 or more", "1e76", .scientific),
  .decimal(.numberOverflow, "2^256 or more", "1e9999", .scientific),
  .address(.emptyField, "expected an address", ""),
  .address(.accountWrongLength, "with 39 digits", String(a1.dropLast())),
  .address(.accountWrongChecksum, "expected \(mixedCase)", mixedCase.dropLast(2) + "eD"),
  BrokenInput(
    .unknownUnit, "this column is no amount", line: 1, field: "to",
    "to:base,account\n\(a1),\(a1)\n",
    as: SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: [ColumnDeclaration(name: "to", kind: .address)])),
  BrokenInput(
    .unknownUnit, "this column is no amount", line: 1, field: "score",
    "score:token,account\n1,\(a1)\n",
    as: SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: [
        ColumnDeclaration(name: "score", kind: .decimal(DecimalFormat(places: 2)))
      ])),
]

private func text(
  _ problem: InputProblem, _ phrase: String, line: Int = 0, field: String? = nil, _ text: String,
  columns: [String] = ["points"], within: [String] = []
) -> BrokenInput {
  BrokenInput(
    problem, phrase, line: line, field: field, text,
    as: selecting(.json, columns: columns, within: within))
}

private func text(
  _ problem: InputProblem, _ phrase: String, line: Int, bytes: [UInt8]
) -> BrokenInput {
  BrokenInput(problem, phrase, line: line, bytes: bytes, as: pointsSource(.json))
}

/// JSON files.
let brokenJSON: [BrokenInput] = [
  text(.emptyFile, "Is it the right file?", " \n"),
  text(.noRows, "at least one row", "[ ]"),
  text(.noRows, "at least one row", "{\n}"),
  text(.notUTF8Encoding, "Save the file as UTF-8", line: 1, bytes: [0xFF, 0xFE, 0x5B, 0]),
  BrokenInput(
    .malformedJSON, "bytes that are no UTF-8", line: 2, column: 2,
    bytes: Array("[\n\"".utf8) + [0xFF] + Array("\"]".utf8), as: pointsSource(.json)),
  text(.unknownShape, "a list of objects, or an object from accounts", line: 1, "\"x\""),
  text(.unknownShape, "found '12'", line: 2, "\n12"),
  text(
    .unknownShape, "found the number 1 for 2 columns", line: 1, field: a1, "{\"\(a1)\": 1}",
    columns: ["points", "more"]),
  text(.notAnObject, "found the number 1, expected one JSON object per row", line: 2, "[\n1]"),
  text(.malformedJSON, "a comma or ]", "[{\"account\":\"\(a1)\",\"points\":1}\n«}"),
  text(.malformedJSON, "a comma or ]", "[{\"account\":\"\(a1)\",\"points\":1}«"),
  text(.malformedJSON, "a JSON value", "[«,1]"),
  text(.malformedJSON, "the end of the text", "[{\"account\":\"\(a1)\",\"points\":1}] «[]"),
  text(.malformedJSON, "a name in double quotes", "{«1:2}"),
  text(.malformedJSON, "and a colon", "{«\"a\" 2}"),
  text(.malformedJSON, "expected a value", "{\"a\":«}"),
  text(.malformedJSON, "each name once", "{\"\(a1)\":1,\n «\"\(a1)\":2}"),
  text(.malformedJSON, "'01'", "{\"\(a1)\":\n\n «01}"),
  text(.malformedJSON, "at most 8", "[{\"x\":" + String(repeating: "[", count: 7) + "«[]]]]]]]]}]"),
  text(
    .malformedJSON, "each key once",
    "[{\"account\":\"\(a1)\",\n\"points\":1,«\"points\":2}]"),
  text(
    .duplicateAccount, "again, after line 1", line: 2, field: "account",
    "{\"\(mixedCase)\":1,\n\"\(mixedCase.lowercased())\":2}"),
  text(.missingMember, "no member 'list'", line: 1, field: "list", "{\"x\":[]}", within: ["list"]),
  text(.malformedJSON, "an object", "«[]", within: ["list"]),
  text(.malformedJSON, "a JSON value", "{\"x\":«tru, \"list\":[]}", within: ["list"]),
  text(.nestedValue, "found null", line: 1, field: "points", "{\"\(a1)\":null}"),
  text(.missingMember, "expected one in every row", line: 1, field: "points", "{\"\(a1)\":{}}"),
]

/// Conditions, keys and lookups.
let brokenSelections: [BrokenInput] = [
  BrokenInput(
    .nothingSelected, "1 row that `where` leaves out", "account,points,kind\n\(a1),1,x\n",
    as: selecting(where: [("kind", ["X"])])),
  BrokenInput(
    .missingColumn, "expected one named 'kind'", line: 1, field: "kind",
    "account,points\n\(a1),1\n", as: selecting(where: [("kind", ["X"])])),
  BrokenInput(
    .surroundingBlanks, "Remove the blanks", field: "kind", "kind,account,points\n« x,\(a1),1\n",
    as: selecting(where: [("kind", ["x"])])),
  BrokenInput(
    .unknownUnit, "this column is no amount", line: 1, field: "kind",
    "kind:base,account,points\nx,\(a1),1\n", as: selecting(where: [("kind", ["x"])])),
  BrokenInput(
    .missingMember, "no member 'kind'", line: 1, field: "kind",
    "{\"account\":\"\(a1)\",\"points\":1}\n", as: selecting(.jsonl, where: [("kind", ["x"])])),
  BrokenInput(
    .nestedValue, "found a boolean", line: 1, field: "points",
    "{\"account\":\"\(a1)\",\"points\":true,\"kind\":true}\n",
    as: selecting(.jsonl, where: [("kind", ["true"])])),
  BrokenInput(
    .unknownKey, "a key of the source payouts", field: "project", "points,project\n1,«k\n",
    as: selecting(account: "project", lookup: .init(source: "payouts"))),
  BrokenInput(
    .emptyField, "a key of payouts", field: "project", "points,project\n1,«\n",
    as: selecting(
      account: "project", lookup: .init(source: "payouts", unknownKeys: .skip))),
  BrokenInput(
    .nothingSelected, "1 of unknown keys", "points,project\n1,k\n",
    as: selecting(
      account: "project", lookup: .init(source: "payouts", unknownKeys: .skip))),
  BrokenInput(
    .duplicateKey, "'k' again, after line 2", field: "id", "account,id\n\(a1),k\n\(a2),«k\n",
    as: selecting(key: "id", columns: [])),
  BrokenInput(
    .emptyField, "expected a key", field: "id", "account,id\n\(a1),«\n",
    as: selecting(key: "id", columns: [])),
  BrokenInput(
    .surroundingBlanks, "Remove the blanks", field: "id", "account,id\n\(a1),«k \n",
    as: selecting(key: "id", columns: [])),
]

let brokenInputs =
  brokenWords + brokenFiles + brokenRecords + brokenCells + brokenDecimals + brokenJSON
  + brokenSelections

private let sides = SourceDeclaration(
  name: "list", file: "list.csv", format: .csv,
  columns: [ColumnDeclaration(name: "side", kind: .word)])

/// Cells that are no words.
private let brokenWords: [BrokenInput] = ["kaufen für", String(repeating: "x", count: 33)].map {
  BrokenInput(
    .malformedWord, "1 to 32 signs of ASCII", field: "side",
    "account,side\n0x00000000000000000000000000000000000000a1,«\($0)\n", as: sides)
}
