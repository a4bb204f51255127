import DistributionCore
import DistributionModel
import EthereumPrimitives

/// The account whose 160-bit number is `number`.
func account(_ number: UInt64) -> Address {
  let tail = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  guard let account = Address(bytes: ([UInt8](repeating: 0, count: 12) + tail)[...]) else {
    preconditionFailure("20 bytes")
  }
  return account
}

func accounts(_ numbers: ClosedRange<UInt64>) -> [Address] { numbers.map(account) }

/// A decimal number; a text that is none stops the tests.
func units(_ text: String) -> UInt256 {
  do {
    return try UInt256(decimal: text)
  } catch {
    preconditionFailure("\(text) is no number: \(error)")
  }
}

func units(_ values: [UInt64]) -> [UInt256] { values.map { UInt256($0) } }

let twoTo128 = UInt256(1) << 128
let twoTo255 = UInt256(1) << 255

/// A program over the source `list`, whose only column is `value`.
func program(
  budget: UInt256, basis: Program.Basis = .weights(column: "value"),
  rounding: RoundingRule = .largestRemainder, unallocated: Program.Unallocated = .refuse,
  emission: Emission? = nil, exclude: [PlannedExclusion] = []
) -> Program {
  Program(
    name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
    recipients: .source("list"), basis: basis, rounding: rounding, unallocated: unallocated,
    emission: emission, exclude: exclude)
}

let listDeclaration = SourceDeclaration(
  name: "list", file: "list.csv", format: .csv,
  columns: [ColumnDeclaration(name: "value", kind: .integer)], duplicates: .sum)

func rows(_ pairs: [(UInt64, UInt256)]) -> SourceRows {
  SourceRows(
    source: "list", accounts: pairs.map { account($0.0) }, values: [pairs.map(\.1)],
    lines: pairs.indices.map { UInt32($0 + 2) })
}

/// One source is all that a program may read.
func inputs(_ declaration: SourceDeclaration, _ rows: SourceRows) -> ProgramInputs {
  ProgramInputs(
    sources: [declaration.name: ProgramInputs.Source(declaration: declaration, rows: rows)])
}

/// What stops `body`; nil where it gives a result.
func lawError<Result>(_ body: () throws(LawError) -> Result) -> LawError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
