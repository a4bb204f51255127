import DistributionModel
import EthereumPrimitives

extension PlanDecoder {
  mutating func decodeRedirects(
    _ fields: Fields, sources: Listed<SourceDeclaration>
  ) -> [Redirect] {
    var redirects: [Redirect] = []
    var places: [Redirect: String] = [:]
    for entry in list(fields, "redirects") ?? [] {
      guard let part = self.fields(entry.node, PlanSchema.redirect, path: entry.path),
        let redirect = decodeRedirect(part, sources: sources)
      else { continue }
      places[redirect] = places[redirect] ?? entry.path
      redirects.append(redirect)
    }
    checkWritten(redirects, places)
    return redirects
  }

  private mutating func decodeRedirect(
    _ fields: Fields, sources: Listed<SourceDeclaration>
  ) -> Redirect? {
    switch (fields.has("account"), fields.has("source")) {
    case (true, true):
      report(
        .conflictingKeys, at: fields.place(of: "source"), path: fields.path(of: "source"),
        found: "both `account` and `source`", expected: "one of them",
        advice: "`account` is one redirect; `source` is one for each of its rows.")
      return nil
    case (false, false):
      report(
        .missingAlternative, at: fields.place, path: fields.path,
        found: "neither `account` nor `source`", expected: "one of them",
        advice: "`account` is one redirect; `source` is one for each of its rows.")
      return nil
    case (true, false):
      require(["to", "reason"], in: fields, "Who receives, and one line for both to read.")
      let account = address(fields, "account")
      let target = address(fields, "to")
      guard let account, let target, let reason = text(fields, "reason") else { return nil }
      return .account(account, to: target, reason: reason)
    case (false, true):
      return decodeRows(fields, sources: sources)
    }
  }

  /// The redirects of a source: of rows in the column that is named, of statements as they say.
  private mutating func decodeRows(
    _ fields: Fields, sources: Listed<SourceDeclaration>
  ) -> Redirect? {
    refuse(["reason"], in: fields, "The rows of a source have no reasons.")
    let name = reference(fields, "source", to: sources.names, .unknownSource, "source")
    guard let source = sources.values.first(where: { $0.name == name }),
      hasRows(source, fields)
    else { return nil }
    switch source.statements {
    case .redirects:
      refuse(["to"], in: fields, "Signed redirects say themselves who receives.")
      return .rows(source: source.name, column: StatementRules.to)
    case .corrections, .tasks:
      report(
        .wrongStatements, at: fields.place(of: "source"), path: fields.path(of: "source"),
        found: "the corrections of \(source.name)", expected: "a source of rows or of redirects",
        advice: "Corrections belong to a program: `from: \(source.name)`.")
      return nil
    case nil:
      require(["to"], in: fields, "The source's column of addresses that receive.")
      guard let column = column(fields, "to", of: source) else { return nil }
      guard column.kind == .address else {
        reportColumnType(fields, "to", column, "addresses")
        return nil
      }
      return .rows(source: source.name, column: column.name)
    }
  }

  /// What is wrong with the redirects of the plan itself; rows are looked at when it is computed.
  private mutating func checkWritten(_ redirects: [Redirect], _ places: [Redirect: String]) {
    let steps = redirects.compactMap { redirect -> RedirectTable.Step? in
      guard case .account(let account, let target, _) = redirect else { return nil }
      return .init(account: account, target: target, redirect: redirect)
    }
    do {
      _ = try RedirectTable(steps)
    } catch {
      let (kind, step, found, expected): (PlanProblem, RedirectTable.Step, String, String) =
        switch error {
        case .toItself(let step):
          (.redirectToItself, step, "the account itself", "another account")
        case .twoTargets(let first, let second):
          (
            .conflictingRedirects, second, "\(second.target), after \(first.target)",
            "one target for \(first.account)"
          )
        case .cycle(let steps):
          (
            .redirectCycle, steps[0],
            "a cycle: " + steps.map { "\($0.account)" }.joined(separator: ", "), "chains that end"
          )
        }
      let path = places[step.redirect].map { "\($0).to" } ?? "redirects"
      report(
        kind, at: positions[path] ?? .start, path: path, found: found, expected: expected,
        advice: "Remove one of these lines.")
    }
  }
}
