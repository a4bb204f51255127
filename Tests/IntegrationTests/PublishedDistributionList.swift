import CanonicalJSON
import TestKit
import Testing

extension PublishedDistribution {
  static let all: [PublishedDistribution] = [
    PublishedDistribution(
      folder: "audius/2020-10", plan: "audius.yaml",
      amounts: { distribution in
        let rows = try distribution.json("merkle-input.json.gz").elements ?? []
        return try Dictionary(
          uniqueKeysWithValues: rows.map {
            (
              try #require($0["address"]?.text).lowercased(), try #require($0["earnings"]?.text)
            )
          })
      }),
    PublishedDistribution(
      folder: "balancer_lm/merge-week64", plan: "balancer-merge.yaml",
      amounts: { distribution in
        try Self.amounts("output.csv.gz", "account", "amount_decimal")(distribution)
          .mapValues(Self.units)
      }, tree: ["--encoding", "account-amount-sorted"]),
    PublishedDistribution(
      folder: "balancer_lm/redirect-week13", plan: "balancer-redirect.yaml",
      files: { distribution in
        var input = "account,amount_decimal\n"
        for row in try distribution.rows("input.csv.gz") {
          input += "\(try #require(row["account"])),\(try #require(row["amount_decimal"]))\n"
        }
        var moved = "account,to\n"
        for entry in try distribution.json("redirect.json").members ?? [] {
          moved += "\(entry.key),\(try #require(entry.value.text))\n"
        }
        return ["input.csv": input, "redirect.csv": moved]
      },
      amounts: { distribution in
        try Self.amounts("output.csv.gz", "account", "amount_decimal")(distribution)
          .mapValues(Self.units)
      }),
    PublishedDistribution(
      folder: "clrfund_qf/ethstaker-vector", plan: "clrfund-alpha.yaml", files: Self.tallies,
      amounts: { distribution in
        let amounts = try distribution.json("expected_amounts.json").elements?.map(\.text) ?? []
        return Dictionary(
          uniqueKeysWithValues: try amounts.enumerated().compactMap { index, amount in
            let amount = try #require(amount)
            return amount == "0" ? nil : (Self.account(index), amount)
          })
      }),
    PublishedDistribution(
      folder: "clrfund_qf/round-0x18604d04", plan: "clrfund-linear.yaml", files: Self.tallies,
      amounts: { distribution in
        let projects = try distribution.json("expected.projects.json").elements ?? []
        return Dictionary(
          uniqueKeysWithValues: try projects.compactMap { project in
            let amount = try #require(project["allocatedAmount"]?.text)
            let index = try #require(project["recipientIndex"]?.wholeNumber)
            return amount == "0" ? nil : (Self.account(index), amount)
          })
      }),
    PublishedDistribution(
      folder: "kleros_pnk/formula-2026-08", plan: "kleros.yaml",
      files: { distribution in
        let vector = try distribution.json("vector.json")
        let header = try ["lastamount", "totalPNKStaked", "adjustedSupply"].map {
          try #require(vector[$0]?.text)
        }
        var text = "account,last,staked,supply,billionths\n"
        for ratio in vector["ratio_basis"]?.members ?? [] {
          let chain = try #require(Int(ratio.key))
          text +=
            "\(Self.account(chain)),\(header.joined(separator: ",")),"
            + "\(try #require(ratio.value.text))\n"
        }
        return ["input.csv": text]
      },
      amounts: { distribution in
        let drops = try distribution.json("vector.json")["drops"]?.members ?? []
        return Dictionary(
          uniqueKeysWithValues: try drops.map {
            (Self.account(try #require(Int($0.key))), try #require($0.value.text))
          })
      }),
    PublishedDistribution(
      folder: "morpho/vaults-age2-epoch3", plan: "morpho-vaults.yaml",
      files: { distribution in
        var text = "vault,account,amount\n"
        for vault in try distribution.json("vaults.json").members ?? [] {
          for row in vault.value["amounts"]?.members ?? [] {
            text += "\(vault.key),\(row.key),\(try #require(row.value.text))\n"
          }
        }
        return ["vaults.csv": text]
      },
      amounts: { distribution in
        Dictionary(
          uniqueKeysWithValues: try (distribution.json("merged.json").members ?? []).map {
            ($0.key.lowercased(), try #require($0.value.text))
          })
      }, tree: ["--encoding", "account-amount-file-order"],
      list: { distribution, amounts in
        let order = try distribution.json("merged.json").members?.map { $0.key.lowercased() } ?? []
        return "account,amount\n"
          + order.map { "\($0),\(amounts[$0] ?? "0")\n" }.joined()
      }),
    Self.optimism,
    PublishedDistribution(
      folder: "rocketpool/testnet-62-attestations", plan: "rocketpool-attestations.yaml",
      amounts: Self.amounts("minipools.csv.gz", "minipool", "ethEarned")),
    Self.threshold("2022-07-15", "2022-07"), Self.threshold("2022-11-01", "2022-11"),
    Self.threshold("2022-12-01", "2022-12"), Self.threshold("2025-03-01", "2025"),
    Self.threshold("2025-04-01", "2025"), Self.penalties,
  ]

  /// Projects have a made account each, by their place in the list of projects.
  private static let optimism = PublishedDistribution(
    folder: "optimism_retrofunding/S7-M5", plan: "optimism.yaml",
    files: { distribution in
      let projects = try distribution.rows("onchain__project_metadata.csv.gz")
      var text = "project_id,account\n"
      for (number, project) in projects.enumerated() {
        text += "\(try #require(project["project_id"])),\(Self.account(number))\n"
      }
      return ["accounts.csv": text]
    }, copied: ["onchain__project_metadata.csv.gz", "onchain__metrics_by_project.csv.gz"],
    amounts: { distribution in
      let projects = try distribution.rows("onchain__project_metadata.csv.gz").compactMap {
        $0["project_name"]
      }
      let rewards = try Self.amounts("expected.csv", "op_atlas_id", "op_reward")(distribution)
      return Dictionary(
        uniqueKeysWithValues: projects.enumerated().compactMap { number, project in
          guard let reward = rewards[project], !reward.isEmpty, reward != "0.0" else { return nil }
          return (Self.account(number), Self.units(reward))
        })
    })

  /// Rituals that a node failed are a list per node in the case, and a row each in the plan's file.
  private static let penalties = PublishedDistribution(
    folder: "threshold/2025-04-01/details", plan: "threshold-penalties.yaml",
    files: { distribution in
      var potential = "account,amount\n"
      for node in try distribution.json("PotentialRewards.json.gz").members ?? [] {
        potential += "\(node.key),\(try #require(node.value["amount"]?.text))\n"
      }
      var failures = "account,count\n"
      for node in try distribution.json("NodesFailures.json.gz").members ?? [] {
        failures += "\(node.key),\(try #require(node.value.elements).count)\n"
      }
      return ["potential.csv": potential, "failures.csv": failures]
    },
    amounts: { distribution in
      let earned = try distribution.json("EarnedRewards.json.gz").members ?? []
      return Dictionary(
        uniqueKeysWithValues: try earned.compactMap { node in
          let amount = try #require(node.value["amount"]?.text)
          return amount == "0" ? nil : (node.key.lowercased(), amount)
        })
    })

  private static func threshold(_ date: String, _ plan: String) -> PublishedDistribution {
    PublishedDistribution(
      folder: "threshold/\(date)", plan: "threshold-\(plan).yaml",
      amounts: Self.amounts("claims.csv.gz", "stakingProvider", "cumulative_amount"),
      tree: ["--encoding", "threshold"],
      list: { distribution, amounts in
        var text = "stakingProvider,beneficiary,cumulative_amount\n"
        for row in try distribution.rows("input_TotalRewards.csv.gz") {
          let provider = try #require(row["stakingProvider"])
          let amount = amounts[provider.lowercased()] ?? "0"
          text += "\(provider),\(try #require(row["beneficiary"])),\(amount)\n"
        }
        return text
      })
  }

  /// Accounts for published rows that have a number only.
  static func account(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0xaa" + String(repeating: "0", count: 38 - digits.count) + digits
  }

  /// A row per project of a round, whose file has a list per column.
  private static func tallies(_ distribution: Self) throws -> [String: String] {
    let input = try distribution.json("input.json")
    let tally = try #require(input["tally"]?.elements)
    let spent = try #require(input["spent"]?.elements)
    var text = "account,tally,spent\n"
    for (index, pair) in zip(tally, spent).enumerated() {
      text +=
        "\(Self.account(index)),\(try #require(pair.0.text)),\(try #require(pair.1.text))\n"
    }
    return ["input.csv": text]
  }
}
