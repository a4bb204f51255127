import ArgumentParser
import CanonicalJSON
import Devnet
import DevnetServer
import DistributionModel
import EVM
import EthereumPrimitives
import Reporting
import Signing

struct DevnetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devnet",
    abstract: "Run a local Ethereum chain with funded accounts, for tools to try things on.",
    discussion: """
      Its blocks are made at once, unless --block-time is said, and all of it is in memory: --dump
      writes the state when the chain ends (Ctrl-C), --load goes on from such a file.

      The keys of its accounts are known to everybody. Never send anything of worth to them.

      Examples:
        sluice devnet
        sluice devnet --port 8546 --chain-id 10 --block-time 2
        sluice devnet --load state.json --dump state.json
      """)

  @Option(help: "The address to listen at; every other computer may ask it where that is 0.0.0.0.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen at; 0 for any that is free.")
  var port = 8545

  @Option(help: "The chain's id.")
  var chainID: UInt64 = 31_337

  @Option(help: "How many accounts have keys and money.")
  var accounts = 10

  @Option(help: "Ether that each of the accounts has at the start.")
  var balance: UInt64 = 10_000

  @Option(help: "Seconds between blocks; 0 to make one for each transaction.")
  var blockTime: UInt64 = 0

  @Option(help: "The rules: \(Fork.all.map(\.name).joined(separator: ", ")).")
  var fork = Fork.prague.name

  @Option(help: "A file of --dump to start from.")
  var load: String?

  @Option(help: "A file for the state when the chain ends; one that is there is replaced.")
  var dump: String?

  @Flag(help: "Do not show blocks and transactions.")
  var quiet = false

  @OptionGroup var output: OutputOptions

  /// Accounts with a key at most.
  static let maximumAccounts = 1000

  func run() throws {
    let console = Console(output)
    let setup = try DevnetSetup(self)
    if let dump {
      try Writing.checkPlace(dump, replaces: true)
      try Writing.checkFolder(around: dump)
    }
    let isQuiet = quiet || output.json
    let state = try waiting { () async throws in
      try await setup.serve(
        onListening: { port in
          console.result(setup.lines(port: port), "devnet", setup.members(port: port))
          flushOutput()
        },
        onBlock: { rpc, block in
          guard !isQuiet else { return }
          for line in DevnetLog.lines(block, of: rpc.chain) { print(Printable.text(line)) }
          flushOutput()
        })
    }
    if let dump { try Writing.file(state, to: dump, replaces: true) }
  }
}

/// A chain as the command line describes it.
struct DevnetSetup: Sendable {
  let keys: [PrivateKey]
  private let settings: Chain.Settings
  private let place: DevnetServer.Place
  private let blockTime: UInt64
  /// The file to start from, and its bytes.
  private let state: (path: String, bytes: [UInt8])?

  /// Wei in an ether.
  private static let ether: UInt256 = 1_000_000_000_000_000_000

  init(_ command: DevnetCommand) throws(CommandFailure) {
    guard (0...DevnetCommand.maximumAccounts).contains(command.accounts) else {
      throw CommandFailure(
        .malformedArgument,
        "--accounts: found \(command.accounts), expected 0 to \(DevnetCommand.maximumAccounts).")
    }
    guard (0...65_535).contains(command.port) else {
      throw CommandFailure(
        .malformedArgument, "--port: found \(command.port), expected 0 to 65535.")
    }
    let fork: Fork
    do { fork = try Fork(named: command.fork) } catch {
      throw CommandFailure(.malformedArgument, "--fork: \(error).")
    }
    let keys = DevelopmentKeys.keys(command.accounts)
    let balance = UInt256(command.balance) &* Self.ether
    var settings = Chain.Settings(clock: { Timestamp.now.seconds })
    settings.chainID = command.chainID
    settings.fork = fork
    settings.funded = keys.map { ($0.account, balance) }
    self.keys = keys
    self.settings = settings
    place = DevnetServer.Place(host: command.host, port: command.port)
    blockTime = command.blockTime
    state = try command.load.map { path throws(CommandFailure) in
      (path, try Loading.bytes(path, limit: ChainState.maximumBytes))
    }
  }

  /// Serves until a signal ends it.
  ///
  /// - Returns: the state then, as `--dump` writes it.
  func serve(
    onListening: @escaping @Sendable (Int) async -> Void,
    onBlock: @escaping @Sendable (RPC, Block) -> Void
  ) async throws -> [UInt8] {
    let chain = Chain(settings)
    if let state {
      do { try ChainState.load(state.bytes, into: chain) } catch {
        throw CommandFailure(.malformedState, "\(state.path): \(error)")
      }
    }
    let rpc = RPC(chain: chain, keys: keys)
    rpc.makeBlocks(every: blockTime)
    let server = DevnetServer(rpc: rpc, onBlock: onBlock)
    do { try await server.run(at: place, onListening: onListening) } catch {
      throw CommandFailure(.cannotListen, "\(error)")
    }
    return await server.use { ChainState.dump($0.chain) }
  }

  // MARK: What it says

  private func url(_ port: Int) -> String {
    // An address of IPv6 has colons of its own.
    let host = place.host.contains(":") ? "[\(place.host)]" : place.host
    return "http://\(host):\(port)"
  }

  func lines(port: Int) -> [String] {
    var table = TextTable([("account", .left), ("private key", .left)])
    for key in keys { table.add([key.account.checksummed, key.revealed.hex]) }
    let ether = settings.funded.first?.balance.quotientAndRemainder(dividingBy: Self.ether)
    let has = "Accounts, with \((ether?.quotient ?? .zero).decimal) ether each"
    let accounts =
      keys.isEmpty
      ? [] : ["", "\(has); everybody knows their keys:"] + table.lines
    return accounts + [
      "", "Chain \(settings.chainID), \(settings.fork.name), listening at \(url(port))",
    ]
  }

  func members(port: Int) -> [JSON.Member] {
    let accounts = keys.map { key in
      JSON.object([
        JSON.Member(key: "address", value: .string(key.account.checksummed)),
        JSON.Member(key: "privateKey", value: .string(key.revealed.hex)),
      ])
    }
    return [
      JSON.Member(key: "url", value: .string(url(port))),
      JSON.Member(key: "chainId", value: .string(String(settings.chainID))),
      JSON.Member(key: "fork", value: .string(settings.fork.name)),
      JSON.Member(key: "accounts", value: .array(accounts)),
    ]
  }
}

/// What the chain says of its blocks while it runs.
enum DevnetLog {
  /// One for each transaction; of one that failed, with the reason.
  static func lines(_ block: Block, of chain: Chain) -> [String] {
    let failures = chain.failures(in: block)
    return block.transactions.enumerated().map { index, mined in
      let to = mined.transaction.to.map { "to \($0.checksummed)" } ?? "creates a contract"
      let outcome = mined.outcome.status == .success ? "done" : "FAILED"
      let reason = failures[index].map { ": \($0)" } ?? ""
      return "block \(block.header.number): \(mined.hash.hex) from \(mined.sender.checksummed) "
        + "\(to): \(outcome), \(mined.outcome.gasUsed) gas\(reason)"
    }
  }
}
