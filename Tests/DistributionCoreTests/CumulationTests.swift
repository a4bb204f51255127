import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Cumulation: what a campaign owes in all")
struct CumulationTests {
  private let draft = Campaign(name: "main", token: "T")
  private let deployed: Campaign = {
    let roles = Roles(owner: account(1), publisher: account(1), guardian: account(1))
    return Campaign(
      name: "main", token: "T",
      deployment: Deployment(
        chain: 1, distributor: account(1), token: account(2), creator: account(3), salt: .zero,
        roles: roles))
  }()

  private func outcome(_ pairs: [(UInt64, UInt256)]) -> ProgramOutcome {
    ProgramOutcome(
      program: "p", epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
      accounts: pairs.map { account($0.0) }, amounts: pairs.map(\.1), exclusions: [],
      allocated: .zero, carry: .zero, totalWeight: nil)
  }

  private func entitlements(_ pairs: [(UInt64, UInt256)]) -> Entitlements {
    Entitlements(accounts: pairs.map { account($0.0) }, amounts: pairs.map(\.1))
  }

  private func stop(
    _ campaign: Campaign, _ parent: Entitlements, _ outcomes: ProgramOutcome...
  ) -> LawError? {
    lawError { () throws(LawError) in
      try Cumulation.entitlements(of: campaign, parent: parent, outcomes: outcomes)
    }
  }

  @Test("INV-008, INV-009: allocations are added to the parent, and nobody loses")
  func adds() throws {
    let result = try Cumulation.entitlements(
      of: draft, parent: entitlements([(1, 10), (3, 30)]),
      outcomes: [outcome([(2, 5), (3, 1)]), outcome([(0, 7), (3, 1), (4, 2)])])
    #expect(result == entitlements([(0, 7), (1, 10), (2, 5), (3, 32), (4, 2)]))
    #expect(try Cumulation.total(of: result, campaign: "main") == 56)
  }

  @Test("Without a parent the entitlements are the allocations, without programs the parent")
  func onesided() throws {
    let list: [(UInt64, UInt256)] = [(1, 10), (3, 30)]
    let first = try Cumulation.entitlements(
      of: draft, parent: .none, outcomes: [outcome([]), outcome(list)])
    #expect(first == entitlements(list))
    let kept = try Cumulation.entitlements(
      of: draft, parent: entitlements(list), outcomes: [outcome([])])
    #expect(kept == entitlements(list))
    let none = try Cumulation.entitlements(of: draft, parent: .none, outcomes: [])
    #expect(none == .none)
    #expect(try Cumulation.total(of: none, campaign: "main") == 0)
  }

  @Test("INV-015: an account that reaches 2^256 is named")
  func accountOverflow() {
    let error = stop(draft, entitlements([(1, .max)]), outcome([(1, 1)]))
    #expect(error?.kind == .entitlementOverflow)
    #expect(error?.subject == "main")
    #expect(error?.place == "entitlement of account \(account(1))")
    #expect(error?.found == "2^256 or more")
    #expect(stop(draft, entitlements([(1, .max &- 1)]), outcome([(1, 1)])) == nil)
    // Two programs of one epoch overflow as well.
    #expect(
      stop(draft, .none, outcome([(1, twoTo255)]), outcome([(1, twoTo255)]))?.place
        == "entitlement of account \(account(1))")
  }

  @Test("INV-015: a total that reaches 2^256 is refused")
  func totalOverflow() {
    let error = stop(draft, entitlements([(1, .max)]), outcome([(2, 1)]))
    #expect(error?.kind == .entitlementOverflow)
    #expect(error?.place == "committed total")
    #expect(error?.found == "2^256 or more")
    #expect(stop(draft, entitlements([(1, .max &- 1)]), outcome([(2, 1)])) == nil)
  }

  @Test("A campaign with a contract takes a total below 2^128, a draft a wider one")
  func contractBound() throws {
    let most = twoTo128 &- 1
    let below = try Cumulation.entitlements(
      of: deployed, parent: entitlements([(1, most &- 1)]), outcomes: [outcome([(2, 1)])])
    #expect(below == entitlements([(1, most &- 1), (2, 1)]))
    let error = stop(deployed, entitlements([(1, most)]), outcome([(2, 1)]))
    #expect(error?.kind == .entitlementOverflow)
    #expect(error?.place == "committed total")
    #expect(error?.found == "340282366920938463463374607431768211456")
    #expect(error?.expected == "less than 2^128, the widest that a distributor takes")
    #expect(stop(deployed, .none, outcome([(1, twoTo128)]))?.kind == .entitlementOverflow)
    #expect(stop(draft, .none, outcome([(1, twoTo128)])) == nil)
  }

  @Test("An account's place is found, and no place for one that has nothing")
  func index() {
    let list = entitlements([(1, 10), (3, 30), (9, 90)])
    let places = (UInt64(0)...10).map { list.index(of: account($0)) }
    #expect(places == [nil, 0, nil, 1, nil, nil, nil, nil, nil, 2, nil])
    #expect(Entitlements.none.index(of: account(1)) == nil)
  }
}
