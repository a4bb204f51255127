import EthereumPrimitives

// Calls and creations: what they cost, what they move, and the frames that they open.
extension Machine {
  // MARK: Calls

  /// CALL, CALLCODE, DELEGATECALL, STATICCALL. Source: Ethereum Yellow Paper, appendix H; EIP-150,
  /// 161, 2929, 7702.
  func call(_ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    let hasValue = opcode == 0xF1 || opcode == 0xF2
    let value = hasValue ? top[-3] : .zero
    let parts = top - (hasValue ? 3 : 2)
    guard opcode != 0xF1 || value.isZero || !frame.isStatic else { return halt(.staticViolation) }
    guard let input = part(frame, parts[-1], parts[-2]),
      let output = part(frame, parts[-3], parts[-4])
    else { return halt(.outOfGas) }

    let target = Address(word: top[-2])
    let index = world.account(target)
    var cost = access(index)
    let (code, further) = codeToRun(index)
    cost += further
    if !value.isZero {
      cost += Gas.callValue
      if opcode == 0xF1, world.isDead(index) { cost += Gas.newAccount }
    }
    guard pay(frame, cost) else { return halt(.outOfGas) }

    var gas = frame.gas - frame.gas / 64
    if let wanted = top[-1].asInt { gas = min(gas, Int64(wanted)) }
    frame.gas -= gas
    if !value.isZero { gas += Gas.callStipend }

    frame.outputOffset = output.lowerBound
    frame.outputCount = output.count
    let request = CallRequest(
      kind: Self.kind(opcode), target: target, index: index, code: code, value: value,
      input: bytes(frame, input), gas: gas)
    return enter(request, from: frame)
  }

  private static func kind(_ opcode: UInt8) -> TraceCall.Kind {
    switch opcode {
    case 0xF1: .call
    case 0xF2: .callCode
    case 0xF4: .delegateCall
    default: .staticCall
    }
  }

  /// The code that a call of an account runs, and what it costs to look up where it was handed over
  /// to another account (EIP-7702). A precompiled contract that code is handed over to has none.
  func codeToRun(_ index: Int) -> (code: Bytecode, cost: Int64) {
    let code = world.accounts[index].code
    guard fork.hasDelegation, let delegate = code.delegate else { return (code, 0) }
    let other = world.account(delegate)
    let cost = access(other)
    return (
      fork.precompile(at: delegate) == nil
        ? world.accounts[other].code : world.noCode, cost
    )
  }

  private func enter(_ request: CallRequest, from frame: Frame) -> Exit? {
    let depth = frame.depth + 1
    let isDelegated = request.kind == .delegateCall || request.kind == .callCode
    tracer?.entered(request.traced(from: frame, depth: depth))
    guard depth <= Limit.callDepth else { return refuse(request, frame, .callTooDeep) }
    guard request.value <= world.accounts[frame.account].balance else {
      return refuse(request, frame, .balanceTooLow)
    }
    let checkpoint = world.checkpoint()
    let account = isDelegated ? frame.account : request.index
    world.touch(account)
    if !isDelegated { transfer(request.value, from: frame.account, to: account) }

    if let precompile = fork.precompile(at: request.target) {
      answer(run(precompile, request.input, gas: request.gas), request, frame, checkpoint)
      return nil
    }
    guard request.code.count > 0 else {
      let result = CallResult(status: .success, gasLeft: request.gas, output: [])
      answer(result, request, frame, checkpoint)
      return nil
    }
    return .entered(
      Frame(
        code: request.code, account: account,
        address: isDelegated ? frame.address : request.target,
        caller: request.kind == .delegateCall ? frame.caller : frame.address,
        value: request.kind == .delegateCall ? frame.value : request.value, input: request.input,
        gas: request.gas, isStatic: frame.isStatic || request.kind == .staticCall,
        isCreation: false, depth: depth, checkpoint: checkpoint))
  }

