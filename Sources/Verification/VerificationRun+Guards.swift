import BigInt
import DistributionModel
import EthereumPrimitives

extension VerificationRun {
  /// Holds what the bundle entitles accounts to against the bounds of its own plan.
  mutating func verifyGuards(
    _ plan: Plan, _ inputs: ReferenceLaw.Inputs, _ entitlements: [StrangerEntitlements]
  ) throws(VerificationReport.Difference) {
    guard !plan.guards.isEmpty else { return }
    let holdings = ReferenceLaw.Holdings(
      plan: plan, entitlements: entitlements, clusters: Self.clusters(plan, inputs))
    for (index, bound) in plan.guards.enumerated() {
      guard let date = ReferenceLaw.failure(of: bound, holdings) else { continue }
      throw VerificationReport.Difference(
        what: "guards[\(index)]", place: "plan.yaml", published: "a bundle",
        recomputed: "a bound that does not hold at \(date.iso8601)",
        reason: "A plan of which a guard does not hold allocates nothing.")
    }
    hold("\(plan.guards.count.counted("guard")) of the plan")
  }

  private static func clusters(
    _ plan: Plan, _ inputs: ReferenceLaw.Inputs
  ) -> [Address: BigUInt] {
    guard let clusters = plan.clusters, let source = inputs.sources[clusters.source],
      let column = source.declaration.columns.firstIndex(where: { $0.name == clusters.column })
    else { return [:] }
    return Dictionary(uniqueKeysWithValues: source.rows.map { ($0.account, $0.values[column]) })
  }
}
