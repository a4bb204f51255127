import BigInt
import DistributionModel
import EthereumPrimitives

/// A bundle's `events/<source>.csv`: the changes from which the rows of a series are computed.
enum StrangerEvents {
  static let header = "time,account,change"
  static let order = "rows by time, then by account, each once"

  /// Reads the file, which must be in its one form and order.
  ///
  /// - Parameter span: the seconds that it tells of; 0 is the start.
  static func canonical(
    _ bytes: [UInt8], _ file: String, span: Range<UInt64>
  ) throws -> (changes: ReferenceLaw.Changes, count: Int) {
    var changes: ReferenceLaw.Changes = [:]
    var last: (time: UInt64, account: Address)?
    var number = 1
    func difference(_ what: String, _ published: String, _ recomputed: String, _ reason: String)
      -> VerificationReport.Difference
    {
      VerificationReport.Difference(
        what: what, place: "\(file), line \(number)", published: published,
        recomputed: recomputed, reason: reason)
    }
    var rest = bytes[...]
    func nextLine() -> ArraySlice<UInt8>? {
      guard !rest.isEmpty else { return nil }
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      defer { rest = rest[end...].dropFirst() }
      return rest[..<end]
    }
    guard nextLine()?.elementsEqual(header.utf8) == true else {
      throw VerificationFailure(
        .malformedLine, file, "line 1", found: "another header", expected: header)
    }
    while let line = nextLine() {
      number += 1
      let row = try StrangerEvent(line, file, number)
      guard row.time == 0 || span.contains(row.time) else {
        throw difference(
          "time of a change of \(row.account)", "\(row.time)",
          "0, or from \(span.lowerBound) to before \(span.upperBound)",
          "The seconds of which the epoch reads this source.")
      }
      if let last, (row.time, row.account) <= last {
        throw difference(
          "order of changes", "\(row.time),\(row.account)", order,
          "The order never depends on where a row stood in a file.")
      }
      last = (row.time, row.account)
      changes[row.account, default: []].append(.init(time: row.time, amount: row.change))
    }
    guard bytes.last == 0x0A else {
      throw difference(
        "end of the file", "none", "a line end", "Every line ends with a line feed.")
    }
    return (changes, number - 1)
  }
}

/// A line of it, in its one form.
private struct StrangerEvent {
  let time: UInt64
  let account: Address
  let change: BigInt

  init(_ line: ArraySlice<UInt8>, _ file: String, _ number: Int) throws(VerificationFailure) {
    let fields = line.split(separator: 0x2C, omittingEmptySubsequences: false)
    func malformed(_ found: ArraySlice<UInt8>, _ expected: String) -> VerificationFailure {
      VerificationFailure(
        .malformedLine, file, "line \(number)",
        found: "'\(String(decoding: found.prefix(60), as: UTF8.self))'", expected: expected)
    }
    guard fields.count == 3 else { throw malformed(line, "a time, an account and a change") }
    guard let time = Self.digits(fields[0], atMost: 13), let time = UInt64(time) else {
      throw malformed(fields[0], "seconds in decimal digits")
    }
    guard !fields[1].contains(where: { (0x41...0x5A).contains($0) }),
      let account = try? Address(ascii: fields[1]), !account.isZero
    else { throw malformed(fields[1], "an account in lower case") }
    let isNegative = fields[2].first == 0x2D
    guard let text = Self.digits(isNegative ? fields[2].dropFirst() : fields[2], atMost: 78),
      text != "0", let change = BigInt(text)
    else { throw malformed(fields[2], "a change in decimal digits, not by 0") }
    (self.time, self.account, self.change) = (time, account, isNegative ? -change : change)
  }

  /// Decimal digits without zeros before them.
  private static func digits(_ bytes: ArraySlice<UInt8>, atMost limit: Int) -> String? {
    guard (1...limit).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }),
      bytes.count == 1 || bytes.first != 0x30
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
