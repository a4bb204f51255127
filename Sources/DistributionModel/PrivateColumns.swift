import EthereumPrimitives

/// A value of a private column, and what it takes to check its commitment.
public struct Opening: Sendable, Hashable {
  public let source: String
  public let account: Address
  public let column: String
  public let value: UInt256
  public let salt: Bytes32

  public init(
    source: String, account: Address, column: String, value: UInt256, salt: Bytes32
  ) {
    self.source = source
    self.account = account
    self.column = column
    self.value = value
    self.salt = salt
  }

  /// keccak256(salt ‖ value) as a number: what a bundle holds in the value's place.
  public var commitment: UInt256 {
    var sponge = Keccak256()
    sponge.update(salt)
    sponge.update(value.bytes32)
    return UInt256(sponge.finalize())
  }
}

extension SourceDeclaration {
  /// True where a bundle holds commitments in a column of the source.
  public var hasPrivateColumns: Bool { columns.contains(where: \.isPrivate) }
}

extension Plan {
  /// True where what a program gives follows from values that a bundle does not show.
  public func readsPrivately(_ program: Program) -> Bool {
    sources.contains { source in
      guard program.sources.contains(source.name), source.hasPrivateColumns else { return false }
      // Of its own source it may read other columns; of a joined one any may have been asked.
      guard program.recipients == .source(source.name), [.refuse, .sum].contains(source.duplicates)
      else { return true }
      return source.columns.contains { $0.isPrivate && program.columns.contains($0.name) }
    }
  }
}

extension ProgramOutcome {
  /// The outcome as a bundle shows it of a program that reads private columns: who was refused and
  /// for which reason, but not with which value.
  public var withoutValues: ProgramOutcome {
    ProgramOutcome(
      program: program, epoch: epoch, budget: budget, carriedIn: carriedIn, accounts: accounts,
      amounts: amounts,
      exclusions: exclusions.map {
        Exclusion(account: $0.account, reason: $0.reason, value: .zero)
      }, allocated: allocated, carry: carry, totalWeight: nil)
  }
}

/// Rows of a source with the values that openings give in its private columns.
public struct OpenedRows: Sendable {
  public let rows: SourceRows
  /// By column whether each row still holds a commitment; empty for a column that is not private.
  public let isHidden: [[Bool]]

  /// - Parameter openings: by their commitments; of other accounts, sources and columns too.
  public init(
    _ rows: SourceRows, of source: SourceDeclaration, by openings: [UInt256: Opening] = [:]
  ) {
    guard source.hasPrivateColumns else {
      self.rows = rows
      isHidden = source.columns.map { _ in [] }
      return
    }
    var columns = rows.values
    var isHidden: [[Bool]] = []
    for (index, column) in source.columns.enumerated() {
      guard column.isPrivate else {
        isHidden.append([])
        continue
      }
      var numbers = columns[index].numbers
      isHidden.append(
        rows.accounts.indices.map { row in
          guard let opening = openings[numbers[row]], opening.source == source.name,
            opening.account == rows.accounts[row], opening.column == column.name
          else { return true }
          numbers[row] = opening.value
          return false
        })
      columns[index] = ColumnValues(numbers)
    }
    self.rows = SourceRows(
      source: rows.source, accounts: rows.accounts, columns: columns, lines: rows.lines)
    self.isHidden = isHidden
  }

  /// True where no private value is missing.
  public var isWhole: Bool { isHidden.allSatisfy { !$0.contains(true) } }
}
