import DistributionModel
import EthereumPrimitives

/// Walks once through a list that ascends by account.
struct ListCursor {
  private let accounts: [Address]
  private var position = 0

  init(_ accounts: [Address]) { self.accounts = accounts }

  private var next: Address? { position < accounts.count ? accounts[position] : nil }

  /// The places of an account, which is not below the one that was asked for before.
  mutating func take(_ account: Address) -> Range<Int> {
    while position < accounts.count, accounts[position] < account { position += 1 }
    let start = position
    while position < accounts.count, accounts[position] == account { position += 1 }
    return start..<position
  }

  /// The lowest account that is left in any of the lists.
  static func next(_ lists: ListCursor...) -> Address? {
    var lowest: Address?
    for list in lists {
      guard let next = list.next else { continue }
      lowest = lowest.map { min($0, next) } ?? next
    }
    return lowest
  }
}

/// The rows of a source on both sides, account by account.
struct SourceMerge {
  typealias Rows = DistributionDiff.Pair<Range<Int>>

  /// A source on one side; its rows ascend by account.
  struct Side {
    let declaration: SourceDeclaration
    let rows: SourceRows
  }

  /// A column that can be compared, and the places of its values.
  private struct Column {
    let declaration: ColumnDeclaration
    let places: DistributionDiff.Pair<Int>
  }

  let name: String
  /// Private columns that cannot be compared.
  private(set) var hidden: [String] = []
  private let old: Side?
  private let new: Side?
  private var left: ListCursor
  private var right: ListCursor
  private var columns: [Column] = []

  /// - Parameters:
  ///   - sharesSecret: whether both sides hide private columns under one secret.
  ///   - asked: the columns that matter; nil for all that both sides have.
  init(
    _ name: String, _ old: Side?, _ new: Side?, sharesSecret: Bool, asked: Set<String>? = nil
  ) {
    self.name = name
    self.old = old
    self.new = new
    left = ListCursor(old?.rows.accounts ?? [])
    right = ListCursor(new?.rows.accounts ?? [])
    guard let old, let new else { return }
    let both = Self.columns(of: old.declaration, new.declaration).filter {
      asked?.contains($0.declaration.name) ?? true
    }
    for column in both {
      let privacy = (
        old.declaration.columns[column.places.before].isPrivate, column.declaration.isPrivate
      )
      if privacy == (false, false) || privacy == (true, true) && sharesSecret {
        columns.append(column)
      } else {
        hidden.append(column.declaration.name)
      }
    }
  }

  /// The columns that both sides have under one name, with values of one scale.
  private static func columns(
    of old: SourceDeclaration, _ new: SourceDeclaration
  ) -> [Column] {
    // Read first: compared where they are looked up, they stop the optimiser of Swift 6.3.1.
    let (before, after) = (old.columns.map(\.places), new.columns.map(\.places))
    return new.columns.indices.compactMap { place in
      let column = new.columns[place]
      guard let other = old.columns.firstIndex(where: { $0.name == column.name }),
        before[other] == after[place]
      else { return nil }
      return Column(declaration: column, places: .init(other, place))
    }
  }

  /// Whether an account has the same commitment on both sides, in any column: only under one
  /// secret can it.
  static func sharesCommitment(_ old: Side, _ new: Side) -> Bool {
    let columns = new.declaration.columns.enumerated().compactMap { place, column in
      old.declaration.columns
        .firstIndex { $0.name == column.name && $0.isPrivate && column.isPrivate }
        .map { DistributionDiff.Pair($0, place) }
    }
    guard !columns.isEmpty else { return false }
    var (left, right) = (ListCursor(old.rows.accounts), ListCursor(new.rows.accounts))
    while let account = ListCursor.next(left, right) {
      let rows = DistributionDiff.Pair(left.take(account), right.take(account))
      let isShared = columns.contains { column in
        let after = new.rows.values[column.after][rows.after]
        return old.rows.values[column.before][rows.before].contains(where: after.contains)
      }
      if isShared { return true }
    }
    return false
  }

  var nextAccount: Address? { ListCursor.next(left, right) }

  var counts: DistributionDiff.Pair<Int> {
    .init(old?.rows.count ?? 0, new?.rows.count ?? 0)
  }

  mutating func take(_ account: Address) -> Rows { .init(left.take(account), right.take(account)) }

  // MARK: Comparing

  /// Whether rows of an account say the same in the columns that can be compared, in any order:
  /// the order of rows follows from other columns too, and from commitments.
  func areEqual(_ rows: Rows) -> Bool {
    guard let old, let new, rows.before.count == rows.after.count else { return false }
    guard statements(old, rows.before) == statements(new, rows.after) else { return false }
    let isSame = columns.allSatisfy { column in
      old.rows.values[column.places.before][rows.before]
        .elementsEqual(new.rows.values[column.places.after][rows.after])
    }
    return isSame
      || rows.before.count > 1
        && sorted(old, rows.before, \.before) == sorted(new, rows.after, \.after)
  }

  private func statements(_ side: Side, _ rows: Range<Int>) -> Set<Statement> {
    side.rows.statements.isEmpty ? [] : Set(side.rows.statements[rows].map(\.statement))
  }

  private func sorted(
    _ side: Side, _ rows: Range<Int>, _ place: KeyPath<DistributionDiff.Pair<Int>, Int>
  ) -> [[UInt256]] {
    rows.map { row in columns.map { side.rows.values[$0.places[keyPath: place]][row] } }
      .sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What rows of an account say otherwise, column by column.
  ///
  /// Numbers are added up. Addresses, words, times and shares of time are shown where the account
  /// has one row, and what a private column holds is not.
  func changedValues(_ rows: Rows) -> [DiffCause.Fact] {
    guard let old, let new else { return [] }
    return columns.compactMap { column in
      let before = old.rows.values[column.places.before][rows.before]
      let after = new.rows.values[column.places.after][rows.after]
      guard before.sorted() != after.sorted() else { return nil }
      let isNumber = column.declaration.places != nil && column.declaration.kind != .time
      var shown: DistributionDiff.Pair<UInt256>?
      if !column.declaration.isPrivate, isNumber || before.count == 1 && after.count == 1 {
        shown = .init(Self.sum(before), Self.sum(after))
      }
      // Other rows with the same sum are the same to a program that adds them up.
      guard !isNumber || shown?.before != shown?.after || shown == nil
      else { return nil }
      return .value(source: name, column: column.declaration, shown)
    }
  }

  /// Sums of what a law takes are below 2²⁵⁶.
  private static func sum(_ values: some Sequence<UInt256>) -> UInt256 { values.reduce(.zero, &+) }

  /// How many accounts have other rows on the two sides.
  var changedAccounts: (entered: Int, left: Int, changed: Int) {
    var merge = self
    var (entered, left, changed) = (0, 0, 0)
    while let account = merge.nextAccount {
      let rows = merge.take(account)
      if rows.before.isEmpty {
        entered += 1
      } else if rows.after.isEmpty {
        left += 1
      } else if !areEqual(rows) {
        changed += 1
      }
    }
    return (entered, left, changed)
  }
}
