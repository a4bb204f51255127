import EthereumPrimitives

/// What a guard of a plan measured, and whether it holds.
public struct GuardFinding: Sendable, Hashable, CustomStringConvertible {
  public enum Value: Sendable, Hashable {
    /// A part of all, rounded up to billionths.
    case share(Share)
    case holders(Int)
    /// Nobody holds anything at that time: nothing is concentrated.
    case nobody
    /// The amounts are too large to be measured.
    case tooLarge
    /// Allocations were not computed.
    case notMeasured
  }

  /// The place among the plan's guards, from 0.
  public let index: Int
  public let bound: ConcentrationGuard
  /// The date with the worst value, the first one where several are equal; nil for the launch of a
  /// plan without dates.
  public let date: Timestamp?
  public let isLaunch: Bool
  public let value: Value
  /// Of the largest holder, the account with the lowest number.
  public let largest: Address?
  /// The program that gives the largest holder most, or of insiders' programs the largest.
  public let program: String?

  public init(
    index: Int, bound: ConcentrationGuard, date: Timestamp?, isLaunch: Bool, value: Value,
    largest: Address? = nil, program: String? = nil
  ) {
    self.index = index
    self.bound = bound
    self.date = date
    self.isLaunch = isLaunch
    self.value = value
    self.largest = largest
    self.program = program
  }

  public var holds: Bool {
    switch (value, bound.bound) {
    case (.share(let share), .atMost(let most)): share <= most
    case (.holders(let count), .atLeast(let least)): count >= least
    case (.nobody, _), (.notMeasured, _): true
    default: false
    }
  }

  // MARK: Words

  /// What is measured: `the largest account's part of ACME`.
  public var subject: String {
    let holder = bound.holder.rawValue
    let token = bound.token
    return switch bound.measure {
    case .largest: "the largest \(holder)'s part of \(token)"
    case .top(let count): "the part of the \(count) largest \(holder)s of \(token)"
    case .gini: "the Gini coefficient of \(token) per \(holder)"
    case .herfindahl: "the HHI of \(token) per \(holder)"
    case .nakamoto(let share): "the \(holder)s that have more than \(share) of \(token)"
    case .insiders: "the insiders' part of \(token)"
    }
  }

  /// `at launch` or `on 2028-01-01`.
  public var moment: String {
    guard let date, !isLaunch else { return "at launch" }
    return "on \(date.shortest)"
  }

  public var description: String { words(line: nil) }

  /// What was found, what was expected, which program to look at and what would pass.
  ///
  /// - Parameter line: of the plan's file, on which that program stands.
  public func words(line: Int?) -> String {
    var text = "guards[\(index)]: found \(found) for \(subject) \(moment), expected \(expected)."
    if let name = program {
      let program = name + (line.map { " (line \($0))" } ?? "")
      text +=
        bound.measure == .insiders
        ? " Of the insiders' programs \(program) has the most free then."
        : " The largest holder, \(largest.map { "\($0)" } ?? "nobody"), has most of it from "
          + "\(program)."
    }
    return text + (passing.map { " Change that, or allow it: `\($0)` passes." } ?? "")
  }

  public var found: String {
    switch value {
    case .share(let share): "\(share)"
    case .holders(let count): "\(count)"
    case .nobody: "nothing free yet"
    case .tooLarge: "amounts of 2^254 base units or more together"
    case .notMeasured: "not measured"
    }
  }

  public var expected: String {
    switch bound.bound {
    case .atMost(let share): "at most \(share)"
    case .atLeast(let count): "at least \(count)"
    }
  }

  /// Which key and value of the guard would let this pass.
  public var passing: String? {
    switch value {
    case .share(let share): "at_most: \(share)"
    case .holders(let count) where count > 0: "at_least: \(count)"
    default: nil
    }
  }
}

extension Share: CustomStringConvertible {
  /// As a plan has it: `12.5%`.
  public var description: String {
    DecimalNumber(UInt256(billionths), scale: 7).shortest + "%"
  }
}

extension Timestamp {
  /// `2027-01-01`, or with the time of day where it is not midnight.
  public var shortest: String {
    let text = iso8601
    return text.hasSuffix("T00:00:00Z") ? String(text.dropLast(10)) : text
  }
}
