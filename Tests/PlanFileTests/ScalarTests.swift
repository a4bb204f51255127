import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@testable import struct PlanFile.ScalarFault
@testable import enum PlanFile.ScalarParsing
@testable import enum PlanFile.ScalarText

/// What a parser says to a text: its value, or the kind of fault.
private func outcome<Value>(
  _ parse: () throws(ScalarFault) -> Value
) -> Result<Value, ScalarKind> {
  do throws(ScalarFault) {
    return .success(try parse())
  } catch {
    return .failure(ScalarKind(kind: error.kind))
  }
}

private struct ScalarKind: Error, Equatable {
  let kind: PlanProblem
}

private func fault<Value>(_ kind: PlanProblem) -> Result<Value, ScalarKind> {
  .failure(ScalarKind(kind: kind))
}

@Suite("Amounts, percentages and numbers of plans")
struct NumberTests {
  @Test(
    "Amounts, worked out by hand",
    arguments: [
      ("0", 0, "0"), ("7", 0, "7"), ("1", 18, "1000000000000000000"), ("0.5", 1, "5"),
      ("0.50", 2, "50"), ("1.000000000000000001", 18, "1000000000000000001"),
      ("0.000000000000000000000000000000000001", 36, "1"),
      ("12.3", 36, "12300000000000000000000000000000000000"), ("0.0", 1, "0"), ("10", 1, "100"),
      // 2^256 − 1 base units.
      (
        "115792089237316195423570985008687907853269984665640564039457584007913129639935", 0,
        "115792089237316195423570985008687907853269984665640564039457584007913129639935"
      ),
      (
        "115792089237316195423570985008687907853269.984665640564039457584007913129639935", 36,
        "115792089237316195423570985008687907853269984665640564039457584007913129639935"
      ),
    ])
  func amounts(text: String, decimals: Int, units: String) {
    let value = outcome { () throws(ScalarFault) in
      try ScalarParsing.amount(text, decimals: decimals).decimal
    }
    #expect(value == .success(units))
  }

