import Bundle
import DistributionModel
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@testable import Verification

@Suite("The verifier's own tree and identities")
struct VerifierTreeTests {
  private func leaves(_ count: Int) -> [Bytes32] {
    (0..<count).map { Keccak256.hash(UInt256(UInt64($0)).bytes32) }
  }

  @Test("Root and nodes equal the producer's for every size up to 70, in any order of leaves")
  func trees() throws {
    #expect(ReferenceTree.root([]) == .zero)
    #expect(ReferenceTree.nodes([]) == [])
    var generator = Generator(seed: 3)
    for count in 1...70 {
      let tree = try MerkleTree(leaves: leaves(count).sorted(), shape: .openZeppelin)
      let nodes = ReferenceTree.nodes(leaves(count).shuffled(using: &generator))
      #expect(nodes.reversed() == tree.nodes, "\(count)")
      #expect(ReferenceTree.root(leaves(count)) == tree.root)
    }
  }

  @Test("Multiproofs of any leaves lead to the root; changed ones do not, or do not fit together")
  func multiproofs() {
    struct Sample: CustomStringConvertible {
      let count: Int
      let chosen: [Int]
      let change: Int

      init(_ generator: inout Generator) {
        let count = Int.random(in: 1...70, using: &generator)
        self.count = count
        let size = Int.random(in: 1...count, using: &generator)
        chosen = Array((0..<count).shuffled(using: &generator).prefix(size)).sorted()
        change = Int.random(in: 0..<4, using: &generator)
      }

      var description: String { "\(chosen) of \(count), change \(change)" }
    }
    check("multiproofs", runs: 200, generate: { Sample(&$0) }) { sample in
      let tree = try MerkleTree(leaves: leaves(sample.count).sorted(), shape: .openZeppelin)
      let proof = try tree.multiproof(forLeavesAt: sample.chosen)
      var (known, hashes, flags) = (proof.leaves, proof.proof, proof.flags)
      guard ReferenceTree.root(leaves: known, proof: hashes, flags: flags) == tree.root else {
        return false
      }
      switch sample.change {
      case 0: known[0] = Keccak256.hash(utf8: "another leaf")
      case 1: hashes.append(.zero)
      case 2: flags.append(false)
      default: known.append(.zero)
      }
      let changed = ReferenceTree.root(leaves: known, proof: hashes, flags: flags)
      return changed == nil || changed != tree.root
    }
  }

  @Test("A multiproof that asks for more than there is has no root")
  func malformed() {
    let two = leaves(2)
    #expect(ReferenceTree.root(leaves: [], proof: [], flags: []) == nil)
    #expect(ReferenceTree.root(leaves: [], proof: [two[0]], flags: []) == two[0])
    #expect(ReferenceTree.root(leaves: two, proof: [], flags: []) == nil)
    #expect(ReferenceTree.root(leaves: [], proof: two, flags: [true]) == nil)
    #expect(ReferenceTree.root(leaves: [two[0]], proof: [two[1]], flags: [true]) == nil)
    #expect(ReferenceTree.root(leaves: two, proof: [], flags: [false]) == nil)
    #expect(
      ReferenceTree.root(leaves: [two[0]], proof: [two[1]], flags: [false])
        == Keccak256.hash(two.sorted().flatMap(\.bytes)))
  }

  @Test("INV-011: leaves equal the producer's, for accounts and amounts of every width")
  func leaf() {
    check("leaf", runs: 100) { generator -> (Bytes32, Address, UInt256) in
      let words = (0..<8).map { _ in generator.next() }
      let campaign = Bytes32(words[0], words[1], words[2], words[3])
      let account = Address(bytes: Bytes32(words[4], words[5], words[6], 0).bytes.prefix(20))
      let width = Int(words[7] % 256)
      return (campaign, account ?? .zero, UInt256(campaign) >> width)
    } property: { campaign, account, amount in
      ReferenceTree.leaf(campaign: campaign, account: account, entitlement: amount)
        == SluiceLeaf.hash(campaign, account, amount)
    }
  }

  @Test("Campaign identifiers equal the producer's for random terms and schedules of every shape")
  func identifiers() {
    check("identifiers", runs: 300, generate: campaign) { campaign in
      ReferenceTree.identifier(of: campaign) == CampaignIdentity.identifier(of: campaign)
    }
    #expect(ReferenceTree.identifier(of: Campaign(name: "a", token: "A")) == .zero)
  }

  private func campaign(_ generator: inout Generator) -> Campaign {
    func address() -> Address {
      let word = Bytes32(generator.next(), generator.next(), generator.next(), 0)
      return Address(bytes: word.bytes.prefix(20)) ?? .zero
    }
    let roles = Roles(owner: address(), publisher: address(), guardian: address())
    let deployment = Deployment(
      chain: generator.next(), distributor: address(), token: address(), creator: address(),
      salt: Bytes32(generator.next(), 0, generator.next(), 1), roles: roles)
    let terms = CampaignTerms(
      window: generator.next(),
      expiry: Bool.random(using: &generator) ? Timestamp(generator.next()) : nil,
      claims: Bool.random(using: &generator) ? .anyone : .account,
      maximumIncrease: Bool.random(using: &generator)
        ? Amount(UInt256(generator.next()) << 190) : nil)
    let schedule = VestingSchedule(
      start: Timestamp(generator.next()),
      initialUnlock: Share(billionths: generator.next() % 1_000_000_001),
      shape: shape(&generator))
    return Campaign(
      name: "main", token: "ACME", vesting: schedule, terms: terms, deployment: deployment)
  }

  private func shape(_ generator: inout Generator) -> VestingSchedule.Shape {
    let count = UInt32(truncatingIfNeeded: generator.next())
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return .immediate
    case 1: return .linear(cliff: generator.next(), duration: generator.next())
    case 2: return .steps(period: .seconds(generator.next()), count: count)
    case 3: return .steps(period: .months(count), count: count &+ 1)
    case 4:
      return .exponential(
        halfLife: generator.next(), cliff: generator.next(), duration: generator.next())
    default:
      return .tranches(
        (0..<(count % 5)).map { _ in
          VestingSchedule.Tranche(
            time: Timestamp(generator.next()),
            share: Share(billionths: generator.next() % 1_000_000_001))
        })
    }
  }
}
