import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import TestKit
import Testing

/// The account whose 160-bit number is `number`.
func account(_ number: UInt64) -> Address {
  let tail = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  return Address(bytes: ([UInt8](repeating: 0, count: 12) + tail)[...]) ?? .zero
}

func units(_ value: UInt64) -> UInt256 { UInt256(value) }

/// Rows of a source with one column, by account number.
func rows(_ source: String, _ pairs: [(UInt64, UInt64)]) -> SourceInput {
  SourceInput(
    rows: SourceRows(
      source: source, accounts: pairs.map { account($0.0) }, values: [pairs.map { units($0.1) }],
      lines: pairs.indices.map { UInt32($0 + 2) }),
    rawHash: Keccak256.hash(utf8: source), unusedColumns: [])
}

/// Bundles of a test, one after the other, each a parent of the next where a test says so.
struct Chain {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func contents(
    _ plan: String, _ inputs: [SourceInput], epoch: UInt32 = 0, parent: LoadedBundle? = nil,
    secret: [UInt8]? = nil
  ) throws -> BundleContents {
    let bytes = Array(plan.utf8)
    return try BundleMaking.contents(
      of: BundleMaking.Request(
        plan: try PlanFile.parse(bytes, file: "plan.yaml").plan, planBytes: bytes,
        inputs: Dictionary(uniqueKeysWithValues: inputs.map { ($0.rows.source, $0) }),
        epoch: EpochIndex(epoch), parent: parent, engine: "test", secret: secret))
  }

  /// Computes an epoch, writes its bundle and loads it.
  func bundle(
    _ plan: String, _ inputs: [SourceInput], epoch: UInt32 = 0, parent: LoadedBundle? = nil
  ) throws -> LoadedBundle {
    let count = try folder.files().count { $0.hasSuffix("commitment.json") }
    let path = "\(folder.path)/\(count)"
    let contents = try Self.contents(plan, inputs, epoch: epoch, parent: parent)
    _ = try BundleWriter.write(contents, to: path)
    return try BundleReader.load(path)
  }
}

extension Chain {
  /// Explains an account both ways: from its own rows, and from the whole bundle.
  func explained(_ number: UInt64, _ bundle: LoadedBundle) throws -> Explanation {
    let result = try Explaining.explanation(of: account(number), in: bundle.directory)
    #expect(result.detour == nil && result.identity == bundle.identity)
    let isSame = result.explanation == Explaining.explanation(of: account(number), in: bundle)
    #expect(isSame, "both ways of account \(number)")
    return result.explanation
  }
}

extension DistributionDiff {
  /// Why each account's amount is another one, campaign by campaign.
  var reasons: [String] {
    campaigns.flatMap { campaign in
      campaign.accounts.map { DiffReasonText.text(of: $0, in: self, token: campaign.token) }
    }
  }
}

extension Entitlements {
  /// Account numbers and amounts, for comparison with numbers worked out by hand.
  var pairs: [[UInt64]] {
    zip(accounts, amounts).map { account, amount in
      [UInt256(account.bytes32).asUInt64 ?? .max, amount.asUInt64 ?? .max]
    }
  }
}

extension ProgramOutcome {
  var pairs: [[UInt64]] { Entitlements(accounts: accounts, amounts: amounts).pairs }
}

enum Plans {
  static func deployment(salt: Int) -> String {
    func address(_ number: Int) -> String {
      "0x" + String(repeating: "0", count: 38) + "\(number)"
    }
    return """
      {chain: 1, distributor: \(address(11)), token: \(address(12)), creator: \(address(13)),
         salt: "0x\(String(repeating: "0", count: 62))\(salt + 10)",
         roles: {owner: \(address(14)), publisher: \(address(15)), guardian: \(address(16))}}
      """
  }

  /// 25 units in each of four epochs, by weight, for the campaign `main`.
  static let weekly = """
    version: 1
    name: Weekly
    tokens: [{name: ACME, decimals: 0}]
    campaigns:
      - {name: main, token: ACME}
      - {name: side, token: ACME}
    epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 4}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    programs:
      - {name: rewards, kind: airdrop, campaign: main, budget: 100, from: list, weight: points,
         emission: {shape: constant}}
      - {name: launch, kind: premine, campaign: side, budget: 7,
         recipients: [{account: "0x0000000000000000000000000000000000000009", amount: 7}]}
    """

  /// The same with contracts.
  static let deployed =
    weekly
    .replacing("main, token: ACME}", with: "main, token: ACME, deployment: \(deployment(salt: 1))}")
    .replacing("side, token: ACME}", with: "side, token: ACME, deployment: \(deployment(salt: 2))}")

  /// One program without emission: a plan of its own.
  static func once(
    _ program: String = "season", campaigns: String = "{name: main, token: ACME}",
    pays: String = "main", budget: Int = 10
  ) -> String {
    """
    version: 1
    name: Once
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [\(campaigns)]
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    programs:
      - {name: \(program), kind: airdrop, campaign: \(pays), budget: \(budget), from: list,
         weight: points}
    """
  }
}
