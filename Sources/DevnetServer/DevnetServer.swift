import Devnet
import Hummingbird
import Logging
import NIOCore

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

  /// Bytes of a request's body at most.
  public static let maximumBody = 32 << 20

  private let rpc: RPC
  /// Called with every block that is made after the server was.
  private let onBlock: @Sendable (RPC, Block) -> Void
  private var toldOf: UInt64

  public init(rpc: sending RPC, onBlock: @escaping @Sendable (RPC, Block) -> Void = { _, _ in }) {
    toldOf = rpc.chain.latest.header.number
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

  /// Makes a block where blocks are made by the clock.
  ///
  /// - Returns: seconds until the next one; 0 where none is made by the clock.
  private func tick() -> UInt64 {
    guard rpc.interval > 0 else { return 0 }
    rpc.chain.mine()
    tellOfBlocks()
    return rpc.interval
  }

  private func tellOfBlocks() {
    let latest = rpc.chain.latest.header.number
    // After a revert there are fewer blocks than there were.
    toldOf = min(toldOf, latest)
    while toldOf < latest {
      toldOf += 1
      if let block = rpc.chain.block(number: toldOf) { onBlock(rpc, block) }
    }
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
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? place.port) },
      logger: Logger(label: "devnet") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do { try await application.runService() } catch let error
          where !(error is CancellationError)
        {
          throw CannotListen(place: place, error)
        }
      }
      group.addTask { try await self.makeBlocks() }
      try await group.next()
      group.cancelAll()
    }
  }

  /// The most seconds between two looks at whether blocks are made by the clock.
  private static let longestWait: UInt64 = 3600

  private nonisolated func makeBlocks() async throws {
    while !Task.isCancelled {
      let wait = await tick()
      try await Task.sleep(for: .seconds(wait == 0 ? 1 : min(wait, Self.longestWait)))
    }
  }

  private nonisolated var router: Router<BasicRequestContext> {
    let router = Router()
    router.add(
      middleware: CORSMiddleware(
        allowOrigin: .all, allowHeaders: [.contentType], allowMethods: [.post, .options]))
    for path: RouterPath in ["/", "/**"] {
      router.on(path, method: .post) { request, _ in try await self.respond(to: request) }
    }
    return router
  }

  private nonisolated func respond(to request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: Self.maximumBody)
    let answer = await answer(Array(body.readableBytesView))
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: answer)))
  }
}
