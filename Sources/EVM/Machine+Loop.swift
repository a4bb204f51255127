import EthereumPrimitives

extension Machine {
  @inline(never)
  func runPlain(_ frame: Frame) -> Exit { loop(frame, isTraced: false) }

  @inline(never)
  func runTraced(_ frame: Frame) -> Exit { loop(frame, isTraced: tracer?.wantsSteps ?? false) }

  /// Runs a call's code until it ends or makes another call.
  ///
  /// What every step needs is in local variables, and the frame has it only while `operate` works.
  /// Opcodes that need no more than the stack and memory that is paid for are done here, all others
  /// there.
  @inline(__always)
  private func loop(_ frame: Frame, isTraced: Bool) -> Exit {
    let instructions = UnsafePointer(self.instructions)
    let code = frame.code.start
    let base = stacks + frame.depth * Limit.stack
    var top = base + frame.height
    var counter = frame.counter
    var gas = frame.gas
    var memory = self.memory + frame.memoryStart
    var memoryCount = frame.memoryCount

    while true {
      let opcode = code[counter]
      if isTraced { trace(frame, counter: counter, gas: gas, height: top - base) }
      let instruction = instructions[Int(opcode)]
      let height = top - base
      gas -= Int64(instruction.gas)
      if height < Int(instruction.taken) || height > Int(instruction.highest) || gas < 0 {
        return .finished(.halted(refusal(opcode, instruction, height: height)), output: [])
      }
      counter += 1

      switch opcode {
      case 0x01:  // ADD
        top[-2] = top[-1] &+ top[-2]
        top -= 1
        continue
      case 0x02:  // MUL
        top[-2] = top[-1] &* top[-2]
        top -= 1
        continue
      case 0x03:  // SUB
        top[-2] = top[-1] &- top[-2]
        top -= 1
        continue
      case 0x10:  // LT
        top[-2] = UInt256(top[-1] < top[-2])
        top -= 1
        continue
      case 0x11:  // GT
        top[-2] = UInt256(top[-2] < top[-1])
        top -= 1
        continue
      case 0x12:  // SLT
        top[-2] = UInt256(top[-1].isLessSigned(top[-2]))
        top -= 1
        continue
      case 0x13:  // SGT
        top[-2] = UInt256(top[-2].isLessSigned(top[-1]))
        top -= 1
        continue
      case 0x14:  // EQ
        top[-2] = UInt256(top[-1] == top[-2])
        top -= 1
        continue
      case 0x15:  // ISZERO
        top[-1] = UInt256(top[-1].isZero)
        continue
      case 0x16:  // AND
        top[-2] = top[-1] & top[-2]
        top -= 1
        continue
      case 0x17:  // OR
        top[-2] = top[-1] | top[-2]
        top -= 1
        continue
      case 0x18:  // XOR
        top[-2] = top[-1] ^ top[-2]
        top -= 1
        continue
      case 0x19:  // NOT
        top[-1] = ~top[-1]
        continue
      case 0x1A:  // BYTE
        top[-2] = top[-1].byte(of: top[-2])
        top -= 1
        continue
      case 0x1B:  // SHL
        top[-2] = top[-2].shiftedLeft(by: top[-1])
        top -= 1
        continue
      case 0x1C:  // SHR
        top[-2] = top[-2].shiftedRight(by: top[-1])
        top -= 1
        continue
      case 0x50:  // POP
        top -= 1
        continue
      case 0x51:  // MLOAD
        if let offset = top[-1].asUInt64, offset < Limit.memory, Int(offset) + 32 <= memoryCount {
          top[-1] = UInt256(bigEndian: memory + Int(offset))
          continue
        }
      case 0x52:  // MSTORE
        if let offset = top[-1].asUInt64, offset < Limit.memory, Int(offset) + 32 <= memoryCount {
          top[-2].write(to: memory + Int(offset))
          top -= 2
          continue
        }
      case 0x56:  // JUMP
        guard let target = frame.destination(top[-1]) else {
          return .finished(.halted(.invalidJump), output: [])
        }
        counter = target
        top -= 1
        continue
      case 0x57:  // JUMPI
        if !top[-2].isZero {
          guard let target = frame.destination(top[-1]) else {
            return .finished(.halted(.invalidJump), output: [])
          }
          counter = target
        }
        top -= 2
        continue
      case 0x58:  // PC
        top[0] = UInt256(UInt64(counter - 1))
        top += 1
        continue
      case 0x5A:  // GAS
        top[0] = UInt256(UInt64(gas))
        top += 1
        continue
      case 0x5B:  // JUMPDEST
        continue
      case 0x5F:  // PUSH0
        top[0] = .zero
        top += 1
        continue
      case 0x60:  // PUSH1
        top[0] = UInt256(UInt64(code[counter]))
        top += 1
        counter += 1
        continue
      case 0x61:  // PUSH2
        top[0] = UInt256(UInt64(code[counter]) << 8 | UInt64(code[counter + 1]))
        top += 1
        counter += 2
        continue
      default:
        if opcode >= 0x60, opcode < 0xA0 {
          if opcode < 0x80 {  // PUSH
            let count = Int(opcode) - 0x5F
            top[0] = UInt256(bigEndian: code + counter) >> (256 - 8 * count)
            top += 1
            counter += count
          } else if opcode < 0x90 {  // DUP
            top[0] = top[0x7F - Int(opcode)]
            top += 1
          } else {  // SWAP
            let place = 0x8E - Int(opcode)
            let word = top[place]
            top[place] = top[-1]
            top[-1] = word
          }
          continue
        }
      }

      frame.gas = gas
      frame.counter = counter
      frame.height = height - Int(instruction.taken)
      if let exit = operate(opcode, frame, base + height) { return exit }
      gas = frame.gas
      top = base + frame.height
      memory = self.memory + frame.memoryStart
      memoryCount = frame.memoryCount
    }
  }

  /// Why a step may not be taken.
  func refusal(_ opcode: UInt8, _ instruction: Instruction, height: Int) -> Halt {
    if !fork.instructions.has(opcode) { return .invalidOpcode(opcode) }
    if height < Int(instruction.taken) {
      return .stackUnderflow(height: height, needed: Int(instruction.taken))
    }
    guard height > Int(instruction.highest) else { return .outOfGas }
    return .stackOverflow(height: height, highest: Int(instruction.highest))
  }
}

extension Frame {
  /// The place of a JUMPDEST; nil where there is none.
  @inline(__always)
  func destination(_ word: UInt256) -> Int? {
    guard let place = word.asUInt64, place < UInt64(code.count),
      destinations[Int(place)] == 1
    else { return nil }
    return Int(place)
  }
}
