import EthereumPrimitives

/// What can be wrong with an input file, in the order in which it is looked for.
public enum InputProblem: String, Sendable, CaseIterable {
  // The file
  /// The file cannot be opened.
  case cannotOpen
  /// Reading stopped with an error of the system.
  case cannotRead
  /// The file is larger than the limit, packed or unpacked.
  case fileTooLarge
  /// A gzip file ends in the middle.
  case gzipTruncated
  /// A gzip file whose content or checksum is wrong.
  case gzipCorrupt
  /// A gzip file that unpacks to far more than its own size.
  case gzipBomb
  /// A gzip file of more members than the limit.
  case tooManyMembers
  /// The file has no byte, or nothing but blank lines.
  case emptyFile
  /// The file has a header and no row.
  case noRows
  /// A file none of whose rows says what `where` asks for, has a known key, or is of the time.
  case nothingSelected
  /// A name with `*` that no file has.
  case noSuchFile
  /// A name with `*` that more files have than the limit.
  case tooManyFiles
  /// Rows that cannot be sorted, since the system stops the writing.
  case cannotSort

  // The text
  /// UTF-16 or UTF-32.
  case notUTF8Encoding
  /// A NUL byte.
  case nulByte
  /// Bytes that are no UTF-8.
  case invalidUTF8
  /// A line longer than the limit.
  case lineTooLong
  /// More rows than the limit.
  case tooManyRows
  /// More values than the limit, rows times columns that the plan reads.
  case tooManyValues
  /// More columns than the limit.
  case tooManyColumns
  /// A carriage return that no line feed follows.
  case loneCarriageReturn
  /// A blank line between rows.
  case blankLine

  // CSV
  /// A quote inside an unquoted field, or text after a closing quote.
  case strayQuote
  /// A quoted field that is never closed.
  case unterminatedQuote
  /// A header whose fields are separated by another character.
  case wrongSeparator
  /// A header that names a column twice.
  case duplicateColumn
  /// A column that the plan reads and the file does not have.
  case missingColumn
  /// A header that states a unit other than `base` and `token`, or one on a column without units.
  case unknownUnit
  /// The header and the plan state different units.
  case unitMismatch
  /// A row with more or fewer fields than the header.
  case raggedRow

  /// More rows that cannot be read than the limit, in a file that may have such rows.
  case tooManyBadRows

  // JSON Lines
  /// A line that is no JSON.
  case malformedJSON
  /// A line that is no JSON object.
  case notAnObject
  /// A member that is an array, an object, a boolean or null where a cell is expected.
  case nestedValue
  /// A line without a member that the plan reads.
  case missingMember

  /// A JSON file that is neither a list of objects nor an object from accounts to their values.
  case unknownShape

  // Accounts
  /// A cell where an account or a value is expected, with nothing in it.
  case emptyField
  /// A cell with blanks around its value.
  case surroundingBlanks
  /// An address without `0x`.
  case accountMissingPrefix
  /// An address with more or fewer than 40 digits.
  case accountWrongLength
  /// An address with a character that is no hexadecimal digit.
  case accountNotHexadecimal
  /// An address whose capital letters are a wrong EIP-55 checksum.
  case accountWrongChecksum
  /// The zero address, which nobody holds.
  case zeroAddress
  /// A key that the source does not have in which accounts are looked up.
  case unknownKey
  /// A key that two rows have.
  case duplicateKey
  /// A second row of an account in a source that allows one.
  case duplicateAccount

  // Values
  /// A number with a minus or plus sign.
  case signedNumber
  /// A number such as `1e21`.
  case exponentNotation
  /// A number with separators between its digits.
  case digitSeparators
  /// A hexadecimal number.
  case hexadecimalNumber
  /// A fraction where whole base units or a whole number are expected.
  case fractionNotAllowed
  /// More digits after the point than the token has decimals, or the column places.
  case tooManyDecimals
  /// Zeros before the first other digit.
  case leadingZeros
  /// Text that is no number.
  case notANumber
  /// 2²⁵⁶ or more.
  case numberOverflow
  /// A text that is no word: empty, longer than 32 signs, or with others than those of ASCII.
  case malformedWord

