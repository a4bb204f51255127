import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// Rows of a data file, group after group: a program's or a campaign's, accounts ascending.
struct DataGroups {
  private var reader: DataFileReader
  private let epoch: UInt32?
  private let accountField: Int
  private var hasRow: Bool

  init(
    _ bytes: [UInt8], _ file: String, _ header: String, epoch: UInt32?
  ) throws(BundleError) {
    reader = try DataFileReader(bytes, file: file, header: header)
    self.epoch = epoch
    accountField = epoch == nil ? 1 : 2
    hasRow = try reader.next() != nil
  }

  /// Gives `body` each row of the group that comes next.
  mutating func rows(
    of group: String, _ body: (DataFileReader, Address) throws(BundleError) -> Void
  ) throws(BundleError) {
    let name = Array(group.utf8)
    var last: Address?
    while hasRow, reader.bytes(0).elementsEqual(name) {
      if let epoch, reader.text(1) != String(epoch) {
        throw reader.error(
          .malformedRow, found: "epoch \(reader.text(1).prefix(20))", expected: "\(epoch)")
      }
      let account = try reader.account(accountField)
      if let last, account <= last {
        throw reader.error(
          .wrongOrder, found: "\(account.hex) after \(last.hex)",
          expected: "each account once, ascending")
      }
      last = account
      try body(reader, account)
      hasRow = try reader.next() != nil
    }
  }

  /// Accounts and amounts of the group that comes next, and their sum.
  mutating func amounts(
    of group: String, field: Int
  ) throws(BundleError) -> (accounts: [Address], amounts: [UInt256], total: UInt256) {
    var (accounts, amounts): ([Address], [UInt256]) = ([], [])
    var total = UInt256.zero
    try rows(of: group) { reader, account throws(BundleError) in
      let amount = try reader.amount(field)
      guard !amount.isZero, let sum = total.adding(amount) else {
        throw reader.error(.wrongSum, found: amount.decimal, expected: "an amount above 0")
      }
      total = sum
      accounts.append(account)
      amounts.append(amount)
    }
    return (accounts, amounts, total)
  }

  /// The refused accounts of the program that comes next.
  mutating func exclusions(of program: String) throws(BundleError) -> [Exclusion] {
    var refused: [Exclusion] = []
    try rows(of: program) { reader, account throws(BundleError) in
      guard let reason = ExclusionReason(rawValue: reader.text(3)) else {
        throw reader.error(
          .malformedRow, found: "'\(reader.text(3).prefix(60))'", expected: "a reason code")
      }
      let number =
        reason == .filteredOut ? try reader.number(4) : DecimalNumber(try reader.amount(4))
      refused.append(Exclusion(account: account, reason: reason, number: number))
    }
    return refused
  }

  func expectEnd() throws(BundleError) {
    guard hasRow else { return }
    throw reader.error(
      .wrongName, found: "'\(reader.text(0).prefix(60))'",
      expected: "the end of the file, or a name in the order of the plan")
  }
}

/// An index file: accounts of one prefix and what they are entitled to.
struct AccountIndex {
  let entries: [Address: UInt256]

  /// nil where no account has the prefix.
  init?(
    _ directory: String, _ campaign: Commitment.Campaign, prefix: String, _ limits: BundleLimits
  ) throws(BundleError) {
    let file = ProofShards.path(
      of: .index(prefix: prefix), name: campaign.name, root: campaign.root)
    let folder = ProofShards.folder(name: campaign.name, root: campaign.root)
    if FileSystem.exists("\(directory)/\(folder)"), !FileSystem.exists("\(directory)/\(file)") {
      return nil
    }
    let bytes = try FileSystem.read(directory, file, limit: limits.fileBytes)
    entries = try Self.parse(bytes, file)
  }

  static func parse(
    _ bytes: [UInt8], _ file: String
  ) throws(BundleError) -> [Address: UInt256] {
    let json: JSON
    do {
      json = try JSON.parse(bytes)
    } catch {
      throw BundleError(
        .notJSON, file: file, place: "line \(error.line), column \(error.column)",
        found: error.found, expected: error.expected)
    }
    guard json["format"]?.text == ProofShards.indexFormat else {
      throw BundleError(
        .unknownFormat, file: file, place: "format", found: json["format"]?.kindName ?? "nothing",
        expected: ProofShards.indexFormat)
    }
    guard let members = json["entries"]?.members else {
      throw BundleError(
        .malformedMember, file: file, place: "entries",
        found: json["entries"]?.kindName ?? "nothing", expected: "accounts and their entitlements")
    }
    var entries: [Address: UInt256] = [:]
    for member in members {
      guard let account = try? Address(member.key),
        let amount = member.value.text.flatMap({ try? UInt256(decimal: $0) })
      else {
        throw BundleError(
          .malformedMember, file: file, place: "entries", found: "\"\(member.key.prefix(60))\"",
          expected: "an account and its entitlement")
      }
      entries[account] = amount
    }
    return entries
  }
}
