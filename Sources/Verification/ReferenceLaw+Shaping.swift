import BigInt
import DistributionModel
import EthereumPrimitives

/// Section 10 of the law as its page reads: caps and floors.
extension ReferenceLaw {
  /// A level, or what an account gets: top / bottom.
  private typealias Fraction = (top: BigUInt, bottom: BigUInt)

  /// Those who split a budget; amounts are in units.
  private struct Sharers {
    let units: BigUInt
    let weights: [BigUInt]
    /// nil where the account has none.
    let caps: [BigUInt?]
    let floor: BigUInt

    /// min(max(λ·w, f), c), times the bottom of λ.
    func quota(_ index: Int, _ level: Fraction) -> BigUInt {
      let raised = max(level.top * weights[index], floor * level.bottom)
      return caps[index].map { min(raised, $0 * level.bottom) } ?? raised
    }

    /// Σ quotas, times the bottom of λ.
    func sum(_ level: Fraction) -> BigUInt {
      weights.indices.reduce(0) { $0 + quota($1, level) }
    }
  }

  /// Accounts that have a cap and a floor together, most often one.
  private struct Holder {
    /// Ascending.
    var accounts: [Int]
    var weight: BigUInt
    let cap: BigUInt?
  }

  /// What each account receives, in base units; nil for who is below the floor and leaves.
  /// Percentages are of the whole budget.
  static func shaped(
    _ budget: BigUInt, whole: BigUInt, _ taking: [(account: Address, value: BigUInt)],
    _ claims: ProgramValues, by program: Program
  ) throws(Refusal) -> [BigUInt?] {
    guard taking.reduce(BigUInt(0), { $0 + $1.value }) < bound else { throw .valuesOverflow }
    let unit = big(program.shaping.unit.baseUnits)
    let shareOf = program.shareOf.map { big($0.baseUnits) }
    let (split, whole) = (claims.split ?? shareOf ?? budget, shareOf ?? whole)
    let holders = holders(taking, claims, program.shaping, whole)
    let units = try shaped(
      split / unit, holders, least: (least(program.shaping, of: whole) + unit - 1) / unit,
      claims.places, program)
    guard units.reduce(BigUInt(0), { $0 + ($1 ?? 0) }) * unit <= budget else {
      throw .roundingExceedsBudget
    }
    var parts = [BigUInt?](repeating: nil, count: taking.count)
    for (holder, count) in zip(holders, units) {
      guard let count else { continue }
      let shares = self.parts(
        of: count, weights: holder.accounts.map { taking[$0].value }, places: 0,
        rule: .largestRemainder)
      for (index, share) in zip(holder.accounts, shares) { parts[index] = share * unit }
    }
    return parts
  }

  /// In ascending order of their lowest accounts; caps in units.
  private static func holders(
    _ taking: [(account: Address, value: BigUInt)], _ claims: ProgramValues, _ shaping: Shaping,
    _ budget: BigUInt
  ) -> [Holder] {
    var holders: [Holder] = []
    var numbers: [BigUInt: Int] = [:]
    for (index, entry) in taking.enumerated() {
      let cluster = claims.clusters[entry.account] ?? 0
      if let number = numbers[cluster] {
        holders[number].accounts.append(index)
        holders[number].weight += entry.value
        continue
      }
      if cluster > 0 { numbers[cluster] = holders.count }
      let cap = cap(shaping, claims.caps[entry.account], of: budget)
      holders.append(
        Holder(
          accounts: [index], weight: entry.value,
          cap: cap.map { $0 / big(shaping.unit.baseUnits) }))
    }
    return holders
  }

  /// Units of each holder; nil for who is below the floor and leaves.
  private static func shaped(
    _ units: BigUInt, _ holders: [Holder], least: BigUInt, _ places: Int, _ program: Program
  ) throws(Refusal) -> [BigUInt?] {
    let shaping = program.shaping
    let all = Sharers(
      units: units, weights: holders.map(\.weight), caps: holders.map(\.cap),
      floor: shaping.belowFloor == .raise ? least : 0)
    let level = try level(all)
    let staying = holders.indices.filter { index in
      guard shaping.belowFloor == .leave else { return true }
      guard let level else { return all.caps[index].map { $0 >= least } ?? true }
      return all.quota(index, level) >= least * level.bottom
    }
    let left = Sharers(
      units: units, weights: staying.map { all.weights[$0] }, caps: staying.map { all.caps[$0] },
      floor: all.floor)
    var parts = [BigUInt?](repeating: nil, count: holders.count)
    for (index, amount) in zip(staying, try amounts(left, places, program)) {
      parts[index] = amount
    }
    return parts
  }

