import EthereumPrimitives
import TestKit
import Testing

@testable import EVM

private func account(_ number: UInt32) -> Address { Address(0, 1, number) }

private func signed(_ transaction: Transaction, _ key: TestKey) throws -> SignedTransaction {
  SignedTransaction(
    transaction, try Signature(bytes: key.sign(transaction.signingHash)))
}

extension Generator {
  fileprivate mutating func below(_ limit: UInt64) -> UInt64 { next() % limit }

  fileprivate mutating func once(in count: UInt64) -> Bool { below(count) == 0 }

  fileprivate mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in .random(in: 0...255, using: &self) }
  }

  fileprivate mutating func transaction() -> Transaction {
    var transaction = Transaction()
    transaction.kind = [.legacy, .accessList, .dynamicFee, .blob, .setCode][Int(below(5))]
    if transaction.kind != .legacy || once(in: 2) { transaction.chainID = below(100_000) }
    transaction.nonce = once(in: 9) ? .max : below(300)
    transaction.gasLimit = below(1 << 40)
    transaction.to = once(in: 3) ? nil : account(7)
    transaction.value = once(in: 4) ? .max : UInt256(below(1 << 50))
    transaction.input = bytes(upTo: 80)
    transaction.maximumFee = UInt256(below(1 << 40))
    transaction.maximumPriorityFee = transaction.maximumFee
    guard transaction.kind != .legacy else { return transaction }
    if transaction.kind != .accessList { transaction.maximumPriorityFee = UInt256(below(9)) }
    transaction.accessList = (0..<below(3)).map { _ in
      .init(address: account(3), keys: (0..<below(3)).map { Bytes32(0, 0, 0, $0) })
    }
    if transaction.kind == .blob {
      transaction.maximumBlobFee = UInt256(below(100))
      transaction.blobHashes = (0..<below(3)).map { Bytes32(1 << 56, 0, 0, $0) }
    }
    if transaction.kind == .setCode {
      transaction.authorizations = [
        .init(
          chainID: UInt256(below(3)), address: account(9), nonce: below(5), yParity: .one,
          r: Bytes32(0, 0, 0, 1 + below(9)), s: Bytes32(0, 0, 0, 1 + below(9)))
      ]
    }
    return transaction
  }
}

@Suite("Transactions")
struct TransactionTests {
  @Test("A raw transaction of every kind is read back as it was, with the sender who signed it")
  func roundTrip() {
    let key = TestKey("sender")
    check("raw transactions", runs: 400, generate: { $0.transaction() }) { transaction in
      let raw = try? signed(transaction, key)
      guard let raw, let read = try? SignedTransaction(raw: raw.encoded) else { return false }
      return read.transaction == transaction && read.hash == raw.hash
        && (try? read.sender()) == key.account
    }
  }

  @Test("Changed bytes are refused, or are another transaction; nothing traps")
  func mutated() throws {
    let key = TestKey("sender")
    check("changed raw transactions", runs: 1500) { generator in
      let transaction = generator.transaction()
      var bytes = (try? signed(transaction, key))?.encoded ?? []
      for _ in 0...generator.below(3) {
        let place = Int(generator.below(UInt64(bytes.count)))
        if generator.once(in: 3) {
          bytes.remove(at: place)
        } else {
          bytes[place] = UInt8(generator.below(256))
        }
      }
      return bytes
    } property: { (bytes: [UInt8]) in
      guard let read = try? SignedTransaction(raw: bytes) else { return true }
      _ = try? read.sender()
      return SignedTransaction(read.transaction, read.signature).encoded == bytes
    }
    #expect(throws: RawTransactionError.empty) { try SignedTransaction(raw: []) }
    #expect(throws: RawTransactionError.unknownKind(5)) { try SignedTransaction(raw: [5, 0xC0]) }
  }

