import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import InputFiles
import Verification

/// A CSV list: the first byte chooses the declaration and the size of pieces, the rest is the file.
@Sendable func csvFile(_ bytes: [UInt8]) throws { try listFile(bytes, .csv) }

/// A JSON Lines list, likewise.
@Sendable func jsonLinesFile(_ bytes: [UInt8]) throws { try listFile(bytes, .jsonl) }

/// A JSON file of a list or an object, likewise.
@Sendable func jsonFile(_ bytes: [UInt8]) throws { try listFile(bytes, .json) }

/// The accounts that the lists of these targets look up, for both readers.
private let listAccounts: [(key: [UInt8], account: Address)] = [
  (Array("a".utf8), Address(0, 0, 1)), (Array("b".utf8), Address(0, 0, 2)),
]

private func listFile(_ bytes: [UInt8], _ format: SourceDeclaration.Format) throws {
  var choices = Choices(bytes)
  let options = choices.byte()
  let declaration = listDeclaration(options, format)
  let file = choices.rest()
  let ways = InputFile.bothWays(
    bytes: file, as: declaration, chunkSize: 1 + Int(options), threads: 1 + Int(options % 3))
  try require(ways.plain == nil || ways.plain == ways.clear, "the fast way gives other rows")
  let whole = try requirePiecesAgree(file, declaration, [1, 2 + Int(options % 31)])
  switch whole {
  case .failure(let error):
    try requireReadable(error)
    try require(error.column == 0 || error.line > 0, "a column without a line")
    // A packed file's lines are not its own bytes' lines.
    if error.line > 0, !file.starts(with: [0x1F, 0x8B]) {
      try requireInside(file, line: error.line, column: error.column)
    }
  case .success(let contents):
    try require(contents.rawHash == Keccak256.hash(file), "the hash is not the file's")
    try requireVerifierAgrees(file, declaration, contents.rows)
    try requireCanonicalAgrees(declaration, contents.rows)
  }
}

/// A source of whole numbers and amounts, as the bits say.
func listDeclaration(
  _ options: UInt8, _ format: SourceDeclaration.Format
) -> SourceDeclaration {
  let unit = [ColumnDeclaration.Unit?.none, .base, .token, .token][Int(options >> 1 & 3)]
  let decimals = [0, 6, 18, 36][Int(options >> 3 & 3)]
  var columns = [
    ColumnDeclaration(name: "points", kind: .integer),
    ColumnDeclaration(name: "paid", kind: .amount(token: "T", decimals: decimals, unit: unit)),
  ]
  let isSelected = options & 0xC0 == 0xC0
  if options & 0x20 != 0 {
    let format = DecimalFormat(
      places: decimals, notation: DecimalFormat.Notation.allCases[Int(options >> 1 & 1)],
      excess: DecimalFormat.Excess.allCases[Int(options >> 6) % 3])
    columns = [
      ColumnDeclaration(
        name: "score", kind: .decimal(format), empty: options & 8 == 0 ? .zero : .refuse),
      ColumnDeclaration(name: "to", kind: .address),
    ]
  }
  return SourceDeclaration(
    name: "list", file: "list", format: format,
    within: isSelected && format == .json && options & 8 == 0 ? ["rows"] : [],
    lookup: isSelected && options & 2 == 0 ? .init(source: "keys", unknownKeys: .skip) : nil,
    key: isSelected && options & 4 == 0 ? "id" : nil,
    conditions: isSelected ? [.init(column: "kind", texts: ["x", "y"])] : [],
    columns: columns, duplicates: options & 1 == 0 ? .refuse : .sum,
    noRows: options & 0x10 == 0 ? .refuse : .allow)
}

/// The outcome, which must be the same whatever size the pieces have.
func requirePiecesAgree(
  _ file: [UInt8], _ declaration: SourceDeclaration, _ sizes: [Int],
  limits: InputLimits = .standard
) throws(BrokenProperty) -> Result<InputFileContents, InputError> {
  var keys = KeyTable()
  for entry in listAccounts { _ = keys.add(entry.key[...], entry.account) }
  func read(_ size: Int) -> Result<InputFileContents, InputError> {
    outcome { () throws(InputError) in
      try InputFile.read(
        bytes: file, name: "list", as: declaration, keys: keys, limits: limits, chunkSize: size)
    }
  }
  let whole = read(1 << 18)
  for size in sizes {
    let pieces = read(size)
    try require(pieces == whole, "in pieces of \(size): \(pieces), in one: \(whole)")
  }
  return whole
}

/// What the producer takes, the verifier's own reader takes, as the same rows.
func requireVerifierAgrees(
  _ file: [UInt8], _ declaration: SourceDeclaration, _ rows: SourceRows
) throws(BrokenProperty) {
  let keys = Dictionary(uniqueKeysWithValues: listAccounts.map { ($0.key, $0.account) })
  let result = Result { try Verifier.rows(raw: file, of: declaration, keys: .init(accounts: keys)) }
  guard case .success(let other) = result else {
    throw BrokenProperty(description: "the verifier refuses a list that is taken: \(result)")
  }
  guard declaration.format == .json else {
    try requireEqual(other, rows)
    return
  }
  // The members of an object have no order.
  let texts = rows.accounts.indices.map { row in
    "\(rows.accounts[row]) \(rows.values.map { $0[row] })"
  }
  let others = other.map { "\($0.account) \($0.values)" }
  try require(texts.sorted() == others.sorted(), "the verifier reads other rows: \(others)")
}

private func requireEqual(
  _ other: [Verifier.Row], _ rows: SourceRows
) throws(BrokenProperty) {
  try require(other.count == rows.count, "the verifier reads \(other.count) of \(rows.count) rows")
  for (index, row) in other.enumerated() {
    let values = rows.values.map { $0[index] }
    let isEqual = row.account == rows.accounts[index] && row.values == values
    try require(isEqual, "row \(index): \(values), and for the verifier \(row)")
  }
}

/// Rows sorted and written are read back by both readers of bundles.
private func requireCanonicalAgrees(
  _ declaration: SourceDeclaration, _ rows: SourceRows
) throws {
  let input = CanonicalInput(declaration, sorting: rows)
  let again = try CanonicalInput(parsing: input.bytes, of: declaration)
  try require(again.bytes == input.bytes, "canonical rows read back as others")
  try require(again.rows.values == input.rows.values, "canonical values read back as others")
  try requireEqual(try Verifier.rows(canonical: input.bytes, of: declaration), input.rows)
}
