import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@Suite("Epochs build on their parents")
struct ParentTests {
  @Test("INV-009: entitlements add up over three epochs, and what nobody earned is carried")
  func threeEpochs() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 3)])])
    // 25 by 1 and 3 of 4: quotients 6 and 18, remainders 1 and 3, one unit left.
    #expect(first.outcomes.map(\.program) == ["rewards", "launch"])
    #expect(first.outcomes[0].pairs == [[1, 6], [2, 19]])
    #expect(first.campaigns[0].entitlements.pairs == [[1, 6], [2, 19]])
    #expect(first.campaigns[1].entitlements.pairs == [[9, 7]])

    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(1, 0), (2, 0)])], epoch: 1, parent: first)
    #expect(second.outcomes.map(\.program) == ["rewards"])
    #expect(second.outcomes[0].pairs == [])
    #expect(second.outcomes[0].carry == Amount(units(25)))
    #expect(second.campaigns[0].entitlements == first.campaigns[0].entitlements)
    #expect(second.commitment.campaigns[0].root == first.commitment.campaigns[0].root)

    let third = try chain.bundle(
      Plans.weekly, [rows("list", [(1, 1), (3, 1)])], epoch: 2, parent: second)
    #expect(third.outcomes[0].budget == Amount(units(50)))
    #expect(third.outcomes[0].carriedIn == Amount(units(25)))
    #expect(third.outcomes[0].pairs == [[1, 25], [3, 25]])
    #expect(third.campaigns[0].entitlements.pairs == [[1, 31], [2, 19], [3, 25]])
    #expect(third.commitment.campaigns.map(\.total) == [units(75), units(7)])
    #expect(third.commitment.campaigns.map(\.count) == [3, 1])
  }

  @Test("A child names its parent's root and identity; a campaign without payment keeps its root")
  func names() throws {
    let chain = try Chain()
    let list = [rows("list", [(1, 1)])]
    let first = try chain.bundle(Plans.deployed, list)
    #expect(first.commitment.campaigns.map(\.parentRoot) == [.zero, .zero])
    #expect(first.commitment.campaigns.map(\.parentCommitment) == [.zero, .zero])
    let second = try chain.bundle(Plans.deployed, list, epoch: 1, parent: first)
    let (before, now) = (first.commitment.campaigns, second.commitment.campaigns)
    #expect(now.map(\.parentRoot) == before.map(\.root))
    #expect(now.map(\.parentCommitment) == [first.identity, first.identity])
    #expect(now[1].root == before[1].root && now[1].root != .zero)
    #expect(now[0].root != before[0].root)
  }

  @Test("A campaign that was owed nothing has no parent root, and its parent all the same")
  func emptyParent() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 0)])])
    #expect(first.commitment.campaigns[0].root == .zero)
    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(1, 1)])], epoch: 1, parent: first)
    #expect(second.commitment.campaigns[0].parentRoot == .zero)
    #expect(second.commitment.campaigns[0].parentCommitment == first.identity)
    #expect(second.outcomes[0].pairs == [[1, 50]])
  }

  @Test("Epoch 0 of another plan builds on any live bundle, and a new campaign on none")
  func anotherPlan() throws {
    let chain = try Chain()
    let list = [rows("list", [(1, 1), (5, 1)])]
    let first = try chain.bundle(Plans.weekly, list)
    let second = try chain.bundle(Plans.weekly, list, epoch: 1, parent: first)
    let campaigns = "{name: side, token: ACME}, {name: new, token: ACME}, {name: main, token: ACME}"
    let season = try chain.bundle(
      Plans.once(campaigns: campaigns, budget: 4), list, parent: second)
    #expect(season.campaigns.map(\.name) == ["side", "new", "main"])
    // Twice 13 and 12, then 2 and 2 more.
    #expect(season.campaigns[2].entitlements.pairs == [[1, 28], [5, 26]])
    #expect(season.campaigns[0].entitlements.pairs == [[9, 7]])
    #expect(season.outcomes[0].carriedIn == .zero)
    let named = season.commitment.campaigns
    #expect(named.map(\.parentCommitment) == [second.identity, .zero, second.identity])
    #expect(named[1].parentRoot == .zero && named[2].parentRoot != .zero)
  }

  @Test("A program may be added later where it emits nothing before")
  func addedLater() throws {
    let chain = try Chain()
    let list = [rows("list", [(1, 1)])]
    let first = try chain.bundle(Plans.weekly, list)
    let later =
      Plans.weekly + """

          - {name: late, kind: airdrop, campaign: main, budget: 8, from: list, weight: points,
             emission: {shape: table, amounts: [0, 5, 3, 0]}}
        """
    let second = try chain.bundle(later, list, epoch: 1, parent: first)
    #expect(second.outcomes.map(\.pairs) == [[[1, 25]], [[1, 5]]])
    #expect(second.campaigns[0].entitlements.pairs == [[1, 55]])
  }

  @Test("A campaign of the parent that owes nothing may go, and the plan may be edited otherwise")
  func harmlessChanges() throws {
    let chain = try Chain()
    let list = [rows("list", [(1, 1)])]
    let empty = Plans.weekly.replacing(
      "{name: side, token: ACME}", with: "{name: side, token: ACME}\n  - {name: none, token: ACME}")
    let first = try chain.bundle(empty, list)
    let excluding = Plans.weekly.replacing(
      "emission: {shape: constant}",
      with: "emission: {shape: constant}, exclude: [{account: \(account(2).hex), reason: Late.}]")
    let second = try chain.bundle(
      excluding, [rows("list", [(1, 1), (2, 1)])], epoch: 1, parent: first)
    #expect(second.campaigns[0].entitlements.pairs == [[1, 50]])
  }

  @Test("A vesting campaign keeps its root in later epochs, and may have its first one later")
  func cohorts() throws {
    let chain = try Chain()
    let vesting = """
      {name: main, token: ACME,
        vesting: {shape: linear, start: "2027-01-01T00:00:00Z", duration: 365d}}
      """
    let nobody = try chain.bundle(Plans.once("a", campaigns: vesting), [rows("list", [(1, 0)])])
    #expect(nobody.outcomes[0].carry == Amount(units(10)))
    let first = try chain.bundle(
      Plans.once("b", campaigns: vesting), [rows("list", [(1, 1)])], parent: nobody)
    #expect(first.campaigns[0].entitlements.pairs == [[1, 10]])
    let other = try chain.bundle(
      Plans.once("c", campaigns: vesting + ", {name: free, token: ACME}", pays: "free"),
      [rows("list", [(1, 1)])], parent: first)
    #expect(other.commitment.campaigns[0].root == first.commitment.campaigns[0].root)
  }

  @Test("INV-008, INV-009: over random epochs nobody's entitlement falls, and sums are kept")
  func chains() {
    struct Sample: CustomStringConvertible {
      let weights: [[(UInt64, UInt64)]]

      init(_ generator: inout Generator) {
        weights = (0..<4).map { _ in
          let count = Int.random(in: 1...6, using: &generator)
          let accounts = Array(UInt64(1)...8).shuffled(using: &generator).prefix(count)
          return accounts.map { ($0, UInt64.random(in: 0...9, using: &generator)) }
        }
      }

      var description: String { "\(weights)" }
    }
    check("chains", runs: 12, generate: { Sample(&$0) }) { sample in
      let chain = try Chain()
      var parent: LoadedBundle?
      for (epoch, weights) in sample.weights.enumerated() {
        let bundle = try chain.bundle(
          Plans.weekly, [rows("list", weights)], epoch: UInt32(epoch), parent: parent)
        for (index, campaign) in bundle.campaigns.enumerated() {
          let now = campaign.entitlements
          let before = parent?.campaigns[index].entitlements ?? .none
          for (account, amount) in zip(before.accounts, before.amounts) {
            let place = try #require(now.index(of: account))
            guard now.amounts[place] >= amount else { return false }
          }
          let allocated = bundle.outcomes.filter {
            $0.program == (campaign.name == "main" ? "rewards" : "launch")
          }.flatMap(\.amounts)
          let expected = (before.amounts + allocated).reduce(.zero, &+)
          guard bundle.commitment.campaigns[index].total == expected else { return false }
        }
        parent = bundle
      }
      // Four times 25, less what is carried at the end.
      let end = try #require(parent)
      return end.commitment.campaigns[0].total &+ end.outcomes[0].carry.baseUnits == units(100)
    }
  }

  @Test("INV-004: the identity does not depend on the order of rows or the number of threads")
  func repeatable() {
    struct Sample: CustomStringConvertible {
      let list: [(UInt64, UInt64)]
      let shuffled: [(UInt64, UInt64)]
      let threads: Int

      init(_ generator: inout Generator) {
        let count = UInt64.random(in: 1...80, using: &generator)
        list = (1...count).map { ($0 &* 0x9E37_79B9, generator.next() >> 20) }
        shuffled = list.shuffled(using: &generator)
        threads = Int.random(in: 1...8, using: &generator)
      }

      var description: String { "\(threads) threads, \(shuffled)" }
    }
    check("identity", runs: 40, generate: { Sample(&$0) }) { sample in
      let plan = Plans.once(budget: 1_000_003)
      let one = try Chain.contents(plan, [rows("list", sample.list)]).commit()
      let two = try Chain.contents(plan, [rows("list", sample.shuffled)])
        .commit(threads: sample.threads)
      return one.commitment.canonicalBytes == two.commitment.canonicalBytes
        && one.dataFiles.map(\.bytes) == two.dataFiles.map(\.bytes)
    }
  }
}