  @Test("EIP-155's example: what is signed, the sender and the raw transaction")
  func example() throws {
    let raw = try Hex.decode(
      "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0"
        + "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703"
        + "304b3800ccf555c9f3dc64214b297fb1966a3b6d83")
    let read = try SignedTransaction(raw: raw)
    #expect(
      read.transaction.signingHash.hex
        == "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
    #expect(try read.sender().hex == "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")
    #expect(read.transaction.chainID == 1 && read.transaction.nonce == 9)
  }
}

/// An EVM with an account of money, and contracts.
private func evm(_ fork: Fork, _ codes: [(Address, [UInt8])] = []) -> EVM {
  let world = World()
  world.set(account(1), .init(balance: UInt256(1_000_000_000_000)))
  for (address, code) in codes { world.set(address, .init(nonce: 1, code: code)) }
  return EVM(world: world, fork: fork)
}

private func transaction(_ to: Address?, _ input: [UInt8] = [], gas: UInt64 = 200_000)
  -> Transaction
{
  var transaction = Transaction()
  transaction.kind = .dynamicFee
  transaction.to = to
  transaction.gasLimit = gas
  transaction.input = input
  return transaction
}

@Suite("What Prague changed, and bytecode of any kind")
struct ExecutionTests {
  private let block = BlockContext()

