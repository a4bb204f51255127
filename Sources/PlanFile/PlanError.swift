/// What can be wrong with a plan, in the order in which it is looked for.
public enum PlanProblem: String, Sendable, CaseIterable {
  // The text
  /// The file is larger than the limit.
  case fileTooLarge
  /// The file is no UTF-8, or has a NUL byte.
  case notUTF8Text
  /// YAML's anchors and aliases (`&a`, `*a`): a plan says each thing where it stands.
  case anchorOrAlias
  /// YAML's tags (`!!int`): the plan's own format gives every value its type.
  case explicitTag
  /// Text that is no YAML.
  case malformedYAML
  /// The same key twice in one mapping.
  case duplicateKey
  /// A second document after `---`.
  case severalDocuments
  /// A file without any value.
  case emptyPlan
  /// Mappings and lists nested deeper than the limit.
  case tooDeep
  /// More values than the limit.
  case tooManyValues
  /// A key that is itself a list or a mapping.
  case complexKey
  /// YAML's merge key `<<`.
  case mergeKey
  /// `${NAME}`, which nothing that affects a result may use.
  case environmentReference

  // The structure
  /// Something else where a mapping belongs.
  case notAMapping
  /// Something else where a list belongs.
  case notAList
  /// A mapping or a list where a single value belongs.
  case notASingleValue
  /// A key that the format does not know.
  case unknownKey
  /// A key that must be there.
  case missingKey
  /// A key without a value.
  case emptyValue
  /// A list without an entry.
  case emptyList

  // Single values
  /// A name with other characters than letters, digits, `-` and `_`, or too long.
  case malformedName
  /// A name that two entries of a list have.
  case duplicateName
  /// Text where a whole number belongs.
  case malformedInteger
  /// A whole number outside its range.
  case integerOutOfRange
  /// Text where an amount belongs.
  case malformedAmount
  /// An amount such as `1e21`.
  case exponentAmount
  /// An amount with separators between its digits.
  case separatedAmount
  /// An amount with more decimals than the token has.
  case tooManyDecimals
  /// An amount of 2²⁵⁶ base units or more.
  case amountOverflow
  /// An amount of zero where there has to be something.
  case zeroAmount
  /// Text where a percentage belongs.
  case malformedPercentage
  /// A percentage above 100.
  case percentageOver100
  /// Text where a time belongs, or a date that no calendar has.
  case malformedTime
  /// A time with another offset than UTC.
  case timeNotUTC
  /// Text where a duration belongs.
  case malformedDuration
  /// Text where an address belongs.
  case malformedAddress
  /// An address whose capital letters are a wrong EIP-55 checksum.
  case wrongChecksum
  /// The zero address.
  case zeroAddress
  /// Text where 32 bytes belong.
  case malformedBytes32
  /// A word that is none of those allowed.
  case unknownChoice
  /// A file name that is absolute, leads out of the folder, or has an unknown ending.
  case malformedPath
  /// A text longer than the limit, or with control characters.
  case malformedText

