import ArgumentParser
import Bundle
import CanonicalJSON
import EthereumPrimitives

struct ProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof",
    abstract: "Print what an account needs to claim: entitlement and proof, per campaign.",
    discussion: """
      Reads the bundle's shards and checks the proof before it prints it.

      Examples:
        sluice proof bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
        sluice proof bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --campaign community --json
      """)

  @Argument(help: "The bundle.", completion: .directory)
  var bundle: String

  @Argument(help: "The account.")
  var address: String

  @Option(help: "One campaign; all that entitle the account by default.")
  var campaign: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let account = try Loading.address(address)
    let commitment = try mapped { try BundleReader.commitment(bundle) }
    let found = try proofs(of: account, in: commitment)
    if commitment.isDraft {
      console.note("the bundle is a draft and cannot be committed: its proofs are good nowhere yet")
    }
    console.result(
      found.flatMap(lines), "proof",
      [
        JSON.Member(key: "bundle", value: .string(commitment.hash.hex)),
        JSON.Member(key: "draft", value: .bool(commitment.isDraft)),
        JSON.Member(key: "account", value: .string(account.checksummed)),
        JSON.Member(key: "proofs", value: .array(found.map(json))),
      ])
  }

  private typealias Found = (campaign: Commitment.Campaign, claim: ClaimProof)

  private func proofs(
    of account: Address, in commitment: Commitment
  ) throws(CommandFailure) -> [Found] {
    let names = commitment.campaigns.map(\.name)
    if let campaign, !names.contains(campaign) {
      throw CommandFailure(
        .unknownName,
        "--campaign: found '\(campaign)', expected one of \(names.joined(separator: ", ")).")
    }
    var found: [Found] = []
    var refusal: BundleError?
    for candidate in commitment.campaigns where campaign == nil || candidate.name == campaign {
      do {
        found.append(
          (candidate, try BundleReader.proof(of: account, campaign: candidate, in: bundle)))
      } catch  where error.kind == .unknownAccount {
        refusal = error
      } catch {
        throw CommandFailure(error)
      }
    }
    if found.isEmpty, let refusal { throw CommandFailure(refusal) }
    return found
  }

  private func lines(_ found: Found) -> [String] {
    [
      "\(found.campaign.name)", "  campaign     \(found.campaign.campaign)",
      "  root         \(found.campaign.root)", "  account      \(found.claim.account)",
      "  entitlement  \(found.claim.entitlement)", "  leaf         \(found.claim.leaf)", "  proof",
    ] + found.claim.proof.map { "    \($0)" }
  }

  private func json(_ found: Found) -> JSON {
    .object([
      JSON.Member(key: "name", value: .string(found.campaign.name)),
      JSON.Member(key: "campaign", value: .string(found.campaign.campaign.hex)),
      JSON.Member(key: "root", value: .string(found.campaign.root.hex)),
      JSON.Member(key: "entitlement", value: .string(found.claim.entitlement.decimal)),
      JSON.Member(key: "leaf", value: .string(found.claim.leaf.hex)),
      JSON.Member(key: "proof", value: .array(found.claim.proof.map { .string($0.hex) })),
    ])
  }
}
