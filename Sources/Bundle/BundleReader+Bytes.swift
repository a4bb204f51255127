import EthereumPrimitives

/// Single files of a bundle out of their bytes, as `load` and `proof` read them.
extension BundleReader {
  /// The accounts of an index file and what they are entitled to.
  package static func accountIndex(
    _ bytes: [UInt8], file: String
  ) throws(BundleError) -> [Address: UInt256] {
    try AccountIndex.parse(bytes, file)
  }

  /// The bytes that say the same as an `explain.json`, in its one form.
  package static func totals(
    _ bytes: [UInt8], identity: Bytes32
  ) throws(BundleError) -> [UInt8] {
    try TotalsFile(parsing: bytes, identity: identity).bytes
  }

  /// The rows of an `entitlements.csv`, campaign after campaign.
  package static func entitlements(
    _ bytes: [UInt8], of campaigns: [String]
  ) throws(BundleError) -> [[(account: Address, entitlement: UInt256)]] {
    var groups = try DataGroups(
      bytes, DataFiles.entitlements, DataFiles.entitlementsHeader, epoch: nil)
    var lists: [[(account: Address, entitlement: UInt256)]] = []
    for campaign in campaigns {
      var rows: [(account: Address, entitlement: UInt256)] = []
      try groups.rows(of: campaign) { reader, account throws(BundleError) in
        rows.append((account, try reader.amount(2)))
      }
      lists.append(rows)
    }
    try groups.expectEnd()
    return lists
  }
}
