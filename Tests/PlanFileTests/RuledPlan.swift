/// A plan that has what `fullPlanText` has not: rules of actions and trades, pools, prices, rates,
/// expressions and redirects.
let ruledPlanText = """
  version: 1
  name: Rules
  tokens:
    - {name: ACME, decimals: 18, supply: 1000}
    - {name: LP, decimals: 6}
  campaigns: [{name: main, token: ACME}]
  epochs: {start: 2027-01-01, length: 1w, count: 4}
  sources:
    - name: oracle
      file: oracle.csv
      time: at
      observations: {value: answer, places: 8, notation: scientific, excess: half_even}
    - {name: market, file: market.csv, time: at, observations: {value: usd, places: 8}}
    - name: pool
      file: swaps.csv
      time: at
      price: {tick: tick, sqrt_price: root, volume: swapped, order: [block, log]}
      bad_rows: quarantine
    - name: ranges
      file: positions.csv
      time: at
      ranges: {lower: low, upper: high, liquidity: change, price: pool, out_of_range: true}
      columns: [in_range, amount0, amount1, fees]
    - {name: staked, file: staked.csv, time: at, positions: {amount: n, token: ACME}}
    - {name: owed, file: owed.csv, time: at, positions: {amount: n, token: ACME}}
    - {name: net, balance: staked - owed * 0.5, token: ACME, minimum_holding: 1h}
    - {name: parts, balance: number(staked) * 0.5, places: 4}
    - name: income
      file: income.csv
      time: at
      duplicates: sum
      columns: [{name: taken, type: amount, token: ACME}]
    - name: quests
      file: quests.jsonl
      statements: tasks
      signers: [0x00000000000000000000000000000000000000b1]
      limits:
        - {where: {task: [intro, login]}, each: task, per: 1d, at_most: 1}
        - {at_most: 100, of: points}
    - name: trades
      file: trades.csv
      time: at
      duplicates: sum
      columns:
        - {name: maker, type: address}
        - {name: volume, type: integer}
        - {name: side, type: word}
        - {name: pair, type: word}
        - {name: at, type: time}
      wash:
        counterparty: maker
        volume: volume
        same_cluster: drop
        round_trip: 1h
        side: side
        market: pair
        pair_cap: 10%
    - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
    - name: gifts
      file: gifts.csv
      duplicates: sum
      columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]
    - {name: moved, file: moved.csv, columns: [{name: target, type: address}]}
  prices:
    - {name: acme, sources: [oracle, market], at: average, stale_after: 1h, deviation: 2.5%,
       at_least: 1}
  clusters: {source: people, column: person}
  redirects:
    - account: 0x00000000000000000000000000000000000000a1
      to: 0x00000000000000000000000000000000000000a2
      reason: Lost its key.
    - {source: moved, to: target}
  programs:
    - name: shared
      kind: fees
      campaign: main
      budget: {source: income, column: taken, part: 50%}
      from: staked
      weight: held
    - {name: provided, kind: liquidity, campaign: main, budget: 3, from: ranges, weight: fees}
    - {name: paid, kind: staking, campaign: main, budget: 3, from: staked, weight: held,
       rate: {amount: 0.05, per: 1d, for: 100}}
    - {name: earned, kind: lending, campaign: main, budget: 3, from: net, weight: held,
       apr: {part: 12%, price: acme, reward_price: acme}}
    - {name: halved, kind: lending, campaign: main, budget: 3, from: parts, weight: held}
    - {name: quest, kind: tasks, campaign: main, budget: 3, from: quests, weight: points}
    - name: traded
      kind: trading
      campaign: main
      budget: 3
      from: trades
      filter: volume > 5
      values: [{name: root, value: "sqrt(volume, 2)"}]
      weight: root
      cap: 10%
      cap_per: cluster
      floor: 0.1
      below_floor: raise
      unit: 0.01
    - {name: even, kind: raffle, campaign: main, budget: 3, from: people, raffle: {beacon: later,
       winners: 3, seed_hash: 0xa66cc928b5edb82af9bd49922954155ab7b0942694bea4ce44661d9a8736c688}}
    - name: round
      kind: grants
      campaign: main
      budget: 3
      from: gifts
      contributor: donor
      contribution: given
      contributor_filter: people.person > 0
      match: quadratic

  """

/// Changes of `ruledPlanText`, each of which decides about money, and no two in the same way.
let ruledChanges: [[Edit]] = [
  [
    Edit("places: 8, notation: scientific", "places: 9, notation: scientific"),
    Edit("{value: usd, places: 8}", "{value: usd, places: 9}"),
  ],
  [Edit("tick: tick", "tick: ticks")],
  [Edit("sqrt_price: root", "sqrt_price: roots")],
  [Edit(", volume: swapped", "")],
  [Edit("order: [block, log]", "order: [log, block]")],
  [Edit("    bad_rows: quarantine\n", "")],
  [Edit("lower: low", "lower: lowest")],
  [Edit("upper: high", "upper: highest")],
  [Edit("liquidity: change", "liquidity: changed")],
  [Edit(", out_of_range: true", "")],
  [Edit("amount0, amount1, fees]", "amount1, fees]")],
  [Edit("owed * 0.5, token", "owed * 0.6, token")],
  [Edit(", minimum_holding: 1h", "")],
  [Edit("places: 4", "places: 5")],
  [Edit("where: {task: [intro, login]}", "where: {task: intro}")],
  [Edit("each: task, ", "")],
  [Edit("per: 1d, at_most: 1}", "per: 2d, at_most: 1}")],
  [Edit("at_most: 1}", "at_most: 2}")],
  [Edit("at_most: 100, of: points", "at_most: 101, of: points")],
  [Edit("at_most: 100, of: points", "at_most: 100")],
  [
    Edit("volume: volume\n", "volume: volume2\n"),
    Edit(
      "{name: side, type: word}", "{name: side, type: word}\n      - {name: volume2, type: integer}"
    ),
  ],
  [Edit("      same_cluster: drop\n", "")],
  [Edit("round_trip: 1h", "round_trip: 2h")],
  [Edit("side: side", "side: pair")],
  [Edit("      market: pair\n", "")],
  [Edit("pair_cap: 10%", "pair_cap: 11%")],
  [Edit("sources: [oracle, market]", "sources: [oracle]")],
  [Edit("at: average", "at: end")],
  [Edit("stale_after: 1h", "stale_after: 2h")],
  [Edit("deviation: 2.5%", "deviation: 2.6%")],
  [Edit("at_least: 1}", "at_least: 2}")],
  [Edit("00a2\n    reason", "00a3\n    reason")],
  [Edit("part: 50%", "part: 51%")],
  [Edit("amount: 0.05", "amount: 0.06")],
  [Edit("per: 1d, for: 100", "per: 2d, for: 100")],
  [Edit(", for: 100", "")],
  [Edit("part: 12%", "part: 13%")],
  [Edit(", reward_price: acme", "")],
  [Edit("price: acme, reward", "reward")],
  [Edit("filter: volume > 5", "filter: volume > 6")],
  [Edit("sqrt(volume, 2)", "sqrt(volume, 3)")],
  [Edit("cap: 10%\n    cap_per", "cap: 11%\n    cap_per")],
  [Edit("    cap_per: cluster\n", "")],
  [Edit("floor: 0.1\n", "floor: 0.2\n")],
  [Edit("below_floor: raise", "below_floor: leave")],
  [Edit("unit: 0.01", "unit: 0.02")],
  [Edit("person > 0", "person > 1")],
]
