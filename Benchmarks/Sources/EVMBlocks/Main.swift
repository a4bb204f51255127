import Devnet
import EVM
import EthereumPrimitives
import Foundation

/// The blocks of `evm_blocks.py`, made by a Devnet: `evm-blocks BLOCKS OUTPUTS`.
///
/// Prints CPU seconds by group as one JSON object, and writes of every block the gas and the roots
/// of its state, transactions and receipts. Timed is all that makes blocks of raw transactions:
/// decoding, senders, execution, roots.
@main
struct EVMBlocks {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: evm-blocks BLOCKS OUTPUTS")
      exit(2)
    }
    let work = try Work(arguments[1])
    var settings = Chain.Settings(clock: { [start = work.blocks[0].time - 1] in start })
    settings.chainID = 1
    settings.gasLimit = 60_000_000
    settings.baseFee = 0
    settings.funded = work.funded.map { ($0, try! UInt256(decimal: "1000000000000000000000000")) }
    let chain = Chain(settings)
    chain.isAutomining = false
    var seconds: [String: Double] = [:]
    var text = ""
    for block in work.blocks {
      var clock = Stopwatch()
      let made = try mine(block, on: chain)
      seconds[block.group, default: 0] += clock.lap()
      guard made.transactions.allSatisfy({ $0.outcome.status == .success }) else {
        throw WorkError.failed(block: made.header.number)
      }
      let header = made.header
      let roots = [header.stateRoot, header.transactionsRoot, header.receiptsRoot]
      text += "\(header.gasUsed) \(roots.map { $0.hex.dropFirst(2) }.joined(separator: " "))\n"
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[2]))
    print("{\(seconds.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}")
  }

  private static func mine(_ block: Work.Block, on chain: Chain) throws -> Block {
    guard chain.setNextTimestamp(block.time) else { throw WorkError.line("block \(block.time)") }
    for raw in block.transactions {
      try chain.add(PendingTransaction(SignedTransaction(raw: raw)))
    }
    return chain.mine()
  }
}

enum WorkError: Error {
  case line(String)
  case failed(block: UInt64)
}

/// What `evm_blocks.py` wrote.
struct Work {
  struct Block {
    let group: String
    let time: UInt64
    var transactions: [[UInt8]] = []
  }

  var funded: [Address] = []
  var blocks: [Block] = []

  init(_ path: String) throws {
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: " ").map(String.init)
      switch (cells[0], cells.count) {
      case ("fund", 2): funded.append(try Address(cells[1]))
      case ("block", 3):
        guard let time = UInt64(cells[2]) else { throw WorkError.line(String(line)) }
        blocks.append(Block(group: cells[1], time: time))
      case (_, 1) where !blocks.isEmpty:
        blocks[blocks.count - 1].transactions.append(try Hex.decode(cells[0]))
      default: throw WorkError.line(String(line))
      }
    }
  }
}

/// CPU seconds since the last lap.
struct Stopwatch {
  private var last = Self.now()

  mutating func lap() -> Double {
    let now = Self.now()
    defer { last = now }
    return now - last
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
