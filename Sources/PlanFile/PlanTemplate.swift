/// What `sluice init` writes: a plan that works as it stands and explains itself.
public enum PlanTemplate {
  public static let planName = "plan.yaml"
  public static let recipientsName = "recipients.csv"

  public static let plan = """
    # A Sluice plan: your tokens, who earns what by which rule, and how it is paid.
    # Check it with `sluice check plan.yaml`; every key is described in docs/reference/plan.md.
    version: 1
    name: My launch

    # The tokens you distribute. `decimals` is what the token's contract says, often 18.
    # All amounts in this file are whole tokens: 1000, 0.5 - never base units, never 1e21.
    tokens:
      - name: TOKEN
        decimals: 18
        supply: 1000000000

    # A campaign is one token on one chain, paid by one distributor contract under one vesting
    # schedule. People claim per campaign.
    campaigns:
      # Free at once.
      - name: community
        token: TOKEN
      # Nothing for a year, then evenly over the four years that count from the start.
      - name: team
        token: TOKEN
        vesting:
          shape: linear          # or steps, tranches, exponential, immediate
          start: 2027-01-01T00:00:00Z
          cliff: 365d
          duration: 1460d
        # As long as a campaign has no `deployment`, bundles are drafts: good to look at, not to
        # pay. Fill this in when the contracts are there:
        # deployment:
        #   chain: 1
        #   distributor: 0x...
        #   token: 0x...
        #   creator: 0x...
        #   salt: 0x...            # 32 bytes of your choice
        #   roles:
        #     owner: 0x...         # funds it
        #     publisher: 0x...     # proposes roots
        #     guardian: 0x...      # may veto a root

    # The files that are read, relative to the folder of this plan (or to --inputs).
    sources:
      - name: recipients
        file: recipients.csv     # .csv or .jsonl, also .gz
        columns:
          - name: points
            type: integer
          # An amount column says its token and unit: `token` for whole tokens, `base` for base
          # units.
          # - {name: amount, type: amount, token: TOKEN, unit: token}
        duplicates: refuse       # or sum: rows of the same account are added

    # Programs: one rule with a budget each.
    programs:
      # Split the budget in proportion to a column ...
      - name: early-users
        kind: airdrop
        campaign: community
        budget: 5%               # of the supply, or an amount such as 50000000
        from: recipients
        weight: points           # or `amount: <column>` to pay amounts as they are given
        # A weight may be an expression, and a filter says who takes part:
        # weight: sqrt(points) + 10
        # filter: points >= 5
        # exclude:
        #   - account: 0x...
        #     reason: An exchange's deposit address.

      # ... or write recipients and amounts right here; they add up to the budget.
      - name: founders
        kind: premine
        campaign: team
        budget: 200000000
        recipients:
          - account: 0x00000000000000000000000000000000000a11ce
            amount: 120000000
            label: Alice
          - account: 0x0000000000000000000000000000000000000b0b
            amount: 80000000
            label: Bob

    """

  public static let recipients = """
    account,points
    0x1000000000000000000000000000000000000001,120
    0x1000000000000000000000000000000000000002,45
    0x1000000000000000000000000000000000000003,3
    0x1000000000000000000000000000000000000004,830

    """
}
