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

    public init(sources: [String: Source] = [:], outcomes: [String: Outcome] = [:]) {
      self.sources = sources
      self.outcomes = outcomes
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