  @Test(
    "What is no amount, and why",
    arguments: [
      ("", 2, PlanProblem.malformedAmount), ("x", 2, .malformedAmount), ("-1", 2, .malformedAmount),
      ("+1", 2, .malformedAmount), (".5", 2, .malformedAmount), ("5.", 2, .malformedAmount),
      ("1.2.3", 2, .separatedAmount), ("01", 2, .malformedAmount), ("00", 2, .malformedAmount),
      ("00.5", 2, .malformedAmount), ("0x10", 2, .malformedAmount), ("0x1e", 2, .malformedAmount),
      ("1e21", 2, .exponentAmount), ("1E+3", 2, .exponentAmount), ("1.5e-3", 2, .exponentAmount),
      ("5 tokens", 2, .malformedAmount), ("5 ether", 2, .malformedAmount),
      ("1,000", 2, .separatedAmount), ("1_000", 2, .separatedAmount),
      ("1 000", 2, .separatedAmount),
      ("1'000", 2, .separatedAmount), ("1’000", 2, .separatedAmount),
      ("1\u{A0}000", 2, .separatedAmount), ("1.000,5", 2, .separatedAmount),
      ("50%", 2, .malformedAmount), ("½", 2, .malformedAmount), ("１", 2, .malformedAmount),
      ("٣", 2, .malformedAmount), ("1.001", 2, .tooManyDecimals), ("1.0", 0, .tooManyDecimals),
      ("0.000", 2, .tooManyDecimals),
      // 2^256 base units.
      (
        "115792089237316195423570985008687907853269984665640564039457584007913129639936", 0,
        .amountOverflow
      ),
      (
        "115792089237316195423570985008687907853269.984665640564039457584007913129639936", 36,
        .amountOverflow
      ),
      (String(repeating: "9", count: 5000), 18, .amountOverflow),
    ])
  func notAmounts(text: String, decimals: Int, kind: PlanProblem) {
    #expect(
      outcome { () throws(ScalarFault) in try ScalarParsing.amount(text, decimals: decimals) }
        == fault(kind))
  }

  @Test("INV-013: an amount's text is read as the same amount, at every number of decimals")
  func amountRoundTrip() {
    check("amounts as text", runs: 2000) { generator in
      let limbs = (0..<4).map { _ in generator.next() }
      let value = limbs.reduce(UInt256.zero) { $0 << 64 | UInt256($1) }
      return (value >> Int(generator.next() % 256), Int(generator.next() % 37))
    } property: { value, decimals in
      let text = ScalarText.amount(value, decimals: decimals)
      return try ScalarParsing.amount(text, decimals: decimals) == value
        && !text.hasSuffix(".") && (!text.contains(".") || text.last != "0")
    }
  }

  @Test(
    "Amounts are written as people write them",
    arguments: [
      ("0", 0, "0"), ("0", 18, "0"), ("1", 18, "0.000000000000000001"), ("1500", 3, "1.5"),
      ("1000", 3, "1"), ("1000", 0, "1000"), ("10", 2, "0.1"), ("123456", 4, "12.3456"),
    ])
  func amountText(digits: String, decimals: Int, text: String) {
    #expect(ScalarText.amount(units(digits).baseUnits, decimals: decimals) == text)
  }

  @Test(
    "Percentages are exact to seven decimals",
    arguments: [
      ("0%", 0), ("100%", 1_000_000_000), ("12.5%", 125_000_000), ("0.0000001%", 1),
      ("99.9999999%", 999_999_999), ("33.3333333%", 333_333_333), ("5.0%", 50_000_000),
      ("100.0000000%", 1_000_000_000),
    ])
  func percentages(text: String, billionths: UInt64) {
    let value = outcome { () throws(ScalarFault) in try ScalarParsing.percentage(text).billionths }
    #expect(value == .success(billionths))
  }

  @Test(
    "What is no percentage, and why",
    arguments: [
      ("", PlanProblem.malformedPercentage), ("%", .malformedPercentage),
      ("5", .malformedPercentage), ("5 %", .malformedPercentage), ("-5%", .malformedPercentage),
      (".5%", .malformedPercentage), ("5.%", .malformedPercentage), ("05%", .malformedPercentage),
      ("5%%", .malformedPercentage), ("5,5%", .malformedPercentage), ("1e1%", .malformedPercentage),
      ("0.00000001%", .malformedPercentage), ("5.00000000%", .malformedPercentage),
      ("100.0000001%", .percentageOver100), ("101%", .percentageOver100),
      ("99999999999999999999999%", .percentageOver100),
    ])
  func notPercentages(text: String, kind: PlanProblem) {
    #expect(
      outcome { () throws(ScalarFault) in try ScalarParsing.percentage(text) } == fault(kind))
  }

  @Test("INV-013: a percentage's text is read as the same percentage")
  func percentageRoundTrip() {
    check("percentages as text", runs: 2000) { generator in
      generator.next() % 1_000_000_001
    } property: { billionths in
      try ScalarParsing.percentage(ScalarText.percentage(billionths)).billionths == billionths
    }
  }

  @Test("Whole numbers within their range, in decimal digits alone")
  func integers() {
    func parse(_ text: String) -> Result<UInt64, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.integer(text, in: 0...36) }
    }
    #expect(parse("0") == .success(0) && parse("36") == .success(36))
    #expect(parse("37") == fault(.integerOutOfRange))
    #expect(parse("18446744073709551616") == fault(.integerOutOfRange))
    for text in ["", "-1", "+1", "1.0", "0x1", "1_0", "1 ", "00", "018", "１", "1e1"] {
      #expect(parse(text) == fault(.malformedInteger))
    }
  }
}

@Suite("Times, durations and periods of plans")
struct TimeTests {
  /// Python's datetime and calendar.timegm.
  @Test(
    "Times, computed elsewhere",
    arguments: [
      ("1970-01-01", 0), ("1970-01-01T00:00:01Z", 1), ("1972-02-29T23:59:59Z", 68_255_999),
      ("2000-02-29", 951_782_400), ("2000-03-01", 951_868_800), ("2027-01-01", 1_798_761_600),
      ("2028-02-29T12:00:00Z", 1_835_438_400), ("2038-01-19T03:14:08Z", 2_147_483_648),
      ("2100-02-28T23:59:59Z", 4_107_542_399), ("2100-03-01", 4_107_542_400),
      ("2400-02-29", 13_574_563_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, UInt64)])
  func times(text: String, seconds: UInt64) {
    let value = outcome { () throws(ScalarFault) in try ScalarParsing.time(text).seconds }
    #expect(value == .success(seconds))
    #expect(Timestamp(seconds).iso8601 == (text.count == 10 ? text + "T00:00:00Z" : text))
  }

