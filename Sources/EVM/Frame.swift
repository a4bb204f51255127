import EthereumPrimitives

/// Why a call ended without success. Source: Ethereum Yellow Paper, section 9.4.2, and EIPs.
public enum Halt: Sendable, Hashable {
  case outOfGas
  /// Fewer words on the stack than the operation takes.
  case stackUnderflow(height: Int, needed: Int)
  /// More words on the stack than may be there before the operation: it would give more than 1024.
  case stackOverflow(height: Int, highest: Int)
  /// A byte that is no operation, or 0xFE.
  case invalidOpcode(UInt8)
  case invalidJump
  /// A change of state inside of a static call.
  case staticViolation
  /// RETURNDATACOPY beyond the end.
  case returnDataOutOfBounds
  /// An address that has nonce, code or storage already.
  case createCollision
  /// Code of more than 24,576 bytes (EIP-170).
  case codeTooLarge
  /// Code that begins with 0xEF (EIP-3541).
  case invalidCode
  /// Code for a creation of more than 49,152 bytes (EIP-3860).
  case initCodeTooLarge
  /// A precompiled contract that refused its input.
  case precompileFailed
  // Refused before it began: the caller goes on, and keeps the gas.
  /// A call below 1024 others.
  case callTooDeep
  /// More value than the caller has.
  case balanceTooLow
  /// A creation by an account whose nonce is 2⁶⁴ − 1 (EIP-2681).
  case nonceAtLimit
}

/// How a call ended.
public enum CallStatus: Sendable, Hashable {
  case success
  case reverted
  case halted(Halt)
}

/// A call that runs: what stays the same during it, and where it stands while another one runs
/// above it.
final class Frame {
  let code: Bytecode
  /// Of `code`; see `Bytecode.jumpDestinations`.
  let destinations: UnsafePointer<UInt8>
  /// The account whose storage, balance and address the code sees.
  let account: Int
  let address: Address
  let caller: Address
  let value: UInt256
  let input: [UInt8]
  let isStatic: Bool
  /// Of a creation: the account that gets what the code returns.
  let isCreation: Bool
  let depth: Int
  let checkpoint: World.Checkpoint

  /// Where it wants what the call above it returns.
  var outputOffset = 0
  var outputCount = 0

  var gas: Int64
  var counter = 0
  /// Words on its stack.
  var height = 0
  /// Where its memory begins among that of all calls, and its bytes, a multiple of 32.
  var memoryStart = 0
  var memoryCount = 0
  /// What the last call that it made returned.
  var returned: [UInt8] = []

  init(
    code: Bytecode, account: Int, address: Address, caller: Address, value: UInt256,
    input: [UInt8], gas: Int64, isStatic: Bool, isCreation: Bool, depth: Int,
    checkpoint: World.Checkpoint
  ) {
    self.code = code
    destinations = code.jumpDestinations
    self.account = account
    self.address = address
    self.caller = caller
    self.value = value
    self.input = input
    self.gas = gas
    self.isStatic = isStatic
    self.isCreation = isCreation
    self.depth = depth
    self.checkpoint = checkpoint
  }
}

/// What a call left behind.
public struct CallResult: Sendable {
  public var status: CallStatus
  /// Gas that was not used; 0 after a halt, unless the call was refused before it began.
  public var gasLeft: Int64
  /// What was returned, by success or by revert; of a creation that succeeded, the code.
  public var output: [UInt8]
  /// Of a creation that succeeded: the new account.
  public var created: Address?
}
