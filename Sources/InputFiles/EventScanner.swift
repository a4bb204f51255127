import DistributionModel
import EthereumPrimitives

/// Cuts plain rows of a file of events into changes of balances; see `PlainScanner`.
struct EventScanner: Sendable {
  private enum Field: Sendable {
    case time, kind, account, target, amount, ignored
  }

  /// A name of at most sixteen bytes as two words, the first byte lowest.
  private struct ShortName: Sendable, Equatable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    @inline(__always)
    mutating func append(_ byte: UInt8, at place: Int) {
      if place < 8 {
        low |= UInt64(byte) &<< UInt64(8 * place)
      } else {
        high |= UInt64(byte) &<< UInt64(8 * (place - 8))
      }
    }
  }

  private let fields: [Field]
  private let decimals: Int?
  private let lineLimit: Int
  private let names: [ShortName]
  private let effects: [EventDeclaration.Effect]
  /// What a row does, where no column says so.
  private let effect: EventDeclaration.Effect
  private let hasAmounts: Bool
  private let isSigned: Bool
  private let hasNobody: Bool
  private let isSorted: Bool
  private let cells = PlainCells()

  /// nil where rows are not for it.
  init?(_ header: Header, _ row: EventCells, isSorted: Bool, limits: InputLimits) {
    guard !row.events.isOrdered, row.columns.conditions.isEmpty, row.events.amount?.empty != .zero
    else { return nil }
    var fields = [Field](repeating: .ignored, count: header.count)
    if let target = row.target { fields[header.fields[target]] = .target }
    fields[header.fields[row.time]] = .time
    if let kind = row.kind { fields[header.fields[kind]] = .kind }
    fields[header.fields[0]] = .account
    if let amount = row.amount { fields[header.fields[amount]] = .amount }
    // A column that is read as two things is not plain.
    guard fields.count(where: { $0 != .ignored }) == row.columns.names.count else { return nil }
    self.fields = fields
    switch header.cells.first {
    case .whole, .baseUnits, nil: decimals = nil
    case .token(let decimals): self.decimals = decimals
    case .decimal(let format): decimals = format.places
    case .address, .time, .word: return nil
    }
    lineLimit = limits.lineBytes
    let short = row.events.kinds.filter { (1...16).contains($0.name.utf8.count) }
    names = short.map { kind in
      var name = ShortName()
      for (place, byte) in kind.name.utf8.enumerated() { name.append(byte, at: place) }
      return name
    }
    effects = short.map(\.effect)
    effect = row.effect
    hasAmounts = row.amount != nil
    isSigned = row.events.isSigned
    hasNobody = row.events.hasNobody
    self.isSorted = isSorted
  }

  /// Reads whole lines, the last one with its line end, and appends their changes.
  ///
  /// - Parameters:
  ///   - line: the number of the first line.
  ///   - time: of the row before; then of the last one.
  /// - Returns: how many rows there are; nil where a line is not plain, and what was appended is of
  ///   no use then.
  func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, into columns: EventColumns, line: UInt32,
    time: inout UInt64
  ) -> Int? {
    guard let base = bytes.baseAddress, bytes.last == 0x0A else { return bytes.isEmpty ? 0 : nil }
    // The last byte is a line end, which stops every loop: no reading goes past it. `end` bounds
    // what is read in words.
    let end = base + bytes.count
    var place = base
    var checksums = ChecksumBatch()
    var count = 0
    while place < end {
      let start = place
      guard columns.hasRoomForEvent, count < Int(UInt32.max - line),
        var event = event(&place, end, &checksums)
      else { return nil }
      if place.pointee == 0x0D { place += 1 }
      guard place.pointee == 0x0A, place - start <= lineLimit, event.time >= time else {
        return nil
      }
      place += 1
      if isSorted { time = event.time }
      event.line = line + UInt32(count)
      columns.append(event)
      count += 1
    }
    return checksums.hold() ? count : nil
  }

  /// Reads the fields of a row; nil where one that counts is not plain.
  @inline(__always)
  private func event(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ checksums: inout ChecksumBatch
  ) -> Event? {
    var event = Event()
    event.effect = effect
    // What is not there is only missed where the event needs it.
    var (hasAccount, hasTarget, hasAmount) = (false, false, !hasAmounts)
    var isNegative = false
    for index in fields.indices {
      switch fields[index] {
      case .time:
        guard let time = cells.number(&place, end, nil)?.asUInt64, time < TimeCell.limit else {
          return nil
        }
        event.time = time
      case .kind:
        guard let effect = effect(&place) else { return nil }
        event.effect = effect
      case .account: (event.account, hasAccount) = party(&place, end, &checksums)
      case .target: (event.target, hasTarget) = party(&place, end, &checksums)
      case .amount:
        isNegative = isSigned && place.pointee == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let amount = amount(&place, end)
        hasAmount = amount != nil
        event.amount = amount ?? .zero
      case .ignored:
        guard cells.skip(&place) else { return nil }
      }
      guard index + 1 < fields.count else { break }
      guard place.pointee == UInt8(ascii: ",") else { return nil }
      place += 1
    }
    if event.effect == .none { return event }
    guard hasAmount, hasAccount, hasTarget || event.effect != .move else { return nil }
    if isNegative { event.effect = .take }
    return event
  }

  /// An address, and whether it is one of those that may stand there.
  @inline(__always)
  private func party(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ checksums: inout ChecksumBatch
  ) -> (Address, Bool) {
    guard let address = address(&place, end, &checksums) else { return (.zero, false) }
    return (address, hasNobody || !address.isZero)
  }

  /// Reads an address that fills its field, or goes past a field without one.
  ///
  /// What follows a field that is neither, the caller takes for what it is: no separator.
  @inline(__always)
  private func address(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ checksums: inout ChecksumBatch
  ) -> Address? {
    let start = place
    if let address = cells.address(&place, end, &checksums), isAtSeparator(place) { return address }
    place = start
    _ = cells.skip(&place)
    return nil
  }

  @inline(__always)
  private func amount(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UInt256? {
    let start = place
    if let amount = cells.number(&place, end, decimals), isAtSeparator(place) { return amount }
    place = start
    _ = cells.skip(&place)
    return nil
  }

  @inline(__always)
  private func isAtSeparator(_ place: UnsafePointer<UInt8>) -> Bool {
    let byte = place.pointee
    return byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
  }

  /// What a kind does; nil for one that is not known, or too long for here.
  @inline(__always)
  private func effect(_ place: inout UnsafePointer<UInt8>) -> EventDeclaration.Effect? {
    var name = ShortName()
    var length = 0
    while !isAtSeparator(place) {
      // A NUL byte would be what fills up a shorter name.
      guard length < 16, place.pointee != 0 else { return nil }
      name.append(place.pointee, at: length)
      length += 1
      place += 1
    }
    for index in names.indices where names[index] == name { return effects[index] }
    return nil
  }
}
