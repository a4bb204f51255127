import EthereumPrimitives

// The operations that need more than the stack. Each finds its words below `top`, already taken off
// (`frame.height`), and pushes what it gives.
extension Machine {
  /// Does one operation.
  ///
  /// - Returns: nil to go on; otherwise how the call ended, or the call that begins.
  @inline(never)
  func operate(_ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    switch opcode {
    case 0x00: return .finished(.success, output: [])  // STOP
    case 0x0A: return exponentiate(frame, top)
    case 0x04...0x0B, 0x1D: push(frame, arithmetic(opcode, top))
    case 0x1E: push(frame, UInt256(UInt64(256 - top[-1].bitWidthUsed)))  // CLZ
    case 0x20: return hash(frame, top)
    case 0x30...0x4A, 0x58...0x5A: return look(opcode, frame, top)
    case 0x51...0x53, 0x5E: return useMemory(opcode, frame, top)
    case 0x54, 0x55, 0x5C, 0x5D: return useStorage(opcode, frame, top)
    case 0xA0...0xA4: return log(Int(opcode) - 0xA0, frame, top)
    case 0xF0, 0xF5: return create(opcode, frame, top)
    case 0xF1, 0xF2, 0xF4, 0xFA: return call(opcode, frame, top)
    case 0xF3, 0xFD: return finish(opcode, frame, top)
    case 0xFF: return selfDestruct(frame, top)
    default: return halt(.invalidOpcode(opcode))
    }
    return nil
  }

  func halt(_ reason: Halt) -> Exit { .finished(.halted(reason), output: []) }

  /// False where the gas does not last.
  func pay(_ frame: Frame, _ cost: Int64) -> Bool {
    guard frame.gas >= cost else { return false }
    frame.gas -= cost
    return true
  }

  private func arithmetic(_ opcode: UInt8, _ top: UnsafeMutablePointer<UInt256>) -> UInt256 {
    switch opcode {
    case 0x04: top[-1].divided(by: top[-2])
    case 0x05: top[-1].dividedSigned(by: top[-2])
    case 0x06: top[-1].remainder(by: top[-2])
    case 0x07: top[-1].remainderSigned(by: top[-2])
    case 0x08: top[-1].addingModulo(top[-2], top[-3])
    case 0x09: top[-1].multipliedModulo(top[-2], top[-3])
    case 0x0B: top[-1].signExtended(top[-2])
    default: top[-2].shiftedRightSigned(by: top[-1])
    }
  }

  private func exponentiate(_ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    let bytes = (top[-2].bitWidthUsed + 7) / 8
    guard pay(frame, Gas.exponentByte * Int64(bytes)) else { return halt(.outOfGas) }
    push(frame, top[-1].power(top[-2]))
    return nil
  }

  private func hash(_ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    guard let range = part(frame, top[-1], top[-2]),
      pay(frame, Gas.hashWord * Gas.words(range.count))
    else { return halt(.outOfGas) }
    let start = memory + frame.memoryStart + range.lowerBound
    let bytes = UnsafeRawBufferPointer(start: start, count: range.count)
    push(frame, UInt256(Keccak256.hash(bytes)))
    return nil
  }

  // MARK: What code can see

  private func look(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    switch opcode {
    case 0x31, 0x3B, 0x3C, 0x3F: return lookAtAccount(opcode, frame, top)
    case 0x37, 0x39, 0x3E: return copyData(opcode, frame, top)
    case 0x35: push(frame, Self.word(frame.input, top[-1]))
    case 0x40: push(frame, blockHash(top[-1]))
    case 0x49: push(frame, blobHash(top[-1]))
    default: push(frame, known(opcode, frame))
    }
    return nil
  }

  /// What takes no words: of the call, the transaction and the block.
  private func known(_ opcode: UInt8, _ frame: Frame) -> UInt256 {
    switch opcode {
    case 0x30: frame.address.number
    case 0x32: transaction.origin.number
    case 0x33: frame.caller.number
    case 0x34: frame.value
    case 0x36: UInt256(UInt64(frame.input.count))
    case 0x38: UInt256(UInt64(frame.code.count))
    case 0x3A: transaction.gasPrice
    case 0x3D: UInt256(UInt64(frame.returned.count))
    case 0x41: block.coinbase.number
    case 0x42: UInt256(block.timestamp)
    case 0x43: UInt256(block.number)
    case 0x44: UInt256(block.prevRandao)
    case 0x45: UInt256(block.gasLimit)
    case 0x46: UInt256(block.chainID)
    case 0x47: world.accounts[frame.account].balance
    case 0x48: block.baseFee
    case 0x4A: block.blobBaseFee(fork)
    default: UInt256(UInt64(frame.memoryCount))  // MSIZE
    }
  }

