import CanonicalJSON
import DistributionModel

/// What may stand at a place of a plan: the one table by which plans are decoded and from which
/// their JSON Schema is made.
indirect enum FieldType: Sendable {
  case name
  case text
  case path
  case integer(ClosedRange<UInt64>)
  case amount
  /// An amount or a percentage: a budget is of the supply, a floor of the epoch's budget.
  case budget
  case percentage
  case time
  /// `never` or a time.
  case expiry
  /// `launch`, `every`, `fully-vested` or a time.
  case moment
  case duration
  /// `epoch` or a duration.
  case window
  /// `ever` or a duration.
  case limitPeriod
  /// A duration or a number of months.
  case period
  case address
  case bytes32
  case choice([String])
  /// `true` or `false`.
  case flag
  /// A number or a condition of the weight language.
  case expression
  case list(FieldType)
  case object(ObjectType)
  /// One of two types, told apart by what stands there.
  case either(FieldType, FieldType)
  /// Columns of a file, and the texts that each may hold.
  case texts
}

struct FieldSpecification: Sendable {
  let name: String
  let type: FieldType
  let isRequired: Bool
  let doc: String
}

struct ObjectType: Sendable {
  let title: String
  let fields: [FieldSpecification]

  func field(_ name: String) -> FieldSpecification? { fields.first { $0.name == name } }
}

extension PlanSchema {
  private static func required(
    _ name: String, _ type: FieldType, _ doc: String
  ) -> FieldSpecification {
    FieldSpecification(name: name, type: type, isRequired: true, doc: doc)
  }

  private static func optional(
    _ name: String, _ type: FieldType, _ doc: String
  ) -> FieldSpecification {
    FieldSpecification(name: name, type: type, isRequired: false, doc: doc)
  }

  static let plan = ObjectType(
    title: "plan",
    fields: [
      required("version", .integer(1...1), "The version of the plan format."),
      required("name", .text, "What the plan is called."),
      optional("law", .integer(1...1), "The number of the law that computes it; 1 by default."),
      optional(
        "launch", .time,
        "When what is free at once comes free; the earliest date of the plan by default."),
      required("tokens", .list(.object(token)), "The tokens that are distributed."),
      required("campaigns", .list(.object(campaign)), "Where and how they are paid."),
      optional("epochs", .object(epochs), "The epochs of programs with emission."),
      optional("sources", .list(.object(source)), "The files that are read."),
      optional("prices", .list(.object(price)), "What things are worth, for expressions."),
      optional("clusters", .object(clusters), "Which accounts count as one holder."),
      optional(
        "redirects", .list(.object(redirect)), "Accounts that receive what others earn."),
      required("programs", .list(.object(program)), "Who earns what by which rule."),
      optional(
        "guards", .list(.object(guarding)),
        "Bounds on how tokens are spread, without which nothing is allocated."),
    ])

  static let token = ObjectType(
    title: "token",
    fields: [
      required("name", .name, "The name by which the plan speaks of the token."),
      optional("symbol", .text, "The symbol that people see; the name by default."),
      required(
        "decimals", .integer(0...UInt64(Token.maximumDecimals)),
        "How many decimal digits a whole token has in its contract."),
      optional("supply", .amount, "The whole supply, in whole tokens."),
    ])

  static let campaign = ObjectType(
    title: "campaign",
    fields: [
      required("name", .name, "The campaign's name."),
      required("token", .name, "The name of the token that it pays."),
      optional("vesting", .object(vesting), "When entitlements come free; at once by default."),
      optional("terms", .object(terms), "What it promises to those who claim."),
      optional(
        "deployment", .object(deployment),
        "Where it is paid; without it, bundles of the plan are drafts."),
    ])

  static let vesting = ObjectType(
    title: "vesting",
    fields: [
      required(
        "shape", .choice(["immediate", "linear", "steps", "tranches", "exponential"]),
        "How entitlements come free."),
      optional("start", .time, "When the schedule starts."),
      optional("initial", .percentage, "The part that is free at the start; 0% by default."),
      optional(
        "cliff", .duration, "Until then only the initial part is free; linear, exponential."),
      optional("duration", .duration, "From the start to the end; linear, exponential."),
      optional("half_life", .duration, "The locked part halves in this time; exponential."),
      optional("every", .period, "The time between steps; steps."),
      optional("count", .integer(1...100_000), "How many steps; steps."),
      optional("tranches", .list(.object(tranche)), "Times and their parts; tranches."),
    ])

