import DistributionModel
import EthereumPrimitives

/// Entitlements of one campaign, with what they build on.
public struct CampaignEntitlements: Sendable, Equatable {
  public let name: String
  /// Zero in a draft.
  public let identifier: Bytes32
  public let entitlements: Entitlements
  public let parentRoot: Bytes32
  public let parentCommitment: Bytes32

  public init(
    name: String, identifier: Bytes32, entitlements: Entitlements, parentRoot: Bytes32 = .zero,
    parentCommitment: Bytes32 = .zero
  ) {
    self.name = name
    self.identifier = identifier
    self.entitlements = entitlements
    self.parentRoot = parentRoot
    self.parentCommitment = parentCommitment
  }
}

/// The CSV files of a bundle: LF line ends, no quotes, lower-case accounts, decimal integers.
enum DataFiles {
  static let allocations = "allocations.csv"
  static let exclusions = "exclusions.csv"
  static let entitlements = "entitlements.csv"

  static let allocationsHeader = "program,epoch,account,amount"
  static let exclusionsHeader = "program,epoch,account,reason,value"
  static let entitlementsHeader = "campaign,account,entitlement"

  static func allocationsCSV(_ outcomes: [ProgramOutcome]) -> [UInt8] {
    let rows = outcomes.reduce(0) { $0 + $1.accounts.count }
    var text = ASCIIText(capacity: rows * 80)
    text.append(Array((allocationsHeader + "\n").utf8))
    for outcome in outcomes {
      let prefix = Array("\(outcome.program),\(outcome.epoch.number),".utf8)
      append(outcome.accounts, outcome.amounts, prefix, to: &text)
    }
    return text.bytes()
  }

  static func exclusionsCSV(_ outcomes: [ProgramOutcome]) -> [UInt8] {
    let rows = outcomes.reduce(0) { $0 + $1.exclusions.count }
    var text = ASCIIText(capacity: rows * 80)
    text.append(Array((exclusionsHeader + "\n").utf8))
    let reasons = Dictionary(
      uniqueKeysWithValues: ExclusionReason.allCases.map { ($0, Array(",\($0.rawValue),".utf8)) })
    for outcome in outcomes {
      let prefix = Array("\(outcome.program),\(outcome.epoch.number),".utf8)
      for exclusion in outcome.exclusions {
        text.append(prefix)
        text.append(hex: exclusion.account)
        text.append(reasons[exclusion.reason] ?? [])
        append(exclusion.number, to: &text)
        text.append(0x0A)
      }
    }
    return text.bytes()
  }

  static func entitlementsCSV(_ campaigns: [CampaignEntitlements]) -> [UInt8] {
    let rows = campaigns.reduce(0) { $0 + $1.entitlements.accounts.count }
    var text = ASCIIText(capacity: rows * 80)
    text.append(Array((entitlementsHeader + "\n").utf8))
    for campaign in campaigns {
      let list = campaign.entitlements
      append(list.accounts, list.amounts, Array("\(campaign.name),".utf8), to: &text)
    }
    return text.bytes()
  }

  private static func append(_ number: DecimalNumber, to text: inout ASCIIText) {
    if number.scale == 0, !number.isNegative {
      text.append(decimal: number.magnitude)
    } else {
      text.append(Array(number.shortest.utf8))
    }
  }

  private static func append(
    _ accounts: [Address], _ amounts: [UInt256], _ prefix: [UInt8], to text: inout ASCIIText
  ) {
    for (account, amount) in zip(accounts, amounts) {
      text.append(prefix)
      text.append(hex: account)
      text.append(UInt8(ascii: ","))
      text.append(decimal: amount)
      text.append(0x0A)
    }
  }
}

/// Reads a data file, which must be in its one form: what would be written back is what is there.
struct DataFileReader {
  private let bytes: [UInt8]
  private let file: String
  private let columns: Int
  private var position: Int
  private(set) var line = 1
  private var fields: [Range<Int>] = []

  init(_ bytes: [UInt8], file: String, header: String) throws(BundleError) {
    self.bytes = bytes
    self.file = file
    columns = header.utf8.count { $0 == UInt8(ascii: ",") } + 1
    position = 0
    let expected = Array((header + "\n").utf8)
    guard bytes.starts(with: expected) else {
      throw BundleError(
        .malformedRow, file: file, place: "line 1", found: "another first line",
        expected: "the header `\(header)`")
    }
    guard bytes.last == 0x0A else {
      throw BundleError(
        .malformedRow, file: file, place: "the end", found: "no line end",
        expected: "a line end after the last row", advice: "The file was cut off.")
    }
    position = expected.count
  }

  /// Goes to the next row; its line, or nil at the end.
  mutating func next() throws(BundleError) -> Int? {
    guard position < bytes.count else { return nil }
    line += 1
    fields.removeAll(keepingCapacity: true)
    var start = position
    while bytes[position] != 0x0A {
      if bytes[position] == UInt8(ascii: ",") {
        fields.append(start..<position)
        start = position + 1
      }
      position += 1
    }
    fields.append(start..<position)
    position += 1
    guard fields.count == columns else {
      throw error(
        .malformedRow, found: fields.count.counted("field"), expected: "\(columns)")
    }
    return line
  }

  func bytes(_ field: Int) -> ArraySlice<UInt8> { bytes[fields[field]] }

  func text(_ field: Int) -> String { String(decoding: bytes(field), as: UTF8.self) }

  func account(_ field: Int) throws(BundleError) -> Address {
    let text = bytes(field)
    guard let account = try? Address(ascii: text), !account.isZero,
      !text.contains(where: { (0x41...0x46).contains($0) })
    else {
      throw error(
        .malformedRow, found: "'\(self.text(field).prefix(60))'",
        expected: "an account in lower case")
    }
    return account
  }

  func amount(_ field: Int) throws(BundleError) -> UInt256 {
    guard let amount = try? UInt256(decimal: bytes(field)) else {
      throw error(
        .malformedRow, found: "'\(text(field).prefix(90))'",
        expected: "a whole number below 2^256 without leading zeros")
    }
    return amount
  }

  /// A number with its sign and its fraction, in the fewest digits.
  func number(_ field: Int) throws(BundleError) -> DecimalNumber {
    let text = self.text(field)
    guard let number = DecimalNumber(text), number.shortest == text else {
      throw error(
        .malformedRow, found: "'\(text.prefix(90))'",
        expected: "a decimal number in its shortest form")
    }
    return number
  }

  func error(_ kind: BundleError.Kind, found: String, expected: String) -> BundleError {
    BundleError(kind, file: file, place: "line \(line)", found: found, expected: expected)
  }
}
