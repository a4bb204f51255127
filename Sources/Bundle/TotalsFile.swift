import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// `explain.json`: what explaining an account takes beside the account's own rows.
struct TotalsFile: Equatable {
  static let name = "explain.json"
  static let format = "sluice-explain-v1"

  struct Program: Equatable {
    let name: String
    let totalWeight: UInt256?
    let totals: [ExpressionTotal]
    /// Only of a split with a cap, a floor or a unit.
    let levels: SplitLevels?
    /// What the rows of the program's file of standings are numbers of; none where it has no file.
    let standings: [Standing]
  }

  /// Something that each account has its own number of.
  struct Standing: Equatable {
    let among: ExpressionTotal.Accounts
    let text: String
  }

  /// Of the bundle that it belongs to.
  let identity: Bytes32
  /// Bytes of the files in which an account's rows are looked up, by name.
  let sizes: [String: Int]
  /// Those that ran, in plan order.
  let programs: [Program]

  var bytes: [UInt8] {
    JSON.object([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "identity", value: .string(identity.hex)),
      .init(
        key: "sizes",
        value: .object(sizes.map { .init(key: $0.key, value: .integer($0.value)) })),
      .init(key: "programs", value: .array(programs.map(\.json))),
    ]).canonicalBytes()
  }

  /// - Throws: where the file is not what is written, or belongs to another bundle.
  init(parsing bytes: [UInt8], identity: Bytes32) throws(BundleError) {
    func malformed(_ place: String, _ found: JSON?, _ expected: String) -> BundleError {
      BundleError(
        .malformedMember, file: Self.name, place: place, found: found?.kindName ?? "nothing",
        expected: expected)
    }
    let json: JSON
    do {
      json = try JSON.parse(bytes)
    } catch {
      throw BundleError(
        .notJSON, file: Self.name, place: "line \(error.line), column \(error.column)",
        found: error.found, expected: error.expected)
    }
    guard json["format"]?.text == Self.format else {
      throw BundleError(
        .unknownFormat, file: Self.name, place: "format",
        found: json["format"]?.kindName ?? "nothing",
        expected: Self.format)
    }
    guard json["identity"]?.text == identity.hex else {
      throw BundleError(
        .wrongHash, file: Self.name, place: "identity",
        found: json["identity"]?.kindName ?? "nothing",
        expected: "\(identity.hex), this bundle's", advice: "It belongs to another bundle.")
    }
    var sizes: [String: Int] = [:]
    for member in json["sizes"]?.members ?? [] {
      guard let size = member.value.wholeNumber, size >= 0 else {
        throw malformed("sizes", member.value, "a number of bytes")
      }
      sizes[member.key] = size
    }
    guard let entries = json["programs"]?.elements else {
      throw malformed("programs", json["programs"], "a list")
    }
    var programs: [Program] = []
    for (index, entry) in entries.enumerated() {
      guard let program = Program(entry) else {
        throw malformed("programs[\(index)]", entry, "a name, a total weight and totals")
      }
      programs.append(program)
    }
    self.init(identity: identity, sizes: sizes, programs: programs)
  }

  init(identity: Bytes32, sizes: [String: Int], programs: [Program]) {
    self.identity = identity
    self.sizes = sizes
    self.programs = programs
  }
}

extension TotalsFile.Program {
  init(_ outcome: ProgramOutcome) {
    self.init(
      name: outcome.program, totalWeight: outcome.totalWeight, totals: outcome.totals,
      levels: outcome.levels,
      standings: outcome.standings.map { .init(among: $0.among, text: $0.text) })
  }

  /// `levels` and `standings` stand there only where the program has some.
  fileprivate var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "name", value: .string(name)),
      .init(key: "totalWeight", value: totalWeight.map { .string($0.decimal) } ?? .null),
      .init(
        key: "totals",
        value: .array(
          totals.map {
            .object([
              .init(key: "accounts", value: .string($0.accounts.rawValue)),
              .init(key: "text", value: .string($0.text)),
              .init(key: "value", value: .string($0.value.description)),
            ])
          })),
    ]
    if let levels {
      members.append(
        .init(
          key: "levels",
          value: .object([
            .init(key: "first", value: levels.first.json),
            .init(key: "final", value: levels.final.json),
          ])))
    }
    if !standings.isEmpty {
      members.append(.init(key: "standings", value: .array(standings.map(\.json))))
    }
    return .object(members)
  }

  fileprivate init?(_ json: JSON) {
    guard let name = json["name"]?.text, let entries = json["totals"]?.elements else { return nil }
    var totals: [ExpressionTotal] = []
    for entry in entries {
      guard let accounts = entry["accounts"]?.text.flatMap(ExpressionTotal.Accounts.init),
        let text = entry["text"]?.text, let value = entry["value"]?.text.flatMap(DecimalNumber.init)
      else { return nil }
      totals.append(ExpressionTotal(accounts: accounts, text: text, value: value))
    }
    var totalWeight: UInt256?
    if let text = json["totalWeight"]?.text {
      guard let number = try? UInt256(decimal: text) else { return nil }
      totalWeight = number
    }
    var levels: SplitLevels?
    if let entry = json["levels"] {
      guard let first = SplitLevel(entry["first"]), let final = SplitLevel(entry["final"]) else {
        return nil
      }
      levels = SplitLevels(first: first, final: final)
    }
    let standings = (json["standings"]?.elements ?? []).map(TotalsFile.Standing.init)
    self.init(
      name: name, totalWeight: totalWeight, totals: totals, levels: levels,
      standings: standings.compactMap { $0 })
    guard self.standings.count == standings.count else { return nil }
  }
}

