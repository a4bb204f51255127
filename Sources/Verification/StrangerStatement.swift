import BigInt
import DistributionModel
import EthereumPrimitives

/// A signed statement as the verifier reads it: members as texts, its hash by EIP-712 written out.
struct StrangerStatement {
  /// Every member in its one form, the signature among them.
  let members: [String: String]
  let rules: StatementRules
  let account: Address
  private let place: StrangerCell.Place

  /// The statement's type, as its hash spells it: `type name` in the order of the members.
  private static func fields(_ rules: StatementRules) -> [(type: String, name: String)] {
    switch rules {
    case .corrections:
      [
        ("string", "plan"), ("string", "program"), ("uint64", "epoch"), ("address", "account"),
        ("string", "decision"), ("uint256", "amount"), ("string", "reason"),
      ]
    case .redirects:
      [("string", "plan"), ("address", "account"), ("address", "to"), ("uint64", "time")]
    case .tasks:
      [
        ("string", "plan"), ("address", "account"), ("string", "task"), ("uint256", "points"),
        ("uint64", "time"), ("bytes32", "id"),
      ]
    }
  }

  /// Reads a line; numbers may be texts or numbers, addresses of either case, v 27, 28, 0 or 1.
  init(
    _ line: ArraySlice<UInt8>, _ rules: StatementRules, file: String, number: Int
  ) throws {
    let place = StrangerCell.Place(file: file, line: "line \(number)")
    guard let object = StrangerJSON.parse(line)?.members else {
      throw VerificationFailure(
        .malformedJSON, file, place.line, found: "something else", expected: "a JSON object")
    }
    let texts = Dictionary(object.map { (Array($0.name.utf8), $0.value.cell) }) { first, _ in first
    }
    let fields = Self.fields(rules)
    var members: [String: String] = [:]
    for field in fields + [("bytes", "signature")] {
      guard let text = texts[Array(field.name.utf8)] ?? nil,
        let value = Self.oneForm(text, field.type)
      else { throw place.malformed("no or another '\(field.name)'", "one of \(field.type)") }
      members[field.name] = value
    }
    guard object.count == members.count, let account = try? Address(members["account"] ?? "") else {
      throw place.malformed(object.count.counted("member"), "\(members.count)")
    }
    self.members = members
    self.rules = rules
    self.account = account
    self.place = place
    try checkDecision()
    guard rules.name != "tasks" || Word(members["task"] ?? "") != nil else {
      throw place.malformed("the task '\(members["task"] ?? "")'", "1 to 32 signs of ASCII")
    }
  }

  private static func oneForm(_ text: String, _ type: String) -> String? {
    switch type {
    case "address":
      guard let address = try? Address(text), !address.isZero else { return nil }
      return address.hex
    case "uint64", "uint256":
      let bound = type == "uint64" ? BigUInt(1) << 64 : ReferenceLaw.bound
      guard (1...78).contains(text.utf8.count), let number = BigUInt(text), number < bound,
        "\(number)" == text
      else { return nil }
      return text
    case "bytes32": return (try? Bytes32(hex: text))?.hex
    case "bytes":
      guard let bytes = try? Hex.decode(text), bytes.count == 65 else { return nil }
      let v = bytes[64] < 27 ? bytes[64] + 27 : bytes[64]
      return v == 27 || v == 28 ? Hex.encode(bytes.dropLast() + [v]) : nil
    default: return text
    }
  }

  private func checkDecision() throws(VerificationFailure) {
    guard case .corrections = rules else { return }
    let granted = BigUInt(members["amount"] ?? "") ?? 0
    let isRight = members["decision"] == "grant" ? granted > 0 : granted == 0
    guard isRight, ["grant", "deny"].contains(members["decision"]) else {
      throw place.malformed(
        "\(members["decision"] ?? "") of \(granted)", "a grant above 0, or deny of 0")
    }
    let reason = members["reason"] ?? ""
    let isLine = reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard isLine, (1...2000).contains(reason.utf8.count) else {
      throw place.malformed(
        "a reason of \(reason.utf8.count.counted("byte"))", "one line of 1 to 2000")
    }
  }

