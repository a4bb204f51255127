import DistributionModel
import EthereumPrimitives

/// A plan that uses everything that the format has.
let fullPlanText = """
  version: 1
  name: "Everything: a plan"
  law: 1
  launch: 2027-01-02T03:04:05Z

  tokens:
    - name: ACME
      symbol: $ACME
      decimals: 18
      supply: 1000000000
    - {name: USD_2, decimals: 6}
    - {name: Point, decimals: 0, symbol: P, supply: 7}

  campaigns:
    - name: open
      token: ACME
    - name: at-once
      token: ACME
      vesting: {shape: immediate}
      terms: {}
    - name: team
      token: ACME
      vesting:
        shape: linear
        start: 2027-01-01T12:30:59Z
        initial: 2.5%
        cliff: 365d
        duration: 1460d
      terms:
        window: 1d12h
        expiry: 2040-01-01
        claims: account
        maximum_increase: 0.000000000000000001
      deployment:
        chain: 8453
        distributor: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
        token: 0x0000000000000000000000000000000000000001
        creator: 0x0000000000000000000000000000000000000002
        salt: 0x0000000000000000000000000000000000000000000000000000000000000003
        roles:
          owner: 0x0000000000000000000000000000000000000004
          publisher: 0x0000000000000000000000000000000000000005
          guardian: 0x0000000000000000000000000000000000000006
    - name: monthly
      token: USD_2
      vesting: {shape: steps, start: 2028-02-29, every: 3 months, count: 8, initial: 0.0000001%}
      terms: {expiry: never, claims: anyone, window: 24h}
    - name: weekly
      token: USD_2
      vesting: {shape: steps, start: 1970-01-01T00:00:01Z, every: 1w, count: 100000}
    - name: dated
      token: USD_2
      vesting:
        shape: tranches
        tranches:
          - {at: 2027-01-01, share: 33.3333333%}
          - {at: 2027-07-01T00:00:00Z, share: 66.6666667%}
    - name: fading
      token: USD_2
      vesting: {shape: exponential, start: 2027-01-01, half_life: 1h30m, cliff: 90s, duration: 7d}

  sources:
    - name: users
      file: lists/users.csv.gz
      account: wallet
      columns:
        - {name: points, type: integer}
        - {name: Paid out, type: amount, token: USD_2, unit: token}
        - {name: raw, type: amount, token: ACME, unit: base}
        - {name: open, type: amount, token: ACME}
        - {name: score, type: decimal, places: 6}
        - {name: share, type: decimal, places: 18, notation: scientific, excess: half_even}
        - {name: to, type: address}
      duplicates: sum
    - name: lines
      file: lines.ndjson
      columns: [{name: points, type: integer}]
    - name: other
      file: export.dat
      format: jsonl
      columns: [{name: points, type: integer}]
      duplicates: refuse
    - name: appeals
      file: appeals.jsonl.gz
      statements: corrections
      token: ACME
      signers:
        - 0x00000000000000000000000000000000000000b2
        - 0x00000000000000000000000000000000000000b1
    - {name: moved, file: moved.jsonl, statements: redirects}
    - name: reviews
      file: reviews.csv
      columns: [{name: score, type: integer, private: true}, {name: open, type: integer}]
    - name: gifts
      file: gifts.csv
      account: project
      columns:
        - {name: donor, type: address}
        - {name: given, type: amount, token: USD_2}
        - {name: paid, type: amount, token: ACME}
      duplicates: "sum"
    - name: projects
      file: projects.json
      within: [data, projects]
      key: project_id
      account: payout_address
      where: {is_eligible: True, chain: [OPTIMISM, BASE, BASE]}
      duplicates: drop
    - name: metrics
      file: metrics.csv
      account: {key: project_id, in: projects}
      unknown_keys: skip
      columns:
        - {name: score, type: decimal, places: 2}
        - {name: points, type: integer, empty: zero}
      duplicates: largest
      duplicates_by: score
      no_rows: allow
      bad_rows: quarantine
    - {name: accounts, file: accounts.txt, format: json, within: list, duplicates: smallest,
       columns: [{name: points, type: integer}], duplicates_by: points}
    - {name: blocks, file: blocks.csv, key: block, times: mined, where: {fork: main}}
    - name: stakes
      file: stakes.csv.gz
      account: staker
      time: {key: height, in: blocks}
      where: {pool: A}
      positions: {amount: wei, token: ACME, unit: base, every: 12h}
      minimum_holding: 90m
      window: 30d
      columns: [highest, share, seconds]
    - name: loans
      file: loans.jsonl
      time: moment
      received: noted
      positions:
        kind: action
        adds: [supply, mint]
        takes: redeem
        moves: pass
        ignores: [approve, Approve]
        to: receiver
        amount: value
        token: USD_2
      exclude:
        - account: 0x00000000000000000000000000000000000000fe
          reason: The treasury lends to itself.
    - name: debts
      file: debts.csv
      time: moment
      positions: {effect: balance, amount: debt, token: USD_2, order: [height, log]}
      window: {start: 2026-01-01, end: 2026-07-01T12:00:00Z}
      columns: [average, held, lowest]
    - {name: vault-shares, file: v.csv, time: at,
       positions: {effect: transfer, amount: n, places: 3}}
    - {name: nfts, file: nfts.csv, time: at, positions: {}}
    - name: seen
      look_through:
        deposits: stakes
        vault: 0x00000000000000000000000000000000000000a9
        shares: vault-shares
      columns: [share, held]
    - name: quests
      file: quests.jsonl
      time: done
      window: 1w
      received: {column: since, within: 2d}
      columns: [{name: level, type: integer}, {name: since, type: time}]

  epochs: {start: 2027-01-01T00:00:00Z, length: 1w, count: 4}

  clusters: {source: lines, column: points}

  programs:
    - name: given
      kind: airdrop
      campaign: team
      budget: 1000.000000000000000001
      from: users
      amount: raw
      unallocated: carry
      exclude:
        - account: 0x00000000000000000000000000000000000000ff
          reason: An exchange's address; its "customers" claim themselves.
    - {name: flat, kind: airdrop, campaign: open, budget: 10%, from: users, weight: Paid out,
       rounding: ieee754-javascript, emission: {shape: constant}}
    - {name: falling, kind: airdrop, campaign: open, budget: 1, from: lines, weight: points,
       rounding: half-up, share_of: 0.25, emission: {shape: linear-decay}}
    - {name: halving, kind: airdrop, campaign: at-once, budget: 1, from: other, weight: points,
       emission: {shape: exponential-decay, half_life: 2}}
    - {name: stated, kind: airdrop, campaign: open, budget: 1, from: lines, weight: points,
       emission: {shape: table, amounts: [0.25, 0, 0.5, 0.25]}}
    - {name: jury, kind: airdrop, campaign: open, budget: 1, from: appeals, amount: amount,
       unallocated: carry}
    - name: round
      kind: grants
      campaign: at-once
      budget: 4
      from: gifts
      contributor: donor
      contribution: given
      match: pairwise
      pairwise_bound: 2.5
      surplus: share
      min_contribution: 0.01
      max_contribution: 5
    - {name: plain-round, kind: grants, campaign: at-once, budget: 4, from: gifts,
       contributor: donor, contribution: paid, match: quadratic}
    - name: lots
      kind: raffle
      campaign: open
      budget: 3
      from: lines
      weight: points
      raffle:
        seed_hash: 0xa66cc928b5edb82af9bd49922954155ab7b0942694bea4ce44661d9a8736c688
        beacon: block 21000000 of chain 1
        prizes: [2, 1]
        seed: 0x0000000000000000000000000000000000000000000000000000000000000007
        beacon_value: 0x0000000000000000000000000000000000000000000000000000000000000009
    - name: people
      kind: premine
      group: Founders & friends
      insiders: true
      campaign: monthly
      budget: 3.000001
      recipients:
        - account: 0x00000000000000000000000000000000000000a1
          amount: 3
          label: Alice # not Bob
        - account: 0x00000000000000000000000000000000000000a2
          amount: 0.000001
    - {name: stake, kind: staking, campaign: at-once, budget: 9, from: stakes, weight: share}
    - {name: lend, kind: lending, campaign: at-once, budget: 9, from: debts, weight: average}
    - {name: provide, kind: liquidity, campaign: at-once, budget: 9, from: seen, weight: held}
    - {name: own, kind: hold, campaign: at-once, budget: 9, from: nfts, weight: held}
    - {name: yield, kind: fees, campaign: at-once, budget: 9, from: debts, weight: lowest}
    - {name: quest, kind: tasks, campaign: at-once, budget: 9, from: quests, weight: level}
    - {name: trade, kind: trading, campaign: at-once, budget: 9, from: quests, weight: since}

  guards:
    - {measure: largest, at_most: 12.5%, token: ACME}
    - {measure: top, count: 10, at_most: 60%, per: account, at: launch, token: USD_2}
    - {measure: gini, at_most: 85%, per: cluster, at: every, token: ACME}
    - {measure: hhi, at_most: 0.0000001%, at: fully-vested, token: ACME}
    - {measure: nakamoto, threshold: 50%, at_least: 4, at: 2028-01-01, token: ACME}
    - {measure: insiders, at_most: 100%, token: ACME}

  """

