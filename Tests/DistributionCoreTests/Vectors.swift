import DistributionModel
import EthereumPrimitives
import Foundation
import Testing

/// The vector files of this folder, which `distribution_core.py`, `kinds.py` and `ranges.py`
/// of `scripts/vectors` make.
///
/// Whole numbers above 2⁵³ are texts there, as everywhere in this project.
enum Vectors {
  static func load<File: Decodable>(_ name: String, from file: String = #filePath) -> File {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let url = folder.appendingPathComponent("Vectors").appendingPathComponent(name)
    do {
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }

  static let decay: DecayFile = load("decay.json")
  static let emission: SampleFile<EmissionVector> = load("emission.json")
  static let vesting: SampleFile<VestingVector> = load("vesting.json")
  static let calendar: CalendarFile = load("calendar.json")
  static let apportionment: SampleFile<ApportionmentVector> = load("apportionment.json")
  static let ieee754: SampleFile<ApportionmentVector> = load("ieee754.json")
  static let ieee754Shares: SampleFile<ApportionmentVector> = load("ieee754_shares.json")
  static let raffles: SampleFile<RaffleVector> = load("raffles.json")
  static let grants: SampleFile<GrantsVector> = load("grants.json")
  static let ranges: RangeFile = load("ranges.json")
}

struct SampleFile<Sample: Decodable & Sendable>: Decodable, Sendable {
  let samples: [Sample]
}

struct DecayFile: Decodable, Sendable {
  struct Sample: Decodable, Sendable {
    let time: String
    let halfLife: String
    /// By the steps of the law.
    let value: String
    /// The floor of the real 2^128 · 2^(−t/h).
    let real: String
  }

  let factors: [String]
  let samples: [Sample]
}

struct EmissionVector: Decodable, Sendable {
  let shape: String
  let budget: String
  let halfLife: UInt32
  /// C(0) … C(N).
  let cumulative: [String]

  var emission: Emission? {
    switch shape {
    case "constant": .constant
    case "linear-decay": .linearDecay
    case "exponential-decay": .exponentialDecay(halfLife: halfLife)
    default: nil
    }
  }
}

struct VestingVector: Decodable, Sendable {
  let amount: String
  /// Billionths.
  let initial: UInt64
  let cliff: String
  let duration: String
  /// Seconds; 0 is a linear schedule.
  let halfLife: String
  /// By seconds after the start.
  let vestedAfter: [String: String]

  var shape: VestingSchedule.Shape {
    let (cliff, duration) = (seconds(cliff), seconds(duration))
    return halfLife == "0"
      ? .linear(cliff: cliff, duration: duration)
      : .exponential(halfLife: seconds(halfLife), cliff: cliff, duration: duration)
  }
}

struct CalendarFile: Decodable, Sendable {
  struct Steps: Decodable, Sendable {
    let start: String
    let months: UInt32
    /// When step 1, 2 … falls.
    let falls: [String]
  }

  /// Days after 1970-01-01, year, month, day.
  let dates: [[String]]
  let steps: [Steps]
  /// By seconds.
  let iso8601: [String: String]
}

struct ApportionmentVector: Decodable, Sendable {
  let rule: RoundingRule
  /// How many of a weight's digits are decimal places.
  let places: Int
  let budget: String
  let weights: [String]
  /// Absent where their sum exceeds the budget.
  let amounts: [String]?
  /// Absent from 2^256 on.
  let sum: String?

  private enum CodingKeys: String, CodingKey { case rule, places, budget, weights, amounts, sum }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.decode(String.self, forKey: .rule)
    guard let rule = RoundingRule(rawValue: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .rule, in: values, debugDescription: "no rule is called \(name)")
    }
    self.rule = rule
    places = try values.decode(Int.self, forKey: .places)
    budget = try values.decode(String.self, forKey: .budget)
    weights = try values.decode([String].self, forKey: .weights)
    amounts = try values.decodeIfPresent([String].self, forKey: .amounts)
    sum = try values.decodeIfPresent(String.self, forKey: .sum)
  }
}

struct RaffleVector: Decodable, Sendable, CustomTestStringConvertible {
  let program: String
  let seed: String
  let beaconValue: String
  let tickets: [String]
  let winners: Int
  /// In the order of the draw: entrant, counter, ticket.
  let wins: [[String]]

  var testDescription: String { "\(program): \(winners) of \(tickets.count)" }
}

struct GrantsVector: Decodable, Sendable, CustomTestStringConvertible {
  /// Account, donor and amount of each row.
  let contributions: [[String]]
  let minimum: String
  /// Of pairwise matching.
  let bound: String
  /// Ascending.
  let accounts: [String]
  /// One match per account, in 2^-64.
  let quadratic: [String]
  let pairwise: [String]

  var testDescription: String { "\(contributions.count) rows, bound \(bound)" }
}

/// A number of a vector file; a text that is none stops the tests.
func seconds(_ text: String) -> UInt64 {
  guard let number = UInt64(text) else { preconditionFailure("\(text) is no number of 64 bits") }
  return number
}

struct RangeFile: Decodable, Sendable {
  struct Window: Decodable, Sendable {
    let hasVolumes: Bool
    let countsOutOfRange: Bool
    let start: UInt64
    let end: UInt64
    /// Time, tick, square root of the price, volume.
    let prices: [[String]]
    /// Time, account, lower, upper, change.
    let changes: [[String]]
    /// Account, and the measures.
    let rows: [[String]]
  }

  /// Tick, and s of it.
  let roots: [[String]]
  let windows: [Window]
}
