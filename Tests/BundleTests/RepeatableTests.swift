import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

private typealias Row = (account: Address, amount: UInt256)

/// Different accounts, half of them close together, with amounts of every width.
private func randomRows(_ generator: inout Generator, count: ClosedRange<Int>) -> [Row] {
  var rows: [Address: UInt256] = [:]
  for _ in 0..<Int.random(in: count, using: &generator) {
    let number = generator.next()
    let account =
      number % 2 == 0
      ? account(number % 1000 + 1) : hashedAccount(Int(truncatingIfNeeded: number >> 2))
    let width = UInt64.random(in: 0..<200, using: &generator)
    rows[account] = (UInt256(generator.next() | 1) << Int(width)) >> 10 | UInt256(1)
  }
  return rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
}

private struct Sample: CustomStringConvertible {
  let rows: [Row]
  let shuffled: [Row]
  let threads: Int

  init(_ generator: inout Generator) {
    rows = randomRows(&generator, count: 1...60)
    shuffled = rows.shuffled(using: &generator)
    threads = Int.random(in: 1...8, using: &generator)
  }

  var description: String {
    let rows = shuffled.map { "\($0.account.hex) \($0.amount)" }
    return "\(threads) threads, \(rows.joined(separator: ", "))"
  }
}

@Suite("The same bundle from the same content")
struct RepeatableTests {
  @Test("INV-004: the identity is the same for shuffled rows, any number of threads, a second run")
  func identity() {
    check("identity", runs: 60, generate: { Sample(&$0) }) { sample in
      let one = try listBundle(sample.rows).commit()
      let other = try listBundle(sample.shuffled).commit(threads: sample.threads)
      let again = try listBundle(sample.shuffled).commit(threads: sample.threads)
      return one.commitment.canonicalBytes == other.commitment.canonicalBytes
        && again.commitment.hash == other.commitment.hash
    }
  }

  @Test("INV-003, INV-004: every written file but the lines of the raw file is the same")
  func files() throws {
    var generator = Generator(seed: 7)
    let rows = randomRows(&generator, count: 2000...2000)
    var options = BundleWriter.Options()
    options.writesTreeDumps = true
    let one = try BundleFolder(try listBundle(rows), options: options)
    options.threads = 5
    let other = try BundleFolder(try listBundle(rows.reversed()), options: options)
    let names = try one.folder.files()
    #expect(names.count > 32)
    #expect(try other.folder.files() == names)
    for name in names where name != "bundle/derived.json" && !name.contains("provenance/") {
      #expect(try one.folder.read(name) == other.folder.read(name), "\(name)")
    }
  }

  @Test("INV-013: what is loaded is what was written")
  func roundTrip() {
    check("round trip", runs: 25, generate: { Sample(&$0) }) { sample in
      let contents = try listBundle(sample.shuffled)
      let loaded = try BundleFolder(contents).load()
      let input = try #require(loaded.inputs.first)
      let commitment = try contents.commit().commitment
      return loaded.plan.plan == contents.plan && loaded.outcomes == contents.outcomes
        && loaded.campaigns == contents.campaigns && loaded.derived == contents.derived
        && loaded.commitment == commitment
        && input.rows.accounts == sample.rows.map(\.account)
        && input.rows.values == [ColumnValues(sample.rows.map(\.amount))]
    }
  }

