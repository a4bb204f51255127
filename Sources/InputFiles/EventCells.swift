import DistributionModel
import EthereumPrimitives

/// A row that changes balances.
struct Event {
  /// When it counts.
  var time: UInt64 = 0
  /// Of a balance that is stated `add`.
  var effect = EventDeclaration.Effect.none
  /// Of no meaning where the effect needs none; the zero address is nobody.
  var account = Address.zero
  var target = Address.zero
  var amount = UInt256.one
  var line: UInt32 = 0
}

/// Reads the cells of a row that changes balances.
struct EventCells {
  let columns: RowColumns
  let events: PositionEvents
  /// What a row does, where no column says so.
  let effect: EventDeclaration.Effect
  /// Places in `columns`; nil where the rows have no such cell.
  let (kind, target, amount): (Int?, Int?, Int?)
  let order: Range<Int>
  let time: Int
  private let effects: [[UInt8]: EventDeclaration.Effect]

  init(_ declaration: SourceDeclaration, _ events: PositionEvents) {
    guard let time = declaration.time else { preconditionFailure("changes have times") }
    self.events = events
    let orderColumns = events.isOrdered ? events.order : []
    let names = [events.kindColumn, events.targetColumn].compactMap { $0 }
    columns = RowColumns(
      subject: declaration.accountColumn, isAboutAccounts: true,
      values: [events.amount].compactMap { $0 }
        + orderColumns.map { ColumnDeclaration(name: $0, kind: .integer) },
      conditions: declaration.conditions, time: time, received: declaration.received,
      texts: names)
    amount = events.amount == nil ? nil : 1
    let first = events.amount == nil ? 1 : 2
    order = first..<first + orderColumns.count
    kind = events.kindColumn == nil ? nil : columns.texts
    target = events.targetColumn == nil ? nil : columns.names.count - 1
    self.time = columns.conditions.upperBound
    switch events.effect {
    case .change, .balance: (effect, effects) = (.add, [:])
    case .transfer: (effect, effects) = (.move, [:])
    case .kinds(_, let kinds, _):
      effect = .none
      effects = Dictionary(
        kinds.map { (Array($0.name.utf8), $0.effect) }, uniquingKeysWith: { $1 })
    }
  }

  /// Reads a row: its time and its kind, and what its kind asks for.
  ///
  /// - Parameter notBefore: the time of the row before.
  /// - Returns: nil where an account's key is unknown, and such rows are skipped.
  func event(
    _ row: inout Row<some RowCells>, _ selection: inout RowSelection, notBefore: UInt64 = 0
  ) throws(Fault) -> Event? {
    try event(&row, &selection, at: try selection.time(of: &row).counted, notBefore: notBefore)
  }

  /// The same of a row whose time was read.
  func event(
    _ row: inout Row<some RowCells>, _ selection: inout RowSelection, at time: UInt64,
    notBefore: UInt64 = 0
  ) throws(Fault) -> Event? {
    var event = Event()
    event.time = time
    guard event.time >= notBefore else {
      throw Fault(
        kind: .unsortedTime, found: "\(event.time) after \(notBefore)",
        expected: "rows in the order of time", advice: "Sort the file by its times.")
    }
    event.effect = if let kind { try effect(of: try row.cell(kind)) } else { effect }
    guard event.effect != .none else { return event }
    guard let account = try selection.account(try row.cell(0), orNobody: events.hasNobody) else {
      return nil
    }
    event.account = account
    if event.effect == .move, let target {
      let text = try row.cell(target)
      guard let target = try selection.account(text, orNobody: events.hasNobody) else { return nil }
      event.target = target
    }
    if let amount { try take(amount: try row.cell(amount), as: row.kinds[amount - 1], &event) }
    return event
  }

  private func take(
    amount text: ArraySlice<UInt8>, as cell: CellKind, _ event: inout Event
  ) throws(Fault) {
    if text.isEmpty, events.amount?.empty == .zero {
      event.amount = .zero
    } else if events.isSigned, text.count > 1, text.first == UInt8(ascii: "-") {
      event.amount = try Cells.value(text.dropFirst(), as: cell)
      event.effect = .take
    } else {
      event.amount = try Cells.value(text, as: cell)
    }
  }

  private func effect(of bytes: ArraySlice<UInt8>) throws(Fault) -> EventDeclaration.Effect {
    let text = try Cells.text(bytes, expected: "a kind of event")
    guard let effect = effects[Array(text)] else {
      let names = events.kinds.map { "'\($0.name)'" }.joined(separator: ", ")
      throw Fault(
        kind: .unknownKind, found: Fault.shown(text), expected: "one of \(names)",
        advice: "Kinds are compared letter by letter; declare each, also one without effect.")
    }
    return effect
  }
}

extension PositionEvents {
  /// True where rows state balances, of which the last one counts.
  public var isOrdered: Bool { effect == .balance }

  /// True where a minus sign takes an amount off.
  var isSigned: Bool { effect == .change }

  /// True where the zero address stands for nobody.
  var hasNobody: Bool { if case .transfer = effect { true } else { false } }

  var kindColumn: String? { if case .kinds(let column, _, _) = effect { column } else { nil } }

  var kinds: [EventDeclaration.Kind] {
    if case .kinds(_, let kinds, _) = effect { kinds } else { [] }
  }

  /// The column of those to whom amounts move.
  var targetColumn: String? {
    switch effect {
    case .transfer(let target): target
    case .kinds(_, let kinds, let target): kinds.contains { $0.effect == .move } ? target : nil
    case .change, .balance: nil
    }
  }
}

extension EventDeclaration {
  /// The same as a source of a plan has it.
  var source: (SourceDeclaration, PositionEvents) {
    let events = PositionEvents(
      effect: .kinds(column: kindColumn, kinds: kinds, target: targetColumn), amount: amount)
    let source = SourceDeclaration(
      name: "", file: "", format: .csv, accountColumn: accountColumn, columns: [],
      time: TimeColumn(column: timeColumn))
    return (source, events)
  }
}
