/// The rules of one Ethereum fork, as data: what the interpreter and the transaction do
/// differently.
public struct Fork: Sendable {
  public let name: String
  /// What every opcode needs and costs before its own arguments are looked at.
  let instructions: InstructionTable
  /// The precompiled contracts, by their numbers.
  let precompiles: [Precompile]
  /// What the contract for modular powers takes, and for which price.
  let modularPower: ModularPower.Rules
  /// Transactions may hand an account's code over to a contract (EIP-7702).
  let hasDelegation: Bool
  /// Gas that a transaction uses at least, per token of its data (EIP-7623); 0 for none.
  let floorPerToken: Int64
  /// Blobs that a transaction may carry (EIP-4844, EIP-7691).
  let maximumBlobs: Int
  /// How slowly the price of blob gas moves (EIP-4844, EIP-7691).
  let blobBaseFeeFraction: UInt64
  /// The highest gas limit of a transaction (EIP-7825).
  public let highestGasLimit: UInt64

  /// March 2024: transient storage, blobs, MCOPY, SELFDESTRUCT that deletes only what is new.
  /// Source: EIP-7569.
  public static let cancun = Fork(
    name: "cancun", instructions: .cancun, precompiles: Precompile.all(upTo: .pointEvaluation),
    modularPower: .eip2565, hasDelegation: false, floorPerToken: 0, maximumBlobs: 6,
    blobBaseFeeFraction: 3_338_477, highestGasLimit: .max)

  /// May 2025: delegation of accounts, a floor for calldata. Source: EIP-7600.
  public static let prague = Fork(
    name: "prague", instructions: .cancun, precompiles: Precompile.all(upTo: .blsMapToG2),
    modularPower: .eip2565, hasDelegation: true, floorPerToken: 10, maximumBlobs: 9,
    blobBaseFeeFraction: 5_007_716, highestGasLimit: .max)

  /// December 2025: CLZ, signatures of secp256r1, a limit and another price for modular powers, a
  /// limit for a transaction's gas. Source: EIP-7607; EIP-7939, 7951, 7823, 7883, 7825, 7594.
  public static let osaka = Fork(
    name: "osaka", instructions: .osaka, precompiles: Precompile.all(upTo: .p256Verify),
    modularPower: .eip7883, hasDelegation: true, floorPerToken: 10, maximumBlobs: 6,
    blobBaseFeeFraction: 5_007_716, highestGasLimit: 1 << 24)

  /// Every fork that is known, oldest first.
  public static let all = [cancun, prague, osaka]
}

extension Fork: CustomStringConvertible {
  public var description: String { name }

  /// The fork of a name.
  public init(named name: String) throws(UnknownFork) {
    guard let fork = Self.all.first(where: { $0.name == name }) else {
      throw UnknownFork(name: name)
    }
    self = fork
  }
}

/// The name of a fork that this EVM does not have.
public struct UnknownFork: Error, Sendable, Hashable, CustomStringConvertible {
  public let name: String

  public var description: String {
    "found the fork '\(name.prefix(60))', expected one of "
      + Fork.all.map(\.name).joined(separator: ", ")
  }
}

/// What does not change from fork to fork of those we have.
enum Limit {
  /// How many calls may lie one inside the other. Source: Ethereum Yellow Paper, section 9.1.
  static let callDepth = 1024
  /// Words on a stack.
  static let stack = 1024
  /// Bytes of a contract's code (EIP-170).
  static let code = 24_576
  /// Bytes of the code that creates a contract (EIP-3860).
  static let initCode = 49_152
  /// Bytes of memory that all calls of a transaction hold together. Ethereum bounds memory by gas
  /// alone; the gas for this much, 2.2 · 10¹², is beyond every block. What needs more is out of
  /// gas.
  static let memory = 1 << 30
}

/// Amounts of gas. Source: Ethereum Yellow Paper, appendix G, and the EIPs that are named.
enum Gas {
  static let transaction: Int64 = 21_000
  static let create: Int64 = 32_000
  static let zeroByte: Int64 = 4
  static let nonzeroByte: Int64 = 16
  static let accessListAddress: Int64 = 2_400  // EIP-2930
  static let accessListKey: Int64 = 1_900
  static let initCodeWord: Int64 = 2  // EIP-3860
  static let codeByte: Int64 = 200
  static let warm: Int64 = 100  // EIP-2929
  static let coldAccount: Int64 = 2_600
  static let coldSlot: Int64 = 2_100
  static let storageSet: Int64 = 20_000
  static let storageReset: Int64 = 2_900
  static let storageClearRefund: Int64 = 4_800  // EIP-3529
  static let callStipend: Int64 = 2_300
  static let callValue: Int64 = 9_000
  static let newAccount: Int64 = 25_000
  static let copyWord: Int64 = 3
  static let hashWord: Int64 = 6
  static let exponentByte: Int64 = 50
  static let logTopic: Int64 = 375
  static let logByte: Int64 = 8
  static let authorization: Int64 = 25_000  // EIP-7702, PER_EMPTY_ACCOUNT_COST
  static let authorizationRefund: Int64 = 12_500  // of an account that is there
  static let blob: UInt64 = 131_072  // EIP-4844

  static func words(_ bytes: Int) -> Int64 { (Int64(bytes) + 31) / 32 }

  /// What memory of this many bytes costs in all; at most `Limit.memory` bytes.
  static func memory(_ bytes: Int) -> Int64 {
    let words = words(bytes)
    return 3 * words + words * words / 512
  }
}
