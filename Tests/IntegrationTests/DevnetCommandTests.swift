import CanonicalJSON
import Foundation
import TestKit
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A running `sluice devnet`, ended with the value that holds it.
private final class RunningDevnet {
  private let process = Process()
  private let output = Pipe()
  let url: URL

  /// - Parameter arguments: besides a free port.
  init(_ arguments: [String] = []) throws {
    process.executableURL = URL(fileURLWithPath: Sluice.path)
    process.arguments = ["devnet", "--port", "0"] + arguments
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var text = ""
    while !text.contains(#/listening at .*\n/#) {
      let data = output.fileHandleForReading.availableData
      try #require(!data.isEmpty, "ended after: \(text)")
      text += String(decoding: data, as: UTF8.self)
    }
    let address = try #require(text.firstMatch(of: #/listening at (http:.*)\n/#)).1
    url = try #require(URL(string: String(address)))
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// The result of a method.
  func ask(_ method: String, _ parameters: String = "[]") async throws -> JSON {
    let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(parameters)}"#
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    let (data, _) = try await URLSession.shared.upload(for: request, from: Data(body.utf8))
    return try #require(try JSON.parse(Array(data))["result"], "\(method) failed")
  }

  /// Ends it by Ctrl-C.
  ///
  /// - Returns: the lines since it listened.
  func stop() throws -> [Substring] {
    process.interrupt()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }
}

@Suite("devnet, the command")
struct DevnetCommandTests {
  /// The first of the accounts whose keys everybody knows.
  private let first = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

  /// Code whose creation is reverted with `Error(string)`.
  private func reverting(_ message: String) -> String {
    let text = Array(message.utf8)
    let padding = String(repeating: "00", count: 32 - text.count)
    let word = { (number: Int) in
      String(repeating: "0", count: 62) + (number < 16 ? "0" : "") + String(number, radix: 16)
    }
    // CODECOPY of the 100 bytes after this code, which has 12; REVERT with them.
    let code = "6064600c60003960646000fd"
    let bytes = text.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return "0x" + code + "08c379a0" + word(32) + word(text.count) + bytes + padding
  }

  @Test("A transaction that failed is one line with its reason, whatever the contract says")
  func failedLine() async throws {
    let devnet = try RunningDevnet()
    let message = "no\u{1B}[2J\nblock 9: done"
    let hash = try await devnet.ask(
      "eth_sendTransaction",
      #"[{"from":"\#(first)","gas":"0x186a0","data":"\#(reverting(message))"}]"#)
    let lines = try devnet.stop()
    try #require(lines.count == 1, "\(lines)")
    #expect(lines[0].hasPrefix("block 1: \(try #require(hash.text)) from \(first) creates"))
    #expect(lines[0].contains("FAILED"))
    #expect(lines[0].contains("reverted: no\u{FFFD}[2J\u{FFFD}block 9: done"))
  }

  @Test("--quiet shows no transactions, and one that is done is a line without a reason")
  func doneLine() async throws {
    for (options, count) in [([], 1), (["--quiet"], 0)] {
      let devnet = try RunningDevnet(options)
      _ = try await devnet.ask(
        "eth_sendTransaction", #"[{"from":"\#(first)","to":"\#(first)"}]"#)
      let lines = try devnet.stop()
      #expect(lines.count == count)
      #expect(lines.allSatisfy { $0.hasSuffix("to \(first): done, 21000 gas") }, "\(lines)")
    }
  }

  @Test("A port in use is refused with what to do")
  func portInUse() throws {
    let devnet = try RunningDevnet()
    let port = try #require(devnet.url.port)
    let result = try Sluice.run(["devnet", "--port", "\(port)"])
    #expect(result.status == 4)
    #expect(result.errors.contains("SLC-CMD-031"), "\(result.errors)")
    #expect(result.errors.contains("found a port that is in use"), "\(result.errors)")
    #expect(result.output.isEmpty)
    _ = try devnet.stop()
  }
}

extension BadInput {
  private static func state(_ name: String, _ phrase: String, _ text: String) -> BadInput {
    BadInput(name, "CMD", "malformedState", phrase) { folder in
      ["devnet", "--port", "0", "--load", try folder.write(text, to: "state.json")]
    }
  }

  static let states: [BadInput] = [
    state("a state of another version", "version", text("\"2\"", "{}")),
    state("a state whose accounts are a list", "expected an object", text("1", "[]")),
    state("a state with an account that is no address", "0x12", text("1", #"{"0x12":{}}"#)),
  ]

  private static func text(_ version: String, _ accounts: String) -> String {
    #"{"version":\#(version),"block":0,"timestamp":"0x1","accounts":\#(accounts)}"#
  }
}
