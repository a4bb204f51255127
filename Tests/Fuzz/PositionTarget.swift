import DistributionModel
import EthereumPrimitives
import InputFiles

/// A file of changes of balances: the first byte chooses what rows do, the second one the span and
/// the size of pieces, the rest is the file.
@Sendable func positionFile(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  let (options, size) = (choices.byte(), choices.byte())
  let file = choices.rest()
  let declaration = positionSource(options)
  let span = UInt64(size & 31)..<UInt64(size & 31) + 1 + UInt64(size >> 5) * 40
  func read(_ chunkSize: Int, isPlain: Bool, sortBytes: Int) -> Result<
    PositionFileContents, InputError
  > {
    var limits = InputLimits.standard
    limits.sortBytes = sortBytes
    return outcome { () throws(InputError) in
      try PositionFile.read(
        bytes: [file], as: declaration, span: span, limits: limits, chunkSize: chunkSize,
        isPlain: isPlain)
    }
  }
  let whole = read(1 << 18, isPlain: true, sortBytes: 1 << 20)
  for (chunkSize, isPlain, sortBytes) in [(1 + Int(size), true, 1), (1 + Int(size), false, 200)] {
    let other = read(chunkSize, isPlain: isPlain, sortBytes: sortBytes)
    try require(other == whole, "in pieces of \(chunkSize): \(other), in one: \(whole)")
  }
  switch whole {
  case .failure(let error):
    try requireReadable(error)
    // A packed file's lines are not its own bytes' lines.
    if error.line > 0, !file.starts(with: [0x1F, 0x8B]) {
      try requireInside(file, line: error.line, column: error.column)
    }
  case .success(let contents): try requireCanonical(contents.history)
  }
}

/// All effects, both formats that are read in pieces, with and without periods and quarantine.
private func positionSource(_ options: UInt8) -> SourceDeclaration {
  let effects: [PositionEvents.Effect] = [
    .change, .balance, .transfer(target: "to"),
    .kinds(
      column: "kind",
      kinds: [
        .init(name: "D", effect: .add), .init(name: "Withdrawal", effect: .take),
        .init(name: "T", effect: .move), .init(name: "A", effect: .none),
      ], target: "to"),
  ]
  let effect = effects[Int(options & 3)]
  let kind = ColumnDeclaration.Kind.amount(token: "T", decimals: 2, unit: nil)
  let events = PositionEvents(
    effect: effect, amount: ColumnDeclaration(name: "amount", kind: kind),
    order: effect == .balance ? ["block"] : [], period: options & 4 == 0 ? nil : 7)
  let series = Series(origin: .events(events), value: kind, measures: [.held])
  return SourceDeclaration(
    name: "list", file: "list", format: options & 8 == 0 ? .csv : .jsonl, columns: series.columns,
    time: TimeColumn(column: "time"), series: series,
    badRows: options & 16 == 0 ? .refuse : .quarantine)
}

/// By time and account, each once, in the span or at its start.
private func requireCanonical(_ history: PositionHistory) throws {
  let changes = history.changes
  for row in 0..<changes.count {
    let time = changes.times[row]
    try require(
      history.span.contains(time) || time == 0, "a change at \(time), not in \(history.span)")
    try require(!changes.amounts[row].isZero, "a change by 0 in row \(row)")
    guard row > 0 else { continue }
    let before = (changes.times[row - 1], changes.accounts[row - 1])
    try require(before < (time, changes.accounts[row]), "row \(row) is not after the one before")
  }
  try require(
    Set(changes.accounts).count == history.accounts.count
      && zip(history.accounts, history.accounts.dropFirst()).allSatisfy { $0 < $1 },
    "accounts are not those of the changes, ascending")
}
