import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import MerkleTree

/// Writes bundles.
public enum BundleWriter {
  public struct Options: Sendable {
    /// Threads that hash leaves.
    public var threads = 1
    /// Shards with proofs, for clients that look accounts up.
    public var writesProofs = true
    /// The whole tree of each campaign as an OpenZeppelin dump.
    public var writesTreeDumps = false

    public init() {}
  }

  /// Writes a bundle: aside first, synced, then renamed, so that a bundle is there whole or not at
  /// all.
  ///
  /// - Parameters:
  ///   - directory: the folder to make; nothing may have that name.
  ///   - beside: gives more files, which the identity does not cover.
  /// - Returns: the commitment that was written.
  public static func write(
    _ contents: BundleContents, to directory: String, options: Options = Options(),
    progress: (String) -> Void = { _ in },
    beside: (Commitment) -> [(name: String, bytes: [UInt8])] = { _ in [] }
  ) throws(BundleError) -> Commitment {
    let directory = try NewFolder.free(directory)
    return try NewFolder.make(directory) { aside throws(BundleError) in
      progress("writing data files")
      var hashes: [Bytes32] = []
      for events in contents.events { hashes.append(try write(events, in: aside)) }
      progress("hashing leaves")
      let committed = try commit(contents, events: hashes, threads: options.threads)
      try writeFiles(contents, committed, to: aside, options: options, progress: progress)
      for file in beside(committed.commitment) { try write(file.bytes, file.name, in: aside) }
      // The commitment comes last: a folder that has it has everything.
      try write(committed.commitment.canonicalBytes, Commitment.fileName, in: aside)
      try FileSystem.syncDirectory(aside)
      return committed.commitment
    }
  }

  private static func commit(
    _ contents: BundleContents, events: [Bytes32], threads: Int
  ) throws(BundleError) -> CommittedBundle {
    do {
      return try contents.commit(threads: threads, events: events)
    } catch {
      throw BundleError(
        .wrongOrder, file: DataFiles.entitlements, found: error.found, expected: error.expected)
    }
  }

  private static func writeFiles(
    _ contents: BundleContents, _ committed: CommittedBundle, to directory: String,
    options: Options, progress: (String) -> Void
  ) throws(BundleError) {
    for file in committed.dataFiles { try write(file.bytes, file.name, in: directory) }
    for input in contents.inputs { try write(input.bytes, input.fileName, in: directory) }
    try write(contents.planBytes, "plan.yaml", in: directory)
    for file in contents.derivedFiles(committed) { try write(file.bytes, file.name, in: directory) }
    try write(liveFile(contents.campaigns), LiveFile.name, in: directory)
    for (campaign, tree) in zip(contents.campaigns, committed.trees) {
      guard let tree else { continue }
      progress("writing proofs of \(campaign.name)")
      if options.writesProofs {
        try write(ProofShards(campaign, tree), in: directory, threads: options.threads)
      }
      if options.writesTreeDumps {
        try write(dump(campaign, tree), "trees/\(campaign.name).json", in: directory)
      }
    }
  }

  /// Writes a file of events piece by piece; its hash.
  private static func write(
    _ events: CanonicalEvents, in directory: String
  ) throws(BundleError) -> Bytes32 {
    try FileSystem.makeDirectories(for: events.fileName, in: directory)
    let file = try NewFile(directory + "/" + events.fileName)
    let hash = try events.write { piece throws(BundleError) in try file.append(piece) }
    try file.sync()
    return hash
  }

  /// Writes the shards, which are many, on several threads.
  private static func write(
    _ shards: ProofShards, in directory: String, threads: Int
  ) throws(BundleError) {
    for folder in shards.folders { try FileSystem.makeDirectories(folder, in: directory) }
    let parts = shards.parts
    try Parallel.forEach(of: parts.count, threads: threads, smallest: 16) {
      index throws(BundleError) in
      let part = parts[index]
      try FileSystem.write(
        shards.bytes(of: part), to: directory + "/" + shards.path(of: part.file), synced: false)
    }
  }

  private static func write(
    _ bytes: [UInt8], _ name: String, in directory: String
  ) throws(BundleError) {
    try FileSystem.makeDirectories(for: name, in: directory)
    try FileSystem.write(bytes, to: directory + "/" + name, synced: true)
  }

  private static func liveFile(_ campaigns: [CampaignEntitlements]) -> [UInt8] {
    LiveFile(
      campaigns: campaigns.map {
        LiveFile.Campaign(
          name: $0.name, campaign: $0.identifier,
          live: $0.parentRoot == .zero ? nil : $0.parentRoot)
      }
    ).bytes
  }

  private static func dump(_ campaign: CampaignEntitlements, _ tree: EncodedTree) -> [UInt8] {
    let list = campaign.entitlements
    let values = zip(list.accounts, list.amounts).map { account, amount in
      JSON.array([
        .string(campaign.identifier.hex), .string(account.checksummed), .string(amount.decimal),
      ])
    }
    return PublishedTree.openZeppelinDump(tree, values: values)
  }
}

/// Which root of each campaign is live. Written as things stand when the bundle is made: the new
/// root goes live later, on chain.
struct LiveFile {
  static let name = "live.json"
  static let format = "sluice-live-v1"

  struct Campaign {
    let name: String
    let campaign: Bytes32
    /// nil before the first root is live.
    let live: Bytes32?
  }

  let campaigns: [Campaign]

  var bytes: [UInt8] {
    JSON.object([
      .init(key: "format", value: .string(Self.format)),
      .init(
        key: "campaigns",
        value: .array(
          campaigns.map {
            .object([
              .init(key: "name", value: .string($0.name)),
              .init(key: "campaign", value: .string($0.campaign.hex)),
              .init(key: "live", value: $0.live.map { .string($0.hex) } ?? .null),
            ])
          })),
    ]).canonicalBytes()
  }
}
