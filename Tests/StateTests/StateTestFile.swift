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
    let environment: JSON
    let before: JSON
  }

  let cases: [Case]

  init(_ bytes: [UInt8], fork: String) throws {
    let tests = try JSON.parse(bytes).members ?? []
    cases = try tests.flatMap { try Self.cases(of: $0.value, named: $0.key, fork: fork) }
  }

  private static func cases(of test: JSON, named name: String, fork: String) throws -> [Case] {
    let transaction = try test.member("transaction")
    let sender = try Address(try transaction.text("sender"))
    let posts = try test.member("post")[fork]?.elements ?? []
    return try posts.map { post in
      let indexes = try post.member("indexes").members ?? []
      let numbers = indexes.map { "\($0.key) \($0.value.wholeNumber ?? -1)" }
      return Case(
        name: "\(name), \(numbers.joined(separator: ", "))",
        expectedRoot: try Bytes32(hex: try post.text("hash")),
        expectedLogs: try Bytes32(hex: try post.text("logs")),
        exception: try? post.text("expectException"),
        raw: try Hex.decode(try post.text("txbytes")), sender: sender,
        environment: try test.member("env"), before: try test.member("pre"))
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
      let block = try BlockContext(environment)
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
}
