import CanonicalJSON
import EVM
import EthereumPrimitives

/// A case of the differential tests (`Tests/Python/evm`): a state, and blocks of transactions that
/// follow one another.
///
/// A case and its result are a line of JSON each:
///
///     {"fork", "pre", "blocks": [{"env", "transactions": ["0x…"]}]}
///     {"results": [{"refused"} or {"status", "reason", "gasUsed", "output", "logs"}],
///      "root", "post"}
///
/// `pre`, `post` and `env` are as in state tests, `logs` is the RLP of a receipt's logs.
struct DifferentialCase {
  private let evm: EVM
  private let blocks: [JSON]

  init(_ line: String) throws {
    let test = try JSON.parse([UInt8](line.utf8))
    let forks: [String: Fork] = ["Cancun": .cancun, "Prague": .prague]
    let name = try test.text("fork")
    guard let fork = forks[name] else { throw Malformed(what: "fork \(name)") }
    evm = EVM(world: try World(try test.member("pre")), fork: fork)
    blocks = try test.elements("blocks")
  }

  func run() throws -> JSON {
    let results = try blocks.flatMap(run)
    return .object([
      .init(key: "results", value: .array(results)),
      .init(key: "root", value: .string(evm.world.root().hex)),
      .init(key: "post", value: post),
    ])
  }

  private func run(_ block: JSON) throws -> [JSON] {
    let context = try BlockContext(try block.member("env"))
    var gasLeft = context.gasLimit
    return try block.elements("transactions").map { raw in
      do {
        let signed = try SignedTransaction(raw: try Hex.decode(raw.text ?? ""))
        let outcome = try evm.execute(
          signed.transaction, from: try signed.sender(), in: context, gasLeft: gasLeft)
        gasLeft -= outcome.gasUsed
        return Self.result(outcome)
      } catch let error as RawTransactionError {
        return Self.object(["refused": error.description])
      } catch let error as TransactionError {
        return Self.object(["refused": error.description])
      }
    }
  }

  private static func result(_ outcome: EVM.Outcome) -> JSON {
    var members = [
      "gasUsed": UInt256(outcome.gasUsed).hex, "output": Hex.encode(outcome.output),
      "logs": Hex.encode(RLP.encode(.list(outcome.logs.map(\.item)))),
    ]
    switch outcome.status {
    case .success: members["status"] = "success"
    case .reverted: members["status"] = "reverted"
    case .halted(let reason):
      members["status"] = "halted"
      members["reason"] = "\(reason)"
    }
    return object(members)
  }

  private var post: JSON {
    var accounts: [JSON.Member] = []
    evm.world.forEachAccount { address, record, storage in
      let slots = storage.map { JSON.Member(key: $0.key.hex, value: .string($0.value.hex)) }
      let account: [JSON.Member] = [
        .init(key: "nonce", value: .string(UInt256(record.nonce).hex)),
        .init(key: "balance", value: .string(record.balance.hex)),
        .init(key: "code", value: .string(Hex.encode(record.code))),
        .init(key: "storage", value: .object(slots)),
      ]
      accounts.append(.init(key: address.hex, value: .object(account)))
    }
    return .object(accounts)
  }

  private static func object(_ members: [String: String]) -> JSON {
    .object(members.map { JSON.Member(key: $0.key, value: .string($0.value)) })
  }
}
