import EthereumPrimitives

// What a tracer is told of a step, before it runs. `cost` says in one place what the operations
// charge as they go; a test holds the two equal, step by step.
extension Machine {
  /// Tells the tracer of the operation at `counter`. Code of no bytes has no steps.
  func trace(_ frame: Frame, counter: Int, gas: Int64, height: Int) {
    guard let tracer, tracer.wantsSteps, frame.code.count > 0 else { return }
    let opcode = frame.code.start[counter]
    let base = stacks + frame.depth * Limit.stack
    let (cost, halt) = price(opcode, frame, base + height, height: height, gas: gas)
    tracer.step(
      TraceStep(
        depth: frame.depth, counter: counter, opcode: opcode, gas: gas, cost: cost, halt: halt,
        refund: world.refund, stack: Array(UnsafeBufferPointer(start: base, count: height)),
        memory: tracer.wantsMemory ? bytes(frame, 0..<frame.memoryCount) : [],
        returned: frame.returned, address: frame.address,
        slot: slot(opcode, frame, base + height, height: height)))
  }

  private func slot(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>, height: Int
  ) -> (key: UInt256, value: UInt256)? {
    switch opcode {
    case 0x54 where height >= 1:
      let slot = world.slot(frame.account, top[-1])
      return (top[-1], world.slots[slot].value)
    case 0x55 where height >= 2: return (top[-1], top[-2])
    default: return nil
    }
  }

  /// What an operation costs, and why it cannot begin.
  ///
  /// As geth counts: where the gas does not last for the part that never changes, only that part.
  private func price(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>, height: Int, gas: Int64
  ) -> (cost: Int64, halt: Halt?) {
    guard fork.instructions.has(opcode) else { return (0, nil) }
    let instruction = instructions[Int(opcode)]
    let fixed = Self.fixedCost(opcode, instruction)
    if height < Int(instruction.taken) || height > Int(instruction.highest) {
      return (fixed, refusal(opcode, instruction, height: height))
    }
    guard gas >= fixed else { return (fixed, .outOfGas) }
    // SSTORE keeps the gas of a call that carries value (EIP-2200).
    if opcode == 0x55, gas <= Gas.callStipend { return (fixed, .outOfGas) }
    guard let cost = cost(opcode, Int64(instruction.gas), frame, top, gas: gas) else {
      return (fixed, .outOfGas)
    }
    return (cost, cost > gas ? .outOfGas : nil)
  }

  /// The part of a cost that geth charges first.
  private static func fixedCost(_ opcode: UInt8, _ instruction: Instruction) -> Int64 {
    switch opcode {
    case 0x0A, 0xA0...0xA4: 0
    case 0x31, 0x3B, 0x3C, 0x3F, 0xF1, 0xF2, 0xF4, 0xFA: Gas.warm
    default: Int64(instruction.gas)
    }
  }

  /// nil where it names more memory than can be paid for.
  private func cost(
    _ opcode: UInt8, _ base: Int64, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>, gas: Int64
  ) -> Int64? {
    /// Memory up to the end of a part, and what its words or bytes cost.
    func part(_ offset: Int, _ count: Int, perWord: Int64 = 0, perByte: Int64 = 0) -> Int64? {
      memoryCost(frame, [(top[-offset], top[-count])]).map {
        let bytes = Int64(top[-count].asInt ?? 0)
        return base + $0 + perWord * ((bytes + 31) / 32) + perByte * bytes
      }
    }
    switch opcode {
    case 0x0A: return base + Gas.exponentByte * Int64((top[-2].bitWidthUsed + 7) / 8)
    case 0x20: return part(1, 2, perWord: Gas.hashWord)
    case 0x31, 0x3B, 0x3F: return accessCost(Address(word: top[-1]))
    case 0x37, 0x39, 0x3E: return part(1, 3, perWord: Gas.copyWord)
    case 0x3C:
      let access = accessCost(Address(word: top[-1]))
      return part(2, 4, perWord: Gas.copyWord).map { $0 + access }
    case 0x51, 0x52: return memoryCost(frame, [(top[-1], 32)]).map { base + $0 }
    case 0x53: return memoryCost(frame, [(top[-1], 1)]).map { base + $0 }
    case 0x54:
      return world.isCold(slot: world.slot(frame.account, top[-1])) ? Gas.coldSlot : Gas.warm
    case 0x55: return storeCost(frame, key: top[-1], value: top[-2])
    case 0x5E:
      let words = Gas.copyWord * Gas.words(top[-3].asInt ?? 0)
      return memoryCost(frame, [(top[-1], top[-3]), (top[-2], top[-3])]).map { base + $0 + words }
    case 0xA0...0xA4: return part(1, 2, perByte: Gas.logByte)
    case 0xF0: return part(2, 3, perWord: Gas.initCodeWord)
    case 0xF5: return part(2, 3, perWord: Gas.initCodeWord + Gas.hashWord)
    case 0xF1, 0xF2, 0xF4, 0xFA: return callCost(opcode, frame, top, gas: gas)
    case 0xF3, 0xFD: return part(1, 2)
    case 0xFF: return base + destructionCost(frame, heir: world.account(Address(word: top[-1])))
    default: return base
    }
  }

  /// What memory grows by to hold all of these parts; nil beyond what any gas pays for.
  private func memoryCost(
    _ frame: Frame, _ parts: [(offset: UInt256, count: UInt256)]
  ) -> Int64? {
    var end = frame.memoryCount
    for (offset, count) in parts where !count.isZero {
      guard let offset = offset.asInt, let count = count.asInt, offset < 1 << 36, count < 1 << 36
      else { return nil }
      end = max(end, (offset + count + 31) / 32 * 32)
    }
    return Gas.memory(end) - Gas.memory(frame.memoryCount)
  }

  private func accessCost(_ address: Address) -> Int64 {
    world.isCold(account: world.account(address)) ? Gas.coldAccount : Gas.warm
  }

  private func storeCost(_ frame: Frame, key: UInt256, value: UInt256) -> Int64 {
    let slot = world.slot(frame.account, key)
    let current = world.slots[slot].value
    let original = world.original(slot)
    let cold = world.isCold(slot: slot) ? Gas.coldSlot : 0
    guard original == current, current != value else { return cold + Gas.warm }
    return cold + (original.isZero ? Gas.storageSet : Gas.storageReset)
  }

  private func callCost(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>, gas: Int64
  ) -> Int64? {
    let hasValue = opcode == 0xF1 || opcode == 0xF2
    let parts = top - (hasValue ? 3 : 2)
    guard let memory = memoryCost(frame, [(parts[-1], parts[-2]), (parts[-3], parts[-4])]) else {
      return nil
    }
    let target = Address(word: top[-2])
    let index = world.account(target)
    var cost = memory + accessCost(target)
    if fork.hasDelegation, let delegate = world.accounts[index].code.delegate {
      // An account whose code is its own is warm by then.
      cost += delegate == target ? Gas.warm : accessCost(delegate)
    }
    if hasValue, !top[-3].isZero {
      cost += Gas.callValue
      if opcode == 0xF1, world.isDead(index) { cost += Gas.newAccount }
    }
    guard gas >= cost else { return cost }
    let left = gas - cost - (gas - cost) / 64
    return cost + min(left, top[-1].asInt.map(Int64.init) ?? left)
  }

  private func destructionCost(_ frame: Frame, heir: Int) -> Int64 {
    let cold = world.isCold(account: heir) ? Gas.coldAccount : 0
    let hasBalance = !world.accounts[frame.account].balance.isZero
    return cold + (hasBalance && world.isDead(heir) ? Gas.newAccount : 0)
  }
}
