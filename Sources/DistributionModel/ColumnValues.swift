import EthereumPrimitives

/// The values of a column, row by row: of 64 bits each, as long as all of them fit.
public struct ColumnValues: Sendable, Equatable {
  /// All values where they fit; empty otherwise.
  @usableFromInline var narrow: [UInt64] = []
  /// All values where one of them does not fit; empty otherwise.
  @usableFromInline var wide: [UInt256] = []

  public init(_ values: [UInt256]) {
    if values.allSatisfy({ $0.asUInt64 != nil }) {
      narrow = values.compactMap(\.asUInt64)
    } else {
      wide = values
    }
  }

  private init(narrow: [UInt64]) {
    self.narrow = narrow
  }

  public var numbers: [UInt256] { wide.isEmpty ? narrow.map { UInt256($0) } : wide }

  /// The values as they are kept where all of them fit into 64 bits; nil otherwise.
  public var words: [UInt64]? { wide.isEmpty ? narrow : nil }

  public mutating func reserveCapacity(_ count: Int) {
    if wide.isEmpty { narrow.reserveCapacity(count) } else { wide.reserveCapacity(count) }
  }

  @inlinable
  public mutating func append(_ value: UInt256) {
    if wide.isEmpty, let word = value.asUInt64 {
      narrow.append(word)
    } else {
      if wide.isEmpty { widen() }
      wide.append(value)
    }
  }

  @inlinable
  public mutating func append(contentsOf values: some Collection<UInt256>) {
    if wide.isEmpty {
      for value in values { append(value) }
    } else {
      wide.append(contentsOf: values)
    }
  }

  @usableFromInline
  mutating func widen() {
    wide.reserveCapacity(narrow.capacity)
    for word in narrow { wide.append(UInt256(word)) }
    narrow = []
  }

  /// The values at these places, in this order.
  public func picking(_ places: [Int]) -> ColumnValues {
    wide.isEmpty
      ? ColumnValues(narrow: places.map { narrow[$0] }) : ColumnValues(places.map { wide[$0] })
  }
}

extension ColumnValues: RandomAccessCollection {
  @inlinable
  public var startIndex: Int { 0 }

  @inlinable
  public var endIndex: Int { narrow.count + wide.count }

  @inlinable
  public subscript(place: Int) -> UInt256 {
    wide.isEmpty ? UInt256(narrow[place]) : wide[place]
  }
}

extension ColumnValues: ExpressibleByArrayLiteral {
  public init(arrayLiteral values: UInt256...) {
    self.init(values)
  }
}