  static let tranche = ObjectType(
    title: "tranche",
    fields: [
      required("at", .time, "When the part comes free."),
      required("share", .percentage, "The part of every entitlement."),
    ])

  static let terms = ObjectType(
    title: "terms",
    fields: [
      optional("window", .duration, "How long a new root is public before it is live; 24h."),
      optional("expiry", .expiry, "When unclaimed entitlements lapse; never by default."),
      optional(
        "claims", .choice(CampaignTerms.ClaimPolicy.allCases.map(\.rawValue)),
        "Who may start a payment to an account; anyone by default."),
      optional(
        "maximum_increase", .amount,
        "By how much one new root may raise the total, in whole tokens."),
    ])

  static let deployment = ObjectType(
    title: "deployment",
    fields: [
      required("chain", .integer(1...(1 << 53)), "The EIP-155 chain id."),
      required("distributor", .address, "The distributor's contract."),
      required("token", .address, "The token's contract on that chain."),
      required("creator", .address, "The account that creates the campaign."),
      required("salt", .bytes32, "32 bytes that set it apart from the creator's others."),
      required("roles", .object(roles), "The first holders of its roles."),
    ])

  static let roles = ObjectType(
    title: "roles",
    fields: [
      required("owner", .address, "Funds it, takes back what is not committed."),
      required("publisher", .address, "Proposes roots."),
      required("guardian", .address, "May veto a root inside its window."),
    ])

  static let epochs = ObjectType(
    title: "epochs",
    fields: [
      required("start", .time, "When epoch 0 starts."),
      required("length", .duration, "How long each epoch is."),
      required("count", .integer(1...100_000), "How many there are."),
    ])

  static let source = ObjectType(
    title: "source",
    fields: [
      required("name", .name, "The source's name."),
      optional(
        "file", .path,
        "The file, relative to the folder of inputs; left out beside balance and look_through."),
      optional(
        "format", .choice(SourceDeclaration.Format.allCases.map(\.rawValue)),
        "By the file's ending where it is left out."),
      optional(
        "within", .either(.text, .list(.text)),
        "Members of a JSON file that lead to its rows, from the outside in."),
      optional(
        "account", .either(.text, .object(lookup)),
        "The column that holds the account, or where it is looked up; account by default."),
      optional(
        "unknown_keys", .choice(SourceDeclaration.Lookup.UnknownKeys.allCases.map(\.rawValue)),
        "What a row is whose key is not there; refuse by default."),
      optional(
        "key", .text, "The column that names each row, for other sources to look accounts up."),
      optional("where", .texts, "What a row must say to count: columns, and a text or several."),
      optional("time", .either(.text, .object(timeLookup)), "When its rows happened."),
      optional(
        "received", .either(.text, .object(received)),
        "When its rows were received: what comes after an epoch is closed counts in the next one."),
      optional(
        "limits", .list(.object(limit)), "How many of an account's rows with a time count."),
      optional("wash", .object(wash), "Which rows say nothing about a market, being trades."),
      optional(
        "window", .either(.window, .object(timeWindow)),
        "Which seconds count: epoch, the time before its end, or a start and an end; epoch by "
          + "default."),
      optional(
        "times", .text, "The column of times, where the file says when each key happened."),
      optional("positions", .object(positions), "What its rows do with balances over time."),
      optional(
        "price", .object(pool), "What its rows say of a pool's price, and of no account."),
      optional(
        "ranges", .object(ranges),
        "What its rows do with positions of concentrated liquidity."),
      optional(
        "balance", .expression,
        "Balances over time that are computed from those of earlier sources."),
      optional(
        "look_through", .object(lookThrough),
        "Balances over time that a vault has for those who hold its shares."),
      optional(
        "places", .integer(0...UInt64(DecimalNumber.maximumScale)),
        "How many decimal places the result of balance has."),
      optional(
        "minimum_holding", .duration,
        "A balance counts once it was held for so long; at once by default."),
      optional(
        "exclude", .list(.object(exclusion)),
        "Accounts that have no part in balances over time, with reasons."),
      optional(
        "columns", .either(.list(.choice(measures)), .list(.object(column))),
        "The columns that are read, none by default; of balances over time what is measured, held "
          + "by default."),
      optional(
        "duplicates", .choice(SourceDeclaration.Duplicates.allCases.map(\.rawValue)),
        "What a second row of an account is; refuse by default."),
      optional(
        "statements", .choice(["corrections", "redirects", "tasks"]),
        "What its lines say, where they are statements that somebody signed."),
      optional(
        "observations", .object(observations),
        "What its rows say that something was worth at a time; they are about no account."),
      optional(
        "token", .name, "The token of what corrections grant, or of the result of balance."),
      optional("signers", .list(.address), "Who may sign corrections and tasks."),
      optional(
        "duplicates_by", .text, "The column that says which row counts; largest, smallest."),
      optional(
        "no_rows", .choice(SourceDeclaration.NoRows.allCases.map(\.rawValue)),
        "What a file without a row that counts is; refuse by default."),
      optional(
        "bad_rows", .choice(SourceDeclaration.BadRows.allCases.map(\.rawValue)),
        "What a row that cannot be read is; refuse by default."),
    ])

