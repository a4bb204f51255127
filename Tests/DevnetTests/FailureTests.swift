import CanonicalJSON
import Devnet
import EVM
import EthereumPrimitives
import Testing

private let day: UInt64 = 86_400

/// A token, a distributor and a campaign of it, as `contracts/artifacts` have them.
private struct Campaign {
  let test: TracedChain
  let token: Address
  let distributor: Address
  let campaign: Bytes32
  /// Who is entitled to 100, and the proof: the leaf of the second account.
  let account: Address
  let proof: [Bytes32]
  let root: Bytes32

  static let supply: UInt256 = 1_000_000

  /// - Parameters:
  ///   - expiry: seconds after the chain's start, or 0 for never.
  ///   - isLive: the root was proposed and its window has passed.
  init(expiry: UInt64 = 0, isLive: Bool = true) throws {
    test = TracedChain()
    let owner = test.accounts[0]
    token = try Self.token(test)
    distributor = try test.deploy("Distributor")
    let schedule = ABIValue.tuple([.uint(0)] + [ABIValue](repeating: .uint(0), count: 7))
    let terms = ABIValue.tuple([
      schedule, .uint(UInt256(day)), .uint(UInt256(expiry == 0 ? 0 : TracedChain.time + expiry)),
      .uint(0), .uint(0), .address(owner), .address(owner), .address(owner),
    ])
    let types = try ["address", "bytes32", Self.termsType].map { try ABIType(parsing: $0) }
    let create = try input(
      "create(address,bytes32,\(Self.termsType))", [.address(token), .bytes32(.zero), terms], types)
    let answer = try test.call(
      "eth_call",
      #"{"from":"\#(owner.hex)","to":"\#(distributor.hex)","data":"\#(Hex.encode(create))"}"#)
    let campaign = try Bytes32(hex: answer.text ?? "")
    self.campaign = campaign
    _ = try test.send(create, to: distributor)

    account = test.accounts[1]
    let leaves = try [(account, 100), (test.accounts[2], 200)].map {
      let bytes = try ABI.encode(
        [.bytes32(campaign), .address($0.0), .uint(UInt256(UInt64($0.1)))],
        as: [.bytes32, .address, .uint256])
      return Keccak256.hash(Keccak256.hash(bytes).bytes)
    }
    proof = [leaves[1]]
    root = Keccak256.hash(leaves.sorted { $0.hex < $1.hex }.flatMap(\.bytes))
    guard isLive else { return }
    _ = try test.send(fund(1000), to: distributor)
    _ = try test.send(propose(), to: distributor)
    // Blocks are a second apart, ahead of a clock that stands still.
    try test.call("evm_increaseTime", "\(day + 100)")
  }

  private static let termsType =
    "((uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64),uint64,uint64,uint8,uint256,"
    + "address,address,address)"

  private static func token(_ test: TracedChain) throws -> Address {
    let owner = test.accounts[0]
    let token = try test.deploy(
      "Token",
      [
        .string("Sluice"), .string("SLU"), .uint(18), .uint(supply), .uint(31_337),
        .address(owner),
      ],
      [.string, .string, .uint(bits: 8), .uint256, .uint256, .address])
    let list = try ABIType(parsing: "(address,uint256)[]")
    _ = try test.send(
      input(
        "genesis(address,(address,uint256)[])",
        [.address(owner), .array([.tuple([.address(owner), .uint(5000)])])], [.address, list]),
      to: token)
    return token
  }

  func fund(_ amount: UInt64, isApproved: Bool = true) throws -> [UInt8] {
    if isApproved {
      _ = try test.send(
        input(
          "approve(address,uint256)", [.address(distributor), .uint(UInt256(amount))],
          [.address, .uint256]), to: token)
    }
    return try input(
      "fund_to(bytes32,uint256)", [.bytes32(campaign), .uint(UInt256(amount))],
      [.bytes32, .uint256])
  }

  func propose() throws -> [UInt8] {
    try input(
      "propose(bytes32,bytes32,bytes32,bytes32,uint256,string)",
      [
        .bytes32(campaign), .bytes32(.zero), .bytes32(root), .bytes32(root), .uint(300),
        .string("ipfs://x"),
      ], [.bytes32, .bytes32, .bytes32, .bytes32, .uint256, .string])
  }

  func claim(_ entitlement: UInt64 = 100) throws -> [UInt8] {
    try input(
      "claim(bytes32,address,uint256,bytes32[],bytes32)",
      [
        .bytes32(campaign), .address(account), .uint(UInt256(entitlement)),
        .array(proof.map { .bytes32($0) }), .bytes32(.zero),
      ], [.bytes32, .address, .uint256, .array(.bytes32), .bytes32])
  }

  /// The words of a claim of this entitlement.
  func claimed(_ entitlement: Int) -> String {
    "Distributor.claim(campaign \(campaign.hex), account \(account), entitlement \(entitlement), "
      + "proof [\(proof[0].hex)], expected_root \(Bytes32.zero.hex)) at \(distributor)"
  }

  /// Why a transaction from this account to the distributor failed; nil where it did not.
  func reason(_ data: [UInt8], from: Int = 1, gas: UInt64 = 5_000_000) throws -> String? {
    test.reason(try test.send(data, to: distributor, from: from, gas: gas))
  }
}

@Suite("Why a transaction failed: our contracts")
struct ContractFailureTests {
  @Test("A claim: of too much, of nothing, by another, in a pause, and one that is right")
  func claims() throws {
    let campaign = try Campaign()
    let (test, distributor) = (campaign.test, campaign.distributor)
    #expect(
      try campaign.reason(campaign.claim(101)) == campaign.claimed(101)
        + " reverted: proof does not fit")
    #expect(
      try campaign.reason(campaign.claim(), from: 2) == campaign.claimed(100)
        + " reverted: only account or operator")
    let pause = try input("pause(bytes32)", [.bytes32(campaign.campaign)], [.bytes32])
    #expect(
      try campaign.reason(pause)
        == "Distributor.pause(campaign \(campaign.campaign.hex)) at \(distributor) reverted: "
        + "caller lacks the role")
    #expect(try campaign.reason(pause, from: 0) == nil)
    #expect(try campaign.reason(campaign.claim()) == campaign.claimed(100) + " reverted: paused")
    let unpause = try input("unpause(bytes32)", [.bytes32(campaign.campaign)], [.bytes32])
    #expect(try campaign.reason(unpause, from: 0) == nil)
    #expect(try campaign.reason(campaign.claim()) == nil)
    let types: [ABIType] = [
      .bytes32, .address, .uint256, .array(.bytes32), .bytes32, .address, .uint256, .bytes,
    ]
    let again = try input(
      "claim_to(bytes32,address,uint256,bytes32[],bytes32,address,uint256,bytes)",
      [
        .bytes32(campaign.campaign), .address(campaign.account), .uint(100),
        .array(campaign.proof.map { .bytes32($0) }), .bytes32(.zero), .address(test.accounts[3]),
        .uint(.max), .bytes([UInt8](repeating: 7, count: 65)),
      ], types)
    let words = try #require(try campaign.reason(again))
    #expect(words.hasPrefix("Distributor.claim_to(campaign "))
    #expect(
      words.hasSuffix(
        "deadline \(UInt256.max), signature 0x\(String(repeating: "07", count: 32))… (65 bytes)) "
          + "at \(distributor) reverted: nothing is due"))
  }

  @Test("A claim after the expiry")
  func expired() throws {
    let campaign = try Campaign(expiry: 100 * day)
    try campaign.test.call("evm_increaseTime", "\(100 * day)")
    #expect(try campaign.reason(campaign.claim()) == campaign.claimed(100) + " reverted: expired")
  }

  @Test("What the token says goes up through the distributor, and is the token's")
  func nested() throws {
    let campaign = try Campaign(isLive: false)
    let fund = try campaign.fund(1000, isApproved: false)
    let (owner, token) = (campaign.test.accounts[0], campaign.token)
    #expect(
      try campaign.reason(fund, from: 0)
        == "Token.transferFrom(owner \(owner), to \(campaign.distributor), amount 1000) at "
        + "\(token) reverted: allowance is too low (in Distributor.fund_to)")
    let more = try campaign.fund(6000)
    #expect(
      try campaign.reason(more, from: 0)
        == "Token.transferFrom(owner \(owner), to \(campaign.distributor), amount 6000) at "
        + "\(token) reverted: balance is too low (in Distributor.fund_to)")
  }

  @Test("A token that refuses: by returning false, by a standard error, by an error nobody knows")
  func refusal() throws {
    let campaign = try Campaign()
    let test = campaign.test
    // MSTORE(0, 0), RETURN(0, 32): balances are 0 and transfers false.
    test.place([0x60, 32, 0x5F, 0xF3], at: campaign.token)
    #expect(
      try campaign.reason(campaign.claim()) == campaign.claimed(100)
        + " reverted: transfer refused")
    let place = "transfer(to \(campaign.account), amount 100) at \(campaign.token)"
    // Where the call data have 68 bytes, as those of transfer, it reverts with what follows.
    func refusing(_ data: [UInt8]) -> [UInt8] {
      let count = UInt8(data.count)
      // CODECOPY takes the data from behind the 22 bytes of code.
      return [0x36, 0x60, 68, 0x14, 0x60, 11, 0x57, 0x60, 32, 0x5F, 0xF3, 0x5B]
        + [0x60, count, 0x60, 22, 0x5F, 0x39, 0x60, count, 0x5F, 0xFD] + data
    }
    let error = try input(
      "ERC20InsufficientBalance(address,uint256,uint256)",
      [.address(campaign.distributor), .uint(1), .uint(100)], [.address, .uint256, .uint256])
    test.place(refusing(error), at: campaign.token)
    #expect(
      try campaign.reason(campaign.claim())
        == "\(place) reverted: ERC20InsufficientBalance(sender \(campaign.distributor), balance 1, "
        + "needed 100) (in Distributor.claim)")
    test.place(refusing([1, 2, 3, 4, 5]), at: campaign.token)
    #expect(
      try campaign.reason(campaign.claim())
        == "\(place) reverted with data that is not known: 0x0102030405 (in Distributor.claim)")
    test.place(refusing([]), at: campaign.token)
    #expect(
      try campaign.reason(campaign.claim())
        == "\(place) reverted without a reason (in Distributor.claim)")
    let panic = try input("Panic(uint256)", [.uint(0x11)], [.uint256])
    test.place(refusing(panic), at: campaign.token)
    #expect(
      try campaign.reason(campaign.claim())
        == "\(place) reverted: arithmetic underflow or overflow (in Distributor.claim)")
  }

  @Test("Out of gas: in the transaction's own code, and in a token that burns all of it")
  func outOfGas() throws {
    let campaign = try Campaign()
    let words = try #require(try campaign.reason(campaign.claim(), gas: 40_000))
    #expect(words.hasPrefix(campaign.claimed(100) + " ran out of gas at byte "))
    // Of 40,000 too little is left for the first SSTORE from 0, of a slot that was read before.
    #expect(words.hasSuffix(": SSTORE costs 20000, left were 6208"))
    // JUMPDEST, PUSH1, JUMP for ever, but for calls of 36 bytes: balanceOf.
    campaign.test.place(
      [0x36, 0x60, 36, 0x14, 0x60, 11, 0x57, 0x5B, 0x60, 7, 0x56, 0x5B, 0x60, 32, 0x5F, 0xF3],
      at: campaign.token)
    let burnt = try #require(try campaign.reason(campaign.claim(), gas: 200_000))
    #expect(
      burnt.hasPrefix(
        "transfer(to \(campaign.account), amount 100) at \(campaign.token) ran out of gas at byte ")
    )
    #expect(burnt.hasSuffix(" (in Distributor.claim)"))
  }

  @Test("What a token that was skipped said is not why a push failed")
  func swallowed() throws {
    let campaign = try Campaign()
    let push = try input(
      "push(bytes32,bytes32,address[],uint256[])",
      [
        .bytes32(campaign.campaign), .bytes32(.zero), .array([.address(campaign.account)]),
        .array([.uint(5)]),
      ], [.bytes32, .bytes32, .array(.address), .array(.uint256)])
    // REVERT(0, 4), but of 36 bytes: SSTORE(0, SLOAD(0) + 1), which the static call of balanceOf
    // may not.
    campaign.test.place(
      [0x36, 0x60, 36, 0x14, 0x60, 11, 0x57, 0x60, 4, 0x5F, 0xFD]
        + [0x5B, 0x5F, 0x54, 0x80, 0x60, 1, 0x01, 0x5F, 0x55, 0x5F, 0x52, 0x60, 32, 0x5F, 0xF3],
      at: campaign.token)
    #expect(
      try campaign.reason(push, from: 0)
        == "balanceOf(account \(campaign.distributor)) at \(campaign.token) failed: "
        + "write protection at byte 19 (in Distributor.push)")
    // GAS for a balance: never twice the same.
    campaign.test.place(
      [0x36, 0x60, 36, 0x14, 0x60, 11, 0x57, 0x60, 4, 0x5F, 0xFD]
        + [0x5B, 0x5A, 0x5F, 0x52, 0x60, 32, 0x5F, 0xF3], at: campaign.token)
    let words = try #require(try campaign.reason(push, from: 0))
    #expect(words.hasPrefix("Distributor.push(campaign "))
    #expect(words.hasSuffix(" reverted: token moved another amount"))
  }

  @Test("Call data that no function has, and creations")
  func unknown() throws {
    let campaign = try Campaign(isLive: false)
    #expect(
      try campaign.reason([1, 2, 3, 4] + [UInt8](repeating: 0, count: 32))
        == "Distributor.0x01020304(32 bytes) at \(campaign.distributor) reverted without a reason")
    #expect(
      try campaign.reason([])
        == "Distributor, a call without data at \(campaign.distributor) reverted without a reason")
    #expect(
      try campaign.reason([1, 2])?.hasPrefix("Distributor, a call with the data 0x0102 at ") == true
    )
    let test = campaign.test
    let creation = try TracedChain.creation(
      "Token",
      [.string("S"), .string("S"), .uint(18), .uint(0), .uint(1), .address(test.accounts[0])],
      [.string, .string, .uint(bits: 8), .uint256, .uint256, .address])
    let words = try #require(test.reason(try test.send(creation, to: nil)))
    #expect(
      words.hasPrefix(
        "the creation of Token(name_ \"S\", symbol_ \"S\", decimals_ 18, cap_ 0, home_chain_ 1, "
          + "deployer_ \(test.accounts[0])) at 0x"))
    #expect(words.hasSuffix(" reverted: cap is not in 1 to 2^128 - 1"))
    let vesting = try test.deploy("Vesting", [.address(campaign.token)], [.address])
    let claim = try input("claim(uint256)", [.uint(7)], [.uint256])
    #expect(
      test.reason(try test.send(claim, to: vesting))
        == "Vesting.claim(id 7) at \(vesting) reverted: no such escrow")
  }
}

