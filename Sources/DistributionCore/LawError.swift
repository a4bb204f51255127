import EthereumPrimitives

/// What stops a program, with the values that were compared.
public struct LawError: Error, Equatable, Sendable, CustomStringConvertible {
  /// In order of precedence.
  public enum Kind: String, Sendable, CaseIterable {
    /// The epoch lies outside the plan's schedule, or a program without emission was asked for a
    /// later epoch than the first.
    case epochOutOfRange
    /// Fewer sources of a price have a value that counts than the plan asks for.
    case priceRefused
    /// Revenue, or what was carried in and what the epoch adds to it, reaches 2²⁵⁶.
    case budgetOverflow
    /// After all changes of an instant an account's balance, or the liquidity of a position, is
    /// below 0.
    case negativeBalance
    /// After all changes of an instant an account's balance is 2²⁵⁶ or more, or the liquidity of a
    /// position 2¹²⁸ or more.
    case balanceOverflow
    /// The balances of all accounts of a source add up to 2²⁵⁶ or more.
    case supplyOverflow
    /// A pool's tick, and a square root of its price that does not belong to it.
    case priceOffTick
    /// The volumes of a pool's prices add up to 2¹²⁸ or more in one window.
    case volumeOverflow
    /// Positions with liquidity at a time before the first price of their pool.
    case noPrice
    /// An account's balance times time, or what it holds in positions times time, comes to 2²⁵⁶ or
    /// more in one window.
    case heldOverflow
    /// A raffle whose seed and beacon value are not in the plan yet.
    case notDrawn
    /// One account's rows, or a program's values, add up to 2²⁵⁶ or more.
    case valuesOverflow
    /// A part of an expression reaches 2²⁵⁶, in units of its last decimal place.
    case expressionOverflow
    /// A part of an expression divides by zero.
    case divisionByZero
    /// A part of an expression takes a root or a mean of less than zero, or a logarithm of a number
    /// that is not above zero.
    case outOfDomain
    /// An expression gives a weight, an amount or a cap below zero.
    case negativeResult
    /// A round of grants with more pairs of donors than pairwise matching goes through.
    case tooManyPairs
    /// The given amounts add up to more than there is to give.
    case amountsExceedBudget
    /// The given amounts add up to less than the budget, and the plan asks for all of it.
    case amountsBelowBudget
    /// The floors of the accounts that take part add up to more than the budget.
    case floorsExceedBudget
    /// A named rounding rule gave out more than the budget.
    case roundingExceedsBudget
    /// An account is redirected to itself or to two targets, or to the zero address, which would
    /// receive something.
    case wrongRedirect
    /// Redirects lead back to where they start.
    case redirectCycle
    /// A cumulative amount, or a campaign's total, is wider than it may be.
    case entitlementOverflow
  }

  /// The rows of an account, for whoever knows from which lines they were read.
  public struct Rows: Equatable, Sendable {
    public let source: String
    public let account: Address

    public init(source: String, account: Address) {
      self.source = source
      self.account = account
    }
  }

  public let kind: Kind
  /// The program, or the campaign, that it concerns.
  public let subject: String
  /// The column, account or sum that it is about.
  public private(set) var place: String
  public private(set) var found: String
  public let expected: String
  public private(set) var advice: String
  /// The rows that cause it, where some do.
  public let rows: [Rows]

  public init(
    _ kind: Kind, subject: String, place: String, found: String, expected: String, advice: String,
    rows: [Rows] = []
  ) {
    self.kind = kind
    self.subject = subject
    self.place = place
    self.found = found
    self.expected = expected
    self.advice = advice
    self.rows = rows
  }

  /// The same with the lines that the rows were read from.
  public func located(at lines: [String]) -> LawError {
    guard !lines.isEmpty else { return self }
    var error = self
    error.place += " (\(lines.joined(separator: ", ")))"
    return error
  }

  /// The same with the prices that make a divisor 0, where that is what is wrong.
  func naming(_ prices: [String]) -> LawError {
    guard kind == .divisionByZero, !prices.isEmpty else { return self }
    var error = self
    error.found += ", the price of \(prices.joined(separator: " and "))"
    error.advice = "Look for a wrong observation: nothing is worth so many tokens of a price of 0."
    return error
  }

  public var description: String {
    "\(subject): \(place): found \(found), expected \(expected). \(advice)"
  }
}
