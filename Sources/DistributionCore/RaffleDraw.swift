import DistributionModel
import EthereumPrimitives

/// Who is drawn in a raffle: section 12 of `docs/reference/law.md`.
public struct RaffleDraw: Sendable, Equatable {
  /// One drawn entrant.
  public struct Win: Sendable, Equatable {
    /// Its place in the list of tickets.
    public let entrant: Int
    /// Which number of the stream drew it.
    public let counter: UInt64
    /// That number.
    public let number: UInt256
    /// The tickets that were left, over which they are counted from 0.
    public let left: UInt256
    /// The ticket that was drawn.
    public let ticket: UInt256
    /// The first of the entrant's tickets.
    public let first: UInt256
  }

  /// In the order in which they were drawn.
  public let wins: [Win]
  /// Σ tickets before the first draw.
  public let totalTickets: UInt256

  /// Draws `winners` entrants, or all where there are no more.
  ///
  /// - Parameters:
  ///   - program: the program's name, which sets its stream apart from others of the same seed.
  ///   - tickets: one number per entrant, accounts ascending, all above 0.
  /// - Returns: nil where the tickets add up to 2²⁵⁶ or more.
  public init?(
    _ reveal: Raffle.Reveal, program: String, tickets: [UInt256], winners: Int
  ) {
    var total = UInt256.zero
    for count in tickets {
      guard let sum = total.adding(count) else { return nil }
      total = sum
    }
    totalTickets = total
    var stream = ChanceStream(reveal, program: program)
    var left = total
    var sums = TicketSums(tickets)
    var wins: [Win] = []
    for _ in 0..<min(winners, tickets.count) {
      let drawn = stream.next(below: left)
      let (entrant, first) = sums.entrant(of: drawn.ticket)
      wins.append(
        Win(
          entrant: entrant, counter: drawn.counter, number: drawn.number, left: left,
          ticket: drawn.ticket, first: first))
      sums.remove(tickets[entrant], of: entrant)
      left = left &- tickets[entrant]
    }
    self.wins = wins
  }
}

/// Keccak-256 of the seed, the beacon's value, the program and a counter.
struct ChanceStream {
  private let prefix: [UInt8]
  private(set) var counter: UInt64 = 0

  init(_ reveal: Raffle.Reveal, program: String) {
    prefix =
      reveal.seed.bytes + reveal.beaconValue.bytes + Keccak256.hash(utf8: program).bytes
  }

  /// A ticket below `limit`, which is above 0, each as likely as any other; and the number of the
  /// stream whose remainder it is, with its counter.
  mutating func next(
    below limit: UInt256
  ) -> (ticket: UInt256, number: UInt256, counter: UInt64) {
    // 2²⁵⁶ mod limit numbers at the upper end would make the first ones likelier: they are skipped.
    let excess = remainder(remainder(.max, limit) &+ .one, limit)
    while true {
      let word = number(at: counter)
      counter += 1
      if excess.isZero || word < .zero &- excess {
        return (remainder(word, limit), word, counter - 1)
      }
    }
  }

  /// A number of the stream.
  func number(at counter: UInt64) -> UInt256 {
    UInt256(Keccak256.hash(prefix + UInt256(counter).bytes32.bytes))
  }

  private func remainder(_ value: UInt256, _ limit: UInt256) -> UInt256 {
    guard let division = value.quotientAndRemainder(dividingBy: limit) else {
      preconditionFailure("there are tickets left")
    }
    return division.remainder
  }
}

/// Running sums of tickets from which entrants can be taken out (a Fenwick tree).
private struct TicketSums {
  /// `nodes[i]` is the sum of the 2ᵏ entrants up to the i-th, counted from 1, where 2ᵏ is the
  /// largest power of two that divides i.
  private var nodes: [UInt256]

  init(_ tickets: [UInt256]) {
    nodes = [.zero] + tickets
    for index in nodes.indices.dropFirst() {
      let parent = index + (index & -index)
      if parent < nodes.count { nodes[parent] = nodes[parent] &+ nodes[index] }
    }
  }

  /// The entrant in whose interval of tickets the given one lies, and the first of the interval.
  func entrant(of ticket: UInt256) -> (place: Int, first: UInt256) {
    var rest = ticket
    var place = 0
    var step = 1 << (Int.bitWidth - 1 - nodes.count.leadingZeroBitCount)
    while step > 0 {
      let next = place + step
      if next < nodes.count, nodes[next] <= rest {
        rest = rest &- nodes[next]
        place = next
      }
      step >>= 1
    }
    return (place, ticket &- rest)
  }

  mutating func remove(_ tickets: UInt256, of entrant: Int) {
    var index = entrant + 1
    while index < nodes.count {
      nodes[index] = nodes[index] &- tickets
      index += index & -index
    }
  }
}
