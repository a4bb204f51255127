import BigInt
import DistributionModel
import EthereumPrimitives
import PlanFile

/// A stranger's check of a bundle: everything is computed again and compared byte for byte.
///
/// The order is that of `docs/guides/verify.md`: what is committed, what it was computed from, what
/// the law gives, what is owed, the trees, and what stands beside the identity.
public enum Verifier {
  /// What a verifier may have beside the bundle.
  public struct Sources: Sendable {
    /// The plan as its author published it.
    public var plan: String?
    /// The folder of the raw input files.
    public var inputs: String?
    /// The bundle of the parent root.
    public var parent: String?
    /// A file with openings of private values.
    public var openings: String?

    public init(
      plan: String? = nil, inputs: String? = nil, parent: String? = nil, openings: String? = nil
    ) {
      self.plan = plan
      self.inputs = inputs
      self.parent = parent
      self.openings = openings
    }
  }

  /// Verifies a bundle.
  ///
  /// - Parameter progress: is told what is being done.
  /// - Returns: what holds, what could not be checked, and the first difference where there is one.
  /// - Throws: `VerificationFailure` where a file is missing or cannot be read.
  public static func verify(
    _ directory: String, with sources: Sources = Sources(), progress: (String) -> Void = { _ in }
  ) throws(VerificationFailure) -> VerificationReport {
    var run = VerificationRun(directory: directory, sources: sources)
    do {
      try run.verify(progress)
    } catch let difference as VerificationReport.Difference {
      return run.report(difference)
    } catch let failure as VerificationFailure {
      throw failure
    } catch {
      preconditionFailure("a verification throws nothing else: \(error)")
    }
    return run.report(nil)
  }
}

extension VerificationReport.Difference: Error {}

/// One verification, step by step.
struct VerificationRun {
  let directory: String
  let sources: Verifier.Sources
  private var checked: [String] = []
  private var unchecked: [String] = []
  private var identity = ""

  init(directory: String, sources: Verifier.Sources) {
    self.directory = directory
    self.sources = sources
  }

  func report(_ difference: VerificationReport.Difference?) -> VerificationReport {
    VerificationReport(
      checked: checked, unchecked: unchecked, difference: difference, identity: identity)
  }

  mutating func verify(_ progress: (String) -> Void) throws {
    progress("reading the commitment")
    let commitment = try StrangerCommitment(bytes: read("commitment.json"))
    identity = commitment.identity.hex
    checked.append("commitment.json is in its one form; its hash is \(identity)")
    let plan = try verifyPlan(commitment)
    try verifyEpoch(commitment, plan)
    try verifyCampaigns(commitment, plan)
    progress("reading inputs")
    let inputs = try verifyInputs(commitment, plan, progress)
    let parent = try loadParent(commitment, plan)
    progress("computing the law")
    let outcomes = try verifyPrograms(commitment, plan, inputs, parent)
    progress("adding up entitlements")
    let entitlements = try verifyEntitlements(commitment, plan, outcomes, inputs, parent)
    progress("checking guards")
    try verifyGuards(plan, inputs, entitlements)
    progress("hashing trees")
    let leaves = try verifyTrees(commitment, entitlements)
    progress("checking proofs")
    try verifyPublished(commitment, entitlements, leaves)
  }

  func read(_ name: String) throws(VerificationFailure) -> [UInt8] {
    try StrangerFiles.read(directory + "/" + name, as: name)
  }

  mutating func hold(_ sentence: String) { checked.append(sentence) }

  mutating func leaveOpen(_ sentence: String) { unchecked.append(sentence) }

  /// Throws where what was published is not what comes out.
  func compare(
    _ what: String, in place: String, published: String, recomputed: String, _ reason: String
  ) throws(VerificationReport.Difference) {
    guard published != recomputed else { return }
    throw VerificationReport.Difference(
      what: what, place: place, published: published, recomputed: recomputed, reason: reason)
  }

  // MARK: Inputs

