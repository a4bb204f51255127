import DistributionModel
import EthereumPrimitives

/// Why a single value cannot be taken, before its place is known.
struct ScalarFault: Error {
  let kind: PlanProblem
  let expected: String
  var advice = ""
}

/// Reads single values of a plan from their text.
enum ScalarParsing {
  // MARK: Numbers

  static func integer(
    _ text: String, in range: ClosedRange<UInt64>
  ) throws(ScalarFault) -> UInt64 {
    let expected = "a whole number, \(range.lowerBound) … \(range.upperBound)"
    guard isDigits(text) else {
      throw ScalarFault(
        kind: .malformedInteger, expected: expected, advice: Spelling.integer(text))
    }
    // Other programs read 010 as eight.
    guard text == "0" || !text.hasPrefix("0") else {
      throw ScalarFault(
        kind: .malformedInteger, expected: expected, advice: "Write it without zeros before it.")
    }
    guard let value = UInt64(text), range.contains(value) else {
      throw ScalarFault(kind: .integerOutOfRange, expected: expected)
    }
    return value
  }

  /// An amount of whole tokens, as base units.
  static func amount(_ text: String, decimals: Int) throws(ScalarFault) -> UInt256 {
    let expected = "whole tokens with at most \(decimals.counted("decimal")), such as 1000 or 0.5"
    let parts = try decimalParts(
      text, expected: expected, malformed: .malformedAmount, decimals: decimals)
    let zeros = String(repeating: "0", count: decimals - parts.fraction.count)
    let digits = (parts.whole + parts.fraction + zeros).drop { $0 == "0" }
    guard let value = try? UInt256(decimal: digits.isEmpty ? "0" : String(digits)) else {
      throw ScalarFault(
        kind: .amountOverflow, expected: "less than 2^256 base units",
        advice: "Check the token's decimals.")
    }
    return value
  }

  /// A percentage such as `12.5%`, exact to seven decimals.
  static func percentage(_ text: String) throws(ScalarFault) -> Share {
    let expected = "a percentage, 0% … 100%, with at most 7 decimals"
    guard text.hasSuffix("%") else {
      throw ScalarFault(
        kind: .malformedPercentage, expected: expected, advice: Spelling.percentage(text))
    }
    let parts = try decimalParts(
      String(text.dropLast()), expected: expected, malformed: .malformedPercentage, decimals: 7)
    let zeros = String(repeating: "0", count: 7 - parts.fraction.count)
    let digits = parts.whole + parts.fraction + zeros
    guard let billionths = UInt64(digits), billionths <= Share.whole.billionths else {
      throw ScalarFault(
        kind: .percentageOver100, expected: "at most 100%",
        advice: "A percentage is a part of a whole.")
    }
    return Share(billionths: billionths)
  }

  private static func decimalParts(
    _ text: String, expected: String, malformed: PlanProblem, decimals: Int
  ) throws(ScalarFault) -> (whole: String, fraction: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy(isDigits) else {
      throw numberFault(text, expected: expected, malformed: malformed)
    }
    guard parts[0].count == 1 || !parts[0].hasPrefix("0") else {
      throw ScalarFault(
        kind: malformed, expected: expected, advice: "Write it without zeros before it.")
    }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard fraction.count <= decimals else {
      throw ScalarFault(
        kind: malformed == .malformedAmount ? .tooManyDecimals : malformed, expected: expected,
        advice: "Nothing is rounded: write at most \(decimals.counted("decimal")).")
    }
    return (parts[0], fraction)
  }