private let eighteenZeros = String(repeating: "0", count: 18)

private let team = Campaign(
  name: "team", token: "ACME",
  vesting: VestingSchedule(
    start: Timestamp(1_798_806_659), initialUnlock: Share(billionths: 25_000_000),
    shape: .linear(cliff: 31_536_000, duration: 126_144_000)),
  terms: CampaignTerms(
    window: 129_600, expiry: Timestamp(2_208_988_800), claims: .account,
    maximumIncrease: units("1")),
  deployment: Deployment(
    chain: 8453,
    distributor: Address(
      bytes: [
        0x5A, 0xAE, 0xB6, 0x05, 0x3F, 0x3E, 0x94, 0xC9, 0xB9, 0xA0, 0x9F, 0x33, 0x66, 0x94, 0x35,
        0xE7, 0xEF, 0x1B, 0xEA, 0xED,
      ]) ?? .zero,
    token: account(1), creator: account(2), salt: bytes32(3),
    roles: Roles(owner: account(4), publisher: account(5), guardian: account(6))))

private let campaigns = [
  Campaign(name: "open", token: "ACME"),
  Campaign(name: "at-once", token: "ACME", vesting: .immediate, terms: .standard),
  team,
  Campaign(
    name: "monthly", token: "USD_2",
    vesting: VestingSchedule(
      start: Timestamp(1_835_395_200), initialUnlock: Share(billionths: 1),
      shape: .steps(period: .months(3), count: 8)),
    terms: CampaignTerms(window: 86_400, expiry: nil, claims: .anyone, maximumIncrease: nil)),
  Campaign(
    name: "weekly", token: "USD_2",
    vesting: VestingSchedule(
      start: Timestamp(1), initialUnlock: .none,
      shape: .steps(period: .seconds(604_800), count: 100_000))),
  Campaign(
    name: "dated", token: "USD_2",
    vesting: VestingSchedule(
      start: Timestamp(1_798_761_600), initialUnlock: .none,
      shape: .tranches([
        .init(time: Timestamp(1_798_761_600), share: Share(billionths: 333_333_333)),
        .init(time: Timestamp(1_814_400_000), share: Share(billionths: 666_666_667)),
      ]))),
  Campaign(
    name: "fading", token: "USD_2",
    vesting: VestingSchedule(
      start: Timestamp(1_798_761_600), initialUnlock: .none,
      shape: .exponential(halfLife: 5400, cliff: 90, duration: 604_800))),
]