  static let lookup = ObjectType(
    title: "lookup",
    fields: [
      required("key", .text, "The column that holds the key."),
      required("in", .name, "An earlier source that has such a key and the account."),
    ])

  static let timeLookup = ObjectType(
    title: "time lookup",
    fields: [
      required("key", .text, "The column that holds the key."),
      required("in", .name, "An earlier source that has the times of such keys."),
    ])

  static let received = ObjectType(
    title: "received",
    fields: [
      required("column", .text, "The column that says when a row was received."),
      optional(
        "within", .duration, "For so long after its end an epoch still takes rows; 0s by default."),
    ])

  static let timeWindow = ObjectType(
    title: "window",
    fields: [
      required("start", .time, "Its first second."),
      required("end", .time, "The second after its last one."),
    ])

  static let measures =
    Series.Measure.allCases.map(\.rawValue) + RangeEvents.Measure.allCases.map(\.rawValue)

  static let positions = ObjectType(
    title: "positions",
    fields: [
      optional(
        "effect", .choice(PlanDecoder.effects),
        "What a row does; kinds beside kind, transfer beside to, change otherwise."),
      optional("amount", .text, "The column of amounts; each row is about 1 without it."),
      optional("token", .name, "The token of the amounts."),
      optional(
        "unit", .choice(ColumnDeclaration.Unit.allCases.map(\.rawValue)),
        "token for human units, base for base units; by the file's header where left out."),
      optional(
        "places", .integer(0...UInt64(DecimalNumber.maximumScale)),
        "How many decimal places the amounts have, where they are of no token."),
      optional("to", .text, "The column of accounts to which amounts move; to by default."),
      optional("kind", .text, "The column of words that say what a row does; kinds."),
      optional("adds", .either(.text, .list(.text)), "Words of rows that add; kinds."),
      optional("takes", .either(.text, .list(.text)), "Words of rows that take off; kinds."),
      optional("moves", .either(.text, .list(.text)), "Words of rows that move; kinds."),
      optional("ignores", .either(.text, .list(.text)), "Words of rows without effect; kinds."),
      optional(
        "order", .either(.text, .list(.text)),
        "Columns of whole numbers that order rows of one second; balance."),
      optional(
        "every", .duration,
        "Rows take effect at the next multiple of it since 1970; at once by default."),
    ])

  static let pool = ObjectType(
    title: "price of a pool",
    fields: [
      required("tick", .text, "The column of ticks."),
      required("sqrt_price", .text, "The column of square roots of the price, in units of 2^-96."),
      optional("volume", .text, "The column of what was swapped, or of the fees of it."),
      optional(
        "order", .either(.text, .list(.text)),
        "Columns of whole numbers that order rows of one second."),
    ])

