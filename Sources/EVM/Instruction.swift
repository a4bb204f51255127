/// What an opcode needs before its arguments are looked at: one lookup decides whether it may run.
struct Instruction: Sendable {
  /// Gas that it always costs.
  var gas: Int32 = 0
  /// Words that it takes off the stack. An opcode that does not exist takes more than a stack has.
  var taken: Int16 = .max
  /// The most words that may be on the stack before it.
  var highest: Int16 = .max

  init() {}

  init(gas: Int, taken: Int, given: Int) {
    self.gas = Int32(gas)
    self.taken = Int16(taken)
    highest = Int16(Limit.stack - given + taken)
  }
}

/// The instructions of a fork, by opcode.
struct InstructionTable: Sendable {
  /// One for each of the 256 bytes.
  let entries: [Instruction]

  private init(_ list: [UInt8: Instruction]) {
    entries = (0...UInt8.max).map { list[$0] ?? Instruction() }
  }

  /// True where the fork has the opcode.
  func has(_ opcode: UInt8) -> Bool { entries[Int(opcode)].taken != .max }

  static let cancun = InstructionTable(cancunList)
  static let osaka = InstructionTable(
    cancunList.merging([Opcode.clz.rawValue: Instruction(gas: 5, taken: 1, given: 1)]) { $1 })

  private static var cancunList: [UInt8: Instruction] {
    var list: [UInt8: Instruction] = [:]
    func add(_ opcodes: [Opcode], gas: Int, taken: Int, given: Int) {
      for opcode in opcodes {
        list[opcode.rawValue] = Instruction(gas: gas, taken: taken, given: given)
      }
    }
    add([.stop], gas: 0, taken: 0, given: 0)
    add([.add, .sub], gas: 3, taken: 2, given: 1)
    add([.mul, .div, .sdiv, .mod, .smod, .signextend], gas: 5, taken: 2, given: 1)
    add([.addmod, .mulmod], gas: 8, taken: 3, given: 1)
    add([.exp], gas: 10, taken: 2, given: 1)
    add(
      [.lt, .gt, .slt, .sgt, .eq, .and, .or, .xor, .byte, .shl, .shr, .sar], gas: 3, taken: 2,
      given: 1)
    add([.iszero, .not], gas: 3, taken: 1, given: 1)
    add([.keccak256], gas: 30, taken: 2, given: 1)
    add(
      [
        .address, .origin, .caller, .callvalue, .calldatasize, .codesize, .gasprice,
        .returndatasize, .coinbase, .timestamp, .number, .prevrandao, .gaslimit, .chainid,
        .basefee, .blobbasefee, .pc, .msize, .gas, .push0,
      ], gas: 2, taken: 0, given: 1)
    add([.selfbalance], gas: 5, taken: 0, given: 1)
    add([.balance, .extcodesize, .extcodehash], gas: 0, taken: 1, given: 1)
    add([.calldataload, .blobhash], gas: 3, taken: 1, given: 1)
    add([.calldatacopy, .codecopy, .returndatacopy, .mcopy], gas: 3, taken: 3, given: 0)
    add([.extcodecopy], gas: 0, taken: 4, given: 0)
    add([.blockhash], gas: 20, taken: 1, given: 1)
    add([.pop], gas: 2, taken: 1, given: 0)
    add([.mload], gas: 3, taken: 1, given: 1)
    add([.mstore, .mstore8], gas: 3, taken: 2, given: 0)
    add([.sload], gas: 0, taken: 1, given: 1)
    add([.sstore], gas: 0, taken: 2, given: 0)
    add([.jump], gas: 8, taken: 1, given: 0)
    add([.jumpi], gas: 10, taken: 2, given: 0)
    add([.jumpdest], gas: 1, taken: 0, given: 0)
    add([.tload], gas: 100, taken: 1, given: 1)
    add([.tstore], gas: 100, taken: 2, given: 0)
    for number in 0..<32 {
      list[Opcode.push1.rawValue + UInt8(number)] = Instruction(gas: 3, taken: 0, given: 1)
    }
    for number in 0..<16 {
      list[Opcode.dup1.rawValue + UInt8(number)] = Instruction(
        gas: 3, taken: number + 1, given: number + 2)
      list[Opcode.swap1.rawValue + UInt8(number)] = Instruction(
        gas: 3, taken: number + 2, given: number + 2)
    }
    for topics in 0...4 {
      list[Opcode.log0.rawValue + UInt8(topics)] = Instruction(
        gas: 375 + 375 * topics, taken: 2 + topics, given: 0)
    }
    add([.create], gas: 32_000, taken: 3, given: 1)
    add([.create2], gas: 32_000, taken: 4, given: 1)
    add([.call, .callcode], gas: 0, taken: 7, given: 1)
    add([.delegatecall, .staticcall], gas: 0, taken: 6, given: 1)
    add([.return, .revert], gas: 0, taken: 2, given: 0)
    add([.invalid], gas: 0, taken: 0, given: 0)
    add([.selfdestruct], gas: 5_000, taken: 1, given: 0)
    return list
  }
}

/// The operations of the EVM under their standard names; PUSH, DUP, SWAP and LOG go on from the one
/// that is named. Source: Ethereum Yellow Paper, appendix H; EIP-3855, 1153, 5656, 4844, 7516,
/// 7939.
enum Opcode: UInt8 {
  case stop = 0x00
  case add, mul, sub, div, sdiv, mod, smod, addmod, mulmod, exp, signextend
  case lt = 0x10
  case gt, slt, sgt, eq, iszero, and, or, xor, not, byte, shl, shr, sar, clz
  case keccak256 = 0x20
  case address = 0x30
  case balance, origin, caller, callvalue, calldataload, calldatasize, calldatacopy, codesize
  case codecopy, gasprice, extcodesize, extcodecopy, returndatasize, returndatacopy, extcodehash
  case blockhash, coinbase, timestamp, number, prevrandao, gaslimit, chainid, selfbalance, basefee
  case blobhash, blobbasefee
  case pop = 0x50
  case mload, mstore, mstore8, sload, sstore, jump, jumpi, pc, msize, gas, jumpdest, tload, tstore
  case mcopy, push0, push1
  case push32 = 0x7F
  case dup1 = 0x80
  case swap1 = 0x90
  case log0 = 0xA0
  case log4 = 0xA4
  case create = 0xF0
  case call, callcode, `return`, delegatecall, create2
  case staticcall = 0xFA
  case revert = 0xFD
  case invalid = 0xFE
  case selfdestruct = 0xFF
}

extension Opcode {
  /// The name of a byte of code, as tracers write it; nil where it is no operation.
  static func name(of byte: UInt8) -> String? {
    switch byte {
    case push1.rawValue...push32.rawValue: "PUSH\(byte - push0.rawValue)"
    case dup1.rawValue..<swap1.rawValue: "DUP\(byte - dup1.rawValue + 1)"
    case swap1.rawValue..<log0.rawValue: "SWAP\(byte - swap1.rawValue + 1)"
    case log0.rawValue...log4.rawValue: "LOG\(byte - log0.rawValue)"
    default: Opcode(rawValue: byte).map { "\($0)".uppercased() }
    }
  }
}
