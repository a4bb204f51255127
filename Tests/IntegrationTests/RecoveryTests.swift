import Foundation
import TestKit
import Testing

/// Runs the program and stops it in the middle, as `kill -9` does.
private enum Stopped {
  /// - Parameters:
  ///   - point: at which write it ends itself, counted from 1.
  ///   - delay: after how many microseconds it is killed.
  /// - Returns: true where it came to its end before.
  static func run(_ arguments: [String], point: Int? = nil, delay: UInt32? = nil) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Sluice.path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
    if let point { process.environment?["SLUICE_KILL_AT"] = "\(point)" }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    if let delay {
      usleep(delay)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else { return false }
    try #require(process.terminationStatus == 0, "\(arguments)")
    return true
  }
}

@Suite("Stopped in the middle (slow: 500 processes)")
struct RecoveryTests {
  private func check(
    _ weekly: WeeklyProgram, _ expected: [[String: Data]], _ what: String
  ) throws {
    for (epoch, files) in expected.enumerated() {
      #expect(try WeeklyProgram.files(weekly.bundle(epoch)) == files, "\(what), epoch \(epoch)")
    }
  }

  @Test("Whichever write of ingest and close is the last, going on gives the same bundles")
  func everyWrite() throws {
    let expected = try WeeklyProgram.uninterrupted()
    var stops = 0
    for point in 1... {
      let weekly = try WeeklyProgram()
      var isStopped = false
      let commands = [weekly.ingest] + (0..<WeeklyProgram.epochs).map { weekly.close($0) }
      for command in commands where try !Stopped.run(command, point: point) {
        isStopped = true
        stops += 1
        try Sluice.succeed(command)
      }
      try check(weekly, expected, "stopped at write \(point)")
      guard isStopped else { break }
    }
    #expect(stops > 40)
  }

  @Test("INV-070: Whichever write of unwind and of ingest after it is the last, the same bundles")
  func everyWriteOfUnwinding() throws {
    let expected = try WeeklyProgram.uninterrupted(isReorganised: true)
    var stops = 0
    for point in 1... {
      let weekly = try WeeklyProgram()
      try Sluice.succeed(weekly.ingest)
      try Sluice.succeed(weekly.close(0))
      var isStopped = false
      func run(_ command: [String]) throws {
        guard try !Stopped.run(command, point: point) else { return }
        isStopped = true
        stops += 1
        try Sluice.succeed(command)
      }
      try run(weekly.unwind)
      try weekly.reorganise()
      try run(weekly.ingest)
      guard isStopped else { break }
      for epoch in 1..<WeeklyProgram.epochs { try Sluice.succeed(weekly.close(epoch)) }
      let identical = try (1..<WeeklyProgram.epochs).allSatisfy { epoch in
        try WeeklyProgram.files(weekly.bundle(epoch)) == expected[epoch]
      }
      #expect(identical, "stopped at write \(point)")
    }
    #expect(stops > 12)
  }

  @Test("A file of more rows than are kept together, stopped at every third write of its ingest")
  func everyWriteOfManyRows() throws {
    // 66 000 rows, of which 65 536 are kept together; nine seconds apart, within the first epoch.
    let rows = (0..<66_000).map { row in
      "\(1_767_571_200 + 9 * row),0x\(String(repeating: "0", count: 39))\(row % 7 + 1),stake,"
        + "\(row % 9 + 1)\n"
    }.joined()
    func grown() throws -> WeeklyProgram {
      let weekly = try WeeklyProgram(rows: 1)
      try Sluice.succeed(weekly.ingest)
      try weekly.grow(to: 1, and: rows)
      return weekly
    }
    let whole = try grown()
    try Sluice.succeed(whole.ingest)
    try Sluice.succeed(whole.close(0))
    let expected = try WeeklyProgram.files(whole.bundle(0))
    #expect(expected["events/staked.csv"].map { $0.count > 3_000_000 } == true)
    var stops = 0
    for point in stride(from: 2, to: 100, by: 3) {
      let weekly = try grown()
      guard try !Stopped.run(weekly.ingest, point: point) else { break }
      stops += 1
      try Sluice.succeed(weekly.ingest)
      try Sluice.succeed(weekly.close(0))
      #expect(try WeeklyProgram.files(weekly.bundle(0)) == expected, "stopped at write \(point)")
    }
    #expect(stops > 2)
  }

  @Test("Killed at 200 random instants, ingest and close go on and give the same bundles")
  func randomInstants() throws {
    let expected = try WeeklyProgram.uninterrupted()
    var generator = Generator(seed: 33)
    var kills = 0
    while kills < 200 {
      let weekly = try WeeklyProgram()
      let commands = [weekly.ingest] + (0..<WeeklyProgram.epochs).map { weekly.close($0) }
      for command in commands {
        // Longer each time, so that it comes to its end.
        for attempt in 1... {
          let longest = 12_000 * UInt32(attempt)
          if try Stopped.run(command, delay: .random(in: 1...longest, using: &generator)) { break }
          kills += 1
        }
      }
      try check(weekly, expected, "after \(kills) kills")
    }
  }
}