  // What belongs together
  /// A format version that this program does not read.
  case unknownVersion
  /// A law that this program does not compute.
  case unknownLaw
  /// A token that the plan does not list.
  case unknownToken
  /// A campaign that the plan does not list.
  case unknownCampaign
  /// A source that the plan does not list.
  case unknownSource
  /// A column that the source does not declare.
  case unknownColumn
  /// A source that another one reads and that does not stand before it.
  case laterSource
  /// A source in which accounts are looked up and that names no key.
  case sourceWithoutKey
  /// A largest contribution below the smallest one that counts.
  case maximumBelowMinimum
  /// A column of the wrong type or token for its use.
  case wrongColumnType
  /// Two keys of which only one can stand.
  case conflictingKeys
  /// None of several keys of which one must stand.
  case missingAlternative
  /// A key that has no meaning beside the others.
  case keyNotApplicable
  /// An account twice in one list of the plan.
  case duplicateAccount
  /// Inline amounts that do not add up to the budget.
  case amountsNotBudget
  /// A percentage of a supply that is not stated.
  case noSupply
  /// A percentage that is no whole number of base units.
  case budgetNotWhole
  /// Budgets that add up to more than the token's supply.
  case budgetsOverSupply
  /// An emission without `epochs`.
  case emissionWithoutEpochs
  /// A table of another length than the number of epochs.
  case tableWrongLength
  /// A table that does not add up to the budget.
  case tableNotBudget
  /// A cliff longer than the whole schedule.
  case cliffAfterEnd
  /// Tranches whose times do not ascend.
  case tranchesNotAscending
  /// Tranches that are not 100 % together.
  case tranchesNotWhole
  /// A challenge window under 24 hours.
  case windowTooShort
  /// An expiry less than 90 days after the end of vesting.
  case expiryTooEarly
  /// A schedule that ends after the year 9999.
  case scheduleTooLong
  /// Two campaigns with the same identity on chain.
  case duplicateDeployment
  /// Contributions of a source that may have only one row per account.
  case contributionsNotSummed
  /// A raffle's seed that is not the one whose hash was published.
  case wrongSeed
  /// Prizes that do not add up to the budget.
  case prizesNotBudget
  /// Clusters from a source in which an account may stand twice.
  case ambiguousClusters
  /// A guard per cluster in a plan without clusters.
  case clustersMissing
  /// A threshold of 100 %, which nobody exceeds.
  case wholeThreshold

  // Expressions
  /// An expression longer than the limit.
  case expressionTooLong
  /// An expression nested deeper than the limit.
  case expressionTooDeep
  /// An expression, a table in it, or a list of values with more parts than the limit.
  case expressionTooLarge
  /// A sign that expressions do not have.
  case unknownSign
  /// A number in an expression that is written as none.
  case malformedNumber
  /// A name in backticks that is empty or does not end.
  case unclosedName
  /// Something in an expression where something else belongs.
  case unexpectedPart
  /// An expression that ends before it is complete.
  case unfinishedExpression
  /// Comparisons in a row, such as `1 < x < 2`.
  case chainedComparison
  /// A function that expressions do not have.
  case unknownFunction
  /// A name in an expression that is neither a column nor an earlier value.
  case unknownValue
  /// A function with more or fewer arguments than it takes.
  case wrongArgumentCount
  /// An argument that is none of those that may be written there.
  case wrongArgument
  /// A number where a condition belongs.
  case conditionExpected
  /// A condition where a number belongs.
  case numberExpected
  /// Amounts of different tokens, or an amount and a number without a unit, put together.
  case mixedUnits
  /// A result with more decimal places than numbers may have.
  case tooManyPlaces
  /// A table whose lower ends do not ascend.
  case tiersNotAscending

  // Statements
  /// Statements in a file of another format than JSON Lines.
  case statementsNotJSONLines
  /// A source of statements where it cannot be used, or used for something else than they say.
  case wrongStatements

  // Private columns
  /// A private column that decides what everybody has to be able to see.
  case wrongPrivateColumn
  /// A program in an expression that the plan does not list.
  case unknownProgram
  /// A program in an expression that does not stand before the expression's own.
  case laterProgram
  /// The program's own source where an expression reads another one.
  case ownSource

  // Prices, revenue and rates
  /// A price in an expression that the plan does not list.
  case unknownPrice
  /// A source without observations where a price is of some.
  case sourceWithoutObservations
  /// Sources of one price whose values have different numbers of decimal places.
  case differentPlaces
  /// Prices, or a budget that is a part of revenue, in a plan without `epochs`.
  case epochsMissing
  /// A source that does not say what came in within an epoch.
  case wrongRevenue
  /// A rate beside a source in which no balances times seconds stand.
  case rateWithoutBalances
  /// A rate in every epoch over other seconds than the epoch's, which would be paid several times.
  case rateOverWindow

