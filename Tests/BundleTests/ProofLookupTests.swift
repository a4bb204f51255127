import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Foundation
import MerkleTree
import TestKit
import Testing

@testable import Bundle

/// Proof files of a campaign on the disk.
private struct Published {
  let folder: TemporaryFolder
  let campaign: Commitment.Campaign
  let list: Entitlements

  init(_ entitlements: CampaignEntitlements) throws {
    folder = try TemporaryFolder()
    list = entitlements.entitlements
    let tree = try EncodedTree.build(
      AccountRows(
        accounts: list.accounts, amounts: list.amounts, campaign: entitlements.identifier),
      encoding: .sluice)
    let shards = ProofShards(entitlements, tree)
    for part in shards.parts {
      try folder.write(try shards.bytes(of: part), to: shards.path(of: part.file))
    }
    campaign = Commitment.Campaign(
      name: entitlements.name, campaign: entitlements.identifier, parentRoot: .zero,
      parentCommitment: .zero, root: tree.root, total: .zero, count: list.accounts.count)
  }

  func proof(of account: Address) throws(BundleError) -> ClaimProof {
    try BundleReader.proof(of: account, campaign: campaign, in: folder.path)
  }

  var shards: [String] {
    get throws {
      try folder.files(below: ProofShards.folder(name: campaign.name, root: campaign.root))
        .filter { !$0.hasPrefix("accounts/") }
    }
  }
}

/// Whether a proof leads from an account's leaf to a root, word by word as a contract computes it.
private func leads(_ proof: ClaimProof, _ campaign: Bytes32, to root: Bytes32) -> Bool {
  let zeros = [UInt8](repeating: 0, count: 12)
  let words =
    campaign.bytes + zeros + proof.account.bytes + proof.entitlement.bytes32.bytes
  let leaf = Keccak256.hash(Keccak256.hash(words).bytes)
  let end = proof.proof.reduce(leaf) { node, sibling in
    Keccak256.hash([node, sibling].sorted().flatMap(\.bytes))
  }
  return proof.leaf == leaf && end == root
}

@Suite("Looking up proofs")
struct ProofLookupTests {
  @Test(
    "INV-010: accounts of 1 to 16 385 find proofs that lead to the root, as plain Python has them",
    arguments: [1, 2, 3, 15, 16, 17, 1023, 1024, 1025, 16_385])
  func sizes(count: Int) throws {
    let published = try Published(many(count))
    let vectors = try TestKit.vectors("shards.json").member("cases").elements ?? []
    let vector = try #require(vectors.first { $0["count"]?.wholeNumber == count })
    #expect(published.campaign.root.hex == (try vector.textMember("root")))
    let last = try published.proof(of: hashedAccount(count - 1))
    #expect(last.entitlement == units(7 * UInt64(count) - 6))
    #expect(last.proof.map(\.hex) == (try vector.member("lastProof").elements ?? []).map(\.text))
    for number in Set(stride(from: 0, to: count, by: max(1, count / 17))) {
      let account = hashedAccount(number)
      let proof = try published.proof(of: account)
      #expect(proof.account == account)
      #expect(proof.entitlement == units(7 * UInt64(number) + 1))
      #expect(leads(proof, published.campaign.campaign, to: published.campaign.root))
    }
  }

  @Test("Prefixes are as long as files of about 1024 entries need")
  func prefixes() throws {
    let lengths = [
      (0, 0), (1, 0), (1024, 0), (1025, 1), (16_384, 1), (16_385, 2), (262_144, 2), (262_145, 3),
    ]
    for (count, length) in lengths { #expect(ProofShards.prefixLength(entries: count) == length) }
    let published = try Published(many(1025))
    #expect(
      try published.shards == "0123456789abcdef".map { "\($0).json" })
  }

