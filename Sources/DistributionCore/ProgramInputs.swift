import DistributionModel
import EthereumPrimitives

/// What a program may read in an epoch.
public struct ProgramInputs: Sendable {
  /// A source of the plan, and what was read from it.
  public struct Source: Sendable {
    public let declaration: SourceDeclaration
    /// The rows that count, in any order.
    public let rows: SourceRows
    /// Accounts without a row that counts, and why none does.
    let dropped: [(account: Address, reason: ExclusionReason)]
    /// The seconds that rows are about, where they are measures of balances over time, or are
    /// actions whose rules look back.
    let window: Range<UInt64>?

    /// - Parameters:
    ///   - rows: all that were read, in any order.
    ///   - clusters: who counts as one holder, where the source's rules ask for it.
    public init(
      declaration: SourceDeclaration, rows: SourceRows, window: Range<UInt64>? = nil,
      clusters: ClusterTable? = nil
    ) {
      self.declaration = declaration
      self.window = window
      let counted = ActionLaw.counted(
        rows, of: declaration, from: window?.lowerBound ?? 0, clusters: clusters)
      let (single, several) = CountingRows.of(counted.rows, declaration)
      self.rows = single
      dropped = counted.dropped.map { ($0, .noneCounts) } + several.map { ($0, .duplicate) }
    }
  }

  /// By name: at least the sources that the program names.
  public private(set) var sources: [String: Source]
  /// What earlier programs of the epoch gave, by the program's name.
  public var outcomes: [String: ProgramOutcome]
  /// What things are worth in the epoch, by the price's name, in units of its last place.
  public var prices: [String: UInt256]
  /// Who counts as one holder.
  public let clusters: Clusters?
  /// What the program pays, for messages; nil where nobody said.
  public var token: Token?

  public init(
    sources: [String: Source] = [:], outcomes: [String: ProgramOutcome] = [:],
    prices: [String: UInt256] = [:], clusters: Clusters? = nil
  ) {
    self.sources = sources
    self.outcomes = outcomes
    self.prices = prices
    self.clusters = clusters
  }

  /// - Parameters:
  ///   - read: what was read from each source.
  ///   - windows: the seconds that rows are about, by source, where they are measures of balances
  ///     or are actions whose rules look back.
  ///   - table: who counts as one holder, where the sources do not say it of everybody.
  public init(
    _ read: [(declaration: SourceDeclaration, rows: SourceRows)],
    windows: [String: Range<UInt64>] = [:], outcomes: [ProgramOutcome] = [],
    prices: [String: UInt256] = [:], clusters: Clusters? = nil, table: ClusterTable? = nil
  ) {
    let table =
      table
      ?? clusters.flatMap { clusters in
        read.first { $0.declaration.name == clusters.source }.map {
          ClusterTable(clusters, source: Source(declaration: $0.declaration, rows: $0.rows))
        }
      }
    self.init(
      sources: Dictionary(
        uniqueKeysWithValues: read.map {
          (
            $0.declaration.name,
            Source(
              declaration: $0.declaration, rows: $0.rows, window: windows[$0.declaration.name],
              clusters: table)
          )
        }),
      outcomes: Dictionary(uniqueKeysWithValues: outcomes.map { ($0.program, $0) }),
      prices: prices, clusters: clusters)
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

  /// The prices that a program reads and that are 0, by name.
  func zeroPrices(of program: Program) -> [String] {
    program.prices.filter { prices[$0]?.isZero ?? false }.sorted()
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
    return source(of: program).dropped.map { account, reason in
      Exclusion(
        account: account, reason: shutOut.contains(account) ? .excludedByPlan : reason,
        value: .zero)
    }
  }
}
