import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import PlanFile

/// A bundle of which one file was replaced, as `explain` and as a loader of all of it find it: an
/// error in words, or what the right bundle says of the account wherever its root decides that.
/// The first byte says which file, and which account.
@Sendable func changedBundle(_ bytes: [UInt8]) throws {
  guard let first = bytes.first else { return }
  let right = try rightBundle.get()
  let name = changedFiles[Int(first) % changedFiles.count]
  let file = URL(fileURLWithPath: "\(right.folder)/\(name)")
  let before = try Data(contentsOf: file)
  try Data(bytes.dropFirst()).write(to: file)
  defer { try? before.write(to: file) }
  let account = SampleRows.account(1 + Int(first) / changedFiles.count % 4)
  switch outcome({ () throws(BundleError) in
    try BundleReader.excerpt(of: account, in: right.folder)
  }) {
  case .failure(let error): try requireReadable(error)
  case .success(let excerpt):
    guard excerpt.identity == right.identity else { break }
    for (found, campaign) in zip(excerpt.entitlements, right.contents.campaigns)
    where found.isProven {
      let list = campaign.entitlements
      let amount = list.index(of: account).map { list.amounts[$0] }
      try require(found.amount == amount, "\(found.amount) is said to be proven")
    }
  }
  try requireRightBundle(right)
}

/// What loads under the same identity is the same bundle.
private func requireRightBundle(_ right: RightBundle) throws(BrokenProperty) {
  switch outcome({ () throws(BundleError) in try BundleReader.load(right.folder) }) {
  case .failure(let error): try requireReadable(error)
  case .success(let bundle):
    guard bundle.identity == right.identity else { return }
    let amounts = right.contents.campaigns.map(\.entitlements.amounts)
    try require(bundle.campaigns.map(\.entitlements.amounts) == amounts, "other entitlements")
  }
}

/// A bundle in a folder that goes with the process.
private struct RightBundle {
  let contents: BundleContents
  let identity: Bytes32
  let folder: String
}

/// Files of the bundle below that may be replaced, those beside the identity first.
private let changedFiles = [
  "explain.json", "derived.json", "provenance/list.csv", "inputs/list.csv", "inputs/votes.csv",
  "allocations.csv", "exclusions.csv", "entitlements.csv", "commitment.json", "plan.yaml",
  "explain/programs/even.csv", "explain/received.csv",
]

private let rightBundle = Result {
  let contents = try BundleMaking.contents(
    of: BundleMaking.Request(
      plan: rightPlan.get(), planBytes: rightPlanText,
      inputs: SampleRows.rows(of: rightPlan.get()).mapValues {
        SourceInput(rows: $0, rawHash: .zero, unusedColumns: [])
      }, epoch: EpochIndex(0), parent: nil, engine: "fuzz"))
  let commitment = try BundleWriter.write(contents, to: rightFolder)
  atexit { try? FileManager.default.removeItem(atPath: rightFolder) }
  return RightBundle(contents: contents, identity: commitment.hash, folder: rightFolder)
}

private let rightFolder = FileManager.default.temporaryDirectory
  .appendingPathComponent("sluice-fuzz-\(UUID().uuidString)").path

private let rightPlan = Result { try PlanFile.parse(rightPlanText, file: "plan.yaml").plan }

private let rightPlanText = Array(
  """
  version: 1
  name: Small
  tokens: [{name: ACME, decimals: 2}]
  campaigns: [{name: main, token: ACME}, {name: side, token: ACME}]
  sources:
  - {name: list, file: list.csv, columns: [{name: points, type: integer}], duplicates: sum}
  - {name: votes, file: votes.csv, columns: [{name: cast, type: integer}]}
  redirects:
  - {account: "\(SampleRows.account(3).hex)", to: "\(SampleRows.account(1).hex)", reason: Lost.}
  programs:
  - {name: season, kind: airdrop, campaign: main, budget: 10, from: list,
     weight: points + sum(votes.cast), filter: points > 3}
  - {name: even, kind: airdrop, campaign: side, budget: 10, from: votes,
     weight: cast + rank_descending(cast)}
  """.utf8)
