import Devnet
import Hummingbird
import NIOCore

/// A chain behind HTTP: JSON-RPC at every path.
public actor DevnetServer {
  private let rpc: RPC
  /// Bytes of a request's body at most.
  private static let maximumBody = 32 << 20

  public init(rpc: sending RPC) { self.rpc = rpc }

  private func answer(_ body: [UInt8]) -> [UInt8] { rpc.answer(body) }

  /// Makes a block where blocks are made by the clock.
  ///
  /// - Returns: seconds until the next one; 0 where none is made by the clock.
  private func tick() -> UInt64 {
    guard rpc.interval > 0 else { return 0 }
    _ = rpc.chain.mine()
    return rpc.interval
  }

  /// Changes or looks at the chain between requests.
  public func use<Result: Sendable>(_ body: @Sendable (RPC) throws -> Result) rethrows -> Result {
    try body(rpc)
  }

  /// Serves until the task is cancelled or a signal ends the program.
  ///
  /// - Parameter onListening: called once requests are taken, with the port.
  public nonisolated func run(
    host: String, port: Int, onListening: @escaping @Sendable (Int) async -> Void
  ) async throws {
    let router = Router()
    router.on("/**", method: .post) { request, _ in try await self.respond(to: request) }
    router.on("/", method: .post) { request, _ in try await self.respond(to: request) }
    let application = Application(
      router: router,
      configuration: .init(address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.runService() }
      group.addTask {
        while !Task.isCancelled {
          let wait = await self.tick()
          try await Task.sleep(for: .seconds(wait == 0 ? 1 : Int(min(wait, 3600))))
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private nonisolated func respond(to request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: Self.maximumBody)
    let answer = await answer(Array(body.readableBytesView))
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: answer)))
  }
}
