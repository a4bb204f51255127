import CanonicalJSON
import EVM
import EthereumPrimitives

/// Why a transaction failed: which of its calls, and what that one said.
public struct Failure: Sendable, Hashable, CustomStringConvertible {
  /// The call whose failure went up to the top.
  public let call: Call
  /// The calls around it, the transaction's first; none where it is the transaction's.
  public let callers: [Call]
  public let reason: Reason

  /// A call in words.
  public struct Call: Sendable, Hashable {
    public let kind: TraceCall.Kind
    /// The contract whose code ran, or that was to be created.
    public let contract: Address
    /// What it is called: by the caller, or one of our contracts by its code.
    public let name: String?
    /// The function and its arguments; of a creation, the contract and what its constructor is
    /// given. nil where it is not known.
    public let function: DecodedCall?
    public let input: [UInt8]
  }

  /// How it failed.
  public enum Reason: Sendable, Hashable {
    /// `Error(string)`, or a panic in words.
    case said(String)
    /// An error of a standard.
    case error(DecodedCall)
    /// Revert data that is not known.
    case data([UInt8])
    /// A revert without data.
    case silent
    /// The operation, its place in the code, its cost and the gas that was left. Where the cost is
    /// not above what was left, the operation asks for more to be there than it costs.
    case outOfGas(operation: String, place: Int, cost: Int64, left: Int64)
    /// Any other halt; the place is that of the operation.
    case halted(String, place: Int?)
  }
}

// MARK: From a trace

extension Failure {
  init(_ found: FailureTracer.Found, _ world: World, _ names: [Address: String]) {
    call = Call(found.call, world, names)
    callers = found.callers.map { Call($0, world, names) }
    switch found.result.status {
    case .halted(.outOfGas):
      reason =
        found.last.map {
          .outOfGas(
            operation: TraceStep.name(of: $0.opcode), place: $0.counter, cost: $0.cost, left: $0.gas
          )
        } ?? .halted(Halt.outOfGas.words, place: nil)
    case .halted(let halt): reason = .halted(halt.words, place: found.last?.counter)
    case .success, .reverted: reason = Reason(found.result.output)
    }
  }
}

extension Failure.Reason {
  /// What the bytes of a revert say.
  init(_ output: [UInt8]) {
    if output.isEmpty {
      self = .silent
    } else if let reason = RevertReason(output) {
      self = .said(reason.description)
    } else if let error = KnownContracts.error(output) {
      self = .error(error)
    } else {
      self = .data(output)
    }
  }
}

extension Failure.Call {
  init(_ call: TraceCall, _ world: World, _ names: [Address: String]) {
    kind = call.kind
    contract = call.to
    input = call.input
    let isCreation = call.kind == .create || call.kind == .create2
    function = isCreation ? KnownContracts.creation(call.input) : KnownContracts.call(call.input)
    name =
      names[call.to] ?? (isCreation ? function?.name : Self.name(of: call.to, world))
  }

  /// Of an account that handed its code over, the contract that it runs (EIP-7702).
  private static func name(of address: Address, _ world: World) -> String? {
    let record = world.record(of: address)
    let code = record.delegate.map { world.record(of: $0).code } ?? record.code
    return KnownContracts.name(ofCode: code)
  }
}

extension Chain {
  /// Why a transaction failed, found by running its block again; nil where it succeeded, is in no
  /// block, or the state before its block is no longer kept.
  ///
  /// - Parameter names: what the caller calls contracts, by address. Ours have their names by
  ///   their code.
  public func failure(of hash: Bytes32, names: [Address: String] = [:]) -> Failure? {
    guard let (block, index) = mined(hash) else { return nil }
    return try? failure(block, index, names: names)
  }

  /// Why transactions of a block failed, by their place in it, found by running it again once;
  /// nothing where the state before it is no longer kept.
  public func failures(in block: Block, names: [Address: String] = [:]) -> [Int: Failure] {
    let failed = block.transactions.indices.filter {
      block.transactions[$0].outcome.status != .success
    }
    guard let last = failed.last else { return [:] }
    let tracers = Dictionary(uniqueKeysWithValues: failed.map { ($0, FailureTracer()) })
    guard let world = try? replay(block, through: last, tracer: { tracers[$0] }) else {
      return [:]
    }
    return tracers.compactMapValues { $0.failure(codes: world, names: names) }
  }

  func failure(
    _ block: Block, _ index: Int, names: [Address: String] = [:]
  ) throws(ReplayError) -> Failure? {
    guard block.transactions[index].outcome.status != .success else { return nil }
    let tracer = FailureTracer()
    let world = try replay(block, through: index) { $0 == index ? tracer : nil }
    return tracer.failure(codes: world, names: names)
  }
}

// MARK: In words

extension Failure {
  /// One line, such as `Distributor.claim(campaign 0x…) at 0x… reverted: proof does not fit`.
  public var description: String {
    let within = callers.first.map { " (in \($0.short))" } ?? ""
    return "\(call) \(reason)\(within)"
  }

  var json: JSON {
    .members([
      "call": call.json, "callers": .array(callers.map(\.json)),
      "reason": .string(reason.description), "kind": .string(reason.kind),
    ])
  }
}

extension Failure.Call: CustomStringConvertible {
  public var description: String {
    switch kind {
    case .create, .create2: "the creation of \(function?.description ?? short) at \(contract)"
    default: "\(title(function?.description)) at \(contract)"
    }
  }

  /// Without arguments.
  var short: String {
    switch kind {
    case .create, .create2: name ?? "a contract"
    default: title(function?.name)
    }
  }

  private func title(_ function: String?) -> String {
    let prefix = name.map { $0 + "." } ?? ""
    if let function { return prefix + function }
    guard input.count >= 4 else {
      let data = input.isEmpty ? "without data" : "with the data \(Hex.encode(input))"
      return (name.map { "\($0), " } ?? "") + "a call \(data)"
    }
    return prefix + Hex.encode(Array(input[..<4])) + "(\(input.count - 4) bytes)"
  }

  fileprivate var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "type", value: .string(kind.rawValue)),
      .init(key: "to", value: .address(contract)),
      .init(key: "input", value: .string(ABIValue.text(input))),
    ]
    if let name { members.append(.init(key: "name", value: .string(name))) }
    if let function {
      let arguments = function.arguments.map {
        JSON.members([
          "name": .string($0.name), "type": .string($0.type), "value": .string($0.value),
        ])
      }
      members.append(.init(key: "function", value: .string(function.name)))
      members.append(.init(key: "arguments", value: .array(arguments)))
    }
    return .object(members)
  }
}

extension Failure.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .said(let text): "reverted: \(ABIValue.text(text))"
    case .error(let error): "reverted: \(error)"
    case .data(let bytes): "reverted with data that is not known: \(ABIValue.text(bytes))"
    case .silent: "reverted without a reason"
    case .outOfGas(let operation, let place, let cost, let left) where cost > left:
      "ran out of gas at byte \(place): \(operation) costs \(cost), left were \(left)"
    case .outOfGas(let operation, let place, _, let left):
      "ran out of gas at byte \(place), \(operation): \(left) gas left were not enough"
    case .halted(let words, let place): "failed: \(words)" + (place.map { " at byte \($0)" } ?? "")
    }
  }

  /// One word for programs.
  fileprivate var kind: String {
    switch self {
    case .said: "message"
    case .error: "error"
    case .data: "data"
    case .silent: "silent"
    case .outOfGas: "outOfGas"
    case .halted: "halted"
    }
  }
}
