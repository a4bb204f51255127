import EthereumPrimitives

/// Watches what code does, step by step and call by call.
///
/// What it gets are copies: it cannot change the run.
public protocol Tracer: AnyObject {
  /// True where `step` is wanted; without it only calls are told.
  var wantsSteps: Bool { get }
  /// Before each operation.
  func step(_ step: TraceStep)
  /// Before the first step of a call.
  func entered(_ call: TraceCall)
  /// After a call's last step.
  func exited(_ result: CallResult, depth: Int)
}

/// The machine before one operation.
public struct TraceStep: Sendable {
  public let depth: Int
  public let counter: Int
  public let opcode: UInt8
  public let gas: Int64
  public let refund: Int64
  public let stack: [UInt256]
  public let memory: [UInt8]
  public let address: Address

  /// The operation's name, as geth writes it.
  public var name: String {
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
  public let to: Address
  public let value: UInt256
  public let gas: Int64
  public let input: [UInt8]
}
