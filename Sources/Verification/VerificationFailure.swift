import EthereumPrimitives

/// Why a bundle cannot even be compared: it is broken, or what it needs cannot be read.
public struct VerificationFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the order in which they are looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// A file is missing or cannot be read.
    case cannotRead
    /// A file is larger than a verifier takes in.
    case fileTooLarge
    /// A gzip file that cannot be unpacked, or unpacks to too much.
    case damagedGzip
    /// A JSON file that is none, or lacks a member.
    case malformedJSON
    /// A line of a CSV or JSON Lines file that cannot be read.
    case malformedLine
    /// A plan that is none.
    case malformedPlan
    /// A bundle of a format or version that this verifier does not read.
    case unknownFormat
    /// A file of openings that is none, or lacks one of a private value.
    case malformedOpenings
    /// An opening of a private value that does not come to the number in the bundle.
    case wrongOpening
  }

  public let kind: Kind
  public let file: String
  /// A line or a member; empty for the whole file.
  public let place: String
  public let found: String
  public let expected: String
  /// Sentences; empty where there is nothing to add.
  public let advice: String

  init(
    _ kind: Kind, _ file: String, _ place: String = "", found: String, expected: String,
    advice: String = ""
  ) {
    self.kind = kind
    self.advice = advice
    self.file = file
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
  }

  public var description: String {
    "\(file)\(place.isEmpty ? "" : ", " + place): found \(found), expected \(expected)."
      + (advice.isEmpty ? "" : " " + advice)
  }
}

/// What a verification came to.
public struct VerificationReport: Sendable, Equatable {
  /// Something that was published and is not what comes out.
  public struct Difference: Sendable, Equatable {
    /// What was compared, such as `amount of 0x… in program p`.
    public let what: String
    /// File and line or member.
    public let place: String
    public let published: String
    public let recomputed: String
    public let reason: String
  }

  /// What was checked and holds, in order.
  public let checked: [String]
  /// What could not be checked, and what it would take.
  public let unchecked: [String]
  /// The first difference; nil is a match.
  public let difference: Difference?
  /// Keccak-256 of the commitment's bytes.
  public let identity: String

  public var matches: Bool { difference == nil }
}