  static let ranges = ObjectType(
    title: "ranges",
    fields: [
      required("lower", .text, "The column of lower ticks."),
      required("upper", .text, "The column of upper ticks."),
      required("liquidity", .text, "The column of changes of liquidity, with their signs."),
      required("price", .name, "The earlier source of the pool's price."),
      optional(
        "out_of_range", .flag,
        "Whether amounts count of positions that are out of range; false by default."),
    ])

  static let lookThrough = ObjectType(
    title: "look through",
    fields: [
      required("deposits", .name, "The earlier source in which the vault has a balance."),
      required("vault", .address, "The vault's account."),
      required("shares", .name, "The earlier source of the balances of its shares."),
    ])

  static let limit = ObjectType(
    title: "limit",
    fields: [
      optional("where", .texts, "Which rows it is about: columns of words, and a word or several."),
      optional("each", .text, "The column whose values have the limit each."),
      optional(
        "per", .limitPeriod,
        "How long it holds: a duration, or ever; for the rows of the window by default."),
      required("at_most", .amount, "How many rows count, or how much of the column under of."),
      optional("of", .text, "The column of numbers that is added up; rows are counted without."),
    ])

  static let limitOfRows = ObjectType(
    title: "limit of rows",
    fields: [required("at_most", .integer(1...1_000_000_000), "How many rows count.")])

  static let wash = ObjectType(
    title: "wash",
    fields: [
      required("counterparty", .text, "The column of accounts with which it was traded."),
      required("volume", .text, "The column of which less counts."),
      optional(
        "same_cluster", .choice(PlanDecoder.sameCluster),
        "Whether trades inside of a cluster count; count by default."),
      optional(
        "pair_cap", .percentage, "The part of its volume that counts with one counterparty."),
      optional(
        "round_trip", .duration, "Opposite trades cancel each other so long after one another."),
      optional("side", .text, "The column that tells buying from selling; beside round_trip."),
      optional(
        "market", .text, "The column that tells markets apart; all are one without it."),
    ])

  static let columnTypes = ["integer", "amount", "decimal", "address", "time", "word"]

  static let column = ObjectType(
    title: "column",
    fields: [
      required("name", .text, "The column's name in the file."),
      required("type", .choice(columnTypes), "What its cells hold."),
      optional("token", .name, "The token of an amount column."),
      optional(
        "unit", .choice(ColumnDeclaration.Unit.allCases.map(\.rawValue)),
        "token for human units, base for base units; by the file's header where left out."),
      optional(
        "places", .integer(0...UInt64(DecimalNumber.maximumScale)),
        "How many decimal places the values of a decimal column have."),
      optional(
        "notation", .choice(DecimalFormat.Notation.allCases.map(\.rawValue)),
        "Whether a decimal number may have a power of ten (1.5e-7); plain by default."),
      optional(
        "excess", .choice(DecimalFormat.Excess.allCases.map(\.rawValue)),
        "What becomes of digits after the last place; refuse by default."),
      optional(
        "empty", .choice(ColumnDeclaration.Empty.allCases.map(\.rawValue)),
        "What a cell with nothing in it is; refuse by default."),
      optional(
        "private", .flag, "Whether a bundle hides its values behind commitments; false by default."
      ),
    ])

  static let redirect = ObjectType(
    title: "redirect",
    fields: [
      optional("account", .address, "Who earns."),
      optional("source", .name, "A source with one redirect per row, instead of account."),
      optional(
        "to", .text,
        "Who receives: an account, or the source's column of addresses; not for signed ones."),
      optional("reason", .text, "One line for both to read; needed beside account."),
    ])

  static let clusters = ObjectType(
    title: "clusters",
    fields: [
      required("source", .name, "The source that says it, with one row per account."),
      required(
        "column", .text,
        "Its column of integers or addresses: equal ones are one holder, 0 is alone."),
    ])