  private static func numberFault(
    _ text: String, expected: String, malformed: PlanProblem
  ) -> ScalarFault {
    if malformed == .malformedAmount, isDigits(text.prefix(1)) {
      let consists = { (others: String) in
        text.unicodeScalars.allSatisfy {
          ("0"..."9").contains($0) || others.unicodeScalars.contains($0)
        }
      }
      if text.lowercased().contains("e"), consists("eE+-.") {
        return ScalarFault(
          kind: .exponentAmount, expected: expected, advice: "Write every digit.")
      }
      if isDigits(text.suffix(1)), consists(",._'’ \u{A0}\u{202F}") {
        return ScalarFault(
          kind: .separatedAmount, expected: expected, advice: Spelling.separated(text))
      }
      if text.hasSuffix("%") {
        return ScalarFault(
          kind: malformed, expected: expected,
          advice: "Only `budget`, `cap` and `floor` can be percentages.")
      }
    }
    return ScalarFault(
      kind: malformed, expected: expected,
      advice: malformed == .malformedAmount
        ? Spelling.amount(text) : Spelling.percentage(text + "%"))
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  // MARK: Time

  /// `2027-01-01T00:00:00Z`, or the date alone for midnight UTC.
  static func time(_ text: String) throws(ScalarFault) -> Timestamp {
    let expected = "a time in UTC, such as 2027-01-01T00:00:00Z"
    let bytes = Array(text.utf8)
    let shape = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
    let matches = { (count: Int) in
      bytes.count == count
        && zip(bytes, shape).allSatisfy { byte, form in
          form == UInt8(ascii: "d") ? (0x30...0x39).contains(byte) : byte == form
        }
    }
    guard matches(20) || matches(10) else {
      let hasOffset =
        bytes.count > 20 && matchesPrefix(bytes, shape) && "+-".utf8.contains(bytes[19])
      guard hasOffset || (bytes.count == 19 && matchesPrefix(bytes, shape)) else {
        throw ScalarFault(
          kind: .malformedTime, expected: expected, advice: Spelling.time(text))
      }
      throw ScalarFault(
        kind: .timeNotUTC, expected: expected,
        advice: "Convert it to UTC and write Z at its end.")
    }
    let number = { (range: Range<Int>) in
      bytes[range].reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
    }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let clock = bytes.count == 20 ? (number(11..<13), number(14..<16), number(17..<19)) : (0, 0, 0)
    guard year >= 1970, (1...12).contains(month),
      (1...CalendarDate.days(inMonth: month, of: year)).contains(day), clock.0 < 24, clock.1 < 60,
      clock.2 < 60
    else {
      throw ScalarFault(
        kind: .malformedTime, expected: expected,
        advice: "No calendar has this time, or it is before 1970.")
    }
    let days = CalendarDate(year: year, month: month, day: day).daysSinceUnixEpoch
    return Timestamp(days * 86_400 + clock.0 * 3600 + clock.1 * 60 + clock.2)
  }

  private static func matchesPrefix(_ bytes: [UInt8], _ shape: [UInt8]) -> Bool {
    zip(bytes.prefix(19), shape).allSatisfy { byte, form in
      form == UInt8(ascii: "d") ? (0x30...0x39).contains(byte) : byte == form
    }
  }

  /// `90s`, `24h`, `7d`, `2w` or a sum such as `1d12h`, as seconds.
  static func duration(_ text: String) throws(ScalarFault) -> UInt64 {
    guard let seconds = seconds(text) else { throw durationFault(text, isPeriod: false) }
    return seconds
  }

  private static func durationFault(_ text: String, isPeriod: Bool) -> ScalarFault {
    ScalarFault(
      kind: .malformedDuration, expected: "a duration in s, m, h, d or w, such as 24h or 1d12h",
      advice: Spelling.duration(text, isPeriod: isPeriod))
  }

  /// The seconds of a duration; nil for a text that is none.
  static func seconds(_ text: String) -> UInt64? {
    let seconds: [Character: UInt64] = [
      "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
    ]
    var total: UInt64 = 0
    var digits = ""
    guard text.utf8.count <= 64 else { return nil }
    for character in text {
      if ("0"..."9").contains(character) {
        digits.append(character)
        continue
      }
      guard let unit = seconds[character], let count = UInt64(digits) else { return nil }
      let (product, first) = count.multipliedReportingOverflow(by: unit)
      let (sum, second) = total.addingReportingOverflow(product)
      guard !first, !second else { return nil }
      total = sum
      digits = ""
    }
    guard digits.isEmpty, !text.isEmpty else { return nil }
    return total
  }

  /// `epoch`, or a duration above zero.
  static func limitPeriod(_ text: String) throws(ScalarFault) -> ActionLimit.Period {
    guard text != "ever" else { return .ever }
    guard let seconds = seconds(text) else {
      throw ScalarFault(
        kind: .malformedDuration,
        expected: "ever, or a duration above zero in s, m, h, d or w, such as 1d",
        advice: Spelling.duration(text, isPeriod: false))
    }
    return .seconds(seconds)
  }

  static func window(_ text: String) throws(ScalarFault) -> TimeWindow {
    guard text != "epoch" else { return .epoch }
    guard let seconds = seconds(text), seconds > 0 else {
      throw ScalarFault(
        kind: .malformedDuration,
        expected: "epoch, or a duration above zero in s, m, h, d or w, such as 90d",
        advice: "A window that is the same in every epoch is {start: 2027-01-01, end: 2027-04-01}.")
    }
    return .trailing(seconds)
  }

  /// A duration above zero.
  static func interval(_ text: String) throws(ScalarFault) -> UInt64 {
    let seconds = try duration(text)
    guard seconds > 0 else {
      throw ScalarFault(kind: .malformedDuration, expected: "a duration above zero")
    }
    return seconds
  }

  /// A duration, or `month`, `1 month`, `3 months`.
  static func period(_ text: String) throws(ScalarFault) -> VestingSchedule.StepPeriod {
    let words = text.split(separator: " ")
    if let last = words.last, last == "month" || last == "months" {
      let count = words.count == 1 ? 1 : isDigits(words[0]) ? UInt32(words[0]) ?? 0 : 0
      guard words.count <= 2, (1...1200).contains(count) else {
        throw ScalarFault(
          kind: .malformedDuration, expected: "1 … 1200 months, such as `1 month`")
      }
      return .months(count)
    }
    guard let seconds = seconds(text) else { throw durationFault(text, isPeriod: true) }
    guard seconds > 0 else {
      throw ScalarFault(kind: .malformedDuration, expected: "a period above zero")
    }
    return .seconds(seconds)
  }

  // MARK: Texts

  static func name(_ text: String) throws(ScalarFault) -> String {
    let bytes = Array(text.utf8)
    let isLetter = { (byte: UInt8) in (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41 }
    let isInner = { (byte: UInt8) in
      isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }
    guard let first = bytes.first, isLetter(first), bytes.count <= 64, bytes.allSatisfy(isInner)
    else {
      throw ScalarFault(
        kind: .malformedName,
        expected: "a letter, then letters, digits, - and _, at most 64 characters",
        advice: "Names become parts of file names and commands.")
    }
    return text
  }

  static func text(_ text: String, limit: Int) throws(ScalarFault) -> String {
    let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard text.utf8.count <= limit, isClean else {
      throw ScalarFault(
        kind: .malformedText, expected: "one line of at most \(limit) bytes")
    }
    return text
  }

  /// A relative path without `..`, and the format that its ending tells.
  static func path(_ text: String) throws(ScalarFault) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" }
    guard isClean, text.utf8.count <= 400, !text.hasPrefix("/"),
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else {
      throw ScalarFault(
        kind: .malformedPath,
        expected: "a file below the folder of inputs, such as lists/users.csv",
        advice: "Absolute names, `.`, `..` and empty parts are refused.")
    }
    return text
  }

  static func format(ofPath path: String) -> SourceDeclaration.Format? {
    let plain = path.hasSuffix(".gz") ? path.dropLast(3) : path[...]
    if plain.hasSuffix(".csv") { return .csv }
    if plain.hasSuffix(".json") { return .json }
    if plain.hasSuffix(".jsonl") || plain.hasSuffix(".ndjson") { return .jsonl }
    return nil
  }

  static func address(_ text: String) throws(ScalarFault) -> Address {
    let address: Address
    do {
      address = try Address(text)
    } catch .wrongChecksum(let expected) {
      throw ScalarFault(
        kind: .wrongChecksum, expected: expected,
        advice: "A letter was mistyped, or its case changed: compare with where it came from.")
    } catch {
      throw ScalarFault(
        kind: .malformedAddress, expected: "0x and 40 hexadecimal digits",
        advice: Spelling.address(text, error))
    }
    guard !address.isZero else {
      throw ScalarFault(
        kind: .zeroAddress, expected: "an account that somebody holds",
        advice: "Nobody can act or claim for the zero address.")
    }
    return address
  }

  static func bytes32(_ text: String) throws(ScalarFault) -> Bytes32 {
    do {
      return try Bytes32(hex: text)
    } catch {
      throw ScalarFault(
        kind: .malformedBytes32, expected: "0x and 64 hexadecimal digits", advice: "\(error).")
    }
  }
}
