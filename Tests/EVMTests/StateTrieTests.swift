import EthereumPrimitives
import TestKit
import Testing

@testable import EVM

@Suite("States that are kept, and worlds over them")
struct StateTrieTests {
  private static func address(_ number: UInt64) -> Address { Address(number, 0, 1) }

  /// Does something to a world, by numbers.
  private static func change(_ world: World, _ numbers: [UInt64]) {
    let account = address(numbers[0] % 5)
    switch numbers[1] % 4 {
    case 0:
      var record = world.record(of: account)
      record.balance = UInt256(numbers[2])
      world.set(account, record)
    case 1:
      world.set(
        account, World.Record(nonce: numbers[2] % 3, code: [0x60, UInt8(numbers[2] % 256)]))
    default:
      world.set(account, world.record(of: account))
      world.setStorage(of: account, at: UInt256(numbers[2] % 4), to: UInt256(numbers[3] % 3))
    }
  }

  private static func looks(_ world: World) -> [World.Record] {
    (0..<5).map { world.record(of: address($0)) }
  }

  private static func slots(_ world: World) -> [UInt256] {
    (0..<5).flatMap { account in
      (0..<4).map { world.storage(of: address(account), at: UInt256($0)) }
    }
  }

  private static func steps(_ generator: inout Generator) -> [[UInt64]] {
    (0..<Int.random(in: 0...10, using: &generator)).map { _ in
      (0..<4).map { _ in generator.next() }
    }
  }

  @Test("A world over a state has what the state had, changes on its own, and has the same roots")
  func overlay() {
    check("worlds over states", runs: 300) { generator in
      (Self.steps(&generator), Self.steps(&generator), Self.steps(&generator))
    } property: { (before: [[UInt64]], after: [[UInt64]], own: [[UInt64]]) in
      let world = World()
      for step in before { Self.change(world, step) }
      let state = world.state()
      let (root, records, slots) = (state.root, Self.looks(world), Self.slots(world))
      for step in after { Self.change(world, step) }
      let copy = World(over: state)
      guard copy.root() == root, Self.looks(copy) == records, Self.slots(copy) == slots else {
        return false
      }
      // Looking adds nothing.
      guard copy.accounts.isEmpty, copy.slots.isEmpty else { return false }
      // The same changes on a world that is not over a state.
      let plain = World()
      for step in before + own { Self.change(plain, step) }
      for step in own { Self.change(copy, step) }
      return copy.root() == plain.root() && Self.looks(copy) == Self.looks(plain)
        && Self.slots(copy) == Self.slots(plain) && state.root == root
        && World(over: copy.state()).root() == plain.root()
    }
  }

  /// PUSH1 0, SELFDESTRUCT.
  private static let destroyer: [UInt8] = [0x60, 0x00, 0xFF]

  @Test("Over a state, an account that is destroyed does not come back from it")
  func destroyed() throws {
    let world = World()
    world.set(Self.address(1), World.Record(balance: 1_000_000_000))
    let copy = World(over: world.state())
    let evm = EVM(world: copy, fork: .prague)
    // Creates a contract by init code that destroys itself at once.
    var message = EVM.Message(from: Self.address(1), to: nil, input: Self.destroyer, gas: 100_000)
    message.value = 5
    let outcome = evm.call(message, in: BlockContext(), isKept: true)
    #expect(outcome.status == .success)
    let created = try #require(outcome.created)
    #expect(copy.record(of: created) == World.Record())
    #expect(copy.record(of: .zero).balance == 5)
    // An account of the state itself.
    copy.markDestroyed(copy.account(Self.address(1)))
    copy.endTransaction()
    #expect(copy.record(of: Self.address(1)) == World.Record())
    let expected = World()
    expected.set(.zero, World.Record(balance: 5))
    #expect(copy.root() == expected.root())
  }

  @Test("A contract of a state with nothing but storage cannot be created over (EIP-7610)")
  func taken() {
    let world = World()
    world.set(Self.address(1), World.Record(balance: 1))
    world.setStorage(of: Self.address(1), at: 3, to: 4)
    let copy = World(over: world.state())
    #expect(copy.isTaken(copy.account(Self.address(1))))
    #expect(!copy.isTaken(copy.account(Self.address(2))))
  }
}