  // Events
  /// A time before 1970, or of 2⁴⁰ seconds or more since then.
  case timeOutOfRange
  /// A time before that of the row above.
  case unsortedTime
  /// A kind of event that is not declared.
  case unknownKind
  /// A time that is neither a number of seconds nor written as ISO 8601.
  case malformedTime
  /// A time of day without Z, which does not say where.
  case timeWithoutZone
  /// A time of another zone than UTC.
  case foreignTimeZone
  /// A fraction of a second.
  case fractionOfSecond
  /// A day that no calendar has, or a time of day that no clock shows.
  case noSuchTime
  /// A key that the table of times does not have.
  case unknownTime
  /// A row that was received before it happened.
  case receivedBeforeTime
  /// A key that two rows of a table of times have.
  case repeatedTime
  /// Two balances of an account at one second, and no order that tells which one is the last.
  case contradictingBalances
  /// Changes of an account at one instant that add up to 2²⁵⁶ or more.
  case changesOverflow
  /// A tick that no pool has.
  case tickOutOfRange
  /// A range whose upper tick is not above the lower one.
  case emptyRange
  /// Two prices of one second, and no order that tells which one is the last.
  case contradictingPrices
  /// A volume of 2¹²⁸ or more.
  case volumeTooLarge

  // Statements
  /// A statement with a member missing, one too many, or a value that it cannot have.
  case malformedStatement
  /// A statement about another plan, or about a program that does not read it.
  case foreignStatement
  /// A statement without a signature, or with bytes that are none.
  case malformedSignature
  /// A statement that was signed by somebody who may not, or changed afterwards.
  case wrongSigner
  /// The same statement again.
  case repeatedStatement
  /// A second decision about the same account, and it cannot be told which one counts.
  case contradictingStatement
}

/// A problem of an input file, with its place, what was found and what to do.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  public let kind: InputProblem
  public let file: String
  /// Counted from 1; 0 where the whole file is meant.
  public let line: Int
  /// Characters from the start of the line, counted from 1; 0 where the whole line is meant.
  public let column: Int
  /// The column's name, where the problem is a cell's.
  public let field: String?
  public let found: String
  public let expected: String
  public let advice: String

  /// The same with another advice, where somebody reads the file for something else than a plan.
  public func advising(_ advice: String) -> InputError {
    InputError(
      kind: kind, file: file, line: line, column: column, field: field, found: found,
      expected: expected, advice: advice)
  }

  public var description: String {
    var place = file
    if line > 0 { place += ":\(line)" }
    if column > 0 { place += ":\(column)" }
    let name = field.map { "column \($0): " } ?? ""
    return "\(place): \(name)found \(found), expected \(expected)."
      + (advice.isEmpty ? "" : " \(advice)")
  }
}

/// How much of an input file is taken in. Each limit has its own error.
public struct InputLimits: Sendable, Hashable {
  /// Bytes on disk.
  public var fileBytes = 4 << 30
  /// Bytes after unpacking.
  public var unpackedBytes = 16 << 30
  /// How many times its packed size a gzip file may unpack to, once it is past `freeBytes`.
  public var gzipRatio = 200
  /// Unpacked bytes to which the ratio does not apply.
  public var freeBytes = 16 << 20
  /// Members of a gzip file, which may all be empty.
  public var gzipMembers = 1_000_000
  /// Bytes of one line or CSV record.
  public var lineBytes = 1 << 20
  /// Bytes of a file of format `json`, which is held in memory.
  public var jsonBytes = 256 << 20
  public var rows = 100_000_000
  /// Rows times the columns that the plan reads: a value takes 32 bytes, however short it is.
  public var values = 400_000_000
  public var columns = 256
  /// Signed statements of one file: every signature is recovered by the producer and the verifier.
  public var statements = 100_000
  /// Files of one source.
  public var files = 10_000
  /// Files of one source that are merged at one time; of more of them the rows are sorted.
  public var openFiles = 256
  /// Rows that are left out since they cannot be read.
  public var quarantined = 10_000
  /// Bytes of memory in which rows are sorted; more of them are sorted on disk.
  public var sortBytes = 256 << 20

  public static let standard = InputLimits()

  public init() {}
}

/// An error without its file: the readers know the line, whoever opened the file adds its name.
struct Fault: Error {
  var kind: InputProblem
  var line = 0
  var column = 0
  var field: String?
  var found: String
  var expected: String
  var advice = ""

  func inFile(_ file: String) -> InputError {
    InputError(
      kind: kind, file: file, line: line, column: column, field: field?.shortened,
      found: found.shortened, expected: expected, advice: advice.shortened)
  }

  /// A text of the file, short enough for a message.
  static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(64), as: UTF8.self)
    let clean = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : String(scalar)
    }
    return "'" + clean.joined() + (bytes.count > 64 ? "…'" : "'")
  }
}
