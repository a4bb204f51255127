import DistributionModel
import EthereumPrimitives

/// `explain/received.csv`: what accounts receive in the place of others, where a plan redirects.
enum ReceivedFile {
  static let name = "explain/received.csv"
  static let header = "campaign,account,origin,amount"

  /// Campaigns in plan order; in each ascending by account, then by origin.
  static func bytes(_ contents: BundleContents) -> [UInt8] {
    var text = ASCIIText()
    text.append(Array((header + "\n").utf8))
    for campaign in contents.campaigns {
      let name = Array("\(campaign.name),".utf8)
      for row in rows(of: campaign.name, contents) {
        text.append(name)
        text.append(hex: row.account)
        text.append(UInt8(ascii: ","))
        text.append(hex: row.origin)
        text.append(UInt8(ascii: ","))
        text.append(decimal: row.amount)
        text.append(0x0A)
      }
    }
    return text.bytes()
  }

  private typealias Row = (account: Address, origin: Address, amount: UInt256)

  /// One row per redirected account that earns something.
  private static func rows(of campaign: String, _ contents: BundleContents) -> [Row] {
    var earned: [Address: UInt256] = [:]
    for outcome in contents.outcomes
    where contents.plan.program(named: outcome.program)?.campaign == campaign {
      for (account, amount) in zip(outcome.accounts, outcome.amounts)
      where contents.redirects.end(of: account) != account {
        earned[account] = (earned[account] ?? .zero) &+ amount
      }
    }
    return earned.map { (contents.redirects.end(of: $0.key), $0.key, $0.value) }
      .sorted { ($0.account, $0.origin) < ($1.account, $1.origin) }
  }

  /// What the account receives that some rows are about, by campaign.
  static func received(
    parsing bytes: [UInt8]
  ) throws(BundleError) -> [String: [CampaignExplanation.Received]] {
    var reader = try DataFileReader(bytes, file: name, header: header)
    var received: [String: [CampaignExplanation.Received]] = [:]
    while try reader.next() != nil {
      received[reader.text(0), default: []].append(
        .init(account: try reader.account(2), amount: try reader.amount(3)))
    }
    return received
  }
}

extension BundleLoader {
  /// Redirects that an account's earnings are followed over without reading the whole bundle.
  static var redirectSteps: Int { 1000 }

  /// Every step of the way that what an account earns takes.
  func steps(
    from account: Address, _ plan: Plan, _ totals: TotalsFile
  ) throws(BundleError) -> [RedirectTable.Step] {
    let sources = plan.sources.filter { source in
      plan.redirects.contains { $0.source == source.name }
    }
    var steps: [RedirectTable.Step] = []
    var current = account
    while true {
      var rows: [String: SourceRows] = [:]
      for source in sources { rows[source.name] = try self.rows(source, current, totals) }
      let next = plan.redirectSteps(rows: rows).filter { $0.account == current }
      guard let step = next.first else { return steps }
      guard steps.count < Self.redirectSteps, next.allSatisfy({ $0.target == step.target }) else {
        throw BundleError(
          .wrongSum, file: "redirects", place: "account \(current)",
          found: "another step, or another target",
          expected: "one target, and at most \(Self.redirectSteps) steps from \(account)")
      }
      steps.append(step)
      current = step.target
    }
  }

  /// What an account receives in the place of others, by campaign.
  func received(
    _ account: Address, _ plan: Plan, _ totals: TotalsFile
  ) throws(BundleError) -> [String: [CampaignExplanation.Received]] {
    let campaigns = plan.campaigns.map(\.name)
    let rows = try sorted(ReceivedFile.name, ReceivedFile.header, totals)
      .rows(of: account, groups: campaigns, field: 1)
    return try ReceivedFile.received(parsing: rows)
  }
}