  // Balances over time
  /// A source in which times are looked up and that has none.
  case sourceWithoutTimes
  /// A table of times, or observations, where a source of accounts belongs.
  case sourceWithoutAccounts
  /// A source without balances over time where one with them belongs.
  case sourceWithoutBalances
  /// A source of balances over time where one with rows of its own belongs.
  case sourceWithoutRows
  /// A window of epochs in a plan without `epochs`.
  case windowWithoutEpochs
  /// A window that ends before it starts.
  case emptyWindow
  /// A column that says when rows were received, in a plan without `epochs`.
  case receivedWithoutEpochs
  /// A window with a start and an end, over rows that count when they were received.
  case receivedInFixedWindow
  /// A window with a start and an end that goes on after the first epoch.
  case windowAfterEpoch
  /// A word of events that is said to do several things.
  case ambiguousWord
  /// A measure that a source of this kind does not have.
  case wrongMeasure
  /// Something in an expression of balances that is no part of the account's own.
  case balanceOfOthers
  /// `limits` or `wash` of rows that do not say when they happened.
  case actionsWithoutTime
  /// A text that no column of words can hold.
  case malformedWord
  /// A limit of 0.
  case zeroLimit
  /// Trades inside of clusters that do not count, without another source that states the clusters.
  case washWithoutClusters
  /// A program of kind tasks or trading that reads no rows with a time.
  case programWithoutActions
  /// A vault whose shares are the very balances that it deposits.
  case vaultOfItself
  /// A source without a pool's price where positions need one.
  case sourceWithoutPrice

  // Caps and floors
  /// A cap that is less than the floor beside it.
  case capBelowFloor
  /// A floor or a unit that is more than the program's whole budget.
  case moreThanBudget
  /// Caps per cluster in a plan without `clusters`.
  case noClusters

  // Redirects
  /// An account that is redirected to itself.
  case redirectToItself
  /// An account that is redirected to two targets.
  case conflictingRedirects
  /// Redirects that lead back to where they start.
  case redirectCycle
}

/// One thing that is wrong with a plan: where, what was found, and what to write instead.
public struct PlanError: Error, Sendable, Equatable, CustomStringConvertible {
  public let kind: PlanProblem
  public let file: String
  /// Counted from 1.
  public let line: Int
  /// Characters, counted from 1.
  public let column: Int
  /// The way to the value, such as `programs[0].budget`.
  public let path: String
  public let found: String
  public let expected: String
  public let advice: String

  public var description: String {
    let name = path.isEmpty ? "" : "\(path): "
    return "\(file):\(line):\(column): \(name)found \(found), expected \(expected)."
      + (advice.isEmpty ? "" : " \(advice)")
  }
}

/// Everything that is wrong with a plan, in the order of the file; at least one thing.
public struct PlanErrors: Error, Sendable, Equatable, CustomStringConvertible {
  public let problems: [PlanError]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Something in a plan that is allowed and may still not be meant.
public struct PlanNote: Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let text: String

  public var description: String { "\(file):\(line): \(text)" }
}

/// How much of a plan is taken in.
public struct PlanLimits: Sendable, Hashable {
  public var bytes = 4 << 20
  public var depth = 16
  public var values = 400_000
  /// Tokens, campaigns, sources, programs, and columns of one source.
  public var entries = 1000
  /// Epochs of all programs with emission together: each of them is computed and shown.
  public var emissions = 1_000_000
  public var textBytes = 2000
  /// Bytes of one expression.
  public var expressionBytes = 4000
  /// Parentheses, calls and signs inside of one another.
  public var expressionDepth = 40
  /// Numbers, names and operations of one expression.
  public var expressionParts = 500
  /// Tiers of a table, numbers of a list.
  public var tiers = 100
  /// Named values of one program.
  public var namedValues = 200
  /// Problems that are reported at the most.
  public var problems = 50

  public static let standard = PlanLimits()

  public init() {}
}
