import BigInt
import DistributionModel
import EthereumPrimitives

/// Private columns: recomputed with openings, and without them only held together.
extension VerificationRun {
  /// The openings that somebody handed out; nil where there are none.
  func loadOpenings(_ used: [SourceDeclaration]) throws -> StrangerOpenings? {
    guard let path = sources.openings, used.contains(where: \.hasPrivateColumns) else { return nil }
    return try StrangerOpenings(try StrangerFiles.read(path, as: path), file: path)
  }

  /// The canonical text with private values in their places; nil where they cannot be seen.
  mutating func shown(
    _ bytes: [UInt8], _ input: ReferenceLaw.Inputs.Source, _ openings: StrangerOpenings?
  ) -> [UInt8]? {
    let source = input.declaration
    guard source.hasPrivateColumns else { return bytes }
    guard openings != nil else {
      leaveOpen(
        "what the private columns of \(source.name) hold: give openings with --openings")
      return nil
    }
    return StrangerRow.canonicalText(
      input.published.map { StrangerRow(account: $0.account, values: $0.values) }, source)
  }

  /// The outcome that is published of a program whose values cannot be seen. That it gives no more
  /// than its budget, and decides about every account of its inputs once, is checked; whether the
  /// law gives these amounts is not.
  func publishedOutcome(
    of program: Program, _ committed: StrangerCommitment.Program,
    _ commitment: StrangerCommitment, _ plan: Plan, _ inputs: ReferenceLaw.Inputs,
    _ parent: StrangerParent?
  ) throws -> ReferenceLaw.Outcome {
    let epoch = commitment.epoch
    let carriedIn = try carriedIn(program, committed, epoch, parent)
    let budget: BigUInt
    do {
      budget = try ReferenceLaw.budget(
        of: program, epoch: epoch, epochs: plan.epochs, carriedIn: carriedIn, inputs)
    } catch {
      throw VerificationReport.Difference(
        what: "outcome of \(program.name)", place: "commitment.json, program \(program.name)",
        published: "allocations", recomputed: "no result: \(error)",
        reason: "The law refuses this program (docs/reference/law.md).")
    }
    let amounts = try lines("allocations.csv", "program,epoch,account,amount", of: program).map {
      (account: try $0.account(2), amount: try $0.number(3))
    }
    let refused = try lines(
      "exclusions.csv", "program,epoch,account,reason,value", of: program
    ).map { line in
      guard let reason = ExclusionReason(rawValue: line.text(3)) else {
        throw VerificationFailure(
          .malformedLine, "exclusions.csv", "line \(line.number)", found: line.text(3),
          expected: "a reason")
      }
      return ReferenceLaw.Outcome.Refused(account: try line.account(2), reason: reason, value: 0)
    }
    let source = inputs.source(of: program)
    try compare(
      "accounts of \(program.name)", in: "allocations.csv and exclusions.csv",
      published: Self.text(amounts.map(\.account) + refused.map(\.account)),
      recomputed: Self.text(Array(Set(source.dropped.keys).union(source.rows.map(\.account)))),
      "Every account of the inputs receives something or is refused, once.")
    let allocated = amounts.reduce(BigUInt(0)) { $0 + $1.amount }
    guard allocated <= budget, amounts.allSatisfy({ $0.amount > 0 }) else {
      throw VerificationReport.Difference(
        what: "allocated by \(program.name)", place: "allocations.csv", published: "\(allocated)",
        recomputed: "at most \(budget), of amounts above 0",
        reason: "A program gives no more than its budget.")
    }
    return ReferenceLaw.Outcome(
      budget: budget, amounts: amounts.sorted { $0.account < $1.account },
      refused: refused.sorted { $0.account < $1.account }, allocated: allocated,
      carry: budget - allocated)
  }

  private func lines(
    _ file: String, _ header: String, of program: Program
  ) throws -> [StrangerLine] {
    try StrangerLine.lines(of: read(file), header, file).filter { $0.text(0) == program.name }
  }

  private static func text(_ accounts: [Address]) -> String {
    accounts.sorted().map(\.hex).joined(separator: ", ")
  }

  /// Says which programs were recomputed, and which only hold together.
  mutating func holdPrograms(_ programs: [Program], of plan: Plan) {
    let hidden = sources.openings == nil ? programs.filter(plan.readsPrivately) : []
    let count = programs.count - hidden.count
    hold("\(count.counted("program")) by the reference law")
    for program in hidden {
      leaveOpen(
        "whether the law gives the amounts of \(program.name), which reads private columns: they "
          + "are within its budget; give openings with --openings")
    }
  }
}

extension ReferenceLaw.Outcome {
  /// As a bundle shows it of a program that reads private columns.
  var withoutValues: Self {
    Self(
      budget: budget, amounts: amounts,
      refused: refused.map { Refused(account: $0.account, reason: $0.reason, value: 0) },
      allocated: allocated, carry: carry)
  }
}