  /// CALLDATALOAD: zeros beyond the end.
  private static func word(_ input: [UInt8], _ offset: UInt256) -> UInt256 {
    guard let offset = offset.asInt, offset < input.count else { return .zero }
    return input.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress, offset + 32 <= bytes.count {
        return UInt256(bigEndian: base + offset)
      }
      var word = UInt256.zero
      for place in offset..<bytes.count {
        word = word | UInt256(UInt64(bytes[place])) << (248 - 8 * (place - offset))
      }
      return word
    }
  }

  private func blockHash(_ number: UInt256) -> UInt256 {
    guard let number = number.asUInt64, number < block.number, block.number - number <= 256,
      let hash = block.hashes[number]
    else { return .zero }
    return UInt256(hash)
  }

  private func blobHash(_ index: UInt256) -> UInt256 {
    guard let index = index.asInt, index < transaction.blobHashes.count else { return .zero }
    return UInt256(transaction.blobHashes[index])
  }

  /// EIP-2929: what it costs to look at an account.
  func access(_ account: Int) -> Int64 { world.warm(account) ? Gas.coldAccount : Gas.warm }

  private func lookAtAccount(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    let index = world.account(Address(word: top[-1]))
    guard pay(frame, access(index)) else { return halt(.outOfGas) }
    let account = world.accounts[index]
    switch opcode {
    case 0x31: push(frame, account.balance)
    case 0x3B: push(frame, UInt256(UInt64(account.code.count)))
    case 0x3F: push(frame, account.isEmpty ? .zero : UInt256(account.code.hash))
    default:
      guard let range = part(frame, top[-2], top[-4]),
        pay(frame, Gas.copyWord * Gas.words(range.count))
      else { return halt(.outOfGas) }
      let code = UnsafeBufferPointer(start: account.code.start, count: account.code.count)
      copy(code, from: top[-3], to: range, frame)
    }
    return nil
  }

  private func copyData(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    guard let range = part(frame, top[-1], top[-3]),
      pay(frame, Gas.copyWord * Gas.words(range.count))
    else { return halt(.outOfGas) }
    if opcode == 0x3E {
      guard let end = top[-2].adding(top[-3]), end <= UInt256(UInt64(frame.returned.count)) else {
        return halt(.returnDataOutOfBounds)
      }
    }
    switch opcode {
    case 0x37: frame.input.withUnsafeBufferPointer { copy($0, from: top[-2], to: range, frame) }
    case 0x39:
      let code = UnsafeBufferPointer(start: frame.code.start, count: frame.code.count)
      copy(code, from: top[-2], to: range, frame)
    default:
      frame.returned.withUnsafeBufferPointer { copy($0, from: top[-2], to: range, frame) }
    }
    return nil
  }

  // MARK: Memory and storage

  private func useMemory(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    if opcode == 0x5E { return moveMemory(frame, top) }
    let count = opcode == 0x53 ? UInt256.one : 32
    guard let range = part(frame, top[-1], count) else { return halt(.outOfGas) }
    let place = memory + frame.memoryStart + range.lowerBound
    switch opcode {
    case 0x51: push(frame, UInt256(bigEndian: place))
    case 0x52: top[-2].write(to: place)
    default: place.pointee = UInt8(truncatingIfNeeded: top[-2].limbs[0])
    }
    return nil
  }

  /// MCOPY (EIP-5656): both parts are paid for, and they may overlap.
  private func moveMemory(_ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    guard let target = part(frame, top[-1], top[-3]), let source = part(frame, top[-2], top[-3]),
      pay(frame, Gas.copyWord * Gas.words(target.count))
    else { return halt(.outOfGas) }
    let start = memory + frame.memoryStart
    (start + target.lowerBound).update(from: start + source.lowerBound, count: target.count)
    return nil
  }

  private func useStorage(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    switch opcode {
    case 0x54:
      let slot = world.slot(frame.account, top[-1])
      let cost = world.warmSlot(slot) ? Gas.coldSlot : Gas.warm
      guard pay(frame, cost) else { return halt(.outOfGas) }
      push(frame, world.slots[slot].value)
    case 0x55: return store(frame, key: top[-1], value: top[-2])
    case 0x5C: push(frame, world.transientValue(frame.account, top[-1]))
    default:
      guard !frame.isStatic else { return halt(.staticViolation) }
      world.setTransient(frame.account, top[-1], top[-2])
    }
    return nil
  }

  /// SSTORE. Source: EIP-2200, EIP-2929, EIP-3529.
  private func store(_ frame: Frame, key: UInt256, value: UInt256) -> Exit? {
    guard !frame.isStatic else { return halt(.staticViolation) }
    guard frame.gas > Gas.callStipend else { return halt(.outOfGas) }
    let slot = world.slot(frame.account, key)
    let current = world.slots[slot].value
    let original = world.original(slot)
    var cost = world.warmSlot(slot) ? Gas.coldSlot : 0
    if original == current, current != value {
      cost += original.isZero ? Gas.storageSet : Gas.storageReset
    } else {
      cost += Gas.warm
    }
    guard pay(frame, cost) else { return halt(.outOfGas) }
    world.refund += Self.refund(original: original, current: current, value: value)
    world.setValue(slot, value)
    return nil
  }

  private static func refund(original: UInt256, current: UInt256, value: UInt256) -> Int64 {
    guard current != value else { return 0 }
    var refund: Int64 = 0
    if !original.isZero {
      if current.isZero { refund -= Gas.storageClearRefund }
      if value.isZero { refund += Gas.storageClearRefund }
    }
    if original == value, original != current {
      refund += (original.isZero ? Gas.storageSet : Gas.storageReset) - Gas.warm
    }
    return refund
  }

  private func log(_ count: Int, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>) -> Exit? {
    guard !frame.isStatic else { return halt(.staticViolation) }
    guard let range = part(frame, top[-1], top[-2]),
      pay(frame, Gas.logByte * Int64(range.count))
    else { return halt(.outOfGas) }
    let topics = (0..<count).map { Bytes32(top[-3 - $0]) }
    let log = World.Log(address: frame.address, topics: topics, data: bytes(frame, range))
    tracer?.logged(log, index: world.logs.count)
    world.add(log)
    return nil
  }

  private func finish(
    _ opcode: UInt8, _ frame: Frame, _ top: UnsafeMutablePointer<UInt256>
  ) -> Exit? {
    guard let range = part(frame, top[-1], top[-2]) else { return halt(.outOfGas) }
    return .finished(opcode == 0xF3 ? .success : .reverted, output: bytes(frame, range))
  }
}