private let sources = [
  SourceDeclaration(
    name: "users", file: "lists/users.csv.gz", format: .csv, accountColumn: "wallet",
    columns: [
      ColumnDeclaration(name: "points", kind: .integer),
      ColumnDeclaration(
        name: "Paid out", kind: .amount(token: "USD_2", decimals: 6, unit: .token)),
      ColumnDeclaration(name: "raw", kind: .amount(token: "ACME", decimals: 18, unit: .base)),
      ColumnDeclaration(name: "open", kind: .amount(token: "ACME", decimals: 18, unit: nil)),
      ColumnDeclaration(name: "score", kind: .decimal(DecimalFormat(places: 6))),
      ColumnDeclaration(
        name: "share",
        kind: .decimal(DecimalFormat(places: 18, notation: .scientific, excess: .halfEven))),
      ColumnDeclaration(name: "to", kind: .address),
    ], duplicates: .sum),
  SourceDeclaration(
    name: "lines", file: "lines.ndjson", format: .jsonl,
    columns: [ColumnDeclaration(name: "points", kind: .integer)]),
  SourceDeclaration(
    name: "other", file: "export.dat", format: .jsonl,
    columns: [ColumnDeclaration(name: "points", kind: .integer)], duplicates: .refuse),
  SourceDeclaration(
    name: "appeals", file: "appeals.jsonl.gz", format: .jsonl,
    columns: [
      ColumnDeclaration(name: "amount", kind: .amount(token: "ACME", decimals: 18, unit: .base))
    ], duplicates: .sum, statements: .corrections(signers: [account(0xB2), account(0xB1)])),
  SourceDeclaration(
    name: "moved", file: "moved.jsonl", format: .jsonl,
    columns: [
      ColumnDeclaration(name: "to", kind: .address),
      ColumnDeclaration(name: "time", kind: .integer),
    ], duplicates: .sum, statements: .redirects),
  SourceDeclaration(
    name: "reviews", file: "reviews.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "score", kind: .integer, isPrivate: true),
      ColumnDeclaration(name: "open", kind: .integer),
    ]),
  SourceDeclaration(
    name: "gifts", file: "gifts.csv", format: .csv, accountColumn: "project",
    columns: [
      ColumnDeclaration(name: "donor", kind: .address),
      ColumnDeclaration(name: "given", kind: .amount(token: "USD_2", decimals: 6, unit: nil)),
      ColumnDeclaration(name: "paid", kind: .amount(token: "ACME", decimals: 18, unit: nil)),
    ], duplicates: .sum),
  SourceDeclaration(
    name: "projects", file: "projects.json", format: .json, within: ["data", "projects"],
    accountColumn: "payout_address", key: "project_id",
    conditions: [
      .init(column: "is_eligible", texts: ["True"]),
      .init(column: "chain", texts: ["BASE", "OPTIMISM"]),
    ], columns: [], duplicates: .drop),
  SourceDeclaration(
    name: "metrics", file: "metrics.csv", format: .csv, accountColumn: "project_id",
    lookup: .init(source: "projects", unknownKeys: .skip),
    columns: [
      ColumnDeclaration(name: "score", kind: .decimal(DecimalFormat(places: 2))),
      ColumnDeclaration(name: "points", kind: .integer, empty: .zero),
    ], duplicates: .largest, duplicatesBy: "score", noRows: .allow, badRows: .quarantine),
  SourceDeclaration(
    name: "accounts", file: "accounts.txt", format: .json, within: ["list"],
    columns: [ColumnDeclaration(name: "points", kind: .integer)], duplicates: .smallest,
    duplicatesBy: "points"),
]

