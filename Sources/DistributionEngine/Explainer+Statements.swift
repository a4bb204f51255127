import Bundle
import DistributionModel
import EthereumPrimitives
import Statements

extension AccountExcerpt {
  /// The epoch of the bundle: that of every program that ran.
  var epoch: EpochIndex { outcomes.first?.epoch ?? EpochIndex(0) }
}

extension Explainer {
  /// What somebody signed about the account of a program that reads corrections.
  func signedDecision(of program: Program) -> ProgramExplanation.SignedDecision? {
    guard case .source(let name) = program.recipients,
      let input = excerpt.inputs.first(where: { $0.declaration.name == name })
    else { return nil }
    for row in input.rows.statements.indices {
      if let correction = correction(ofRow: row, input, program),
        let signer = input.rows.statements[row].signer
      {
        return .init(signer: signer, reason: correction.reason)
      }
    }
    return nil
  }

  /// What a row decides for a program in the bundle's epoch.
  func correction(
    ofRow row: Int, _ input: AccountExcerpt.Input, _ program: Program
  ) -> Correction? {
    input.rows.correction(ofRow: row, for: program.name, in: excerpt.epoch)
  }
}
