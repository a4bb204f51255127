import CanonicalJSON
import EthereumPrimitives

/// Proofs that lie in a file of their own, for rows that lie in another.
public struct PublishedProofs: Sendable {
  /// A row of the file: whose proof, and what else it states of the row.
  public let rows: [PublishedTree.Row]
  public let shardProofs: [PublishedTree.ShardProof]
  public let claims: [EarnerClaim]

  /// Reads `{account: [hash, …]}`, `{shard: [hash, …]}`, one of the published files with proofs, or
  /// an earner's claim.
  public static func read(_ bytes: [UInt8]) throws(PublishedTreeError) -> PublishedProofs {
    let json = try PublishedTree.parse(bytes)
    if let members = json.members, let first = members.first, first.value.elements != nil,
      !first.key.hasPrefix("0x")
    {
      let scalars = PublishedScalars()
      return PublishedProofs(
        rows: [],
        shardProofs: try members.map { member throws(PublishedTreeError) in
          PublishedTree.ShardProof(
            place: member.key, shard: member.key,
            proof: try scalars.hashes(member.value, member.key)
          )
        }, claims: [])
    }
    let trees = try PublishedTree.readAll(bytes)
    return PublishedProofs(
      rows: trees.flatMap(\.rows).filter { $0.proof != nil },
      shardProofs: trees.flatMap(\.shardProofs), claims: trees.compactMap(\.claim))
  }

  /// True where there is no proof in it.
  public var isEmpty: Bool { rows.isEmpty && shardProofs.isEmpty && claims.isEmpty }
}
