import EthereumPrimitives

extension LeafEncoding {
  /// The leaf of Sluice's own distributor: OpenZeppelin `standard-v1`.
  public static let sluice = LeafEncoding(
    name: "sluice", summary: "campaign, account and cumulative entitlement, hashed twice",
    fields: [
      Field(.campaign, .bytes32), Field(.account, .address), Field(.amount, .uint256),
    ],
    packing: .abi, hashRounds: 2, leafOrder: .byHash, shape: .openZeppelin)

  /// `StandardMerkleTree` of @openzeppelin/merkle-tree over rows of account and amount.
  public static let openZeppelinStandard = openZeppelinStandard(
    [Field(.account, .address), Field(.amount, .uint256)], sorted: true)

  public static let openZeppelinStandardUnsorted = openZeppelinStandard(
    [Field(.account, .address), Field(.amount, .uint256)], sorted: false)

  /// `SimpleMerkleTree` of @openzeppelin/merkle-tree: the values are the leaves.
  public static let openZeppelinSimple = openZeppelinSimple(sorted: true)
  public static let openZeppelinSimpleUnsorted = openZeppelinSimple(sorted: false)

  /// Uniswap's merkle-distributor, as MakerDAO, PoolTogether, Gearbox and many others use it.
  public static let uniswap = LeafEncoding(
    name: "uniswap", summary: "index, account and amount, packed",
    fields: [Field(.index, .uint256), Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .byHashDeduplicated,
    indexOrder: .byChecksummedAccount, shape: .sortedPairs)

  /// Account and amount, packed, leaves sorted (Balancer's liquidity mining).
  public static let accountAmountSorted = LeafEncoding(
    name: "account-amount-sorted", summary: "account and amount, packed; leaves sorted",
    fields: [Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .byHashDeduplicated, shape: .sortedPairs)

  /// Account and amount, packed, leaves in the order of the file (Morpho's early epochs).
  public static let accountAmountFileOrder = LeafEncoding(
    name: "account-amount-file-order", summary: "account and amount, packed; leaves in file order",
    fields: [Field(.account, .address), Field(.amount, .uint256)],
    packing: .packed, hashRounds: 1, leafOrder: .asGiven, shape: .sortedPairs)

  /// Rocket Pool's rewards trees up to file version 3.
  public static let rocketPoolV1 = rocketPool(
    "rocketpool-v1", summary: "Rocket Pool, file versions 1 to 3: account, network, RPL and ETH",
    ether: [["smoothingPoolEth"]])

  /// Rocket Pool's rewards trees since file version 4, which share fees with voters.
  public static let rocketPoolV4 = rocketPool(
    "rocketpool-v4", summary: "Rocket Pool, file version 4: the same and the voters' share of ETH",
    ether: [["smoothingPoolEth"], ["voterShareEth"]])

  private static func rocketPool(
    _ name: String, summary: String, ether: [[String]]
  ) -> LeafEncoding {
    LeafEncoding(
      name: name, summary: summary,
      fields: [
        Field(.account, .address), Field(.value, .uint256, columns: ["network", "rewardNetwork"]),
        Field(
          .amount, .uint256, columns: ["rpl"], sumOf: ["collateralRpl", "oracleDaoRpl"],
          token: "RPL"),
      ] + ether.map { Field(.amount, .uint256, columns: $0, token: "ETH") },
      packing: .packed, hashRounds: 1, leafOrder: .byHash,
      shape: TreeShape(oddNode: .padded, pairOrder: .sorted))
  }

  /// Threshold's CumulativeMerkleDrop: the staking provider's claims are paid to its beneficiary.
  public static let threshold = LeafEncoding(
    name: "threshold", summary: "Threshold: staking provider, beneficiary and amount, packed",
    fields: [
      Field(.account, .address, columns: ["stakingProvider", "account"]),
      Field(.recipient, .address, columns: ["beneficiary"]),
      Field(.amount, .uint256, columns: ["cumulative_amount", "amount"]),
    ],
    packing: .packed, hashRounds: 1, leafOrder: .byHash, shape: .sortedPairs, isCumulative: true)

  /// Stake DAO's universal distributor, as Merkl's: one leaf per account and token.
  public static let stakeDAOUniversal = LeafEncoding(
    name: "stakedao-universal",
    summary: "Stake DAO, universal: account, token and amount, hashed twice; in file order",
    fields: [
      Field(.account, .address), Field(.token, .address),
      Field(.amount, .uint256, columns: ["amount", "cumulative_amount"]),
    ],
    packing: .abi, hashRounds: 2, leafOrder: .asGiven, shape: .sortedPairs,
    repetition: .perToken, isCumulative: true)

  /// Stake DAO's and Votium's MultiMerkleStash: Uniswap's leaf with the indices of the file.
  public static let stakeDAOLegacy = LeafEncoding(
    name: "stakedao-legacy", summary: "Stake DAO, MultiMerkleStash: as uniswap, one tree per token",
    fields: uniswap.fields, packing: .packed, hashRounds: 1, leafOrder: .byHashDeduplicated,
    shape: .sortedPairs)

  /// Badger's tree: an account's tokens and amounts as two lists.
  public static let badger = LeafEncoding(
    name: "badger", summary: "Badger: index, user, cycle, tokens and cumulative amounts as lists",
    fields: [
      Field(.index, .uint256), Field(.account, .address, columns: ["user", "account"]),
      Field(.value, .uint256, columns: ["cycle"]),
      Field(.token, .array(.address), columns: ["tokens"]),
      Field(.amount, .array(.uint256), columns: ["cumulativeAmounts"]),
    ],
    packing: .abi, hashRounds: 1, leafOrder: .byHashDeduplicated, shape: .sortedPairs,
    isCumulative: true)

  public static let presets: [LeafEncoding] = [
    sluice, openZeppelinStandard, openZeppelinStandardUnsorted, openZeppelinSimple,
    openZeppelinSimpleUnsorted, uniswap, accountAmountSorted, accountAmountFileOrder,
    rocketPoolV1, rocketPoolV4, threshold, stakeDAOUniversal, stakeDAOLegacy, badger,
  ]

  public static func named(_ name: String) -> LeafEncoding? {
    presets.first { $0.name == name }
  }

  static func openZeppelinStandard(_ fields: [Field], sorted: Bool) -> LeafEncoding {
    LeafEncoding(
      name: sorted ? "oz-standard" : "oz-standard-unsorted",
      summary: "OpenZeppelin standard-v1: \(sorted ? "leaves sorted" : "leaves in file order")",
      fields: fields, packing: .abi, hashRounds: 2,
      leafOrder: sorted ? .byHash : .asGiven, shape: .openZeppelin)
  }

  static func openZeppelinSimple(sorted: Bool) -> LeafEncoding {
    LeafEncoding(
      name: sorted ? "oz-simple" : "oz-simple-unsorted",
      summary: "OpenZeppelin simple-v1: bytes32 values, "
        + (sorted ? "sorted" : "in file order"),
      fields: [Field(.value, .bytes32)], packing: .raw, hashRounds: 0,
      leafOrder: sorted ? .byHash : .asGiven, shape: .openZeppelin)
  }
}
