import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("Ranges: the engine and the reference agree")
struct RangeLawTests {
  /// What the reference says of an error of the engine.
  private func isSame(_ error: LawError, _ refusal: ReferenceLaw.RangeRefusal) -> Bool {
    func says(_ time: UInt64, _ rest: String = "") -> Bool {
      error.place == "positions at \(time) seconds\(rest)"
    }
    func ticks(_ position: RangePosition) -> String {
      ", \(position.account), ticks \(position.lower) to \(position.upper)"
    }
    switch (error.kind, refusal) {
    case (.negativeBalance, .negativeLiquidity(let time, let position)),
      (.balanceOverflow, .liquidityOverflow(let time, let position)):
      return says(time, ticks(position))
    case (.priceOffTick, .priceOffTick(let time)), (.volumeOverflow, .volumeOverflow(let time)),
      (.noPrice, .noPrice(let time)):
      return says(time)
    case (.heldOverflow, .measureOverflow(let account, let measure)):
      return error.place.hasSuffix(", \(account), \(measure.rawValue)")
    default: return false
    }
  }

  @Test("INV-002: measures of positions and errors are the same")
  func equal() {
    check("ranges", runs: 1500) {
      $0.rangeSample()
    } property: { sample in
      switch (sample.engine(), sample.reference()) {
      case (.success(let found), .success(let expected)):
        guard found == expected else { throw Mismatch("rows", found, expected) }
      case (.failure(let error), .failure(let refusal)):
        guard isSame(error, refusal) else { throw Mismatch("an error", error, refusal) }
      case (let found, let expected): throw Mismatch("an end", found, expected)
      }
      return true
    }
  }

  @Test("INV-080: measures without the positions of an account are those of a file without them")
  func excluded() {
    var left = 0
    check("ranges without an account", runs: 400) {
      $0.rangeSample()
    } property: { sample in
      let owner = sample.ranges.changes.last?.position.account ?? .zero
      let without = sample.ranges.changes.filter { $0.position.account != owner }
      let expected = Result { () throws(ReferenceLaw.RangeRefusal) in
        try ReferenceLaw.ranges(
          sample.events, in: sample.window,
          RangeHistory(span: sample.ranges.span, changes: without), sample.prices)
      }
      let reference = Result { () throws(ReferenceLaw.RangeRefusal) in
        try ReferenceLaw.ranges(
          sample.events, in: sample.window, sample.ranges, sample.prices, excluded: [owner])
      }
      switch (sample.engine(excluding: owner), reference, expected) {
      case (.success(let found), .success(let again), .success(let rows)):
        if !rows.isEmpty, rows.count < sample.ranges.accountCount { left += 1 }
        return found == rows && again == rows
      case (.failure(let error), .failure(let refusal), .failure(let same)):
        return isSame(error, refusal) && refusal == same
      default: return false
      }
    }
    #expect(left > 60, "\(left)")
  }

  @Test("Samples reach every error, and most of them give rows with every measure")
  func coverage() {
    var kinds: Set<LawError.Kind> = []
    var (whole, full, shared) = (0, 0, 0)
    for seed in 0..<2000 {
      var generator = Generator(seed: UInt64(seed))
      switch generator.rangeSample().engine() {
      case .success(let rows):
        whole += 1
        if rows.contains(where: { $0.value.allSatisfy { $0 > 0 } }) { full += 1 }
        if rows.count > 1 { shared += 1 }
      case .failure(let error): kinds.insert(error.kind)
      }
    }
    #expect(
      kinds == [
        .negativeBalance, .balanceOverflow, .priceOffTick, .volumeOverflow, .noPrice, .heldOverflow,
      ])
    #expect(whole > 700 && full > 300 && shared > 300, "\(whole), \(full), \(shared)")
  }

  @Test("INV-056: s(i) is the same by the table and from the square root of 1.0001")
  func roots() {
    check("roots of ticks", runs: 400) {
      Int32($0.below(1_774_545)) - 887_272
    } property: { tick in
      let (found, expected) = (TickRoot.root(of: tick), ReferenceLaw.tickRoot(tick))
      guard ReferenceLaw.big(found) == expected else { throw Mismatch("s", found, expected) }
      return true
    }
  }

  @Test("INV-057: fees are split: all accounts together have at most what there was")
  func conservation() {
    check("fees together", runs: 500) {
      $0.rangeSample()
    } property: { sample in
      guard case .success(let rows) = sample.engine() else { return true }
      let place = sample.events.measures.firstIndex(of: .fees) ?? 0
      let given = rows.values.reduce(BigUInt(0)) { $0 + $1[place] }
      let inside = sample.prices.rows.filter { sample.window.contains($0.time) }
      let all =
        sample.prices.hasVolumes
        ? inside.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1.volume) }
        : BigUInt(sample.window.upperBound - sample.window.lowerBound)
      return given <= all * BigUInt(10).power(18)
    }
  }

  @Test("INV-058: a position that is split among accounts holds what it held, less than one each")
  func split() {
    check("split positions", runs: 500) { generator in
      (generator.rangeSample(), Int(generator.below(3)) + 1)
    } property: { sample, shift in
      let twin = Address(1, 1, 1)
      let owner = Address(9, 7, 0)
      var other = sample
      other.ranges = RangeHistory(
        span: sample.ranges.span,
        changes: sample.ranges.changes.flatMap { change -> [RangeHistory.Change] in
          guard change.position.account == owner else { return [change] }
          let part = change.amount >> shift
          let kept = RangeHistory.Change(
            time: change.time, position: change.position, amount: change.amount &- part,
            isTaken: change.isTaken, line: 0)
          let given = RangeHistory.Change(
            time: change.time,
            position: RangePosition(
              account: twin, lower: change.position.lower, upper: change.position.upper),
            amount: part, isTaken: change.isTaken, line: 0)
          return part.isZero ? [kept] : [kept, given]
        }.sorted { ($0.time, $0.position) < ($1.time, $1.position) })
      guard case .success(let whole) = sample.engine(), case .success(let parts) = other.engine()
      else { return true }
      let zeros = [BigUInt](repeating: 0, count: 4)
      for (place, value) in whole[owner, default: zeros].enumerated() {
        let after = parts[owner, default: zeros][place] + parts[twin, default: zeros][place]
        guard after <= value, value - after <= 1 else { throw Mismatch("\(place)", after, value) }
      }
      return true
    }
  }
}
