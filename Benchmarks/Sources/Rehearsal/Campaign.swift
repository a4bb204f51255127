import Devnet
import EVM
import EthereumPrimitives
import Foundation
import MerkleTree

/// Our contracts on a chain of their own, with a campaign that is live.
struct Campaign {
  static let owner = Address(1, 1, 1)
  static let start: UInt64 = 1_800_000_000
  static let day: UInt64 = 86_400
  static let entitlement: UInt256 = 1_234_000_000_567_890_123

  let chain: Chain
  private let distributor: Address
  private let token: Address
  private let identifier: Bytes32
  private let tree: EncodedTree
  private let accounts: [Address]

  var depth: Int { tree.proof(ofRow: 0).count }

  /// Opens a campaign for the accounts, with the same entitlement each. Nothing costs a fee.
  init(_ accounts: [Address]) throws {
    var settings = Chain.Settings(clock: { Self.start })
    settings.gasLimit = 1 << 40
    settings.baseFee = 0
    settings.history = 0
    let chain = Chain(settings)
    let total = Self.entitlement &* UInt256(UInt64(accounts.count))
    self.chain = chain
    self.accounts = accounts
    distributor = try Self.create("Distributor", from: Address(2, 2, 2), on: chain)
    token = try Self.create(
      "Token", from: Address(3, 3, 3), on: chain,
      arguments: ABI.encode(
        [
          .string("Rehearsal"), .string("REH"), .uint(18), .uint(total), .uint(31_337),
          .address(Self.owner),
        ],
        as: [.string, .string, .uint(bits: 8), .uint256, .uint256, .address]))
    (identifier, tree) = try Self.open(distributor, token, accounts, total, on: chain)
  }

  private static func open(
    _ distributor: Address, _ token: Address, _ accounts: [Address], _ total: UInt256,
    on chain: Chain
  ) throws -> (Bytes32, EncodedTree) {
    func send(_ to: Address, _ signature: String, _ values: [ABIValue]) throws -> [UInt8] {
      let input = try call(signature, values)
      return try sent(input, to: to, from: owner, on: chain).output
    }
    _ = try send(
      token, "genesis(address,(address,uint256)[])",
      [.address(.zero), .array([.tuple([.address(owner), .uint(total)])])])
    _ = try send(token, "approve(address,uint256)", [.address(distributor), .uint(.max)])
    let schedule = ABIValue.tuple(Array(repeating: .uint(0), count: 8))
    let terms: [ABIValue] = [
      schedule, .uint(UInt256(day)), .uint(0), .uint(1), .uint(0), .address(owner),
      .address(owner), .address(owner),
    ]
    let created = try send(
      distributor,
      "create(address,bytes32,((uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64),"
        + "uint64,uint64,uint8,uint256,address,address,address))",
      [.address(token), .bytes32(.zero), .tuple(terms)])
    guard let campaign = Bytes32(bytes: created[...]) else {
      throw RehearsalError.failed("create", .success)
    }
    let amounts = [UInt256](repeating: entitlement, count: accounts.count)
    let tree = try EncodedTree.build(
      AccountRows(accounts: accounts, amounts: amounts, campaign: campaign), encoding: .sluice)
    _ = try send(distributor, "fund_to(bytes32,uint256)", [.bytes32(campaign), .uint(total)])
    _ = try send(
      distributor, "propose(bytes32,bytes32,bytes32,bytes32,uint256,string)",
      [
        .bytes32(campaign), .bytes32(.zero), .bytes32(tree.root), .bytes32(tree.root),
        .uint(total), .string("ipfs://rehearsal"),
      ])
    _ = chain.setNextTimestamp(chain.latest.header.timestamp + day)
    _ = try send(distributor, "activate(bytes32)", [.bytes32(campaign)])
    return (campaign, tree)
  }
}

// MARK: Claims