  /// The rows of every source that a running program reads, from the bundle's canonical inputs.
  private mutating func verifyInputs(
    _ commitment: StrangerCommitment, _ plan: Plan, _ progress: (String) -> Void
  ) throws -> ReferenceLaw.Inputs {
    let used = plan.sources(readBy: Self.running(plan, commitment.epoch))
    try compare(
      "names of the inputs", in: "commitment.json, inputs",
      published: commitment.inputs.map(\.source).joined(separator: ", "),
      recomputed: used.map(\.name).joined(separator: ", "),
      "Every source that a running program reads, in the order of the plan.")
    let openings = try loadOpenings(used)
    var inputs = ReferenceLaw.Inputs(clusters: plan.clusters)
    let keys = try keys(of: plan.withLookups(used))
    for (source, committed) in zip(used, commitment.inputs) {
      let name = source.canonicalFile
      let bytes = try read(name)
      let hash = Keccak256.hash(bytes).hex
      if hash != committed.hash, !source.hasPrivateColumns {
        // Which row was changed says more than that one was.
        try compareWithRaw(bytes, source, keys, name, progress)
      }
      try compare(
        "hash of \(name)", in: "commitment.json, inputs", published: committed.hash,
        recomputed: hash, "Keccak-256 of the file's bytes.")
      let input = try Self.canonical(bytes, source, of: plan, openings)
      try compare(
        "rows of \(name)", in: "commitment.json, inputs", published: "\(committed.rows)",
        recomputed: "\(input.published.count)",
        source.statements == nil ? "Lines after the header." : "Lines of the file.")
      try compareWithRaw(shown(bytes, input, openings), source, keys, name, progress)
      inputs.sources[source.name] = input
    }
    inputs.applyClusters()
    guard !used.isEmpty else { return inputs }
    hold("\(used.count.counted("canonical input")) as committed")
    if sources.inputs == nil {
      leaveOpen("whether the inputs are what the raw files say: give their folder with --inputs")
    } else {
      let isHidden = openings == nil && used.contains(where: \.hasPrivateColumns)
      hold(
        "the raw files give the same inputs" + (isHidden ? ", but for private columns" : ""))
    }
    return inputs
  }

  private static func canonical(
    _ bytes: [UInt8], _ source: SourceDeclaration, of plan: Plan, _ openings: StrangerOpenings?
  ) throws -> ReferenceLaw.Inputs.Source {
    guard let rules = source.statements else {
      var rows = try StrangerRow.canonical(bytes, source, source.canonicalFile)
      if let openings { rows = try openings.opened(rows, source) }
      return .init(declaration: source, rows: rows.map { ($0.account, $0.values) })
    }
    let statements = try StrangerStatement.canonical(bytes, source, rules, of: plan)
    return .init(
      declaration: source, rows: statements.map { ($0.account, $0.values) },
      decisions: statements.compactMap(\.decision))
  }

  /// The keys of sources in which others look accounts up, where the raw files are there.
  private func keys(of sources: [SourceDeclaration]) throws -> [String: StrangerRow.Keys] {
    guard let folder = self.sources.inputs else { return [:] }
    var keys: [String: StrangerRow.Keys] = [:]
    for source in sources where source.key != nil {
      let bytes = try StrangerFiles.readUnpacked(folder + "/" + source.file, as: source.file)
      let known = source.lookup.flatMap { keys[$0.source] } ?? [:]
      keys[source.name] = try StrangerRow.keys(bytes, source, keys: known)
    }
    return keys
  }

  /// Compares what the raw file gives; nil where its private columns cannot be seen.
  private func compareWithRaw(
    _ bytes: [UInt8]?, _ source: SourceDeclaration, _ keys: [String: StrangerRow.Keys],
    _ name: String, _ progress: (String) -> Void
  ) throws {
    guard let folder = sources.inputs, let bytes else { return }
    progress("reading \(source.file)")
    let raw = try StrangerFiles.readUnpacked(folder + "/" + source.file, as: source.file)
    let recomputed =
      if let rules = source.statements {
        StrangerStatement.text(try StrangerStatement.raw(raw, source, rules))
      } else {
        StrangerRow.canonicalText(
          try StrangerRow.raw(raw, source, keys: source.lookup.flatMap { keys[$0.source] } ?? [:]),
          source)
      }
    try compareLines(
      bytes, recomputed, name, source.statements == nil ? .rows : .whole
    ) { _ in "The rows of \(source.file), sorted by account and values." }
  }
}
