/// A day of the proleptic Gregorian calendar in UTC.
///
/// Days are converted with era arithmetic: the calendar repeats every 400 years of 146 097 days,
/// and a year is counted from March so that the leap day is its last.
public struct CalendarDate: Sendable, Hashable {
  public let year: UInt64
  /// 1 … 12.
  public let month: UInt64
  /// 1 … 31.
  public let day: UInt64

  private static let daysPerEra: UInt64 = 146_097
  /// From 0000-03-01 to 1970-01-01.
  private static let daysBeforeUnixEpoch: UInt64 = 719_468

  /// A date whose parts the caller has checked.
  public init(year: UInt64, month: UInt64, day: UInt64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day that is `days` after 1970-01-01.
  public init(daysSinceUnixEpoch days: UInt64) {
    let shifted = days + Self.daysBeforeUnixEpoch
    let era = shifted / Self.daysPerEra
    let dayOfEra = shifted % Self.daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// Whole days after 1970-01-01; the date is not before it.
  public var daysSinceUnixEpoch: UInt64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear % 400
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysPerEra + dayOfEra - Self.daysBeforeUnixEpoch
  }

  /// 28 … 31.
  public static func days(inMonth month: UInt64, of year: UInt64) -> UInt64 {
    switch month {
    case 2:
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// The same day of the month `count` months later, or that month's last day.
  public func adding(months count: UInt64) -> CalendarDate {
    let months = month - 1 + count
    let year = year + months / 12
    let month = months % 12 + 1
    let day = min(day, Self.days(inMonth: month, of: year))
    return CalendarDate(year: year, month: month, day: day)
  }
}

extension Timestamp {
  /// 9999-12-31T23:59:59Z, the last time that can be written.
  public static let last = Timestamp(253_402_300_799)

  private static let secondsPerDay: UInt64 = 86_400

  /// The ISO-8601 text in UTC, to the second: `2027-01-01T00:00:00Z`.
  public var iso8601: String {
    let date = CalendarDate(daysSinceUnixEpoch: seconds / Self.secondsPerDay)
    let rest = seconds % Self.secondsPerDay
    let day = [padded(date.year, 4), padded(date.month, 2), padded(date.day, 2)]
    let time = [padded(rest / 3600, 2), padded(rest / 60 % 60, 2), padded(rest % 60, 2)]
    return day.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
  }

  private func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