  // MARK: Forms

  /// Canonical JSON: members ascending by name, every value a text without control characters.
  var line: [UInt8] {
    let parts = members.sorted { $0.key < $1.key }.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return #""\#(name)":"\#(escaped)""#
    }
    return Array("{\(parts.joined(separator: ","))}".utf8)
  }

  /// What the statement decides, so that two about the same can be told.
  var subject: [String] {
    switch rules {
    case .corrections: ["account", "program", "epoch"].map { members[$0] ?? "" }
    case .redirects: ["account", "time"].map { members[$0] ?? "" }
    case .tasks: [members["id"] ?? ""]
    }
  }

  /// The values of the columns that programs and redirects read.
  var values: [BigUInt] {
    switch rules {
    case .corrections: [number("amount")]
    case .redirects:
      [ReferenceLaw.big((try? Address(members["to"] ?? ""))?.number ?? .zero), number("time")]
    case .tasks:
      [
        number("points"), number("time"),
        (members["task"] ?? "").utf8.reduce(BigUInt(0)) { $0 << 8 + BigUInt($1) },
      ]
    }
  }

  /// What a correction decides; nil for another statement.
  var decision: ReferenceLaw.Inputs.Decision? {
    guard case .corrections = rules else { return nil }
    return .init(
      program: members["program"] ?? "", epoch: number("epoch"), account: account,
      granted: members["decision"] == "grant" ? number("amount") : nil)
  }

  private func number(_ name: String) -> BigUInt { BigUInt(members[name] ?? "") ?? 0 }

  // MARK: Signature

  /// keccak256(0x19 ‖ 0x01 ‖ domain ‖ statement), both being keccak256(type ‖ a word per member).
  var digest: Bytes32 {
    let domain = Self.structure(
      "EIP712Domain", [("string", "name", "Sluice"), ("string", "version", "1")])
    let name =
      switch rules {
      case .corrections: "Correction"
      case .redirects: "Redirect"
      case .tasks: "Task"
      }
    let statement = Self.structure(
      name, Self.fields(rules).map { ($0.type, $0.name, members[$0.name] ?? "") })
    return Keccak256.hash([0x19, 0x01] + domain + statement)
  }

  private static func structure(
    _ name: String, _ fields: [(type: String, name: String, value: String)]
  ) -> [UInt8] {
    let type = "\(name)(\(fields.map { "\($0.type) \($0.name)" }.joined(separator: ",")))"
    var bytes = Keccak256.hash(utf8: type).bytes
    for field in fields {
      switch field.type {
      case "string": bytes += Keccak256.hash(utf8: field.value).bytes
      case "address": bytes += ((try? Address(field.value)) ?? .zero).bytes32.bytes
      case "bytes32": bytes += ((try? Bytes32(hex: field.value)) ?? .zero).bytes
      default: bytes += ReferenceLaw.word(BigUInt(field.value) ?? 0).bytes32.bytes
      }
    }
    return Keccak256.hash(bytes).bytes
  }

  /// Who signed; nil where nobody did, or s is the higher of the two.
  var signer: Address? {
    guard let bytes = try? Hex.decode(members["signature"] ?? ""), bytes.count == 65 else {
      return nil
    }
    func number(_ part: ArraySlice<UInt8>) -> BigUInt {
      part.reduce(0) { $0 << 8 + BigUInt($1) }
    }
    return ReferenceSecp256k1.signer(
      of: digest, r: number(bytes[..<32]), s: number(bytes[32..<64]), isOdd: bytes[64] == 28)
  }
}

// MARK: Whole files

