import DistributionModel
import EthereumPrimitives

/// What those who take part in a program come with: weights, tickets, matches, or the amounts that
/// are given for them.
public struct Participation: Sendable {
  /// Strictly ascending.
  public let accounts: [Address]
  /// One per account.
  public let values: [UInt256]
  /// How many of a value's digits are decimal places.
  public let places: Int
}

extension ProgramLaw {
  /// Steps 2 to 4 of section 1 of the law, without what is given for them.
  ///
  /// - Throws: `LawError` where an account has no value.
  public static func participation(
    in program: Program, epoch: EpochIndex, inputs: ProgramInputs
  ) throws(LawError) -> Participation {
    let counting = inputs.counting(for: program, in: epoch).inputs
    let claims = try claims(of: program, inputs: counting)
    return Participation(
      accounts: claims.taking.accounts, values: claims.taking.values, places: claims.places)
  }

  /// Who gave to each account that takes part in a round of grants, in the order of `accounts`.
  ///
  /// - Throws: `LawError` where contributions are too large.
  public static func contributions(
    to accounts: [Address], in program: Program, inputs: ProgramInputs
  ) throws(LawError) -> [(donors: Int, contributed: UInt256)] {
    let columns = try AccountColumns(program: program, inputs: inputs)
    guard let contributions = columns.contributions else { return [] }
    var found: [(donors: Int, contributed: UInt256)] = []
    var place = 0
    for account in accounts {
      while columns.accounts[place] < account { place += 1 }
      let given = try contributions.given(to: place)
      found.append(
        (donors: given.count, contributed: given.reduce(UInt256.zero) { $0 &+ $1.amount }))
    }
    return found
  }
}
