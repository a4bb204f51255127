import EVM
import EthereumPrimitives

/// Takes note of the accounts and slots that code looks at, but for those that are warm anyway.
final class AccessTracer: Tracer {
  let wantsSteps = true
  let wantsMemory = false
  private var accounts: Set<Address> = []
  private var slots: [Address: Set<UInt256>] = [:]
  /// Sender, receiver and what is created: warm without a list, so that only their slots count.
  private let known: Set<Address>

  init(_ request: CallObject, created: Address?) {
    known = Set([request.from ?? .zero, request.to, created].compactMap { $0 })
    for access in request.accessList ?? [] {
      accounts.insert(access.address)
      slots[access.address, default: []].formUnion(access.keys.map { UInt256($0) })
    }
  }

  /// In ascending order.
  var list: [Transaction.Access] {
    let listed = accounts.filter { account in
      let isPrecompile = account.word0 == 0 && account.word1 == 0 && account.word2 <= 0x1FF
      return !known.contains(account) && !isPrecompile || !(slots[account] ?? []).isEmpty
    }
    return listed.union(slots.keys).sorted().map { account in
      Transaction.Access(
        address: account, keys: (slots[account] ?? []).sorted().map(\.bytes32))
    }
  }

  func step(_ step: TraceStep) {
    if let slot = step.slot { slots[step.address, default: []].insert(slot.key) }
    switch step.opcode {
    case 0x31, 0x3B, 0x3C, 0x3F, 0xFF: look(step.stack.last)
    case 0xF1, 0xF2, 0xF4, 0xFA: look(step.stack.dropLast().last)
    default: break
    }
  }

  private func look(_ word: UInt256?) {
    guard let word, let account = Address(bytes: word.bytes32.bytes[12...]) else { return }
    accounts.insert(account)
  }

  func entered(_ call: TraceCall) {}
  func exited(_ result: CallResult, depth: Int) {}
}
