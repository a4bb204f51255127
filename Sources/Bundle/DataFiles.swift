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
    var bytes = Array((allocationsHeader + "\n").utf8)
    for outcome in outcomes {
      let prefix = Array("\(outcome.program),\(outcome.epoch.number),".utf8)
      for (account, amount) in zip(outcome.accounts, outcome.amounts) {
        bytes += prefix
        append(account, amount, to: &bytes)
      }
    }
    return bytes
  }

  static func exclusionsCSV(_ outcomes: [ProgramOutcome]) -> [UInt8] {
    var bytes = Array((exclusionsHeader + "\n").utf8)
    for outcome in outcomes {
      let prefix = Array("\(outcome.program),\(outcome.epoch.number),".utf8)
      for exclusion in outcome.exclusions {
        bytes += prefix
        exclusion.account.appendHex(to: &bytes)
        bytes += Array(",\(exclusion.reason.rawValue),".utf8)
        if exclusion.reason == .filteredOut {
          bytes += Array(exclusion.number.shortest.utf8)
        } else {
          exclusion.value.appendDecimal(to: &bytes)
        }
        bytes.append(0x0A)
      }
    }
    return bytes
  }

  static func entitlementsCSV(_ campaigns: [CampaignEntitlements]) -> [UInt8] {
    var bytes = Array((entitlementsHeader + "\n").utf8)
    for campaign in campaigns {
      let prefix = Array("\(campaign.name),".utf8)
      let list = campaign.entitlements
      for (account, amount) in zip(list.accounts, list.amounts) {
        bytes += prefix
        append(account, amount, to: &bytes)
      }
    }
    return bytes
  }

  private static func append(
    _ account: Address, _ amount: UInt256, to bytes: inout [UInt8]
  ) {
    account.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: ","))
    amount.appendDecimal(to: &bytes)
    bytes.append(0x0A)
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
