/// Changes of `fullPlanText` that change nothing of what it means.
let sameMeanings: [[Edit]] = [
  [Edit("per: account, at: launch, ", "")],
  [Edit("at_most: 12.5%, ", "at: launch, per: account, at_most: 12.50%, ")],
  [Edit("at: 2028-01-01", "at: 2028-01-01T00:00:00Z")],
  [Edit("law: 1\n", "")],
  [Edit("name: \"Everything: a plan\"", "name: 'Everything: a plan'   # the same")],
  [Edit("supply: 1000000000", "supply: \"1000000000.000\"")],
  [Edit("{name: USD_2, decimals: 6}", "{decimals: 6, symbol: USD_2, name: USD_2}")],
  [Edit("label: Alice # not Bob", "label: Carol")],
  [Edit("        label: Alice # not Bob\n", "")],
  [Edit("file: lists/users.csv.gz", "file: elsewhere.csv")],
  [Edit("account: wallet", "account: owner")],
  [Edit("file: lines.ndjson", "file: lines.csv")],
  [Edit("format: jsonl", "format: csv")],
  [Edit("token: USD_2, unit: token}", "token: USD_2}")],
  [Edit("    duplicates: refuse\n", "")],
  [Edit("places: 6}", "places: 6, excess: refuse, notation: plain}")],
  [Edit("places: 18, notation: scientific", "places: 18")],
  [Edit("chain: [OPTIMISM, BASE, BASE]", "chain: [BASE, OPTIMISM]")],
  [
    Edit(
      "is_eligible: True, chain: [OPTIMISM, BASE, BASE]",
      "chain: [BASE, OPTIMISM], is_eligible: [True]")
  ],
  [Edit("within: [data, projects]\n", "within: projects\n")],
  [Edit("account: payout_address", "account: payout")],
  [Edit("received: noted", "received: {column: noted}")],
  [Edit("received: noted", "received: {within: 0s, column: noted}")],
  [Edit("name: given\n", "name: given\n    insiders: false\n")],
  [Edit("prizes: [2, 1]", "prizes: [2.0, 1]")],
  [Edit("pairwise_bound: 2.5", "pairwise_bound: 2.500")],
  [Edit("contribution: paid, match", "surplus: carry, contribution: paid, match")],
  [Edit("budget: 10%", "budget: 100000000")],
  [Edit("budget: 10%", "budget: 10.0000000%")],
  [Edit("amount: 3\n", "amount: 3.000000\n")],
  [Edit("initial: 2.5%", "initial: 2.50%")],
  [Edit("cliff: 365d", "cliff: 8760h")],
  [Edit("window: 1d12h", "window: 36h")],
  [Edit("expiry: 2040-01-01", "expiry: 2040-01-01T00:00:00Z")],
  [Edit("terms: {}", "terms: {window: 1d, claims: anyone, expiry: never}")],
  [Edit("vesting: {shape: immediate}", "# at once")],
  [Edit("terms: {expiry: never, claims: anyone, window: 24h}", "# as usual")],
  [Edit("every: 1w", "every: 7d")],
  [Edit("length: 1w", "length: 168h")],
  [
    Edit("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
  ],
  [Edit("symbol: $ACME", "symbol: \"$ACME\"")],
  [Edit("half_life: 2}", "half_life: \"2\"}")],
  [Edit("file: moved.jsonl", "file: statements/moved.jsonl.gz")],
  [Edit("{name: open, type: integer}", "{name: open, type: integer, private: false}")],
  [
    Edit("      - 0x00000000000000000000000000000000000000b2\n", ""),
    Edit("00b1\n", "00b1\n      - 0x00000000000000000000000000000000000000b2\n"),
  ],
  [Edit("rounding: half-up", "rounding: \"half-up\"")],
  [Edit("    no_rows: allow\n", "")],
  [Edit("share_of: 0.25", "share_of: 0.250")],
  [Edit("max_contribution: 5", "max_contribution: 5.0")],
  [Edit("file: blocks.csv", "file: times.jsonl")],
  [Edit("file: nfts.csv", "file: nfts.json, within: rows, account: owner, no_rows: allow")],
  [Edit("positions: {}", "positions: {effect: change}, minimum_holding: 0s, window: epoch")],
  [Edit("positions: {}", "positions: {}, columns: [held]")],
  [Edit("window: 30d", "window: 720h")],
  [Edit("columns: [highest, share, seconds]", "columns: [highest, share, running, seconds]")],
  [Edit("token: ACME, unit: base, every: 12h", "token: ACME, unit: token, every: 720m")],
  [Edit("minimum_holding: 90m", "minimum_holding: 1h30m")],
  [Edit("adds: [supply, mint]", "adds: [mint, supply]")],
  [Edit("takes: redeem", "takes: [redeem]")],
  [Edit("      kind: action\n", "      effect: kinds\n      kind: action\n")],
  [Edit("positions: {effect: transfer, amount", "positions: {to: to, amount")],
  [Edit("end: 2026-07-01T12:00:00Z}", "end: \"2026-07-01T12:00:00Z\"}")],
  [Edit("00a9\n", "00A9\n")],
  [Edit("token: USD_2}\n      - {name: paid", "token: USD_2, empty: refuse}\n      - {name: paid")],
  [
    Edit(
      "a1\n        amount: 3\n        label: Alice # not Bob\n", "A2\n        amount: 0.000001\n"),
    Edit("a2\n        amount: 0.000001\n", "a1\n        amount: 3\n"),
  ],
]

/// Changes of `fullPlanText`, each of which decides about money, and no two in the same way.
let otherMeanings: [[Edit]] =
  tokenChanges + campaignChanges + sourceChanges + seriesChanges + clusterChanges + guardChanges
  + programChanges

private let tokenChanges: [[Edit]] = [
  [Edit("decimals: 18", "decimals: 19")],
  [Edit("decimals: 6}", "decimals: 7}")],
  [
    Edit("supply: 1000000000", "supply: 1000000000.000000000000000001"),
    Edit("budget: 10%", "budget: 100000000"),
  ],
  [Edit("supply: 7}", "supply: 8}")],
  [Edit(", supply: 7}", "}")],
]

private let campaignChanges: [[Edit]] = [
  [
    Edit("- name: open\n    token: ACME", "- name: open\n    token: Point"),
    Edit("budget: 10%", "budget: 1"),
    Edit("amounts: [0.25, 0, 0.5, 0.25]", "amounts: [1, 0, 0, 0]"),
    Edit("share_of: 0.25", "share_of: 1"),
    Edit("statements: corrections\n    token: ACME", "statements: corrections\n    token: Point"),
  ],
  [
    Edit("shape: immediate", "shape: linear, start: 2027-01-01, duration: 1d"),
    Edit(",\n     emission: {shape: exponential-decay, half_life: 2}", ""),
  ],
  [Edit("start: 2027-01-01T12:30:59Z", "start: 2027-01-01T12:31:00Z")],
  [Edit("initial: 2.5%", "initial: 2.5000001%")],
  [Edit("      initial: 2.5%\n", "")],
  [Edit("cliff: 365d", "cliff: 366d")],
  [Edit("duration: 1460d", "duration: 1461d")],
  [Edit("shape: linear\n", "shape: exponential\n      half_life: 90d\n")],
  [Edit("window: 1d12h", "window: 1d13h")],
  [Edit("expiry: 2040-01-01", "expiry: 2040-01-02")],
  [Edit("expiry: 2040-01-01", "expiry: never")],
  [Edit("claims: account", "claims: anyone")],
  [Edit("maximum_increase: 0.000000000000000001", "maximum_increase: 0.000000000000000002")],
  [Edit("      maximum_increase: 0.000000000000000001\n", "")],
  [Edit("chain: 8453", "chain: 8454")],
  [
    Edit(
      "distributor: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "distributor: 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaee")
  ],
  [
    Edit("0000000000000000000000000000000000000001\n", "000000000000000000000000000000000000000c\n")
  ],
  [
    Edit(
      "creator: 0x0000000000000000000000000000000000000002",
      "creator: 0x000000000000000000000000000000000000000c")
  ],
  [Edit("salt: 0x00", "salt: 0x01")],
  [
    Edit(
      "owner: 0x0000000000000000000000000000000000000004",
      "owner: 0x000000000000000000000000000000000000000c")
  ],
  [
    Edit(
      "publisher: 0x0000000000000000000000000000000000000005",
      "publisher: 0x000000000000000000000000000000000000000c")
  ],
  [
    Edit(
      "guardian: 0x0000000000000000000000000000000000000006",
      "guardian: 0x000000000000000000000000000000000000000c")
  ],
  [Edit("start: 2028-02-29", "start: 2028-02-28")],
  [Edit("every: 3 months", "every: 4 months")],
  [Edit("every: 3 months", "every: 90d")],
  [Edit("count: 8", "count: 9")],
  [Edit("initial: 0.0000001%", "initial: 0.0000002%")],
  [Edit("every: 1w", "every: 8d")],
  [Edit("count: 100000", "count: 99999")],
  [Edit("at: 2027-07-01T00:00:00Z", "at: 2027-07-01T00:00:01Z")],
  [Edit("33.3333333%", "33.3333334%"), Edit("66.6666667%", "66.6666666%")],
  [Edit("half_life: 1h30m", "half_life: 91m")],
  [Edit("cliff: 90s", "cliff: 91s")],
  [Edit("duration: 7d", "duration: 8d")],
]

private let sourceChanges: [[Edit]] = [
  [Edit("duplicates: sum", "duplicates: refuse")],
  [Edit("duplicates: refuse", "duplicates: sum")],
  [
    Edit(
      "{name: Paid out, type: amount, token: USD_2, unit: token}", "{name: Paid out, type: integer}"
    )
  ],
  [
    Edit(
      "{name: Paid out, type: amount, token: USD_2, unit: token}",
      "{name: Paid out, type: amount, token: ACME}")
  ],
  [Edit("{name: open, type: amount, token: ACME}", "{name: opened, type: amount, token: ACME}")],
  [Edit("      - {name: open, type: amount, token: ACME}\n", "")],
  [Edit("00b1\n", "00b3\n")],
  [Edit("type: integer, private: true}", "type: integer}")],
  [Edit("{name: open, type: integer}", "{name: open, type: integer, private: true}")],
  [Edit("      - 0x00000000000000000000000000000000000000b2\n", "")],
  [
    Edit(
      "statements: redirects}",
      "statements: corrections, token: ACME, signers: [0x00000000000000000000000000000000000000b1]}"
    )
  ],
  [Edit("is_eligible: True, ", "")],
  [Edit("is_eligible: True, ", "is_eligible: true, ")],
  [Edit("is_eligible: True, ", "isEligible: True, ")],
  [Edit("[OPTIMISM, BASE, BASE]", "[OPTIMISM]")],
  [Edit("key: project_id\n    account", "key: id\n    account")],
  [Edit("{key: project_id, in", "{key: id, in")],
  [Edit("unknown_keys: skip", "unknown_keys: refuse")],
  [Edit("    bad_rows: quarantine\n", "")],
  [Edit("duplicates: drop", "duplicates: sum")],
  [Edit("duplicates: largest", "duplicates: smallest")],
  [Edit("duplicates_by: score", "duplicates_by: points")],
  [Edit("type: integer, empty: zero}", "type: integer}")],
  [Edit("places: 6}", "places: 7}")],
  [Edit("places: 6}", "places: 6, excess: down}")],
  [Edit("excess: half_even", "excess: down")],
  [Edit("{name: to, type: address}", "{name: to, type: integer}")],
  [Edit("{name: score, type: decimal, places: 6}", "{name: score, type: integer}")],
]

private let seriesChanges: [[Edit]] = [
  [Edit("key: block, times", "key: number, times")],
  [Edit("times: mined", "times: mined_at")],
  [Edit("where: {fork: main}", "where: {fork: other}")],
  [Edit("time: {key: height, in: blocks}", "time: {key: block_number, in: blocks}")],
  [Edit("time: {key: height, in: blocks}", "time: height")],
  [Edit("time: {key: height, in: blocks}", "time: blocks")],
  [Edit("where: {pool: A}", "where: {pool: B}")],
  [Edit("positions: {amount: wei", "positions: {amount: gwei")],
  [Edit("amount: wei, token: ACME, unit: base,", "amount: wei, token: Point,")],
  [Edit("amount: wei, token: ACME, unit: base,", "amount: wei, places: 18,")],
  [Edit("amount: wei, token: ACME, unit: base,", "amount: wei,")],
  [Edit("amount: wei, token: ACME, unit: base,", "")],
  [Edit("unit: base, every: 12h}", "unit: base}")],
  [Edit("every: 12h", "every: 6h")],
  [Edit("minimum_holding: 90m", "minimum_holding: 91m")],
  [Edit("    minimum_holding: 90m\n", "")],
  [Edit("window: 30d", "window: 31d")],
  [Edit("    window: 30d\n", "")],
  [Edit("columns: [highest, share, seconds]", "columns: [highest, share, opening]")],
  [Edit("columns: [highest, share, seconds]", "columns: [share, highest, seconds]")],
  [Edit("columns: [highest, share, seconds]", "columns: [running, highest, share, seconds]")],
  [Edit("kind: action", "kind: event")],
  [Edit("adds: [supply, mint]", "adds: [supply]")],
  [Edit("adds: [supply, mint]", "adds: [supply, Mint]")],
  [Edit("takes: redeem", "takes: [redeem, burn]")],
  [
    Edit("adds: [supply, mint]", "adds: [supply, redeem]"), Edit("takes: redeem", "takes: mint"),
  ],
  [Edit("      moves: pass\n", ""), Edit("      to: receiver\n", "")],
  [Edit("      to: receiver\n", "")],
  [Edit("ignores: [approve, Approve]", "ignores: [approve]")],
  [Edit("      ignores: [approve, Approve]\n", "")],
  [
    Edit(
      "{effect: balance, amount: debt, token: USD_2, order: [height, log]}",
      "{amount: debt, token: USD_2}")
  ],
  [Edit("order: [height, log]", "order: [log, height]")],
  [Edit("order: [height, log]", "order: height")],
  [Edit(", order: [height, log]", "")],
  [Edit("start: 2026-01-01, end", "start: 2026-01-02, end")],
  [Edit("end: 2026-07-01T12:00:00Z", "end: 2026-07-01T12:00:01Z")],
  [Edit("    window: {start: 2026-01-01, end: 2026-07-01T12:00:00Z}\n", "")],
  [Edit("{effect: transfer, amount: n, places: 3}", "{to: target, amount: n, places: 3}")],
  [Edit("{effect: transfer, amount: n, places: 3}", "{amount: n, places: 3}")],
  [Edit("{effect: transfer, amount: n, places: 3}", "{effect: transfer, amount: n, places: 4}")],
  [Edit("positions: {}", "positions: {to: to}")],
  [Edit("deposits: stakes", "deposits: loans")],
  [Edit("fe\n        reason: The treasury", "fd\n        reason: The treasury")],
  [Edit("lends to itself.", "lends itself.")],
  [
    Edit(
      "    exclude:\n      - account: 0x00000000000000000000000000000000000000fe\n"
        + "        reason: The treasury lends to itself.\n", "")
  ],
  [Edit("00a9\n", "00a8\n")],
  [Edit("shares: vault-shares", "shares: nfts")],
  [Edit("columns: [share, held]", "columns: [held]")],
  [Edit("time: done", "time: begun")],
  [Edit("received: noted", "received: moment_noted")],
  [Edit("received: noted", "received: {column: noted, within: 1s}")],
  [Edit("    received: noted\n", "")],
  [Edit("column: since, within: 2d", "column: until, within: 2d")],
  [Edit("within: 2d}", "within: 3d}")],
  [Edit("column: since, within: 2d", "column: since")],
  [
    Edit("    time: done\n    window: 1w\n    received: {column: since, within: 2d}\n", ""),
    Edit("kind: tasks,", "kind: airdrop,"),
    Edit("kind: trading,", "kind: airdrop,"),
  ],
  [Edit("window: 1w", "window: 2w")],
  [Edit("{name: since, type: time}", "{name: since, type: integer}")],
]

private let clusterChanges: [[Edit]] = [
  [Edit("launch: 2027-01-02T03:04:05Z\n", "")],
  [Edit("launch: 2027-01-02T03:04:05Z", "launch: 2027-01-02T03:04:06Z")],
  [Edit("clusters: {source: lines, column: points}\n", ""), Edit("per: cluster, at: every, ", "")],
  [Edit("clusters: {source: lines", "clusters: {source: other")],
  [
    Edit("lines.ndjson\n    columns: [", "lines.ndjson\n    columns: [{name: id, type: integer}, "),
    Edit("clusters: {source: lines, column: points}", "clusters: {source: lines, column: id}"),
  ],
]

private let guardChanges: [[Edit]] = [
  [Edit("measure: largest", "measure: gini")],
  [Edit("12.5%", "12.5000001%")],
  [Edit("top, count: 10", "top, count: 11")],
  [Edit("measure: top, count: 10", "measure: hhi")],
  [Edit("at_most: 85%, per: cluster", "at_most: 85%")],
  [Edit("at: every", "at: 2027-06-01")],
  [Edit("at: every, ", "")],
  [Edit("at: fully-vested", "at: every")],
  [Edit("threshold: 50%", "threshold: 51%")],
  [Edit("at_least: 4", "at_least: 5")],
  [Edit("at: 2028-01-01", "at: 2028-01-02")],
  [Edit("at: launch, token: USD_2", "at: launch, token: ACME")],
  [Edit("  - {measure: insiders, at_most: 100%, token: ACME}\n", "")],
]

private let programChanges: [[Edit]] = [
  [Edit("epochs: {start: 2027-01-01T00:00:00Z", "epochs: {start: 2027-01-01T00:00:01Z")],
  [Edit("length: 1w", "length: 8d")],
  [Edit("count: 4", "count: 5"), Edit("[0.25, 0, 0.5, 0.25]", "[0.25, 0, 0.5, 0.25, 0]")],
  [Edit("kind: premine\n    group: Founders & friends", "kind: airdrop")],
  [Edit("pairwise_bound: 2.5", "pairwise_bound: 2.6")],
  [Edit("min_contribution: 0.01", "min_contribution: 0.02")],
  [Edit("surplus: share\n    min_contribution: 0.01\n", "surplus: share\n")],
  [Edit("max_contribution: 5", "max_contribution: 6")],
  [Edit("    max_contribution: 5\n", "")],
  [Edit("share_of: 0.25", "share_of: 0.5")],
  [Edit(" share_of: 0.25,", "")],
  [Edit("contribution: given", "contribution: paid")],
  [
    Edit("contribution: given", "contribution: paid"), Edit("surplus: share\n", "surplus: carry\n"),
  ],
  [Edit("match: pairwise\n    pairwise_bound: 2.5", "match: quadratic")],
  [Edit("contribution: paid, match", "surplus: share, contribution: paid, match")],
  [Edit("beacon: block 21000000", "beacon: block 21000001")],
  [Edit("prizes: [2, 1]", "prizes: [1, 2]")],
  [Edit("prizes: [2, 1]", "winners: 2")],
  [Edit("prizes: [2, 1]", "winners: 3")],
  [
    Edit(
      "seed_hash: 0xa66cc928b5edb82af9bd49922954155ab7b0942694bea4ce44661d9a8736c688",
      "seed_hash: 0x405787fa12a823e0f2b7631cc41b3ba8828b3321ca811111fa75cd3aa3bb5ace"),
    Edit(
      " seed: 0x0000000000000000000000000000000000000000000000000000000000000007",
      " seed: 0x0000000000000000000000000000000000000000000000000000000000000002"),
  ],
  [
    Edit(
      "beacon_value: 0x0000000000000000000000000000000000000000000000000000000000000009",
      "beacon_value: 0x0000000000000000000000000000000000000000000000000000000000000008")
  ],
  [
    Edit(
      "      seed: \(word(7))\n      beacon_value: \(word(9))\n", "")
  ],
  [Edit("group: Founders & friends", "group: Founders")],
  [Edit("    group: Founders & friends\n", "")],
  [Edit("insiders: true", "insiders: false")],
  [Edit("name: given\n", "name: given\n    insiders: true\n")],
  [Edit("halving, kind: airdrop, campaign: at-once", "halving, kind: airdrop, campaign: open")],
  [Edit("budget: 1000.000000000000000001", "budget: 1000.000000000000000002")],
  [Edit("budget: 10%", "budget: 10.0000001%")],
  [Edit("amount: raw", "amount: open")],
  [Edit("weight: Paid out", "weight: points")],
  [Edit("budget: 1, from: other", "budget: 1, from: lines")],
  [Edit("rounding: half-up, share_of: 0.25, ", "")],
  [Edit("rounding: half-up, share_of: 0.25", "rounding: floor")],
  [Edit("rounding: ieee754-javascript", "rounding: ieee754-python")],
  [Edit("unallocated: carry\n    exclude", "unallocated: refuse\n    exclude")],
  [Edit("emission: {shape: constant}", "emission: {shape: linear-decay}")],
  [Edit(", emission: {shape: constant}", "")],
  [Edit("half_life: 2}", "half_life: 3}")],
  [Edit("[0.25, 0, 0.5, 0.25]", "[0.25, 0.5, 0, 0.25]")],
  [Edit("ff\n        reason", "fe\n        reason")],
  [Edit("claim themselves.", "claim for themselves.")],
  [Edit("a1\n        amount", "a3\n        amount")],
  [Edit("amount: 3\n", "amount: 2.999999\n"), Edit("amount: 0.000001\n", "amount: 0.000002\n")],
  [Edit("name: falling", "name: sinking")],
  [Edit("kind: staking", "kind: hold")],
  [Edit("kind: lending", "kind: liquidity")],
  [Edit("kind: tasks", "kind: fees")],
  [Edit("kind: trading", "kind: tasks")],
  [Edit("from: stakes, weight: share", "from: stakes, weight: seconds")],
]

/// 32 bytes that are a small number.
private func word(_ number: Int) -> String {
  "0x" + String(repeating: "0", count: 63) + "\(number)"
}
