import DistributionModel
import EthereumPrimitives

/// Cuts plain rows into values: ASCII without quotes, addresses, and numbers of at most 38 digits.
///
/// It says no at the first thing that is not plain, right or wrong, and tells nothing about it:
/// then the clear reader looks. Every value that it gives is the one that `Cells` gives.
struct PlainScanner: Sendable {
  enum Field: Sendable {
    case account
    /// Whole numbers, or with so many decimals.
    case value(column: Int, decimals: Int?)
    case address(column: Int)
    /// Seconds since 1970; a calendar's time is not plain.
    case time(column: Int)
    /// A column that the plan does not read.
    case ignored
  }

  private let fields: [Field]
  private let lineLimit: Int
  private let cells = PlainCells()

  /// - Returns: nil where a column is never plain.
  init?(_ header: Header, limits: InputLimits) {
    var fields = [Field](repeating: .ignored, count: header.count)
    for (column, field) in header.fields.dropFirst().enumerated() {
      switch header.cells[column] {
      case .whole, .baseUnits: fields[field] = .value(column: column, decimals: nil)
      case .token(let decimals): fields[field] = .value(column: column, decimals: decimals)
      case .decimal(let format): fields[field] = .value(column: column, decimals: format.places)
      case .address: fields[field] = .address(column: column)
      case .time: fields[field] = .time(column: column)
      case .word: return nil
      }
    }
    fields[header.fields[0]] = .account
    self.fields = fields
    lineLimit = limits.lineBytes
  }

  /// Reads whole lines, the last one with its line end, and appends their rows.
  ///
  /// - Returns: false where a line is not plain; what was appended is of no use then.
  func scan(_ bytes: UnsafeBufferPointer<UInt8>, into rows: PlainRows) -> Bool {
    guard let base = bytes.baseAddress, bytes.last == 0x0A else { return bytes.isEmpty }
    // The last byte is a line end, which stops every loop: no reading goes past it. `end` bounds
    // what is read in words.
    let end = base + bytes.count
    var place = base
    var checksums = ChecksumBatch()
    while place < end {
      guard rows.hasRoom else { return false }
      let start = place
      var account = Address.zero
      for index in fields.indices {
        switch fields[index] {
        case .account:
          guard let found = cells.address(&place, end, &checksums) else { return false }
          account = found
        case .value(let column, let decimals):
          guard let value = cells.number(&place, end, decimals) else { return false }
          rows.write(value, column: column)
        case .address(let column):
          guard let found = cells.address(&place, end, &checksums) else { return false }
          rows.write(found.number, column: column)
        case .time(let column):
          guard let time = cells.number(&place, end, nil), time < UInt256(TimeCell.limit) else {
            return false
          }
          rows.write(time, column: column)
        case .ignored:
          guard cells.skip(&place) else { return false }
        }
        guard index + 1 < fields.count else { break }
        guard place.pointee == UInt8(ascii: ",") else { return false }
        place += 1
      }
      if place.pointee == 0x0D { place += 1 }
      guard place.pointee == 0x0A, place - start <= lineLimit, !account.isZero else {
        return false
      }
      place += 1
      rows.endRow(account)
    }
    return checksums.hold()
  }
}