private let acme = ColumnDeclaration.Kind.amount(token: "ACME", decimals: 18, unit: .base)
private let usd = ColumnDeclaration.Kind.amount(token: "USD_2", decimals: 6, unit: .base)

private func column(_ name: String, _ kind: ColumnDeclaration.Kind) -> ColumnDeclaration {
  ColumnDeclaration(name: name, kind: kind)
}

private let sourcesOverTime = [
  SourceDeclaration(
    name: "blocks", file: "blocks.csv", format: .csv, key: "block",
    conditions: [.init(column: "fork", texts: ["main"])], columns: [], timeTable: "mined"),
  SourceDeclaration(
    name: "stakes", file: "stakes.csv.gz", format: .csv, accountColumn: "staker",
    conditions: [.init(column: "pool", texts: ["A"])],
    columns: [
      column("highest", acme), column("share", .share), column("running", .integer),
      column("seconds", .integer),
    ],
    time: TimeColumn(column: "height", table: "blocks"), window: .trailing(2_592_000),
    series: Series(
      origin: .events(
        PositionEvents(effect: .change, amount: column("wei", acme), period: 43_200)),
      value: acme, minimumHolding: 5400, measures: [.highest, .share, .running, .seconds])),
  SourceDeclaration(
    name: "loans", file: "loans.jsonl", format: .jsonl, columns: [column("held", usd)],
    time: TimeColumn(column: "moment"),
    series: Series(
      origin: .events(
        PositionEvents(
          effect: .kinds(
            column: "action",
            kinds: [
              .init(name: "supply", effect: .add), .init(name: "mint", effect: .add),
              .init(name: "redeem", effect: .take), .init(name: "pass", effect: .move),
              .init(name: "approve", effect: .none), .init(name: "Approve", effect: .none),
            ], target: "receiver"),
          amount: column("value", .amount(token: "USD_2", decimals: 6, unit: nil)))),
      value: usd, measures: [.held],
      exclude: [.init(account: account(0xFE), reason: "The treasury lends to itself.")]),
    received: ReceivedColumn(column: "noted", epochs: weeks)),
  SourceDeclaration(
    name: "debts", file: "debts.csv", format: .csv,
    columns: [column("average", usd), column("held", usd), column("lowest", usd)],
    time: TimeColumn(column: "moment"),
    window: .fixed(start: Timestamp(1_767_225_600), end: Timestamp(1_782_907_200)),
    series: Series(
      origin: .events(
        PositionEvents(
          effect: .balance,
          amount: column("debt", .amount(token: "USD_2", decimals: 6, unit: nil)),
          order: ["height", "log"])), value: usd, measures: [.average, .held, .lowest])),
  SourceDeclaration(
    name: "vault-shares", file: "v.csv", format: .csv,
    columns: [column("held", .decimal(DecimalFormat(places: 3)))], time: TimeColumn(column: "at"),
    series: Series(
      origin: .events(
        PositionEvents(
          effect: .transfer(target: "to"),
          amount: column("n", .decimal(DecimalFormat(places: 3))))),
      value: .decimal(DecimalFormat(places: 3)), measures: [.held])),
  SourceDeclaration(
    name: "nfts", file: "nfts.csv", format: .csv, columns: [column("held", .integer)],
    time: TimeColumn(column: "at"),
    series: Series(
      origin: .events(PositionEvents(effect: .change, amount: nil)), value: .integer,
      measures: [.held])),
  SourceDeclaration(
    name: "seen", file: "", format: .csv,
    columns: [column("share", .share), column("running", .integer), column("held", acme)],
    series: Series(
      origin: .lookThrough(
        LookThrough(deposits: "stakes", vault: account(0xA9), shares: "vault-shares")),
      value: acme, measures: [.share, .running, .held])),
  SourceDeclaration(
    name: "quests", file: "quests.jsonl", format: .jsonl,
    columns: [column("level", .integer), column("since", .time)],
    time: TimeColumn(column: "done"), window: .trailing(604_800),
    received: ReceivedColumn(column: "since", within: 172_800, epochs: weeks)),
]

