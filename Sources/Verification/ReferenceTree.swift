import DistributionModel
import EthereumPrimitives

/// Leaf and tree as `docs/reference/bundle.md` writes them, with nothing of the producer's code.
enum ReferenceTree {
  /// keccak(keccak(campaign ‖ account as a word ‖ entitlement as a word)).
  static func leaf(campaign: Bytes32, account: Address, entitlement: UInt256) -> Bytes32 {
    let padding = [UInt8](repeating: 0, count: 12)
    let words = campaign.bytes + padding + account.bytes + entitlement.bytes32.bytes
    return Keccak256.hash(Keccak256.hash(words).bytes)
  }

  /// Two nodes, the smaller one first.
  static func parent(_ one: Bytes32, _ other: Bytes32) -> Bytes32 {
    one < other ? Keccak256.hash(one.bytes + other.bytes) : Keccak256.hash(other.bytes + one.bytes)
  }

  /// The root of OpenZeppelin's complete tree over the leaves; zero for none.
  ///
  /// The leaves, ascending, are the last nodes of an array of 2n − 1, from its end. So the tree's
  /// nodes can be made from a queue: the array read backwards is the leaves followed by the parents
  /// of each two nodes in turn.
  static func root(_ leaves: [Bytes32]) -> Bytes32 {
    nodes(leaves).last ?? .zero
  }

  /// All nodes in the order of that queue: the array read backwards.
  static func nodes(_ leaves: [Bytes32]) -> [Bytes32] {
    var queue = leaves.sorted()
    var next = 0
    while next + 1 < queue.count {
      queue.append(parent(queue[next], queue[next + 1]))
      next += 2
    }
    return queue
  }

  /// The root that OpenZeppelin's multiproof leads to; nil where its parts do not fit together.
  static func root(leaves: [Bytes32], proof: [Bytes32], flags: [Bool]) -> Bytes32? {
    guard leaves.count + proof.count == flags.count + 1 else { return nil }
    var known = leaves[...]
    var others = proof[...]
    for usesKnown in flags {
      guard let first = known.popFirst(),
        let second = usesKnown ? known.popFirst() : others.popFirst()
      else { return nil }
      known.append(parent(first, second))
    }
    guard known.count + others.count == 1 else { return nil }
    return known.first ?? others.first
  }

  // MARK: Campaign identity

  /// A campaign's identifier, word by word; zero without a deployment.
  static func identifier(of campaign: Campaign) -> Bytes32 {
    guard let place = campaign.deployment else { return .zero }
    return Keccak256.hash(
      word(place.chain) + word(place.distributor) + word(place.token) + word(place.creator)
        + place.salt.bytes + termsHash(campaign, place.roles).bytes)
  }

  private static func termsHash(_ campaign: Campaign, _ roles: Roles) -> Bytes32 {
    let terms = campaign.terms
    let maximum = terms.maximumIncrease?.baseUnits ?? .zero
    return Keccak256.hash(
      scheduleHash(campaign.vesting).bytes + word(terms.window)
        + word(terms.expiry?.seconds ?? 0) + word(terms.claims == .anyone ? 1 : 0)
        + maximum.bytes32.bytes + word(roles.owner) + word(roles.publisher)
        + word(roles.guardian))
  }

  private static func scheduleHash(_ schedule: VestingSchedule) -> Bytes32 {
    // shape, start, initial, cliff, duration, half-life, step seconds, step months, step count
    var words: [UInt64] = [0, schedule.start.seconds, schedule.initialUnlock.billionths, 0, 0, 0]
    words += [0, 0, 0]
    var tranches: [VestingSchedule.Tranche] = []
    switch schedule.shape {
    case .immediate: break
    case .linear(let cliff, let duration):
      words[0] = 1
      words[3] = cliff
      words[4] = duration
    case .steps(let period, let count):
      words[0] = 2
      words[8] = UInt64(count)
      switch period {
      case .seconds(let seconds): words[6] = seconds
      case .months(let months): words[7] = UInt64(months)
      }
    case .tranches(let list):
      words[0] = 3
      tranches = list
    case .exponential(let halfLife, let cliff, let duration):
      words[0] = 4
      words[3] = cliff
      words[4] = duration
      words[5] = halfLife
    }
    // Two dynamic arrays: their offsets stand after the nine words, their contents after those.
    let count = UInt64(tranches.count)
    let firstOffset: UInt64 = 11 * 32
    let head = words.flatMap(word) + word(firstOffset) + word(firstOffset + 32 + 32 * count)
    let times = word(count) + tranches.flatMap { word($0.time.seconds) }
    let shares = word(count) + tranches.flatMap { word($0.share.billionths) }
    return Keccak256.hash(head + times + shares)
  }

  private static func word(_ number: UInt64) -> [UInt8] { UInt256(number).bytes32.bytes }

  private static func word(_ address: Address) -> [UInt8] {
    [UInt8](repeating: 0, count: 12) + address.bytes
  }
}