extension TotalsFile.Standing {
  fileprivate var json: JSON {
    .object([
      .init(key: "accounts", value: .string(among.rawValue)),
      .init(key: "text", value: .string(text)),
    ])
  }

  fileprivate init?(_ json: JSON) {
    guard let among = json["accounts"]?.text.flatMap(ExpressionTotal.Accounts.init),
      let text = json["text"]?.text
    else { return nil }
    self.init(among: among, text: text)
  }
}

extension SplitLevel {
  fileprivate var json: JSON {
    .object([
      .init(key: "shared", value: .string(shared.decimal)),
      .init(key: "weight", value: .string(weight.decimal)),
    ])
  }

  fileprivate init?(_ json: JSON?) {
    guard let shared = json?["shared"]?.text, let weight = json?["weight"]?.text,
      let shared = try? UInt256(decimal: shared), let weight = try? UInt256(decimal: weight)
    else { return nil }
    self.init(shared: shared, weight: weight)
  }
}

/// `explain/programs/<program>.csv`: what single accounts came to among all others.
enum StandingsFile {
  static let header = "account,standing,number"

  static func name(_ program: String) -> String { "explain/programs/\(program).csv" }

  /// The rows of all standings, ascending by account, then by the place of the standing.
  static func bytes(_ standings: [Standings]) -> [UInt8] {
    var text = ASCIIText(capacity: standings.reduce(0) { $0 + 64 * $1.accounts.count })
    text.append(Array((header + "\n").utf8))
    var next = standings.map { _ in 0 }
    func account(_ standing: Int) -> Address? {
      let accounts = standings[standing].accounts
      return next[standing] < accounts.count ? accounts[next[standing]] : nil
    }
    func lowestAccount() -> Address? {
      var lowest: Address?
      for standing in standings.indices {
        guard let account = account(standing) else { continue }
        lowest = min(lowest ?? account, account)
      }
      return lowest
    }
    while let lowest = lowestAccount() {
      for standing in standings.indices where account(standing) == lowest {
        text.append(hex: lowest)
        text.append(UInt8(ascii: ","))
        text.append(decimal: UInt256(UInt64(standing)))
        text.append(UInt8(ascii: ","))
        text.append(decimal: standings[standing].numbers[next[standing]])
        text.append(0x0A)
        next[standing] += 1
      }
    }
    return text.bytes()
  }

  /// The numbers of the account that some rows are about.
  static func numbers(
    parsing bytes: [UInt8], file: String, of standings: [TotalsFile.Standing]
  ) throws(BundleError) -> [ExpressionTotal] {
    var reader = try DataFileReader(bytes, file: file, header: header)
    var numbers: [ExpressionTotal] = []
    var last = -1
    while try reader.next() != nil {
      guard let place = try reader.amount(1).asInt, standings.indices.contains(place), place > last
      else {
        throw reader.error(
          .wrongOrder, found: "standing \(reader.text(1).prefix(20))",
          expected: "each of \(standings.count) at most once, ascending from 0")
      }
      last = place
      numbers.append(
        ExpressionTotal(
          accounts: standings[place].among, text: standings[place].text,
          value: DecimalNumber(try reader.amount(2))))
    }
    return numbers
  }
}

extension BundleContents {
  /// The files beside the identity that tell where rows came from and what they come to together.
  func derivedFiles(_ committed: CommittedBundle) -> [(name: String, bytes: [UInt8])] {
    var looked = committed.dataFiles + inputs.map { ($0.fileName, $0.bytes) }
    var files: [(name: String, bytes: [UInt8])] = []
    for input in inputs {
      let source = derived.sources.first { $0.source == input.declaration.name }
      guard let lines = source?.lines, lines.count == input.rows.count,
        input.declaration.hasAccounts
      else { continue }
      let bytes = Provenance.bytes(accounts: input.rows.accounts, lines: lines)
      files.append((Provenance.fileName(input.declaration.name), bytes))
    }
    for outcome in outcomes where !outcome.standings.isEmpty {
      files.append((StandingsFile.name(outcome.program), StandingsFile.bytes(outcome.standings)))
    }
    if !plan.redirects.isEmpty { files.append((ReceivedFile.name, ReceivedFile.bytes(self))) }
    looked += files
    let totals = TotalsFile(
      identity: committed.commitment.hash,
      sizes: Dictionary(uniqueKeysWithValues: looked.map { ($0.name, $0.bytes.count) }),
      programs: outcomes.map(TotalsFile.Program.init))
    return [(Derived.fileName, derived.bytes)] + files + [(TotalsFile.name, totals.bytes)]
  }
}
