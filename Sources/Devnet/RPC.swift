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
  /// The first block that `takeNewBlocks` has not given.
  var firstNewBlock: UInt64

  /// The most requests in a batch.
  static let maximumBatch = 1000
  /// Bytes of the answers to a batch after which no further request of it is answered.
  static let maximumAnswer = 64 << 20
  static let limits = JSONLimits(bytes: 32 << 20, depth: 64, values: 1_000_000)

  public init(chain: Chain, keys: [PrivateKey] = []) {
    self.chain = chain
    firstNewBlock = chain.latest.header.number + 1
    accounts = keys.map(\.account)
    self.keys = Dictionary(zip(accounts, keys)) { first, _ in first }
  }

  /// Makes a block every so many seconds, by the clock of whoever serves; 0 to make one for each
  /// transaction.
  public func makeBlocks(every seconds: UInt64) {
    chain.isAutomining = seconds == 0
    interval = seconds
  }

  /// Blocks that were made since it was last asked, without those that a revert took away.
  public func takeNewBlocks() -> ArraySlice<Block> {
    let end = chain.latest.header.number + 1
    defer { firstNewBlock = end }
    return chain.blocks[Int(min(firstNewBlock, end))..<Int(end)]
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
    return answer(toBatch: requests, maximum: Self.maximumAnswer)
  }

  /// One after the other, in their order.
  func answer(toBatch requests: [JSON], maximum: Int) -> [UInt8] {
    var answers: [UInt8] = []
    for request in requests {
      let answer =
        answers.count <= maximum
        ? answer(to: request)
        : request["id"].map {
          let words =
            "the answers to this batch have more than \(maximum) bytes. Send fewer at once."
          return Self.failure(.limit(words), id: $0)
        }
      guard let answer else { continue }
      answers.append(UInt8(ascii: answers.isEmpty ? "[" : ","))
      answers += answer.canonicalBytes()
    }
    return answers.isEmpty ? [] : answers + [UInt8(ascii: "]")]
  }

  /// nil for a notification, which has no id.
  private func answer(to request: JSON) -> JSON? {
    guard request.members != nil else {
      return Self.failure(.invalidRequest("a request is an object"), id: .null)
    }
    let id = request["id"]
    switch id {
    case nil, .null, .string, .number: break
    default:
      let words = "`id` is a string, a number or null, found \(id?.kindName ?? "nothing")"
      return Self.failure(.invalidRequest(words), id: .null)
    }
    guard request["jsonrpc"]?.text == "2.0", let method = request["method"]?.text else {
      let words = "a request has `\"jsonrpc\": \"2.0\"`, and a `method` that is a string"
      return Self.failure(.invalidRequest(words), id: id ?? .null)
    }
    let result: JSON
    do throws(RPCError) {
      result = try call(method, request["params"] ?? .null)
    } catch {
      return id.map { Self.failure(error, id: $0) }
    }
    return id.map { .members(["jsonrpc": .string("2.0"), "id": $0, "result": result]) }
  }

  /// Bytes of a body at most.
  public static var maximumBody: Int { limits.bytes }

  /// The answer to a body that has more bytes than are taken.
  public static var answerToTooLong: [UInt8] {
    let words = "the body has more than \(maximumBody) bytes. Send fewer requests at once."
    return failure(.invalidRequest(words), id: .null).canonicalBytes()
  }

  private static func failure(_ error: RPCError, id: JSON) -> JSON {
    .members(["jsonrpc": .string("2.0"), "id": id, "error": error.json])
  }

  /// Calls a method by its name.
  ///
  /// - Parameter parameters: a list, or null for none.
  public func call(_ method: String, _ parameters: JSON) throws(RPCError) -> JSON {
    guard let values = parameters == .null ? [] : parameters.elements else {
      throw .invalidParameters("`params`: found \(parameters.kindName), expected a list")
    }
    var parameters = Parameters(values)
    if let name = Self.control(method) { return try control(method, name, &parameters) }
    guard Self.methods.contains(method), let result = try handle(method, &parameters) else {
      throw RPCError(
        code: -32_601,
        message: "the method \(JSON.string(method).kindName) does not exist/is not available")
    }
    return result
  }

  private func handle(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    if let result = try look(method, &parameters) { return result }
    if let result = try lookAtState(method, &parameters) { return result }
    if let result = try lookAtBlocks(method, &parameters) { return result }
    if let result = try lookAtPool(method, &parameters) { return result }
    if let result = try execute(method, &parameters) { return result }
    if let result = try send(method, &parameters) { return result }
    if let result = try filter(method, &parameters) { return result }
    return try trace(method, &parameters)
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

  static func limit(_ words: String) -> RPCError { RPCError(code: -32_005, message: words) }

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