  @Test("An account that is not in the campaign is unknown, whatever its prefix")
  func unknown() throws {
    for count in [1, 17, 1025] {
      let published = try Published(many(count))
      for number in count..<(count + 20) {
        let error = #expect(throws: BundleError.self) {
          try published.proof(of: hashedAccount(number))
        }
        #expect(error?.kind == .unknownAccount)
      }
    }
  }

  @Test("Where no account has a prefix there is no index file, and the account is unknown")
  func missingPrefix() throws {
    // 1025 accounts whose first digit is 0, and leaves with every first digit.
    let rows = (1...1025).map { (account(UInt64($0)), units(UInt64($0))) }
    let published = try Published(
      CampaignEntitlements(
        name: "low", identifier: .zero,
        entitlements: Entitlements(accounts: rows.map(\.0), amounts: rows.map(\.1))))
    #expect(try published.proof(of: account(1025)).entitlement == units(1025))
    let high = try Address("0xf000000000000000000000000000000000000000")
    let error = #expect(throws: BundleError.self) { try published.proof(of: high) }
    #expect(error?.kind == .unknownAccount)
  }

  @Test("INV-011: a shard of another root, campaign or place is refused")
  func foreign() throws {
    let published = try Published(many(17))
    let campaign = published.campaign
    func parse(_ bytes: [UInt8], campaign: Bytes32, root: Bytes32) throws(BundleError) {
      _ = try ProofShard(parsing: bytes, file: "s.json", campaign: campaign, root: root)
    }
    let path = ProofShards.path(of: .shard(prefix: ""), name: "many", root: campaign.root)
    let bytes = try published.folder.read(path)
    try parse(bytes, campaign: campaign.campaign, root: campaign.root)
    let other = try Published(many(16)).campaign.root
    for (name, root) in [(campaign.campaign, other), (other, campaign.root)] {
      let error = #expect(throws: BundleError.self) { try parse(bytes, campaign: name, root: root) }
      #expect(error?.kind == .wrongShard)
    }
  }

  @Test("A shard without entries proves nothing, though its hash is the root")
  func empty() throws {
    let published = try Published(many(17))
    let root = published.campaign.root
    let text = """
      {"format":"sluice-shard-v1","entries":[],"proof":["\(root.hex)"],"flags":""}
      """
    let error = #expect(throws: BundleError.self) {
      try ProofShard(
        parsing: Array(text.utf8), file: "s", campaign: published.campaign.campaign, root: root)
    }
    #expect(error?.kind == .wrongShard)
  }

  @Test("An inner node's 64 bytes are no leaf: no entry hashes to a node of the tree")
  func secondPreimage() throws {
    // Two leaves; their parent is the root. A leaf of one hash over 64 bytes would be that parent.
    let published = try Published(many(2))
    let campaign = published.campaign
    let leaves = (0..<2).map {
      SluiceLeaf.hash(campaign.campaign, hashedAccount($0), units(7 * UInt64($0) + 1))
    }.sorted()
    #expect(Keccak256.hash(leaves.flatMap(\.bytes)) == campaign.root)
    // The parent's preimage read as campaign and account, with any amount behind it.
    let account = Address(bytes: leaves[1].bytes.suffix(20)) ?? .zero
    for amount in [UInt256.zero, UInt256(leaves[0]), UInt256(leaves[1]), .max] {
      #expect(SluiceLeaf.hash(leaves[0], account, amount) != campaign.root)
      let text = """
        {"format":"sluice-shard-v1","entries":[["\(account.hex)","\(amount.decimal)"]],"proof":[],
        "flags":""}
        """
      let error = #expect(throws: BundleError.self) {
        try ProofShard(
          parsing: Array(text.utf8), file: "s.json", campaign: leaves[0], root: campaign.root)
      }
      #expect(error?.kind == .wrongShard)
    }
  }

  @Test("A shard of part of the tree proves its entries and no other account")
  func part() throws {
    let published = try Published(many(1025))
    let campaign = published.campaign
    var found = 0
    for name in try published.shards {
      let path = ProofShards.folder(name: "many", root: campaign.root) + "/" + name
      let shard = try ProofShard(
        parsing: try published.folder.read(path), file: name, campaign: campaign.campaign,
        root: campaign.root)
      found += shard.entries.count
      let inside = try #require(shard.entries.first)
      let proof = try #require(shard.proof(of: inside.account))
      #expect(leads(proof, campaign.campaign, to: campaign.root))
      #expect(shard.proof(of: account(1)) == nil)
    }
    #expect(found == 1025)
  }
}