  @Test("An account that nobody has seen has nothing, and cannot pay")
  func unknownAccount() throws {
    let evm = evm(.prague)
    #expect(evm.world.record(of: account(77)) == World.Record())
    #expect(evm.world.storage(of: account(78), at: 5) == 0)
    // A gas limit of 200,000 at 0 wei, and a wei.
    var transfer = transaction(account(2))
    transfer.value = .one
    #expect(throws: TransactionError.insufficientFunds(balance: .zero, needed: .one)) {
      _ = try evm.execute(transfer, from: account(79), in: block, gasLeft: .max)
    }
  }

  @Test("EIP-7623: data has a floor of 10 gas a token in Prague, and none in Cancun")
  func floor() throws {
    let data = transaction(account(2), [UInt8](repeating: 1, count: 100))
    let cancun = try evm(.cancun).execute(data, from: account(1), in: block, gasLeft: 1 << 30)
    let prague = try evm(.prague).execute(data, from: account(1), in: block, gasLeft: 1 << 30)
    // 21,000 + 100 · 16, and 21,000 + 100 · 4 · 10.
    #expect(cancun.gasUsed == 22_600 && prague.gasUsed == 25_000)
    #expect(throws: TransactionError.intrinsicGasTooLow(found: 24_999, needed: 25_000)) {
      let short = transaction(account(2), data.input, gas: 24_999)
      _ = try evm(.prague).execute(short, from: account(1), in: block, gasLeft: 1 << 30)
    }
  }

  @Test("An account that nobody has seen has nothing: no money, no nonce, no storage")
  func unseen() throws {
    let evm = evm(.prague)
    // What is looked up is appended to the world: often enough for its arrays to grow.
    for number in 1000..<1100 as Range<UInt32> {
      var spending = transaction(account(2))
      spending.maximumFee = 1
      #expect(throws: TransactionError.insufficientFunds(balance: 0, needed: 200_000)) {
        _ = try evm.execute(spending, from: account(number), in: block, gasLeft: 1 << 30)
      }
      #expect(evm.world.record(of: account(10_000 + number)) == World.Record())
      #expect(evm.world.storage(of: account(20_000 + number), at: 7) == 0)
    }
    #expect(evm.world.root() == EVMTests.evm(.prague).world.root())
  }

  @Test(
    "EIP-7702: an account that hands its code over runs it on its own storage"
  )
  func delegation() throws {
    let key = TestKey("authority")
    // SSTORE(0, 7)
    let evm = evm(.prague, [(account(5), [0x60, 7, 0x5F, 0x55])])
    func authorization(_ address: Address, nonce: UInt64) throws -> Transaction.Authorization {
      let signature = try Signature(
        bytes: key.sign(
          Transaction.Authorization.signingHash(chainID: 1, address: address, nonce: nonce)))
      return .init(
        chainID: 1, address: address, nonce: nonce, yParity: signature.isOdd ? 1 : 0,
        r: signature.r, s: signature.s)
    }
    var setCode = transaction(key.account)
    setCode.kind = .setCode
    setCode.authorizations = [try authorization(account(5), nonce: 0)]
    let outcome = try evm.execute(setCode, from: account(1), in: block, gasLeft: 1 << 30)
    #expect(outcome.status == .success)
    #expect(evm.world.storage(of: key.account, at: 0) == 7)
    #expect(evm.world.storage(of: account(5), at: 0) == 0)
    let record = evm.world.record(of: key.account)
    #expect(record.nonce == 1 && record.code == [0xEF, 0x01, 0x00] + account(5).bytes)
    // 21,000 + 25,000 for an account that was not there; PUSH1, PUSH0, a cold SSTORE from 0.
    #expect(outcome.gasUsed == 46_000 + 3 + 2 + 22_100)

    setCode.nonce = 1
    setCode.authorizations = [try authorization(.zero, nonce: 1)]
    _ = try evm.execute(setCode, from: account(1), in: block, gasLeft: 1 << 30)
    #expect(evm.world.record(of: key.account).code == [])
    // Of the wrong nonce: passed over.
    setCode.nonce = 2
    _ = try evm.execute(setCode, from: account(1), in: block, gasLeft: 1 << 30)
    #expect(evm.world.record(of: key.account).nonce == 2)
    #expect(throws: TransactionError.kindNotSupported(4)) {
      _ = try EVM(world: evm.world, fork: .cancun).execute(
        setCode, from: account(1), in: block, gasLeft: 1 << 30)
    }
  }

  @Test("A creation's output is the code that it placed")
  func creationOutput() throws {
    // MSTORE8(0, 0xFE), RETURN(0, 1)
    let code: [UInt8] = [0x60, 0xFE, 0x5F, 0x53, 0x60, 1, 0x5F, 0xF3]
    let evm = evm(.prague)
    let creation = transaction(nil, code)
    let outcome = try evm.execute(creation, from: account(1), in: block, gasLeft: 1 << 30)
    let created = try #require(outcome.created)
    #expect(outcome.output == [0xFE] && evm.world.record(of: created).code == [0xFE])
    // 21,000 + 32,000, 8 bytes, a word of code; 7 operations and a word of memory; a byte placed.
    #expect(outcome.gasUsed == 53_000 + 128 + 2 + 16 + 200)
  }

  @Test("Any bytes as code end in a status, within their gas, and a failure leaves nothing behind")
  func anyCode() {
    check("bytecode", runs: 1500) { generator in
      // Small numbers first, so that there is something on the stack.
      var code: [UInt8] = []
      for _ in 0..<generator.below(60) {
        code += generator.once(in: 2) ? [0x60, UInt8(generator.below(70))] : []
        code.append(UInt8(generator.below(256)))
      }
      return (code, generator.once(in: 2))
    } property: { (code: [UInt8], isCreation: Bool) in
      let evm = evm(.prague, [(account(5), code)])
      let before = evm.world.root()
      var message = EVM.Message(
        from: account(1), to: isCreation ? nil : account(5), input: code, gas: 100_000)
      message.value = 5
      let outcome = evm.call(message, in: block, isKept: true)
      guard outcome.gasUsed <= 100_000 else { return false }
      return outcome.status == .success || evm.world.root() == before
    }
  }
}

@Suite("What Osaka changed")
struct OsakaTests {
  private let block = BlockContext()