  @Test("Rows of one account stand by their values, and equal rows stay two rows")
  func canonicalRows() throws {
    let declaration = SourceDeclaration(
      name: "s", file: "s.csv", format: .csv,
      columns: [
        ColumnDeclaration(name: "x", kind: .integer), ColumnDeclaration(name: "y", kind: .integer),
      ], duplicates: .sum)
    let rows = SourceRows(
      source: "s", accounts: [account(2), account(1), account(2), account(1), account(2)],
      values: [[1, 10, 1, 9, 0].map(units), [5, 0, 4, 0, 7].map(units)], lines: [9, 8, 7, 6, 5])
    let input = CanonicalInput(declaration, sorting: rows)
    let (one, two) = (account(1).hex, account(2).hex)
    #expect(
      String(decoding: input.bytes, as: UTF8.self)
        == "account,x,y\n\(one),9,0\n\(one),10,0\n\(two),0,7\n\(two),1,4\n\(two),1,5\n")
    #expect(input.rows.lines == [6, 8, 5, 7, 9])
    let same = SourceRows(
      source: "s", accounts: [account(1), account(1)],
      values: [[units(1), units(1)], [units(1), units(1)]], lines: [4, 3])
    let twice = CanonicalInput(declaration, sorting: same)
    #expect(twice.rows.lines == [3, 4])
    #expect(try CanonicalInput(parsing: twice.bytes, of: declaration).rows.count == 2)
  }

  @Test("Without its derived file, or with another, a bundle loads all the same")
  func derived() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    #expect(try bundle.load().derived == SmallBundle.contents().derived)
    try bundle.edit("derived.json", "derived-v2", "derived-v9")
    #expect(try bundle.load().derived == nil)
    try bundle.write(Array("{".utf8), to: "derived.json")
    #expect(try bundle.load().derived == nil)
    try bundle.remove("derived.json")
    #expect(try bundle.load().derived == nil)
  }

  @Test("A bundle from before lines had files of their own has its lines")
  func oldDerived() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    try bundle.remove("provenance")
    try bundle.remove("explain.json")
    #expect(try bundle.load().derived?.sources.map(\.lines) == [[], []])
    try bundle.write(try Vectors.data("derived-v1.json"), to: "derived.json")
    #expect(try bundle.load().derived == SmallBundle.contents().derived)
  }

  @Test("Lines of other rows are not taken")
  func otherLines() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let file = "provenance/points.csv"
    let right = try bundle.bytes(file)
    func lines() throws -> [[UInt32]]? { try bundle.load().derived?.sources.map(\.lines) }
    #expect(try lines() == [[4, 3, 2, 5, 6], [3, 1, 2]])
    for (old, new) in [
      (account(0xA).hex, account(0x9).hex), (",3\n", ",x\n"), ("account,", "address,"),
      ("\(account(0xEE).hex),6\n", ""),
    ] {
      try bundle.edit(file, old, new)
      #expect(try lines() == [[], [3, 1, 2]], "\(old)")
      try bundle.write(right, to: file)
    }
    try bundle.write(right + Array("\(account(0xEF).hex),7\n".utf8), to: file)
    #expect(try lines() == [[], [3, 1, 2]])
  }
}

@Suite("INV-014: a changed byte is found")
struct ChangedByteTests {
  private struct Flip: CustomStringConvertible {
    let file: String
    let position: Int
    let mask: UInt8

    init(_ files: [(String, Int)], _ generator: inout Generator) {
      let (file, size) = files.randomElement(using: &generator) ?? ("", 1)
      self.file = file
      position = Int.random(in: 0..<size, using: &generator)
      mask = UInt8.random(in: 1...255, using: &generator)
    }

    var description: String { "\(file), byte \(position), mask \(mask)" }
  }

  /// Flips a byte of a file, runs `body`, and puts the file back.
  private func flipped<Value>(
    _ flip: Flip, in bundle: BundleFolder, _ body: () throws -> Value
  ) throws -> Value {
    let bytes = try bundle.bytes(flip.file)
    var damaged = bytes
    damaged[flip.position] ^= flip.mask
    try bundle.write(damaged, to: flip.file)
    defer { try? bundle.write(bytes, to: flip.file) }
    return try body()
  }

  private func sizes(_ names: [String], _ bundle: BundleFolder) throws -> [(String, Int)] {
    try names.map { ($0, try bundle.bytes($0).count) }
  }