extension Campaign {
  /// Mines the claims of rows, so many per block, and says what gas each account's took.
  func claim(
    _ rows: some RandomAccessCollection<Int>, per size: Int,
    _ pending: (Transaction, Address) throws -> PendingTransaction
  ) throws -> [Address: UInt64] {
    var gas: [Address: UInt64] = [:]
    gas.reserveCapacity(rows.count)
    var failure: CallStatus?
    var rest = rows[...]
    while !rest.isEmpty {
      let block = try rest.prefix(size).map { try pending(claim(of: $0), accounts[$0]) }
      try chain.mine(block) { mined in
        gas[mined.sender] = mined.outcome.gasUsed
        if mined.outcome.status != .success { failure = mined.outcome.status }
      }
      rest = rest.dropFirst(size)
    }
    if let failure { throw RehearsalError.failed("claim", failure) }
    return gas
  }

  private func claim(of row: Int) throws -> Transaction {
    var input = Self.claimSelector
    let proof = tree.proof(ofRow: row)
    for word in [
      identifier, accounts[row].bytes32, Self.entitlement.bytes32, Bytes32(0, 0, 0, 160), .zero,
      Bytes32(0, 0, 0, UInt64(proof.count)),
    ] + proof { word.append(to: &input) }
    return Self.transaction(input, to: distributor)
  }

  private static let claimSelector = ABI.selector(
    "claim(bytes32,address,uint256,bytes32[],bytes32)")

  func balance(of account: Address) throws -> [UInt8] {
    try look(token, "balanceOf(address)", [.address(account)])
  }

  func claimed(by account: Address) throws -> [UInt8] {
    try look(distributor, "claimed(bytes32,address)", [.bytes32(identifier), .address(account)])
  }

  private func look(_ to: Address, _ signature: String, _ values: [ABIValue]) throws -> [UInt8] {
    let message = EVM.Message(
      from: Self.owner, to: to, input: try Self.call(signature, values), gas: 1_000_000)
    let outcome = EVM(world: chain.world, fork: .prague).call(message, in: chain.nextContext())
    guard outcome.status == .success else {
      throw RehearsalError.failed(signature, outcome.status)
    }
    return outcome.output
  }
}

// MARK: Transactions

extension Campaign {
  private static func call(_ signature: String, _ values: [ABIValue]) throws -> [UInt8] {
    let types = signature.drop { $0 != "(" }
    guard case .tuple(let parts) = try ABIType(parsing: String(types)) else { return [] }
    return ABI.selector(signature) + (try ABI.encode(values, as: parts))
  }

  private static func transaction(_ input: [UInt8], to: Address?) -> Transaction {
    var transaction = Transaction()
    transaction.kind = .dynamicFee
    transaction.chainID = 31_337
    transaction.gasLimit = to == nil ? 10_000_000 : 1_000_000
    transaction.to = to
    transaction.input = input
    return transaction
  }

  private static func sent(
    _ input: [UInt8], to: Address?, from sender: Address, on chain: Chain
  ) throws -> EVM.Outcome {
    var transaction = transaction(input, to: to)
    transaction.nonce = chain.world.record(of: sender).nonce
    try chain.add(PendingTransaction(transaction, from: sender))
    let outcome = chain.latest.transactions[0].outcome
    guard outcome.status == .success else {
      throw RehearsalError.failed("\(input.prefix(4))", outcome.status)
    }
    return outcome
  }

  private static func create(
    _ name: String, from sender: Address, on chain: Chain, arguments: [UInt8] = []
  ) throws -> Address {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    let file = URL(fileURLWithPath: "\(path)/../../../contracts/artifacts/\(name).json")
    let artifact = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    guard let code = (artifact as? [String: Any])?["creation_bytecode"] as? String else {
      throw CocoaError(.fileReadCorruptFile)
    }
    let outcome = try sent(Hex.decode(code) + arguments, to: nil, from: sender, on: chain)
    guard let created = outcome.created else {
      throw RehearsalError.failed(name, outcome.status)
    }
    return created
  }
}
