import Bundle
import DistributionModel
import EthereumPrimitives
import Statements

extension Explaining {
  /// What somebody signed about an account of a program that reads corrections.
  static func signedDecision(
    of program: Program, _ account: Address, _ bundle: LoadedBundle
  ) -> ProgramExplanation.SignedDecision? {
    guard case .source(let name) = program.recipients,
      let input = bundle.inputs.first(where: { $0.declaration.name == name })
    else { return nil }
    for row in range(of: account, in: input.rows.accounts) {
      if let correction = correction(ofRow: row, input, program, bundle),
        let signer = input.rows.statements[row].signer
      {
        return .init(signer: signer, reason: correction.reason)
      }
    }
    return nil
  }

  /// True for a row that counts for the program: of statements only those about it and the epoch.
  static func counts(
    row: Int, _ input: CanonicalInput, _ program: Program, _ bundle: LoadedBundle
  ) -> Bool {
    input.declaration.statements == nil || correction(ofRow: row, input, program, bundle) != nil
  }

  private static func correction(
    ofRow row: Int, _ input: CanonicalInput, _ program: Program, _ bundle: LoadedBundle
  ) -> Correction? {
    input.rows.correction(
      ofRow: row, for: program.name, in: EpochIndex(bundle.commitment.epoch))
  }
}
