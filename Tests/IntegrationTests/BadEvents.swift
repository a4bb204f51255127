import TestKit

extension BadInput {
  /// The launch with a program that pays for what was staked, and the file of its changes.
  private static func staked(
    _ name: String, _ error: String, _ phrase: String, _ rows: String,
    positions: String = "{}", file: String = "staked.csv", header: String = "time,account,amount",
    keys: String = ""
  ) -> BadInput {
    BadInput(name, "INPUT", error, phrase) { folder in
      try Launch()
        .replacing(
          "programs:",
          """
            - {name: blocks, file: blocks.csv, key: block, times: at}
            - {name: staked, file: "\(file)", time: time, positions: \(positions)\(keys)}
            - {name: mined, file: mined.csv, time: {key: block, in: blocks}, positions: {}}
          epochs: {start: 1970-01-01, length: 1d, count: 1}
          programs:
            - {name: stake, kind: staking, campaign: main, budget: 5, from: staked, weight: held,
               emission: {shape: constant}}
            - {name: mine, kind: staking, campaign: main, budget: 5, from: mined, weight: held,
               emission: {shape: constant}}
          """
        ).allocate(
          in: folder,
          [
            "staked.csv": "\(header)\n5,\(account(1)),1\n\(rows)\n",
            "blocks.csv": "block,at\n1,12\n" + (name == "a block twice" ? "1,12\n" : ""),
            "mined.csv": "block,account,amount\n"
              + (name == "a block without a time" ? "2" : "1") + ",\(account(1)),1\n",
          ])
    }
  }

  /// 2^256 − 1.
  private static let maximum =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935"

  private static func account(_ digit: Int) -> String {
    "0x\(digit)" + String(repeating: "0", count: 39)
  }

  static let events: [BadInput] = [
    staked("a time in words", "malformedTime", "'noon'", "noon,\(account(1)),1"),
    staked(
      "a time of nowhere", "timeWithoutZone", "Write Z after it",
      "1970-01-01T00:00:09,\(account(1)),1"
    ),
    staked(
      "a time of elsewhere", "foreignTimeZone", "the time of UTC",
      "1970-01-01T00:00:09+02:00,\(account(1)),1"),
    staked("a part of a second", "fractionOfSecond", "cut off", "9.5,\(account(1)),1"),
    staked("a 30th of February", "noSuchTime", "calendar", "1972-02-30T00:00:00Z,\(account(1)),1"),
    staked(
      "milliseconds", "timeOutOfRange", "Divide them by 1000", "1735689600000,\(account(1)),1"),
    staked(
      "a row that was received before it happened", "receivedBeforeTime",
      "found 1 (1970-01-01T00:00:01Z) for a row of 5", "6,\(account(1)),5",
      keys: ", received: amount"),
    staked("a block without a time", "unknownTime", "'2'", "6,\(account(1)),1"),
    staked("a block twice", "repeatedTime", "after line 2", "6,\(account(1)),1"),
    staked(
      "two balances at once", "contradictingBalances", "after 1 in line 2", "5,\(account(1)),2",
      positions: "{effect: balance, amount: amount}"),
    staked(
      "changes of 2^256", "changesOverflow", "add up to 2^256",
      "5,\(account(1)),\(maximum)",
      positions: "{amount: amount}"),
    staked("a file that nobody has", "noSuchFile", "Check the name", "", file: "stakes-*.csv"),
  ]
}
