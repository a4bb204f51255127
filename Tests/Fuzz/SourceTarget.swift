import Bundle
import DistributionModel
import EthereumPrimitives
import InputFiles
import Verification

/// Files of every kind of source: the first byte chooses the kind and the format, the second one
/// what the plan says beside it, the third one the span. The rest is files, with 1E between them.
///
/// The engine's readers and the verifier's take the same files, as the same rows, or refuse them.
@Sendable func sourceFiles(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  let (kind, options, size) = (choices.byte(), choices.byte(), choices.byte())
  let files = choices.rest().split(separator: 0x1E, omittingEmptySubsequences: false)
    .prefix(4).map(Array.init)
  let span = UInt64(size & 31)..<UInt64(size & 31) + 1 + UInt64(size >> 5) * 40
  let ours = outcome { () throws(InputError) in try taken(files, kind, options, span) }
  let theirs = Result { try verified(files, kind, options, span) }
  switch (ours, theirs) {
  case (.success(let ours), .success(let theirs)):
    try require(
      ours == theirs,
      "the engine reads \(String(decoding: ours, as: UTF8.self)), "
        + "the verifier \(String(decoding: theirs, as: UTF8.self))")
  case (.failure(let error), .failure): try requireReadable(error)
  case (.success(let ours), .failure(let error)):
    throw BrokenProperty(
      description: "the verifier refuses what is \(String(decoding: ours, as: UTF8.self)): \(error)"
    )
  case (.failure(let error), .success):
    throw BrokenProperty(description: "the verifier takes what is refused: \(error)")
  }
}

/// The keys that sources of this target look up.
private let accounts: [(key: [UInt8], account: Address)] = [
  (Array("a".utf8), Address(0, 0, 1)), (Array("b".utf8), Address(0, 0, 2)),
]
private let times: [(key: [UInt8], seconds: UInt64)] = [
  (Array("1".utf8), 10), (Array("2".utf8), 40), (Array("z".utf8), 50),
]

/// All kinds of sources, as the bits of both bytes say.
private func source(_ kind: UInt8, _ options: UInt8) -> SourceDeclaration {
  let format: SourceDeclaration.Format = [.csv, .csv, .jsonl, .json][Int(kind >> 3 & 3)]
  let within = kind & 0x18 == 0x18 && options & 8 != 0 ? ["rows"] : []
  let badRows: SourceDeclaration.BadRows = kind & 0x20 == 0 ? .refuse : .quarantine
  let noRows: SourceDeclaration.NoRows = kind & 0x40 == 0 ? .refuse : .allow
  let conditions =
    kind & 0x80 == 0 ? [] : [SourceDeclaration.Condition(column: "kept", texts: ["", "true", "y"])]
  let time = TimeColumn(column: "time", table: options & 4 == 0 ? nil : "blocks")
  let amount = ColumnDeclaration.Kind.amount(
    token: "T", decimals: 2, unit: options & 16 == 0 ? nil : .token)
  func declared(
    lookup: SourceDeclaration.Lookup? = nil, key: String? = nil, columns: [ColumnDeclaration] = [],
    duplicates: SourceDeclaration.Duplicates = .refuse, time: TimeColumn? = nil,
    series: Series? = nil, timeTable: String? = nil, observed: ColumnDeclaration? = nil,
    price: PriceColumns? = nil
  ) -> SourceDeclaration {
    SourceDeclaration(
      name: "list", file: "list", format: format, within: within, lookup: lookup, key: key,
      conditions: conditions, columns: series?.columns ?? columns, duplicates: duplicates,
      noRows: noRows, time: time, series: series, timeTable: timeTable, observed: observed,
      badRows: badRows, price: price)
  }
  let lookup = SourceDeclaration.Lookup(
    source: "keys", unknownKeys: options & 2 == 0 ? .refuse : .skip)
  switch kind & 7 {
  case 0:
    return declared(
      lookup: options & 32 == 0 ? nil : lookup,
      columns: [
        ColumnDeclaration(name: "task", kind: .word),
        ColumnDeclaration(name: "points", kind: amount),
        ColumnDeclaration(
          name: "rate", kind: .decimal(DecimalFormat(places: 3, notation: .scientific)),
          empty: options & 64 == 0 ? .refuse : .zero),
      ], duplicates: options & 1 == 0 ? .sum : .refuse, time: time)
  case 1, 2: return declared(time: time, series: positions(options, amount))
  case 3:
    let columns = RangeEvents.Columns(lower: "lower", upper: "upper", liquidity: "liquidity")
    return declared(
      time: time,
      series: Series(RangeEvents(columns: columns, price: "pool", measures: [.inRange])))
  case 4:
    return declared(
      time: time,
      price: PriceColumns(
        tick: "tick", sqrtPrice: "root", volume: options & 1 == 0 ? nil : "volume",
        order: options & 2 == 0 ? [] : ["block", "log"]))
  case 5:
    let titles = SourceDeclaration.observedColumns
    let observed = ColumnDeclaration(name: "price", kind: .decimal(DecimalFormat(places: 4)))
    return declared(
      columns: [
        ColumnDeclaration(name: titles.time, kind: .time),
        ColumnDeclaration(name: titles.value, kind: observed.kind),
      ], duplicates: .sum, time: time, observed: observed)
  case 6: return declared(key: "key", timeTable: "at")
  default:
    return declared(
      lookup: options & 32 == 0 ? nil : lookup, key: "key",
      columns: [
        ColumnDeclaration(name: "at", kind: .time), ColumnDeclaration(name: "to", kind: .address),
      ], duplicates: options & 1 == 0 ? .sum : .refuse)
  }
}

