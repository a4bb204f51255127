import EthereumPrimitives

/// Why a bundle cannot be written or taken, with the values that were compared.
public struct BundleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the order in which they are looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// The folder to write is there already.
    case targetExists
    /// A folder or file cannot be made, written, synced or renamed.
    case cannotWrite
    /// A file of the bundle is missing or cannot be read.
    case cannotRead
    /// A file is larger than the limit.
    case fileTooLarge
    /// A JSON file that is no JSON.
    case notJSON
    /// `commitment.json` is not in its one form: other bytes would have another hash.
    case notCanonical
    /// A format or version that this program does not read.
    case unknownFormat
    /// A member is missing or of another kind than the format says.
    case malformedMember
    /// A CSV file that is not in its one form.
    case malformedRow
    /// Rows that are not in their order, or stand twice.
    case wrongOrder
    /// The plan inside the bundle is no plan.
    case malformedPlan
    /// The plan is not the one that is committed.
    case wrongPlan
    /// A file whose hash is not the committed one.
    case wrongHash
    /// A number that does not follow from the rows: a sum, a count, a carry.
    case wrongSum
    /// A name that the plan does not know, or in another order than the plan's.
    case wrongName
    /// A campaign whose identifier does not follow from the plan.
    case wrongCampaign
    /// A root that the entitlements do not have.
    case wrongRoot
    /// A shard whose proof does not lead to its root, or with leaves of another prefix.
    case wrongShard
    /// An account that stands in no shard or index of the bundle.
    case unknownAccount
  }

  public let kind: Kind
  public let file: String
  /// A line, a row or a member; empty for the whole file.
  public let place: String
  public let found: String
  public let expected: String
  public let advice: String

  public init(
    _ kind: Kind, file: String, place: String = "", found: String, expected: String,
    advice: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
    self.advice = advice
  }

  public var description: String {
    let position = place.isEmpty ? file : "\(file), \(place)"
    return "\(position): found \(found), expected \(expected)."
      + (advice.isEmpty ? "" : " \(advice)")
  }
}

/// How much of a bundle is taken in.
public struct BundleLimits: Sendable, Hashable {
  /// Bytes of one data file.
  public var fileBytes = 8 << 30
  /// Bytes of `commitment.json` and `plan.yaml`.
  public var smallFileBytes = 4 << 20

  public static let standard = BundleLimits()

  public init() {}
}