extension StrangerStatement {
  /// Reads the bytes of `inputs/<source>.jsonl`: form, order, plan, program, signer, each once.
  static func canonical(
    _ bytes: [UInt8], _ source: SourceDeclaration, _ rules: StatementRules, of plan: Plan
  ) throws -> [StrangerStatement] {
    let file = source.canonicalFile
    let programs = plan.programs.filter { $0.recipients == .source(source.name) }.map(\.name)
    var statements: [StrangerStatement] = []
    var subjects: Set<[String]> = []
    for (index, line) in StrangerFiles.lines(bytes).enumerated() {
      let statement = try StrangerStatement(line, rules, file: file, number: index + 1)
      func demand(
        _ holds: Bool, _ what: String, _ published: String, _ recomputed: String, _ reason: String
      ) throws(VerificationReport.Difference) {
        guard !holds else { return }
        throw VerificationReport.Difference(
          what: what, place: "\(file), line \(index + 1)", published: published,
          recomputed: recomputed, reason: reason)
      }
      let name = statement.members["plan"] ?? ""
      try demand(
        name == plan.name, "plan of a statement", name, plan.name, "It is about another plan.")
      if let program = statement.members["program"] {
        try demand(
          programs.contains(program), "program of a statement", program,
          programs.joined(separator: ", "), "The program does not read it.")
      }
      let allowed = rules.signers ?? [statement.account]
      let signer = statement.signer
      try demand(
        signer.map(allowed.contains) ?? false, "signer of a statement",
        signer.map { "\($0)" } ?? "nobody", allowed.map { "\($0)" }.joined(separator: ", "),
        "Recovered from the signature and the statement's hash (EIP-712).")
      try demand(
        subjects.insert(statement.subject).inserted, "statements of \(statement.account)",
        "a second one about the same", "one", "It could not be told which one counts.")
      statements.append(statement)
    }
    guard text(statements) == bytes else {
      throw VerificationReport.Difference(
        what: "order of statements", place: file, published: "another order or form",
        recomputed: "canonical JSON, lines ascending by their bytes",
        reason: "The order never depends on where a statement stood in a file.")
    }
    return statements
  }

  /// Reads files as their author published them, in any order.
  ///
  /// - Parameter window: the seconds in which tasks count; nil is all.
  static func raw(
    _ files: [[UInt8]], _ source: SourceDeclaration, _ rules: StatementRules,
    window: Range<UInt64>? = nil
  ) throws -> [StrangerStatement] {
    var statements: [StrangerStatement] = []
    for (index, text) in files.flatMap(StrangerFiles.lines).enumerated() {
      let line = text.last == 0x0D ? text.dropLast() : text
      guard !line.isEmpty else { continue }
      statements.append(
        try StrangerStatement(line, rules, file: source.file, number: index + 1))
    }
    guard case .tasks = rules else { return statements }
    return try once(statements, source.file).filter { task in
      window.map { $0.contains(UInt64(task.members["time"] ?? "") ?? 0) } ?? true
    }
  }

  /// Of the lines of one id the first by its bytes; all have to say the same.
  private static func once(
    _ statements: [StrangerStatement], _ file: String
  ) throws -> [StrangerStatement] {
    let byID = Dictionary(grouping: statements, by: \.subject)
    for same in byID.values {
      var contents = same.map(\.members)
      for index in contents.indices { contents[index]["signature"] = nil }
      guard contents.allSatisfy({ $0 == contents[0] }) else {
        throw VerificationFailure(
          .malformedLine, file, "id \(same[0].subject[0])", found: "several tasks",
          expected: "one task of an id")
      }
    }
    return byID.values.compactMap { same in
      same.min { $0.line.lexicographicallyPrecedes($1.line) }
    }
  }

  /// Statements as the canonical file has them.
  static func text(_ statements: [StrangerStatement]) -> [UInt8] {
    let lines = statements.map(\.line).sorted { $0.lexicographicallyPrecedes($1) }
    return lines.flatMap { $0 + [0x0A] }
  }
}
