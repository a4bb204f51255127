import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  /// How a program's winners are drawn; nil where it has no raffle, or a wrong one.
  mutating func decodeRaffle(_ fields: Fields, token: Token, budget: Amount?) -> Raffle? {
    guard let node = fields["raffle"],
      let part = self.fields(node, PlanSchema.raffle, path: fields.path(of: "raffle"))
    else { return nil }
    let seedHash = value(part, "seed_hash", ScalarParsing.bytes32)
    let beacon = text(part, "beacon")
    let prizes = decodePrizes(part, token: token, budget: budget)
    let reveal = decodeReveal(part, seedHash: seedHash)
    guard let seedHash, let beacon, let prizes else { return nil }
    return Raffle(seedHash: seedHash, beacon: beacon, prizes: prizes, reveal: reveal)
  }

  private mutating func decodePrizes(
    _ fields: Fields, token: Token, budget: Amount?
  ) -> Raffle.Prizes? {
    switch (fields.has("winners"), fields.has("prizes")) {
    case (true, true):
      report(
        .conflictingKeys, at: fields.place(of: "prizes"), path: fields.path(of: "prizes"),
        found: "both `winners` and `prizes`", expected: "one of them",
        advice: "`winners` share the budget evenly; `prizes` lists what each of them receives.")
      return nil
    case (false, false):
      report(
        .missingAlternative, at: fields.place, path: fields.path,
        found: "neither `winners` nor `prizes`", expected: "one of them",
        advice: "`winners: 3` draws three equal prizes, `prizes: [500, 300, 200]` those.")
      return nil
    case (true, false):
      guard let winners = integer(fields, "winners", in: PlanSchema.raffle) else { return nil }
      if let budget, budget.baseUnits < UInt256(winners) {
        report(
          .zeroAmount, at: fields.place(of: "winners"), path: fields.path(of: "winners"),
          found: "\(winners.counted("winner")) of \(token.text(budget.baseUnits))",
          expected: "at least one base unit for each",
          advice: "Raise the budget, or draw fewer winners.")
        return nil
      }
      return .equal(winners: UInt32(winners))
    case (false, true): return decodeStated(fields, token: token, budget: budget)
    }
  }

  private mutating func decodeStated(
    _ fields: Fields, token: Token, budget: Amount?
  ) -> Raffle.Prizes? {
    guard let entries = list(fields, "prizes") else { return nil }
    guard entries.count <= Raffle.maximumWinners else {
      report(
        .tooManyValues, at: fields.place(of: "prizes"), path: fields.path(of: "prizes"),
        found: "\(entries.count) prizes", expected: "at most \(Raffle.maximumWinners)")
      return nil
    }
    var prizes: [Amount] = []
    var sum: UInt256? = .zero
    for entry in entries {
      guard let prize = amount(entry.node, path: entry.path, decimals: token.decimals) else {
        return nil
      }
      guard prize != .zero else {
        report(
          .zeroAmount, at: entry.node.place, path: entry.path, found: "0",
          expected: "a prize above 0")
        return nil
      }
      prizes.append(prize)
      sum = sum?.adding(prize.baseUnits)
    }
    if let budget, sum != budget.baseUnits {
      report(
        .prizesNotBudget, at: fields.place(of: "prizes"), path: fields.path(of: "prizes"),
        found: sum.map { "\(ScalarText.amount($0, decimals: token.decimals)) together" }
          ?? "2^256 base units or more together",
        expected: "the budget, \(ScalarText.amount(budget.baseUnits, decimals: token.decimals))")
    }
    return .stated(prizes)
  }

  /// Seed and beacon value stand there both or not at all, and the seed is the one committed to.
  private mutating func decodeReveal(_ fields: Fields, seedHash: Bytes32?) -> Raffle.Reveal? {
    guard fields.has("seed") || fields.has("beacon_value") else {
      note(
        at: fields.place,
        "this raffle cannot be drawn yet: `seed` and `beacon_value` are added for the draw")
      return nil
    }
    require(["seed", "beacon_value"], in: fields, "A draw needs both.")
    let seed = value(fields, "seed", ScalarParsing.bytes32)
    let beaconValue = value(fields, "beacon_value", ScalarParsing.bytes32)
    guard let seed, let beaconValue else { return nil }
    let hash = Keccak256.hash(seed)
    if let seedHash, hash != seedHash {
      report(
        .wrongSeed, at: fields.place(of: "seed"), path: fields.path(of: "seed"),
        found: "a seed whose Keccak-256 is \(hash.hex)", expected: "the one of \(seedHash.hex)",
        advice: "Only the seed that was committed to before the beacon may draw.")
    }
    return Raffle.Reveal(seed: seed, beaconValue: beaconValue)
  }
  /// The weight of everybody in a raffle without `weight`: 1.
  mutating func oneTicket(_ fields: Fields, _ scope: inout ExpressionScope) -> Expression {
    defer { scope.nextID += 1 }
    return Expression(
      .number(DecimalNumber(.one)), kind: .number(scale: 0, unit: .any), id: scope.nextID,
      place: Expression.Place(line: fields.place.line, column: fields.place.column))
  }
}
