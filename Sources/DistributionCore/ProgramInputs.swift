import DistributionModel
import EthereumPrimitives

/// What a program may read in an epoch.
public struct ProgramInputs: Sendable {
  /// A source of the plan, and what was read from it.
  public struct Source: Sendable {
    public let declaration: SourceDeclaration
    /// The rows that count, in any order.
    public let rows: SourceRows
    /// Accounts without a row that counts, since they have several; ascending.
    let dropped: [Address]
    /// The seconds that rows are about, where they are measures of balances over time.
    let window: Range<UInt64>?

    /// - Parameter rows: all that were read, in any order.
    public init(
      declaration: SourceDeclaration, rows: SourceRows, window: Range<UInt64>? = nil
    ) {
      self.declaration = declaration
      self.window = window
      (self.rows, dropped) = CountingRows.of(rows, declaration)
    }
  }

  /// By name: at least the sources that the program names.
  public private(set) var sources: [String: Source]
  /// What earlier programs of the epoch gave, by the program's name.
  public var outcomes: [String: ProgramOutcome]
  /// Who counts as one holder.
  public let clusters: Clusters?
  /// What the program pays, for messages; nil where nobody said.
  public var token: Token?

  public init(
    sources: [String: Source] = [:], outcomes: [String: ProgramOutcome] = [:],
    clusters: Clusters? = nil
  ) {
    self.sources = sources
    self.outcomes = outcomes
    self.clusters = clusters
  }

  /// What counts for a program in an epoch: of a source of corrections only what they grant there.
  ///
  /// - Returns: the inputs, and who is denied, ascending.
  public func counting(
    for program: Program, in epoch: EpochIndex
  ) -> (inputs: ProgramInputs, denied: [Exclusion]) {
    guard case .source(let name) = program.recipients, let source = sources[name],
      case .corrections? = source.declaration.statements
    else { return (self, []) }
    let (granted, denied) = source.rows.corrections(of: program.name, in: epoch)
    var inputs = self
    inputs.sources[name] = Source(declaration: source.declaration, rows: granted)
    return (
      inputs,
      denied.sorted().map { Exclusion(account: $0, reason: .denied, value: .zero) }
    )
  }

  /// The source whose accounts a program pays.
  func source(of program: Program) -> Source {
    guard case .source(let name) = program.recipients else {
      preconditionFailure("a checked plan names the source")
    }
    return source(named: name)
  }

  func source(named name: String) -> Source {
    guard let source = sources[name] else {
      preconditionFailure("the sources of a program were read")
    }
    return source
  }

  /// Accounts that the program's source drops: the plan's own word about one comes first.
  func dropped(by program: Program) -> [Exclusion] {
    guard case .source = program.recipients else { return [] }
    let shutOut = Set(program.exclude.map(\.account))
    return source(of: program).dropped.map {
      Exclusion(
        account: $0, reason: shutOut.contains($0) ? .excludedByPlan : .duplicate, value: .zero)
    }
  }
}
