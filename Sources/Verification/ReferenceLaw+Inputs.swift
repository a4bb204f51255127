import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  /// What a program may read in an epoch.
  public struct Inputs: Sendable {
    /// A source of the plan, and what was read from it.
    public struct Source: Sendable {
      public let declaration: SourceDeclaration
      /// The first second of the window, where rules of actions look back.
      let start: UInt64
      /// Account and values of every row, whether it counts or not.
      let published: [(account: Address, values: [BigUInt])]
      /// Account and values of every row that counts.
      public let rows: [(account: Address, values: [BigUInt])]
      /// Accounts that are shut out for having several rows, or for having none that counts.
      let dropped: [Address: ExclusionReason]
      /// What signed corrections decide, where the source is one of them.
      public let decisions: [Decision]

      public init(
        declaration: SourceDeclaration, rows: [(account: Address, values: [BigUInt])],
        decisions: [Decision] = [], from start: UInt64 = 0, clusters: [Address: BigUInt] = [:]
      ) {
        self.declaration = declaration
        self.start = start
        self.decisions = decisions
        published = rows
        let counting = ReferenceLaw.counting(rows, declaration, from: start, clusters: clusters)
        let inside = rows.filter { row in
          declaration.timeIndex.map { row.values[$0] >= BigUInt(start) } ?? true
        }
        let uncounted = Set(inside.map(\.account)).subtracting(counting.map(\.account))
        let none = Dictionary(
          uniqueKeysWithValues: uncounted.map { ($0, ExclusionReason.noneCounts) })
        let rows = counting
        guard declaration.duplicates != .refuse, declaration.duplicates != .sum else {
          (self.rows, dropped) = (rows, none)
          return
        }
        let accounts = Dictionary(grouping: rows, by: \.account)
        switch declaration.duplicates {
        case .drop:
          self.rows = accounts.values.filter { $0.count == 1 }.flatMap { $0 }
          dropped = none.merging(
            accounts.filter { $0.value.count > 1 }.mapValues { _ in .duplicate }
          ) {
            $1
          }
        case .largest, .smallest, .refuse, .sum:
          self.rows = accounts.values.compactMap { Self.first(of: $0, declaration) }
          dropped = none
        }
      }

      /// The row with the largest, or smallest, value in the deciding column; of several the one
      /// whose other values, in the order of the plan, are largest.
      private static func first(
        of rows: [(account: Address, values: [BigUInt])], _ source: SourceDeclaration
      ) -> (account: Address, values: [BigUInt])? {
        let place = source.columns.firstIndex { $0.name == source.duplicatesBy } ?? 0
        let deciding = rows.map { $0.values[place] }
        let wanted = source.duplicates == .largest ? deciding.max() : deciding.min()
        return rows.filter { $0.values[place] == wanted }.max {
          $0.values.lexicographicallyPrecedes($1.values)
        }
      }
    }

    /// What somebody signed about an account of a program in an epoch.
    public struct Decision: Sendable {
      public let program: String
      public let epoch: BigUInt
      public let account: Address
      /// nil where the account is denied.
      public let granted: BigUInt?

      public init(program: String, epoch: BigUInt, account: Address, granted: BigUInt?) {
        self.program = program
        self.epoch = epoch
        self.account = account
        self.granted = granted
      }
    }

    /// By name: at least the sources that the program names.
    public var sources: [String: Source]
    /// What earlier programs of the epoch gave, by the program's name.
    public var outcomes: [String: Outcome]
    /// What things are worth, by the price's name.
    public var prices: [String: BigUInt]
    /// Who counts as one holder.
    public let clusters: Clusters?

    public init(
      sources: [String: Source] = [:], outcomes: [String: Outcome] = [:],
      prices: [String: BigUInt] = [:], clusters: Clusters? = nil
    ) {
      self.sources = sources
      self.outcomes = outcomes
      self.prices = prices
      self.clusters = clusters
    }

    /// Counts the rows of sources again whose rules ask who is one holder with whom.
    mutating func applyClusters() {
      for (name, source) in sources where source.declaration.wash?.dropsClusters ?? false {
        sources[name] = Source(
          declaration: source.declaration, rows: source.published, decisions: source.decisions,
          from: source.start, clusters: clusterNumbers)
      }
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

    /// What sources observed, by their names.
    var observations: [String: [Observation]] {
      sources.filter { $0.value.declaration.observed != nil }
        .mapValues { $0.published.map { (time: $0.values[0], value: $0.values[1]) } }
    }

    /// The number of each account's cluster.
    var clusterNumbers: [Address: BigUInt] {
      guard let clusters, let source = sources[clusters.source],
        let index = source.declaration.columns.firstIndex(where: { $0.name == clusters.column })
      else { preconditionFailure("a checked plan names its clusters, and their rows were read") }
      return Dictionary(
        source.rows.map { ($0.account, $0.values[index]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Accounts of the program's source without a row that counts, and why none does.
    func dropped(by program: Program) -> [Address: ExclusionReason] {
      guard case .source = program.recipients else { return [:] }
      return source(of: program).dropped
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
