import CanonicalJSON
import DistributionModel
import EthereumPrimitives

extension Statement {
  /// What a wallet shows and signs.
  ///
  ///     Correction(string plan,string program,uint64 epoch,address account,string decision,
  ///                uint256 amount,string reason)
  ///     Redirect(string plan,address account,address to,uint64 time)
  ///     Task(string plan,address account,string task,uint256 points,uint64 time,bytes32 id)
  ///
  /// in the domain of name `Sluice` and version `1`, of no chain: a statement is about a plan.
  public var typedData: TypedData {
    do {
      return try TypedData(
        domain: TypedDataDomain(name: "Sluice", version: "1"), types: [structure: structureMembers],
        primaryType: structure, message: message)
    } catch {
      preconditionFailure("the types of statements are right: \(error)")
    }
  }

  /// The hash that is signed.
  public var digest: Bytes32 {
    do {
      return try typedData.digest()
    } catch {
      preconditionFailure("a statement's values fit its types: \(error)")
    }
  }

  private var structure: String {
    switch self {
    case .correction: "Correction"
    case .redirect: "Redirect"
    case .task: "Task"
    }
  }

  private var structureMembers: [TypedDataMember] {
    switch self {
    case .correction:
      [
        TypedDataMember("string", "plan"), TypedDataMember("string", "program"),
        TypedDataMember("uint64", "epoch"), TypedDataMember("address", "account"),
        TypedDataMember("string", "decision"), TypedDataMember("uint256", "amount"),
        TypedDataMember("string", "reason"),
      ]
    case .redirect:
      [
        TypedDataMember("string", "plan"), TypedDataMember("address", "account"),
        TypedDataMember("address", "to"), TypedDataMember("uint64", "time"),
      ]
    case .task:
      [
        TypedDataMember("string", "plan"), TypedDataMember("address", "account"),
        TypedDataMember("string", "task"), TypedDataMember("uint256", "points"),
        TypedDataMember("uint64", "time"), TypedDataMember("bytes32", "id"),
      ]
    }
  }

  private var message: [String: TypedDataValue] {
    switch self {
    case .correction(let correction):
      [
        "plan": .plain(.string(correction.plan)), "program": .plain(.string(correction.program)),
        "epoch": .plain(.uint(UInt256(correction.epoch))),
        "account": .plain(.address(correction.account)),
        "decision": .plain(.string(correction.decision.rawValue)),
        "amount": .plain(.uint(correction.amount.baseUnits)),
        "reason": .plain(.string(correction.reason)),
      ]
    case .redirect(let redirect):
      [
        "plan": .plain(.string(redirect.plan)), "account": .plain(.address(redirect.account)),
        "to": .plain(.address(redirect.to)), "time": .plain(.uint(UInt256(redirect.time.seconds))),
      ]
    case .task(let task):
      [
        "plan": .plain(.string(task.plan)), "account": .plain(.address(task.account)),
        "task": .plain(.string(task.task.text)), "points": .plain(.uint(task.points)),
        "time": .plain(.uint(UInt256(task.time.seconds))),
        "id": .plain(.fixedBytes(task.id.bytes)),
      ]
    }
  }

  /// The request that a wallet takes as `eth_signTypedData_v4`; numbers are texts.
  public var walletRequest: JSON {
    func types(_ members: [TypedDataMember]) -> JSON {
      .array(
        members.map {
          .object([
            .init(key: "name", value: .string($0.name)),
            .init(key: "type", value: .string($0.type)),
          ])
        })
    }
    func texts(_ members: [(String, String)]) -> JSON {
      .object(members.map { .init(key: $0.0, value: .string($0.1)) })
    }
    let domain = TypedDataDomain(name: "Sluice", version: "1")
    return .object([
      .init(
        key: "types",
        value: .object([
          .init(key: TypedDataDomain.structureName, value: types(domain.members)),
          .init(key: structure, value: types(structureMembers)),
        ])),
      .init(key: "primaryType", value: .string(structure)),
      .init(key: "domain", value: texts([("name", "Sluice"), ("version", "1")])),
      .init(key: "message", value: texts(StatementLine.members(of: self))),
    ])
  }
}
