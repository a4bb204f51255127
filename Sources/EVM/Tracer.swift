import EthereumPrimitives

/// Watches what code does, step by step and call by call.
///
/// What it gets are copies: it cannot change the run.
public protocol Tracer: AnyObject {
  /// True where `step` is wanted; without it only calls and logs are told.
  var wantsSteps: Bool { get }
  /// True where steps carry the call's memory, which is copied each time.
  var wantsMemory: Bool { get }
  /// Before each operation.
  func step(_ step: TraceStep)
  /// Before the first step of a call: of one that is refused before it begins too, and of those of
  /// precompiled contracts. A SELFDESTRUCT is told as a call.
  func entered(_ call: TraceCall)
  /// A log of the call that runs. `index` counts those of the transaction that are not undone.
  func logged(_ log: World.Log, index: Int)
  /// After a call's last step. A creation that succeeded gives the code that it placed.
  func exited(_ result: CallResult, depth: Int)
}

extension Tracer {
  public var wantsMemory: Bool { true }
  public func logged(_ log: World.Log, index: Int) {}
}

/// The machine before one operation.
public struct TraceStep: Sendable {
  /// Of the call; 0 for the transaction's.
  public let depth: Int
  /// The place of the operation in the code.
  public let counter: Int
  public let opcode: UInt8
  public let gas: Int64
  /// What the operation costs; of a call, with the gas that it hands on.
  public let cost: Int64
  /// Why the operation cannot begin: its gas or the stack.
  public let halt: Halt?
  public let refund: Int64
  public let stack: [UInt256]
  /// Empty where the tracer does not want it.
  public let memory: [UInt8]
  /// What the last call that this one made returned.
  public let returned: [UInt8]
  /// The account whose storage the code sees.
  public let address: Address
  /// Of SLOAD and SSTORE: the slot, and its value once the operation is done.
  public let slot: (key: UInt256, value: UInt256)?

  /// The operation's name, as geth writes it.
  public var name: String { Self.name(of: opcode) }

  public static func name(of opcode: UInt8) -> String {
    Opcode.name(of: opcode) ?? "opcode 0x" + String(opcode, radix: 16) + " not defined"
  }
}

/// A call as it begins.
public struct TraceCall: Sendable {
  public enum Kind: String, Sendable {
    case call = "CALL"
    case callCode = "CALLCODE"
    case delegateCall = "DELEGATECALL"
    case staticCall = "STATICCALL"
    case create = "CREATE"
    case create2 = "CREATE2"
    case selfDestruct = "SELFDESTRUCT"
  }

  public let kind: Kind
  public let depth: Int
  public let from: Address
  /// Whose code runs; of a creation, the new account; of a SELFDESTRUCT, who gets what is left.
  public let to: Address
  /// Wei; of a delegate call, those of the call that it continues.
  public let value: UInt256
  public let gas: Int64
  /// Of a creation, the code that creates.
  public let input: [UInt8]
}
