import Testing

@testable import InputFiles

@Suite("Cells that say when: seconds, or ISO 8601 in UTC")
struct TimeCellTests {
  private func seconds(_ text: String) throws(Fault) -> UInt64 {
    try TimeCell(Array(text.utf8)[...]).seconds()
  }

  @Test("Times of the calendar are the seconds that `date -u +%s` gives for them")
  func times() throws {
    let times: [(String, UInt64)] = [
      ("0", 0), ("1711121700", 1_711_121_700), ("1099511627775", (1 << 40) - 1),
      ("2024-03-22T15:35:00Z", 1_711_121_700), ("2024-03-22 15:35:00Z", 1_711_121_700),
      ("2024-03-22 15:35:00 Z", 1_711_121_700), ("2024-03-22T15:35:00+00:00", 1_711_121_700),
      ("2024-03-22 15:35:00 +00:00", 1_711_121_700), ("2024-03-22T15:35:00.000Z", 1_711_121_700),
      ("2024-03-22 15:35:00.000000 +00:00", 1_711_121_700), ("1970-01-01T00:00:00Z", 0),
      ("2000-02-29T23:59:59Z", 951_868_799), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]
    for (text, expected) in times { #expect(try seconds(text) == expected, "\(text)") }
  }

  @Test(
    "What is no time in UTC to the second is refused, each for its reason",
    arguments: [
      ("1711121700000", InputProblem.timeOutOfRange, "milliseconds"),
      ("1099511627776", .timeOutOfRange, "less than 1099511627776"),
      ("99999999999999999999999999999999999999999", .timeOutOfRange, "milliseconds"),
      ("1969-12-31T23:59:59Z", .timeOutOfRange, "before 1970"),
      ("1711121700.5", .fractionOfSecond, "cut off"), ("1711121700.0", .fractionOfSecond, "whole"),
      ("2024-03-22T15:35:00.001Z", .fractionOfSecond, "cut off"),
      ("2024-03-22T15:35:00.Z", .malformedTime, "after the point"),
      ("2024-03-22T15:35:00", .timeWithoutZone, "Write Z"),
      ("2024-03-22 15:35:00.000", .timeWithoutZone, "Write Z"),
      ("2024-03-22T15:35:00+02:00", .foreignTimeZone, "the time of UTC"),
      ("2024-03-22T15:35:00-00:00", .foreignTimeZone, "with Z"),
      ("2024-03-22T15:35:00+0000", .foreignTimeZone, "with Z"),
      ("2024-03-22 15:35:00 UTC", .malformedTime, "stands Z"),
      ("2024-03-22T15:35:00ZZ", .malformedTime, "stands Z"),
      ("2024-03-22", .malformedTime, "to the second"),
      ("2024-03-22T15:35Z", .malformedTime, "to the second"),
      ("2024-3-22T15:35:00Z", .malformedTime, "to the second"),
      ("2024-03-22t15:35:00Z", .malformedTime, "to the second"),
      ("22/03/2024 15:35", .malformedTime, "seconds since 1970"),
      ("March 22", .malformedTime, "in UTC"), ("2023-02-29T00:00:00Z", .noSuchTime, "calendar"),
      ("2023-13-01T00:00:00Z", .noSuchTime, "calendar"),
      ("2023-00-01T00:00:00Z", .noSuchTime, "calendar"),
      ("2023-04-31T00:00:00Z", .noSuchTime, "calendar"),
      ("2023-04-00T00:00:00Z", .noSuchTime, "calendar"),
      ("2023-04-01T24:00:00Z", .noSuchTime, "clock"),
      ("2023-04-01T00:60:00Z", .noSuchTime, "clock"),
      ("2016-12-31T23:59:60Z", .noSuchTime, "clock"), ("", .emptyField, "seconds since 1970"),
      ("1711121700 ", .surroundingBlanks, "Remove"), ("-5", .signedNumber, "'-5'"),
      ("0x66", .hexadecimalNumber, "decimal digits"), ("1.7e9", .exponentNotation, "'1.7e9'"),
      ("1,711,121,700", .digitSeparators, "without separators"),
      ("01711121700", .leadingZeros, "without zeros"),
    ])
  func refused(text: String, problem: InputProblem, phrase: String) throws {
    let fault = try #require(throws: Fault.self) { try seconds(text) }
    #expect(fault.kind == problem, "\(fault)")
    #expect(fault.inFile("f").description.contains(phrase), "\(fault)")
  }

  @Test("Every day of three centuries has the seconds that counting days gives")
  func calendar() throws {
    var days: UInt64 = 0
    for year in 1970...2270 {
      let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .enumerated()
      {
        for day in [1, 15, length] {
          func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
          let text = "\(year)-\(two(month + 1))-\(two(day))T12:34:56Z"
          #expect(try seconds(text) == (days + UInt64(day) - 1) * 86_400 + 45_296)
        }
        days += UInt64(length)
      }
    }
  }
}