/// Contracts that call the one of call data's first word.
private enum Outer {
  static let place = Address(0, 1, 1)
  static let inner = Address(0, 1, 2)
  /// CALL(gas, inner, 0, 0, 0, 0, 0) with what `gas` pushes.
  static func call(gas: [UInt8] = [0x5A]) -> [UInt8] {
    [0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x64, 1, 0, 0, 0, 2] + gas + [0xF1]
  }
  /// RETURNDATACOPY and REVERT with all of it.
  static let passOn: [UInt8] = [0x3D, 0x5F, 0x5F, 0x3E, 0x3D, 0x5F, 0xFD]
  /// REVERT with nothing.
  static let revert: [UInt8] = [0x5F, 0x5F, 0xFD]
}

@Suite("Why a transaction failed: which call")
struct FailureTests {
  /// The failure of a call of the outer code, where the inner one is this.
  private func failure(_ outer: [UInt8], _ inner: [UInt8]) throws -> Failure {
    let test = TracedChain()
    test.place(outer, at: Outer.place)
    test.place(inner, at: Outer.inner)
    let hash = try test.send([], to: Outer.place, gas: 200_000)
    return try #require(test.chain.failure(of: hash))
  }

  @Test("A failure that is passed on is the inner call's; one that is caught is not")
  func passedOn() throws {
    let passed = try failure(Outer.call() + Outer.passOn, Outer.revert)
    #expect(passed.call.contract == Outer.inner && passed.reason == .silent)
    #expect(passed.callers.map(\.contract) == [Outer.place])
    let caught = try failure(Outer.call() + Outer.revert, Outer.revert)
    #expect(caught.call.contract == Outer.place && caught.callers.isEmpty)
    // Caught, then copied, then reverted with other bytes: one of what came.
    let inner: [UInt8] = [0x60, 32, 0x5F, 0xFD]
    let shortened = Outer.call() + [0x3D, 0x5F, 0x5F, 0x3E, 0x60, 1, 0x5F, 0xFD]
    #expect(try failure(shortened, inner).call.contract == Outer.place)
    // The same bytes, but another call came between.
    let between: [UInt8] = [0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x60, 4, 0x5A, 0xF1]
    #expect(
      try failure(Outer.call() + between + Outer.passOn, Outer.revert).call.contract == Outer.place)
  }

  @Test("An inner call that ran out of gas and was caught is not the reason of what came after")
  func caughtOutOfGas() throws {
    let loop: [UInt8] = [0x5B, 0x5F, 0x56]
    let failure = try failure(Outer.call(gas: [0x61, 0x03, 0xE8]) + [0xFE], loop)
    #expect(failure.call.contract == Outer.place)
    #expect(failure.reason == .halted("invalid opcode: INVALID", place: 15))
    #expect(failure.description.hasSuffix("failed: invalid opcode: INVALID at byte 15"))
    // And passed on, it is: JUMPDEST, PUSH0, JUMP cost 11; of 1,000, 90 times.
    let passed = try self.failure(Outer.call(gas: [0x61, 0x03, 0xE8]) + Outer.passOn, loop)
    #expect(passed.reason == .outOfGas(operation: "JUMP", place: 2, cost: 8, left: 7))
    #expect(
      passed.description == "a call without data at \(Outer.inner) ran out of gas at byte 2: JUMP "
        + "costs 8, left were 7 (in a call without data)")
  }

  @Test("What asks for more gas than it costs says so")
  func sentry() throws {
    let store: [UInt8] = [0x60, 1, 0x5F, 0x55]
    let failure = try failure(Outer.call(gas: [0x61, 0x08, 0xFC]) + Outer.passOn, store)
    #expect(
      failure.description.contains(
        "ran out of gas at byte 3, SSTORE: 2295 gas left were not enough"))
  }

  @Test("Names that the caller gives come first; our contracts have theirs by their code")
  func names() throws {
    let campaign = try Campaign()
    let hash = try campaign.test.send(campaign.claim(101), to: campaign.distributor, from: 1)
    let failure = try #require(
      campaign.test.chain.failure(of: hash, names: [campaign.distributor: "Airdrop"]))
    #expect(failure.description.hasPrefix("Airdrop.claim(campaign "))
    #expect(failure.call.name == "Airdrop" && failure.call.function?.name == "claim")
    #expect(
      failure.call.function?.arguments.map(\.type)
        == ["bytes32", "address", "uint256", "bytes32[]", "bytes32"])
  }

  @Test("By JSON: text and parts of a transaction and of a call; one that succeeded says so")
  func explained() throws {
    let campaign = try Campaign()
    let test = campaign.test
    let hash = try test.send(campaign.claim(101), to: campaign.distributor, from: 1)
    let words = campaign.claimed(101) + " reverted: proof does not fit"
    let mined = try test.call("sluice_explainTransaction", #""\#(hash.hex)""#)
    #expect(mined["status"]?.text == "0x0" && mined["text"]?.text == words)
    let call = mined["failure"]?["call"]
    #expect(call?["name"]?.text == "Distributor" && call?["function"]?.text == "claim")
    #expect(call?["arguments"]?.elements?[2]["value"]?.text == "101")
    #expect(mined["failure"]?["kind"]?.text == "message")
    func explain(_ data: [UInt8]) throws -> JSON {
      try test.call(
        "sluice_explainCall",
        #"{"from":"\#(campaign.account.hex)","to":"\#(campaign.distributor.hex)","#
          + #""data":"\#(Hex.encode(data))"}"#)
    }
    #expect(try explain(campaign.claim(101))["text"]?.text == words)
    #expect(
      try explain(campaign.claim())
        == .object([
          .init(key: "status", value: .string("0x1")),
          .init(key: "text", value: .string("The transaction succeeded.")),
        ]))
    let right = try test.send(campaign.claim(), to: campaign.distributor, from: 1)
    #expect(
      try test.call("sluice_explainTransaction", #""\#(right.hex)""#)["status"]?.text == "0x1")
    #expect(test.chain.failure(of: right) == nil && test.chain.failure(of: .zero) == nil)
    #expect(throws: RPCError.self) {
      try test.call("sluice_explainTransaction", #""\#(Bytes32.zero.hex)""#)
    }
  }

  @Test(
    "A transaction of an account that was changed after the block before is run again as it was")
  func changed() throws {
    let test = TracedChain()
    _ = try test.send([], to: Outer.inner)
    test.place([0x60, 7, 0x5F, 0xFD], at: Outer.place)
    let hash = try test.send([], to: Outer.place)
    #expect(
      test.reason(hash) == "a call without data at \(Outer.place) reverted with data that is not "
        + "known: 0x00000000000000")
  }

  @Test("All failures of a block at once, by the place of their transactions")
  func block() throws {
    let test = TracedChain()
    test.place(Outer.revert, at: Outer.place)
    try test.call("evm_setAutomine", "false")
    for to in [Outer.place, Outer.inner, Outer.place] { _ = try test.send([], to: to) }
    let block = test.chain.mine()
    let words = "a call without data at \(Outer.place) reverted without a reason"
    #expect(test.chain.failures(in: block).mapValues(\.description) == [0: words, 2: words])
    #expect(test.chain.failures(in: try #require(test.chain.block(number: 0))).isEmpty)
  }

  @Test("A state that is no longer kept is said, and gives no words")
  func tooLongAgo() throws {
    let test = TracedChain { $0.history = 2 }
    test.place(Outer.revert, at: Outer.place)
    let hash = try test.send([], to: Outer.place)
    try test.call("anvil_mine", "5")
    #expect(test.reason(hash) == nil)
    let error = #expect(throws: RPCError.self) {
      try test.call("debug_traceTransaction", #""\#(hash.hex)""#)
    }
    #expect(error?.message.contains("the state before block 1 is no longer kept") == true)
  }
}