  static let guarding = ObjectType(
    title: "guard",
    fields: [
      required("measure", .choice(PlanDecoder.measures), "What is measured."),
      optional("count", .integer(1...PlanDecoder.mostHolders), "How many of the largest; top."),
      optional("threshold", .percentage, "Which part of all; nakamoto."),
      optional("at_most", .percentage, "The largest value that passes; all but nakamoto."),
      optional(
        "at_least", .integer(1...PlanDecoder.mostHolders),
        "The smallest number of holders that passes; nakamoto."),
      optional(
        "per", .choice(ConcentrationGuard.Holder.allCases.map(\.rawValue)),
        "Who is a holder; account by default."),
      optional("at", .moment, "When: launch by default."),
      optional("token", .name, "Which token; left out where the plan has one."),
    ])

  static let program = ObjectType(
    title: "program",
    fields: [
      required("name", .name, "The program's name."),
      required("kind", .choice(Program.Kind.allCases.map(\.rawValue)), "What it is."),
      optional(
        "group", .text, "Whose tokens a premine's are, such as Team; the program's name by default."
      ),
      optional("insiders", .flag, "Whether its tokens go to insiders; false by default."),
      required("campaign", .name, "The campaign that pays it."),
      required(
        "budget", .either(.budget, .object(revenue)),
        "In whole tokens, or a percentage of the supply; of kind fees also a part of what comes in."
      ),
      optional("from", .name, "The source of its recipients."),
      optional(
        "amount", .expression,
        "The amount of each: a column, or an expression in whole tokens; beside from."),
      optional(
        "weight", .expression,
        "What the budget is split by: a column or an expression; beside from."),
      optional(
        "filter", .expression, "Who takes part: a condition; beside from. All by default."),
      optional(
        "values", .list(.object(namedValue)),
        "Values with names, for weight, amount and filter; beside from."),
      optional("recipients", .list(.object(recipient)), "Recipients and amounts, instead of from."),
      optional(
        "rounding", .choice(RoundingRule.allCases.map(\.rawValue)),
        "How parts become whole units; largest-remainder by default. Beside weight."),
      optional(
        "cap", .expression,
        "The most that each receives: an amount, a percentage of the epoch's budget, or an "
          + "expression in whole tokens. Beside weight."),
      optional(
        "rate", .object(rate),
        "Instead of cap: so many tokens per time and balance, beside balances over time."),
      optional(
        "apr", .either(.percentage, .object(yield)),
        "Instead of cap: so many percent a year of the balance, beside balances over time."),
      optional(
        "cap_per", .choice(Shaping.Holder.allCases.map(\.rawValue)),
        "Who has a cap and a floor: each account, or each of the plan's clusters."),
      optional(
        "floor", .budget,
        "The least that is paid: an amount or a percentage of the epoch's budget; beside from."),
      optional(
        "below_floor", .choice(Shaping.BelowFloor.allCases.map(\.rawValue)),
        "What becomes of who would get less than the floor; leave by default."),
      optional(
        "unit", .amount,
        "Amounts are whole multiples of it; one base unit by default. Beside weight."),
      optional(
        "share_of", .amount,
        "What is split, beside half-up and ieee754-…; the budget, which is what it is by default, "
          + "may be larger for what is rounded up."),
      optional(
        "unallocated", .choice(Program.Unallocated.allCases.map(\.rawValue)),
        "What becomes of budget that the amounts leave; refuse by default."),
      optional("emission", .object(emission), "How the budget is spread over epochs; with weight."),
      optional("exclude", .list(.object(exclusion)), "Accounts that are shut out, with reasons."),
      optional("contributor", .text, "The column of addresses of who gave; of kind grants."),
      optional("contribution", .text, "The column of what was given; of kind grants."),
      optional(
        "match", .choice(["quadratic", "pairwise"]),
        "How contributions are matched; of kind grants."
      ),
      optional(
        "pairwise_bound", .amount,
        "What one pair of donors receives at the most, as contributions are written; pairwise."),
      optional(
        "surplus", .choice(Matching.Surplus.allCases.map(\.rawValue)),
        "What becomes of budget that matches leave; carry by default. Of kind grants."),
      optional(
        "min_contribution", .amount,
        "What one donor has to give to one account to count; of kind grants."),
      optional(
        "max_contribution", .amount,
        "What counts at the most of what one donor gives to one account; of kind grants."),
      optional(
        "contributor_filter", .expression,
        "Whose contributions count: a condition about each donor; of kind grants."),
      optional("raffle", .object(raffle), "How winners are drawn; of programs of kind raffle."),
    ])

