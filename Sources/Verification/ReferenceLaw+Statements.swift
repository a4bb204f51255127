import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 13, statements

  /// The inputs of a program that reads corrections: a row for each grant of this program and
  /// epoch, and who is denied.
  static func corrected(
    _ inputs: Inputs, for program: Program, _ epoch: UInt32
  ) -> (inputs: Inputs, denied: [Outcome.Refused]) {
    guard case .source(let name) = program.recipients, let source = inputs.sources[name],
      case .corrections? = source.declaration.statements
    else { return (inputs, []) }
    let decisions = source.decisions.filter { $0.program == program.name && $0.epoch == epoch }
    var corrected = inputs
    corrected.sources[name] = Inputs.Source(
      declaration: source.declaration,
      rows: decisions.compactMap { decision in
        decision.granted.map { (decision.account, [$0]) }
      })
    let denied = decisions.filter { $0.granted == nil }
      .map { Outcome.Refused(account: $0.account, reason: .denied, value: 0) }
    return (corrected, denied)
  }

  /// Of each account's redirects the one with the latest time, without those to the account itself.
  ///
  /// - Parameter rows: account, target and time of every redirect, in any order.
  public static func redirects(
    _ rows: [(account: Address, to: BigUInt, time: BigUInt)]
  ) -> [(account: Address, to: BigUInt)] {
    let byAccount = Dictionary(grouping: rows, by: \.account)
    return byAccount.sorted { $0.key < $1.key }.compactMap { account, own in
      guard let latest = own.max(by: { $0.time < $1.time }), latest.to != big(account.number) else {
        return nil
      }
      return (account, latest.to)
    }
  }
}
