/// Times of raw files: seconds since 1970, or the time of UTC as ISO 8601 writes it.
enum StrangerTime {
  static let expected = "seconds since 1970 below 2^40, or a time such as 2027-01-01T00:00:00Z"

  /// `0` is any digit, and T or a blank stands between day and time.
  private static let shape = Array("0000-00-00T00:00:00".utf8)

  /// nil for what is no time.
  static func seconds(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    guard !bytes.allSatisfy(isDigit) else {
      guard (1...13).contains(bytes.count), bytes.count == 1 || bytes[0] != 0x30,
        let seconds = UInt64(text), seconds < 1 << 40
      else { return nil }
      return seconds
    }
    guard bytes.count > shape.count, zip(shape, bytes).allSatisfy(fits),
      isEnd(String(decoding: bytes[shape.count...], as: UTF8.self))
    else { return nil }
    func number(_ start: Int, _ count: Int) -> Int {
      bytes[start..<(start + count)].reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
    let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
    guard year >= 1970, (1...12).contains(month), (1...days(of: month, year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let years = (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) }
    let months = (1..<month).reduce(0) { $0 + days(of: $1, year) }
    return UInt64((years + months + day - 1) * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func fits(_ wanted: UInt8, _ byte: UInt8) -> Bool {
    wanted == 0x30 ? isDigit(byte) : byte == wanted || wanted == 0x54 && byte == 0x20
  }

  /// Maybe a fraction of zeros, maybe a blank, and UTC.
  private static func isEnd(_ text: String) -> Bool {
    var rest = text[...]
    if rest.first == "." {
      let zeros = rest.dropFirst().prefix { $0 == "0" }
      guard !zeros.isEmpty else { return false }
      rest = rest[zeros.endIndex...]
    }
    if rest.first == " " { rest = rest.dropFirst() }
    return rest == "Z" || rest == "+00:00"
  }

  private static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
  }

  private static func days(of month: Int, _ year: Int) -> Int {
    [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}
