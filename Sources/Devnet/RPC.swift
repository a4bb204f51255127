import CanonicalJSON
import EVM
import EthereumPrimitives
import Signing

/// Answers JSON-RPC: the text of a request to the text of the answer.
///
/// Source: JSON-RPC 2.0; Ethereum's execution APIs (https://ethereum.github.io/execution-apis).
///
/// One thread uses it at a time.
public final class RPC {
  public let chain: Chain
  let keys: [Address: PrivateKey]
  /// In the order in which they are listed.
  let accounts: [Address]
  var filters: [UInt64: Filter] = [:]
  var filterCount: UInt64 = 0
  /// Seconds between blocks that are made by the clock; 0 for none.
  public internal(set) var interval: UInt64 = 0

  /// The most requests in a batch.
  static let maximumBatch = 1000
  static let limits = JSONLimits(bytes: 32 << 20, depth: 64, values: 1_000_000)

  public init(chain: Chain, keys: [PrivateKey] = []) {
    self.chain = chain
    accounts = keys.map(\.account)
    self.keys = Dictionary(zip(accounts, keys)) { first, _ in first }
  }

  /// The answer to a body; nothing where only notifications were sent.
  public func answer(_ body: [UInt8]) -> [UInt8] {
    let request: JSON
    do { request = try JSON.parse(body, limits: Self.limits) } catch {
      return Self.failure(.parse("\(error)"), id: .null).canonicalBytes()
    }
    guard case .array(let requests) = request else {
      return answer(to: request)?.canonicalBytes() ?? []
    }
    guard !requests.isEmpty, requests.count <= Self.maximumBatch else {
      let words = "a batch has 1 to \(Self.maximumBatch) requests, this one \(requests.count)"
      return Self.failure(.invalidRequest(words), id: .null).canonicalBytes()
    }
    let answers = requests.compactMap(answer(to:))
    return answers.isEmpty ? [] : JSON.array(answers).canonicalBytes()
  }

  /// nil for a notification, which has no id.
  private func answer(to request: JSON) -> JSON? {
    guard request.members != nil, let method = request["method"]?.text else {
      return Self.failure(
        .invalidRequest("a request is an object with a `method`"), id: request["id"] ?? .null)
    }
    let result: JSON
    do throws(RPCError) {
      result = try call(method, request["params"] ?? .array([]))
    } catch {
      return request["id"].map { Self.failure(error, id: $0) }
    }
    return request["id"].map { id in
      .members(["jsonrpc": .string("2.0"), "id": id, "result": result])
    }
  }

  private static func failure(_ error: RPCError, id: JSON) -> JSON {
    .members(["jsonrpc": .string("2.0"), "id": id, "error": error.json])
  }

  /// Calls a method by its name.
  public func call(_ method: String, _ parameters: JSON) throws(RPCError) -> JSON {
    guard let values = parameters.elements else {
      throw .invalidParameters("`params` is a list")
    }
    var parameters = Parameters(values)
    guard let result = try handle(method, &parameters) else {
      throw RPCError(code: -32_601, message: "the method \(method) does not exist")
    }
    return result
  }

  private func handle(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    if let result = try look(method, &parameters) { return result }
    if let result = try execute(method, &parameters) { return result }
    if let result = try filter(method, &parameters) { return result }
    return try control(method, &parameters)
  }
}

/// Why a request has no result. Source: JSON-RPC 2.0, section 5.1; EIP-1474.
public struct RPCError: Error, Sendable, Hashable {
  public var code: Int
  public var message: String
  /// What a call that was reverted returned.
  public var data: [UInt8]?

  public init(code: Int, message: String, data: [UInt8]? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  static func parse(_ words: String) -> RPCError {
    RPCError(code: -32_700, message: "the body is no JSON: \(words)")
  }

  static func invalidRequest(_ words: String) -> RPCError {
    RPCError(code: -32_600, message: words)
  }

  static func invalidParameters(_ words: String) -> RPCError {
    RPCError(code: -32_602, message: words)
  }

  static func rejected(_ words: String) -> RPCError { RPCError(code: -32_000, message: words) }

  static func missing(_ words: String) -> RPCError { RPCError(code: -32_001, message: words) }

  /// A call that did not succeed: code 3 with the data of a revert, as geth has it.
  static func failed(_ outcome: EVM.Outcome) -> RPCError {
    switch outcome.status {
    case .success: RPCError(code: -32_603, message: "the call succeeded")
    case .reverted:
      RPCError(
        code: 3,
        message: "execution reverted" + (RevertReason(outcome.output).map { ": \($0)" } ?? ""),
        data: outcome.output)
    case .halted(let reason): RPCError(code: -32_000, message: reason.words)
    }
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "code", value: .integer(code)), .init(key: "message", value: .string(message)),
    ]
    if let data { members.append(.init(key: "data", value: .data(data))) }
    return .object(members)
  }
}

/// What a contract said when it reverted: `Error(string)` and `Panic(uint256)` of Solidity and
/// Vyper, decoded.
struct RevertReason: CustomStringConvertible {
  let description: String

  init?(_ output: [UInt8]) {
    guard output.count >= 36 else { return nil }
    let body = Array(output[4...])
    switch Hex.encode(Array(output[..<4])) {
    case "0x08c379a0":
      guard let values = try? ABI.decode(body, as: [.string]),
        case .string(let text)? = values.first
      else { return nil }
      description = text
    case "0x4e487b71":
      guard let code = Bytes32(bytes: body[..<32]) else { return nil }
      description = "panic \(UInt256(code).hex)"
    default: return nil
    }
  }
}

extension Halt {
  /// As clients of Ethereum call it.
  var words: String {
    switch self {
    case .outOfGas: "out of gas"
    case .stackUnderflow: "stack underflow"
    case .stackOverflow: "stack limit reached 1024"
    case .invalidOpcode(let opcode): "invalid opcode: 0x" + String(opcode, radix: 16)
    case .invalidJump: "invalid jump destination"
    case .staticViolation: "write protection"
    case .returnDataOutOfBounds: "return data out of bounds"
    case .createCollision: "contract address collision"
    case .invalidCode: "invalid code: too long, or it begins with 0xef"
    case .initCodeTooLarge: "max initcode size exceeded"
    case .precompileFailed: "precompiled contract: wrong input, or too little gas"
    }
  }
}
