import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  /// What a program may read in an epoch.
  public struct Inputs: Sendable {
    /// A source of the plan, and what was read from it.
    public struct Source: Sendable {
      public let declaration: SourceDeclaration
      /// Account and values of every row, in any order.
      public let rows: [(account: Address, values: [BigUInt])]

      public init(
        declaration: SourceDeclaration, rows: [(account: Address, values: [BigUInt])]
      ) {
        self.declaration = declaration
        self.rows = rows
      }
    }

    /// By name: at least the sources that the program names.
    public var sources: [String: Source]
    /// What earlier programs of the epoch gave, by the program's name.
    public var outcomes: [String: Outcome]
    /// Who counts as one holder.
    public let clusters: Clusters?

    public init(
      sources: [String: Source] = [:], outcomes: [String: Outcome] = [:],
      clusters: Clusters? = nil
    ) {
      self.sources = sources
      self.outcomes = outcomes
      self.clusters = clusters
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

    /// The number of each account's cluster.
    var clusterNumbers: [Address: BigUInt] {
      guard let clusters, let source = sources[clusters.source],
        let index = source.declaration.columns.firstIndex(where: { $0.name == clusters.column })
      else { preconditionFailure("a checked plan names its clusters, and their rows were read") }
      return Dictionary(
        source.rows.map { ($0.account, $0.values[index]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Account and value of every row that a program without expressions pays by.
    func values(of program: Program) -> [(account: Address, value: BigUInt)] {
      if case .inline(let list) = program.recipients {
        return list.map { ($0.account, ReferenceLaw.big($0.amount.baseUnits)) }
      }
      let source = source(of: program)
      let index = source.declaration.columns.firstIndex { $0.name == program.basis.column } ?? 0
      return source.rows.map { ($0.account, $0.values[index]) }
    }
  }
}