  static let price = ObjectType(
    title: "price",
    fields: [
      required("name", .name, "The name by which expressions ask for it: price(name)."),
      required("sources", .list(.name), "Sources of observations."),
      optional(
        "at", .choice(PriceDeclaration.Moment.allCases.map(\.rawValue)),
        "Of which seconds of an epoch it is the price; end by default."),
      required("stale_after", .duration, "For how long an observation counts."),
      optional(
        "deviation", .percentage,
        "A source further than that from the median of all is left out; none by default."),
      optional(
        "at_least", .integer(1...1000), "How many sources must count; all of them by default."),
    ])

  static let observations = ObjectType(
    title: "observations",
    fields: [
      required("value", .text, "The column of values."),
      required(
        "places", .integer(0...UInt64(DecimalNumber.maximumScale)),
        "How many decimal places every value has."),
      optional(
        "notation", .choice(DecimalFormat.Notation.allCases.map(\.rawValue)),
        "Whether a value may have a power of ten (1.5e-7); plain by default."),
      optional(
        "excess", .choice(DecimalFormat.Excess.allCases.map(\.rawValue)),
        "What becomes of digits after the last place; refuse by default."),
    ])

  static let revenue = ObjectType(
    title: "revenue",
    fields: [
      required("source", .name, "A source of rows with a time, each about something that came in."),
      required("column", .text, "Its column of amounts of the campaign's token."),
      optional("part", .percentage, "The part of it that is the budget; all by default."),
    ])

  static let rate = ObjectType(
    title: "rate",
    fields: [
      required("amount", .amount, "So many whole tokens."),
      required("per", .duration, "In this time."),
      optional("for", .amount, "For a balance of so many whole tokens, or of that number; 1."),
    ])

  static let yield = ObjectType(
    title: "yield",
    fields: [
      required("part", .percentage, "So much in 365 days; may be above 100%."),
      optional("price", .name, "What one whole token of the balance is worth; 1 by default."),
      optional("reward_price", .name, "What one whole token that is paid is worth; 1 by default."),
    ])

  static let raffle = ObjectType(
    title: "raffle",
    fields: [
      required("seed_hash", .bytes32, "Keccak-256 of the seed, published before the beacon."),
      required("beacon", .text, "Which public value, later than the seed's hash, decides."),
      optional("winners", .integer(1...Raffle.maximumWinners), "How many equal prizes there are."),
      optional("prizes", .list(.amount), "The prizes in the order in which they are drawn."),
      optional("seed", .bytes32, "The seed; for the draw."),
      optional("beacon_value", .bytes32, "What the beacon came to; for the draw."),
    ])

  static let namedValue = ObjectType(
    title: "value",
    fields: [
      required("name", .text, "The value's name: letters, digits and _."),
      required("value", .expression, "An expression of columns and earlier values."),
    ])

  static let recipient = ObjectType(
    title: "recipient",
    fields: [
      required("account", .address, "Who receives."),
      required("amount", .amount, "How much, in whole tokens."),
      optional("label", .text, "For people; of no effect."),
    ])

  static let exclusion = ObjectType(
    title: "exclusion",
    fields: [
      required("account", .address, "Who is shut out."),
      required("reason", .text, "One line for the account to read."),
    ])

  static let emission = ObjectType(
    title: "emission",
    fields: [
      required(
        "shape", .choice(["constant", "linear-decay", "exponential-decay", "table"]),
        "How the budget is spread."),
      optional("half_life", .integer(1...1_000_000), "In epochs; exponential-decay."),
      optional("amounts", .list(.amount), "One per epoch, in whole tokens; table."),
    ])
}

