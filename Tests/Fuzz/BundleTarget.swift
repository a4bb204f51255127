import Bundle
import DistributionModel
import EthereumPrimitives
import Verification

/// A single file of a bundle; the first byte says which one.
@Sendable func bundleFile(_ bytes: [UInt8]) throws {
  guard let kind = bytes.first else { return }
  let file = Array(bytes.dropFirst())
  switch kind & 7 {
  case 0: try commitment(file)
  case 1: try canonicalInput(file, .refuse)
  case 2: try canonicalInput(file, .sum)
  case 3: try entitlements(file)
  case 4: try accountIndex(file)
  case 6: try totals(file)
  default: try derived(file)
  }
}

/// A commitment has one form, and the verifier takes what is taken.
private func commitment(_ file: [UInt8]) throws {
  switch outcome({ () throws(BundleError) in try Commitment(parsing: file) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let commitment):
    try require(commitment.canonicalBytes == file, "other bytes of the same commitment are taken")
    try require(commitment.hash == Keccak256.hash(file), "the identity is not the bytes' hash")
    let identity = try? Verifier.identity(ofCommitment: file)
    try require(identity == commitment.hash, "the verifier refuses a commitment that is taken")
  }
}

/// Both readers take the same files, but for the zero address, which only the raw files refuse.
private func canonicalInput(
  _ file: [UInt8], _ duplicates: SourceDeclaration.Duplicates
) throws {
  let declaration = SourceDeclaration(
    name: "list", file: "list.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "points", kind: .integer),
      ColumnDeclaration(name: "paid", kind: .amount(token: "T", decimals: 6, unit: nil)),
    ], duplicates: duplicates)
  let other = Result { try Verifier.rows(canonical: file, of: declaration) }
  switch outcome({ () throws(BundleError) in try CanonicalInput(parsing: file, of: declaration) }) {
  case .failure(let error):
    try requireReadable(error)
    if case .success(let rows) = other {
      let hasZero = rows.contains { $0.account.isZero }
      try require(hasZero, "the verifier takes a canonical input that is refused: \(error)")
    }
  case .success(let input):
    try require(input.bytes == file, "other bytes of the same rows are taken")
    let rows = try? other.get()
    let isEqual =
      rows?.map(\.account) == input.rows.accounts
      && rows?.map(\.values)
        == input.rows.accounts.indices.map { row in
          input.rows.values.map { $0[row] }
        }
    try require(isEqual, "the verifier reads other rows")
  }
}

/// Rows of two campaigns: ascending, each account once.
private func entitlements(_ file: [UInt8]) throws {
  switch outcome({ () throws(BundleError) in
    try BundleReader.entitlements(file, of: ["a", "b"])
  }) {
  case .failure(let error): try requireReadable(error)
  case .success(let lists):
    var text = "campaign,account,entitlement\n"
    for (name, rows) in zip(["a", "b"], lists) {
      for row in rows { text += "\(name),\(row.account.hex),\(row.entitlement)\n" }
    }
    try require(Array(text.utf8) == file, "other bytes of the same rows are taken")
    for rows in lists {
      let isAscending = zip(rows, rows.dropFirst()).allSatisfy { $0.account < $1.account }
      try require(isAscending, "accounts do not ascend")
    }
  }
}

private func accountIndex(_ file: [UInt8]) throws {
  let result = outcome { () throws(BundleError) in
    try BundleReader.accountIndex(file, file: "index.json")
  }
  if case .failure(let error) = result { try requireReadable(error) }
}

/// What is taken is written in one form, which is taken again.
private func totals(_ file: [UInt8]) throws {
  func written(_ bytes: [UInt8]) -> Result<[UInt8], BundleError> {
    outcome { () throws(BundleError) in try BundleReader.totals(bytes, identity: .zero) }
  }
  switch written(file) {
  case .failure(let error): try requireReadable(error)
  case .success(let bytes):
    let again = try? written(bytes).get()
    try require(again == bytes, "explain.json reads back as another")
  }
}

/// What stands beside the identity is taken or left out, and written as it was read.
private func derived(_ file: [UInt8]) throws {
  guard let derived = Derived(parsing: file) else { return }
  // Lines are written into files of their own.
  let again = Derived(parsing: derived.bytes)?.with { source in
    derived.sources.first { $0.source == source }?.lines
  }
  try require(again?.engine == derived.engine, "derived.json reads back as another")
  try require(again?.sources.count == derived.sources.count, "derived.json loses a source")
}
