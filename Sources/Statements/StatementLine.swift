import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// A statement as an object of JSON: its members, and the signature under `signature`.
///
/// `docs/reference/statements.md` has the members of each kind.
public struct StatementLine: Sendable {
  /// Bytes of a reason.
  public static let reasonBytes = 2000
  /// A statement has eight members.
  public static let jsonLimits = JSONLimits(bytes: 1 << 16, depth: 2, values: 64)

  /// How every line of a signed statement starts in its one form, before its account: members
  /// ascend by their names.
  public static let start = "{\"account\":\""

  public let statement: Statement
  /// As it was written; nil where nobody signed yet.
  public let signature: String?

  /// Reads the members of an object; only those of the statement may be there.
  public init(_ json: JSON, as rules: StatementRules) throws(StatementError) {
    let members = StatementMembers(json: json)
    switch rules {
    case .corrections:
      try members.allowOnly(Self.correctionMembers)
      statement = .correction(try Self.correction(members))
    case .redirects:
      try members.allowOnly(Self.redirectMembers)
      statement = .redirect(
        SignedRedirect(
          plan: try members.text("plan"), account: try members.account("account"),
          to: try members.account("to"), time: Timestamp(try members.number64("time"))))
    case .tasks:
      try members.allowOnly(Self.taskMembers)
      statement = .task(
        TaskAttestation(
          plan: try members.text("plan"), account: try members.account("account"),
          task: try members.word("task"), points: try members.number("points"),
          time: Timestamp(try members.number64("time")), id: try members.bytes32("id")))
    }
    signature = json["signature"] == nil ? nil : try members.text("signature")
  }

  private static let correctionMembers = [
    "account", "amount", "decision", "epoch", "plan", "program", "reason",
  ]
  private static let redirectMembers = ["account", "plan", "time", "to"]
  private static let taskMembers = ["account", "id", "plan", "points", "task", "time"]

  private static func correction(
    _ members: StatementMembers
  ) throws(StatementError) -> Correction {
    let word = try members.text("decision")
    guard let decision = Correction.Decision(rawValue: word) else {
      throw members.malformed("decision", "grant or deny")
    }
    let amount = try members.number("amount")
    guard amount.isZero == (decision == .deny) else {
      throw members.malformed(
        "amount", decision == .deny ? "0: who is denied receives nothing" : "an amount above 0")
    }
    let reason = try members.text("reason")
    let isLine = reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard isLine, (1...reasonBytes).contains(reason.utf8.count) else {
      throw members.malformed("reason", "one line of 1 to \(reasonBytes) bytes")
    }
    return Correction(
      plan: try members.text("plan"), program: try members.text("program"),
      epoch: try members.number64("epoch"), account: try members.account("account"),
      decision: decision, amount: Amount(amount), reason: reason)
  }

  /// The line of a signed statement in its one form: canonical JSON, without a line end.
  public static func canonicalBytes(_ signed: SignedStatement) -> [UInt8] {
    let members = members(of: signed.statement) + [("signature", signed.signature.hex)]
    return JSON.object(members.map { .init(key: $0.0, value: .string($0.1)) }).canonicalBytes()
  }

  /// The places of statements of which none stands twice, ascending. Where a task was handed in
  /// with several signatures, the line that comes first by its bytes is the one.
  public static func withoutRepetitions(_ statements: [SignedStatement]) -> [Int] {
    var first: [Statement: (place: Int, line: [UInt8])] = [:]
    for (place, signed) in statements.enumerated() {
      let line = canonicalBytes(signed)
      if let known = first[signed.statement], !line.lexicographicallyPrecedes(known.line) {
        continue
      }
      first[signed.statement] = (place, line)
    }
    return first.values.map(\.place).sorted()
  }

  /// Names and values of a statement's members, every value as text.
  static func members(of statement: Statement) -> [(String, String)] {
    switch statement {
    case .correction(let correction):
      [
        ("plan", correction.plan), ("program", correction.program),
        ("epoch", String(correction.epoch)), ("account", correction.account.hex),
        ("decision", correction.decision.rawValue),
        ("amount", correction.amount.baseUnits.decimal), ("reason", correction.reason),
      ]
    case .redirect(let redirect):
      [
        ("plan", redirect.plan), ("account", redirect.account.hex), ("to", redirect.to.hex),
        ("time", String(redirect.time.seconds)),
      ]
    case .task(let task):
      [
        ("plan", task.plan), ("account", task.account.hex), ("task", task.task.text),
        ("points", task.points.decimal), ("time", String(task.time.seconds)), ("id", task.id.hex),
      ]
    }
  }
}

/// Typed access to the members of a statement.
private struct StatementMembers {
  let json: JSON

  func allowOnly(_ names: [String]) throws(StatementError) {
    guard let members = json.members else {
      throw StatementError(
        .malformedStatement, found: json.kindName, expected: "an object with the members of one")
    }
    if let other = members.first(where: { $0.key != "signature" && !names.contains($0.key) }) {
      throw StatementError(
        .malformedStatement, found: "the member '\(other.key)'",
        expected: "only \(names.joined(separator: ", ")) and signature",
        advice: "What is no member is not signed: remove it.")
    }
  }

  func text(_ name: String) throws(StatementError) -> String {
    guard let text = json[name]?.text else { throw malformed(name, "a text") }
    return text
  }

  func account(_ name: String) throws(StatementError) -> Address {
    let text = try text(name)
    guard let account = try? Address(text), !account.isZero else {
      throw malformed(name, "an address that somebody holds, with a right checksum if it has one")
    }
    return account
  }

  func word(_ name: String) throws(StatementError) -> Word {
    guard let word = Word(try text(name)) else {
      throw malformed(name, "1 to 32 signs of ASCII, without blanks at its ends")
    }
    return word
  }

  func bytes32(_ name: String) throws(StatementError) -> Bytes32 {
    guard let bytes = try? Bytes32(hex: try text(name)) else {
      throw malformed(name, "0x and 64 hexadecimal digits")
    }
    return bytes
  }

  /// Digits as a text or as a number.
  func number(_ name: String) throws(StatementError) -> UInt256 {
    let digits: String? =
      if case .number(let literal)? = json[name] { literal } else { json[name]?.text }
    guard let digits, let number = try? UInt256(decimal: digits) else {
      throw malformed(name, "a whole number in decimal digits, below 2^256")
    }
    return number
  }

  func number64(_ name: String) throws(StatementError) -> UInt64 {
    guard let number = try number(name).asUInt64 else {
      throw malformed(name, "a whole number below 2^64")
    }
    return number
  }

  func malformed(_ name: String, _ expected: String) -> StatementError {
    StatementError(
      .malformedStatement, name, found: json[name]?.kindName ?? "nothing", expected: expected)
  }
}