/// The JSON Schema of plans.
public enum PlanSchema {
  /// JSON Schema, draft 2020-12, made from the table by which plans are decoded.
  ///
  /// YAML tools type unquoted scalars, so that a value may come as a string or as a number.
  public static func jsonSchema() -> JSON {
    guard case .object(let members) = schema(of: .object(plan), doc: "A Sluice plan.") else {
      preconditionFailure("an object's schema is an object")
    }
    return .object(
      [
        JSON.Member(
          key: "$schema", value: .string("https://json-schema.org/draft/2020-12/schema")),
        JSON.Member(key: "title", value: .string("Sluice plan, version \(Plan.version)")),
      ] + members)
  }

  private static func schema(of type: FieldType, doc: String) -> JSON {
    var members = [JSON.Member(key: "description", value: .string(doc))]
    switch type {
    case .object(let object):
      members += self.members(of: object)
    case .list(let element):
      members += [
        JSON.Member(key: "type", value: .string("array")),
        JSON.Member(key: "minItems", value: .integer(1)),
        JSON.Member(key: "items", value: schema(of: element, doc: elementDoc(element))),
      ]
    case .either(let first, let second):
      let schemas = [schema(of: first, doc: doc), schema(of: second, doc: doc)]
      members.append(JSON.Member(key: "anyOf", value: .array(schemas)))
    case .texts:
      let text = JSON.array(["string", "number", "boolean"].map { .string($0) })
      let one = JSON.object([JSON.Member(key: "type", value: text)])
      let several = JSON.object([
        JSON.Member(key: "type", value: .string("array")),
        JSON.Member(key: "minItems", value: .integer(1)), JSON.Member(key: "items", value: one),
      ])
      members += [
        JSON.Member(key: "type", value: .string("object")),
        JSON.Member(
          key: "additionalProperties",
          value: .object([JSON.Member(key: "anyOf", value: .array([one, several]))])),
      ]
    case .choice(let words):
      members.append(JSON.Member(key: "enum", value: .array(words.map { .string($0) })))
    case .flag:
      members.append(
        JSON.Member(
          key: "enum",
          value: .array([.string("true"), .string("false"), .bool(true), .bool(false)])))
    case .integer(let range):
      members += [
        JSON.Member(key: "type", value: .string("integer")),
        JSON.Member(key: "minimum", value: .number(String(range.lowerBound))),
        JSON.Member(key: "maximum", value: .number(String(range.upperBound))),
      ]
    default:
      members.append(
        JSON.Member(key: "type", value: .array([.string("string"), .string("number")])))
      if let pattern = pattern(of: type) {
        members.append(JSON.Member(key: "pattern", value: .string(pattern)))
      }
    }
    return .object(members)
  }

  private static func elementDoc(_ type: FieldType) -> String {
    if case .object(let object) = type { return "One \(object.title)." }
    return "One entry."
  }

  private static func members(of object: ObjectType) -> [JSON.Member] {
    [
      JSON.Member(key: "type", value: .string("object")),
      JSON.Member(key: "additionalProperties", value: .bool(false)),
      JSON.Member(
        key: "required",
        value: .array(object.fields.filter(\.isRequired).map { .string($0.name) })),
      JSON.Member(
        key: "properties",
        value: .object(
          object.fields.map {
            JSON.Member(key: $0.name, value: schema(of: $0.type, doc: $0.doc))
          })),
    ]
  }

  private static func pattern(of type: FieldType) -> String? {
    switch type {
    case .name: "^[A-Za-z][A-Za-z0-9_-]{0,63}$"
    case .amount: "^[0-9]+(\\.[0-9]+)?$"
    case .budget: "^[0-9]+(\\.[0-9]+)?%?$"
    case .percentage: "^[0-9]+(\\.[0-9]+)?%$"
    case .time: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$"
    case .moment:
      "^(launch|every|fully-vested|"
        + "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)$"
    case .expiry: "^(never|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)$"
    case .duration: "^([0-9]+[wdhms])+$"
    case .window: "^(epoch|([0-9]+[wdhms])+)$"
    case .limitPeriod: "^(ever|([0-9]+[wdhms])+)$"
    case .period: "^(([0-9]+[wdhms])+|([0-9]+ )?months?)$"
    case .address: "^0x[0-9A-Fa-f]{40}$"
    case .bytes32: "^0x[0-9A-Fa-f]{64}$"
    default: nil
    }
  }
}
