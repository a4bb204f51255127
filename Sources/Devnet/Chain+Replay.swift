import EVM
import EthereumPrimitives

/// Why transactions of a block cannot be run again.
enum ReplayError: Error, CustomStringConvertible {
  case genesis
  case stateGone(block: UInt64)
  case refused(TransactionError)

  var description: String {
    switch self {
    case .genesis: "genesis is not traceable"
    case .stateGone(let block):
      "the state before block \(block) is no longer kept, its transactions cannot be run again"
    case .refused(let error): "the transaction cannot be run again: \(error)"
    }
  }
}

extension Chain {
  /// Runs the transactions of a block again, up to one of them, on the state before the block.
  ///
  /// - Parameter tracer: who watches a transaction, by its place; nil for nobody.
  /// - Returns: the state after them.
  @discardableResult
  func replay(
    _ block: Block, through last: Int, tracer: (Int) -> (any Tracer)?
  ) throws(ReplayError) -> World {
    guard block.header.number > 0 else { throw .genesis }
    guard let world = state(after: block.header.number - 1) else {
      throw .stateGone(block: block.header.number)
    }
    let evm = EVM(world: world, fork: settings.fork)
    let context = context(of: block)
    for (index, mined) in block.transactions.prefix(last + 1).enumerated() {
      do {
        _ = try evm.execute(
          mined.transaction, from: mined.sender, in: context, gasLeft: context.gasLimit,
          isSigned: mined.signature != nil, tracer: tracer(index))
      } catch { throw .refused(error) }
    }
    return world
  }
}
