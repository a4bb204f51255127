import EthereumPrimitives

/// The values of a column, row by row: of 64 bits each as long as all of them fit, then of 128, and
/// of 256 where they need it.
public struct ColumnValues: Sendable, Equatable {
  // All values stand in the narrowest list that takes all of them; the other ones are empty.
  @usableFromInline var narrow: [UInt64] = []
  @usableFromInline var middle: [UInt128] = []
  @usableFromInline var wide: [UInt256] = []

  public init(_ values: [UInt256]) {
    append(contentsOf: values)
  }

  public var numbers: [UInt256] { wide.isEmpty ? Array(self) : wide }

  /// The values as they are kept where all of them fit into 64 bits; nil otherwise.
  public var words: [UInt64]? { middle.isEmpty && wide.isEmpty ? narrow : nil }

  public mutating func reserveCapacity(_ count: Int) {
    if !middle.isEmpty {
      middle.reserveCapacity(count)
    } else if wide.isEmpty {
      narrow.reserveCapacity(count)
    } else {
      wide.reserveCapacity(count)
    }
  }

  @inlinable
  public mutating func append(_ value: UInt256) {
    if wide.isEmpty, middle.isEmpty, let word = value.asUInt64 {
      narrow.append(word)
    } else if wide.isEmpty, let number = value.asUInt128 {
      widenToMiddle()
      middle.append(number)
    } else {
      widen()
      wide.append(value)
    }
  }

  @inlinable
  public mutating func append(contentsOf values: some Collection<UInt256>) {
    // As wide as the widest of them.
    let bits = values.reduce(UInt256.zero) { $0 | $1 }
    if wide.isEmpty, middle.isEmpty, bits.asUInt64 != nil {
      narrow.append(contentsOf: values.lazy.map { $0.asUInt64 ?? 0 })
    } else if wide.isEmpty, bits.asUInt128 != nil {
      widenToMiddle()
      middle.append(contentsOf: values.lazy.map { $0.asUInt128 ?? 0 })
    } else {
      widen()
      wide.append(contentsOf: values)
    }
  }

  @usableFromInline
  mutating func widenToMiddle() {
    guard !narrow.isEmpty else { return }
    middle.reserveCapacity(narrow.capacity)
    for word in narrow { middle.append(UInt128(word)) }
    narrow = []
  }

  @usableFromInline
  mutating func widen() {
    widenToMiddle()
    guard !middle.isEmpty else { return }
    wide.reserveCapacity(middle.capacity)
    for number in middle { wide.append(UInt256(narrow: number)) }
    middle = []
  }

  /// The values at these places, in this order.
  public func picking(_ places: [Int]) -> ColumnValues {
    ColumnValues(places.map { self[$0] })
  }

  /// Puts the values of a range into the order of these places in it.
  package mutating func reorder(_ range: Range<Int>, _ places: [Int]) {
    if !middle.isEmpty {
      middle.replaceSubrange(range, with: places.map { middle[$0] })
    } else if wide.isEmpty {
      narrow.replaceSubrange(range, with: places.map { narrow[$0] })
    } else {
      wide.replaceSubrange(range, with: places.map { wide[$0] })
    }
  }

  /// Forgets the values and keeps their memory.
  package mutating func removeAll() {
    narrow.removeAll(keepingCapacity: true)
    middle.removeAll(keepingCapacity: true)
    wide.removeAll(keepingCapacity: true)
  }
}

extension ColumnValues: RandomAccessCollection {
  @inlinable
  public var startIndex: Int { 0 }

  @inlinable
  public var endIndex: Int { narrow.count + middle.count + wide.count }

  @inlinable
  public subscript(place: Int) -> UInt256 {
    if !middle.isEmpty { return UInt256(narrow: middle[place]) }
    return wide.isEmpty ? UInt256(narrow[place]) : wide[place]
  }
}

extension ColumnValues: ExpressibleByArrayLiteral {
  public init(arrayLiteral values: UInt256...) {
    self.init(values)
  }
}
