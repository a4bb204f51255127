import DistributionModel
import EthereumPrimitives

/// A cell that says when something happened: seconds since 1970, or a time as ISO 8601 writes it.
struct TimeCell {
  /// Times are below: 2⁴⁰ seconds, the year 36812. Milliseconds of our days are above.
  static let limit: UInt64 = 1 << 40

  static let expectation = "seconds since 1970, or a time such as 2024-03-22T15:35:00Z"

  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  /// The seconds since 1970.
  func seconds() throws(Fault) -> UInt64 {
    try Cells.checkPresence(bytes, expected: Self.expectation)
    return isDated ? try calendarSeconds() : try countedSeconds()
  }

  /// True where it starts with a year and a hyphen.
  private var isDated: Bool {
    bytes.count > 4 && bytes.prefix(4).allSatisfy(Self.isDigit)
      && bytes[bytes.startIndex + 4] == UInt8(ascii: "-")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func fault(_ kind: InputProblem, _ advice: String) -> Fault {
    Fault(kind: kind, found: Fault.shown(bytes), expected: Self.expectation, advice: advice)
  }

  // MARK: Seconds

  private func countedSeconds() throws(Fault) -> UInt64 {
    if let fault = Cells.numberFault(bytes, .time) {
      guard fault.kind == .notANumber else { throw fault }
      throw self.fault(
        .malformedTime, "Write seconds since 1970, or year, month, day and the time of day in UTC.")
    }
    guard !bytes.contains(UInt8(ascii: ".")) else {
      throw fault(.fractionOfSecond, "Times are whole seconds: cut off the fraction.")
    }
    guard bytes.first != 0x30 || bytes.count == 1 else {
      throw Cells.fault(.leadingZero, bytes, .time)
    }
    guard bytes.count <= 13, let value = try? UInt256(decimal: bytes), let seconds = value.asUInt64,
      seconds < Self.limit
    else {
      throw Fault(
        kind: .timeOutOfRange, found: Fault.shown(bytes),
        expected: "seconds since 1970, less than \(Self.limit)",
        advice: "Are they milliseconds? Divide them by 1000.")
    }
    return seconds
  }

  // MARK: ISO 8601

  /// `0` stands for a digit.
  private static let shape = Array("0000-00-00T00:00:00".utf8)

  private func calendarSeconds() throws(Fault) -> UInt64 {
    let start = bytes.startIndex
    let hasShape =
      bytes.count >= Self.shape.count
      && zip(Self.shape, bytes).allSatisfy { wanted, byte in
        switch wanted {
        case 0x30: Self.isDigit(byte)
        case UInt8(ascii: "T"): byte == wanted || byte == 0x20
        default: byte == wanted
        }
      }
    guard hasShape else {
      throw fault(
        .malformedTime, "Write date and time of day to the second, with Z after them for UTC.")
    }
    try checkEnd(bytes[(start + Self.shape.count)...])
    func number(_ place: Int, _ count: Int) -> UInt64 {
      bytes[(start + place)..<(start + place + count)].reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
    let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
    guard (1...12).contains(month), day >= 1, day <= CalendarDate.days(inMonth: month, of: year),
      hour < 24, minute < 60, second < 60
    else {
      throw fault(.noSuchTime, "No calendar has this day, or no clock this time: correct it.")
    }
    guard year >= 1970 else {
      throw fault(.timeOutOfRange, "Times before 1970 are not read.")
    }
    let days = CalendarDate(year: year, month: month, day: day).daysSinceUnixEpoch
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// What follows the seconds: maybe a fraction of zeros, and UTC.
  private func checkEnd(_ end: ArraySlice<UInt8>) throws(Fault) {
    var end = end
    if end.first == UInt8(ascii: ".") {
      let digits = end.dropFirst().prefix(while: Self.isDigit)
      guard digits.allSatisfy({ $0 == 0x30 }) else {
        throw fault(.fractionOfSecond, "Times are whole seconds: cut off the fraction.")
      }
      guard !digits.isEmpty else { throw fault(.malformedTime, "Write a digit after the point.") }
      end = end[digits.endIndex...]
    }
    if end.first == 0x20 { end = end.dropFirst() }
    if end.elementsEqual("Z".utf8) || end.elementsEqual("+00:00".utf8) { return }
    switch end.first {
    case nil:
      throw fault(
        .timeWithoutZone, "Where is it this time? Write Z after it if it is UTC; change it if not.")
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      throw fault(.foreignTimeZone, "Write the time of UTC, with Z after it.")
    default:
      throw fault(.malformedTime, "After the seconds stands Z for UTC, and nothing else.")
    }
  }
}

extension Timestamp {
  /// Reads a time that somebody states, as files state theirs.
  ///
  /// - Parameter name: of what states it.
  public init(stated text: String, by name: String) throws(InputError) {
    do {
      self.init(try TimeCell(Array(text.utf8)[...]).seconds())
    } catch {
      throw error.inFile(name)
    }
  }
}
