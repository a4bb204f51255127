import DistributionModel
import EthereumPrimitives
import Foundation
import InputFiles
import MerkleTree

/// Where the time of a tree goes, inside one process: `tree-phases LIST.csv THREADS [BACKEND]`.
///
/// Prints one JSON object: seconds of wall and CPU per phase, and nanoseconds per proof.
@main
struct TreePhases {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let threads = Int(arguments[2]) else {
      print("usage: tree-phases LIST.csv THREADS [BACKEND]")
      exit(2)
    }
    let backend = arguments.count > 3 ? KeccakBackend(rawValue: arguments[3]) : .best
    guard let backend, backend.isSupported else {
      print("tree-phases: found backend \(arguments[3]), expected one that this CPU has")
      exit(2)
    }
    let column = ColumnDeclaration(
      name: "amount", kind: .amount(token: "T", decimals: 18, unit: .base))
    let declaration = SourceDeclaration(
      name: "list", file: arguments[1], format: .csv, accountColumn: "address",
      columns: [column], duplicates: .sum)  // The tree looks for them.
    var clock = Stopwatch()
    let rows = try InputFile.rows(
      arguments[1], name: arguments[1], as: declaration, threads: threads)
    let reading = clock.lap()
    let built = try EncodedTree.build(
      AccountRows(accounts: rows.accounts, amounts: rows.values[0].numbers),
      encoding: .openZeppelinStandard, threads: threads, backend: backend)
    let building = clock.lap()
    var hashes = 0
    let step = max(1, rows.count / 100_000)
    let asked = stride(from: 0, to: rows.count, by: step)
    for row in asked { hashes += built.proof(ofRow: row).count }
    let proving = clock.lap()
    let perProof = Int(proving.cpu * 1e9) / asked.underestimatedCount
    print(
      "{\"rows\":\(rows.count),\"threads\":\(threads),\"backend\":\"\(backend.rawValue)\","
        + "\"root\":\"\(built.root)\",\"read\":\(reading.json),\"tree\":\(building.json),"
        + "\"proofNanoseconds\":\(perProof),\"proofHashes\":\(hashes / asked.underestimatedCount)}")
  }
}

/// Seconds since the last lap.
struct Lap {
  let wall: Double
  let cpu: Double

  var json: String {
    "{\"wall\":\(String(format: "%.4f", wall)),\"cpu\":\(String(format: "%.4f", cpu))}"
  }
}

struct Stopwatch {
  private var wall = Self.now(CLOCK_MONOTONIC)
  private var cpu = Self.now(CLOCK_PROCESS_CPUTIME_ID)

  mutating func lap() -> Lap {
    let (wall, cpu) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
    defer { (self.wall, self.cpu) = (wall, cpu) }
    return Lap(wall: wall - self.wall, cpu: cpu - self.cpu)
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
