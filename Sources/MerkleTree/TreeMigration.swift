import CanonicalJSON
import EthereumPrimitives

/// What published trees owe, per token and payee, so that another distributor can pay it.
public struct TreeMigration: Sendable {
  /// What is owed in one token.
  public struct Debt: Sendable {
    public let token: TreeToken
    /// What the file calls the token; nil where it does not.
    public let name: String?
    /// Who is paid what; ascending by account, no amount is zero.
    public let payments: [Payment]
    /// Σ payments.
    public let total: UInt256
    /// What was taken off since it is claimed.
    public let claimed: UInt256
  }

  public struct Payment: Sendable, Hashable {
    public let account: Address
    public let amount: UInt256
  }

  /// What an account claimed of the old distributor.
  public struct Claim: Sendable, Hashable {
    public let place: String
    public let account: Address
    public let amount: UInt256
    /// By contract, name or symbol; nil where the trees have one token.
    public let token: String?

    public init(place: String, account: Address, amount: UInt256, token: String? = nil) {
      self.place = place
      self.account = account
      self.amount = amount
      self.token = token
    }
  }

  /// In the order in which the trees have the tokens; those with nothing left are not among them.
  public let debts: [Debt]
  /// What was left out or put together, for people.
  public let notes: [String]

  /// Adds up what the trees owe and takes off what was claimed.
  ///
  /// - Throws: `noAmounts`, `unclearToken`, `unknownClaim`, `claimedTooMuch`, `severalRecipients`,
  ///   `sumOverflow` and `nothingLeft`.
  public init(_ trees: [PublishedTree], claims: [Claim] = []) throws(TreeMigrationError) {
    var ledger = try Ledger(trees)
    for claim in claims { try ledger.take(claim) }
    (debts, notes) = try ledger.settled()
  }
}

/// Why a published tree cannot be taken over.
public struct TreeMigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// A row that names no account or no amount, so that nobody can be paid by it.
    case noAmounts
    /// A claim that does not say of which token, or says one that the tree does not have.
    case unclearToken
    /// A claim of an account that the tree does not pay in that token.
    case unknownClaim
    /// Claims of an account that are more than the tree gives it.
    case claimedTooMuch
    /// A claim of an account whose rows are paid to several recipients.
    case severalRecipients
    /// Amounts that add up to 2²⁵⁶ or more.
    case sumOverflow
    /// A tree that owes nothing, or nothing any more.
    case nothingLeft

    /// True where the place is one in the list of claims.
    public var isAboutClaims: Bool {
      switch self {
      case .unclearToken, .unknownClaim, .claimedTooMuch, .severalRecipients: true
      case .noAmounts, .sumOverflow, .nothingLeft: false
      }
    }
  }

  public let kind: Kind
  public let place: String
  public let found: String
  public let expected: String

  init(_ kind: Kind, _ place: String, found: String, expected: String) {
    self.kind = kind
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
  }

  public var description: String { "\(place): found \(found), expected \(expected)" }
}

/// The sums on the way from rows to payments.
private struct Ledger {
  typealias Failure = TreeMigrationError

  /// What one account is owed in one token.
  private struct Entry {
    var rows = 0
    /// What the account is still owed, by who is paid.
    var lots: [Address: UInt256] = [:]
    var given = UInt256.zero
    var taken = UInt256.zero
  }

  private var tokens: [TreeToken] = []
  private var names: [TreeToken: String] = [:]
  /// The tokens by their addresses and names, in lower case: claims are many, and so may tokens be.
  private var spellings: [String: Set<TreeToken>] = [:]
  private var entries: [RowKey: Entry] = [:]
  private var zeroRows = 0
  private var otherPayees = 0
  private var unpayable: [TreeToken: UInt256] = [:]

  init(_ trees: [PublishedTree]) throws(Failure) {
    var known: Set<TreeToken> = []
    for tree in trees {
      names.merge(tree.tokenNames) { first, _ in first }
      for row in tree.rows {
        guard let account = row.account, !row.amounts.isEmpty || row.values.contains(.array([]))
        else {
          throw Failure(
            .noAmounts, row.place, found: "no account or no amount",
            expected: "rows that pay an account; name the fields account and amount with --leaf")
        }
        for entry in row.amounts {
          if known.insert(entry.token).inserted { tokens.append(entry.token) }
          try add(entry, account: account, recipient: row.recipient ?? account, row.place)
        }
      }
    }
    for token in tokens {
      for text in [token.description, names[token]].compactMap({ $0 }) {
        spellings[text.lowercased(), default: []].insert(token)
      }
    }
  }

  private mutating func add(
    _ amount: TokenAmount, account: Address, recipient: Address, _ place: String
  ) throws(Failure) {
    guard amount.amount != .zero else {
      zeroRows += 1
      return
    }
    guard !recipient.isZero else {
      unpayable[amount.token] = try Self.sum(
        unpayable[amount.token] ?? .zero, amount.amount, place)
      return
    }
    if recipient != account { otherPayees += 1 }
    let key = RowKey(account: account, token: amount.token)
    var entry = entries[key] ?? Entry()
    entry.rows += 1
    entry.given = try Self.sum(entry.given, amount.amount, place)
    entry.lots[recipient] = try Self.sum(entry.lots[recipient] ?? .zero, amount.amount, place)
    entries[key] = entry
  }

  private static func sum(
    _ left: UInt256, _ right: UInt256, _ place: String
  ) throws(Failure) -> UInt256 {
    guard let sum = left.adding(right) else {
      throw Failure(
        .sumOverflow, place, found: "a sum of 2^256 or more", expected: "less than 2^256")
    }
    return sum
  }

  // MARK: Claims

