import DistributionModel
import EthereumPrimitives

/// Why an expression has no value for a row.
struct ExpressionFault: Error, Equatable {
  let kind: LawError.Kind
  let place: Expression.Place
  /// The row's number among all accounts of the program; nil for a total of all rows.
  let row: Int?
  let found: String
  let advice: String

  var expected: String {
    switch kind {
    case .divisionByZero: "a divisor other than 0"
    case .outOfDomain: "a number that the function is defined for"
    case .negativeResult: "0 or more"
    default: "less than 2^256 in units of the last decimal place"
    }
  }
}

/// The values of a part of an expression for some rows: narrow numbers where all of them fit.
struct ExpressionBlock {
  enum Values {
    case truths([Bool])
    case narrow([Int128])
    case wide([SignedNumber])
  }

  var values: Values
  /// By the place of the row in the block: such a row's value means nothing.
  var faults: [Int: ExpressionFault] = [:]

  init(_ values: Values, faults: [Int: ExpressionFault] = [:]) {
    self.values = values
    self.faults = faults
  }

  /// Wide numbers that may have become narrow again.
  init(wide: [SignedNumber], faults: [Int: ExpressionFault]) {
    self.faults = faults
    var narrow: [Int128] = []
    narrow.reserveCapacity(wide.count)
    for number in wide {
      guard let value = number.narrow else {
        values = .wide(wide)
        return
      }
      narrow.append(value)
    }
    values = .narrow(narrow)
  }

  /// The same number for all rows.
  static func constant(_ number: SignedNumber, count: Int) -> ExpressionBlock {
    if let narrow = number.narrow {
      return ExpressionBlock(.narrow([Int128](repeating: narrow, count: count)))
    }
    return ExpressionBlock(.wide([SignedNumber](repeating: number, count: count)))
  }

  var count: Int {
    switch values {
    case .truths(let truths): truths.count
    case .narrow(let numbers): numbers.count
    case .wide(let numbers): numbers.count
    }
  }

  var truths: [Bool] {
    guard case .truths(let truths) = values else {
      preconditionFailure("a checked plan has conditions where they belong")
    }
    return truths
  }

  var wide: [SignedNumber] {
    switch values {
    case .wide(let numbers): return numbers
    case .narrow(let numbers): return numbers.map { SignedNumber($0) }
    case .truths: preconditionFailure("a checked plan has numbers where they belong")
    }
  }

  func number(at index: Int) -> SignedNumber {
    switch values {
    case .wide(let numbers): return numbers[index]
    case .narrow(let numbers): return SignedNumber(numbers[index])
    case .truths: preconditionFailure("a checked plan has numbers where they belong")
    }
  }

  /// Adds a fault of a row that has none.
  mutating func fail(_ index: Int, _ fault: @autoclosure () -> ExpressionFault) {
    if faults[index] == nil { faults[index] = fault() }
  }

  /// Faults of parts that are computed one after the other: the first one counts.
  static func faults(_ blocks: ExpressionBlock...) -> [Int: ExpressionFault] {
    var faults = blocks[0].faults
    for block in blocks.dropFirst() where !block.faults.isEmpty {
      faults.merge(block.faults) { first, _ in first }
    }
    return faults
  }
}

/// A whole column of numbers, narrow where all of them fit.
enum NumberColumn {
  /// As it was read.
  case words([UInt64])
  case narrow([Int128])
  case wide([SignedNumber])

  init(_ values: ColumnValues) {
    if let words = values.words {
      self = .words(words)
      return
    }
    var narrow: [Int128] = []
    narrow.reserveCapacity(values.count)
    for value in values {
      guard let number = SignedNumber(value).narrow else {
        self = .wide(values.map { SignedNumber($0) })
        return
      }
      narrow.append(number)
    }
    self = .narrow(narrow)
  }

  mutating func append(_ block: ExpressionBlock) {
    if case .narrow(var numbers) = self, case .narrow(let more) = block.values {
      self = .narrow([])
      numbers += more
      self = .narrow(numbers)
    } else {
      var numbers = wide
      self = .narrow([])
      numbers += block.wide
      self = .wide(numbers)
    }
  }

  private var wide: [SignedNumber] {
    switch self {
    case .words(let words): words.map { SignedNumber(UInt256($0)) }
    case .narrow(let numbers): numbers.map { SignedNumber($0) }
    case .wide(let numbers): numbers
    }
  }

  func block(of rows: ArraySlice<Int>) -> ExpressionBlock {
    switch self {
    case .words(let words): ExpressionBlock(.narrow(rows.map { Int128(words[$0]) }))
    case .narrow(let numbers): ExpressionBlock(.narrow(rows.map { numbers[$0] }))
    case .wide(let numbers): ExpressionBlock(.wide(rows.map { numbers[$0] }))
    }
  }

  subscript(index: Int) -> SignedNumber {
    switch self {
    case .words(let words): SignedNumber(UInt256(words[index]))
    case .narrow(let numbers): SignedNumber(numbers[index])
    case .wide(let numbers): numbers[index]
    }
  }

  var count: Int {
    switch self {
    case .words(let words): words.count
    case .narrow(let numbers): numbers.count
    case .wide(let numbers): numbers.count
    }
  }

  func sorted() -> NumberColumn {
    switch self {
    case .words(let words): .words(words.sorted())
    case .narrow(let numbers): .narrow(numbers.sorted())
    case .wide(let numbers): .wide(numbers.sorted())
    }
  }

  /// How many numbers of an ascending column are less than a number.
  func countBelow(_ number: SignedNumber) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How many numbers of an ascending column are at most a number.
  func countUpTo(_ number: SignedNumber) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if number < self[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Σ, in any order the same; nil where its magnitude reaches 2²⁵⁶.
  ///
  /// 2³² numbers below 2²⁵⁶ stay below 2⁵¹², so that only the result can be too large.
  var sum: SignedNumber? {
    var (above, below) = (UInt512.zero, UInt512.zero)
    func add(_ number: SignedNumber) {
      if number.isNegative {
        below = below.adding(number.magnitude) ?? below
      } else {
        above = above.adding(number.magnitude) ?? above
      }
    }
    switch self {
    case .words(let words): for word in words { add(SignedNumber(UInt256(word))) }
    case .wide(let numbers): numbers.forEach(add)
    case .narrow(let numbers):
      var partial: Int128 = 0
      for number in numbers {
        let (next, overflow) = partial.addingReportingOverflow(number)
        if overflow { add(SignedNumber(partial)) }
        partial = overflow ? number : next
      }
      add(SignedNumber(partial))
    }
    if let rest = above.subtracting(below) { return rest.asUInt256.map { SignedNumber($0) } }
    return below.subtracting(above)?.asUInt256.map { SignedNumber($0, isNegative: true) }
  }
}
