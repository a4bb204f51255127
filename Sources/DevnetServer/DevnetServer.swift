import Devnet
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A chain behind HTTP: JSON-RPC by POST, at every path.
///
/// Pages of every origin may ask it, as with other local chains: nothing on it is worth anything.
public actor DevnetServer {
  /// Where the server listens.
  public struct Place: Sendable {
    public let host: String
    /// 0 for any that is free.
    public let port: Int

    public init(host: String = "127.0.0.1", port: Int = 8545) {
      self.host = host
      self.port = port
    }
  }

  /// The place cannot be listened at.
  public struct CannotListen: Error, CustomStringConvertible {
    public let place: Place
    private let reason: String

    init(place: Place, _ error: any Error) {
      self.place = place
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE: reason = "a port that is in use"
      case EADDRNOTAVAIL: reason = "an address that this computer does not have"
      case EACCES, EPERM: reason = "no permission for that port"
      default: reason = "an address that leads nowhere (\(error))"
      }
    }

    public var description: String {
      "\(place.host):\(place.port): found \(reason), expected an address and a port that are free. "
        + "Choose another port, or 0 for any."
    }
  }

  private let rpc: RPC
  /// Called with every block that is made after the server was.
  private let onBlock: @Sendable (RPC, Block) -> Void
  private var isListening = false
  private var timer = BlockTimer()

  public init(rpc: sending RPC, onBlock: @escaping @Sendable (RPC, Block) -> Void = { _, _ in }) {
    self.rpc = rpc
    self.onBlock = onBlock
  }

  /// Looks at the chain, or changes it, between requests.
  public func use<Result: Sendable>(_ body: @Sendable (RPC) throws -> Result) rethrows -> Result {
    try body(rpc)
  }

  private func answer(_ body: [UInt8]) -> [UInt8] {
    defer { tellOfBlocks() }
    return rpc.answer(body)
  }

  /// Makes a block where blocks are made by the clock and one is due: called every second.
  private func tick() {
    guard timer.tick(interval: rpc.interval) else { return }
    rpc.chain.mine()
    tellOfBlocks()
  }

  private func listens() { isListening = true }

  private func tellOfBlocks() {
    for block in rpc.takeNewBlocks() { onBlock(rpc, block) }
  }
}

extension DevnetServer {
  /// Serves until SIGINT or SIGTERM asks it to end, or its task is cancelled.
  ///
  /// - Parameter onListening: called once requests are taken, with the port.
  /// - Throws: `CannotListen`.
  public nonisolated func run(
    at place: Place, onListening: @escaping @Sendable (Int) async -> Void
  ) async throws {
    let application = Application(
      router: router,
      configuration: .init(address: .hostname(place.host, port: place.port), serverName: nil),
      onServerRunning: { channel in
        await self.listens()
        await onListening(channel.localAddress?.port ?? place.port)
      },
      logger: Self.silence)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.serve(application, at: place) }
      group.addTask { try await self.makeBlocks() }
      try await group.next()
      group.cancelAll()
    }
  }

  private static var silence: Logger { Logger(label: "devnet") { _ in SwiftLogNoOpLogHandler() } }

  /// How long answers that are under way may take once the server is asked to end. A client that
  /// never sends the rest of its request does not hold it up for longer.
  private static let patience = Duration.seconds(1)

  private nonisolated func serve(_ application: some Service, at place: Place) async throws {
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: Self.silence)
    configuration.maximumGracefulShutdownDuration = Self.patience
    do { try await ServiceGroup(configuration: configuration).run() } catch {
      // Connections that were cut when it ended are no failure.
      guard await isListening else { throw CannotListen(place: place, error) }
    }
  }

  private nonisolated func makeBlocks() async throws {
    while !Task.isCancelled {
      try await Task.sleep(for: .seconds(1))
      await tick()
    }
  }

  private nonisolated var router: Router<BasicRequestContext> {
    let router = Router()
    router.add(
      middleware: CORSMiddleware(
        allowOrigin: .all, allowHeaders: [.contentType], allowMethods: [.get, .post, .options]))
    for path: RouterPath in ["/", "/**"] {
      router.on(path, method: .post) { request, _ in try await self.respond(to: request) }
      router.on(path, method: .get) { _, _ in Self.welcome }
    }
    return router
  }

  /// For a person who opens the address in a browser.
  private static let welcome = """
    This is a local Ethereum chain of sluice devnet. It answers JSON-RPC requests by POST:

      {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}

    Give this address to a client, such as web3.py, as its HTTP provider.

    """

  private nonisolated func respond(to request: Request) async throws -> Response {
    guard let body = try await Self.body(of: request) else {
      return Self.response(.contentTooLarge, RPC.answerToTooLong)
    }
    let answer = await answer(body)
    return answer.isEmpty ? Response(status: .noContent) : Self.response(.ok, answer)
  }

  /// nil where it is too long. It is read to its end then too: a client that sends all of it before
  /// it reads would wait for ever.
  private static func body(of request: Request) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    var isTooLong = false
    for try await piece in request.body {
      isTooLong = isTooLong || bytes.count + piece.readableBytes > RPC.maximumBody
      if isTooLong { bytes = [] } else { bytes += piece.readableBytesView }
    }
    return isTooLong ? nil : bytes
  }

  private static func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