/// A child that its parent does not allow.
struct Refusal: CustomTestStringConvertible, Sendable {
  let name: String
  let error: EngineError
  /// Part of the description.
  let words: String
  let make: @Sendable (Chain) throws -> Void

  var testDescription: String { "\(error.name): \(name)" }
}

private let list = [rows("list", [(1, 1)])]

/// Epoch 0 of the weekly plan, then an epoch of another plan on top of it.
private func child(
  of parent: String = Plans.weekly, _ plan: String, epoch: UInt32 = 1
) -> @Sendable (Chain) throws -> Void {
  { chain in
    let first = try chain.bundle(parent, list)
    _ = try chain.bundle(plan, list, epoch: epoch, parent: first)
  }
}

private let zero = Bytes32.zero.hex

/// One more program for the weekly plan.
private func more(_ member: String) -> String {
  """

    - {name: more, kind: airdrop, campaign: main, budget: 12, from: list, weight: points,
       \(member)}
  """
}

private let refusals: [Refusal] = [
  Refusal(
    name: "an epoch in which no program runs",
    error: .law(
      LawError(
        .epochOutOfRange, subject: "Once", place: "epoch", found: "1",
        expected: "an epoch in which a program runs",
        advice: "Programs without `emission` run in epoch 0 only.")),
    words: "Once: epoch: found 1", make: child(of: Plans.once(), Plans.once())),
  Refusal(
    name: "a later epoch alone", error: .parentMissing(epoch: 3), words: "builds on epoch 2"
  ) { _ = try $0.bundle(Plans.weekly, list, epoch: 3) },
  Refusal(
    name: "the same plan and epoch",
    error: .epochAlreadyPaid(program: "rewards", epoch: 0, parent: 0),
    words: "program rewards: found its epoch 0 paid", make: child(Plans.weekly, epoch: 0)),
  Refusal(
    name: "the same program in a plan with another name and budget",
    error: .epochAlreadyPaid(program: "season", epoch: 0, parent: 0), words: "pay twice",
    make: child(
      of: Plans.once(), Plans.once(budget: 11).replacing("name: Once", with: "name: Twice"),
      epoch: 0)),
  Refusal(
    name: "an epoch before the parent's",
    error: .epochAlreadyPaid(program: "rewards", epoch: 1, parent: 2), words: "whose epoch is 2"
  ) { chain in
    var parent: LoadedBundle?
    for epoch in [0, 1, 2] as [UInt32] {
      parent = try chain.bundle(Plans.weekly, list, epoch: epoch, parent: parent)
    }
    _ = try chain.bundle(Plans.weekly, list, epoch: 1, parent: parent)
  },
  Refusal(
    name: "an epoch that is not the next one", error: .epochLeftOut(epoch: 2, parent: 0),
    words: "found epoch 0 in the parent, expected epoch 1", make: child(Plans.weekly, epoch: 2)),
  Refusal(
    name: "contracts that build on a draft", error: .parentIsDraft, words: "found a draft",
    make: child(Plans.deployed)),
  Refusal(
    name: "a draft of a campaign that has a contract",
    error: .campaignChanged(
      name: "main", what: "identity",
      parent: "0x427f48a97fa1ba9895275120f014d84752206093970cb70f2ec1afd9ad505f04", plan: zero),
    words: "give the new one another name", make: child(of: Plans.deployed, Plans.weekly)),
  Refusal(
    name: "another token",
    error: .campaignChanged(name: "main", what: "token", parent: "ACME", plan: "BETA"),
    words: "found the token ACME in the parent, expected BETA",
    make: child(
      Plans.weekly
        .replacing(
          "decimals: 0}]", with: "decimals: 0}, {name: BETA, decimals: 0}]"
        )
        .replacing("{name: main, token: ACME}", with: "{name: main, token: BETA}"))),
  Refusal(
    name: "a token of other decimals",
    error: .campaignChanged(name: "main", what: "decimals", parent: "0", plan: "2"),
    words: "found the decimals 0",
    make: child(Plans.weekly.replacing("decimals: 0", with: "decimals: 2"))),
  Refusal(
    name: "a draft with another window",
    error: .campaignChanged(
      name: "main", what: "terms",
      parent: "0x1099db10f8eb07b87a4af52541b2a1c4a7393bb9acc2fad932eb3ab934d703a6",
      plan: "0xb6ed2b4ea0f16c8b9b3f65030229efd46735b87cba5f4091825bccd9f26261dc"),
    words: "found the terms",
    make: child(
      Plans.weekly.replacing("main, token: ACME}", with: "main, token: ACME, terms: {window: 3d}}"))
  ),
  Refusal(
    name: "a second root of a vesting campaign", error: .cohortClosed(name: "main"),
    words: "A schedule pays one cohort"
  ) { chain in
    let vesting = """
      {name: main, token: ACME,
        vesting: {shape: steps, start: "2027-01-01T00:00:00Z", every: 1 month, count: 3}}
      """
    let first = try chain.bundle(Plans.once("a", campaigns: vesting), list)
    _ = try chain.bundle(Plans.once("b", campaigns: vesting), list, parent: first)
  },
  Refusal(
    name: "a campaign that is gone", error: .campaignMissing(name: "side", accounts: 1),
    words: "found entitlements of 1 account in", make: child(Plans.once(), epoch: 0)),
  Refusal(
    name: "another campaign for a program",
    error: .programChanged(name: "rewards", what: "campaign", parent: "main", plan: "side"),
    words: "found the campaign side, expected main",
    make: child(
      Plans.weekly.replacing("airdrop, campaign: main", with: "airdrop, campaign: side"))),
  Refusal(
    name: "another budget",
    error: .programChanged(name: "rewards", what: "budget", parent: "100 ACME", plan: "104 ACME"),
    words: "start another plan in epoch 0",
    make: child(Plans.weekly.replacing("budget: 100", with: "budget: 104"))),
  Refusal(
    name: "another emission",
    error: .programChanged(
      name: "rewards", what: "emission", parent: "constant", plan: "linear-decay"),
    words: "as in the parent's plan",
    make: child(Plans.weekly.replacing("shape: constant", with: "shape: linear-decay"))),
  Refusal(
    name: "another half-life",
    error: .programChanged(
      name: "rewards", what: "emission", parent: "exponential-decay with a half-life of 2 epochs",
      plan: "exponential-decay with a half-life of 3 epochs"), words: "half-life of 3",
    make: child(
      of: Plans.weekly.replacing("constant", with: "exponential-decay, half_life: 2"),
      Plans.weekly.replacing("constant", with: "exponential-decay, half_life: 3"))),
  Refusal(
    name: "another table",
    error: .programChanged(
      name: "rewards", what: "emission", parent: "table 25, 25, 25, 25",
      plan: "table 25, 75, 0, 0"), words: "table 25, 75, 0, 0",
    make: child(
      of: Plans.weekly.replacing("constant", with: "table, amounts: [25, 25, 25, 25]"),
      Plans.weekly.replacing("constant", with: "table, amounts: [25, 75, 0, 0]"))),
  Refusal(
    name: "another number of epochs",
    error: .programChanged(
      name: "rewards", what: "schedule",
      parent: "4 epochs of 604800 seconds from 2027-01-01T00:00:00Z",
      plan: "5 epochs of 604800 seconds from 2027-01-01T00:00:00Z"), words: "found the schedule 5",
    make: child(Plans.weekly.replacing("count: 4", with: "count: 5"))),
  Refusal(
    name: "an emission that the parent's plan did not have",
    error: .programChanged(name: "more", what: "emission", parent: "none", plan: "constant"),
    words: "found the emission constant, expected none",
    make: child(of: Plans.weekly + more(""), Plans.weekly + more("emission: {shape: constant}"))),
  Refusal(
    name: "an emitting program that is gone",
    error: .programChanged(name: "rewards", what: "emission", parent: "constant", plan: "none"),
    words: "found the emission none",
    make: child(
      Plans.weekly.replacing("name: rewards", with: "name: late")
        .replacing("shape: constant", with: "shape: table, amounts: [0, 100, 0, 0]"))),
  Refusal(
    name: "a new program whose first epochs are over",
    error: .emissionLost(program: "more", epoch: 1, amount: "3 ACME"),
    words: "3 ACME would never be paid",
    make: child(Plans.weekly + more("emission: {shape: constant}"))),
  Refusal(
    name: "a guard that does not hold",
    error: .guardsFail([
      GuardFinding(
        index: 0,
        bound: ConcentrationGuard(
          measure: .largest, bound: .atMost(Share(billionths: 500_000_000)), token: "ACME"),
        date: nil, isLaunch: true, value: .share(Share(billionths: 700_000_000)),
        largest: account(2), program: "season")
    ]),
    words:
      "guards[0]: found 70% for the largest account's part of ACME at launch, expected at most "
      + "50%. The largest holder, 0x0000000000000000000000000000000000000002, has most of it from "
      + "season. Change that, or allow it: `at_most: 70%` passes."
  ) { chain in
    let guards = "\nguards: [{measure: largest, at_most: 50%}]"
    _ = try chain.bundle(Plans.once() + guards, [rows("list", [(1, 3), (2, 7)])])
  },
]

@Suite("What a parent does not allow")
struct RefusalTests {
  @Test("The child is refused with the values that were compared", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let chain = try Chain()
    let error = #expect(throws: EngineError.self) { try refusal.make(chain) }
    #expect(error == refusal.error)
    #expect(refusal.error.description.contains(refusal.words), "\(refusal.error)")
  }

  @Test("INV-016: every listed code of the engine has its row")
  func coverage() throws {
    let listed = try Project.text("scripts/error-codes.csv").split(separator: "\n")
      .filter { $0.hasPrefix("SLC-ENGINE-") }.compactMap { $0.split(separator: ",").last }
    #expect(Set(refusals.map(\.error.name)) == Set(listed.map(String.init)))
  }
}
