/// A checked expression of the weight language: a number or a condition for every row of a program.
///
/// `docs/reference/expressions.md` states grammar, types and every formula. A tree is built by the
/// plan's reader only, which has checked it: what can still fail are values.
public struct Expression: Sendable, Hashable {
  /// Where a part stands in the plan's file, both counted from 1.
  public struct Place: Sendable, Hashable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    public var description: String { "\(line):\(column)" }
  }

  /// What a number counts.
  public enum Unit: Sendable, Hashable {
    /// A written number: it takes the unit of what stands beside it.
    case any
    /// A number without a unit.
    case plain
    /// Whole tokens of the named token.
    case amount(token: String)
  }

  public enum Kind: Sendable, Hashable {
    case truth
    /// A number with `scale` decimal places, known before any row is read.
    case number(scale: Int, unit: Unit)
  }

  /// What becomes of digits that a result has no place for.
  public enum Rounding: String, Sendable, Hashable, CaseIterable {
    /// Towards zero.
    case down
    /// Away from zero.
    case up
    /// Towards the smaller number.
    case floor
    /// Towards the larger number.
    case ceiling
    /// To the nearest, halves away from zero.
    case halfUp = "half_up"
    /// To the nearest, halves to the even digit.
    case halfEven = "half_even"
  }

  public enum Arithmetic: String, Sendable, Hashable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
  }

  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  /// One number from all rows that take part.
  public enum Aggregate: String, Sendable, Hashable, CaseIterable {
    case sum
    case average
    case smallest
    case largest
    case median
  }

  /// A step of a table: what holds from its lower end on.
  public struct Tier: Sendable, Hashable {
    public let bound: DecimalNumber
    /// True for `from`, false for `above`.
    public let includesBound: Bool
    public let value: DecimalNumber

    public init(bound: DecimalNumber, includesBound: Bool, value: DecimalNumber) {
      self.bound = bound
      self.includesBound = includesBound
      self.value = value
    }
  }

  /// What an expression reads about an account beside the columns of its program's source.
  public enum Join: Sendable, Hashable {
    /// The sum of the account's rows in a column of another source; 0 where it has none.
    case column(String, source: String)
    /// Whether the account stands in another source.
    case listed(source: String)
    /// What an earlier program gives the account in the same epoch; 0 where it gives nothing.
    case allocated(program: String)
    /// What something is worth in the epoch, the same for all accounts.
    case price(String)
    /// How many rows the account has in a source; nil is the program's own.
    case rowCount(source: String?)
    /// One number from the account's rows in a column; 0 where it has none.
    case ofRows(RowAggregate, column: String, source: String?)
    /// One number from the periods, of so many seconds since 1970 each, in which the times of the
    /// account's rows lie; 0 where it has none.
    case ofPeriods(PeriodAggregate, column: String, source: String?, seconds: UInt64)
  }

  /// One number from the rows of one account.
  public enum RowAggregate: String, Sendable, Hashable, CaseIterable {
    case smallest
    case largest
    case median
  }

  /// One number from the periods in which an account has rows.
  public enum PeriodAggregate: String, Sendable, Hashable, CaseIterable {
    /// How many there are.
    case periods
    /// The longest run of periods one after the other.
    case streak
  }

  public indirect enum Operation: Sendable, Hashable {
    case number(DecimalNumber)
    case truth(Bool)
    /// A column of the program's source.
    case column(String)
    case joined(Join)
    /// One of the program's named values.
    case named(Int, name: String)
    case negation(Expression)
    case arithmetic(Arithmetic, Expression, Expression)
    /// To the places of the result.
    case quotient(Expression, Expression, Rounding)
    case comparison(Comparison, Expression, Expression)
    case membership(Expression, [DecimalNumber])
    case both(Expression, Expression)
    case either(Expression, Expression)
    case not(Expression)
    case conditional(Expression, Expression, Expression)
    case minimum([Expression])
    case maximum([Expression])
    case clamp(Expression, low: Expression, high: Expression)
    case absolute(Expression)
    /// To the places of the result.
    case rounded(Expression, Rounding)
    case squareRoot(Expression)
    case logarithm(Expression)
    case powerMean(Int, [Expression])
    case tiers(Expression, [Tier], otherwise: DecimalNumber)
    case brackets(Expression, [Tier])
    /// An amount as a number without a unit.
    case plain(Expression)
    case aggregate(Aggregate, Expression)
    case count(Expression)
    /// `percent` is 0 ... 100.
    case percentile(Expression, percent: DecimalNumber)
    /// Between the closest ranks; `percent` is 0 ... 100.
    case quantile(Expression, percent: DecimalNumber)
    case rank(Expression, isDescending: Bool)
    case normalised(Expression, total: Expression)
  }

  public let operation: Operation
  public let kind: Kind
  /// Sets a part apart from all others of its program.
  public let id: Int
  /// Where its sign or name stands.
  public let place: Place

  public init(_ operation: Operation, kind: Kind, id: Int, place: Place) {
    self.operation = operation
    self.kind = kind
    self.id = id
    self.place = place
  }

  /// Decimal places; 0 for a condition.
  public var scale: Int {
    if case .number(let scale, _) = kind { scale } else { 0 }
  }
}

