import DistributionModel
import Testing

@Suite("The calendar, against Python's datetime")
struct CalendarDateTests {
  @Test("Days and dates are converted both ways, to the last day of 64-bit seconds")
  func conversion() throws {
    #expect(Vectors.calendar.dates.count > 120)
    for row in Vectors.calendar.dates {
      try #require(row.count == 4)
      let numbers = row.map { seconds($0) }
      let date = CalendarDate(year: numbers[1], month: numbers[2], day: numbers[3])
      #expect(CalendarDate(daysSinceUnixEpoch: numbers[0]) == date, "\(row)")
      #expect(date.daysSinceUnixEpoch == numbers[0], "\(row)")
    }
  }

  @Test("Months have 28 to 31 days; 2000 and 2400 are leap years, 2100 is not")
  func lengths() {
    let lengths = (1...12).map { CalendarDate.days(inMonth: $0, of: 2027) }
    #expect(lengths == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    let februaries = [1970, 1972, 2000, 2027, 2028, 2100, 2200, 2400].map {
      CalendarDate.days(inMonth: 2, of: $0)
    }
    #expect(februaries == [28, 29, 29, 28, 29, 28, 28, 29])
  }

  @Test("Months are added across years, and the day is clamped to the month")
  func addingMonths() {
    let date = CalendarDate(year: 2027, month: 1, day: 31)
    #expect(date.adding(months: 0) == date)
    #expect(date.adding(months: 1) == CalendarDate(year: 2027, month: 2, day: 28))
    #expect(date.adding(months: 11) == CalendarDate(year: 2027, month: 12, day: 31))
    #expect(date.adding(months: 12) == CalendarDate(year: 2028, month: 1, day: 31))
    #expect(date.adding(months: 13) == CalendarDate(year: 2028, month: 2, day: 29))
    #expect(date.adding(months: 877) == CalendarDate(year: 2100, month: 2, day: 28))
  }

  @Test("Times are written in ISO 8601")
  func iso8601() {
    #expect(Vectors.calendar.iso8601.count == 23)
    for (time, text) in Vectors.calendar.iso8601 {
      #expect(Timestamp(seconds(time)).iso8601 == text)
    }
    // Python's datetime ends before: the last second of 64 bits, from its integers.
    #expect(Timestamp(.max).iso8601 == "584554051223-11-09T07:00:15Z")
  }
}
