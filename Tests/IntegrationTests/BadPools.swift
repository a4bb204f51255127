import TestKit

/// The files of `Examples/liquidity` with one text replaced.
private func pool(
  _ name: String, _ prefix: String, _ error: String, _ phrase: String, file: String, _ old: String,
  _ new: String
) -> BadInput {
  BadInput(name, prefix, error, phrase) { folder in
    for name in ["plan.yaml", "positions.csv", "swaps.csv"] {
      let text = try Project.text("Examples/liquidity/\(name)")
      try folder.write(name == file ? text.replacing(old, with: new) : text, to: name)
    }
    return ["allocate", folder.path + "/plan.yaml", "--out", folder.path + "/bundle"]
  }
}

extension BadInput {
  /// Prices of pools and positions in ranges that cannot be.
  static let pools: [BadInput] = [
    pool(
      "a tick that no pool has", "INPUT", "tickOutOfRange", "and not the price",
      file: "positions.csv", "-887220,887220,4", "-887273,887220,4"),
    pool(
      "ticks the other way round", "INPUT", "emptyRange", "the other way round",
      file: "positions.csv", "68400,69840,3", "69840,68400,3"),
    pool(
      "two swaps of one place in the order", "INPUT", "contradictingPrices", "block and log index",
      file: "swaps.csv", "1799152205,21010427,109,", "1799152205,21010427,2,"),
    pool(
      "a volume in another unit", "INPUT", "volumeTooLarge", "right unit", file: "swaps.csv",
      ",21459152013\n", ",340282366920938463463374607431768211456\n"),
    pool(
      "a tick and a root of different prices", "LAW", "priceOffTick", "of one pool",
      file: "swaps.csv", "21010427,109,69058,", "21010427,109,69057,"),
    pool(
      "liquidity that was never there", "LAW", "negativeBalance", "missing before it",
      file: "positions.csv", "69000,69180,-2", "69000,69120,-2"),
    pool(
      "liquidity in another unit", "LAW", "balanceOverflow", "wrong unit", file: "positions.csv",
      "68880,69060,1900000000000000000", "68880,69060,340282366920938463463374607431768211456"),
    pool(
      "volumes that are too large together", "LAW", "volumeOverflow", "wrong unit",
      file: "swaps.csv", ",21459152013\n", ",340282366920938463463374607431768211455\n"),
    pool(
      "positions before the first price", "LAW", "noPrice", "from its start", file: "plan.yaml",
      "order: [block, log_index]}",
      "order: [block, log_index]}\n    where: {block: [\"21010427\"]}"),
  ]
}
