import DistributionModel
import EthereumPrimitives

/// Says in one line why an account's amount is another one.
public enum DiffReasonText {
  /// - Parameter token: of the campaign.
  public static func text(
    of account: AccountDiff, in diff: DistributionDiff, token: Token
  ) -> String {
    var reasons = account.parts.map { part in
      let program = diff.programs[part.program]
      // Of several programs each says what it adds.
      let added =
        account.parts.count > 1 && part.causes.map(\.fact) == [.epoch]
        ? "\(TokenAmountText.text(part.amount.after, of: program.token)) in " : ""
      return "\(program.name): \(added)" + self.text(of: part.causes, of: program.token, in: diff)
    }
    if let target = target(account) { reasons.append(target) }
    if let received = account.received, let text = self.received(received, token) {
      reasons.append(text)
    }
    let earlier = account.earlier
    if earlier.before != earlier.after { reasons.append("earlier roots \(change(earlier, token))") }
    return reasons.joined(separator: "; ")
  }

  // MARK: Programs

  private static func text(
    of causes: [DiffCause], of token: Token, in diff: DistributionDiff
  ) -> String {
    let texts = { (isAgainst: Bool) in
      causes.filter { $0.isAgainst == isAgainst }.map { cause in
        let without = cause.without.map {
          " (without that \(TokenAmountText.text($0, of: token)))"
        }
        return text(of: cause.fact, of: token, in: diff) + (without ?? "")
      }
    }
    let (reasons, opposed) = (texts(false), texts(true))
    guard !reasons.isEmpty, !opposed.isEmpty else {
      return (reasons + opposed).joined(separator: ", ")
    }
    return reasons.joined(separator: ", ") + ", although " + opposed.joined(separator: " and ")
  }

  /// One fact, without what it comes to.
  public static func text(
    of fact: DiffCause.Fact, of token: Token, in diff: DistributionDiff
  ) -> String {
    switch fact {
    case .epoch: "epoch \(diff.sides.after.epoch.number)"
    case .newProgram: "a new program"
    case .programGone: "the program does not run any more"
    case .entered(let source): "new in \(source)"
    case .left(let source): "no longer in \(source)"
    case .value(let source, let column, let pair?):
      "\(source).\(column.name) \(column.kind.text(pair.before)) → "
        + column.kind.text(pair.after)
    case .value(let source, let column, nil):
      "\(source).\(column.name)\(column.isPrivate ? " (private)" : "") is not the same"
    case .hidden(let source, let column): "\(source).\(column) is private and may have changed"
    case .earlier(let program, let pair):
      "what \(program) gives it "
        + change(pair, diff.programs.first { $0.name == program }?.token)
    case .price(let name, let pair, let places):
      "price(\(Expression.quoted(name))) \(numbers(pair, places))"
    case .weight(let pair, let places): "its weight \(numbers(pair, places))"
    case .wasRefused(let reason): "was \(reason.rawValue)"
    case .refused(let reason): "now \(reason.rawValue)"
    case .rule(let keys):
      "rule: " + keys.prefix(4).joined(separator: ", ") + (keys.count > 4 ? ", …" : "")
    case .others(let pair?, let places): "the others' weights \(numbers(pair, places))"
    case .others(nil, _): "what others have changed"
    case .budget(let pair): "budget \(change(pair, token))"
    }
  }

  private static func numbers(_ pair: DistributionDiff.Pair<UInt256>, _ places: Int) -> String {
    TokenAmountText.whole(pair.before, decimals: places) + " → "
      + TokenAmountText.whole(pair.after, decimals: places)
  }

  /// `1 → 2.5 ACME`.
  private static func change(_ pair: DistributionDiff.Pair<UInt256>, _ token: Token?) -> String {
    guard let token else { return "\(pair.before) → \(pair.after) base units" }
    return TokenAmountText.whole(pair.before, decimals: token.decimals) + " → "
      + TokenAmountText.text(pair.after, of: token)
  }

  // MARK: Redirects

  private static func target(_ account: AccountDiff) -> String? {
    let (before, after) = (account.target.before, account.target.after)
    switch (before, after) {
    case (nil, nil): return nil
    case (let before?, nil): return "what it earns no longer goes to \(before.account.checksummed)"
    case (nil, let after?):
      return "what it earns goes to \(after.account.checksummed) now, \(by(after))"
    case (let before?, let after?):
      guard before.account != after.account else {
        return account.parts.isEmpty ? nil : "which goes to \(after.account.checksummed)"
      }
      return "what it earns goes to \(after.account.checksummed) now and not to "
        + "\(before.account.checksummed), \(by(after))"
    }
  }

  private static func by(_ target: AccountDiff.Target) -> String {
    switch target.redirect {
    case .account: "by the plan"
    case .rows(let source, _): target.isSigned ? "as signed in \(source)" : "by \(source)"
    }
  }

  private static func received(
    _ received: AccountDiff.Received, _ token: Token
  ) -> String? {
    guard received.amount.before != received.amount.after else { return nil }
    let all = max(received.accounts.before, received.accounts.after)
    let isOne = all == 1 && received.entered + received.left < 2
    let earners = isOne ? "\(received.lowest.checksummed) earns" : "\(all) accounts earn"
    let notes = [
      (received.entered, "redirected here now"), (received.left, "no longer redirected"),
    ]
    .filter { $0.0 > 0 }
    .map { count, words in isOne ? words : "\(count) \(words)" }
    return "receives what \(earners): \(change(received.amount, token))"
      + notes.map { ", \($0)" }.joined()
  }
}
