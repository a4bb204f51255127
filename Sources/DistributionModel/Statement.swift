import EthereumPrimitives

/// What somebody said about an account, in a form that is signed.
public enum Statement: Sendable, Hashable {
  case correction(Correction)
  case redirect(SignedRedirect)
  case task(TaskAttestation)

  /// The name of the plan that it is about: it is good in no other.
  public var plan: String {
    switch self {
    case .correction(let correction): correction.plan
    case .redirect(let redirect): redirect.plan
    case .task(let task): task.plan
    }
  }

  public var account: Address {
    switch self {
    case .correction(let correction): correction.account
    case .redirect(let redirect): redirect.account
    case .task(let task): task.account
    }
  }
}

extension Statement {
  /// True where it counts in a window of time: tasks do inside of it, others always.
  public func counts(in window: Range<UInt64>?) -> Bool {
    guard case .task(let task) = self, let window else { return true }
    return window.contains(task.time.seconds)
  }
}

/// What a program decides about an account, by somebody whom the plan names for it.
public struct Correction: Sendable, Hashable {
  public enum Decision: String, Sendable, Hashable, CaseIterable {
    /// The account receives the amount.
    case grant
    /// The account receives nothing, and reads why.
    case deny
  }

  public let plan: String
  /// The program that decides; it reads the source of the statement.
  public let program: String
  /// The epoch in which the statement counts.
  public let epoch: UInt64
  public let account: Address
  public let decision: Decision
  /// Above 0 for a grant, 0 for a denial.
  public let amount: Amount
  /// One line for the account to read.
  public let reason: String

  public init(
    plan: String, program: String, epoch: UInt64, account: Address, decision: Decision,
    amount: Amount, reason: String
  ) {
    self.plan = plan
    self.program = program
    self.epoch = epoch
    self.account = account
    self.decision = decision
    self.amount = amount
    self.reason = reason
  }
}

/// Where an account wants to have what it earns; it says so itself.
public struct SignedRedirect: Sendable, Hashable {
  public let plan: String
  public let account: Address
  /// The account itself takes earlier redirects back.
  public let to: Address
  /// Of an account's redirects the latest counts.
  public let time: Timestamp

  public init(plan: String, account: Address, to: Address, time: Timestamp) {
    self.plan = plan
    self.account = account
    self.to = to
    self.time = time
  }
}

/// That an account did something, by somebody whom the plan names for it, such as a game.
public struct TaskAttestation: Sendable, Hashable {
  public let plan: String
  public let account: Address
  /// What was done.
  public let task: Word
  public let points: UInt256
  public let time: Timestamp
  /// Sets it apart from all others: it counts once, however often it is handed in.
  public let id: Bytes32

  public init(
    plan: String, account: Address, task: Word, points: UInt256, time: Timestamp, id: Bytes32
  ) {
    self.plan = plan
    self.account = account
    self.task = task
    self.points = points
    self.time = time
    self.id = id
  }
}

/// A statement and the signature under it.
public struct SignedStatement: Sendable, Hashable {
  public let statement: Statement
  public let signature: Signature

  public init(_ statement: Statement, signature: Signature) {
    self.statement = statement
    self.signature = signature
  }
}

/// What the statements of a source are about, and whose they are.
public enum StatementRules: Sendable, Hashable {
  /// Decisions of those whom the plan names.
  case corrections(signers: [Address])
  /// Redirects, each signed by its own account.
  case redirects
  /// What accounts did, as those attest whom the plan names.
  case tasks(signers: [Address])

  /// How a plan calls them.
  public var name: String {
    switch self {
    case .corrections: "corrections"
    case .redirects: "redirects"
    case .tasks: "tasks"
    }
  }

  /// Those whom the plan lets sign; nil where everybody signs for itself.
  public var signers: [Address]? {
    switch self {
    case .corrections(let signers), .tasks(let signers): signers
    case .redirects: nil
    }
  }

  /// The names of the columns that programs read.
  public static let amount = "amount"
  public static let to = "to"
  public static let time = "time"
  public static let points = "points"
  public static let task = "task"
}

extension SourceRows {
  /// The rows of statements, in their order: of a correction its amount, of a redirect the number
  /// of its target and its time, of a task its points, its time and the number of its name.
  public init(
    _ source: SourceDeclaration, statements: [SignedStatement], lines: [UInt32]
  ) {
    var rows: [[UInt256]] = []
    for entry in statements {
      switch entry.statement {
      case .correction(let correction): rows.append([correction.amount.baseUnits])
      case .redirect(let redirect):
        rows.append([redirect.to.number, UInt256(redirect.time.seconds)])
      case .task(let task):
        rows.append([task.points, UInt256(task.time.seconds), task.task.number])
      }
    }
    let columns = source.columns.indices.map { column in rows.map { $0[column] } }
    self.init(
      source: source.name, accounts: statements.map(\.statement.account), values: columns,
      lines: lines)
    self.statements = statements
  }

  /// What the corrections of a source say for one program in one epoch: rows of what is granted,
  /// and who is denied. Section 13 of the law.
  public func corrections(
    of program: String, in epoch: EpochIndex
  ) -> (granted: SourceRows, denied: [Address]) {
    var granted = SourceRows(source: source, columnCount: values.count)
    var denied: [Address] = []
    for row in statements.indices {
      guard let correction = correction(ofRow: row, for: program, in: epoch) else { continue }
      switch correction.decision {
      case .grant:
        granted.append(account: correction.account, row: values.map { $0[row] }, line: lines[row])
      case .deny: denied.append(correction.account)
      }
    }
    return (granted, denied)
  }

  /// What a row decides for a program in an epoch; nil where it is about something else.
  public func correction(
    ofRow row: Int, for program: String, in epoch: EpochIndex
  ) -> Correction? {
    guard statements.indices.contains(row),
      case .correction(let correction) = statements[row].statement, correction.program == program,
      correction.epoch == UInt64(epoch.number)
    else { return nil }
    return correction
  }

  /// Of each account's redirects the latest, ascending by account, without those that lead to the
  /// account itself. Section 13 of the law.
  public var latestRedirects: [SignedRedirect] {
    var latest: [Address: SignedRedirect] = [:]
    for entry in statements {
      guard case .redirect(let redirect) = entry.statement,
        latest[redirect.account].map({ $0.time < redirect.time }) ?? true
      else { continue }
      latest[redirect.account] = redirect
    }
    return latest.values.filter { $0.to != $0.account }.sorted { $0.account < $1.account }
  }
}
