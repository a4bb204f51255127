import TestKit

extension BadInput {
  /// A plan over tasks and trades, which is right as it stands.
  private static let plan = """
    version: 1
    name: Actions
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - name: trades
        file: trades.csv
        time: at
        window: {start: 1970-01-01, end: 1970-01-02}
        duplicates: sum
        limits: [{at_most: 9, of: volume, where: {side: buy}}]
        columns:
          - {name: maker, type: address}
          - {name: volume, type: integer}
          - {name: side, type: word}
          - {name: at, type: time}
      - {name: users, file: users.csv, columns: [{name: points, type: integer}]}
    programs:
      - {name: trade, kind: trading, campaign: main, budget: 9, from: trades, weight: volume}

    """

  private static func actions(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ old: String = "",
    _ new: String = "", trades: String = "5,\(account(1)),\(account(2)),3,buy\n"
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) { folder in
      try folder.write("at,account,maker,volume,side\n" + trades, to: "trades.csv")
      try folder.write("account,points\n\(account(1)),1\n", to: "users.csv")
      let text = old.isEmpty ? plan : plan.replacing(old, with: new)
      let path = try folder.write(text, to: "plan.yaml")
      return ["allocate", path, "--out", folder.path + "/bundle"]
    }
  }

  static let actions: [BadInput] = [
    actions(
      "a limit of rows without a time", "PLAN", "actionsWithoutTime", "Write `time: at`",
      "file: users.csv,", "file: users.csv, limits: [{at_most: 1}],"),
    actions(
      "a word with a blank at its end", "PLAN", "malformedWord", "no blank at either end",
      "{side: buy}", "{side: \"buy \"}"),
    actions(
      "a limit of nothing", "PLAN", "zeroLimit", "a limit above 0", "at_most: 9", "at_most: 0"),
    actions(
      "wash trades by clusters that are not there", "PLAN", "washWithoutClusters",
      "no `clusters` in the plan", "limits: [{at_most: 9, of: volume, where: {side: buy}}]",
      "wash: {counterparty: maker, volume: volume, same_cluster: drop}"),
    actions(
      "trading without trades", "PLAN", "programWithoutActions", "a program of kind trading",
      "from: trades, weight: volume", "from: users, weight: points"),
    actions(
      "a cell that is no word", "INPUT", "malformedWord", "1 to 32 signs of ASCII",
      trades: "5,\(account(1)),\(account(2)),3,caf\u{E9}\n"),
  ]
}