  mutating func take(_ claim: TreeMigration.Claim) throws(Failure) {
    guard claim.amount != .zero else { return }
    let key = RowKey(account: claim.account, token: try token(of: claim))
    guard var entry = entries[key] else {
      throw Failure(
        .unknownClaim, claim.place, found: "\(claim.amount) claimed by \(claim.account)",
        expected: "an account that the tree pays in \(key.token)")
    }
    guard entry.lots.count == 1, let lot = entry.lots.first else {
      throw Failure(
        .severalRecipients, claim.place,
        found: "a claim of \(claim.account), who is paid through \(entry.lots.count) recipients",
        expected: "one recipient: pay such accounts by hand")
    }
    guard let left = lot.value.subtracting(claim.amount) else {
      throw Failure(
        .claimedTooMuch, claim.place,
        found: "\(claim.account) with \(claim.amount) claimed, after \(entry.taken) before",
        expected: "at most \(entry.given) in all, what the tree gives in \(key.token)")
    }
    entry.lots = [lot.key: left]
    // What is left is not negative, so what was taken is at most what was given.
    entry.taken = entry.taken &+ claim.amount
    entries[key] = entry
  }

  private func token(of claim: TreeMigration.Claim) throws(Failure) -> TreeToken {
    guard let text = claim.token, !text.isEmpty else {
      guard tokens.count == 1, let only = tokens.first else {
        throw Failure(
          .unclearToken, claim.place, found: "a claim without a token",
          expected: "a column token with one of \(listed)")
      }
      return only
    }
    guard let fitting = spellings[text.lowercased()], let token = fitting.first, fitting.count == 1
    else {
      throw Failure(
        .unclearToken, claim.place, found: "the token '\(text.prefix(80))'",
        expected: "one of \(listed)")
    }
    return token
  }

  private var listed: String {
    tokens.prefix(20).map { $0.named(names[$0]) }.joined(separator: ", ")
  }

  // MARK: Result

  /// What is left to pay of one token.
  private struct Account {
    var payments: [Address: UInt256] = [:]
    var taken = UInt256.zero
  }

  func settled() throws(Failure) -> (debts: [TreeMigration.Debt], notes: [String]) {
    var accounts: [TreeToken: Account] = [:]
    var (paidOff, merged) = (0, 0)
    for (key, entry) in entries {
      var account = accounts[key.token] ?? Account()
      account.taken = try Self.sum(account.taken, entry.taken, "\(key.token)")
      merged += entry.rows - entry.lots.count
      for (recipient, amount) in entry.lots {
        guard amount != .zero else {
          paidOff += 1
          continue
        }
        let before = account.payments[recipient]
        merged += before == nil ? 0 : 1
        account.payments[recipient] = try Self.sum(
          before ?? .zero, amount, "account \(recipient)")
      }
      accounts[key.token] = account
    }
    var debts: [TreeMigration.Debt] = []
    for token in tokens {
      if let account = accounts[token], let debt = try debt(token, account) { debts.append(debt) }
    }
    guard !debts.isEmpty else {
      throw Failure(
        .nothingLeft, "the whole file", found: "no amount above zero that is not claimed",
        expected: "something to pay")
    }
    return (debts, notes(paidOff: paidOff, merged: merged))
  }

  private func debt(
    _ token: TreeToken, _ account: Account
  ) throws(Failure) -> TreeMigration.Debt? {
    var total = UInt256.zero
    for amount in account.payments.values { total = try Self.sum(total, amount, "\(token)") }
    guard total != .zero else { return nil }
    return TreeMigration.Debt(
      token: token, name: names[token],
      payments: account.payments
        .map { TreeMigration.Payment(account: $0.key, amount: $0.value) }
        .sorted { $0.account < $1.account }, total: total, claimed: account.taken)
  }

  private func notes(paidOff: Int, merged: Int) -> [String] {
    var notes: [String] = []
    func note(_ count: Int, _ one: String, _ several: String, _ text: String) {
      if count > 0 { notes.append("\(count.counted(one, several)) \(text)") }
    }
    note(zeroRows, "amount of zero is", "amounts of zero are", "left out")
    note(paidOff, "account is", "accounts are", "left out: all that was due is claimed")
    note(merged, "amount is", "amounts are", "added to another one of the same payee and token")
    note(
      otherPayees, "amount goes", "amounts go",
      "to the recipient that the row names, and not to its account")
    for token in tokens {
      if let amount = unpayable[token] {
        notes.append("\(amount) of \(token) are left out: the zero address can claim nothing")
      }
    }
    return notes
  }
}

// MARK: Claims of a CSV

extension TreeMigration.Claim {
  /// Reads rows of account, amount and perhaps token.
  public static func read(
    columns: [String], rows: [[String]], lines: [Int]
  ) throws(PublishedTreeError) -> [TreeMigration.Claim] {
    func column(_ name: String) throws(PublishedTreeError) -> Int {
      guard let place = columns.firstIndex(of: name) else {
        throw PublishedTreeError(
          .malformedMember, "line 1",
          found: "the columns \(columns.prefix(20).joined(separator: ", "))",
          expected: "one named \(name): account, amount and perhaps token, amounts in base units")
      }
      return place
    }
    let (account, amount) = (try column("account"), try column("amount"))
    let token = columns.firstIndex(of: "token")
    let scalars = PublishedScalars()
    return try zip(rows, lines).map { row, line throws(PublishedTreeError) in
      func cell(_ place: Int) -> JSON? { row.indices.contains(place) ? .string(row[place]) : nil }
      return TreeMigration.Claim(
        place: "line \(line)",
        account: try scalars.account(cell(account), "line \(line).account"),
        amount: try scalars.number(cell(amount), "line \(line).amount"),
        token: token.flatMap { cell($0)?.text })
    }
  }
}
