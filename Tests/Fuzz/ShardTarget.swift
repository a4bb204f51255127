import Bundle
import CanonicalJSON
import EthereumPrimitives
import MerkleTree

/// A proof shard held against the campaign and root that it names itself: what is taken proves
/// every account of it, and nothing else.
@Sendable func proofShard(_ bytes: [UInt8]) throws {
  let json = try? JSON.parse(bytes)
  func hash(_ key: String) -> Bytes32 {
    json?[key]?.text.flatMap { try? Bytes32(hex: $0) } ?? .zero
  }
  let (campaign, root) = (hash("campaign"), hash("root"))
  switch outcome({ () throws(BundleError) in
    try ProofShard(parsing: bytes, file: "shard.json", campaign: campaign, root: root)
  }) {
  case .failure(let error): try requireReadable(error)
  case .success(let shard):
    try require(!shard.entries.isEmpty, "a shard without entries is taken")
    for entry in shard.entries.prefix(40) {
      let proof = try unwrap(shard.proof(of: entry.account), "no proof of \(entry.account)")
      let first = shard.entries.first { $0.account == entry.account }?.entitlement
      try require(proof.entitlement == first, "another entitlement is proven")
      let leaf = SluiceLeaf.hash(campaign, proof.account, proof.entitlement)
      try require(leaf == proof.leaf, "the leaf is not the entry's")
      let isProof = MerkleProof.verify(leaf: leaf, proof: proof.proof, root: root)
      try require(isProof, "an entry is not under the root")
    }
    let stranger = Address(bytes: Keccak256.hash(bytes).bytes[12...]) ?? .zero
    try require(shard.proof(of: stranger) == nil, "a proof of somebody else")
  }
}