  @Test(
    "What is no time",
    arguments: [
      "", "2027", "2027-1-1", "1969-12-31", "1969-12-31T23:59:59Z", "0000-01-01", "2027-00-01",
      "2027-13-01", "2027-01-00", "2027-01-32", "2027-04-31", "2027-02-29", "2100-02-29",
      "2027-01-01T24:00:00Z", "2027-01-01T00:60:00Z", "2027-01-01T00:00:60Z",
      "2027-01-01t00:00:00z", "2027-01-01 00:00:00Z", "2027-01-01T00:00Z", "2027/01/01",
      "01-01-2027", "2027-01-01T00:00:00.5Z", "２027-01-01", "10000-01-01", "1798761600",
      "2027-01-01T00:00:00Z ", "tomorrow", "2027-01-01T0a:00:00Z",
    ])
  func notTimes(text: String) {
    #expect(
      outcome { () throws(ScalarFault) in try ScalarParsing.time(text) } == fault(.malformedTime))
  }

  @Test(
    "A time that is not stated in UTC is told as such",
    arguments: [
      "2027-01-01T00:00:00", "2027-01-01T00:00:00+01:00", "2027-01-01T00:00:00-0500",
      "2027-01-01T00:00:00+00:00",
    ])
  func offsets(text: String) {
    #expect(
      outcome { () throws(ScalarFault) in try ScalarParsing.time(text) } == fault(.timeNotUTC))
  }

  @Test("INV-013: a time's text is read as the same time, for all times with four-digit years")
  func timeRoundTrip() {
    check("times as text", runs: 3000) { generator in
      generator.next() % 253_402_300_800
    } property: { seconds in
      try ScalarParsing.time(Timestamp(seconds).iso8601) == Timestamp(seconds)
    }
  }

  @Test("The last second of all still has a text")
  func endOfTime() {
    // 584 554 049 253 years and 11 months after 1970 in the proleptic Gregorian calendar.
    #expect(Timestamp(.max).iso8601.hasSuffix("T07:00:15Z"))
    #expect(Timestamp(.max).iso8601.hasPrefix("5845"))
  }

  @Test("Days follow each other through leap years and centuries")
  func calendar() {
    var date = CalendarDate(year: 1970, month: 1, day: 1)
    var wrong: [UInt64] = []
    // To the end of 2401: every kind of year.
    for number: UInt64 in 0..<157_800 {
      let isRight =
        date.daysSinceUnixEpoch == number && CalendarDate(daysSinceUnixEpoch: number) == date
      if !isRight { wrong.append(number) }
      date = next(date)
    }
    #expect(wrong == [])
  }

  /// The day after, by the rule that schools teach.
  private func next(_ date: CalendarDate) -> CalendarDate {
    let isLeap = date.year % 400 == 0 || date.year % 4 == 0 && date.year % 100 != 0
    let lengths: [UInt64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if date.day < lengths[Int(date.month) - 1] {
      return CalendarDate(year: date.year, month: date.month, day: date.day + 1)
    }
    return date.month < 12
      ? CalendarDate(year: date.year, month: date.month + 1, day: 1)
      : CalendarDate(year: date.year + 1, month: 1, day: 1)
  }

  @Test(
    "Months later: the same day, or the last of the month",
    arguments: [
      ([2027, 1, 31], 1, [2027, 2, 28]), ([2028, 1, 31], 1, [2028, 2, 29]),
      ([2027, 1, 31], 2, [2027, 3, 31]), ([2027, 10, 31], 1, [2027, 11, 30]),
      ([2027, 12, 15], 1, [2028, 1, 15]), ([2027, 3, 30], 11, [2028, 2, 29]),
      ([2027, 5, 5], 0, [2027, 5, 5]), ([2096, 2, 29], 48, [2100, 2, 28]),
      ([2027, 6, 30], 1206, [2127, 12, 30]),
    ] as [([UInt64], UInt64, [UInt64])])
  func months(start: [UInt64], count: UInt64, end: [UInt64]) {
    let date = CalendarDate(year: start[0], month: start[1], day: start[2]).adding(months: count)
    #expect([date.year, date.month, date.day] == end)
  }

  @Test(
    "Durations",
    arguments: [
      ("0s", 0), ("90s", 90), ("1m", 60), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600),
      ("1d12h", 129_600), ("1w1d1h1m1s", 694_861), ("1s1s", 2), ("007d", 604_800),
      ("18446744073709551615s", .max), ("18446744073709551614s1s", .max),
    ] as [(String, UInt64)])
  func durations(text: String, seconds: UInt64) {
    let value = outcome { () throws(ScalarFault) in try ScalarParsing.duration(text) }
    #expect(value == .success(seconds))
  }

  @Test(
    "What is no duration",
    arguments: [
      "", "7", "d", "7 d", "7days", "1y", "1mo", "-1d", "+1d", "1.5d", "1D", "1d ", "1d7", "PT1H",
      "18446744073709551616s", "18446744073709551615s1s", "307445734561825861m", "1d\u{301}",
      "5\u{301}d", "１d", String(repeating: "1s", count: 33),
    ])
  func notDurations(text: String) {
    #expect(
      outcome { () throws(ScalarFault) in try ScalarParsing.duration(text) }
        == fault(.malformedDuration))
  }

  @Test("Periods are durations above zero, or months")
  func periods() {
    func parse(_ text: String) -> Result<VestingSchedule.StepPeriod, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.period(text) }
    }
    #expect(parse("month") == .success(.months(1)))
    #expect(parse("1 month") == .success(.months(1)))
    #expect(parse("3 months") == .success(.months(3)))
    #expect(parse("1200 months") == .success(.months(1200)))
    #expect(parse("1w") == .success(.seconds(604_800)))
    for text in [
      "0 months", "1201 months", "-1 months", "+1 month", "x months", "1 2 months", "0s", "1 week",
      "", "1months", "4294967297 months",
    ] {
      #expect(parse(text) == fault(.malformedDuration), "\(text)")
    }
  }
}

