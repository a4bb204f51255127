import EthereumPrimitives

/// Sums of numbers up to a place, modulo 2²⁵⁶.
///
/// Adding a number and asking for a sum take as many steps as the count of places has bits
/// (Fenwick, "A new data structure for cumulative frequency tables", 1994).
struct PrefixSums: Sendable {
  /// Node n holds the sum of as many places as its lowest bit says, up to place n − 1.
  private var nodes: [UInt256]

  init(count: Int) {
    nodes = Array(repeating: .zero, count: count + 1)
  }

  mutating func add(_ number: UInt256, at place: Int) {
    var node = place + 1
    while node < nodes.count {
      nodes[node] = nodes[node] &+ number
      node += node & -node
    }
  }

  /// Of the numbers at this place and below it.
  func sum(through place: Int) -> UInt256 {
    var sum = UInt256.zero
    var node = place + 1
    while node > 0 {
      sum = sum &+ nodes[node]
      node -= node & -node
    }
    return sum
  }
}