private func positions(_ options: UInt8, _ kind: ColumnDeclaration.Kind) -> Series {
  let effects: [PositionEvents.Effect] = [
    .change, .balance, .transfer(target: "to"),
    .kinds(
      column: "kind",
      kinds: [
        .init(name: "D", effect: .add), .init(name: "\u{E9}", effect: .take),
        .init(name: "T", effect: .move), .init(name: "A", effect: .none),
      ], target: "to"),
  ]
  let effect = effects[Int(options & 3)]
  let amount = ColumnDeclaration(
    name: "amount", kind: kind, empty: options & 64 == 0 ? .refuse : .zero)
  let events = PositionEvents(
    effect: effect, amount: options & 32 == 0 ? amount : nil,
    order: effect == .balance ? ["block"] : [], period: options & 128 == 0 ? nil : 7)
  return Series(origin: .events(events), value: kind, measures: [.held])
}

private func text(of events: CanonicalEvents) -> [UInt8] {
  var bytes: [UInt8] = []
  _ = events.write { bytes += $0 }
  return bytes
}

/// What the engine reads, in the form of a bundle.
private func taken(
  _ files: [[UInt8]], _ kind: UInt8, _ options: UInt8, _ span: Range<UInt64>
) throws(InputError) -> [UInt8] {
  let source = source(kind, options)
  var (keys, table) = (KeyTable(), TimeTable())
  for entry in accounts { _ = keys.add(entry.key[...], entry.account) }
  for entry in times { _ = table.add(entry.key[...], entry.seconds) }
  if source.timeTable != nil {
    return written(try InputFile.times(bytes: files, name: "list", as: source).times)
  }
  if source.price != nil || source.series?.ranges != nil {
    let contents = try PoolFile.read(bytes: files, as: source, span: span, times: table)
    return text(of: CanonicalEvents(source, contents.history))
  }
  if source.series != nil {
    let contents = try PositionFile.read(
      bytes: files, as: source, span: span, keys: keys, times: table)
    return text(of: CanonicalEvents(source, .positions(contents.history)))
  }
  let contents = try InputFile.read(
    bytes: files, name: "list", as: source, keys: keys, times: table,
    window: source.time == nil ? nil : span)
  return CanonicalInput(source, sorting: contents.rows).bytes + written(contents.keys)
}

/// What the verifier reads, in the same form.
private func verified(
  _ files: [[UInt8]], _ kind: UInt8, _ options: UInt8, _ span: Range<UInt64>
) throws -> [UInt8] {
  let source = source(kind, options)
  let keys = Verifier.Keys(
    accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.key, $0.account) }),
    times: Dictionary(uniqueKeysWithValues: times.map { ($0.key, $0.seconds) }))
  if source.timeTable != nil {
    return written(
      try Verifier.keys(raw: files, of: source, keys: keys).times.map { ($0, "\($1)") })
  }
  if source.price != nil || source.series?.ranges != nil {
    return try Verifier.pool(raw: files, of: source, keys: keys, span: span)
  }
  if source.series != nil {
    return written(try Verifier.changes(raw: files, of: source, keys: keys, span: span))
  }
  let rows = try Verifier.canonicalRows(
    raw: files, of: source, keys: keys, window: source.time == nil ? nil : span)
  guard source.key != nil else { return rows }
  let own = try Verifier.keys(raw: files, of: source, keys: keys)
  return rows + written(own.accounts.map { ($0, $1.hex) })
}

/// Changes as a bundle has them.
private func written(_ changes: ReferenceLaw.Changes) -> [UInt8] {
  let rows = changes.flatMap { account, changes in
    changes.map {
      (time: $0.time, account: account, text: "\($0.time),\(account.hex),\($0.amount)\n")
    }
  }
  let sorted = rows.sorted { ($0.time, $0.account) < ($1.time, $1.account) }
  return Array(("time,account,change\n" + sorted.map(\.text).joined()).utf8)
}

private func written(_ keys: [(key: [UInt8], value: String)]) -> [UInt8] {
  keys.map { $0.key + Array(",\($0.value)\n".utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    .flatMap { $0 }
}

private func written(_ keys: KeyTable) -> [UInt8] {
  written(keys.entries.map { (key: $0.key, value: $0.account.hex) })
}

private func written(_ times: TimeTable) -> [UInt8] {
  written(times.entries.map { (key: $0.key, value: "\($0.seconds)") })
}
