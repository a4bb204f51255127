import EVM
import EthereumPrimitives
import Foundation

/// The calls of `evm_work.py`: `evm-calls WORK OUTPUTS`.
///
/// Prints CPU seconds by group as one JSON object, and writes what every call returned.
@main
struct EVMCalls {
  static let gas: UInt64 = 1 << 40

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: evm-calls WORK OUTPUTS")
      exit(2)
    }
    let evm = EVM(world: World(), fork: .cancun)
    var seconds: [String] = []
    var text: [UInt8] = []
    for group in try Group.read(arguments[1]) {
      var clock = Stopwatch()
      let outcomes = run(group, evm)
      if group.name != "prepare" { seconds.append("\"\(group.name)\":\(clock.lap())") }
      for outcome in outcomes {
        guard outcome.status == .success else { throw WorkError.failed(group.name, outcome.status) }
        text.append(contentsOf: "\(group.name) ".utf8)
        text.append(contentsOf: (outcome.created == nil ? Hex.encode(outcome.output) : "0x").utf8)
        text.append(UInt8(ascii: "\n"))
      }
    }
    try Data(text).write(to: URL(fileURLWithPath: arguments[2]))
    print("{\(seconds.joined(separator: ","))}")
  }

  private static func run(_ group: Group, _ evm: EVM) -> [EVM.Outcome] {
    var block = BlockContext()
    block.number = 1
    return group.calls.map { call in
      block.timestamp = call.time
      return evm.call(call.message, in: block, isKept: true)
    }
  }
}

enum WorkError: Error {
  case line(String)
  case failed(String, CallStatus)
}

/// Calls that are timed together.
struct Group {
  let name: String
  var calls: [(time: UInt64, message: EVM.Message)] = []

  /// Lines of `GROUP TIME FROM TO INPUT`.
  static func read(_ path: String) throws -> [Group] {
    var groups: [Group] = []
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let cells = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
      guard cells.count == 5, let time = UInt64(cells[1]) else {
        throw WorkError.line(String(Substring(line)))
      }
      let message = EVM.Message(
        from: try Address(cells[2]), to: cells[3] == "-" ? nil : try Address(cells[3]),
        input: try Hex.decode(cells[4]), gas: EVMCalls.gas)
      if groups.last?.name != cells[0] { groups.append(Group(name: cells[0])) }
      groups[groups.count - 1].calls.append((time, message))
    }
    return groups
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