  private func failure(_ bundle: BundleFolder) -> BundleError.Kind? {
    do throws(BundleError) {
      _ = try bundle.load()
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("A byte of a data file or an input is a wrong hash")
  func data() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let files = try sizes(
      [
        "allocations.csv", "entitlements.csv", "exclusions.csv", "inputs/points.csv",
        "inputs/grants.csv",
      ], bundle)
    check("data files", runs: 250, generate: { Flip(files, &$0) }) { flip in
      try flipped(flip, in: bundle) { failure(bundle) } == .wrongHash
    }
  }

  @Test("A byte of the plan is found, or changes nothing but a comment or a label")
  func plan() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let files = try sizes(["plan.yaml"], bundle)
    let before = try bundle.load()
    var silent = 0
    check("plan", runs: 250, generate: { Flip(files, &$0) }) { flip in
      try flipped(flip, in: bundle) {
        if let kind = failure(bundle) { return [.malformedPlan, .wrongPlan].contains(kind) }
        silent += 1
        let after = try bundle.load()
        return after.plan.plan.withoutLabels == before.plan.plan.withoutLabels
          && after.identity == before.identity
      }
    }
    #expect(silent < 60)
  }

  @Test("A byte of the commitment is found, but for the name of a parent, which is the identity's")
  func commitment() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let files = try sizes(["commitment.json"], bundle)
    let before = try bundle.load()
    check("commitment", runs: 400, generate: { Flip(files, &$0) }) { flip in
      try flipped(flip, in: bundle) {
        guard failure(bundle) == nil else { return true }
        let after = try bundle.load()
        let places = after.commitment.campaigns.filter { $0.parentCommitment != .zero }
        return places.count == 1 && after.identity != before.identity
          && after.campaigns.map(\.entitlements) == before.campaigns.map(\.entitlements)
      }
    }
  }

  @Test("A byte of a shard or an index gives no proof or the right one")
  func proofs() throws {
    let rows = (0..<40).map { (account: hashedAccount($0), amount: units(UInt64($0 * 11 + 1))) }
    let bundle = try BundleFolder(try listBundle(rows))
    let campaign = try BundleReader.commitment(bundle.path).campaigns[0]
    let folder = "proofs/main/\(campaign.root.hex)"
    let files = try sizes(["\(folder)/all.json", "\(folder)/accounts/all.json"], bundle)
    let right = try rows.map {
      try BundleReader.proof(of: $0.account, campaign: campaign, in: bundle.path)
    }
    var refused = 0
    check("proof files", runs: 300, generate: { (Flip(files, &$0), Int($0.next() % 40)) }) {
      flip, index in
      try flipped(flip, in: bundle) {
        do throws(BundleError) {
          return try BundleReader.proof(
            of: rows[index].account, campaign: campaign, in: bundle.path) == right[index]
        } catch {
          refused += 1
          return true
        }
      }
    }
    #expect(refused > 150)
  }
}

extension Plan {
  /// What decides money, and names of files beside it.
  fileprivate var withoutLabels: Plan {
    Plan(
      name: name, law: law, tokens: tokens, campaigns: campaigns,
      sources: sources.map {
        SourceDeclaration(
          name: $0.name, file: "", format: .csv, accountColumn: "",
          columns: $0.columns.map {
            guard case .amount(let token, let decimals, _) = $0.kind else { return $0 }
            return ColumnDeclaration(
              name: $0.name, kind: .amount(token: token, decimals: decimals, unit: nil))
          }, duplicates: $0.duplicates)
      },
      epochs: epochs,
      programs: programs.map { program in
        var recipients = program.recipients
        if case .inline(let list) = recipients {
          recipients = .inline(list.map { InlineRecipient(account: $0.account, amount: $0.amount) })
        }
        return Program(
          name: program.name, kind: program.kind, campaign: program.campaign,
          budget: program.budget, recipients: recipients, basis: program.basis,
          rounding: program.rounding, unallocated: program.unallocated,
          emission: program.emission, exclude: program.exclude)
      })
  }
}