private let weeks = EpochSchedule(start: Timestamp(1_798_761_600), length: 604_800, count: 4)

private func weighted(
  _ name: String, _ campaign: String, _ budget: String, _ source: String, _ column: String,
  _ rounding: RoundingRule, _ emission: Emission
) -> Program {
  Program(
    name: name, kind: .airdrop, campaign: campaign, budget: units(budget),
    recipients: .source(source), basis: .weights(column: column), rounding: rounding,
    emission: emission)
}

private func overTime(
  _ name: String, _ kind: Program.Kind, _ source: String, _ column: String
) -> Program {
  Program(
    name: name, kind: kind, campaign: "at-once", budget: units("9" + eighteenZeros),
    recipients: .source(source), basis: .weights(column: column))
}

private let programs = [
  Program(
    name: "given", kind: .airdrop, campaign: "team", budget: units("1000000000000000000001"),
    recipients: .source("users"), basis: .givenAmounts(column: "raw"), unallocated: .carry,
    exclude: [
      PlannedExclusion(
        account: account(255),
        reason: "An exchange's address; its \"customers\" claim themselves.")
    ]),
  weighted(
    "flat", "open", "100000000" + eighteenZeros, "users", "Paid out", .javascript, .constant),
  Program(
    name: "falling", kind: .airdrop, campaign: "open", budget: units("1" + eighteenZeros),
    recipients: .source("lines"), basis: .weights(column: "points"), rounding: .halfUp,
    shareOf: units("250000000000000000"), emission: .linearDecay),
  weighted(
    "halving", "at-once", "1" + eighteenZeros, "other", "points", .largestRemainder,
    .exponentialDecay(halfLife: 2)),
  weighted(
    "stated", "open", "1" + eighteenZeros, "lines", "points", .largestRemainder,
    .table([
      units("250000000000000000"), .zero, units("500000000000000000"),
      units("250000000000000000"),
    ])),
  Program(
    name: "jury", kind: .airdrop, campaign: "open", budget: units("1" + eighteenZeros),
    recipients: .source("appeals"), basis: .givenAmounts(column: "amount"), unallocated: .carry),
  Program(
    name: "round", kind: .grants, campaign: "at-once", budget: units("4" + eighteenZeros),
    recipients: .source("gifts"),
    basis: .matched(
      Matching(
        contributor: "donor", contribution: "given", method: .pairwise(bound: 2_500_000),
        surplus: .share, minimum: 10_000, maximum: 5_000_000))),
  Program(
    name: "plain-round", kind: .grants, campaign: "at-once", budget: units("4" + eighteenZeros),
    recipients: .source("gifts"),
    basis: .matched(
      Matching(contributor: "donor", contribution: "paid", method: .quadratic))),
  Program(
    name: "lots", kind: .raffle, campaign: "open", budget: units("3" + eighteenZeros),
    recipients: .source("lines"), basis: .weights(column: "points"),
    raffle: Raffle(
      seedHash: Keccak256.hash(bytes32(7)), beacon: "block 21000000 of chain 1",
      prizes: .stated([units("2" + eighteenZeros), units("1" + eighteenZeros)]),
      reveal: Raffle.Reveal(seed: bytes32(7), beaconValue: bytes32(9)))),
  Program(
    name: "people", kind: .premine, group: "Founders & friends", insiders: true,
    campaign: "monthly", budget: units("3000001"),
    recipients: .inline([
      InlineRecipient(account: account(0xA1), amount: units("3000000"), label: "Alice"),
      InlineRecipient(account: account(0xA2), amount: units("1")),
    ]), basis: .givenAmounts(column: nil)),
  overTime("stake", .staking, "stakes", "share"),
  overTime("lend", .lending, "debts", "average"),
  overTime("provide", .liquidity, "seen", "held"),
  overTime("own", .hold, "nfts", "held"),
  overTime("yield", .fees, "debts", "lowest"),
  overTime("quest", .tasks, "quests", "level"),
  overTime("trade", .trading, "quests", "since"),
]