  /// A cap in base units: a percentage is rounded down.
  private static func cap(_ shaping: Shaping, _ computed: BigUInt?, of budget: BigUInt) -> BigUInt?
  {
    guard case .bound(let bound)? = shaping.cap else { return computed }
    switch bound {
    case .amount(let amount): return big(amount.baseUnits)
    case .share(let share): return budget * BigUInt(share.billionths) / 1_000_000_000
    }
  }

  /// The floor in base units: a percentage is rounded up. 0 without a floor.
  static func least(_ shaping: Shaping, of budget: BigUInt) -> BigUInt {
    switch shaping.floor {
    case nil: 0
    case .amount(let amount): big(amount.baseUnits)
    case .share(let share): (budget * BigUInt(share.billionths) + 999_999_999) / 1_000_000_000
    }
  }

  /// λ: nil where Σ quotas stays below the budget, whatever it is.
  private static func level(_ sharers: Sharers) throws(Refusal) -> Fraction? {
    let start: Fraction = (0, 1)
    guard sharers.sum(start) <= sharers.units else { throw .floorsExceedBudget }
    guard sharers.sum(start) < sharers.units else { return start }
    // Σ quotas is a line between two turns: where an account leaves its floor, or meets its cap.
    let turns = sharers.weights.indices.flatMap { index in
      [sharers.floor, sharers.caps[index]].compactMap { $0 }.map {
        (top: $0, bottom: sharers.weights[index])
      }
    }.sorted { $0.top * $1.bottom < $1.top * $0.bottom }
    var (low, high) = (0, turns.count)
    while low < high {
      let middle = (low + high) / 2
      let reached = sharers.sum(turns[middle]) >= sharers.units * turns[middle].bottom
      if reached { high = middle } else { low = middle + 1 }
    }
    let before = low > 0 ? turns[low - 1] : start
    let after = low < turns.count ? turns[low] : nil
    var (held, freeWeight) = (BigUInt(0), BigUInt(0))
    for index in sharers.weights.indices {
      let weight = sharers.weights[index]
      let isAboveFloor = before.top * weight >= sharers.floor * before.bottom
      let isBelowCap = sharers.caps[index].map { cap in
        after.map { $0.top * weight <= cap * $0.bottom } ?? false
      }
      if isAboveFloor, isBelowCap ?? true {
        freeWeight += weight
      } else {
        held += sharers.quota(index, before) / before.bottom
      }
    }
    return freeWeight.isZero ? nil : (sharers.units - held, freeWeight)
  }

  /// In units.
  private static func amounts(
    _ sharers: Sharers, _ places: Int, _ program: Program
  ) throws(Refusal) -> [BigUInt] {
    let level = try level(sharers)
    var amounts: [BigUInt] = []
    var free: [Int] = []
    for (index, weight) in sharers.weights.enumerated() {
      guard let level else {
        amounts.append(sharers.caps[index] ?? 0)
        continue
      }
      let raised = max(level.top * weight, sharers.floor * level.bottom)
      if let cap = sharers.caps[index], raised >= cap * level.bottom {
        amounts.append(cap)
      } else if sharers.floor > 0, level.top * weight <= sharers.floor * level.bottom {
        amounts.append(sharers.floor)
      } else {
        free.append(index)
        amounts.append(0)
      }
    }
    let rest = sharers.units - amounts.reduce(0, +)
    let parts = parts(
      of: rest, weights: free.map { sharers.weights[$0] }, places: places,
      rule: program.rounding)
    for (index, part) in zip(free, parts) {
      let raised = max(part, sharers.floor)
      amounts[index] = sharers.caps[index].map { min(raised, $0) } ?? raised
    }
    return amounts
  }
}
