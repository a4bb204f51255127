import EVM
import EthereumPrimitives

/// What a contract said when it reverted: `Error(string)` and `Panic(uint256)` of Solidity and
/// Vyper, in geth's words.
struct RevertReason: CustomStringConvertible {
  let description: String

  init?(_ output: [UInt8]) {
    guard output.count >= 36 else { return nil }
    switch Hex.encode(Array(output[..<4])) {
    case "0x08c379a0":
      guard let values = try? ABI.decode(Array(output[4...]), as: [.string]),
        case .string(let text)? = values.first
      else { return nil }
      description = text
    case "0x4e487b71":
      guard let word = Bytes32(bytes: output[4..<36]) else { return nil }
      description = Self.panic(UInt256(word))
    default: return nil
    }
  }

  /// Source: Solidity, "Panic via assert and Error via require".
  private static func panic(_ code: UInt256) -> String {
    switch code.asUInt64 {
    case 0x00: "generic panic"
    case 0x01: "assert(false)"
    case 0x11: "arithmetic underflow or overflow"
    case 0x12: "division or modulo by zero"
    case 0x21: "enum overflow"
    case 0x22: "invalid encoded storage byte array accessed"
    case 0x31: "out-of-bounds array access; popping on an empty array"
    case 0x32: "out-of-bounds access of an array or bytesN"
    case 0x41: "out of memory"
    case 0x51: "uninitialized function"
    default: "unknown panic code: \(code.hex)"
    }
  }
}

extension Halt {
  /// As geth words it.
  var words: String {
    switch self {
    case .outOfGas: "out of gas"
    case .stackUnderflow(let height, let needed): "stack underflow (\(height) <=> \(needed))"
    case .stackOverflow(let height, let highest): "stack limit reached \(height) (\(highest))"
    case .invalidOpcode(let opcode): "invalid opcode: \(TraceStep.name(of: opcode))"
    case .invalidJump: "invalid jump destination"
    case .staticViolation: "write protection"
    case .returnDataOutOfBounds: "return data out of bounds"
    case .createCollision: "contract address collision"
    case .codeTooLarge: "max code size exceeded"
    case .invalidCode: "invalid code: must not begin with 0xef"
    case .initCodeTooLarge: "max initcode size exceeded"
    case .precompileFailed: "precompiled contract: wrong input, or too little gas"
    case .callTooDeep: "max call depth exceeded"
    case .balanceTooLow: "insufficient balance for transfer"
    case .nonceAtLimit: "nonce uint64 overflow"
    }
  }
}