  @Test("EIP-7939: CLZ counts the zero bits before a number for 5 gas; before, it is no operation")
  func leadingZeros() {
    func clz(_ number: UInt256, _ fork: Fork) -> EVM.Outcome {
      // PUSH32 number, CLZ, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
      let code = [0x7F] + number.bytes32.bytes + [0x1E, 0x5F, 0x52, 0x60, 32, 0x5F, 0xF3]
      let message = EVM.Message(from: account(1), to: account(5), input: [], gas: 1000)
      return evm(fork, [(account(5), code)]).call(message, in: block)
    }
    let cases: [(UInt256, UInt256)] = [
      (.zero, 256), (.one, 255), (.max, 0), (UInt256(1) << 255, 0), (.max >> 1, 1),
      (UInt256(1) << 64, 191), (UInt256(0x7F) << 120, 129),
    ]
    for (number, zeros) in cases {
      let outcome = clz(number, .osaka)
      #expect(outcome.output == zeros.bytes32.bytes, "of \(number)")
      // 3 + 5 + 2 + 3 + 3 for a word of memory + 3 + 2.
      #expect(outcome.gasUsed == 21)
    }
    #expect(clz(.one, .prague).status == .halted(.invalidOpcode(0x1E)))
    let empty = evm(.osaka, [(account(5), [0x1E])])
    let message = EVM.Message(from: account(1), to: account(5), input: [], gas: 1000)
    #expect(empty.call(message, in: block).status == .halted(.stackUnderflow(height: 0, needed: 1)))
  }

  @Test("EIP-7825: a transaction has 2²⁴ gas at most; one of Prague may have more")
  func gasLimit() throws {
    let highest = transaction(account(2), gas: 16_777_216)
    _ = try evm(.osaka).execute(highest, from: account(1), in: block, gasLeft: .max)
    let more = transaction(account(2), gas: 16_777_217)
    _ = try evm(.prague).execute(more, from: account(1), in: block, gasLeft: .max)
    #expect(
      throws: TransactionError.gasLimitTooHigh(found: 16_777_217, limit: 16_777_216)
    ) {
      _ = try evm(.osaka).execute(more, from: account(1), in: block, gasLeft: .max)
    }
  }

  @Test("EIP-7823: numbers of a modular power have 1024 bytes at most")
  func longNumbers() {
    for place in 0..<3 {
      func outcome(_ length: Int, _ fork: Fork) -> PrecompileOutcome {
        let lengths = (0..<3).flatMap { word($0 == place ? length : 1) }
        return Precompile.modularPower.run(lengths, gas: 1 << 40, fork)
      }
      #expect(outcome(1024, .osaka) != .failure && outcome(1025, .osaka) == .failure)
      #expect(outcome(1025, .prague) != .failure)
    }
  }

  @Test("EIP-7594: a transaction carries six blobs at most, in Prague nine")
  func blobs() throws {
    func carrying(_ count: Int) -> Transaction {
      var transaction = transaction(account(2))
      transaction.kind = .blob
      transaction.maximumBlobFee = .one
      transaction.blobHashes = (0..<count).map { Bytes32(1 << 56, 0, 0, UInt64($0)) }
      return transaction
    }
    func isTaken(_ count: Int, _ fork: Fork) -> Bool {
      (try? evm(fork).execute(carrying(count), from: account(1), in: block, gasLeft: .max)) != nil
    }
    #expect(isTaken(6, .osaka) && !isTaken(7, .osaka))
    #expect(isTaken(9, .prague) && !isTaken(10, .prague))
  }

  @Test("A call of 0x100 checks a signature of secp256r1 in Osaka, and is one of nobody before")
  func signatures() throws {
    let vector = try #require(
      PrecompileVector.all().first { $0.contract == .p256Verify && $0.output?.isEmpty == false })
    let message = EVM.Message(
      from: account(1), to: Address(0, 0, 0x100), input: vector.input, gas: 10_000)
    let outcome = evm(.osaka).call(message, in: block)
    #expect(outcome.output == UInt256.one.bytes32.bytes && outcome.gasUsed == 6900)
    let before = evm(.prague).call(message, in: block)
    #expect(before.output == [] && before.gasUsed == 0)
  }

  @Test("Forks have names; of another one it is said which there are")
  func names() throws {
    for fork in Fork.all { #expect(try Fork(named: fork.name).name == fork.name) }
    let error = #expect(throws: UnknownFork.self) { _ = try Fork(named: "london") }
    #expect(
      error?.description
        == "found the fork 'london', expected one of cancun, prague, osaka")
  }
}
