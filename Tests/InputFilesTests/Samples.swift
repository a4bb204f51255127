import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit

/// The account whose 160-bit number is `number`.
func account(_ number: UInt64) -> Address {
  let tail = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  return Address(bytes: ([UInt8](repeating: 0, count: 12) + tail)[...]) ?? .zero
}

func units(_ digits: String) -> UInt256 { (try? UInt256(decimal: digits)) ?? .zero }

let a1 = "0x00000000000000000000000000000000000000a1"
let a2 = "0x00000000000000000000000000000000000000a2"
let zero = "0x0000000000000000000000000000000000000000"
/// The first of EIP-55's examples.
let mixedCase = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"

/// 2^256.
let twoTo256 = "115792089237316195423570985008687907853269984665640564039457584007913129639936"
/// 2^256 − 1.
let maximum = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

/// A source with a column of whole numbers and one of amounts with six decimals.
func source(
  _ format: SourceDeclaration.Format = .csv, account: String = "account",
  unit: ColumnDeclaration.Unit? = nil, decimals: Int = 6,
  duplicates: SourceDeclaration.Duplicates = .refuse
) -> SourceDeclaration {
  SourceDeclaration(
    name: "list", file: "list", format: format, accountColumn: account,
    columns: [
      ColumnDeclaration(name: "points", kind: .integer),
      ColumnDeclaration(
        name: "paid", kind: .amount(token: "USD", decimals: decimals, unit: unit)),
    ], duplicates: duplicates)
}

/// A source whose only column is `points`.
func pointsSource(
  _ format: SourceDeclaration.Format = .csv, duplicates: SourceDeclaration.Duplicates = .refuse
) -> SourceDeclaration {
  SourceDeclaration(
    name: "list", file: "list", format: format,
    columns: [ColumnDeclaration(name: "points", kind: .integer)], duplicates: duplicates)
}

extension InputLimits {
  static func with(_ change: (inout InputLimits) -> Void) -> InputLimits {
    var limits = InputLimits.standard
    change(&limits)
    return limits
  }
}

/// Writes files into a folder of its own and reads them as inputs.
struct InputReader {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func contents(
    _ bytes: [UInt8], as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws -> InputFileContents {
    let path = try folder.write(bytes, to: "list")
    return try InputFile.read(
      path, name: "list", as: declaration, limits: limits, chunkSize: chunkSize)
  }

  func rows(
    _ text: String, as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard
  ) throws -> SourceRows {
    try contents(Array(text.utf8), as: declaration, limits: limits).rows
  }

  /// What is wrong with a file; nil where it can be read.
  func problem(
    _ bytes: [UInt8], as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws -> InputError? {
    do {
      _ = try contents(bytes, as: declaration, limits: limits, chunkSize: chunkSize)
      return nil
    } catch let error as InputError {
      return error
    }
  }

  func problem(
    _ text: String, as declaration: SourceDeclaration = pointsSource(),
    limits: InputLimits = .standard
  ) throws -> InputError? {
    try problem(Array(text.utf8), as: declaration, limits: limits)
  }
}

/// Rows of `pointsSource`, written out.
func pointsRows(_ rows: [(UInt64, UInt64, UInt32)]) -> SourceRows {
  SourceRows(
    source: "list", accounts: rows.map { account($0.0) },
    values: [rows.map { UInt256($0.1) }], lines: rows.map(\.2))
}