@Suite("Names, texts, paths and hashes of plans")
struct WordTests {
  @Test("Names start with a letter and are at most 64 letters, digits, - and _")
  func names() {
    func parse(_ text: String) -> Result<String, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.name(text) }
    }
    let longest = "a" + String(repeating: "-", count: 63)
    for text in ["a", "Z", "a-1_B", "con", longest] { #expect(parse(text) == .success(text)) }
    for text in [
      "", "1a", "-a", "_a", "a b", "a.b", "a/b", "é", "aé", "[", "`", "{", "@", "a@", longest + "x",
      "a\n", "..", "a:b",
    ] {
      #expect(parse(text) == fault(.malformedName), "\(text)")
    }
  }

  @Test("Texts are one line without control characters, up to a number of bytes")
  func texts() {
    func parse(_ text: String) -> Result<String, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.text(text, limit: 4) }
    }
    for text in ["abcd", "éé", "\u{1F600}", " ~ "] {
      #expect(parse(text) == .success(text))
    }
    for text in ["abcde", "ééé", "a\n", "\t", "\u{7F}", "\0", "\u{1B}"] {
      #expect(parse(text) == fault(.malformedText))
    }
  }

  @Test("Paths stay below the folder of inputs")
  func paths() {
    func parse(_ text: String) -> Result<String, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.path(text) }
    }
    let longest = String(repeating: "a", count: 396) + ".csv"
    for text in ["a.csv", "a/b/c.csv", "...csv", "a b.csv", "é.csv", ".csv", longest] {
      #expect(parse(text) == .success(text))
    }
    for text in [
      "", "/a.csv", "../a.csv", "a/../b.csv", "a/..", ".", "./a.csv", "a//b.csv", "a/", "a\\b.csv",
      "a\n.csv", "C:\\a.csv", "a" + longest,
    ] {
      #expect(parse(text) == fault(.malformedPath), "\(text)")
    }
  }

  @Test("Addresses and 32 bytes are hexadecimal, with 0x and nothing around them")
  func hexadecimals() {
    func address(_ text: String) -> Result<Address, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.address(text) }
    }
    func bytes(_ text: String) -> Result<Bytes32, ScalarKind> {
      outcome { () throws(ScalarFault) in try ScalarParsing.bytes32(text) }
    }
    let zeros = String(repeating: "0", count: 38)
    #expect(address("0x\(zeros)a1") == .success(account(0xA1)))
    #expect(address("0x\(zeros)A1") == .success(account(0xA1)))
    for text in [
      "", "0x", "\(zeros)a1", "0X\(zeros)a1", "0x\(zeros)a", "0x\(zeros)a1 ", "vitalik.eth",
    ] {
      #expect(address(text) == fault(.malformedAddress))
    }
    #expect(address("0x\(zeros)00") == fault(.zeroAddress))
    #expect(address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeaEd") == fault(.wrongChecksum))
    #expect(bytes("0x" + String(repeating: "0", count: 62) + "07") == .success(bytes32(7)))
    for text in ["", "0x", "7", "0x" + zeros, String(repeating: "0", count: 64)] {
      #expect(bytes(text) == fault(.malformedBytes32))
    }
  }
}