/// What `fullPlanText` means, written out by hand.
let fullPlan = Plan(
  name: "Everything: a plan", law: 1, launch: Timestamp(1_798_859_045),
  tokens: [
    Token(
      name: "ACME", symbol: "$ACME", decimals: 18,
      supply: units("1000000000" + eighteenZeros)),
    Token(name: "USD_2", symbol: "USD_2", decimals: 6),
    Token(name: "Point", symbol: "P", decimals: 0, supply: units("7")),
  ], campaigns: campaigns, sources: sources + sourcesOverTime,
  epochs: weeks,
  programs: programs, clusters: Clusters(source: "lines", column: "points"),
  guards: [
    ConcentrationGuard(
      measure: .largest, bound: .atMost(Share(billionths: 125_000_000)), token: "ACME"),
    ConcentrationGuard(
      measure: .top(10), bound: .atMost(Share(billionths: 600_000_000)), holder: .account,
      moment: .launch, token: "USD_2"),
    ConcentrationGuard(
      measure: .gini, bound: .atMost(Share(billionths: 850_000_000)), holder: .cluster,
      moment: .every, token: "ACME"),
    ConcentrationGuard(
      measure: .herfindahl, bound: .atMost(Share(billionths: 1)), moment: .fullyVested,
      token: "ACME"),
    ConcentrationGuard(
      measure: .nakamoto(above: Share(billionths: 500_000_000)), bound: .atLeast(4),
      moment: .time(Timestamp(1_830_297_600)), token: "ACME"),
    ConcentrationGuard(measure: .insiders, bound: .atMost(.whole), token: "ACME"),
  ])