/// A value that a program gives a name.
public struct NamedExpression: Sendable, Hashable {
  public let name: String
  /// Uses earlier names only.
  public let expression: Expression

  public init(name: String, expression: Expression) {
    self.name = name
    self.expression = expression
  }
}

extension Expression {
  /// The parts that an operation is made of, in the order in which they are computed.
  public var parts: [Expression] {
    switch operation {
    case .number, .truth, .column, .joined, .named: []
    case .negation(let part), .membership(let part, _), .not(let part), .absolute(let part),
      .rounded(let part, _), .squareRoot(let part), .logarithm(let part),
      .tiers(let part, _, _), .brackets(let part, _), .plain(let part), .aggregate(_, let part),
      .count(let part), .percentile(let part, _), .quantile(let part, _), .rank(let part, _):
      [part]
    case .arithmetic(_, let left, let right), .quotient(let left, let right, _),
      .comparison(_, let left, let right), .both(let left, let right), .either(let left, let right),
      .normalised(let left, let right):
      [left, right]
    case .conditional(let first, let second, let third), .clamp(let first, let second, let third):
      [first, second, third]
    case .minimum(let parts), .maximum(let parts), .powerMean(_, let parts): parts
    }
  }

  /// Every part, the expression itself among them.
  public func visit(_ body: (Expression) -> Void) {
    var open = [self]
    while let next = open.popLast() {
      body(next)
      open += next.parts
    }
  }

  /// True where a part of it grows less than in proportion: two halves of a number come to more
  /// than the whole.
  public var takesRoots: Bool {
    var found = false
    visit { part in
      switch part.operation {
      case .squareRoot, .logarithm: found = true
      default: break
      }
    }
    return found
  }

  /// The columns of the program's own source that the expression itself names.
  public var columns: Set<String> {
    var names: Set<String> = []
    visit { part in
      switch part.operation {
      case .column(let name), .joined(.ofRows(_, let name, nil)),
        .joined(.ofPeriods(_, let name, nil, _)):
        names.insert(name)
      default: break
      }
    }
    return names
  }

  /// What the expression itself reads elsewhere, and the first part that reads it.
  public var joins: [Join: Expression] {
    var joins: [Join: Expression] = [:]
    visit { if case .joined(let join) = $0.operation { joins[join] = joins[join] ?? $0 } }
    return joins
  }

  /// The numbers of the named values that the expression itself names.
  public var namedValues: Set<Int> {
    var numbers: Set<Int> = []
    visit { if case .named(let number, _) = $0.operation { numbers.insert(number) } }
    return numbers
  }
}
