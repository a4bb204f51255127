import DistributionCore
import DistributionModel
import EthereumPrimitives
import InputFiles

/// What a file of events gives, as far as the size of pieces does not matter.
private struct Events: Equatable {
  var changes = PositionChanges()
  var accounts: [Address] = []
  var rowCount = 0
}

/// A file of events: the first byte chooses its unit and the size of pieces, the rest is the file.
@Sendable func eventFile(_ bytes: [UInt8]) throws {
  var choices = Choices(bytes)
  let options = choices.byte()
  let file = choices.rest()
  let unit = [ColumnDeclaration.Unit?.none, .base, .token][Int(options >> 1) % 3]
  let declaration = EventDeclaration(
    amount: ColumnDeclaration(
      name: "amount", kind: .amount(token: "T", decimals: Int(options >> 3 & 7), unit: unit)),
    kinds: [
      .init(name: "D", effect: .add), .init(name: "Withdrawal", effect: .take),
      .init(name: "T", effect: .move), .init(name: "A", effect: .none),
    ])
  func read(_ chunkSize: Int, isPlain: Bool) -> Result<Events, InputError> {
    outcome { () throws(InputError) in try events(file, declaration, chunkSize, isPlain: isPlain) }
  }
  let whole = read(1 << 18, isPlain: true)
  for (chunkSize, isPlain) in [(1 << 18, false), (1 + Int(options), true)] {
    let other = read(chunkSize, isPlain: isPlain)
    try require(other == whole, "in pieces of \(chunkSize): \(other), in one: \(whole)")
  }
  switch whole {
  case .failure(let error):
    try requireReadable(error)
    // A packed file's lines are not its own bytes' lines.
    if error.line > 0, !file.starts(with: [0x1F, 0x8B]) {
      try requireInside(file, line: error.line, column: error.column)
    }
  case .success(let events):
    for rule in AccrualRule.allCases { try requireConservation(events.changes, rule) }
  }
}

private func events(
  _ file: [UInt8], _ declaration: EventDeclaration, _ chunkSize: Int, isPlain: Bool
) throws(InputError) -> Events {
  var reader = try EventReader(
    bytes: file, name: "events", as: declaration, chunkSize: chunkSize, isPlain: isPlain)
  var table = AddressTable()
  var piece = PositionChanges()
  var events = Events()
  while try reader.next(&piece, numbering: &table) {
    for row in 0..<piece.count {
      events.changes.append(
        time: Timestamp(piece.times[row]), account: piece.accounts[row],
        amount: piece.amounts[row], isTaken: piece.isTaken[row], line: piece.lines[row])
    }
  }
  events.accounts = table.addresses
  events.rowCount = reader.rowCount
  return events
}

/// Over two epochs that cut the changes in the middle, a budget is allocated and carried whole, or
/// the changes are refused.
private func requireConservation(_ changes: PositionChanges, _ rule: AccrualRule) throws {
  let middle = changes.count == 0 ? 1 : max(1, changes.times[changes.count / 2])
  var accrual = Accrual(rule: rule)
  var row = 0
  do {
    for epoch in [Timestamp(0)..<Timestamp(middle), Timestamp(middle)..<Timestamp(1 << 41)] {
      accrual.open(epoch)
      row = try accrual.take(changes, from: row)
      let accrued = try accrual.close()
      let budget = UInt256(1_000_000_007)
      let due = accrued.due(of: budget)
      let accounts = accrued.weights.indices.map { Address(0, UInt64($0), 1) }
      let parts = try Apportionment.apportionNumbered(
        due, accounts: accounts, weights: accrued.weights, rule: .largestRemainder)
      let sum = parts.amounts.reduce(parts.carry) { $0 &+ $1 }
      try require(due <= budget && sum == due, "\(rule): \(sum) of \(due), \(budget) in all")
    }
    try require(row == changes.count, "\(row) of \(changes.count) changes are taken")
  } catch let error as AccrualError {
    try requireReadable(error)
  } catch Apportionment.Failure.weightsOverflow where rule == .average {
    // Weights of several accounts may add up to 2^256.
  }
}
