import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

@Suite("What published trees owe")
struct TreeMigrationTests {
  private func tree(
    _ rows: [(Int, Int, String)], encoding: LeafEncoding = .stakeDAOUniversal
  ) throws -> PublishedTree {
    try PublishedTree.read(
      columns: ["account", "token", "amount"],
      rows: rows.map { [account($0.0).hex, account($0.1).hex, $0.2] },
      lines: rows.indices.map { $0 + 2 }, as: .flat(encoding))
  }

  private func kind(_ body: () throws -> TreeMigration) -> TreeMigrationError.Kind? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? TreeMigrationError)?.kind }
  }

  private func claim(_ number: Int, _ amount: UInt256, token: Int? = nil) -> TreeMigration.Claim {
    TreeMigration.Claim(
      place: "claim", account: account(number), amount: amount,
      token: token.map { account($0).checksummed })
  }

  @Test("Sums per token, payees ascend, zeros are left out")
  func sums() throws {
    let migration = try TreeMigration([
      try tree([(1, 90, "5"), (2, 91, "7"), (3, 90, "0"), (2, 90, "6"), (4, 92, "0")])
    ])
    #expect(migration.debts.map(\.token) == [account(90), account(91)].map(TreeToken.contract))
    #expect(migration.debts.map(\.total) == [11, 7])
    let payments = migration.debts[0].payments
    #expect(payments.map(\.account) == [account(1), account(2)].sorted())
    #expect(Set(payments.map(\.amount)) == [5, 6])
    #expect(migration.notes == ["2 amounts of zero are left out"])
  }

  @Test("Several trees of one token are one debt")
  func severalTrees() throws {
    let first = try tree([(1, 90, "5"), (2, 90, "7")])
    let second = try tree([(1, 90, "10"), (3, 90, "1")])
    let migration = try TreeMigration([first, second])
    #expect(migration.debts.count == 1 && migration.debts[0].total == 23)
    #expect(migration.debts[0].payments.first { $0.account == account(1) }?.amount == 15)
    #expect(migration.notes.contains { $0.hasPrefix("1 amount is added") })
  }

  @Test("Claims are taken off to the unit, by token, in several parts")
  func claims() throws {
    let tree = try tree([(1, 90, "5"), (1, 91, "7"), (2, 90, "3")])
    let migration = try TreeMigration(
      [tree], claims: [claim(1, 2, token: 90), claim(1, 2, token: 90), claim(2, 3, token: 90)])
    #expect(migration.debts.map(\.total) == [1, 7])
    #expect(migration.debts.map(\.claimed) == [7, 0])
    #expect(migration.debts[0].payments.map(\.account) == [account(1)])
    #expect(migration.notes.contains { $0.hasPrefix("1 account is left out") })
    // A claim of nothing is none, of whomever.
    #expect(try TreeMigration([tree], claims: [claim(77, 0)]).debts.map(\.total) == [8, 7])
  }

  @Test("INV-012: claims of very many tokens take no longer than so many", .timeLimit(.minutes(1)))
  func manyTokens() throws {
    let count = 3000
    let tree = try tree((0..<count).map { (1, 100 + $0, "2") })
    let claims = (0..<count).map { claim(1, 1, token: 100 + $0) }
    let migration = try TreeMigration([tree], claims: claims)
    #expect(migration.debts.count == count)
    #expect(migration.debts.allSatisfy { $0.claimed == 1 && $0.total == 1 })
  }

  @Test("More than there was is refused with the account, the claim and what there was")
  func tooMuch() throws {
    let tree = try tree([(1, 90, "5"), (2, 90, "9")])
    let error = #expect(throws: TreeMigrationError.self) {
      try TreeMigration([tree], claims: [claim(1, 4), claim(1, 2)])
    }
    #expect(error?.kind == .claimedTooMuch)
    for part in [account(1).checksummed, "2 claimed", "4 before", "at most 5"] {
      #expect(error?.description.contains(part) == true, "\(part)")
    }
    #expect(kind { try TreeMigration([tree], claims: [claim(3, 1)]) } == .unknownClaim)
    #expect(kind { try TreeMigration([tree], claims: [claim(1, 1, token: 91)]) } == .unclearToken)
    #expect(
      kind { try TreeMigration([tree], claims: [claim(1, 5), claim(2, 9)]) } == .nothingLeft)
  }

  @Test("The zero address is paid nothing, and what it had is told")
  func zeroAddress() throws {
    let list = try read("{\"\(Address.zero.hex)\": \"8\", \"\(account(1).hex)\": \"2\"}")
    let migration = try TreeMigration([list])
    #expect(migration.debts[0].total == 2)
    #expect(migration.notes.first?.hasPrefix("8 of the distributor's token are left out") == true)
  }

  @Test("Sums of 2^256 are refused: of an account, of a token, of several trees")
  func overflow() throws {
    let half = UInt256.one << 255
    let one = try tree([(1, 90, half.decimal), (2, 90, half.decimal)])
    #expect(kind { try TreeMigration([one]) } == .sumOverflow)
    let two = try tree([(1, 90, half.decimal)])
    #expect(kind { try TreeMigration([two, two]) } == .sumOverflow)
    let apart = try tree([(1, 90, half.decimal), (1, 91, half.decimal)])
    #expect(try TreeMigration([apart]).debts.map(\.total) == [half, half])
  }

  @Test("A recipient is paid for every account that names it, and each account's claims count")
  func recipients() throws {
    let tree = try PublishedTree.read(
      columns: ["stakingProvider", "beneficiary", "cumulative_amount"],
      rows: [
        [account(1).hex, account(9).hex, "5"], [account(2).hex, account(9).hex, "6"],
        [account(3).hex, account(3).hex, "7"],
      ], lines: [2, 3, 4], as: .flat(.threshold))
    let migration = try TreeMigration([tree], claims: [claim(2, 4)])
    let payments = Dictionary(
      uniqueKeysWithValues: migration.debts[0].payments.map { ($0.account, $0.amount) })
    #expect(payments == [account(9): 7, account(3): 7])
    // The beneficiary is no account of the old contract's book.
    #expect(kind { try TreeMigration([tree], claims: [claim(9, 1)]) } == .unknownClaim)
    #expect(migration.notes.contains { $0.hasPrefix("2 amounts go to the recipient") })
  }

  @Test("INV-025: nothing is lost: paid, claimed and left out are what the trees give")
  func conservation() {
    check("conservation", runs: 200) { generator -> ([(Int, Int, Int)], [Int]) in
      let rows = (0..<Int.random(in: 1...30, using: &generator)).map { row in
        (
          row, 90 + Int.random(in: 0...2, using: &generator),
          Int.random(in: 0...9, using: &generator)
        )
      }
      return (rows, rows.map { Int.random(in: 0...$0.2, using: &generator) })
    } property: { rows, taken -> Bool in
      let claims = zip(rows, taken).filter { $0.0.0 > 0 }.map { row, amount in
        claim(row.0, UInt256(UInt64(amount)), token: row.1)
      }
      guard let migration = try? TreeMigration([try treeWithZeroAddress(rows)], claims: claims)
      else { return !zip(rows, taken).contains { $0.0.0 > 0 && $0.0.2 > $0.1 } }
      return (90...92).allSatisfy { token in
        let own = zip(rows, taken).filter { $0.0.1 == token }
        let given = own.map(\.0.2).reduce(0, +)
        // A token of which everything is claimed is no debt any more.
        let payable = own.filter { $0.0.0 > 0 }
        guard let debt = migration.debts.first(where: { $0.token == .contract(account(token)) })
        else {
          return payable.allSatisfy { $0.0.2 == $0.1 }
        }
        let paid = debt.payments.map(\.amount).reduce(UInt256.zero, &+)
        let gone = debt.claimed &+ leftOut(of: token, migration)
        return debt.total == paid && paid &+ gone == UInt256(UInt64(given))
      }
    }
  }

  /// A tree whose row 0 is the zero address's, which nobody can claim for.
  private func treeWithZeroAddress(_ rows: [(Int, Int, Int)]) throws -> PublishedTree {
    try PublishedTree.read(
      columns: ["account", "token", "amount"],
      rows: rows.map { row in
        [(row.0 == 0 ? Address.zero : account(row.0)).hex, account(row.1).hex, "\(row.2)"]
      },
      lines: rows.indices.map { $0 + 2 }, as: .flat(.stakeDAOUniversal))
  }

  /// What a note says that the zero address had of a token.
  private func leftOut(of token: Int, _ migration: TreeMigration) -> UInt256 {
    let text = " of \(account(token).checksummed) are left out: the zero address"
    let note = migration.notes.first { $0.contains(text) }
    return note.flatMap { try? UInt256(decimal: String($0.prefix { $0 != " " })) } ?? .zero
  }
}