  private func run(_ precompile: Precompile, _ input: [UInt8], gas: Int64) -> CallResult {
    switch input.withUnsafeBytes({ precompile.run($0, gas: UInt64(gas), fork) }) {
    case .success(let used, let output):
      CallResult(status: .success, gasLeft: gas - Int64(used), output: output)
    case .failure: CallResult(status: .halted(.precompileFailed), gasLeft: 0, output: [])
    }
  }

  /// A call that may not begin: the caller keeps its gas.
  private func refuse(_ request: CallRequest, _ frame: Frame, _ reason: Halt) -> Exit? {
    let result = CallResult(status: .halted(reason), gasLeft: request.gas, output: [])
    tracer?.exited(result, depth: frame.depth + 1)
    frame.gas += request.gas
    frame.returned = []
    push(frame, .zero)
    return nil
  }

  /// The end of a call that needed no frame.
  private func answer(
    _ result: CallResult, _ request: CallRequest, _ frame: Frame, _ checkpoint: World.Checkpoint
  ) {
    if result.status != .success { world.revert(to: checkpoint) }
    tracer?.exited(result, depth: frame.depth + 1)
    frame.gas += result.gasLeft
    deliver(result, to: frame)
  }

  /// Moves value that the sender has.
  func transfer(_ value: UInt256, from sender: Int, to receiver: Int) {
    guard !value.isZero, sender != receiver else { return }
    world.setBalance(sender, world.accounts[sender].balance &- value)
    world.setBalance(receiver, world.accounts[receiver].balance &+ value)
  }

  // MARK: Creations

  /// CREATE and CREATE2. Source: Ethereum Yellow Paper, section 7; EIP-684, 1014, 2681, 3860, 7610.
  func create(_ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    guard !frame.isStatic else { return halt(.staticViolation) }
    guard let range = part(frame, top[-2], top[-3]) else { return halt(.outOfGas) }
    guard range.count <= Limit.initCode else { return halt(.initCodeTooLarge) }
    let perWord = Gas.initCodeWord + (opcode == 0xF5 ? Gas.hashWord : 0)
    guard pay(frame, perWord * Gas.words(range.count)) else { return halt(.outOfGas) }

    let value = top[-1]
    let gas = frame.gas - frame.gas / 64
    let creator = world.accounts[frame.account]
    let code = Bytecode(bytes(frame, range))
    let address =
      opcode == 0xF5
      ? Address.create2(sender: frame.address, salt: Bytes32(top[-4]), initCodeHash: code.hash)
      : Address.create(sender: frame.address, nonce: creator.nonce)
    let depth = frame.depth + 1
    tracer?.entered(
      TraceCall(
        kind: opcode == 0xF5 ? .create2 : .create, depth: depth, from: frame.address, to: address,
        value: value, gas: gas, input: code.bytes))
    frame.returned = []
    if let reason = refusal(of: value, creator, depth: depth) {
      tracer?.exited(CallResult(status: .halted(reason), gasLeft: gas, output: []), depth: depth)
      push(frame, .zero)
      return nil
    }
    frame.gas -= gas
    world.setNonce(frame.account, creator.nonce + 1)
    let index = world.account(address)
    _ = world.warm(index)
    guard !world.isTaken(index) else {
      let result = CallResult(status: .halted(.createCollision), gasLeft: 0, output: [])
      tracer?.exited(result, depth: depth)
      push(frame, .zero)
      return nil
    }
    return .entered(
      creation(
        of: index, code: code, creator: frame.account, caller: frame.address, value: value,
        gas: gas, depth: depth))
  }

  /// Why a creation may not begin: the creator keeps its gas.
  private func refusal(of value: UInt256, _ creator: World.Account, depth: Int) -> Halt? {
    guard depth <= Limit.callDepth else { return .callTooDeep }
    guard value <= creator.balance else { return .balanceTooLow }
    return creator.nonce < .max ? nil : .nonceAtLimit
  }

