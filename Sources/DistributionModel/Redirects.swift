import EthereumPrimitives

/// A rule of the plan by which another account receives what an account earns.
public enum Redirect: Sendable, Hashable {
  /// Written into the plan.
  case account(Address, to: Address, reason: String)
  /// Every row of a source: its account, and the address in the named column; of signed redirects
  /// the latest of each account.
  case rows(source: String, column: String)

  /// The source that it reads.
  public var source: String? {
    if case .rows(let source, _) = self { source } else { nil }
  }
}

/// Who receives what each account earns: the redirects of a plan and its rows, followed to their
/// end. Section 6 of `docs/reference/law.md`.
public struct RedirectTable: Sendable, Hashable {
  /// One account, whose new allocations go to another.
  public struct Step: Sendable, Hashable {
    public let account: Address
    public let target: Address
    /// What says so.
    public let redirect: Redirect

    public init(account: Address, target: Address, redirect: Redirect) {
      self.account = account
      self.target = target
      self.redirect = redirect
    }
  }

  /// What is wrong with steps: the first of it in ascending order of accounts.
  public enum Fault: Error, Hashable {
    case toItself(Step)
    case twoTargets(Step, Step)
    /// In their order, the lowest account first.
    case cycle([Step])
  }

  public static let none = RedirectTable()

  private var steps: [Address: Step] = [:]
  /// Where the chain of each redirected account ends.
  private var ends: [Address: Address] = [:]

  private init() {}

  public init(_ steps: [Step]) throws(Fault) {
    let ordered = steps.enumerated().sorted {
      ($0.element.account, $0.element.target, $0.offset)
        < ($1.element.account, $1.element.target, $1.offset)
    }.map(\.element)
    for step in ordered {
      guard step.account != step.target else { throw .toItself(step) }
      guard let first = self.steps[step.account] else {
        self.steps[step.account] = step
        continue
      }
      guard first.target == step.target else { throw .twoTargets(first, step) }
    }
    for step in ordered { try follow(step.account) }
  }

  /// Finds the end of the chain that starts at an account, and of all others on its way.
  private mutating func follow(_ start: Address) throws(Fault) {
    var path: [Step] = []
    var seen: Set<Address> = []
    var current = start
    while ends[current] == nil, let step = steps[current] {
      guard seen.insert(current).inserted else {
        // The chain may lead into the cycle from outside.
        let cycle = Array(path.drop { $0.account != current })
        let lowest = cycle.indices.min { cycle[$0].account < cycle[$1].account } ?? 0
        throw .cycle(Array(cycle[lowest...] + cycle[..<lowest]))
      }
      path.append(step)
      current = step.target
    }
    let end = ends[current] ?? current
    for step in path { ends[step.account] = end }
  }

  public var isEmpty: Bool { steps.isEmpty }

  /// Who receives what an account earns, and the steps that lead there; none for most accounts.
  public func target(of account: Address) -> (account: Address, steps: [Step]) {
    var path: [Step] = []
    var current = account
    while let step = steps[current] {
      path.append(step)
      current = step.target
    }
    return (current, path)
  }

  /// Where the chain of an account ends; the account itself where none starts.
  public func end(of account: Address) -> Address { ends[account] ?? account }

  /// The accounts whose allocations others receive, ascending.
  public var accounts: [Address] { ends.keys.sorted() }

  /// The accounts whose allocations an account receives, ascending.
  public func origins(of target: Address) -> [Address] {
    ends.filter { $0.value == target }.keys.sorted()
  }
}

extension Plan {
  /// The redirects that stand in the plan and in the rows of its sources.
  public func redirectTable(rows: [String: SourceRows]) throws(RedirectTable.Fault)
    -> RedirectTable
  {
    try RedirectTable(redirectSteps(rows: rows))
  }

  /// The same one by one, in the order of the plan.
  public func redirectSteps(rows: [String: SourceRows]) -> [RedirectTable.Step] {
    var steps: [RedirectTable.Step] = []
    for redirect in redirects {
      switch redirect {
      case .account(let account, let target, _):
        steps.append(.init(account: account, target: target, redirect: redirect))
      case .rows(let name, let column):
        guard let rows = rows[name], let source = source(named: name) else {
          preconditionFailure("a checked plan names its source, and its rows were read")
        }
        steps += rows.targets(source, column).map { account, target in
          .init(account: account, target: target, redirect: redirect)
        }
      }
    }
    return steps
  }
}

extension SourceRows {
  /// Accounts and who receives what they earn, as the rows of a source say.
  fileprivate func targets(
    _ source: SourceDeclaration, _ column: String
  ) -> [(account: Address, target: Address)] {
    guard source.statements != .redirects else {
      return latestRedirects.map { ($0.account, $0.to) }
    }
    guard let index = source.columns.firstIndex(where: { $0.name == column }) else {
      preconditionFailure("a checked plan names a column of its source")
    }
    return zip(accounts, values[index]).map { account, number in
      guard let target = Address(number: number) else {
        preconditionFailure("an address column holds 160 bits")
      }
      return (account, target)
    }
  }
}
