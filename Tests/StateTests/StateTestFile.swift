import CanonicalJSON
import EVM
import EthereumPrimitives

/// A file of Ethereum's state tests: states and transactions, and the root and logs that have to
/// come out.
///
/// Source: https://ethereum-tests.readthedocs.io, "General State Tests".
struct StateTestFile {
  /// One transaction of a test under one fork.
  struct Case {
    let name: String
    let expectedRoot: Bytes32
    let expectedLogs: Bytes32
    /// The names of errors, one of which has to be why the transaction is refused.
    let exception: String?
    let raw: [UInt8]
    let sender: Address
    let environment: [String: String]
    let before: [JSON.Member]
  }

  struct Malformed: Error {
    let what: String
  }

  let cases: [Case]

  init(_ bytes: [UInt8], fork: String) throws {
    let tests = try JSON.parse(bytes).members ?? []
    cases = try tests.flatMap { try Self.cases(of: $0.value, named: $0.key, fork: fork) }
  }

  private static func cases(of test: JSON, named name: String, fork: String) throws -> [Case] {
    let transaction = try test.member("transaction")
    let sender = try Address(try transaction.text("sender"))
    var environment: [String: String] = [:]
    for member in try test.member("env").members ?? [] {
      environment[member.key] = member.value.text
    }
    let posts = try test.member("post").members?.first { $0.key == fork }?.value.elements ?? []
    return try posts.map { post in
      let indexes = try post.member("indexes").members ?? []
      let numbers = indexes.map { "\($0.key) \($0.value.wholeNumber ?? -1)" }
      return Case(
        name: "\(name), \(numbers.joined(separator: ", "))",
        expectedRoot: try Bytes32(hex: try post.text("hash")),
        expectedLogs: try Bytes32(hex: try post.text("logs")),
        exception: try? post.text("expectException"),
        raw: try Hex.decode(try post.text("txbytes")), sender: sender, environment: environment,
        before: try test.member("pre").members ?? [])
    }
  }
}

// MARK: Running

extension StateTestFile.Case {
  /// What is wrong; nil where all is as expected.
  func failure(_ fork: Fork, audit: StepAudit? = nil) throws -> String? {
    let world = try World(before)
    let evm = EVM(world: world, fork: fork)
    var logs: [World.Log] = []
    var refusal: String?
    do {
      let signed = try SignedTransaction(raw: raw)
      let found = try signed.sender()
      guard found == sender else { return "the sender is \(found), expected \(sender)" }
      let block = try block()
      logs = try evm.execute(
        signed.transaction, from: sender, in: block, gasLeft: block.gasLimit, tracer: audit
      ).logs
    } catch {
      refusal = "\(error)"
    }
    if (refusal != nil) != (exception != nil) {
      return "found \(refusal ?? "no error"), expected \(exception ?? "none")"
    }
    if let broken = audit?.broken { return "a step: \(broken)" }
    let root = world.root()
    guard root == expectedRoot else { return "the root is \(root), expected \(expectedRoot)" }
    let hash = Keccak256.hash(RLP.encode(.list(logs.map(\.item))))
    return hash == expectedLogs ? nil : "the logs' hash is \(hash), expected \(expectedLogs)"
  }

  private func block() throws -> BlockContext {
    var block = BlockContext()
    block.number = try number("currentNumber").asUInt64 ?? 0
    block.timestamp = try number("currentTimestamp").asUInt64 ?? 0
    block.gasLimit = try number("currentGasLimit").asUInt64 ?? .max
    block.baseFee = try number("currentBaseFee")
    block.excessBlobGas = try number("currentExcessBlobGas").asUInt64 ?? 0
    block.prevRandao = try number("currentRandom").bytes32
    block.coinbase = try Address(environment["currentCoinbase"] ?? "")
    // The tests' blocks before have the hash of their number, written in decimal.
    for number in block.number - min(block.number, 256)..<block.number {
      block.hashes[number] = Keccak256.hash(utf8: "\(number)")
    }
    return block
  }

  private func number(_ name: String) throws -> UInt256 {
    try UInt256(padded: environment[name] ?? "")
  }
}

extension World {
  fileprivate convenience init(_ accounts: [JSON.Member]) throws {
    self.init()
    for account in accounts {
      let address = try Address(account.key)
      set(
        address,
        Record(
          nonce: try UInt256(padded: account.value.text("nonce")).asUInt64 ?? 0,
          balance: try UInt256(padded: account.value.text("balance")),
          code: try Hex.decode(account.value.text("code"))))
      for slot in try account.value.member("storage").members ?? [] {
        setStorage(
          of: address, at: try UInt256(padded: slot.key),
          to: try UInt256(padded: slot.value.text ?? ""))
      }
    }
  }
}

extension UInt256 {
  /// From `0x` and digits, zeros before them or not.
  fileprivate init(padded text: String) throws {
    let digits = text.dropFirst(2).drop { $0 == "0" }
    try self.init(hex: "0x" + (digits.isEmpty ? "0" : digits))
  }
}

extension JSON {
  fileprivate func member(_ name: String) throws -> JSON {
    guard let member = members?.first(where: { $0.key == name }) else {
      throw StateTestFile.Malformed(what: name)
    }
    return member.value
  }

  fileprivate func text(_ name: String) throws -> String {
    guard let text = try member(name).text else { throw StateTestFile.Malformed(what: name) }
    return text
  }
}
