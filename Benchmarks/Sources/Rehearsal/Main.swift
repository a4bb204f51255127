import Devnet
import EVM
import EthereumPrimitives
import Foundation
import MerkleTree
import Signing

/// Rehearses claims of a campaign in process: `rehearsal CLAIMS BLOCK SAMPLE`.
///
/// First every account claims, its sender impersonated, so many claims in a block, whose receipts
/// are counted and dropped. Then a sample of the same claims is signed and mined on a chain of its
/// own: gas, balances and what counts as claimed have to be the same. Prints one JSON object.
@main
struct Rehearsal {
  static func main() throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }), numbers[2] <= numbers[0] else {
      print("usage: rehearsal CLAIMS BLOCK SAMPLE")
      exit(2)
    }
    let (count, size, sampleCount) = (numbers[0], numbers[1], numbers[2])
    let people = People(count: count, keys: sampleCount)
    var clock = Stopwatch()
    let all = try Campaign(people.accounts)
    let preparing = clock.lap()
    let gas = try all.claim(0..<count, per: size) { claim, account in
      PendingTransaction(claim, from: account)
    }
    let rehearsing = clock.lap()

    let sample = try Campaign(people.accounts)
    let signed = try sample.claim(people.sample, per: size) { claim, account in
      guard let key = people.keys[account] else { throw RehearsalError.noKey(account) }
      return try PendingTransaction(SignedTransaction(claim, key.sign(claim.signingHash)))
    }
    let signing = clock.lap()
    for place in people.sample {
      let account = people.accounts[place]
      guard let used = signed[account], used == gas[account] else {
        throw RehearsalError.differs("gas", account)
      }
      guard try all.balance(of: account) == sample.balance(of: account),
        try all.claimed(by: account) == sample.claimed(by: account)
      else { throw RehearsalError.differs("balance or claimed", account) }
    }
    let total = gas.values.reduce(0, +)
    print(
      "{\"claims\":\(gas.count),\"gas\":\(total),\"depth\":\(all.depth),"
        + "\"preparing\":\(preparing),\"rehearsing\":\(rehearsing),"
        + "\"sample\":\(signed.count),\"sampling\":\(signing),"
        + "\"stateRoot\":\"\(all.chain.latest.header.stateRoot)\"}")
  }
}

enum RehearsalError: Error {
  case failed(String, CallStatus)
  case noKey(Address)
  case differs(String, Address)
}

/// Who claims: accounts of which some, evenly spread, have a key.
struct People {
  var accounts: [Address] = []
  var keys: [Address: PrivateKey] = [:]
  /// The places of those with a key.
  let sample: [Int]

  init(count: Int, keys keyCount: Int) {
    sample = (0..<keyCount).map { $0 * count / keyCount }
    for place in 0..<count { accounts.append(Self.account("claimant \(place)")) }
    for place in sample {
      let key = PrivateKey(Keccak256.hash(utf8: "key \(place)"))!
      accounts[place] = key.account
      keys[key.account] = key
    }
  }

  private static func account(_ name: String) -> Address {
    Address(bytes: Keccak256.hash(utf8: name).bytes[12...])!
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
