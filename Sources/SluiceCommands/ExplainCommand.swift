import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Reporting

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell an account why it gets what it gets, or why it gets nothing.",
    discussion: """
      Reads what the bundle says about the account, and proves nothing: `sluice verify` does.

      Examples:
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --json
      """)

  @Argument(help: "The bundle.", completion: .directory)
  var bundle: String

  @Argument(help: "The account.")
  var address: String

  @Option(
    help: "Openings of private columns: the account's own, or those of all accounts.",
    completion: .file(extensions: ["csv"]))
  var openings: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let account = try Loading.address(address)
    var opened: [Opening] = []
    if let openings {
      let bytes = try Loading.bytes(openings)
      opened = try mapped { try OpeningsFile.read(bytes, file: openings) }
    }
    let result = try mapped { () throws(BundleError) in
      defer { console.endProgress() }
      return try Explaining.explanation(of: account, in: bundle, openings: opened) { detour in
        console.note("reading the whole bundle, which takes longer: \(detour)")
        console.progress("reading \(bundle)")
      }
    }
    let explanation = result.explanation
    console.result(
      ExplanationText.lines(explanation) + ["", Self.advice], "explain",
      [
        member("bundle", .string(result.identity.hex)),
        member("account", .string(account.checksummed)),
        member("known", .bool(!explanation.isUnknown)),
        member("campaigns", .array(explanation.campaigns.map(campaign))),
        member("detour", result.detour.map { .string($0) } ?? .null),
      ])
  }

  static let advice =
    "This is what the bundle says. That the law gives it is for `sluice verify` to prove."

  private func campaign(_ campaign: CampaignExplanation) -> JSON {
    var members = [
      member("name", .string(campaign.campaign)),
      member("token", .string(campaign.token.name)),
      member("decimals", .integer(campaign.token.decimals)),
      member("entitlement", .string(campaign.entitlement.decimal)),
      member("before", .string(campaign.before.decimal)),
      member("proven", .bool(campaign.isProven)),
      member("programs", .array(campaign.programs.map(program))),
    ]
    if !campaign.passedOn.isEmpty {
      members.append(member("passedOn", .array(campaign.passedOn.map(step))))
    }
    if !campaign.received.isEmpty {
      let received = campaign.received.map {
        JSON.object([
          member("account", .string($0.account.checksummed)),
          member("amount", .string($0.amount.decimal)),
        ])
      }
      members.append(member("received", .array(received)))
    }
    return .object(members)
  }

  private func step(_ step: RedirectTable.Step) -> JSON {
    var members = [
      member("account", .string(step.account.checksummed)),
      member("to", .string(step.target.checksummed)),
    ]
    switch step.redirect {
    case .account(_, _, let reason): members.append(member("reason", .string(reason)))
    case .rows(let source, _): members.append(member("source", .string(source)))
    }
    return .object(members)
  }

  private func program(_ program: ProgramExplanation) -> JSON {
    var members = [
      member("name", .string(program.program)), member("kind", .string(program.kind.rawValue)),
      member("epoch", .integer(Int(program.epoch.number))),
    ]
    switch program.decision {
    case .allocated(let amount):
      members += [
        member("decision", .string("allocated")), member("amount", .string(amount.decimal)),
      ]
    case .excluded(let reason, let words):
      members += [
        member("decision", .string("excluded")), member("reason", .string(reason.rawValue)),
        member("words", words.map { .string($0) } ?? .null),
        member("passing", program.passing.map(passing) ?? .null),
      ]
    case .notInInputs:
      members.append(member("decision", .string("not-in-inputs")))
    }
    members.append(member("rows", .array(program.rows.map(row))))
    if let statement = program.statement {
      members.append(
        member(
          "statement",
          .object([
            member("signer", .string(statement.signer.checksummed)),
            member("reason", .string(statement.reason)),
          ])))
    }
    if !program.joins.isEmpty {
      members.append(member("joins", .array(program.joins.map(term))))
    }
    if let calculation = program.calculation {
      members.append(member("calculation", self.calculation(calculation)))
    }
    if let refusal = program.refusal {
      members.append(
        member(
          "filter",
          .object([
            member("filter", .string(refusal.filter)),
            member("condition", .string(refusal.condition)),
            member("left", .string(refusal.left)),
            member("right", refusal.right.map { .string($0) } ?? .null),
          ])))
    }
    if let match = program.match {
      members.append(
        member(
          "match",
          .object([
            member("donors", .integer(match.donors)),
            member("contributed", .string(match.contributed.decimal)),
          ])))
    }
    if let draw = program.draw { members.append(member("draw", self.draw(draw))) }
    if let shape = program.shape { members.append(member("shape", self.shape(shape))) }
    if let arithmetic = program.arithmetic {
      members.append(member("arithmetic", self.arithmetic(arithmetic)))
    }
    return .object(members)
  }

  /// What would have passed, under the name of what it is.
  private func passing(_ passing: Passing) -> JSON {
    switch passing {
    case .condition(let text, let number):
      .object([
        member("condition", .string(text)),
        member("number", number.map { .string($0) } ?? .null),
      ])
    case .weight(let weight): .object([member("weight", .string(weight.decimal))])
    case .amount(let amount): .object([member("amount", .string(amount.decimal))])
    }
  }

  private func calculation(_ calculation: Calculation) -> JSON {
    .object([
      member("values", .array(calculation.values.map(term))),
      member("terms", .array(calculation.terms.map(term))),
      member("result", calculation.result.map(term) ?? .null),
    ])
  }

  private func term(_ term: Calculation.Term) -> JSON {
    .object([
      member("text", .string(term.text)),
      member("value", term.value.map { .string($0) } ?? .null),
    ])
  }

  private func row(_ row: ProgramExplanation.Row) -> JSON {
    .object([
      member("file", .string(row.file)),
      member("line", row.line.map { .integer(Int($0)) } ?? .null),
      member("column", .string(row.column)),
      member("value", row.isHidden ? .null : .string(row.text)),
    ])
  }

  private func draw(_ draw: DrawExplanation) -> JSON {
    .object([
      member("tickets", .string(draw.tickets.decimal)),
      member("allTickets", .string(draw.allTickets.decimal)),
      member("prizes", .integer(draw.prizes)),
      member("seed", .string(draw.reveal.seed.hex)),
      member("beaconValue", .string(draw.reveal.beaconValue.hex)),
    ])
  }

  private func shape(_ shape: ProgramExplanation.Shape) -> JSON {
    .object([
      member("holding", .string(shape.holding.rawValue)),
      member("cap", shape.cap.map { .string($0.decimal) } ?? .null),
      member("floor", shape.floor.map { .string($0.decimal) } ?? .null),
      member("unit", .string(shape.unit.decimal)),
      member(
        "cluster",
        shape.cluster.map {
          .object([
            member("weight", .string($0.weight.decimal)),
            member("units", .string($0.units.decimal)),
          ])
        } ?? .null),
    ])
  }

  private func arithmetic(_ arithmetic: ProgramExplanation.Arithmetic) -> JSON {
    .object([
      member("budget", .string(arithmetic.budget.decimal)),
      member("weight", .string(arithmetic.weight.decimal)),
      member("totalWeight", .string(arithmetic.totalWeight.decimal)),
      member("quotient", .string(arithmetic.quotient.decimal)),
      member("remainder", .string(arithmetic.remainder.decimal)),
      member("rounding", .string(arithmetic.rule.rawValue)),
      member("roundedUp", .string(arithmetic.roundedUp.decimal)),
      member("roundedDown", .string(arithmetic.roundedDown.decimal)),
    ])
  }

  private func member(_ key: String, _ value: JSON) -> JSON.Member {
    JSON.Member(key: key, value: value)
  }
}
