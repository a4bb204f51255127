import DistributionModel
import EthereumPrimitives

/// Openings of private values as files, which lie outside of every bundle: one with all of them for
/// auditors, and one per account for who owns it.
public enum OpeningsFile {
  static let header = "source,account,column,value,salt"
  /// All openings.
  public static let whole = "openings.csv"

  /// - Throws: `targetExists` where something has the name of a folder to make.
  public static func checkFree(_ directory: String) throws(BundleError) {
    _ = try NewFolder.free(directory)
  }

  /// Writes a folder of openings, whole or not at all.
  ///
  /// - Throws: `targetExists` where something has that name.
  public static func write(_ openings: [Opening], to directory: String) throws(BundleError) {
    let target = try NewFolder.free(directory)
    try NewFolder.make(target) { aside throws(BundleError) in
      try FileSystem.write(bytes(openings), to: aside + "/" + whole, synced: true)
      for (account, own) in Dictionary(grouping: openings, by: \.account) {
        let name = file(of: account)
        try FileSystem.makeDirectories(for: name, in: aside)
        try FileSystem.write(bytes(own), to: aside + "/" + name, synced: false)
      }
      try FileSystem.syncDirectory(aside)
    }
  }

  /// The file of one account, in folders by its first two digits.
  public static func file(of account: Address) -> String {
    "accounts/\(account.hex.dropFirst(2).prefix(2))/\(account.hex).csv"
  }

  private static func bytes(_ openings: [Opening]) -> [UInt8] {
    var bytes = Array((header + "\n").utf8)
    for opening in openings {
      bytes += Array("\(opening.source),\(opening.account.hex),\(opening.column),".utf8)
      opening.value.appendDecimal(to: &bytes)
      bytes += Array(",\(opening.salt.hex)\n".utf8)
    }
    return bytes
  }

  /// Reads a file of openings, of all accounts or of one.
  public static func read(_ bytes: [UInt8], file: String) throws(BundleError) -> [Opening] {
    var reader = try DataFileReader(bytes, file: file, header: header)
    var openings: [Opening] = []
    while try reader.next() != nil {
      guard let salt = try? Bytes32(hex: reader.text(4)) else {
        throw reader.error(
          .malformedRow, found: "'\(reader.text(4).prefix(80))'",
          expected: "a salt of 0x and 64 digits")
      }
      openings.append(
        Opening(
          source: reader.text(0), account: try reader.account(1), column: reader.text(2),
          value: try reader.amount(3), salt: salt))
    }
    return openings
  }
}
