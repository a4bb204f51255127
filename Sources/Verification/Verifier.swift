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
}