  /// The frame of a creation; the account is made, and the value moved to it.
  func creation(
    of index: Int, code: Bytecode, creator: Int, caller: Address, value: UInt256, gas: Int64,
    depth: Int
  ) -> Frame {
    let checkpoint = world.checkpoint()
    world.markCreated(index)
    world.setNonce(index, 1)
    transfer(value, from: creator, to: index)
    return Frame(
      code: code, account: index, address: world.accounts[index].address, caller: caller,
      value: value, input: [], gas: gas, isStatic: false, isCreation: true, depth: depth,
      checkpoint: checkpoint)
  }

  // MARK: SELFDESTRUCT

  /// Source: EIP-6780: the balance moves, and only an account of this transaction goes.
  func selfDestruct(_ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    guard !frame.isStatic else { return halt(.staticViolation) }
    let heir = world.account(Address(word: top[-1]))
    let balance = world.accounts[frame.account].balance
    var cost = world.warm(heir) ? Gas.coldAccount : 0
    if !balance.isZero, world.isDead(heir) { cost += Gas.newAccount }
    guard pay(frame, cost) else { return halt(.outOfGas) }
    if let tracer {
      let depth = frame.depth + 1
      tracer.entered(
        TraceCall(
          kind: .selfDestruct, depth: depth, from: frame.address,
          to: world.accounts[heir].address, value: balance, gas: 0, input: []))
      tracer.exited(CallResult(status: .success, gasLeft: 0, output: []), depth: depth)
    }
    world.touch(heir)
    transfer(balance, from: frame.account, to: heir)
    if world.isCreatedNow(frame.account) {
      world.setBalance(frame.account, .zero)
      world.markDestroyed(frame.account)
    }
    return .finished(.success, output: [])
  }
}

/// A call as the code asks for it, paid for.
struct CallRequest {
  let kind: TraceCall.Kind
  let target: Address
  let index: Int
  let code: Bytecode
  let value: UInt256
  let input: [UInt8]
  let gas: Int64

  func traced(from frame: Frame, depth: Int) -> TraceCall {
    TraceCall(
      kind: kind, depth: depth, from: frame.address, to: target,
      value: kind == .delegateCall ? frame.value : value, gas: gas, input: input)
  }
}

// MARK: The first call

extension Machine {
  /// The call of a transaction, from its beginning to its end. The sender has the value.
  func call(_ message: EVM.Message, sender: Int, to: Address) -> CallResult {
    let index = world.account(to)
    let code = codeToRun(index).code
    tracer?.entered(
      TraceCall(
        kind: .call, depth: 0, from: message.from, to: to, value: message.value,
        gas: message.gasGiven, input: message.input))
    let checkpoint = world.checkpoint()
    guard message.value <= world.accounts[sender].balance else {
      return told(
        CallResult(status: .halted(.balanceTooLow), gasLeft: message.gasGiven, output: []))
    }
    world.touch(index)
    transfer(message.value, from: sender, to: index)
    if let precompile = fork.precompile(at: to) {
      let result = run(precompile, message.input, gas: message.gasGiven)
      if result.status != .success { world.revert(to: checkpoint) }
      return told(result)
    }
    return run(
      Frame(
        code: code, account: index, address: to, caller: message.from, value: message.value,
        input: message.input, gas: message.gasGiven, isStatic: false, isCreation: false, depth: 0,
        checkpoint: checkpoint))
  }

  /// The creation of a transaction, from its beginning to its end.
  func create(_ message: EVM.Message, sender: Int, index: Int) -> CallResult {
    let address = world.accounts[index].address
    tracer?.entered(
      TraceCall(
        kind: .create, depth: 0, from: message.from, to: address, value: message.value,
        gas: message.gasGiven, input: message.input))
    guard message.value <= world.accounts[sender].balance else {
      return told(
        CallResult(status: .halted(.balanceTooLow), gasLeft: message.gasGiven, output: []))
    }
    guard !world.isTaken(index) else {
      return told(CallResult(status: .halted(.createCollision), gasLeft: 0, output: []))
    }
    return run(
      creation(
        of: index, code: Bytecode(message.input), creator: sender, caller: message.from,
        value: message.value, gas: message.gasGiven, depth: 0))
  }

  private func told(_ result: CallResult) -> CallResult {
    tracer?.exited(result, depth: 0)
    return result
  }
}
