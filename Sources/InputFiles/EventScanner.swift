import DistributionModel
import EthereumPrimitives

/// Which field of a row is which column of a file of events.
struct EventHeader {
  let time: Int
  let kind: Int
  let account: Int
  /// nil where no kind of event has a target.
  let target: Int?
  let amount: Int
  let amountCell: CellKind
  let unused: [String]
  let count: Int

  init(_ names: [String], _ declaration: EventDeclaration, line: Int) throws(Fault) {
    let columns = [
      declaration.amount, ColumnDeclaration(name: declaration.timeColumn, kind: .integer),
    ]
    let wanted =
      [declaration.accountColumn] + columns.map(\.name) + [declaration.kindColumn]
      + (declaration.hasTargets ? [declaration.targetColumn] : [])
    let source = SourceDeclaration(
      name: "", file: "", format: .csv, accountColumn: declaration.accountColumn, columns: columns)
    let header = try Header(names, wanted, source, line: line)
    account = header.fields[0]
    amount = header.fields[1]
    time = header.fields[2]
    kind = header.fields[3]
    target = declaration.hasTargets ? header.fields[4] : nil
    amountCell = header.cells[0]
    unused = header.unused
    count = header.count
  }
}

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
  private let cells = PlainCells()

  init(_ header: EventHeader, _ declaration: EventDeclaration, limits: InputLimits) {
    var fields = [Field](repeating: .ignored, count: header.count)
    if let target = header.target { fields[target] = .target }
    fields[header.time] = .time
    fields[header.kind] = .kind
    fields[header.account] = .account
    fields[header.amount] = .amount
    self.fields = fields
    switch header.amountCell {
    case .whole, .baseUnits: decimals = nil
    case .token(let decimals): self.decimals = decimals
    case .decimal(let format): decimals = format.places
    case .address, .word: preconditionFailure("amounts are numbers")
    }
    lineLimit = limits.lineBytes
    let short = declaration.kinds.filter { (1...16).contains($0.name.utf8.count) }
    names = short.map { kind in
      var name = ShortName()
      for (place, byte) in kind.name.utf8.enumerated() { name.append(byte, at: place) }
      return name
    }
    effects = short.map(\.effect)
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
      time = event.time
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
    // What is not there is only missed where the event needs it.
    var (hasAmount, hasTarget) = (false, false)
    for index in fields.indices {
      switch fields[index] {
      case .time:
        guard let time = cells.number(&place, end, nil)?.asUInt64, time < EventReader.timeLimit
        else { return nil }
        event.time = time
      case .kind:
        guard let effect = effect(&place) else { return nil }
        event.effect = effect
      case .account: event.account = address(&place, end, &checksums) ?? .zero
      case .target:
        let target = address(&place, end, &checksums)
        hasTarget = target?.isZero == false
        event.target = target ?? .zero
      case .amount:
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
    guard hasAmount, !event.account.isZero, hasTarget || event.effect != .move else { return nil }
    return event
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
      guard length < 16 else { return nil }
      name.append(place.pointee, at: length)
      length += 1
      place += 1
    }
    for index in names.indices where names[index] == name { return effects[index] }
    return nil
  }
}
